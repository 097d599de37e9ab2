package check

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/text"
)

// A run is a check in progress.
type run struct {
	ctx     context.Context
	o       Options
	report  *Report
	tape    *tape
	step    *Step   // the current one
	main    *client // nil without a connection
	dialErr error
	// connecting is how long it took to connect after the name was resolved.
	connecting time.Duration
	// counted is the time up to which the time is accounted for.
	counted time.Time
	// preparing collects the violations found while a step is prepared, waiting those found between steps.
	preparing, waiting Step
	late               error  // what ended the connection between two steps
	before             []byte // the wire of the step before

	upgraded, loggedIn bool
	identifies         bool // ID is sent on each connection, after the login
	password           *string
	mechanism          string
	ended              string // why no further step can be taken; "" if it can
	mailbox            string // the mailbox to examine; "" if it cannot be opened
	messages           uint32
	prefix             string // of the personal namespace
	delim              rune
	scratch            []string // the mailboxes to remove
	lost               int      // attempts to connect again that failed in a row
}

// A skip is the error of a step that is skipped: the reason.
type skip string

func (s skip) Error() string { return string(s) }

// all takes the steps in order.
func (r *run) all() {
	r.tape.listen(&r.waiting)
	for _, row := range steps {
		if r.ctx.Err() != nil {
			break
		}
		if row.writes && !r.o.Write {
			continue
		}
		r.take(row)
	}
	r.report.Interrupted = r.ctx.Err() != nil
	r.cleanup()
	r.main.close()
	r.connection()
}

// charge adds the time since the last charge to a step or to Report.Between. So all of a check's time is counted once.
func (r *run) charge(to *time.Duration) {
	now := r.o.Now()
	*to += now.Sub(r.counted)
	r.counted = now
}

// openStep begins a step. Violations found since the step before are counted in it.
func (r *run) openStep(name string) *Step {
	r.charge(&r.report.Between)
	s := &Step{Name: name}
	r.step = s
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	s.takeOver(&r.waiting)
	r.tape.finds.step = s
	return s
}

// take takes one step. The time to prepare it, such as for a new connection, does not count.
func (r *run) take(row step) {
	s := r.openStep(row.name)
	err := r.apart(func() error { return r.prepare(row) })
	if err == nil {
		err = guarded(func() error { return row.run(r) })
		r.charge(&s.Elapsed)
	}
	var skipped skip
	if r.late != nil && (err == nil || errors.As(err, &skipped)) {
		err = fmt.Errorf("before this step: %w", r.late)
	}
	r.end(s, err)
	r.late = nil
}

// apart calls f to prepare a step, or to continue it after a lost connection. The time of f counts as between the
// steps, its violations are reported in the step "connection", and its wire is shown only if it fails.
func (r *run) apart(f func() error) error {
	r.charge(&r.step.Elapsed)
	defer r.charge(&r.report.Between)
	before := r.preparing.FindingsAll
	r.tape.listen(&r.preparing)
	r.tape.begin()
	err := guarded(f)
	r.tape.listen(r.step)
	if err != nil && !errors.As(err, new(skip)) {
		return err
	}
	wire := r.tape.forget()
	if r.preparing.FindingsAll > before && len(r.preparing.Wire) < wireKept {
		r.preparing.Wire = append(r.preparing.Wire, wire...)
	}
	return err
}

// connection adds the step "connection" if violations were found outside the steps that none of the steps has.
func (r *run) connection() {
	r.tape.listen(&Step{})
	type kind struct{ name, text string }
	told := map[kind]bool{}
	for _, s := range r.report.Steps {
		for _, f := range s.Findings {
			told[kind{f.Oddity.Name, f.Oddity.Text}] = true
		}
	}
	s := &Step{Name: "connection", Verdict: Warned, Wire: append(r.preparing.Wire, r.tape.cut()...)}
	r.preparing.takeOver(&r.waiting)
	for _, f := range r.preparing.Findings {
		if k := (kind{f.Oddity.Name, f.Oddity.Text}); !told[k] {
			told[k] = true
			f.Step = s.Name
			s.Findings = append(s.Findings, f)
		}
	}
	if len(s.Findings) == 0 {
		return
	}
	s.FindingsAll = len(s.Findings)
	s.Cause = text.Plural(s.FindingsAll, "protocol violation") + " on a connection outside the steps"
	r.add(s)
}

