package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// misfits each say more about one kind of line that does not fit; "" for a line of another kind.
var misfits = []func(*Match) string{
	comment, otherDate, otherNumber, otherSet, otherKey, infixOr, tooManyWords, unquotedName, onlyFlag, keyOfMail, mistyped, noSearchKey, noUser, noArguments,
}

// misfit returns how to correct what does not fit, or an example of what does; "" if nothing is known. asTyped says that
// nothing is added to the line, or taken from its end.
func (m *Match) misfit(asTyped bool) string {
	if m.past == nil {
		return ""
	}
	for _, says := range misfits {
		if s := says(m); s != "" {
			return "; " + s
		}
	}
	if e := example(m, asTyped); e != "" {
		return "; for example: " + e
	}
	return ""
}

// endWanted reports whether the line has more than the command takes.
func (m *Match) endWanted() bool {
	return m.Stop < len(m.Line) && strings.HasSuffix(m.Want, "the end of the line")
}

func comment(m *Match) string {
	if !m.endWanted() {
		return ""
	}
	for _, mark := range []string{"//", "#", ";", "--", "/*"} {
		if strings.HasPrefix(m.Line[m.Stop:], mark) {
			return "IMAP has no comments: the text from here on is sent to the server"
		}
	}
	return ""
}

// otherForms are other ways to write dates, except those that could be read in two ways.
var otherForms = []string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2.1.2006", "2-Jan-06", "2/Jan/2006", "2.Jan.2006", "2Jan2006", "Jan-2-2006", "2006-1-2T15:04:05Z07:00"}

// otherDate shows a date in IMAP's form (RFC 9051 §9: date-text).
func otherDate(m *Match) string {
	if m.Want != date.want() || m.Early {
		return ""
	}
	const form = "2-Jan-2006"
	word := strings.Trim(m.stopWord(), `"`)
	for _, other := range otherForms {
		if t, err := time.Parse(other, word); err == nil {
			return "write a date like this: " + t.Format(form)
		}
	}
	return "write a date like this: 1-Feb-2026"
}

// units are the units that other programs allow after a number, and how many bytes or seconds each is, by what the
// number counts. IMAP allows only plain numbers (RFC 9051 §6.4.4, RFC 5032 §3).
var units = map[string]map[string]uint64{
	size.want():    {"K": 1 << 10, "KB": 1 << 10, "KIB": 1 << 10, "M": 1 << 20, "MB": 1 << 20, "MIB": 1 << 20, "G": 1 << 30, "GB": 1 << 30, "GIB": 1 << 30, "B": 1},
	seconds.want(): {"S": 1, "M": 60, "MIN": 60, "H": 3600, "D": 86400, "W": 7 * 86400},
}

