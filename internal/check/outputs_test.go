package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"imapsh/internal/testserver"
	"imapsh/internal/wire"
)

// hostile is text with which a server might attack the readers of a report.
const hostile = "a|b 'c'\n\x1b[31mred \"q\" \\ é"

// made returns a report with one step of each verdict and hostile texts from the server.
func made() *Report {
	return &Report{
		Server: "imaps://alice@mail.example.net", User: "alice",
		Began: time.Unix(1_790_000_000, 0), Elapsed: 1234 * time.Millisecond, Verdict: Failed,
		Steps: []Step{
			{Name: "resolve", Verdict: Skipped, Says: "nothing to resolve"},
			{
				Name: "tls", Verdict: Warned, Elapsed: 3 * time.Millisecond, Says: "TLS 1.3", Cause: "days left is 10 d, below its limit of 21 d",
				Measures: []Measure{{"days_left", 10, "d", &Limit{21, 7, true}}},
			},
			{Name: "capabilities_after_login", Verdict: Passed, Elapsed: 40 * time.Microsecond, Says: "17 capabilities"},
			{
				Name: "fetch", Verdict: Failed, Elapsed: 1200 * time.Millisecond, Says: hostile, Cause: hostile, Hint: "ask the server's maker",
				Wire: []byte("C: a003 FETCH 1 ENVELOPE\nS: * 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL) and this goes on and on\n     (ENVELOPE x\n               ^\n"),
				Findings: []Finding{{
					Mailbox: "INBOX", Message: 1, UID: 7, Refused: "in envelope: expected ')'", Line: []byte("* 1 FETCH \xff"),
					Oddity: wire.Oddity{Name: "bare-lf", Text: "a line ends with LF only", RFC: "RFC 9051 §2.2"},
				}},
				FindingsAll: 3,
				Measures:    []Measure{{"messages", 4, "", nil}, {"odd name", math.NaN(), "", nil}},
			},
		},
	}
}

func TestNoLineOfATableIsWiderThanTheTerminal(t *testing.T) {
	colours := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for _, cols := range []int{40, 80, 132} {
		var b bytes.Buffer
		table := Table{Out: &b, Width: func() int { return cols }, Colour: true}
		sum := &Summary{}
		sum.Add(made())
		if err := errors.Join(table.Report(made()), table.Row(made(), 70), table.Tally([]*Report{made(), nil}), table.Summary(sum)); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(colours.ReplaceAllString(b.String(), "")) {
			line = strings.TrimSuffix(line, "\n")
			if w := uniseg.StringWidth(line); w > cols {
				t.Errorf("%d columns: %d in %q", cols, w, line)
			}
			if strings.ContainsRune(line, '\x1b') {
				t.Errorf("a server's escape reached the terminal: %q", line)
			}
		}
	}
}

