package command

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"imapsh/internal/wire"
)

// sent returns pieces as one text, each literal after its announcement.
func sent(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Literal {
			fmt.Fprintf(&b, "{%d}\n", len(p.Text))
		}
		b.Write(p.Text)
	}
	return b.String()
}

func TestAValueIsSentInTheFormThatItsBytesRequire(t *testing.T) {
	utf8 := &View{UTF8: true}
	for name, row := range map[string]struct {
		kind  Kind
		value string
		view  *View
		want  string
	}{
		"an atom":                               {AString, "alice", nil, "X alice"},
		"an empty value":                        {AString, "", nil, `X ""`},
		"spaces":                                {AString, "al ice", nil, `X "al ice"`},
		"a quote and a backslash":               {AString, `a"b\c`, nil, `X "a\"b\\c"`},
		"parentheses":                           {AString, `a) b (c`, nil, `X "a) b (c"`},
		"text that looks like a literal":        {AString, "{3}", nil, `X "{3}"`},
		"text like a literal without a wait":    {AString, "{3+}", nil, `X "{3+}"`},
		"CRLF and a command":                    {AString, "a\r\nx DELETE b", nil, "X {13}\na\r\nx DELETE b"},
		"a bare LF":                             {AString, "a\nb", nil, "X {3}\na\nb"},
		"letters beyond ASCII":                  {AString, "älice", nil, "X {6}\nälice"},
		"letters beyond ASCII, UTF-8 allowed":   {AString, "älice", utf8, `X "älice"`},
		"invalid UTF-8, UTF-8 allowed":          {AString, "a\xff", utf8, "X {2}\na\xff"},
		"a mailbox":                             {Mailbox, "Archive/2024", nil, "X Archive/2024"},
		"a mailbox with CRLF and a command":     {Mailbox, "x\"\r\na9 CREATE y", nil, `X "x\"&AA0ACg-a9 CREATE y"`},
		"a mailbox with CRLF, UTF-8 allowed":    {Mailbox, "a\r\nb", utf8, "X {4}\na\r\nb"},
		"a mailbox with an ampersand":           {Mailbox, "R&D", nil, "X R&-D"},
		"a mailbox that is already encoded":     {Mailbox, "Entw&APw-rfe", nil, "X Entw&APw-rfe"},
		"a mailbox beyond ASCII":                {Mailbox, "Entwürfe", nil, "X Entw&APw-rfe"},
		"a mailbox beyond ASCII, UTF-8 allowed": {Mailbox, "Entwürfe", utf8, `X "Entwürfe"`},
		"a mailbox with a wildcard":             {Mailbox, "50%*", nil, `X "50%*"`},
		"a mailbox that would begin a section":  {Mailbox, "BODY[x", nil, `X "BODY[x"`},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := newValue("it", row.value, row.kind)
			if err != nil {
				t.Fatal(err)
			}
			pieces, m := With("X", []Value{v}, row.view)
			if got := sent(pieces); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if m.Literal != nil || len(m.Words) != 2 {
				t.Errorf("it reads as %q, %+v", m.Line, m.Words)
			}
		})
	}
}

func TestAValueWithNULIsRefusedAndNotRepeated(t *testing.T) {
	const value = "geheim\x00x"
	_, user := AStringValue("the user's name", value)
	_, name := MailboxValue(value)
	_, secret := SecretValue(value)
	for _, err := range []error{user, name, secret} {
		if err == nil || strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "NUL") {
			t.Errorf("got %v", err)
		}
	}
}

func TestASecretValueIsHiddenWhateverItsForm(t *testing.T) {
	for _, secret := range []string{"geheim", "ge heim", "ge\"heim", "ge\r\nheim", "gehäim", ""} {
		user, _ := AStringValue("the user's name", "alice")
		v, _ := SecretValue(secret)
		pieces, m := With("LOGIN", []Value{user, v}, nil)
		shown := ""
		for _, p := range pieces {
			shown += Mask(string(p.Text), p.Secrets)
		}
		if want := "LOGIN alice " + Masked; shown != want {
			t.Errorf("%q: shown as %q, want %q", secret, shown, want)
		}
		if m.Line != "LOGIN alice" {
			t.Errorf("%q: reads as %q", secret, m.Line)
		}
	}
}

