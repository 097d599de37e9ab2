package command

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/wire"
)

// What helps if nothing is known of the mailboxes.
const (
	listShows      = "list shows the names of the mailboxes"
	namespaceShows = "namespace shows with what the names of your mailboxes begin"
)

// TellsNothingNew reports whether what Missing returned need not be shown a second time.
func TellsNothingNew(missing string) bool { return missing == listShows || missing == namespaceShows }

// Missing returns what may help after a NO with a code, "" if it has none, to a command that names a mailbox: the name that
// was probably meant, as far as LIST and NAMESPACE have shown it. It returns "" if nothing is known that may help.
func (m *Match) Missing(code string, v *View) string {
	if m.Name == "CREATE" && (code == "" || code == "NOPERM" || code == "CANNOT") {
		says := outsidePrefix(m.named(), v)
		if says == "" && code != "CANNOT" && v.Delim == 0 && v.Prefix == "" && v.Has("NAMESPACE") {
			return namespaceShows
		}
		return says
	}
	if code != "" && code != "NONEXISTENT" && code != "TRYCREATE" {
		return ""
	}
	name := m.named()
	if name == "" || name == v.Mailbox || m.Name == "CREATE" {
		return ""
	}
	is := func(other string) func(string) bool {
		return func(listed string) bool {
			return listed == other || strings.EqualFold(other, "INBOX") && strings.EqualFold(listed, other)
		}
	}
	if slices.ContainsFunc(v.Mailboxes, is(name)) {
		if !m.Row().Opens {
			return ""
		}
		return "LIST showed " + nameToType(name, v) + `: perhaps you have no right to open it, or its line has \Noselect`
	}
	for _, other := range m.otherNames(name, v) {
		if i := slices.IndexFunc(v.Mailboxes, is(other)); i >= 0 {
			return "did you mean " + nameToType(v.Mailboxes[i], v) + "?"
		}
	}
	for _, typed := range []string{name, v.Prefix + name} {
		if near, ok := Nearest(typed, v.Mailboxes); ok && len(name) > 2 {
			return "did you mean " + nameToType(near, v) + "?"
		}
	}
	if says := outsidePrefix(name, v); says != "" {
		return says
	}
	if len(v.Mailboxes) == 0 && (code != "" || m.Row().Opens || m.Name == "STATUS") {
		return listShows
	}
	return ""
}

// outsidePrefix says with what the names of the user's mailboxes begin, if a name does not begin with that.
func outsidePrefix(name string, v *View) string {
	if name == "" || v.Prefix == "" || HasPrefixFold(name, v.Prefix) || HasPrefixFold(v.Prefix, name) {
		return ""
	}
	return fmt.Sprintf("your mailboxes begin with %q here: %s", v.Prefix, nameToType(v.Prefix+name, v))
}

// named returns the first mailbox that a command names, as on the wire; "" if there is none, or its name is not in the
// line.
func (m *Match) named() string {
	if m.past == nil || m.Row().Lists {
		return ""
	}
	toks, _ := lex(m.Line, commandName(m.Line).End, takesLists(m.Command.Args))
	for _, s := range m.past.steps() {
		if s.tok < 0 || s.arg.Kind != Mailbox {
			continue
		}
		if word := m.Line[toks[s.tok].Start:toks[s.tok].End]; !isLiteral(word) && !m.secretAt(toks[s.tok].Start) {
			return unquote(word)
		}
		return ""
	}
	return ""
}

// otherNames returns names by which the server may know the mailbox: with its delimiter, and below the prefix of the
// user's mailboxes or below another mailbox.
func (m *Match) otherNames(name string, v *View) []string {
	if v.Delim == 0 {
		return nil
	}
	delim := string(v.Delim)
	levels := strings.NewReplacer("/", delim, ".", delim).Replace(name)
	names := []string{levels, v.Prefix + name, v.Prefix + levels}
	for _, listed := range v.Mailboxes {
		if strings.HasSuffix(listed, delim+name) {
			names = append(names, listed)
		}
	}
	return names
}

// nameToType returns a mailbox name from the wire as it can be typed.
func nameToType(name string, v *View) string {
	if decoded, ok := wire.DecodeMailbox(name); ok && !v.UTF8 {
		name = decoded
	}
	if strings.ContainsAny(name, " \"\\(){%*") {
		name = Quote(name)
	}
	return wire.EscapeString(name)
}
