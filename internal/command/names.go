package command

import (
	"strings"

	"imapsh/internal/wire"
)

// EncodedNames returns the line with each mailbox name that has a bare "&" encoded (RFC 3501 §5.1.3), and for
// each such name what was typed and what is sent: "R&D", "R&-D". A name that is partly encoded stays.
func (m *Match) EncodedNames(v *View) (typed Text, changed [][2]string) {
	line := m.Line
	if m.past == nil || v.orNothing().UTF8 || strings.IndexByte(line, '&') < 0 {
		return Text(line), nil
	}
	toks, _ := lex(m.Line, commandName(m.Line).End, takesLists(m.Command.Args))
	moved := 0
	for _, s := range m.past.steps() {
		if s.tok < 0 || s.arg.Kind != Mailbox {
			continue
		}
		at := toks[s.tok]
		word := m.Line[at.Start:at.End]
		name := unquote(word)
		if isLiteral(word) || !isASCII(name) || !hasBare(name) {
			continue
		}
		sent := asString(wire.EncodeMailbox(name), Mailbox)
		line = line[:at.Start+moved] + sent + line[at.End+moved:]
		moved += len(sent) - len(word)
		changed = append(changed, [2]string{word, sent})
	}
	return Text(line), changed
}

// hasBare reports whether a name has a "&" that does not begin encoded text, and none that does.
func hasBare(name string) bool {
	bare := false
	for rest := name; ; {
		_, after, ok := strings.Cut(rest, "&")
		if !ok {
			return bare
		}
		rest = after
		if text, _, ok := strings.Cut(after, "-"); ok {
			if why, _ := wire.CheckMailbox("&" + text + "-"); why == "" {
				return false
			}
		}
		bare = true
	}
}
