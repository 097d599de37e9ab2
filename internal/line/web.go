// Package line parses a typed line and repairs what copying from the web has done to it. It does no I/O and keeps no
// state.
package line

import (
	"strings"
	"unicode/utf8"

	"imapsh/internal/command"
)

// Mended is a typed line without what a web page, a mail program or an editor added to it.
type Mended struct {
	// Text is the line to send, including its tag, without leading spaces. It is a suffix of the typed line unless
	// Notes say otherwise, and "" for a comment.
	Text command.Text
	// Comment is set if the line is a comment (command.IsComment).
	Comment bool
	// Notes say what was dropped or replaced, one line each. They quote nothing from the line, which may hold a
	// secret.
	Notes []string
	// Odd names the odd characters that are still in Text, each once: "U+00A0 NO-BREAK SPACE".
	Odd []string
	// Warnings are about the spaces between the user's own tag and the command. Their At is an offset in Text, in
	// bytes.
	Warnings []command.Warning
}

// Mend removes comments, Unicode spaces, zero-width characters and curly quotes from a line, but only if the line
// does not fit the grammar with them and fits it without them. A shell command, which begins with ":" or with a word
// for which isShell reports true, stays as it is. A line of ASCII without "#" and "//" costs one pass over its bytes
// and no allocation.
func Mend(typed command.Text, isShell func(word string) bool) Mended {
	left := typed.TrimLeft()
	text := string(left)
	switch look(text) {
	case plainLine:
		return Mended{Text: left}
	case gapped:
		return Mended{Text: left, Warnings: gaps(text, isShell)}
	}
	start := trimLeft(text)
	if command.IsComment(start) {
		return Mended{Comment: true}
	}
	if word := firstWord(start); strings.HasPrefix(word, ":") || isShell != nil && isShell(word) {
		m := Mended{Text: left[len(text)-len(start):], Odd: oddIn(start)}
		if start != text {
			m.Notes = append(m.Notes, replacedNote(oddIn(text[:len(text)-len(start)])))
		}
		return m
	}
	m := choose(left, isShell)
	m.Odd = oddIn(string(m.Text))
	m.Warnings = gaps(string(m.Text), isShell)
	return m
}

// A glance is the result of one quick pass over a line's bytes.
type glance uint8

const (
	plainLine glance = iota
	gapped           // a TAB or two spaces follow the first word
	strange          // it may be a comment, or is not ASCII
)

func look(text string) glance {
	found, first := plainLine, true
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= utf8.RuneSelf, c == '#', i == 0 && strings.IndexByte("`~/<;", c) >= 0, c == '/' && i+1 < len(text) && text[i+1] == '/':
			return strange
		case first && (c == ' ' || c == '\t'):
			first = false
			if c == '\t' || i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\t') {
				found = gapped
			}
		}
	}
	return found
}

// gaps warns if a tag and its command are separated by anything but one space.
func gaps(text string, isShell func(string) bool) []command.Warning {
	tag, rest := command.Whose(text, isShell)
	if tag == "" || len(text)-len(tag)-len(rest) == 1 && text[len(tag)] == ' ' {
		return nil
	}
	return []command.Warning{{Text: "syntax error: expected one space here", At: len(tag)}}
}

func firstWord(text string) string {
	for i := 0; i < len(text); i++ {
		if blankAt(text, i) > 0 {
			return text[:i]
		}
	}
	return text
}

// choose returns the first of these that fits: the line as it is, without a comment, with plain characters, and with
// both changes. It returns the line as it is if none of them fits.
func choose(text command.Text, isShell func(string) bool) Mended {
	all := []Mended{{Text: text}}
	all = append(all, withoutComment(all[0])...)
	last := text
	for _, everywhere := range []bool{false, true} {
		t := plain(text, everywhere)
		if t == last {
			continue
		}
		last = t
		m := Mended{Text: t, Notes: []string{replacedNote(missing(string(text), string(t)))}}
		all = append(all, m)
		all = append(all, withoutComment(m)...)
	}
	for _, fits := range []func(string, func(string) bool) bool{fitsLine, completes} {
		for _, m := range all {
			if fits(string(m.Text), isShell) {
				return m
			}
		}
	}
	return all[0]
}

// fitsLine is like Fits, for a line that may have a tag.
func fitsLine(text string, isShell func(string) bool) bool {
	tag, rest := command.Whose(text, isShell)
	return isASCII(tag) && Fits(rest)
}

// completes reports whether a line without a tag is shorthand for one that fits.
func completes(text string, isShell func(string) bool) bool {
	tag, rest := command.Whose(text, isShell)
	if tag != "" {
		return false
	}
	m := command.MatchLine(rest)
	if m.Command == nil {
		return false
	}
	done := command.Complete(m, nil)
	return done.Fits || done.Ask != nil
}

