package completion

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"imapsh/internal/command"
	"imapsh/internal/wire"
)

// arguments adds what the grammar allows next: first the words as they are, then those that are allowed only after a
// "(", with the "(".
func (s *source) arguments(p command.Prospect) {
	s.onlyChoice = len(p.Choices) == 1
	for _, c := range p.Choices {
		if !c.Open {
			s.choice(c.Arg)
		}
	}
	if s.typed != "" {
		return
	}
	bare := map[string]bool{}
	for _, item := range s.items {
		bare[item.Text] = true
	}
	for _, c := range p.Choices {
		if !c.Open || c.Arg.Cap != "" && !s.view.Offers(c.Arg.Cap) {
			continue
		}
		in := *s
		in.items, in.has = nil, nil
		in.choice(c.Arg)
		for _, item := range in.items {
			if !bare[item.Text] {
				item.Text = "(" + item.Text
				s.items = append(s.items, item)
			}
		}
	}
}

func (s *source) choice(a *command.Arg) {
	switch a.Kind {
	case command.Token:
		if a.Cap == "" || s.view.Offers(a.Cap) {
			s.add(a.Name, a.Help)
		}
	case command.Terms:
		s.terms(a.Terms)
	case command.FlagKind:
		s.flags(a.Name == "flag")
	case command.AtomKind:
		if a.Name == "keyword" {
			s.keywords()
		} else {
			s.known(a.Terms)
		}
	case command.Mailbox, command.Pattern:
		s.wantsMailbox = true
		s.mailboxes()
	case command.Charset:
		s.add("UTF-8", a.Help)
	case command.SequenceSet:
		s.numbers(strings.Contains(a.Name, "uid"))
	case command.AString, command.EntryName:
		switch {
		case a.Terms == command.Rights:
			s.rights()
		case a.Name == "field-name":
			s.headerFields("")
		default:
			s.known(a.Terms)
		}
	}
}

// known adds the well-known words of an argument that may be any word.
func (s *source) known(v command.Vocabulary) {
	for _, t := range v.Terms() {
		if s.view.Offers(t.Caps...) {
			s.exactly(t.Name, t.Help)
			if n := len(s.items); n > 0 && strings.HasSuffix(t.Name, "/") && s.items[n-1].Text == t.Name {
				s.items[n-1].Open = true
			}
		}
	}
}

// terms adds the words of a table that the server offers.
func (s *source) terms(v command.Vocabulary) {
	if v == command.MechanismNames && s.view.Caps != nil {
		s.mechanisms()
		return
	}
	for _, t := range v.Terms() {
		if !s.view.Offers(t.Caps...) {
			continue
		}
		switch {
		case v == command.SpecialUses:
			s.exactly(t.Name, t.Help)
		case t.Section != command.NoSection:
			s.section(&t)
		default:
			s.add(t.Name, t.Help)
		}
	}
}

// mechanisms adds the mechanisms that the server offers, even those that the table does not have.
func (s *source) mechanisms() {
	known := command.MechanismNames.Terms()
	for _, m := range known {
		if s.view.Has("AUTH=" + m.Name) {
			s.add(m.Name, m.Help)
		}
	}
	var others []string
	for c := range s.view.Caps {
		if name, ok := strings.CutPrefix(c, "AUTH="); ok && isAtom(name) && !slices.ContainsFunc(known, func(m command.Term) bool { return m.Name == name }) {
			others = append(others, name)
		}
	}
	sort.Strings(others)
	for _, name := range others {
		s.add(name, "a SASL mechanism")
	}
}

