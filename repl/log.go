package repl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"syscall"

	"imapsh/internal/trace"
	"imapsh/internal/transcript"
	"imapsh/render"
)

// A logFile is where --log and :log record everything that happens, unshortened, in a file of mode 0600. Its rows
// have the form that transcript.Header describes; when imapsh reads it back, it sends what was sent.
type logFile struct {
	*render.Renderer
	name  string
	file  *os.File
	seen  map[string]bool // the names of the connections recorded so far
	leave func()
}

func newLogFile(name string, f *os.File, o render.Options) *logFile {
	o.Out, o.Record = f, true
	l := &logFile{Renderer: render.New(o), name: name, file: f, seen: map[string]bool{}}
	l.begin()
	return l
}

// begin writes the header line.
func (l *logFile) begin() {
	l.Pause()
	_, _ = l.file.WriteString(transcript.Header + "\n") // write errors are reported at the end
}

// Hear writes an event. A connection with the name of an earlier one begins with a new header.
func (l *logFile) Hear(e *trace.Event) {
	if e.Kind == trace.Connected {
		if l.seen[e.Conn] {
			l.begin()
		}
		l.seen[e.Conn] = true
	}
	l.Renderer.Hear(e)
}

// followLog opens, changes or closes the log as the setting says.
func (s *Shell) followLog() error {
	if s.set.Log == "" {
		s.closeLog()
		s.note("the transcript is closed")
		return nil
	}
	if err := s.openLog(s.set.Log); err != nil {
		return err
	}
	s.note("writing the transcript to " + s.set.Log)
	return nil
}

func (s *Shell) openLog(name string) error {
	f, err := PrivateFile(name)
	if err != nil {
		return fmt.Errorf("opening the transcript: %w", err)
	}
	s.closeLog()
	l := newLogFile(name, f, render.Options{Now: s.now, Local: s.set.Render.Local})
	for _, ss := range s.sessions {
		l.seen[ss.Name] = ss.Connected()
	}
	l.leave = s.events.Join(l)
	s.log = l
	return nil
}

// PrivateFile opens a file for appending that nobody else can read: it removes the rights of others from an existing
// file, or returns an error. It refuses a FIFO, without waiting for its reader.
func PrivateFile(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY|syscall.O_NONBLOCK, 0o600)
	if errors.Is(err, syscall.ENXIO) {
		return nil, fmt.Errorf("%s is a FIFO or a socket; a transcript needs a regular file", name)
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	switch mode := info.Mode(); {
	case mode&(fs.ModeNamedPipe|fs.ModeSocket) != 0:
		err = fmt.Errorf("%s is a FIFO or a socket; a transcript needs a regular file", name)
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

// logFailed says once that the transcript cannot be written, and closes it.
func (s *Shell) logFailed(err error) {
	l := s.log
	s.log = nil
	l.leave()
	l.file.Close()
	s.outcome.raise(StatusFailed)
	s.warn("writing the transcript " + l.name + ": " + plainly(err) + "; it is closed")
}

// plainly returns an error's text without the path.
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
