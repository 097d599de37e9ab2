package transcript

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// evidence returns the first line that is of a transcript, with everything before it read as a script; -1 if there is
// none. sure reports whether what precedes it can only be a script: expect, ":word", or a command without a tag that
// fits the grammar.
func (s *source) evidence(o Options) (at int, sure bool) {
	isShell := o.IsShell
	for i := 0; i < s.len(); {
		raw := line.Plain(s.line(i))
		v := view(string(raw), isShell, sure)
		if v.servers || v.clients && !o.Typed {
			return i, sure
		}
		sure = sure || v.script
		i++
		if (v.until != "" || v.literal != nil) && isSetIn(raw) && s.lastMark() >= i {
			return s.lastMark(), sure // not a line of a script, but one that imapsh has indented
		}
		switch {
		case v.until != "":
			for i < s.len() && string(s.line(i)) != v.until {
				i++
			}
			i++
		case v.literal != nil && i < s.len():
			if consents(s.line(i), v.tag, v.literal, isShell) {
				return i, sure
			}
			i = s.afterOctets(i, v.literal)
		}
	}
	return -1, sure
}

// EachLine calls f with the number (1-based) and the text of each line of a script, without the bytes of literals and
// the lines of "<<END".
func EachLine(text []byte, isShell func(string) bool, f func(n int, line string)) {
	s := newSource(text, 1)
	for i := 0; i < s.len(); {
		raw := s.line(i)
		f(i+1, string(bytes.TrimPrefix(raw, []byte("\ufeff"))))
		v := view(string(raw), isShell, true)
		i++
		switch {
		case v.until != "":
			for i < s.len() && string(s.line(i)) != v.until {
				i++
			}
			i++
		case v.literal != nil:
			i = s.afterOctets(i, v.literal)
		}
	}
}

// afterOctets returns the line that follows a script's literal, or that begins with the rest of the line in which the
// literal ends.
func (s *source) afterOctets(i int, lit *command.TypedLiteral) int {
	as := i > 0 && !s.bare(i-1) || lit.Binary
	n := lit.Size
	for ; i < s.len() && n > 0; i++ {
		b := s.line(i)
		size := int64(len(b) + len("\r\n"))
		if as && s.bare(i) {
			size--
		}
		if n < size {
			return i + 1 // the rest of the line continues the command
		}
		n -= size
	}
	return i
}

// A glimpse says what a line is, in what may be a script.
type glimpse struct {
	servers bool                  // it is a server's line
	clients bool                  // it has a client's line after a prefix, as a log of one side has
	script  bool                  // it can only be a line of a script
	own     bool                  // it begins with a command or a shell word: it has no tag
	tag     string                // its tag; "" if it has none
	literal *command.TypedLiteral // the literal that it announces, whose bytes follow; nil if there is none
	until   string                // the word that ends the lines after "<<"
}

// view parses a line of what may be a script; sure says that an earlier line has shown that it is one.
func view(text string, isShell func(string) bool, sure bool) glimpse {
	text = command.TrimBlanks(string(line.Plain([]byte(text))))
	if text == "" || command.IsComment(text) || text == "*" {
		return glimpse{}
	}
	b := []byte(text)
	first, rest := cutShort(b)
	word := text[:len(first)]
	if isScriptWord(word) {
		return glimpse{script: true}
	}
	if ours(b) {
		return glimpse{servers: true}
	}
	own := command.Lookup(word) != nil || strings.EqualFold(word, "UID")
	shells := !own && isShell != nil && isShell(word)
	own = own || shells
	tag := ""
	if !own && len(rest) > 0 {
		second, _ := cutShort(rest)
		if command.Lookup(string(second)) != nil || bytes.EqualFold(second, []byte("UID")) {
			own, tag = true, word
		}
	}
	if (!own || tag != "") && isServers(b, own, isShell) { // a line that begins with a command shows nothing about a server
		return glimpse{servers: true}
	}
	if !own && clientsAfterPrefix(b, isShell) {
		return glimpse{clients: true}
	}
	if shells {
		return glimpse{own: true}
	}
	if !own {
		if !strings.HasSuffix(text, "}") {
			return glimpse{}
		}
		tag, _ = command.Whose(text, isShell)
		if tag == "" {
			return glimpse{}
		}
	}
	if tag != "" {
		_, text = command.Whose(text, isShell)
		return glimpse{tag: tag, literal: command.TrailingLiteral(text)}
	}
	g := glimpse{own: true, literal: command.TrailingLiteral(text)}
	if i := strings.LastIndex(text, " <<"); i >= 0 && !strings.ContainsAny(text[i+len(" <<"):], " \t\"") {
		g.until = text[i+len(" <<"):]
	}
	g.script = sure || g.until != "" || line.Fits(string(line.Mend(command.Text(withoutRedirection(text)), isShell).Text))
	return g
}

