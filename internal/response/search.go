package response

import (
	"bytes"

	"imapsh/internal/wire"
)

// search is "SEARCH" *(SP nz-number) [SP search-sort-mod-seq] (RFC 3501 §9, RFC 7162 §7).
func (d *Decoder) search(row *row, _ uint32, r *wire.Cursor) Value {
	s := &d.v.search
	*s = Search{Named: row.name}
	start := len(d.nums)
	nums := d.nums
	for n := r.Skip(); n >= 0; n = r.Skip() {
		if d.kind(n) == wire.List {
			in := d.Tree.Inside(n)
			if word := in.Skip(); word < 0 || !is(d.Tree.Bytes(word), "MODSEQ") {
				d.odd("number-expected", n)
				continue
			}
			if len(nums) == start {
				d.odd("number-expected", n) // RFC 7162 §7: "SEARCH" [1*(SP nz-number) SP search-sort-mod-seq]
			}
			s.ModSeq = d.modSeq(&in, n)
			d.more(r)
			break
		}
		if num, ok := d.hasNum(n, maxNumber); ok {
			d.checkNZ(n, "zero-number")
			nums = append(nums, uint32(num))
		}
	}
	d.nums = nums
	s.Nums = nums[start:]
	return s
}

// modSeq reads mod-sequence-value, the last piece in its parentheses.
func (d *Decoder) modSeq(r *wire.Cursor, list int32) uint64 {
	n := r.Skip()
	if n < 0 {
		d.odd("number-expected", list)
		return 0
	}
	num, _ := d.nz(n, maxNumber64, "zero-modseq")
	d.more(r)
	return num
}

// esearch is esearch-response (RFC 9051 §9).
func (d *Decoder) esearch(_ *row, _ uint32, r *wire.Cursor) Value {
	e := &d.v.esearch
	*e = ESearch{}
	if n := r.Node(); d.isList(n) {
		r.Skip()
		d.correlator(e, n)
	}
	if n := r.Node(); n >= 0 && is(d.Tree.Bytes(n), "UID") {
		r.Skip()
		e.UID = true
	}
	start := len(d.scratch.esearch)
	for name := r.Skip(); name >= 0 && len(d.scratch.esearch) < maxItems; name = r.Skip() {
		item := ESearchItem{Name: d.Tree.Bytes(name)}
		value := r.Skip()
		if value < 0 {
			d.odd("item-without-value", name)
		} else {
			item.Raw = d.Tree.Bytes(value)
			item.Num, item.HasNum = d.itemNumber(value)
			d.checkReturned(&item, value)
		}
		d.scratch.esearch = append(d.scratch.esearch, item)
	}
	e.Items = d.scratch.esearch[start:]
	return e
}

// correlator is search-correlator = SP "(" one-correlator *(SP one-correlator) ")" (RFC 7377 §5).
func (d *Decoder) correlator(e *ESearch, list int32) {
	r := d.Tree.Inside(list)
	for name := r.Skip(); name >= 0; name = r.Skip() {
		value := r.Skip()
		if value < 0 {
			d.odd("item-without-value", name)
			return
		}
		switch string(d.upper(d.Tree.Bytes(name))) {
		case "TAG":
			e.Tag = d.astring(value).B
		case "MAILBOX":
			e.Mailbox = d.mailbox(value)
		case "UIDVALIDITY":
			e.UIDValidity, _ = d.nz(value, maxNumber, "zero-value")
		}
	}
}

// vanished is expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids, known-uids = sequence-set (RFC 7162 §7).
func (d *Decoder) vanished(_ *row, _ uint32, r *wire.Cursor) Value {
	v := &d.v.vanished
	*v = Vanished{}
	n := r.Skip()
	good := true
	if d.isList(n) {
		tag := d.walk(n)
		word := tag.next()
		if v.Earlier = word >= 0 && is(d.Tree.Bytes(word), "EARLIER") && tag.next() < 0; !v.Earlier {
			d.odd("bad-vanished", n)
			good = false
		}
		n = r.Skip()
	}
	if n < 0 {
		d.odd("number-expected", n)
		return v
	}
	if d.checkSet(n) && good { // otherwise it is not known which messages are gone
		v.UIDs = d.Tree.Bytes(n)
	}
	d.more(r)
	return v
}

