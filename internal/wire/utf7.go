package wire

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// base64m is the alphabet of modified UTF-7: "," for "/", no padding (RFC 3501 §5.1.3).
var base64m = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding).Strict()

// EncodeMailbox returns a mailbox name, which is in UTF-8, as IMAP4rev1 writes it: in modified UTF-7
// (RFC 3501 §5.1.3). Bytes that are not UTF-8 cannot be encoded and stay as they are.
func EncodeMailbox(name string) string {
	plain := 0
	for plain < len(name) && isDirect(name[plain]) && name[plain] != '&' {
		plain++
	}
	if plain == len(name) {
		return name
	}
	b := append(make([]byte, 0, len(name)+16), name[:plain]...)
	for i := plain; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		if name[i] == '&' {
			b = append(b, "&-"...)
			i++
			continue
		}
		if isDirect(name[i]) || r == utf8.RuneError && n == 1 {
			b = append(b, name[i])
			i++
			continue
		}
		var units []byte
		for i < len(name) && !isDirect(name[i]) {
			r, n := utf8.DecodeRuneInString(name[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			for _, u := range utf16.AppendRune(nil, r) {
				units = append(units, byte(u>>8), byte(u))
			}
			i += n
		}
		b = append(b, '&')
		b = base64m.AppendEncode(b, units)
		b = append(b, '-')
	}
	return string(b)
}

// isDirect reports whether a byte represents itself in modified UTF-7 ("&" as "&-").
func isDirect(c byte) bool { return c >= ' ' && c <= '~' }

// DecodeMailbox returns in UTF-8 a mailbox name that is in modified UTF-7. If wire is not exactly what
// EncodeMailbox writes, ok is false and name is wire unchanged; CheckMailbox then says why.
func DecodeMailbox(wire string) (name string, ok bool) {
	name, wrong, _ := decodeMailbox(wire)
	if wrong != "" {
		return wire, false
	}
	return name, true
}

// CheckMailbox returns why wire is not modified UTF-7 (`"&D" never ends`), and at which byte, from 0. The
// reason is "" if it is, and safe to show.
func CheckMailbox(wire string) (reason string, off int) {
	_, reason, off = decodeMailbox(wire)
	return reason, off
}

func decodeMailbox(wire string) (name, wrong string, off int) {
	i := 0
	for i < len(wire) && isDirect(wire[i]) && wire[i] != '&' {
		i++
	}
	if i == len(wire) {
		return wire, "", 0
	}
	var b strings.Builder
	b.Grow(len(wire))
	b.WriteString(wire[:i])
	shifted := false // what comes before i is a shifted run
	for i < len(wire) {
		c := wire[i]
		if !isDirect(c) {
			return "", fmt.Sprintf(`the byte %#02x must be encoded`, c), i
		}
		if c != '&' {
			b.WriteByte(c)
			i++
			shifted = false
			continue
		}
		n := strings.IndexByte(wire[i:], '-')
		if n < 0 {
			return "", never(wire[i:]), i
		}
		run := wire[i+1 : i+n]
		switch {
		case n == 1:
			b.WriteByte('&')
			shifted = false
		case shifted:
			return "", "two encoded runs in a row must be one", i
		default:
			if wrong, at := decodeRun(&b, run); wrong != "" {
				return "", wrong, i + at
			}
			shifted = true
		}
		i += n + 1
	}
	return b.String(), "", 0
}

// decodeRun appends what run, the base64 between "&" and "-", encodes. The offset at counts from the "&".
func decodeRun(b *strings.Builder, run string) (wrong string, at int) {
	for i := 0; i < len(run); i++ {
		if c := run[i]; !strings.ContainsRune("+,", rune(c)) && !isAlnum(c) {
			return never("&" + run[:i]), 0
		}
	}
	units, err := base64m.DecodeString(run)
	if err != nil || len(units)%2 != 0 {
		return fmt.Sprintf(`"&%s-" does not hold complete UTF-16 units`, EscapeString(run)), 0
	}
	for i := 0; i < len(units); i += 2 {
		r := rune(units[i])<<8 | rune(units[i+1])
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i+3 < len(units) {
				low = rune(units[i+2])<<8 | rune(units[i+3])
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return fmt.Sprintf(`"&%s-" has half of a surrogate pair`, run), 0
			}
			i += 2
		} else if r >= ' ' && r <= '~' {
			return fmt.Sprintf(`"&%s-" encodes %q, which must not be encoded`, run, string(r)), 0
		}
		b.WriteRune(r)
	}
	return "", 0
}

func isAlnum(c byte) bool {
	return c-'0' <= 9 || c-'A' < 26 || c-'a' < 26
}

// never says that the encoded run at the start of from has no end.
func never(from string) string {
	n := 1
	for n < len(from) && n < 20 && isDirect(from[n]) && (isAlnum(from[n]) || from[n] == '+' || from[n] == ',') {
		n++
	}
	return fmt.Sprintf(`"%s" never ends`, from[:n])
}
