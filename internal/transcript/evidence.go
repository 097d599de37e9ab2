package transcript

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/response"
)

// saying is the kind of response that a line is.
type saying uint8

const (
	nothing      saying = iota
	continuation        // + …
	untagged            // * NAME, * 5 NAME
	tagged              // TAG OK|NO|BAD
)

// said is a server's line, as far as its first words show.
type said struct {
	saying
	tag  string
	cond response.Cond // of a tagged response, and of untagged OK, NO, BAD, PREAUTH, BYE
	rest []byte        // after the condition
}

// sayingOf parses the beginning of a line that has no leading spaces.
func sayingOf(text []byte, isShell func(string) bool) said {
	line := line.Plain(text)
	if len(line) < len(text) {
		line = bytes.TrimLeft(line, " \t")
	}
	if len(line) == 0 {
		return said{}
	}
	first, rest := cut(line)
	switch {
	case len(first) == 1 && first[0] == '+':
		return said{saying: continuation, rest: rest}
	case len(first) == 1 && first[0] == '*':
		name, after := cut(rest)
		if isDigits(name) {
			word, _ := cut(after)
			if isLetters(word) {
				return said{saying: untagged}
			}
			return said{}
		}
		if len(name) == 0 || !response.IsName(string(name)) {
			return said{}
		}
		return said{saying: untagged, cond: condOf(name), rest: after}
	}
	word, after := cut(rest)
	cond := condOf(word)
	if cond != response.OK && cond != response.NO && cond != response.BAD || !likeTag(first) {
		return said{}
	}
	tag := string(first)
	if isScriptWord(tag) || command.Lookup(tag) != nil || strings.EqualFold(tag, "UID") || isShell != nil && isShell(tag) {
		return said{}
	}
	return said{saying: tagged, tag: tag, cond: cond, rest: after}
}

func condOf(word []byte) response.Cond {
	if len(word) < 2 || len(word) > len("PREAUTH") {
		return 0
	}
	return response.CondOf(string(word))
}

// isScriptWord reports whether a word occurs only in scripts: expect, or ":word".
func isScriptWord(word string) bool {
	return strings.HasPrefix(word, ":") || strings.EqualFold(word, "expect")
}

// legalTag reports whether a word is a tag (RFC 9051 §9): 1*<any ASTRING-CHAR except "+">.
func legalTag(word []byte) bool {
	for _, c := range word {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("(){%*\"\\+", c) >= 0 {
			return false
		}
	}
	return len(word) > 0
}

// likeTag reports whether a word may begin a server's line: it is a tag, or has letters that look like those of one.
func likeTag(word []byte) bool {
	for _, c := range word {
		if c < utf8.RuneSelf && !legalTag([]byte{c}) {
			return false
		}
	}
	return len(word) > 0
}

// afterPrefix finds a server's response after a prefix: a date, the name of a logger, a mark. The word before the
// response must end in punctuation, or be a time or the number of a line; the response must be in capitals.
func afterPrefix(line []byte, isShell func(string) bool) said {
	for i := 1; i+1 < len(line); i++ {
		if !isBlank(line[i-1]) || isBlank(line[i]) {
			continue
		}
		if line[i] == '*' && isBlank(line[i+1]) {
			name, after := cut(line[i+2:])
			if isDigits(name) {
				name, _ = cut(after)
			}
			if isCapitals(name) && response.IsName(string(name)) {
				return sayingOf(line[i:], isShell)
			}
			continue
		}
		if !endsPrefix(line[:i]) {
			continue
		}
		if line[i] == '+' {
			if isBlank(line[i+1]) {
				return said{saying: continuation}
			}
			continue
		}
		_, rest := cutShort(line[i:])
		if word, _ := cutShort(rest); isCapitals(word) && condOf(word) != 0 {
			if s := sayingOf(line[i:], isShell); s.saying != nothing {
				return s
			}
		}
	}
	return said{}
}

// clientsAfterPrefix reports whether a line has what a client says after a prefix, as in a log that may have
// only one side: a tag with a digit, and a command that fits.
func clientsAfterPrefix(text []byte, isShell func(string) bool) bool {
	for i := 1; i+1 < min(len(text), maxPrefix); i++ {
		if !isBlank(text[i-1]) || isBlank(text[i]) || !endsPrefix(text[:i]) {
			continue
		}
		said := string(text[i:])
		for _, quote := range []string{`b'`, `b"`, `'`, `"`} { // as a program prints a string
			if inside, ok := strings.CutPrefix(said, quote); ok {
				said = strings.TrimSuffix(inside, quote[len(quote)-1:])
				break
			}
		}
		tag, rest := command.Whose(said, isShell)
		if tag == "" || !strings.ContainsAny(tag, "0123456789") {
			continue
		}
		if loginOf(rest) != nil || line.Fits(rest) {
			return true
		}
	}
	return false
}

