package command

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"imapsh/internal/sasl"
)

// Masked replaces a secret, whatever its length.
const Masked = "••••••"

// How many words of a line, after its marks, are looked at: for a command that logs in, and for what
// was to be one. A typed line may have a tag before what Match reads.
const (
	wordsToLogIn, wordsToMiss = 5, 2
	wordsOfTag                = 1
)

// Secrets returns the span of a typed line, tag and marks included, that must not be shown, kept or
// sent unencrypted without consent: at most one. In doubt more is hidden, never less. It takes time
// in proportion to the line's length.
func Secrets(line string) []Span {
	if first, _ := cutWord(line); isOneLine(line) && strings.IndexByte(line, ':') < 0 {
		if c := Lookup(first); c != nil && !c.LogsIn {
			return nil // the common case, without a look at the words
		}
	}
	return secretsIn(line, wordsOfTag)
}

// secretsIn is Secrets of a line that some words may precede what Match reads.
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
		return nil // the common case, without a look at the words
	}
	return secretsIn(m.Line, 0)
}

// secretsAfter returns what is secret of a line that logs in by this word. Less than all that follows
// is hidden only if the word is in a command's place and what the table has: the name of the user
// or of the mechanism is shown then.
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
		return nil // the bytes are to come
	}
	switch {
	case !namesUser(c, first):
		return hidden(line, toks[0].Start)
	case len(toks) == 2 && gap < 0 && c.Continues != SASL:
		return []Span{toks[1].Span}
	}
	return hidden(line, toks[0].End)
}

// hidden is all from an offset on but spaces before it.
func hidden(line string, from int) []Span {
	for from < len(line) && isBlank(line[from]) {
		from++
	}
	if from >= len(line) {
		return nil
	}
	return []Span{{from, len(line)}}
}

// namesUser reports whether the first argument of a command that logs in can be shown: it is the name
// of a user or a mechanism and not more.
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

// namesMechanism reports whether a word is made as names of mechanisms are (RFC 4422 §3.1): in
// capitals, which base64 hardly is, or one of an experiment.
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

// literalSecrets reports whether the literal's bytes are a secret, and what follows them.
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

// Reveals reports whether sending the line gives a secret to whoever reads the link. A mechanism
// that is not in the table, and what was to be LOGIN or AUTHENTICATE, are taken to reveal it.
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

// takeNames are the words of the shell that are followed by the name of something and by no line.
var takeNames = map[string]bool{":help": true, "help": true, ":?": true, ":open": true, ":source": true, ":log": true, ":set": true}

// passes are words of other protocols, and of people, that a password follows.
var passes = map[string]bool{"PASS": true, "PASSWD": true, "PASSWORD": true, "PASSPHRASE": true, "PWD": true, "AUTHN": true}

// english are words that are near to LOGIN by their letters only.
var english = map[string]bool{
	"BEGIN": true, "BEING": true, "COIN": true, "COUSIN": true, "DOING": true, "GOING": true, "JOIN": true, "LEGION": true,
	"LION": true, "LOAN": true, "LODGING": true, "LOGIC": true, "LOIN": true, "LOOKING": true, "LOSING": true, "LOTION": true,
	"MARGIN": true, "ORIGIN": true, "PLUGIN": true, "REGION": true, "LOCAL": true, "LONG": true, "LYING": true, "LOVING": true,
	"AGAIN": true, "GOIN": true, "BEGUN": true, "VIRGIN": true, "DOGGIN": true, "LOCATION": true, "LOGGING": true,
}

// reveals finds the word by which a line logs in, or was to. The words are those between spaces and
// controls of any kind; within one punctuation ends what is compared. A CR or LF begins a new line,
// as it does for a server.
func reveals(line string, before int) (Span, bool) {
	var p piece
	n, skip := 0, false // words so far but for marks; the rest of this line holds none
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

// wordOf is where the word that begins at i ends.
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

// isMark reports whether a word is what logs and programs put before a line, or the shell's own: a
// prompt, a date, a number, a direction.
func isMark(word string) bool {
	if strings.IndexByte(":[<>$#%|*+-", word[0]) >= 0 || strings.IndexByte(">:$#%|]", word[len(word)-1]) >= 0 {
		return true
	}
	letters := strings.IndexFunc(word, unicode.IsLetter) >= 0
	return !letters || isDigit(word[0]) && strings.ContainsAny(word, "-:./")
}

// maxPiece is how much of a run of letters is looked at.
const maxPiece = 256

// A piece is a run of letters and digits, in capitals, without what has no width.
type piece struct {
	text []byte
	ends []int // where each of them ends in the line
}

// find looks for a command that logs in among the pieces of a word, and with near also for what was to be one.
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

// judge reports whether the piece in hand logs in, and takes the next one.
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

// nearLogin reports whether a word was to be a command that logs in.
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

// Mask writes •••••• for each of the spans, whatever its length.
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

// MaskLine returns a typed line as it may be shown.
func MaskLine(line string) string { return Mask(line, Secrets(line)) }