func TestATableShowsTheCauseTheHintAndTheWireWithACaretBelowTheByte(t *testing.T) {
	var b bytes.Buffer
	if err := (&Table{Out: &b}).Report(made()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		" ✗ fetch", "\n     cause: a|b", "\n     hint:  ask the server's maker\n", "\n     C: a003 FETCH 1 ENVELOPE\n",
		"\n          (ENVELOPE x\n                    ^\n", "RFC 9051 §2.2  bare-lf: a line ends with LF only (INBOX message 1, UID 7); an ordinary client rejects it",
		"and 2 violations more", "failed: fetch; warned: tls  (1.2 s)\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// perfItem matches an item of performance data in the format of the Monitoring Plugins Development Guidelines.
var perfItem = regexp.MustCompile(`^(?:[^'=\s]+|'[^'=]+')=(?:U|-?[0-9.]+(?:s|us|ms|%|B|KB|MB|TB|c)?;(?:@?(?:~|-?[0-9.]*):?-?[0-9.]*)?;(?:@?(?:~|-?[0-9.]*):?-?[0-9.]*)?;[0-9.]*)$`)

func TestAPluginWritesOneLineWithValidPerformanceData(t *testing.T) {
	line := Nagios(made())
	says, data, ok := strings.Cut(line, "|")
	if !ok || strings.ContainsAny(line, "\n\x1b") || strings.Contains(data, "|") {
		t.Fatalf("not one line with one bar: %q", line)
	}
	if !strings.HasPrefix(says, `IMAP CRITICAL - fetch: a\x7cb`) {
		t.Errorf("says %q", says)
	}
	for _, item := range regexp.MustCompile(`(?:'[^']*'|\S)+`).FindAllString(data, -1) {
		if !perfItem.MatchString(item) {
			t.Errorf("not performance data: %q", item)
		}
	}
	if !strings.Contains(data, " days_left=10;21:;7:;0") {
		t.Errorf("no falling range in %q", data)
	}
}

// parsePerl prints the items that Monitoring::Plugin, an ordinary parser of performance data, reads.
const parsePerl = `use Monitoring::Plugin::Performance;
print join(";", map { defined $_ ? $_ : "" } $_->label, $_->value, $_->uom, $_->warning, $_->critical, $_->min), "\n"
  for Monitoring::Plugin::Performance->parse_perfstring($ARGV[0]);`

func TestAnOrdinaryParserTakesThePerformanceData(t *testing.T) {
	t.Parallel()
	_, data, _ := strings.Cut(Nagios(made()), " | ")
	perl := testserver.Program(t, "perl", "perl")
	if exec.CommandContext(t.Context(), perl, "-MMonitoring::Plugin::Performance", "-e1").Run() != nil {
		testserver.Missing(t, "Monitoring::Plugin", "make servers installs it on Debian as root")
	}
	out, err := exec.CommandContext(t.Context(), perl, "-e", parsePerl, data).Output()
	// It leaves out unknown values, U.
	const want = `time;1.234;s;;;0
tls;0.003;s;;;0
days_left;10;;21:;7:;0
capabilities_after_login;4e-05;s;;;0
fetch;1.2;s;;;0
messages;4;;;;0
`
	if err != nil || string(out) != want {
		t.Errorf("%v\n%s\nof %s", err, out, data)
	}
}

func TestPromtoolTakesTheMetricsOfManyServers(t *testing.T) {
	other := made()
	other.Server = "imaps://" + hostile
	var b bytes.Buffer
	if err := WritePrometheus(&b, []*Report{made(), other}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "# TYPE imapsh_check_up "); n != 1 {
		t.Errorf("the family appears %d times", n)
	}
	cmd := exec.CommandContext(t.Context(), testserver.Program(t, "promtool", "prometheus"), "check", "metrics")
	cmd.Stdin = &b
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}

func TestJSONIsOneObjectOnOneLine(t *testing.T) {
	var b bytes.Buffer
	if err := WriteJSON(&b, made()); err != nil {
		t.Fatal(err)
	}
	if strings.Count(b.String(), "\n") != 1 || !json.Valid(b.Bytes()) || !strings.Contains(b.String(), `"raw64":"KiAxIEZFVENIIP8="`) {
		t.Errorf("%s", b.String())
	}
}

func TestLimitsAreParsedWithTheirUnits(t *testing.T) {
	for _, row := range []struct {
		text, name     string
		warn, critical float64
	}{
		{"select=500ms,10s", "select", 0.5, 10}, {"total=1m", "total", 60, math.NaN()}, {"total=,30", "total", math.NaN(), 30},
		{"days_left=30d,14d", "days_left", 30, 14}, {"quota=80%,95%", "quota", 80, 95}, {"push=none", "push", math.NaN(), math.NaN()},
	} {
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		name, l, err := ParseLimit(row.text)
		if err != nil || name != row.name || !same(l.Warn, row.warn) || !same(l.Critical, row.critical) {
			t.Errorf("%s: %s %+v %v", row.text, name, l, err)
		}
	}
	for _, bad := range []string{"", "select", "select=", "nothing=1s", "select=10s,1s", "days_left=7,21", "quota=x", "select=-1s", "select=5d"} {
		if _, _, err := ParseLimit(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestRepeatedChecksKeepTheirIntervalAndAreSummedUp(t *testing.T) {
	now := time.Unix(0, 0)
	times := []time.Duration{3 * time.Second, time.Second, 90 * time.Second}
	var waits []time.Duration
	sum := Repeat{
		Every: time.Minute, Count: 3, Now: func() time.Time { return now }, Each: func(*Report) {},
		Wait: func(_ context.Context, d time.Duration) error { waits, now = append(waits, d), now.Add(d); return nil },
		Run: func(context.Context) *Report {
			d := times[0]
			times, now = times[1:], now.Add(d)
			return &Report{Verdict: Passed, Elapsed: d, Steps: []Step{{Name: "select", Verdict: Passed, Elapsed: d}}}
		},
	}.Loop(t.Context())
	if len(waits) != 2 || waits[0] != 57*time.Second || waits[1] != 59*time.Second {
		t.Errorf("waited %v", waits)
	}
	st := sum.of("select")
	if sum.Runs != 3 || st.least != time.Second || st.median() != 3*time.Second || st.most != 90*time.Second {
		t.Errorf("%+v %+v", sum, st)
	}
}

func TestAFleetRunsAtMostItsJobsAtOnceAndStartsNothingOnceInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var running, most atomic.Int32
	ended := 0
	reports := Fleet{
		N: 20, Jobs: 3,
		Run: func(context.Context, int) *Report {
			n := running.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			defer running.Add(-1)
			return &Report{}
		},
		Done: func(_, n int, _ *Report) {
			if ended = n; n == 5 {
				cancel()
			}
		},
	}.Check(ctx)
	if most.Load() > 3 || ended < 5 || ended > 12 || reports[19] != nil {
		t.Errorf("%d at once, %d ended, the last %v", most.Load(), ended, reports[19])
	}
}

func TestAnErrorInAListOfServersNamesTheLine(t *testing.T) {
	list, err := ReadHosts(strings.NewReader("# mine\n\nimaps://a@one # the first\n two:143\r\n"))
	if err != nil || len(list) != 2 || list[0].String() != "imaps://a@one" || list[1].String() != "imap://two" {
		t.Errorf("%v %v", list, err)
	}
	for text, want := range map[string]string{"one\n\none\n": "line 3: imaps://one is already on line 1", "# none\n": "no server", "pop3://x": "line 1: "} {
		if _, err := ReadHosts(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
