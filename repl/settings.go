package repl

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/session"
	"imapsh/internal/text"
	"imapsh/render"
)

// Settings are everything that a user can set, each in one place only. They are read where they are used, so that a
// change takes effect immediately.
type Settings struct {
	Session session.Options
	Render  render.Options

	Color           Color
	Timeout         time.Duration // how long a script waits without receiving a byte; 0 means forever
	KeepGoing       bool          // a failed login does not end a script
	Force           bool          // destructive commands are sent even after a failure
	StopOnError     bool
	Strict          bool // a protocol violation makes the exit status 1
	ReadOnly        bool // nothing is sent that could change data on the server
	PlaintextAuth   bool
	StartTLS        bool // required before anything else
	Select          bool // the target's mailbox is opened with SELECT, not EXAMINE
	Quiet           bool // show nothing unless the status is not 0
	Confirm         bool // ask before sending a destructive command
	NoHints         bool
	Overwrite       bool // "> FILE" replaces a file without asking
	Pager           bool
	Log             string // the file for the transcript; "" if there is none
	PasswordCommand string
	TokenCommand    string // for a mechanism that takes a token
	Mech            string // the mechanism to log in with; "" for the command LOGIN
	AuthzID         string // the identity to act as; "" for the user's own
	NoSASLIR        bool   // no initial response is sent
	Binding         string // the type of channel binding; "" for the one that suits the TLS version

	from map[string]Source // by name; a missing setting has its default value
}

// Color says where colour is used.
type Color uint8

const (
	ColorAuto Color = iota
	ColorAlways
	ColorNever
)

// Source is where the value of a setting comes from.
type Source string

const (
	FromFlag    Source = "flag"
	FromTyped   Source = "typed"
	FromProfile Source = "profile"
)

// Defaults returns the settings of a shell that is started without flags.
func Defaults() Settings {
	var s Settings
	s.Session.Keepalive = 28 * time.Minute
	s.Session.Conn.ALPN = "imap"
	s.Timeout = time.Minute
	return s
}

// A Setting is a row of the table: it makes the flag, the shell command, its completion and help, and its line in
// :set.
type Setting struct {
	Name  string
	Short string // one letter, of the flag; "" if there is none
	// Values are the possible values: words separated by "|", or a placeholder in capitals.
	Values string
	Help   string
	Where  Where
	set    func(*Settings, string) error
	get    func(*Settings) string
	// changed applies the change to a running shell; nil if the setting is read when it is used.
	changed func(*Shell) error
	// bare is what ":NAME" without a value does, and bareHelp its help; nil if a value is required.
	bare     func(*Shell, *session.Session)
	bareHelp string
	// atOnce allows a change while a command is under way.
	atOnce bool
	// OfLink says that the setting is about the connection, so that other subcommands have it as a flag too.
	OfLink bool
}

// Where says where a setting can be changed.
type Where uint8

const (
	// Anywhere: as a flag of every shell, and in the shell.
	Anywhere Where = iota
	// OfServers: as a flag of a shell that is given a server, and in the shell.
	OfServers
	// AtStart: as a flag only.
	AtStart
	// Typed: in the shell only.
	Typed
)

// Set changes the setting in s to value. It returns an error, and changes nothing, if the value is not valid.
func (r *Setting) Set(s *Settings, value string, from Source) error {
	if err := r.set(s, value); err != nil {
		return err
	}
	s.from = maps.Clone(s.from)
	if s.from == nil {
		s.from = map[string]Source{}
	}
	s.from[r.Name] = from
	return nil
}

// Get returns the setting's value in s, as it is written.
func (r *Setting) Get(s *Settings) string { return r.get(s) }

// OnOff reports whether the setting's values are on and off.
func (r *Setting) OnOff() bool { return r.Values == onOff }

const onOff = "on|off"

// settings are all settings, sorted by name.
var settings []Setting

