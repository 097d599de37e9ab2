package command

import (
	"strings"
	"unicode/utf8"

	"imapsh/internal/wire"
)

// Complete returns what is sent for a typed line. A line that fits the grammar is sent as it is, except for
// strings that its bytes require to be encoded. One that does not fit is completed if the grammar says how,
// otherwise it is sent as typed. Completing a completed line changes nothing.
func Complete(m *Match, v *View) Completed { return complete(m, v, nil) }

// CompleteWithSecret is Complete with the answer to its question, Completed.Ask.
func CompleteWithSecret(m *Match, v *View, answer string) Completed { return complete(m, v, &answer) }

func complete(m *Match, v *View, answer *string) Completed {
	if m.StaysAsTyped() {
		return m.asTyped()
	}
	return m.completed(v, answer)
}

// StaysAsTyped reports whether Complete leaves the line as it is in every session, because there is
// nothing to complete or the grammar does not say how.
func (m *Match) StaysAsTyped() bool {
	return m.Command == nil || m.past == nil || m.Fits && isASCII(m.Line)
}

// completed completes a line that does not stay as typed.
func (m *Match) completed(v *View, answer *string) Completed {
	done := completion{m: m, v: v.orNothing(), answer: answer}.run()
	if done.Changed && answer == nil && len(done.Pieces) == 1 && !done.Pieces[0].Literal {
		done.Match = MatchLine(string(done.Pieces[0].Text))
	}
	return done
}

func (v *View) orNothing() *View {
	if v == nil {
		return &View{}
	}
	return v
}

type completion struct {
	m      *Match
	v      *View
	answer *string

	pieces []Piece
	text   []byte
	tight  bool // no space before the next word
	secret []Span
	made   bool // something differs from what was typed
}

func (c completion) run() Completed {
	if c.m.StaysAsTyped() {
		return c.m.asTyped()
	}
	name := commandName(c.m.Line)
	toks, _ := lex(c.m.Line, name.End, takesLists(c.m.Command.Args))

	past, done, ask := c.m.past, c.m.Fits, (*Arg)(nil)
	if !done {
		past, done, ask = c.shorthand(toks)
	}
	if past == nil {
		return c.m.asTyped()
	}
	if ask != nil && c.answer == nil && len(c.m.Secrets) > 0 {
		return c.m.asTyped() // the word taken for the user name holds a secret already
	}
	if ask != nil && c.answer == nil {
		return Completed{Pieces: c.m.asTyped().Pieces, Ask: &Ask{Prompt: c.prompt(toks), Secret: true}, Match: c.m}
	}
	c.write(past.steps(), toks)
	if ask != nil {
		c.addString(*c.answer, AString, true)
		done = true
	}
	if !done && !c.made {
		return c.m.asTyped() // nothing to add; even its spaces stay
	}
	c.flush()
	changed := len(c.pieces) != 1 || string(c.pieces[0].Text) != c.m.Line
	return Completed{Pieces: c.pieces, Fits: done, Changed: changed, Match: c.m}
}

func (m *Match) asTyped() Completed {
	return Completed{Pieces: []Piece{{Text: []byte(m.Line), Secrets: m.Secrets}}, Fits: m.Fits, Match: m}
}

// shorthand reads the line as shorthand. past is nil if the grammar does not say how to complete it;
// ask is the secret that is missing.
func (c *completion) shorthand(toks []token) (past *state, done bool, ask *Arg) {
	w := walker{line: c.m.Line, shorthand: true, view: c.v}
	r := w.read(c.m.Command.Args, toks)
	switch {
	case r.taken < len(toks):
		return nil, false, nil
	case r.ended != nil:
		return r.ended, true, nil
	}
	if c.m.Literal != nil {
		return r.cheapest(), true, nil
	}
	for i := range r.offers {
		switch l := &r.offers[i]; {
		case l.kind != leafWord:
		case l.arg.Secret && len(r.offers) == 1:
			return &l.from, false, l.arg
		case l.arg.Kind == LiteralOnly && (past == nil || l.from.cost < past.cost):
			past = &l.from // the message comes from a file or a here-document
		}
	}
	if past == nil {
		// Nothing is added to an incomplete line, but its strings are still encoded.
		past = r.cheapest()
		for _, s := range past.steps() {
			if s.tok < 0 && s.arg.Kind != CharsetGap {
				return nil, false, nil
			}
		}
	}
	return past, false, nil
}

// prompt returns the question for the secret of the user that LOGIN names.
func (c *completion) prompt(toks []token) string {
	if len(toks) == 0 {
		return "Password"
	}
	return "Password for " + unquote(c.m.Line[toks[0].Start:toks[0].End])
}

