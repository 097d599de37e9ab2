package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"imapsh/internal/conn"
	"imapsh/internal/profile"
	"imapsh/internal/script"
	"imapsh/internal/text"
	"imapsh/repl"
)

// flags hold the command line.
type flags struct {
	*process
	given     []given // -e and -f
	tunnel    string
	listen    string
	set       repl.Settings
	vars      map[string]script.Value
	checkOnly bool
	times     int
	span      time.Duration // --for
	stats     bool
	secret    string // the password from the environment; "" if there is none
	secretIn  string // the name of its variable
	asked     bool   // it was asked for at the terminal
	secret2   string // the password of the second user, for "imapsh diff"

	fdNumber int    // of --password-fd; noFD without the flag
	fdFlag   string // the name of that flag
	fd       *passwordFD

	base     repl.Settings // the defaults
	flagged  []flagged     // the settings given as flags, in their order
	profile  string        // --profile
	config   string        // the file of profiles; "" for the user's own
	alone    bool          // never ask at the terminal
	profiles *profile.File // nil until it is read
	chosen   *profile.Profile

	signals <-chan os.Signal
	watch   *watch
	status  repl.Status
}

// flags returns the flags before the command line is parsed.
func (p *process) flags() *flags {
	f := &flags{process: p, set: repl.Defaults(), secretIn: passwordName, fdNumber: noFD, fdFlag: "--password-fd"}
	c := &f.set.Session.Conn
	c.Local, c.Environ = p.local, p.environ.all
	return f
}

// addScripts adds the flags that say which scripts a shell runs.
func (f *flags) addScripts(c *cobra.Command) {
	s := c.Flags()
	s.VarP(scriptFlag{&f.given, false}, "execute", "e", "run `CMD` as a script (repeatable, in order with -f)")
	f.addVars(c)
	s.VarP(scriptFlag{&f.given, true}, "file", "f", "run the lines of `FILE` as a script (repeatable; - is standard input)")
	s.IntVar(&f.times, "times", 0, "run the scripts `N` times on one connection")
	s.DurationVar(&f.span, "for", 0, "run the scripts again and again for this long (with --times: not longer)")
	s.BoolVar(&f.stats, "stats", false, "show at the end how long each command took")
	c.RegisterFlagCompletionFunc("execute", completeLines)
}

// addSettings adds a flag for each setting that has one. Without servers it leaves out those about servers.
func (f *flags) addSettings(c *cobra.Command, servers bool) {
	for i := range repl.SettingTable() {
		switch r := &repl.SettingTable()[i]; {
		case r.Where == repl.Typed, r.Where == repl.OfServers && !servers:
		default:
			f.addSetting(c, r)
		}
	}
}

// addLink adds the flags about connecting to the server.
func (f *flags) addLink(c *cobra.Command) {
	for i := range repl.SettingTable() {
		if r := &repl.SettingTable()[i]; r.OfLink {
			f.addSetting(c, r)
		}
	}
}

// addSetting adds the flag of a setting.
func (f *flags) addSetting(c *cobra.Command, r *repl.Setting) {
	flag := c.Flags().VarPF(&settingFlag{r, &f.set, &f.flagged}, r.Name, r.Short, r.Help)
	if r.OnOff() {
		flag.NoOptDefVal = "true"
	} else {
		c.RegisterFlagCompletionFunc(r.Name, completeValues(r.Values))
	}
	if v := r.Get(&f.set); v == "off" {
		flag.DefValue = ""
	}
}

// A settingFlag is a setting as the value of a flag.
type settingFlag struct {
	row   *repl.Setting
	set   *repl.Settings
	given *[]flagged
}

// A flagged is a setting that was given as a flag.
type flagged struct {
	row   *repl.Setting
	value string
}

// String returns the present value.
func (v *settingFlag) String() string {
	if v.row == nil { // the library makes a zero value
		return ""
	}
	return v.row.Get(v.set)
}

// Set sets the setting.
func (v *settingFlag) Set(value string) error {
	if v.row.OnOff() {
		switch value {
		case "true":
			value = "on"
		case "false":
			value = "off"
		}
	}
	*v.given = append(*v.given, flagged{v.row, value})
	return v.row.Set(v.set, value, repl.FromFlag)
}

// longestChoice is how long a setting's values, joined by "|", may be to be shown in help.
const longestChoice = 20