func init() {
	settings = []Setting{
		link(alpn()),
		textual("authzid", "NAME", "log in with your own password to act as NAME", OfServers, func(s *Settings) *string { return &s.AuthzID }),
		link(bind()),
		link(textual("ca", "FILE", "trust only the CAs in this PEM FILE", OfServers, func(s *Settings) *string { return &s.Session.Conn.CAFile })),
		link(orNone(textual("cert", "FILE", "prove who you are to the server with the certificate in this PEM FILE", OfServers, func(s *Settings) *string { return &s.Session.Conn.CertFile }))),
		choice("channel-binding", "bind SCRAM-…-PLUS to TLS in this way", OfServers, channelBindings(), func(s *Settings) *string { return &s.Binding }, nil),
		link(ciphers()),
		now(boolean("clock", "show the time of day with every response", Anywhere, func(s *Settings) *bool { return &s.Render.Clock }, (*Shell).configure)),
		choice("color", "use colour: auto, always or never", AtStart, words[Color]{{"auto", ColorAuto}, {"always", ColorAlways}, {"never", ColorNever}}, func(s *Settings) *Color { return &s.Color }, nil),
		now(boolean("confirm", "ask before sending a destructive command", Typed, func(s *Settings) *bool { return &s.Confirm }, nil)),
		link(dns()),
		now(boolean("explain", "explain every command and response in a sentence", Anywhere, func(s *Settings) *bool { return &s.Render.Explain }, (*Shell).configure)),
		boolean("force", "send destructive commands even after a failure", Anywhere, func(s *Settings) *bool { return &s.Force }, nil),
		inverse("hints", "show the rest of the grammar after what is typed", func(s *Settings) *bool { return &s.NoHints }),
		link(viaProxy("http-proxy", "connect through this HTTP proxy, with CONNECT: http://[user@]host[:8080]", true)),
		link(boolean("insecure", "do not verify the certificate", OfServers, func(s *Settings) *bool { return &s.Session.Conn.Insecure }, nil)),
		link(short("4", family("ipv4", "connect by IPv4 only", conn.IPv4))),
		link(short("6", family("ipv6", "connect by IPv6 only", conn.IPv6))),
		boolean("keep-going", "continue a script after a failed login", Anywhere, func(s *Settings) *bool { return &s.KeepGoing }, nil),
		duration("keepalive", "renew IDLE after this long; 0 means never", func(s *Settings) *time.Duration { return &s.Session.Keepalive }),
		link(orNone(textual("key", "FILE", "read the private key of --cert from FILE, if it is not in the same file", OfServers, func(s *Settings) *string { return &s.Session.Conn.KeyFile }))),
		choice("literals", "announce literals as auto, sync or nonsync", Anywhere, literalModes, func(s *Settings) *command.LiteralMode { return &s.Session.Literals }, nil),
		logSetting(),
		mech(),
		noRenew(),
		boolean("no-sasl-ir", "wait for the first challenge before answering, as without SASL-IR", OfServers, func(s *Settings) *bool { return &s.NoSASLIR }, nil),
		short("o", output()),
		boolean("overwrite", "let > FILE replace a file without asking", Anywhere, func(s *Settings) *bool { return &s.Overwrite }, nil),
		boolean("pager", "show long output through $PAGER, or less", Typed, func(s *Settings) *bool { return &s.Pager }, nil),
		atStart(textual("password-command", "CMD", "run CMD; its first line of output is the password", OfServers, func(s *Settings) *string { return &s.PasswordCommand })),
		link(pin()),
		boolean("plaintext-auth", "allow sending a password over an unencrypted connection", OfServers, func(s *Settings) *bool { return &s.PlaintextAuth }, nil),
		link(proxyProtocol()),
		link(proxySource()),
		short("q", boolean("quiet", "show output only if the exit status is not 0", AtStart, func(s *Settings) *bool { return &s.Quiet }, nil)),
		boolean("read-only", "refuse commands that could change data", Anywhere, func(s *Settings) *bool { return &s.ReadOnly }, nil),
		boolean("select", "open the URL's mailbox with SELECT, not EXAMINE", OfServers, func(s *Settings) *bool { return &s.Select }, nil),
		now(choice("show", "show all responses, or only those with protocol violations (odd)", Anywhere, words[bool]{{"all", false}, {"odd", true}}, func(s *Settings) *bool { return &s.Render.OddOnly }, (*Shell).followShow)),
		link(textual("sni", "NAME", "request and verify NAME instead of the host name", OfServers, func(s *Settings) *string { return &s.Session.Conn.SNI })),
		link(viaProxy("socks", "connect through this SOCKS5 proxy: socks5h://[user@]host[:1080]", false)),
		link(boolean("starttls", "require STARTTLS before anything else", OfServers, func(s *Settings) *bool { return &s.StartTLS }, nil)),
		boolean("stop-on-error", "stop a script at the first failure", Anywhere, func(s *Settings) *bool { return &s.StopOnError }, nil),
		now(boolean("strict", "exit 1 if any response violates the protocol", Anywhere, func(s *Settings) *bool { return &s.Strict }, nil)),
		now(duration("timeout", "stop a script after this long without data; 0 means never", func(s *Settings) *time.Duration { return &s.Timeout })),
		shows(now(boolean("timing", "show the elapsed time after each command", Anywhere, func(s *Settings) *bool { return &s.Render.Timing }, (*Shell).configure)),
			"show that of each step of connecting", (*Shell).showTiming),
		link(version("tls-max", "offer no newer version of TLS than this", func(s *Settings) *uint16 { return &s.Session.Conn.MaxTLS })),
		link(version("tls-min", "offer no older version of TLS than this", func(s *Settings) *uint16 { return &s.Session.Conn.MinTLS })),
		atStart(textual("token-command", "CMD", "run CMD; its first line of output is the OAuth token", OfServers, func(s *Settings) *string { return &s.TokenCommand })),
		short("v", boolean("verbose", "say each step of connecting: names, addresses, proxies", OfServers, func(s *Settings) *bool { return &s.Session.Verbose }, nil)),
		now(choice("wire", "show wire lines short or full on a terminal", Anywhere, words[bool]{{"full", true}, {"short", false}}, func(s *Settings) *bool { return &s.Render.WireFull }, (*Shell).configure)),
	}
}

