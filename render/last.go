package render

// recordSize is how many bytes of the last exchange are kept for ShowLast.
const recordSize = 4 << 20

// record is the last exchange as shown on a terminal, without cuts.
type record struct {
	text      []byte
	full      bool // the rest was too large to keep
	completed bool // a command has been completed in it
}

func (l *record) reset() {
	l.text = l.text[:0]
	l.full, l.completed = false, false
	if cap(l.text) > 64<<10 {
		l.text = nil
	}
}

func (l *record) add(b []byte) {
	if l.full || len(l.text)+len(b) > recordSize {
		l.full = true
		return
	}
	l.text = append(l.text, b...)
}

func (l *record) show(r *Renderer) {
	if len(l.text) == 0 {
		r.Note("nothing to show yet")
		return
	}
	r.out.through(l.text)
	if l.full {
		r.Note("the rest was too large to keep (use :wire full to see everything as it arrives)")
	}
}
