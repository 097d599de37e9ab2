// Package exporter answers Prometheus: each request to /probe checks one server and is answered with what the check
// found. Its caller decides which servers and profiles there are; a request only chooses among them.
package exporter

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"imapsh/internal/check"
	"imapsh/internal/metrics"
)

// A Check checks the server that a request has chosen.
type Check func(context.Context) *check.Report

// Options are what an exporter needs.
type Options struct {
	// Pick returns the check for a target and a profile, either of which may be "". They come from the request: Pick
	// must only look them up among those that it knows.
	Pick func(target, profile string) (Check, error)
	// Jobs is how many checks run at the same time; further requests wait.
	Jobs int
	// Longest is how long a probe may take at most, and if the request does not say how long.
	Longest time.Duration
	// Log takes the errors of the HTTP server.
	Log *log.Logger
}

// ErrUnknown is the error of Pick for a target or a profile that it does not know.
var ErrUnknown = errors.New("neither the list of servers (-f) nor a profile has this target")

// waitingMost is how many requests may wait, for each check that can run at the same time.
const waitingMost = 64

// An Exporter is an http.Handler.
type Exporter struct {
	*http.ServeMux
	opt     Options
	running chan struct{} // holds one value for each check that is running
	waiting atomic.Int64

	began   time.Time
	counts  sync.Mutex
	probes  map[string]int // by verdict
	refused map[string]int // by reason
}

// New returns an exporter.
func New(opt Options) *Exporter {
	e := &Exporter{
		ServeMux: http.NewServeMux(), opt: opt, running: make(chan struct{}, opt.Jobs),
		began: time.Now(), probes: map[string]int{}, refused: map[string]int{"busy": 0, "unknown": 0, "usage": 0},
	}
	for _, verdict := range []check.Verdict{check.Skipped, check.Passed, check.Warned, check.Failed} {
		e.probes[verdict.String()] = 0
	}
	e.HandleFunc("GET /metrics", e.own)
	e.HandleFunc("GET /probe", e.probe)
	e.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		plainly(w, http.StatusOK, "imapsh: /probe?target=imaps://mail.example.net checks a server, /metrics is about this exporter\n")
	})
	return e
}

// own answers /metrics: what the exporter says about itself.
func (e *Exporter) own(w http.ResponseWriter, r *http.Request) {
	var m metrics.Set
	e.counts.Lock()
	for verdict, n := range e.probes {
		m.Add(metrics.Counter, "imapsh_probes_total", "Probes that have ended, by verdict.", float64(n), "verdict", verdict)
	}
	for reason, n := range e.refused {
		m.Add(metrics.Counter, "imapsh_probes_refused_total", "Requests that were not probed, by reason.", float64(n), "reason", reason)
	}
	e.counts.Unlock()
	m.Add(metrics.Gauge, "imapsh_probes_running", "Probes running now.", float64(len(e.running)))
	m.Add(metrics.Gauge, "imapsh_probes_waiting", "Probes waiting for others to end.", float64(e.waiting.Load()))
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	m.Add(metrics.Gauge, "go_info", "Version of Go that the exporter was built with.", 1, "version", runtime.Version())
	m.Add(metrics.Gauge, "go_goroutines", "Goroutines that exist.", float64(runtime.NumGoroutine()))
	m.Add(metrics.Gauge, "go_memstats_heap_alloc_bytes", "Bytes of the heap in use.", float64(memory.HeapAlloc))
	m.Add(metrics.Gauge, "go_memstats_sys_bytes", "Bytes of memory taken from the system.", float64(memory.Sys))
	m.Add(metrics.Gauge, "process_start_time_seconds", "Start of the exporter, in seconds since 1970.", float64(e.began.UnixMilli())/1000)
	m.ServeHTTP(w, r)
}

// count adds one to a count.
func (e *Exporter) count(among map[string]int, name string) {
	e.counts.Lock()
	defer e.counts.Unlock()
	among[name]++
}

