package render

import (
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// Mode is how events are shown.
type Mode uint8

const (
	// Pretty is C: and S: lines, decoded lines below, notes; all on Out, in order.
	Pretty Mode = iota
	// Raw is the server's bytes as they are on Out, everything else on Err.
	Raw
	// JSON is one object a line, all on Out.
	JSON
)

// A ModeRow is a row of the table of modes.
type ModeRow struct {
	Mode Mode
	Word string // the word that chooses it, as in -o WORD
	Help string // what it shows, "" if the word says it
	// bytes says that it shows bytes unchanged: it needs no values if no terminal has to be
	// kept from the bytes, and leaves no response out.
	bytes bool
	new   func(*Renderer) mode
}

// modes are all of them, by number.
var modes = [...]ModeRow{
	Pretty: {Mode: Pretty, Word: "pretty", new: func(r *Renderer) mode { return newPretty(r, &r.out, &r.sty, r.opts.Terminal) }},
	Raw: {Mode: Raw, Word: "raw", Help: "the server's bytes unchanged, even echoed secrets; of several connections, standard error says whose", bytes: true,
		new: func(r *Renderer) mode { return &rawMode{r: r, says: newPretty(r, &r.err, &r.esc, false)} }},
	JSON: {Mode: JSON, Word: "json", new: func(r *Renderer) mode { return &jsonMode{r: r} }},
}

// Modes returns the table of modes, which must not be changed.
func Modes() []ModeRow { return modes[:] }

// row returns the row of the mode in force.
func (r *Renderer) row() *ModeRow { return &modes[r.opts.Mode] }

// mode is one way of showing: each method appends whole lines to the outputs.
type mode interface {
	part(conn string, p *wire.Part)
	// bytes shows received bytes of no part: more than one part of them, or of a response whose
	// parts are passed on once its command is known.
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
	// link shows what has become of a connection: Connected, Secured, Compressed, Lost.
	link(e *trace.Event)
	// script shows what a script has to say: Expected, Printed, Skipped.
	script(e *trace.Event)
	// pause ends what is held back, because something else is to be shown.
	pause()
}
