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

// lineEnd says how a line of the input ended. It decides how the bytes of a literal announced by that line are
// counted.
type lineEnd uint8

const (
	endLF lineEnd = iota // LF, Enter, or the end of the input
	endCRLF
)

// An inputLine is one line of the input, without its end, or a transcript that runs in its place if replay is set.
type inputLine struct {
	text   command.Text
	end    lineEnd
	at     line.Place
	stream *transcript.Stream // judges it when it runs; nil if it was judged with its block, or typed
	of     *paste             // the block that it belongs to; nil if there is none
	replay *transcript.Block
	fixed  bool // its names have been replaced already
}

// inputState says what an input can give now.
type inputState uint8

const (
	inputHas  inputState = iota // here is something
	inputWait                   // nothing yet; wake will be signalled
	inputEnd                    // nothing more, ever
)

// maxLine is how long a line of the input may be, in bytes. A longer one is not a command but other data, which
// belongs in a literal.
const maxLine = 1 << 20

// An input is a source of lines and bytes that never blocks the caller: a goroutine reads ahead only while the buffer
// has less than was asked for, and owns the buffer until it signals wake.
type input struct {
	name    string
	src     io.Reader
	buf     []byte
	r, w    int
	lines   int
	err     error  // why src ended; io.EOF at its ordinary end
	filling bool   // the goroutine owns the buffer
	several bool   // other inputs run too: messages name this one
	sourced bool   // it was opened by :source
	of      *paste // at a terminal, the block that :source runs
	filled  chan struct{}
	stream  *transcript.Stream // judges lines one by one; nil if they were judged as a whole
	replay  *transcript.Block  // the transcript that src turned out to be; nil if it is commands
	whole   []byte             // the text of commands that were judged as a whole, until it has been checked
}

// OpenScript opens a file whose lines are to be run. A pipe or the like is opened only by the first Read, as opening
// it may block.
func OpenScript(name string) (io.ReadCloser, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return &unopened{name: name}, nil
	}
	return os.Open(name)
}

// An unopened is a file that is opened by its first Read.
type unopened struct {
	name string
	file *os.File
}

// Close closes the file if it has been opened.
func (u *unopened) Close() error {
	if u.file == nil {
		return nil
	}
	return u.file.Close()
}

// Read opens the file if necessary, and reads from it.
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
	return &input{name: name, src: src, filled: make(chan struct{}, 1), buf: make([]byte, 16<<10)}
}

// wake returns a channel that is signalled once after each call that returned inputWait; then took must be called.
func (in *input) wake() <-chan struct{} { return in.filled }

// took takes the buffer back from the reading goroutine.
func (in *input) took() { in.filling = false }

// line returns the next line. An error (a line too long, a failed read) ends the input.
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

// notUTF8 refuses an input that begins like UTF-16, in which some editors and shells on Windows save files.
func notUTF8(name string, begins []byte) error {
	if bytes.HasPrefix(begins, []byte("\xff\xfe")) || bytes.HasPrefix(begins, []byte("\xfe\xff")) {
		return fmt.Errorf("%s is UTF-16: save it as UTF-8; nothing of it was sent", name)
	}
	return nil
}

// ready reports whether line has something to return: a line, or the end. If not, it starts to read.
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

// octets returns up to most bytes, unchanged; they are valid until the next call.
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

// back puts back unused bytes that the last call returned.
func (in *input) back(data []byte) {
	in.r -= len(data)
	in.lines -= bytes.Count(data, []byte("\n"))
}

// midLine reports whether the bytes taken ended within a line, as far as the buffer shows.
func (in *input) midLine() bool {
	return !in.filling && in.r < in.w && in.buf[in.r] != '\n' && in.buf[in.r] != '\r'
}

// fill reads more, in another goroutine.
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
