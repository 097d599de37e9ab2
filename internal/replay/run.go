package replay

import (
	"fmt"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/transcript"
)

// A Client sends on the connections of a run. The first connection has the name "".
type Client interface {
	// Step sends a line, and waits until it is answered. It reports whether the next one may follow.
	Step(l *transcript.Line) bool
	// LogIn logs in as the user of the run, in place of a recorded login. It reports whether that succeeded.
	LogIn(conn string) bool
	// Ready reports whether a connection is usable. It first opens one that has a name and is not open yet.
	Ready(conn string) bool
	// Greeting returns the server's greeting; nil if there was none.
	Greeting(conn string) *Heard
	// Heard returns the responses since the last call, and whether they are complete.
	Heard(conn string) (came []*Heard, all bool)
	// Problem says why a step failed or a connection is gone.
	Problem() string
}

// Options say how a record is sent and compared.
type Options struct {
	Strict bool // values that a server chooses must be the recorded ones, too
	Force  bool // send destructive commands even after a difference
	AsUser bool // log in as the user of the run in place of the recorded logins
	Masked bool // with AsUser: replace only logins whose secret was removed from the record
}

// A Result says how a run went.
type Result struct {
	Sent        int // commands
	Compared    int // responses
	Differences []Difference
	// Stopped says why sending stopped, "" if it did not; Line is the line that was not sent.
	Stopped string
	Line    int
	Lost    bool // a lost connection stopped it
}

// A run is one replay of a record.
type run struct {
	Client
	Options
	comparer
	result Result
}

// Run sends the lines of a record and compares the answers. It calls each with every difference once it is known.
func (r *Record) Run(c Client, o Options, each func(Difference)) Result {
	s := &run{Client: c, Options: o, comparer: comparer{strict: o.Strict, bound: map[string]string{}}}
	said := 0
	say := func() {
		for ; said < len(s.found); said++ {
			each(s.found[said])
		}
	}
	for i := range r.groups {
		goesOn := s.send(&r.groups[i], i == len(r.groups)-1)
		say()
		if !goesOn {
			break
		}
	}
	if s.result.Stopped == "" {
		s.finish()
		say()
	}
	s.result.Compared, s.result.Differences = s.compared, s.found
	return s.result
}

// send sends the lines of a group and compares what comes. It reports whether the next group may follow.
func (s *run) send(g *group, last bool) bool {
	var came []*Heard
	if len(g.lines) == 0 {
		if h := s.Greeting(g.conn); h != nil {
			s.greeting(g, h)
		}
		return true
	}
	sent := map[string]bool{}
	goesOn := true
	for i, l := range g.lines {
		switch {
		case !s.Ready(g.conn):
			s.stop(l, s.Problem())
			s.result.Lost = true
			goesOn = false
		case l.Destroys && s.differs && !s.Force:
			s.stop(l, l.Name+" is not sent because something before it differs from the record, or could not be read; --force sends it anyway")
			goesOn = false
		default:
			goesOn = s.line(l, &came, sent)
		}
		if s.Ready(g.conn) && goesOn {
			continue
		}
		if more := i+1 < len(g.lines) || !last; s.result.Stopped == "" && more && !ends(g) {
			s.stop(l, s.Problem())
			s.result.Lost = !s.Ready(g.conn)
		}
		break
	}
	s.group(g, sent, came)
	return goesOn && s.result.Stopped == ""
}

// ends reports whether the connection ends with a group in the record.
func ends(g *group) bool {
	for _, h := range g.heard {
		if h.Name == "BYE" {
			return true
		}
	}
	return false
}

func (s *run) stop(l *transcript.Line, why string) {
	s.result.Stopped, s.result.Line = why, l.At
}

// line sends one line. It reports whether the next one may follow.
func (s *run) line(l *transcript.Line, came *[]*Heard, sent map[string]bool) bool {
	if s.AsUser && logsIn(l) && (l.Asks || !s.Masked) {
		switch {
		case l.Answer != response.OK: // it was refused
		case !s.LogIn(l.Conn):
			s.stop(l, s.Problem())
			s.result.Lost = !s.Ready(l.Conn)
			return false
		}
		s.Client.Heard(l.Conn)
		return true
	}
	if l.Kind == transcript.Doubt { // it is not sent, and no destructive command after it, as after a difference
		s.differs = true
		return true
	}
	step := *l
	step.Text = s.translated(l)
	goesOn := s.Step(&step)
	heard, all := s.Client.Heard(l.Conn)
	*came = append(*came, heard...)
	if !all {
		s.stop(l, "more than 64 MiB of responses came: too much to compare")
		return false
	}
	answered := false
	for _, h := range heard {
		answered = answered || h.Tag == l.Tag
	}
	if l.Kind == transcript.Command && (answered || !s.Ready(l.Conn)) {
		if !sent[l.Tag] {
			s.result.Sent++
		}
		sent[l.Tag] = true
	} else if l.Kind == transcript.Command && l.Name == "IDLE" {
		sent[l.Tag] = true
		s.result.Sent++
	}
	if !goesOn && s.result.Stopped == "" && s.Ready(l.Conn) {
		s.stop(l, s.Problem())
	}
	return goesOn
}

// Summary returns the last line of a report.
func (r *Result) Summary() string {
	says := fmt.Sprintf("%s sent, %s compared, %s", count(r.Sent, "command"), count(r.Compared, "response"), count(len(r.Differences), "difference"))
	return strings.Replace(says, " 0 differences", " no differences", 1)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
