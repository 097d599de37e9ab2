package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"imapsh/internal/script"
)

// A varFlag is --var: each use sets one name for scripts.
type varFlag struct{ to map[string]script.Value }

// String returns "": there is no default.
func (varFlag) String() string { return "" }

// Type returns the placeholder for the value in help.
func (varFlag) Type() string { return "NAME=TEXT" }

// Set parses NAME=TEXT, where TEXT is one line.
func (v varFlag) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	switch {
	case !ok || !script.IsName(name):
		return fmt.Errorf("%q is not NAME=TEXT (a name has letters, digits, _ and .)", text)
	case script.IsSet(name):
		return fmt.Errorf("${%s} is set by each command", name)
	case strings.ContainsAny(value, "\r\n\x00"):
		return fmt.Errorf("the text of %s must be one line", name)
	}
	v.to[name] = script.Value{Text: value}
	return nil
}

// A secretFlag is --secret: the names of environment variables with secrets for scripts.
type secretFlag struct {
	to   map[string]script.Value
	from *environment
}

// String returns "": there is no default.
func (secretFlag) String() string { return "" }

// Type returns the placeholder for the value in help.
func (secretFlag) Type() string { return "NAME" }

// Set takes a variable from the environment, so that programs started later do not inherit it.
func (v secretFlag) Set(name string) error {
	value, ok := v.from.lookup(name)
	switch {
	case !script.IsName(name) || script.IsBuiltin(name):
		return fmt.Errorf("%q is not a valid name in scripts (letters, digits, _ and .)", name)
	case !ok:
		return fmt.Errorf("the environment has no variable %s: a secret is never given on the command line", name)
	}
	v.from.take(name)
	v.to[name] = script.Value{Text: value, Foreign: true, Secret: true}
	return nil
}

// addVars adds the flags of scripts.
func (f *flags) addVars(c *cobra.Command) {
	if f.vars == nil {
		f.vars = map[string]script.Value{}
	}
	c.Flags().Var(varFlag{f.vars}, "var", "set ${NAME} in scripts to this text (repeatable)")
	c.Flags().Var(secretFlag{f.vars, f.environ}, "secret", "take ${NAME} in scripts from the environment and never show it (repeatable)")
	c.Flags().BoolVar(&f.checkOnly, "check", false, "check the scripts for mistakes, and exit without running them")
}

// env returns an environment variable, even if it is the password, which has been taken from the environment.
func (f *flags) env(name string) (string, bool) {
	if name == passwordName {
		return f.secret, f.secret != "" || slices.Contains(f.environ.empty, name)
	}
	return f.environ.lookup(name)
}
