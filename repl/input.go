package repl

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/transcript"
)

// lineEnd is how a line of the input ended: it decides how the bytes of a
// literal announced by that line are counted.
type lineEnd uint8

const (
	endLF lineEnd = iota // LF, Enter, or the end of the input
	endCRLF
)

// An inputLine is one line of the input, without its end; or if replay is set, a transcript that
// runs in its place.
type inputLine struct {
	text   command.Text
	end    lineEnd
	at     line.Place
	stream *transcript.Stream // that it is read by; nil if it was judged with its block, or typed
	of     *paste             // the block that it was pasted in; nil for others
	replay *transcript.Block
	fixed  bool // its names have been replaced
}

// inputState is what an input can give just now.
type inputState uint8

const (
	inputHas  inputState = iota // here it is
	inputWait                   // nothing yet: wake will be signalled
	inputEnd                    // nothing ever again
)

// maxLine is how long a line of the input may be. Longer ones are not commands,
// but some other file: bytes belong in a literal.
const maxLine = 1 << 20

// An input is a stream of lines and bytes that never blocks the caller: a
// goroutine continues to read only while the buffer holds less than was asked for, and
// owns the buffer until it has signalled wake.
type input struct {
	name    string
	src     io.Reader
	buf     []byte
	r, w    int
	lines   int
	err     error // that ended src; io.EOF is the ordinary end
	filling bool
	several bool   // other inputs run too: messages name this one
	sourced bool   // it is of :source
	of      *paste // at a terminal, what :source runs is such a block
	filled  chan struct{}
	stream  *transcript.Stream // reads what was not judged as a whole; nil if there is none
	replay  *transcript.Block  // what src was found to be; nil for commands
	whole   []byte             // the text of commands that were judged as a whole, until they have been checked
}

// OpenScript opens a file whose lines are run. A pipe or the like is opened when it is
// first read: opening it may wait for somebody else.
func OpenScript(name string) (io.ReadCloser, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return &unopened{name: name}, nil
	}
	return os.Open(name)
}

// An unopened is a file that its first Read opens.
type unopened struct {
	name string
	file *os.File
}

// Close closes what has been opened.
func (u *unopened) Close() error {
	if u.file == nil {
		return nil
	}
	return u.file.Close()
}

// Read opens the file if that has not been done, and continues to read.
func (u *unopened) Read(p []byte) (int, error) {
	if u.file == nil {
		f, err := os.Open(u.name)
		if err != nil {
			return 0, err
		}
		u.file = f
	}
	return u.file.Read(p)
}

func newInput(name string, src io.Reader) *input {
	return &input{name: name, src: src, filled: make(chan struct{}, 1), buf: make([]byte, 64<<10)}
}

// wake is signalled once after each call that answered inputWait; took must be called then.
func (in *input) wake() <-chan struct{} { return in.filled }

// took takes the buffer back from the reading goroutine.
func (in *input) took() { in.filling = false }

// line gives the next line. An error is of the input itself (a line too long, a
// read that failed) and ends it.
func (in *input) line() (inputLine, inputState, error) {
	if in.filling {
		return inputLine{}, inputWait, nil
	}
	if b := in.replay; b != nil {
		in.replay, in.err = nil, io.EOF
		return inputLine{at: line.Place{Name: in.name, Several: in.several}, of: &paste{}, replay: b}, inputHas, nil
	}
	data := in.buf[in.r:in.w]
	i := bytes.IndexByte(data, '\n')
	if in.lines == 0 {
		if err := notUTF8(in.name, data); err != nil {
			return inputLine{}, inputEnd, err
		}
	}
	switch {
	case i >= 0:
		in.r += i + 1
	case len(data) > maxLine:
		return inputLine{}, inputEnd, fmt.Errorf("%s, line %d: longer than %d bytes, too long for a command; send data as a literal: APPEND mailbox < FILE", in.name, in.lines+1, maxLine)
	case in.err == nil:
		in.fill()
		return inputLine{}, inputWait, nil
	case in.err != io.EOF:
		return inputLine{}, inputEnd, fmt.Errorf("reading %s after line %d: %w", in.name, in.lines, in.err)
	case len(data) == 0:
		return inputLine{}, inputEnd, nil
	default: // the last line has no end
		in.r, i = in.w, len(data)
	}
	in.lines++
	l := inputLine{at: line.Place{Name: in.name, Line: in.lines, Several: in.several}, stream: in.stream, of: in.of}
	text := data[:i]
	if bytes.HasSuffix(text, []byte("\r")) {
		text, l.end = text[:len(text)-1], endCRLF
	}
	l.text = command.Text(text)
	return l, inputHas, nil
}

// notUTF8 refuses an input that begins as UTF-16 does: an editor or shell of Windows has saved it so.
func notUTF8(name string, begins []byte) error {
	if bytes.HasPrefix(begins, []byte("\xff\xfe")) || bytes.HasPrefix(begins, []byte("\xfe\xff")) {
		return fmt.Errorf("%s is UTF-16: save it as UTF-8; nothing of it was sent", name)
	}
	return nil
}

// ready reports whether line has something to give: a line, or the end. Else it continues to read.
func (in *input) ready() bool {
	if in.filling {
		return false
	}
	if in.replay != nil {
		return true
	}
	if data := in.buf[in.r:in.w]; in.err != nil || len(data) > maxLine || bytes.IndexByte(data, '\n') >= 0 {
		return true
	}
	in.fill()
	return false
}

// octets gives up to most bytes, as they are; they are valid until the next call.
func (in *input) octets(most int64) ([]byte, inputState, error) {
	if in.filling {
		return nil, inputWait, nil
	}
	data := in.buf[in.r:in.w]
	switch {
	case len(data) > 0:
		if int64(len(data)) > most {
			data = data[:most]
		}
		in.r += len(data)
		in.lines += bytes.Count(data, []byte("\n"))
		return data, inputHas, nil
	case in.err == nil:
		in.fill()
		return nil, inputWait, nil
	case in.err != io.EOF:
		return nil, inputEnd, fmt.Errorf("reading %s: %w", in.name, in.err)
	}
	return nil, inputEnd, nil
}

// back returns bytes that the last call gave and that were not used.
func (in *input) back(data []byte) {
	in.r -= len(data)
	in.lines -= bytes.Count(data, []byte("\n"))
}

// midLine reports whether the bytes taken ended inside a line, as far as the buffer knows.
func (in *input) midLine() bool {
	return !in.filling && in.r < in.w && in.buf[in.r] != '\n' && in.buf[in.r] != '\r'
}

// fill reads again, in a goroutine of its own.
func (in *input) fill() {
	if in.r > 0 {
		copy(in.buf, in.buf[in.r:in.w])
		in.r, in.w = 0, in.w-in.r
	}
	if in.w == len(in.buf) {
		in.buf = append(in.buf, make([]byte, len(in.buf))...)
	}
	in.filling = true
	go func() {
		n, err := in.src.Read(in.buf[in.w:])
		in.w += n
		in.err = err
		in.filled <- struct{}{}
	}()
}
