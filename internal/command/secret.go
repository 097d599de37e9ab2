package command

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"imapsh/internal/sasl"
)

// Masked is shown instead of a secret, whatever its length.
const Masked = "••••••"

// How many words of a line, after its marks, are checked: for a command that logs in, and for one that was
// meant to be one. A typed line may have a tag before the part that Match reads.
const (
	wordsToLogIn, wordsToMiss = 5, 2
	wordsOfTag                = 1
)

// Secrets returns the span of a typed line, tag and marks included, that must not be shown, stored or sent
// unencrypted without consent: at most one. In doubt it hides more, never less. The time it takes is proportional
// to the length of the line.
func Secrets(line string) []Span {
	if first, _ := cutWord(line); isOneLine(line) && strings.IndexByte(line, ':') < 0 {
		if c := Lookup(first); c != nil && !c.LogsIn {
			return nil // the common case, decided by the first word only
		}
	}
	return secretsIn(line, wordsOfTag)
}

// secretsIn is Secrets for a line with at most before words in front of the part that Match reads.
func secretsIn(line string, before int) []Span {
	if w, ok := reveals(line, before); ok {
		return secretsAfter(line, w, w.Start == 0 || before > 0 && isBlank(line[w.Start-1]))
	}
	return secretOfURL(line)
}

func isOneLine(text string) bool {
	return strings.IndexByte(text, '\r') < 0 && strings.IndexByte(text, '\n') < 0
}

// secretsOf returns the secrets of a line that Match has read.
func secretsOf(m *Match) []Span {
	if m.Command != nil && !m.Command.LogsIn && isOneLine(m.Line) {
		return nil // the common case, decided by the command only
	}
	return secretsIn(m.Line, 0)
}

// secretsAfter returns the secret part of a line in which w logs in. Everything after w is hidden, unless w is
// exactly a command of the table, in the place of one: then the name of the user or of the mechanism
// is shown.
func secretsAfter(line string, w Span, inPlace bool) []Span {
	c := Lookup(line[w.Start:w.End])
	if c == nil || !c.LogsIn || !inPlace || w.End < len(line) && !isBlank(line[w.End]) {
		return hidden(line, w.End)
	}
	toks, gap := lex(line, w.End, false)
	if len(toks) == 0 {
		return nil
	}
	first := line[toks[0].Start:toks[0].End]
	last := toks[len(toks)-1]
	if len(toks) <= 2 && last.End == len(line) && isLiteral(line[last.Start:]) && (len(toks) == 1 || namesUser(c, first)) {
		return nil // the bytes are still to come
	}
	switch {
	case !namesUser(c, first):
		return hidden(line, toks[0].Start)
	case len(toks) == 2 && gap < 0 && c.Continues != SASL:
		return []Span{toks[1].Span}
	}
	return hidden(line, toks[0].End)
}

// hidden returns the span from an offset to the end of the line, without the spaces at its start.
func hidden(line string, from int) []Span {
	for from < len(line) && isBlank(line[from]) {
		from++
	}
	if from >= len(line) {
		return nil
	}
	return []Span{{from, len(line)}}
}

// namesUser reports whether the first argument of a command that logs in can be shown, because it is only the
// name of a user or a mechanism.
func namesUser(c *Command, word string) bool {
	if c.Continues == SASL {
		return sasl.Lookup(unquote(word)) != nil || namesMechanism(word)
	}
	if isLiteral(word) {
		return true
	}
	name := unquote(word)
	if name == word && strings.ContainsAny(word, "\"(){}'") {
		return false
	}
	return name != "" && !strings.ContainsAny(name, ":;,=|/<>\r\n\x00")
}

// namesMechanism reports whether a word looks like the name of a mechanism (RFC 4422 §3.1): in capitals, which
// base64 hardly ever is, or beginning with X-.
func namesMechanism(word string) bool {
	if HasPrefixFold(word, "X-") {
		word = strings.ToUpper(word)
	}
	for i := 0; i < len(word); i++ {
		if c := word[i]; !('A' <= c && c <= 'Z' || isDigit(c) || c == '-' || c == '_') {
			return false
		}
	}
	return word != "" && len(word) <= 20
}

