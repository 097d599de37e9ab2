// Command imapsh is an interactive IMAP shell: it writes the tags, sends what is
// typed, waits for the answer, and shows the wire and what the wire means.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"imapsh/internal/conn"
	"imapsh/internal/demo"
	"imapsh/internal/terminal"
	"imapsh/internal/wire"
	"imapsh/render"
	"imapsh/repl"
)

// softMemory is when the collector begins to work harder, not a limit: the largest responses
// that are kept whole would else let the heap grow to twice what they need.
const softMemory = 40 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup would have us go on
		signal.Notify(signals, syscall.SIGHUP)
	}
	// Taken, not ignored: a write to a closed pipe is an error here, and children keep their own.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	f := &flags{signals: signals}
	root := f.command()
	err := root.Execute()
	if err != nil {
		fmt.Fprintln(os.Stderr, "imapsh: "+wire.EscapeString(err.Error()))
		if hint := conn.Hint(err); hint != "" {
			fmt.Fprintln(os.Stderr, "imapsh: "+wire.EscapeString(hint))
		}
		f.status = repl.StatusUsage
	}
	os.Exit(int(f.status))
}

// flags are what the command line says.
type flags struct {
	execute         []string
	file            string
	output, color   string
	ca, sni, tunnel string
	insecure        bool
	startTLS        bool
	selects         bool
	passwordCommand string
	plaintextAuth   bool
	keepGoing, stop bool
	readOnly        bool
	strict          bool
	explain         bool
	show            string
	timeout         time.Duration
	keepalive       time.Duration
	noRenew         bool
	quiet           bool
	timing, clock   bool
	wire            string
	literals        string
	log             string
	listen          string

	signals chan os.Signal
	status  repl.Status
}

func (f *flags) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "imapsh [flags] [URL | HOST[:PORT]]",
		Short: "an interactive IMAP shell",
		Long: `imapsh speaks IMAP with a server as you type: it writes the tags, sends the line,
waits for the answer that belongs to it, and shows the wire and what it means.

A URL is imaps://[user@]host[:993][/mailbox] (TLS from the start), imap://… (in clear,
--starttls), unix:PATH, or a bare host, which is imaps. Piped input, -e or -f make it a
script: each line is sent when the one before it has been answered.`,
		Example: `  imapsh demo
  imapsh imaps://alice@mail.example.net
  printf 'login alice secret\nstatus inbox\n' | imapsh imaps://mail.example.net
  imapsh -q -e noop imaps://mail.example.net && echo well
  imapsh check imaps://alice@mail.example.net`,
		Args:          oneServer,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(_ *cobra.Command, args []string) error { return f.connect(args) },
	}
	f.addShared(root)
	f.addConnection(root)
	root.Flags().StringVar(&f.tunnel, "tunnel", "", "speak to the standard input and output of `CMD`")

	practice := &cobra.Command{
		Use:   "demo",
		Short: "the shell on an embedded practice server",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return f.demo() },
	}
	f.addShared(practice)
	practice.Flags().StringVar(&f.listen, "listen", "", "serve other clients on `ADDR` (127.0.0.1:1143), without a shell")

	topics := &cobra.Command{
		Use:                "help [TOPIC]",
		Short:              "the shell's help, offline",
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			fmt.Println(strings.TrimRight(repl.Help(strings.Join(args, " ")), "\n"))
			return nil
		},
	}
	root.SetHelpCommand(topics)
	root.AddCommand(practice, f.checkCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

func oneServer(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("one server at a time: %q and %q were given", args[0], args[1])
	}
	return nil
}

// addConnection adds the flags of a connection to a server that a URL names.
func (f *flags) addConnection(c *cobra.Command) {
	s := c.Flags()
	s.StringVar(&f.ca, "ca", "", "verify the certificate against the CAs in this PEM `FILE`")
	s.StringVar(&f.sni, "sni", "", "ask for and verify this `NAME` instead of the host")
	s.BoolVar(&f.insecure, "insecure", false, "do not verify the certificate")
	s.BoolVar(&f.startTLS, "starttls", false, "require STARTTLS before anything else")
	s.BoolVar(&f.selects, "select", false, "open the URL's mailbox with SELECT, not EXAMINE")
	s.StringVar(&f.passwordCommand, "password-command", "", "`CMD` whose first line of output is the password (also IMAPSH_PASSWORD)")
	s.BoolVar(&f.plaintextAuth, "plaintext-auth", false, "without asking, a password may go in clear")
}

