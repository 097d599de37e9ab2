package tagger

import "strconv"

// tags makes our own tags: a001, a002 … a999, a1000. They never repeat.
type tags struct{ last int }

// peek returns the tag that next will return.
func (t *tags) peek() string { return tagOf(t.last + 1) }

// tagOf returns the tag of a number, with at least three digits.
func tagOf(n int) string {
	b := append(make([]byte, 0, 12), 'a')
	for pad := 100; pad > 1 && n < pad; pad /= 10 {
		b = append(b, '0')
	}
	return string(strconv.AppendInt(b, int64(n), 10))
}

func (t *tags) next() string {
	tag := t.peek()
	t.last++
	return tag
}

// skip makes the next tags greater than a user's tag that looks like imapsh's own.
func (t *tags) skip(tag string) {
	if len(tag) < 4 || tag[0] != 'a' {
		return
	}
	n, err := strconv.ParseUint(tag[1:], 10, 31)
	if err == nil && int(n) > t.last && tagOf(int(n)) == tag {
		t.last = int(n)
	}
}

// legalTag reports whether a tag is valid: 1*<any ASTRING-CHAR except "+"> (RFC 9051 §9).
func legalTag(tag string) bool {
	for i := 0; i < len(tag); i++ {
		switch c := tag[i]; {
		case c <= ' ' || c >= 0x7f:
			return false
		case c == '(' || c == ')' || c == '{' || c == '%' || c == '*' || c == '"' || c == '\\' || c == '+':
			return false
		}
	}
	return tag != ""
}