// SettingTable returns the rows, sorted by name. They must not be changed.
func SettingTable() []Setting { return settings }

// LookupSetting returns the row of that name; nil if there is none.
func LookupSetting(name string) *Setting {
	for i := range settings {
		if settings[i].Name == name {
			return &settings[i]
		}
	}
	return nil
}

// exampleValues are examples of values that are not one of a few words.
var exampleValues = map[string]string{
	"alpn": "imap", "authzid": "bob", "bind": "192.0.2.5", "ca": "ca.pem", "cert": "alice.pem", "key": "alice-key.pem",
	"ciphers": "ECDHE-RSA-AES256-GCM-SHA384", "dns": "192.0.2.53", "http-proxy": "http://proxy.example.net:8080",
	"socks": "socks5h://proxy.example.net", "keepalive": "10m", "timeout": "90s", "log": "session.log", "sni": "mail.example.net",
	"pin": "sha256:Rj+WWxxa2K9IjBvgljop7E/0tIOtH1ASEvT55tMID30=", "proxy-source": "192.0.2.7:50000",
}

// example is a line that changes the setting from what it is by default.
func (r *Setting) example() string {
	value := exampleValues[r.Name]
	if value == "" {
		byDefault := Defaults()
		for word := range strings.SplitSeq(r.Values, "|") {
			if word != r.get(&byDefault) {
				value = word
				break
			}
		}
	}
	return ":" + r.Name + " " + value
}

// literalModes are the values of the setting literals.
var literalModes = words[command.LiteralMode]{
	{"auto", command.LiteralsAuto}, {"sync", command.LiteralsSync}, {"nonsync", command.LiteralsNonSync},
}

// words are the values of a setting, each with its word.
type words[T any] []struct {
	word  string
	value T
}

// boolean returns a setting that is on or off.
func boolean(name, help string, where Where, at func(*Settings) *bool, changed func(*Shell) error) Setting {
	r := choice(name, help, where, words[bool]{{"on", true}, {"off", false}}, at, changed)
	r.Values = onOff
	return r
}