// withoutRedirection returns a line without its redirection.
func withoutRedirection(text string) string {
	for _, sign := range []string{" >", " | ", " <", " &"} {
		if i := strings.LastIndex(text, sign); i > 0 {
			return strings.TrimRight(text[:i], " >")
		}
	}
	return text
}

// consents reports whether a line is the server's answer to an announced literal, its consent or refusal, rather than
// the first of the literal's bytes.
func consents(b []byte, tag string, lit *command.TypedLiteral, isShell func(string) bool) bool {
	s := sayingOf(bytes.TrimLeft(b, " \t"), isShell)
	return s.saying == continuation && !lit.NonSync || s.saying == tagged && s.tag == tag
}

// Meaning says what is to be done with a line of a stream.
type Meaning uint8

const (
	Run    Meaning = iota // run it
	Skip                  // a transcript's line in a script: report it, and count it as a failure
	Begins                // a transcript begins here, or earlier: read the input to its end, and call Rest
)

// A Stream judges input that runs line by line. It must not be given the bytes of literals and the lines of "<<END",
// except the first line of a literal's bytes, for Answers. The zero value, with IsShell set, is ready to use.
type Stream struct {
	IsShell func(word string) bool

	sure    bool
	last    string // the last command with its own tag
	at      int    // its number
	tag     string
	literal *command.TypedLiteral // the literal that it announces
}

// Line judges line number n.
func (s *Stream) Line(text command.Text, n int) Meaning {
	v := view(string(text), s.IsShell, s.sure)
	switch of := v.servers || v.clients; {
	case of && s.sure:
		return Skip
	case of:
		return Begins
	}
	s.sure = s.sure || v.script
	if v.own {
		return Run
	}
	mended := line.Mend(text, s.IsShell).Text
	if tag, _ := command.Whose(mended, s.IsShell); tag != "" {
		s.last, s.at, s.tag, s.literal = string(mended), n, string(tag), v.literal
	}
	return Run
}

// Answers reports whether text, the line after one that announces a literal, is the server's answer rather than
// bytes. Then a transcript begins, and the caller must call Rest.
func (s *Stream) Answers(text command.Text) bool {
	return !s.sure && s.literal != nil && consents([]byte(text), s.tag, s.literal, s.IsShell)
}

// Rest judges the rest of the input, from the server's line number n on. What follows belongs to the last command
// that was run: if its bytes or its answers are still to come, it is the block's first line, with Begun set.
func (s *Stream) Rest(text []byte, n int) *Block {
	o := Options{IsShell: s.IsShell, First: n}
	if s.last == "" {
		b := newSource(text, n).read(o)
		b.Kind, b.At = Transcript, n
		return b
	}
	begins, _, _ := bytes.Cut(text, []byte("\n"))
	before, goesOn := s.last, false
	if s.literal != nil {
		if goesOn = s.Answers(command.Text(bytes.TrimSuffix(begins, []byte("\r")))); !goesOn {
			before = s.tag + " NOOP" // its bytes have been read already
		}
	}
	b := newSource(append(append([]byte(before), '\n'), text...), n-1).read(o)
	b.Kind, b.At = Transcript, n
	if len(b.Lines) == 0 || b.Lines[0].At >= n {
		return b
	}
	l := &b.Lines[0]
	if goesOn || l.Name == "AUTHENTICATE" && (len(l.Answers) > 0 || l.Asks) {
		l.At, l.Begun = s.at, true
	} else {
		b.Lines = b.Lines[1:]
	}
	b.sum()
	return b
}
