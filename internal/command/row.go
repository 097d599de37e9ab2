package command

import (
	"slices"
	"strings"
)

// Command is a row of the table.
type Command struct {
	Name    string // capitals; "UID FETCH" with one space
	Args    []Arg
	States  State    // where it is allowed (RFC 9051 §3)
	Caps    []string // any of these must be advertised; nil: RFC 3501 or RFC 9051
	After   After
	Effect  func(Match, *View) Effect // nil: None
	RFC     string
	Summary string
	Help    string
	// Answer is what the server must answer with besides the tagged response.
	Answer string
	// Answers names the untagged responses that are the command's own data, in capitals: "FETCH",
	// "OK" if its code is the data. None: Polls, or nothing comes but the tagged response.
	Answers []string
	// Polls says that the command asks for no data of its own: what comes in its time is whatever
	// has changed (RFC 9051 §5.2).
	Polls bool

	// What it does to the session besides After.

	Opens        bool   // it opens the mailbox that it names
	ReadOnly     bool   // for reading only
	LogsIn       bool   // what it carries is a secret in part
	ForbiddenBy  string // the capability that forbids it, "" for none
	ForgetsCaps  bool   // the capabilities known before no longer count after its OK (RFC 9051 §6.2.1, §6.2.3)
	ChangesNames bool   // a name may be another mailbox's after its OK
	GivesName    bool   // it names a mailbox that is not there yet
	Notifies     bool   // events come at any time after its OK, until NONE (RFC 5465 §5)

	// What it does with messages and mailboxes.

	ByNumber  bool // it goes by message numbers: no EXPUNGE may come in its time (RFC 9051 §7.5.1, RFC 5256 §3)
	Expunges  bool // it removes messages: an EXPUNGE in its time is its own doing
	Sweeps    bool // what it removes is what has \Deleted
	SetsFlags bool // it sets flags: a FETCH with FLAGS in its time is its own doing
	Lists     bool // a LIST, LSUB or XLIST response comes for each mailbox that matches

	// What the shell adds to it.

	Saves    bool   // its data items can be saved: > FILE
	Attaches bool   // a message that comes from elsewhere ends it: < FILE, <<END
	MoreBy   string // the capability that lets several messages follow one another, "" if only one can
	Long     bool   // its output may be worth a pager
	Repeats  bool   // it only asks: what waits for an answer may send it again and again

	// Confirm says what a line of it is about to destroy that cannot be had again; nil: nothing.
	Confirm func(m *Match, v *View) string
	// Doubt says what is doubtful about a word of its arguments; nil: nothing.
	Doubt func(m *Match, word string, at int, v *View) []Warning

	// What it does to the connection.

	Layer     Layer    // what its OK puts on the connection: it is alone in flight
	Continues Dialogue // what a continuation request begins when no literal waits for it

	Results  Results
	Related  []string // names of commands
	Examples []string
}

// Results are what the tagged responses mean for a command. Without a NO there is no reason to
// expect one; BAD is said only if it means more than a syntax error, an unknown command or the wrong state.
type Results struct{ OK, NO, BAD string }

// Tagged returns the conditions of the tagged response with what each means for c, as far as that
// is special to it.
func (c *Command) Tagged() [][2]string {
	var out [][2]string
	for _, r := range [][2]string{{"OK", c.Results.OK}, {"NO", c.Results.NO}, {"BAD", c.Results.BAD}} {
		if r[1] != "" {
			out = append(out, r)
		}
	}
	return out
}

// Layer is what is between the connection and the lines that go over it.
type Layer uint8

const (
	NoLayer Layer = iota
	TLS           // RFC 9051 §6.2.1
	Deflate       // RFC 4978
)

// Dialogue is what client and server continue with after a continuation request that is not
// for a literal.
type Dialogue uint8

const (
	NoDialogue Dialogue = iota
	Idle                // pushes until DONE (RFC 9051 §6.3.13)
	SASL                // challenges and answers in base64 (RFC 9051 §6.2.2)
)

// After is the state a command leads to by its tagged OK and NO; 0 leaves the state.
type After struct{ OK, NO State }

// AnsweredBy reports whether an untagged response of this name, in capitals, is the command's own data.
func (c *Command) AnsweredBy(response string) bool { return slices.Contains(c.Answers, response) }

// noRow is the row of a command that is not in the table: it has no facts.
var noRow Command

// Row returns the row of the table for the line's command, and one without any facts where the
// table has none, so that a fact can be read of any line. It must not be changed.
func (m *Match) Row() *Command {
	if m.Command == nil {
		return &noRow
	}
	return m.Command
}

// ByUID reports whether the command is the form that goes by UIDs: UID FETCH (RFC 9051 §6.4.9).
func (m *Match) ByUID() bool { return strings.HasPrefix(m.Name, "UID ") }

// EffectOf is what the matched command does to the server's data. A command
// that is not in the table is taken to do nothing.
func (m Match) EffectOf(v *View) Effect {
	if m.Command == nil || m.Command.Effect == nil {
		return None
	}
	return m.Command.Effect(m, v)
}
