package response

import (
	"bytes"
	"strconv"

	"imapsh/internal/wire"
)

// codeRow is a response code whose arguments have a grammar.
type codeRow struct {
	// read reads the arguments and reports whether the required ones are there; if not, it leaves r where
	// the first missing one should be. Its caller judges what follows the last one.
	read  func(d *Decoder, c *Code, r *wire.Cursor) bool
	takes string // for people
	rule  string
	rfc   string
}

// codes are the response codes whose arguments have a grammar. All others may have any text.
var codes = map[string]*codeRow{
	"ANNOTATE": {(*Decoder).codeAnnotate, "TOOBIG or TOOMANY",
		`resp-text-code =/ "ANNOTATE" SP "TOOBIG" / "ANNOTATE" SP "TOOMANY"`, "RFC 5257 §8"},
	"ANNOTATIONS": {(*Decoder).codeAnnotations, "NONE, READ-ONLY or a number, and NOPRIVATE or nothing",
		`ann-size = "NONE" / (("READ-ONLY" / nz-number) [SP "NOPRIVATE"])`, "RFC 5257 §8"},
	"APPENDUID": {(*Decoder).codeAppendUID, "a UIDVALIDITY and UIDs",
		`resp-code-apnd = "APPENDUID" SP nz-number SP append-uid`, "RFC 9051 §9"},
	"BADCHARSET": {(*Decoder).codeCharsets, "a list of charsets or nothing",
		`resp-text-code = "BADCHARSET" [SP "(" charset *(SP charset) ")" ] / (…)`, "RFC 9051 §9"},
	"BADEVENT": {(*Decoder).codeEvents, "a list of events",
		`unsupported-events-code = "BADEVENT" SP "(" event-name *(SP event-name) ")"`, "RFC 5465 §8"},
	"CAPABILITY": {(*Decoder).codeCaps, "capabilities",
		`capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev2" *(SP capability)`, "RFC 9051 §9"},
	"COPYUID": {(*Decoder).codeCopyUID, "a UIDVALIDITY and two sets of UIDs",
		`resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set`, "RFC 9051 §9"},
	"DOWNGRADED": {(*Decoder).codeNumbers, "a set of numbers",
		`uid-set = (uniqueid / uid-range) *("," uid-set)`, "RFC 6858 §3"},
	"HIGHESTMODSEQ": {(*Decoder).codeModSeq, "a number",
		`resp-text-code =/ "HIGHESTMODSEQ" SP mod-sequence-value`, "RFC 7162 §7"},
	"INPROGRESS": {(*Decoder).codeInProgress, "a tag in quotes or NIL, and how far the command has come, in parentheses, or nothing",
		`resp-text-code =/ "INPROGRESS" [ SP "(" inprogress-tag SP inprogress-state ")" ]; inprogress-state = (nil SP nil) / (number SP nil) / (number SP nz-number)`, "RFC 9585 §5"},
	"MAILBOXID": {(*Decoder).codeObjectID, "an identifier in parentheses",
		`resp-text-code =/ "MAILBOXID" SP "(" objectid ")"`, "RFC 8474 §7"},
	"MAXCONVERTMESSAGES": {(*Decoder).codeNumber, "a number",
		`resp-text-code =/ "MAXCONVERTMESSAGES" SP nz-number`, "RFC 5259 §10"},
	"MAXCONVERTPARTS": {(*Decoder).codeNumber, "a number",
		`resp-text-code =/ "MAXCONVERTPARTS" SP nz-number`, "RFC 5259 §10"},
	"MESSAGELIMIT": {(*Decoder).codeMessageLimit, "a number, and a UID or nothing",
		`resp-text-code =/ "MESSAGELIMIT" SP message-limit [SP uniqueid]`, "RFC 9738 §5"},
	"METADATA": {(*Decoder).codeMetadata, "LONGENTRIES or MAXSIZE and a number, TOOMANY, or NOPRIVATE",
		`resp-text-code =/ "METADATA" SP "LONGENTRIES" SP number / "METADATA" SP ("MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")`, "RFC 5464 §5"},
	"MODIFIED": {(*Decoder).codeNumbers, "a set of numbers",
		`resp-text-code =/ "MODIFIED" SP sequence-set`, "RFC 7162 §7"},
	"NOUPDATE": {(*Decoder).codeTag, "a tag in quotes",
		`resp-text-code =/ "NOUPDATE" SP quoted`, "RFC 5267 §6"},
	"PERMANENTFLAGS": {(*Decoder).codeFlags, "a list of flags",
		`resp-text-code = "PERMANENTFLAGS" SP "(" [flag-perm *(SP flag-perm)] ")" / (…)`, "RFC 9051 §9"},
	"UIDNEXT": {(*Decoder).codeNumber, "a number",
		`resp-text-code = "UIDNEXT" SP nz-number / (…)`, "RFC 9051 §9"},
	"UIDVALIDITY": {(*Decoder).codeNumber, "a number",
		`resp-text-code = "UIDVALIDITY" SP nz-number / (…)`, "RFC 9051 §9"},
	"UNDEFINED-FILTER": {(*Decoder).codeFilter, "the name of a filter",
		`resp-text-code =/ "UNDEFINED-FILTER" SP filter-name; filter-name = 1*<any ATOM-CHAR except "/">`, "RFC 5466 §4"},
	"UNSEEN": {(*Decoder).codeNumber, "a number",
		`resp-text-code = "UNSEEN" SP nz-number / (…)`, "RFC 3501 §9"},
}

