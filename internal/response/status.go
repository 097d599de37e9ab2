package response

import (
	"bytes"

	"imapsh/internal/wire"
)

// statusResponse reads resp-text after the condition.
func (d *Decoder) statusResponse(r *wire.Cursor, tag []byte, cond Cond) Value {
	s := &d.v.status
	*s = Status{Tag: tag, Cond: cond}
	s.Code = d.codeIn(r)
	s.Text = r.Rest()
	return s
}

// continuation is continue-req = "+" SP (resp-text / base64) CRLF.
func (d *Decoder) continuation(r *wire.Cursor, plus int32) Value {
	c := &d.v.continuation
	text := *r
	*c = Continuation{Code: d.codeIn(r)}
	c.Text = text.Rest()
	return c
}

// codeIn reads the response code, if the next piece is one.
func (d *Decoder) codeIn(r *wire.Cursor) *Code {
	n := r.Node()
	if n < 0 || d.kind(n) != wire.Code {
		return nil
	}
	r.Skip()
	return d.code(n)
}

// split returns the words between spaces.
func (d *Decoder) split(b []byte) [][]byte {
	start := len(d.words)
	words := d.words
	for len(b) > 0 && len(words) < maxWords {
		word := b
		if i := bytes.IndexByte(b, ' '); i >= 0 {
			word, b = b[:i:i], b[i+1:]
		} else {
			b = nil
		}
		if len(word) > 0 {
			words = append(words, word)
		}
	}
	if len(words) == start {
		return nil
	}
	return d.took(words, start)
}