// Type returns the placeholder for the value in help: the values themselves if they are few and short.
func (v *settingFlag) Type() string {
	name, _, _ := strings.Cut(v.row.Values, "|")
	switch {
	case v.row.OnOff():
		return "bool"
	case name == "DURATION":
		return "duration"
	case name == strings.ToUpper(name):
		return name
	case len(v.row.Values) <= longestChoice:
		return v.row.Values
	}
	return strings.ToUpper(v.row.Name[strings.LastIndex(v.row.Name, "-")+1:])
}

// otherFlags say what imapsh has in place of the flags of telnet, curl, openssl, swaks and other clients.
var otherFlags = []struct{ names, says string }{
	{"u user l login a username", "the user is part of the URL, as in imaps://alice@mail.example.net"},
	{"p port", "the port is part of the URL, as in imaps://mail.example.net:1993"},
	{"H host server url connect", "the server needs no flag, as in imaps://mail.example.net"},
	{"w pass password", "the password is asked for, or use IMAPSH_PASSWORD or --password-command"},
	{"s ssl tls use-ssl", "imaps:// begins with TLS, --starttls switches to it"},
	{"k no-verify", "--insecure does not verify the certificate"},
	{"X request c command", "-e LINE runs a line"},
}

// meantFlag returns a suggestion for a mistyped flag, or where to find a list of the flags.
func meantFlag(c *cobra.Command, name string) string {
	for _, other := range otherFlags {
		if slices.Contains(strings.Fields(other.names), name) {
			return "; " + other.says
		}
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near, ok := repl.Nearest(name, names); ok && len(name) > 1 {
		return "; did you mean --" + near + "?"
	}
	return "; " + c.CommandPath() + " --help lists the flags"
}

// plainly returns the library's error about a flag in plain words.
func plainly(c *cobra.Command, err error) error {
	if missing := (*pflag.NotExistError)(nil); errors.As(err, &missing) {
		return fmt.Errorf("%w%s", err, meantFlag(c, missing.GetSpecifiedName()))
	}
	bad := (*pflag.InvalidValueError)(nil)
	if !errors.As(err, &bad) {
		return err
	}
	name, why, number := bad.GetFlag().Name, errors.Unwrap(bad), (*strconv.NumError)(nil)
	_, ours := bad.GetFlag().Value.(*settingFlag)
	switch {
	case ours && !errors.As(why, new(*conn.UsageError)):
		return fmt.Errorf("invalid --%s %w", name, why)
	case errors.As(why, &number):
		return fmt.Errorf("invalid --%s %q: use a number", name, bad.GetValue())
	case bad.GetFlag().Value.Type() == "duration":
		return fmt.Errorf("invalid --%s %q: use a duration such as 90s or 5m", name, bad.GetValue())
	}
	return fmt.Errorf("invalid --%s: %w", name, why)
}

// options returns the options of the shell.
func (f *flags) options() (repl.Options, error) {
	opt := repl.Options{Settings: f.set, Signals: f.signals, Now: time.Now, Vars: f.vars, Env: f.env, CheckOnly: f.checkOnly}
	opt.Programs = f.programs()
	opt.Times, opt.For, opt.Stats = f.times, f.span, f.stats
	c := &opt.Session.Conn
	limit := f.dialMost
	if f.scripted() {
		limit = f.dialWithin(f.set.Timeout)
	}
	c.Timeout, c.Now, c.Stderr = limit, time.Now, escaped{f.stderr}
	opt.Session.Greeting = limit
	r := &opt.Render
	r.Out, r.Err, r.Now = f.stdout, f.stderr, time.Now
	r.Color, r.ErrColor = f.coloured(f.stdout, f.set.Color), f.coloured(f.stderr, f.set.Color)
	var err error
	r.ErrWidth = columnsOf(f.stderr)
	f.startsWith(&opt)
	if err = f.judgeTimes(); err == nil {
		opt.Scripts, err = f.scripts()
	}
	return opt, err
}

// dialMost is how long connecting, TLS and the greeting may each take; dialLeast is how long they may take even if
// --timeout is shorter.
const (
	dialMost  = 15 * time.Second
	dialLeast = 2 * time.Second
)

// dialWithin returns how long each may take in a script with this --timeout.
func (p *process) dialWithin(timeout time.Duration) time.Duration {
	if timeout <= 0 {
		return p.dialMost
	}
	return min(max(timeout, p.dialLeast), p.dialMost)
}

func oneOf[T any](word, flag string, of map[string]T) (T, error) {
	v, ok := of[word]
	if !ok {
		words := make([]string, 0, len(of))
		for w := range of {
			words = append(words, w)
		}
		slices.Sort(words)
		return v, fmt.Errorf("invalid --%s %q: use %s", flag, word, text.OneOf(words))
	}
	return v, nil
}
