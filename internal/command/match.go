package command

import "strings"

// MatchLine reads a typed line, without tag and line end, against the table. It never fails: the Match says
// what does not fit.
func MatchLine(line string) *Match {
	m := &Match{Line: line}
	name := commandName(line)
	if m.Command = Lookup(line[name.Start:name.End]); m.Command != nil {
		m.Name = m.Command.Name
	} else {
		m.Name = strings.ToUpper(strings.Join(strings.Fields(line[name.Start:name.End]), " "))
		m.Command = Lookup(m.Name)
	}

	toks, gap := lex(line, name.End, m.Command == nil || takesLists(m.Command.Args))
	if len(toks) == 0 {
		m.Words = m.only[:0]
	}
	m.Words = words(m.Words, line, name, toks)
	if n := len(toks); n > 0 && toks[n-1].End == len(line) && isLiteral(line[toks[n-1].Start:]) {
		m.Literal = TrailingLiteral(line)
	}
	if m.Command == nil {
		m.Stop, m.Want = name.Start, "a command"
	} else {
		m.fit(toks, gap, name)
	}
	m.Secrets = secretsOf(m)
	if m.Command == nil {
		m.Name = shownName(m, name)
	}
	m.LiteralSecret, m.RestSecret = literalSecrets(m)
	return m
}

// shownName returns the first word of a line that is not a command, up to the first secret.
func shownName(m *Match, name Span) string {
	for _, s := range m.Secrets {
		if s.Start < name.End {
			return strings.ToUpper(strings.TrimSpace(m.Line[name.Start:max(name.Start, s.Start)]) + Masked)
		}
	}
	return m.Name
}

// commandName returns the span of the first word, or of "UID" and the word after it.
func commandName(line string) Span {
	start := 0
	for start < len(line) && isBlank(line[start]) {
		start++
	}
	end := start
	for end < len(line) && !isBlank(line[end]) {
		end++
	}
	if strings.EqualFold(line[start:end], "UID") {
		second := end
		for second < len(line) && isBlank(line[second]) {
			second++
		}
		for second < len(line) && !isBlank(line[second]) {
			second++
			end = second
		}
	}
	return Span{start, end}
}

// fit sets the fields that depend on the grammar of the command.
func (m *Match) fit(toks []token, gap int, name Span) {
	w := walker{line: m.Line}
	r := w.read(m.Command.Args, toks)
	whole := r.taken == len(toks)
	// A typed literal ends the line, not the command: the rest of the command comes after it.
	m.Early = whole && r.ended == nil && m.Literal == nil
	m.Fits = whole && !m.Early && gap < 0 && name.Start == 0 && tidy(m.Line[:name.End])
	var last *state
	switch {
	case r.ended != nil && whole:
		last = r.ended
	default:
		last = r.cheapest()
	}
	m.past = last
	for s := last.past; s != nil; s = s.prev {
		if s.tok >= 0 {
			m.assign(toks[s.tok], s.arg)
		}
	}
	switch {
	case m.Fits:
		m.Stop = len(m.Line)
	case name.Start > 0:
		m.Stop, m.Want = 0, "the command, without spaces before it"
	case !whole && toks[r.taken].open:
		m.Stop, m.Want = toks[r.taken].Start, "a closing quote"
		if m.Line[m.Stop] != '"' {
			m.Want = `a closing "]"`
		}
	case !whole:
		m.Stop, m.Want = toks[r.taken].Start, wants(r.offers)
	case m.Early:
		m.Stop, m.Want = len(m.Line), wants(r.offers)
	case gap >= 0:
		m.Stop, m.Want = gap, blankWant(m.Line, gap)
	default:
		m.Stop, m.Want = len("UID"), "one space"
	}
	if gap >= 0 && gap < m.Stop && !m.Early {
		m.Stop, m.Want = gap, blankWant(m.Line, gap)
	}
}

// tidy reports whether a command's name has at most one space.
func tidy(name string) bool {
	i := 0
	for i < len(name) && !isBlank(name[i]) {
		i++
	}
	return i == len(name) || name[i] == ' ' && !isBlank(name[i+1])
}

func blankWant(line string, gap int) string {
	rest := strings.TrimLeft(line[gap:], " \t")
	switch {
	case rest == "":
		return "the end of the line, without spaces"
	case rest[0] == ')', gap > 0 && line[gap-1] == '(':
		return "no space"
	}
	return "one space"
}

// wants returns, for people, what may come next.
func wants(leaves []leaf) string {
	var names []string
	add := func(s string) {
		for _, n := range names {
			if n == s {
				return
			}
		}
		names = append(names, s)
	}
	for i := range leaves {
		switch l := &leaves[i]; l.kind {
		case leafOpen:
			add(l.arg.single())
		case leafClose:
			add(`")"`)
		case leafEnd:
			add("the end of the line")
		default:
			add(l.arg.want())
		}
	}
	switch n := len(names); n {
	case 0:
		return "nothing more"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
}

// want returns the name of an argument for people.
func (a *Arg) want() string {
	if a.Kind == String {
		return "a quoted string"
	}
	return a.Name
}

// words appends the words of the line to out, the command's name first. A list with all its tokens is one word.
func words(out []Word, line string, name Span, toks []token) []Word {
	if out == nil {
		out = make([]Word, 0, len(toks)+1+strings.Count(line[name.Start:name.End], " "))
	}
	for i := name.Start; i < name.End; i++ {
		start := i
		for i < name.End && !isBlank(line[i]) {
			i++
		}
		if i > start {
			out = append(out, word(line, Span{start, i}))
		}
	}
	depth := 0
	for _, t := range toks {
		switch t.kind {
		case openToken:
			depth++
			if depth > 1 {
				continue
			}
		case closeToken:
			depth--
			out[len(out)-1] = word(line, Span{out[len(out)-1].Start, t.End})
			continue
		default:
			if depth > 0 {
				continue
			}
		}
		out = append(out, word(line, t.Span))
	}
	if depth > 0 {
		last := &out[len(out)-1]
		*last = word(line, Span{last.Start, len(strings.TrimRight(line, " \t"))})
	}
	return out
}

func word(line string, s Span) Word { return Word{Span: s, Text: line[s.Start:s.End]} }

// assign sets the argument of the word that begins with the token.
func (m *Match) assign(t token, a *Arg) {
	lo, hi := 0, len(m.Words)
	for lo < hi {
		if mid := (lo + hi) / 2; m.Words[mid].Start < t.Start {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(m.Words) && m.Words[lo].Start == t.Start {
		m.Words[lo].Arg = a
	}
}

// takesLists reports whether a parenthesis can be anything but a character of a word.
func takesLists(args []Arg) bool {
	for i := range args {
		if args[i].Kind == List || args[i].Kind == Rule || args[i].Kind == Terms || takesLists(args[i].Args) {
			return true
		}
	}
	return false
}

// Args returns the words after the command's name.
func (m *Match) Args() []Word {
	own := 1
	if m.ByUID() {
		own = 2
	}
	if own > len(m.Words) {
		return nil
	}
	return m.Words[own:]
}

// Hides reports whether the n-th word of the line, counted from 0, is or contains a secret.
func (m *Match) Hides(n int) bool {
	if n >= len(m.Words) {
		return false
	}
	w := m.Words[n]
	for _, s := range m.Secrets {
		if s.Start < w.End && w.Start < s.End {
			return true
		}
	}
	return false
}
