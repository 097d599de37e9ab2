package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"imapsh/internal/conn"
	"imapsh/internal/text"
	"imapsh/repl"
)

// ownFlags are the flags that are not settings.
var ownFlags = []string{"check", "execute", "file", "for", "help", "password-fd", "profile", "secret", "stats", "times", "tunnel", "var"}

func TestEverySettingThatIsMadeAtTheStartIsAFlag(t *testing.T) {
	t.Parallel()
	f := testFlagsOf()
	root := f.command()
	settings := map[string]bool{}
	for _, r := range repl.SettingTable() {
		settings[r.Name] = true
		flag := root.Flags().Lookup(r.Name)
		switch {
		case r.Where == repl.Typed:
			if flag != nil {
				t.Errorf("--%s is a flag, but its row says that it can only be typed", r.Name)
			}
		case flag == nil || flag.Usage != r.Help || flag.Shorthand != r.Short:
			t.Errorf("--%s is not a flag, or its letter or help differs from its row", r.Name)
		}
	}
	root.Flags().VisitAll(func(flag *pflag.Flag) {
		if !settings[flag.Name] && !slices.Contains(ownFlags, flag.Name) {
			t.Errorf("--%s is not a setting: give it a row in repl/settings.go, or its name to ownFlags in internal/cli/flags_test.go", flag.Name)
		}
	})
}

// Help names the value of a flag by a word for people, not by its type in Go.
func TestTheHelpOfAFlagNamesItsValueInWords(t *testing.T) {
	t.Parallel()
	root := testFlagsOf().command()
	for _, c := range append(root.Commands(), root) {
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			switch value, _ := pflag.UnquoteUsage(flag); value {
			case "string", "strings", "stringArray", "int", "ints", "uint", "float":
				t.Errorf("%s --%s %s: name the value, in backquotes in the help or by Type", c.Name(), flag.Name, value)
			}
		})
	}
}

// tested returns the text of all tests of the shell and of the program.
func tested(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"../../repl/*_test.go", "*_test.go", "testdata/script/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no tests: %v", err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
	}
	return all.String()
}

func TestEveryWordOfTheShellAndEveryFlagIsUsedByATest(t *testing.T) {
	t.Parallel()
	text := tested(t)
	for _, r := range repl.HelpRows() {
		if s := repl.LookupSetting(r.Name); s != nil && s.Where != repl.Typed {
			continue // as a flag, below
		}
		if !has(text, ":"+r.Name, false) && !has(text, `"`+r.Name, false) {
			t.Errorf("no test types :%s: add one to repl/shellcommands_test.go or internal/cli/testdata/script", r.Name)
		}
	}
	for _, r := range repl.SettingTable() {
		if !has(text, "--"+r.Name, false) && !has(text, ":"+r.Name, true) && (r.Short == "" || !strings.Contains(text, "-"+r.Short+" ")) {
			t.Errorf("no test uses --%s or :%s: add one to repl/settings_test.go or internal/cli/testdata/script", r.Name, r.Name)
		}
	}
	root := testFlagsOf().command()
	for _, c := range append(root.Commands(), root) {
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			if repl.LookupSetting(flag.Name) == nil && !has(text, "--"+flag.Name, false) && (flag.Shorthand == "" || !strings.Contains(text, "-"+flag.Shorthand)) {
				t.Errorf("no test uses --%s of %s: add one to internal/cli/testdata/script", flag.Name, c.Name())
			}
		})
	}
}

// has reports whether a text contains a word that ends at a word boundary and, with apart, also begins at one. Regular
// expressions would take minutes for this with the race detector.
func has(text, word string, apart bool) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		at := from + i
		from = at + len(word)
		if (from == len(text) || !isWord(text[from])) && (!apart || at > 0 && !isWord(text[at-1])) {
			return true
		}
	}
}

