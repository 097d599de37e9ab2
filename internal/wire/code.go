package wire

import "bytes"

// codeRule is how the arguments of a response code are written.
type codeRule struct {
	// strings reports whether they may have quoted strings: a "]" inside one does not end the code.
	strings bool
}

// codeRules are the response codes whose arguments are ordinary values: atoms, numbers, sets, strings
// and lists, with one space between them. Any other code ends at the first "]", and the grammar does not say
// what it holds:
//
//	resp-text-code = … / atom [SP 1*<any TEXT-CHAR except "]">]
var codeRules = map[string]codeRule{
	"ANNOTATE":           {},              // RFC 5257 §8
	"ANNOTATIONS":        {},              // RFC 5257 §8
	"APPENDUID":          {},              // RFC 9051 §9
	"BADCHARSET":         {strings: true}, // RFC 9051 §9: "BADCHARSET" [SP "(" charset *(SP charset) ")" ]
	"BADEVENT":           {},              // RFC 5465 §8
	"CAPABILITY":         {},              // RFC 9051 §9
	"COPYUID":            {},              // RFC 9051 §9
	"DOWNGRADED":         {},              // RFC 6858 §3
	"HIGHESTMODSEQ":      {},              // RFC 7162 §7
	"INPROGRESS":         {strings: true}, // RFC 9585 §5
	"MAILBOXID":          {},              // RFC 8474 §7
	"MAXCONVERTMESSAGES": {},              // RFC 5259 §10
	"MAXCONVERTPARTS":    {},              // RFC 5259 §10
	"MESSAGELIMIT":       {},              // RFC 9738 §5
	"METADATA":           {},              // RFC 5464 §5
	"MODIFIED":           {},              // RFC 7162 §7
	"NOUPDATE":           {strings: true}, // RFC 5267 §4.3: "NOUPDATE" SP quoted
	"PERMANENTFLAGS":     {},              // RFC 9051 §9
	"UIDNEXT":            {},              // RFC 9051 §9
	"UIDVALIDITY":        {},              // RFC 9051 §9
	"UNDEFINED-FILTER":   {},              // RFC 5466 §4
	"UNSEEN":             {},              // RFC 3501 §9
}

// longestCode is the length of the longest name of codeRules.
const longestCode = len("MAXCONVERTMESSAGES")

// ruleOf returns the rule of a response code, whose name is in upper or lower case.
func ruleOf(name []byte) (codeRule, bool) {
	var upper [longestCode]byte
	if len(name) > len(upper) {
		return codeRule{}, false
	}
	for i, c := range name {
		if c-'a' < 26 {
			c -= 'a' - 'A'
		}
		upper[i] = c
	}
	rule, ok := codeRules[string(upper[:len(name)])]
	return rule, ok
}

// code reads a response code, its name and then its arguments by their rule, and reports whether there was one.
func (p *parser) code() bool {
	if p.pos >= p.lineEnd || p.raw[p.pos] != '[' {
		return false
	}
	within := p.raw[p.pos+1 : p.lineEnd]
	n := bytes.IndexByte(within, ']')
	if n < 0 {
		if !p.f.Cut && p.f.Clipped == 0 {
			p.odd("unclosed-code", p.pos)
		}
		return false
	}
	if len(p.nodes) >= p.max-2 {
		return false
	}
	name := 0
	for name < n && class[within[name]] == atomChar {
		name++
	}
	rule, ruled := ruleOf(within[:name])
	if rule.strings {
		n = codeEnd(within, n)
	}
	start, end := p.pos, p.pos+1+n
	p.open(Code)
	at := p.cur
	p.leaf(Open, start, start+1)
	p.pos++
	if ruled {
		p.ruledCode(end)
	} else {
		p.codeName(name, end)
		p.checkText(p.pos, end)
		p.codeValues(end)
	}
	for p.cur != at {
		p.shut() // an open parenthesis means nothing in the text of an unknown code
	}
	p.leaf(Close, end, end+1)
	p.pos = end + 1
	p.shut()
	return true
}

// codeEnd returns the index of the first "]" outside quoted strings; first if there is none.
func codeEnd(b []byte, first int) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case ']':
			return i
		case '"':
			n := closingQuote(b[i+1:])
			if n < 0 {
				return first
			}
			i += n + 1
		}
	}
	return first
}

// codeName checks the name of a code without a rule. Its first n bytes are an atom.
func (p *parser) codeName(n, end int) {
	if p.pos == end {
		return // the decoder reports a missing name
	}
	at := p.pos + n
	if at == end || n > 0 && p.raw[at] == ' ' {
		return
	}
	p.odd("bad-code-name", at)
}

// ruledCode reads the name and the arguments of a code with a rule, like the values of any response.
func (p *parser) ruledCode(end int) {
	limit, depth := p.limit, p.depth
	p.limit, p.depth, p.last = end, 0, afterOpen
	for p.pos < end && !p.full {
		p.values()
	}
	if p.full {
		p.leaf(Junk, p.pos, end)
		p.full = false
	}
	if p.last == afterBlank {
		p.odd("blank-in-list", int(p.nodes[len(p.nodes)-1].Off))
	}
	if p.depth > 0 && !p.torn {
		p.odd("unbalanced-open", end, p.depth, p.nodes[p.cur].Off)
	}
	p.limit, p.depth, p.torn, p.pos = limit, depth, false, end
}

func (p *parser) codeValues(end int) {
	raw := p.raw
	lastClose := bytes.LastIndexByte(raw[:end], ')')
	quotes := true // another closing quote may follow
	for p.pos < end {
		start, i := p.pos, p.pos+1
		kind := Atom
		switch c := raw[start]; {
		case len(p.nodes) >= p.max:
			kind, i = Junk, end
		case c == ' ':
			for i < end && raw[i] == ' ' {
				i++
			}
			kind = Space
		case c == '(' && start < lastClose:
			p.open(List)
			kind = Open
		case c == ')' && p.nodes[p.cur].Kind == List:
			kind = Close
		case c == '"' && quotes && closingQuote(raw[i:end]) >= 0:
			i += closingQuote(raw[i:end]) + 1
			kind = Quoted
		default:
			quotes = quotes && c != '"'
			for i < end && !codeEnds[raw[i]] {
				i++
			}
		}
		p.leaf(kind, start, i)
		p.pos = i
		if kind == Close {
			p.shut()
		}
	}
}

// codeEnds is true for the bytes that end a word in a response code.
var codeEnds = [256]bool{' ': true, '(': true, ')': true, '"': true}

// closingQuote returns the index of the first quote that no backslash escapes; -1 if there is none.
func closingQuote(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}
