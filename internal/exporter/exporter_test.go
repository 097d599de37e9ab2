package exporter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"imapsh/internal/check"
)

// exporting starts an exporter on its own port, and returns its URL and what it logs.
func exporting(t *testing.T, jobs int, pick func(target, profile string) (Check, error)) (url string, said *strings.Builder) {
	said = &strings.Builder{}
	e := New(Options{Pick: pick, Jobs: jobs, Longest: time.Minute, Log: log.New(said, "", 0)})
	s := httptest.NewServer(e)
	t.Cleanup(s.Close)
	return s.URL, said
}

// get returns the status and the text of the answer to a GET.
func get(t *testing.T, url string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// passing is a check that finds nothing wrong.
func passing(context.Context) *check.Report {
	return &check.Report{Server: "imaps://mail.example.net/INBOX", Verdict: check.Passed, Elapsed: time.Second, Steps: []check.Step{
		{Name: "tls", Verdict: check.Passed, Elapsed: 20 * time.Millisecond, Measures: []check.Measure{{Name: "days_left", Value: 2, Unit: "d"}}},
		{Name: "select", Verdict: check.Passed, Elapsed: 3 * time.Millisecond},
	}}
}

func TestAProbeIsAnsweredWithWhatTheCheckFound(t *testing.T) {
	t.Parallel()
	var got []string
	url, _ := exporting(t, 2, func(target, profile string) (Check, error) {
		got = append(got, target+" "+profile)
		return passing, nil
	})
	status, text := get(t, url+"/probe?target=imaps://mail.example.net&profile=work")
	if status != 200 || len(got) != 1 || got[0] != "imaps://mail.example.net work" {
		t.Fatalf("status %d, asked for %q\n%s", status, got, text)
	}
	for _, line := range []string{"probe_success 1", "imapsh_check_timed_out 0", "imapsh_check_up 1", `imapsh_check_step_seconds{step="tls"} 0.02`,
		`imapsh_check_step_verdict{step="select"} 1`, `imapsh_check_certificate_expiry_seconds{step="tls"} 172800`, "probe_duration_seconds "} {
		if !strings.Contains("\n"+text, "\n"+line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
	if _, own := get(t, url+"/metrics"); !strings.Contains(own, `imapsh_probes_total{verdict="passed"} 1`) || !strings.Contains(own, "go_goroutines ") {
		t.Errorf("the exporter says of itself\n%s", own)
	}
}

func TestRequestsThatAskForSomethingElseAreRefusedAndNeverQuoted(t *testing.T) {
	t.Parallel()
	url, said := exporting(t, 1, func(target, profile string) (Check, error) {
		if profile == "other" {
			return nil, errors.New("the profile is for another server than the target")
		}
		return nil, ErrUnknown
	})
	for _, c := range []struct {
		path   string
		status int
	}{
		{"/probe", 400},
		{"/probe?target=", 400},
		{"/probe?target=a&target=b", 400},
		{"/probe?target=evil%1b%5b2J%0a%0dx", 403},
		{"/probe?target=a&module=evil", 400},
		{"/probe?target=a&password-command=evil", 400},
		{"/probe?profile=evil", 403},
		{"/probe?target=evil&profile=other", 400},
		{"/probe?target=" + strings.Repeat("evil", 1000), 403},
		{"/evil", 404},
		{"/", 200},
	} {
		status, text := get(t, url+c.path)
		if status != c.status || strings.Contains(text, "evil") || strings.ContainsAny(text, "\x1b\r") {
			t.Errorf("%s: status %d, want %d, and no part of the request in\n%s", c.path, status, c.status, text)
		}
	}
	resp, err := http.Post(url+"/probe?target=a", "text/plain", strings.NewReader("evil"))
	if err != nil || resp.StatusCode != 405 {
		t.Errorf("POST gives %v, %v", resp, err)
	}
	if said.Len() > 0 {
		t.Errorf("said %q", said)
	}
	if _, own := get(t, url+"/metrics"); !strings.Contains(own, `imapsh_probes_refused_total{reason="unknown"} 3`) {
		t.Errorf("the exporter says of itself\n%s", own)
	}
}

func TestAProbeEndsBeforePrometheusGivesUp(t *testing.T) {
	t.Parallel()
	url, _ := exporting(t, 1, func(string, string) (Check, error) {
		return func(ctx context.Context) *check.Report {
			<-ctx.Done()
			return &check.Report{Interrupted: true, Steps: []check.Step{{Name: "greeting"}}}
		}, nil
	})
	status, text := get(t, url+"/probe?target=a", "X-Prometheus-Scrape-Timeout-Seconds", "0.01")
	if status != 200 || !strings.Contains(text, "\nprobe_success 0") || !strings.Contains(text, "\nimapsh_check_timed_out 1") {
		t.Errorf("status %d\n%s", status, text)
	}
	for header, want := range map[string]time.Duration{
		"10": 9500 * time.Millisecond, "1": 750 * time.Millisecond, "": time.Minute, "0": time.Minute, "-1": time.Minute,
		"NaN": time.Minute, "1e300": time.Minute, "+Inf": time.Minute, "evil": time.Minute, "0x1p-2": 187500 * time.Microsecond,
	} {
		if got := patience(header, time.Minute); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestOnlyAsManyChecksRunAtOnceAsAllowed(t *testing.T) {
	t.Parallel()
	var running, most atomic.Int64
	begun, goOn := make(chan bool, 100), make(chan bool)
	url, _ := exporting(t, 2, func(string, string) (Check, error) {
		return func(ctx context.Context) *check.Report {
			n := running.Add(1)
			defer running.Add(-1)
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			begun <- true
			<-goOn
			return passing(ctx)
		}, nil
	})
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if status, text := get(t, url+"/probe?target=a"); status != 200 {
				t.Errorf("status %d: %s", status, text)
			}
		})
	}
	<-begun
	<-begun
	// A request that cannot wait is refused, with the reason.
	status, text := get(t, url+"/probe?target=a", "X-Prometheus-Scrape-Timeout-Seconds", "0.01")
	if status != 503 || !strings.Contains(text, "--jobs") {
		t.Errorf("status %d: %s", status, text)
	}
	close(goOn)
	all.Wait()
	if most.Load() != 2 {
		t.Errorf("%d ran at the same time", most.Load())
	}
}

func TestAnExporterThatEndsEndsItsProbesAndAnswersThem(t *testing.T) {
	t.Parallel()
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	begun := make(chan bool)
	e := New(Options{Jobs: 1, Longest: time.Minute, Log: log.New(io.Discard, "", 0), Pick: func(string, string) (Check, error) {
		return func(ctx context.Context) *check.Report {
			close(begun)
			<-ctx.Done()
			return &check.Report{Interrupted: true}
		}, nil
	}})
	ended := make(chan error)
	go func() { ended <- e.Serve(ctx, on) }()
	answered := make(chan string)
	go func() {
		status, text := get(t, fmt.Sprintf("http://%s/probe?target=a", on.Addr()))
		answered <- fmt.Sprint(status, "\n", text)
	}()
	<-begun
	cancel()
	if text := <-answered; !strings.HasPrefix(text, "200\n") || !strings.Contains(text, "\nprobe_success 0") {
		t.Errorf("the answer is %s", text)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}
