package response

import (
	"bytes"

	"imapsh/internal/wire"
)

// attribute is how the value of a message attribute is read.
type attribute struct {
	kind ItemKind
	read func(d *Decoder, item *Item, value int32)
}

// attributes are the message attributes with a decoder, by name up to "[".
var attributes = map[string]attribute{
	"FLAGS":         {ItemFlags, (*Decoder).itemFlags},
	"UID":           {ItemUID, (*Decoder).itemUID},
	"RFC822.SIZE":   {ItemSize, (*Decoder).itemNum64},
	"BINARY.SIZE":   {ItemSize, (*Decoder).itemNum},
	"MODSEQ":        {ItemModSeq, (*Decoder).itemModSeq},
	"INTERNALDATE":  {ItemDate, (*Decoder).itemDate},
	"SAVEDATE":      {ItemDate, (*Decoder).itemSaveDate},
	"ENVELOPE":      {ItemEnvelope, (*Decoder).itemEnvelope},
	"BODY[":         {ItemBody, (*Decoder).itemBody},
	"BINARY":        {ItemBody, (*Decoder).itemBody},
	"RFC822":        {ItemBody, (*Decoder).itemBody},
	"RFC822.HEADER": {ItemBody, (*Decoder).itemBody},
	"RFC822.TEXT":   {ItemBody, (*Decoder).itemBody},
	"BODY":          {ItemStructure, (*Decoder).itemStructure},
	"BODYSTRUCTURE": {ItemStructure, (*Decoder).itemStructure},
	"PREVIEW":       {ItemString, (*Decoder).itemPreview},
	"EMAILID":       {ItemString, (*Decoder).itemID},
	"THREADID":      {ItemString, (*Decoder).itemThreadID},
	"X-GM-MSGID":    {ItemNumber, (*Decoder).itemUnsigned},
	"X-GM-THRID":    {ItemNumber, (*Decoder).itemUnsigned},
	"X-GM-LABELS":   {ItemLabels, (*Decoder).itemLabels},
}

// fetch is message-data = nz-number SP "FETCH" SP msg-att (RFC 9051 §9).
func (d *Decoder) fetch(row *row, seq uint32, r *wire.Cursor) Value {
	f := &d.v.fetch
	*f = Fetch{Named: row.name, Seq: seq}
	n := r.Node()
	if row.name == "CONVERTED" && d.isList(n) { // its search-correlator comes first (RFC 5259 §9)
		r.Skip()
		n = r.Node()
	}
	if !d.isList(n) {
		d.odd("list-expected", n)
		return f
	}
	list := r.Skip()
	items := d.Tree.Inside(list)
	if items.Done() {
		d.odd("empty-fetch", list)
	}
	start := len(d.items)
	for name := items.Skip(); name >= 0 && len(d.items) < maxItems; name = items.Skip() {
		d.items = append(d.items, Item{})
		item := &d.items[len(d.items)-1]
		item.Name = d.Tree.Bytes(name)
		value := items.Skip()
		if value < 0 {
			d.odd("item-without-value", name)
			break
		}
		item.Raw = d.Tree.Bytes(value)
		if row.name == "CONVERTED" && d.isFailure(value) {
			continue
		}
		if a, ok := attributes[string(d.attributeName(item.Name))]; ok {
			item.Kind = a.kind
			a.read(d, item, value)
			if i := bytes.IndexByte(item.Name, '['); i >= 0 && !isSection(item.Name[i:], is(item.Name[:i], "BODY")) {
				d.oddAt("bad-section", d.Tree.Nodes[name].Off+int32(i))
			}
		}
	}
	f.Items = d.items[start:]
	d.more(r)
	return f
}

// isSection reports whether b, from "[" on, is a section and perhaps the origin of a partial; withText means that the
// section may have a text specifier, which those of BINARY may not (RFC 9051 §9: section, section-binary).
func isSection(b []byte, withText bool) bool {
	end := bytes.LastIndexByte(b, ']')
	if end < 0 {
		return false
	}
	if partial := b[end+1:]; len(partial) > 0 {
		last := len(partial) - 1
		if _, ok := parseNumber(bytes.TrimPrefix(partial[:last], []byte{'<'}), maxNumber64); !ok || partial[0] != '<' || partial[last] != '>' {
			return false
		}
	}
	spec := b[1:end]
	if len(spec) == 0 {
		return true
	}
	part := 0
	for isDigit(spec[0]) {
		part++
		number, rest, more := bytes.Cut(spec, []byte{'.'})
		if nzFault(number) != "" {
			return false
		}
		if !more {
			return true
		}
		if spec = rest; len(spec) == 0 {
			return false
		}
	}
	return withText && isSectionText(spec, part > 0)
}

