package response

import "strconv"

// itemStructure reads body (RFC 9051 §9), the value of BODY or BODYSTRUCTURE.
func (d *Decoder) itemStructure(item *Item, value int32) {
	if !d.isList(value) {
		d.odd("body-expected", value)
		item.Kind = ItemOther
		return
	}
	start := int32(len(d.parts))
	s := structure{d: d, start: start}
	s.body(value, -1, 0, 0)
	item.Parts = d.parts[start:len(d.parts):len(d.parts)]
}

// structure reads the bodies of one message, whose parts begin at start: Parent is an index from there.
type structure struct {
	d     *Decoder
	start int32
}

// emptyPart has NIL for every string: a field that is missing is like NIL.
var emptyPart = BodyPart{
	Type: nilString, Subtype: nilString, ID: nilString, About: nilString, Encoding: nilString,
	MD5: nilString, Disposition: nilString, Location: nilString,
}

var nilString = String{Nil: true, Lit: -1}

// body is "(" (body-type-1part / body-type-mpart) ")".
func (s *structure) body(node, parent, index, depth int32) {
	d := s.d
	if depth > maxNesting || len(d.parts) >= maxItems {
		return
	}
	at := len(d.parts)
	d.parts = append(d.parts, emptyPart)
	p := &d.parts[at]
	p.Parent, p.Index, p.Off = parent, index, d.Tree.Nodes[node].Off
	if !d.isList(node) {
		p.Broken = true
		d.odd("body-expected", node)
		return
	}
	r := d.walk(node)
	ahead := r
	switch first := ahead.next(); {
	case first < 0:
		p.Broken = true
		d.odd("empty-body", node)
	case d.isList(first):
		s.multipart(int32(at), &r, node, depth)
	default:
		s.single(int32(at), &r, node, depth)
	}
}

// multipart is body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart].
func (s *structure) multipart(at int32, r *walk, node, depth int32) {
	d := s.d
	d.parts[at].Multipart = true
	next := *r
	for index := int32(1); ; index++ {
		n := next.next()
		if n < 0 || !d.isList(n) {
			break
		}
		if index > 1 {
			d.together(n, "bodies")
		}
		*r = next
		s.body(n, at-s.start, index, depth+1)
	}
	p := &d.parts[at] // the slice may have moved
	subtype := r.next()
	if subtype < 0 {
		d.odd("multipart-without-subtype", node)
		return
	}
	d.needed(&p.Subtype, subtype, "nil-media-subtype")
	n := r.next()
	if n < 0 {
		return
	}
	p.Params = d.bodyParams(n, "bad-body-parameters")
	s.extension(p, r)
}

// single is body-type-1part.
func (s *structure) single(at int32, r *walk, node, depth int32) {
	d := s.d
	p := &d.parts[at]
	missing := func(what string) { d.oddAt("short-body", d.Tree.Nodes[node].Off, what) }
	d.needed(&p.Type, r.next(), "nil-media-type")
	n := r.next()
	if n < 0 {
		missing("everything after the type")
		return
	}
	if p.Type.Nil {
		d.nstringInto(&p.Subtype, n) // one oddity is enough if there is no type at all
	} else {
		d.needed(&p.Subtype, n, "nil-media-subtype")
	}

	// body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
	if n = r.next(); n < 0 {
		missing("parameters, id, description, encoding and size")
		return
	}
	p.Params = d.bodyParams(n, "bad-body-parameters")
	if !d.stringInto(&p.ID, r) || !d.stringInto(&p.About, r) {
		missing("id, description, encoding or size")
		return
	}
	if n = r.next(); n < 0 {
		missing("encoding and size")
		return
	}
	d.needed(&p.Encoding, n, "nil-encoding")
	if n = r.next(); n < 0 {
		missing("the size")
		return
	}
	p.Size, p.HasSize = d.hasNum(n, maxNumber64)

	switch {
	case is(p.Type.B, "TEXT"):
		s.lines(at, r, node)
	case is(p.Type.B, "MESSAGE") && (is(p.Subtype.B, "RFC822") || is(p.Subtype.B, "GLOBAL")):
		if !s.message(at, r, node, depth) {
			return
		}
	}
	p = &d.parts[at]
	if !d.stringIn(&p.MD5, r) {
		return
	}
	s.extension(p, r)
}

// stringIn reads the next nstring, if there is one.
func (d *Decoder) stringIn(s *String, r *walk) bool {
	n := r.next()
	if n < 0 {
		return false
	}
	d.nstringInto(s, n)
	return true
}

