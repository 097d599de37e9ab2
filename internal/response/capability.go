package response

import (
	"bytes"

	"imapsh/internal/wire"
)

// capability is capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev2" *(SP capability)
// (RFC 9051 §9; "IMAP4rev1" in RFC 3501 §9).
func (d *Decoder) capability(_ *row, _ uint32, r *wire.Cursor) Value {
	d.v.capability.Caps = d.offered(r)
	return &d.v.capability
}

// enabled is enable-data = "ENABLED" *(SP capability).
func (d *Decoder) enabled(_ *row, _ uint32, r *wire.Cursor) Value {
	d.v.enabled.Caps = d.capabilities(r)
	return &d.v.enabled
}

// offered reads the capabilities of a server, which must include its revision of IMAP.
func (d *Decoder) offered(r *wire.Cursor) [][]byte {
	if r.Done() {
		d.oddAt("no-capabilities", r.Off())
		return nil
	}
	off := r.Off()
	caps := d.capabilities(r)
	for _, c := range caps {
		if is(c, "IMAP4REV1") || is(c, "IMAP4REV2") {
			return caps
		}
	}
	d.oddAt("no-revision", off)
	return caps
}

// capabilities reads capability = ("AUTH=" auth-type) / atom until the end of r. Quoted ones, and those in
// a list, are accepted with an oddity.
func (d *Decoder) capabilities(r *wire.Cursor) [][]byte {
	start := len(d.words)
	words := d.words
	for n := r.Skip(); n >= 0 && len(words) < maxWords; n = r.Skip() {
		switch d.kind(n) {
		case wire.Atom:
			word := d.Tree.Bytes(n)
			if i := bytes.IndexAny(word, `\]`); i >= 0 {
				d.oddAt("bad-capability", d.Tree.Nodes[n].Off+int32(i), "a word with a backslash or a bracket")
			}
			words = append(words, word)
		case wire.List:
			d.oddAt("bad-capability", d.Tree.Nodes[n].Off, "a list")
			within := d.walk(n)
			for n := within.next(); n >= 0 && len(words) < maxWords; n = within.next() {
				words = append(words, d.Tree.Bytes(n))
			}
		case wire.Junk: // the parser has reported it
			words = append(words, d.Tree.Bytes(n))
		default:
			d.oddAt("bad-capability", d.Tree.Nodes[n].Off, "a string")
			words = append(words, d.str(n).B)
		}
	}
	return d.took(words, start)
}
