package cli

import (
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

func TestReconnectRestoresTheLoginTheExtensionsAndTheMailbox(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	password := []string{"IMAPSH_PASSWORD=" + testserver.Password}
	for _, row := range []struct {
		name, script string
		url          string
		shows        []string
		hides        []string
	}{
		{"a login that was typed", "login alice secret\nenable condstore\nexamine INBOX\n:reconnect\nfetch 1 flags\n", "imap://" + s.Clear(),
			[]string{"C: a004 LOGIN alice ••••••", "C: a005 ENABLE CONDSTORE", "C: a006 EXAMINE INBOX", "-- INBOX is open as before, UIDVALIDITY ", "S: * 1 FETCH (FLAGS "}, nil},
		{"the login of the URL", "select test\n:reconnect\n", "imap://alice@" + s.Clear(), []string{"C: a004 SELECT test", "-- test is open as before, UIDVALIDITY "}, nil},
		{"nothing if nobody was logged in", "capability\n:reconnect\nnoop\n", "imap://" + s.Clear(), []string{"C: a002 noop"}, []string{"LOGIN alice"}},
		{"the login if no mailbox was open", "login alice secret\n:reconnect\ncapability\n", "imap://" + s.Clear(), []string{"C: a002 LOGIN alice ••••••", "C: a003 capability"}, nil},
		{"a mailbox that was replaced", "create box\nselect box\n:open other\n:other delete box\n:other create box\n:reconnect\n", "imap://bob@" + s.Clear(),
			[]string{"!! the UIDVALIDITY of box is now ", " before; UIDs from the previous connection are not valid", "!! uidvalidity-changed"}, []string{"box is open as before"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			runWith(t, password, strings.NewReader(row.script), row.url).is(t, 0).shows(t, row.shows...).hides(t, row.hides...)
		})
	}
}

func TestALostConnectionSaysHowLongItLastedAndWhatCameLast(t *testing.T) {
	t.Parallel()
	s := testserver.NewCanned(t, testserver.Send("* OK hello\r\n"), testserver.Expect("NOOP"), testserver.Send("* 3 EXISTS\r\n{tag} OK done\x1b[2J\r\n"), testserver.Expect("CHECK"), testserver.Close())
	run(t, "NOOP\nCHECK\n", "imap://"+s.Addr()).is(t, 3).shows(t, "-- the connection lasted ", `; the last response came `, ` ago: a001 OK done\x1b[2J`)
	for text, says := range map[string]string{
		"Autologout; idle for too long": "the session was idle for too long (30 minutes are allowed, RFC 9051 §5.4)",
		"Server shutting down.":         "the server is being stopped, or restarted",
		"Good night":                    "the server ends the session, though no LOGOUT was sent",
		"Selected mailbox was deleted":  "the server ends the session, though no LOGOUT was sent",
	} {
		s := testserver.NewCanned(t, testserver.Send("* OK hello\r\n"), testserver.Expect("NOOP"), testserver.Send("{tag} OK done\r\n* BYE "+text+"\r\n"), testserver.Close())
		run(t, "NOOP\n", "imap://"+s.Addr()).shows(t, "S: * BYE "+text, "     "+says)
	}
}
