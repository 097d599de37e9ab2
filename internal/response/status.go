package response

import (
	"bytes"

	"imapsh/internal/wire"
)

// statusResponse reads resp-text behind the condition.
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

// codes are the response codes whose arguments are more than words.
var codes = map[string]func(d *Decoder, c *Code, r *wire.Cursor){
	"CAPABILITY":     (*Decoder).codeCaps,
	"PERMANENTFLAGS": (*Decoder).codeFlags,
	"UIDVALIDITY":    (*Decoder).codeNumber,
	"UIDNEXT":        (*Decoder).codeNumber,
	"UNSEEN":         (*Decoder).codeNumber,
	"APPENDUID":      (*Decoder).codeAppendUID,
	"COPYUID":        (*Decoder).codeCopyUID,
	"HIGHESTMODSEQ":  (*Decoder).codeNumber64,
	"APPENDLIMIT":    (*Decoder).codeNumber64,
}

// code is resp-text-code in its brackets.
func (d *Decoder) code(node int32) *Code {
	c := &d.v.code
	*c = Code{}
	r := d.Tree.Inside(node)
	name := r.Skip()
	if name < 0 {
		d.odd("empty-code", node)
		return c
	}
	c.Name = d.Tree.Bytes(name)
	c.Args = r.Rest()
	if read, ok := codes[string(d.upper(c.Name))]; ok {
		d.args = r
		read(d, c, &d.args)
	}
	if c.Caps == nil && c.Flags == nil {
		c.Words = d.split(c.Args)
	}
	return c
}

func (d *Decoder) codeCaps(c *Code, r *wire.Cursor)  { c.Caps = d.offered(r) }
func (d *Decoder) codeFlags(c *Code, r *wire.Cursor) { c.Flags = d.flagList(r.Skip()) }

// codeNumber is of an nz-number.
func (d *Decoder) codeNumber(c *Code, r *wire.Cursor) {
	n := r.Node()
	d.codeNum(c, r, maxNumber)
	if c.HasNum && c.Num == 0 {
		d.odd("zero-value", n)
	}
}

func (d *Decoder) codeAppendUID(c *Code, r *wire.Cursor) {
	d.codeNumber(c, r)
	d.codeSets(r, 1, "APPENDUID", "a UIDVALIDITY and the UIDs")
}

func (d *Decoder) codeCopyUID(c *Code, r *wire.Cursor) {
	d.codeNumber(c, r)
	d.codeSets(r, 2, "COPYUID", "a UIDVALIDITY and two sets of UIDs")
}

// codeSets notes where not just as many sets of UIDs are left.
func (d *Decoder) codeSets(r *wire.Cursor, want int, name, takes string) {
	off := r.Off()
	for ; want > 0 && !r.Done(); want-- {
		off = r.Off()
		if !setOfNumbers(d.Tree.Bytes(r.Skip())) {
			break
		}
	}
	if want > 0 || !r.Done() {
		d.oddAt("wrong-code-arguments", off, name, takes)
	}
}

func (d *Decoder) codeNumber64(c *Code, r *wire.Cursor) { d.codeNum(c, r, maxNumber64) }

func (d *Decoder) codeNum(c *Code, r *wire.Cursor, limit uint64) {
	if r.Done() {
		d.oddAt("number-expected", r.Off())
		return
	}
	c.Num, c.HasNum = d.hasNum(r.Skip(), limit)
}

// split gives the words between blanks.
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
