package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// checkFlags are what the command line of a check says, besides the connection's flags.
type checkFlags struct {
	*flags
	hosts         string
	jobs          int
	output, color string
	write         bool
	messages      string
	limits        []string
	repeat        time.Duration
	count         int
	auth          string
	log           string
	timeout, idle time.Duration
	strict, quiet bool
	thresholds    check.Limits
	newest        int
	all           bool
}

// checkCommand is "imapsh check".
func (f *flags) checkCommand() *cobra.Command {
	k := &checkFlags{flags: f}
	c := &cobra.Command{
		Use:   "check [flags] URL | -f HOSTS",
		Short: "whether an ordinary mail client can live with a server",
		Long: `check logs in and does what a mail program does, through an ordinary client library,
listens to the wire the whole time, and gives a verdict on each step. Without user@ it does
what needs no login. It changes nothing, unless --write: then it works in a mailbox of its own
and deletes that.

What --limit may name (a step's time besides), and how it is limited by default:
` + strings.TrimRight(check.LimitsHelp(), "\n") + `

The exit status is 0 passed or warned, 1 a step failed, 2 usage, 3 no connection or TLS to go
on with, 130 interrupted; with -o nagios 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`,
		Example: `  imapsh check imaps://alice@mail.example.net
  imapsh check --write --limit select=2s,10s imaps://alice@mail.example.net/Archive
  imapsh check -o nagios --password-command 'pass mail' imaps://alice@mail.example.net
  imapsh check -f hosts.txt --jobs 16`,
		RunE: func(_ *cobra.Command, args []string) error { return k.refused(k.run(args)) },
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		// What stands behind the bad flag has not been read.
		if slices.ContainsFunc(os.Args, func(a string) bool { return a == "nagios" || a == "-onagios" || strings.HasSuffix(a, "=nagios") }) {
			k.output = "nagios"
		}
		return k.refused(err)
	})
	f.addConnection(c)
	s := c.Flags()
	s.StringVarP(&k.hosts, "file", "f", "", "check the servers of `FILE`, one a line (- is standard input)")
	s.IntVar(&k.jobs, "jobs", 8, "with -f, so many servers at a time")
	s.StringVarP(&k.output, "output", "o", "table", "table, json, nagios or prometheus")
	s.StringVar(&k.color, "color", "auto", "auto, always or never")
	s.BoolVar(&k.write, "write", false, "also create a mailbox, append, wait for the push, store, copy, move, expunge, delete it")
	s.StringVar(&k.messages, "messages", "20", "fetch the newest `N` messages, or all")
	s.StringArrayVar(&k.limits, "limit", nil, "`NAME=WARN[,CRITICAL]` (repeatable)")
	s.DurationVar(&k.repeat, "repeat", 0, "check again at this distance, and sum up at the end")
	s.IntVar(&k.count, "count", 0, "with --repeat, so many times; 0 is until interrupted")
	s.StringVar(&k.auth, "auth", "", "log in by one of "+strings.Join(check.Auths(), ", ")+"; else by what the server takes")
	s.StringVar(&k.log, "log", "", "keep a transcript in `FILE`")
	s.DurationVar(&k.timeout, "timeout", dialTimeout, "a step fails after this long without a byte")
	s.DurationVar(&k.idle, "idle-for", time.Second, "without --write, hold IDLE this long")
	s.BoolVar(&k.strict, "strict", false, "status 1 also where a step only warned")
	s.BoolVarP(&k.quiet, "quiet", "q", false, "show nothing if the status is 0")
	return c
}

// refused says of a usage error what the output's reader expects: a monitoring plugin speaks on standard
// output and ends with UNKNOWN.
func (k *checkFlags) refused(err error) error {
	if err == nil || k.output != "nagios" {
		return err
	}
	fmt.Println(check.NagiosLine(check.NagiosUnknown, err.Error()))
	k.status = check.NagiosUnknown
	return nil
}

