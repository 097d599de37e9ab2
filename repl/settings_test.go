package repl

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/completion"
	"imapsh/internal/command"
	"imapsh/internal/help"
)

// A setting has to be added in several places; each test in this file says which one was forgotten.

// samples are values for settings that are not their defaults.
func (r *Setting) samples(t *testing.T) []string {
	switch {
	case r.Name == "bind", r.Name == "dns", r.Name == "proxy-source":
		return []string{"192.0.2.7", "2001:db8::7"}
	case r.Name == "socks":
		return []string{"socks5h://ann@proxy.example:1080", "socks5://[::1]:9050"}
	case r.Name == "http-proxy":
		return []string{"http://proxy.example:3128"}
	case r.Name == "ciphers":
		return []string{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"}
	case r.Name == "pin":
		return []string{"sha256:" + strings.Repeat("0A:", 31) + "0a", "sha256:" + strings.Repeat("A", 43) + "="}
	case r.Values == "DURATION":
		return []string{"7s", "1h30m0s"}
	case strings.HasPrefix(r.Values, "FILE"):
		return []string{filepath.Join(t.TempDir(), r.Name)}
	case r.Values == strings.ToUpper(r.Values):
		return []string{"x"}
	}
	return strings.Split(r.Values, "|")
}

// idleShell returns a shell that does not run, and what it shows.
func idleShell() (*Shell, *bytes.Buffer) {
	var out bytes.Buffer
	now := newClock().Now
	opt := Options{Settings: Defaults(), Now: now}
	opt.Render.Out, opt.Render.Now, opt.Render.Local = &out, now, time.UTC
	return New(opt), &out
}

func TestEverySettingIsARowWithANameHelpAndValuesThatCanBeReadBack(t *testing.T) {
	t.Parallel()
	if !slices.IsSortedFunc(settings, func(a, b Setting) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("settings in repl/settings.go are not sorted by name")
	}
	seen, letters := map[string]bool{}, map[string]bool{}
	for alias := range aliases {
		seen[alias] = true
	}
	for _, c := range shellTable {
		seen[c.name] = true
	}
	for i := range settings {
		r := &settings[i]
		if seen[r.Name] || r.Short != "" && letters[r.Short] {
			t.Errorf("%s: a setting, a shell command or a flag already has this name", r.Name)
		}
		seen[r.Name], letters[r.Short] = true, true
		if r.Name == "" || r.Values == "" || r.Help == "" || strings.HasSuffix(r.Help, ".") {
			t.Errorf("%s: its name, values or help are missing, or the help ends in a full stop", r.Name)
		}
		s := Defaults()
		for _, value := range r.samples(t) {
			if r.Name == "no-renew" && value == "off" { // its value depends on keepalive
				continue
			}
			if err := r.Set(&s, value, FromTyped); err != nil {
				t.Errorf("%s: %v", r.Name, err)
			}
			if got := r.Get(&s); got != value || s.from[r.Name] != FromTyped {
				t.Errorf("%s: set to %q it is %q, from %q", r.Name, value, got, s.from[r.Name])
			}
		}
		if words := strings.Split(r.Values, "|"); len(words) > 1 && words[0] == strings.ToLower(words[0]) || r.Values == "DURATION" {
			if err := r.Set(&s, "nonsense", FromTyped); err == nil {
				t.Errorf("%s accepts a value that makes no sense", r.Name)
			}
		}
	}
}

func TestEverySettingHasItsHelpItsCandidatesAndItsLineInSet(t *testing.T) {
	t.Parallel()
	s, out := idleShell()
	around := s.around()
	for i := range settings {
		r := &settings[i]
		out.Reset()
		s.listSettings(nil, call{})
		s.screen.Flush()
		if !regexp.MustCompile(`(?m)^-- ` + r.Name + ` `).MatchString(out.String()) {
			t.Errorf(":set does not list %s\n%s", r.Name, out)
		}
		typed := ":" + r.Name
		row := slices.IndexFunc(around.Shell, func(c completion.ShellCommand) bool { return c.Name == typed })
		if r.Where == AtStart {
			if row >= 0 {
				t.Errorf("%s is completed, although it can only be set at the start", typed)
			}
			continue
		}
		if row < 0 || strings.Trim(around.Shell[row].Args, "[]") != r.Values || !strings.HasPrefix(around.Shell[row].Help, r.Help) {
			t.Errorf("%s: Tab does not know it, its values or its help", typed)
		}
		if word := strings.TrimPrefix(r.example(), typed+" "); word == "" || word == r.Values && word == strings.ToUpper(word) {
			t.Errorf("%s: its example is %q: add a value to exampleValues in repl/settings.go", typed, r.example())
		}
		for word := range strings.SplitSeq(r.Values, "|") {
			got := completion.Complete(typed+" ", len(typed)+1, &command.View{}, around)
			if word == strings.ToLower(word) && !slices.ContainsFunc(got.Items, func(i completion.Item) bool { return i.Text == word }) {
				t.Errorf("%s: Tab does not know the value %s", typed, word)
			}
		}
		if got := help.Topic(typed, help.Options{Shell: HelpRows()}); !strings.Contains(got, r.Values) || !strings.Contains(strings.Join(strings.Fields(got), " "), r.Help) {
			t.Errorf("%s: help says %q", typed, got)
		}
	}
}

func TestASettingThatIsTypedIsMadeAndSaysWhereItIsFrom(t *testing.T) {
	t.Parallel()
	for i := range settings {
		r := &settings[i]
		if r.Where == AtStart || r.Name == "output" { // the output of :set is then not a note
			continue
		}
		for _, typed := range []string{r.Name, "set"} {
			for _, value := range r.samples(t) {
				s, out := idleShell()
				c := call{arg: command.Text(value)}
				if typed == "set" {
					c.arg = command.Text(r.Name + " " + value)
				}
				s.shellCommand(nil, typed, c)
				s.listSettings(nil, call{})
				s.screen.Flush()
				s.closeLog()
				if !regexp.MustCompile(`(?m)^-- ` + r.Name + ` +` + regexp.QuoteMeta(value) + ` \(typed\)$`).MatchString(out.String()) {
					t.Errorf(":%s %s: got\n%s", typed, c.arg, out)
				}
			}
		}
	}
}

// notSettings are the fields of Settings that the program sets itself.
var notSettings = map[string]bool{
	"Render.Print":            true,
	"Render.Record":           true,
	"Session.Conn.KeyLogFile": true, "Session.Conn.ProxyPassword": true, // from the environment
	"Session.Conn.MaxLiteral": true, "Session.Conn.MaxKept": true, "Session.Conn.NoProbes": true, "Session.Conn.Sessions": true, "Session.Conn.Tell": true, "Session.Conn.UsedTLS": true,
	"Session.Conn.Timeout": true, "Session.Conn.Now": true, "Session.Conn.Local": true, "Session.Conn.Environ": true, "Session.Conn.Moved": true, "Session.Conn.Stderr": true,
	"Session.Greeting": true, "Session.Stall": true, "Session.Dial": true,
	"Render.Out": true, "Render.Err": true, "Render.Terminal": true, "Render.Width": true, "Render.Color": true,
	"Render.ErrColor": true, "Render.ErrWidth": true, "Render.Now": true, "Render.Local": true,
}

// fields calls f for each field of a struct, and for the fields of fields that are structs.
func fields(v reflect.Value, prefix string, f func(name string, v reflect.Value)) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		switch {
		case !field.IsExported():
		case field.Type.Kind() == reflect.Struct && len(reflect.VisibleFields(field.Type)) > 0 && reflect.VisibleFields(field.Type)[0].IsExported():
			fields(v.Field(i), prefix+field.Name+".", f)
		default:
			f(prefix+field.Name, v.Field(i))
		}
	}
}

