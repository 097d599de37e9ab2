// Package terminal is a small interface to a terminal with a question that stays open while output appears above it.
// One implementation is based on readline, which only this package imports; a plain one is used if that one cannot
// be.
package terminal

// A Question is shown before what the user types. Asking replaces the open question; what has been typed so far
// stays, unless the new question has another value of Secret.
type Question struct {
	Prompt string // one line, shown unchanged: it must be escaped, and may contain colours
	// Status, if not "", is a row above the prompt, escaped like the prompt. A terminal that cannot redraw does not
	// show it.
	Status string
	// Secret hides what is typed, and its length; the line is not edited, completed or remembered. The prompt stays
	// on the screen after the answer.
	Secret bool
	// Paint, if not nil, is called with the line whenever it changes. It returns the line as shown, which must have
	// the same number of runes, and a hint that is shown dim after the line, as far as there is room. A hint that
	// begins with LF gets rows of its own, and is shown in full. Paint runs on the terminal's goroutine and must not
	// block.
	Paint func(line string) (shown, hint string)
}

// AnswerKind says what the user did.
type AnswerKind uint8

const (
	Line      AnswerKind = iota // Enter: Text is the line; the question's rows have been erased from the screen
	Paste                       // Enter on a line with a pasted block: Text has LF between its lines
	Interrupt                   // Ctrl-C: Text is what had been typed
	EOF                         // Ctrl-D on an empty line, or the terminal went away
	Complete                    // Tab: Text and Pos are the line and the cursor (a byte offset); Edit answers
	Resize                      // the window has changed its size
	Failed                      // the terminal could not be read: Err
)

// An Answer is an action of the user.
type Answer struct {
	Kind AnswerKind
	Text string
	Pos  int
	// Again says of a Tab that the key before it was Tab too.
	Again bool
	Err   error
}

// Terminal is a terminal with a question. Its methods are called from one goroutine; only Lend may run in another one
// meanwhile, and Close may be called from any.
type Terminal interface {
	// Ask opens a question, or replaces the open one, and returns immediately. A Line, Paste, Interrupt or EOF closes
	// it.
	Ask(Question)
	// Answers returns the channel of the user's actions, in order.
	Answers() <-chan Answer
	// Write shows complete lines, each ending in LF, above the open question. It must not be called concurrently.
	Write(p []byte) (int, error)
	// Edit replaces the line being typed, as the answer to Complete; pos is the cursor's byte offset. It does nothing
	// if no Complete is waiting.
	Edit(line string, pos int)
	// Lend gives the terminal to f (for a pager, a shell), takes it back, and returns f's error.
	Lend(f func() error) error
	// Remember adds a line to the history.
	Remember(line string)
	// Size returns the columns and rows; 80 and 24 if unknown.
	Size() (cols, rows int)
	// Close restores the terminal. It may be called from any goroutine, repeatedly.
	Close() error
}
