package replay

import (
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/match"
	"imapsh/internal/transcript"
)

// translated returns what is sent for a line of the record: recorded numbers that a server chooses, such as UIDs, are
// replaced by those of this server as far as its answers have shown them.
func (s *run) translated(l *transcript.Line) command.Text {
	text := string(l.Text)
	if l.Kind != transcript.Command || s.strict || len(s.bound) == 0 || l.Asks {
		return l.Text
	}
	rest := strings.TrimLeft(text[len(l.Tag):], " ")
	head := text[:len(text)-len(rest)]
	words := splitWords(rest)
	verb := ""
	for i, w := range words {
		prev := ""
		if i > 0 {
			prev = strings.ToUpper(strings.TrimLeft(words[i-1], "("))
		}
		switch {
		case i == 0, i == 1 && strings.EqualFold(words[0], "UID"):
			verb = strings.ToUpper(w)
		case i == 2 && strings.EqualFold(words[0], "UID") && verb != "SEARCH" && verb != "SORT" && verb != "THREAD", prev == "UID":
			words[i] = s.set(w)
		case prev == "CHANGEDSINCE", prev == "UNCHANGEDSINCE", prev == "MODSEQ":
			words[i] = s.number("modseq", w)
		case prev == "QRESYNC":
			words[i] = "(" + s.number("uidvalidity", strings.TrimPrefix(w, "("))
			if i+1 < len(words) {
				words[i+1] = s.number("modseq", words[i+1])
			}
		}
	}
	return command.Text(head + strings.Join(words, " "))
}

// splitWords splits text at each space outside quotes.
func splitWords(text string) (words []string) {
	quoted, from := false, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ' ' && !quoted:
			words = append(words, text[from:i])
			from = i + 1
		}
	}
	return append(words, text[from:])
}

// number returns the present value of a recorded number. Closing parentheses after it are kept.
func (s *run) number(kind, word string) string {
	digits := strings.TrimRight(word, ")")
	if now, ok := s.bound[match.Name(kind, digits)]; ok {
		return now + word[len(digits):]
	}
	return word
}

// set returns a recorded set of UIDs in present UIDs. If only one end of a range is known, the other is moved by the same
// amount.
func (s *run) set(word string) string {
	digits := strings.TrimRight(word, ")")
	parts := strings.Split(digits, ",")
	for i, p := range parts {
		low, high, isRange := strings.Cut(p, ":")
		now := s.number("uid", low)
		switch {
		case !isRange:
			parts[i] = now
			continue
		case high == "*":
			parts[i] = now + ":*"
			continue
		}
		last := s.number("uid", high)
		switch {
		case now != low && last == high:
			last = shifted(high, low, now)
		case now == low && last != high:
			now = shifted(low, high, last)
		}
		parts[i] = now + ":" + last
	}
	return strings.Join(parts, ",") + word[len(digits):]
}

// shifted returns n + (to - from); n if that is not positive.
func shifted(n, from, to string) string {
	a, err1 := strconv.ParseInt(n, 10, 64)
	b, err2 := strconv.ParseInt(from, 10, 64)
	c, err3 := strconv.ParseInt(to, 10, 64)
	if moved := a - b + c; err1 == nil && err2 == nil && err3 == nil && moved > 0 {
		return strconv.FormatInt(moved, 10)
	}
	return n
}