// isSectionText reports whether b is a section-msgtext, or, of a part, a section-text.
func isSectionText(b []byte, ofPart bool) bool {
	word, list, fields := bytes.Cut(b, []byte{' '})
	if fields {
		return (is(word, "HEADER.FIELDS") || is(word, "HEADER.FIELDS.NOT")) && len(list) > 2 && list[0] == '(' && list[len(list)-1] == ')'
	}
	return is(b, "HEADER") || is(b, "TEXT") || ofPart && is(b, "MIME")
}

// isFailure reports whether a value is "(" "ERROR" SP … ")", in place of what could not be converted (RFC 5259 §9).
func (d *Decoder) isFailure(value int32) bool {
	if !d.isList(value) {
		return false
	}
	r := d.walk(value)
	word := r.next()
	return word >= 0 && is(d.Tree.Bytes(word), "ERROR")
}

// attributeName returns the key of a message attribute in attributes: its name in capitals, up to its
// section. BODY with a section is not the same attribute as BODY.
func (d *Decoder) attributeName(name []byte) []byte {
	i := bytes.IndexByte(name, '[')
	if i < 0 {
		return d.upper(name)
	}
	upper := d.upper(name[:i])
	if string(upper) == "BODY" {
		return append(upper, '[')
	}
	return upper
}

func (d *Decoder) itemFlags(item *Item, value int32) {
	item.Flags = d.flagList(value, (*Decoder).checkFlag)
}

// itemUID is "UID" SP uniqueid.
func (d *Decoder) itemUID(item *Item, value int32) {
	item.Num, _ = d.nz(value, maxNumber, "zero-value")
}

func (d *Decoder) itemNum(item *Item, value int32)   { item.Num = d.num(value, maxNumber) }
func (d *Decoder) itemNum64(item *Item, value int32) { item.Num = d.num(value, maxNumber64) }

func (d *Decoder) itemModSeq(item *Item, value int32) {
	if !d.isList(value) {
		d.odd("list-expected", value)
		return
	}
	r := d.Tree.Inside(value)
	item.Num = d.modSeq(&r, value)
}

// itemDate is date-time.
func (d *Decoder) itemDate(item *Item, value int32) {
	d.itemSaveDate(item, value)
	if item.Date.Nil {
		d.odd("bad-date", value)
	}
}

// itemSaveDate is date-time / nil (RFC 8514 §6).
func (d *Decoder) itemSaveDate(item *Item, value int32) {
	item.Date = d.nstring(value)
	if item.Date.Nil {
		return
	}
	if item.Date.Lit >= 0 {
		d.odd("literal-for-quoted", value)
	}
	var fault dateFault
	switch item.Time, fault = d.dateTime(item.Date); fault {
	case noDate:
		d.odd("bad-date", value)
	case impossible:
		d.odd("impossible-date", value)
	default:
		item.HasTime = true
	}
}

func (d *Decoder) itemBody(item *Item, value int32) { item.Body = d.nstring(value) }

// itemUnsigned is a number of 64 bits without a sign, as Gmail sends.
func (d *Decoder) itemUnsigned(item *Item, value int32) { item.Num = d.num(value, 1<<64-1) }

// itemPreview is "PREVIEW" SP nstring (RFC 8970 §6).
func (d *Decoder) itemPreview(item *Item, value int32) { item.Body = d.nstring(value) }

// itemID is "(" objectid ")" (RFC 8474 §7).
func (d *Decoder) itemID(item *Item, value int32) { item.Body = d.objectID(value) }

// itemThreadID is "(" objectid ")" / nil.
func (d *Decoder) itemThreadID(item *Item, value int32) {
	if d.isNil(value) {
		item.Body = nilString
		return
	}
	item.Body = d.objectID(value)
}

