package check

import (
	"io"
	"sync"

	"imapsh/internal/text"
)

// A Progress is a line at the bottom of a terminal that is overwritten again and again. Its methods may be called from
// any goroutine, and do nothing if Out is nil.
type Progress struct {
	Out   io.Writer // a terminal; nil shows nothing
	Width func() int

	mu    sync.Mutex
	shown bool
}

// Show replaces the line by a text, cut to the width.
func (p *Progress) Show(says string) {
	if p.Out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	says = safe(says)
	// The last column stays free, because some terminals wrap there, and so do two more for the ^C that
	// a terminal echoes: on a second row it could not be erased.
	if cols := p.Width() - 3; cols > 1 {
		says = text.Elide(says, cols)
	}
	p.shown = true
	io.WriteString(p.Out, eraseLine+says)
}

// Clear erases the line, before something else is written.
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
