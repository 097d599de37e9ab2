package wire

import (
	"bytes"
)

// values reads values up to limit, where the next literal is announced or the line ends.
func (p *parser) values() {
	for p.pos < p.limit {
		p.plain()
		if p.pos >= p.limit {
			return
		}
		if len(p.nodes) >= p.max {
			p.full = true
			return
		}
		switch class[p.raw[p.pos]] {
		case blank:
			p.blanks(p.limit)
		case opening:
			p.openList()
		case closing:
			p.closeList()
		case quote:
			p.quoted(p.limit)
		case bracket:
			if p.nodes[p.cur].Kind == Section {
				p.closeSection(p.limit)
			} else {
				p.atom(p.limit)
			}
		default:
			p.atom(p.limit)
		}
	}
}

// plain reads values as long as they are ordinary, and leaves the first that is not to the methods below.
// Decoding spends most of its time here, so it is one loop on local variables.
func (p *parser) plain() {
	raw, nodes, pos, last := p.raw[:p.limit], p.nodes, p.pos, p.last
	// Names of message attributes may have sections, so that none of their atoms is plain.
	names := p.fetch
loop:
	for pos < len(raw) && len(nodes) < p.max {
		start, kind := pos, Atom
		switch class[raw[pos]] {
		case blank:
			if last == afterOpen || pos+1 == len(raw) || raw[pos+1] == ' ' {
				break loop
			}
			pos++
			kind, last = Space, afterBlank
		case atomChar:
			if last >= afterList || names && p.depth == 1 {
				break loop
			}
			for pos++; pos < len(raw) && class[raw[pos]] == atomChar; pos++ {
			}
			if pos < len(raw) && class[raw[pos]] >= bracket {
				pos = start
				break loop
			}
			last = afterValue
		case special:
			// flag = "\" atom
			if raw[pos] != '\\' || last >= afterList || pos+1 == len(raw) || class[raw[pos+1]] != atomChar {
				break loop
			}
			for pos += 2; pos < len(raw) && class[raw[pos]] == atomChar; pos++ {
			}
			if pos < len(raw) && class[raw[pos]] >= bracket {
				pos = start
				break loop
			}
			last = afterValue
		case quote:
			if last >= afterList {
				break loop
			}
			for pos++; pos < len(raw) && quotedClass[raw[pos]] == 0; pos++ {
			}
			if pos == len(raw) || raw[pos] != '"' {
				pos = start
				break loop
			}
			pos++
			nodes = push(nodes, Quoted, start, pos, len(nodes)+1)
			nodes[len(nodes)-1].Plain = true
			last = afterValue
			continue
		case opening:
			if last == afterValue {
				break loop
			}
			pos++
			nodes = push(nodes, List, start, 0, int(p.cur))
			p.cur = int32(len(nodes) - 1)
			p.depth++
			kind, last = Open, afterOpen
		default:
			if raw[pos] != ')' || last == afterBlank || p.depth <= 1 || nodes[p.cur].Kind != List {
				break loop
			}
			pos++
			n := &nodes[p.cur]
			p.cur, n.End, n.Next = n.Next, int32(pos), int32(len(nodes)+1)
			p.depth--
			kind, last = Close, afterList
		}
		nodes = push(nodes, kind, start, pos, len(nodes)+1)
	}
	p.nodes, p.pos, p.last = nodes, pos, last
}

func (p *parser) openList() {
	if p.last == afterValue {
		p.odd("missing-blank", p.pos)
	}
	p.open(List)
	p.leaf(Open, p.pos, p.pos+1)
	p.pos++
	p.depth++
	p.last = afterOpen
}

// SP = %x20: one, never next to a parenthesis inside it.
func (p *parser) blanks(end int) {
	start := p.pos
	p.pos++
	for p.pos < end && p.raw[p.pos] == ' ' {
		p.pos++
	}
	p.leaf(Space, start, p.pos)
	switch {
	case p.last == afterOpen:
		p.odd("blank-in-list", start)
	case p.pos-start > 1 && p.pos < p.lineEnd:
		p.odd("double-blank", start, p.pos-start)
	}
	p.last = afterBlank
}

func (p *parser) closeList() {
	if p.nodes[p.cur].Kind == Section {
		p.odd("unclosed-section", int(p.nodes[p.cur].Off))
		p.shut()
	}
	if p.nodes[p.cur].Kind != List {
		p.odd("unbalanced-close", p.pos)
		p.leaf(Junk, p.pos, p.pos+1)
		p.pos++
		p.last = afterNothing
		return
	}
	if p.last == afterBlank {
		p.odd("blank-in-list", p.pos-1)
	}
	p.leaf(Close, p.pos, p.pos+1)
	p.pos++
	p.shut()
	p.depth--
	p.last = afterList
	if p.endsThere && p.depth == 0 && p.listEnd == 0 {
		p.listEnd = p.pos
	}
}

