package render

import (
	"strings"

	"github.com/fatih/color"
)

// role says what a piece of a line is, which decides its colour.
type role uint8

const (
	rolePlain role = iota
	roleUntagged
	roleOK
	roleNo
	roleBad
	roleContinue
	roleSent
	roleDim
	roleWarn
	roleAlert
	roles
)

// palette is the colour of each role.
var palette = [roles][]color.Attribute{
	roleUntagged: {color.FgCyan},
	roleOK:       {color.FgGreen},
	roleNo:       {color.FgYellow},
	roleBad:      {color.FgRed},
	roleContinue: {color.FgMagenta},
	roleSent:     {color.Bold},
	roleDim:      {color.Faint},
	roleWarn:     {color.FgYellow, color.Bold},
	roleAlert:    {color.FgRed, color.Bold, color.ReverseVideo},
}

// style holds the bytes that switch the colour of each role on and off on one stream; they are empty if there is
// no colour.
type style struct{ on, off [roles]string }

func newStyle(colour bool) style {
	var s style
	if !colour {
		return s
	}
	for role, attributes := range palette {
		if attributes == nil {
			continue
		}
		c := color.New(attributes...)
		c.EnableColor()
		s.on[role], s.off[role], _ = strings.Cut(c.Sprint("\x00"), "\x00")
	}
	return s
}

// append appends text in the colour of a role.
func (s *style) append(b []byte, r role, text string) []byte {
	b = append(b, s.on[r]...)
	b = append(b, text...)
	return append(b, s.off[r]...)
}
