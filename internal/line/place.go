package line

import "fmt"

// A Place is where a line came from, for messages.
type Place struct {
	Name string // of the file, "" for the terminal
	Line int    // from 1; 0 where there are no lines
}

// String returns "line 7", the name where there are no lines, and "" for the terminal.
func (p Place) String() string {
	switch {
	case p.Name == "":
		return ""
	case p.Line == 0:
		return p.Name
	}
	return fmt.Sprintf("line %d", p.Line)
}
