package demo

// withoutSpaces removes the spaces that imapserver writes between the addresses of an ENVELOPE:
// env-from = "(" 1*address ")" (RFC 9051 §9). It leaves everything from the first literal on as it is.
func withoutSpaces(p []byte) []byte {
	type list struct{ strings, lists int }
	var open []list
	address := false // the list that was just closed is an address
	out := p[:0:0]
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch {
		case c == '{' || c == '\r':
			return append(out, p[i:]...)
		case c == '"' || c != '(' && c != ')' && c != ' ':
			end := stringEnd(p, i)
			if n := len(open); n > 0 {
				open[n-1].strings++
			}
			address = false
			out = append(out, p[i:end]...)
			i = end - 1
			continue
		case c == '(':
			if n := len(open); n > 0 {
				open[n-1].lists++
			}
			if n := len(out); address && n > 0 && out[n-1] == ' ' && opensAddress(p[i:]) {
				out = out[:n-1]
			}
			open = append(open, list{})
			address = false
		case c == ')' && len(open) > 0:
			l := open[len(open)-1]
			open = open[:len(open)-1]
			address = l.strings == 4 && l.lists == 0
		}
		out = append(out, c)
	}
	return out
}

// stringEnd returns where the quoted string or atom that begins at i ends.
func stringEnd(p []byte, i int) int {
	if p[i] != '"' {
		for i < len(p) && p[i] != ' ' && p[i] != '(' && p[i] != ')' && p[i] != '\r' && p[i] != '{' {
			i++
		}
		return i
	}
	for i++; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(p)
}

// opensAddress reports whether a list of four strings begins.
func opensAddress(p []byte) bool {
	n := 0
	for i := 1; i < len(p); {
		switch p[i] {
		case ')':
			return n == 4
		case '(', '{', '\r':
			return false
		case ' ':
			i++
		default:
			n++
			i = stringEnd(p, i)
		}
	}
	return false
}
