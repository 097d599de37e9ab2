package tagger

import (
	"fmt"
	"io"
	"strings"

	"imapsh/internal/command"
)

// Line is what Begin turns into a command. It is matched against the table only once, when the match is first
// needed.
type Line struct {
	// Tag is the user's own tag; "" to get one. With a Tag, Text is sent exactly as it is, unless a Secret
	// completes it.
	Tag  command.Text
	Text command.Text // what was typed after the tag
	// Blank is what was typed between Tag and Text.
	Blank command.Text
	// Values are its last arguments, which nobody typed. A line with Values is sent without completion.
	Values []command.Value
	// Attached is a literal to send as the last argument; nil if there is none.
	Attached *Attachment
	// Secret is the answer to the question in Completed.Ask (a password); nil if there is none.
	Secret *string
	// Raw sends a line without a tag as it is, without completing it.
	Raw bool

	match     *command.Match
	completed *command.Completed
	view      *command.View // with which completed was made
}

// Attachment is a literal that is not in the line: a file, or the lines of "<<END".
type Attachment struct {
	Source io.Reader
	Size   int64  // bytes
	Name   string // of the file; "" if there is none
}

// Source returns an attachment with the bytes of b.
func Source(b string, name string) *Attachment {
	return &Attachment{Source: io.LimitReader(strings.NewReader(b), int64(len(b))), Size: int64(len(b)), Name: name}
}

// Match returns how the line reads against the table, with the announcement of what is attached.
func (l *Line) Match() *command.Match {
	if l.match == nil && l.Values != nil {
		_, l.match = command.With(l.Text, l.Values, nil)
	}
	if l.match == nil {
		text := string(l.Text)
		if l.Attached != nil {
			text = fmt.Sprintf("%s {%d}", strings.TrimRight(text, " "), l.Attached.Size)
		}
		l.match = command.MatchLine(text)
	}
	return l.match
}

// Attach sets the literal to send as the last argument.
func (l *Line) Attach(a *Attachment) { l.Attached, l.match, l.completed = a, nil, nil }

// SetText replaces the text.
func (l *Line) SetText(text command.Text) { l.Text, l.match, l.completed = text, nil, nil }

// Complete returns what is sent for the line in a session.
func (l *Line) Complete(v *command.View) *command.Completed {
	if l.completed == nil || l.view != v {
		done := command.Complete(l.Match(), v)
		l.completed, l.view = &done, v
	}
	return l.completed
}

// Warnings returns the doubts about the line as it will be sent.
func (l *Line) Warnings(v *command.View) []command.Warning {
	if l.Tag != "" {
		return command.WarningsAsTyped(l.Match(), v)
	}
	fits := l.Match().Fits || !l.Match().StaysAsTyped() && l.Complete(v).Fits
	return command.Warnings(l.Match(), fits, v)
}
