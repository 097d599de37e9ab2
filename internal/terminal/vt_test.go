//go:build linux || darwin

package terminal

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// A vt is as much of a terminal as the tests need: rows of single-width characters, without a limit below, so that
// what has scrolled away can still be checked.
type vt struct {
	cols     int
	rows     [][]rune
	row, col int
	pending  string // an unfinished sequence
	raw      bytes.Buffer
}

func (v *vt) write(p []byte) {
	v.raw.Write(p)
	s := v.pending + string(p)
	v.pending = ""
	for s != "" {
		if s[0] == '\x1b' {
			end := strings.IndexFunc(s[min(2, len(s)):], func(r rune) bool { return r >= 0x40 && r < 0x7f })
			if end < 0 {
				break
			}
			v.control(s[2:2+end], s[2+end])
			s = s[2+end+1:]
			continue
		}
		r, n := rune(s[0]), 1
		for _, r = range s {
			break
		}
		if r == '\uFFFD' && len(s) < 3 {
			break
		}
		n = len(string(r))
		switch r {
		case '\r':
			v.col = 0
		case '\n':
			v.row++
		default:
			if v.col == v.cols {
				v.row, v.col = v.row+1, 0
			}
			v.line()[v.col] = r
			v.col++
		}
		s = s[n:]
	}
	v.pending = s
}

func (v *vt) line() []rune {
	for len(v.rows) <= v.row {
		v.rows = append(v.rows, []rune(strings.Repeat(" ", v.cols)))
	}
	return v.rows[v.row]
}

func (v *vt) control(args string, final byte) {
	n, _ := strconv.Atoi(args)
	switch final {
	case 'A':
		v.row = max(0, v.row-max(1, n))
	case 'B':
		v.row += max(1, n)
	case 'K':
		for i := range v.line()[v.col:] {
			v.rows[v.row][v.col+i] = ' '
		}
	case 'C':
		v.col += max(1, n)
	case 'J':
		for i := range v.line()[v.col:] {
			v.rows[v.row][v.col+i] = ' '
		}
		v.rows = v.rows[:v.row+1]
	}
}

// String returns what is on the screen, without trailing spaces and rows.
func (v *vt) String() string {
	var rows []string
	for _, r := range v.rows {
		rows = append(rows, strings.TrimRight(string(r), " "))
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

// A rig is a Terminal on a pseudo-terminal, and what types and looks at its other end.
type rig struct {
	Terminal
	t      *testing.T
	master *os.File
	slave  *os.File

	mu   sync.Mutex
	cond *sync.Cond
	vt   vt
}

// deadline only ends a test that hangs.
const deadline = 2 * time.Minute

func newRig(t *testing.T, cols, rows int, c Config) *rig {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	master = pollable(t, master)
	if cols > 0 {
		if err := pty.Setsize(slave, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
			t.Fatal(err)
		}
	}
	r := &rig{t: t, master: master, slave: slave, vt: vt{cols: max(cols, 80)}}
	if cols > 0 {
		r.vt.cols = cols
	}
	r.cond = sync.NewCond(&r.mu)
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			r.mu.Lock()
			r.vt.write(buf[:n])
			r.cond.Broadcast()
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	c.In, c.Out = slave, slave
	if r.Terminal, err = Open(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		slave.Close()
		master.Close()
	})
	return r
}

// pollable makes Close end a pending Read of f.
func pollable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	defer f.Close()
	fd, err := unix.Dup(int(f.Fd()))
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

// reads types each chunk so that one read returns it.
func (r *rig) reads(chunks ...string) {
	var d decoder
	for _, c := range chunks {
		var keys []key
		d.decode([]byte(c), func(k key) { keys = append(keys, k) })
		r.Terminal.(*full).typed(keys)
	}
}

func (r *rig) typ(s string) {
	r.t.Helper()
	if _, err := r.master.WriteString(s); err != nil {
		r.t.Fatal(err)
	}
}

// wait blocks until the screen satisfies ok.
func (r *rig) wait(what string, ok func(v *vt) bool) {
	r.t.Helper()
	late := false
	timer := time.AfterFunc(deadline, func() {
		r.mu.Lock()
		late = true
		r.cond.Broadcast()
		r.mu.Unlock()
	})
	defer timer.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for !ok(&r.vt) {
		if late {
			r.t.Fatalf("never seen: %s\nscreen:\n%s\nlast bytes: %q", what, &r.vt, tail(r.vt.raw.Bytes(), 400))
		}
		r.cond.Wait()
	}
}

// shows blocks until the complete screen is this.
func (r *rig) shows(rows ...string) {
	r.t.Helper()
	want := strings.Join(rows, "\n")
	r.wait(want, func(v *vt) bool { return v.String() == want })
}

// cursorAt blocks until the cursor is there.
func (r *rig) cursorAt(row, col int) {
	r.t.Helper()
	r.wait("cursor at "+strconv.Itoa(row)+","+strconv.Itoa(col), func(v *vt) bool { return v.row == row && v.col == col })
}

// raw returns every byte written so far.
func (r *rig) raw() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.vt.raw.String()
}

// next takes an answer and compares it, except for its error.
func (r *rig) next(want Answer) Answer {
	r.t.Helper()
	select {
	case a := <-r.Answers():
		if a.Kind != want.Kind || a.Text != want.Text || a.Pos != want.Pos {
			r.t.Fatalf("answer: got %v %.200q at %d (%v), want %v %.200q at %d", a.Kind, a.Text, a.Pos, a.Err, want.Kind, want.Text, want.Pos)
		}
		return a
	case <-time.After(deadline):
		r.t.Fatalf("no answer, want %v %q\nscreen:\n%s", want.Kind, want.Text, r.screenText())
		return Answer{}
	}
}

// posts blocks until an answer of this kind is waiting.
func (r *rig) posts(k AnswerKind) {
	r.t.Helper()
	var a *answers
	switch term := r.Terminal.(type) {
	case *full:
		a = term.answers
	case *plain:
		a = term.answers
	}
	for end := time.Now().Add(deadline); ; time.Sleep(time.Millisecond) {
		if _, waits := a.pending(k); waits {
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("no %v was posted\nscreen:\n%s", k, r.screenText())
		}
	}
}

func (r *rig) screenText() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.vt.String()
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }
