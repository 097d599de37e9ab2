package response

import "imapsh/internal/wire"

// number is number SP "EXISTS" / number SP "RECENT" / nz-number SP "EXPUNGE".
func (d *Decoder) number(row *row, num uint32, r *wire.Cursor) Value {
	d.v.number = Number{Named: row.name, Num: num}
	d.more(r)
	return &d.v.number
}

// list is mailbox-list (RFC 9051 §9), the same for LSUB and XLIST.
func (d *Decoder) list(row *row, _ uint32, r *wire.Cursor) Value {
	l := &d.v.list
	*l = List{Named: row.name}
	l.Mailbox.Lit = -1
	if d.isList(r.Node()) {
		l.Attrs = d.flagList(r.Skip(), (*Decoder).checkAttribute)
	} else {
		d.odd("list-expected", r.Node())
		if n := r.Node(); n >= 0 && d.isNil(n) {
			r.Skip()
		}
	}
	if n := r.Skip(); n >= 0 {
		l.Delim = d.delim(n)
	}
	n := r.Skip()
	if n < 0 {
		d.odd("missing-mailbox", n)
		return l
	}
	l.Mailbox = d.mailbox(n)
	if n := r.Node(); d.isList(n) {
		l.Extended = d.Tree.Bytes(n)
		l.Extras = d.listExtras(n)
		r.Skip()
	}
	d.more(r)
	return l
}

// listExtras is mbox-list-extended = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")".
func (d *Decoder) listExtras(list int32) []ListExtra {
	start := len(d.extras)
	r := d.Tree.Inside(list)
	for tag := r.Skip(); tag >= 0 && len(d.extras) < maxItems; tag = r.Skip() {
		extra := ListExtra{Name: d.astring(tag)}
		value := r.Skip()
		if value < 0 {
			d.odd("item-without-value", tag)
		} else {
			extra.Values = d.stringsIn(value)
			if is(extra.Name.B, "OLDNAME") && d.isList(value) {
				if name := d.Tree.Inside(value); !name.Done() {
					d.mailbox(name.Node())
				}
			}
		}
		d.extras = append(d.extras, extra)
	}
	return d.extras[start:len(d.extras):len(d.extras)]
}

// stringsIn returns the strings of a list, or the one string that is there instead of a list; lists within
// the list are returned as they are.
func (d *Decoder) stringsIn(node int32) []String {
	start := len(d.strings)
	if !d.isList(node) {
		d.strings = append(d.strings, d.str(node))
	} else {
		r := d.walk(node)
		for n := r.next(); n >= 0 && len(d.strings) < maxItems; n = r.next() {
			s := d.str(n)
			s.Nil = d.isNil(n)
			d.strings = append(d.strings, s)
		}
	}
	return d.strings[start:len(d.strings):len(d.strings)]
}

// stringsLeft returns the rest of r, each piece an astring.
func (d *Decoder) stringsLeft(r *wire.Cursor) []String {
	start := len(d.strings)
	for n := r.Skip(); n >= 0 && len(d.strings) < maxItems; n = r.Skip() {
		d.strings = append(d.strings, d.astring(n))
	}
	return d.strings[start:len(d.strings):len(d.strings)]
}

// mailboxStatus is "STATUS" SP mailbox SP "(" [status-att-list] ")".
func (d *Decoder) mailboxStatus(_ *row, _ uint32, r *wire.Cursor) Value {
	s := &d.v.mailboxStatus
	*s = MailboxStatus{}
	s.Mailbox.Lit = -1
	n := r.Skip()
	if n < 0 {
		d.odd("missing-mailbox", n)
		return s
	}
	s.Mailbox = d.mailbox(n)
	if !d.isList(r.Node()) {
		d.odd("list-expected", r.Node())
		return s
	}
	items := d.Tree.Inside(r.Skip())
	start := len(d.scratch.status)
	for name := items.Skip(); name >= 0 && len(d.scratch.status) < maxItems; name = items.Skip() {
		item := StatusItem{Name: d.Tree.Bytes(name)}
		value := items.Skip()
		if value < 0 {
			d.odd("item-without-value", name)
		} else {
			item.Raw = d.Tree.Bytes(value)
			item.Num, item.HasNum = d.itemNumber(value)
			item.Nil = d.isNil(value)
			d.checkStatus(&item, value)
			if d.isList(value) {
				id := d.walk(value)
				if n := id.next(); n >= 0 {
					item.ID = d.Tree.Bytes(n)
				}
			}
		}
		d.scratch.status = append(d.scratch.status, item)
	}
	s.Items = d.scratch.status[start:]
	d.more(r)
	return s
}

// counts are the STATUS items that are numbers (RFC 3501, RFC 7162, RFC 8438, RFC 9051, RFC 9208).
var counts = map[string]struct {
	limit uint64
	nz    bool // not 0
	none  bool // may be NIL (RFC 7889 §4)
}{
	"MESSAGES":        {limit: maxNumber},
	"RECENT":          {limit: maxNumber},
	"UIDNEXT":         {limit: maxNumber, nz: true},
	"UIDVALIDITY":     {limit: maxNumber, nz: true},
	"UNSEEN":          {limit: maxNumber},
	"DELETED":         {limit: maxNumber},
	"SIZE":            {limit: maxNumber64},
	"HIGHESTMODSEQ":   {limit: maxNumber64},
	"DELETED-STORAGE": {limit: maxNumber64},
	"APPENDLIMIT":     {limit: maxNumber, none: true},
}

// checkStatus checks status-att-val.
func (d *Decoder) checkStatus(item *StatusItem, value int32) {
	if is(item.Name, "MAILBOXID") {
		d.objectID(value)
		return
	}
	takes, ok := counts[string(d.upper(item.Name))]
	if !ok || item.Nil && takes.none {
		return
	}
	switch n, _ := parseNumber(item.Raw, maxNumber64); {
	case !item.HasNum && n == 0: // a number beyond 63 bits has been reported already
		d.odd("number-expected", value)
	case item.HasNum && item.Num > takes.limit:
		d.odd("number-too-large", value)
	case item.HasNum && takes.nz:
		d.checkNZ(value, "zero-value")
	}
}

// itemNumber reads a value that need not be a number; a number that is too large is an oddity.
func (d *Decoder) itemNumber(node int32) (uint64, bool) {
	if d.kind(node) != wire.Atom {
		return 0, false
	}
	n, ok := parseNumber(d.Tree.Bytes(node), maxNumber64)
	if !ok && n == maxNumber64 {
		d.odd("number-too-large", node)
	}
	if !ok {
		return 0, false
	}
	return n, true
}

// id is id-response = "ID" SP id-params-list (RFC 2971 §4).
func (d *Decoder) id(_ *row, _ uint32, r *wire.Cursor) Value {
	v := &d.v.id
	*v = ID{}
	n := r.Skip()
	if !d.isList(n) {
		v.Nil = n >= 0 && d.isNil(n)
		if !v.Nil {
			d.odd("odd-id", n)
		}
		d.more(r)
		return v
	}
	start := len(d.strings)
	fields := d.Tree.Inside(n)
	for f := fields.Skip(); f >= 0 && len(d.strings) < maxItems; f = fields.Skip() {
		field := d.nstring(f)
		if field.Nil && (len(d.strings)-start)%2 == 0 {
			d.odd("odd-id", f)
		}
		d.strings = append(d.strings, field)
	}
	v.Fields = d.strings[start:]
	if len(v.Fields)%2 != 0 {
		d.odd("odd-id", n)
	}
	d.more(r)
	return v
}
