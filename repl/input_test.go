package repl

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"imapsh/internal/line"
)

// next waits for what an input returns next, as the loop does.
func next(in *input) (inputLine, inputState, error) {
	for {
		l, st, err := in.line()
		if st != inputWait {
			return l, st, err
		}
		<-in.wake()
		in.took()
	}
}

func nextOctets(in *input, most int64) ([]byte, inputState, error) {
	for {
		b, st, err := in.octets(most)
		if st != inputWait {
			return b, st, err
		}
		<-in.wake()
		in.took()
	}
}

func TestLinesEndInLFOrCRLFOrTheEndOfTheInput(t *testing.T) {
	t.Parallel()
	for name, wrap := range map[string]func(io.Reader) io.Reader{"in one piece": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "data with its error": iotest.DataErrReader} {
		t.Run(name, func(t *testing.T) {
			in := newInput("x", wrap(strings.NewReader("one\ntwo\r\n\nlast")))
			want := []inputLine{{text: "one", end: endLF, at: line.Place{Name: "x", Line: 1}}, {text: "two", end: endCRLF, at: line.Place{Name: "x", Line: 2}}, {text: "", end: endLF, at: line.Place{Name: "x", Line: 3}}, {text: "last", end: endLF, at: line.Place{Name: "x", Line: 4}}}
			for _, w := range want {
				if l, st, err := next(in); l != w || st != inputHas || err != nil {
					t.Errorf("got %+v %v %v, want %+v", l, st, err, w)
				}
			}
			if _, st, err := next(in); st != inputEnd || err != nil {
				t.Errorf("at the end: %v %v", st, err)
			}
		})
	}
}

func TestBytesAndLinesComeFromTheSameInput(t *testing.T) {
	t.Parallel()
	in := newInput("x", iotest.HalfReader(strings.NewReader("{5}\nhello rest\nnoop\n")))
	next(in)
	got := ""
	for len(got) < 5 {
		b, _, _ := nextOctets(in, int64(5-len(got)))
		got += string(b)
	}
	l, _, _ := next(in)
	m, _, _ := next(in)
	if got != "hello" || l.text != " rest" || m.text != "noop" || m.at.Line != 3 {
		t.Errorf("got %q, %q, %+v", got, l.text, m)
	}
}

func TestAFailedReadIsReportedWithItsPlace(t *testing.T) {
	t.Parallel()
	in := newInput("x", io.MultiReader(strings.NewReader("noop\n"), iotest.ErrReader(errors.New("disk on fire"))))
	next(in)
	if _, st, err := next(in); st != inputEnd || err == nil || !strings.Contains(err.Error(), "after line 1: disk on fire") {
		t.Errorf("got %v %v", st, err)
	}
}

func TestAnEndlessLineIsRefusedAndNotKept(t *testing.T) {
	t.Parallel()
	in := newInput("junk", endless{})
	_, st, err := next(in)
	if st != inputEnd || err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("got %v %v", st, err)
	}
	if len(in.buf) > 8*maxLine {
		t.Errorf("%d bytes of it were kept", len(in.buf))
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func BenchmarkAMillionLinesThatAreNotRun(b *testing.B) {
	text := strings.Repeat("# nothing to do\n", 1000)
	for b.Loop() {
		in := newInput("x", strings.NewReader(text))
		for {
			if _, st, _ := next(in); st == inputEnd {
				break
			}
		}
	}
}