// secretOfURL returns the password of a URL in the line: scheme://user:password@host.
func secretOfURL(line string) []Span {
	for from := 0; ; {
		i := strings.Index(line[from:], "://")
		if i < 0 {
			return nil
		}
		from += i + len("://")
		end := from
		for end < len(line) && line[end] > ' ' && line[end] != '"' {
			end++
		}
		at := strings.LastIndexByte(line[from:end], '@')
		colon := strings.IndexByte(line[from:from+max(at, 0)], ':')
		if colon >= 0 && colon+1 < at {
			return []Span{{from + colon + 1, from + at}}
		}
	}
}

// literalSecrets reports whether the bytes of the line's literal are a secret, and whether what follows them is.
func literalSecrets(m *Match) (octets, rest bool) {
	switch {
	case m.Literal == nil:
		return false, false
	case m.Row().LogsIn:
		return len(m.Args()) > 1, true
	case m.Command == nil:
		_, found := reveals(m.Line, 0)
		return found, found
	}
	return false, false
}

// Reveals reports whether sending the line reveals a secret to anyone who reads the connection. An unknown
// mechanism, and a mistyped LOGIN or AUTHENTICATE, count as revealing it.
func (m *Match) Reveals() bool {
	args := m.Args()
	switch {
	case m.Row().LogsIn && len(args) == 0:
		return len(m.Secrets) > 0
	case m.Row().Continues == SASL:
		mech := sasl.Lookup(unquote(args[0].Text))
		return mech == nil || mech.Reveals
	case m.Row().LogsIn:
		return true
	}
	return len(m.Secrets) > 0 || m.LiteralSecret || m.RestSecret
}

// takeNames are shell commands that a name follows, never a line for the server.
var takeNames = map[string]bool{":help": true, "help": true, ":?": true, ":open": true, ":source": true, ":log": true, ":set": true}

// passes are words of other protocols, and of people, that precede a password.
var passes = map[string]bool{"PASS": true, "PASSWD": true, "PASSWORD": true, "PASSPHRASE": true, "PWD": true, "AUTHN": true}

// english are words that only look like a mistyped LOGIN.
var english = map[string]bool{
	"BEGIN": true, "BEING": true, "COIN": true, "COUSIN": true, "DOING": true, "GOING": true, "JOIN": true, "LEGION": true,
	"LION": true, "LOAN": true, "LODGING": true, "LOGIC": true, "LOIN": true, "LOOKING": true, "LOSING": true, "LOTION": true,
	"MARGIN": true, "ORIGIN": true, "PLUGIN": true, "REGION": true, "LOCAL": true, "LONG": true, "LYING": true, "LOVING": true,
	"AGAIN": true, "GOIN": true, "BEGUN": true, "VIRGIN": true, "DOGGIN": true, "LOCATION": true, "LOGGING": true,
}

