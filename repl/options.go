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
	Target *conn.Target // nil if it does not connect at first

	// Scripts are run one after the other. There are none at a terminal.
	Scripts []Script
	// ByProgram says that a program asks, with Inquire, instead of lines being read. Only commands that do not change
	// data are sent.
	ByProgram bool
	// Terminal is where a person types; nil if there is none, as in a script.
	Terminal terminal.Terminal
	History  *History // nil keeps none
	// Progress is the terminal on which a script shows how far a large literal has arrived; nil if it shows nothing.
	// If Terminal is set, progress appears above the prompt instead.
	Progress *Progress
	// Password returns the password of a target's user, or the token if that is needed; it is nil if only the user
	// can give one. It may block if it runs a command (Settings.PasswordCommand), until the context is done.
	Password func(context.Context, conn.Target, sasl.Needs) (Secret, error)
	// Waits reports whether Password may block for a target and ask at the terminal; if nil, it does so if
	// Settings.PasswordCommand is set.
	Waits func(conn.Target, sasl.Needs) bool
	// Forget drops the secrets that Password has kept; nil if it keeps none.
	Forget func()
	// StartLines are run before the first prompt, once the first connection has been made.
	StartLines []StartLine
	// Aliases are what is run for a name that a line typed at a prompt begins with.
	Aliases map[string]string
	// Servers are the profiles in the user's file, for :open.
	Servers []NamedServer

	// Vars are the values that names of scripts have from the start.
	Vars map[string]script.Value
	// Gives says what would give a value to names that no --var can set, for the errors in a script.
	Gives map[string]string
	// Env returns the value of an environment variable; nil if there are none.
	Env func(name string) (value string, ok bool)
	// Times is how often the scripts are run on the connection. 0 means once or, if For is set, until that time is
	// over. To be run again, a script must come from an io.Seeker.
	Times int
	// For is how long new runs may begin; 0 means without limit.
	For time.Duration
	// Stats shows how long each command took when the shell ends.
	Stats bool
	// CheckOnly only reads the scripts and reports what is wrong with them.
	CheckOnly bool

	// Drive is run instead of lines, once the first connection has been made; nil if lines are run.
	Drive func(*Driver)

	// Programs is what the programs that are started inherit.
	Programs Programs

	Signals <-chan os.Signal
	Now     func() time.Time
}

// Script is a source of lines.
type Script struct {
	Name string // for messages
	From io.Reader
	// Stream runs it line by line, as lines arrive. Otherwise a source that can be read twice is judged as a whole
	// before it runs.
	Stream bool
}