// endsPrefix reports whether line, up to a space, can be a prefix.
func endsPrefix(line []byte) bool {
	line = bytes.TrimRight(line, " \t")
	if len(line) == 0 {
		return false
	}
	if strings.IndexByte(":;><])|-,=*`", line[len(line)-1]) >= 0 {
		return true
	}
	if r, _ := utf8.DecodeLastRune(line); r >= utf8.RuneSelf && !unicode.IsLetter(r) {
		return true // an arrow, a bullet
	}
	if isDigits(bytes.TrimLeft(line, " \t")) {
		return true // the number of a line
	}
	// A time or a date.
	digits, marks := 0, 0
	for i := len(line) - 1; i >= 0 && i > len(line)-40 && !isBlank(line[i]); i-- {
		switch c := line[i]; {
		case '0' <= c && c <= '9':
			digits++
		case strings.IndexByte(":.-/,TZ+", c) >= 0:
			marks++
		default:
			return false
		}
	}
	return digits > 1 && marks > 0
}

// openings are what the tools print at the start in which people type sessions.
var openings = []string{"Trying ", "Connected to ", "Escape character", "CONNECTED(", "depth=", "Connection closed by foreign host"}

// isAside reports whether such a line does not begin a connection.
func isAside(line []byte) bool {
	for _, o := range []string{"Escape character", "depth=", "Connection closed"} {
		if bytes.HasPrefix(line, []byte(o)) {
			return true
		}
	}
	return false
}

var tools = []string{"telnet", "openssl", "nc", "ncat", "netcat", "imtest", "curl", "gnutls-cli"}

// opens reports whether a line is printed by a tool at the start of a session, or is the command that starts one,
// after the prompt of a shell.
func opens(line []byte) bool {
	for _, o := range openings {
		if bytes.HasPrefix(line, []byte(o)) {
			return true
		}
	}
	for i := 0; i+1 < len(line); i++ {
		if !isBlank(line[i+1]) || strings.IndexByte("$%>#", line[i]) < 0 {
			continue
		}
		word, _ := cutShort(line[i+2:])
		for _, t := range tools {
			if string(word) == t {
				return true
			}
		}
	}
	return false
}

// ours reports whether a line begins with a mark that imapsh writes: for a wire line, for bytes, for a note or for a
// warning.
func ours(line []byte) bool {
	if bytes.HasPrefix(line, []byte("-- ")) || bytes.HasPrefix(line, []byte("!! ")) {
		return true
	}
	_, _, ok := wireMark(line)
	return ok
}

// wireMark parses "C: ", "S| ", "S[name]: " and the like at the beginning of a line. It returns the letter and the
// sign, and the length with one space. A line may end after the sign.
func wireMark(line []byte) (mark [2]byte, n int, ok bool) {
	if len(line) < 2 || line[0] != 'C' && line[0] != 'S' {
		return mark, 0, false
	}
	n = 1
	if line[1] == '[' {
		end := bytes.IndexByte(line[:min(len(line), maxPrefix)], ']')
		if end < 0 {
			return mark, 0, false
		}
		n = end + 1
	}
	if n >= len(line) || line[n] != ':' && line[n] != '|' {
		return mark, 0, false
	}
	mark = [2]byte{line[0], line[n]}
	n++
	if n < len(line) {
		if !isBlank(line[n]) {
			return mark, 0, false
		}
		n++
	}
	return mark, n, true
}

// isServers reports whether a line of what may be a script shows that there is a server. own says that the line reads
// as a command or is the shell's, so that only its beginning counts.
func isServers(line []byte, own bool, isShell func(string) bool) bool {
	if ours(line) || sayingOf(line, isShell).saying != nothing {
		return true
	}
	return !own && (opens(line) || afterPrefix(line, isShell).saying != nothing)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// cut returns the first word of a line, and what follows the spaces after it.
func cut(line []byte) (word, rest []byte) {
	i := wordEnd(line)
	if i == len(line) {
		return line, nil
	}
	return line[:i], bytes.TrimLeft(line[i:], " \t")
}

// cutShort is like cut, for words of at most 80 bytes: a longer one is not a word, and nothing follows it.
func cutShort(line []byte) (word, rest []byte) {
	const most = 80
	i := wordEnd(line[:min(len(line), most)])
	switch {
	case i < min(len(line), most):
		rest = line[i:]
		for len(rest) > 0 && isBlank(rest[0]) && len(line)-len(rest) < 2*most {
			rest = rest[1:]
		}
		return line[:i], rest
	case len(line) <= most:
		return line, nil
	}
	return nil, nil
}

// wordEnd returns the offset of the end of the first word.
func wordEnd(line []byte) int {
	for i, c := range line {
		if isBlank(c) {
			return i
		}
	}
	return len(line)
}

func isDigits(word []byte) bool {
	for _, c := range word {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(word) > 0
}

func isLetters(word []byte) bool {
	for _, c := range word {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	return len(word) > 0
}

func isCapitals(word []byte) bool {
	for _, c := range word {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(word) > 0
}
