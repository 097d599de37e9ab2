// Package exporter answers Prometheus: each request to /probe checks one server, and its answer is what the check
// found. Which servers and profiles there are is decided by whoever makes it; a request only chooses among them.
package exporter

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"imapsh/internal/check"
)

// A Check checks the server that a request has chosen.
type Check func(context.Context) *check.Report

// Options are what an exporter needs.
type Options struct {
	// Pick returns the check of a target and a profile, either of which may be "". It must not use them for
	// anything but finding them among those that it knows.
	Pick func(target, profile string) (Check, error)
	// Jobs is how many checks run at the same time; further requests wait.
	Jobs int
	// Longest ends a probe of a request that does not say how long it may take.
	Longest time.Duration
	// Log takes what the HTTP server has to say.
	Log *log.Logger
}

// ErrUnknown is Pick's error for a target or a profile that it does not know.
var ErrUnknown = errors.New("neither the list of servers (-f) nor a profile has this target")

// waitingMost is how many requests may wait for each check that can run.
const waitingMost = 64

// An Exporter is an http.Handler.
type Exporter struct {
	*http.ServeMux
	opt     Options
	running chan struct{} // a place for each check
	waiting atomic.Int64

	probes  *prometheus.CounterVec
	refused *prometheus.CounterVec
}

// New makes an exporter.
func New(opt Options) *Exporter {
	e := &Exporter{
		ServeMux: http.NewServeMux(), opt: opt, running: make(chan struct{}, opt.Jobs),
		probes:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "imapsh_probes_total", Help: "Probes that have ended, by verdict."}, []string{"verdict"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "imapsh_probes_refused_total", Help: "Requests that were not probed, by reason."}, []string{"reason"}),
	}
	for _, verdict := range []check.Verdict{check.Skipped, check.Passed, check.Warned, check.Failed} {
		e.probes.WithLabelValues(verdict.String())
	}
	for _, reason := range []string{"busy", "unknown", "usage"} {
		e.refused.WithLabelValues(reason)
	}
	own := prometheus.NewRegistry()
	own.MustRegister(e.probes, e.refused, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "imapsh_probes_running", Help: "Probes under way."}, func() float64 { return float64(len(e.running)) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "imapsh_probes_waiting", Help: "Probes that wait for others to end."}, func() float64 { return float64(e.waiting.Load()) }))
	e.Handle("GET /metrics", promhttp.HandlerFor(own, promhttp.HandlerOpts{ErrorLog: opt.Log}))
	e.HandleFunc("GET /probe", e.probe)
	e.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		plainly(w, http.StatusOK, "imapsh: /probe?target=imaps://mail.example.net checks a server, /metrics is about this exporter\n")
	})
	return e
}

func plainly(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// refuse answers a request without a check.
func (e *Exporter) refuse(w http.ResponseWriter, status int, reason, text string) {
	e.refused.WithLabelValues(reason).Inc()
	plainly(w, status, text+"\n")
}

// probe is /probe.
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
		e.refuse(w, http.StatusServiceUnavailable, "busy", "as many probes as may run at the same time are under way (--jobs)")
		return
	}
	defer func() { <-e.running }()
	report := run(ctx)
	e.probes.WithLabelValues(report.Verdict.String()).Inc()
	e.answer(w, r, report, ctx.Err() == context.DeadlineExceeded, time.Since(began))
}

// answer writes what a check has found.
func (e *Exporter) answer(w http.ResponseWriter, r *http.Request, report *check.Report, late bool, took time.Duration) {
	found := prometheus.NewRegistry()
	gauge := func(name, help string, value float64) {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		g.Set(value)
		found.MustRegister(g)
	}
	success, timedOut := 1.0, 0.0
	if report.Verdict == check.Failed || report.Interrupted {
		success = 0
	}
	if late {
		timedOut = 1
	}
	gauge("probe_success", "1 if no step failed and the check finished, else 0.", success)
	gauge("probe_duration_seconds", "How long the probe took, waiting for others included.", took.Seconds())
	gauge("imapsh_check_timed_out", "1 if the check was ended because Prometheus would not wait longer, else 0.", timedOut)
	found.MustRegister(check.Metrics{Reports: []*check.Report{report}})
	promhttp.HandlerFor(found, promhttp.HandlerOpts{ErrorLog: e.opt.Log, ErrorHandling: promhttp.ContinueOnError}).ServeHTTP(w, r)
}

// takes waits for a place; false if there is none in time, or too many wait for one.
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

// spare is what is left of the time that Prometheus waits for sending the answer.
const spare = 500 * time.Millisecond

// patience returns how long a probe may take, as Prometheus says in its header.
func patience(header string, longest time.Duration) time.Duration {
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !(seconds > 0) || seconds > longest.Seconds() {
		return longest
	}
	limit := time.Duration(seconds * float64(time.Second))
	return limit - min(spare, limit/4)
}

// What a client may cost that says nothing.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 5 * time.Minute
	headerMost    = 16 << 10
	// endsWithin is how long the probes under way may take to clean up once the exporter ends.
	endsWithin = 15 * time.Second
)

// Serve answers requests until the context ends: the probes under way are ended then, and answered.
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
