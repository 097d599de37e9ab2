package wire

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func testFramer() *Framer { return NewFramer(func() time.Time { return noon }) }

// feed gives input to a framer in chunks of the sizes that cut returns, in the
// same buffer each time as a reader does, and calls see with each batch.
func feed(f *Framer, input []byte, cut func(left int) int, see func([]Part)) {
	var a Arena
	buf := make([]byte, 0, 64)
	var parts []Part
	for len(input) > 0 {
		n := max(1, min(len(input), cut(len(input))))
		buf = append(buf[:0], input[:n]...)
		parts = f.Feed(buf, parts[:0], &a)
		see(parts)
		// Bytes used after the release of their batch fail the tests.
		for i := range buf {
			buf[i] = 0xee
		}
		if a.copied != nil {
			for i := range a.copied {
				a.copied[i] = 0xee
			}
		}
		a.Reset()
		input = input[n:]
	}
	see(f.Close(parts[:0], &a))
}

// frames returns descriptions of a stream's frames, which share no memory with them.
func frames(f *Framer, input []byte, cut func(int) int) []string {
	var out []string
	feed(f, input, cut, func(parts []Part) {
		for _, p := range parts {
			if p.Kind == End {
				out = append(out, describe(p.Frame))
			}
		}
	})
	return out
}

func describe(f *Frame) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q size %d", f.Raw, f.Size)
	if f.Cut {
		b.WriteString(" cut")
	}
	if f.Clipped > 0 {
		fmt.Fprintf(&b, " clipped %d", f.Clipped)
	}
	for _, l := range f.Literals {
		fmt.Fprintf(&b, " literal(at %d size %d kept %d spilled %t binary %t)", l.At, l.Size, l.Kept, l.Spilled, l.Binary)
	}
	for _, o := range f.Odd {
		fmt.Fprintf(&b, " %s@%d", o.Name, o.Off)
	}
	return b.String()
}

func whole(n int) int { return n }

// parse frames and parses one response.
func parse(t testing.TB, tree *Tree, input string) *Frame {
	t.Helper()
	var a Arena
	f := testFramer()
	parts := f.Close(f.Feed([]byte(input), nil, &a), &a)
	var frame *Frame
	for _, p := range parts {
		if p.Kind == End {
			if frame != nil {
				t.Fatalf("%q is more than one response", input)
			}
			frame = p.Frame
		}
	}
	if frame == nil {
		t.Fatalf("%q is not a response", input)
	}
	tree.Parse(frame)
	checkTree(t, tree)
	return frame
}

// checkTree fails the test unless a tree is as types.go says.
func checkTree(t testing.TB, tree *Tree) {
	t.Helper()
	raw := tree.Frame.Raw
	pos := int32(0)
	var open []int32
	for i, n := range tree.Nodes {
		for len(open) > 0 && tree.Nodes[open[len(open)-1]].Next == int32(i) {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			if in := tree.Nodes[open[len(open)-1]]; n.Off < in.Off || n.End > in.End || n.Next > in.Next {
				t.Fatalf("node %d %+v is not inside %+v\n%q", i, n, in, raw)
			}
		} else if i != 0 {
			t.Fatalf("node %d %+v is in none\n%q", i, n, raw)
		}
		if n.Off != pos {
			t.Fatalf("node %d %+v begins at %d, not at %d\n%q", i, n, n.Off, pos, raw)
		}
		if n.Next == int32(i)+1 {
			pos = n.End
			if n.End == n.Off && i != 0 {
				t.Fatalf("node %d %+v is empty\n%q", i, n, raw)
			}
		} else {
			open = append(open, int32(i))
		}
		if (n.Kind == LiteralString) != (n.Lit >= 0) {
			t.Fatalf("node %d %+v and its literal disagree", i, n)
		}
	}
	if int(pos) != len(raw) || int(tree.Nodes[0].End) != len(raw) || int(tree.Nodes[0].Next) != len(tree.Nodes) {
		t.Fatalf("the leaves end at %d of %d bytes\n%q", pos, len(raw), raw)
	}
}

var kindNames = [...]string{"Response", "List", "Code", "Section", "Atom", "Quoted", "Literal", "Human", "Space", "Open", "Close", "LineEnd", "Junk"}

// outline returns the values of a tree as Kind:text, those of a list, section or code in parentheses.
func outline(tree *Tree) string {
	var b bytes.Buffer
	var walk func(c Cursor)
	walk = func(c Cursor) {
		for first := true; !c.Done(); first = false {
			if !first {
				b.WriteByte(' ')
			}
			switch k := c.Kind(); k {
			case List, Code, Section:
				inside := tree.Inside(c.Skip())
				b.WriteString(kindNames[k] + "(")
				walk(inside)
				b.WriteByte(')')
			default:
				fmt.Fprintf(&b, "%s:%s", kindNames[k], Escape(nil, c.Bytes()))
				c.Skip()
			}
		}
	}
	walk(tree.Top())
	return b.String()
}

func names(odd []Oddity) string {
	var out []string
	for _, o := range odd {
		out = append(out, fmt.Sprintf("%s@%d", o.Name, o.Off))
	}
	return strings.Join(out, " ")
}
