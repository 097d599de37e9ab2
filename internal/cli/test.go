package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/script"
	"imapsh/internal/suite"
	"imapsh/repl"
)

// testFlags are the flags of "imapsh test", in addition to those for connecting.
type testFlags struct {
	*flags
	jobs         int
	junit, user2 string

	target conn.Target
	boxes  *testBoxes
	asking sync.Mutex // held while asking for a secret
}

// testCommand returns the command "imapsh test".
func (f *flags) testCommand() *cobra.Command {
	k := &testFlags{flags: f}
	c := &cobra.Command{
		Use:   "test [flags] PATH... URL",
		Short: "run many scripts as tests, and report which of them failed",
		Long: `test runs scripts (*.imap) and ImapTest files, each on its own connection. In folders it finds all of
them. In a script, ${box} is a new name of a mailbox that does not exist yet; in an ImapTest file,
$mailbox. At the end that mailbox and those below it are deleted, whatever happens.

IMAPSH_PASSWORD is also the password of --user2; --password-command has the user in IMAPSH_USER.

The exit status is 0 all passed or skipped, 1 some failed, 2 usage, 3 no connection,
130 interrupted.`,
		Example: `  imapsh test tests imap://alice@localhost
  imapsh test --jobs 4 --user2 bob imaptest/src/tests imap://alice@localhost
  imapsh test --jobs 8 --junit report.xml tests imaps://alice@mail.example.net`,
		RunE: func(c *cobra.Command, args []string) error { return k.run(c, args) },
	}
	f.addLink(c)
	f.addFD(c)
	f.addProfile(c)
	for _, name := range []string{"authzid", "color", "literals", "mech", "password-command", "plaintext-auth", "stop-on-error", "strict", "timeout", "token-command"} {
		f.addSetting(c, repl.LookupSetting(name))
	}
	f.addVars(c)
	s := c.Flags()
	s.IntVarP(&k.jobs, "jobs", "j", 1, "run `N` tests at the same time")
	s.StringVar(&k.junit, "junit", "", "write a report in JUnit XML to `FILE`")
	s.StringVar(&k.user2, "user2", "", "use `USER` as the second user, ${user2}, in tests")
	return c
}

