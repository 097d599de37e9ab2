package testserver

import (
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
)

// Client is a second, ordinary client, logged in as a user.
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

// Append adds n messages to a mailbox, which is made where it is missing.
func (s *Server) Append(t testing.TB, user, mailbox string, n int) {
	t.Helper()
	c := s.Client(t, user)
	c.Create(mailbox, nil).Wait() // NO when it exists
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
