package transcript

import "fmt"

// block returns the result of the walk.
func (w *walk) block() *Block {
	if w.f.format == Log {
		w.unfinished()
	}
	b := &Block{Format: w.f.format, Stop: w.stop, Notes: w.notes, Skipped: w.count() - w.used, Heard: w.heard}
	var unanswered left
	for i := range w.lines {
		l := &w.lines[i]
		switch {
		case l.NeedsForce && l.Answer == 0:
			unanswered.add(l)
			b.Skipped++
			continue
		case l.Name == "AUTHENTICATE" && !l.Asks && len(l.Answers) == 0 && !hasInitial(l):
			l.Asks = true
		}
		if l.Asks {
			l.Answers = nil
		}
		l.NeedsForce = l.NeedsForce || l.Destroys && l.Answer == 0 && b.Format != Log
		b.Lines = append(b.Lines, *l)
	}
	unanswered.note(b, "has no answer in the transcript and does not run")
	w.coded.note(b, "has HTML entities and does not run; paste the page, not its source")
	w.late.note(b, "does not run because an earlier command has no answer here")
	w.unfit.note(b, "not a valid command and does not run")
	b.sum()
	if len(b.Lines) == 0 {
		b.Notes = append(b.Notes, "nothing runs: no line is certainly the client's")
	}
	return b
}

func hasInitial(l *Line) bool {
	login := loginOf(l.command())
	return login != nil && login.initial
}

// unfinished drops the commands of a log that ends before their bytes or the rest of their line.
func (w *walk) unfinished() {
	drop := map[int]bool{}
	for _, x := range w.exchanges {
		if g := x.log; g != nil && !w.lines[g.line-1].Asks {
			drop[g.line-1] = true
		}
	}
	if len(drop) == 0 {
		return
	}
	kept := w.lines[:0]
	for i, l := range w.lines {
		if drop[i] {
			if w.stop == 0 {
				w.stop = l.At
				w.notes = append(w.notes, fmt.Sprintf("line %d: the log ends inside the command", l.At))
			}
			continue
		}
		kept = append(kept, l)
	}
	w.lines = kept
}

// sum drops each LOGOUT except one on the last line, and collects the names of destructive commands.
func (b *Block) sum() {
	last := -1
	for i := range b.Lines {
		if b.Lines[i].Kind != Doubt {
			last = i
		}
	}
	var early left
	kept := b.Lines[:0]
	for i, l := range b.Lines {
		if l.Kind == Command && l.Name == "LOGOUT" && i < last {
			early.add(&l)
			b.Skipped++
			continue
		}
		kept = append(kept, l)
	}
	b.Lines = kept
	early.note(b, "does not run because more follows")
	b.Destructive = nil
	seen := map[string]bool{}
	for i := range b.Lines {
		if l := &b.Lines[i]; l.Destroys && !seen[l.Name] {
			seen[l.Name] = true
			b.Destructive = append(b.Destructive, l.Name)
		}
	}
}

// left counts the lines that do not run for the same reason.
type left struct {
	n     int
	first Line
}

func (o *left) add(l *Line) {
	if o.n == 0 {
		o.first = *l
	}
	o.n++
}

func (o *left) note(b *Block, why string) {
	if o.n > 0 {
		if o.first.Name != "" {
			why = o.first.Name + " " + why
		}
		b.Notes = append(b.Notes, fmt.Sprintf("line %d%s: %s", o.first.At, andMore(o.n), why))
	}
}

// andMore returns what follows the number of the first of n lines.
func andMore(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n-1)
}
