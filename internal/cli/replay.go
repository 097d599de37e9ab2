package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"imapsh/internal/conn"
	"imapsh/internal/replay"
	"imapsh/internal/suite"
	"imapsh/internal/transcript"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// replayFlags are the flags of "imapsh replay", in addition to those for connecting.
type replayFlags struct {
	testFlags
	output string
	strict bool
	file   string
	masked bool // the user comes from the record
}

// replayCommand returns the command "imapsh replay".
func (f *flags) replayCommand() *cobra.Command {
	k := &replayFlags{testFlags: testFlags{flags: f}}
	c := &cobra.Command{
		Use:   "replay [flags] FILE URL",
		Short: "send a recorded session again, and show which answers are different",
		Long: `replay sends the client's lines of a recorded session, which is a log or any other transcript, and
compares the server's answers with the recorded ones. Values that a server chooses may differ: UIDs,
UIDVALIDITY, mod-sequences, dates. Recorded UIDs in commands are replaced by those of this server.

With a user in the URL, logins use that user; without, they are sent as recorded, and a masked
password is asked for, or comes from the usual sources.

The exit status is 0 no difference, 1 differences, 2 usage, 3 a lost connection, 130 interrupted.`,
		Example: `  imapsh --log before.txt imaps://alice@old.example.net
  imapsh replay before.txt imaps://alice@new.example.net`,
		RunE: func(c *cobra.Command, args []string) error { return k.run(c, args) },
	}
	f.addLink(c)
	f.addFD(c)
	f.addProfile(c)
	for _, name := range []string{"authzid", "force", "literals", "log", "mech", "password-command", "plaintext-auth", "read-only", "timeout", "token-command"} {
		f.addSetting(c, repl.LookupSetting(name))
	}
	c.Flags().StringVarP(&k.output, "output", "o", "text", "print the differences as `FORMAT`: text or json")
	c.Flags().BoolVar(&k.strict, "strict", false, "also compare UIDs, UIDVALIDITY, mod-sequences and dates, and allow only recorded responses")
	c.RegisterFlagCompletionFunc("output", completeValues("text|json"))
	return c
}

func (k *replayFlags) run(c *cobra.Command, args []string) error {
	if _, err := oneOf(k.output, "output", map[string]bool{"text": true, "json": true}); err != nil {
		return err
	}
	if len(args) == 0 || k.profile == "" && len(args) < 2 {
		return errors.New("give a record and a server: imapsh replay session.txt imaps://alice@mail.example.net")
	}
	k.file = args[0]
	var err error
	if k.target, err = k.server(c, args[1:]); err != nil {
		return err
	}
	if k.set.StartTLS && k.target.Scheme == conn.IMAPS {
		return fmt.Errorf("%s needs imap://: %s uses TLS from the start", k.nameOf("starttls"), k.target)
	}
	record, err := k.read()
	if err != nil {
		return err
	}
	for _, note := range record.Notes {
		fmt.Fprintf(k.stderr, "imapsh: %s: %s\n", wire.EscapeString(k.file), wire.EscapeString(note))
	}
	if err := k.takeUser(record); err != nil {
		return err
	}
	opt, err := k.shell()
	if err != nil || k.status != repl.StatusOK {
		return err
	}
	return k.send(record, opt)
}

// takeUser takes the user from the record, if the URL names none and the record has a masked password.
func (k *replayFlags) takeUser(record *replay.Record) error {
	switch users := record.Masked; {
	case k.target.User != "" || len(users) == 0:
	case len(users) > 1:
		return fmt.Errorf("%s logs in as %s, and the passwords are masked: name a user in the URL", k.file, strings.Join(users, " and "))
	case users[0] == "":
		return fmt.Errorf("%s logs in but does not name the user: name a user in the URL", k.file)
	default:
		k.target.User, k.masked = users[0], true
	}
	return nil
}

// maxRecord is how long a record may be, in bytes.
const maxRecord = 256 << 20

// readAtMost reads to the end, and returns an error if there are more than most bytes.
func readAtMost(from io.Reader, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("it is longer than %d bytes", most)
	}
	return text, err
}

// read reads the record.
func (k *replayFlags) read() (*replay.Record, error) {
	from, err := repl.OpenScript(k.file)
	if err != nil {
		return nil, fmt.Errorf("reading the record: %w", err)
	}
	defer from.Close()
	text, err := readAtMost(from, maxRecord)
	if err != nil {
		return nil, fmt.Errorf("reading the record: %w", err)
	}
	record, err := replay.Read(text, repl.IsShellWord)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", k.file, err)
	case record.Forces > 0 && !k.set.Force:
		return nil, fmt.Errorf("%s:%d: in a transcript without C: and S:, destructive commands need --force", k.file, record.Forces)
	}
	return record, nil
}

