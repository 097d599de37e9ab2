package repl

import (
	"fmt"
	"io"
	"strings"
	"time"

	"imapsh/internal/session"
	"imapsh/internal/text"
)

const (
	// progressAfter is how long a large literal must have been arriving before its progress is shown.
	progressAfter = 500 * time.Millisecond
	// progressEvery is the shortest time between two drawings of the bar.
	progressEvery = 200 * time.Millisecond
)

// A meter is the progress of a large literal, as it is shown.
type meter struct {
	session.Arrival
	due  time.Time // when it is to be drawn next
	text string    // as shown; "" while it is not
}

// progress shows how far a large literal has arrived on the front connection.
func (s *Shell) progress() {
	if !s.interactive() && s.bar == nil || s.front == nil {
		return
	}
	now, a := s.front.Arriving(), &s.user.arriving
	if now.Size == 0 {
		if a.Size > 0 {
			s.progressEnds()
		}
		return
	}
	if a.Size != now.Size || a.Began != now.Began { // it is another literal
		s.progressEnds()
		a.due = now.Began.Add(progressAfter)
	}
	a.Arrival = now
	if at := s.now(); at.Before(a.due) {
		s.hub.Set(a, "progress", a.due, nil)
		return
	}
	s.showProgress()
}

// showProgress draws the bar, and makes sure that it is drawn again even if nothing arrives.
func (s *Shell) showProgress() {
	a, now := &s.user.arriving, s.now()
	a.due = now.Add(progressEvery)
	s.hub.Set(a, "progress", a.due, nil)
	if s.interactive() {
		cols, _ := s.opt.Terminal.Size()
		a.text = a.line(now, cols)
		return
	}
	a.text = a.line(now, s.bar.width())
	s.flush()
	s.bar.draw(a.text)
}

// progressEnds removes the bar.
func (s *Shell) progressEnds() {
	s.hub.Drop(&s.user.arriving)
	s.user.arriving = meter{}
	if s.bar != nil {
		s.bar.erase()
	}
}

// line returns one row: what has arrived of what was announced, how fast, how long it will still take, and a bar in
// the remaining columns. It leaves the last column free.
func (p *meter) line(now time.Time, cols int) string {
	come, rate := p.Size-p.Left, 0.0
	if d := now.Sub(p.Began).Seconds(); d > 0 {
		rate = float64(come-p.First) / d
	}
	left := "?"
	if rate >= 1 {
		left = text.Forecast(float64(p.Left) / rate)
	}
	words := fmt.Sprintf("%s of %s, %s/s, %s left", text.Size(come), text.Size(p.Size), text.Size(int64(rate)), left)
	if cols < 60 {
		words = fmt.Sprintf("%s/%s %s/s %s", text.Size(come), text.Size(p.Size), text.Size(int64(rate)), left)
	}
	room := min(cols-1-len(words)-len(" []"), 40)
	if room < 4 {
		return words[:max(0, min(len(words), cols-1))]
	}
	done := int(float64(room) * float64(come) / float64(p.Size))
	return words + " [" + strings.Repeat("#", done) + strings.Repeat(".", room-done) + "]"
}

// Progress is the terminal that a script shows progress on: its standard error.
type Progress struct {
	To      io.Writer
	Width   func() int // columns; 80 if it is not positive
	WithOut bool       // standard output goes to the same terminal
}

// A bar is a row at the bottom of a script's terminal. It is erased before anything else is written there, and not
// drawn while the current line has no end yet.
type bar struct {
	on      *Progress
	shown   int  // its columns; 0 while it is not shown
	midline bool // the last output did not end its line
}

func newBar(on *Progress) *bar { return &bar{on: on} }

func (b *bar) width() int {
	if cols := b.on.Width(); cols > 0 {
		return cols
	}
	return 80
}

// draw overwrites what is left of a longer bar with spaces, so that no control sequence is needed.
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

// guard returns a writer to the bar's terminal that erases the bar before it writes; to itself, if here is false.
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