func isWord(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func TestAShortTimeoutOfAScriptAlsoLimitsConnecting(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[time.Duration]time.Duration{0: dialMost, time.Minute: dialMost, 3 * time.Second: 3 * time.Second, time.Millisecond: dialLeast} {
		if got := testFlagsOf().dialWithin(timeout); got != want {
			t.Errorf("--timeout %v: connecting may take %v, not %v", timeout, got, want)
		}
	}
}

// A row of the README may have two statuses. The manual page is written from the same table.
func TestTheREADMENamesEveryExitStatusAndWhatItMeans(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(page), "| exit status | meaning |\n| --- | --- |\n")
	part, _, _ = strings.Cut(part, "\n\n")
	left := repl.Statuses
	for _, row := range strings.Split(part, "\n") {
		var statuses, meanings []string
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		for range min(len(left), strings.Count(cells[0], ",")+1) {
			statuses, meanings = append(statuses, strconv.Itoa(int(left[0].Status))), append(meanings, left[0].Meaning)
			left = left[1:]
		}
		if want := "| " + strings.Join(statuses, ", ") + " | " + strings.Join(meanings, "; ") + " |"; row != want {
			t.Errorf("README.md has the row\n%s\nwant\n%s", row, want)
		}
	}
	if len(left) > 0 {
		t.Errorf("README.md does not have the statuses %v", left)
	}
}

func TestTheREADMENamesTheGoThatIsNeeded(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	needed := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(mod))[1]
	for _, page := range []string{"README.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile("../../" + page)
		if err != nil {
			t.Fatal(err)
		}
		if got := regexp.MustCompile(`Go (\d+\.\d+)`).FindStringSubmatch(string(text)); got == nil || got[1] != needed {
			t.Errorf("%s says %q; go.mod needs %s", page, got, needed)
		}
	}
}

// The runs are in docs/compare.md; the README has only their statuses.
func TestTheExitStatusesOfTheComparisonAreThoseOfItsRuns(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	runs, err := os.ReadFile("../../docs/compare.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| exit status of a failed login \| (\d+) \| (\d+) \| (\d+) \| (\d+)`).FindStringSubmatch(string(readme))
	if row == nil {
		t.Fatal("the README has no row of exit statuses")
	}
	for i, section := range []string{"telnet", "openssl s_client", "curl", "imapsh"} {
		_, part, _ := strings.Cut(string(runs), "\n## "+section)
		part, _, _ = strings.Cut(part, "\n## ")
		if !strings.Contains(part, "\nexit status "+row[i+1]+"\n") {
			t.Errorf("no run of %s in docs/compare.md ends with the status %s that the README names", section, row[i+1])
		}
	}
}

func TestHelpFitsAScreenWithThePromptBelowIt(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	root := testFlagsOf().command()
	root.SetOut(&out)
	showUsage(root, 80)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) < 15 || len(lines) > 23 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if text.Width(l) > 80 {
			t.Errorf("wider than 80 columns: %q", l)
		}
	}
}

func TestHelpOnANarrowTerminalBreaksNoWord(t *testing.T) {
	t.Parallel()
	words := func(cols int) []string {
		var out strings.Builder
		root := testFlagsOf().command()
		root.SetOut(&out)
		showUsage(root, cols)
		for l := range strings.Lines(out.String()) {
			if cols > 0 && text.Width(strings.TrimSuffix(l, "\n")) > cols {
				t.Errorf("wider than %d columns: %q", cols, l)
			}
		}
		return strings.Fields(out.String())
	}
	if got, want := words(40), words(0); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestTheHelpOfEveryFlagIsAnImperativeSentence(t *testing.T) {
	t.Parallel()
	root := testFlagsOf().command()
	for _, c := range append(root.Commands(), root) {
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			first, _, _ := strings.Cut(flag.Usage, " ")
			if slices.Contains([]string{"a", "an", "the", "its", "with", "without", "if", "when"}, first) || strings.HasSuffix(first, ",") {
				t.Errorf("%s --%s: %q does not begin with a verb", c.Name(), flag.Name, flag.Usage)
			}
		})
	}
}

