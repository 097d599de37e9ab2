package repl

import (
	"strings"
	"testing"

	"imapsh/internal/conn"
	"imapsh/internal/session"
	. "imapsh/internal/testserver"
	"imapsh/render"
)

func TestWhatTheShellHasShownIsNeverSent(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.paste("     delete Lists\n       delete Lists/2024\nC| delete Lists\n… delete 27 more …\n   … delete more (:last shows them) …\nnoop\n")
	s.sees("!! line 3 of the paste is from a transcript")
	s.paste("S: * LIST () \"/\" Lists\n     delete Lists\n       delete Lists/2024\nC| delete Lists\n… delete 27 more …\n   … delete more (:last shows them) …\nC: x1 noop\nS: x1 OK\n")
	s.sees("-- 1 command of a transcript; 7 lines skipped", "C: x1 noop", "S: x1 OK")
	if got := srv.Received(); strings.Contains(got, "delete") {
		t.Errorf("the server got %q", got)
	}
}

func TestACommandThatChangesTheLayerIsNeverInTheBackground(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"starttls", "compress deflate"} {
		t.Run(command, func(t *testing.T) {
			ready, open := gate()
			srv := canned(t, preauth, expect(command), Wait(ready), Send("{tag} NO not now\r\n"))
			s := begin(t, srv)
			s.typ(command+" &", "noop")
			s.sees("!! ", "& is ignored", "C: a001 "+command+"\n")
			s.asks("a001 …> ")
			s.neverShown("noop")
			open()
			s.sees("S: a001 NO not now", "C: a002 noop")
		})
	}
}

func TestANoteIsOneLineWhateverItQuotes(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n"), expect("STARTTLS"), Send("{tag} OK go\r\n-- forged\r\n!! forged\r\nS: forged\r\n"))
	s := begin(t, srv)
	s.typ("starttls")
	s.sees("S: a001 OK go", "-- unencrypted, after the OK", "!! 33 unencrypted bytes")
	for _, mark := range []string{"\n-- forged", "\n!! forged", "\nS: forged"} {
		s.neverShown(mark)
	}
}

func TestAGreetingOfBYEEndsAScript(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send("* BYE too busy\r\n"), Stall())
	script := Script{Name: "test", From: strings.NewReader("LOGIN alice geheim\nNOOP\n")}
	var out, errs strings.Builder
	sh := New(Options{
		Target:   &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"},
		Settings: Settings{Render: render.Options{Out: &out, Err: &errs}, StartTLS: true, Session: session.Options{Conn: conn.Options{Now: newClock().Now}}},
		Scripts:  []Script{script}, Now: newClock().Now,
	})
	dials(sh, srv)
	if st := sh.Run(); st != StatusConnection {
		t.Errorf("status %d, want %d", st, StatusConnection)
	}
	if got := srv.Received(); got != "" {
		t.Errorf("the server got %q", got)
	}
	if want := "the server refused the session: its greeting is BYE"; !strings.Contains(errs.String(), want) {
		t.Errorf("standard error has no %q:\n%s", want, errs.String())
	}
}
