package repl

import (
	"fmt"

	"imapsh/internal/line"
)

// A Report is the result of a script.
type Report struct {
	Status  Status
	Skipped string   // why it was not run on this server; "" if it was
	Failure *Failure // the first failure; nil if there was none
	Undone  int      // how many deferred lines were not answered OK; they do not change Status
}

// A Failure says what went wrong on a line of a script.
type Failure struct {
	File string
	Line int    // 1-based; 0 if it does not concern a line
	Text string // in words
	// Answer is how the server answered a command, with its tag; "" for other failures.
	Answer string
	// Expected and Got describe an expectation that was not met; both are "" for other failures.
	Expected, Got string
}

// Report returns the result of the script. It must be called after Run.
func (s *Shell) Report() Report {
	r := Report{Status: s.outcome.status, Skipped: s.script.skipped, Failure: s.outcome.failure, Undone: s.outcome.undone}
	if r.Failure == nil && r.Status != StatusOK {
		r.Failure = s.outcome.lost
	}
	return r
}

// Named returns the value of a script's name, and whether it has one. It must be called after Run.
func (s *Shell) Named(name string) (string, bool) {
	v, ok := s.script.names.Get(name)
	return v.Text, ok
}

// head returns the lines that say what failed first, for whoever gets a long output only because something has.
func (f *Failure) head() string {
	says := safe(f.Text)
	switch {
	case f.Expected != "" && f.Line > 0:
		says = fmt.Sprintf("%s:%d: expected  %s\n   got       %s", safe(f.File), f.Line, safe(f.Expected), safe(f.Got))
	case f.Answer != "":
		says += ": " + safe(f.Answer)
	}
	return "!! " + says + "\n-- the complete session:\n"
}

// fails records the first failure.
func (o *outcome) fails(f Failure, at line.Place) {
	if o.failure == nil {
		f.File, f.Line = at.Name, at.Line
		o.failure = &f
	}
}
