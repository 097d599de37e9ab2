// Package render turns events into text: pretty for people, raw for the bytes unchanged,
// json for programs. It never changes a session and never waits for anything but its writers.
package render

import (
	"io"
	"time"

	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// Options are what a Renderer needs. Only Out is necessary.
type Options struct {
	Mode     Mode
	Out, Err io.Writer
	// Terminal says that Out is a terminal: wire lines are wrapped and cut, runs collapse,
	// raw mode escapes. Every write to Out then is of whole lines.
	Terminal bool
	Width    func() int // columns of the terminal; 80 when nil or not positive
	Color    bool       // colour on Out
	ErrColor bool       // colour on Err
	ErrWidth func() int // columns of Err if that is a terminal; nil otherwise
	Timing   bool       // elapsed time below tagged lines if there is no right edge
	Clock    bool       // the time of day of every response
	WireFull bool       // nothing is cut or collapsed on a terminal
	// OddOnly omits responses without oddities, except those of commands that failed. Raw mode shows all.
	OddOnly bool
	// Explain says below every command and response what it is, once a session, for someone who learns.
	Explain bool
	// Print is where a script prints to; nil is Out.
	Print io.Writer
	// Record makes pretty output off a terminal such that it can be read back: see record.go.
	Record bool
	// Now is for ages and the times of what is sent. Local is the zone times of day are shown in.
	Now   func() time.Time
	Local *time.Location
}

// A Renderer shows what happens on connections. It is used from one goroutine.
type Renderer struct {
	opts     Options
	out, err output
	sty, esc style // of Out and of Err
	mode     mode
	last     record
	alone    bool // there is no Err: Out gets everything

	mask  *trace.Mask // of the current event
	came  *wire.Frame
	heard *trace.Event // it, within Hear
}

// New makes a renderer.
func New(opts Options) *Renderer {
	r := &Renderer{}
	r.Configure(opts)
	return r
}

// Options returns the options in force, to change some and Configure.
func (r *Renderer) Options() Options { return r.opts }

// Configure changes the options, after showing all that was held back under the old ones.
func (r *Renderer) Configure(opts Options) {
	if r.mode != nil {
		r.mode.pause()
		r.Flush()
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Local == nil {
		opts.Local = time.Local
	}
	r.alone = opts.Err == nil || opts.Err == io.Discard
	if opts.Err == nil {
		opts.Err = io.Discard
	}
	r.opts = opts
	r.out.w, r.err.w = opts.Out, opts.Err
	r.out.lines = opts.Terminal
	r.sty, r.esc = newStyle(opts.Color), newStyle(opts.ErrColor)
	r.mode = r.row().new(r)
}

// Part shows a received part. It is called for every part, before the event of its frame.
func (r *Renderer) Part(conn string, p *wire.Part) {
	if r.opts.OddOnly && !r.row().bytes {
		return
	}
	r.mode.part(conn, p)
	r.out.commit()
}

// Event shows a response, less what its parts have shown.
func (r *Renderer) Event(e *tagger.Event) {
	if r.leftOut(e) {
		return
	}
	r.mode.event(e)
	r.out.commit()
}

// leftOut reports whether OddOnly omits a response.
func (r *Renderer) leftOut(e *tagger.Event) bool {
	if !r.opts.OddOnly || r.row().bytes || len(e.Oddities) > 0 {
		return false
	}
	v, ok := e.Value.(*response.Status)
	return !ok || v.Cond == response.OK || v.Cond == response.PREAUTH
}

// Begin says that a new command's steps follow: what Last shows starts here, unless
// nothing has been completed since it started before.
func (r *Renderer) Begin() {
	if r.last.completed {
		r.last.reset()
	}
}

// Sent shows a step as it is sent, its secrets masked. Of a SendSource it shows where the bytes
// come from; they follow with SentData and SentEnd.
func (r *Renderer) Sent(conn string, s *tagger.Step) {
	r.mode.sent(conn, s)
	r.out.commit()
}

// SentData shows bytes of a source as they are sent.
func (r *Renderer) SentData(conn string, b []byte) {
	r.mode.sentData(conn, b)
	r.out.commit()
}

// SentEnd ends the literal that SentData has shown.
func (r *Renderer) SentEnd(conn string) { r.mode.sentEnd(conn) }

// Note says something that the shell itself has to say: "-- text".
func (r *Renderer) Note(text string) { r.mode.note("", text) }

// Warn says what the user should look at: "!! text".
func (r *Renderer) Warn(text string) { r.mode.warn("", text) }

// Error says on Err what failed: "imapsh: text".
func (r *Renderer) Error(text string) {
	r.mode.pause()
	r.Flush()
	b := r.esc.append(r.err.buf, roleBad, "imapsh: ")
	b = wire.EscapeText(b, text)
	r.err.buf = append(b, '\n')
	r.err.flush()
}

// ShowLast shows the last exchange in full.
func (r *Renderer) ShowLast() {
	r.mode.pause()
	r.last.show(r)
	r.out.commit()
}

// ShowLastOn shows the last exchange in full on another renderer.
func (r *Renderer) ShowLastOn(on *Renderer) {
	r.mode.pause()
	on.mode.pause()
	r.last.show(on)
	on.out.commit()
}

// Flush writes what has been gathered. The caller does so when no further input waits.
func (r *Renderer) Flush() {
	r.out.flush()
	r.err.flush()
}

// Pause shows what was held back of a run of responses, and flushes: the caller is going
// to wait for the user.
func (r *Renderer) Pause() {
	r.mode.pause()
	r.Flush()
}

// Err returns the first error of writing to Out, or nil.
func (r *Renderer) Err() error { return r.out.err }

func (r *Renderer) width() int {
	if r.opts.Width != nil {
		if w := r.opts.Width(); w > 0 {
			return w
		}
	}
	return 80
}
