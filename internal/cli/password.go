package cli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/term"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/terminal"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// passwordName is the environment variable for the password of the target's user.
const passwordName = "IMAPSH_PASSWORD"

// passwordName2 is the environment variable for the password of the second user of "imapsh diff".
const passwordName2 = "IMAPSH_PASSWORD2"

// proxyPasswordName is the environment variable for the password of the proxy's user.
const proxyPasswordName = "IMAPSH_PROXY_PASSWORD"

// takePassword removes the passwords from the environment, so that programs started later do not inherit them.
func (f *flags) takePassword() {
	f.secret = f.environ.take(passwordName)
	f.secret2 = f.environ.take(passwordName2)
	f.set.Session.Conn.ProxyPassword = f.environ.take(proxyPasswordName)
}

// askCommand runs a command that prints a secret, and returns the first line of its output. Outside scripts the
// command may read from the terminal.
func (f *flags) askCommand(ctx context.Context, name, line string, t conn.Target) (string, error) {
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	if runtime.GOOS == "windows" {
		cmd = exec.CommandContext(ctx, "cmd", "/C", line)
	}
	cmd.WaitDelay = 500 * time.Millisecond
	cmd.Stderr = f.stderr
	if !f.scripted() {
		cmd.Stdin = f.stdin
	}
	cmd.Env = f.environ.all()
	if f.secret != "" {
		cmd.Env = append(cmd.Env, f.secretIn+"="+f.secret)
	}
	cmd.Env = append(cmd.Env, "IMAPSH_URL="+t.String(), "IMAPSH_USER="+t.User, "IMAPSH_HOST="+t.Host)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("running %s: %w", name, err)
	}
	secret, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSuffix(secret, "\r"), nil
}

// passwordOf returns a function that returns the password of a server's user; nil if none is needed. If the user
// must type it, passwordOf asks for it, before any time is measured; if that is interrupted, it sets the status.
func (k *checkFlags) passwordOf(t conn.Target) (func() (string, error), error) {
	if t.User == "" || !check.NeedsSecret(k.authOf(t)) {
		return nil, nil
	}
	needs := sasl.Password
	if m := sasl.Lookup(k.authOf(t)); m != nil {
		needs = m.Needs
	}
	lacks := k.lacks(t, needs)
	if lacks == nil {
		return func() (string, error) {
			secret, err := k.secretOf(context.Background(), t, t, needs)
			return secret.Text, err
		}, nil
	}
	if k.hosts != "" || !k.canAsk() {
		return nil, lacks
	}
	secret, err := k.ask("Password for " + t.User + ": ")
	if k.status != 0 && k.output == "nagios" {
		k.status = check.NagiosUnknown
	}
	return func() (string, error) { return secret, nil }, err
}

// ask asks a question at the terminal, and returns the answer, which is not shown.
func (f *flags) ask(question string) (string, error) {
	in := int(f.stdin.Fd())
	before, err := term.GetState(in)
	if err != nil {
		return "", fmt.Errorf("asking for the password: %w", err)
	}
	if err := terminal.SetEcho(in, false); err != nil && !errors.Is(err, errors.ErrUnsupported) { // before the question, which may be answered very fast
		return "", fmt.Errorf("asking for the password: %w", err)
	}
	fmt.Fprint(f.stderr, wire.EscapeString(question))
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
		fmt.Fprintln(f.stderr)
		if err := term.Restore(in, before); a.err == nil {
			a.err = err
		}
		if a.err != nil {
			return "", fmt.Errorf("asking for the password: %w", a.err)
		}
		return string(a.text), nil
	case <-f.signals:
		fmt.Fprintln(f.stderr)
		f.status = repl.StatusInterrupted
		return "", term.Restore(in, before)
	}
}
