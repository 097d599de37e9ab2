package response

import (
	"bytes"

	"imapsh/internal/wire"
)

// IsBody reports whether the value of an item of a FETCH response, named as received, is bytes of the
// message: BODY[…], BINARY[…], RFC822, RFC822.HEADER or RFC822.TEXT.
func IsBody(item []byte) bool {
	name := item
	if i := bytes.IndexByte(name, '['); i >= 0 {
		if name = name[:i]; bytes.EqualFold(name, []byte("BODY")) {
			return true
		}
	}
	return attributes[string(bytes.ToUpper(name))].kind == ItemBody
}

// longestItem is how many bytes before a literal its item may begin. The bound is needed because a response
// may have as many literals as bytes.
const longestItem = 16 << 10

// LiteralOf returns, from the bytes of a FETCH response up to a literal, the message's number and the item
// whose value the literal is: "BODY[TEXT]<0>". ok is false if raw is anything else, or the item is very long.
func LiteralOf(raw []byte) (seq uint32, item []byte, ok bool) {
	rest, ok := bytes.CutPrefix(raw, []byte("* "))
	num, rest, _ := bytes.Cut(rest, []byte(" "))
	n, isNum := wire.Number(num)
	if !ok || !isNum || n > 1<<32-1 || len(rest) < 5 || !bytes.EqualFold(rest[:5], []byte("FETCH")) {
		return 0, nil, false
	}
	from := max(0, len(rest)-longestItem)
	rest = rest[from:]
	at := bytes.LastIndexByte(rest, '{')
	if at < 0 {
		return 0, nil, false
	}
	head := bytes.TrimRight(rest[:at], "~ ")
	i := bytes.LastIndexAny(head, " (")
	if i < 0 || bytes.IndexByte(head[i:], ']') >= 0 {
		section := bytes.LastIndexByte(head, '[')
		if section < 0 && from > 0 {
			return 0, nil, false
		}
		if section >= 0 {
			i = bytes.LastIndexAny(head[:section], " (")
		}
	}
	if i < 0 && from > 0 {
		return 0, nil, false
	}
	return uint32(n), head[i+1:], true
}
