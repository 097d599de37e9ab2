package check

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

func shown(t *testing.T, cols int, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	table := Table{Out: &b, Width: wide(cols)}
	if err := table.Report(r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestStepsThatAFailureMakesImpossibleAreOneLine(t *testing.T) {
	skipped := func(says string, names ...string) (steps []Step) {
		for _, name := range names {
			steps = append(steps, Step{Name: name, Says: says})
		}
		return steps
	}
	for _, c := range []struct {
		name  string
		steps []Step
		want  string
	}{
		{"without TLS", skipped("no TLS", "login", "capabilities_after_login", "logout"), " – skipped without TLS: login … logout\n"},
		{"two steps", skipped("no mailbox could be opened", "fetch", "search"), " – skipped, no mailbox could be opened: fetch, search\n"},
		{"nobody logged in", skipped("you are logged out", "namespace", "list", "capabilities_after_login"), " – skipped, you are logged out: namespace … capabilities after login\n"},
		{"one step", skipped("not offered", "quota"), " – quota          not offered\n"},
		{"different reasons", append(skipped("not offered", "quota"), skipped("no TLS", "idle")...), "not offered\n – idle           no TLS\n"},
	} {
		if got := shown(t, 80, &Report{Server: "imaps://x", Steps: c.steps}); !strings.Contains(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestOnANarrowScreenTheImpossibleStepsAreAMarkALineAndAReason(t *testing.T) {
	var steps []Step
	for _, name := range []string{"capabilities_after_login", "namespace", "idle"} {
		steps = append(steps, Step{Name: name, Says: "not logged in"})
	}
	want := " – capabilities after login … idle\n     skipped, not logged in\n"
	if got := shown(t, 40, &Report{Server: "imaps://x", Steps: steps}); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	steps[0].Says = "no mailbox could be opened, because the server has none that can be selected"
	steps[1].Says, steps[2].Says = steps[0].Says, steps[0].Says
	if got := shown(t, 80, &Report{Server: "imaps://x", Steps: steps}); strings.Count(got, "–") != 1 || !strings.Contains(got, "\n   … idle\n") && !strings.Contains(got, "\n   selected: ") {
		t.Errorf("the mark is repeated, or the rest is not indented:\n%s", got)
	}
}

func TestWithoutLoginIsNotSaidIfTheURLNamesAUser(t *testing.T) {
	for server, want := range map[string]string{
		"imaps://bob@x": "imaps://bob@x\n", "imaps://x": "imaps://x without login\n", "imaps://x/a@b": "imaps://x/a@b without login\n",
	} {
		if got := shown(t, 80, &Report{Server: server}); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTheWireOfAFailedStepIsAFewLinesAroundTheFault(t *testing.T) {
	var b strings.Builder
	for i := 1; i <= 100; i++ {
		fmt.Fprintf(&b, "S: * %d FETCH (ENVELOPE (%s))\n", i, strings.Repeat("NIL ", 300))
		if i%14 == 0 {
			b.WriteString("!! nstring at byte 12: a string or NIL\n     * FETCH\n       ^\n     rule     x\n     effect   y\n")
		}
	}
	b.WriteString("-- the end\n")
	r := &Report{Server: "imaps://x", Steps: []Step{{Name: "fetch", Verdict: Failed, Cause: "x", Wire: []byte(b.String())}}}
	for _, cols := range []int{0, 80, 40} {
		got := shown(t, cols, r)
		for _, want := range []string{"!! nstring at byte 12", "       ^\n", "(--log", "-- the end"} {
			if !strings.Contains(got, want) {
				t.Errorf("%d columns: %q is missing:\n%s", cols, want, got)
			}
		}
		if n := strings.Count(got, "\n"); n > 45 || len(got) > 8<<10 {
			t.Errorf("%d columns: %d rows, %d bytes:\n%s", cols, n, len(got), got)
		}
	}
}

func TestIDIsSentOnEachConnectionIfItIsOffered(t *testing.T) {
	t.Parallel()
	with := strings.Replace(caps, "IDLE", "IDLE ID", 1)
	replies := healthy().With(testserver.Replies{
		"CAPABILITY": {testserver.Send("* CAPABILITY " + with + "\r\n{tag} OK done\r\n")},
		"LOGIN":      {testserver.Send("{tag} OK [CAPABILITY " + with + "] logged in\r\n")},
		"ID":         {testserver.Send("* ID (\"name\" \"x\")\r\n{tag} OK done\r\n")},
		"LIST":       {testserver.Send("* LIST 1 2\r\n{tag} OK done\r\n")}, // ends the connection
	})
	var log bytes.Buffer
	r := checked(t, func(o *Options) { o.Log = &log; o.Write = false }, testserver.Send("* OK [CAPABILITY "+with+"] ready\r\n"), testserver.Reply(replies))
	if n := strings.Count(log.String(), ` ID ("name" "imapsh")`); n != 2 {
		show(t, r)
		t.Errorf("ID was sent %d times, want 2:\n%s", n, log.String())
	}
	for _, refused := range []string{"{tag} NO no\r\n", "{tag} BAD no\r\n"} {
		replies["ID"] = []testserver.Step{testserver.Send(refused)}
		r := checked(t, func(o *Options) { o.Write = false }, testserver.Send("* OK [CAPABILITY "+with+"] ready\r\n"), testserver.Reply(replies))
		if s := stepOf(r, "select"); s.Verdict != Passed {
			show(t, r)
			t.Errorf("after %q select is %v", refused, s.Verdict)
		}
	}
}

func stepOf(r *Report, name string) Step {
	for _, s := range r.Steps {
		if s.Name == name {
			return s
		}
	}
	return Step{}
}
