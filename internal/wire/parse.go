package wire

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// DefaultMaxNodes is the limit of a Tree if its MaxNodes is 0: about 20 MB.
const DefaultMaxNodes = 1 << 20

// Parse reads a frame into the tree. It never fails and never recurses: what breaks the grammar is read
// as what was most probably meant, or as Junk, and is reported as an oddity.
//
//	response-data   = "*" SP (resp-cond-state / … / message-data / …) CRLF
//	response-tagged = tag SP resp-cond-state CRLF
//	continue-req    = "+" SP (resp-text / base64) CRLF
func (t *Tree) Parse(f *Frame) {
	p := parser{t: t, f: f, raw: f.Raw, nodes: t.Nodes[:0], max: t.MaxNodes, cur: -1}
	if p.max <= 0 {
		p.max = DefaultMaxNodes
	}
	t.Frame, t.Odd, t.text = f, t.Odd[:0], t.text[:0]

	p.open(Response)
	p.nextLiteral()
	p.findLineEnd()
	p.start()
	for p.pos < p.lineEnd {
		if p.pos == p.limit {
			p.literal()
			continue
		}
		p.values()
		if p.full {
			break
		}
	}
	p.finish()
	t.Nodes = p.nodes
	if len(t.Odd) > 1 {
		slices.SortStableFunc(t.Odd, func(a, b Oddity) int { return int(a.Off - b.Off) })
	}
}

// parser is the state of one Parse. While a node is open, its Next is the index of its parent.
type parser struct {
	t     *Tree
	f     *Frame
	raw   []byte
	nodes []Node
	max   int
	full  bool // max is reached

	pos     int   // the next byte
	limit   int   // where the next literal's announcement begins, or lineEnd
	lineEnd int   // where the line end of the response begins
	lit     int   // the next literal that has a place in Raw
	cur     int32 // the innermost open node
	depth   int   // number of open lists
	last    after // what comes before pos

	fetch     bool // these are message attributes: their names may have sections
	endsThere bool // nothing may follow the first list
	listEnd   int  // where that list ended
	torn      bool // a quoted string has swallowed the rest: its parentheses do not count
}

// after is what comes before the next byte.
type after uint8

const (
	afterNothing after = iota
	afterOpen
	afterBlank
	afterList
	afterValue
)

func (p *parser) odd(name string, off int, args ...any) {
	if len(p.t.Odd) < maxOdd {
		p.t.Odd = append(p.t.Odd, deviations.Oddity(name, off, args...))
	}
}

// push is append of a Node, written in place: to build it first and then copy it takes twice as long.
func push(nodes []Node, k Kind, off, end, next int) []Node {
	at := len(nodes)
	if at == cap(nodes) {
		nodes = more(nodes)
	}
	nodes = nodes[:at+1]
	n := &nodes[at]
	n.Kind, n.Plain, n.Off, n.End, n.Next, n.Lit = k, false, int32(off), int32(end), int32(next), -1
	return nodes
}

func more(nodes []Node) []Node { return slices.Grow(nodes, len(nodes)+64) }

func (p *parser) leaf(k Kind, off, end int) {
	p.nodes = push(p.nodes, k, off, end, len(p.nodes)+1)
}

// open begins a node at pos.
func (p *parser) open(k Kind) {
	p.nodes = push(p.nodes, k, p.pos, 0, int(p.cur))
	p.cur = int32(len(p.nodes) - 1)
}

// shut ends the open node at pos.
func (p *parser) shut() {
	n := &p.nodes[p.cur]
	p.cur, n.End, n.Next = n.Next, int32(p.pos), int32(len(p.nodes))
}

// nextLiteral sets lit and limit to the next literal that is announced in Raw at pos or later.
func (p *parser) nextLiteral() {
	for ; p.lit < len(p.f.Literals); p.lit++ {
		if at := announcement(p.raw, p.pos, &p.f.Literals[p.lit]); at >= 0 {
			p.limit = at
			return
		}
	}
	p.limit = len(p.raw)
}

// announcement returns where in raw, from pos on, the announcement of l begins; -1 if it is not there.
func announcement(raw []byte, pos int, l *Literal) int {
	i := l.At
	if i > len(raw) || l.Kept < 0 || l.Kept > len(raw)-i || i-3 < pos || raw[i-1] != '\n' {
		return -1
	}
	i--
	if raw[i-1] == '\r' {
		i--
	}
	if i--; i <= pos || raw[i] != '}' {
		return -1
	}
	for i > pos && raw[i] != '{' {
		i--
	}
	if raw[i] != '{' {
		return -1
	}
	if l.Binary && i > pos && raw[i-1] == '~' {
		i--
	}
	return i
}

