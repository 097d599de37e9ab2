package wire

// class is what each byte is to the parser of values. Any class but atomChar ends the fast loop
// over an atom.
var class = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c < ' ' || c == 0x7f:
			t[c] = control
		case c >= 0x80:
			t[c] = eightBit
		}
	}
	for _, c := range []byte(`%*\{`) {
		t[c] = special
	}
	t[' '], t['('], t[')'], t['"'], t[']'] = blank, opening, closing, quote, bracket
	return t
}()

const (
	atomChar uint8 = iota
	blank
	opening
	closing
	quote
	bracket  // "]": closes a section, else an ASTRING-CHAR
	special  // the atom-specials without a class of their own
	control  // CTL: C0 and DEL
	eightBit // %x80-FF
)

// textClass is not 0 for bytes that are not a TEXT-CHAR.
var textClass = func() (t [256]uint8) {
	t[0], t['\r'], t['\n'] = 1, 1, 1
	for c := 0x80; c < 256; c++ {
		t[c] = 1
	}
	return t
}()

// quotedClass is not 0 for bytes that end the fast loop over a quoted string.
var quotedClass = func() (t [256]uint8) {
	t = textClass
	t['"'], t['\\'] = 1, 1
	return t
}()
