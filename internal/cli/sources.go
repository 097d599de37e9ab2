package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/conn"
	"imapsh/internal/profile"
	"imapsh/internal/sasl"
	"imapsh/repl"
)

// A source is a place that can have a secret. Each secret belongs to one user at one server, and is never used
// for another.
type source struct {
	name string // for people
	// waits says that it may take long: a command, which may ask at the terminal, or a pipe.
	waits bool
	// ask returns the secret; "" if there is none for this user and server.
	ask func(context.Context) (string, error)
}

// sources returns the sources for the secret of a target's user, in the order in which they are asked. Those on the
// command line and in the environment are only for the user and server on the command line, own; other names the
// source that was left out for that reason, "" if there is none.
func (f *flags) sources(own, t conn.Target, needs sasl.Needs) (list []source, other string) {
	command := func(name, cmd string) {
		list = append(list, source{name, true, func(ctx context.Context) (string, error) { return f.askCommand(ctx, name, cmd, t) }})
	}
	given := ""
	switch {
	case needs == sasl.Token && f.set.TokenCommand != "":
		given = f.nameOf("token-command")
	case f.set.PasswordCommand != "":
		given = f.nameOf("password-command")
	case f.fd != nil:
		given = f.fdFlag
	case f.secret != "":
		given = f.secretIn
		if f.asked {
			given = "the terminal"
		}
	}
	switch {
	case given == "":
	case !belongsTo(own, t):
		other = given
	case given == f.fdFlag:
		list = append(list, source{given, true, func(ctx context.Context) (string, error) { return f.fd.read(ctx) }})
	case needs == sasl.Token && f.set.TokenCommand != "":
		command(given, f.set.TokenCommand)
	case f.set.PasswordCommand != "":
		command(given, f.set.PasswordCommand)
	default:
		list = append(list, source{given, false, func(context.Context) (string, error) { return f.secret, nil }})
	}
	if name, cmd := f.commandOfProfile(t, needs); cmd != "" && len(list) == 0 {
		command(name, cmd)
	}
	if needs == sasl.Password {
		if n := f.netrc(); n.exists() {
			list = append(list, source{n.path, false, func(context.Context) (string, error) { return n.password(t) }})
		}
		if f.keyring.there() == nil {
			list = append(list, source{"the keyring", true, func(ctx context.Context) (string, error) { return f.fromVault(ctx, t) }})
		}
	}
	return list, other
}

// belongsTo reports whether a secret for the target own may be used for t: for the same user, or any if own names
// none, at the same server.
func belongsTo(own, t conn.Target) bool {
	return sameServer(own, t) && (own.User == "" || t.Person() == own.Person())
}

// sameServer reports whether two targets are the same server, or the same mail domain whose server DNS has named.
func sameServer(a, b conn.Target) bool {
	if a.Host == "" || b.Host == "" {
		return a.Scheme == b.Scheme && a.Path == b.Path && a.Host == b.Host
	}
	return strings.EqualFold(a.Host, b.Host) || a.Domain != "" && strings.EqualFold(a.Domain, b.Domain)
}

// commandOfProfile returns the command of the profile for this user at this server; "" if there is none.
func (f *flags) commandOfProfile(t conn.Target, needs sasl.Needs) (name, cmd string) {
	if f.profiles == nil {
		return "", ""
	}
	keys := []string{"password-command"}
	if needs == sasl.Token {
		keys = []string{"token-command", "password-command"}
	}
	for _, key := range keys {
		for _, p := range f.profiles.Profiles {
			its, err := conn.ParseTarget(p.URL.Value)
			if err != nil || its.User == "" || !belongsTo(its, t) {
				continue
			}
			for _, e := range p.Settings {
				if e.Key == key {
					return key + " of profile " + p.Name, e.Value
				}
			}
		}
	}
	return "", ""
}

