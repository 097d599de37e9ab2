package repl

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/session"
	"imapsh/internal/terminal"
	"imapsh/internal/transcript"
)

// pasteGap distinguishes a paste, whose lines arrive together, from a person who has seen the refusal and continues
// to type.
const pasteGap = 400 * time.Millisecond

// questionFor returns a question whose answer is a line.
func questionFor(prompt string) terminal.Question { return terminal.Question{Prompt: prompt} }

// A feed is the state of a literal whose bytes come from the input or a file.
type feed struct {
	from  *input // nil if the lines are typed at the terminal
	name  string // name of the file; "" for the user's input
	crlf  bool   // each LF without a CR is sent as CRLF, and counts as two bytes
	lines int    // line ends so far
	last  byte   // sent so far
	begun bool
	// answer is the server's answer, pasted in place of the first bytes; with it a transcript begins or continues.
	answer *inputLine
}

// feed gives a command the bytes of the current literal. crlf is set if the line that announced it ended in CRLF:
// then the bytes are sent unchanged, as those of a binary literal are.
func (s *Shell) feed(t *task, ss *session.Session, j *session.Job, crlf bool) {
	f := &feed{crlf: !crlf && !j.Binary()}
	if src, name := j.Source(); src != nil {
		f = &feed{from: newInput(name, io.LimitReader(src, j.Left())), name: name}
	} else if len(s.input.inputs) > 0 {
		f.from = s.input.inputs[0]
	}
	if f.from != nil {
		s.doing.source = f.from
		defer func() { s.doing.source = nil }()
	}
	if l, is := s.answersLiteral(t, j, f); is {
		s.goesOn(t, ss, j, s.begins(t, l))
		return
	}
	if j.Secret() && s.takesMask(t, f) {
		m := j.Command.Match
		s.goesOn(t, ss, j, &transcript.Line{Name: m.Name, Asks: m.Row().Continues != command.SASL, User: userOfLogin(m, "")})
		return
	}
	begun := j.Left()
	for j.Wants() == session.Octets {
		if j.Left() == 0 {
			j.Feed(nil)
			break
		}
		data, st, err := s.octets(t, j, f)
		switch {
		case j.Ended():
			return
		case f.answer != nil:
			s.goesOn(t, ss, j, s.begins(t, *f.answer))
			return
		case st == inputEnd && j.Refused() || st == inputWait:
			if typed := begun - j.Left(); typed > 0 {
				s.note(fmt.Sprintf("%d bytes typed for the refused literal were not sent", typed))
			}
			j.Drop()
			return
		case st == inputEnd:
			s.cutShort(ss, j, f, err)
			return
		}
		if !ss.Ready() && s.untilServer(t, ss, ss.Ready) != nil && s.given(ss, j) {
			return
		}
		j.Feed(f.take(data, j.Left()))
	}
	switch {
	case j.Refused():
		s.note(fmt.Sprintf("%d bytes of the refused literal were read but not sent", j.Size()))
	case f.name == "" && f.lines > 0 && f.last != '\n' && s.midLine(f):
		s.warn(fmt.Sprintf("the literal ends inside a line; with each line end counted as two bytes (CRLF), {%d} would reach the end of that line", j.Size()+s.lineRest(f)))
	}
}

// answersLiteral reports whether the input continues with the server's answer to the current literal, and returns
// that line, with which a transcript begins.
func (s *Shell) answersLiteral(t *task, j *session.Job, f *feed) (inputLine, bool) {
	in := f.from
	if f.name != "" || in == nil || in.stream == nil { // in.bytes itself looks at pasted lines
		return inputLine{}, false
	}
	mayAnswer := func() bool {
		data := in.buf[in.r:in.w]
		tag := j.Command.Tag
		n := min(len(data), len(tag))
		return len(data) == 0 || data[0] == '+' || string(data[:n]) == tag[:n]
	}
	for !in.ready() {
		if s.until(t, func() bool { return !in.filling }) != nil || !mayAnswer() {
			return inputLine{}, false
		}
	}
	if !mayAnswer() || in.r == in.w {
		return inputLine{}, false
	}
	first, _, _ := bytes.Cut(in.buf[in.r:in.w], []byte("\n"))
	if !in.stream.Answers(command.Text(bytes.TrimSuffix(first, []byte("\r")))) {
		return inputLine{}, false
	}
	l, st, _ := in.line()
	return l, st == inputHas
}

// takesMask reports whether the next line of a script is the mask that imapsh writes in place of a secret, and takes
// it: the mask itself must not be sent.
func (s *Shell) takesMask(t *task, f *feed) bool {
	in := f.from
	if f.name != "" || in == nil {
		return false
	}
	begins := func() bool {
		data := in.buf[in.r:in.w]
		n := min(len(data), len(command.Masked))
		return string(data[:n]) == command.Masked[:n]
	}
	for !in.ready() {
		if s.until(t, func() bool { return !in.filling }) != nil || !begins() {
			return false
		}
	}
	if !begins() || in.r == in.w {
		return false
	}
	first, _, _ := bytes.Cut(in.buf[in.r:in.w], []byte("\n"))
	if string(bytes.TrimSuffix(first, []byte("\r"))) != command.Masked {
		return false
	}
	_, st, _ := in.line()
	return st == inputHas
}

