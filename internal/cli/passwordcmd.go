package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"imapsh/internal/conn"
)

// passwordCommand returns the command "imapsh password".
func (f *flags) passwordCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "password",
		Short: "keep a password in the system's keyring",
		Long: `password keeps the password of one user at one server in the keyring of the system: Secret Service on
Linux, Keychain on macOS, Credential Manager on Windows. imapsh uses it if no other source has the password.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("set or forget? imapsh password set URL, or imapsh password forget URL")
		},
	}
	set := &cobra.Command{
		Use:   "set URL | PROFILE",
		Short: "keep a password: ask for it, or read a line of standard input",
		Args:  cobra.ExactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return f.keep(c, args) },
	}
	forget := &cobra.Command{
		Use:   "forget URL | PROFILE",
		Short: "remove a password from the keyring",
		Args:  cobra.ExactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return f.unkeep(c, args) },
	}
	set.ValidArgsFunction, forget.ValidArgsFunction = f.completeProfiles, f.completeProfiles
	c.AddCommand(set, forget)
	return c
}

// whose returns the target that an argument names, which must have a user, and an error if there is no keyring.
func (f *flags) whose(c *cobra.Command, args []string) (conn.Target, error) {
	t, err := f.server(c, args)
	switch {
	case err != nil:
		return t, err
	case t.User == "":
		return t, fmt.Errorf("no user in %s: name the password's user, as in imaps://alice@mail.example.net", t)
	case t.Host == "":
		return t, fmt.Errorf("%s is a local socket: a password belongs to a user at a host", t)
	}
	return t, f.keyring.there()
}

// keep runs "imapsh password set".
func (f *flags) keep(c *cobra.Command, args []string) error {
	t, err := f.whose(c, args)
	if err != nil {
		return err
	}
	var password string
	if isTerminal(f.stdin) {
		password, err = f.ask("Password for " + account(t) + ": ")
	} else if password, err = firstLine(f.stdin); err != nil {
		err = fmt.Errorf("reading the password from standard input: %w", err)
	}
	switch {
	case err != nil || f.status != 0:
		return err
	case password == "":
		return errors.New("the password is empty: nothing was kept")
	case strings.ContainsRune(password, 0):
		return errors.New("the password has a NUL byte: nothing was kept")
	}
	if err := f.keyring.set(account(t), password); err != nil {
		return vaultError("keeping the password", t, err)
	}
	fmt.Fprintf(f.stderr, "-- the keyring has the password of %s\n", account(t))
	return nil
}

// unkeep runs "imapsh password forget".
func (f *flags) unkeep(c *cobra.Command, args []string) error {
	t, err := f.whose(c, args)
	if err != nil {
		return err
	}
	if err := f.keyring.forget(account(t)); err != nil {
		return vaultError("removing the password", t, err)
	}
	fmt.Fprintf(f.stderr, "-- the keyring no longer has the password of %s\n", account(t))
	return nil
}
