// Package render turns events into text: pretty for people, raw for the unchanged bytes,
// json for programs. It never changes a session, and waits for nothing but its writers.
package render

import (
	"io"
	"time"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// Options are the settings of a Renderer. Only Out is required.
type Options struct {
	Mode     Mode
	Out, Err io.Writer
	// Terminal says that Out is a terminal: wire lines are wrapped and cut, runs collapse, and raw mode
	// escapes. Every write to Out then consists of complete lines.
	Terminal bool
	Width    func() int // columns of the terminal; 80 if it is nil or not positive
	Color    bool       // colour on Out
	ErrColor bool       // colour on Err
	ErrWidth func() int // columns of Err if it is a terminal; nil otherwise
	Timing   bool       // show the time that a command took below its tagged line, if there is no right edge
	Clock    bool       // show the time of day of every response
	WireFull bool       // cut and collapse nothing on a terminal
	// OddOnly omits responses without oddities, except those of commands that failed. Raw mode shows all.
	OddOnly bool
	// Explain explains every command and response below it, each kind once per session, for people who are learning.
	Explain bool
	// Print is where a script prints to; nil for Out.
	Print io.Writer
	// Record makes pretty output off a terminal exact, so that the bytes can be read back: see record.go.
	Record bool
	// Now is used for ages and for the times of what is sent; nil for time.Now. Local is the time zone for times of day; nil for time.Local.
	Now   func() time.Time
	Local *time.Location
}

// A Renderer shows what happens on connections. Only one goroutine may use it.
type Renderer struct {
	opts     Options
	out, err output
	sty, esc style // of Out and of Err
	mode     mode
	last     record
	alone    bool // there is no Err: Out gets everything

	mask  *trace.Mask // of the current event
	came  *wire.Frame
	heard *trace.Event // the current event, during Hear
}

// New returns a renderer.
func New(opts Options) *Renderer {
	r := &Renderer{}
	r.Configure(opts)
	return r
}

// Options returns the current options, to change some of them and call Configure.
func (r *Renderer) Options() Options { return r.opts }

// Configure sets the options, after showing everything that was held back under the old ones.
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

// Part shows a received part. Call it for every part, before the event of its frame.
func (r *Renderer) Part(conn string, p *wire.Part) {
	if r.opts.OddOnly && !r.row().bytes {
		return
	}
	r.mode.part(conn, p)
	r.out.commit()
}

// Event shows a response, except for what its parts have shown.
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

// Begin says that the steps of a new command follow. ShowLast starts here, unless no command has been completed since
// the last Begin.
func (r *Renderer) Begin() {
	if r.last.completed {
		r.last.reset()
	}
}

// Sent shows a step as it is sent, with its secrets masked. For a SendSource it shows where the bytes come from; they
// follow with SentData and SentEnd.
func (r *Renderer) Sent(conn string, s *tagger.Step) {
	r.mode.sent(conn, s)
	r.out.commit()
}

// SentData shows bytes of a source as they are sent.
func (r *Renderer) SentData(conn string, b []byte) {
	r.mode.sentData(conn, b)
	r.out.commit()
}

// SentEnd ends the literal shown by SentData.
func (r *Renderer) SentEnd(conn string) { r.mode.sentEnd(conn) }

// Note shows a message of the shell: "-- text".
func (r *Renderer) Note(text string) { r.mode.note("", text) }

// Warn shows a warning that the user should read: "!! text".
func (r *Renderer) Warn(text string) { r.mode.warn("", text) }

// Error shows on Err what failed: "imapsh: text", broken between words on a narrow terminal.
func (r *Renderer) Error(says string) {
	r.mode.pause()
	r.Flush()
	const mark = "imapsh: "
	escaped := string(wire.EscapeText(nil, mark+says))
	if r.opts.ErrWidth != nil {
		escaped = text.Narrow(escaped, r.opts.ErrWidth())
	}
	b := r.esc.append(r.err.buf, roleBad, mark)
	b = append(b, escaped[len(mark):]...)
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

// Flush writes what has been collected. The caller does this when no further input is waiting.
func (r *Renderer) Flush() {
	r.out.flush()
	r.err.flush()
}

// Pause shows what was held back of a run of responses, and flushes, because the caller is going to wait for the
// user.
func (r *Renderer) Pause() {
	r.mode.pause()
	r.Flush()
}

// Err returns the first error of writing to Out; nil if there was none.
func (r *Renderer) Err() error { return r.out.err }

func (r *Renderer) width() int {
	if r.opts.Width != nil {
		if w := r.opts.Width(); w > 0 {
			return w
		}
	}
	return 80
}
