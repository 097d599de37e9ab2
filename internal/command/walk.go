package command

// The walk reads tokens against Args. It follows every reading at the same time: a state is what is still to come,
// a stack of places, so that wherever the line stops the states say what could have followed. In shorthand it
// also follows readings that insert something, at a cost, and the cheapest is completed.

// phase says which part of a place is still to come.
type phase uint8

const (
	whole      phase = iota // the argument, as often as it may occur
	once                    // one occurrence of it
	again                   // more occurrences, after the first
	ending                  // the ")" of a list
	bareEnding              // the end of a list without parentheses
)

// place is an argument that is still to come, and what follows it. It is immutable.
type place struct {
	arg   *Arg
	phase phase
	next  *place
}

// places returns args followed by next.
func places(args []Arg, next *place) *place {
	all := make([]place, len(args))
	for i := len(args) - 1; i >= 0; i-- {
		all[i] = place{arg: &args[i], next: next}
		next = &all[i]
	}
	return next
}

// step is a token taken for an argument, or something inserted if tok < 0.
type step struct {
	arg  *Arg
	term *Term
	tok  int
	text string // what is inserted
	prev *step
}

type state struct {
	at   *place
	past *step
	cost int
}

// leaf is something that may come next: a word for arg, a parenthesis, the end.
type leaf struct {
	arg   *Arg
	kind  leafKind
	after *place
	from  state
}

type leafKind uint8

const (
	leafWord leafKind = iota
	leafOpen
	leafClose
	leafEnd
)

// maxStates limits the readings followed at the same time; no sensible line has ten.
const maxStates = 64

type walker struct {
	line      string
	shorthand bool
	view      *View // for defaults; not nil in shorthand
	leaves    []leaf
	states    [2][]state // of the last token and of the one before, alternating

	// Places and steps are allocated in blocks: a line of ten words has about fifty.
	placeRoom []place
	stepRoom  []step
}

func (w *walker) place(a *Arg, p phase, next *place) *place {
	if len(w.placeRoom) == 0 {
		w.placeRoom = make([]place, 16)
	}
	out := &w.placeRoom[0]
	w.placeRoom = w.placeRoom[1:]
	*out = place{a, p, next}
	return out
}

func (w *walker) step(s step) *step {
	if len(w.stepRoom) == 0 {
		w.stepRoom = make([]step, 8)
	}
	out := &w.stepRoom[0]
	w.stepRoom = w.stepRoom[1:]
	*out = s
	return out
}

// expand appends to w.leaves what may come next in s. depth stops a grammar that contains itself without a word
// between.
func (w *walker) expand(s state, depth int) {
	p := s.at
	if p == nil {
		w.leaves = append(w.leaves, leaf{kind: leafEnd, from: s})
		return
	}
	if depth > 100 {
		return
	}
	at := func(p *place) state { return state{p, s.past, s.cost} }
	add := func(text string, next *place, cost int) state {
		return state{next, w.step(step{arg: p.arg, tok: -1, text: text, prev: s.past}), s.cost + cost}
	}
	a := p.arg
	switch p.phase {
	case whole:
		if a.Hidden && a.Kind != CharsetGap && !w.shorthand {
			return
		}
		if w.shorthand && a.Default != nil && !a.Optional {
			if text := a.Default(w.view); text != "" {
				w.expand(add(text, p.next, fitsMade), depth+1)
			}
		}
		next := p.next
		if a.Repeat {
			next = w.place(a, again, p.next)
		}
		w.expand(at(w.place(a, once, next)), depth+1)
		if a.Optional {
			w.expand(at(p.next), depth+1)
		}
	case again:
		w.expand(at(w.place(a, once, p)), depth+1)
		w.expand(at(p.next), depth+1)
	case ending:
		w.leaves = append(w.leaves, leaf{arg: a, kind: leafClose, after: p.next, from: s})
	case bareEnding:
		w.expand(add(")", p.next, 0), depth+1)
	case once:
		switch a.Kind {
		case Sequence:
			w.expand(at(places(a.Args, p.next)), depth+1)
		case OneOf:
			for i := range a.Args {
				w.expand(at(w.place(&a.Args[i], whole, p.next)), depth+1)
			}
		case Rule:
			w.expand(at(w.place(rules[a.Name], whole, p.next)), depth+1)
		case List:
			w.leaves = append(w.leaves, leaf{arg: a, kind: leafOpen, after: places(a.Args, w.place(a, ending, p.next)), from: s})
			if w.shorthand && a.Bare {
				w.expand(add("(", places(a.Args, w.place(a, bareEnding, p.next)), fitsMade), depth+1)
			}
		case Insert:
			w.expand(add(a.Name, p.next, 0), depth+1)
		case CharsetGap:
			w.expand(add("", p.next, 0), depth+1)
		default:
			w.leaves = append(w.leaves, leaf{arg: a, after: p.next, from: s})
		}
	}
}

