package check

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/testserver"
)

const caps = "IMAP4rev1 IDLE NAMESPACE UIDPLUS MOVE QUOTA"

// one and two answer FETCH for two messages.
const one = `* 1 FETCH (UID 1 FLAGS () INTERNALDATE "20-Nov-2026 10:00:00 +0000" RFC822.SIZE 100 ENVELOPE ("Fri, 20 Nov 2026 10:00:00 +0000" "one" (("Ann" NIL "ann" "example.org")) NIL NIL NIL NIL NIL NIL "<1@example.org>") BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 10 1 NIL NIL NIL NIL))` + "\r\n"
const two = `* 2 FETCH (UID 2 FLAGS () INTERNALDATE "20-Nov-2026 10:00:00 +0000" RFC822.SIZE 100 ENVELOPE ("Fri, 20 Nov 2026 10:00:00 +0000" "two" (("Ann" NIL "ann" "example.org")) NIL NIL NIL NIL NIL NIL "<2@example.org>") BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 10 1 NIL NIL NIL NIL))` + "\r\n"

const opened = "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* OK [PERMANENTFLAGS (\\Deleted \\Seen \\Flagged)] kept\r\n" +
	"* 2 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 3] next\r\n"

// healthy returns the answers of a server that passes.
func healthy() testserver.Replies {
	appended := make(chan struct{})
	appends := 0
	var mu sync.Mutex
	return testserver.Replies{
		"CAPABILITY":   {testserver.Send("* CAPABILITY " + caps + "\r\n{tag} OK done\r\n")},
		"LOGIN":        {testserver.Send("{tag} OK [CAPABILITY " + caps + "] logged in\r\n")},
		"NAMESPACE":    {testserver.Send("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n{tag} OK done\r\n")},
		"LIST":         {testserver.Send("* LIST (\\HasNoChildren) \"/\" INBOX\r\n{tag} OK done\r\n")},
		"SELECT":       {testserver.Send(opened + "{tag} OK [READ-WRITE] done\r\n")},
		"EXAMINE":      {testserver.Send(opened + "{tag} OK [READ-ONLY] done\r\n")},
		"FETCH":        {testserver.Send(one + two + "{tag} OK done\r\n")},
		"SEARCH":       {testserver.Send("* SEARCH 1 2\r\n{tag} OK done\r\n")},
		"STATUS":       {testserver.Send("* STATUS INBOX (MESSAGES 2 UNSEEN 2 UIDNEXT 3 UIDVALIDITY 7)\r\n{tag} OK done\r\n")},
		"GETQUOTAROOT": {testserver.Send("* QUOTAROOT INBOX user\r\n* QUOTA user (STORAGE 10 100)\r\n{tag} OK done\r\n")},
		"IDLE":         {testserver.Idle(appended, "* 3 EXISTS\r\n")},
		"APPEND": {testserver.Do(func() {
			mu.Lock()
			defer mu.Unlock()
			if appends++; appends == 3 { // the message that must be pushed
				close(appended)
			}
		}), testserver.Send("{tag} OK [APPENDUID 7 1] done\r\n")},
		"COPY":    {testserver.Send("{tag} OK [COPYUID 7 1 1] done\r\n")},
		"MOVE":    {testserver.Send("* OK [COPYUID 7 1 2] moved\r\n* 1 EXPUNGE\r\n{tag} OK done\r\n")},
		"STORE":   {testserver.Send("* 1 FETCH (FLAGS (\\Flagged))\r\n{tag} OK done\r\n")},
		"EXPUNGE": {testserver.Send("* 1 EXPUNGE\r\n{tag} OK done\r\n")},
		"LOGOUT":  {testserver.Send("* BYE bye\r\n{tag} OK done\r\n")},
	}
}

// patience is how long a step may take before a test considers it hung.
const patience = 2 * time.Minute

// onlyLate limits the wait for this to 300 ms, and no other: those must not fail on a busy machine.
func onlyLate(wanted string) func(*Options) {
	return func(o *Options) {
		o.StepTimeout, o.Conn.Timeout = 300*time.Millisecond, patience
		o.after = func(w string, d time.Duration) <-chan time.Time {
			if w != wanted {
				d = patience
			}
			return time.After(d)
		}
	}
}

