package wire

import "bytes"

// condition finds the condition of a status response, tagged or not: raw[start:end] is
// OK, NO, BAD, BYE or PREAUTH, in upper or lower case, after one word and spaces. A response code or text
// for people follows, even without a space before it; the framer must not read that text as the
// announcement of a literal.
func condition(raw []byte) (start, end int, ok bool) {
	for start < len(raw) && raw[start] > ' ' {
		start++
	}
	if start == 0 {
		return 0, 0, false
	}
	for start < len(raw) && raw[start] == ' ' {
		start++
	}
	end = start
	for end < len(raw) && raw[end] > ' ' && raw[end] != '[' {
		end++
	}
	word := raw[start:end]
	if len(word) < 2 || len(word) > 7 {
		return 0, 0, false
	}
	for _, c := range conditions {
		if equalFold(word, c) {
			return start, end, true
		}
	}
	return 0, 0, false
}

var conditions = [...]string{"OK", "NO", "BAD", "BYE", "PREAUTH"}

// start reads the first words, which differ by the kind of response: the tag, "*" or "+". Of a status
// response it reads all the rest; the data of other responses is left to values.
func (p *parser) start() {
	raw := p.raw
	whole := !p.f.Cut && p.f.Clipped == 0
	switch {
	case p.lineEnd == 0:
		if whole && len(raw) > 0 {
			p.odd("empty-line", 0)
		}
		return
	case p.limit == 0:
		p.odd("bad-tag", 0)
		return
	case raw[0] == ' ':
		p.odd("leading-blank", 0)
		return
	case raw[0] == '+':
		p.leaf(Atom, 0, 1)
		p.pos = 1
		p.respText("bare-plus")
		return
	}

	word := bytes.IndexByte(raw[:p.limit], ' ')
	if word < 0 {
		word = p.limit
	}
	untagged := word == 1 && raw[0] == '*'
	if !untagged {
		p.checkTag(raw[:word])
	}
	if from, to, ok := condition(raw[:p.lineEnd]); ok {
		p.leaf(Atom, 0, word)
		p.pos, p.last = word, afterValue
		p.blanks(from)
		p.leaf(Atom, from, to)
		p.pos = to
		p.respText("missing-text")
		return
	}
	p.leaf(Atom, 0, word)
	p.pos, p.last = word, afterValue

	second := word
	for second < p.limit && raw[second] == ' ' {
		second++
	}
	switch {
	case untagged && second < p.lineEnd:
		p.expect(second)
	case !whole && bytes.IndexByte(raw[second:p.lineEnd], ' ') < 0:
		// The last word may be incomplete.
	case untagged:
		p.odd("missing-data", second)
	default:
		p.odd("missing-condition", second)
	}
}

// tag = 1*<any ASTRING-CHAR except "+">
func (p *parser) checkTag(tag []byte) {
	for i, c := range tag {
		if k := class[c]; k != atomChar && k != bracket || c == '+' {
			p.odd("bad-tag", i)
			return
		}
	}
}

// expect looks ahead at the name of an untagged response, after its number if it has one.
func (p *parser) expect(at int) {
	raw := p.raw[at:p.limit]
	i := 0
	for i < len(raw) && raw[i]-'0' <= 9 {
		i++
	}
	numbered := i > 0 && i < len(raw) && raw[i] == ' '
	if numbered {
		raw = raw[i+1:]
	}
	i = 0
	for i < len(raw) && class[raw[i]] == atomChar {
		i++
	}
	name := raw[:i]
	p.fetch = numbered && (equalFold(name, "FETCH") || equalFold(name, "UIDFETCH"))
	p.endsThere = p.fetch || equalFold(name, "FLAGS") || equalFold(name, "STATUS") || equalFold(name, "ID")
}

// respText reads all that follows the condition or "+". missing is the oddity to report if not even a
// space follows.
//
//	resp-text = ["[" resp-text-code "]" SP] [text]    (RFC 9051 §9; text is not optional in RFC 3501)
func (p *parser) respText(missing string) {
	text := p.pos // where the text for people begins
	whole := !p.f.Cut && p.f.Clipped == 0
	blank := p.blank()
	if !blank && whole {
		if p.pos < p.lineEnd && missing != "bare-plus" {
			missing = "missing-blank"
		}
		p.odd(missing, p.pos)
	}
	if (blank || !whole || p.pos < p.lineEnd && p.raw[p.pos] == '[') && p.code() {
		text = p.pos
		if !p.blank() && whole {
			if p.pos < p.lineEnd {
				p.odd("missing-blank", p.pos)
			} else {
				p.odd("missing-text", p.pos)
			}
		}
	} else if blank && p.pos == p.lineEnd && whole && missing == "missing-text" && !p.t.UTF8 {
		p.odd("missing-text", p.pos)
	}
	p.checkText(text, p.lineEnd)
	if p.pos < p.lineEnd {
		p.leaf(Human, p.pos, p.lineEnd)
	}
	p.pos, p.last = p.lineEnd, afterNothing
}

// blank reads one space; text may begin with more.
func (p *parser) blank() bool {
	if p.pos >= p.lineEnd || p.raw[p.pos] != ' ' {
		return false
	}
	p.leaf(Space, p.pos, p.pos+1)
	p.pos++
	return true
}