// inverse returns a setting that is on by default, so that its field has the opposite value.
func inverse(name, help string, at func(*Settings) *bool) Setting {
	r := choice(name, help, Typed, words[bool]{{"on", false}, {"off", true}}, at, nil)
	r.Values = onOff
	return r
}

// choice returns a setting whose values are a few words.
func choice[T comparable](name, help string, where Where, of words[T], at func(*Settings) *T, changed func(*Shell) error) Setting {
	var names []string
	for _, w := range of {
		names = append(names, w.word)
	}
	r := Setting{Name: name, Values: strings.Join(names, "|"), Help: help, Where: where, changed: changed}
	r.set = func(s *Settings, value string) error {
		for _, w := range of {
			if strings.EqualFold(w.word, value) {
				*at(s) = w.value
				return nil
			}
		}
		sorted := slices.Sorted(slices.Values(names))
		return fmt.Errorf("%q: use %s", value, text.OneOf(sorted))
	}
	r.get = func(s *Settings) string {
		for _, w := range of {
			if w.value == *at(s) {
				return w.word
			}
		}
		return ""
	}
	return r
}

// textual returns a setting whose value is any text.
func textual(name, values, help string, where Where, at func(*Settings) *string) Setting {
	return Setting{
		Name: name, Values: values, Help: help, Where: where,
		set: func(s *Settings, value string) error { *at(s) = value; return nil },
		get: func(s *Settings) string { return *at(s) },
	}
}

// duration returns a setting whose value is a duration; a number without a unit is in seconds.
func duration(name, help string, at func(*Settings) *time.Duration) Setting {
	return Setting{
		Name: name, Values: "DURATION", Help: help,
		set: func(s *Settings, value string) error {
			d, err := time.ParseDuration(value)
			if err != nil {
				d, err = time.ParseDuration(value + "s")
			}
			if err != nil || d < 0 {
				return fmt.Errorf("%q: use a duration such as 90s or 5m", value)
			}
			*at(s) = d
			return nil
		},
		get: func(s *Settings) string { return at(s).String() },
	}
}

// output returns the setting of the mode of output, whose values are the rows of render's table.
func output() Setting {
	var modes words[render.Mode]
	var names, help []string
	for _, m := range render.Modes() {
		modes = append(modes, struct {
			word  string
			value render.Mode
		}{m.Word, m.Mode})
		names = append(names, m.Word)
		if m.Help != "" {
			help = append(help, m.Word+": "+m.Help)
		}
	}
	what := "choose the output: " + text.OneOf(names) + " (" + strings.Join(help, "; ") + ")"
	return choice("output", what, Anywhere, modes, func(s *Settings) *render.Mode { return &s.Render.Mode }, (*Shell).configure)
}

// noRenew returns a flag that is another way to set keepalive to 0.
func noRenew() Setting {
	r := boolean("no-renew", "never renew IDLE", AtStart, func(*Settings) *bool { return new(bool) }, nil)
	known := r.set
	r.set = func(s *Settings, value string) error {
		if err := known(s, value); err != nil {
			return err
		}
		if strings.EqualFold(value, "on") {
			s.Session.Keepalive = 0
		}
		return nil
	}
	r.get = func(s *Settings) string {
		if s.Session.Keepalive == 0 {
			return "on"
		}
		return "off"
	}
	return r
}

// logSetting returns the setting of the transcript; "off" closes it.
func logSetting() Setting {
	r := textual("log", "FILE|off", "write a transcript to FILE", Anywhere, func(s *Settings) *string { return &s.Log })
	set := r.set
	r.set = func(s *Settings, value string) error {
		if value == "off" {
			value = ""
		}
		return set(s, value)
	}
	r.get = func(s *Settings) string {
		if s.Log == "" {
			return "off"
		}
		return s.Log
	}
	r.changed = (*Shell).followLog
	return r
}

// shows makes a setting show something when its command is typed without a value.
func shows(r Setting, help string, bare func(*Shell, *session.Session)) Setting {
	r.bare, r.bareHelp = bare, help
	return r
}