// secretOf returns the secret of a target's user. Its error is repl.ErrNoSecret if there is none, and wraps
// repl.ErrOtherPassword if there is only one for another user or server.
func (f *flags) secretOf(ctx context.Context, own, t conn.Target, needs sasl.Needs) (repl.Secret, error) {
	list, other := f.sources(own, t, needs)
	for _, from := range list {
		text, err := from.ask(ctx)
		switch {
		case err != nil:
			return repl.Secret{}, err
		case text != "":
			return repl.Secret{Text: text, From: from.name}, nil
		case from.waits && from.name != "the keyring":
			return repl.Secret{}, fmt.Errorf("%s: the %s is empty", from.name, needs)
		}
	}
	if other != "" {
		return repl.Secret{}, fmt.Errorf("%w: %s is for %s at %s, not for %s at %s", repl.ErrOtherPassword, other, own.User, own.Host, t.User, t.Host)
	}
	return repl.Secret{}, repl.ErrNoSecret
}

// gives makes the shell take passwords from the sources, if there are any.
func (f *flags) gives(opt *repl.Options, own conn.Target) {
	if f.set.PasswordCommand == "" && f.set.TokenCommand == "" && f.fd == nil && f.secret == "" &&
		!f.netrc().exists() && f.keyring.there() != nil && !f.profilesAsk() {
		return
	}
	opt.Password = func(ctx context.Context, t conn.Target, needs sasl.Needs) (repl.Secret, error) {
		return f.secretOf(ctx, own, t, needs)
	}
	opt.Waits = func(t conn.Target, needs sasl.Needs) bool {
		list, _ := f.sources(own, t, needs)
		for _, from := range list {
			if from.waits {
				return true
			}
		}
		return false
	}
	opt.Forget = func() {
		f.secret = ""
		if f.fd != nil {
			f.fd.forget()
		}
	}
}

// profilesAsk reports whether a profile has a command for a secret.
func (f *flags) profilesAsk() bool {
	if f.profiles == nil {
		return false
	}
	for _, p := range f.profiles.Profiles {
		for _, e := range p.Settings {
			if ownSecrets[e.Key] {
				return true
			}
		}
	}
	return false
}

// lacks returns why a script cannot log in, before it connects; nil if a source has the secret. It does not run
// commands.
func (f *flags) lacks(own conn.Target, needs sasl.Needs) error {
	list, _ := f.sources(own, own, needs)
	for _, from := range list {
		if from.waits && from.name != "the keyring" {
			return nil
		}
		ctx, cancel := f.patience()
		text, err := from.ask(ctx)
		cancel()
		if err != nil || text != "" {
			return err
		}
	}
	return f.noSecret(own, needs)
}

// noSecret returns the error that there is no secret, with the places that were searched.
func (f *flags) noSecret(t conn.Target, needs sasl.Needs) error {
	helps := "set " + f.secretIn
	if slices.Contains(f.environ.empty, f.secretIn) {
		helps = f.secretIn + " is empty; set it"
	}
	text := fmt.Sprintf("no %s for %s: %s or use --password-command", needs, t.Person(), helps)
	if needs == sasl.Token {
		return errors.New(strings.Replace(text, "--password", "--token", 1))
	}
	if n := f.netrc(); n.exists() {
		text += "; " + n.path + " has none for " + t.Person() + " at " + serverName(t)
	}
	if f.keyring.there() == nil {
		text += "; the keyring has none (imapsh password set " + profileOrURL(f.chosen, t) + ")"
	}
	return errors.New(text)
}

// profileOrURL returns the name of a server for the command line.
func profileOrURL(p *profile.Profile, t conn.Target) string {
	if p != nil && p.URL.Value != "" {
		return p.Name
	}
	t.Mailbox, t.Auth = "", ""
	return t.String()
}

// serverName returns the name under which a server's passwords are kept: the mail domain if DNS has named the
// server, otherwise the host.
func serverName(t conn.Target) string {
	if t.Domain != "" {
		return strings.ToLower(t.Domain)
	}
	return strings.ToLower(t.Host)
}

// patience returns a context that limits how long a script waits for a secret, to --timeout.
func (f *flags) patience() (context.Context, context.CancelFunc) {
	if f.scripted() && f.set.Timeout > 0 {
		return context.WithTimeout(context.Background(), f.set.Timeout)
	}
	return context.WithCancel(context.Background())
}
