package tagger

import (
	"fmt"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// Tagger holds the commands and the session of one connection. It belongs to one goroutine.
type Tagger struct {
	*Memory
	name   string
	now    func() time.Time
	flight flight

	dec     response.Decoder
	event   Event
	session *Session
	opening *Mailbox // what is known of a mailbox since its SELECT was sent; nil if nothing is
	seen    seen
	flags   flagMemory

	caps, enabled wordSet // of the session, as sets
	hasForgotten  bool    // the note that not everything is remembered has been made

	judging judging
	updated map[string]bool // tags of searches that are kept up to date

	whole [1]Step // of the last line that was sent as it is

	awaiting *Command // the command that continuation requests are for; may be nil
	idle     *Command
	lastIdle time.Time

	// Skim leaves FETCH responses undecoded: their Value is a Fetch without items, and only the framer's
	// oddities are found. It is for output that shows only the bytes, as fast as they come.
	Skim    bool
	skimmed response.Fetch

	literals   command.LiteralMode
	view       *command.View
	viewed     *Session
	viewedSeen uint // seen.changes when the view was made
}

// New returns a Tagger for a new connection, with its name ("" for the first one), that shares what is
// remembered of the connections before it.
func New(name string, now func() time.Time, m *Memory) *Tagger {
	return &Tagger{Memory: m, name: name, now: now, session: &Session{State: command.NotAuthenticated}}
}

// Session returns what is known now: a value, which must not be changed.
func (t *Tagger) Session() *Session { return t.session }

// InFlight returns the commands sent and not yet completed, oldest first.
func (t *Tagger) InFlight() []*Command { return t.flight.all() }

// SetLiterals sets how literals are announced.
func (t *Tagger) SetLiterals(m command.LiteralMode) {
	if t.literals != m {
		t.literals, t.viewed = m, nil
	}
}

// Begin makes a command from a line and counts it as in flight; the caller sends its steps. If it returns an
// Outgoing with Ask, nothing has changed.
func (t *Tagger) Begin(l Line) Outgoing {
	m := l.Match()
	view := t.View()

	var pieces []command.Piece // nil: the line as it is
	switch {
	case l.Values != nil:
		pieces, m = command.With(l.Text, l.Values, view)
	case l.Secret != nil:
		pieces = command.CompleteWithSecret(m, view, *l.Secret).Pieces
	case l.Tag != "" || l.Raw || m.StaysAsTyped():
		if l.Attached != nil {
			pieces = []command.Piece{{Text: []byte(m.Line), Secrets: m.Secrets}}
		}
	default:
		done := l.Complete(view)
		if done.Ask != nil {
			return Outgoing{Ask: done.Ask}
		}
		pieces, m = done.Pieces, done.Match // everything that depends on the command must depend on what is sent
	}

	tag := string(l.Tag)
	out := Outgoing{Repeated: tag != "" && t.flight.has(tag)}
	blank := string(l.Blank)
	if tag == "" {
		tag, blank = t.tags.next(), " "
	} else {
		t.tags.skip(tag)
	}
	t.commands++
	c := &Command{Tag: tag, Own: l.Tag != "", Match: m, Begun: t.now(), Number: t.commands}
	c.Line, c.asked = command.Mask(m.Line, m.Secrets), askedBy(m)
	if m.Row().Opens {
		c.named = argument(m, 1)
		t.opening = nil
		t.saved(nil)
	}
	t.savingBegun(c)
	t.flight.add(c)

	out.Command = c
	out.Barrier = m.Row().Layer != command.NoLayer
	if pieces == nil {
		t.whole[0] = wholeLine(tag, blank, m)
		out.Steps = t.whole[:]
	} else {
		out.Steps = t.steps(tag+blank, pieces, l.Attached)
	}
	if l.Attached == nil && m.Literal != nil {
		out.Literal, out.LiteralSecret, out.RestSecret = m.Literal, m.LiteralSecret, m.RestSecret
		if !m.Literal.NonSync {
			out.Steps = append(out.Steps, Step{Kind: AwaitContinuation})
		}
	}
	if m.Row().Continues != command.NoDialogue {
		out.Steps = append(out.Steps, Step{Kind: AwaitContinuation})
	}
	return out
}

// Continue returns the steps for a line that continues a command after a literal that the user types, and the
// literal with which this line ends, if any. secret says that the line is a secret.
func (t *Tagger) Continue(line command.Text, secret bool) ([]Step, *command.TypedLiteral) {
	var hidden []command.Span
	if secret && line != "" {
		hidden = []command.Span{{Start: 0, End: len(line)}}
	}
	steps := []Step{{Kind: SendText, Bytes: []byte(line + "\r\n"), Secrets: hidden}}
	lit := command.TrailingLiteral(string(line))
	if lit != nil && !lit.NonSync {
		steps = append(steps, Step{Kind: AwaitContinuation})
	}
	return steps, lit
}

// wholeLine returns the single step of a line that is sent as it is.
func wholeLine(tag, blank string, m *command.Match) Step {
	before := len(tag) + len(blank)
	b := make([]byte, 0, before+len(m.Line)+len("\r\n"))
	b = append(append(append(append(b, tag...), blank...), m.Line...), "\r\n"...)
	var secrets []command.Span
	for _, s := range m.Secrets {
		secrets = append(secrets, command.Span{Start: s.Start + before, End: s.End + before})
	}
	return Step{Kind: SendText, Bytes: b, Secrets: secrets}
}

// steps returns the steps for pieces: each literal after its announcement and, if the server must agree first,
// after its continuation request.
func (t *Tagger) steps(prefix string, pieces []command.Piece, att *Attachment) []Step {
	var steps []Step
	room := len(prefix) + len("\r\n")
	for i := range pieces {
		room += len(pieces[i].Text)
	}
	text := Step{Kind: SendText, Bytes: append(make([]byte, 0, room), prefix...)}
	announce := func(size int64, binary bool) {
		mark := ""
		if t.nonSync(size) {
			mark = "+"
		}
		tilde := ""
		if binary {
			tilde = "~"
		}
		text.Bytes = fmt.Appendf(text.Bytes, "%s{%d%s}\r\n", tilde, size, mark)
		steps = append(steps, text)
		if mark == "" {
			steps = append(steps, Step{Kind: AwaitContinuation})
		}
		text = Step{Kind: SendText}
	}
	for i, p := range pieces {
		if p.Literal {
			announce(int64(len(p.Text)), p.Binary)
			steps = append(steps, Step{Kind: SendLiteral, Bytes: p.Text, Secrets: p.Secrets})
			continue
		}
		b := p.Text
		last := i == len(pieces)-1
		binary := false
		if last && att != nil {
			// The announcement in the text is written again, in the form that the session allows.
			if at := strings.LastIndexByte(string(b), '{'); at >= 0 {
				if at > 0 && b[at-1] == '~' {
					at--
					binary = true
				}
				b = b[:at]
			}
		}
		for _, s := range p.Secrets {
			text.Secrets = append(text.Secrets, command.Span{Start: s.Start + len(text.Bytes), End: s.End + len(text.Bytes)})
		}
		text.Bytes = append(text.Bytes, b...)
		if last && att != nil {
			announce(att.Size, binary)
			steps = append(steps, Step{Kind: SendSource, Source: att.Source, Size: att.Size, Name: att.Name})
		}
	}
	text.Bytes = append(text.Bytes, "\r\n"...)
	return append(steps, text)
}

// nonSync reports whether a literal is sent without waiting: LITERAL+ allows it for all, LITERAL- and
// IMAP4rev2 for up to 4096 bytes (RFC 7888 §3, §5).
func (t *Tagger) nonSync(size int64) bool {
	v := t.View()
	switch t.literals {
	case command.LiteralsSync:
		return false
	case command.LiteralsNonSync:
		return true
	}
	if v.Has("LITERAL+") {
		return true
	}
	return size <= 4096 && (v.Has("LITERAL-") || v.Has("IMAP4REV2"))
}

// Hold sets the command that continuation requests are for from now on; nil for none.
func (t *Tagger) Hold(c *Command) { t.awaiting = c }

// Forget removes a command that was never sent, or will never be answered, from those in flight.
func (t *Tagger) Forget(c *Command) {
	t.flight.remove(c)
	if t.awaiting == c {
		t.awaiting = nil
	}
	if t.idle == c {
		t.idle = nil
	}
}

// argument returns the n-th word of a line, counted from 0, as a decoded mailbox name; "" if there is none.
func argument(m *command.Match, n int) string {
	if n >= len(m.Words) {
		return ""
	}
	w := m.Words[n].Text
	if len(w) >= 2 && w[0] == '"' && w[len(w)-1] == '"' {
		w = string(wire.Unquote([]byte(w[1 : len(w)-1])))
	}
	if strings.EqualFold(w, "INBOX") {
		return "INBOX"
	}
	if name, ok := wire.DecodeMailbox(w); ok {
		return name
	}
	return w
}
