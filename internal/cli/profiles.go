package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"imapsh/internal/conn"
	"imapsh/internal/profile"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// addProfile adds --profile, and the completion of profile names for it and in place of a server.
func (f *flags) addProfile(c *cobra.Command) {
	c.Flags().StringVar(&f.profile, "profile", "", "use the server and settings of profile `NAME` (imapsh profiles lists them)")
	c.ValidArgsFunction = f.completeProfiles
	c.RegisterFlagCompletionFunc("profile", f.completeProfiles)
}

// completeProfiles completes the name of a profile.
func (f *flags) completeProfiles(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	file, err := f.readProfiles(c)
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, p := range file.Profiles {
		out = append(out, p.Name+"\t"+p.URL.Value)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// readProfiles reads the file of profiles.
func (f *flags) readProfiles(c *cobra.Command) (*profile.File, error) {
	if f.profiles != nil {
		return f.profiles, nil
	}
	path := f.profileFile
	if f.config != "" {
		path = f.config
	}
	file, err := f.profilesIn(path, c.Root())
	if err == nil && f.config != "" && file.Path == "" {
		err = fmt.Errorf("reading the profiles: %s does not exist", f.config)
	}
	f.profiles = file
	return file, err
}

// profilesIn reads a file of profiles and checks all of it. A profile cannot have the name of a subcommand.
func (f *flags) profilesIn(path string, root *cobra.Command) (*profile.File, error) {
	file, err := profile.Read(path)
	if err != nil {
		return nil, err
	}
	if err := f.judgeProfile(file, &file.Common); err != nil {
		return nil, err
	}
	for _, e := range file.Aliases {
		if err := repl.JudgeAlias(e.Key, e.Value, profile.ValidName); err != nil {
			return nil, file.Fault(e.Line, "alias: %w", err)
		}
	}
	for _, p := range file.Profiles {
		if sub, _, err := root.Find([]string{p.Name}); err == nil && sub != root {
			return nil, file.Fault(p.Line, "imapsh %s is a command: the profile needs another name", p.Name)
		}
		if err := f.judgeProfile(file, p); err != nil {
			return nil, err
		}
	}
	return file, nil
}

// ownSecrets are the settings whose commands print the secret of one user at one host.
var ownSecrets = map[string]bool{"password-command": true, "token-command": true}

// judgeProfile returns an error if a key, a value or the URL of a profile is not valid.
func (f *flags) judgeProfile(file *profile.File, p *profile.Profile) error {
	for _, e := range p.Init {
		if err := repl.JudgeStartLine(e.Value); err != nil {
			return file.Fault(e.Line, "init: %w", err)
		}
	}
	scratch := repl.Defaults()
	for _, e := range p.Settings {
		r := repl.LookupSetting(e.Key)
		switch {
		case r == nil && profile.IsSecret(e.Key):
			return file.Fault(e.Line, "%s: %s", e.Key, profile.NoSecrets)
		case r == nil:
			return file.Fault(e.Line, "unknown setting %s%s", e.Key, meant(e.Key, settingNames(), "imapsh help options lists them"))
		case p.Name == "" && ownSecrets[e.Key]:
			return file.Fault(e.Line, "%s is for the secret of one user at one server: it belongs in [profile.NAME]", e.Key)
		case r.OnOff() && !e.Bool:
			return file.Fault(e.Line, "%s must be true or false", e.Key)
		}
		if err := r.Set(&scratch, f.valueOf(r, e), repl.FromProfile); err != nil {
			return file.Fault(e.Line, "%s: %w", e.Key, err)
		}
	}
	if p.URL.Value != "" {
		if _, err := conn.ParseTarget(p.URL.Value); err != nil {
			text := err.Error()
			if hint := conn.Hint(err); hint != "" {
				text += " (" + hint + ")"
			}
			return file.Fault(p.URL.Line, "url: %s", text)
		}
	}
	return nil
}

// valueOf returns the value for a setting. It replaces "~" in the name of a file, as a shell would.
func (f *flags) valueOf(r *repl.Setting, e profile.Entry) string {
	if rest, ok := strings.CutPrefix(e.Value, "~/"); ok && strings.HasPrefix(r.Values, "FILE") {
		if home, err := f.home(); err == nil {
			return home + "/" + rest
		}
	}
	return e.Value
}

func settingNames() []string {
	var names []string
	for _, r := range repl.SettingTable() {
		names = append(names, r.Name)
	}
	return names
}

// meant returns a suggestion for a mistyped word, or other advice.
func meant(word string, words []string, other string) string {
	if near, ok := repl.Nearest(word, words); ok {
		return "; did you mean " + near + "?"
	}
	return " (" + other + ")"
}

// server returns the server that the command line names: by a URL, which is always a host; by a word, which
// is the name of a profile or otherwise a host; or by --profile.
func (f *flags) server(c *cobra.Command, args []string) (conn.Target, error) {
	name, note := f.profile, ""
	if len(args) == 1 && name == "" && profile.ValidName(args[0]) {
		file, err := f.readProfiles(c)
		if err != nil {
			return conn.Target{}, err
		}
		if file.Lookup(args[0]) != nil {
			name, args = args[0], nil
		} else if near, ok := repl.Nearest(args[0], file.Names()); ok {
			note = fmt.Sprintf("there is no profile %s (did you mean %s?), so it is taken for a host", args[0], near)
		}
	}
	if err := f.takeProfile(c, name); err != nil {
		return conn.Target{}, err
	}
	url := ""
	switch p := f.chosen; {
	case p != nil && p.URL.Value != "" && len(args) > 0:
		return conn.Target{}, fmt.Errorf("the profile %s already names a server, %s: leave out %s", p.Name, p.URL.Value, args[0])
	case p != nil && p.URL.Value != "":
		url = p.URL.Value
	case p != nil && len(args) == 0:
		return conn.Target{}, f.profiles.Fault(p.Line, "the profile %s has no url, and no server was named", p.Name)
	case len(args) == 2:
		url = withPort(args[0], args[1])
	default:
		url = args[0]
	}
	if f.set.StartTLS && c.Name() == "tls" && !strings.Contains(url, "://") {
		url = "imap://" + url
	}
	target, err := conn.ParseTarget(url)
	if note != "" {
		target.Note = note
	}
	return target, err
}

// takeProfile applies the settings of the file for all servers, then those of a profile, "" for none, and
// then the flags.
func (f *flags) takeProfile(c *cobra.Command, name string) error {
	file, err := f.readProfiles(c)
	if err != nil {
		return err
	}
	if name != "" {
		if f.chosen = file.Lookup(name); f.chosen == nil {
			return f.noProfile(file, name)
		}
	}
	set, err := f.settingsOf(c, file, f.chosen)
	if err == nil {
		f.set = set
	}
	return err
}

// settingsOf returns the defaults with the settings of the file for all servers, then those of a profile, nil for
// none, and then the flags.
func (f *flags) settingsOf(c *cobra.Command, file *profile.File, p *profile.Profile) (repl.Settings, error) {
	set := f.base
	all := file.Common.Settings
	if p != nil {
		all = append(all[:len(all):len(all)], p.Settings...)
	}
	for _, e := range all {
		if r := repl.LookupSetting(e.Key); takes(c, r) {
			if err := r.Set(&set, f.valueOf(r, e), repl.FromProfile); err != nil {
				return set, file.Fault(e.Line, "%s: %w", e.Key, err)
			}
		}
	}
	for _, g := range f.flagged {
		if err := g.row.Set(&set, g.value, repl.FromFlag); err != nil {
			return set, err
		}
	}
	return set, nil
}

// noProfile returns the error for a profile that does not exist.
func (f *flags) noProfile(file *profile.File, name string) error {
	if file.Path == "" {
		return fmt.Errorf("no profile %s: %s does not exist", name, f.profileFile)
	}
	return fmt.Errorf("no profile %s in %s%s", name, file.Path, meant(name, file.Names(), "imapsh profiles lists them"))
}

// takes reports whether a command has a setting: as a flag or, if it runs a shell, as a setting that can be typed there.
func takes(c *cobra.Command, r *repl.Setting) bool {
	if r.Where == repl.Typed {
		return c.Flags().Lookup("execute") != nil
	}
	flag := c.Flags().Lookup(r.Name)
	if flag == nil {
		return false
	}
	_, ok := flag.Value.(*settingFlag)
	return ok
}

// nameOf returns where a setting was set: the flag, or the line of the file.
func (f *flags) nameOf(name string) string {
	for _, g := range f.flagged {
		if g.row.Name == name {
			return "--" + name
		}
	}
	if f.profiles != nil {
		all := f.profiles.Common.Settings
		if f.chosen != nil {
			all = append(all[:len(all):len(all)], f.chosen.Settings...)
		}
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].Key == name {
				return fmt.Sprintf("%s (%s:%d)", name, f.profiles.Path, all[i].Line)
			}
		}
	}
	return "--" + name
}