// otherNumber multiplies out a size or a time with a unit.
func otherNumber(m *Match) string {
	by, ok := units[m.Want]
	if !ok || m.Early {
		return ""
	}
	word := strings.ToUpper(strings.Trim(m.stopWord(), `"`))
	digits := strings.TrimRight(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || by[word[len(digits):]] == 0 {
		return ""
	}
	return fmt.Sprintf("write a number without a unit: %d", n*by[word[len(digits):]])
}

// infixOr shows prefix notation to people who write OR, or AND, between two keys (RFC 9051 §6.4.4).
func infixOr(m *Match) string {
	if strings.EqualFold(m.stopWord(), "AND") {
		return "leave AND out: several keys are combined with AND anyway"
	}
	if !m.Early {
		return ""
	}
	toks, _ := lex(m.Line, commandName(m.Line).End, takesLists(m.Command.Args))
	key, or := -1, -1 // the tokens at which OR is and the key before it begins
	for _, s := range m.past.steps() {
		switch {
		case s.tok < 0 || s.term == nil || or >= 0:
		case s.term.Name == "OR":
			or = s.tok
		default:
			key = s.tok
		}
	}
	if or <= 0 || key < 0 {
		return ""
	}
	first := strings.TrimRight(m.Line[toks[key].Start:toks[or].Start], " ")
	word, second := m.Line[toks[or].Start:toks[or].End], strings.TrimSpace(m.Line[toks[or].End:])
	if second == "" || strings.ContainsAny(second, "()") || strings.Contains(strings.ToUpper(second), " OR ") {
		return "write OR before both of its keys: OR FROM joerg FROM ann"
	}
	return fmt.Sprintf("write OR before both of its keys: %s %s %s", word, first, second)
}

// tooManyWords counts the arguments of LOGIN, without showing any of them.
func tooManyWords(m *Match) string {
	if args := m.Args(); m.endWanted() && m.Row().LogsIn && len(args) > 2 {
		return fmt.Sprintf("%s takes a user name and a password, not %d words; quote one that contains spaces", m.Name, len(args))
	}
	return ""
}

// unquotedName shows a mailbox name of several words quoted.
func unquotedName(m *Match) string {
	steps := m.past.steps()
	if !m.endWanted() || len(steps) == 0 {
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
	return "quote a name that contains spaces: " + Quote(strings.TrimRight(name, " "))
}

// mistyped returns the word of a table that was probably meant.
func mistyped(m *Match) string {
	word := m.stopWord()
	if m.Early || len(word) < 2 || m.secretAt(m.Stop) {
		return ""
	}
	var words []string
	var w walker
	for _, l := range w.offers([]state{*m.past}) {
		switch {
		case l.kind != leafWord:
		case l.arg.Kind == Token:
			words = append(words, l.arg.Name)
		case l.arg.Kind == Terms:
			for _, t := range l.arg.Terms.Terms() {
				words = append(words, t.Name)
			}
		}
	}
	if len(word) == 2 { // too short for a slip: only a beginning of one word is understood
		words = slices.DeleteFunc(words, func(w string) bool { return !HasPrefixFold(w, word) })
		slices.Sort(words)
		if words = slices.Compact(words); len(words) != 1 {
			return ""
		}
	}
	if near, ok := Nearest(word, words); ok {
		return "did you mean " + near + "?"
	}
	return ""
}

// mailKeys are the search keys for words of mail programs.
var mailKeys = map[string]string{
	"UNREAD": "UNSEEN", "READ": "SEEN", "STARRED": "FLAGGED", "IMPORTANT": "FLAGGED", "SENDER": "FROM", "RECIPIENT": "TO",
	"AFTER": "SINCE", "CONTAINS": "TEXT",
}

// keyOfMail returns the search key for a word that mail programs use.
func keyOfMail(m *Match) string {
	key := mailKeys[strings.ToUpper(m.stopWord())]
	if m.Early || key == "" || !strings.Contains(m.Want, "search-key") {
		return ""
	}
	return "did you mean " + key + "?"
}

// noSearchKey shows the key TEXT to people who type only a word to search for.
func noSearchKey(m *Match) string {
	word := m.stopWord()
	if m.Early || word == "" || !strings.Contains(m.Want, "search-key") || strings.Trim(strings.ToUpper(word), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return "to find a word anywhere in a message: TEXT " + word
}

// otherSet shows how messages are named, to people who write a word, or a range as elsewhere.
func otherSet(m *Match) string {
	word := m.stopWord()
	by := "number"
	if m.Want == "uid-set" {
		by = "UID"
	}
	if m.Early || word == "" || m.Want != "sequence-set" && m.Want != "uid-set" {
		return ""
	}
	for _, between := range []string{"-", ".."} {
		first, last, ok := strings.Cut(word, between)
		if ok && first != "" && last != "" && strings.Trim(first+last, "0123456789") == "" {
			return "write a range with a colon: " + first + ":" + last
		}
	}
	return "messages are named by " + by + ": 5, 2:4, or 1:* for all"
}

// otherKey corrects a search key that is written as in a search engine.
func otherKey(m *Match) string {
	key, value, ok := strings.Cut(m.stopWord(), ":")
	if !ok || m.Early || value == "" || !strings.Contains(m.Want, "search-key") {
		return ""
	}
	for i := range searchKeys {
		if t := &searchKeys[i]; strings.EqualFold(t.Name, key) && len(t.Args) == 1 {
			return "write a space after the key: " + t.Name + " " + value
		}
	}
	return ""
}

// onlyFlag completes a STORE that has the name of a flag and nothing else.
func onlyFlag(m *Match) string {
	flag, ok := systemFlag(m.stopWord())
	if !ok || m.Early || !m.Row().SetsFlags || !strings.Contains(m.Want, "FLAGS") {
		return ""
	}
	return fmt.Sprintf("to set a flag: %s +FLAGS (%s)", strings.TrimRight(m.Line[:m.Stop], " "), flag)
}

// noUser says that the password need not be typed on the line.
func noUser(m *Match) string {
	if !m.Early || !m.Row().LogsIn || m.Row().Continues == SASL || len(m.Args()) > 0 {
		return ""
	}
	return "login alice asks for the password"
}

// noArguments says that a command takes none, and which one does.
func noArguments(m *Match) string {
	if !m.endWanted() || len(m.Row().Args) > 0 {
		return ""
	}
	says := m.Name + " takes no arguments"
	if uid := Lookup("UID " + m.Name); uid != nil {
		says += "; " + uid.Name + " does"
	}
	return says
}

// example returns a line that fits: the first example of the command that has the last word which fits, or else its
// first; "" if there is none.
func example(m *Match, asTyped bool) string {
	c := m.Row()
	if c.LogsIn || len(c.Examples) == 0 {
		return ""
	}
	shown := c.Examples[0]
	fits := strings.Fields(strings.ToUpper(m.Line[:min(m.Stop, len(m.Line))]))
	if n := len(fits); n > len(strings.Fields(m.Name)) {
		for _, e := range c.Examples {
			if slices.Contains(strings.Fields(strings.ToUpper(e)), fits[n-1]) {
				shown = e
				break
			}
		}
	}
	if literal := strings.LastIndex(shown, " {"); literal >= 0 && shown[len(shown)-1] == '}' {
		if asTyped || !c.Attaches {
			return ""
		}
		shown = shown[:literal] + " < FILE"
	}
	return shown
}