// octets returns some input bytes for the current literal. It returns inputWait if a refused command's paste has
// paused, or the user has stopped waiting.
func (s *Shell) octets(t *task, j *session.Job, f *feed) ([]byte, inputState, error) {
	if f.from != nil {
		for {
			data, st, err := f.from.octets(min(j.Left(), 64<<10))
			if st != inputWait {
				return data, st, err
			}
			if s.until(t, func() bool { return j.Ended() || !f.from.filling }) != nil && s.given(s.doing.session, j) {
				return nil, inputWait, nil
			}
			if j.Ended() {
				return nil, inputEnd, nil
			}
		}
	}
	l, st := s.typedFor(t, j)
	if st != inputHas {
		return nil, st, nil
	}
	if !f.begun && l.stream != nil && l.stream.Answers(l.text) {
		f.answer = &l
		return nil, inputWait, nil
	}
	f.begun = true
	line := []byte(l.text)
	if left := j.Left(); int64(len(line)) >= left {
		s.input.putAhead(inputLine{text: l.text[left:], end: l.end, at: l.at})
		return line[:left], inputHas, nil
	}
	return append(line, '\n'), inputHas, nil
}

// typedFor waits for a line for a literal, or for the rest of the line after one. After the command has been refused,
// only lines that follow without a pause belong to it.
func (s *Shell) typedFor(t *task, j *session.Job) (inputLine, inputState) {
	for {
		if s.input.ready() {
			if l, st, ok := s.takeLine(); ok {
				return l, st
			}
			continue
		}
		var err error
		if ready := func() bool { return s.input.ready() || j.Ended() || j.Refused() }; !j.Refused() {
			err = s.until(t, ready)
		} else if len(s.input.inputs) > 0 {
			err = s.until(t, func() bool { return s.input.ready() || j.Ended() })
		} else {
			due := s.now().Add(pasteGap)
			err = s.sleep(t, "refused", due, s.input.ready)
			if err == nil && !s.input.ready() {
				return inputLine{}, inputWait
			}
		}
		switch {
		case j.Ended():
			return inputLine{}, inputEnd
		case err != nil && s.given(s.doing.session, j):
			return inputLine{}, inputWait
		}
	}
}

// take returns what is sent for input bytes: CRLF for each LF, if lines ended with LF. It puts back what is too much.
func (f *feed) take(data []byte, left int64) []byte {
	out := data
	if f.crlf && bytes.IndexByte(data, '\n') >= 0 {
		out = make([]byte, 0, len(data)+64)
		used := 0
		for i, c := range data {
			if int64(len(out)) >= left {
				break
			}
			used = i + 1
			if c == '\n' && f.last != '\r' {
				out = append(out, '\r')
				if int64(len(out)) >= left {
					used = i // the LF stays, as the end of the next line
					break
				}
			}
			out = append(out, c)
			f.last = c
		}
		if f.from != nil && used < len(data) {
			f.from.back(data[used:])
		}
	} else {
		out = bytes.Clone(data)
	}
	f.lines += bytes.Count(out, []byte("\r\n"))
	if len(out) > 0 {
		f.last = out[len(out)-1]
	}
	return out
}

// rest gives a command the rest of its line after a literal from the user, and reports whether that line ended in
// CRLF.
func (s *Shell) rest(t *task, j *session.Job) bool {
	l, st := s.typedFor(t, j)
	if j.Refused() {
		// It has been answered already; the rest of its line must not be run.
		if lit := command.TrailingLiteral(string(l.text)); st == inputHas && lit != nil {
			j.Skip(lit.Size)
		} else {
			j.Drop()
		}
		return l.end == endCRLF
	}
	switch {
	case j.Ended() || st == inputWait:
	case st == inputEnd:
		j.Continue("")
	default:
		if m := command.MatchLine(string(l.text)); m.Command != nil && !j.Secret() {
			s.warn(fmt.Sprintf("%s is sent as the rest of %s %s; an empty line after the literal ends that command", m.Name, j.Command.Tag, j.Command.Match.Name))
		}
		j.Continue(l.text)
	}
	return l.end == endCRLF
}

// lineRest returns how many bytes of the input line in which a literal ended come after it.
func (s *Shell) lineRest(f *feed) int64 {
	if f.from == nil {
		return int64(len(s.input.ahead[0].text) + len("\r\n"))
	}
	rest, _, _ := bytes.Cut(f.from.buf[f.from.r:f.from.w], []byte("\n"))
	return int64(len(bytes.TrimSuffix(rest, []byte("\r"))) + len("\r\n"))
}

// midLine reports whether the bytes of the literal ended within a line of the input.
func (s *Shell) midLine(f *feed) bool {
	if f.from != nil {
		return f.from.midLine()
	}
	return len(s.input.ahead) > 0 && s.input.ahead[0].text != ""
}

// cutShort handles a literal for which the input has too few bytes. The server waits for the missing ones, so nothing
// else can be sent on this connection.
func (s *Shell) cutShort(ss *session.Session, j *session.Job, f *feed, err error) {
	from := "the input"
	if f.name != "" {
		from = f.name
	}
	text := fmt.Sprintf("%[1]s ended: the literal of %[4]s %[5]s is %[2]d bytes short (%[3]d announced)", from, j.Left(), j.Size(), j.Command.Tag, j.Command.Match.Name)
	if err != nil {
		text = fmt.Sprintf("%s: %v", text, err)
	}
	s.warn(text)
	s.note("the server is still waiting for them; closing the connection")
	s.outcome.raise(StatusUsage)
	ss.Fail(nil)
}
