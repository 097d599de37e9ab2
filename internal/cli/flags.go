package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"imapsh/internal/conn"
	"imapsh/render"
	"imapsh/repl"
)

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
