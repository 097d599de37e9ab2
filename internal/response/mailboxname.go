package response

import (
	"bytes"

	"imapsh/internal/wire"
)

// mailbox is mailbox = "INBOX" / astring. A name that is not the encoding of any name is an oddity: clients
// cannot send it back.
func (d *Decoder) mailbox(node int32) String {
	s := d.astring(node)
	d.checkMailbox(s, node)
	return s
}

// checkMailbox checks a name, unless UTF-8 is enabled in place of modified UTF-7. The parser has reported
// bytes beyond ASCII outside a literal.
func (d *Decoder) checkMailbox(s String, node int32) {
	if d.Tree.UTF8 || bytes.IndexByte(s.B, '&') < 0 && (s.Lit < 0 || ascii(s.B)) {
		return
	}
	reason, at := wire.CheckMailbox(string(s.B))
	if reason == "" || s.Lit < 0 && !ascii(s.B) {
		return
	}
	off := s.Off
	switch {
	case s.Lit >= 0:
		off = int32(d.Tree.Frame.Literals[s.Lit].At + at)
	case d.kind(node) == wire.Quoted:
		if bytes.IndexByte(d.Tree.Bytes(node), '\\') < 0 {
			off += 1 + int32(at)
		}
	default:
		off += int32(at)
	}
	d.oddAt("bad-mailbox-name", off, reason)
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