// offers returns what may come next in any of the states.
func (w *walker) offers(states []state) []leaf {
	w.leaves = w.leaves[:0]
	for _, s := range states {
		w.expand(s, 0)
	}
	return w.leaves
}

// take returns the states after the token, for every leaf that it suits. It takes an atom for Other only if
// it suits nothing else. The result is valid until the second next call.
func (w *walker) take(leaves []leaf, tok token, index int) []state {
	w.states[0], w.states[1] = w.states[1], w.states[0]
	out := w.states[0][:0]
	for _, last := range []bool{false, true} {
		for i := range leaves {
			l := &leaves[i]
			if len(out) == maxStates || last != (l.arg != nil && l.arg.Kind == Other) {
				continue
			}
			if term, cost := w.suits(l, tok); cost != fitsNot {
				after := l.after
				if term != nil {
					after = places(term.Args, after)
				}
				if w.shorthand && l.arg.Unlikely {
					cost += fitsGuess
				}
				out = append(out, state{after, w.step(step{arg: l.arg, term: term, tok: index, prev: l.from.past}), l.from.cost + cost})
			}
		}
		if len(out) > 0 {
			break
		}
	}
	w.states[0] = out
	return out
}

// suits returns the cost of taking the token for the leaf, and its term if it is one.
func (w *walker) suits(l *leaf, tok token) (*Term, int) {
	switch {
	case l.kind == leafOpen && tok.kind == openToken, l.kind == leafClose && tok.kind == closeToken:
		return nil, fits
	case l.kind != leafWord || tok.kind != wordToken || tok.open:
		return nil, fitsNot
	}
	word := w.line[tok.Start:tok.End]
	if l.arg.Kind == Terms {
		term := l.arg.Terms.find(word)
		return term, yes(term != nil)
	}
	return nil, suits(l.arg, word, w.shorthand)
}

// reading says how a line reads against a grammar.
type reading struct {
	states []state // after the last token that fitted
	taken  int     // how many tokens fitted
	offers []leaf  // what may come there; valid until the walker's next move
	ended  *state  // the cheapest reading that may end there; nil if there is none
}

// bare is the reading of a line without arguments for a command that takes none: NOOP. It is never changed.
var bare = reading{states: []state{{}}, offers: []leaf{{kind: leafEnd}}, ended: &state{}}

// read follows the tokens as far as they fit.
func (w *walker) read(args []Arg, toks []token) reading {
	if len(args) == 0 && len(toks) == 0 {
		return bare
	}
	w.states[0] = append(w.states[0], state{at: places(args, nil)})
	r := reading{states: w.states[0]}
	for i, tok := range toks {
		next := w.take(w.offers(r.states), tok, i)
		if len(next) == 0 {
			break
		}
		r.states, r.taken = next, i+1
	}
	r.offers = w.offers(r.states)
	for i := range r.offers {
		l := &r.offers[i]
		if l.kind == leafEnd && (r.ended == nil || l.from.cost < r.ended.cost) {
			r.ended = &l.from
		}
	}
	return r
}

// cheapest returns the first of the cheapest states.
func (r *reading) cheapest() *state {
	best := &r.states[0]
	for i := range r.states {
		if r.states[i].cost < best.cost {
			best = &r.states[i]
		}
	}
	return best
}

// steps returns the steps that led to s, in order.
func (s *state) steps() []*step {
	n := 0
	for p := s.past; p != nil; p = p.prev {
		n++
	}
	out := make([]*step, n)
	for p := s.past; p != nil; p = p.prev {
		n--
		out[n] = p
	}
	return out
}
