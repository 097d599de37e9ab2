package response

import "imapsh/internal/wire"

// namespace is namespace-response = "NAMESPACE" SP namespace SP namespace SP namespace (RFC 9051 §9).
func (d *Decoder) namespace(_ *row, _ uint32, r *wire.Cursor) Value {
	ns := &d.v.namespace
	*ns = Namespace{}
	for _, part := range []*[]NamespaceEntry{&ns.Personal, &ns.Other, &ns.Shared} {
		n := r.Skip()
		switch {
		case n < 0:
			d.odd("bad-namespace", n)
			return ns
		case d.isList(n):
			d.apart(n)
			*part = d.namespaceEntries(n)
		case !d.isNil(n):
			d.odd("bad-namespace", n)
		}
	}
	d.more(r)
	return ns
}

// namespaceEntries is namespace = nil / "(" 1*namespace-descr ")".
func (d *Decoder) namespaceEntries(list int32) []NamespaceEntry {
	start := len(d.spaces)
	r := d.Tree.Inside(list)
	if r.Done() {
		d.odd("bad-namespace", list)
	}
	for n := r.Skip(); n >= 0 && len(d.spaces) < maxItems; n = r.Skip() {
		if !d.isList(n) {
			d.odd("bad-namespace", n)
			continue
		}
		if len(d.spaces) > start {
			d.together(n, "prefixes")
		}
		d.spaces = append(d.spaces, d.namespaceEntry(n))
	}
	return d.spaces[start:len(d.spaces):len(d.spaces)]
}

// namespaceEntry is namespace-descr = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil)
// [namespace-response-extensions] ")".
func (d *Decoder) namespaceEntry(list int32) (e NamespaceEntry) {
	r := d.walk(list)
	prefix, delim := r.next(), int32(-1)
	if prefix >= 0 {
		e.Prefix = d.nstring(prefix)
		d.checkMailbox(e.Prefix, prefix)
		delim = r.next()
	}
	if delim < 0 || e.Prefix.Nil {
		d.odd("bad-namespace", list)
		return e
	}
	e.Delim = d.delim(delim)
	for name := r.next(); name >= 0; name = r.next() { // namespace-response-extension = SP string SP "(" … ")"
		if values := r.next(); !d.isList(values) {
			d.odd("bad-namespace", name)
		}
	}
	return e
}
