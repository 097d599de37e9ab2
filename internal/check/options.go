package check

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"imapsh/internal/conn"
)

// Options say which server is checked, as whom, and how thoroughly. Only Target is necessary.
type Options struct {
	Target   conn.Target  // Target.Mailbox, or INBOX, is examined
	Conn     conn.Options // trust, timeout
	StartTLS bool         // STARTTLS is required; else it is used if it is offered
	// User is who logs in, "" for nobody: the steps that need a login are then skipped. Password
	// is asked once, when it is needed; an error of it fails the login.
	User     string
	Password func() (string, error)
	// Auth is how to log in: "login" for the LOGIN command, "plain", "external", "anonymous" or
	// "oauthbearer" for AUTHENTICATE; "" for what the server takes.
	Auth          string
	PlaintextAuth bool // a secret may be sent over a network without TLS
	Select        bool // SELECT instead of EXAMINE
	Newest        int  // how many of the newest messages are fetched; 0 for 20
	All           bool // every message is fetched
	Write         bool // the steps that write, all in a mailbox of their own
	Limits        Limits
	StepTimeout   time.Duration // how long the server may be silent in a step; 0 for 15 s
	IdleFor       time.Duration // how long IDLE is held if nothing is written; 0 for 1 s
	// Log takes the complete exchange as the shell shows it, secrets masked; nil none. Its first error
	// ends it, and is the report's LogErr.
	Log io.Writer
	// Progress is called as each step ends, from the goroutine of Run; nil none.
	Progress func(Step)
	Now      func() time.Time // nil is time.Now
	Random   io.Reader        // names the scratch mailbox; nil is crypto/rand
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
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

// Run checks one server. It never gives nil. Once ctx is cancelled no further step is begun, what
// was written is removed, and the report is Interrupted.
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
