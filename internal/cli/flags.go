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

// flags are what the command line says.
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
	secret    string // the password that the environment held; "" without
	secretIn  string // the name of the variable that held it
	secret2   string // that of the second user, of a command that has two

	fdNumber int    // of --password-fd; noFD without
	fdFlag   string // the name of that flag
	fd       *passwordFD

	base     repl.Settings // before anything was said
	flagged  []flagged     // what the flags say, in their order
	profile  string        // --profile
	config   string        // the file of profiles; "" for the user's own
	alone    bool          // nobody is at the terminal, whatever there is
	profiles *profile.File // nil until they are read
	chosen   *profile.Profile

	signals <-chan os.Signal
	watch   *watch
	status  repl.Status
}

// flags returns those of a command line that has not been read yet.
func (p *process) flags() *flags {
	f := &flags{process: p, set: repl.Defaults(), secretIn: passwordName, fdNumber: noFD, fdFlag: "--password-fd"}
	c := &f.set.Session.Conn
	c.Local, c.Environ = p.local, p.environ.all
	return f
}

// addScripts adds the flags that say what a shell runs.
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

// addSettings adds a flag for each setting that has one, but for those of servers where no server is named.
func (f *flags) addSettings(c *cobra.Command, servers bool) {
	for i := range repl.SettingTable() {
		switch r := &repl.SettingTable()[i]; {
		case r.Where == repl.Typed, r.Where == repl.OfServers && !servers:
		default:
			f.addSetting(c, r)
		}
	}
}

// addLink adds the flags about the way to the server.
func (f *flags) addLink(c *cobra.Command) {
	for i := range repl.SettingTable() {
		if r := &repl.SettingTable()[i]; r.OfLink {
			f.addSetting(c, r)
		}
	}
}

// addSetting adds the flag of a row.
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

// A settingFlag is a setting as a flag takes it.
type settingFlag struct {
	row   *repl.Setting
	set   *repl.Settings
	given *[]flagged
}

// A flagged is a setting that a flag has made.
type flagged struct {
	row   *repl.Setting
	value string
}

// String returns the value as it is now.
func (v *settingFlag) String() string {
	if v.row == nil { // of the zero value, which the library makes
		return ""
	}
	return v.row.Get(v.set)
}

// Set takes the value that was given.
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

// longestChoice is how long the values of a setting may be to be its flag's name for them in help.
const longestChoice = 20

// Type returns the name of the value in help: its values if they are few and short.
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

// meantFlag says which flag a mistyped one was probably meant to be, or where the flags are listed.
func meantFlag(c *cobra.Command, name string) string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near, ok := repl.Nearest(name, names); ok && len(name) > 1 {
		return "; did you mean --" + near + "?"
	}
	return "; " + c.CommandPath() + " --help lists the flags"
}

// plainly says what is wrong with a flag.
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

// options are the shell's options as the flags have them.
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

// dialMost is how long connecting, TLS and the greeting may take, each, and dialLeast how long they always may.
const (
	dialMost  = 15 * time.Second
	dialLeast = 2 * time.Second
)

// dialWithin is how long they may take in a script with this --timeout.
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
