package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/term"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// password returns the way to passwords, nil where only the user knows them. The command is told in
// its environment for which server; what the environment of imapsh holds is the password of the
// target's user and of nobody else.
func (f *flags) password(target conn.Target) func(context.Context, conn.Target, sasl.Needs) (repl.Secret, error) {
	switch {
	case f.set.PasswordCommand != "":
		return func(ctx context.Context, t conn.Target, _ sasl.Needs) (repl.Secret, error) {
			text, err := f.askCommand(ctx, t)
			return repl.Secret{Text: text, From: "--password-command"}, err
		}
	case f.secret != "":
		return func(_ context.Context, t conn.Target, _ sasl.Needs) (repl.Secret, error) {
			same := t.Host == target.Host || t.Domain != "" && t.Domain == target.Domain // DNS has named its server
			if !same || target.User != "" && t.Person() != target.User {
				return repl.Secret{}, fmt.Errorf("%w: IMAPSH_PASSWORD is for %s at %s, not for %s at %s", repl.ErrOtherPassword, target.User, target.Host, t.User, t.Host)
			}
			return repl.Secret{Text: f.secret, From: passwordName}, nil
		}
	}
	return nil
}

// passwordName is the variable of the environment that holds the password of the target's user.
const passwordName = "IMAPSH_PASSWORD"

// proxyPasswordName is the one that holds the password of the proxy's user.
const proxyPasswordName = "IMAPSH_PROXY_PASSWORD"

// takePassword takes the password out of the environment, so that no program that is started inherits it.
func (f *flags) takePassword() {
	f.secret = os.Getenv(passwordName)
	os.Unsetenv(passwordName)
	f.set.Session.Conn.ProxyPassword = os.Getenv(proxyPasswordName)
	os.Unsetenv(proxyPasswordName)
}

// askCommand runs --password-command and returns the first line of its output. Where a person types,
// it may ask at the terminal.
func (f *flags) askCommand(ctx context.Context, t conn.Target) (string, error) {
	cmd := exec.CommandContext(ctx, "sh", "-c", f.set.PasswordCommand)
	if runtime.GOOS == "windows" {
		cmd = exec.CommandContext(ctx, "cmd", "/C", f.set.PasswordCommand)
	}
	cmd.WaitDelay = 500 * time.Millisecond
	cmd.Stderr = os.Stderr
	if !f.scripted() {
		cmd.Stdin = os.Stdin
	}
	cmd.Env = os.Environ()
	if f.secret != "" {
		cmd.Env = append(cmd.Env, passwordName+"="+f.secret)
	}
	cmd.Env = append(cmd.Env, "IMAPSH_URL="+t.String(), "IMAPSH_USER="+t.User, "IMAPSH_HOST="+t.Host)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("running --password-command: %w", err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}

// passwordOf is the way to the password of a server's user. What a person types is asked for here,
// before anything is timed; status is then 130 where they interrupted it.
func (k *checkFlags) passwordOf(t conn.Target) (func() (string, error), error) {
	if t.User == "" || !check.NeedsSecret(k.authOf(t)) {
		return nil, nil
	}
	if from := k.password(t); from != nil {
		return func() (string, error) {
			secret, err := from(context.Background(), t, sasl.Password)
			return secret.Text, err
		}, nil
	}
	if k.hosts != "" || !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil, fmt.Errorf("no password for %s: set IMAPSH_PASSWORD or use --password-command", t.User)
	}
	secret, err := k.ask("Password for " + t.User + ": ")
	return func() (string, error) { return secret, nil }, err
}

// ask asks at the terminal for what is not shown.
func (k *checkFlags) ask(question string) (string, error) {
	in := int(os.Stdin.Fd())
	before, err := term.GetState(in)
	if err != nil {
		return "", fmt.Errorf("asking for the password: %w", err)
	}
	fmt.Fprint(os.Stderr, wire.EscapeString(question))
	type answer struct {
		text []byte
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(in)
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		fmt.Fprintln(os.Stderr)
		if a.err != nil {
			return "", fmt.Errorf("asking for the password: %w", a.err)
		}
		return string(a.text), nil
	case <-k.signals:
		fmt.Fprintln(os.Stderr)
		k.status = repl.StatusInterrupted
		if k.output == "nagios" {
			k.status = check.NagiosUnknown
		}
		return "", term.Restore(in, before)
	}
}
