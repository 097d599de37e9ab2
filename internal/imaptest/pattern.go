package imaptest

import (
	"fmt"
	"strconv"
	"strings"

	"imapsh/internal/match"
)

// how says how responses are compared: as ImapTest does, whether in upper or lower case, and with no values beyond those
// named. ToNUL because ImapTest's own tests have literals whose bytes after a NUL differ from what servers send, and
// pass there.
var how = match.How{Fold: true, Closed: true, Prefix: true, Wire: true, ToNUL: true}

// conditions are the names of responses that end in text for people.
var conditions = map[string]bool{"OK": true, "NO": true, "BAD": true, "BYE": true, "PREAUTH": true}

// taggedPattern parses what follows OK, NO or BAD.
func taggedPattern(name string, row *entry) (*match.Pattern, error) {
	p := parser{row: row}
	args, err := p.condition()
	return match.New(nil, name, args, how, name), err
}

// untaggedPattern parses an untagged response without its "* ".
func untaggedPattern(row *entry) (*match.Pattern, error) {
	p := parser{row: row}
	word, err := p.value(0)
	if err != nil {
		return nil, err
	}
	name, ok := word.Fixed()
	var num *match.Node
	if (!ok || isNumber(name)) && !p.done() {
		number := word
		num = &number
		if word, err = p.value(0); err != nil {
			return nil, err
		}
		name, ok = word.Fixed()
	}
	if !ok || name == "" || isNumber(name) {
		return nil, &Error{row.at, "the name of a response is missing here, as in: * 1 exists"}
	}
	name = strings.ToUpper(name)
	if conditions[name] && num == nil {
		args, err := p.condition()
		return match.New(nil, name, args, how, row.String()), err
	}
	args, err := p.values(0)
	if err != nil {
		return nil, err
	}
	byDefault(name, args)
	return match.New(num, name, args, how, row.String()), nil
}

// byDefault sets the modes of lists that have no directives.
func byDefault(name string, args []match.Node) {
	set := func(n *match.Node, mode *match.Mode) {
		if !n.HasMode() {
			n.SetMode(mode)
		}
	}
	switch {
	case (name == "LIST" || name == "LSUB") && len(args) > 0:
		set(&args[0], &match.Mode{Unordered: true, Chain: 1, Extra: true})
	case name == "STATUS" && len(args) > 1:
		set(&args[1], &match.Mode{Unordered: true, Chain: 2, Extra: true})
	case name == "FETCH" && len(args) > 0:
		set(&args[0], &match.Mode{Unordered: true, Chain: 2, Extra: true})
		inside, _ := args[0].IsList()
		for i := 0; i+1 < len(inside); i += 2 {
			if word, _ := inside[i].Fixed(); strings.EqualFold(word, "FLAGS") {
				set(&inside[i+1], &match.Mode{Unordered: true, Chain: 1, Ignore: []string{`\Recent`, "$HasAttachment", "$HasNoAttachment"}})
			}
		}
	}
}

// A parser parses the values of a row.
type parser struct {
	row  *entry
	i    int // the index of the current piece
	off  int // the byte offset in it
	deep int // how many lists are open
}

// maxDepth is how deeply lists may be nested.
const maxDepth = 100

func (p *parser) fail(format string, args ...any) error {
	return &Error{p.row.at, fmt.Sprintf(format, args...)}
}

// rest returns what is left of the current piece; "" at its end or if it is a literal.
func (p *parser) rest() string {
	if p.i >= len(p.row.pieces) || p.row.pieces[p.i].literal {
		return ""
	}
	return p.row.pieces[p.i].text[p.off:]
}

// done skips spaces, and reports whether nothing follows.
func (p *parser) done() bool {
	for p.i < len(p.row.pieces) && !p.row.pieces[p.i].literal {
		text := p.rest()
		p.off += len(text) - len(strings.TrimLeft(text, " "))
		if p.off < len(p.row.pieces[p.i].text) {
			return false
		}
		p.i, p.off = p.i+1, 0
	}
	return p.i == len(p.row.pieces)
}

