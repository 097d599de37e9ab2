package transcript

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// evidence is the first line that is a server's, -1 without, where all before it is read as a script.
// sure reports whether what came before it can be nothing but a script: expect, ":word", or a command
// without tag that fits.
func (s *source) evidence(isShell func(string) bool) (at int, sure bool) {
	for i := 0; i < s.len(); {
		raw := line.Plain(s.line(i))
		v := view(string(raw), isShell, sure)
		if v.servers {
			return i, sure
		}
		sure = sure || v.script
		i++
		if (v.until != "" || v.literal != nil) && isSetIn(raw) && s.lastMark() >= i {
			return s.lastMark(), sure // not a script's line, but one that imapsh has set in
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

// EachLine calls f with the number and the text of each line of a script: neither with bytes of literals nor with
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

// afterOctets is the line where what follows a script's literal begins, or the rest of the line that
// the literal ends in.
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
			return i + 1 // what is left of the line continues with the command
		}
		n -= size
	}
	return i
}

// glimpse is what a line is in a script.
type glimpse struct {
	servers bool                  // no client's
	script  bool                  // certainly a script's
	own     bool                  // it begins with a command or a shell word: it has no tag
	tag     string                // its own
	literal *command.TypedLiteral // it ends in one, whose bytes follow
	until   string                // the word that ends the lines after "<<"
}

// view reads a line of what may be a script; sure says that it is one, by a line before.
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
	if (!own || tag != "") && isServers(b, own, isShell) { // what begins with a command says nothing of a server's
		return glimpse{servers: true}
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

// withoutRedirection is a line without what the shell takes off its end.
func withoutRedirection(text string) string {
	for _, sign := range []string{" >", " | ", " <", " &"} {
		if i := strings.LastIndex(text, sign); i > 0 {
			return strings.TrimRight(text[:i], " >")
		}
	}
	return text
}

// consents reports whether a line is the server's answer to a literal that was announced, rather than
// the first of its bytes: its consent, or its refusal.
func consents(b []byte, tag string, lit *command.TypedLiteral, isShell func(string) bool) bool {
	s := sayingOf(bytes.TrimLeft(b, " \t"), isShell)
	return s.saying == continuation && !lit.NonSync || s.saying == tagged && s.tag == tag
}

// Meaning is what is to be done with a line of a stream.
type Meaning uint8

const (
	Run    Meaning = iota // run it
	Skip                  // a server's line that has strayed into a script: say so, and count it as a failure
	Begins                // a transcript begins here, or has continued before: read to the end, and call Rest
)

// A Stream reads input that runs line by line. Bytes of literals and the lines of "<<END" are not shown
// to it, but for the first line of bytes, which Answers is asked about.
type Stream struct {
	IsShell func(word string) bool

	sure    bool
	last    string // the last command with a tag of its own
	at      int    // its number
	tag     string
	literal *command.TypedLiteral // that it ends in
}

// Line reads line number n.
func (s *Stream) Line(text command.Text, n int) Meaning {
	v := view(string(text), s.IsShell, s.sure)
	switch {
	case v.servers && s.sure:
		return Skip
	case v.servers:
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

// Answers reports whether text, the line after one that announces a literal, is the server's answer to
// it rather than bytes: then a transcript begins, and Rest is to be called.
func (s *Stream) Answers(text command.Text) bool {
	return !s.sure && s.literal != nil && consents([]byte(text), s.tag, s.literal, s.IsShell)
}

// Rest judges what is left of the input, from the server's line number n on. What follows belongs to the
// last command that ran: it is the first of the block's lines, marked Begun, if its bytes or its
// answers are still to come.
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
			before = s.tag + " NOOP" // its bytes have been taken
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