// findLineEnd sets lineEnd, which is after all literals.
func (p *parser) findLineEnd() {
	floor := 0
	for i := range p.f.Literals {
		if l := &p.f.Literals[i]; l.At <= len(p.raw) && l.Kept <= len(p.raw)-l.At {
			floor = max(floor, l.At+l.Kept)
		}
	}
	end := len(p.raw)
	if p.f.Clipped == 0 {
		if end > floor && p.raw[end-1] == '\n' {
			end--
		}
		if end > floor && p.raw[end-1] == '\r' && (end < len(p.raw) || p.f.Cut) {
			end--
		}
	}
	p.lineEnd = end
	if p.limit > end {
		p.limit = end
	}
}

// literal reads the literal whose announcement is at pos.
func (p *parser) literal() {
	p.beforeValue()
	l := &p.f.Literals[p.lit]
	end := l.At + l.Kept
	if brace := bytes.LastIndexByte(p.raw[p.pos:l.At], '}'); brace > 0 && p.raw[p.pos+brace-1] == '+' {
		p.odd("nonsync-literal", p.pos+brace-1)
	}
	if !l.Binary {
		if i := bytes.IndexByte(p.raw[l.At:end], 0); i >= 0 {
			p.odd("nul-in-literal", l.At+i)
		}
	}
	p.leaf(LiteralString, p.pos, end)
	p.nodes[len(p.nodes)-1].Lit = int32(p.lit)
	p.pos, p.last = end, afterValue
	p.lit++
	p.nextLiteral()
	p.limit = min(p.limit, p.lineEnd)
}

// beforeValue reports a value that follows another without a space.
func (p *parser) beforeValue() {
	if p.last >= afterList {
		p.odd("missing-blank", p.pos)
	}
}

// finish ends the open nodes and adds the line end.
func (p *parser) finish() {
	if p.full {
		p.leaf(Junk, p.pos, p.lineEnd)
	}
	p.pos = p.lineEnd
	whole := !p.full && !p.f.Cut && p.f.Clipped == 0
	if whole {
		p.checkEnd()
	}
	for p.cur > 0 {
		p.shut()
	}
	if p.lineEnd < len(p.raw) {
		p.leaf(LineEnd, p.lineEnd, len(p.raw))
		p.pos = len(p.raw)
	}
	p.shut()
}

// checkEnd reports what is wrong at the end of the line.
func (p *parser) checkEnd() {
	if p.last == afterBlank {
		p.odd("trailing-blank", int(p.nodes[len(p.nodes)-1].Off))
	}
	if p.listEnd > 0 && len(bytes.TrimLeft(p.raw[p.listEnd:p.lineEnd], " ")) > 0 {
		p.odd("data-after-last-parenthesis", p.listEnd)
	}
	if p.torn {
		return
	}
	for i := p.cur; i > 0; i = p.nodes[i].Next {
		switch n := &p.nodes[i]; n.Kind {
		case Section:
			p.odd("unclosed-section", int(n.Off))
		case List:
			p.odd("unbalanced-open", p.lineEnd, p.depth, n.Off)
			return
		}
	}
}

// checkText reports bytes that text for people must not have.
func (p *parser) checkText(from, to int) {
	b := p.raw[from:to]
	eight := -1
	for i, c := range b {
		if textClass[c] == 0 {
			continue
		}
		switch {
		case c >= 0x80:
			if eight < 0 {
				eight = i
			}
		case c == 0:
			p.odd("nul", from+i)
		default:
			p.odd("bare-cr", from+i)
		}
	}
	if eight >= 0 {
		p.check8bit("8bit-in-text", b, from, eight)
	}
}

// check8bit reports 8-bit bytes of b, which begins at off; the first is b[first]. In UTF-8 mode it reports only
// what is not UTF-8.
func (p *parser) check8bit(name string, b []byte, off, first int) {
	if !p.t.UTF8 {
		p.odd(name, off+first)
		return
	}
	for first < len(b) {
		r, n := utf8.DecodeRune(b[first:])
		if r == utf8.RuneError && n == 1 {
			p.odd("bad-utf8", off+first)
			return
		}
		first += n
	}
}
