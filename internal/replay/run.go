package replay

import (
	"fmt"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/transcript"
)

// A Client is who sends on the connections of a run. "" names the first one.
type Client interface {
	// Step sends a line, and waits until it is answered. It reports whether the next one may follow.
	Step(l *transcript.Line) bool
	// LogIn logs in as the user of the run, in place of a login of the record; false if that failed.
	LogIn(conn string) bool
	// Ready reports whether a connection is there; one that has a name is made.
	Ready(conn string) bool
	// Greeting returns what the server has greeted with; nil if it has not.
	Greeting(conn string) *Heard
	// Heard returns what has come since it was asked last, and whether that is all.
	Heard(conn string) (came []*Heard, all bool)
	// Problem says why a step failed or a connection is gone.
	Problem() string
}

// Options are how a record is sent again.
type Options struct {
	Strict bool // what a server chooses by itself must be as it was
	Force  bool // what is destructive is sent after a difference too
	AsUser bool // logins of the record are made as the user of the run
	Masked bool // but only those whose secret was taken out
}

// A Result is how it went.
type Result struct {
	Sent        int // commands
	Compared    int // responses
	Differences []Difference
	// Stopped says why not all was sent, and Line which line was not; "" if all was.
	Stopped string
	Line    int
	Lost    bool // it stopped because a connection was lost
}

// A run is one sending of a record.
type run struct {
	Client
	Options
	comparer
	result Result
}

// Run sends the lines of a record, and compares the answers. each is called with each difference.
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

// ends reports whether the connection ends in the record with a group.
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
			return false
		}
		s.Client.Heard(l.Conn)
		return true
	}
	if l.Kind == transcript.Doubt { // nothing is sent; after it, as after a difference, nothing that destroys
		s.differs = true
		return true
	}
	step := *l
	step.Text = s.translated(l)
	goesOn := s.Step(&step)
	heard, all := s.Client.Heard(l.Conn)
	*came = append(*came, heard...)
	if !all {
		s.stop(l, "more than 64 MiB of responses came: they are not kept to be compared")
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

// Summary is the last line of a report.
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
