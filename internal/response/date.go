package response

import "time"

var months = map[string]time.Month{
	"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6,
	"JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12,
}

// dateFault says what is wrong with a date-time.
type dateFault uint8

const (
	noDate     dateFault = iota + 1 // it is not a date-time
	impossible                      // it is one, but its day or time does not exist: 31-Feb
)

// dateTime reads date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
// (RFC 9051 §9): " 1-Feb-2026 10:00:00 +0100".
func (d *Decoder) dateTime(s String) (time.Time, dateFault) {
	b := s.B
	if len(b) == 25 { // "1-Feb-2026 …", without the space before the day
		if t, fault := d.dateParts(b, 1); fault != noDate {
			d.oddAt("day-without-blank", s.Off)
			return t, fault
		}
	}
	if len(b) != 26 {
		return time.Time{}, noDate
	}
	return d.dateParts(b, 2)
}

// dateParts reads a date-time whose day of the month has the given number of characters.
func (d *Decoder) dateParts(b []byte, day int) (time.Time, dateFault) {
	ok := true
	number := func(from, to int) (n int) {
		for i, c := range b[from:to] {
			if c == ' ' && from == 0 && i == 0 && to == 2 {
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
	if !ok || month == 0 {
		return time.Time{}, noDate
	}
	const day24 = 24 * 3600
	if date < 1 || hour > 23 || minute > 59 || second > 60 || zone <= -day24 || zone >= day24 {
		return time.Time{}, impossible
	}
	if d.zone == nil || d.zoneSecs != zone {
		d.zone, d.zoneSecs = time.FixedZone("", zone), zone
	}
	t := time.Date(year, month, date, hour, minute, min(second, 59), 0, d.zone)
	if t.Day() != date { // 31-Feb
		return time.Time{}, impossible
	}
	return t.Add(time.Duration(second-min(second, 59)) * time.Second), 0
}
