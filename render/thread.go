package render

import (
	"strconv"

	"imapsh/internal/response"
	"imapsh/internal/text"
)

// How much of a thread tree is shown: threadRows rows, threadChain answers on one row, threadIndent levels of
// indentation.
const (
	threadChain  = 30
	threadRows   = 100
	threadIndent = 12
)

// thread draws THREAD: a message and its only answer are on one row, joined by arrows; if there are several answers,
// each begins a row below.
func (x *explainer) thread(b []byte, v *response.Thread, lay layout) []byte {
	if len(v.Nodes) == 0 {
		return x.sayNothing(b, "no messages", lay)
	}
	threads, messages := int64(0), int64(0)
	for i := range v.Nodes {
		if v.Nodes[i].Depth == 0 {
			threads++
		}
		if v.Nodes[i].Num > 0 {
			messages++
		}
	}
	t := text.AppendPlural(x.tmp[:0], messages, "message", "messages")
	t = append(t, " in "...)
	x.tmp = text.AppendPlural(t, threads, "thread", "threads")
	b = x.label(b, "", x.tmp, lay)
	if threads == messages {
		return b // there are no answers
	}
	d := drawing{x: x, nodes: v.Nodes, ends: ends(v.Nodes), lay: lay, b: b}
	for i := 0; i < len(v.Nodes); i = d.ends[i] {
		if d.rows >= threadRows {
			x.tmp = text.AppendPlural(x.tmp[:0], int64(len(v.Nodes)-i), "more message (:output json shows it)", "more messages (:output json shows them)")
			return x.label(d.b, "…", x.tmp, lay)
		}
		d.row(i, nil, "")
	}
	return d.b
}

// drawing is a tree that is being drawn.
type drawing struct {
	x     *explainer
	nodes []response.ThreadNode
	ends  []int
	lay   layout
	b     []byte
	rows  int
}

// ends returns, for each message, the index of the first one after it that does not answer it, even indirectly.
func ends(nodes []response.ThreadNode) []int {
	out := make([]int, len(nodes))
	var open []int
	for i := range nodes {
		for len(open) > 0 && nodes[open[len(open)-1]].Depth >= nodes[i].Depth {
			out[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
		open = append(open, i)
	}
	for _, i := range open {
		out[i] = len(nodes)
	}
	return out
}

// row draws a message, the chain of its answers, and the rows below.
func (d *drawing) row(i int, above []byte, branch string) {
	if d.rows >= threadRows {
		return
	}
	d.rows++
	t := append(append([]byte(nil), above...), branch...)
	t = d.number(t, i)
	end, chain := d.ends[i], 0
	for i+1 < end && d.ends[i+1] == end {
		i++
		if chain++; chain <= threadChain {
			t = append(t, " ← "...)
			t = d.number(t, i)
		}
	}
	if chain > threadChain {
		t = append(t, " ← … "...)
		t = text.AppendPlural(t, int64(chain-threadChain), "more", "more")
	}
	d.b = d.x.label(d.b, "", t, d.lay)
	if i+1 == end {
		return
	}
	switch branch {
	case "├ ":
		above = append(above[:len(above):len(above)], "│ "...)
	case "└ ":
		above = append(above[:len(above):len(above)], "  "...)
	}
	if len(above) > threadIndent*4 {
		above = above[:0]
	}
	for j := i + 1; j < end; {
		next := d.ends[j]
		if next == end {
			d.row(j, above, "└ ")
		} else {
			d.row(j, above, "├ ")
		}
		j = next
	}
}

func (d *drawing) number(b []byte, i int) []byte {
	if n := d.nodes[i].Num; n > 0 {
		return strconv.AppendUint(b, uint64(n), 10)
	}
	return append(b, "(not in this mailbox)"...)
}
