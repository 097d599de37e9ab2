package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/text"
	"imapsh/repl"
)

// checkCommand returns the command "imapsh check".
func (f *flags) checkCommand() *cobra.Command {
	k := &checkFlags{flags: f}
	c := &cobra.Command{
		Use:   "check [flags] URL | -f HOSTS | --serve ADDR",
		Short: "check whether an ordinary mail client can work with a server",
		Long: `check logs in and does what a mail program does, through an ordinary client library,
judges what the server sends, and gives a verdict on each step. Without user@ it takes only
the steps that need no login. It changes nothing without --write; with it, it writes only to
a mailbox of its own, which it deletes at the end.

The limits (--limit) and their defaults; the time of any other step can be limited too:
` + strings.TrimRight(check.LimitsHelp(), "\n") + `

The exit status is 0 passed or warned, 1 a step failed, 2 usage, 3 no usable connection,
130 interrupted; with -o nagios 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`,
		Example: `  imapsh check imaps://alice@mail.example.net
  imapsh check --write --limit select=2s,10s imaps://alice@mail.example.net/Archive
  imapsh check -o nagios --password-command 'pass mail' imaps://alice@mail.example.net
  imapsh check -f hosts.txt --jobs 16
  imapsh check --serve 127.0.0.1:9793 --config /etc/imapsh/config.toml`,
		RunE: func(c *cobra.Command, args []string) error { return k.refused(k.run(c, args)) },
	}
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		// The flags after the bad one have not been parsed.
		if slices.ContainsFunc(k.args, func(a string) bool { return a == "nagios" || a == "-onagios" || strings.HasSuffix(a, "=nagios") }) {
			k.output = "nagios"
		}
		return k.refused(plainly(c, err))
	})
	f.addLink(c)
	f.addProfile(c)
	f.addFD(c)
	for _, name := range []string{"color", "password-command", "plaintext-auth", "select", "token-command"} {
		f.addSetting(c, repl.LookupSetting(name))
	}
	s := c.Flags()
	s.StringVarP(&k.hosts, "file", "f", "", "check the servers listed in `FILE`, one per line (- is standard input)")
	s.IntVar(&k.jobs, "jobs", 8, "check `N` servers in parallel (with -f)")
	s.StringVarP(&k.output, "output", "o", "table", "print the result as `FORMAT`: table, json, nagios or prometheus")
	c.RegisterFlagCompletionFunc("output", completeValues("table|json|nagios|prometheus"))
	s.BoolVar(&k.write, "write", false, "also test writing, in a mailbox of its own that is deleted at the end")
	s.StringVar(&k.messages, "messages", "20", "fetch the newest `N` messages, or all")
	s.StringArrayVar(&k.limits, "limit", nil, "set a limit, as `NAME=WARN[,CRITICAL]` (repeatable)")
	s.DurationVar(&k.repeat, "repeat", 0, "repeat at this interval and print a summary at the end")
	s.IntVar(&k.count, "count", 0, "stop after `N` runs (with --repeat); 0 means when interrupted")
	s.StringVar(&k.auth, "auth", "", "log in with `MECH`: "+text.OneOf(check.Auths())+" (default: what the server accepts)")
	c.RegisterFlagCompletionFunc("auth", completeValues(strings.Join(check.Auths(), "|")))
	s.StringVar(&k.log, "log", "", "write a transcript to `FILE`")
	s.DurationVar(&k.timeout, "timeout", f.dialMost, "fail a step after this long without data")
	s.DurationVar(&k.idle, "idle-for", time.Second, "hold IDLE this long (without --write)")
	s.BoolVar(&k.strict, "strict", false, "exit 1 also if a step only warned")
	s.BoolVarP(&k.quiet, "quiet", "q", false, "show nothing if the exit status is 0")
	s.StringVar(&k.serve, "serve", "", "check servers when Prometheus asks for it: answer /probe and /metrics on `ADDR` (127.0.0.1:9793)")
	s.StringVar(&f.config, "config", "", "read the profiles from `FILE`")
	return c
}

// refused reports a usage error in the output format: a monitoring plugin writes it to standard
// output and ends with UNKNOWN.
func (k *checkFlags) refused(err error) error {
	if err == nil || k.output != "nagios" {
		return err
	}
	fmt.Fprintln(k.stdout, check.NagiosLine(check.NagiosUnknown, err.Error()))
	k.status = check.NagiosUnknown
	return nil
}

func (k *checkFlags) run(c *cobra.Command, args []string) error {
	if k.serve != "" {
		return k.exports(c, args)
	}
	targets, err := k.targets(c, args)
	if err != nil {
		return err
	}
	if err := k.judge(len(targets)); err != nil {
		return err
	}
	link := k.set.Session.Conn
	link.Timeout, link.Now, link.Stderr = k.timeout, time.Now, escaped{k.stderr}
	if err := link.Check(); err != nil {
		return err
	}
	log, err := k.transcript()
	if err != nil {
		return err
	}
	defer log.Close()
	if err := k.openFD(); err != nil {
		return err
	}
	passwords := make([]func() (string, error), len(targets))
	for i, t := range targets {
		if passwords[i], err = k.passwordOf(t); err != nil || k.status != 0 {
			return err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := k.printer()
	go k.interrupts(cancel, p)
	options := func(i int) check.Options {
		o := k.optionsOf(targets[i], &k.set, link)
		o.Password = passwords[i]
		if k.log != "" {
			o.Log = log
		}
		return o
	}
	switch {
	case k.hosts != "":
		p.fleet(ctx, targets, k.jobs, options)
	case k.repeat > 0:
		sum := check.Repeat{
			Every: k.repeat, Count: k.count, Now: time.Now, Wait: check.Sleep,
			Run:  func(ctx context.Context) *check.Report { return p.watched(ctx, options(0)) },
			Each: p.one,
		}.Loop(ctx)
		p.summary(sum)
		if ctx.Err() != nil {
			p.raise(repl.StatusInterrupted)
		}
	default:
		p.one(p.watched(ctx, options(0)))
	}
	p.progress.Clear()
	k.status = p.status
	return p.err
}

// optionsOf returns the options for checking a server, without its password.
func (k *checkFlags) optionsOf(t conn.Target, set *repl.Settings, link conn.Options) check.Options {
	return check.Options{
		Target: t, User: t.User, Conn: link,
		StartTLS: set.StartTLS, Auth: k.authOf(t), PlaintextAuth: set.PlaintextAuth, Select: set.Select, Newest: k.newest, All: k.all,
		Write: k.write, Limits: k.thresholds, StepTimeout: k.timeout, IdleFor: k.idle, Now: time.Now,
	}
}

// interrupts ends the check at the first signal, so that it can clean up, and the program at the second.
func (k *checkFlags) interrupts(cancel context.CancelFunc, p *checkPrinter) {
	<-k.signals
	p.progress.Clear()
	fmt.Fprintln(k.stderr, "-- cleaning up (Ctrl-C quits now)")
	cancel()
	<-k.signals
	if k.output == "nagios" {
		k.exit(check.NagiosUnknown)
	}
	k.exit(int(repl.StatusInterrupted))
}
