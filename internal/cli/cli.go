// Package cli is the command line: its flags and subcommands, what they wire together, and the
// status the program exits with. What happens on a connection is none of its business.
package cli

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"imapsh/internal/conn"
	"imapsh/internal/help"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// softMemory is when the collector begins to work harder, not a limit: the largest responses
// that are kept whole would else let the heap grow to twice what they need.
const softMemory = 40 << 20

// growth is by how much the heap may grow between collections, in percent: it is small, and a script
// of short lines would else collect every thousand of them.
const growth = 200

// Run does what the command line says and returns the status to exit with.
func Run() int { return runAs(nil, systemKeyring{}) }

// runAs is Run with another opinion of which addresses are local, nil is conn's, and another keyring.
func runAs(local func(net.Addr) bool, keyring vault) int {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
	w := watchSignals()
	// Taken, not ignored: a write to a closed pipe is an error here, and children keep their own.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	f := &flags{signals: w.signals, watch: w, set: repl.Defaults(), vault: keyring, secretIn: passwordName, fdNumber: noFD, fdFlag: "--password-fd"}
	f.set.Session.Conn.Local = local
	f.set.Session.Conn.KeyLogFile = os.Getenv("SSLKEYLOGFILE") // as browsers and curl have it
	f.takePassword()
	err := f.command().Execute()
	if err != nil {
		complain(err)
		f.status = repl.StatusUsage
	}
	return int(f.status)
}

// complain says on standard error what failed, and what would help.
func complain(err error) {
	for _, text := range []string{err.Error(), conn.Hint(err)} {
		if text != "" {
			os.Stderr.Write(append(wire.EscapeText(nil, "imapsh: "+text), '\n'))
		}
	}
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
			showUsage(c)
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
				fmt.Print(root.Flags().FlagUsages())
				return nil
			}
			fmt.Println(help.Topic(strings.Join(args, " "), help.Options{Shell: repl.HelpRows()}))
			return nil
		},
	}
	root.SetHelpCommand(topics)
	root.AddCommand(practice, f.tlsCommand(), f.checkCommand(), f.diffCommand(), f.testCommand(), f.replayCommand(), f.profilesCommand(), f.passwordCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

// version returns the version that the program was built as.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown version"
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

// isPort reports whether arguments are a host and a port, as telnet takes them.
func isPort(args []string) bool {
	return len(args) == 2 && !strings.Contains(args[0], "/") && args[1] != "" && strings.Trim(args[1], "0123456789") == ""
}

func oneServer(_ *cobra.Command, args []string) error {
	if len(args) > 1 && !isPort(args) {
		return fmt.Errorf("give one server only: %q and %q were given", args[0], args[1])
	}
	return nil
}
