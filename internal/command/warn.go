package command

import (
	"fmt"
	"strings"

	"imapsh/internal/wire"
)

// Warnings returns the doubts about a line before Complete changes it; fits reports whether the result of
// Complete fits. Correct input has none.
func Warnings(m *Match, fits bool, v *View) []Warning {
	return warnings(m, v.orNothing(), fits, false)
}

// WarningsAsTyped returns the doubts about a line that is sent exactly as typed, such as one with the user's own
// tag.
func WarningsAsTyped(m *Match, v *View) []Warning {
	v = v.orNothing()
	out := warnings(m, v, m.Fits, true)
	if m.Fits && !v.UTF8 {
		for i := 0; i < len(m.Line); i++ {
			if m.Line[i] >= 0x80 {
				return append(out, doubt("bytes outside ASCII are sent as typed; without UTF-8 mode they are allowed only in a literal", i))
			}
		}
	}
	return out
}

func warnings(m *Match, v *View, mended, asTyped bool) []Warning {
	if m.Command == nil {
		return []Warning{unknown(m)}
	}
	var out []Warning
	if w, wrong := m.Misplaced(v); wrong {
		out = append(out, w)
	}
	if !v.Offers(m.Command.Caps...) {
		out = append(out, doubt(notAdvertised(m.Name, m.Command.Caps), -1))
	}
	if m.Fits && len(m.Args()) == 0 {
		return out
	}
	out = append(out, m.wordWarnings(v)...)
	out = append(out, m.doubts(v)...)
	if _, said := doubledPartial(m.stopWord()); !said && !mended && !m.lacksMessage() {
		out = append(out, doubt("syntax error: expected "+m.Want+" here"+m.misfit(asTyped), m.Stop))
	}
	return out
}

// Misplaced reports whether the command is not allowed in the present state, and returns the warning about it.
func (m *Match) Misplaced(v *View) (w Warning, wrong bool) {
	if m.Command == nil || v.State == 0 || m.Command.States&v.State != 0 {
		return Warning{}, false
	}
	return doubt(wrongState(m.Command, v.State), -1), true
}

// wrongState says why a command is not allowed in a state (RFC 9051 §3).
func wrongState(c *Command, now State) string {
	switch {
	case now == Logout:
		return c.Name + " is not allowed: the connection is closing"
	case c.States == NotAuthenticated:
		return c.Name + " is not allowed after login"
	case c.States == Selected && now == NotAuthenticated:
		return c.Name + " needs a selected mailbox (log in, then SELECT or EXAMINE)"
	case c.States == Selected:
		return c.Name + " needs a selected mailbox (SELECT or EXAMINE first)"
	case now == NotAuthenticated:
		return c.Name + " is not allowed before login (LOGIN or AUTHENTICATE first)"
	}
	return c.Name + " is not allowed while a mailbox is selected (UNSELECT or CLOSE first)"
}

func unknown(m *Match) Warning {
	if c := LookupConcept(m.Name); c != nil {
		word := strings.ToLower(m.Name)
		return doubt(fmt.Sprintf("unknown command %s; sent as typed (help %s: %s)", m.Name, word, c.Title), 0)
	}
	// A mistyped command that logs in is not quoted: its words stay hidden.
	if near, ok := Near(m.Name); ok {
		return doubt(fmt.Sprintf("unknown command %s (did you mean %s?); sent as typed", wire.EscapeString(m.Name), near), 0)
	}
	return doubt(fmt.Sprintf("unknown command %s; sent as typed (help lists the commands)", wire.EscapeString(m.Name)), 0)
}

func notAdvertised(what string, caps []string) string {
	return fmt.Sprintf("%s needs the capability %s, which the server does not advertise", what, strings.Join(caps, " or "))
}

// secretAt reports whether an offset of the line is in a secret.
func (m *Match) secretAt(at int) bool {
	for _, s := range m.Secrets {
		if s.Start <= at && at < s.End {
			return true
		}
	}
	return false
}

// stopWord returns the word at which the line stops fitting.
func (m *Match) stopWord() string {
	word, _ := cutWord(m.Line[min(m.Stop, len(m.Line)):])
	return strings.TrimRight(word, ")")
}

// lacksMessage reports whether the line ends where a literal must begin. <<END and < FILE supply one without
// being part of the line.
func (m *Match) lacksMessage() bool {
	if !m.Early || m.past == nil {
		return false
	}
	var w walker
	for _, l := range w.offers([]state{*m.past}) {
		if l.arg != nil && l.arg.Kind == LiteralOnly {
			return true
		}
	}
	return false
}

// wordWarnings returns doubts about single words that fit the grammar.
func (m *Match) wordWarnings(v *View) []Warning {
	if m.past == nil {
		return nil
	}
	toks, _ := lex(m.Line, commandName(m.Line).End, takesLists(m.Command.Args))
	var out []Warning
	for _, s := range m.past.steps() {
		if s.tok < 0 {
			continue
		}
		at := toks[s.tok].Start
		word := m.Line[at:toks[s.tok].End]
		switch {
		case s.term != nil && !v.Offers(s.term.Caps...):
			out = append(out, doubt(notAdvertised(s.term.Name, s.term.Caps), at))
		case s.arg.Cap != "" && !v.Offers(s.arg.Cap):
			shown := word
			if m.secretAt(at) {
				shown = Masked
			}
			out = append(out, doubt(notAdvertised(shown, []string{s.arg.Cap}), at))
		}
		if m.secretAt(at) {
			continue // nothing may be said about the word itself
		}
		switch s.arg.Kind {
		case FlagKind:
			if flag, ok := systemFlag(word); ok {
				out = append(out, doubt(fmt.Sprintf("%s is a keyword; the system flag is %s", word, flag), at))
			}
		case AtomKind:
			if flag, ok := systemFlag(strings.TrimPrefix(word, "/")); ok && s.arg.Name == keyword.Name {
				out = append(out, doubt(fmt.Sprintf("%s is searched for as a keyword; to find %s use the key %s", word, flag, strings.ToUpper(flag[1:])), at))
			}
		case Mailbox:
			if name := unquote(word); !v.UTF8 && isASCII(name) && !isLiteral(word) {
				if why, off := wire.CheckMailbox(name); why != "" {
					out = append(out, doubt(fmt.Sprintf("the mailbox name is not modified UTF-7 at byte %d: %s; if you mean exactly this name, write %s", off, why, asString(wire.EncodeMailbox(name), Mailbox)), at))
				}
			}
		}
	}
	return out
}

// String returns the names of a set of states in the words of RFC 9051 §3, joined by " or ".
func (s State) String() string {
	var names []string
	for _, n := range []struct {
		state State
		name  string
	}{{NotAuthenticated, "not authenticated"}, {Authenticated, "authenticated"}, {Selected, "selected"}, {Logout, "logout"}} {
		if s&n.state != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " or ")
}
