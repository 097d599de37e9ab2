package replay

import (
	"slices"
	"strings"

	"imapsh/internal/match"
	"imapsh/internal/transcript"
)

// A Heard is a response that has been received.
type Heard struct {
	*match.Response
	Shown string // as it may be shown: secrets masked
}

// A Difference is a response that differs from the record.
type Difference struct {
	Line     int    // of the record, 1-based
	Command  string // the command that it answers; "" if there is none
	Expected string // "" if nothing was expected
	Got      string // "" if nothing came
}

// A comparer compares group by group, and keeps the values that the server chose: UIDs, mod-sequences and the like.
type comparer struct {
	strict   bool
	bound    map[string]string
	compared int
	early    []*heard // recorded after the last answer of a group: this time they may come later
	found    []Difference
	differs  bool // there is a difference in more than capabilities
}

// value returns the value that a name is bound to.
func (c *comparer) value(name string) (string, bool) {
	v, ok := c.bound[name]
	return v, ok
}

// matches reports whether a response matches a pattern, and keeps the values that it binds.
func (c *comparer) matches(p *match.Pattern, r *match.Response) bool {
	res := p.Match(r, c.value)
	if res.Matched {
		for _, b := range res.Bound {
			c.bound[b.Name] = b.Text
		}
	}
	return res.Matched
}

// group compares what came with a group of the record. sent holds the tags of its commands that were sent.
func (c *comparer) group(g *group, sent map[string]bool, came []*Heard) {
	name, line, isUIDs := "", 0, false
	for _, l := range g.lines {
		if sent[l.Tag] || l.Kind != transcript.Command {
			name, line = l.Name, l.At
			isUIDs = isUIDs || strings.HasPrefix(l.Name, "UID ")
		}
	}
	how := match.Recording{Strict: c.strict, UIDs: isUIDs}
	before := len(c.found)
	defer func() {
		slices.SortStableFunc(c.found[before:], func(x, y Difference) int { return x.Line - y.Line })
	}()
	wanted, after := g.expected(sent)
	refused := c.compareTagged(g, sent, &came, how)
	wanted = append(c.early, wanted...)
	c.early = nil
	var missing []*heard
	for _, w := range wanted {
		if c.overlooks(w.Response) || w.cut {
			continue
		}
		if !c.take(w, &came, how) && !c.offersLess(w, &came, name) {
			missing = append(missing, w)
		}
	}
	for _, w := range after {
		if !c.overlooks(w.Response) && !w.cut && !c.take(w, &came, how) {
			c.early = append(c.early, w)
		}
	}
	for _, w := range missing {
		c.compared++
		if refused { // then the responses to the command are missing too
			continue
		}
		got := ""
		for i, h := range came {
			if h.Name == w.Name && (h.Num == w.Num || len(w.Args) == 0) {
				got = h.Shown
				came = append(came[:i:i], came[i+1:]...)
				break
			}
		}
		c.differ(Difference{w.at, name, w.shown, got})
	}
	for _, h := range came {
		if !refused && h.Tag == "*" && !c.overlooks(h.Response) && !c.mayCome(h, g, name) {
			c.differ(Difference{line, name, "", h.Shown})
		}
	}
}

// greeting compares the conditions of the greetings (OK, PREAUTH or BYE), but not the capabilities in them.
func (c *comparer) greeting(g *group, came *Heard) {
	for _, w := range g.heard {
		if w.Tag != "*" || !isCondition(w.Response) {
			continue
		}
		c.compared++
		if came.Name != w.Name {
			c.differ(Difference{w.at, "", w.shown, came.Shown})
		}
		return
	}
}

// finish notes the responses that never came.
func (c *comparer) finish() {
	for _, w := range c.early {
		c.differ(Difference{w.at, "", w.shown, ""})
	}
	c.early = nil
}

// differ notes a difference, after which no destructive command is sent. Missing capabilities are noted without it.
func (c *comparer) differ(d Difference) {
	c.differs = true
	c.found = append(c.found, d)
}

// take removes the first response from came that matches the recorded one, and reports whether there was one.
func (c *comparer) take(w *heard, came *[]*Heard, how match.Recording) bool {
	p := match.Of(w.Response, how)
	for i, h := range *came {
		if h.Tag == "*" && c.matches(p, h.Response) {
			*came = append((*came)[:i:i], (*came)[i+1:]...)
			c.compared++
			return true
		}
	}
	return false
}

// noneOfThem is shown as what came in place of missing capabilities.
const noneOfThem = "none of them"

