package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"imapsh/internal/script"
)

// A varFlag is --var: each use gives one name of scripts its text.
type varFlag struct{ to map[string]script.Value }

// String returns "": there is no default.
func (varFlag) String() string { return "" }

// Type returns the kind of value in help.
func (varFlag) Type() string { return "NAME=TEXT" }

// Set takes what was given: the author's text, one line.
func (v varFlag) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	switch {
	case !ok || !script.IsName(name):
		return fmt.Errorf("%q is not NAME=TEXT (a name has letters, digits, _ and .)", text)
	case script.IsSet(name):
		return fmt.Errorf("${%s} is set by each command", name)
	case strings.ContainsAny(value, "\r\n\x00"):
		return fmt.Errorf("the text of %s is more than one line", name)
	}
	v.to[name] = script.Value{Text: value}
	return nil
}

// A secretFlag is --secret: the names of environment variables that hold secrets of scripts.
type secretFlag struct {
	to   map[string]script.Value
	from *environment
}

// String returns "": there is no default.
func (secretFlag) String() string { return "" }

// Type returns the kind of value in help.
func (secretFlag) Type() string { return "NAME" }

// Set takes a variable out of the environment, so that no program that is started inherits it.
func (v secretFlag) Set(name string) error {
	value, ok := v.from.lookup(name)
	switch {
	case !script.IsName(name) || script.IsBuiltin(name):
		return fmt.Errorf("%q cannot be a name of scripts (letters, digits, _ and .)", name)
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
	c.Flags().Var(varFlag{f.vars}, "var", "give ${NAME} in scripts this text (repeatable)")
	c.Flags().Var(secretFlag{f.vars, f.environ}, "secret", "take ${NAME} in scripts from the environment and never show it (repeatable)")
	c.Flags().BoolVar(&f.checkOnly, "check", false, "read the scripts, report what is wrong with them, and exit")
}

// env returns a variable of the environment, of which the password has been taken out.
func (f *flags) env(name string) (string, bool) {
	if name == passwordName && f.secret != "" {
		return f.secret, true
	}
	return f.environ.lookup(name)
}
