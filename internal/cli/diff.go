package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/diff"
	"imapsh/internal/sasl"
	"imapsh/internal/suite"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// diffFlags are the flags of "imapsh diff", in addition to those for connecting.
type diffFlags struct {
	*flags
	output     string
	only, skip []string
	messages   bool
	brief      bool
	log        string
	fd2        int

	parts   []string
	stopped atomic.Bool
}

// diffCommand returns the command "imapsh diff".
func (f *flags) diffCommand() *cobra.Command {
	k := &diffFlags{flags: f}
	c := &cobra.Command{
		Use:   "diff [flags] URL1 URL2",
		Short: "compare two accounts, such as before and after a migration",
		Long: `diff logs in to two servers, compares what they offer and what the two users have there, and shows
the differences in two columns. It only reads. You can use the name of a profile in place of a URL.

Names of mailboxes are compared below the personal namespace: "INBOX.Sent" is "Sent". --messages
also compares each message: messages with the same Message-ID by size, flags and INTERNALDATE.

` + passwordName + ` is the password of the first user, ` + passwordName2 + ` that of the second;
--password-command is run for each, with the user and host in IMAPSH_USER and IMAPSH_HOST.

The parts (--only, --skip):
` + strings.Join(text.Wrap(partNames(", "), 90), "\n") + `.
Capabilities are compared as they are after the login. Those that matter only for the login (AUTH=,
SASL-IR and the like) are left out, because many servers do not list them then.

The exit status is 0 equal, 1 differences, something could not be compared, or a login failed,
2 usage, 3 no connection, or one was lost, 130 interrupted.`,
		Example: `  imapsh diff imaps://alice@old.example.net imaps://alice@new.example.net
  imapsh diff --messages --skip capabilities,namespaces old new
  imapsh diff --brief -o json imaps://alice@old.example.net imaps://alice@new.example.net`,
		RunE: func(c *cobra.Command, args []string) error { return k.run(c, args) },
	}
	c.SetFlagErrorFunc(plainly)
	f.addLink(c)
	f.addFD(c)
	for _, name := range []string{"authzid", "color", "mech", "password-command", "plaintext-auth", "timeout", "token-command"} {
		f.addSetting(c, repl.LookupSetting(name))
	}
	s := c.Flags()
	s.IntVar(&k.fd2, "password-fd2", noFD, "read the second user's password from the open file `N`")
	s.Lookup("password-fd2").DefValue = "0"
	s.StringVarP(&k.output, "output", "o", "table", "print the result as `FORMAT`: table or json")
	c.RegisterFlagCompletionFunc("output", completeValues("table|json"))
	s.BoolVar(&k.brief, "brief", false, "print only one line: how many differences there are")
	s.BoolVarP(&k.messages, "messages", "m", false, "compare each message too")
	s.StringSliceVar(&k.only, "only", nil, "compare only these `PARTS`, separated by commas")
	s.StringSliceVar(&k.skip, "skip", nil, "leave out these `PARTS`")
	s.StringVar(&k.log, "log", "", "write transcripts to `FILE`.left and FILE.right")
	for _, name := range []string{"only", "skip"} {
		c.RegisterFlagCompletionFunc(name, completePart)
	}
	c.ValidArgsFunction = func(c *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 1 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return f.completeProfiles(c, nil, toComplete)
	}
	return c
}

// partNames returns the names of all parts, joined.
func partNames(between string) string {
	var names []string
	for _, p := range diff.Parts() {
		names = append(names, p.Name)
	}
	return strings.Join(names, between)
}

