package response

import (
	"bytes"

	"imapsh/internal/wire"
)

// flags is "FLAGS" SP flag-list.
func (d *Decoder) flags(_ *row, _ uint32, r *wire.Cursor) Value {
	d.v.flags.Flags = d.flagList(r.Skip(), (*Decoder).checkFlag)
	d.more(r)
	return &d.v.flags
}

// flagList returns the words of a parenthesized list of flags or attributes, after calling check for each;
// a single word without parentheses is accepted with an oddity.
func (d *Decoder) flagList(node int32, check func(d *Decoder, flag []byte, node int32)) [][]byte {
	start := len(d.words)
	words := d.words
	if d.isList(node) {
		r := d.walk(node)
		for n := r.next(); n >= 0 && len(words) < maxWords; n = r.next() {
			flag := d.Tree.Bytes(n)
			check(d, flag, n)
			words = append(words, flag)
		}
		return d.took(words, start)
	}
	d.odd("list-expected", node)
	if node < 0 || d.isNil(node) {
		return nil
	}
	return d.took(append(words, d.Tree.Bytes(node)), start)
}

// checkFlag checks flag = "\Answered" / … / flag-keyword / flag-extension, where flag-keyword = atom and
// flag-extension = "\" atom (RFC 9051 §9).
func (d *Decoder) checkFlag(flag []byte, node int32) {
	if len(flag) > 1 && flag[0] == '\\' && flag[1] == '*' {
		d.odd("wildcard-flag", node)
		return
	}
	d.checkPermanent(flag, node)
}

// checkPermanent checks flag-perm = flag / "\*".
func (d *Decoder) checkPermanent(flag []byte, node int32) {
	if fault, at := d.flagFault(flag, node); fault != "" {
		d.oddAt("bad-flag", d.Tree.Nodes[node].Off+at, fault)
	}
}

// checkAttribute checks mbx-list-oflag and mbx-list-sflag: all of them are flag-extension = "\" atom.
func (d *Decoder) checkAttribute(flag []byte, node int32) {
	fault, at := d.flagFault(flag, node)
	switch {
	case fault != "":
	case flag[0] != '\\':
		fault = "a word without one"
	case flag[1] == '*':
		fault, at = `"\*"`, 0
	default:
		return
	}
	d.oddAt("bad-attribute", d.Tree.Nodes[node].Off+at, fault)
}

// flagFault returns why a word is not atom, "\" atom or "\*", and at which byte of it. The parser has
// reported characters that no atom may have.
func (d *Decoder) flagFault(flag []byte, node int32) (fault string, at int32) {
	switch d.kind(node) {
	case wire.Atom, wire.Junk:
	case wire.List:
		return "a list", 0
	default:
		return "a string", 0
	}
	if flag[0] == '\\' {
		switch {
		case len(flag) == 1:
			return "only a backslash", 0
		case flag[1] == '*' && len(flag) > 2:
			return `"\*" and more`, 0
		}
	}
	if i := bytes.IndexByte(flag, ']'); i >= 0 {
		return `one with "]"`, int32(i)
	}
	return "", 0
}
