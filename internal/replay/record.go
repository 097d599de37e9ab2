// Package replay sends the client's lines of a recorded session again, and compares the server's answers with the
// recorded ones, by meaning. The connections are its caller's.
package replay

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"imapsh/internal/match"
	"imapsh/internal/response"
	"imapsh/internal/transcript"
	"imapsh/internal/wire"
)

// A Record is a recorded session.
type Record struct {
	Notes  []string // remarks on how it was read, for the user
	LogsIn bool     // a line of it logs in
	Forces int      // the first line that needs --force, 1-based; 0 if there is none
	// Masked are the users who log in with a secret that was removed from the record, each once; "" for a line that
	// does not name its user.
	Masked []string
	groups []group
}

// A group holds client lines that were sent without waiting for answers, and the responses up to the next group.
type group struct {
	conn  string
	lines []*transcript.Line
	heard []*heard
}

// A heard is a recorded response.
type heard struct {
	*match.Response
	at    int // its line, 1-based
	conn  string
	shown string // as it may be shown, in one line
	cut   bool   // it was cut short in the record
}

// Read reads a transcript. isShell reports whether a word by itself is a shell command. Read fails if the text is not a
// transcript or holds nothing that can be sent.
func Read(text []byte, isShell func(string) bool) (*Record, error) {
	b := transcript.Judge(text, transcript.Options{IsShell: isShell, Hear: true})
	switch {
	case b.Kind == transcript.Stray:
		return nil, fmt.Errorf("line %d is from a transcript, but the lines before it are commands", b.At)
	case b.Kind != transcript.Transcript:
		return nil, errors.New("not a recorded session: it has no server lines")
	case len(b.Lines) == 0:
		return nil, fmt.Errorf("it has no line that can be sent: %s", strings.Join(b.Notes, "; "))
	}
	r := &Record{Notes: b.Notes}
	g := grouper{record: r, last: map[string]int{}, open: map[string]int{}}
	for i := range b.Heard {
		g.responses = append(g.responses, read(&b.Heard[i]))
	}
	for i := range b.Lines {
		l := &b.Lines[i]
		r.LogsIn = r.LogsIn || logsIn(l)
		if logsIn(l) && l.Asks && l.Answer == response.OK && !slices.Contains(r.Masked, l.User) {
			r.Masked = append(r.Masked, l.User)
		}
		if l.NeedsForce && r.Forces == 0 {
			r.Forces = l.At
		}
		if l.Kind == transcript.Doubt {
			r.Notes = append(r.Notes, fmt.Sprintf("line %d: %s", l.At, l.Says))
		}
		g.take(l.At)
		g.add(l)
	}
	g.take(0)
	return r, nil
}

// A grouper makes the groups of a record.
type grouper struct {
	record    *Record
	responses []*heard
	last      map[string]int // the 1-based number of each connection's current group
	open      map[string]int // its commands that wait for their answers, by connection and tag
	waits     map[string]int // and how many they are, by connection
}

// group returns the current group of a connection; a new one if another is wanted or there is none yet.
func (g *grouper) group(conn string, another bool) *group {
	r := g.record
	if another || g.last[conn] == 0 {
		r.groups = append(r.groups, group{conn: conn})
		g.last[conn] = len(r.groups)
	}
	return &r.groups[g.last[conn]-1]
}

// add adds a client line: to the current group while its commands wait for their answers, otherwise to a new one.
func (g *grouper) add(l *transcript.Line) {
	if g.waits == nil {
		g.waits = map[string]int{}
	}
	to := g.group(l.Conn, g.waits[l.Conn] == 0)
	to.lines = append(to.lines, l)
	if l.Kind == transcript.Command && l.Answer != 0 {
		g.open[l.Conn+" "+l.Tag]++
		g.waits[l.Conn]++
	}
}

// take adds the responses before a line to the current groups; all of them if before is 0.
func (g *grouper) take(before int) {
	for len(g.responses) > 0 && (before == 0 || g.responses[0].at < before) {
		h := g.responses[0]
		g.responses = g.responses[1:]
		to := g.group(h.conn, false)
		to.heard = append(to.heard, h)
		if key := h.conn + " " + h.Tag; g.open[key] > 0 {
			g.open[key]--
			g.waits[h.conn]--
		}
	}
}

// logsIn reports whether a line logs in.
func logsIn(l *transcript.Line) bool {
	return l.Kind == transcript.Command && (l.Name == "LOGIN" || l.Name == "AUTHENTICATE")
}

// mostShown is how much of a response is shown, in bytes.
const mostShown = 200

// read parses a recorded response.
func read(r *transcript.Response) *heard {
	h := &heard{at: r.At, conn: r.Conn, cut: r.Cut, Response: &match.Response{}}
	framer := wire.NewFramer(func() time.Time { return time.Time{} })
	var arena wire.Arena
	var tree wire.Tree
	tree.UTF8 = true
	for _, p := range framer.Feed(r.Raw, nil, &arena) {
		if p.Kind == wire.End {
			tree.Parse(p.Frame)
			h.Response = match.ReadWhole(&tree)
			h.shown = shown(p.Frame.Raw, h.Response)
			return h
		}
	}
	h.cut = true
	return h
}

// shown returns a response as it may be shown, in one line. The text of a condition is left out: it is not compared, and it
// may quote a secret that the client sent.
func shown(raw []byte, r *match.Response) string {
	text := strings.TrimRight(string(raw), "\r\n")
	if isCondition(r) {
		text = r.Tag + " " + r.Name
		if i := slices.IndexFunc(r.Args, func(v match.Value) bool { return v.Kind == match.Code }); i >= 0 {
			if code, _, ok := strings.Cut(string(raw[strings.IndexByte(string(raw), '['):]), "]"); ok {
				text += " " + code + "]"
			}
		}
	}
	if len(text) > mostShown {
		return text[:mostShown] + "…"
	}
	return text
}

func isCondition(r *match.Response) bool {
	switch r.Name {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}