func TestAnErrorAboutAValueNamesTheFlagAndHasAHint(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ flag, value, says, hint string }{
		{"bind", "mail.test", `invalid --bind: "mail.test" is not an IP address`, "use an address of this machine"},
		{"bind", "127.0.0.1:80", `invalid --bind: "127.0.0.1:80" is not an IP address`, "without a port"},
		{"dns", "mail.test", `invalid --dns: "mail.test" is not the address of a DNS server`, "use an IP address"},
		{"proxy-source", "mail.test", `invalid --proxy-source: "mail.test" is not an IP address, with a port or without`, "use an address"},
		{"socks", "http://mail.test", `invalid --socks: "http" is not the scheme of a SOCKS proxy`, "use socks5h://"},
		{"http-proxy", "socks5://mail.test", `invalid --http-proxy: "socks5" is not the scheme of an HTTP proxy`, "use http://"},
		{"http-proxy", "http://ann:geheim@mail.test", "invalid --http-proxy: a password does not belong in a URL, where others can see it", "IMAPSH_PROXY_PASSWORD"},
		{"pin", "sha1:00", `invalid --pin: "sha1:00" is not a pin`, "use sha256:"},
		{"pin", "sha256:00", `invalid --pin: "sha256:00" is not a pin`, "64 hexadecimal digits"},
		{"pin", "", "invalid --pin: no value was given", "none"}, // as from a variable that is not set: the connection must not go without a pin
		{"socks", "", "invalid --socks: no value was given", "none"},
		{"ciphers", "ROT13", `invalid --ciphers: "ROT13" is not a cipher suite of TLS 1.2`, "use one or more of TLS_"},
		{"ciphers", "TLS_AES_128_GCM_SHA256", "invalid --ciphers: TLS_AES_128_GCM_SHA256 is of TLS 1.3, whose cipher suites cannot be chosen", "use "},
		{"mech", "gssapi", "invalid --mech: GSSAPI is not built in", "answer by hand, in base64"},
		{"mech", "foo", `invalid --mech "foo": use ANONYMOUS, `, ""},
		{"tls-min", "1.4", `invalid --tls-min "1.4": use 1.0, 1.1, 1.2, 1.3 or auto`, ""},
		{"ipv4", "maybe", `invalid --ipv4 "maybe": use on or off`, ""},
		{"keepalive", "soon", `invalid --keepalive "soon": use a duration such as 90s or 5m`, ""},
		{"password-fd", "x", `invalid --password-fd "x": use a number`, ""},
		{"var", "x", `invalid --var: "x" is not NAME=TEXT`, ""},
	} {
		f := testFlagsOf()
		root := f.command()
		err := plainly(root, root.ParseFlags([]string{"--" + row.flag + "=" + row.value}))
		switch {
		case err == nil:
			t.Errorf("--%s=%q was accepted", row.flag, row.value)
		case !strings.HasPrefix(err.Error(), row.says), !strings.Contains(conn.Hint(err), row.hint), strings.Contains(err.Error(), "geheim"):
			t.Errorf("--%s=%q\n got  %q, hint %q\n want %q, hint %q", row.flag, row.value, err, conn.Hint(err), row.says, row.hint)
		}
	}
}

// testFlagsOf returns the flags of a command line that is not run.
func testFlagsOf() *flags {
	home := func() (string, error) { return "/no-home", nil }
	return (&process{environ: &environment{}, home: home, dialLeast: dialLeast, dialMost: dialMost}).flags()
}

func TestFlagsOfOtherProgramsAreExplained(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ args, says string }{
		{"-u alice", "'u' in -u; the user is part of the URL, as in imaps://alice@mail.example.net"},
		{"--port 993", "--port; the port is part of the URL"},
		{"--ssl", "--ssl; imaps:// begins with TLS"},
		{"-k", "--insecure does not verify the certificate"},
		{"-X noop", "-e LINE runs a line"},
	} {
		run(t, "", append(strings.Fields(row.args), "imap://192.0.2.1")...).is(t, 2).says(t, row.says)
	}
}
