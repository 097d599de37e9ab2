package repl

import (
	"io"
	"os"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/terminal"
	"imapsh/render"
)

// Options are what a shell is started with.
type Options struct {
	Target  *conn.Target // nil: not connected at first
	Conn    conn.Options
	Render  render.Options
	Connect Startup

	// Scripts are read one after the other; none at a terminal.
	Scripts []Script
	// Terminal is where a person types; nil makes it a script.
	Terminal terminal.Terminal
	History  *History // nil keeps none
	// Progress is where a script shows how far a large literal has come, a terminal; nil shows nothing.
	// At Terminal it stands above the prompt.
	Progress *Progress

	Timeout       time.Duration // a script's command without a byte; 0 is none
	Greeting      time.Duration // until the greeting; 0 is none
	Keepalive     time.Duration // after which an IDLE of ours is renewed; 0 is never
	KeepGoing     bool          // a failure does not hold back what destroys
	StopOnError   bool
	Strict        bool // a response with an oddity makes the status 1
	PlaintextAuth bool
	ReadOnly      bool // nothing is sent that changes what the server has
	Quiet         bool // show nothing unless the status is not 0
	Literals      command.LiteralMode
	Log           string // file for the transcript, "" for none
	// Password gives the password for Target.User, nil where only the user can.
	Password func() (string, error)

	Signals <-chan os.Signal
	Now     func() time.Time
}

// Startup is what is done after the greeting, before the first line.
type Startup struct {
	StartTLS bool // required before anything else
	Select   bool // Target.Mailbox is opened with SELECT, not EXAMINE
}

// Script is an input of lines.
type Script struct {
	Name string // for messages
	From io.Reader
}
