package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imapsh/internal/wire"
)

// doubts returns warnings about what fits the grammar, or almost fits, but is probably not what the user
// meant. They depend only on the words of the line.
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
		if word == "$" && !v.Offers("SEARCHRES") && !row.LogsIn {
			out = append(out, doubt(notAdvertised("$", []string{"SEARCHRES"}), t.Start))
		}
	}
	if w, ok := m.SecondMessage(v); ok {
		out = append(out, w)
	}
	return append(append(out, m.otherCase(v)...), m.literalDoubts(v)...)
}

// otherCase: the name of a mailbox that LIST showed with other capital letters. Most servers distinguish them in all
// names except INBOX (RFC 9051 §5.1).
func (m *Match) otherCase(v *View) (out []Warning) {
	if m.past == nil || m.Row().GivesName {
		return nil
	}
	toks, _ := lex(m.Line, commandName(m.Line).End, takesLists(m.Command.Args))
	for _, s := range m.past.steps() {
		if s.tok < 0 || s.arg.Kind != Mailbox || m.secretAt(toks[s.tok].Start) {
			continue
		}
		word := m.Line[toks[s.tok].Start:toks[s.tok].End]
		name := unquote(word)
		if strings.EqualFold(name, "INBOX") || slices.Contains(v.Mailboxes, name) {
			continue
		}
		if i := slices.IndexFunc(v.Mailboxes, func(other string) bool { return strings.EqualFold(name, other) }); i >= 0 {
			listed := wire.EscapeString(asString(v.Mailboxes[i], Mailbox))
			out = append(out, doubt(fmt.Sprintf("LIST showed %s, not %s", listed, word), toks[s.tok].Start))
		}
	}
	return out
}

// SecondMessage returns the doubt about an APPEND of more than one message to a server that takes one at a
// time (RFC 3502). The line does not contain the bytes of literals: "APPEND a {3} {4}".
func (m *Match) SecondMessage(v *View) (w Warning, has bool) {
	v = v.orNothing()
	more := m.Row().MoreBy
	if more == "" || v.Offers(more) || len(m.Words) < 2 {
		return Warning{}, false
	}
	messages := 0
	for _, word := range m.Words[2:] {
		if !isLiteral(word.Text) && AppendData.find(word.Text) == nil {
			continue
		}
		if messages++; messages == 2 {
			return doubt(notAdvertised("a second message", []string{more}), word.Start), true
		}
	}
	return Warning{}, false
}

// fetchDoubts: items only for UID FETCH, items that set \Seen, and a partial in doubled brackets.
func fetchDoubts(m *Match, word string, at int, v *View) []Warning {
	if !m.ByUID() && (strings.EqualFold(word, "PARTIAL") || strings.EqualFold(word, "VANISHED")) {
		return []Warning{doubt(strings.ToUpper(word)+" works only in UID FETCH", at)}
	}
	var out []Warning
	if i, ok := doubledPartial(word); ok {
		out = append(out, doubt(fmt.Sprintf("use single brackets for a partial: %s", word[:i+2]+word[i+3:len(word)-1]), at+i+1))
	}
	if v.State&Selected == 0 || v.ReadOnly {
		return out
	}
	for i := range fetchItems {
		if t := &fetchItems[i]; t.Seen && suitsItem(t, word) {
			return append(out, Warning{
				Text:  fmt.Sprintf(`%s sets \Seen; %s does not`, word, peeking(t, word)),
				Again: fmt.Sprintf(`%s sets \Seen`, word), At: at,
			})
		}
	}
	return out
}

// doubledPartial returns the index of the "]" before a partial in doubled brackets: BODY[]<<0.5>>.
func doubledPartial(word string) (at int, ok bool) {
	at = strings.Index(word, "]<<")
	return at, at >= 0 && strings.HasSuffix(word, ">>")
}

// peeking returns the form of a data item that does not set \Seen.
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

