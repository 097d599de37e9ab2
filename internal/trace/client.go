package trace

import (
	"bytes"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/sasl"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// literalKept is the size in bytes up to which a literal is passed on as one step; it is the same for received
// literals. A larger secret literal is cut to it.
const literalKept = wire.DefaultMaxLiteral

// A client is what a tap knows of the client's side: the current line and the command it belongs to.
type client struct {
	tap  *Tap
	mask *Mask

	line    []byte      // the current line, not complete yet
	reader  sasl.Reader // of the current AUTHENTICATE; nil if there is none
	goesOn  bool        // the next line continues the current command
	command *tagger.Command
	literal *literal // the current one; nil if there is none
	hidden  bool     // the text after the literal is a secret
	octets  []byte   // of the current literal; the memory is reused
}

// A literal is one that the client has announced.
type literal struct {
	size, left int64
	agreed     bool // it is sent without waiting for the server
	secret     bool
}

func (l *literal) begun() bool { return l.left < l.size }

// streams reports whether the literal is too large to be passed on as one step.
func (l *literal) streams() bool { return l.size > literalKept && !l.secret }

func (c *client) take(b []byte) {
	for len(b) > 0 {
		if c.literal != nil {
			n := int(min(c.literal.left, int64(len(b))))
			c.takeBytes(b[:n])
			b = b[n:]
			continue
		}
		i := bytes.IndexByte(b, '\n') + 1
		if i == 0 {
			c.line = append(c.line, b...)
			return
		}
		c.line = append(c.line, b[:i]...)
		b = b[i:]
		c.endLine()
	}
}

// takeBytes takes bytes of the current literal. An empty literal ends only when more input arrives: until then the
// server may still refuse it.
func (c *client) takeBytes(b []byte) {
	l := c.literal
	if len(b) > 0 && !l.begun() && l.streams() {
		c.show(tagger.Step{Kind: tagger.SendSource, Size: l.size})
	}
	l.left -= int64(len(b))
	if l.streams() {
		c.hear(Event{Kind: SentData, Data: b})
	} else {
		c.octets = append(c.octets, b[:min(len(b), literalKept-len(c.octets))]...)
	}
	if l.left == 0 {
		c.endLiteral()
		c.goesOn = true
	}
}

// endLiteral passes on what has arrived of the current literal.
func (c *client) endLiteral() {
	l := c.literal
	c.literal = nil
	if l.streams() {
		c.hear(Event{Kind: SentEnd})
		return
	}
	step := tagger.Step{Kind: tagger.SendLiteral, Bytes: c.octets}
	if l.secret {
		step.Secrets = whole(len(c.octets))
	}
	c.show(step)
	c.octets = c.octets[:0]
}

func whole(n int) []command.Span { return []command.Span{{Start: 0, End: n}} }

// endLine handles the current line, which is complete: a new command, the rest of one, an answer to a challenge, or
// DONE.
func (c *client) endLine() {
	text := string(bytes.TrimRight(c.line, "\r\n"))
	end := string(c.line[len(text):])
	c.line = c.line[:0]
	switch {
	case c.goesOn:
		c.goesOn = false
		steps, literal := c.tap.tag.Continue(command.Text(text), c.hidden)
		c.send(steps, end)
		c.announce(literal, c.hidden)
	case c.answers(command.SASL):
		st := Answer(text, end)
		st.Read = c.read(text)
		c.show(st)
		c.tap.tag.Hold(c.command)
	case (c.tap.tag.Idling() != nil || c.answers(command.Idle)) && strings.EqualFold(text, "DONE"):
		c.show(tagger.Step{Kind: tagger.SendText, Bytes: []byte(text + end)})
		c.tap.tag.EndIdle()
	default:
		c.begin(text, end)
	}
}

// answers reports whether the client is in this dialogue with the server: its last command began the dialogue and is
// still in flight.
func (c *client) answers(d command.Dialogue) bool {
	if c.command == nil || c.command.Match.Row().Continues != d {
		return false
	}
	for _, f := range c.tap.tag.InFlight() {
		if f == c.command {
			return true
		}
	}
	return false
}

// Answer returns the step that answers a challenge of AUTHENTICATE; end is the line end. All of the line is a secret,
// except the "*" that cancels (RFC 9051 §6.2.2).
func Answer(line, end string) tagger.Step {
	st := tagger.Step{Kind: tagger.SendText, Bytes: []byte(line + end), Answer: true}
	if line != "*" && line != "" {
		st.Secrets = whole(len(line))
	}
	return st
}

// begin handles a line that begins a command.
func (c *client) begin(line, end string) {
	c.command = nil
	tag, text := line, ""
	if i := strings.IndexByte(line, ' '); i >= 0 {
		tag, text = line[:i], strings.TrimLeft(line[i:], " ")
	}
	if tag == "" { // the server cannot answer it
		m := command.MatchLine(line)
		c.show(tagger.Step{Kind: tagger.SendText, Bytes: []byte(line + end), Secrets: m.Secrets})
		if m.Literal != nil && m.Literal.NonSync {
			c.hidden = m.RestSecret
			c.announce(m.Literal, m.LiteralSecret)
		}
		return
	}
	if len(c.tap.tag.InFlight()) == 0 {
		c.hear(Event{Kind: Begun})
	}
	out := c.tap.tag.Begin(tagger.Line{Tag: command.Text(tag), Blank: command.Text(line[len(tag) : len(line)-len(text)]), Text: command.Text(text)})
	c.command = out.Command
	secret := out.LiteralSecret
	c.hidden = out.RestSecret
	if first := command.MatchLine(tag); out.Command.Match.Command == nil || first.Row().LogsIn {
		// Perhaps the tag was forgotten: then the secret is where nobody expects one.
		m := command.MatchLine(line)
		if len(m.Secrets) > 0 {
			st := &out.Steps[0]
			st.Secrets = append(slices.Clip(st.Secrets), m.Secrets...)
			slices.SortFunc(st.Secrets, func(a, b command.Span) int { return a.Start - b.Start })
			out.Command.Line = command.Masked
		}
		secret, c.hidden = secret || m.LiteralSecret, c.hidden || m.RestSecret
	}
	if m := out.Command.Match; m.Row().Continues == command.SASL && len(m.Args()) > 0 {
		c.reader = sasl.NewReader(m.Args()[0].Text, c.tap.now)
		if args := m.Args(); len(args) > 1 && m.Literal == nil {
			out.Steps[0].Read = args[1].Text == "=" || c.read(args[1].Text)
		}
	}
	c.send(out.Steps, end)
	c.announce(out.Literal, secret)
}

// read adds the secrets in a message of the current exchange to the mask, and reports whether the message could be
// read.
func (c *client) read(text string) bool {
	raw, err := sasl.Decode(text)
	if err != nil || c.reader == nil {
		return false
	}
	read := c.reader.Client(raw)
	for _, secret := range read.Secrets() {
		c.mask.Add(secret)
	}
	return true
}

// announce prepares for the bytes of a literal; nil if there is none.
func (c *client) announce(l *command.TypedLiteral, secret bool) {
	if l != nil {
		c.literal = &literal{size: l.Size, left: l.Size, agreed: l.NonSync, secret: secret}
	}
}

// heard handles a complete response: if it ends the command before its literal was asked for, the literal will not be
// sent.
func (c *client) heard(seen *tagger.Event) {
	if text, ok := bytes.CutPrefix(seen.Frame.Raw, []byte("+")); ok && c.reader != nil && c.answers(command.SASL) {
		if raw, err := sasl.Decode(strings.TrimSpace(string(text))); err == nil {
			c.reader.Server(raw)
		}
	}
	if l := c.literal; seen.Done && seen.Command == c.command && l != nil && !l.agreed && !l.begun() {
		c.literal = nil
	}
}

// send passes on the steps of one line, with the line end that the client used.
func (c *client) send(steps []tagger.Step, end string) {
	for i := range steps {
		st := &steps[i]
		if st.Kind == tagger.AwaitContinuation {
			c.tap.tag.Hold(c.command)
			continue
		}
		st.Bytes = append(bytes.TrimSuffix(st.Bytes, []byte("\r\n")), end...)
		c.show(*st)
	}
}

// show passes on a step, masked. Its secrets are masked from then on wherever they appear.
func (c *client) show(step tagger.Step) {
	c.hear(Event{Kind: Sent, Step: c.mask.Step(&step)})
}

// hear passes on an event with the current time.
func (c *client) hear(e Event) {
	e.At = c.tap.now()
	c.tap.hear(e)
}

// end passes on an unfinished line or literal.
func (c *client) end() {
	if l := c.literal; l != nil && l.begun() {
		c.endLiteral()
	}
	if len(c.line) > 0 {
		c.endLine()
	}
	c.literal = nil
}
