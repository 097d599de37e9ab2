package cli

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"imapsh/internal/testserver"
)

// oneBox returns the URL of an account with one mailbox of three messages; others replace some of the answers.
func oneBox(t *testing.T, others testserver.Replies) string {
	t.Helper()
	const done = "{tag} OK done\r\n"
	s := testserver.NewCanned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n"), testserver.Reply(testserver.Replies{
		"CAPABILITY": {testserver.Send("* CAPABILITY IMAP4rev1\r\n" + done)},
		"LIST":       {testserver.Send("* LIST () \"/\" INBOX\r\n" + done)},
		"STATUS":     {testserver.Send("* STATUS INBOX (MESSAGES 3 UNSEEN 0)\r\n" + done)},
		"EXAMINE":    {testserver.Send("* 3 EXISTS\r\n" + done)},
	}.With(others)))
	return "imap://alice@" + s.Addr()
}

func TestADiffThatLosesAServerSaysWhatWasNotCompared(t *testing.T) {
	t.Parallel()
	left := oneBox(t, nil)
	right := oneBox(t, testserver.Replies{"FETCH": {testserver.Send("* 1 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID)] {40}\r\nMess"), testserver.Reset()}})
	o := runWith(t, bothPasswords, nil, "diff", "--only", "counts,messages", left, right).is(t, 3)
	o.shows(t, "!! messages of INBOX not compared: ", "incomplete: 1 comparison failed; no differences; 1 mailbox on both sides\n")
}

func TestADiffThatIsInterruptedEnds(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{})
	left := oneBox(t, testserver.Replies{"FETCH": {testserver.Reached(func() { close(reached) }), testserver.Stall()}})
	l := startProcess(t, bothPasswords, "diff", "--only", "messages", left, oneBox(t, nil))
	<-reached
	l.signals(syscall.SIGINT)
	o := l.ends().is(t, 130)
	if !strings.Contains(o.stdout, "messages of INBOX not compared: left: interrupted\n") {
		t.Errorf("%s", o)
	}
}

func TestADiffEndsIfItsOutputIsClosed(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, "* LIST () \"/\" box%d\r\n", i)
	}
	left := oneBox(t, testserver.Replies{"LIST": {testserver.Send(many.String() + "{tag} OK done\r\n")}})
	l := startWith(t, bothPasswords, "diff", "--only", "mailboxes", left, oneBox(t, nil))
	l.until("box")
	l.closeOutput()
	l.ends().is(t, 141)
}
