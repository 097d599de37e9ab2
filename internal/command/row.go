package command

import (
	"slices"
	"strings"
)

// Command is a row of the table of commands.
type Command struct {
	Name    string // in capitals; "UID FETCH" with one space
	Args    []Arg
	States  State    // in which it is allowed (RFC 9051 §3)
	Caps    []string // one of these must be advertised; nil if RFC 3501 or RFC 9051 is enough
	After   After
	Effect  func(Match, *View) Effect // nil: None
	RFC     string                    // source: an RFC and section, or a product
	Summary string                    // one phrase, in the imperative, without a full stop
	Help    string                    // a few sentences
	// Answer says what the server must send besides the tagged response.
	Answer string
	// Answers names the untagged responses that carry the command's data, in capitals: "FETCH", or
	// "OK" if the data is in its code. If there are none, Polls is set or only the tagged response comes.
	Answers []string
	// Polls says that the command asks for no data of its own: the responses during it report what has
	// changed (RFC 9051 §5.2).
	Polls bool

	// What it does to the session besides After.

	Opens        bool   // it opens the mailbox that it names
	ReadOnly     bool   // … read-only
	LogsIn       bool   // part of its arguments is a secret
	ForbiddenBy  string // the capability that forbids it; "" if none
	ForgetsCaps  bool   // after its OK the earlier capabilities no longer count (RFC 9051 §6.2.1, §6.2.3)
	ChangesNames bool   // after its OK a name may belong to another mailbox
	GivesName    bool   // it names a mailbox that does not exist yet
	Notifies     bool   // after its OK events come at any time, until NOTIFY NONE (RFC 5465 §5)

	// What it does to messages and mailboxes.

	ByNumber  bool // it uses message numbers: no EXPUNGE may come during it (RFC 9051 §7.5.1, RFC 5256 §3)
	Expunges  bool // it removes messages: it is the cause of an EXPUNGE during it
	Sweeps    bool // it removes messages that have \Deleted
	SetsFlags bool // it sets flags: it is the cause of a FETCH with FLAGS during it
	Lists     bool // a LIST, LSUB or XLIST response comes for each mailbox that matches

	// What the shell adds to it.

	Saves    bool   // its data items can be saved with > FILE
	Attaches bool   // it ends with a message, which < FILE or <<END can bring
	MoreBy   string // the capability that allows several messages; "" if only one is possible
	Long     bool   // its output may be worth a pager
	Repeats  bool   // it only asks: expect within may send it again and again

	// Confirm returns what the line would permanently destroy; nil if it never destroys anything.
	Confirm func(m *Match, v *View) string
	// Doubt returns the doubts about one word of its arguments, at an offset of the line; nil if there are none.
	Doubt func(m *Match, word string, at int, v *View) []Warning

	// What it does to the connection.

	Layer     Layer    // what its OK adds to the connection: nothing else may be in flight then
	Continues Dialogue // what a continuation request begins if no literal waits for one

	Results  Results
	Related  []string // names of commands
	Examples []string
}

// Results says what each tagged response means for a command. NO is "" if there is no reason to expect one, BAD
// unless it means more than a syntax error, an unknown command or the wrong state.
type Results struct{ OK, NO, BAD string }

// Tagged returns pairs of a condition of the tagged response and what it means for c, for those that mean
// something special.
func (c *Command) Tagged() [][2]string {
	var out [][2]string
	for _, r := range [][2]string{{"OK", c.Results.OK}, {"NO", c.Results.NO}, {"BAD", c.Results.BAD}} {
		if r[1] != "" {
			out = append(out, r)
		}
	}
	return out
}

// Layer is what is between the connection and the lines that it carries.
type Layer uint8

const (
	NoLayer Layer = iota
	TLS           // RFC 9051 §6.2.1
	Deflate       // RFC 4978
)

// Dialogue is what a continuation request begins if it is not for a literal.
type Dialogue uint8

const (
	NoDialogue Dialogue = iota
	Idle                // pushes until DONE (RFC 9051 §6.3.13)
	SASL                // challenges and answers in base64 (RFC 9051 §6.2.2)
)

// After is the state that a tagged OK or NO leads to; 0 if the state does not change.
type After struct{ OK, NO State }

// AnsweredBy reports whether an untagged response of this name, in capitals, carries the command's data.
func (c *Command) AnsweredBy(response string) bool { return slices.Contains(c.Answers, response) }

// noRow is the row of every command that is not in the table.
var noRow Command

// Row returns the row of the line's command, an empty one if the table has none, so that callers can read a
// field without a check. It must not be changed.
func (m *Match) Row() *Command {
	if m.Command == nil {
		return &noRow
	}
	return m.Command
}

// ByUID reports whether the command is the form that uses UIDs, such as UID FETCH (RFC 9051 §6.4.9).
func (m *Match) ByUID() bool { return strings.HasPrefix(m.Name, "UID ") }

// EffectOf returns what the matched command does to the server's data; None for a command that is not in
// the table.
func (m Match) EffectOf(v *View) Effect {
	if m.Command == nil || m.Command.Effect == nil {
		return None
	}
	return m.Command.Effect(m, v)
}