func plainly(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// refuse answers a request without a check.
func (e *Exporter) refuse(w http.ResponseWriter, status int, reason, text string) {
	e.count(e.refused, reason)
	plainly(w, status, text+"\n")
}

// probe answers /probe.
func (e *Exporter) probe(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	query := r.URL.Query()
	for name, values := range query {
		if name != "target" && name != "profile" || len(values) > 1 {
			e.refuse(w, http.StatusBadRequest, "usage", "a probe has one target, one profile, or both, and nothing else")
			return
		}
	}
	target, profile := query.Get("target"), query.Get("profile")
	if target == "" && profile == "" {
		e.refuse(w, http.StatusBadRequest, "usage", "no target: /probe?target=imaps://mail.example.net, or /probe?profile=NAME")
		return
	}
	run, err := e.opt.Pick(target, profile)
	switch {
	case errors.Is(err, ErrUnknown):
		e.refuse(w, http.StatusForbidden, "unknown", err.Error())
		return
	case err != nil:
		e.refuse(w, http.StatusBadRequest, "usage", err.Error())
		return
	}
	limit := patience(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"), e.opt.Longest)
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	if !e.takes(ctx) {
		w.Header().Set("Retry-After", "1")
		e.refuse(w, http.StatusServiceUnavailable, "busy", "too many probes are running already (--jobs)")
		return
	}
	defer func() { <-e.running }()
	report := run(ctx)
	e.count(e.probes, report.Verdict.String())
	e.answer(w, r, report, ctx.Err() == context.DeadlineExceeded, time.Since(began))
}

// answer writes what a check found.
func (e *Exporter) answer(w http.ResponseWriter, r *http.Request, report *check.Report, late bool, took time.Duration) {
	success, timedOut := 1.0, 0.0
	if report.Verdict == check.Failed || report.Interrupted {
		success = 0
	}
	if late {
		timedOut = 1
	}
	var found metrics.Set
	found.Add(metrics.Gauge, "probe_success", "1 if no step failed and the check finished, else 0.", success)
	found.Add(metrics.Gauge, "probe_duration_seconds", "How long the probe took, including the wait for others.", took.Seconds())
	found.Add(metrics.Gauge, "imapsh_check_timed_out", "1 if the check was stopped because Prometheus would not wait longer, else 0.", timedOut)
	check.AddMetrics(&found, report, false)
	found.ServeHTTP(w, r)
}

// takes waits until a check may run. It returns false if that takes too long, or if too many requests wait already.
func (e *Exporter) takes(ctx context.Context) bool {
	select {
	case e.running <- struct{}{}:
		return true
	default:
	}
	if e.waiting.Add(1) > int64(waitingMost*cap(e.running)) {
		e.waiting.Add(-1)
		return false
	}
	defer e.waiting.Add(-1)
	select {
	case e.running <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// spare is the part of the time that Prometheus waits which is kept for sending the answer.
const spare = 500 * time.Millisecond

// patience returns how long a probe may take by the header that Prometheus sends, in seconds; longest without one.
func patience(header string, longest time.Duration) time.Duration {
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !(seconds > 0) || seconds > longest.Seconds() {
		return longest
	}
	limit := time.Duration(seconds * float64(time.Second))
	return limit - min(spare, limit/4)
}

// The limits on clients that are slow or silent.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 5 * time.Minute
	headerMost    = 16 << 10
	// endsWithin is how long running probes may take to clean up once the exporter ends.
	endsWithin = 15 * time.Second
)

// Serve answers requests until ctx is done. Probes that are running then are ended, and their requests answered.
func (e *Exporter) Serve(ctx context.Context, on net.Listener) error {
	s := &http.Server{
		Handler: e, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: headerMost, ErrorLog: e.opt.Log,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(on) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), endsWithin)
	defer cancel()
	if err := s.Shutdown(last); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}
