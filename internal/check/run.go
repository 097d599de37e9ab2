package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"imapsh/internal/conn"
)

// A run is a check that is going on.
type run struct {
	ctx     context.Context
	o       Options
	report  *Report
	tape    *tape
	step    *Step   // in hand
	main    *client // nil without a connection
	took    dialled
	dialErr error

	upgraded, loggedIn bool
	password           *string
	mechanism          string
	ended              string // why no further step can be taken, "" while it can
	mailbox            string // the one to examine, "" when it cannot be opened
	messages           uint32
	prefix             string // of the personal namespace
	delim              rune
	scratch            []string // mailboxes to be removed
	lost               int      // reconnects that failed, one after the other
}

// skip is why a step was not taken.
type skip string

func (s skip) Error() string { return string(s) }

// all takes the steps in their order.
func (r *run) all() {
	for _, row := range steps {
		if r.ctx.Err() != nil {
			r.report.Interrupted = true
			break
		}
		if row.writes && !r.o.Write {
			continue
		}
		r.take(row)
	}
	if r.ctx.Err() != nil {
		r.report.Interrupted = true
	}
	r.cleanup()
	r.main.close()
}

// take does one step. What stands before it, as a new connection, is not of its time.
func (r *run) take(row step) {
	s := Step{Name: row.name}
	r.step = &s
	r.tape.begin()
	err := r.prepare(row)
	began := r.o.Now()
	if err == nil {
		r.listen(r.main)
		err = guarded(func() error { return row.run(r) })
		if s.Elapsed == 0 {
			s.Elapsed = r.o.Now().Sub(began)
		}
	}
	r.end(&s, err)
}

// listen makes the oddities heard on a connection findings of the step in hand.
func (r *run) listen(c *client) {
	if c == nil {
		return
	}
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	c.rec.hears = r.step.find
}

// prepare makes sure that a step finds what it needs.
func (r *run) prepare(row step) error {
	if r.ended != "" {
		return skip(r.ended)
	}
	if row.needs == nothing {
		return nil
	}
	if row.needs >= login && !r.loggedIn {
		return skip("nobody is logged in")
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

// reconnect goes on with a new connection.
func (r *run) reconnect() error {
	r.main.close()
	r.tape.note("a new connection, the one before is of no more use")
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

// end gives the step its verdict, by its error, its findings and the limits.
func (r *run) end(s *Step, err error) {
	r.tape.mu.Lock()
	if r.main != nil {
		r.main.rec.hears = nil
	}
	r.tape.mu.Unlock()
	var skipped skip
	switch {
	case errors.As(err, &skipped):
		s.Verdict, s.Says, s.Elapsed = Skipped, string(skipped), 0
	case err != nil && r.ctx.Err() != nil:
		s.Verdict, s.Says = Skipped, "interrupted"
		r.report.Interrupted = true
	case err != nil:
		s.Verdict, s.Cause, s.Hint = Failed, err.Error(), hintOf(err)
		var refused *refusal
		if errors.As(err, &refused) && r.main != nil {
			s.refuse(r.main.rec.final(), refused.err.Error())
		}
	default:
		s.Verdict = Passed
		r.limits(s)
		if s.FindingsAll > 0 && s.Verdict < Warned {
			s.Verdict = Warned
			s.Cause = plural(s.FindingsAll, "protocol deviation")
		}
	}
	if s.Verdict > Passed {
		s.Wire = r.tape.cut()
	}
	r.report.Verdict = worse(r.report.Verdict, s.Verdict)
	r.report.Steps = append(r.report.Steps, *s)
	r.step = nil
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

// limits holds a step's time and measures against the limits.
func (r *run) limits(s *Step) {
	hold := func(name string, value float64, shown string) *Limit {
		limit, ok := r.o.Limits.of(name)
		if !ok {
			return nil
		}
		if v := limit.verdict(value); v > Passed {
			if v > s.Verdict || s.Cause == "" {
				s.Cause = fmt.Sprintf("%s is beyond its limit: %s", strings.ReplaceAll(name, "_", " "), shown)
			}
			s.Verdict = worse(s.Verdict, v)
		}
		return &limit
	}
	if s.Name != "push" && s.Name != "quota" { // theirs are limits of a measure
		hold(s.Name, s.Elapsed.Seconds(), s.Elapsed.Round(time.Millisecond).String())
	}
	for i := range s.Measures {
		m := &s.Measures[i]
		m.Limit = hold(m.Name, m.Value, fmt.Sprintf("%.4g %s", m.Value, m.Unit))
	}
}

func (r *run) says(format string, args ...any) { r.step.Says = fmt.Sprintf(format, args...) }

func (r *run) measure(name string, value float64, unit string) {
	r.step.Measures = append(r.step.Measures, Measure{Name: name, Value: value, Unit: unit})
}