// completePart completes the last part in a list with commas.
func completePart(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	before := word[:strings.LastIndexByte(word, ',')+1]
	var words []string
	for _, p := range diff.Parts() {
		words = append(words, before+p.Name)
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// choose sets which parts are compared.
func (k *diffFlags) choose() error {
	var names []string
	for _, p := range diff.Parts() {
		names = append(names, p.Name)
		given := slices.Contains(k.only, p.Name) || len(k.only) == 0 && !p.OnRequest || p.Name == "messages" && k.messages
		if given && !slices.Contains(k.skip, p.Name) {
			k.parts = append(k.parts, p.Name)
		}
	}
	for _, list := range [][]string{k.only, k.skip} {
		for _, name := range list {
			if !slices.Contains(names, name) {
				return fmt.Errorf("%q is not a part that is compared: use %s", name, text.OneOf(names))
			}
		}
	}
	if len(k.parts) == 0 {
		return errors.New("nothing left to compare: --skip leaves out all parts")
	}
	return nil
}

// A diffSide is one of the two servers, with its own copy of the flags, for its profile and secrets.
type diffSide struct {
	flags
	name   string // "left" or "right"
	target conn.Target
	shell  *repl.Shell
	out    suite.Tail
	stop   chan os.Signal
	ended  chan struct{} // closed when the shell has ended
}

func (k *diffFlags) run(c *cobra.Command, args []string) error {
	if len(args) != 2 {
		return errors.New("give two servers: imapsh diff imaps://alice@old.example.net imaps://alice@new.example.net")
	}
	if _, err := oneOf(k.output, "output", map[string]bool{"table": true, "json": true}); err != nil {
		return err
	}
	if err := k.choose(); err != nil {
		return err
	}
	k.memory(comparedMemory)
	if _, err := k.readProfiles(c); err != nil {
		return err
	}
	left, right := &diffSide{flags: *k.flags, name: "left"}, &diffSide{flags: *k.flags, name: "right"}
	right.secretIn, right.secret = passwordName2, k.secret2
	right.fdFlag, right.fdNumber = "--password-fd2", k.fd2
	if k.fdNumber == k.fd2 && k.fd2 != noFD {
		return errors.New("--password-fd and --password-fd2 are the same file: give each its own")
	}
	sides := [2]*diffSide{left, right}
	for i, s := range sides {
		if err := s.aim(c, args[i]); err != nil {
			return err
		}
	}
	if left.set.StartTLS && left.target.Scheme == conn.IMAPS && right.target.Scheme == conn.IMAPS {
		return fmt.Errorf("%s needs imap://: both servers use TLS from the start", left.nameOf("starttls"))
	}
	for _, s := range sides {
		if err := s.prepare(k); err != nil || k.status != repl.StatusOK {
			return err
		}
	}
	return k.compare(left, right)
}

// comparedMemory is the softMemory of a comparison, in bytes.
const comparedMemory = 1 << 30

// aim finds the server that an argument names.
func (s *diffSide) aim(c *cobra.Command, arg string) error {
	var err error
	if s.target, err = s.server(c, []string{arg}); err != nil {
		return err
	}
	switch {
	case s.target.Mailbox != "":
		return fmt.Errorf("%s names a mailbox: diff compares complete accounts", s.target)
	case s.target.User == "" && s.target.Auth == "" && s.set.Mech == "":
		return fmt.Errorf("no user in %s: imaps://alice@%s", s.target, serverName(s.target))
	}
	return nil
}

// prepare gets the secret for the login, and makes the shell.
func (s *diffSide) prepare(k *diffFlags) error {
	if s.set.Timeout == 0 {
		s.set.Timeout = testTimeout
	}
	if s.target.Scheme == conn.IMAPS {
		s.set.StartTLS = false // --starttls is for the other side
	}
	if k.log != "" {
		s.set.Log = k.log + "." + s.name
	}
	if err := s.openFD(); err != nil {
		return err
	}
	opt := repl.Options{Settings: s.set, Target: &s.target, Now: time.Now, ByProgram: true}
	l := &opt.Session.Conn
	l.Timeout, l.Now, l.Stderr = s.dialMost, time.Now, escaped{k.stderr}
	if err := l.Check(); err != nil {
		return err
	}
	opt.Session.Greeting = s.dialMost
	opt.Render.Now, opt.Render.Out, opt.Render.Err = time.Now, &s.out, &s.out
	if needs := s.set.Needs(s.target.Auth); s.target.User != "" && needs != sasl.Nothing {
		if err := s.lacks(s.target, needs); err != nil {
			if !k.canAsk() {
				return err
			}
			s.secret, err = s.ask("Password for " + s.target.User + " at " + serverName(s.target) + ": ")
			if k.status = s.status; err != nil || k.status != repl.StatusOK {
				return err
			}
		}
	}
	s.gives(&opt, s.target)
	s.stop, s.ended = make(chan os.Signal, 1), make(chan struct{})
	opt.Signals = s.stop
	s.shell = repl.New(opt)
	return nil
}

// user returns the owner of the mailboxes, not the administrator who logs in for that user.
func (s *diffSide) user() string {
	if s.set.AuthzID != "" {
		return s.set.AuthzID
	}
	user, _, _ := strings.Cut(s.target.Person(), "*") // user*master, as in Dovecot
	return user
}

// Inquire sends commands and waits until they have ended. After the connection has ended, the error says why.
func (s *diffSide) Inquire(all ...*repl.Inquiry) error {
	err := s.shell.Inquire(all...)
	if !errors.Is(err, repl.ErrGone) {
		return err
	}
	<-s.ended
	switch r := s.shell.Report(); {
	case r.Status == repl.StatusInterrupted:
		return errors.New("interrupted")
	case r.Failure != nil:
		return errors.New(r.Failure.Text)
	}
	return err
}

// compare runs both shells and compares the accounts.
func (k *diffFlags) compare(left, right *diffSide) error {
	sides := [2]*diffSide{left, right}
	for _, s := range sides {
		go func() {
			s.shell.Run()
			close(s.ended)
		}()
	}
	defer func() {
		for _, s := range sides {
			s.shell.EndInquiries()
		}
		for _, s := range sides {
			<-s.ended
		}
	}()
	var progress check.Progress
	k.showsProgress(&progress)
	defer progress.Clear()
	go k.stops(sides, &progress)
	progress.Show("connecting")
	opt := diff.Options{
		Left:  diff.Side{URL: left.target.String(), User: left.user(), Asker: left},
		Right: diff.Side{URL: right.target.String(), User: right.user(), Asker: right},
		Parts: k.parts, Progress: progress.Show, Stopped: k.stopped.Load,
	}
	opt.Out = &diff.Table{
		Out: k.stdout, Width: columnsOf(k.stdout), Colour: k.coloured(k.stdout, k.set.Color),
		Left: opt.Left, Right: opt.Right, Brief: k.brief, Before: progress.Clear,
	}
	if k.output == "json" {
		opt.Out = &diff.JSON{Out: k.stdout, Brief: k.brief, Before: progress.Clear}
	}
	if why := k.connected(sides, &progress); why != "" {
		if !k.brief && k.output == "table" {
			return nil // connected has already shown why
		}
		return k.written(opt.Out.End(diff.Unreached(opt.Left, opt.Right, why)))
	}
	r, err := diff.Run(opt)
	switch {
	case k.stopped.Load():
		k.status = repl.StatusInterrupted
	case r.Lost:
		k.status = repl.StatusConnection
	case !r.Equal():
		k.status = repl.StatusFailed
	}
	return k.written(err)
}

// written returns an error of the output, or sets the status if the output was closed.
func (k *diffFlags) written(err error) error {
	switch {
	case errors.Is(err, syscall.EPIPE):
		k.status = repl.StatusPipe
		return nil
	case err != nil:
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// connected waits until both sides are logged in, and returns why one is not; "" if both are. Without --brief it also
// shows the last lines of that side on standard error.
func (k *diffFlags) connected(sides [2]*diffSide, p *check.Progress) string {
	var errs [2]error
	var both sync.WaitGroup
	for i, s := range sides {
		both.Go(func() { errs[i] = s.Inquire() })
	}
	both.Wait()
	p.Clear()
	var why []string
	for i, s := range sides {
		if errs[i] == nil {
			continue
		}
		k.status = max(k.status, s.shell.Report().Status, repl.StatusFailed)
		why = append(why, s.name+": "+errs[i].Error())
		if k.brief {
			continue
		}
		fmt.Fprintln(k.stderr, "imapsh: "+s.name+": "+wire.EscapeString(s.target.String()))
		for _, line := range s.out.Lines(lastLines) {
			fmt.Fprintln(k.stderr, line)
		}
	}
	return strings.Join(why, "; ")
}

// stops ends both connections at the first signal, and the program at the second.
func (k *diffFlags) stops(sides [2]*diffSide, p *check.Progress) {
	sig := <-k.signals
	k.stopped.Store(true)
	p.Clear()
	for _, s := range sides {
		s.stop <- sig
	}
	<-k.signals
	k.exit(int(repl.StatusInterrupted))
}