// link marks a setting as one about the connection.
func link(r Setting) Setting { r.OfLink = true; return r }

// orNone lets the value "none" reset a setting.
func orNone(r Setting) Setting {
	set := r.set
	r.set = func(s *Settings, value string) error {
		if strings.EqualFold(value, "none") {
			value = ""
		}
		return set(s, value)
	}
	return r
}

// parsed returns a setting whose value is parsed, with an error if it is not valid; "none" resets it.
func parsed(name, values, help string, set func(*Settings, string) error, get func(*Settings) string) Setting {
	r := orNone(Setting{Name: name, Values: values, Help: help, Where: OfServers, set: set, get: get})
	known := r.set
	r.set = func(s *Settings, value string) error {
		if value == "" { // perhaps a variable that is not set: this must not reset the setting
			return &conn.UsageError{Text: "no value was given", Hint: "none resets it"}
		}
		return known(s, value)
	}
	return r
}

func short(letter string, r Setting) Setting { r.Short = letter; return r }

func atStart(r Setting) Setting { r.Where = AtStart; return r }

// now lets a setting change while a command is under way: it concerns what is received, not what is sent.
func now(r Setting) Setting { r.atOnce = true; return r }

// change changes a setting as typed, and shows its new value.
func (s *Shell) change(r *Setting, value string) {
	if value == "" {
		s.usage(r.says(nil))
		return
	}
	before := s.set
	if err := r.Set(&s.set, value, FromTyped); err != nil {
		s.usage(r.says(err))
		return
	}
	if r.changed != nil {
		if err := r.changed(s); err != nil {
			s.set = before
			s.usage(err.Error())
			return
		}
	}
	if s.interactive() && r.Name != "log" { // log reports its change itself
		s.note(r.Name + " is " + r.get(&s.set))
	}
}

// Judge reports whether a word is a setting, and returns what is wrong with a new value of it; "" if nothing is, or if
// that cannot be known before the script with it runs.
func (s Settings) Judge(word, value string) (is bool, fault string) {
	r := LookupSetting(word)
	switch {
	case r == nil || r.Where == AtStart:
		return r != nil, ""
	case value == "" && r.bare != nil, strings.ContainsAny(value, "|>&"): // it shows something, perhaps in a file
		return true, ""
	case value == "":
		return true, r.says(nil)
	}
	if err := r.Set(&s, value, FromTyped); err != nil && !errors.Is(err, fs.ErrNotExist) { // an earlier line may make the file
		return true, r.says(err)
	}
	return true, ""
}

// says returns what is wrong with a value, after the error of Set; nil if there was no value.
func (r *Setting) says(err error) string {
	if bad := (*conn.UsageError)(nil); errors.As(err, &bad) {
		why := ":" + r.Name + ": " + bad.Text
		if bad.Hint != "" {
			why += "; " + bad.Hint
		}
		return why
	}
	return fmt.Sprintf("usage: :%s %s", r.Name, r.Values)
}

// listSettings performs ":set": it lists all settings with their values, or changes one.
func (s *Shell) listSettings(_ *task, c call) {
	if name, value, given := strings.Cut(string(c.arg), " "); name != "" {
		if r := LookupSetting(strings.ToLower(name)); r != nil && r.Where != AtStart {
			s.change(r, strings.TrimSpace(value))
			return
		}
		s.setName(c.on, name, strings.TrimSpace(value), given)
		return
	}
	width := 0
	for i := range settings {
		width = max(width, len(settings[i].Name))
	}
	for i := range settings {
		r := &settings[i]
		line := fmt.Sprintf("%-*s  %s", width, r.Name, cmp.Or(r.get(&s.set), "none"))
		if from := s.set.from[r.Name]; from != "" {
			line += " (" + string(from) + ")"
		}
		if r.Where == AtStart {
			line += " (cannot be changed now)"
		}
		s.note(line)
	}
	s.listAliases()
}

// configure applies the settings to the screen.
func (s *Shell) configure() error {
	s.screen.Configure(s.set.Render)
	return nil
}
