package repl

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/session"
	. "imapsh/internal/testserver"
	"imapsh/render"
)

// asked is a shell that answers a program's inquiries, and its exit status.
func asked(t *testing.T, srv *Canned) (*Shell, func() Report) {
	t.Helper()
	clock := newClock()
	s := New(Options{
		Target: &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"}, ByProgram: true,
		Settings: Settings{
			Session: session.Options{Conn: conn.Options{Now: clock.Now}},
			Render:  render.Options{Out: io.Discard, Err: io.Discard, Now: clock.Now, Local: time.UTC},
		},
		Now: clock.Now,
	})
	dials(s, srv)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run()
	}()
	end := func() Report {
		s.EndInquiries()
		<-ended
		return s.Report()
	}
	t.Cleanup(func() { end() })
	return s, end
}

func TestAProgramHearsWhatItAskedFor(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth,
		expect(`^a001 STATUS one \(MESSAGES\)$`), expect(`^a002 STATUS two \(MESSAGES\)$`), expect(`^a003 EXAMINE "a b"$`),
		Send("* 1 EXISTS\r\n* STATUS one (MESSAGES 11)\r\na001 OK done\r\n* STATUS two (MESSAGES 22)\r\na002 OK done\r\na003 NO [NONEXISTENT] not here\r\n"))
	s, end := asked(t, srv)
	var got []uint64
	count := func(v response.Value) {
		if st, ok := v.(*response.MailboxStatus); ok {
			got = append(got, st.Items[0].Num)
		}
	}
	name, err := command.MailboxValue("a b")
	if err != nil {
		t.Fatal(err)
	}
	one, two := &Inquiry{Text: "STATUS one (MESSAGES)", Hear: count}, &Inquiry{Text: "STATUS two (MESSAGES)", Hear: count}
	three := &Inquiry{Text: "EXAMINE", Values: []command.Value{name}}
	if err := s.Inquire(one, two, three); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, []uint64{11, 22}) || one.Refused() != nil || three.Cond != response.NO || three.Code != "NONEXISTENT" || three.Refused().Error() != "NO not here" {
		t.Errorf("heard %v; %+v", got, three)
	}
	if r := end(); r.Status != StatusOK {
		t.Errorf("status %d: the program must judge refusals itself", r.Status)
	}
	if !strings.Contains(srv.Received(), "LOGOUT") {
		t.Error("it has not logged out")
	}
}

func TestAProgramCanOnlyRead(t *testing.T) {
	t.Parallel()
	for _, text := range []command.Text{
		"STORE 1 +FLAGS (x)", "SELECT INBOX", "APPEND INBOX {3+}", "DELETE x", "FETCH 1 BODY[]", "EXPUNGE", "SETACL x bob l",
		"SUBSCRIBE x", "RENAME x y", "COPY 1 x", "XUNKNOWN", "SETQUOTA x (STORAGE 1)", "SETMETADATA x (/private/comment NIL)",
	} {
		srv := canned(t, preauth)
		s, end := asked(t, srv)
		if err := s.Inquire(&Inquiry{Text: text}); text != "SELECT INBOX" && err == nil {
			t.Errorf("%s was sent", text)
		}
		end()
		got := strings.ReplaceAll(srv.Received(), "EXAMINE INBOX\r\n", "")
		if got != "a001 LOGOUT\r\n" && got != "a001 a002 LOGOUT\r\n" {
			t.Errorf("%s: the server got %q", text, got)
		}
	}
}

func TestAProgramLearnsThatTheConnectionHasEnded(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]Step{"closed": Close(), "reset": Reset(), "in a literal": Send("* 1 FETCH (BODY[] {10}\r\nabc")} {
		srv := canned(t, preauth, expect("NOOP"), step, Close())
		s, end := asked(t, srv)
		if err := s.Inquire(&Inquiry{Text: "NOOP"}); !errors.Is(err, ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Inquire(&Inquiry{Text: "NOOP"}); !errors.Is(err, ErrGone) {
			t.Errorf("%s: a second time: %v", name, err)
		}
		if r := end(); r.Status != StatusConnection || r.Failure == nil || r.Failure.Text == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
