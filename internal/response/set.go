package response

import "bytes"

// setOfNumbers reports whether b has only the characters of a set of numbers.
func setOfNumbers(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && c != ':' && c != ',' {
			return false
		}
	}
	return len(b) > 0
}

// checkSet reports whether a set of numbers is valid. A server must not send "*": it knows the numbers.
//
//	sequence-set = (seq-number / seq-range) ["," sequence-set]
//	uid-set      = (uniqueid / uid-range) *("," uid-set)
func (d *Decoder) checkSet(node int32) bool {
	b := d.Tree.Bytes(node)
	fault, at := setFault(b)
	if fault != "" {
		d.oddAt("bad-set", d.Tree.Nodes[node].Off+int32(at), fault)
	}
	return fault == ""
}

// setFault returns why b is not a set of numbers, and at which byte; "" if it is one.
func setFault(b []byte) (fault string, at int) {
	start := 0
	for part := range bytes.SplitSeq(b, []byte{','}) {
		low, high, isRange := bytes.Cut(part, []byte{':'})
		if fault := nzFault(low); fault != "" {
			return fault, start
		}
		if isRange {
			if fault := nzFault(high); fault != "" {
				return fault, start + len(low) + 1
			}
		}
		start += len(part) + 1
	}
	return "", 0
}

// nzFault returns why b is not an nz-number of 32 bits; "" if it is one.
func nzFault(b []byte) string {
	n, ok := parseNumber(b, maxNumber)
	switch {
	case len(b) == 0:
		return "a number is missing"
	case ok && n == 0:
		return "0 is not a message number"
	case ok && b[0] == '0':
		return "a number begins with 0"
	case ok:
		return ""
	case n == maxNumber:
		return "a number is too large"
	}
	return "there is other text"
}

// SetSize counts the numbers in a set without "*". What is not a number is passed over.
func SetSize(set []byte) int64 {
	var n int64
	for part := range bytes.SplitSeq(set, []byte{','}) {
		first, last, isRange := bytes.Cut(part, []byte{':'})
		low, ok := parseNumber(first, maxNumber)
		if !ok {
			continue
		}
		high := low
		if isRange {
			if high, ok = parseNumber(last, maxNumber); !ok {
				continue
			}
		}
		n += int64(max(low, high)-min(low, high)) + 1
	}
	return n
}