// section adds BODY[ and, once that is typed, what may be in the brackets.
func (s *source) section(t *command.Term) {
	open := t.Name + "["
	if !command.HasPrefixFold(s.typed, open) {
		s.add(open, t.Help)
		return
	}
	spec := s.typed[len(open):]
	if i := strings.LastIndexAny(spec, " ("); i >= 0 && strings.Contains(spec, "(") && !strings.Contains(spec, ")") {
		s.headerFields(s.typed[:len(open)+i+1])
		return
	}
	part := strings.TrimRight(spec, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if strings.Trim(part, "0123456789.") != "" || part != "" && part[len(part)-1] != '.' {
		return // a header list, or an incomplete part number
	}
	head := s.typed[:len(open)] + part
	if part == "" {
		s.exactly(head+"]", "the complete message")
	}
	if t.Section == command.BinarySection {
		return
	}
	for _, spec := range command.SectionSpecs() {
		if spec.Name == "MIME" && part == "" {
			continue
		}
		name, end := spec.Name, "]"
		if s.lower {
			name = strings.ToLower(name)
		}
		if len(spec.Args) > 0 {
			end = " ("
		}
		s.exactly(head+name+end, spec.Help)
	}
}

// flags adds the system flags and the flags of the mailbox; nothing for the attributes of a mailbox.
func (s *source) flags(ofMessages bool) {
	if !ofMessages {
		return
	}
	for _, t := range command.SystemFlags.Terms() {
		if t.Name[0] == '\\' || s.typed != "" {
			s.flag(t.Name, t.Help)
		}
	}
	for _, f := range s.view.Flags {
		if isAtom(strings.TrimPrefix(f, `\`)) && !strings.EqualFold(f, `\Recent`) {
			s.flag(f, "a flag of this mailbox")
		}
	}
}

// flag adds a flag unless it was added in another case: flags are case-insensitive.
func (s *source) flag(name, help string) {
	if !command.HasPrefixFold(name, s.typed) || s.had(strings.ToLower(name)+"\x00") { // no text has a NUL
		return
	}
	s.exactly(name, help)
}

func (s *source) keywords() {
	for _, f := range s.view.Flags {
		if isAtom(f) {
			s.exactly(f, "a keyword of this mailbox")
		}
	}
}

// mailboxes adds the names seen in LIST, decoded and quoted if necessary. A line that is sent as typed gets them as
// the server wrote them.
func (s *source) mailboxes() {
	typed := s.typed
	if strings.HasPrefix(typed, `"`) {
		typed = unescape(typed[1:])
	}
	for _, wireName := range s.view.Mailboxes {
		name := wireName
		if !s.view.UTF8 {
			name, _ = wire.DecodeMailbox(wireName)
		}
		if !begins(name, typed) && !begins(wireName, typed) {
			continue
		}
		// ASCII is sent as it is, so "&" must be written as on the wire.
		word, ok := command.WireMailboxText(wireName)
		text := string(word)
		quotes := s.typed != "" && s.typed[0] == '"'
		if !s.tagged && !isASCII(name) && typable(name) {
			text, ok = name, true
			quotes = quotes || strings.IndexFunc(name, needsQuotes) >= 0
		}
		if quotes && ok && text[0] != '"' {
			word, ok = command.QuotedText(text)
			text = string(word)
		}
		if ok {
			s.items = append(s.items, Item{Text: text})
		}
	}
}

// needQuotes are the ASCII characters that make it necessary to quote a mailbox name.
const needQuotes = " \"\\(){%*"

// needsQuotes reports whether a name with this character is quoted: it is one of needQuotes, or one that the shell
// would remove as something copied from a web page.
func needsQuotes(r rune) bool {
	return strings.ContainsRune(needQuotes, r) || r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
}

// begins reports whether a name begins with what is typed, ignoring case.
func begins(name, typed string) bool {
	end := 0
	for range utf8.RuneCountInString(typed) {
		_, n := utf8.DecodeRuneInString(name[end:])
		end += n
	}
	return strings.EqualFold(name[:end], typed)
}

// unescape decodes the beginning of a quoted string, without its opening quote.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isAtom(value string) bool {
	_, ok := command.AtomText(value)
	return ok
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
