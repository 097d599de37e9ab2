package repl

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/session"
	"imapsh/internal/text"
	"imapsh/internal/transcript"
)

// A block of input (a paste, a file, the lines of -e) is judged as a whole before its first line runs. It is either
// commands, or the transcript of a session, of which only what the client certainly sent is sent. A stream runs line
// by line; from its first server line on, the rest of it is such a block.

// A paste is a block that was pasted or sourced, or a transcript. At a terminal it is protected like a script.
type paste struct {
	source  *input // where its lines come from; nil if all of them are queued
	failure string // its first failure: after it, nothing destructive is sent unless the user agrees
}

// pasted handles a block that was pasted.
func (s *Shell) pasted(block string) {
	lines := strings.Split(strings.TrimSuffix(block, "\n"), "\n")
	p := &paste{}
	switch w := s.user.wants; {
	case w != nil && !w.lines:
		s.note(fmt.Sprintf("a pasted block of %d lines is not an answer; none of it was sent", len(lines)))
		return
	case len(block) > transcript.MaxPaste:
		s.warn("the paste is longer than 16 MiB; none of it was sent (use :source FILE)")
		return
	case w != nil:
		s.queue(p, lines, &transcript.Stream{IsShell: isBareWord})
		return
	}
	if begun := s.half(); begun != "" {
		// Its first lines are bytes or answers, which cannot be judged.
		by := &transcript.Stream{IsShell: isBareWord}
		by.Line(begun, 0)
		s.queue(p, lines, by)
		return
	}
	switch b := transcript.Judge([]byte(block), transcript.Options{IsShell: isBareWord}); b.Kind {
	case transcript.Script:
		s.queue(p, lines, nil)
	case transcript.Stray:
		s.warn(fmt.Sprintf("line %d of the paste is from a transcript, but the lines before it are commands; none of it was sent", b.At))
	default:
		s.input.typed = append(s.input.typed, inputLine{of: p, replay: b})
	}
}

// queue adds the lines of a pasted block to those that were typed.
func (s *Shell) queue(p *paste, lines []string, by *transcript.Stream) {
	for i, l := range lines {
		s.input.typed = append(s.input.typed, inputLine{text: command.Text(strings.TrimSuffix(l, "\r")), at: line.Place{Line: i + 1}, of: p, stream: by})
	}
}

// half returns the unfinished command to which the next typed line belongs, as bytes of a literal or as an answer; ""
// if there is none.
func (s *Shell) half() command.Text {
	if n := len(s.input.typed); n > 0 {
		if l := s.input.typed[n-1].text; command.TrailingLiteral(string(l)) != nil {
			return l
		}
		return ""
	}
	j := s.doing.job
	if j == nil || j.Ended() || j.Sent() && j.Wants() != session.Answer {
		return ""
	}
	return command.Text(j.Command.Tag + " " + j.Command.Match.Line)
}

// dropPaste forgets the rest of a block, and returns a description of it; "" if nothing was left.
func (s *Shell) dropPaste(p *paste) string {
	if in := p.source; in != nil {
		p.source = nil
		if i := slices.Index(s.input.inputs, in); i >= 0 {
			s.input.inputs = slices.Delete(s.input.inputs, i, i+1)
			return "the rest of " + in.name
		}
		return ""
	}
	n := 0
	for _, queue := range []*[]inputLine{&s.input.ahead, &s.input.typed} {
		kept := (*queue)[:0]
		for _, l := range *queue {
			if l.of == p {
				n++
				continue
			}
			kept = append(kept, l)
		}
		*queue = kept
	}
	if n == 0 {
		return ""
	}
	return "what was pasted after it, " + text.Plural(n, "line")
}

// holdsBack drops what was pasted or typed ahead when a secret is asked for: the secret may be among it, and must not
// be run as a line. In a file, only the next line may be the secret.
func (s *Shell) holdsBack() {
	n := len(s.input.typed)
	if p := s.user.paste; p != nil && p.source != nil {
		s.user.due = passwordOfLogin
	} else if p != nil {
		n += len(slices.DeleteFunc(slices.Clone(s.input.ahead), func(l inputLine) bool { return l.of != p }))
		s.dropPaste(p)
	}
	s.input.typed = nil
	if n > 0 {
		s.note("what was pasted or typed after it, " + text.Plural(n, "line") + ", was not sent, because the password could be among them: send them again after the login")
	}
}

// openInput opens an input of lines. One that can be read twice is judged first; an error means that it must not run.
func openInput(name string, src io.Reader, stream bool) (*input, error) {
	in := newInput(name, src)
	whole, ok := src.(io.ReadSeeker)
	if f, isFile := src.(*os.File); isFile {
		info, err := f.Stat()
		ok = err == nil && info.Mode().IsRegular()
	}
	if stream || !ok {
		in.stream = &transcript.Stream{IsShell: isBareWord}
		return in, nil
	}
	all, err := io.ReadAll(whole)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if err := notUTF8(name, all); err != nil {
		return nil, err
	}
	b := transcript.Judge(all, transcript.Options{IsShell: isBareWord})
	switch b.Kind {
	case transcript.Script:
		in.whole = all
		_, err = whole.Seek(0, io.SeekStart)
	case transcript.Stray:
		err = fmt.Errorf("%s: line %d is from a transcript, but the lines before it are commands; nothing was sent", name, b.At)
	default:
		in.replay = b
	}
	return in, err
}

