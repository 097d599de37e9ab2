package repl

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/session"
	"imapsh/internal/transcript"
	"imapsh/tagger"
)

// ":send" sends its argument unchanged: a line, text in quotes with Go's escapes, or a file.

// sendAtOnceBytes is how many bytes of a file are sent before responses are handled.
const sendAtOnceBytes = 16 << 10

// sendRaw performs ":send". A line that is a command with a tag is followed like any other command.
func (s *Shell) sendRaw(t *task, c call) {
	ss := c.on
	if ss == nil || !ss.Connected() {
		s.warn("not connected: nothing was sent (:reconnect)")
		s.notSent(StatusConnection)
		return
	}
	if text := string(c.arg); strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "<") || strings.HasPrefix(text, ":") {
		s.sendRawBytes(t, ss, text, c.line.at)
		return
	}
	tag, rest := command.Whose(c.arg, func(string) bool { return false })
	cmd := tagger.Line{Tag: ":send", Text: c.arg}
	if tag != "" {
		cmd = tagger.Line{Tag: tag, Blank: c.arg[len(tag) : len(c.arg)-len(rest)], Text: rest}
	}
	if !s.readOnly(ss, &cmd) {
		return
	}
	m := cmd.Match()
	if !s.consented(t, ss, m) {
		return
	}
	delete(s.script.last, ss)
	if tag != "" {
		if s.untilServer(t, ss, ss.Free) == nil && ss.Free() {
			s.script.asking = ss
			defer func() { s.script.asking = nil }()
			s.begin(t, ss, session.Request{Line: cmd, At: c.line.at}, c.line, false)
		}
		return
	}
	s.answersOf(ss).BeginRaw()
	ss.Say(c.arg, m.Secrets)
}

// sendRawBytes sends text in quotes, a file, or a line that begins like a shell command.
func (s *Shell) sendRawBytes(t *task, ss *session.Session, arg string, at line.Place) {
	var from io.Reader
	switch arg[0] {
	case '"':
		text, err := strconv.Unquote(arg)
		if err != nil {
			s.usage(":send " + strconv.Quote(arg) + " is not text in quotes: use Go's escapes, \\r \\n \\x00 \\\" and \\\\")
			return
		}
		from = strings.NewReader(text)
	case '<':
		_, r := line.Redirect("append x " + arg)
		if r.In == "" {
			s.usage("usage: :send < FILE, a name with spaces in quotes")
			return
		}
		f, err := ordinary(r.In)
		if err != nil {
			s.usage("reading " + r.In + ": " + err.Error())
			return
		}
		defer f.Close()
		from = f
	default:
		from = strings.NewReader(arg + "\r\n")
	}
	for r := bufio.NewReaderSize(from, sendAtOnceBytes); ; {
		b, err := r.Peek(sendAtOnceBytes)
		if i := bytes.LastIndexByte(b, '\n'); err == nil && i >= 0 {
			b = b[:i+1] // a secret can be recognized only in a complete line
		}
		if len(b) > 0 && !s.sendsAsIs(t, ss, b, at) {
			return
		}
		r.Discard(len(b))
		if err != nil {
			if !errors.Is(err, io.EOF) {
				s.usage(err.Error())
			}
			return
		}
	}
}

// sendsAsIs sends bytes unchanged, and waits for the answers to the commands that begin in them, unless the server
// may ask for more first. It reports whether the next line may follow.
func (s *Shell) sendsAsIs(t *task, ss *session.Session, b []byte, at line.Place) bool {
	if !s.mayAsIs(t, ss, b) {
		return false
	}
	a := s.answersOf(ss)
	a.BeginRaw()
	delete(s.script.last, ss)
	begun := ss.SendAsIs(b, at, s.ended)
	for _, j := range begun {
		a.Sent(j.Command)
	}
	if len(begun) == 0 {
		return s.untilServer(t, ss, ss.Ready) == nil
	}
	last := begun[len(begun)-1]
	if last.Expects() {
		return true
	}
	return s.untilServer(t, ss, last.Ended) == nil
}

// mayAsIs reports whether bytes may be sent unchanged: --read-only allows none, and a secret in them needs consent as
// everywhere.
func (s *Shell) mayAsIs(t *task, ss *session.Session, b []byte) bool {
	if s.set.ReadOnly {
		s.warn("--read-only: what :send sends as it is may change what the server has; it was not sent")
		s.notSent(StatusUsage)
		return false
	}
	for l := range strings.Lines(string(b)) {
		_, rest := command.Whose(strings.TrimRight(l, "\r\n"), func(string) bool { return false })
		if m := command.MatchLine(rest); m.Reveals() && !s.consented(t, ss, m) {
			return false
		}
	}
	return true
}

// mayDestroyAsIs reports whether the destructive commands in an unchanged step of a transcript may be sent.
func (s *Shell) mayDestroyAsIs(t *task, ss *session.Session, l *transcript.Line, at line.Place) bool {
	for text := range strings.Lines(string(l.Bytes)) {
		_, rest := command.Whose(strings.TrimRight(text, "\r\n"), nil)
		if s.held(t, ss, *command.MatchLine(rest), at) {
			return false
		}
	}
	return true
}