// addShared adds the flags that every shell has.
func (f *flags) addShared(c *cobra.Command) {
	s := c.Flags()
	s.StringArrayVarP(&f.execute, "execute", "e", nil, "run `CMD` as a script (repeatable)")
	s.StringVarP(&f.file, "file", "f", "", "run the lines of `FILE` as a script (- is standard input)")
	s.StringVarP(&f.output, "output", "o", "pretty", "pretty, raw (the server's very bytes) or json")
	s.StringVar(&f.color, "color", "auto", "auto, always or never")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "show nothing if the status is 0, else everything")
	s.BoolVar(&f.timing, "timing", false, "elapsed time beneath tagged responses")
	s.BoolVar(&f.clock, "clock", false, "the time of day of every response")
	s.StringVar(&f.wire, "wire", "short", "on a terminal show wire lines short or full")
	s.StringVar(&f.literals, "literals", "auto", "announce literals auto, sync or nonsync")
	s.StringVar(&f.log, "log", "", "keep a transcript in `FILE`")
	s.DurationVar(&f.timeout, "timeout", time.Minute, "a script gives up on a command after this long without a byte; 0 is never")
	s.DurationVar(&f.keepalive, "keepalive", 28*time.Minute, "renew an IDLE after this long; 0 is never")
	s.BoolVar(&f.noRenew, "no-renew", false, "never renew an IDLE")
	s.BoolVar(&f.keepGoing, "keep-going", false, "a script sends what destroys even behind a failure")
	s.BoolVar(&f.readOnly, "read-only", false, "send nothing that changes what the server has")
	s.BoolVar(&f.explain, "explain", false, "a sentence beneath every command and response, to learn from")
	s.BoolVar(&f.strict, "strict", false, "status 1 where a response leaves the grammar or the protocol")
	s.StringVar(&f.show, "show", "all", "show all responses, or those with oddities alone: odd")
	s.BoolVar(&f.stop, "stop-on-error", false, "a script stops at the first failure")
}

// connect runs the shell on the server that the command line names.
func (f *flags) connect(args []string) error {
	var target conn.Target
	switch {
	case f.tunnel != "" && len(args) > 0:
		return errors.New("--tunnel takes the place of a URL: give one of them")
	case f.tunnel != "":
		target = conn.Target{Scheme: conn.Tunnel, Path: f.tunnel}
	case len(args) == 0:
		return errors.New("which server? imapsh imaps://user@host, or imapsh demo to practise (--help says more)")
	default:
		var err error
		if target, err = conn.ParseTarget(args[0]); err != nil {
			return err
		}
	}
	if f.startTLS && target.Scheme == conn.IMAPS {
		return fmt.Errorf("--starttls is for imap://: %s begins with TLS", target)
	}
	opt, err := f.options()
	if err != nil {
		return err
	}
	opt.Target = &target
	opt.Password = f.password(os.Getenv("IMAPSH_PASSWORD"), target)
	if opt.Password == nil && target.User != "" && f.scripted() {
		return fmt.Errorf("a script needs the password of %s beforehand: --password-command or IMAPSH_PASSWORD", target.User)
	}
	return f.run(opt)
}

// demo runs the shell on the practice server, logged in; with --listen only the server.
func (f *flags) demo() error {
	addr := f.listen
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	srv, err := demo.Start(demo.Options{Listen: addr, Now: time.Now})
	if err != nil {
		return err
	}
	defer srv.Close()
	says := os.Stderr
	if f.listen != "" {
		fmt.Fprintf(says, "-- serving %s, password %s, until Ctrl-C\n", srv.URL(), demo.Password)
		<-f.signals
		return nil
	}
	target, err := conn.ParseTarget(srv.URL())
	if err != nil {
		return err
	}
	opt, err := f.options()
	if err != nil {
		return err
	}
	target.Note = fmt.Sprintf("practice server: %s, password %s; it ends with this shell", srv.URL(), demo.Password)
	if !f.scripted() {
		target.Note += "\ntry: list   select inbox   fetch 7   idle   help"
	}
	opt.Target = &target
	opt.Password = func() (string, error) { return demo.Password, nil }
	return f.run(opt)
}

// run opens the terminal where a person types, and runs the shell.
func (f *flags) run(opt repl.Options) error {
	if !f.scripted() {
		history, lines := f.history()
		opt.History = history
		t, err := terminal.Open(terminal.Config{
			In: os.Stdin, Out: os.Stdout, Term: os.Getenv("TERM"), History: lines,
			Stuck: func() { os.Exit(int(repl.StatusInterrupted)) },
		})
		if err != nil {
			return err
		}
		defer t.Close()
		opt.Terminal = t
		// Errors go where the prompt is, above it.
		opt.Render.Out, opt.Render.Err, opt.Render.Terminal = t, t, true
		opt.Render.Width = func() int { cols, _ := t.Size(); return cols }
	}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		opt.Progress = &repl.Progress{
			To: os.Stderr, WithOut: term.IsTerminal(int(os.Stdout.Fd())),
			Width: func() int { cols, _, _ := term.GetSize(int(os.Stderr.Fd())); return cols },
		}
	}
	f.status = repl.New(opt).Run()
	return nil
}

// history opens the history; one that cannot be kept is said and done without.
func (f *flags) history() (*repl.History, []string) {
	path, err := repl.HistoryPath()
	if err == nil {
		var h *repl.History
		if h, err = repl.OpenHistory(path); err == nil {
			return h, h.Lines()
		}
	}
	fmt.Fprintln(os.Stderr, "imapsh: no history is kept: "+wire.EscapeString(err.Error()))
	return nil, nil
}