// judgeScripts opens the scripts before anything is sent, and reports whether they may run.
func (s *Shell) judgeScripts() bool {
	check := s.checker()
	for _, sc := range s.opt.Scripts {
		in, err := openInput(sc.Name, sc.From, sc.Stream)
		if in != nil {
			in.several = len(s.opt.Scripts) > 1
		}
		if err == nil && in.replay != nil {
			err = s.mayReplay(in.replay, sc.Name)
		}
		if err != nil {
			s.fail(err.Error())
			s.outcome.raise(StatusUsage)
			return false
		}
		s.script.looks = s.script.looks || in.stream != nil || looksBackIn(in.whole)
		s.sayFaults(faultsOf(check, sc.Name, in.whole))
		in.whole = nil
		s.input.inputs = append(s.input.inputs, in)
	}
	return s.outcome.status == StatusOK && !s.opt.CheckOnly
}

// sayFaults reports what is wrong with a script.
func (s *Shell) sayFaults(faults []string) {
	for _, f := range faults {
		s.outcome.fails(Failure{Text: f}, line.Place{})
		for row := range strings.SplitSeq(f, "\n") {
			s.fail(row)
		}
		s.outcome.raise(StatusUsage)
	}
}

// runs reports whether a line is to be run. A line of a stream may be a server's; if a transcript begins with it,
// that transcript becomes the next entry of the queue.
func (s *Shell) runs(t *task, l inputLine) bool {
	if l.stream == nil {
		return true
	}
	switch l.stream.Line(l.text, l.at.Line) {
	case transcript.Skip:
		s.warn(fmt.Sprintf("line %d is from a transcript: not sent", l.at.Line))
		s.notSent(StatusFailed)
		return false
	case transcript.Begins:
		s.begins(t, l)
		return false
	}
	return true
}

// begins reads the rest of a stream, in which a transcript begins or continues with line l, and makes it the next
// entry of the queue. It returns the transcript's first step if that has been begun already; nil otherwise.
func (s *Shell) begins(t *task, l inputLine) *transcript.Line {
	rest, ok := s.restOf(t, l)
	if !ok {
		return nil
	}
	b := l.stream.Rest(rest, l.at.Line)
	var begun *transcript.Line
	if len(b.Lines) > 0 && b.Lines[0].Begun {
		begun, b.Lines = &b.Lines[0], b.Lines[1:]
	}
	next := inputLine{at: l.at, of: l.of, replay: b}
	if next.of == nil {
		next.of = &paste{}
	}
	if begun == nil || len(b.Lines) > 0 {
		s.input.putAhead(next)
	}
	return begun
}

// restOf reads the rest of the stream that a line belongs to, including that line.
func (s *Shell) restOf(t *task, l inputLine) ([]byte, bool) {
	end := "\n"
	if l.end == endCRLF {
		end = "\r\n"
	}
	rest := append([]byte(l.text), end...)
	if l.of != nil && l.of.source == nil {
		for _, queue := range []*[]inputLine{&s.input.ahead, &s.input.typed} {
			for _, m := range *queue {
				if m.of == l.of {
					rest = append(append(rest, m.text...), '\n')
				}
			}
		}
		s.dropPaste(l.of)
		return rest, true
	}
	for len(s.input.inputs) > 0 && s.input.inputs[0].stream == l.stream {
		in := s.input.inputs[0]
		data, st, err := in.octets(64 << 10)
		rest = append(rest, data...)
		switch {
		case err != nil:
			s.warn(err.Error())
			s.outcome.raise(StatusUsage)
			return nil, false
		case st == inputEnd:
			s.input.inputs = s.input.inputs[1:]
		case st == inputWait && s.until(t, func() bool { return !in.filling }) != nil:
			return nil, false
		}
	}
	return rest, true
}

// byHand reports whether a line was typed at the terminal.
func (l *inputLine) byHand() bool { return l.at.Name == "" && l.of == nil }

// oneLine judges a single typed line without regard to others. It returns the block if it is a server line, which is
// not sent; nil otherwise.
func oneLine(text string) *transcript.Block {
	b := transcript.Judge([]byte(text), transcript.Options{IsShell: isBareWord, Typed: true})
	if b.Kind != transcript.Transcript {
		return nil
	}
	return b
}

// announced says what a transcript will do.
func announced(b *transcript.Block) string {
	commands, destroys := 0, 0
	for i := range b.Lines {
		if b.Lines[i].Kind == transcript.Command {
			commands++
		}
		if b.Lines[i].Destroys {
			destroys++
		}
	}
	says := text.Plural(commands, "command") + " of a transcript"
	if destroys > 0 {
		says += fmt.Sprintf(", %d destructive: %s", destroys, strings.Join(b.Destructive, ", "))
	}
	if b.Skipped > 0 {
		says += "; " + text.Plural(b.Skipped, "line") + " skipped"
	}
	return says
}
