package repl

import (
	"time"

	"imapsh/internal/trace"
	"imapsh/render"
)

// A screen shows what happens, except what a command's own listeners take.
type screen struct {
	*render.Renderer
	// refused reports whether a failed connection ends the program.
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

// note shows one line of our own.
func (s *Shell) note(text string) { s.say(trace.Note, "", text) }

// warn shows one line that should not be overlooked, preceded by the name of the current file if several are run.
func (s *Shell) warn(text string) { s.say(trace.Warning, "", s.input.at.Says(text)) }

func (s *Shell) say(kind trace.Kind, conn, text string) {
	s.events.Post(trace.Event{Kind: kind, Conn: conn, At: s.now(), Text: text})
}

// fail writes an error to standard error; at a terminal, above the prompt.
func (s *Shell) fail(text string) { s.screen.Error(text) }

func (s *Shell) now() time.Time { return s.hub.Now() }
