package repl

import "imapsh/internal/line"

// A Report is how a script has gone, as values.
type Report struct {
	Status  Status
	Skipped string   // why it does not run on this server; "" if it ran
	Failure *Failure // the first one; nil if there was none
	Undone  int      // deferred lines that were not answered OK, which Status does not count
}

// A Failure is what went wrong on a line of a script.
type Failure struct {
	File string
	Line int    // 0 if it is of no line
	Text string // in words
	// Expected and Got are of an expectation that was not met; "" otherwise.
	Expected, Got string
}

// Report returns how the script has gone, after Run.
func (s *Shell) Report() Report {
	r := Report{Status: s.outcome.status, Skipped: s.script.skipped, Failure: s.outcome.failure, Undone: s.outcome.undone}
	if r.Failure == nil && r.Status != StatusOK {
		r.Failure = s.outcome.lost
	}
	return r
}

// Named returns the value of a name of the script's, after Run.
func (s *Shell) Named(name string) (string, bool) {
	v, ok := s.script.names.Get(name)
	return v.Text, ok
}

// fails keeps the first failure.
func (o *outcome) fails(f Failure, at line.Place) {
	if o.failure == nil {
		f.File, f.Line = at.Name, at.Line
		o.failure = &f
	}
}
