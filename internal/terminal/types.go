// Package terminal is the one small interface to a terminal: a question that is
// open while output goes above it. One implementation is based on readline, which
// nothing else imports; its plain twin serves if that cannot.
package terminal

// A Question comes before what the user types. Asking replaces the
// open question; what has been typed so far stays, unless the kind of question changes.
type Question struct {
	Prompt string // shown as it is: escaped already, may hold colour; one line
	// Status, when set, is a row of its own above the prompt, as the prompt escaped already. A
	// terminal that cannot redraw leaves it out.
	Status string
	// Secret hides what is typed, its length too; the line is not edited, completed or remembered.
	// The prompt stays on the screen when it is answered.
	Secret bool
	// Paint, when set, is called on each change with the line as typed; it gives the
	// line as shown (the same number of runes: dots for a secret) and a hint to show dim
	// after it, as far as there is room; one that begins with LF has rows of its own, and is complete. It
	// runs on the terminal's own goroutine and must not block.
	Paint func(line string) (shown, hint string)
}

// AnswerKind says what the user did.
type AnswerKind uint8

const (
	Line      AnswerKind = iota // Enter: Text is the line; its rows have been erased from the screen
	Paste                       // Enter on a line that holds a pasted block: Text has LF between its lines
	Interrupt                   // Ctrl-C: Text is what had been typed
	EOF                         // Ctrl-D on an empty line, or the terminal went away
	Complete                    // Tab: Text and Pos are the line and the cursor (a byte offset); Edit answers
	Resize                      // the window has another size
	Failed                      // the terminal could not be read: Err
)

// An Answer is what came from the user.
type Answer struct {
	Kind AnswerKind
	Text string
	Pos  int
	Err  error
}

// Terminal is a terminal with a question open.
type Terminal interface {
	// Ask opens a question, or replaces the open one, and returns at once. One Line, Paste,
	// Interrupt or EOF closes it.
	Ask(Question)
	// Answers gives what the user does, in order.
	Answers() <-chan Answer
	// Write shows whole lines, each ended by LF, above the open question. Safe from one goroutine.
	Write(p []byte) (int, error)
	// Edit replaces the line being typed, as the answer to Complete; text without a wish pending is ignored.
	Edit(line string, pos int)
	// Lend gives the terminal to f (a pager, a shell) and takes it back.
	Lend(f func() error) error
	// Remember adds a line to the history.
	Remember(line string)
	// Size is columns and rows; 80, 24 when unknown.
	Size() (cols, rows int)
	// Close restores the terminal. It may be called from any goroutine, more than once.
	Close() error
}
