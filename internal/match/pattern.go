// Package match compares responses by meaning. A pattern is a response as a person would write it:
//
//   - ... FETCH (UID ${uid} FLAGS (\Seen))
//
// where "..." matches any number of values, /re/ matches one value by a regular expression (Go's syntax), and ${name}
// matches one value, which is bound to the name or must equal its value. Keywords may be in any case and strings in
// any form; what has no order on the wire is compared without regard to order.
//
// The package knows neither the shell nor the language of scripts.
package match

import (
	"regexp"
	"strings"
)

// A Pattern is what responses are compared with. Comparing does not change it, so goroutines may share it.
type Pattern struct {
	name string
	num  *Node // what the number before the name must be; nil if there must be none
	args []Node
	any  bool // it matches every response
	how  How
	text string
	// stands says what the numbers of SEARCH or SORT are, if a server has chosen them.
	stands identity
}

// An Error says what is wrong in a pattern, and where.
type Error struct {
	Off  int // in bytes, 0-based
	Text string
}

func (e *Error) Error() string { return e.Text }

// A Node is a part of a pattern: it matches one value, or any number of values.
type Node struct {
	kind   nodeKind
	parts  []Part // the text, of the kind one
	quoted bool
	re     *regexp.Regexp
	inside []Node
	stands identity // what a server has chosen by itself, of the kind one
	mode   *Mode    // nil if the role of the response's value decides
	off    int
}

type nodeKind uint8

const (
	anything nodeKind = iota // any number of values
	one                      // one value, by its text
	some                     // one value of any kind
	matching                 // one value that re matches
	group                    // "(" … ")"
	coded                    // "[" … "]"
)

// A Part of a text is fixed text, or a name or wildcard for some text.
type Part struct {
	Text, Name string
	Wild       bool // it matches any text, and no name is bound
	Exact      bool // its case matters even if How.Fold is set
}

// Mode says how the values of a list are compared, if the pattern decides that.
type Mode struct {
	Unordered bool
	Chain     int      // how many values belong together; 1 if they do not
	Extra     bool     // other values are allowed
	Ignore    []string // other values that are always allowed
	Ban       []string // other values that are never allowed
}

// Parse parses a pattern: an untagged response without "* ", or a tagged one without its tag. An error is an *Error.
func Parse(text string) (*Pattern, error) {
	l := lexer{text: text}
	nodes, err := l.nodes(0)
	if err != nil {
		return nil, err
	}
	p := &Pattern{text: text}
	switch {
	case len(nodes) == 0:
		return nil, &Error{0, "expected a response here"}
	case len(nodes) == 1 && nodes[0].kind == anything:
		p.any = true
		return p, nil
	}
	first := nodes[0]
	if len(nodes) > 1 && (first.kind != one || first.variable() || isNumber(first.fixed())) && first.kind != group && first.kind != coded {
		p.num, nodes = &nodes[0], nodes[1:]
	}
	name := nodes[0]
	if name.kind != one || name.quoted || name.variable() || isNumber(name.fixed()) {
		return nil, &Error{name.off, "expected the name of a response here (as in: * 1 EXISTS, * LIST ...)"}
	}
	p.name, p.args = strings.ToUpper(name.fixed()), nodes[1:]
	_, known := Form(p.name)
	switch {
	case numbered[p.name] && p.num == nil:
		return nil, &Error{name.off, p.name + " has a number before it: * ... " + p.name}
	case !numbered[p.name] && p.num != nil && (first.kind != one || known):
		return nil, &Error{first.off, "expected the name of a response here: " + p.name + " has no number before it"}
	}
	return p, nil
}

// String returns the pattern as it was written.
func (p *Pattern) String() string { return p.text }

// Name returns the name of the response that the pattern matches, in upper case; "" if it matches any.
func (p *Pattern) Name() string { return p.name }

// Names returns the names in the pattern, each once, in order of first appearance.
func (p *Pattern) Names() []string {
	var names []string
	seen := map[string]bool{}
	var walk func(n []Node)
	walk = func(nodes []Node) {
		for i := range nodes {
			for _, part := range nodes[i].parts {
				if part.Name != "" && !seen[part.Name] {
					seen[part.Name] = true
					names = append(names, part.Name)
				}
			}
			walk(nodes[i].inside)
		}
	}
	if p.num != nil {
		walk([]Node{*p.num})
	}
	walk(p.args)
	return names
}

// variable reports whether the node's text is not fixed.
func (n *Node) variable() bool {
	for i := range n.parts {
		if p := &n.parts[i]; p.Name != "" || p.Wild || p.Exact {
			return true
		}
	}
	return false
}

// alone returns the name that is all of the node's text, if there is one.
func (n *Node) alone() (string, bool) {
	if n.kind == one && len(n.parts) == 1 && n.parts[0].Name != "" {
		return n.parts[0].Name, true
	}
	return "", false
}

// fixed returns the node's text, if that is fixed.
func (n *Node) fixed() string {
	if len(n.parts) == 1 {
		return n.parts[0].Text
	}
	return ""
}

// maxDepth limits how deep lists may be nested.
const maxDepth = 200

type lexer struct {
	text string
	pos  int
}