// cased returns s, in lower case if like is in lower case.
func cased(s, like string) string {
	if like == strings.ToLower(like) {
		return strings.ToLower(s)
	}
	return s
}

// storeDoubts: /Deleted would set a new keyword.
func storeDoubts(_ *Match, word string, at int, _ *View) []Warning {
	name := strings.TrimLeft(word, "+-")
	if !strings.HasPrefix(name, "/") {
		return nil
	}
	flag, ok := systemFlag(name[1:])
	if !ok {
		return nil
	}
	return []Warning{doubt(fmt.Sprintf("%s is a keyword; the system flag is %s", name, flag), at+len(word)-len(name))}
}

// literalDoubts: a literal that the server has not agreed to, or will refuse.
func (m *Match) literalDoubts(v *View) []Warning {
	l := m.Literal
	if l == nil || v.Caps == nil {
		return nil
	}
	var out []Warning
	switch {
	case v.MoreCaps:
	case l.NonSync && !v.Offers("LITERAL-"):
		out = append(out, doubt(notAdvertised("{n+}", []string{"LITERAL+", "LITERAL-"}), l.At))
	case l.NonSync && l.Size > 4096 && !v.Has("LITERAL+"):
		out = append(out, doubt("LITERAL- allows {n+} only up to 4096 bytes", l.At))
	}
	if limit, ok := v.appendLimit(); ok && l.Size > limit && m.Row().Attaches {
		out = append(out, doubt(fmt.Sprintf("the server accepts messages of up to %d bytes (APPENDLIMIT)", limit), l.At))
	}
	return out
}

// appendLimit returns the n of APPENDLIMIT=n (RFC 7889 §2), in bytes.
func (v *View) appendLimit() (int64, bool) {
	for name := range v.Caps {
		if n, ok := strings.CutPrefix(name, "APPENDLIMIT="); ok {
			limit, err := strconv.ParseInt(n, 10, 64)
			return limit, err == nil
		}
	}
	return 0, false
}

// deleteDoubts: DELETE 7 removes a mailbox named 7, which is probably not what the user meant.
func deleteDoubts(_ *Match, word string, at int, v *View) []Warning {
	if !isSequenceSet(word) || slices.Contains(v.Mailboxes, word) {
		return nil
	}
	meant := "message " + word
	if !isNumber(word) {
		meant = "messages " + word
	}
	return []Warning{doubt(fmt.Sprintf(`DELETE removes the mailbox %s. To delete %s use store %s +deleted, then expunge`, word, meant, word), at)}
}

// Separator returns the character that is probably meant to separate the levels of the name that a command gives a
// mailbox, "/" or ".", and the part of the name before it; "" if there is none.
func (m *Match) Separator() (sep, parent string) {
	if !m.Row().GivesName {
		return "", ""
	}
	for _, w := range m.Args() {
		name := unquote(w.Text)
		for _, sep = range []string{"/", "."} {
			if parent, rest, ok := strings.Cut(name, sep); ok && parent != "" && rest != "" {
				return sep, parent
			}
		}
	}
	return "", ""
}

// levelDoubts: a new name whose levels are separated by a character that is not the delimiter here.
func levelDoubts(_ *Match, word string, at int, v *View) []Warning {
	name := unquote(word)
	other := map[byte]string{'/': ".", '.': "/"}[v.Delim]
	parent, rest, ok := strings.Cut(name, other)
	if other == "" || !ok || parent == "" || rest == "" || slices.Contains(v.Mailboxes, name) {
		return nil
	}
	// Many names contain a dot; only after the name of a mailbox was it meant to begin a level.
	if other == "." && !strings.EqualFold(parent, "INBOX") && !slices.Contains(v.Mailboxes, parent) {
		return nil
	}
	levels := strings.ReplaceAll(name, other, string(v.Delim))
	return []Warning{doubt(fmt.Sprintf("this server separates levels with %q, not with %q: for a mailbox below %s write %s", string(v.Delim), other, parent, asString(levels, Mailbox)), at)}
}
