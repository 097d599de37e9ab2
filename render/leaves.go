package render

import (
	"strings"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// leaves is a row of sibling mailboxes, side by side: those about which a tree has nothing to say but their
// names.
type leaves struct {
	depth int
	above string // the name above them
	text  string
	cols  int // the width of text, escaped
}

const (
	leafGap  = "  " // between names
	leafCols = 80   // the width of a row if the output has none
)

// leaf reports whether a mailbox has no mailboxes below it and nothing to say about it.
func (t *tree) leaf(i int) bool {
	m := &t.mailboxes[i]
	if m.attrs != "" || m.wire != "" || m.odd {
		return false
	}
	return i+1 == len(t.mailboxes) || m.delim == 0 || !strings.HasPrefix(t.mailboxes[i+1].name, m.name+string(rune(m.delim)))
}

// separable reports whether a name can be told from the names beside it.
func separable(name string) bool {
	return name != "" && name == strings.Trim(name, " ") && !strings.Contains(name, leafGap)
}

// treeIndent returns by how many columns a mailbox at this depth is indented.
func treeIndent(depth int) int { return 2 * min(depth, 12) }

// add puts a name on the row; if the name does not belong on it, it shows the row first.
func (r *leaves) add(b []byte, x *explainer, depth int, above, name string, lay layout) []byte {
	cols := lay.cols
	if cols == 0 {
		cols = leafCols
	}
	wide := text.Width(wire.EscapeString(name))
	if above != r.above || len(lineIndent)+treeIndent(depth)+r.cols+len(leafGap)+wide > cols {
		b = r.end(b, x, lay)
	}
	if r.text != "" {
		r.text += leafGap
		r.cols += len(leafGap)
	}
	r.depth, r.above = depth, above
	r.text += name
	r.cols += wide
	return b
}

// end shows the row and begins an empty one.
func (r *leaves) end(b []byte, x *explainer, lay layout) []byte {
	if r.text == "" {
		return b
	}
	at := len(lineIndent) + treeIndent(r.depth)
	x.tmp = append(x.tmp[:0], r.text...)
	*r = leaves{}
	return x.rest(text.AppendBlanks(b, at), x.tmp, at, lay)
}
