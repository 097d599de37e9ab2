package session

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/line"
	"imapsh/tagger"
)

// asIs tracks bytes that are sent as they are: the line, literal or command that is not complete yet.
type asIs struct {
	line   []byte
	left   int64 // bytes of the literal still to come
	goesOn bool  // the next line continues the command
	secret bool  // the literal is a secret
	hidden bool  // so is what follows it
	job    *Job  // the last command that was begun
	at     line.Place
}

// SendAsIs sends bytes as they are: parts of lines, or many lines. A line that begins a command is tracked like any
// command, but never changes the layer. SendAsIs returns the commands that it begins; ended is called for each one
// when it ends.
func (s *Session) SendAsIs(b []byte, at line.Place, ended func(*Job)) []*Job {
	l := s.life
	if l == nil {
		return nil
	}
	w := &l.asIs
	w.at = at
	var begun []*Job
	for len(b) > 0 {
		if w.job != nil && w.job.ended && w.left > 0 && !w.job.agreed { // refused
			w.left, w.goesOn = 0, false
		}
		if w.left > 0 {
			n := int(min(w.left, int64(len(b))))
			w.left -= int64(n)
			l.sayAsIs(b[:n], w.secret)
			b = b[n:]
			continue
		}
		n := bytes.IndexByte(b, '\n') + 1
		whole := n > 0
		if !whole {
			n = len(b)
		}
		from := len(w.line)
		w.line = append(w.line, b[:n]...)
		if j := l.readAsIs(from, whole); j != nil {
			j.At, j.onEnd = at, ended
			begun = append(begun, j)
		}
		b = b[n:]
	}
	return begun
}

// readAsIs handles the current line, sends what is new in it, and returns the command that it begins, if any.
func (l *life) readAsIs(from int, whole bool) (begun *Job) {
	w := &l.asIs
	text := string(bytes.TrimRight(w.line, "\r\n"))
	var secrets []command.Span
	var lit *command.TypedLiteral
	j := w.job
	switch {
	case w.goesOn:
		if w.hidden {
			secrets = []command.Span{{Start: 0, End: len(text)}}
		}
		lit = command.TrailingLiteral(text)
	case j != nil && !j.ended && j.Command.Match.Row().Continues == command.SASL:
		if text != "*" {
			secrets = []command.Span{{Start: 0, End: len(text)}}
		}
	case strings.EqualFold(text, "DONE"):
		if whole {
			l.tag.EndIdle()
		}
	default:
		tag, rest := command.Whose(text, func(string) bool { return false })
		m := command.MatchLine(rest)
		for _, sp := range m.Secrets {
			skip := len(text) - len(rest)
			secrets = append(secrets, command.Span{Start: sp.Start + skip, End: sp.End + skip})
		}
		lit = m.Literal
		if !whole {
			break
		}
		w.secret, w.hidden, w.job = m.LiteralSecret, m.RestSecret, nil
		if tag != "" && tag != "*" && tag != "+" { // a response cannot have these tags
			out := l.tag.Begin(tagger.Line{Tag: command.Text(tag), Blank: command.Text(text[len(tag) : len(text)-len(rest)]), Text: command.Text(rest)})
			begun = &Job{Command: out.Command, life: l, agreed: lit != nil && lit.NonSync}
			begun.Command.Owner = begun
			l.echo.begun(begun.Command)
			if row := m.Row(); lit != nil && !lit.NonSync || row.Continues != command.NoDialogue {
				l.tag.Hold(begun.Command)
			}
			w.job = begun
		}
	}
	l.showAsIs(&tagger.Step{Kind: tagger.SendText, AsIs: true, Bytes: w.line[from:], Secrets: within(secrets, from, len(w.line))})
	l.send(conn.Op{Bytes: bytes.Clone(w.line[from:])})
	if !whole {
		return nil
	}
	w.line, w.goesOn, w.left = w.line[:0], lit != nil, 0
	if lit != nil {
		w.left = lit.Size
	}
	return begun
}

// sayAsIs sends bytes of a literal.
func (l *life) sayAsIs(b []byte, secret bool) {
	var secrets []command.Span
	if secret {
		secrets = []command.Span{{Start: 0, End: len(b)}}
	}
	l.showAsIs(&tagger.Step{Kind: tagger.SendText, AsIs: true, Bytes: b, Secrets: secrets})
	l.send(conn.Op{Bytes: bytes.Clone(b)})
}

// showAsIs reports what is sent as it is, as part of the last command that was begun so.
func (l *life) showAsIs(st *tagger.Step) {
	var of *tagger.Command
	if j := l.asIs.job; j != nil {
		of = j.Command
	}
	l.show(st, l.s.hub.Now(), of, l.asIs.at)
}

// within returns the parts of spans between two offsets, relative to from.
func within(spans []command.Span, from, to int) []command.Span {
	var out []command.Span
	for _, s := range spans {
		if start, end := max(s.Start, from), min(s.End, to); start < end {
			out = append(out, command.Span{Start: start - from, End: end - from})
		}
	}
	return out
}

// Expects reports whether the server may ask for more before it answers a command that was sent as it is: then
// nothing should wait for the answer.
func (j *Job) Expects() bool {
	m := j.Command.Match
	return m.Literal != nil || m.Row().Continues != command.NoDialogue
}
