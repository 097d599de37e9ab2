package repl

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"imapsh/internal/conn"
)

// A feed is the octets of a literal that come from somewhere else: the user's
// input, or a file.
type feed struct {
	in     *input // nil: lines typed at the terminal
	left   int64  // octets still to send
	crlf   bool   // each LF is sent as CRLF, and counts two
	size   int64
	lines  int // line ends sent
	last   byte
	name   string // of the file, "" for the user's input
	close  io.Closer
	secret bool
	drop   bool // refused: read, not sent
}

// pasteGap tells a paste, whose lines follow each other at once, from a person who has seen
// the refusal and types on.
const pasteGap = 400 * time.Millisecond

// beginLiteral goes on with the octets that the user has announced.
func (s *Shell) beginLiteral(j *job) {
	f := &feed{left: j.literal.Size, size: j.literal.Size, crlf: j.end == endLF, secret: j.secret}
	if len(s.inputs) > 0 {
		f.in = s.inputs[0]
	}
	j.literal = nil
	j.feed = f
	j.rest = true
	if !j.refusal {
		s.showFeed(f)
	}
}

// feedLiteral sends on what the source of a literal has.
func (s *Shell) feedLiteral(j *job) bool {
	f := j.feed
	if f.left == 0 {
		s.fedLiteral(j)
		return true
	}
	if f.in == nil {
		return s.feedTyped(j)
	}
	data, st, err := f.in.octets(min(f.left, 64<<10))
	switch st {
	case inputWait:
		return false
	case inputEnd:
		s.cutShort(j, err)
		return true
	}
	s.feedBytes(j, data)
	return true
}

// feedTyped takes a literal's octets from the lines typed at the terminal.
func (s *Shell) feedTyped(j *job) bool {
	l, st := s.take()
	switch st {
	case inputWait:
		if j.feed.drop && !s.timers.isSet(timeRefused) {
			s.timers.set(timeRefused, s.opt.Now().Add(pasteGap), func() { s.dropped(j) })
		}
		return false
	case inputEnd:
		s.cutShort(j, nil)
		return true
	}
	f := j.feed
	s.timers.clear(timeRefused)
	line := []byte(l.text)
	if int64(len(line)) >= f.left {
		rest := line[f.left:]
		s.feedBytes(j, line[:f.left])
		s.ahead = append([]inputLine{{text: string(rest), end: l.end, at: l.at}}, s.ahead...)
		return true
	}
	s.feedBytes(j, append(line, '\n'))
	return true
}

// feedBytes sends octets of the input, each LF as CRLF where lines were ended by LF.
func (s *Shell) feedBytes(j *job, data []byte) {
	f := j.feed
	out := data
	if f.crlf && bytes.IndexByte(data, '\n') >= 0 {
		out = make([]byte, 0, len(data)+64)
		used := 0
		for i, c := range data {
			if int64(len(out)) >= f.left {
				break
			}
			used = i + 1
			if c == '\n' {
				out = append(out, '\r')
				if int64(len(out)) >= f.left {
					used = i // its LF is the end of the line that follows
					break
				}
			}
			out = append(out, c)
		}
		if f.in != nil && used < len(data) {
			f.in.back(data[used:])
		}
	} else {
		out = bytes.Clone(data)
	}
	f.left -= int64(len(out))
	f.lines += bytes.Count(out, []byte("\r\n"))
	if f.drop {
		return
	}
	if len(out) > 0 {
		f.last = out[len(out)-1]
	}
	s.showOctets(f, out)
	s.send(conn.Op{Bytes: out})
}

// fedLiteral ends a literal whose octets have all been sent or dropped.
func (s *Shell) fedLiteral(j *job) {
	f := j.feed
	j.feed = nil
	if f.close != nil {
		f.close.Close()
	}
	switch {
	case f.drop:
		s.out.Note(fmt.Sprintf("%d octets of the refused literal were read and not sent", f.size))
	case f.name == "" && f.lines > 0 && f.last != '\n' && s.midLine(f):
		s.out.Warn(fmt.Sprintf("the literal ends inside a line; with each line end counted as two octets (CRLF) it would be {%d} to the end of that line", f.size+s.lineRest(f)))
	}
}

// dropped ends what is left of a refused command at a terminal: what had been typed for its
// literal was not sent, what is typed from here on is no part of it.
func (s *Shell) dropped(j *job) {
	if f := j.feed; f != nil && f.left < f.size {
		s.out.Note(fmt.Sprintf("%d octets typed for the refused literal were not sent", f.size-f.left))
	}
	j.feed, j.rest = nil, false
	s.finish(j)
}

// lineRest is how many octets of the line that a literal ended in are behind it.
func (s *Shell) lineRest(f *feed) int64 {
	if f.in == nil {
		return int64(len(s.ahead[0].text) + len("\r\n"))
	}
	rest, _, _ := bytes.Cut(f.in.buf[f.in.r:f.in.w], []byte("\n"))
	return int64(len(bytes.TrimSuffix(rest, []byte("\r"))) + len("\r\n"))
}

// midLine tells whether the octets of the literal ended inside a line of the input.
func (s *Shell) midLine(f *feed) bool {
	if f.in != nil {
		return f.in.midLine()
	}
	return len(s.ahead) > 0 && s.ahead[0].text != ""
}

// cutShort ends a literal that has not got the octets that were announced: the
// server waits for them, so that nothing else can be sent on this connection.
func (s *Shell) cutShort(j *job, err error) {
	f := j.feed
	from := "the input"
	if f.name != "" {
		from = f.name
	}
	j.feed = nil
	if f.drop {
		s.finish(j)
		return
	}
	text := fmt.Sprintf("%s ended %d octets before the literal of %d in %s %s was whole", from, f.left, f.size, j.cmd.Tag, j.cmd.Match.Name)
	if err != nil {
		text = fmt.Sprintf("%s: %v", text, err)
	}
	s.out.Warn(text)
	s.out.Note("the server still waits for them: the connection is closed")
	s.raise(StatusUsage)
	s.disconnect(nil)
}
