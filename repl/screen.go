package repl

import (
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
// from, if there are several.
func (s *Shell) warn(text string) { s.say(trace.Warning, "", s.input.at.Says(text)) }

func (s *Shell) say(kind trace.Kind, conn, text string) {
	s.events.Post(trace.Event{Kind: kind, Conn: conn, At: s.now(), Text: text})
}

// fail says on standard error what went wrong for good; at a terminal that is above the prompt.
func (s *Shell) fail(text string) { s.screen.Error(text) }

func (s *Shell) now() time.Time { return s.hub.Now() }
