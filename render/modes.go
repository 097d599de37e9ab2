package render

import (
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// Mode says how events are shown.
type Mode uint8

const (
	// Pretty shows C: and S: lines, decoded lines below them, and notes; everything on Out, in order.
	Pretty Mode = iota
	// Raw shows the server's bytes unchanged on Out, everything else on Err.
	Raw
	// JSON shows one object per line; everything on Out.
	JSON
)

// A ModeRow is a row of the table of modes.
type ModeRow struct {
	Mode Mode
	Word string // the word that chooses it, as in -o WORD
	Help string // what it shows; "" if the word says it
	// bytes says that it shows bytes unchanged: off a terminal it does not need the values of responses, and
	// it never omits a response.
	bytes bool
	new   func(*Renderer) mode
}

// modes are all modes, by number.
var modes = [...]ModeRow{
	Pretty: {Mode: Pretty, Word: "pretty", new: func(r *Renderer) mode { return newPretty(r, &r.out, &r.sty, r.opts.Terminal) }},
	Raw: {Mode: Raw, Word: "raw", Help: "the server's bytes unchanged, even echoed secrets; of several connections, standard error says whose", bytes: true,
		new: func(r *Renderer) mode { return &rawMode{r: r, says: newPretty(r, &r.err, &r.esc, false)} }},
	JSON: {Mode: JSON, Word: "json", new: func(r *Renderer) mode { return &jsonMode{r: r} }},
}

// Modes returns the table of modes. It must not be changed.
func Modes() []ModeRow { return modes[:] }

// row returns the row of the current mode.
func (r *Renderer) row() *ModeRow { return &modes[r.opts.Mode] }

// mode is one way of showing events: each method appends complete lines to the outputs.
type mode interface {
	part(conn string, p *wire.Part)
	// bytes shows received bytes that do not belong to one part: those of several parts, or of a response
	// whose parts are passed on once its command is known.
	bytes(conn string, b []byte)
	event(e *tagger.Event)
	sent(conn string, s *tagger.Step)
	sentData(conn string, b []byte)
	sentEnd(conn string)
	text(text []byte)
	// exchange shows what a message of a SASL exchange says.
	exchange(conn string, m *trace.Message)
	note(conn, text string)
	warn(conn, text string)
	// link shows what has happened to a connection: Connected, Secured, Compressed, Lost.
	link(e *trace.Event)
	// script shows what a script has to say: Expected, Printed, Skipped.
	script(e *trace.Event)
	// pause shows what is held back, because something else is going to be shown.
	pause()
}
