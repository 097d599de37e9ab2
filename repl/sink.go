package repl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"imapsh/internal/line"
	"imapsh/internal/response"
	"imapsh/internal/session"
	"imapsh/internal/trace"
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
	at       int  // where that literal is in its response
}

// openSink opens the file before anything is sent; overwriting one asks at a terminal. It returns nil
// where the command is not to be sent.
func (s *Shell) openSink(t *task, r line.Redirection) *sink {
	k := &sink{name: r.Out, appendTo: r.Append, each: strings.Contains(r.Out, "%d")}
	if k.each {
		return k
	}
	if _, err := os.Stat(k.name); err == nil && !k.appendTo && s.interactive() && !s.yes(t, "Overwrite "+safe(k.name)+"?") {
		s.note("FETCH was not sent")
		return nil
	}
	if err := k.open(k.name); err != nil {
		s.warn(err.Error() + "; FETCH was not sent")
		s.notSent(StatusUsage)
		return nil
	}
	return k
}

// Depth is that of values.
func (k *sink) Depth() trace.Depth { return trace.Values }

// Hear takes what its command has asked for.
func (k *sink) Hear(e *trace.Event) {
	if !e.Asked {
		return
	}
	switch e.Kind {
	case trace.Octets:
		if e.Part != nil {
			k.part(e.Part)
		}
	case trace.Response:
		k.spilling = false
		if f, ok := e.Seen.Value.(*response.Fetch); ok {
			k.fetch(f, e.Seen.Frame)
		}
	}
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
	if p.Frame != nil && (!k.spilling || p.Literal.At != k.at) {
		k.at = p.Literal.At
		seq, item, ok := response.LiteralOf(p.Frame.Raw)
		if k.spilling = ok && savedItem(item); k.spilling {
			k.write(uint64(seq), nil)
			k.values++
		}
	}
	if k.spilling && k.err == nil {
		k.write(k.seq, p.Bytes)
	}
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

// ended ends the saving and says what was saved.
func (k *sink) ended(s *Shell, _ *session.Job) {
	k.close()
	switch {
	case k.quiet:
	case k.err != nil:
		s.warn(k.err.Error())
		if !s.interactive() {
			s.outcome.raise(StatusFailed)
		}
	case k.files > 1:
		s.note(fmt.Sprintf("%d octets saved in %d files, %s", k.octets, k.files, k.name))
	case k.values == 0:
		s.warn(fmt.Sprintf("> %s: no BODY[…], BINARY[…] or RFC822 value came", k.name))
	default:
		name := k.name
		if k.each {
			name = strings.ReplaceAll(name, "%d", fmt.Sprint(k.seq))
		}
		s.note(fmt.Sprintf("%d octets saved in %s", k.octets, name))
	}
}