// offersLess removes the response from came that stands for a recorded CAPABILITY but lists less, and notes which
// capabilities are missing.
func (c *comparer) offersLess(w *heard, came *[]*Heard, command string) bool {
	for i, h := range *came {
		if lacks := lacking(w.Response, h.Response); lacks != "" && h.Name == w.Name && w.Name == "CAPABILITY" {
			*came = append((*came)[:i:i], (*came)[i+1:]...)
			c.compared++
			c.found = append(c.found, Difference{w.at, command, lacks, noneOfThem})
			return true
		}
	}
	return false
}

// lacking names the capabilities that were recorded but did not come; "" if there are none.
func lacking(recorded, came *match.Response) string {
	var lacks []string
	has := map[string]bool{}
	for _, name := range capabilities(came) {
		has[strings.ToUpper(name)] = true
	}
	for _, name := range capabilities(recorded) {
		if !has[strings.ToUpper(name)] {
			lacks = append(lacks, name)
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	return "the capabilities " + strings.Join(lacks, " ")
}

// capabilities returns the capabilities that a response lists, in its data or in its code, without those that depend on
// whether TLS is active.
func capabilities(r *match.Response) (names []string) {
	values := r.Args
	if r.Name != "CAPABILITY" {
		values = nil
		if len(r.Args) > 0 && r.Args[0].Kind == match.Code && len(r.Args[0].Inside) > 0 && strings.EqualFold(r.Args[0].Inside[0].Text, "CAPABILITY") {
			values = r.Args[0].Inside[1:]
		}
	}
	for _, v := range values {
		if name := strings.ToUpper(v.Text); name != "STARTTLS" && name != "LOGINDISABLED" {
			names = append(names, v.Text)
		}
	}
	return names
}

// compareTagged compares the answers to the commands that were sent. It reports whether a command ended in another way
// than in the record, such as NO in place of OK.
func (c *comparer) compareTagged(g *group, sent map[string]bool, came *[]*Heard, how match.Recording) (refused bool) {
	for _, w := range g.heard {
		if w.Tag == "*" || !sent[w.Tag] {
			continue
		}
		how := how
		how.UIDs = false
		for _, l := range g.lines {
			if l.Tag == w.Tag {
				how.UIDs = strings.HasPrefix(l.Name, "UID ")
			}
		}
		c.compared++
		got := ""
		same := false
		for i, h := range *came {
			if h.Tag != w.Tag {
				continue
			}
			refused = refused || h.Name != w.Name
			got, same = h.Shown, w.cut && h.Name == w.Name || !w.cut && c.matches(match.Of(w.Response, how), h.Response)
			*came = append((*came)[:i:i], (*came)[i+1:]...)
			if lacks := lacking(w.Response, h.Response); lacks != "" && h.Name == w.Name {
				c.found, same = append(c.found, Difference{w.at, g.nameOf(w.Tag), lacks, noneOfThem}), true
			}
			break
		}
		if !same {
			refused = refused || got == ""
			c.differ(Difference{w.at, g.nameOf(w.Tag), w.shown, got})
		}
	}
	return refused
}

// nameOf returns the name of the command with a tag; "" if there is none.
func (g *group) nameOf(tag string) string {
	for _, l := range g.lines {
		if l.Tag == tag {
			return l.Name
		}
	}
	return ""
}

// expected returns the recorded untagged responses to commands that were sent, and those after the last answer.
func (g *group) expected(sent map[string]bool) (wanted, after []*heard) {
	var open []*heard
	known, answered := false, false
	for _, h := range g.heard {
		if h.Tag == "*" {
			open = append(open, h)
			continue
		}
		if sent[h.Tag] { // otherwise it answers a command that was not sent, and so do those before it
			wanted = append(wanted, open...)
			known = true
		}
		answered, open = true, nil
	}
	if answered && known {
		return wanted, open
	}
	if !answered && len(sent) > 0 {
		return append(wanted, open...), nil
	}
	return wanted, nil
}

// overlooks reports whether a response says nothing about how a server behaves: text for people, the server's name and
// version, or RECENT, which depends on who looked first.
func (c *comparer) overlooks(r *match.Response) bool {
	if c.strict {
		return false
	}
	switch r.Name {
	case "RECENT", "ID":
		return true
	case "OK":
		return len(r.Args) == 0 || r.Args[0].Kind != match.Code
	}
	return false
}

// mayCome reports whether a response that is not recorded is allowed: capabilities, an untagged OK, BYE in answer to LOGOUT,
// and any of a kind that was cut short in the record.
func (c *comparer) mayCome(h *Heard, g *group, command string) bool {
	if c.strict {
		return false
	}
	for _, w := range g.heard {
		if w.cut && (w.Name == h.Name || w.Name == "") {
			return true
		}
	}
	switch h.Name {
	case "OK", "CAPABILITY":
		return true
	case "BYE":
		return command == "LOGOUT"
	}
	return false
}
