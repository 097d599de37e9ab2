package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"imapsh/internal/sasl"
	"imapsh/internal/text"
	"imapsh/repl"
)

// helpExamples are the examples at the start of --help and of the manual page.
var helpExamples = [][2]string{
	{"imapsh demo", "practise on a built-in server"},
	{"imapsh imaps://alice@mail.example.net", "log in and type IMAP"},
	{"imapsh -q -e noop imaps://mail.example.net", "run one command, for scripts"},
	{"imapsh check imaps://alice@mail.example.net", "test what a mail client needs"},
	{"imapsh help search", "explain a command or a concept"},
}

// helpFlags are the flags that --help shows; "imapsh help options" shows all.
var helpFlags = []string{"execute", "file", "output", "quiet", "explain", "read-only", "starttls", "ca", "password-command", "log"}

// noServer is shown, in five lines, if imapsh has no arguments.
const noServer = `no server given; try one of these:
  imapsh demo                            practise on a built-in server
  imapsh imaps://alice@mail.example.net  log in and type IMAP
  imapsh check imaps://mail.example.net  test a server
  imapsh --help                          show more`

// showUsage prints the help of the program: 23 lines, so that a terminal of 24 rows shows all of it above the prompt.
// Lines are broken to fit cols columns, 0 for any.
func showUsage(c *cobra.Command, cols int) {
	out := &strings.Builder{}
	defer func() { fmt.Fprint(c.OutOrStdout(), text.Narrow(out.String(), cols)) }()
	fmt.Fprint(out, "imapsh: ", c.Short, "\n")
	for _, e := range helpExamples {
		fmt.Fprintf(out, "  %-45s  %s\n", e[0], e[1])
	}
	fmt.Fprint(out, "\nUsage: ", c.Use, "\nURL: imaps://[user@]host[:993][/mailbox], imap://... or unix:PATH; HOST is imaps\n\n")
	for _, name := range helpFlags {
		flag := c.Flags().Lookup(name)
		value, help := pflag.UnquoteUsage(flag)
		help, _, _ = strings.Cut(help, " (") // the rest is for "help options"
		short := "   "
		if flag.Shorthand != "" {
			short = "-" + flag.Shorthand + ","
		}
		fmt.Fprintf(out, " %s --%-22s  %s\n", short, strings.TrimRight(name+" "+value, " "), help)
	}
	var names []string
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	fmt.Fprintf(out, "\nCommands: %s\nAll flags: imapsh help options (of a command: imapsh COMMAND --help)\n", strings.Join(names, ", "))
}

// completeLines completes the value of -e: shell commands with ":".
func completeLines(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var words []string
	for _, r := range repl.HelpRows() {
		words = append(words, ":"+r.Name+"\t"+r.Help)
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

// completeValues returns a function that completes the values of a setting: its words and mechanisms, but not
// placeholders such as FILE.
func completeValues(values string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var words []string
		for _, v := range strings.Split(values, "|") {
			if v != strings.ToUpper(v) || sasl.Lookup(v) != nil {
				words = append(words, v)
			}
		}
		if len(words) == 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}
