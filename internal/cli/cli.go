// Package cli is the command line: it parses flags and subcommands, connects the other packages, and returns the
// exit status.
package cli

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"imapsh/internal/help"
	"imapsh/repl"
)

// softMemory is the heap size, in bytes, from which on the garbage collector works harder. It is not a hard limit.
// Without it, the largest responses that are kept in full would let the heap grow to twice what they need.
const softMemory = 40 << 20

// growth is by how many percent the heap may grow between collections. The heap is small: with the usual 100, a
// script of short lines would collect every thousand lines.
const growth = 200

// Run runs the program with the arguments and streams of the process, and returns the exit status.
func Run() int { return systemProcess().run() }

// run runs the program and returns the exit status.
func (p *process) run() int {
	p.memory(softMemory)
	f := p.flags()
	f.watch = watchSignals(p.deadly, func(st repl.Status) { p.exit(int(st)) })
	f.signals = f.watch.signals
	f.set.Session.Conn.KeyLogFile = p.environ.get("SSLKEYLOGFILE") // as in browsers and curl
	f.takePassword()
	root := f.command()
	root.SetArgs(p.args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.Execute()
	if err != nil {
		p.complain(err)
		f.status = repl.StatusUsage
	}
	return int(f.status)
}

func (f *flags) command() *cobra.Command {
	f.base = f.set
	root := &cobra.Command{
		Use:           "imapsh [flags] [URL | PROFILE | HOST[:PORT] | HOST PORT]",
		Short:         "an interactive IMAP shell",
		Args:          oneServer,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(c *cobra.Command, args []string) error { return f.connect(c, args) },
	}
	root.SetVersionTemplate("imapsh {{.Version}}\n")
	root.SetFlagErrorFunc(plainly)
	asLibrary := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		if c == root {
			showUsage(c, widthOf(f.stdout))
			return
		}
		asLibrary(c, args)
	})
	f.addScripts(root)
	f.addSettings(root, true)
	root.Flags().StringVar(&f.tunnel, "tunnel", "", "connect to the standard input and output of `CMD`")
	f.addProfile(root)
	f.addFD(root)

	practice := &cobra.Command{
		Use:   "demo",
		Short: "practise on a built-in server",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return f.demo(c) },
	}
	f.addScripts(practice)
	f.addSettings(practice, false)
	practice.Flags().StringVar(&f.listen, "listen", "", "serve other clients on `ADDR` (127.0.0.1:1143), without a shell")

	topics := &cobra.Command{
		Use:                "help [TOPIC]",
		Short:              "show the shell's help, offline",
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "options" {
				fmt.Fprint(f.stdout, root.Flags().FlagUsages())
				return nil
			}
			fmt.Fprintln(f.stdout, help.Topic(strings.Join(args, " "), help.Options{Shell: repl.HelpRows()}))
			return nil
		},
	}
	root.SetHelpCommand(topics)
	root.AddCommand(practice, f.tlsCommand(), f.checkCommand(), f.diffCommand(), f.testCommand(), f.replayCommand(), f.profilesCommand(), f.passwordCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

// version returns the version, the commit and the Go version of the program.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown version"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "development"
	}
	commit, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = ", commit " + s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	if commit == "" {
		changed = ""
	}
	return v + commit + changed + ", " + info.GoVersion
}

// isPort reports whether the arguments are a host and a port, as for telnet.
func isPort(args []string) bool {
	return len(args) == 2 && !strings.Contains(args[0], "/") && args[1] != "" && strings.Trim(args[1], "0123456789") == ""
}

func oneServer(c *cobra.Command, args []string) error {
	if len(args) < 2 || isPort(args) {
		return nil
	}
	hint := ""
	for _, name := range args {
		info, err := os.Stat(name)
		if err == nil && info.Mode().IsRegular() && c != nil && c.Flags().Lookup("file") != nil {
			hint = fmt.Sprintf("; -f %q runs that file as a script", name)
			break
		}
	}
	return fmt.Errorf("give one server only: %q and %q were given%s", args[0], args[1], hint)
}