// write writes the command and the steps in the form that the session allows.
func (c *completion) write(steps []*step, toks []token) {
	// A line that is completed gets its command in capitals; one that only fits keeps it as typed.
	if c.m.Fits {
		own := commandName(c.m.Line)
		c.text = append(c.text, c.m.Line[own.Start:own.End]...)
	} else {
		c.text = append(c.text, c.m.Name...)
	}
	charset := c.needsCharset(steps, toks)
	for _, s := range steps {
		if s.tok < 0 {
			switch {
			case s.arg.Kind == CharsetGap && charset:
				c.addText("CHARSET UTF-8", false)
				c.made = true
			case s.arg.Kind != CharsetGap:
				c.addText(s.text, false)
				c.made = true
			}
			continue
		}
		c.addWord(s.arg, c.m.Line[toks[s.tok].Start:toks[s.tok].End])
	}
}

// addWord writes a typed word as the argument it was taken for requires.
func (c *completion) addWord(a *Arg, word string) {
	switch a.Kind {
	case AString, String, NString, Mailbox, Pattern, EntryName, Charset:
		if suits(a, word, false) == fits && isASCII(word) {
			c.addText(word, a.Secret)
			return
		}
		c.made = true
		c.addString(unquote(word), a.Kind, a.Secret)
	case SignedFlag:
		c.made = true
		c.addText(word[:1]+"FLAGS", false)
		c.addText("(", false)
		c.addText(flagNamed(word[1:]), false)
	case ShortFlag:
		c.addText(flagNamed(word), false)
	default:
		c.addText(word, a.Secret)
	}
}

// flagNamed returns the flag that shorthand means: seen is \Seen, work is a keyword.
func flagNamed(name string) string {
	if flag, ok := systemFlag(strings.TrimPrefix(name, `\`)); ok {
		return flag
	}
	return name
}

// addString writes a string in the form that its bytes require (RFC 9051 §4.3, §5.1).
func (c *completion) addString(s string, kind Kind, secret bool) {
	switch {
	case strings.ContainsAny(s, "\x00\r\n"):
		c.addLiteral(s, secret)
	case isASCII(s):
		c.addText(asString(s, kind), secret)
	case c.v.UTF8 && utf8.ValidString(s):
		c.addText(Quote(s), secret)
	case (kind == Mailbox || kind == Pattern) && utf8.ValidString(s):
		c.addText(asString(wire.EncodeMailbox(s), kind), secret)
	default:
		c.addLiteral(s, secret)
	}
}

// asString returns s as an atom if the kind allows it, otherwise quoted.
func asString(s string, kind Kind) string {
	atom := false
	switch kind {
	case Pattern:
		atom = isAtomOf(s, isListChar)
	case AString, Mailbox, EntryName, Charset:
		atom = isAtomOf(s, isAStringChar)
	}
	// BODY[ would begin a data item here.
	if item, _, bracket := strings.Cut(s, "["); !atom || bracket && hasSection(item) {
		return Quote(s)
	}
	return s
}

// needsCharset reports whether a string of a search has bytes outside ASCII and nothing says what they
// are (RFC 9051 §6.4.4). In UTF-8 mode CHARSET must not be sent (RFC 6855 §3).
func (c *completion) needsCharset(steps []*step, toks []token) bool {
	if c.v.UTF8 {
		return false
	}
	gap, needs := false, false
	for _, s := range steps {
		switch {
		case s.arg.Kind == CharsetGap:
			gap = true
		case s.arg.Kind == Charset:
			return false
		case gap && s.tok >= 0 && s.arg.Kind == AString:
			needs = needs || !isASCII(c.m.Line[toks[s.tok].Start:toks[s.tok].End])
		}
	}
	return needs
}

// addText writes a word, after a space if one is needed.
func (c *completion) addText(s string, secret bool) {
	if !c.tight && s != ")" {
		c.text = append(c.text, ' ')
	}
	start := len(c.text)
	c.text = append(c.text, s...)
	if secret {
		c.secret = append(c.secret, Span{start, len(c.text)})
	}
	c.tight = s == "("
}

// addLiteral writes the bytes of s as a literal; the sender announces it.
func (c *completion) addLiteral(s string, secret bool) {
	if !c.tight {
		c.text = append(c.text, ' ')
	}
	c.tight = false
	c.flush()
	lit := Piece{Text: []byte(s), Literal: true, Binary: strings.IndexByte(s, 0) >= 0}
	if secret {
		lit.Secrets = []Span{{0, len(s)}}
	}
	c.pieces = append(c.pieces, lit)
	c.made = true
}

func (c *completion) flush() {
	if len(c.text) > 0 {
		c.pieces = append(c.pieces, Piece{Text: c.text, Secrets: c.secret})
	}
	c.text, c.secret = nil, nil
}
