package repl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/terminal"
	"imapsh/internal/wire"
)

// A sink takes the values of BODY[…], BINARY[…] and RFC822* of one FETCH into a
// file, or with %d in the name into one for each message.
type sink struct {
	name     string
	appendTo bool
	each     bool // %d
	file     *os.File
	seq      uint64 // message that file is of
	values   int
	octets   int64
	files    int
	err      error
	quiet    bool // says nothing of what it saved
	spilling bool // octets of a spilled literal that is wanted are passing
}

// openSink opens the file before anything is sent; overwriting one asks at a terminal.
func (s *Shell) openSink(re redirection, then func(*sink)) {
	k := &sink{name: re.out, appendTo: re.appendTo, each: strings.Contains(re.out, "%d")}
	if k.each {
		then(k)
		return
	}
	open := func() {
		if err := k.open(k.name); err != nil {
			s.out.Warn(err.Error() + "; FETCH was not sent")
			s.notSentStatus(StatusUsage)
			return
		}
		then(k)
	}
	_, err := os.Stat(k.name)
	if k.appendTo || errors.Is(err, fs.ErrNotExist) || !s.interactive() {
		open()
		return
	}
	s.question(terminal.Question{Prompt: "Overwrite " + safe(k.name) + "? [y/N] "}, func(l inputLine, st inputState) {
		if a := strings.ToLower(strings.TrimSpace(l.text)); st == inputHas && (a == "y" || a == "yes") {
			open()
		} else {
			s.out.Note("FETCH was not sent")
		}
	})
}

func (k *sink) open(name string) error {
	mode := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if k.appendTo {
		mode = os.O_CREATE | os.O_WRONLY | os.O_APPEND
	}
	f, err := os.OpenFile(name, mode, 0o600)
	if err != nil {
		return fmt.Errorf("> %s: %w", name, errors.Unwrap(err))
	}
	k.file = f
	k.files++
	return nil
}

// target gives the file for a message's value.
func (k *sink) target(seq uint64) io.Writer {
	if k.err != nil {
		return io.Discard
	}
	if !k.each {
		if k.values > 0 && !k.appendTo && k.seq != seq {
			k.err = fmt.Errorf("> %s: values of more than one message need %%d, the sequence number, in the name: only message %d was saved", k.name, k.seq)
			return io.Discard
		}
	} else if k.file == nil || k.seq != seq {
		if k.file != nil {
			k.file.Close()
			k.file = nil
		}
		if k.err = k.open(strings.ReplaceAll(k.name, "%d", fmt.Sprint(seq))); k.err != nil {
			return io.Discard
		}
	}
	k.seq = seq
	return k.file
}

func (k *sink) write(seq uint64, b []byte) {
	n, err := k.target(seq).Write(b)
	if k.err == nil {
		k.octets += int64(n)
		if err != nil {
			k.err = fmt.Errorf("> %s: %w", k.name, err)
		}
	}
}

// part takes octets of literals too large to be kept, as they pass.
func (k *sink) part(p *wire.Part) {
	if p.Literal == nil || !p.Literal.Spilled {
		k.spilling = false
		return
	}
	if p.Frame != nil && !k.spilling {
		seq, wanted := spilled(p.Frame.Raw)
		if k.spilling = wanted; wanted {
			k.write(seq, nil)
			k.values++
		}
	}
	if k.spilling && k.err == nil {
		k.write(k.seq, p.Bytes)
	}
}

// spilled reads, from a FETCH response up to a literal, the message's number and
// whether the literal is a value that a sink wants.
func spilled(raw []byte) (seq uint64, wanted bool) {
	rest, ok := bytes.CutPrefix(raw, []byte("* "))
	num, rest, _ := bytes.Cut(rest, []byte(" "))
	seq, isNum := wire.Number(num)
	if !ok || !isNum || len(rest) < 5 || !bytes.EqualFold(rest[:5], []byte("FETCH")) {
		return 0, false
	}
	at := bytes.LastIndexByte(rest, '{')
	if at < 0 {
		return 0, false
	}
	head := bytes.TrimRight(rest[:at], "~ ")
	if i := bytes.LastIndexAny(head, " ("); i >= 0 && bytes.IndexByte(head[i:], ']') < 0 {
		head = head[i+1:]
	} else if i := bytes.LastIndexByte(head, '['); i >= 0 {
		head = head[bytes.LastIndexAny(head[:i], " (")+1:]
	}
	return seq, savedItem(head)
}

// savedItem tells whether an item's value is one that "> FILE" saves.
func savedItem(name []byte) bool {
	up := bytes.ToUpper(name)
	return bytes.HasPrefix(up, []byte("BODY[")) || bytes.HasPrefix(up, []byte("BINARY[")) ||
		bytes.Equal(up, []byte("RFC822")) || bytes.HasPrefix(up, []byte("RFC822.")) && !bytes.Equal(up, []byte("RFC822.SIZE"))
}

// fetch takes the values of a response that were kept; a NIL is an empty one.
func (k *sink) fetch(f *response.Fetch, frame *wire.Frame) {
	for i := range f.Items {
		it := &f.Items[i]
		if it.Kind != response.ItemBody {
			continue
		}
		if l := it.Body.Lit; l >= 0 && frame.Literals[l].Spilled {
			continue // it has passed already
		}
		k.write(uint64(f.Seq), it.Body.B)
		k.values++
	}
}

// close closes the file that is open.
func (k *sink) close() {
	if k.file != nil {
		if err := k.file.Close(); err != nil && k.err == nil {
			k.err = fmt.Errorf("> %s: %w", k.name, err)
		}
		k.file = nil
	}
}

// closeSink ends the saving of a job and tells what was saved.
func (s *Shell) closeSink(j *job) {
	k := j.sink
	if k == nil {
		return
	}
	j.sink = nil
	k.close()
	switch {
	case k.quiet:
	case k.err != nil:
		s.out.Warn(k.err.Error())
		if !s.interactive() {
			s.raise(StatusFailed)
		}
	case k.files > 1:
		s.out.Note(fmt.Sprintf("%d octets saved in %d files, %s", k.octets, k.files, k.name))
	case k.values == 0:
		s.out.Warn(fmt.Sprintf("> %s: no BODY[…], BINARY[…] or RFC822 value came", k.name))
	default:
		s.out.Note(fmt.Sprintf("%d octets saved in %s", k.octets, k.name))
	}
}