// scripted tells whether the input is a script: anything but a person at a terminal.
func (f *flags) scripted() bool {
	return len(f.execute) > 0 || f.file != "" || !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stdout.Fd()))
}

// options are the shell's options as the flags have them.
func (f *flags) options() (repl.Options, error) {
	opt := repl.Options{
		Conn: conn.Options{CAFile: f.ca, Insecure: f.insecure, SNI: f.sni, Timeout: dialTimeout, Now: time.Now, Stderr: escaped{os.Stderr}},
		Render: render.Options{
			Out: os.Stdout, Err: os.Stderr, Timing: f.timing, Clock: f.clock, Explain: f.explain, Now: time.Now,
		},
		Connect: repl.Startup{StartTLS: f.startTLS, Select: f.selects},
		Timeout: f.timeout, Greeting: dialTimeout, Keepalive: f.keepalive,
		KeepGoing: f.keepGoing, StopOnError: f.stop, Strict: f.strict, ReadOnly: f.readOnly, PlaintextAuth: f.plaintextAuth,
		Quiet: f.quiet, Log: f.log, Signals: f.signals, Now: time.Now,
	}
	if f.noRenew {
		opt.Keepalive = 0
	}
	var err error
	opt.Render.Mode, err = oneOf(f.output, "output", map[string]render.Mode{"pretty": render.Pretty, "raw": render.Raw, "json": render.JSON})
	if err != nil {
		return opt, err
	}
	opt.Render.WireFull, err = oneOf(f.wire, "wire", map[string]bool{"short": false, "full": true})
	if err != nil {
		return opt, err
	}
	opt.Render.OddOnly, err = oneOf(f.show, "show", map[string]bool{"all": false, "odd": true})
	if err != nil {
		return opt, err
	}
	if opt.Literals, err = oneOf(f.literals, "literals", repl.LiteralModes); err != nil {
		return opt, err
	}
	when, err := oneOf(f.color, "color", map[string]int{"auto": 0, "always": 1, "never": -1})
	if err != nil {
		return opt, err
	}
	opt.Render.Color, opt.Render.ErrColor = coloured(os.Stdout, when), coloured(os.Stderr, when)
	opt.Scripts, err = f.scripts()
	return opt, err
}

// dialTimeout is how long connecting, TLS and the greeting may take, each.
const dialTimeout = 15 * time.Second

// scripts are the inputs in the order of -e, -f, standard input.
func (f *flags) scripts() ([]repl.Script, error) {
	if !f.scripted() {
		return nil, nil
	}
	var list []repl.Script
	if len(f.execute) > 0 {
		list = append(list, repl.Script{Name: "-e", From: strings.NewReader(strings.Join(f.execute, "\n") + "\n")})
	}
	switch {
	case f.file == "-" || f.file == "" && len(f.execute) == 0:
		list = append(list, repl.Script{Name: "standard input", From: os.Stdin})
	case f.file != "":
		file, err := os.Open(f.file)
		if err != nil {
			return nil, fmt.Errorf("reading the script: %w", err)
		}
		list = append(list, repl.Script{Name: f.file, From: file})
	}
	return list, nil
}

// password gives the way to the password, nil where only the user knows it. The command is told
// for which server in its environment.
func (f *flags) password(env string, target conn.Target) func() (string, error) {
	switch {
	case f.passwordCommand != "":
		return func() (string, error) {
			cmd := exec.Command("sh", "-c", f.passwordCommand)
			if runtime.GOOS == "windows" {
				cmd = exec.Command("cmd", "/C", f.passwordCommand)
			}
			cmd.Stderr = os.Stderr
			cmd.Env = append(os.Environ(), "IMAPSH_URL="+target.String(), "IMAPSH_USER="+target.User, "IMAPSH_HOST="+target.Host)
			out, err := cmd.Output()
			if err != nil {
				return "", fmt.Errorf("running --password-command: %w", err)
			}
			line, _, _ := strings.Cut(string(out), "\n")
			return strings.TrimSuffix(line, "\r"), nil
		}
	case env != "":
		return func() (string, error) { return env, nil }
	}
	return nil
}

// coloured decides for one stream: --color, then NO_COLOR, then whether it is a terminal.
func coloured(stream *os.File, when int) bool {
	if when != 0 {
		return when > 0
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(stream.Fd()))
}

func oneOf[T any](word, flag string, of map[string]T) (T, error) {
	v, ok := of[word]
	if !ok {
		words := make([]string, 0, len(of))
		for w := range of {
			words = append(words, w)
		}
		slices.Sort(words)
		return v, fmt.Errorf("--%s %q: it is one of %s", flag, word, strings.Join(words, ", "))
	}
	return v, nil
}

// escaped writes what another program says so that it cannot touch the terminal.
type escaped struct{ w io.Writer }

func (e escaped) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if _, err := fmt.Fprintln(e.w, wire.EscapeString(strings.TrimRight(line, "\r\n"))); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}