// reveals finds the word by which a line logs in, or was meant to. Words are separated by spaces and controls
// of any kind; within a word only runs of letters and digits are compared. A CR or LF begins a new line, as it
// does for a server.
func reveals(line string, before int) (Span, bool) {
	var p piece
	n, skip := 0, false // words so far, without marks; whether the rest of this line is skipped
	for i := 0; i < len(line); {
		r, size := rune(line[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(line[i:])
		}
		if r == '\r' || r == '\n' {
			n, skip = 0, false
		}
		if skip || separates(r) {
			i += size
			continue
		}
		end := wordOf(line, i)
		word := line[i:end]
		mark := isMark(word)
		if n == 0 && takeNames[strings.ToLower(word)] {
			return Span{}, false
		}
		if w, ok := p.find(line, Span{i, end}, mark || n < wordsToMiss+before); ok {
			return w, true
		}
		switch {
		case mark, strings.EqualFold(word, "UID"):
		case n < wordsToMiss && Lookup(word) != nil:
			skip = true
		default:
			n++
			skip = n == wordsToLogIn+before
		}
		i = end
	}
	return Span{}, false
}

// separates reports whether a character is between words: a space or a control of any kind.
func separates(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	return unicode.IsSpace(r) || unicode.IsControl(r)
}

// wordOf returns the offset after the word that begins at i.
func wordOf(line string, i int) int {
	for i < len(line) {
		r, size := rune(line[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(line[i:])
		}
		if separates(r) {
			break
		}
		i += size
	}
	return i
}

// isMark reports whether a word is something that logs, programs or the shell put before a line: a prompt, a
// date, a number, a direction.
func isMark(word string) bool {
	if strings.IndexByte(":[<>$#%|*+-", word[0]) >= 0 || strings.IndexByte(">:$#%|]", word[len(word)-1]) >= 0 {
		return true
	}
	letters := strings.IndexFunc(word, unicode.IsLetter) >= 0
	return !letters || isDigit(word[0]) && strings.ContainsAny(word, "-:./")
}

// maxPiece is how many letters of a run are checked.
const maxPiece = 256

// A piece is a run of letters and digits, in capitals, without invisible characters.
type piece struct {
	text []byte
	ends []int // the offset in the line after each of them
}

// find looks for a command that logs in among the pieces of a word; if near, also for one that was meant to be one.
func (p *piece) find(line string, word Span, near bool) (Span, bool) {
	start := word.Start
	for i := word.Start; ; {
		if i == word.End {
			return p.judge(start, near)
		}
		r, size := utf8.DecodeRuneInString(line[i:word.End])
		if '！' <= r && r <= '～' { // full width
			r -= '！' - '!'
		}
		switch {
		case unicode.Is(unicode.Cf, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if len(p.text) == 0 {
				start = i
			}
			c := byte('?')
			if r < utf8.RuneSelf {
				c = byte(unicode.ToUpper(r))
			}
			if len(p.text) < maxPiece {
				p.text, p.ends = append(p.text, c), append(p.ends, i+size)
			}
		default:
			if w, ok := p.judge(start, near); ok {
				return w, true
			}
		}
		i += size
	}
}

// judge reports whether the current piece logs in, and begins the next one.
func (p *piece) judge(start int, near bool) (Span, bool) {
	text, ends := p.text, p.ends
	p.text, p.ends = text[:0], ends[:0]
	if len(text) == 0 {
		return Span{}, false
	}
	for i := range table {
		if c := &table[i]; c.LogsIn && string(text) == c.Name {
			return Span{start, ends[len(ends)-1]}, true
		}
	}
	if !near {
		return Span{}, false
	}
	if passes[string(text)] || nearLogin(text) {
		return Span{start, ends[len(ends)-1]}, true
	}
	for i := range table {
		if c := &table[i]; c.LogsIn {
			if at := strings.Index(string(text), c.Name); at >= 0 {
				return Span{start, ends[at+len(c.Name)-1]}, true
			}
		}
	}
	return Span{}, false
}

// nearLogin reports whether a word, in capitals, was probably meant to be a command that logs in.
func nearLogin(word []byte) bool {
	if len(word) > 16 || english[string(word)] {
		return false
	}
	text := string(word)
	for i := range table {
		c := &table[i]
		if !c.LogsIn {
			continue
		}
		if most := slips(c.Name); len(text) >= 3 && strings.HasPrefix(c.Name, text) || distance(text, c.Name, most) <= most {
			return Lookup(text) == nil
		}
	}
	return false
}

// Mask returns the line with •••••• in place of each span, whatever its length.
func Mask(line string, spans []Span) string {
	if len(spans) == 0 {
		return line
	}
	var b strings.Builder
	at := 0
	for _, s := range spans {
		if s.Start < at || s.End > len(line) {
			continue
		}
		b.WriteString(line[at:s.Start])
		b.WriteString(Masked)
		at = s.End
	}
	b.WriteString(line[at:])
	return b.String()
}

// MaskLine returns a typed line with its secrets masked, safe to show.
func MaskLine(line string) string { return Mask(line, Secrets(line)) }
