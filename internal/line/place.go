package line

import "fmt"

// A Place is where a line came from, as named in messages.
type Place struct {
	Name string // name of the file; "" for the terminal
	Line int    // 1-based; 0 if the source has no lines
	// Several is set if several files are run, so that a message must name this one.
	Several bool
}

// String returns "line 7", or "line 7 of FILE" if several files are run; only the name if there is no line number,
// which is "" for the terminal.
func (p Place) String() string {
	switch {
	case p.Line == 0:
		return p.Name
	case p.Several:
		return fmt.Sprintf("line %d of %s", p.Line, p.Name)
	}
	return fmt.Sprintf("line %d", p.Line)
}

// Says returns text, preceded by the place if several files are run.
func (p Place) Says(text string) string {
	if !p.Several || p.Line == 0 {
		return text
	}
	return fmt.Sprintf("%s, line %d: %s", p.Name, p.Line, text)
}
