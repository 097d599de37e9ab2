package cli

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"imapsh/internal/testserver"
	"imapsh/repl"
)

var update = flag.Bool("update", false, "rewrite the manual page")

// roff returns text escaped for a manual page.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "|", `\:|`, "-", `\-`, "…", "...", "'", `\(aq`).Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}

// manPage returns the manual page imapsh(1), made from the tables of flags, settings and shell commands.
func manPage(root *cobra.Command) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	item := func(term, text string) {
		line(".TP\n.B %s\n%s", roff(term), strings.ReplaceAll(roff(text), "; ", ";\n"))
	}
	flags := func(set *pflag.FlagSet) {
		set.VisitAll(func(f *pflag.Flag) {
			value, help := pflag.UnquoteUsage(f)
			term := "--" + f.Name
			if f.Shorthand != "" {
				term = "-" + f.Shorthand + ", " + term
			}
			if value != "" {
				term += " " + value
			}
			item(term, help)
		})
	}
	line(".TH IMAPSH 1 2026-11-26\n.ad l\n.SH NAME\nimapsh \\- %s", roff(root.Short))
	line(".SH SYNOPSIS\n.B imapsh\n%s", roff(strings.TrimPrefix(root.Use, root.Name()+" ")))
	line(".SH DESCRIPTION\nimapsh speaks IMAP with a server as you type. It writes the tags, sends each line,\nwaits for the answer that belongs to it, and shows the wire and what it means.\nPiped input, \\-e or \\-f make it a script: each line is sent when the one before it has been answered.")
	line(".PP\nA URL is imaps://[user@]host[:993][/mailbox] (TLS from the start), imap:// (no TLS, or \\-\\-starttls)\nor unix:PATH. A host without a scheme is imaps.")
	line(".SH EXAMPLES")
	for _, e := range helpExamples {
		item(e[0], e[1])
	}
	line(".SH OPTIONS")
	flags(root.Flags())
	line(".SH COMMANDS")
	for _, c := range root.Commands() {
		if c.Hidden {
			continue
		}
		line(".SS imapsh %s\n%s", roff(c.Use), roff(c.Short))
		own := pflag.NewFlagSet("", pflag.ContinueOnError)
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if known := root.Flags().Lookup(f.Name); known == nil || known.Usage != f.Usage {
				own.AddFlag(f)
			}
		})
		flags(own)
		for _, sub := range c.Commands() {
			item("imapsh "+c.Name()+" "+sub.Use, sub.Short)
		}
		if c.Example != "" {
			line(".PP\nFor example:\n.PP\n.nf\n%s\n.fi", roff(c.Example))
		}
	}
	line(".SH SHELL COMMANDS\nThese are typed at the prompt or in a script. All else is sent to the server.")
	for _, r := range repl.HelpRows() {
		item(strings.TrimRight(":"+r.Name+" "+r.Args, " "), r.Help)
	}
	line(".SH EXIT STATUS")
	for _, s := range repl.Statuses {
		item(strconv.Itoa(int(s.Status)), s.Meaning)
	}
	line(".SH ENVIRONMENT")
	for _, e := range [][2]string{
		{passwordName, "the password of the user on the command line"},
		{passwordName2, "the password of the second user, for imapsh diff"},
		{"IMAPSH_PROXY_PASSWORD", "the password for the proxy of --socks or --http-proxy"},
		{"NETRC", "the file of passwords, in place of ~/.netrc"},
		{"SSL_CERT_FILE", "a file of trusted authorities, in place of the system's"},
		{"SSL_CERT_DIR", "a directory of trusted authorities, in place of the system's"},
		{"SSLKEYLOGFILE", "write the keys of TLS to this file, to decrypt captured traffic"},
		{"NO_COLOR", "if set, show no colours"},
		{"TERM", "if it is dumb, show no colours and a plain prompt"},
		{"PAGER", "the program for :pager on; less by default"},
		{"XDG_STATE_HOME", "where the history is kept"},
		{"XDG_CONFIG_HOME", "where the profiles are"},
		{"DBUS_SESSION_BUS_ADDRESS", "the session bus, for the keyring of a Linux desktop"},
		{"XDG_RUNTIME_DIR", "where the session bus is if that is not set"},
		{"GOGC", "when Go collects garbage"},
		{"GOMEMLIMIT", "how much memory Go uses before it collects garbage more often"},
	} {
		item(e[0], e[1])
	}
	line(".SH FILES")
	item("$XDG_CONFIG_HOME/imapsh/config.toml", "profiles: servers by name, and settings; ~/.config/imapsh/config.toml if the variable is not set")
	item("$XDG_STATE_HOME/imapsh/history", "the lines typed; ~/.local/state/imapsh/history if the variable is not set")
	return b.String()
}

