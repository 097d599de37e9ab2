package imaptest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imapsh/internal/match"
)

// A tried is a group while it runs: which of its expectations have been met.
type tried struct {
	g     *group
	first string // the tag of the first command
	found []bool
	came  []*Heard
	bye   bool
}

// group sends the commands of a group, and compares the responses until all commands are answered.
func (r *run) group(g *group) error {
	t := &tried{g: g, found: make([]bool, len(g.untagged))}
	r.seqs = r.seqs[:0]
	for i := range r.counts[g.conn] {
		r.seqs = append(r.seqs, i+1)
	}
	open := map[string]*sent{}
	var err error
	at := 0
	if g.greeting {
		at = g.untagged[0].at
		if h := r.server.Greeting(g.conn); h != nil {
			err = r.untagged(t, h)
		}
	}
	for _, c := range g.commands {
		line, bad := r.line(c)
		if bad != nil {
			return bad
		}
		at = c.at
		var tag string
		if tag, err = r.server.Send(g.conn, line); err != nil {
			break
		}
		open[tag] = c
		if t.first == "" {
			t.first = tag
		}
	}
	for len(open) > 0 && err == nil {
		var h *Heard
		if h, err = r.server.Next(g.conn); err != nil {
			break
		}
		c := open[h.Tag]
		if c == nil {
			err = r.untagged(t, h)
			r.counted(g.conn, h)
			continue
		}
		delete(open, h.Tag)
		err = r.answered(t, c, h)
	}
	if errors.Is(err, ErrLost) {
		if !t.ends(open) {
			return r.lost(err, at, "a command was not answered")
		}
		err = nil
	}
	if err != nil {
		return err
	}
	if err := t.missing(); err != nil {
		return err
	}
	return r.after(g)
}

// ends reports whether the loss of the connection was expected: BYE was expected and has come, and none of the open
// commands needs an answer.
func (t *tried) ends(open map[string]*sent) bool {
	for _, c := range open {
		if c.reply != nil {
			return false
		}
	}
	return t.bye && slices.ContainsFunc(t.g.untagged, func(u *untagged) bool { return u.exists != mustNot && u.pattern.Name() == "BYE" })
}

// lookup returns the function with which a pattern looks up the values of variables.
func (r *run) lookup(t *tried) func(string) (string, bool) {
	return func(name string) (string, bool) {
		switch {
		case isNumber(name):
			return r.sequence(name), true
		case name == "tag" && t.first != "":
			return t.first, true
		}
		v, ok := r.values[name]
		return v.text, ok
	}
}

// matches reports whether a response matches a pattern, and keeps the values that it binds.
func (r *run) matches(t *tried, p *match.Pattern, h *Heard) (bool, error) {
	res := p.Match(h.Response, r.lookup(t))
	switch {
	case res.Why != "":
		return false, errors.New(res.Why)
	case !res.Matched || !r.inOrder(res.Bound):
		return false, nil
	}
	for _, b := range res.Bound {
		if b.Name != "tag" {
			r.values[b.Name] = value{text: b.Text, theirs: true}
		}
	}
	return true, nil
}

// inOrder reports whether mod-sequences have grown as their names demand: $modseq5 must be at least 2 more than $modseq3.
func (r *run) inOrder(bound []match.Bound) bool {
	index, least := r.modseqIndex, r.modseqLeast
	for _, b := range bound {
		number, ok := strings.CutPrefix(b.Name, "modseq")
		if !ok || !isNumber(number) {
			continue
		}
		i, _ := strconv.Atoi(number)
		got, err := strconv.ParseUint(b.Text, 10, 63)
		if err != nil || i < index || got < least+uint64(i-index) {
			return false
		}
		index, least = i, got
	}
	r.modseqIndex, r.modseqLeast = index, least
	return true
}

// untagged compares an untagged response with the expectations. It may meet several of them.
func (r *run) untagged(t *tried, h *Heard) error {
	if h.Tag == "+" {
		return nil
	}
	t.came = append(t.came, h)
	t.bye = t.bye || h.Name == "BYE"
	some := false
	for i, u := range t.g.untagged {
		if t.found[i] {
			continue
		}
		ok, err := r.matches(t, u.pattern, h)
		switch {
		case err != nil:
			return &Failure{Line: u.at, Why: err.Error()}
		case !ok:
			continue
		case u.exists == mustNot:
			return &Failure{Line: u.at, Why: "this response must not come", Expected: "not  " + u.text[2:], Got: h.Shown}
		}
		t.found[i], some = true, true
	}
	if some || r.Extra || t.leaves() {
		return nil
	}
	return &Failure{Line: t.at(), Why: "unexpected response", Expected: "no other untagged response", Got: h.Shown}
}

// leaves reports whether the group logs out: then any untagged response may come.
func (t *tried) leaves() bool {
	for _, c := range t.g.commands {
		if strings.EqualFold(strings.TrimSpace(c.text.head()), "LOGOUT") {
			return true
		}
	}
	return false
}

// at returns the line of the group's first command, or of its first expectation if it has none.
func (t *tried) at() int {
	if len(t.g.commands) > 0 {
		return t.g.commands[0].at
	}
	return t.g.untagged[0].at
}

// answered compares a tagged response with the reply expected to its command.
func (r *run) answered(t *tried, c *sent, h *Heard) error {
	if c.reply == nil {
		return nil
	}
	ok, err := r.matches(t, c.reply, h)
	switch {
	case err != nil:
		return &Failure{Line: c.said, Why: err.Error()}
	case ok:
		return nil
	}
	return &Failure{Line: c.said, Why: "this is not the expected reply", Expected: c.wants, Got: strings.TrimPrefix(h.Shown, h.Tag+" ")}
}

// missing returns a failure for the first response that was expected and has not come.
func (t *tried) missing() error {
	for i, u := range t.g.untagged {
		if u.exists != must || t.found[i] {
			continue
		}
		return &Failure{Line: u.at, Why: "a response is missing", Expected: u.text, Got: t.instead(u)}
	}
	return nil
}

// instead returns what came in place of a response: one with the same name, otherwise the last.
func (t *tried) instead(u *untagged) string {
	if len(t.came) == 0 {
		return "nothing"
	}
	got := t.came[len(t.came)-1]
	for _, h := range t.came {
		if h.Name == u.pattern.Name() {
			got = h
			break
		}
	}
	if n := len(t.came) - 1; n > 0 {
		return fmt.Sprintf("%s   (and %d more)", got.Shown, n)
	}
	return got.Shown
}

// after does what !output and !sleep ask for after a group.
func (r *run) after(g *group) error {
	for i := range g.output {
		text, _, err := r.expandText(g.output[i].head(), true)
		if err != nil {
			return &Error{g.output[i].at, err.Error()}
		}
		r.server.Say(text)
	}
	if g.sleep != "" {
		d, _ := pause(g.sleep)
		r.server.Pause(d)
	}
	return nil
}
