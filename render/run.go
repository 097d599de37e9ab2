package render

import (
	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/tagger"
)

// A run of more than runLimit responses of one kind is shown as runShown of them and a count.
const (
	runLimit = 10
	runShown = 3
)

// run is the run of LIST, LSUB or STATUS responses that is arriving on a terminal. Responses after the first
// runShown are held back, because only the end of the run decides whether they are shown.
type run struct {
	conn  string
	name  string // of all its responses; "" if they differ
	count int
	held  []byte
}

// runName returns the name of a response of a kind that comes in runs; "" for other responses.
func runName(v response.Value) string {
	switch v.(type) {
	case *response.List, *response.MailboxStatus:
		return v.Name()
	}
	return ""
}

// takes reports whether a response belongs to the run, or starts one.
func (n *run) takes(e *tagger.Event) bool {
	name := runName(e.Value)
	if name == "" || n.count > 0 && n.conn != e.Conn {
		return false
	}
	if n.count == 0 {
		n.conn, n.name = e.Conn, name
	} else if n.name != name {
		n.name = ""
	}
	n.count++
	return true
}

// hold shows the lines of a response, or holds them back.
func (n *run) hold(out *[]byte, lines []byte) {
	switch {
	case n.count <= runShown:
		*out = append(*out, lines...)
	case n.count <= runLimit:
		n.held = append(n.held, lines...)
	}
}

// end shows what was held back, or how much there was.
func (n *run) end(out []byte, sty *style, cols int) []byte {
	if n.count > runLimit {
		what := append(text.AppendCount(nil, int64(n.count-runShown)), " more "...)
		if n.name != "" {
			what = append(append(what, n.name...), ' ')
		}
		out = appendLeftOut(out, append(what, "responses"...), sty, cols)
	} else {
		out = append(out, n.held...)
	}
	n.count, n.held = 0, n.held[:0]
	return out
}
