package repl

import (
	"bytes"
	"fmt"
	"io"

	"imapsh/tagger"
)

// An attachment is a file that a command sends as its last argument. It is opened before anything is sent. The
// command that keeps it closes it after the literal.
type attachment struct {
	file io.ReadCloser
	name string
	size int64
	note string // what the user should know about it; "" if nothing
	err  error
}

// attach opens and measures a file in another goroutine; it returns nil if the user does not wait for that.
func (s *Shell) attach(t *task, name string, asIs bool) *attachment {
	var a *attachment
	if s.beside(t, func() { a = openAttachment(name, asIs) }) != nil {
		return nil
	}
	return a
}

func openAttachment(name string, asIs bool) *attachment {
	a := &attachment{name: name}
	a.file, a.size, a.note, a.err = openLiteral(name, asIs)
	return a
}

// attached returns the attachment as a tagger.Line takes it.
func (a *attachment) attached() *tagger.Attachment {
	return &tagger.Attachment{Source: a.file, Size: a.size, Name: a.name}
}

// drop closes a file that was not sent.
func (a *attachment) drop() {
	if a != nil && a.file != nil {
		a.file.Close()
	}
}

// keep leaves the closing of the file to the command.
func (a *attachment) keep() {
	if a != nil {
		a.file = nil
	}
}

// openLiteral opens a file to be sent as a literal, and returns it with its size and a note. LF line ends become CRLF
// if the file has no CRLF at all, and the note says so; with asIs the file is sent unchanged.
func openLiteral(name string, asIs bool) (io.ReadCloser, int64, string, error) {
	f, err := ordinary(name)
	if err != nil {
		return nil, 0, "", fmt.Errorf("< %s: %w", name, err)
	}
	size, lf, crlf, err := measure(f)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, 0, "", fmt.Errorf("< %s: %w", name, err)
	}
	if asIs || lf == 0 || crlf > 0 {
		return f, size, "", nil
	}
	note := fmt.Sprintf("%s has LF line ends: %d of them are sent as CRLF (<= sends it unchanged)", name, lf)
	return &crlfReader{f: f}, size + lf, note, nil
}

// measure reads a file to its end and counts its bytes, LFs and CRLFs.
func measure(r io.Reader) (size, lf, crlf int64, err error) {
	buf := make([]byte, 64<<10)
	last := byte(0)
	for {
		n, err := r.Read(buf)
		b := buf[:n]
		size += int64(n)
		lf += int64(bytes.Count(b, []byte("\n")))
		crlf += int64(bytes.Count(b, []byte("\r\n")))
		if n > 0 {
			if last == '\r' && b[0] == '\n' {
				crlf++
			}
			last = b[n-1]
		}
		if err == io.EOF {
			return size, lf, crlf, nil
		}
		if err != nil {
			return 0, 0, 0, err
		}
	}
}

// crlfReader reads a file and returns CRLF for each LF.
type crlfReader struct {
	f   io.ReadCloser
	buf []byte
}

func (c *crlfReader) Read(p []byte) (int, error) {
	if len(c.buf) == 0 {
		raw := make([]byte, 32<<10)
		n, err := c.f.Read(raw)
		if n == 0 {
			return 0, err
		}
		c.buf = bytes.ReplaceAll(raw[:n], []byte("\n"), []byte("\r\n"))
	}
	n := copy(p, c.buf)
	c.buf = c.buf[n:]
	return n, nil
}

func (c *crlfReader) Close() error { return c.f.Close() }