// maxComments limits how many possible beginnings of a comment are tried.
const maxComments = 8

// withoutComment returns the line cut at each place where a comment may begin.
func withoutComment(m Mended) []Mended {
	var out []Mended
	text := string(m.Text)
	for i := 1; i < len(text) && len(out) < maxComments; i++ {
		mark := ""
		switch {
		case text[i] == '#':
			mark = "#"
		case strings.HasPrefix(text[i:], "//"):
			mark = "//"
		}
		if mark == "" || blankBefore(text, i) == 0 {
			continue
		}
		notes := append(m.Notes[:len(m.Notes):len(m.Notes)], `the comment from "`+mark+`" on is not sent`)
		out = append(out, Mended{Text: m.Text[:len(trimRight(text[:i]))], Notes: notes})
		i += len(mark) - 1
	}
	return out
}

// plain returns the line with plain characters in place of odd ones: of those outside quoted strings, or everywhere.
// A run of spaces with an odd one among them becomes one space, or nothing at either end of the line.
func plain(typed command.Text, everywhere bool) command.Text {
	text := string(typed)
	if isASCII(text) {
		return typed
	}
	var b strings.Builder
	quoted := false
	for i := 0; i < len(text); {
		c := text[i]
		if quoted && !everywhere {
			n := 1
			switch {
			case c == '\\' && i+1 < len(text):
				n = 2
			case c == '"':
				quoted = false
			}
			b.WriteString(text[i : i+n])
			i += n
			continue
		}
		if end, isOdd := blanks(text, i); end > i {
			run := text[i:end]
			switch {
			case !isOdd:
				b.WriteString(run)
			case b.Len() > 0 && end < len(text) && hasWidth(run):
				b.WriteByte(' ')
			}
			i = end
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if o := oddOf(r); o != nil {
			b.WriteString(o.plain)
		} else {
			quoted = quoted != (c == '"')
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return command.Text(b.String())
}

// blanks returns where the run of spaces that begins at i ends, and whether it has an odd one.
func blanks(text string, i int) (end int, isOdd bool) {
	for i < len(text) {
		n := blankAt(text, i)
		if n == 0 {
			break
		}
		isOdd = isOdd || n > 1
		i += n
	}
	return i, isOdd
}

// hasWidth reports whether a run of spaces has one that takes up room.
func hasWidth(run string) bool {
	for _, r := range run {
		if o := oddOf(r); o == nil || o.kind == space {
			return true
		}
	}
	return false
}

// Fits reports whether a command without its tag fits the grammar (RFC 9051 §9), with UTF-8 allowed in names and
// strings. Outside quoted strings it must have no Unicode space, no zero-width character at the edge of a word, and
// no curly quote.
func Fits(text string) bool {
	if isASCII(text) {
		m := command.MatchLine(text)
		return m.Fits
	}
	b := make([]byte, 0, len(text))
	quoted := false
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if quoted && c == '\\' && i+1 < len(text) && text[i+1] < utf8.RuneSelf {
				b = append(b, c)
				i++
				c = text[i]
			} else if c == '"' {
				quoted = !quoted
			}
			b = append(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			return false
		}
		if o := oddOf(r); o != nil && !quoted && (o.kind != nothing || atEdge(text, i, i+n)) {
			return false
		}
		b = append(b, '_')
		i += n
	}
	m := command.MatchLine(string(b))
	return m.Fits
}

// atEdge reports whether the character text[from:to] is at the beginning or end of a word.
func atEdge(text string, from, to int) bool {
	const edges = " \t()[]\""
	return from == 0 || to == len(text) || strings.IndexByte(edges, text[from-1]) >= 0 || strings.IndexByte(edges, text[to]) >= 0 ||
		blankBefore(text, from) > 0 || blankAt(text, to) > 0
}

// oddIn names the odd characters of a text, each once, in order.
func oddIn(text string) []string { return missing(text, "") }

// missing names the odd characters that occur less often in in than in text.
func missing(text, in string) []string {
	if isASCII(text) {
		return nil
	}
	var out []string
	seen := map[rune]bool{}
	for _, r := range text {
		o := oddOf(r)
		if o == nil || seen[r] {
			continue
		}
		seen[r] = true
		if strings.Count(in, string(r)) < strings.Count(text, string(r)) {
			out = append(out, o.String())
		}
	}
	return out
}

func replacedNote(names []string) string {
	return "sent with plain characters instead of " + strings.Join(names, ", ")
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
