package repl

import (
	"fmt"
	"os"
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
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the transcript: %w", err)
	}
	s.closeLog()
	l := &transcript{Renderer: render.New(render.Options{Out: f, LineEnds: true, Now: s.now, Local: s.set.Render.Local}), name: name, file: f}
	l.leave = s.events.Join(l)
	s.log = l
	return nil
}

func (s *Shell) closeLog() {
	l := s.log
	if l == nil {
		return
	}
	s.log = nil
	l.leave()
	l.Pause()
	if err := l.Err(); err != nil {
		s.warn("writing the transcript: " + err.Error())
	}
	l.file.Close()
}

func (s *Shell) now() time.Time { return s.hub.Now() }
