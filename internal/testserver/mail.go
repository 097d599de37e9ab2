package testserver

import (
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Client returns an ordinary IMAP client, not imapsh, that is logged in as a user. It is closed when the
// test ends.
func (s *Server) Client(t testing.TB, user string) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialInsecure(s.Clear(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Login(user, Password).Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

// Append adds the first n messages of Message to a mailbox, which it makes if it is missing.
func (s *Server) Append(t testing.TB, user, mailbox string, n int) {
	t.Helper()
	c := s.Client(t, user)
	c.Create(mailbox, nil).Wait() // NO if it exists
	for i := 1; i <= n; i++ {
		text := Message(i)
		cmd := c.Append(mailbox, int64(len(text)), nil)
		cmd.Write(text)
		cmd.Close()
		if _, err := cmd.Wait(); err != nil {
			t.Fatalf("appending message %d to %s: %v", i, mailbox, err)
		}
	}
	if err := c.Logout().Wait(); err != nil {
		t.Fatal(err)
	}
}

// seed stores by IMAP what seedAlice stores as files, and logs Bob in once, so that his INBOX is made.
func seed(t testing.TB, s *Server) {
	t.Helper()
	if err := s.Client(t, Bob).Logout().Wait(); err != nil {
		t.Fatal(err)
	}
	c := s.Client(t, Alice)
	if err := c.Create("test", nil).Wait(); err != nil {
		if err := c.Create("INBOX.test", nil).Wait(); err != nil {
			t.Fatal(err)
		}
	}
	for i := 1; i <= 22; i++ {
		options := imap.AppendOptions{Time: seedStart.Add(time.Duration(i) * time.Hour)}
		if i%4 != 0 {
			options.Flags = append(options.Flags, imap.FlagSeen)
		}
		if i%5 == 0 {
			options.Flags = append(options.Flags, imap.FlagFlagged)
		}
		text := Message(i)
		cmd := c.Append("INBOX", int64(len(text)), &options)
		cmd.Write(text)
		cmd.Close()
		if _, err := cmd.Wait(); err != nil {
			t.Fatalf("appending message %d: %v", i, err)
		}
	}
	if err := c.Logout().Wait(); err != nil {
		t.Fatal(err)
	}
}