// values returns the values of all fields that can be compared.
func (s Settings) values() map[string]any {
	all := map[string]any{}
	fields(reflect.ValueOf(s), "", func(name string, v reflect.Value) {
		switch {
		case v.Kind() == reflect.Slice, v.Kind() == reflect.Struct:
			all[name] = fmt.Sprint(v.Interface())
		case v.Comparable() && v.Kind() != reflect.Interface:
			all[name] = v.Interface()
		}
	})
	return all
}

func TestEveryFieldIsSetByARowAndEveryRowSetsOne(t *testing.T) {
	t.Parallel()
	set := map[string]bool{}
	before := Defaults().values()
	for i := range settings {
		r := &settings[i]
		sets := ""
		for _, value := range r.samples(t) {
			s := Defaults()
			_ = r.Set(&s, value, FromTyped)
			for name, v := range s.values() {
				if v != before[name] {
					set[name], sets = true, name
				}
			}
		}
		if sets == "" {
			t.Errorf("%s: none of the values %q changes anything; samples in repl/settings_test.go may need some for %s", r.Name, r.samples(t), r.Values)
		}
		if strings.HasPrefix(sets, "Session.Conn.") && !r.OfLink {
			t.Errorf("%s sets %s, but subcommands such as check do not have it: wrap its row in link(…)", r.Name, sets)
		}
		if strings.HasPrefix(sets, "Render.") && r.changed == nil {
			t.Errorf("%s sets %s, but the screen does not change: add (*Shell).configure to its row", r.Name, sets)
		}
	}
	fields(reflect.ValueOf(Defaults()), "", func(name string, _ reflect.Value) {
		if set[name] == notSettings[name] {
			t.Errorf("%s: set by a row of repl/settings.go %v, listed in notSettings of repl/settings_test.go %v, want one of them", name, set[name], notSettings[name])
		}
	})
}

