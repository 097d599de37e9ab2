package repl

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	. "imapsh/internal/testserver"
)

// logsInTo is what the command line says about the user, the password and the mailbox.
func logsInTo(user, password, mailbox string) setting {
	return func(o *Options, s *Shell) {
		if s == nil {
			o.Target.User, o.Target.Mailbox = user, mailbox
			o.Password = func(context.Context, conn.Target, sasl.Needs) (Secret, error) { return Secret{Text: password}, nil }
		}
	}
}

func TestAValueThatWasNotTypedCannotEndACommand(t *testing.T) {
	t.Parallel()
	const attack = "x\r\na9 CREATE pwned\r\n"
	quoted := `"x\"` + "&AA0ACg-a9 CREATE pwned" + `"`
	for name, row := range map[string]struct {
		user, password, mailbox string
		wants                   []Step
	}{
		"a user": {attack, "geheim", "", []Step{
			ExpectBytes("a001 LOGIN {20+}\r\n" + attack + " geheim\r\n"), Send("a001 OK in\r\n")}},
		"a password": {"alice", attack, "", []Step{
			ExpectBytes("a001 LOGIN alice {20+}\r\n" + attack + "\r\n"), Send("a001 OK in\r\n")}},
		"a mailbox": {"alice", "geheim", "x\"\r\na9 CREATE pwned", []Step{
			ExpectBytes("a001 LOGIN alice geheim\r\n"), Send("a001 OK in\r\n"),
			ExpectBytes("a002 EXAMINE " + quoted + "\r\n"), Send("a002 OK [READ-ONLY] open\r\n")}},
		"a user name that is not ASCII": {"älice", "geheim", "", []Step{
			ExpectBytes("a001 LOGIN {6+}\r\nälice geheim\r\n"), Send("a001 OK in\r\n")}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := canned(t, greeting, row.wants...)
			s := begin(t, srv, logsInTo(row.user, row.password, row.mailbox))
			s.typ("noop")
			s.sees("OK", "noop", "OK")
			s.neverShown("geheim")
			for line := range strings.SplitSeq(srv.Received(), "\n") {
				if strings.HasPrefix(line, "a9 ") && !strings.Contains(row.user+row.password, "a9 ") {
					t.Errorf("the server got the line %q", line)
				}
			}
		})
	}
}

func TestAValueWithNULIsRefused(t *testing.T) {
	t.Parallel()
	for name, with := range map[string]setting{
		"a user":     logsInTo("al\x00ice", "geheim", ""),
		"a password": logsInTo("alice", "ge\x00heim", ""),
	} {
		t.Run(name, func(t *testing.T) {
			srv := canned(t, greeting)
			s := begin(t, srv, with)
			s.sees("LOGIN was not sent", "has a NUL byte")
			s.typ("noop")
			s.sees("OK")
			if got := srv.Received(); strings.Contains(got, "LOGIN") {
				t.Errorf("the server got %q", got)
			}
			s.neverShown("heim")
		})
	}
}

// Tab offers a name from a server only in a form that cannot end the line, or not at all.
func TestANameFromAServerIsNotACommand(t *testing.T) {
	t.Parallel()
	const name = "zz\r\na9 CREATE pwned\r\nzz"
	srv := canned(t, preauth, expect("LIST"),
		Send(fmt.Sprintf("* LIST () \"/\" {%d}\r\n%s\r\n", len(name), name)+"* LIST () \"/\" \"zy | touch pwned\"\r\n{tag} OK done\r\n"))
	s := begin(t, srv)
	s.typ(`list "" *`)
	s.sees("OK done")
	s.tab("select z")
	s.until("the name", func() bool { return len(s.edits) > 0 })
	if got := s.edits[0]; got != `select "zy | touch pwned" ‸` {
		t.Errorf("Tab wrote %q", got)
	}
	s.typ(`select "zy | touch pwned"`)
	s.sees(" select \"zy | touch pwned\"\n", "OK") // after the LIST of Tab, if that was first
}