// returned says what the value of each item of ESEARCH must be, by name.
var returned = map[string]struct {
	takes string
	fits  func(d *Decoder, item *ESearchItem, value int32) bool
}{
	"MIN":        {"a number", isNZ},
	"MAX":        {"a number", isNZ},
	"COUNT":      {"a number", isNumber(maxNumber)},
	"MODSEQ":     {"a number", isNumber(maxNumber64)},
	"ALL":        {"a set of numbers", isSet},
	"PARTIAL":    {"a range and a set in parentheses", isPartial},
	"ADDTO":      {"places and sets in parentheses", isChange},
	"REMOVEFROM": {"places and sets in parentheses", isChange},
}

// checkReturned checks search-return-data = "MIN" SP nz-number / "MAX" SP nz-number / "ALL" SP sequence-set /
// "COUNT" SP number / search-ret-data-ext.
func (d *Decoder) checkReturned(item *ESearchItem, value int32) {
	row, ok := returned[string(d.upper(item.Name))]
	if !ok {
		row.takes, row.fits = "a number, a set of numbers, or what is in parentheses", isExtension
	}
	before := len(d.Odd)
	if !row.fits(d, item, value) {
		d.oddAt("wrong-esearch-value", d.Tree.Nodes[value].Off, string(d.upper(item.Name)), row.takes)
	}
	item.Odd = len(d.Odd) > before
}

func isNumber(limit uint64) func(*Decoder, *ESearchItem, int32) bool {
	return func(d *Decoder, item *ESearchItem, value int32) bool {
		if item.HasNum && item.Num > limit {
			d.odd("number-too-large", value)
		}
		return item.HasNum
	}
}

func isNZ(d *Decoder, item *ESearchItem, value int32) bool {
	if !isNumber(maxNumber)(d, item, value) {
		return false
	}
	d.checkNZ(value, "zero-value")
	return true
}

func isSet(d *Decoder, item *ESearchItem, value int32) bool {
	if !setOfNumbers(item.Raw) {
		return false
	}
	d.checkSet(value)
	return true
}

// isExtension checks tagged-ext-val = sequence-set / number / number64 / "(" [tagged-ext-comp] ")" (RFC 9051 §9).
func isExtension(d *Decoder, item *ESearchItem, value int32) bool {
	return d.isList(value) || item.HasNum || setOfNumbers(item.Raw)
}

// isPartial checks ret-data-partial = "PARTIAL" SP "(" partial-range SP partial-results ")",
// partial-results = sequence-set / "NIL" (RFC 9394 §4).
func isPartial(d *Decoder, _ *ESearchItem, value int32) bool {
	if !d.isList(value) {
		return false
	}
	r := d.walk(value)
	window, set := r.next(), r.next()
	if set < 0 || r.next() >= 0 {
		return false
	}
	low, high, ok := bytes.Cut(d.Tree.Bytes(window), []byte{':'})
	if !ok || nzFault(bytes.TrimPrefix(low, []byte{'-'})) != "" || nzFault(bytes.TrimPrefix(high, []byte{'-'})) != "" {
		return false
	}
	if !d.isNil(set) {
		if !setOfNumbers(d.Tree.Bytes(set)) {
			return false
		}
		d.checkSet(set)
	}
	return true
}

// isChange checks ret-data-addto = "ADDTO" SP "(" context-position SP sequence-set *(…) ")" (RFC 5267 §6).
func isChange(d *Decoder, _ *ESearchItem, value int32) bool {
	if !d.isList(value) {
		return false
	}
	r := d.walk(value)
	pairs := 0
	for place := r.next(); place >= 0; place = r.next() {
		set := r.next()
		if _, ok := parseNumber(d.Tree.Bytes(place), maxNumber); !ok || set < 0 || !setOfNumbers(d.Tree.Bytes(set)) {
			return false
		}
		d.checkSet(set)
		pairs++
	}
	return pairs > 0
}