func (k *testFlags) run(c *cobra.Command, args []string) error {
	paths, err := k.split(c, args)
	if err != nil {
		return err
	}
	if k.jobs < 1 {
		return fmt.Errorf("invalid --jobs %d: use at least 1", k.jobs)
	}
	for name, by := range map[string]string{"box": "imapsh test", "user2": "--user2"} {
		if _, given := k.vars[name]; given {
			return fmt.Errorf("--var %s: %s gives ${%s} its value", name, by, name)
		}
	}
	files, err := suite.Find(paths, isTest)
	if err != nil {
		return err
	}
	opt, err := k.shell()
	if err != nil || k.status != repl.StatusOK {
		return err
	}
	var junit *os.File
	if k.junit != "" {
		if junit, err = os.Create(k.junit); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		defer junit.Close()
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var progress check.Progress
	k.showsProgress(&progress)
	go k.stops(cancel, &progress)
	k.boxes = newTestBoxes(k.jobs)
	if !k.checkOnly && !k.prepare(ctx, opt) {
		return nil
	}
	began, failed, columns := time.Now(), 0, suite.Columns(files)
	var lost error
	keep := func(err error) {
		if lost == nil && err != nil {
			lost = fmt.Errorf("writing the results: %w", err)
		}
	}
	progress.Show(fmt.Sprintf("0 of %d run", len(files)))
	results := suite.Run(ctx, files, k.jobs, func(ctx context.Context, file string) suite.Result {
		return k.test(ctx, opt, file)
	}, func(r *suite.Result, ended int) {
		if r.Verdict == suite.Failed {
			failed++
		}
		progress.Clear()
		keep(suite.WriteLine(k.stdout, r, columns))
		progress.Show(fmt.Sprintf("%d of %d run, %d failed", ended, len(files), failed))
	})
	if !k.checkOnly {
		progress.Show("deleting the mailboxes of the tests")
		k.boxes.wipe(opt, k.stderr)
	}
	progress.Clear()
	for _, r := range results {
		if r != nil && r.Verdict == suite.Failed {
			keep(suite.WriteFailure(k.stdout, r))
		}
	}
	_, err = fmt.Fprintln(k.stdout, "\n"+suite.Tally(results))
	keep(err)
	if junit != nil {
		keep(suite.WriteJUnit(junit, k.target.String(), results, files, time.Since(began)))
		keep(junit.Close())
	}
	switch {
	case ctx.Err() != nil:
		k.status = repl.StatusInterrupted
	case failed > 0:
		k.status = repl.StatusFailed
	}
	return lost
}

// testTimeout is how long a test waits for a silent server, by default.
const testTimeout = time.Minute

// split returns the paths, and sets the server.
func (k *testFlags) split(c *cobra.Command, args []string) ([]string, error) {
	paths, server := args, []string(nil)
	if k.profile == "" && len(args) > 0 {
		paths, server = args[:len(args)-1], args[len(args)-1:]
	}
	if len(paths) == 0 {
		return nil, errors.New("give files or folders, and a server after them: imapsh test tests imap://alice@localhost")
	}
	var err error
	k.target, err = k.server(c, server)
	if err == nil && k.set.StartTLS && k.target.Scheme == conn.IMAPS {
		err = fmt.Errorf("%s needs imap://: %s uses TLS from the start", k.nameOf("starttls"), k.target)
	}
	return paths, err
}

// shell returns the options that the shells of all tests have in common, after getting the secret.
func (k *testFlags) shell() (repl.Options, error) {
	if k.set.Timeout == 0 {
		k.set.Timeout = testTimeout
	}
	if err := k.openFD(); err != nil {
		return repl.Options{}, err
	}
	opt := repl.Options{Settings: k.set, Target: &k.target, Now: time.Now, Programs: k.programs(), Vars: k.vars, Env: k.env, Servers: k.namedServers(), CheckOnly: k.checkOnly,
		Gives: map[string]string{"user2": "--user2 USER"}}
	l := &opt.Session.Conn
	l.Timeout, l.Now, l.Stderr = k.dialMost, time.Now, escaped{k.stderr}
	opt.Session.Greeting = k.dialMost
	opt.Render.Now = time.Now
	if needs := k.set.Needs(k.target.Auth); k.target.User != "" && !k.checkOnly && needs != sasl.Nothing {
		if err := k.lacks(k.target, needs); err != nil {
			if !k.canAsk() {
				return opt, err
			}
			k.secret, err = k.ask("Password for " + k.target.User + ": ")
			if err != nil || k.status != repl.StatusOK {
				return opt, err
			}
		}
	}
	k.gives(&opt, k.target)
	if opt.Password != nil {
		opt.Forget = nil // the next test needs them
		opt.Password, opt.Waits = k.secretsFor, nil
	}
	return opt, l.Check()
}

// secretsFor returns the secret of a user of this server. The sources on the command line are for the second user, too.
// Tests that run at the same time ask one after the other.
func (k *testFlags) secretsFor(ctx context.Context, t conn.Target, needs sasl.Needs) (repl.Secret, error) {
	k.asking.Lock()
	defer k.asking.Unlock()
	own := k.target
	if k.user2 != "" && t.Person() == k.user2 {
		own.User = t.User
	}
	return k.secretOf(ctx, own, t, needs)
}

// stops ends the tests at the first signal, so that they clean up, and the program at the second.
func (k *testFlags) stops(cancel context.CancelFunc, p *check.Progress) {
	<-k.signals
	p.Clear()
	fmt.Fprintln(k.stderr, "-- cleaning up (Ctrl-C quits now)")
	cancel()
	<-k.signals
	k.exit(int(repl.StatusInterrupted))
}

// namespace is a script that finds the prefix of the personal namespace. It is skipped, after that, on a server without
// LIST-EXTENDED.
const namespace = `:require NAMESPACE
namespace
expect * NAMESPACE ((${prefix} ...) ...) ...
:require LIST-EXTENDED
`

// prepare connects once, and finds out where mailboxes can be created. It reports whether tests can run.
func (k *testFlags) prepare(ctx context.Context, opt repl.Options) bool {
	out := &suite.Tail{}
	s, r := runShell(ctx, opt, out, "namespace", strings.NewReader(namespace))
	switch r.Status {
	case repl.StatusConnection, repl.StatusInterrupted, repl.StatusUsage:
		k.status = r.Status
	case repl.StatusFailed:
		if f := r.Failure; f != nil && f.Line == 0 { // the login
			k.status = r.Status
		}
	}
	if k.status != repl.StatusOK {
		for _, line := range out.Lines(lastLines) {
			fmt.Fprintln(k.stderr, line)
		}
		return false
	}
	k.boxes.prefix, _ = s.Named("prefix")
	k.boxes.extended = r.Status == repl.StatusOK && r.Skipped == ""
	return true
}

// lastLines is how many of the last lines that a failed test sent and received are shown.
const lastLines = 12

// runShell runs a script, or opt.Drive if from is nil, on its own connection, until the context ends.
func runShell(ctx context.Context, opt repl.Options, out *suite.Tail, name string, from io.Reader) (*repl.Shell, repl.Report) {
	signals := make(chan os.Signal, 1)
	stop := context.AfterFunc(ctx, func() { signals <- os.Interrupt })
	defer stop()
	opt.Signals = signals
	opt.Render.Out, opt.Render.Err = out, out
	opt.Scripts = nil
	if from != nil {
		opt.Scripts = []repl.Script{{Name: name, From: from}}
	}
	target := *opt.Target
	opt.Target = &target
	s := repl.New(opt)
	s.Run()
	return s, s.Report()
}

// test runs one test: a script or an ImapTest file.
func (k *testFlags) test(ctx context.Context, opt repl.Options, file string) suite.Result {
	if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
		if is, err := isImapTest(file); err == nil && is {
			return k.imapTest(ctx, opt, file)
		}
	}
	return k.script(ctx, opt, file)
}

