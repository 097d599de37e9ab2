package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/zalando/go-keyring"

	"imapsh/internal/conn"
)

// A vault keeps passwords by account.
type vault interface {
	there() error // returns why there is no keyring; nil if there is one
	get(account string) (string, error)
	set(account, password string) error
	forget(account string) error
}

// service is the name under which the keyring keeps the passwords.
const service = "imapsh"

// systemKeyring is the keyring of the system.
type systemKeyring struct{ environ *environment }

// there returns an error if there is no D-Bus session on Linux. The library would start one.
func (k systemKeyring) there() error {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" || k.environ.get("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	if dir := k.environ.get("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "bus")); err == nil {
			return nil
		}
	}
	return errors.New("there is no keyring on this machine: no D-Bus session (DBUS_SESSION_BUS_ADDRESS is not set)")
}

func (systemKeyring) get(account string) (string, error) { return keyring.Get(service, account) }
func (systemKeyring) set(account, password string) error {
	return keyring.Set(service, account, password)
}
func (systemKeyring) forget(account string) error { return keyring.Delete(service, account) }

// account returns the name of a password in the keyring: the user and the server.
func account(t conn.Target) string { return t.Person() + "@" + serverName(t) }

// fromVault returns the password of a target's user from the keyring; "" if it has none.
func (f *flags) fromVault(ctx context.Context, t conn.Target) (string, error) {
	if t.Person() == "" || t.Host == "" {
		return "", nil
	}
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := f.keyring.get(account(t))
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil { // it has none, or does not answer: another source may have it
			return "", nil
		}
		return a.text, nil
	case <-ctx.Done():
		return "", errors.New("asking the keyring: it did not answer")
	}
}

// vaultError returns an error of the keyring with what was being done.
func vaultError(doing string, t conn.Target, err error) error {
	if errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("%s: the keyring has no password for %s", doing, account(t))
	}
	return fmt.Errorf("%s: no keyring answers on this machine: %w", doing, err)
}