// profilesCommand returns the command "imapsh profiles".
func (f *flags) profilesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "profiles",
		Short: "list the profiles: servers by name, with their settings",
		Long: `profiles lists the servers in the file of profiles, with their settings. imapsh NAME opens one.

The file is ` + "`$XDG_CONFIG_HOME/imapsh/config.toml`" + ` (~/.config/imapsh/config.toml on Linux).`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			file, err := f.readProfiles(c)
			if err != nil {
				return err
			}
			if file.Path == "" {
				return errors.New("there are no profiles: " + f.profileFile + " does not exist")
			}
			listProfiles(f.stdout, file)
			return nil
		},
	}
}

// listProfiles writes a line for each profile.
func listProfiles(out io.Writer, file *profile.File) {
	names, urls := 0, 0
	for _, p := range file.Profiles {
		names, urls = max(names, len(p.Name)), max(urls, len(p.URL.Value))
	}
	for _, p := range file.Profiles {
		var set []string
		for _, e := range p.Settings {
			set = append(set, e.Key+" = "+e.Value)
		}
		line := text.Pad(p.Name, names) + "  " + text.Pad(p.URL.Value, urls) + "  " + strings.Join(set, ", ")
		fmt.Fprintln(out, wire.EscapeString(strings.TrimRight(line, " ")))
	}
}

