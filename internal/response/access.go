package response

import "imapsh/internal/wire"

// mailboxBefore reads the mailbox that a response begins with.
func (d *Decoder) mailboxBefore(r *wire.Cursor) (s String, ok bool) {
	n := r.Skip()
	if n < 0 {
		d.odd("missing-mailbox", n)
		return String{Lit: -1}, false
	}
	return d.mailbox(n), true
}

// quota is quota-response = "QUOTA" SP quota-root-name SP quota-list (RFC 9208 §5).
func (d *Decoder) quota(_ *row, _ uint32, r *wire.Cursor) Value {
	q := &d.v.quota
	*q = Quota{Root: String{Lit: -1}}
	if !d.isList(r.Node()) { // if it is a list, the name is missing, as in responses of Courier and others
		n := r.Skip()
		if n < 0 {
			d.odd("bad-quota", n)
			return q
		}
		q.Root = d.astring(n)
	} else {
		d.odd("string-expected", r.Node())
	}
	n := r.Skip()
	if !d.isList(n) {
		d.odd("bad-quota-list", n)
		return q
	}
	start := len(d.resources)
	items := d.Tree.Inside(n)
	for name := items.Skip(); name >= 0 && len(d.resources) < maxItems; name = items.Skip() {
		res := QuotaResource{Name: d.Tree.Bytes(name)}
		used, limit := items.Skip(), items.Skip()
		if used < 0 || limit < 0 {
			d.odd("bad-quota", name)
			break
		}
		var hasUsed, hasLimit bool
		res.Used, hasUsed = d.hasNum(used, maxNumber64)
		res.Limit, hasLimit = d.hasNum(limit, maxNumber64)
		if hasUsed && hasLimit { // otherwise it is only in the wire line
			d.resources = append(d.resources, res)
		}
	}
	q.Resources = d.resources[start:len(d.resources):len(d.resources)]
	d.more(r)
	return q
}

// quotaRoot is quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name).
func (d *Decoder) quotaRoot(_ *row, _ uint32, r *wire.Cursor) Value {
	q := &d.v.quotaRoot
	*q = QuotaRoot{}
	q.Mailbox, _ = d.mailboxBefore(r)
	q.Roots = d.stringsLeft(r)
	return q
}

// acl is acl-data = "ACL" SP mailbox *(SP identifier SP rights) (RFC 4314 §7).
func (d *Decoder) acl(_ *row, _ uint32, r *wire.Cursor) Value {
	a := &d.v.acl
	*a = ACL{}
	a.Mailbox, _ = d.mailboxBefore(r)
	a.Entries = d.stringsLeft(r)
	if len(a.Entries)%2 != 0 {
		d.odd("identifier-without-rights", -1)
	}
	return a
}

// myRights is myrights-data = "MYRIGHTS" SP mailbox SP rights.
func (d *Decoder) myRights(_ *row, _ uint32, r *wire.Cursor) Value {
	m := &d.v.myRights
	*m = MyRights{Rights: nilString}
	m.Mailbox, _ = d.mailboxBefore(r)
	n := r.Skip()
	if n < 0 {
		d.odd("missing-rights", n)
		return m
	}
	m.Rights = d.astring(n)
	d.more(r)
	return m
}

// listRights is listrights-data = "LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights).
func (d *Decoder) listRights(_ *row, _ uint32, r *wire.Cursor) Value {
	l := &d.v.listRights
	*l = ListRights{Identifier: nilString, Required: nilString}
	l.Mailbox, _ = d.mailboxBefore(r)
	identifier, required := r.Skip(), r.Skip()
	if required < 0 {
		d.odd("missing-rights", required)
		if identifier < 0 {
			return l
		}
	} else {
		l.Required = d.astring(required)
	}
	l.Identifier = d.astring(identifier)
	l.Optional = d.stringsLeft(r)
	return l
}

// metadata is metadata-resp = "METADATA" SP mailbox SP (entry-values / entry-list) (RFC 5464 §5).
func (d *Decoder) metadata(row *row, _ uint32, r *wire.Cursor) Value {
	m := &d.v.metadata
	*m = Metadata{Named: row.name}
	m.Mailbox, _ = d.mailboxBefore(r)
	start := len(d.entries)
	n := r.Node()
	if n < 0 {
		d.oddAt("missing-entry", r.Off())
	}
	if !d.isList(n) { // entry-list = entry *(SP entry)
		for n := r.Skip(); n >= 0 && len(d.entries) < maxItems; n = r.Skip() {
			d.entries = append(d.entries, MetadataEntry{Name: d.astring(n), Attr: nilString})
		}
		m.Entries = d.entries[start:len(d.entries):len(d.entries)]
		return m
	}
	r.Skip()
	values := d.walk(n)
	if first := values; first.next() < 0 {
		d.odd("missing-entry", n)
	}
	for entry := values.next(); entry >= 0 && len(d.entries) < maxItems; entry = values.next() {
		e := MetadataEntry{Name: d.astring(entry), Attr: nilString}
		if value := values.next(); value >= 0 {
			e.Value, e.HasValue = d.nstring(value), true
		} else {
			d.odd("entry-without-value", entry)
		}
		d.entries = append(d.entries, e)
	}
	m.Entries = d.entries[start:len(d.entries):len(d.entries)]
	d.more(r)
	return m
}

// annotation is "ANNOTATION" SP mailbox 1*(SP entry SP "(" 1*(attribute SP value) ")"), from the drafts
// before METADATA.
func (d *Decoder) annotation(row *row, _ uint32, r *wire.Cursor) Value {
	m := &d.v.metadata
	*m = Metadata{Named: row.name}
	m.Mailbox, _ = d.mailboxBefore(r)
	start := len(d.entries)
	for entry := r.Skip(); entry >= 0 && len(d.entries) < maxItems; entry = r.Skip() {
		name := d.astring(entry)
		if !d.isList(r.Node()) {
			d.entries = append(d.entries, MetadataEntry{Name: name, Attr: nilString})
			continue
		}
		values := d.walk(r.Skip())
		for attr := values.next(); attr >= 0 && len(d.entries) < maxItems; attr = values.next() {
			e := MetadataEntry{Name: name, Attr: d.astring(attr)}
			if value := values.next(); value >= 0 {
				e.Value, e.HasValue = d.nstring(value), true
			} else {
				d.odd("entry-without-value", attr)
			}
			d.entries = append(d.entries, e)
		}
	}
	m.Entries = d.entries[start:len(d.entries):len(d.entries)]
	return m
}

// stringsOnly is GENURLAUTH, URLFETCH (RFC 4467 §9), LANGUAGE and COMPARATOR (RFC 5255 §3.5, §4.8).
func (d *Decoder) stringsOnly(row *row, _ uint32, r *wire.Cursor) Value {
	s := &d.v.stringsOf
	*s = Strings{Named: row.name}
	start := len(d.strings)
	if row.name == "LANGUAGE" && !d.isList(r.Node()) {
		d.odd("list-expected", r.Node())
	}
	for n := r.Skip(); n >= 0 && len(d.strings) < maxItems; n = r.Skip() {
		if d.isList(n) {
			d.stringsIn(n)
			continue
		}
		one := d.str(n)
		one.Nil = d.isNil(n)
		d.strings = append(d.strings, one)
	}
	s.Values = d.strings[start:len(d.strings):len(d.strings)]
	if len(s.Values) == 0 && row.name != "LANGUAGE" {
		d.odd("string-expected", -1)
	}
	return s
}