// send sends the record, and prints the differences and the summary.
func (k *replayFlags) send(record *replay.Record, opt repl.Options) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-k.signals
		cancel()
		<-k.signals
		k.exit(int(repl.StatusInterrupted))
	}()
	user := k.target.User
	target := k.target
	if record.LogsIn {
		target.User, target.Auth = "", ""
	}
	opt.Target = &target
	var lost error
	each := func(d replay.Difference) {
		if err := k.print(&d); lost == nil {
			lost = err
		}
	}
	var result *replay.Result
	opt.Drive = func(d *repl.Driver) {
		r := record.Run(replayed{d, k.file, user}, replay.Options{Strict: k.strict, Force: k.set.Force, AsUser: user != "", Masked: k.masked}, each)
		result = &r
	}
	out := &suite.Tail{}
	_, report := runShell(ctx, opt, out, k.file, nil)
	if result == nil || report.Status == repl.StatusUsage {
		for _, line := range out.Lines(lastLines) {
			fmt.Fprintln(k.stderr, line)
		}
	}
	if result == nil {
		k.status = max(report.Status, repl.StatusFailed)
		return nil
	}
	if err := k.sum(result); lost == nil {
		lost = err
	}
	switch {
	case ctx.Err() != nil:
		k.status = repl.StatusInterrupted
	case result.Lost:
		k.status = repl.StatusConnection
	case report.Status == repl.StatusUsage:
		k.status = repl.StatusUsage
	case len(result.Differences) > 0 || result.Stopped != "":
		k.status = repl.StatusFailed
	}
	return lost
}

// print prints a difference.
func (k *replayFlags) print(d *replay.Difference) error {
	if k.output == "json" {
		return wire.WriteJSON(k.stdout, struct {
			Type     string  `json:"type"`
			File     string  `json:"file"`
			Line     int     `json:"line"`
			Command  string  `json:"command,omitempty"`
			Expected *string `json:"expected"`
			Got      *string `json:"got"`
		}{"difference", k.file, d.Line, d.Command, orNull(d.Expected), orNull(d.Got)})
	}
	expected, got := d.Expected, d.Got
	if expected == "" {
		expected = "nothing else"
		if d.Command != "" {
			expected += " in answer to " + d.Command
		}
	}
	if got == "" {
		got = "nothing"
	}
	_, err := fmt.Fprintf(k.stdout, "%s:%d: expected  %s\n    got       %s\n", wire.EscapeString(k.file), d.Line, wire.EscapeString(expected), wire.EscapeString(got))
	return err
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// sum prints the summary.
func (k *replayFlags) sum(r *replay.Result) error {
	if k.output == "json" {
		return wire.WriteJSON(k.stdout, struct {
			Type        string `json:"type"`
			File        string `json:"file"`
			Sent        int    `json:"sent"`
			Compared    int    `json:"compared"`
			Differences int    `json:"differences"`
			Stopped     string `json:"stopped,omitempty"`
			Line        int    `json:"line,omitempty"`
			Lost        bool   `json:"lost,omitempty"`
		}{"replay", k.file, r.Sent, r.Compared, len(r.Differences), r.Stopped, r.Line, r.Lost})
	}
	if r.Stopped != "" {
		fmt.Fprintf(k.stderr, "imapsh: %s:%d: %s; the rest was not sent\n", wire.EscapeString(k.file), r.Line, wire.EscapeString(r.Stopped))
	}
	_, err := fmt.Fprintln(k.stdout, r.Summary())
	return err
}

// A replayed lets a record be sent on the shell's connections.
type replayed struct {
	*repl.Driver
	file, user string
}

// Step sends a line.
func (r replayed) Step(l *transcript.Line) bool { return r.Driver.Step(l, r.file) }

// LogIn logs in.
func (r replayed) LogIn(name string) bool { return r.Driver.LogIn(name, r.user) }

// Ready reports whether a connection is usable. It first opens one that is new.
func (r replayed) Ready(name string) bool {
	return r.Connected(name) || !r.Known(name) && r.Driver.Open(name, "")
}

// Greeting returns the server's greeting.
func (r replayed) Greeting(name string) *replay.Heard { return replayHeard(r.Driver.Greeting(name)) }

// Heard returns the responses since the last call, and whether they are complete.
func (r replayed) Heard(name string) ([]*replay.Heard, bool) {
	list, all := r.Driver.Heard(name)
	came := make([]*replay.Heard, 0, len(list))
	for _, h := range list {
		came = append(came, replayHeard(h))
	}
	return came, all
}

func replayHeard(h *repl.Heard) *replay.Heard {
	if h == nil {
		return nil
	}
	return &replay.Heard{Response: h.Response, Shown: h.Shown}
}