func TestEverySettingIsReadSomewhere(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	for _, pattern := range []string{"*.go", "../internal/cli/*.go", "../render/*.go", "../internal/conn/*.go", "../internal/session/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no source: %v", err)
		}
		for _, file := range files {
			if file == "settings.go" || strings.HasSuffix(file, "_test.go") {
				continue
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
		}
	}
	read := map[string]bool{} // ".Field" of options, "set.Field" of the settings themselves
	for _, m := range regexp.MustCompile(`\b(?:opts?|o|set\.Session|set\.Render|(set))\.(\w+)`).FindAllStringSubmatch(source.String(), -1) {
		read[m[1]+"."+m[2]] = true
	}
	fields(reflect.ValueOf(Defaults()), "", func(name string, _ reflect.Value) {
		last := name[strings.LastIndexByte(name, '.')+1:]
		of := "set" // how the shell and the command line name the settings
		if strings.Contains(name, ".") {
			of = ""
		}
		if !notSettings[name] && !read[of+"."+last] {
			t.Errorf("%s is set, and nothing reads it: read it as %s%s where it is used", name, map[bool]string{true: "opts.", false: "s.set."}[strings.Contains(name, ".")], last)
		}
	})
}

func TestEveryShellCommandIsCompleteAndHasOneMeaning(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range shellWords() {
		if c.name == "" || c.help == "" || c.run == nil || strings.HasSuffix(c.help, ".") {
			t.Errorf(":%s: its name, help or what it does is missing, or the help ends in a full stop", c.name)
		}
		if seen[c.name] || aliases[c.name] != "" {
			t.Errorf(":%s has two meanings", c.name)
		}
		seen[c.name] = true
	}
	for alias, name := range aliases {
		if !seen[name] {
			t.Errorf(":%s is another name of :%s, which does not exist", alias, name)
		}
	}
	for _, word := range bareWords {
		if !seen[word] && aliases[word] == "" {
			t.Errorf("%s needs no colon, but is not a shell command", word)
		}
	}
}
