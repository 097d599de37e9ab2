// Package transcript tells commands from the transcript of a session, and finds in a transcript the
// lines that are certainly the client's. Evidence is wide, permission is narrow: whatever looks like
// a server's line makes the input a transcript, and in doubt nothing of it is sent. The package does
// no I/O, keeps no state of a session, and reads its input in linear time.
package transcript

import (
	"imapsh/internal/command"
	"imapsh/internal/response"
)

// Header is the first line of a transcript that imapsh writes to a file, and how its version is known.
// It is written again before the greeting of each connection that takes the place of an earlier one.
// In what follows it
//
//   - each row begins with "C: " or "S: " (a line), "C| " or "S| " (bytes of a literal), with "[name]"
//     after the letter if a connection has a name; all other rows are remarks;
//   - a row ends where the wire has CRLF, and only there; wire.Escape has been at what it holds, so that
//     a bare CR or LF is \x0d or \x0a;
//   - the size that a line ends in says whether the last row of bytes had a CRLF of its own;
//   - the rest of a line, after the bytes, has a row even if it is empty: "C: ";
//   - a secret is ••••••, and stands for all bytes of a literal that is one.
const Header = "-- imapsh transcript 1"

// MaxPaste is how many bytes of a paste are judged as one block.
const MaxPaste = 16 << 20

// Kind is what a block of input is.
type Kind uint8

const (
	Script     Kind = iota // commands, to be run as they are; no line is a server's
	Stray                  // a script in which a server's line has strayed: nothing runs
	Transcript             // both sides of a session: Lines run, nothing else
)

// Format is how a transcript tells the client's lines from the server's.
type Format uint8

const (
	NoFormat Format = iota // none that is read: nothing runs
	Log                    // what imapsh writes to a file, after Header
	Marked                 // "C: " and "S: ": RFCs, other clients, imapsh's screen
	Arrows                 // "> " sent, "< " received: curl
	Reversed               // "< " sent, "> " received: proxies
	Bare                   // no marks: telnet, openssl s_client
)

// A Block is what was made of input that was judged as a whole.
type Block struct {
	Kind   Kind
	Format Format
	Quoted bool // the lines were quoted in a mail with "> "
	// Lines are what runs, in order.
	Lines []Line
	// Skipped counts the lines, other than empty ones, that are not sent.
	Skipped int
	// Destructive names the commands among Lines that destroy, each once: "STORE", "EXPUNGE".
	Destructive []string
	// Notes say, one line each, what the user should know of how the block was read.
	Notes []string
	// At is the number of the first server's line, which strayed into a Stray; 0 in a Script.
	At int
	// Stop is the number of the line where the block had to end before its end; 0 if it did not.
	Stop int
	// Heard are the responses of a transcript, in order, if Options.Hear asks for them.
	Heard []Response
}

// A Response is what a transcript has of the server.
type Response struct {
	At   int    // the number of its first line
	Conn string // the connection's name in the mark, "" if there is none
	Raw  []byte // as it was on the wire, CRLF at its end
	Cut  bool   // not all of it is there
}

// LineKind is what is to be done for a Line.
type LineKind uint8

const (
	Command LineKind = iota // send it and wait for its tagged response
	Done                    // end the IDLE: Text is "DONE"
	Doubt                   // send nothing, and count as failed what Text says; what is destructive does not run after it
	AsIs                    // send Bytes as they are
)

// A Line is one step of a transcript.
type Line struct {
	At   int // its number in the input, from 1
	Kind LineKind
	Conn string // the connection's name in the mark, "" if there is none
	Tag  string
	Name string // the command, as in command.Match: "UID FETCH"
	// Text is what is sent, tag included, without CRLF. Where Asks is set it ends before the secret.
	Text command.Text
	// Says is what a Doubt says.
	Says string
	// Bytes are what is sent in its place where Kind is AsIs.
	Bytes []byte
	// Pieces are the literals after Text and the text after each. A line that ends in "{n}" and has
	// none was refused before its bytes: it cannot be sent again.
	Pieces []Piece
	// Answers are what the client said to the continuation requests of AUTHENTICATE, without CRLF.
	Answers []command.Text
	// Asks is set where the secret of LOGIN or AUTHENTICATE is masked, missing, or good for one time only:
	// it is to be asked for. User is whom the line names ("" if none), Mechanism is "" for LOGIN.
	Asks            bool
	User, Mechanism string
	// Destroys is set for what command.Destroys. NeedsForce is set if nothing but its answer
	// speaks for it, or not even that: it needs --force in a script, a question of its own at a terminal.
	Destroys, NeedsForce bool
	// Begun is set where Text was sent already, by the stream that Rest has ended.
	Begun bool
	// Answer is the condition of its tagged response in the transcript; 0 if there is none.
	Answer response.Cond
	Notes  []string // what the web had done to it
	Odd    []string // the odd characters in Text
}

// A Piece is a literal of a line, and the text between it and the next, or the line's end.
type Piece struct {
	Octets []byte
	Text   command.Text
}

// Options are what reading a block depends on.
type Options struct {
	// IsShell reports whether a word is a command of the shell. ":word" and expect are whatever it says.
	IsShell func(word string) bool
	// First is the number of the first line; 0 is 1.
	First int
	// Hear has the responses of a transcript be kept too.
	Hear bool
}

// Judge reads a block as a whole.
func Judge(text []byte, o Options) *Block {
	if o.First == 0 {
		o.First = 1
	}
	s := newSource(text, o.First)
	at, sure := s.evidence(o.IsShell)
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
