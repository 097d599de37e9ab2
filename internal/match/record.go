package match

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// A pattern can be made from a recorded response. What a server chooses by itself (UIDs, UIDVALIDITY, mod-sequences,
// dates, identifiers) is then bound at its first appearance: values that are equal in the recording must be equal in
// the comparison too.

// An identity is a kind of value that a server chooses by itself.
type identity string

const (
	noIdentity  identity = ""
	uids        identity = "uid"
	uidvalidity identity = "uidvalidity"
	modseqs     identity = "modseq"
	ids         identity = "id" // RFC 8474
	dates       identity = "date"
	whatever    identity = "any"
)

// chosen are the identities in the values of message attributes, of STATUS items and of response codes, by name.
var chosen = map[string][]identity{
	"UID": {uids}, "MODSEQ": {modseqs}, "INTERNALDATE": {dates}, "SAVEDATE": {dates},
	"EMAILID": {ids}, "THREADID": {ids}, "MAILBOXID": {ids},
	"UIDNEXT": {uids}, "UIDVALIDITY": {uidvalidity}, "HIGHESTMODSEQ": {modseqs}, "RECENT": {whatever},
	"APPENDUID": {uidvalidity, uids}, "COPYUID": {uidvalidity, uids, uids},
}

// Name returns the name to which a recorded value of a kind ("uid", "uidvalidity", "modseq" or "id") is bound.
func Name(kind, recorded string) string { return kind + ":" + recorded }

// A Recording says how a pattern is made from a recorded response.
type Recording struct {
	// Strict requires everything except text for people to be equal, even what the server chooses by itself, and
	// allows no other values.
	Strict bool
	// UIDs says that the numbers of SEARCH, SORT, THREAD and MODIFIED are UIDs.
	UIDs bool
}

// Of returns a pattern that matches responses with the same meaning as a recorded one.
func Of(r *Response, how Recording) *Pattern {
	p := &Pattern{name: r.Name, how: How{Wire: true, Closed: how.Strict}}
	if r.Num != "" {
		num := One(false, Part{Text: r.Num})
		p.num = &num
	}
	m := maker{how}
	p.args = m.nodes(r.Args)
	if how.Strict {
		return p
	}
	switch r.Name {
	case "CAPABILITY":
		p.args = offered(p.args)
	case "SEARCH", "SORT":
		if how.UIDs {
			p.stands = uids
		}
		for i := range p.args {
			if p.args[i].kind == group { // (MODSEQ n)
				m.pairs(p.args[i].inside)
			}
		}
	case "ESEARCH":
		m.found(p.args)
	case "VANISHED":
		if n := len(p.args); n > 0 {
			p.args[n-1].stands = uids
		}
	case "THREAD":
		if how.UIDs {
			stand(p.args, uids)
		}
	case "FETCH", "UIDFETCH", "STATUS":
		for i := range p.args {
			m.pairs(p.args[i].inside)
		}
	}
	return p
}

// A maker makes nodes from values.
type maker struct{ how Recording }

