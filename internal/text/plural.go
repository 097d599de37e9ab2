package text

import "strconv"

// AppendCount appends a number with commas between its thousands: 12,345.
func AppendCount(b []byte, n int64) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	digits := strconv.AppendInt(make([]byte, 0, 20), n, 10)
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, c)
	}
	return b
}

// AppendPlural appends a count, with commas, and its noun: "1 message", "2,000 messages".
func AppendPlural(b []byte, n int64, one, many string) []byte {
	b = append(AppendCount(b, n), ' ')
	if n == 1 {
		return append(b, one...)
	}
	return append(b, many...)
}

// Plural returns a count, without commas, and its noun, whose plural ends in "s": "1 message", "2000 messages".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