func (k *checkFlags) run(args []string) error {
	targets, err := k.targets(args)
	if err != nil {
		return err
	}
	if err := k.judge(len(targets)); err != nil {
		return err
	}
	log, err := k.transcript()
	if err != nil {
		return err
	}
	defer log.Close()
	passwords := make([]func() (string, error), len(targets))
	for i, t := range targets {
		if passwords[i], err = k.passwordOf(t); err != nil || k.status != 0 {
			return err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p, err := k.printer()
	if err != nil {
		return err
	}
	go k.interrupts(cancel, p)
	options := func(i int) check.Options {
		o := check.Options{
			Target: targets[i], User: targets[i].User, Password: passwords[i],
			Conn:     conn.Options{CAFile: k.ca, Insecure: k.insecure, SNI: k.sni, Timeout: k.timeout, Now: time.Now, Stderr: escaped{os.Stderr}},
			StartTLS: k.startTLS, Auth: k.auth, PlaintextAuth: k.plaintextAuth, Select: k.selects, Newest: k.newest, All: k.all,
			Write: k.write, Limits: k.thresholds, StepTimeout: k.timeout, IdleFor: k.idle, Now: time.Now,
		}
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

// targets are the servers to check.
func (k *checkFlags) targets(args []string) ([]conn.Target, error) {
	switch {
	case k.hosts != "" && len(args) > 0:
		return nil, errors.New("-f takes the place of a URL: give one of them")
	case k.hosts == "" && len(args) == 0:
		return nil, errors.New("which server? imapsh check imaps://user@host, or -f HOSTS")
	case k.hosts == "":
		if err := oneServer(nil, args); err != nil {
			return nil, err
		}
		t, err := conn.ParseTarget(args[0])
		return []conn.Target{t}, err
	}
	from, name := io.Reader(os.Stdin), "standard input"
	if k.hosts != "-" {
		file, err := os.Open(k.hosts)
		if err != nil {
			return nil, fmt.Errorf("reading the list of servers: %w", err)
		}
		defer file.Close()
		from, name = file, k.hosts
	}
	list, err := check.ReadHosts(from)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// judge finds what contradicts itself in the flags, and reads those that are more than a word.
func (k *checkFlags) judge(servers int) (err error) {
	if _, err = oneOf(k.output, "output", map[string]bool{"table": true, "json": true, "nagios": true, "prometheus": true}); err != nil {
		return err
	}
	if k.auth != "" && !slices.Contains(check.Auths(), k.auth) {
		return fmt.Errorf("--auth %q: it is one of %s", k.auth, strings.Join(check.Auths(), ", "))
	}
	switch {
	case k.output == "nagios" && (k.hosts != "" || k.repeat > 0):
		return errors.New("-o nagios is one line: without -f and --repeat")
	case k.output == "prometheus" && k.repeat > 0:
		return errors.New("-o prometheus is the state of one moment: without --repeat")
	case k.hosts != "" && k.repeat > 0:
		return errors.New("--repeat is for one server: without -f")
	case k.hosts != "" && k.log != "":
		return errors.New("--log is the transcript of one server: without -f")
	case k.count < 0 || k.count > 0 && k.repeat <= 0:
		return errors.New("--count goes with --repeat, and is not negative")
	case k.repeat < 0 || k.timeout <= 0 || k.idle <= 0 || k.jobs < 1:
		return errors.New("--repeat, --timeout, --idle-for and --jobs are more than nothing")
	}
	if k.all = k.messages == "all"; !k.all {
		if k.newest, err = strconv.Atoi(k.messages); err != nil || k.newest < 1 {
			return fmt.Errorf("--messages %q: it is a number from 1 on, or all", k.messages)
		}
	}
	k.thresholds = check.Limits{}
	for _, text := range k.limits {
		name, limit, err := check.ParseLimit(text)
		if err != nil {
			return err
		}
		k.thresholds[name] = limit
	}
	return nil
}

// transcript opens the log; without one what is written goes nowhere.
func (k *checkFlags) transcript() (*os.File, error) {
	if k.log == "" {
		return nil, nil
	}
	file, err := os.OpenFile(k.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the transcript: %w", err)
	}
	return file, nil
}

// passwordOf is the way to the password of a server's user. What a person types is asked for here,
// before anything is timed; status is then 130 where they interrupted it.
func (k *checkFlags) passwordOf(t conn.Target) (func() (string, error), error) {
	if t.User == "" || !check.NeedsSecret(k.auth) {
		return nil, nil
	}
	if from := k.password(os.Getenv("IMAPSH_PASSWORD"), t); from != nil {
		return from, nil
	}
	if k.hosts != "" || !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil, fmt.Errorf("the password of %s is needed beforehand: --password-command or IMAPSH_PASSWORD", t.User)
	}
	secret, err := k.ask("password of " + t.User + ": ")
	return func() (string, error) { return secret, nil }, err
}

// ask asks at the terminal for what is not shown.
func (k *checkFlags) ask(question string) (string, error) {
	in := int(os.Stdin.Fd())
	before, err := term.GetState(in)
	if err != nil {
		return "", fmt.Errorf("asking for the password: %w", err)
	}
	fmt.Fprint(os.Stderr, wire.EscapeString(question))
	type answer struct {
		text []byte
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(in)
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		fmt.Fprintln(os.Stderr)
		if a.err != nil {
			return "", fmt.Errorf("asking for the password: %w", a.err)
		}
		return string(a.text), nil
	case <-k.signals:
		fmt.Fprintln(os.Stderr)
		k.status = repl.StatusInterrupted
		if k.output == "nagios" {
			k.status = check.NagiosUnknown
		}
		return "", term.Restore(in, before)
	}
}

// interrupts ends the check at the first signal, so that it can clean up, and the program at the second.
func (k *checkFlags) interrupts(cancel context.CancelFunc, p *checkPrinter) {
	<-k.signals
	p.progress.Clear()
	fmt.Fprintln(os.Stderr, "-- cleaning up (Ctrl-C leaves at once)")
	cancel()
	<-k.signals
	if k.output == "nagios" {
		os.Exit(check.NagiosUnknown)
	}
	os.Exit(int(repl.StatusInterrupted))
}

// printer makes the place where the results go.
func (k *checkFlags) printer() (*checkPrinter, error) {
	when, err := oneOf(k.color, "color", map[string]int{"auto": 0, "always": 1, "never": -1})
	if err != nil {
		return nil, err
	}
	p := &checkPrinter{output: k.output, quiet: k.quiet, strict: k.strict}
	p.table = check.Table{Out: os.Stdout, Width: columnsOf(os.Stdout), Colour: coloured(os.Stdout, when)}
	if width := columnsOf(os.Stderr); width != nil && os.Getenv("TERM") != "dumb" {
		p.progress.Out, p.progress.Width = os.Stderr, width
	}
	return p, nil
}

// columnsOf gives the width of a terminal as it is when asked; nil of anything else.
func columnsOf(stream *os.File) func() int {
	if !term.IsTerminal(int(stream.Fd())) {
		return nil
	}
	return func() int {
		cols, _, err := term.GetSize(int(stream.Fd()))
		if err != nil || cols < 1 {
			return 80
		}
		return cols
	}
}

// checkPrinter writes reports in the form asked for, and keeps the gravest status.
type checkPrinter struct {
	output        string
	quiet, strict bool
	table         check.Table
	progress      check.Progress
	status        repl.Status
	err           error // of the first write that failed
}

// watched runs a check with its progress on the terminal.
func (p *checkPrinter) watched(ctx context.Context, o check.Options) *check.Report {
	p.progress.Show("checking " + o.Target.String())
	o.Progress = func(s check.Step) {
		p.progress.Show("checking " + o.Target.String() + ": " + s.Name + " " + s.Verdict.String())
	}
	return check.Run(ctx, o)
}

func (p *checkPrinter) raise(s repl.Status) {
	if p.output != "nagios" {
		p.status = max(p.status, s) // their numbers rise with their gravity
	}
}

// judge takes the status of a report and tells whether it is to be shown.
func (p *checkPrinter) judge(r *check.Report) (shown bool) {
	if p.output == "nagios" {
		p.status = repl.Status(check.NagiosStatus(r))
		return true
	}
	s := repl.StatusOK
	switch {
	case r.Interrupted:
		s = repl.StatusInterrupted
	case r.Unreached():
		s = repl.StatusConnection
	case r.Verdict == check.Failed, r.Verdict == check.Warned && p.strict:
		s = repl.StatusFailed
	}
	p.raise(s)
	return !p.quiet || s != repl.StatusOK
}

// one shows the check of one server.
func (p *checkPrinter) one(r *check.Report) {
	p.progress.Clear()
	if r.LogErr != nil {
		fmt.Fprintln(os.Stderr, "-- the transcript is not whole:", wire.EscapeString(r.LogErr.Error()))
	}
	if !p.judge(r) {
		return
	}
	switch p.output {
	case "json":
		p.keep(check.WriteJSON(os.Stdout, r))
	case "nagios":
		_, err := fmt.Println(check.Nagios(r))
		p.keep(err)
	case "prometheus":
		p.keep(check.WritePrometheus(os.Stdout, []*check.Report{r}))
	default:
		p.keep(p.table.Report(r))
	}
}

func (p *checkPrinter) keep(err error) {
	if p.err == nil && err != nil {
		p.err = fmt.Errorf("writing the report: %w", err)
	}
}

func (p *checkPrinter) summary(sum *check.Summary) {
	switch {
	case p.quiet && p.status == repl.StatusOK:
	case p.output == "json":
		p.keep(check.WriteSummaryJSON(os.Stdout, sum))
	default:
		p.keep(p.table.Summary(sum))
	}
}

// fleet checks many servers: a row each as they end, those that failed last.
func (p *checkPrinter) fleet(ctx context.Context, targets []conn.Target, jobs int, options func(int) check.Options) {
	names := make([]string, len(targets))
	for i, t := range targets {
		if t.Mailbox == "" {
			t.Mailbox = "INBOX" // as reports name it
		}
		names[i] = t.String()
	}
	columns := check.Columns(names)
	var metrics []*check.Report
	show := func(r *check.Report) {
		var b bytes.Buffer
		switch p.output {
		case "json":
			p.keep(check.WriteJSON(&b, r))
		case "prometheus":
			metrics = append(metrics, r)
		default:
			t := p.table
			t.Out = &b
			p.keep(t.Row(r, columns))
		}
		p.progress.Clear()
		_, err := os.Stdout.Write(b.Bytes())
		p.keep(err)
	}
	failed := 0
	p.progress.Show(fmt.Sprintf("0 of %d checked", len(targets)))
	reports := check.Fleet{
		N: len(targets), Jobs: jobs,
		Run: func(ctx context.Context, i int) *check.Report { return check.Run(ctx, options(i)) },
		Done: func(_, ended int, r *check.Report) {
			if shown := p.judge(r); r.Verdict == check.Failed || r.Interrupted {
				failed++
			} else if shown {
				show(r)
			}
			p.progress.Show(fmt.Sprintf("%d of %d checked, %d failed", ended, len(targets), failed))
		},
	}.Check(ctx)
	for _, r := range reports {
		if r != nil && (r.Verdict == check.Failed || r.Interrupted) {
			show(r)
		}
	}
	if ctx.Err() != nil {
		p.raise(repl.StatusInterrupted)
	}
	p.progress.Clear()
	switch {
	case p.output == "prometheus":
		p.keep(check.WritePrometheus(os.Stdout, metrics))
	case p.output == "table" && (!p.quiet || p.status != repl.StatusOK):
		p.keep(p.table.Tally(reports))
	}
}