func (m maker) nodes(values []Value) (nodes []Node) {
	for i := range values {
		v := &values[i]
		switch v.Kind {
		case List:
			inside := v.Inside
			if v.role == flags && !m.how.Strict { // \Recent depends on the session, not on the message
				inside = slices.DeleteFunc(slices.Clone(inside), func(v Value) bool { return strings.EqualFold(v.Text, `\Recent`) })
			}
			nodes = append(nodes, ListOf(nil, m.nodes(inside)...))
		case Code:
			n := CodeOf(m.nodes(v.Inside)...)
			if !m.how.Strict {
				m.code(&n)
			}
			nodes = append(nodes, n)
		case Text: // text for people often contains durations
		case Nil:
			nodes = append(nodes, One(false, Part{Text: "NIL"}))
		default:
			n := One(v.Kind == String, Part{Text: v.readable()})
			if v.Lost {
				n = Some()
			}
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// code marks what a server has chosen in a response code.
func (m maker) code(n *Node) {
	nodes := n.inside
	if len(nodes) == 0 {
		return
	}
	name := strings.ToUpper(nodes[0].fixed())
	if name == "CAPABILITY" {
		n.inside = offered(nodes)
		return
	}
	kinds := chosen[name]
	if name == "MODIFIED" && m.how.UIDs {
		kinds = []identity{uids}
	}
	for i, kind := range kinds {
		if i+1 < len(nodes) {
			stand(nodes[i+1:i+2], kind)
		}
	}
}

// offered returns capabilities without those that disappear once TLS is active, with which the other run may have
// begun.
func offered(nodes []Node) []Node {
	return slices.DeleteFunc(nodes, func(n Node) bool {
		word := strings.ToUpper(n.fixed())
		return word == "STARTTLS" || word == "LOGINDISABLED"
	})
}

// pairs marks what a server has chosen among names and values.
func (m maker) pairs(nodes []Node) {
	for i := 0; i+1 < len(nodes); i += 2 {
		if kinds := chosen[strings.ToUpper(nodes[i].fixed())]; len(kinds) == 1 {
			stand(nodes[i+1:i+2], kinds[0])
		}
	}
}

// found marks what a server has chosen in ESEARCH: after UID, the numbers are UIDs.
func (m maker) found(nodes []Node) {
	uid := false
	for i := range nodes {
		switch word := strings.ToUpper(nodes[i].fixed()); {
		case nodes[i].kind == group && i == 0: // (TAG "a1")
			stand(nodes[i].inside[min(1, len(nodes[i].inside)):], whatever)
		case word == "UID":
			uid = true
		case i+1 == len(nodes):
		case word == "MODSEQ":
			stand(nodes[i+1:i+2], modseqs)
		case uid && (word == "MIN" || word == "MAX" || word == "ALL"):
			stand(nodes[i+1:i+2], uids)
		}
	}
}

// stand marks values, and those inside lists, as chosen by a server.
func stand(nodes []Node, kind identity) {
	for i := range nodes {
		nodes[i].stands = kind
		stand(nodes[i].inside, kind)
	}
}

// mostBound limits how many numbers of one set are bound; of a larger set, only the size is compared.
const mostBound = 1000

// standsFor compares what a server has chosen: it is bound at its first appearance, and must be the same from then
// on.
func (m *matcher) standsFor(kind identity, recorded string, v *Value, then func() bool) bool {
	if v.Kind == List || v.Kind == Code {
		return false
	}
	if kind == dates {
		_, was := Instant(recorded)
		_, is := Instant(v.Text)
		return was == is && then()
	}
	before, after := []string{recorded}, []string{v.Text}
	if was, ok := parseSet(recorded); ok {
		is, ok := parseSet(v.Text)
		if !ok || total(was) != total(is) {
			return false
		}
		if total(was) > mostBound {
			return then()
		}
		before, after = numbersIn(was), numbersIn(is)
	}
	return m.pairUp(kind, before, after, then)
}

// pairUp binds each recorded value to the one at the same position.
func (m *matcher) pairUp(kind identity, before, after []string, then func() bool) bool {
	if m.steps++; m.steps > maxSteps {
		return false
	}
	if len(before) == 0 {
		return then()
	}
	next := func() bool { return m.pairUp(kind, before[1:], after[1:], then) }
	name := Name(string(kind), before[0])
	if have, ok := m.lookup(name); ok {
		return have == after[0] && next()
	}
	return m.bind(name, after[0], next)
}

// standingNumbers compares the numbers of SEARCH or SORT, if a server has chosen them.
func (m *matcher) standingNumbers(p []Node, a []Value, kind identity, ordered bool, then func() bool) bool {
	var before, after []string
	for i := range p {
		if p[i].kind == one {
			before = append(before, p[i].fixed())
		}
	}
	for i := range a {
		if a[i].Kind == Atom {
			after = append(after, a[i].Text)
		}
	}
	if len(before) != len(after) {
		return false
	}
	if len(before) > mostBound {
		return then()
	}
	if !ordered {
		byNumber := func(x, y string) int {
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			return strings.Compare(x, y)
		}
		slices.SortFunc(before, byNumber)
		slices.SortFunc(after, byNumber)
	}
	return m.pairUp(kind, before, after, then)
}

// total returns how many numbers a set has; math.MaxUint64 if that is too small.
func total(set []span) (n uint64) {
	for _, s := range set {
		size := s.high - s.low
		if size >= math.MaxUint64-n {
			return math.MaxUint64
		}
		n += size + 1
	}
	return n
}

// numbersIn returns the numbers of a set, in decimal.
func numbersIn(set []span) (all []string) {
	for _, s := range set {
		for n := s.low; n <= s.high; n++ {
			all = append(all, strconv.FormatUint(n, 10))
		}
	}
	return all
}
