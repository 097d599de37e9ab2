package response

const (
	maxNumber   = 1<<32 - 1 // number, nz-number, uniqueid: unsigned 32 bits
	maxNumber64 = 1<<63 - 1 // number64, mod-sequence-value: unsigned 63 bits
)

func isDigit(c byte) bool { return c-'0' <= 9 }

// parseNumber parses digits. ok is false if b is empty, has anything but digits, or is over the limit; for
// digits over the limit, n is the limit.
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

// num returns the number at a node. If there is none, or it is over the limit, it reports an oddity and returns 0.
func (d *Decoder) num(node int32, limit uint64) uint64 {
	n, ok := d.hasNum(node, limit)
	if !ok {
		return 0
	}
	return n
}

// hasNum is num, and also reports whether there was a number.
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

// nz reads an nz-number = digit-nz *DIGIT at a node; zero is the oddity to report for 0.
func (d *Decoder) nz(node int32, limit uint64, zero string) (uint64, bool) {
	n, ok := d.hasNum(node, limit)
	if ok {
		d.checkNZ(node, zero)
	}
	return n, ok
}

// checkNZ reports a number that does not begin with a digit-nz.
func (d *Decoder) checkNZ(node int32, zero string) {
	b := d.Tree.Bytes(node)
	if b[0] != '0' {
		return
	}
	for _, c := range b {
		if c != '0' {
			d.odd("leading-zero", node)
			return
		}
	}
	d.odd(zero, node)
}
