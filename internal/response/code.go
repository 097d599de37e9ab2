package response

import "imapsh/internal/wire"

// codes are the response codes whose arguments have a grammar. All others may have any text.
var codes = map[string]func(d *Decoder, c *Code, r *wire.Cursor){
	"ANNOTATE":           (*Decoder).codeAnnotate,
	"APPENDUID":          (*Decoder).codeAppendUID,
	"BADCHARSET":         (*Decoder).codeCharsets,
	"BADEVENT":           (*Decoder).codeEvents,
	"CAPABILITY":         (*Decoder).codeCaps,
	"COPYUID":            (*Decoder).codeCopyUID,
	"HIGHESTMODSEQ":      (*Decoder).codeModSeq,
	"MAILBOXID":          (*Decoder).codeObjectID,
	"MAXCONVERTMESSAGES": (*Decoder).codeNumber,
	"MAXCONVERTPARTS":    (*Decoder).codeNumber,
	"METADATA":           (*Decoder).codeMetadata,
	"MODIFIED":           (*Decoder).codeModified,
	"NOUPDATE":           (*Decoder).codeTag,
	"PERMANENTFLAGS":     (*Decoder).codeFlags,
	"UIDNEXT":            (*Decoder).codeNumber,
	"UIDVALIDITY":        (*Decoder).codeNumber,
	"UNSEEN":             (*Decoder).codeNumber,
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

// noMore notes arguments where all that a code takes has come.
func (d *Decoder) noMore(r *wire.Cursor, name, takes string) {
	if !r.Done() {
		d.oddAt("wrong-code-arguments", r.Off(), name, takes)
	}
}

func (d *Decoder) codeCaps(c *Code, r *wire.Cursor) { c.Caps = d.offered(r) }

// codeFlags is "PERMANENTFLAGS" SP "(" [flag-perm *(SP flag-perm)] ")".
func (d *Decoder) codeFlags(c *Code, r *wire.Cursor) {
	if r.Done() {
		d.oddAt("list-expected", r.Off())
		return
	}
	c.Flags = d.flagList(r.Skip(), (*Decoder).checkPermanent)
	d.noMore(r, "PERMANENTFLAGS", "a list of flags")
}

// codeNumber is name SP nz-number.
func (d *Decoder) codeNumber(c *Code, r *wire.Cursor) {
	d.codeNum(c, r, maxNumber, "zero-value")
	d.noMore(r, "the code", "a number")
}

// codeModSeq is "HIGHESTMODSEQ" SP mod-sequence-value (RFC 7162 §7).
func (d *Decoder) codeModSeq(c *Code, r *wire.Cursor) {
	d.codeNum(c, r, maxNumber64, "zero-modseq")
	d.noMore(r, "HIGHESTMODSEQ", "a number")
}

// codeNum reads a number from 1; zero is the oddity of a 0.
func (d *Decoder) codeNum(c *Code, r *wire.Cursor, limit uint64, zero string) {
	if r.Done() {
		d.oddAt("number-expected", r.Off())
		return
	}
	c.Num, c.HasNum = d.nz(r.Skip(), limit, zero)
}

// codeAppendUID is "APPENDUID" SP nz-number SP append-uid; append-uid is a uid-set where several
// messages were appended (RFC 3502, RFC 4315 §4).
func (d *Decoder) codeAppendUID(c *Code, r *wire.Cursor) {
	d.codeNum(c, r, maxNumber, "zero-value")
	d.codeSets(r, 1, "APPENDUID", "a UIDVALIDITY and the UIDs")
}

// codeCopyUID is "COPYUID" SP nz-number SP uid-set SP uid-set.
func (d *Decoder) codeCopyUID(c *Code, r *wire.Cursor) {
	d.codeNum(c, r, maxNumber, "zero-value")
	d.codeSets(r, 2, "COPYUID", "a UIDVALIDITY and two sets of UIDs")
}

// codeModified is "MODIFIED" SP sequence-set (RFC 7162 §7).
func (d *Decoder) codeModified(_ *Code, r *wire.Cursor) {
	d.codeSets(r, 1, "MODIFIED", "a set of numbers")
}

// codeSets notes where not just as many sets of UIDs are left.
func (d *Decoder) codeSets(r *wire.Cursor, want int, name, takes string) {
	for ; want > 0 && !r.Done(); want-- {
		n := r.Node()
		if !setOfNumbers(d.Tree.Bytes(n)) {
			break
		}
		r.Skip()
		d.checkSet(n)
	}
	if want > 0 || !r.Done() {
		d.oddAt("wrong-code-arguments", r.Off(), name, takes)
	}
}

// codeObjectID is "MAILBOXID" SP "(" objectid ")" (RFC 8474 §7).
func (d *Decoder) codeObjectID(_ *Code, r *wire.Cursor) {
	if r.Done() {
		d.oddAt("object-id-expected", r.Off())
		return
	}
	d.objectID(r.Skip())
	d.noMore(r, "MAILBOXID", "an identifier in parentheses")
}

// codeCharsets is "BADCHARSET" [SP "(" charset *(SP charset) ")" ].
func (d *Decoder) codeCharsets(_ *Code, r *wire.Cursor) {
	if r.Done() {
		return
	}
	n := r.Skip()
	if !d.isList(n) {
		d.odd("list-expected", n)
	} else if charsets := d.walk(n); charsets.next() < 0 {
		d.oddAt("wrong-code-arguments", d.Tree.Nodes[n].Off, "BADCHARSET", "nothing or a list of charsets")
	}
	d.noMore(r, "BADCHARSET", "nothing or a list of charsets")
}

// codeEvents is "BADEVENT" SP "(" event-name *(SP event-name) ")" (RFC 5465 §8).
func (d *Decoder) codeEvents(_ *Code, r *wire.Cursor) {
	if n := r.Skip(); !d.isList(n) {
		d.oddAt("list-expected", d.offOr(n, r))
		return
	}
	d.noMore(r, "BADEVENT", "a list of events")
}

// codeTag is "NOUPDATE" SP quoted (RFC 5267 §4.3).
func (d *Decoder) codeTag(_ *Code, r *wire.Cursor) {
	if n := r.Skip(); n < 0 || d.kind(n) != wire.Quoted {
		d.oddAt("wrong-code-arguments", d.offOr(n, r), "NOUPDATE", "a tag in quotes")
		return
	}
	d.noMore(r, "NOUPDATE", "a tag in quotes")
}

// codeMetadata is "METADATA" SP ("LONGENTRIES" SP number / "MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")
// (RFC 5464 §5).
func (d *Decoder) codeMetadata(_ *Code, r *wire.Cursor) {
	const takes = "LONGENTRIES or MAXSIZE and a number, TOOMANY, or NOPRIVATE"
	switch {
	case r.Is("LONGENTRIES"), r.Is("MAXSIZE"):
		if n := r.Skip(); n < 0 {
			d.oddAt("number-expected", r.Off())
		} else {
			d.num(n, maxNumber)
		}
	case r.Is("TOOMANY"), r.Is("NOPRIVATE"):
	default:
		d.oddAt("wrong-code-arguments", r.Off(), "METADATA", takes)
		return
	}
	d.noMore(r, "METADATA", takes)
}

// codeAnnotate is "ANNOTATE" SP ("TOOBIG" / "TOOMANY") (RFC 5257 §8).
func (d *Decoder) codeAnnotate(_ *Code, r *wire.Cursor) {
	if !r.Is("TOOBIG") && !r.Is("TOOMANY") {
		d.oddAt("wrong-code-arguments", r.Off(), "ANNOTATE", "TOOBIG or TOOMANY")
		return
	}
	d.noMore(r, "ANNOTATE", "TOOBIG or TOOMANY")
}

// offOr is where a node begins; for a node < 0, where r ends.
func (d *Decoder) offOr(node int32, r *wire.Cursor) int32 {
	if node < 0 {
		return r.Off()
	}
	return d.Tree.Nodes[node].Off
}
