package response

import (
	"bytes"
	"slices"

	"imapsh/internal/wire"
)

// Decode decodes a frame. It never fails: of a malformed response it returns what could be read, with
// oddities in d.Odd; of a response without a decoder, an *Other.
func (d *Decoder) Decode(f *wire.Frame) Value {
	d.reset()
	d.Tree.Parse(f)
	d.top = d.Tree.Top()
	v := d.response(&d.top)
	d.collect(f)
	return v
}

// response is continue-req / response-data / response-done (RFC 9051 §9).
func (d *Decoder) response(r *wire.Cursor) Value {
	first := r.Skip()
	if first < 0 {
		return d.otherValue(nil, 0)
	}
	switch head := d.Tree.Bytes(first); {
	case len(head) == 1 && head[0] == '+':
		return d.continuation(r, first)
	case len(head) == 1 && head[0] == '*':
		return d.untagged(r)
	default:
		return d.tagged(r, head)
	}
}

func (d *Decoder) tagged(r *wire.Cursor, tag []byte) Value {
	word := r.Skip()
	if word < 0 {
		return d.otherValue(tag, 0)
	}
	if cond, ok := conds[string(d.upper(d.Tree.Bytes(word)))]; ok {
		return d.statusResponse(r, tag, cond)
	}
	return d.otherValue(d.Tree.Bytes(word), 0)
}

func (d *Decoder) untagged(r *wire.Cursor) Value {
	word := r.Skip()
	if word < 0 {
		return d.otherValue(nil, 0)
	}
	name := d.Tree.Bytes(word)
	if isDigit(name[0]) {
		return d.afterNumber(r, word)
	}
	upper := d.upper(name)
	row := rows[string(upper)]
	if row != nil && !row.numbered {
		return row.decode(d, row, 0, r)
	}
	if cond, ok := conds[string(upper)]; ok {
		return d.statusResponse(r, nil, cond)
	}
	switch kind := d.kind(word); {
	case row != nil:
		d.odd("number-expected", word)
	case kind != wire.Atom && kind != wire.Junk:
		d.odd("name-expected", word)
	case name[0] == '-' || name[0] == '+' || d.isNil(word): // "* -1 EXISTS"
		next := r.Node()
		if next < 0 {
			break
		}
		if row := rows[string(d.upper(d.Tree.Bytes(next)))]; row != nil && row.numbered {
			d.odd("number-expected", word)
			return d.otherValue(d.Tree.Bytes(next), 0)
		}
	}
	return d.otherValue(name, 0)
}

func (d *Decoder) afterNumber(r *wire.Cursor, number int32) Value {
	word := r.Skip()
	if word < 0 {
		return d.otherValue(d.Tree.Bytes(number), 0)
	}
	upper := d.upper(d.Tree.Bytes(word))
	row := rows[string(upper)]
	if row == nil || !row.numbered {
		if _, status := conds[string(upper)]; status || row != nil {
			d.odd("number-unexpected", number)
		}
		n, _ := parseNumber(d.Tree.Bytes(number), maxNumber)
		return d.otherValue(d.Tree.Bytes(word), uint32(n))
	}
	n, ok := d.hasNum(number, maxNumber)
	switch {
	case ok && !row.zero:
		d.checkNZ(number, "zero-number")
	case !ok && row.only:
		return d.otherValue(d.Tree.Bytes(word), 0)
	}
	return row.decode(d, row, uint32(n), r)
}

func (d *Decoder) otherValue(name []byte, num uint32) Value {
	d.v.other = Other{Word: name, Num: num, Raw: d.Tree.Frame.Raw}
	return &d.v.other
}

// collect merges the oddities of framer, parser and decoder, sorted by offset.
func (d *Decoder) collect(f *wire.Frame) {
	if len(f.Odd) == 0 && len(d.Tree.Odd) == 0 && len(d.Odd) == 0 {
		return
	}
	d.Odd = append(d.Odd, f.Odd...)
	d.Odd = append(d.Odd, d.Tree.Odd...)
	slices.SortStableFunc(d.Odd, func(a, b wire.Oddity) int { return int(a.Off - b.Off) })
}

// upper returns the first 64 bytes of word in capitals, in memory that the next call overwrites.
func (d *Decoder) upper(word []byte) []byte {
	d.word = append(d.word[:0], word[:min(len(word), 64)]...)
	for i, c := range d.word {
		if 'a' <= c && c <= 'z' {
			d.word[i] = c - ('a' - 'A')
		}
	}
	return d.word
}

// is reports whether word is keyword, in upper or lower case.
func is(word []byte, keyword string) bool {
	return len(word) == len(keyword) && bytes.EqualFold(word, []byte(keyword))
}
