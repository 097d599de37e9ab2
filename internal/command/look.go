package command

import "strings"

// Prospect says what may come at the end of a line that is being typed.
type Prospect struct {
	Command *Command // nil while the command is being typed, or if it is unknown
	Start   int      // offset of the word being typed; len(line) after a space or "("
	Choices []Choice // what may come there, in the order of the grammar
	// CanClose says that ")" may come there, CanOpen that "(" may, CanEnd that the line may end there.
	CanClose, CanOpen, CanEnd bool
	// Rest is the synopsis of what may follow the word being typed; from Start on if no word has been
	// begun.
	Rest string
}

// Choice is one thing that may come next: a word of a table, or a kind of word.
type Choice struct {
	Arg  *Arg
	Open bool // "(" must come before it
}

// Look returns what may come at the end of line, which has no tag and is being typed. If the capabilities are
// known, Rest omits options that they do not allow.
func Look(line string, v *View) Prospect {
	v = v.orNothing()
	name := commandName(line)
	p := Prospect{Start: name.Start}
	m := Lookup(nameOf(line, name))
	if m == nil || name.End == len(line) {
		// The command itself is still being typed.
		if m != nil {
			p.Rest = places(m.Args, nil).rest(v)
		}
		return p
	}
	p.Command = m
	line = asciiOnly(line)
	toks, _ := lex(line, name.End, takesLists(m.Args))
	p.Start = len(line)
	var typed *token
	if n := len(toks); n > 0 && toks[n-1].kind == wordToken && toks[n-1].End == len(line) {
		typed, toks = &toks[n-1], toks[:n-1]
		p.Start = typed.Start
	}
	w := walker{line: line}
	r := w.read(m.Args, toks)
	if r.taken < len(toks) {
		return p
	}
	for i := range r.offers {
		switch l := &r.offers[i]; l.kind {
		case leafWord:
			p.Choices = append(p.Choices, Choice{Arg: l.arg})
		case leafOpen:
			p.CanOpen = true
			p.Choices = append(p.Choices, inList(l)...)
		case leafClose:
			p.CanClose = true
		case leafEnd:
			p.CanEnd = true
		}
	}
	states := r.states
	if typed != nil {
		// What follows the word once it is complete; if it matches nothing yet, what follows the first
		// word that it could become.
		after := w.take(r.offers, *typed, 0)
		if len(after) == 0 {
			for i := range r.offers {
				l := &r.offers[i]
				if l.kind != leafWord || l.arg.Kind == Token && !HasPrefixFold(l.arg.Name, line[typed.Start:]) {
					continue
				}
				if l.arg.Kind != Terms {
					after = append(after, state{at: l.after})
					break
				}
				if t := l.arg.Terms.begins(line[typed.Start:]); t != nil {
					after = append(after, state{at: places(t.Args, l.after)})
					break
				}
			}
		}
		states = after
	}
	if len(states) > 0 {
		p.Rest = states[0].at.rest(v)
	}
	return p
}

// asciiOnly replaces each byte outside ASCII with a letter: such a word will be encoded or quoted, and what
// may follow it is the same.
func asciiOnly(line string) string {
	if isASCII(line) {
		return line
	}
	b := []byte(line)
	for i := range b {
		if b[i] >= 0x80 {
			b[i] = 'x'
		}
	}
	return string(b)
}

// inList returns what may come first after the "(" of a list.
func inList(l *leaf) []Choice {
	var w walker
	var out []Choice
	for _, in := range w.offers([]state{{at: l.after}}) {
		if in.kind == leafWord {
			out = append(out, Choice{Arg: in.arg, Open: true})
		}
	}
	return out
}

// nameOf returns the command's name with exactly one space between its words.
func nameOf(line string, s Span) string {
	first, second := cutWord(line[s.Start:s.End])
	if second != "" {
		return first + " " + second
	}
	return first
}

// begins returns the first term that begins with word, in upper or lower case; nil if there is none.
func (v Vocabulary) begins(word string) *Term {
	terms := vocabularies[v]
	for i := range terms {
		if HasPrefixFold(terms[i].Name, word) {
			return &terms[i]
		}
	}
	return nil
}

// Named returns the name, in capitals, and the row of the command that a line without a tag begins with. The row
// of an unknown command is empty, never nil.
func Named(line string) (name string, row *Command) {
	name = nameOf(line, commandName(line))
	if row = Lookup(name); row == nil {
		return strings.ToUpper(name), &noRow
	}
	return row.Name, row
}
