package check

import (
	"fmt"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// envelope returns a FETCH response whose ENVELOPE is good, or lacks its last field.
func envelope(n int, good bool) string {
	last := ` "<` + fmt.Sprint(n) + `@example.org>"`
	if !good {
		last = ""
	}
	return fmt.Sprintf("* %d FETCH (UID %d FLAGS () ENVELOPE (\"Fri, 20 Nov 2026 10:00:00 +0000\" \"no. %d\" NIL NIL NIL NIL NIL NIL NIL%s) INTERNALDATE \"20-Nov-2026 10:00:00 +0000\" BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 10 1))\r\n", n, n+1000, n, last)
}

// walked checks a mailbox with some bad messages, and returns the report and its step "fetch".
func walked(t *testing.T, messages int, bad func(n int) bool) (*Report, Step) {
	t.Helper()
	r := checked(t, func(o *Options) { o.All, o.Write = true, false }, greeted(healthy().With(testserver.Replies{
		"EXAMINE": {testserver.Send(strings.NewReplacer("2 EXISTS", fmt.Sprint(messages)+" EXISTS", "UIDNEXT 3", "UIDNEXT 5000").Replace(opened) + "{tag} OK done\r\n")},
		"FETCH": {testserver.Respond(func(line string) string {
			var from, to int
			_, rest, _ := strings.Cut(line, "FETCH ")
			if n, _ := fmt.Sscanf(rest, "%d:%d", &from, &to); n < 2 {
				to = from
			}
			var b strings.Builder
			for n := from; n <= to; n++ {
				b.WriteString(envelope(n, !bad(n)))
			}
			return b.String() + "{tag} OK done\r\n"
		})},
	}))...)
	for _, s := range r.Steps {
		if s.Name == "fetch" {
			return r, s
		}
	}
	t.Fatal("no step fetch")
	return nil, Step{}
}

func TestFetchContinuesAfterAnEmptyResponse(t *testing.T) {
	t.Parallel()
	replies := healthy().With(testserver.Replies{
		"EXAMINE": {testserver.Send(strings.Replace(opened, "2 EXISTS", "402 EXISTS", 1) + "{tag} OK [READ-ONLY] done\r\n")},
		"FETCH":   {testserver.Send("* 1 FETCH ()\r\n{tag} OK done\r\n")},
	})
	var log strings.Builder
	r := checked(t, func(o *Options) { o.All, o.Write, o.Log = true, false, &log }, greeted(replies)...)
	if s := stepOf(r, "fetch"); s.Verdict != Failed || strings.Count(log.String(), " FETCH 4") != 1 {
		show(t, r)
		t.Errorf("%v, %q", s.Verdict, s.Cause)
	}
}

func TestFetchNamesEachMessageThatTheClientRejects(t *testing.T) {
	t.Parallel()
	r, s := walked(t, 450, func(n int) bool { return n == 7 || n == 8 || n == 200 || n == 450 })
	if s.Verdict != Failed || !strings.HasPrefix(s.Cause, "4 responses rejected: ") || s.Says != "446 messages" {
		show(t, r)
		t.Errorf("%q, %q", s.Says, s.Cause)
	}
	if len(s.Findings) != s.FindingsAll {
		t.Errorf("%d violations, %d counted", len(s.Findings), s.FindingsAll)
	}
	var named []uint32
	for _, f := range s.Findings {
		if f.Refused == "" || f.Oddity.Name == "" || f.UID != f.Message+1000 || f.Mailbox != "INBOX" {
			t.Errorf("message %d, UID %d in %q: %q beside %q", f.Message, f.UID, f.Mailbox, f.Refused, f.Oddity.Name)
		}
		if len(named) == 0 || named[len(named)-1] != f.Message {
			named = append(named, f.Message)
		}
	}
	if fmt.Sprint(named) != "[7 8 200 450]" {
		t.Errorf("it names %v", named)
	}
	if wire := string(s.Wire); strings.Contains(wire, "LOGIN") || strings.Contains(wire, "EXAMINE") || strings.Count(wire, "-- new connection") != 3 {
		t.Errorf("the wire shows what prepared the step, or does not note it:\n%s", wire)
	}
}

func TestFetchStopsAfterFiftyRejectedResponses(t *testing.T) {
	t.Parallel()
	r, s := walked(t, 60, func(int) bool { return true })
	if !strings.HasPrefix(s.Cause, "50 responses rejected, the other messages were not fetched: ") {
		show(t, r)
		t.Errorf("cause %q", s.Cause)
	}
	refused := map[uint32]bool{}
	for _, f := range s.Findings {
		if f.Refused != "" {
			refused[f.Message] = true
		}
	}
	if len(refused) != 50 || !refused[1] || !refused[50] {
		t.Errorf("%d messages are named", len(refused))
	}
	for _, later := range r.Steps {
		if later.Name == "search" && later.Verdict != Passed {
			t.Errorf("search: %v %q", later.Verdict, later.Cause)
		}
	}
}

func TestFetchEndsAtARejectedResponseThatIsNotAboutAMessage(t *testing.T) {
	t.Parallel()
	r := checked(t, func(o *Options) { o.All, o.Write = true, false }, greeted(healthy().With(testserver.Replies{
		"FETCH": {testserver.Send(one + "* XWEATHER sunny\r\n" + two + "{tag} OK done\r\n")},
	}))...)
	for _, s := range r.Steps {
		if s.Name == "fetch" && (s.Verdict != Failed || !strings.HasPrefix(s.Cause, "1 response rejected: ") || s.Says != "1 message") {
			show(t, r)
			t.Errorf("%q, %q", s.Says, s.Cause)
		}
		if s.Name == "search" && s.Verdict != Passed {
			t.Errorf("search: %v %q", s.Verdict, s.Cause)
		}
	}
}

func TestAResponseThatTheClientRejectsBetweenTwoStepsIsReportedInTheNext(t *testing.T) {
	t.Parallel()
	// The client ends the connection at the response that came after the end of STATUS. The next
	// step begins once the server has seen that.
	gone := make(chan struct{})
	r := checked(t, func(o *Options) {
		o.Write = false
		o.Progress = func(s Step) {
			if s.Name == "status" {
				<-gone
			}
		}
	}, greeted(healthy().With(testserver.Replies{
		"STATUS": {testserver.Send("* STATUS INBOX (MESSAGES 2 UNSEEN 2 UIDNEXT 3 UIDVALIDITY 7)\r\n{tag} OK done\r\n* XWEATHER sunny\r\n"),
			testserver.Left(func() { close(gone) })},
	}))...)
	for _, s := range r.Steps {
		switch {
		case s.Name == "quota":
			if s.Verdict != Failed || !strings.Contains(s.Cause, "XWEATHER") || !strings.Contains(string(s.Wire), "* XWEATHER sunny") {
				show(t, r)
				t.Errorf("quota: %q\n%s", s.Cause, s.Wire)
			}
		case s.Verdict >= Warned:
			t.Errorf("%s: %v %q", s.Name, s.Verdict, s.Cause)
		}
	}
}

func TestViolationsOnTheSecondConnectionAreReported(t *testing.T) {
	t.Parallel()
	logins := 0
	r := checked(t, nil, greeted(healthy().With(testserver.Replies{
		"LOGIN": {testserver.Respond(func(string) string {
			if logins++; logins == 1 {
				return "{tag} OK [CAPABILITY " + caps + "] logged in\r\n"
			}
			return "* OK hello\n{tag} OK [CAPABILITY " + caps + "] logged in\r\n"
		})},
	}))...)
	last := r.Steps[len(r.Steps)-1]
	if last.Name != "connection" || last.Verdict != Warned || len(last.Findings) == 0 || !strings.Contains(string(last.Wire), "S[push]: * OK hello") {
		show(t, r)
		t.Errorf("%s: %q\n%s", last.Name, last.Cause, last.Wire)
	}
}