// startsWith sets the lines that a shell runs at its first prompt, and the aliases.
func (f *flags) startsWith(opt *repl.Options) {
	if f.profiles == nil {
		return
	}
	lines := f.profiles.Common.Init
	if f.chosen != nil {
		lines = append(lines[:len(lines):len(lines)], f.chosen.Init...)
	}
	for _, e := range lines {
		opt.StartLines = append(opt.StartLines, repl.StartLine{Text: e.Value, File: f.profiles.Path, Line: e.Line})
	}
	opt.Aliases = map[string]string{}
	for _, e := range f.profiles.Aliases {
		opt.Aliases[e.Key] = e.Value
	}
	opt.Servers = f.namedServers()
}

// namedServers returns the profiles for :open.
func (f *flags) namedServers() (servers []repl.NamedServer) {
	if f.profiles == nil {
		return nil
	}
	for _, p := range f.profiles.Profiles {
		server := repl.NamedServer{Name: p.Name, URL: p.URL.Value}
		for _, e := range p.Settings {
			if r := repl.LookupSetting(e.Key); r != nil && r.Where != repl.AtStart {
				server.Wants = append(server.Wants, repl.Wanted{Name: e.Key, Value: f.valueOf(r, e)})
			}
		}
		servers = append(servers, server)
	}
	return servers
}
