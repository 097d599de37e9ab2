package check

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// A sender takes apart what a client writes: lines, and the literals that they announce. It is
// used under the tape's mutex.
type sender struct {
	r       *recorder
	line    []byte // a line not whole yet
	octets  []byte // of the literal in hand
	left    int64  // of it to come
	literal bool
	// secret tells that the literal is one, rest that what follows it is.
	secret, rest bool
	agreed       bool // the literal goes without waiting for the server
	goesOn       bool // the next line belongs to the command before
	command      *tagger.Command
}

func (s *sender) take(p []byte) {
	for len(p) > 0 {
		if s.literal {
			n := int(min(s.left, int64(len(p))))
			s.octets = append(s.octets, p[:n]...)
			s.left -= int64(n)
			p = p[n:]
			s.endLiteral()
			continue
		}
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			s.line = append(s.line, p...)
			return
		}
		s.line = append(s.line, p[:i+1]...)
		p = p[i+1:]
		s.endLine(strings.TrimRight(string(s.line), "\r\n"))
		s.line = s.line[:0]
		s.endLiteral() // one of no octets
	}
}

// endLiteral shows a literal that is whole.
func (s *sender) endLiteral() {
	if !s.literal || s.left > 0 {
		return
	}
	step := tagger.Step{Kind: tagger.SendLiteral, Bytes: s.octets}
	if s.secret {
		step.Secrets = whole(len(s.octets))
	}
	s.show(step)
	s.octets, s.literal, s.goesOn = nil, false, true
}

func whole(n int) []command.Span { return []command.Span{{Start: 0, End: n}} }

// endLine shows a line: a new command, the rest of one, an answer to a challenge, or DONE.
func (s *sender) endLine(line string) {
	t := s.r.tag
	switch idle := t.Idling(); {
	case s.goesOn:
		steps, literal := t.Continue(line, s.rest)
		s.goesOn = false
		s.send(steps)
		s.announce(literal, s.rest, s.rest)
	case s.authenticating():
		s.show(tagger.Step{Kind: tagger.SendText, Bytes: []byte(line + "\r\n"), Secrets: whole(len(line))})
		t.Hold(s.command)
	case idle != nil && strings.EqualFold(line, "DONE"):
		s.show(tagger.Step{Kind: tagger.SendText, Bytes: []byte("DONE\r\n")})
		t.EndIdle()
	default:
		tag, text, _ := strings.Cut(line, " ")
		out := t.Begin(tagger.Line{Tag: tag, Blank: " ", Text: text})
		s.r.tape.show.Begin()
		s.command = out.Command
		s.send(out.Steps)
		s.announce(out.Literal, out.LiteralSecret, out.RestSecret)
	}
}

// authenticating tells that the client answers challenges.
func (s *sender) authenticating() bool {
	if s.command == nil || s.command.Match.Row().Continues != command.SASL {
		return false
	}
	for _, c := range s.r.tag.InFlight() {
		if c == s.command {
			return true
		}
	}
	return false
}

// announce prepares for the octets of a literal; nil is none.
func (s *sender) announce(l *command.TypedLiteral, secret, rest bool) {
	if l == nil {
		return
	}
	s.literal, s.left, s.secret, s.rest, s.agreed = true, l.Size, secret, rest, l.NonSync
}

// answered takes note of the end of a command: a literal that the server did not ask for is not sent.
func (s *sender) answered(e *tagger.Event) {
	if e.Done && e.Command == s.command && s.literal && !s.agreed && len(s.octets) == 0 {
		s.literal, s.goesOn = false, false
	}
}

func (s *sender) send(steps []tagger.Step) {
	for i := range steps {
		if steps[i].Kind == tagger.AwaitContinuation {
			s.r.tag.Hold(s.command)
			continue
		}
		s.show(steps[i])
	}
}

// show shows what is sent. A secret in it is one from then on wherever it stands.
func (s *sender) show(step tagger.Step) {
	for _, secret := range step.Secrets {
		s.r.tape.mask.add(unquoted(step.Bytes[secret.Start:secret.End]))
	}
	s.r.tape.show.Sent(s.r.name, &step)
}

// unquoted is what stands within quotes, or all.
func unquoted(b []byte) string {
	if n := len(b); n >= 2 && b[0] == '"' && b[n-1] == '"' {
		return string(wire.Unquote(b[1 : n-1]))
	}
	return string(b)
}
