package check

import (
	"io"
	"sync"

	"imapsh/internal/text"
)

// Progress is a line at the bottom of a terminal that is written over. Its methods may be called from any
// goroutine, and do nothing without an Out.
type Progress struct {
	Out   io.Writer // a terminal; nil shows nothing
	Width func() int

	mu    sync.Mutex
	shown bool
}

// Show puts a text, cut to the width, in the line's place.
func (p *Progress) Show(says string) {
	if p.Out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	says = safe(says)
	// The last column stays free, as there some terminals wrap; and two for the ^C that a terminal
	// shows, which on a second row could not be erased.
	if cols := p.Width() - 3; cols > 1 {
		says = text.Elide(says, cols)
	}
	p.shown = true
	io.WriteString(p.Out, eraseLine+says)
}

// Clear takes the line away before something else is written.
func (p *Progress) Clear() {
	if p.Out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		io.WriteString(p.Out, eraseLine)
		p.shown = false
	}
}

const eraseLine = "\r\x1b[K"