// code reads resp-text-code, with its brackets.
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
	upper := d.upper(c.Name)
	if row := codes[string(upper)]; row != nil {
		d.args = r
		if good := row.read(d, c, &d.args); !good || !d.args.Done() {
			o := deviations.Oddity("wrong-code-arguments", int(d.args.Off()), string(d.upper(c.Name)), row.takes)
			o.Rule, o.RFC = row.rule, row.rfc
			d.Odd = append(d.Odd, o)
		}
	}
	if c.Caps == nil && c.Flags == nil {
		c.Words = d.split(c.Args)
	}
	return c
}

func (d *Decoder) codeCaps(c *Code, r *wire.Cursor) bool {
	c.Caps = d.offered(r)
	return true
}

func (d *Decoder) codeFlags(c *Code, r *wire.Cursor) bool {
	if r.Done() {
		d.oddAt("list-expected", r.Off())
		return true
	}
	c.Flags = d.flagList(r.Skip(), (*Decoder).checkPermanent)
	return true
}

func (d *Decoder) codeNumber(c *Code, r *wire.Cursor) bool {
	return d.codeNum(c, r, maxNumber, "zero-value")
}

func (d *Decoder) codeModSeq(c *Code, r *wire.Cursor) bool {
	return d.codeNum(c, r, maxNumber64, "zero-modseq")
}

// codeNum reads a number from 1 up; zero is the oddity to report for 0.
func (d *Decoder) codeNum(c *Code, r *wire.Cursor, limit uint64, zero string) bool {
	if r.Done() {
		d.oddAt("number-expected", r.Off())
		return true
	}
	c.Num, c.HasNum = d.nz(r.Skip(), limit, zero)
	return true
}

// codeAppendUID reads append-uid as a uid-set, because several messages may have been appended
// (RFC 3502, RFC 4315 §4).
func (d *Decoder) codeAppendUID(c *Code, r *wire.Cursor) bool {
	return d.codeNumber(c, r) && d.codeSet(r)
}

// codeCopyUID reads COPYUID, whose second set has a UID for each UID of the first (RFC 9051 §7.1).
func (d *Decoder) codeCopyUID(c *Code, r *wire.Cursor) bool {
	if !d.codeNumber(c, r) {
		return false
	}
	from := r.Bytes()
	if !d.codeSet(r) {
		return false
	}
	to, at := r.Bytes(), r.Off()
	if !d.codeSet(r) {
		return false
	}
	if n, got := SetSize(from), SetSize(to); n != got && n > 0 && got > 0 {
		d.oddAt("uneven-copyuid", at, strconv.FormatInt(got, 10), strconv.FormatInt(n, 10))
	}
	return true
}

