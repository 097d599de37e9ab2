package check

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"imapsh/internal/conn"
)

// Options say which server is checked, as which user, and how thoroughly. Only Target is required.
type Options struct {
	Target   conn.Target  // Target.Mailbox, or INBOX, is examined
	Conn     conn.Options // trust, timeout
	StartTLS bool         // STARTTLS is required; otherwise it is used if it is offered
	// User is the user to log in as. If it is "", steps that need a login are skipped. Password
	// is called at most once, when the password is needed; its error fails the login.
	User     string
	Password func() (string, error)
	// Auth is one of Auths; "" for the first that takes a password and that the server offers.
	Auth          string
	PlaintextAuth bool // a secret may be sent over a network without TLS
	Select        bool // SELECT instead of EXAMINE
	Newest        int  // how many of the newest messages are fetched; 0 for 20
	All           bool // every message is fetched
	Write         bool // include the steps that write, which use a mailbox of their own
	Limits        Limits
	StepTimeout   time.Duration // how long the server may take to answer; 0 for 15 s
	IdleFor       time.Duration // how long IDLE lasts in the step idle; 0 for 1 s
	// Log, if not nil, takes the complete exchange as the shell shows it, secrets masked. After its first
	// error it is not written to again; the error is the report's LogErr.
	Log io.Writer
	// Progress, if not nil, is called after each step, in the goroutine of Run.
	Progress func(Step)
	Now      func() time.Time // nil for time.Now
	// after returns the channel that ends a wait for something, such as "the greeting", after a time. It is replaced
	// in tests; nil for time.After.
	after  func(wanted string, d time.Duration) <-chan time.Time
	Random io.Reader // names the scratch mailbox; nil for crypto/rand
}

// withDefaults returns the options with defaults for those that were left out.
func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.after == nil {
		o.after = func(_ string, d time.Duration) <-chan time.Time { return time.After(d) }
	}
	if o.Newest <= 0 {
		o.Newest = 20
	}
	if o.StepTimeout <= 0 {
		o.StepTimeout = 15 * time.Second
	}
	if o.IdleFor <= 0 {
		o.IdleFor = time.Second
	}
	if o.Conn.Now == nil {
		o.Conn.Now = o.Now
	}
	if o.Conn.Timeout <= 0 {
		o.Conn.Timeout = o.StepTimeout
	}
	if o.Target.Mailbox == "" {
		o.Target.Mailbox = "INBOX"
	}
	return o
}

// Run checks one server. It never returns nil. After ctx is done it starts no further step, removes what it wrote,
// and returns a report that is Interrupted.
func Run(ctx context.Context, o Options) *Report {
	o = o.withDefaults()
	began := o.Now()
	server := o.Target
	report := &Report{Server: server.String(), Began: began, Limits: o.Limits}
	r := &run{ctx: ctx, o: o, report: report, tape: newTape(o.Log, o.Now), counted: began}
	r.all()
	r.charge(&report.Between)
	report.Elapsed = r.counted.Sub(began)
	report.Ended = r.ended
	report.LogErr = r.tape.fail
	if r.loggedIn {
		report.User = o.User
	}
	if limit, ok := o.Limits.of(Total); ok {
		report.Verdict = worse(report.Verdict, limit.verdict(report.Elapsed.Seconds()))
	}
	return report
}