// prepare brings the connection into the state that a step needs. Its error is a skip if that is not possible.
func (r *run) prepare(row step) error {
	if r.ended == "" && r.main != nil && r.main.stuck {
		r.ended = "an ordinary client hangs on this server's responses; another one would too"
	}
	if r.ended != "" {
		return skip(r.ended)
	}
	if row.needs == nothing {
		return nil
	}
	if row.needs >= login && !r.loggedIn {
		return skip("not logged in")
	}
	if row.needs >= selected && r.mailbox == "" {
		return skip("no mailbox could be opened")
	}
	if row.needs == scratch && len(r.scratch) == 0 {
		return skip("no mailbox could be created")
	}
	if r.main.dead() {
		if err := r.reconnect(); err != nil {
			return err
		}
	}
	switch row.needs {
	case selected:
		return r.reselect()
	case scratch:
		return r.selectScratch()
	}
	return nil
}

// reconnect continues with a new connection.
func (r *run) reconnect() error {
	if r.late == nil {
		r.late = r.main.lost()
	}
	r.main.close()
	r.tape.note("new connection: the one before is no longer usable")
	r.tape.begin()
	c, err := r.fresh(r.ctx, "")
	if err != nil {
		if r.lost++; r.lost == 2 {
			r.ended = "no new connection could be made"
		}
		return fmt.Errorf("connecting again: %w", err)
	}
	r.lost, r.main = 0, c
	return nil
}

// refuse notes that the client rejected a response.
func (r *run) refuse(no *refusal) {
	h := no.link.final()
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	r.step.refuse(h, no.err.Error())
}

// end sets the verdict of a step by its error, its findings and its limits.
func (r *run) end(s *Step, err error) {
	var no *refusal
	if errors.As(err, &no) {
		r.refuse(no)
	}
	r.tape.listen(&r.waiting)
	var skipped skip
	switch {
	case errors.As(err, &skipped):
		s.Verdict, s.Says = Skipped, string(skipped)
		r.report.Between += s.Elapsed
		s.Elapsed = 0
	case err != nil && r.ctx.Err() != nil && s.Name != "cleanup":
		s.Verdict, s.Says = Skipped, "interrupted"
	case err != nil:
		s.Verdict, s.Cause, s.Hint = Failed, err.Error(), hintOf(err)
	default:
		s.Verdict = Passed
		r.limits(s)
	}
	if s.FindingsAll > 0 && s.Verdict < Warned {
		s.Verdict = Warned
		s.Cause = text.Plural(s.FindingsAll, "protocol violation")
	}
	wire := r.tape.cut()
	if s.Verdict > Passed {
		s.Wire = wire
	}
	if r.late != nil { // the response that ended the connection may be in the wire of the step before
		s.Wire = append(r.before, s.Wire...)
	}
	r.before = wire
	r.add(s)
}

// add masks the secrets in a step and adds it to the report.
func (r *run) add(s *Step) {
	r.tape.mu.Lock()
	maskStep(&r.tape.mask, s)
	r.tape.mu.Unlock()
	r.report.Verdict = worse(r.report.Verdict, s.Verdict)
	r.report.Steps = append(r.report.Steps, *s)
	if r.o.Progress != nil {
		r.o.Progress(*s)
	}
}

func hintOf(err error) string {
	var t *told
	if errors.As(err, &t) {
		return t.hint
	}
	return conn.Hint(err)
}

// limits compares a step's time and measures with the limits.
func (r *run) limits(s *Step) {
	hold := func(name string, value float64, shown, unit string) *Limit {
		limit, ok := r.o.Limits.of(name)
		if !ok {
			return nil
		}
		if v := limit.verdict(value); v > Passed {
			if v > s.Verdict || s.Cause == "" {
				s.Cause = strings.ReplaceAll(name, "_", " ") + " is " + shown + ", " + limit.past(v, unit)
			}
			s.Verdict = worse(s.Verdict, v)
		}
		return &limit
	}
	if s.Name != "push" && s.Name != "quota" { // these names are those of a measure
		hold(s.Name, s.Elapsed.Seconds(), s.Elapsed.Round(time.Millisecond).String(), "s")
	}
	for i := range s.Measures {
		m := &s.Measures[i]
		m.Limit = hold(m.Name, m.Value, strings.TrimSpace(number(math.Round(m.Value*10)/10)+" "+m.Unit), m.Unit)
	}
}

func (r *run) says(format string, args ...any) { r.step.Says = fmt.Sprintf(format, args...) }

func (r *run) measure(name string, value float64, unit string) {
	r.step.Measures = append(r.step.Measures, Measure{Name: name, Value: value, Unit: unit})
}
