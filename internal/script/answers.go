package script

import (
	"slices"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/match"
	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// Answers are what one connection has received since its last command: what expect, :each and the built-in names
// refer to. It is a listener and belongs to the loop.
type Answers struct {
	Conn string // the connection's name
	// Idle says that no line will refer to answers: only how the command was answered is kept.
	Idle bool

	of     *tagger.Command   // the last command; nil if there was none
	raw    bool              // what was sent is not one command: the first tagged response is its answer
	within []*tagger.Command // commands that began in what was sent raw
	status string            // how the command was answered; "" while it has not been
	code   []string          // the name of its response code in upper case, and the words after it
	text   string
	bye    string
	answer *match.Response
	took   time.Duration
	counts map[string]int
	kept   []*kept
	size   int
	over   bool // more was received than is kept
	from   int  // where in kept the responses to the last repetition begin
	// last is what earlier commands have given, as long as it is valid.
	last struct {
		set    string
		some   bool
		copied []string
	}
	// changes counts the responses received.
	changes int
	tree    wire.Tree
}

// Begin forgets everything, because a new command has been sent.
func (a *Answers) Begin(c *tagger.Command) {
	if a.from == 0 || !a.raw {
		a.remember(c.Match.Row())
		a.forget()
	}
	a.of, a.raw = c, false
}

// Sent notes a command that began in what was sent raw.
func (a *Answers) Sent(c *tagger.Command) { a.within = append(a.within, c) }

// IsOf reports whether c is the command whose answer is kept.
func (a *Answers) IsOf(c *tagger.Command) bool { return a.of == c || slices.Contains(a.within, c) }

// BeginRaw forgets everything, because something was sent that is not a command with a known tag.
func (a *Answers) BeginRaw() {
	a.remember(&command.Command{})
	a.forget()
	a.raw = true
}

// BeginLost forgets everything, because a command could not be sent: its connection is lost, which is its answer.
func (a *Answers) BeginLost() {
	a.BeginRaw()
	a.status = Lost
}

func (a *Answers) forget() {
	clear(a.counts)
	clear(a.kept)
	*a = Answers{Conn: a.Conn, Idle: a.Idle, counts: a.counts, kept: a.kept[:0], code: a.code[:0], tree: a.tree, last: a.last}
}

// Again says that the command is sent again: names are set by the last repetition only, while responses to all of
// them are kept.
func (a *Answers) Again() {
	before := *a
	a.forget()
	a.kept, a.size, a.over, a.from = before.kept, before.size, before.over, len(before.kept)
	a.raw, a.changes = true, before.changes
}

// Changes returns how many responses have arrived since the command, so that a wait can notice new ones.
func (a *Answers) Changes() int { return a.changes }

// Any reports whether there has been a command, or anything sent raw.
func (a *Answers) Any() bool { return a.of != nil || a.raw }

// Command returns the command; nil if what was sent is not one.
func (a *Answers) Command() *tagger.Command { return a.of }

// Status returns how the command was answered: OK, NO, BAD, BYE or LOST (PREAUTH for a greeting); "" while it has not
// been.
func (a *Answers) Status() string { return a.status }

// Depth says that every frame is needed, unless nothing is kept.
func (a *Answers) Depth() trace.Depth {
	if a.Idle {
		return trace.Frames
	}
	return trace.EveryFrame
}

// Hear keeps responses.
func (a *Answers) Hear(e *trace.Event) {
	if e.Conn != a.Conn {
		return
	}
	switch e.Kind {
	case trace.Lost:
		if a.Any() && a.status == "" {
			a.changes++
			a.status = Lost
			if a.bye != "" {
				a.status, a.text = "BYE", a.bye
			}
		}
	case trace.Response:
		a.response(e)
	}
}

// Lost is the status of a command whose connection was lost before it was answered.
const Lost = "LOST"

func (a *Answers) response(e *trace.Event) {
	seen := e.Seen
	a.changes++
	if seen.Frame == nil || seen.Frame.Cut {
		return
	}
	if seen.After != nil {
		a.tree.UTF8 = slices.Contains(seen.After.Enabled, "UTF8=ACCEPT") || slices.Contains(seen.After.Enabled, "IMAP4REV2")
	}
	st, isStatus := seen.Value.(*response.Status)
	switch {
	case isStatus && st.Tag != nil:
		if a.status == "" && (a.raw || seen.Done && seen.Command == a.of) {
			a.answered(st, seen)
		}
	case isStatus && st.Cond == response.BYE:
		a.bye = string(st.Text)
		fallthrough
	case seen.Value != nil && !a.Idle:
		a.keep(seen.Frame)
		a.count(seen.Value.Name())
	}
}

// Greeted notes the server's greeting as the answer to opening a connection.
func (a *Answers) Greeted(cond string) { a.status = cond }

// answered handles the tagged response of the command.
func (a *Answers) answered(st *response.Status, seen *tagger.Event) {
	a.status, a.text, a.took = st.Cond.String(), string(st.Text), seen.Elapsed
	if st.Code != nil {
		a.code = append(a.code[:0], strings.ToUpper(string(st.Code.Name)))
		for _, w := range st.Code.Words {
			a.code = append(a.code, string(w))
		}
	}
	a.tree.Parse(seen.Frame)
	a.answer = match.Read(&a.tree)
}
