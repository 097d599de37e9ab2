package repl

import (
	"fmt"
	"io"
	"strings"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/text"
)

const (
	// progressFrom is the size announced of a literal whose arrival is shown, in octets.
	progressFrom = 1 << 20
	// progressAfter is how long one is under way before it is shown.
	progressAfter = 500 * time.Millisecond
	// progressEvery is how often the bar is drawn at most.
	progressEvery = 200 * time.Millisecond
)

// progress is how far a large literal has come.
type progress struct {
	size, left int64 // octets announced, and to come; 0 while none is arriving
	first      int64 // octets that had come when it was seen first
	began, due time.Time
	text       string // as shown; "" while it is not
}

// progressed looks at what a batch ends in.
func (s *Shell) progressed(b *conn.Batch) {
	if !s.interactive() && s.bar == nil {
		return
	}
	p := &s.arriving
	if b.LiteralSize < progressFrom {
		if p.size > 0 {
			s.progressEnds()
		}
		return
	}
	if p.size != b.LiteralSize || p.left < b.LiteralLeft { // another one
		s.progressEnds()
		*p = progress{size: b.LiteralSize, first: b.LiteralSize - b.LiteralLeft, began: s.heard, due: s.heard.Add(progressAfter)}
		s.timers.set(timeProgress, p.due, s.showProgress)
	}
	p.left = b.LiteralLeft
	if !s.heard.Before(p.due) { // while much comes the timer has no turn
		s.showProgress()
	}
}

// showProgress draws the bar, and sees to it that it is drawn again though nothing comes.
func (s *Shell) showProgress() {
	p, now := &s.arriving, s.opt.Now()
	p.due = now.Add(progressEvery)
	s.timers.set(timeProgress, p.due, s.showProgress)
	if s.interactive() {
		cols, _ := s.opt.Terminal.Size()
		p.text = p.line(now, cols)
		return
	}
	p.text = p.line(now, s.bar.width())
	s.flush()
	s.bar.draw(p.text)
}

// progressEnds takes the bar away.
func (s *Shell) progressEnds() {
	s.timers.clear(timeProgress)
	s.arriving = progress{}
	if s.bar != nil {
		s.bar.erase()
	}
}

// line is one row: what has come of what was announced, how fast, how long it will take, and a bar
// in the columns that are left. It leaves the last column free.
func (p *progress) line(now time.Time, cols int) string {
	come, rate := p.size-p.left, 0.0
	if d := now.Sub(p.began).Seconds(); d > 0 {
		rate = float64(come-p.first) / d
	}
	left := "?"
	if rate >= 1 {
		left = text.Forecast(float64(p.left) / rate)
	}
	words := fmt.Sprintf("%s of %s, %s/s, %s left", text.Size(come), text.Size(p.size), text.Size(int64(rate)), left)
	if cols < 60 {
		words = fmt.Sprintf("%s/%s %s/s %s", text.Size(come), text.Size(p.size), text.Size(int64(rate)), left)
	}
	room := min(cols-1-len(words)-len(" []"), 40)
	if room < 4 {
		return words[:max(0, min(len(words), cols-1))]
	}
	done := int(float64(room) * float64(come) / float64(p.size))
	return words + " [" + strings.Repeat("#", done) + strings.Repeat(".", room-done) + "]"
}

// Progress is the terminal that a script shows progress on: its standard error.
type Progress struct {
	To      io.Writer
	Width   func() int // columns; 80 where it is not positive
	WithOut bool       // standard output goes to the same terminal
}

// A bar is a row at the bottom of a script's terminal. It is erased before anything else is written
// there, and not drawn into a line that has no end yet.
type bar struct {
	on      *Progress
	shown   int  // its columns; 0 while it is not there
	midline bool // what was written last has not ended its line
}

func newBar(on *Progress) *bar { return &bar{on: on} }

func (b *bar) width() int {
	if cols := b.on.Width(); cols > 0 {
		return cols
	}
	return 80
}

// draw writes spaces over what a longer bar has left: no control sequence is needed.
func (b *bar) draw(text string) {
	if b.midline {
		return
	}
	io.WriteString(b.on.To, "\r"+text+strings.Repeat(" ", max(0, b.shown-len(text)))+"\r")
	b.shown = len(text)
}

func (b *bar) erase() {
	if b.shown > 0 {
		io.WriteString(b.on.To, "\r"+strings.Repeat(" ", b.shown)+"\r")
		b.shown = 0
	}
}

// guard is a writer to the bar's terminal that takes the bar away before it writes; to is itself
// where it leads elsewhere.
func (b *bar) guard(to io.Writer, here bool) io.Writer {
	if to == nil || !here {
		return to
	}
	return &guarded{to, b}
}

type guarded struct {
	io.Writer
	bar *bar
}

func (g *guarded) Write(p []byte) (int, error) {
	if len(p) > 0 {
		g.bar.erase()
		g.bar.midline = p[len(p)-1] != '\n'
	}
	return g.Writer.Write(p)
}
