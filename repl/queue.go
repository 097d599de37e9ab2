package repl

import "imapsh/internal/line"

// A queue holds the lines still to run, in this order: those put ahead, those of scripts, those that were typed.
type queue struct {
	ahead  []inputLine
	inputs []*input // scripts, the one being read first
	typed  []inputLine
	ended  bool // no line will be typed any longer
	// interactive says that lines may still be typed when everything else has ended.
	interactive bool
	at          line.Place // the place of the line being run
}

// take returns the next line. An error comes from a script, which it ends.
func (q *queue) take() (inputLine, inputState, error) {
	if len(q.ahead) > 0 {
		l := q.ahead[0]
		q.ahead = q.ahead[1:]
		return l, inputHas, nil
	}
	for len(q.inputs) > 0 {
		l, st, err := q.inputs[0].line()
		if err != nil {
			q.inputs = q.inputs[1:]
			return inputLine{}, inputEnd, err
		}
		if st != inputEnd {
			return l, st, nil
		}
		q.inputs = q.inputs[1:]
	}
	switch {
	case !q.interactive:
		return inputLine{}, inputEnd, nil
	case len(q.typed) > 0:
		l := q.typed[0]
		q.typed = q.typed[1:]
		return l, inputHas, nil
	case q.ended:
		return inputLine{}, inputEnd, nil
	}
	return inputLine{}, inputWait, nil
}

// ready reports whether take would return anything but inputWait. It may make an input start to read.
func (q *queue) ready() bool {
	switch {
	case len(q.ahead) > 0:
		return true
	case len(q.inputs) > 0:
		return q.inputs[0].ready()
	}
	return !q.interactive || len(q.typed) > 0 || q.ended
}

// filling returns the input that is being read in its goroutine; nil if there is none.
func (q *queue) filling() *input {
	if len(q.inputs) > 0 && q.inputs[0].filling {
		return q.inputs[0]
	}
	return nil
}

// putAhead makes a line the next one.
func (q *queue) putAhead(l inputLine) { q.ahead = append([]inputLine{l}, q.ahead...) }

// left reports whether the scripts have more lines, as far as they have been read.
func (q *queue) left() bool {
	for _, in := range q.inputs {
		if !in.filling && in.r < in.w || in.replay != nil {
			return true
		}
	}
	return len(q.ahead) > 0
}

// drop forgets the scripts and the lines put ahead.
func (q *queue) drop() { q.inputs, q.ahead = nil, nil }
