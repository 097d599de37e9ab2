package command

import (
	"fmt"
	"strings"

	"imapsh/internal/wire"
)

// Warnings are the doubts about a line that Complete has its way with before it is sent; fits reports
// whether what it made of it does. Correct input has none.
func Warnings(m *Match, fits bool, v *View) []Warning {
	return warnings(m, v.orNothing(), fits)
}

// WarningsAsTyped are the doubts about a line that is sent exactly as typed, as
// one with the user's own tag is.
func WarningsAsTyped(m *Match, v *View) []Warning {
	v = v.orNothing()
	out := warnings(m, v, m.Fits)
	if m.Fits && !v.UTF8 {
		for i := 0; i < len(m.Line); i++ {
			if m.Line[i] >= 0x80 {
				return append(out, doubt("other bytes than ASCII are sent as typed; outside a literal only UTF-8 mode allows them", i))
			}
		}
	}
	return out
}

func warnings(m *Match, v *View, mended bool) []Warning {
	if m.Command == nil {
		return []Warning{unknown(m)}
	}
	var out []Warning
	if v.State != 0 && m.Command.States&v.State == 0 {
		out = append(out, doubt(fmt.Sprintf("%s is for the %s state; this is the %s state", m.Name, m.Command.States, v.State), -1))
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
		out = append(out, doubt("does not fit: here "+m.Want+" would"+m.misfit(), m.Stop))
	}
	return out
}

func unknown(m *Match) Warning {
	// A near miss of what carries a secret is not spelled out: its words stay unseen.
	if near, ok := Near(m.Name); ok {
		return doubt(fmt.Sprintf("%s is no command that imapsh knows, did you mean %s? It is sent as typed", wire.EscapeString(m.Name), near), 0)
	}
	return doubt(fmt.Sprintf("%s is no command that imapsh knows; it is sent as typed", wire.EscapeString(m.Name)), 0)
}

func notAdvertised(what string, caps []string) string {
	return fmt.Sprintf("%s needs %s, which the server does not advertise", what, strings.Join(caps, " or "))
}

// secretAt reports whether what is at an offset of the line is a secret.
func (m *Match) secretAt(at int) bool {
	for _, s := range m.Secrets {
		if s.Start <= at && at < s.End {
			return true
		}
	}
	return false
}

// stopWord is the word where the line stopped fitting.
func (m *Match) stopWord() string {
	word, _ := cutWord(m.Line[min(m.Stop, len(m.Line)):])
	return strings.TrimRight(word, ")")
}

// lacksMessage tells that the line ends where a literal must begin, which
// <<END and < FILE bring without being part of it.
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

// wordWarnings are about single words that have their place.
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
			continue // nothing of the word itself is said
		}
		switch s.arg.Kind {
		case FlagKind:
			if flag, ok := systemFlag(word); ok {
				out = append(out, doubt(fmt.Sprintf("%s is a keyword of its own; the system flag is %s", word, flag), at))
			}
		case AtomKind:
			if flag, ok := systemFlag(strings.TrimPrefix(word, "/")); ok && s.arg.Name == keyword.Name {
				out = append(out, doubt(fmt.Sprintf("%s is looked for as a keyword; %s has the key %s", word, flag, strings.ToUpper(flag[1:])), at))
			}
		case Mailbox:
			if name := unquote(word); !v.UTF8 && isASCII(name) && !isLiteral(word) {
				if why, off := wire.CheckMailbox(name); why != "" {
					out = append(out, doubt(fmt.Sprintf("not modified UTF-7 at %d of the mailbox name: %s; to name it so, write %s", off, why, asString(wire.EncodeMailbox(name), Mailbox)), at))
				}
			}
		}
	}
	return out
}

// String names a set of states in the words of RFC 9051 §3.
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