// needed reads a string that must not be NIL; oddity is what to report if it is.
func (d *Decoder) needed(s *String, node int32, oddity string) {
	d.nstringInto(s, node)
	if s.Nil {
		d.odd(oddity, node)
	}
}

// lines is SP body-fld-lines, which is required for text.
func (s *structure) lines(at int32, r *walk, node int32) {
	d := s.d
	p := &d.parts[at]
	n := r.next()
	if n < 0 {
		d.oddAt("short-body", d.Tree.Nodes[node].Off, "the number of lines, required for text")
		return
	}
	p.Lines, p.HasLines = d.hasNum(n, maxNumber64)
}

// message is SP envelope SP body SP body-fld-lines. It returns false if the part ends before them.
func (s *structure) message(at int32, r *walk, node, depth int32) bool {
	d := s.d
	ahead := *r
	n := ahead.next()
	if n < 0 || !d.isList(n) {
		// A message/global may be described like any other type (RFC 6532 §3.7 came before RFC 9051).
		if is(d.parts[at].Subtype.B, "RFC822") {
			if n < 0 {
				n = node
			}
			d.odd("message-without-envelope", n)
		}
		return n >= 0
	}
	*r = ahead
	d.parts[at].Message = true
	d.parts[at].Envelope = d.envelope(n)
	if n = r.next(); n < 0 {
		d.odd("message-without-envelope", node)
		return false
	}
	if d.isList(n) {
		d.apart(n)
	}
	s.body(n, at-s.start, 0, depth+1)
	s.lines(at, r, node)
	return true
}

// extension is [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]].
func (s *structure) extension(p *BodyPart, r *walk) {
	d := s.d
	n := r.next()
	if n < 0 {
		return
	}
	d.disposition(p, n)
	if n = r.next(); n < 0 {
		return
	}
	if !d.isNil(n) {
		p.Languages = d.stringsIn(n)
	}
	if n = r.next(); n >= 0 {
		d.nstringInto(&p.Location, n)
	}
}

func (d *Decoder) disposition(p *BodyPart, node int32) {
	if d.isNil(node) {
		return
	}
	if !d.isList(node) {
		d.odd("bad-disposition", node)
		p.Disposition = d.str(node)
		return
	}
	r := d.walk(node)
	n := r.next()
	if n < 0 {
		d.odd("bad-disposition", node)
		return
	}
	d.needed(&p.Disposition, n, "bad-disposition")
	if n = r.next(); n < 0 {
		d.odd("bad-disposition", node)
		return
	}
	p.DispositionParams = d.bodyParams(n, "bad-disposition")
}

// bodyParams is body-fld-param: names and values.
func (d *Decoder) bodyParams(node int32, oddity string) []String {
	if !d.isList(node) {
		if !d.isNil(node) {
			d.odd(oddity, node)
		}
		return nil
	}
	start := len(d.strings)
	r := d.walk(node)
	good := true
	for n := r.next(); n >= 0 && len(d.strings) < maxItems; n = r.next() {
		d.strings = append(d.strings, String{})
		s := &d.strings[len(d.strings)-1]
		d.nstringInto(s, n)
		good = good && !s.Nil
	}
	list := d.strings[start:len(d.strings):len(d.strings)]
	if len(list) == 0 || len(list)%2 != 0 || !good {
		d.odd(oddity, node)
	}
	return list
}

// AppendPartNumber appends to b the number of parts[i] in BODY[…], such as "1.2" (RFC 9051 §6.4.5.1); nothing
// for a multipart that is the complete body of a message: its name is TEXT.
func AppendPartNumber(b []byte, parts []BodyPart, i int) []byte {
	p := &parts[i]
	switch {
	case p.Index > 0:
		at := len(b)
		b = appendPrefix(b, parts, int(p.Parent))
		if len(b) > at {
			b = append(b, '.')
		}
		return strconv.AppendInt(b, int64(p.Index), 10)
	case p.Multipart:
		return b
	case p.Parent < 0:
		return append(b, '1')
	}
	b = AppendPartNumber(b, parts, int(p.Parent))
	return append(b, ".1"...)
}

// appendPrefix appends the part number that the numbers of the parts of multipart i begin with.
func appendPrefix(b []byte, parts []BodyPart, i int) []byte {
	p := &parts[i]
	if p.Index > 0 {
		return AppendPartNumber(b, parts, i)
	}
	if p.Parent < 0 {
		return b
	}
	return AppendPartNumber(b, parts, int(p.Parent))
}

// Depth returns how many parts enclose parts[i].
func Depth(parts []BodyPart, i int) int {
	n := 0
	for i = int(parts[i].Parent); i >= 0; i = int(parts[i].Parent) {
		n++
	}
	return n
}
