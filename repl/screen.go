package repl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"syscall"
	"time"

	"imapsh/internal/trace"
	"imapsh/render"
)

// A screen shows what happens, but for what a command's own listeners show elsewhere.
type screen struct {
	*render.Renderer
	// refused reports whether a failure to connect ends the program.
	refused func() bool
}

// Hear shows an event.
func (v *screen) Hear(e *trace.Event) {
	switch {
	case e.Elsewhere:
	case e.Kind == trace.Lost && e.Text != "" && v.refused():
		said := *e
		said.Text, said.Hint = "", ""
		v.Renderer.Hear(&said)
		v.Error(e.Text)
		if e.Hint != "" {
			v.Error(e.Hint)
		}
	case e.Saved != "":
		v.Renderer.HearSaved(e)
	default:
		v.Renderer.Hear(e)
	}
}

// note says something of ours: one line.
func (s *Shell) note(text string) { s.say(trace.Note, "", text) }

// warn says what should not be overlooked: one line, which names the file that the line being run is
// from, where there are several.
func (s *Shell) warn(text string) { s.say(trace.Warning, "", s.input.at.Says(text)) }

func (s *Shell) say(kind trace.Kind, conn, text string) {
	s.events.Post(trace.Event{Kind: kind, Conn: conn, At: s.now(), Text: text})
}

// fail says on standard error what went wrong for good; at a terminal that is above the prompt.
func (s *Shell) fail(text string) { s.screen.Error(text) }

// A transcript is where --log and :log keep all that happens, uncut, in a file of mode 0600.
type transcript struct {
	*render.Renderer
	name  string
	file  *os.File
	leave func()
}

// followLog opens, changes or ends the transcript as the setting has it.
func (s *Shell) followLog() error {
	if s.set.Log == "" {
		s.closeLog()
		s.note("the transcript has ended")
		return nil
	}
	if err := s.openLog(s.set.Log); err != nil {
		return err
	}
	s.note("the transcript goes to " + s.set.Log)
	return nil
}

func (s *Shell) openLog(name string) error {
	f, err := privateFile(name)
	if err != nil {
		return fmt.Errorf("opening the transcript: %w", err)
	}
	s.closeLog()
	l := &transcript{Renderer: render.New(render.Options{Out: f, Record: true, Now: s.now, Local: s.set.Render.Local}), name: name, file: f}
	l.leave = s.events.Join(l)
	s.log = l
	return nil
}

// privateFile opens a file to append to, which nobody else can read: one that is there already loses
// the rights of others, or is refused. It does not wait for the reader of a FIFO, which is no file.
func privateFile(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY|syscall.O_NONBLOCK, 0o600)
	if errors.Is(err, syscall.ENXIO) {
		return nil, fmt.Errorf("%s is a FIFO or a socket: a transcript is a file", name)
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch mode := info.Mode(); {
	case err != nil:
	case mode&(fs.ModeNamedPipe|fs.ModeSocket) != 0:
		err = fmt.Errorf("%s is a FIFO or a socket: a transcript is a file", name)
	case mode.IsRegular() && mode.Perm()&0o077 != 0 && runtime.GOOS != "windows":
		if chmod := f.Chmod(mode.Perm() & 0o700); chmod != nil {
			err = fmt.Errorf("%s can be read by others (mode %04o), and that cannot be changed: %w", name, mode.Perm(), errors.Unwrap(chmod))
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// logFailed says that the transcript cannot be written, once, and ends it.
func (s *Shell) logFailed(err error) {
	l := s.log
	s.log = nil
	l.leave()
	l.file.Close()
	s.outcome.raise(StatusFailed)
	s.warn("writing the transcript " + l.name + ": " + plainly(err) + "; it has ended")
}

// plainly is an error without the path it begins with.
func plainly(err error) string {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

func (s *Shell) closeLog() {
	l := s.log
	if l == nil {
		return
	}
	l.Pause()
	if err := l.Err(); err != nil {
		s.logFailed(err)
		return
	}
	s.log = nil
	l.leave()
	if err := l.file.Close(); err != nil {
		s.outcome.raise(StatusFailed)
		s.warn("writing the transcript " + l.name + ": " + plainly(err))
	}
}

func (s *Shell) now() time.Time { return s.hub.Now() }
