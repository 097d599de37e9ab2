package check

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

func TestAnInterruptWithinACommandCleansUpWithAnotherConnection(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var mu sync.Mutex
	there := map[string]bool{}
	remember := func(is bool) testserver.Step {
		return testserver.Respond(func(line string) string {
			mu.Lock()
			defer mu.Unlock()
			there[strings.Trim(line[strings.LastIndexByte(line, ' ')+1:], `"`)] = is
			return "{tag} OK done\r\n"
		})
	}
	s := testserver.NewCanned(t, greeted(healthy().With(testserver.Replies{
		"CREATE": {remember(true)}, "DELETE": {remember(false)},
		"COPY": {testserver.Do(cancel), testserver.Stall()},
		"LIST": {testserver.Respond(func(line string) string {
			return "* LIST () \"/\" " + line[strings.LastIndexByte(line, ' ')+1:] + "\r\n{tag} OK done\r\n"
		})},
	}))...)
	o := options(t, s.Addr())
	o.Write, o.StepTimeout = true, patience
	r := Run(ctx, o)
	left := 0
	for _, is := range there {
		if is {
			left++
		}
	}
	last := r.Steps[len(r.Steps)-1]
	if !r.Interrupted || len(there) != 2 || left != 0 || last.Name != "cleanup" || last.Verdict != Passed {
		show(t, r)
		t.Errorf("interrupted %v, made and removed %v", r.Interrupted, there)
	}
}

func TestAMailboxThatIsCreatedAfterTheInterruptIsRemoved(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var mu sync.Mutex
	there, looked, created := map[string]bool{}, make(chan bool, 10), make(chan bool, 10)
	nameOf := func(line string) string { return strings.Trim(line[strings.LastIndexByte(line, ' ')+1:], `"`) }
	s := testserver.NewCanned(t, greeted(healthy().With(testserver.Replies{
		"CREATE": {testserver.Do(cancel), testserver.Respond(func(line string) string {
			select { // it takes longer than a new connection, if the check does not wait for the answer
			case <-looked:
			case <-time.After(200 * time.Millisecond):
			}
			mu.Lock()
			defer mu.Unlock()
			there[nameOf(line)] = true
			created <- true
			return "{tag} OK done\r\n"
		})},
		"DELETE": {testserver.Respond(func(line string) string {
			mu.Lock()
			defer mu.Unlock()
			delete(there, nameOf(line))
			return "{tag} OK done\r\n"
		})},
		"LIST": {testserver.Respond(func(line string) string {
			mu.Lock()
			defer mu.Unlock()
			if strings.Contains(line, "imapsh-check") {
				looked <- true
			}
			if !there[nameOf(line)] {
				return "{tag} OK done\r\n"
			}
			return "* LIST () \"/\" " + nameOf(line) + "\r\n{tag} OK done\r\n"
		})},
	}))...)
	o := options(t, s.Addr())
	o.Write, o.StepTimeout = true, patience
	r := Run(ctx, o)
	<-created
	mu.Lock()
	defer mu.Unlock()
	if !r.Interrupted || len(there) > 0 {
		show(t, r)
		t.Errorf("interrupted %v, left %v", r.Interrupted, there)
	}
}

func TestAnInterruptWithinACommandLeavesNothingBehindOnDovecot(t *testing.T) {
	t.Parallel()
	for _, at := range []string{" CREATE ", " APPEND ", " COPY ", " EXPUNGE", " DELETE "} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			interrupted(t, func(o *Options, interrupt func()) { o.Log = trigger{at, interrupt} })
		})
	}
}

// interrupted checks a Dovecot with mail of its own until change's function is called. The check must leave no mailbox.
func interrupted(t *testing.T, change func(o *Options, interrupt func())) {
	t.Helper()
	s := testserver.Dovecot(t)
	before := names(t, s, testserver.Alice)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := options(t, s.Clear())
	o.Write = true
	change(&o, cancel)
	r := Run(ctx, o)
	if after := names(t, s, testserver.Alice); !r.Interrupted || !slices.Equal(before, after) {
		show(t, r)
		t.Errorf("interrupted %v, before %q, after %q", r.Interrupted, before, after)
	}
}

// trigger calls a function when a text is logged.
type trigger struct {
	text string
	call func()
}

func (g trigger) Write(p []byte) (int, error) {
	if strings.Contains(string(p), g.text) {
		g.call()
	}
	return len(p), nil
}

func TestMailboxesThatCouldNotBeRemovedAreNamedWithTheCommandForIt(t *testing.T) {
	t.Parallel()
	r := checked(t, nil, greeted(healthy().With(testserver.Replies{
		"DELETE": {testserver.Send("{tag} NO in use\r\n")},
		"LIST": {testserver.Respond(func(line string) string {
			return "* LIST () \"/\" " + line[strings.LastIndexByte(line, ' ')+1:] + "\r\n{tag} OK done\r\n"
		})},
	}))...)
	var name string
	for _, s := range r.Steps {
		if s.Name == "create" {
			name = s.Says
		}
	}
	last := r.Steps[len(r.Steps)-1]
	if last.Name != "cleanup" || last.Verdict != Failed || !strings.HasPrefix(name, "imapsh-check-") ||
		!strings.HasPrefix(last.Cause, "not removed: "+name+", "+name+"-copy (") || !strings.HasPrefix(last.Hint, "imapsh -e 'delete "+name+"' -e 'delete "+name+"-copy' imap://127.0.0.1:") {
		show(t, r)
		t.Errorf("cause %q, hint %q", last.Cause, last.Hint)
	}
}

func TestAPasswordIsNotSentIfLOGINIsDisabled(t *testing.T) {
	t.Parallel()
	for _, auth := range []string{"", "login"} {
		s := testserver.NewCanned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n"), testserver.Reply(healthy().With(testserver.Replies{
			"CAPABILITY": {testserver.Send("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK done\r\n")},
		})))
		o := options(t, s.Addr())
		o.Auth = auth
		r := Run(context.Background(), o)
		if s := r.Steps[6]; s.Name != "login" || s.Verdict != Failed || !strings.Contains(s.Cause, "LOGINDISABLED") {
			show(t, r)
		}
		if strings.Contains(s.Received(), testserver.Password) {
			t.Error("the password was sent")
		}
	}
}
