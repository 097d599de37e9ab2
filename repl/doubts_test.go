package repl

import (
	"strings"
	"testing"

	. "imapsh/internal/testserver"
)

func TestTheWarningAboutSeenIsGivenInFullOnceThenShort(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	s.typ("select INBOX", "fetch 1 body[]")
	s.sees("!! body[] sets \\Seen; body.peek[] does not\n!!   fetch 1 body[]\n", "^\n", " OK done")
	s.typ("fetch 2 body[]")
	s.sees("!! body[] sets \\Seen\nC: ", " OK done")
	s.typ("fetch 3 rfc822")
	s.sees("!! rfc822 sets \\Seen\nC: ", " OK done")
}

func TestWhatSeparatesLevelsIsAskedOnceBeforeANameBelowINBOX(t *testing.T) {
	t.Parallel()
	list := []Step{Expect(`^a001 LIST "" ""$`), Send("* LIST (\\Noselect) \"/\" \"\"\r\na001 OK done\r\n")}
	srv := canned(t, preauth, list...)
	s := begin(t, srv)
	s.change(func() { s.cols = 120 })
	s.typ("create INBOX.x")
	s.sees("-- asking first which character separates levels here", `C: a001 LIST "" ""`, `!! this server separates levels with "/", not with ".": for a mailbox below INBOX write INBOX/x`, "C: a002 create INBOX.x", "S: a002 OK")
	s.typ("create inbox.y")
	s.sees("write inbox/y", "C: a003 create inbox.y")

	srv = canned(t, preauth)
	s = begin(t, srv)
	s.typ("create Lists/x", "x1 create INBOX.x", "create INBOX")
	s.paste("create INBOX.x\nnoop\n")
	s.sees("S: a004 OK")
	if got := received(srv); got != "a001 create Lists/x\nx1 create INBOX.x\na002 create INBOX\na003 create INBOX.x\na004 noop\n" {
		t.Errorf("the server got %q", got)
	}
}

func TestOddCharactersThatAreSentAreNamed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ typed, shown, sent string }{
		{"x1 create \"a\u00a0b\"", "C: x1 create \"a<U+00A0 NO-BREAK SPACE>b\"\n", "x1 create \"a\u00a0b\"\r\n"},
		{"x1 create \"“a\"", "C: x1 create \"<U+201C LEFT DOUBLE QUOTATION MARK>a\"\n", "x1 create \"“a\"\r\n"},
		{"x1 create a\ufeffb", "C: x1 create a<U+FEFF ZERO WIDTH NO-BREAK SPACE>b\n", "x1 create a\ufeffb\r\n"},
		{"x1 create Müller", "C: x1 create Müller\n", "x1 create Müller\r\n"},
	} {
		t.Run(row.typed, func(t *testing.T) {
			srv := canned(t, preauth)
			s := begin(t, srv)
			s.change(func() { s.cols = 120 })
			s.typ(row.typed)
			s.sees(row.shown, "S: x1 OK")
			s.typ(strings.TrimSuffix(row.shown, "\n")) // copied from the screen
			s.sees(row.shown, "S: x1 OK")
			s.paste("S: * OK hello\n" + row.shown + "S: x1 OK done\n")
			s.sees(row.shown, "S: x1 OK")
			if got, want := srv.Received(), strings.Repeat(row.sent, 3); got != want {
				t.Errorf("sent %q, want %q", got, want)
			}
		})
	}
}
