package response

import (
	"time"
)

const (
	maxNumber   = 1<<32 - 1 // number, nz-number, uniqueid: unsigned 32 bits
	maxNumber64 = 1<<63 - 1 // number64, mod-sequence-value: unsigned 63 bits
)

func isDigit(c byte) bool { return c-'0' <= 9 }

// parseNumber reads digits; ok is false when b is not digits alone, is empty or is over the limit,
// and n is then the limit where b is digits.
func parseNumber(b []byte, limit uint64) (n uint64, ok bool) {
	if len(b) == 0 {
		return 0, false
	}
	ok = true
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		digit := uint64(c - '0')
		if n > (limit-digit)/10 {
			n, ok = limit, false
			continue
		}
		if ok {
			n = n*10 + digit
		}
	}
	return n, ok
}

// num reads a number at a node. One over the limit is an oddity and gives 0.
func (d *Decoder) num(node int32, limit uint64) uint64 {
	n, ok := d.hasNum(node, limit)
	if !ok {
		return 0
	}
	return n
}

// hasNum is num that tells whether there was one.
func (d *Decoder) hasNum(node int32, limit uint64) (uint64, bool) {
	if node < 0 {
		d.odd("number-expected", node)
		return 0, false
	}
	b := d.Tree.Bytes(node)
	n, ok := parseNumber(b, limit)
	switch {
	case ok:
		return n, true
	case n == limit:
		d.odd("number-too-large", node)
	default:
		d.odd("number-expected", node)
	}
	return 0, false
}

var months = map[string]time.Month{
	"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6,
	"JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12,
}

// dateTime is date-day-fixed "-" date-month "-" date-year SP time SP zone (RFC 9051 §9):
// " 1-Feb-2026 10:00:00 +0100". The zero Time is given where it does not fit.
func (d *Decoder) dateTime(s String) time.Time {
	b := s.B
	if len(b) == 25 { // "1-Feb-2026 …", its blank forgotten
		if t := d.dateParts(b, 1); !t.IsZero() {
			d.oddAt("day-without-blank", s.Off)
			return t
		}
	}
	if len(b) != 26 {
		return time.Time{}
	}
	return d.dateParts(b, 2)
}

// dateParts reads a date-time whose day of the month has the given number of columns.
func (d *Decoder) dateParts(b []byte, day int) time.Time {
	ok := true
	number := func(from, to int) (n int) {
		for _, c := range b[from:to] {
			if c == ' ' && from == 0 {
				continue
			}
			ok = ok && isDigit(c)
			n = n*10 + int(c-'0')
		}
		return n
	}
	at := func(i int, c byte) { ok = ok && b[day+i] == c }
	at(0, '-')
	at(4, '-')
	at(9, ' ')
	at(12, ':')
	at(15, ':')
	at(18, ' ')
	month := months[string(d.upper(b[day+1:day+4]))]
	date := number(0, day)
	year, hour, minute, second := number(day+5, day+9), number(day+10, day+12), number(day+13, day+15), number(day+16, day+18)
	zone := number(day+20, day+22)*3600 + number(day+22, day+24)*60
	switch b[day+19] {
	case '-':
		zone = -zone
	case '+':
	default:
		ok = false
	}
	if !ok || month == 0 || date < 1 || date > 31 || hour > 23 || minute > 59 || second > 60 {
		return time.Time{}
	}
	if d.zone == nil || d.zoneSecs != zone {
		d.zone, d.zoneSecs = time.FixedZone("", zone), zone
	}
	t := time.Date(year, month, date, hour, minute, min(second, 59), 0, d.zone)
	if t.Day() != date { // 31-Feb
		return time.Time{}
	}
	return t.Add(time.Duration(second-min(second, 59)) * time.Second)
}
