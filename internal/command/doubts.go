package command

import (
	"fmt"
	"strconv"
	"strings"
)

// doubts are warnings about what fits the grammar, or nearly so, and is probably
// not what was meant. They come from the words of the line alone.
func (m *Match) doubts(v *View) []Warning {
	toks, _ := lex(m.Line, commandName(m.Line).End, takesLists(m.Command.Args))
	var out []Warning
	row := m.Row()
	for _, t := range toks {
		word := m.Line[t.Start:t.End]
		if m.secretAt(t.Start) {
			break
		}
		if t.kind == wordToken && row.Doubt != nil {
			out = append(out, row.Doubt(m, word, t.Start, v)...)
		}
		if word == "$" && v.Caps != nil && !v.offers([]string{"SEARCHRES"}) && !row.LogsIn {
			out = append(out, Warning{notAdvertised("$", []string{"SEARCHRES"}), t.Start})
		}
	}
	if w, ok := m.SecondMessage(v); ok {
		out = append(out, w)
	}
	return append(out, m.literalDoubts(v)...)
}

// SecondMessage is the doubt about an APPEND of more than one message where the
// server takes one at a time (RFC 3502). The octets of literals are no part of the
// line: "APPEND a {3} {4}".
func (m *Match) SecondMessage(v *View) (w Warning, has bool) {
	v = v.orNothing()
	more := m.Row().MoreBy
	if more == "" || v.Caps == nil || v.Has(more) || len(m.Words) < 2 {
		return Warning{}, false
	}
	messages := 0
	for _, word := range m.Words[2:] {
		if !isLiteral(word.Text) && AppendData.find(word.Text) == nil {
			continue
		}
		if messages++; messages == 2 {
			return Warning{notAdvertised("a second message", []string{more}), word.Start}, true
		}
	}
	return Warning{}, false
}

// fetchDoubts: what only UID FETCH may ask for, what sets \Seen, and a partial in doubled brackets.
func fetchDoubts(m *Match, word string, at int, v *View) []Warning {
	if !m.ByUID() && (strings.EqualFold(word, "PARTIAL") || strings.EqualFold(word, "VANISHED")) {
		return []Warning{{strings.ToUpper(word) + " is for UID FETCH alone", at}}
	}
	var out []Warning
	if i, ok := doubledPartial(word); ok {
		out = append(out, Warning{fmt.Sprintf("a partial has single brackets: %s", word[:i+2]+word[i+3:len(word)-1]), at + i + 1})
	}
	if v.State&Selected == 0 || v.ReadOnly {
		return out
	}
	for i := range fetchItems {
		if t := &fetchItems[i]; t.Seen && suitsItem(t, word) {
			return append(out, Warning{fmt.Sprintf(`%s sets \Seen; %s does not`, word, peeking(t, word)), at})
		}
	}
	return out
}

// doubledPartial finds the "]" before a partial in doubled brackets: BODY[]<<0.5>>.
func doubledPartial(word string) (at int, ok bool) {
	at = strings.Index(word, "]<<")
	return at, at >= 0 && strings.HasSuffix(word, ">>")
}

// peeking is the form of a data item that does not set \Seen.
func peeking(t *Term, word string) string {
	peek := "BODY.PEEK[]"
	switch {
	case t.Section != NoSection:
		return word[:len(t.Name)] + cased(".PEEK", word) + word[len(t.Name):]
	case t.Name == "RFC822.TEXT":
		peek = "BODY.PEEK[TEXT]"
	}
	return cased(peek, word)
}

// cased gives s in small letters where like is.
func cased(s, like string) string {
	if like == strings.ToLower(like) {
		return strings.ToLower(s)
	}
	return s
}

// storeDoubts: /Deleted would become a new keyword.
func storeDoubts(_ *Match, word string, at int, _ *View) []Warning {
	name := strings.TrimLeft(word, "+-")
	if !strings.HasPrefix(name, "/") {
		return nil
	}
	flag, ok := systemFlag(name[1:])
	if !ok {
		return nil
	}
	return []Warning{{fmt.Sprintf("%s is a keyword of its own; the system flag is %s", name, flag), at + len(word) - len(name)}}
}

// literalDoubts: a literal that the server has not agreed to, or will not take.
func (m *Match) literalDoubts(v *View) []Warning {
	l := m.Literal
	if l == nil || v.Caps == nil {
		return nil
	}
	var out []Warning
	switch {
	case l.NonSync && !v.offers([]string{"LITERAL-"}):
		out = append(out, Warning{notAdvertised("{n+}", []string{"LITERAL+", "LITERAL-"}), l.At})
	case l.NonSync && l.Size > 4096 && !v.Has("LITERAL+"):
		out = append(out, Warning{"LITERAL- allows {n+} up to 4096 octets", l.At})
	}
	if limit, ok := v.appendLimit(); ok && l.Size > limit && m.Row().Attaches {
		out = append(out, Warning{fmt.Sprintf("the server takes messages of at most %d octets (APPENDLIMIT)", limit), l.At})
	}
	return out
}

// appendLimit is the value of APPENDLIMIT=n (RFC 7889 §2).
func (v *View) appendLimit() (int64, bool) {
	for name := range v.Caps {
		if n, ok := strings.CutPrefix(name, "APPENDLIMIT="); ok {
			limit, err := strconv.ParseInt(n, 10, 64)
			return limit, err == nil
		}
	}
	return 0, false
}

// behind says more about text behind the arguments.
func (m *Match) behind() string {
	if m.past == nil || len(m.Secrets) > 0 || m.Stop >= len(m.Line) || !strings.HasSuffix(m.Want, "the end of the line") {
		return ""
	}
	rest := m.Line[m.Stop:]
	for _, mark := range []string{"//", "#", ";", "--", "/*"} {
		if strings.HasPrefix(rest, mark) {
			return "; IMAP has no comments, it would be sent"
		}
	}
	steps := m.past.steps()
	if len(steps) == 0 {
		return ""
	}
	last := steps[len(steps)-1]
	if last.tok < 0 || last.arg.Kind != Mailbox {
		return ""
	}
	toks, _ := lex(m.Line, commandName(m.Line).End, takesLists(m.Command.Args))
	name := m.Line[toks[last.tok].Start:]
	if strings.ContainsAny(name, "\"(){") {
		return ""
	}
	return "; a name with blanks is quoted: " + Quote(strings.TrimRight(name, " "))
}