func (d *Decoder) codeNumbers(_ *Code, r *wire.Cursor) bool { return d.codeSet(r) }

// codeSet reads a set of numbers.
func (d *Decoder) codeSet(r *wire.Cursor) bool {
	if !setOfNumbers(r.Bytes()) {
		return false
	}
	d.checkSet(r.Skip())
	return true
}

func (d *Decoder) codeObjectID(_ *Code, r *wire.Cursor) bool {
	if r.Done() {
		return false
	}
	d.objectID(r.Skip())
	return true
}

func (d *Decoder) codeCharsets(_ *Code, r *wire.Cursor) bool { return r.Done() || d.codeList(r) }
func (d *Decoder) codeEvents(_ *Code, r *wire.Cursor) bool   { return d.codeList(r) }

// codeList reads a list that is not empty.
func (d *Decoder) codeList(r *wire.Cursor) bool {
	if r.Kind() != wire.List {
		return false
	}
	if within := d.walk(r.Node()); within.next() < 0 {
		return false
	}
	r.Skip()
	return true
}

func (d *Decoder) codeTag(_ *Code, r *wire.Cursor) bool {
	if r.Kind() != wire.Quoted {
		return false
	}
	r.Skip()
	return true
}

func (d *Decoder) codeMetadata(_ *Code, r *wire.Cursor) bool {
	if r.Is("TOOMANY") || r.Is("NOPRIVATE") {
		return true
	}
	if !r.Is("LONGENTRIES") && !r.Is("MAXSIZE") {
		return false
	}
	if n, ok := parseNumber(r.Bytes(), maxNumber); !ok && n != maxNumber {
		return false
	}
	d.num(r.Skip(), maxNumber)
	return true
}

func (d *Decoder) codeAnnotate(_ *Code, r *wire.Cursor) bool {
	return r.Is("TOOBIG") || r.Is("TOOMANY")
}

func (d *Decoder) codeAnnotations(_ *Code, r *wire.Cursor) bool {
	if r.Is("NONE") {
		return true
	}
	if !r.Is("READ-ONLY") && !d.codeCount(r, "zero-value") {
		return false
	}
	r.Is("NOPRIVATE")
	return true
}

func (d *Decoder) codeMessageLimit(_ *Code, r *wire.Cursor) bool {
	return d.codeCount(r, "zero-value") && (r.Done() || d.codeCount(r, "zero-value"))
}

func (d *Decoder) codeFilter(_ *Code, r *wire.Cursor) bool {
	if r.Kind() != wire.Atom || bytes.IndexByte(r.Bytes(), '/') >= 0 {
		return false
	}
	r.Skip()
	return true
}

// codeInProgress reads the details of INPROGRESS, if there are any. The total can be known only if the number of
// what is done is.
func (d *Decoder) codeInProgress(_ *Code, r *wire.Cursor) bool {
	if r.Done() {
		return true
	}
	after := *r
	within, ok := after.List()
	if !ok {
		return false
	}
	if within.Kind() == wire.Quoted {
		within.Skip()
	} else if !within.Nil() {
		*r = within
		return false
	}
	counting := !within.Nil()
	if counting && !d.codeCount(&within, "") || !within.Nil() && (!counting || !d.codeCount(&within, "zero-value")) || !within.Done() {
		*r = within
		return false
	}
	*r = after
	return true
}

// codeCount reads a number; zero is the oddity to report for 0, or "" if 0 is allowed.
func (d *Decoder) codeCount(r *wire.Cursor, zero string) bool {
	if n, ok := parseNumber(r.Bytes(), maxNumber); !ok && n != maxNumber {
		return false
	}
	if node := r.Skip(); zero == "" {
		d.num(node, maxNumber)
	} else {
		d.nz(node, maxNumber, zero)
	}
	return true
}
