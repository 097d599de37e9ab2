package line

import "fmt"

// A Place is where a line came from, for messages.
type Place struct {
	Name string // of the file, "" for the terminal
	Line int    // from 1; 0 if there are no lines
	// Several says that other files run too: a message names this one.
	Several bool
}

// String returns "line 7", "line 7 of FILE" if there are several, the name if there are no
// lines, and "" for the terminal.
func (p Place) String() string {
	switch {
	case p.Line == 0:
		return p.Name
	case p.Several:
		return fmt.Sprintf("line %d of %s", p.Line, p.Name)
	}
	return fmt.Sprintf("line %d", p.Line)
}

// Says returns what is said about the line: after its place, if there are several files.
func (p Place) Says(text string) string {
	if !p.Several || p.Line == 0 {
		return text
	}
	return fmt.Sprintf("%s, line %d: %s", p.Name, p.Line, text)
}