// objectID reads "(" objectid ")", objectid = 1*255(ALPHA / DIGIT / "_" / "-"). One without parentheses is
// accepted with an oddity.
func (d *Decoder) objectID(value int32) String {
	n := value
	if d.isList(value) {
		r := d.walk(value)
		if n = r.next(); n >= 0 && r.next() >= 0 {
			d.odd("object-id-expected", value)
			return d.str(n)
		}
	}
	if n < 0 || d.isNil(n) {
		d.odd("object-id-expected", value)
		return nilString
	}
	id := d.str(n)
	if n == value || d.kind(n) != wire.Atom || len(id.B) > 255 || !isObjectID(id.B) {
		d.odd("object-id-expected", n)
	}
	return id
}

func isObjectID(b []byte) bool {
	for _, c := range b {
		if c|0x20-'a' >= 26 && !isDigit(c) && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// itemLabels is a list of labels, each an astring.
func (d *Decoder) itemLabels(item *Item, value int32) {
	if !d.isList(value) {
		d.odd("list-expected", value)
		return
	}
	start := len(d.words)
	words := d.words
	r := d.walk(value)
	for n := r.next(); n >= 0 && len(words) < maxWords; n = r.next() {
		words = append(words, d.str(n).B)
	}
	item.Flags = d.took(words, start)
}

// itemEnvelope is envelope (RFC 9051 §9): ten fields in their order.
func (d *Decoder) itemEnvelope(item *Item, value int32) {
	if !d.isList(value) {
		d.odd("envelope-expected", value)
		item.Kind = ItemOther
		return
	}
	item.Envelope = d.envelope(value)
}

// envelope reads the envelope in a list.
func (d *Decoder) envelope(value int32) *Envelope {
	d.envelopes = append(d.envelopes, Envelope{})
	e := &d.envelopes[len(d.envelopes)-1]
	r := d.walk(value)
	whole := d.stringInto(&e.Date, &r)
	whole = d.stringInto(&e.Subject, &r) && whole
	whole = d.addressesInto(&e.From, &r) && whole
	whole = d.addressesInto(&e.Sender, &r) && whole
	whole = d.addressesInto(&e.ReplyTo, &r) && whole
	whole = d.addressesInto(&e.To, &r) && whole
	whole = d.addressesInto(&e.Cc, &r) && whole
	whole = d.addressesInto(&e.Bcc, &r) && whole
	whole = d.stringInto(&e.InReplyTo, &r) && whole
	whole = d.stringInto(&e.MessageID, &r) && whole
	if !whole {
		d.odd("short-envelope", value)
	} else if n := r.next(); n >= 0 {
		d.odd("long-envelope", n)
	}
	return e
}

// stringInto reads the next nstring. If there is none, it sets NIL and returns false.
func (d *Decoder) stringInto(s *String, r *walk) bool {
	n := r.next()
	if n < 0 {
		*s = nilString
		return false
	}
	d.nstringInto(s, n)
	return true
}

// addressesInto reads "(" 1*address ")" / nil.
func (d *Decoder) addressesInto(to *[]Address, r *walk) bool {
	n := r.next()
	if n < 0 {
		return false
	}
	if !d.isList(n) {
		if !d.isNil(n) {
			d.odd("address-list-expected", n)
		}
		return true
	}
	d.apart(n)
	start := len(d.addresses)
	list := d.walk(n)
	empty := true
	for a := list.next(); a >= 0 && len(d.addresses) < maxAddresses; a = list.next() {
		if !d.isList(a) {
			d.odd("bad-address", a)
			empty = false
			continue
		}
		if !empty {
			d.together(a, "addresses")
		}
		empty = false
		if len(d.addresses) < cap(d.addresses) {
			d.addresses = d.addresses[:len(d.addresses)+1] // every field is set
		} else {
			d.addresses = append(d.addresses, Address{})
		}
		d.address(&d.addresses[len(d.addresses)-1], a)
	}
	*to = d.addresses[start:len(d.addresses):len(d.addresses)]
	if empty {
		d.odd("empty-address-list", n)
	}
	return true
}

// address is "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")".
func (d *Decoder) address(a *Address, node int32) {
	r := d.walk(node)
	whole := d.stringInto(&a.Name, &r)
	whole = d.stringInto(&a.ADL, &r) && whole
	whole = d.stringInto(&a.Mailbox, &r) && whole
	whole = d.stringInto(&a.Host, &r) && whole
	if !whole || r.next() >= 0 {
		d.odd("bad-address", node)
	}
}