// script runs one script.
func (k *testFlags) script(ctx context.Context, opt repl.Options, file string) suite.Result {
	res := suite.Result{File: file}
	began := time.Now()
	from, err := repl.OpenScript(file)
	if err != nil {
		res.Verdict, res.Why = suite.Failed, "reading the script: "+err.Error()
		return res
	}
	defer from.Close()
	opt.Vars = maps.Clone(k.vars)
	box := k.boxes.next()
	opt.Vars["box"] = script.Value{Text: box.name}
	if namesBox(file) {
		box.mayBelongTo(k.target.User)
	}
	if k.user2 != "" {
		opt.Vars["user2"] = script.Value{Text: k.user2}
	}
	out := &suite.Tail{}
	_, r := runShell(ctx, opt, out, file, from)
	res.Took = time.Since(began)
	switch f := r.Failure; {
	case r.Skipped != "":
		res.Verdict, res.Why = suite.Skipped, r.Skipped
	case r.Status == repl.StatusOK:
	case r.Status == repl.StatusInterrupted && ctx.Err() != nil:
		res.Verdict = suite.Interrupted
	default:
		res.Verdict, res.Last = suite.Failed, out.Lines(lastLines)
		if f != nil {
			res.Line, res.Why, res.Expected, res.Got = f.Line, f.Text, f.Expected, f.Got
		} else {
			res.Why = fmt.Sprintf("ended with status %d", r.Status)
		}
		if r.Status == repl.StatusUsage && f != nil && f.Line == 0 { // nothing was sent
			res.Last = nil
		}
	}
	return res
}

// namesBox reports whether a script may have created its mailbox.
func namesBox(file string) bool {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() { // it cannot be read again
		return true
	}
	text, err := os.ReadFile(file)
	return err != nil || bytes.Contains(text, []byte("${box}"))
}
