// Package transcript distinguishes commands from the transcript of a session, and finds the lines in a transcript
// that the client certainly sent. It takes little for input to count as a transcript, and much for one of its lines
// to be sent: whatever looks like a server's line makes the input a transcript, and in doubt nothing of it is sent.
// The package does no I/O, keeps no state of a session, and reads its input in linear time.
package transcript

import (
	"imapsh/internal/command"
	"imapsh/internal/response"
)

// Header is the first line of a transcript that imapsh writes to a file; it identifies the version of the format. It
// is written again before the greeting of each connection that replaces an earlier one. In what follows,
//
//   - each row begins with "C: " or "S: " (a line), "C| " or "S| " (bytes of a literal), with "[name]"
//     after the letter if the connection has a name; all other rows are remarks;
//   - a row ends where the wire has CRLF, and only there; its text is escaped by wire.Escape, so that
//     a bare CR or LF is \x0d or \x0a;
//   - the size at the end of a line says whether the last row of bytes had a CRLF of its own;
//   - the rest of a line, after the bytes of a literal, has a row even if it is empty: "C: ";
//   - a secret is ••••••, which replaces all bytes of a literal that is one.
const Header = "-- imapsh transcript 1"

// MaxPaste is the largest paste, in bytes, that is judged as one block.
const MaxPaste = 16 << 20

// Kind says what a block of input is.
type Kind uint8

const (
	Script     Kind = iota // commands, to be run unchanged; no line is a server's
	Stray                  // a script with a server line in it: nothing runs
	Transcript             // both sides of a session: only Lines run
)

// Format says how a transcript distinguishes the client's lines from the server's.
type Format uint8

const (
	NoFormat Format = iota // no known format: nothing runs
	Log                    // what imapsh writes to a file, after Header
	Marked                 // "C: " and "S: ": RFCs, other clients, imapsh's screen
	Arrows                 // "> " sent, "< " received: curl
	Reversed               // "< " sent, "> " received: proxies
	Bare                   // no marks: telnet, openssl s_client
)

// A Block is the result of judging input as a whole.
type Block struct {
	Kind   Kind
	Format Format
	Quoted bool // the lines were quoted in a mail with "> "
	// Lines are the steps to run, in order.
	Lines []Line
	// Skipped counts the lines, other than empty ones, that are not sent.
	Skipped int
	// Destructive names the destructive commands among Lines, each once: "STORE", "EXPUNGE".
	Destructive []string
	// Notes say what the user should know about how the block was read, one line each.
	Notes []string
	// At is the number of the first server line; 0 in a Script.
	At int
	// Stop is the number of the line at which reading stopped early; 0 if it did not.
	Stop int
	// Heard are the responses of a transcript, in order, if Options.Hear asks for them.
	Heard []Response
}

// A Response is a server's response in a transcript.
type Response struct {
	At   int    // the number of its first line
	Conn string // the name of the connection in the mark; "" if there is none
	Raw  []byte // as on the wire, including the final CRLF
	Cut  bool   // it is not complete
}

// LineKind says what is to be done with a Line.
type LineKind uint8

const (
	Command LineKind = iota // send it and wait for its tagged response
	Done                    // end the IDLE: Text is "DONE"
	Doubt                   // send nothing, and count Says as a failure, after which nothing destructive runs
	AsIs                    // send Bytes unchanged
)

// A Line is one step of a transcript.
type Line struct {
	At   int // its number in the input, 1-based
	Kind LineKind
	Conn string // the name of the connection in the mark; "" if there is none
	Tag  string
	Name string // the command, as in command.Match: "UID FETCH"
	// Text is what is sent, including the tag, without CRLF. If Asks is set, it ends before the secret.
	Text command.Text
	// Says is the text of a Doubt.
	Says string
	// Bytes are sent instead of Text if Kind is AsIs.
	Bytes []byte
	// Pieces are the literals after Text, each with the text after it. A line that ends in "{n}" and has no Pieces
	// was refused before its bytes were sent: it cannot be sent again.
	Pieces []Piece
	// Answers are the client's answers to the challenges of AUTHENTICATE, without CRLF.
	Answers []command.Text
	// Asks is set if the secret of LOGIN or AUTHENTICATE is masked, missing, or valid only once: it must be asked
	// for. User is the user in the line ("" if it names none), Mechanism is "" for LOGIN.
	Asks            bool
	User, Mechanism string
	// Destroys is set if the command's effect is command.Destroys. NeedsForce is set if little or nothing shows that
	// the client sent it: it needs --force in a script, and a question at a terminal.
	Destroys, NeedsForce bool
	// Begun is set if Text was sent already, before the call of Stream.Rest.
	Begun bool
	// Answer is the condition of the tagged response in the transcript; 0 if there is none.
	Answer response.Cond
	Notes  []string // how it was repaired (line.Mended)
	Odd    []string // names of the odd characters in Text
}

// A Piece is a literal of a line, as raw bytes, and the text between it and the next one, or the end of the line.
type Piece struct {
	Octets []byte
	Text   command.Text
}

// Options are what reading a block depends on.
type Options struct {
	// IsShell reports whether a word is a shell command. ":word" and expect are always the shell's.
	IsShell func(word string) bool
	// First is the number of the first line; 0 means 1.
	First int
	// Typed says that the text was typed by hand: only a server's line shows that it is from a transcript.
	Typed bool
	// Hear makes the block keep the responses of a transcript.
	Hear bool
}

// Judge reads a block as a whole. text is the input as it is, with LF or CRLF line ends.
func Judge(text []byte, o Options) *Block {
	if o.First == 0 {
		o.First = 1
	}
	s := newSource(text, o.First)
	at, sure := s.evidence(o)
	switch {
	case at < 0:
		return &Block{Kind: Script}
	case sure:
		return &Block{Kind: Stray, At: s.number(at)}
	}
	b := s.read(o)
	b.Kind, b.At = Transcript, s.number(at)
	return b
}
