package wire

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAMailboxNameIsWrittenInModifiedUTF7(t *testing.T) {
	for name, wire := range map[string]string{
		"":               "",
		"INBOX":          "INBOX",
		"Entwürfe":       "Entw&APw-rfe",
		"R&D":            "R&-D",
		"Müller & Söhne": "M&APw-ller &- S&APY-hne",
		"~peter/台北/日本語":  "~peter/&U,BTFw-/&ZeVnLIqe-",
		"👍":              "&2D3cTQ-",
		"é&è":            "&AOk-&-&AOg-",
		"a\tb":           "a&AAk-b",
		"\x7f":           "&AH8-",
	} {
		if got := EncodeMailbox(name); got != wire {
			t.Errorf("%q is written %s, want %s", name, got, wire)
		}
		if got, ok := DecodeMailbox(wire); !ok || got != name {
			t.Errorf("%s is read %q, %t, want %q", wire, got, ok, name)
		}
	}
}

func TestWhatIsNotModifiedUTF7StaysAndIsExplained(t *testing.T) {
	for _, c := range []struct {
		name, wire, reason string
		off                int
	}{
		{"a run without end", "Customers/R&D", `"&D" never ends`, 11},
		{"a run that a space ends", "a &AOk b-", `"&AOk" never ends`, 2},
		{"an ampersand at the end", "a&", `"&" never ends`, 1},
		{"8-bit", "Entw\u00fcrfe", "the byte 0xc3 must be encoded", 4},
		{"a control character", "a\x01", "the byte 0x01 must be encoded", 1},
		{"an encoded letter", "&AGE-", `"&AGE-" encodes "a", which must not be encoded`, 0},
		{"an encoded ampersand", "x&ACY-", `"&ACY-" encodes "&", which must not be encoded`, 1},
		{"two runs in a row", "&AOk-&AOg-", "two encoded runs in a row must be one", 5},
		{"half a unit", "&AO-", `"&AO-" does not hold complete UTF-16 units`, 0},
		{"bits left over", "&AOl-", `"&AOl-" does not hold complete UTF-16 units`, 0},
		{"half a surrogate pair", "&2D0-", `"&2D0-" has half of a surrogate pair`, 0},
		{"the slash of plain base64", "&U/BTFw-", `"&U" never ends`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := DecodeMailbox(c.wire); ok || got != c.wire {
				t.Errorf("read %q, %t", got, ok)
			}
			if reason, off := CheckMailbox(c.wire); reason != c.reason || off != c.off {
				t.Errorf("got %s at %d, want %s at %d", reason, off, c.reason, c.off)
			}
		})
	}
	if reason, off := CheckMailbox("M&APw-ller"); reason != "" || off != 0 {
		t.Errorf("a good name: %s at %d", reason, off)
	}
}

func FuzzModifiedUTF7RoundTrips(f *testing.F) {
	for _, s := range []string{"", "INBOX", "Entwürfe", "R&D", "&AOk-", "&-", "&&", "&AOk-&AOg-", "日本語/👍", "\x00\x1f", "a\xffé", "&2D3cTQ-", "&2D0-", "&AGE-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		wire := EncodeMailbox(s)
		if utf8.ValidString(s) {
			if got, ok := DecodeMailbox(wire); !ok || got != s {
				t.Fatalf("%q is written %q is read %q, %t", s, wire, got, ok)
			}
		}
		name, ok := DecodeMailbox(s)
		if ok && EncodeMailbox(name) != s {
			t.Fatalf("%q is read %q is written %q", s, name, EncodeMailbox(name))
		}
		if !ok && name != s {
			t.Fatalf("%q is not a name but became %q", s, name)
		}
		reason, off := CheckMailbox(s)
		if (reason == "") != ok || off < 0 || off > len(s) {
			t.Fatalf("%q: %t, but %q at %d", s, ok, reason, off)
		}
		if EscapeString(reason) != reason || strings.Contains(reason, "\n") {
			t.Fatalf("%q is not safe to show", reason)
		}
	})
}