// values parses up to the byte closes, or to the end if that is 0.
func (p *parser) values(closes byte) ([]match.Node, error) {
	var nodes []match.Node
	for {
		if p.done() {
			if closes != 0 {
				return nil, p.fail("%c is missing", closes)
			}
			return nodes, nil
		}
		if text := p.rest(); text != "" && closes != 0 && text[0] == closes {
			p.off++
			return nodes, nil
		}
		n, err := p.value(closes)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
}

// value parses one value; closes is the byte that ends the list around it.
func (p *parser) value(closes byte) (match.Node, error) {
	if p.done() {
		return match.Node{}, p.fail("a value is missing here")
	}
	if piece := &p.row.pieces[p.i]; piece.literal {
		p.i, p.off = p.i+1, 0
		return match.One(true, parts(piece.text)...), nil
	}
	switch text := p.rest(); text[0] {
	case '(':
		return p.list()
	case ')':
		return match.Node{}, p.fail("this ) has no ( before it")
	case '"':
		return p.quoted()
	default:
		word := text[:wordEnd(text, closes)]
		p.off += len(word)
		switch {
		case word == "$]" || word == "$" && closes == ']':
			return match.Anything(), nil
		case word == "$":
			return match.Some(), nil
		}
		return match.One(false, parts(word)...), nil
	}
}

// list parses a list, its directives first.
func (p *parser) list() (match.Node, error) {
	p.off++
	if p.deep++; p.deep > maxDepth {
		return match.Node{}, p.fail("lists are nested too deeply")
	}
	defer func() { p.deep-- }()
	var mode *match.Mode
	for !p.done() && strings.HasPrefix(p.rest(), "$!") {
		word := p.rest()
		word = word[:wordEnd(word, 0)]
		if mode == nil {
			mode = &match.Mode{Chain: 1}
		}
		if !directive(mode, word[2:]) {
			return match.Node{}, p.fail("unknown directive %s", word)
		}
		p.off += len(word)
	}
	inside, err := p.values(')')
	if err != nil {
		return match.Node{}, err
	}
	if mode != nil && len(inside)%mode.Chain != 0 {
		return match.Node{}, p.fail("the list has %d elements, which cannot be taken %d at a time", len(inside), mode.Chain)
	}
	return match.ListOf(mode, inside...), nil
}

// directive adds a directive to a mode, and reports whether it is a known one.
func directive(mode *match.Mode, word string) bool {
	name, arg, _ := strings.Cut(word, "=")
	switch name {
	case "unordered":
		mode.Unordered, mode.Extra = true, true
		if arg != "" {
			n, err := strconv.Atoi(arg)
			if err != nil || n < 1 {
				return false
			}
			mode.Chain = n
		}
	case "ordered":
		mode.Unordered = false
	case "extra":
		mode.Extra = true
	case "noextra":
		mode.Extra = false
	case "ignore":
		mode.Ignore = append(mode.Ignore, arg)
	case "ban":
		mode.Ban = append(mode.Ban, arg)
	default:
		return false
	}
	return true
}

// quoted parses a quoted string.
func (p *parser) quoted() (match.Node, error) {
	text := p.rest()
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			p.off += i + 1
			return match.One(true, parts(b.String())...), nil
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return match.Node{}, p.fail("this string has no closing quote")
}

// condition parses what follows OK and the like: a code, and the words that the text must begin with.
func (p *parser) condition() ([]match.Node, error) {
	var nodes []match.Node
	if !p.done() && strings.HasPrefix(p.rest(), "[") {
		p.off++
		inside, err := p.values(']')
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, match.CodeOf(inside...))
	}
	for !p.done() {
		text := p.rest()
		if text == "" {
			return nil, p.fail("a literal cannot be in the text of a condition")
		}
		word, _, _ := strings.Cut(text, " ")
		p.off += len(word)
		if word == "$" {
			nodes = append(nodes, match.Some())
			continue
		}
		nodes = append(nodes, match.One(false, parts(word)...))
	}
	return nodes, nil
}

// wordEnd returns the length of the word that a text begins with. The word includes the section of a message attribute,
// BODY[…], and a bracket without its closing one.
func wordEnd(text string, closes byte) int {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || c == '(' || c == ')' || c == closes:
			return i
		case strings.HasPrefix(text[i:], "${"):
			if end := strings.IndexByte(text[i:], '}'); end > 0 {
				i += end
			}
		case c == '[':
			if end := strings.IndexByte(text[i:], ']'); end > 0 {
				i += end
			}
		}
	}
	return len(text)
}

// parts splits a text into fixed parts and variables.
func parts(text string) []match.Part {
	var all []match.Part
	fixed := ""
	flush := func() {
		if fixed != "" {
			all = append(all, match.Part{Text: fixed})
			fixed = ""
		}
	}
	for text != "" {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			i = len(text)
		}
		fixed, text = fixed+text[:i], text[i:]
		switch {
		case text == "":
		case strings.HasPrefix(text, "$$"):
			fixed, text = fixed+"$", text[2:]
		default:
			flush()
			var name string
			name, text = variable(text)
			exact, isExact := strings.CutPrefix(name, "case:")
			switch {
			case isExact:
				all = append(all, match.Part{Text: exact, Exact: true})
			case name == "":
				all = append(all, match.Part{Wild: true})
			default:
				all = append(all, match.Part{Name: name})
			}
		}
	}
	flush()
	return all
}

// variable returns the name of the variable that a text begins with, and what follows it.
func variable(text string) (name, rest string) {
	text = text[1:]
	if inside, ok := strings.CutPrefix(text, "{"); ok {
		if name, rest, ok := strings.Cut(inside, "}"); ok {
			return name, rest
		}
		return "", text
	}
	i := 0
	for i < len(text) && (text[i] == '_' || '0' <= text[i] && text[i] <= '9' || 'a' <= text[i]|0x20 && text[i]|0x20 <= 'z') {
		i++
	}
	return text[:i], text[i:]
}