const manFile = "../../docs/imapsh.1"

func TestTheManualPageMatchesTheTables(t *testing.T) {
	t.Parallel()
	f := testFlagsOf()
	root := f.command()
	got := manPage(root)
	if *update {
		if err := os.WriteFile(manFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(manFile)
	if err != nil {
		t.Fatal(err)
	}
	is, want := strings.Split(string(page), "\n"), strings.Split(got, "\n")
	for i := range max(len(is), len(want)) {
		if i >= len(is) || i >= len(want) || is[i] != want[i] {
			t.Errorf("docs/imapsh.1:%d differs from the tables (make generate rewrites it)", i+1)
			break
		}
	}
	for _, c := range append(root.Commands(), root) {
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			if !strings.Contains(string(page), roff("--"+flag.Name)) {
				t.Errorf("docs/imapsh.1 does not have --%s of %s", flag.Name, c.Name())
			}
		})
	}
	for _, r := range rowsOf(t, "docs/environment.md", "| variable | what it does |") {
		if upper.MatchString(r.text) && !strings.Contains(string(page), "\n.B "+r.text+"\n") {
			t.Errorf("docs/imapsh.1 does not have %s", r.text)
		}
	}
	for _, r := range repl.HelpRows() {
		if !strings.Contains(string(page), ".B "+roff(":"+r.Name)) {
			t.Errorf("docs/imapsh.1 does not have :%s", r.Name)
		}
	}
}

func TestTheManualPageHasNoErrors(t *testing.T) {
	t.Parallel()
	groff, err := exec.LookPath("groff")
	if err != nil {
		testserver.Missing(t, "groff", "make servers installs it on Debian as root")
	}
	out, err := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-ww", "-z", manFile).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("groff: %v\n%s", err, out)
	}
}

// completed returns what the program offers when a shell completes its last argument.
func completed(t *testing.T, args ...string) string {
	t.Helper()
	f := testFlagsOf()
	root := f.command()
	var out strings.Builder
	root.SetOut(&out)
	root.SetErr(io.Discard)
	root.SetArgs(append([]string{"__complete"}, args...))
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCompletionOffersEveryFlagAndShellCommand(t *testing.T) {
	t.Parallel()
	f := testFlagsOf()
	root := f.command()
	for _, c := range append(root.Commands(), root) {
		if c.DisableFlagParsing || c.Hidden {
			continue
		}
		at := []string{}
		if c != root {
			at = append(at, c.Name())
		}
		offered := completed(t, append(at, "--")...)
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			if !strings.Contains(offered, "--"+flag.Name+"\t") && !strings.Contains(offered, "--"+flag.Name+"=") {
				t.Errorf("%s: --%s is not offered in\n%s", c.Name(), flag.Name, offered)
			}
			if value, _ := pflag.UnquoteUsage(flag); value != "FORMAT" && value != "MECH" {
				return
			}
			if got := completed(t, append(at, "--"+flag.Name, "")...); !strings.HasSuffix(got, ":4\n") || strings.Count(got, "\n") < 3 { // words, no files
				t.Errorf("%s: no words are offered as the value of --%s, but\n%s", c.Name(), flag.Name, got)
			}
		})
	}
	offered := completed(t, "-e", ":")
	for _, r := range repl.HelpRows() {
		if !strings.Contains(offered, ":"+r.Name+"\t") {
			t.Errorf(":%s is not offered", r.Name)
		}
	}
	if got := completed(t, "--mech", ""); !strings.Contains(got, "auto\n") || !strings.Contains(got, "\nCRAM-MD5\n") {
		t.Errorf("--mech is not completed to auto and mechanisms, but to\n%s", got)
	}
	if got := completed(t, "--output", ""); !strings.Contains(got, "pretty\nraw\njson\n") {
		t.Errorf("--output is not completed to pretty, raw and json, but to\n%s", got)
	}
}