// nodes parses nodes up to the bracket that closes open, or up to the end if open is 0. outer are the offsets of the
// brackets around it.
func (l *lexer) nodes(open byte, outer ...int) ([]Node, error) {
	var nodes []Node
	began := l.pos - 1
	if len(outer) > maxDepth {
		return nil, &Error{began, "too many lists in one another"}
	}
	for {
		for l.pos < len(l.text) && (l.text[l.pos] == ' ' || l.text[l.pos] == '\t') {
			l.pos++
		}
		if l.pos == len(l.text) {
			if open != 0 {
				return nil, &Error{began, "this " + string(open) + " is not closed"}
			}
			return nodes, nil
		}
		at := l.pos
		switch c := l.text[at]; c {
		case ')', ']':
			l.pos++
			if open == '(' && c == ')' || open == '[' && c == ']' {
				return nodes, nil
			}
			return nil, &Error{at, "nothing was opened that this " + string(c) + " could close"}
		case '(', '[':
			l.pos++
			inside, err := l.nodes(c, append(outer, at)...)
			if err != nil {
				return nil, err
			}
			n := Node{kind: group, inside: inside, off: at}
			if c == '[' {
				n.kind = coded
			}
			nodes = append(nodes, n)
		case '"':
			n, err := l.quoted()
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, n)
		default:
			n, err := l.word(open)
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, n)
		}
	}
}

// quoted parses a quoted string; \ escapes " and itself.
func (l *lexer) quoted() (Node, error) {
	n := Node{kind: one, quoted: true, off: l.pos}
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			n.parts = append(n.parts, Part{Text: b.String()})
			b.Reset()
		}
	}
	for l.pos++; l.pos < len(l.text); l.pos++ {
		switch c := l.text[l.pos]; {
		case c == '"':
			l.pos++
			flush()
			if len(n.parts) == 0 {
				n.parts = []Part{{}}
			}
			return n, nil
		case c == '\\' && l.pos+1 < len(l.text):
			l.pos++
			b.WriteByte(l.text[l.pos])
		case strings.HasPrefix(l.text[l.pos:], "${"):
			name, err := l.name()
			if err != nil {
				return n, err
			}
			flush()
			n.parts = append(n.parts, Part{Name: name})
			l.pos-- // the loop advances it
		default:
			b.WriteByte(c)
		}
	}
	return n, &Error{n.off, "this string has no closing quote"}
}

// name parses ${name}, and advances past it.
func (l *lexer) name() (string, error) {
	rest := l.text[l.pos+2:]
	end := strings.IndexByte(rest, '}')
	if end < 0 || !IsVariable(rest[:end]) {
		return "", &Error{l.pos, "${ must begin a name: ${name}"}
	}
	l.pos += 2 + end + 1
	return rest[:end], nil
}

// IsVariable reports whether s can be a name in ${…}: letters, digits, "_" and ".", not empty.
func IsVariable(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '.') {
			return false
		}
	}
	return s != ""
}

// word parses "...", /re/, or an atom with its section: BODY[HEADER.FIELDS (DATE)]<0>.
func (l *lexer) word(open byte) (Node, error) {
	n := Node{kind: one, off: l.pos}
	if l.text[l.pos] == '/' {
		if end := l.expression(); end > 0 {
			source := strings.ReplaceAll(l.text[l.pos+1:end], `\/`, "/")
			re, err := regexp.Compile("(?m)" + source)
			if err != nil {
				return n, &Error{l.pos, "reading the regular expression: " + strings.Replace(strings.TrimPrefix(err.Error(), "error parsing regexp: "), "(?m)", "", 1)}
			}
			n.kind, n.re, l.pos = matching, re, end+1
			return n, nil
		}
	}
	depth, from := 0, l.pos
	flush := func() {
		if from < l.pos {
			n.parts = append(n.parts, Part{Text: l.text[from:l.pos]})
		}
	}
loop:
	for ; l.pos < len(l.text); l.pos++ {
		switch c := l.text[l.pos]; {
		case strings.HasPrefix(l.text[l.pos:], "${"):
			flush()
			name, err := l.name()
			if err != nil {
				return n, err
			}
			n.parts = append(n.parts, Part{Name: name})
			from = l.pos
			l.pos-- // the loop advances it
		case c == '[':
			depth++
		case c == ']' && depth > 0:
			depth--
		case depth == 0 && (c == ' ' || c == '\t' || c == '(' || c == ')' || c == '"' || c == ']' && open == '['):
			break loop
		}
	}
	if depth > 0 {
		return n, &Error{n.off, "a [ in this word is not closed"}
	}
	flush()
	if len(n.parts) == 1 && n.parts[0].Text == "..." {
		return Node{kind: anything, off: n.off}, nil
	}
	return n, nil
}

// expression returns the offset of the / that ends the regular expression that begins at the current one; 0 if there
// is none. Otherwise / is an ordinary character, as in /private/comment.
func (l *lexer) expression() int {
	for i := l.pos + 1; i < len(l.text); i++ {
		switch l.text[i] {
		case '\\':
			i++
		case '/':
			if i+1 == len(l.text) || strings.IndexByte(" \t)]", l.text[i+1]) >= 0 {
				if i == l.pos+1 {
					return 0 // "//" is not a regular expression
				}
				return i
			}
		}
	}
	return 0
}
