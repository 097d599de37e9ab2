package cli

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/text"
	"imapsh/repl"
)

// withPort joins a host and a port.
func withPort(host, port string) string {
	at := strings.LastIndexByte(host, '@') + 1
	user, host := host[:at], host[at:]
	if !strings.HasPrefix(host, "[") {
		host = net.JoinHostPort(host, port)
	} else {
		host += ":" + port
	}
	return user + host
}

// connect runs the shell on the server that the command line names.
func (f *flags) connect(c *cobra.Command, args []string) error {
	var target conn.Target
	var err error
	switch {
	case f.tunnel != "" && len(args) > 0:
		return errors.New("give either --tunnel or a URL, not both")
	case f.tunnel != "":
		if err = f.takeProfile(c, f.profile); err == nil && f.chosen != nil && f.chosen.URL.Value != "" {
			err = fmt.Errorf("give either --tunnel or the profile %s, which has a URL, not both", f.profile)
		}
		target = conn.Target{Scheme: conn.Tunnel, Path: f.tunnel}
	case len(args) == 0 && f.profile == "":
		fmt.Fprintln(f.stderr, text.Narrow("imapsh: "+noServer, widthOf(f.stderr)))
		f.status = repl.StatusUsage
		return nil
	default:
		target, err = f.server(c, args)
	}
	if err != nil {
		return err
	}
	if f.set.StartTLS && target.Scheme == conn.IMAPS {
		return fmt.Errorf("%s needs imap://: %s uses TLS from the start", f.nameOf("starttls"), target)
	}
	if err := f.openFD(); err != nil {
		return err
	}
	opt, err := f.options()
	if err != nil {
		return err
	}
	opt.Target = &target
	if needs := f.set.Needs(target.Auth); target.User != "" && f.scripted() && !f.checkOnly && needs != sasl.Nothing {
		if err := f.lacks(target, needs); err != nil {
			if !f.canAsk() {
				return err
			}
			f.asked = true
			if f.secret, err = f.ask(needs.Title() + " for " + account(target) + ": "); err != nil || f.status != repl.StatusOK {
				return err
			}
		}
	}
	f.gives(&opt, target)
	return f.run(opt)
}