func TestAValueThatNeedsALiteralIsNotAWord(t *testing.T) {
	for _, name := range []string{"a\r\nx DELETE b", "a\nb", "a\x00b", "a\x1b[2J"} {
		if text, ok := WireMailboxText(name); ok {
			t.Errorf("%q: got %q", name, text)
		}
		if text, ok := MailboxText(name, &View{UTF8: true}); ok {
			t.Errorf("%q: got %q", name, text)
		}
		if text, ok := AtomText(name); ok {
			t.Errorf("%q is the atom %q", name, text)
		}
	}
	for _, name := range []string{"a\r\nb", "a\x00b"} {
		if text, ok := QuotedText(name); ok {
			t.Errorf("%q: quoted as %q", name, text)
		}
	}
	// The selected mailbox, which shorthand writes, may have any name.
	v := &View{State: Selected, UTF8: true, Mailbox: "ä\r\nx DELETE b"}
	for _, line := range []string{"status", "getacl", "myrights"} {
		done := Complete(MatchLine(line), v)
		for _, p := range done.Pieces {
			if !p.Literal && strings.ContainsAny(string(p.Text), "\r\n") {
				t.Errorf("%q is sent as %q", line, p.Text)
			}
		}
	}
}

// FuzzAValueIsOneArgument: whatever a value holds, it is sent as one argument, which reads back
// as the value, and no form has a byte that it must not have.
func FuzzAValueIsOneArgument(f *testing.F) {
	for _, s := range []string{"", "alice", "a b", `a"\`, "a\r\nx DELETE b", "R&D", "&AA0-", "ü", "\xff", "{3}", "~{3+}", "(", "NIL", "a]", "\x7f", "INBOX"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, value string, utf8Allowed bool) {
		view := &View{UTF8: utf8Allowed}
		for _, kind := range []Kind{AString, Mailbox, Pattern, NString, String} {
			v, err := newValue("it", value, kind)
			if err != nil {
				if !strings.Contains(value, "\x00") {
					t.Fatal(err)
				}
				continue
			}
			pieces, _ := With("X", []Value{v}, view)
			word := strings.TrimPrefix(sent(pieces), "X ")
			got := word
			switch {
			case strings.HasPrefix(word, `"`):
				end, ok := quotedEnd(word, 0)
				if !ok || end != len(word) || strings.ContainsAny(word, "\r\n") || !utf8Allowed && !isASCII(word) || !utf8.ValidString(word) {
					t.Fatalf("kind %d: %q is sent as %q", kind, value, word)
				}
				got = unquote(word)
			case strings.HasPrefix(word, "{"):
				size, octets, _ := strings.Cut(word, "}\n")
				if n, err := strconv.Atoi(size[1:]); err != nil || n != len(octets) {
					t.Fatalf("kind %d: %q is sent as %q", kind, value, word)
				}
				got = octets
			default:
				if !isAtomOf(word, isListChar) || kind == NString || kind == String {
					t.Fatalf("kind %d: %q is sent as %q", kind, value, word)
				}
			}
			if kind == Mailbox && !utf8Allowed && got != value {
				got, _ = wire.DecodeMailbox(got)
				value := strings.ToValidUTF8(value, "\ufffd")
				if got != value {
					t.Fatalf("mailbox %q is sent as %q", value, word)
				}
				continue
			}
			if kind == Pattern && !utf8Allowed && got != value {
				got, _ = wire.DecodeMailbox(got)
			}
			if got != value {
				t.Fatalf("kind %d: %q is sent as %q, which reads %q", kind, value, word, got)
			}
		}
	})
}