// checked checks a canned server of these steps, including the steps that write.
func checked(t *testing.T, change func(*Options), steps ...testserver.Step) *Report {
	t.Helper()
	target, err := conn.ParseTarget("imap://" + testserver.NewCanned(t, steps...).Addr())
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Target: target, User: "alice", Password: func() (string, error) { return testserver.Password, nil },
		Write: true, IdleFor: time.Millisecond, StepTimeout: patience,
	}
	if change != nil {
		change(&o)
	}
	return Run(context.Background(), o)
}

func greeted(r testserver.Replies) []testserver.Step {
	return []testserver.Step{testserver.Send("* OK [CAPABILITY " + caps + "] ready\r\n"), testserver.Reply(r)}
}

func TestAHealthyServerPasses(t *testing.T) {
	t.Parallel()
	r := checked(t, nil, greeted(healthy())...)
	if r.Verdict != Passed {
		show(t, r)
		t.Errorf("the verdict is %d", r.Verdict)
	}
}

func TestTheVerdictNamesTheBrokenStepAndTheCause(t *testing.T) {
	t.Parallel()
	no := func(text string) []testserver.Step {
		return []testserver.Step{testserver.Send("{tag} NO " + text + "\r\n")}
	}
	for _, row := range []struct {
		name    string
		replies testserver.Replies // replace some of the healthy ones
		steps   []testserver.Step  // replace everything
		change  func(*Options)
		step    string
		verdict Verdict
		cause   []string
		silent  bool // nothing was sent or received in the step
	}{
		{name: "a greeting that does not come", silent: true, steps: []testserver.Step{testserver.Stall()}, step: "greeting", verdict: Failed, change: onlyLate("the greeting"), cause: []string{" within 300ms"}},
		{name: "a greeting of another protocol", steps: []testserver.Step{testserver.Send("+OK POP3 ready\r\n"), testserver.Stall()}, step: "greeting", verdict: Failed, cause: []string{"no IMAP greeting", "+OK POP3 ready"}},
		{name: "a BYE as the greeting", steps: []testserver.Step{testserver.Send("* BYE too many connections\r\n")}, step: "greeting", verdict: Failed, cause: []string{"BYE", "too many connections"}},
		{name: "an end before the greeting", silent: true, steps: []testserver.Step{testserver.Close()}, step: "greeting", verdict: Failed, cause: []string{"closed the connection"}},
		{name: "a server without IMAP4rev1", steps: []testserver.Step{testserver.Send("* OK ready\r\n"), testserver.Reply(healthy().With(testserver.Replies{"CAPABILITY": {testserver.Send("* CAPABILITY IMAP4 IDLE\r\n{tag} OK done\r\n")}}))},
			step: "capabilities", verdict: Failed, cause: []string{"neither IMAP4rev1 nor IMAP4rev2"}},
		{name: "CAPABILITY answered BAD", steps: []testserver.Step{testserver.Send("* OK ready\r\n"), testserver.Reply(healthy().With(testserver.Replies{"CAPABILITY": {testserver.Send("{tag} BAD what\r\n")}}))}, step: "capabilities", verdict: Failed, cause: []string{"refused CAPABILITY", "what"}},
		{name: "STARTTLS that is refused", replies: testserver.Replies{"STARTTLS": no("not now")}, change: func(o *Options) { o.StartTLS = true }, step: "starttls", verdict: Failed, cause: []string{"refused STARTTLS", "not now"}},
		{name: "responses injected after STARTTLS", replies: testserver.Replies{"STARTTLS": {testserver.Send("{tag} OK go\r\n* CAPABILITY EVIL\r\n"), testserver.Stall()}}, change: func(o *Options) { o.StartTLS = true }, step: "starttls", verdict: Failed, cause: []string{"unencrypted"}},
		{name: "a login that is refused", replies: testserver.Replies{"LOGIN": no("[AUTHENTICATIONFAILED] wrong")}, step: "login", verdict: Failed, cause: []string{"NO", "AUTHENTICATIONFAILED", "wrong"}},
		{name: "an invalid NAMESPACE", replies: testserver.Replies{"NAMESPACE": {testserver.Send("* NAMESPACE 1 2 3\r\n{tag} OK done\r\n")}}, step: "namespace", verdict: Failed, cause: []string{"ordinary client"}},
		{name: "LIST answered NO", replies: testserver.Replies{"LIST": no("no list")}, step: "list", verdict: Failed, cause: []string{"no list"}},
		{name: "a name in LIST that is not modified UTF-7", replies: testserver.Replies{"LIST": {testserver.Send("* LIST () \"/\" INBOX\r\n* LIST () \"/\" R&D\r\n{tag} OK done\r\n")}}, step: "list", verdict: Failed, cause: []string{"ordinary client"}},
		{name: "NO to SELECT", replies: testserver.Replies{"EXAMINE": no("[NONEXISTENT] no such mailbox"), "SELECT": no("[NONEXISTENT] no such mailbox")}, step: "select", verdict: Failed, cause: []string{"NO", "no such mailbox"}},
		{name: "a slow SELECT", replies: testserver.Replies{"EXAMINE": {testserver.Pause(60 * time.Millisecond), testserver.Send(opened + "{tag} OK done\r\n")}}, change: func(o *Options) { o.Limits = Limits{"select": {Warn: 0.02, Critical: 1000}} }, step: "select", verdict: Warned, cause: []string{"select is ", "above its limit of 0.02 s"}},
		{name: "a SELECT without an end", replies: testserver.Replies{"EXAMINE": {testserver.Stall()}}, change: onlyLate("the answer to opening INBOX"), step: "select", verdict: Failed, cause: []string{" within 300ms"}},
		{name: "a SELECT without EXISTS and UIDVALIDITY", replies: testserver.Replies{"EXAMINE": {testserver.Send("* FLAGS ()\r\n{tag} OK done\r\n")}}, step: "select", verdict: Warned, cause: []string{"violation"}},
		{name: "a malformed ENVELOPE", replies: testserver.Replies{"FETCH": {testserver.Send("* 1 FETCH (UID 1 ENVELOPE (\"date\" \"subject\" ((NIL NIL \"a\" \"b\")) NIL NIL))\r\n" + two + "{tag} OK done\r\n")}}, step: "fetch", verdict: Failed, cause: []string{"ordinary client", "envelope"}},
		{name: "a malformed BODYSTRUCTURE", replies: testserver.Replies{"FETCH": {testserver.Send("* 1 FETCH (UID 1 BODYSTRUCTURE ((NIL NIL NIL NIL NIL \"7bit\" 0) \"mixed\"))\r\n" + two + "{tag} OK done\r\n")}}, step: "fetch", verdict: Failed, cause: []string{"ordinary client", "body"}},
		{name: "a FETCH of nothing", replies: testserver.Replies{"FETCH": {testserver.Send("* 1 FETCH ()\r\n" + two + "{tag} OK done\r\n")}}, step: "fetch", verdict: Failed, cause: []string{"never sent UID, ENVELOPE, INTERNALDATE, BODYSTRUCTURE of message 1"}},
		{name: "a literal that lies about its size", replies: testserver.Replies{"FETCH": {testserver.Send("* 1 FETCH (UID 1 ENVELOPE (\"date\" {4}\r\nsubject NIL NIL NIL NIL NIL NIL NIL NIL))\r\n{tag} OK done\r\n")}}, step: "fetch", verdict: Failed, cause: []string{"ordinary client"}},
		{name: "a literal that never ends", replies: testserver.Replies{"FETCH": {testserver.Send("* 1 FETCH (UID 1 ENVELOPE (\"date\" {4000}\r\nsubject NIL NIL NIL"), testserver.Stall()}}, change: onlyLate("the answer to FETCH 1:2"), step: "fetch", verdict: Failed, cause: []string{"no answer to FETCH"}},
		{name: "an untagged response that no client knows", replies: testserver.Replies{"SEARCH": {testserver.Send("* XWEATHER sunny\r\n* SEARCH 1\r\n{tag} OK done\r\n")}}, step: "search", verdict: Failed, cause: []string{"ordinary client", "XWEATHER"}},
		{name: "EXPUNGE within SEARCH", replies: testserver.Replies{"SEARCH": {testserver.Send("* SEARCH 1\r\n* 1 EXPUNGE\r\n{tag} OK done\r\n")}}, step: "search", verdict: Warned, cause: []string{"violation"}},
		{name: "a BYE in the middle", replies: testserver.Replies{"SEARCH": {testserver.Send("* BYE going down\r\n"), testserver.Close()}}, step: "search", verdict: Failed, cause: []string{"BYE", "going down"}},
		{name: "a tag that is not in flight", replies: testserver.Replies{"SEARCH": {testserver.Send("* SEARCH 1\r\nX9 OK done\r\n"), testserver.Stall()}}, step: "search", verdict: Failed, cause: []string{"ordinary client"}},
		{name: "STATUS answered BAD", replies: testserver.Replies{"STATUS": {testserver.Send("{tag} BAD syntax\r\n")}}, step: "status", verdict: Failed, cause: []string{"BAD", "syntax"}},
		{name: "a quota nearly full", replies: testserver.Replies{"GETQUOTAROOT": {testserver.Send("* QUOTAROOT INBOX u\r\n* QUOTA u (STORAGE 95 100)\r\n{tag} OK done\r\n")}}, step: "quota", verdict: Warned, cause: []string{"quota is 95 %, above its limit of 90 %"}},
		{name: "a full quota", replies: testserver.Replies{"GETQUOTAROOT": {testserver.Send("* QUOTAROOT INBOX u\r\n* QUOTA u (STORAGE 100 100)\r\n{tag} OK done\r\n")}}, step: "quota", verdict: Failed, cause: []string{"quota is 100 %, above its limit of 98 %"}},
		{name: "IDLE answered NO", replies: testserver.Replies{"IDLE": no("not today")}, step: "idle", verdict: Failed, cause: []string{"NO", "not today"}},
		{name: "IDLE without push", replies: testserver.Replies{"IDLE": {testserver.Idle(nil, "")}}, change: onlyLate("EXISTS for the message appended by another connection"), step: "push", verdict: Failed, cause: []string{"EXISTS for the message appended by another connection"}},
		{name: "CREATE answered NO", replies: testserver.Replies{"CREATE": no("[NOPERM] not yours")}, step: "create", verdict: Failed, cause: []string{"NOPERM", "not yours"}},
		{name: "APPEND answered NO", replies: testserver.Replies{"APPEND": no("[OVERQUOTA] full")}, step: "append", verdict: Failed, cause: []string{"OVERQUOTA", "full"}},
		{name: "STORE answered NO", replies: testserver.Replies{"STORE": no("read only")}, step: "store", verdict: Failed, cause: []string{"read only"}},
		{name: "COPY answered NO", replies: testserver.Replies{"COPY": no("[TRYCREATE] where")}, step: "copy", verdict: Failed, cause: []string{"TRYCREATE"}},
		{name: "MOVE answered BAD", replies: testserver.Replies{"MOVE": {testserver.Send("{tag} BAD no move\r\n")}}, step: "move", verdict: Failed, cause: []string{"no move"}},
		{name: "EXPUNGE that removes nothing", replies: testserver.Replies{"EXPUNGE": {testserver.Send("{tag} OK done\r\n")}}, step: "expunge", verdict: Failed, cause: []string{"the server sent no EXPUNGE"}},
		{name: "DELETE answered NO", replies: testserver.Replies{"DELETE": no("in use")}, step: "delete", verdict: Failed, cause: []string{"in use"}},
		{name: "an OK to LOGOUT without BYE", replies: testserver.Replies{"LOGOUT": {testserver.Send("{tag} OK done\r\n")}}, step: "logout", verdict: Warned, cause: []string{"violation"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			steps := row.steps
			if steps == nil {
				steps = greeted(healthy().With(row.replies))
			}
			r := checked(t, row.change, steps...)
			first := Step{}
			for _, s := range r.Steps {
				if s.Verdict >= Warned {
					first = s
					break
				}
			}
			if first.Name != row.step || first.Verdict != row.verdict || r.Verdict < row.verdict {
				show(t, r)
				t.Errorf("the first bad step is %q with verdict %d, want %q with %d", first.Name, first.Verdict, row.step, row.verdict)
			}
			for _, text := range row.cause {
				if !strings.Contains(first.Cause, text) {
					t.Errorf("the cause is %q, and does not say %q", first.Cause, text)
				}
			}
			if len(first.Wire) == 0 && !row.silent {
				t.Error("the step has no wire lines")
			}
		})
	}
}

func TestAServerWithAnExpiredCertificateFailsAtTLS(t *testing.T) {
	t.Parallel()
	config, ca := testserver.TLSConfig(t, testserver.Expired)
	s := testserver.NewCanned(t, testserver.StartTLS(config), testserver.Stall())
	target, err := conn.ParseTarget("imaps://" + s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	r := Run(context.Background(), Options{Target: target, Conn: conn.Options{CAFile: ca, SNI: "localhost"}, StepTimeout: patience})
	last := r.Steps[2]
	if last.Name != "tls" || last.Verdict != Failed || !strings.Contains(last.Cause, "expired on") {
		show(t, r)
		t.Errorf("step %q, verdict %d, cause %q", last.Name, last.Verdict, last.Cause)
	}
}
