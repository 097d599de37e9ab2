package response

import "imapsh/internal/wire"

// search is "SEARCH" *(SP nz-number) [SP search-sort-mod-seq] (RFC 3501 §9, RFC 7162 §7).
func (d *Decoder) search(row *row, _ uint32, r *wire.Cursor) Value {
	s := &d.v.search
	*s = Search{Named: row.name}
	start := len(d.nums)
	nums := d.nums
	for n := r.Skip(); n >= 0; n = r.Skip() {
		if d.kind(n) == wire.List {
			s.ModSeq = d.modSeq(n)
			continue
		}
		if num, ok := d.hasNum(n, maxNumber); ok {
			if num == 0 {
				d.odd("zero-number", n)
			}
			nums = append(nums, uint32(num))
		}
	}
	d.nums = nums
	s.Nums = nums[start:]
	return s
}

// modSeq is "(" "MODSEQ" SP mod-sequence-value ")", or the number alone in its parentheses.
func (d *Decoder) modSeq(list int32) uint64 {
	r := d.Tree.Inside(list)
	n := r.Skip()
	if n >= 0 && is(d.Tree.Bytes(n), "MODSEQ") {
		n = r.Skip()
	}
	return d.num(n, maxNumber64)
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
			e.UIDValidity = d.num(value, maxNumber)
		}
	}
}

// vanished is expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids (RFC 7162 §7).
func (d *Decoder) vanished(_ *row, _ uint32, r *wire.Cursor) Value {
	v := &d.v.vanished
	*v = Vanished{}
	n := r.Skip()
	if d.isList(n) {
		v.Earlier = true
		n = r.Skip()
	}
	if n < 0 {
		d.odd("number-expected", n)
		return v
	}
	v.UIDs = d.Tree.Bytes(n)
	d.more(r)
	return v
}

// returned is what the items of ESEARCH take (RFC 9051 §9, RFC 9394 §4).
var returned = map[string]struct {
	says string
	fits func(d *Decoder, item *ESearchItem, value int32) bool
}{
	"MIN":     {"a number", isNumber},
	"MAX":     {"a number", isNumber},
	"COUNT":   {"a number", isNumber},
	"MODSEQ":  {"a number", isNumber},
	"ALL":     {"a set of numbers", isSet},
	"PARTIAL": {"a range and a set in parentheses", func(d *Decoder, _ *ESearchItem, value int32) bool { return d.isList(value) }},
}

func isNumber(_ *Decoder, item *ESearchItem, _ int32) bool { return item.HasNum }

func isSet(_ *Decoder, item *ESearchItem, _ int32) bool { return setOfNumbers(item.Raw) }

// setOfNumbers tells whether b may be a sequence-set without "*".
func setOfNumbers(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && c != ':' && c != ',' {
			return false
		}
	}
	return true
}

func (d *Decoder) checkReturned(item *ESearchItem, value int32) {
	if takes, ok := returned[string(d.upper(item.Name))]; ok && !takes.fits(d, item, value) {
		d.oddAt("wrong-esearch-value", d.Tree.Nodes[value].Off, string(d.word), takes.says)
	}
}