// quoted = DQUOTE *QUOTED-CHAR DQUOTE
func (p *parser) quoted(end int) {
	p.beforeValue()
	raw, start, i := p.raw, p.pos, p.pos+1
	eight := -1
	for {
		for i < end && quotedClass[raw[i]] == 0 {
			i++
		}
		if i >= end {
			if !p.f.Cut && p.f.Clipped == 0 {
				p.odd("unterminated-quote", start)
			}
			p.torn = true
			break
		}
		c := raw[i]
		i++
		if c == '"' {
			break
		}
		switch {
		case c == '\\':
			if i < end && raw[i] != '"' && raw[i] != '\\' {
				p.odd("bad-escape", i-1)
			} else if i < end {
				i++
			}
		case c >= 0x80:
			if eight < 0 {
				eight = i - 1 - start
			}
		case c == 0:
			p.odd("nul", i-1)
		default:
			p.odd("bare-cr", i-1)
		}
	}
	if eight >= 0 {
		p.check8bit("8bit-in-quoted", raw[start:i], start, eight)
	}
	p.leaf(Quoted, start, i)
	p.pos, p.last = i, afterValue
}

// atom = 1*ATOM-CHAR, and what is written like one: numbers, flags, sequence sets, mailbox names.
func (p *parser) atom(end int) {
	p.beforeValue()
	raw, start, i := p.raw, p.pos, p.pos
	kind := Atom
	if raw[i] == '\\' {
		// flag-perm = flag / "\*"
		i++
		if i < end && raw[i] == '*' {
			i++
		}
	} else if class[raw[i]] == control {
		kind = Junk
	}
	seen := [2]bool{} // one oddity of each kind is enough for an atom
run:
	for {
		for i < end && class[raw[i]] == atomChar {
			i++
		}
		if i >= end {
			break
		}
		c := raw[i]
		switch class[c] {
		case bracket:
			if p.nodes[p.cur].Kind == Section {
				break run
			}
		case special:
			if c != '{' || !p.badSizeAt(i) {
				p.odd("bad-atom-char", i, `"`+string(rune(c))+`"`)
			}
		case control:
			if !seen[0] {
				p.oddControl(i)
				seen[0] = true
			}
		case eightBit:
			if !seen[1] {
				p.odd("8bit-in-atom", i)
				seen[1] = true
			}
		default:
			break run
		}
		i++
	}
	if p.fetch && p.depth == 1 && p.nodes[p.cur].Kind == List {
		if b := bytes.IndexByte(raw[start:i], '['); b > 0 {
			p.openSection(start + b)
			return
		}
	}
	p.leaf(kind, start, i)
	p.pos, p.last = i, afterValue
}

func (p *parser) oddControl(off int) {
	switch p.raw[off] {
	case 0:
		p.odd("nul", off)
	case '\r':
		p.odd("bare-cr", off)
	case '\n':
		p.odd("bare-lf", off)
	default:
		p.odd("control-in-atom", off)
	}
}

// badSizeAt reports whether the framer has already reported the "{" at off, as a bad literal size.
func (p *parser) badSizeAt(off int) bool {
	for i := range p.f.Odd {
		if o := &p.f.Odd[i]; o.Name == "bad-literal-size" && o.Off <= int64(off) {
			return true
		}
	}
	return false
}

// openSection begins a message attribute with a section, whose "[" is at bracket.
//
//	msg-att-static = … / "BODY" section ["<" number ">"] SP nstring / …
//	section        = "[" [section-spec] "]"
func (p *parser) openSection(bracket int) {
	start := p.pos
	p.open(Section)
	p.leaf(Atom, start, bracket)
	p.leaf(Open, bracket, bracket+1)
	p.pos, p.last = bracket+1, afterOpen
}

// closeSection reads "]" and, if it follows, the origin: "<0>".
func (p *parser) closeSection(end int) {
	p.leaf(Close, p.pos, p.pos+1)
	p.pos++
	if p.pos < end && p.raw[p.pos] == '<' {
		if n := bytes.IndexByte(p.raw[p.pos:end], '>'); n > 0 {
			p.leaf(Atom, p.pos, p.pos+n+1)
			p.pos += n + 1
		}
	}
	p.shut()
	p.last = afterValue
}
