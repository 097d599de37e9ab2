package repl

import (
	"context"
	"io"
	"os"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/script"
	"imapsh/internal/terminal"
)

// Options are what a shell is started with.
type Options struct {
	Settings
	Target *conn.Target // nil: not connected at first

	// Scripts are read one after the other; none at a terminal.
	Scripts []Script
	// ByProgram has a program ask, with Inquire, in place of lines. Only what reads is sent.
	ByProgram bool
	// Terminal is where a person types; nil makes it a script.
	Terminal terminal.Terminal
	History  *History // nil keeps none
	// Progress is where a script shows how far a large literal has come, a terminal; nil shows nothing.
	// At Terminal it appears above the prompt.
	Progress *Progress
	// Password returns the password of a target's user, or the token if that is needed; nil if only
	// the user can give it. It may take its time if there is a command for it (Settings.PasswordCommand), until the context ends.
	Password func(context.Context, conn.Target, sasl.Needs) (Secret, error)
	// Waits reports whether Password may take its time for a target, and ask at the terminal; nil is that it
	// does so for a command (Settings.PasswordCommand).
	Waits func(conn.Target, sasl.Needs) bool
	// Forget drops the secrets that Password has kept; nil if it keeps none.
	Forget func()
	// StartLines are run at a prompt, once the first connection has been made.
	StartLines []StartLine
	// Aliases are lines by a name that begins what is typed at a prompt.
	Aliases map[string]string
	// Servers are those that the user's file names, for :open.
	Servers []NamedServer

	// Vars are names of scripts that have a value from the start.
	Vars map[string]script.Value
	// Gives says what gives names a value that no --var can give: for the errors of a script without it.
	Gives map[string]string
	// Env returns the value of an environment variable; nil knows none.
	Env func(name string) (value string, ok bool)
	// Times is how many times the scripts run on the connection: 0 is once, or with For until that is over. What a
	// script is read from must then be an io.Seeker.
	Times int
	// For is how long runs may begin; 0 is without limit.
	For time.Duration
	// Stats shows at the end how long each command took.
	Stats bool
	// CheckOnly reads the scripts, says what is wrong with them, and does nothing else.
	CheckOnly bool

	// Drive is what runs in place of lines, once the first connection is made; nil for lines.
	Drive func(*Driver)

	// Programs is what the programs have that are started.
	Programs Programs

	Signals <-chan os.Signal
	Now     func() time.Time
}

// Script is an input of lines.
type Script struct {
	Name string // for messages
	From io.Reader
	// Stream runs it line by line, as it comes. Else what can be read twice is judged as a whole before it runs.
	Stream bool
}
