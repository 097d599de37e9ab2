package match

import (
	"slices"
	"strings"
	"time"

	"imapsh/internal/wire"
)

// Bound is what a name has been bound to.
type Bound struct{ Name, Text string }

// A Result says how a comparison went.
type Result struct {
	Matched bool
	Bound   []Bound // of the names that had no value, where it matched
	// Why says what kept it from being decided; "" where nothing did.
	Why string
}

// maxSteps bounds the work of one comparison: names and "..." can be placed in very many ways.
const maxSteps = 200_000

// Match compares a response with the pattern. value returns what a name has already.
func (p *Pattern) Match(r *Response, value func(name string) (string, bool)) Result {
	m := matcher{value: value}
	var res Result
	res.Matched = p.match(&m, r)
	switch {
	case res.Matched:
		res.Bound = m.bound
	case m.steps > maxSteps:
		res.Why = "it can match in too many ways: use fewer ... and ${names}"
	case m.lost:
		res.Why = "literals over 4 KiB are not kept for expect"
	}
	return res
}

func (p *Pattern) match(m *matcher, r *Response) bool {
	done := func() bool { return true }
	if p.any {
		return true
	}
	if p.name != r.Name || (p.num == nil) != (r.Num == "") {
		return false
	}
	args := func() bool {
		if conditions[r.Name] {
			return m.status(p.args, r.Args, done)
		}
		return m.arguments(p.args, r, done)
	}
	if p.num != nil && p.num.kind != anything {
		return m.one(p.num, &Value{Text: r.Num}, args)
	}
	return args()
}

// A matcher compares by trying: what follows a choice is a function, which is called for each way until one
// goes through.
type matcher struct {
	value func(string) (string, bool)
	bound []Bound
	steps int
	lost  bool // something was not compared because its bytes were not kept
}

func (m *matcher) lookup(name string) (string, bool) {
	for _, b := range m.bound {
		if b.Name == name {
			return b.Text, true
		}
	}
	if m.value == nil {
		return "", false
	}
	return m.value(name)
}

// bind tries what follows with a name bound.
func (m *matcher) bind(name, text string, then func() bool) bool {
	before := len(m.bound)
	m.bound = append(m.bound, Bound{name, text})
	if then() {
		return true
	}
	m.bound = m.bound[:before]
	return false
}

// status compares the code and text of a condition. What follows a code is not compared, unless it is asked
// for by an expression or a name.
func (m *matcher) status(p []Node, a []Value, then func() bool) bool {
	text := Value{Kind: String}
	var code *Value
	for i := range a {
		switch a[i].Kind {
		case Code:
			code = &a[i]
		case Text:
			text.Text = a[i].Text
		}
	}
	if len(p) > 0 && p[0].kind == coded {
		if code == nil {
			return false
		}
		rest := p[1:]
		return m.code(p[0].inside, code.Inside, func() bool {
			if len(rest) == 1 && (rest[0].kind == matching || rest[0].variable()) {
				return m.one(&rest[0], &text, then)
			}
			return then()
		})
	}
	switch {
	case len(p) == 0:
		return then()
	case len(p) == 1 && (p[0].kind != one || p[0].quoted || p[0].variable()):
		return m.seq(p, []Value{text}, then)
	}
	var words []Value
	for _, w := range strings.Fields(text.Text) {
		words = append(words, Value{Text: w})
	}
	return m.seq(p, words, then)
}

// code compares what is in a response code. Its name by itself is enough.
func (m *matcher) code(p []Node, a []Value, then func() bool) bool {
	if len(p) == 0 || len(a) == 0 {
		return len(p) == len(a) && then()
	}
	return m.one(&p[0], &a[0], func() bool {
		if len(p) == 1 {
			return then()
		}
		if codes[strings.ToUpper(a[0].Text)].whole == atLeast {
			return m.set(p[1:], a[1:], &Mode{Unordered: true, Chain: 1, Extra: true}, then)
		}
		return m.seq(p[1:], a[1:], then)
	})
}

// arguments compares what follows the name of an untagged response.
func (m *matcher) arguments(p []Node, r *Response, then func() bool) bool {
	a := r.Args
	switch shapes[r.Name].whole {
	case atLeast:
		return m.set(p, a, &Mode{Unordered: true, Chain: 1, Extra: true}, then)
	case numbers, sequence:
		return m.numbers(p, a, shapes[r.Name].whole == sequence, then)
	case pairs:
		return m.correlated(p, a, then)
	}
	return m.seq(p, a, then)
}

// numbers compares the data of SEARCH, as a set, or of SORT, in its order. One name is all of it. A list
// (MODSEQ) counts if the pattern has one.
func (m *matcher) numbers(p []Node, a []Value, ordered bool, then func() bool) bool {
	var nums []Value
	var lists []Value
	for _, v := range a {
		if v.Kind == List {
			lists = append(lists, v)
		} else {
			nums = append(nums, v)
		}
	}
	var wanted, inLists []Node
	for _, n := range p {
		if n.kind == group {
			inLists = append(inLists, n)
		} else {
			wanted = append(wanted, n)
		}
	}
	if len(inLists) > 0 {
		rest := then
		then = func() bool { return m.seq(inLists, lists, rest) }
	}
	if len(wanted) == 1 {
		if name, ok := wanted[0].alone(); ok {
			all := make([]string, len(nums))
			for i, v := range nums {
				all[i] = v.Text
			}
			text := strings.Join(all, ",")
			if have, ok := m.lookup(name); ok {
				return (have == text || !ordered && sameSet(have, text)) && then()
			}
			return m.bind(name, text, then)
		}
	}
	if ordered {
		return m.seq(wanted, nums, then)
	}
	if has, extra, ok := numbersOf(wanted); ok {
		got := make([]string, len(nums))
		for i, v := range nums {
			got[i] = v.Text
		}
		if all, ok := parseSet(strings.Join(got, ",")); ok || len(got) == 0 {
			return (slices.Equal(has, all) || extra && within(has, all)) && then()
		}
	}
	return m.set(wanted, nums, &Mode{Unordered: true, Chain: 1}, then)
}

// numbersOf returns the set that fixed nodes are together, and whether there may be others.
func numbersOf(nodes []Node) (set []span, extra, ok bool) {
	var texts []string
	for _, n := range nodes {
		switch {
		case n.kind == anything:
			extra = true
		case n.kind != one || n.variable():
			return nil, false, false
		default:
			texts = append(texts, n.fixed())
		}
	}
	if len(texts) == 0 {
		return nil, extra, true
	}
	set, ok = parseSet(strings.Join(texts, ","))
	return set, extra, ok
}

// correlated compares the data of ESEARCH: (TAG "a1") and UID if the pattern has them, then names and values.
func (m *matcher) correlated(p []Node, a []Value, then func() bool) bool {
	var tag, uid *Value
	if len(a) > 0 && a[0].Kind == List {
		tag, a = &a[0], a[1:]
	}
	if len(a) > 0 && a[0].Kind == Atom && strings.EqualFold(a[0].Text, "UID") {
		uid, a = &a[0], a[1:]
	}
	if len(p) > 0 && p[0].kind == group {
		if tag == nil {
			return false
		}
		inside := p[0].inside
		rest := p[1:]
		return m.seq(inside, tag.Inside, func() bool { return m.afterTag(rest, uid, a, then) })
	}
	return m.afterTag(p, uid, a, then)
}

func (m *matcher) afterTag(p []Node, uid *Value, a []Value, then func() bool) bool {
	if len(p) > 0 && p[0].kind == anything {
		p = p[1:]
	}
	if len(p) > 0 && p[0].kind == one && strings.EqualFold(p[0].fixed(), "UID") {
		if uid == nil {
			return false
		}
		p = p[1:]
	}
	return m.set(p, a, &Mode{Unordered: true, Chain: 2, Extra: true}, then)
}

// seq compares values in their order.
func (m *matcher) seq(p []Node, a []Value, then func() bool) bool {
	if m.steps++; m.steps > maxSteps {
		return false
	}
	if len(p) == 0 {
		return len(a) == 0 && then()
	}
	if p[0].kind == anything {
		if len(p) == 1 {
			return then()
		}
		for i := 0; i <= len(a); i++ {
			if m.seq(p[1:], a[i:], then) {
				return true
			}
		}
		return false
	}
	return len(a) > 0 && m.one(&p[0], &a[0], func() bool { return m.seq(p[1:], a[1:], then) })
}

// set compares values, or runs of Chain values, without their order.
func (m *matcher) set(p []Node, a []Value, mode *Mode, then func() bool) bool {
	chain := max(mode.Chain, 1)
	extra := mode.Extra
	var wanted [][]Node
	for i := 0; i < len(p); {
		if p[i].kind == anything {
			extra = true
			i++
			continue
		}
		end := i + 1
		for end < len(p) && end < i+chain && p[end-1].kind != anything {
			end++
		}
		wanted = append(wanted, p[i:end])
		i = end
	}
	// What depends on a name can be many things: it chooses last.
	slices.SortStableFunc(wanted, func(x, y []Node) int { return btoi(open(x)) - btoi(open(y)) })
	used := make([]bool, len(a))
	var try func(i int) bool
	try = func(i int) bool {
		if m.steps++; m.steps > maxSteps {
			return false
		}
		if i == len(wanted) {
			for j := 0; j < len(a); j += chain {
				if !used[j] && !allowed(&a[j], extra, mode) {
					return false
				}
			}
			return then()
		}
		w := wanted[i]
		for j := 0; j < len(a); j += chain {
			if used[j] {
				continue
			}
			run := a[j:min(j+chain, len(a))]
			used[j] = true
			if chain > 1 {
				if m.run(w, run, func() bool { return try(i + 1) }) {
					return true
				}
			} else if m.one(&w[0], &run[0], func() bool { return try(i + 1) }) {
				return true
			}
			used[j] = false
			if chain == 1 && !open(w) && m.steps <= maxSteps && m.same(w[0].fixed(), w[0].quoted, &run[0]) {
				return false // another of the same would do no better
			}
		}
		return false
	}
	return try(0)
}

// run compares a name and what follows it. The name may have any case of letters, string or not, and is
// enough by itself.
func (m *matcher) run(p []Node, a []Value, then func() bool) bool {
	value := func() bool {
		if len(p) == 1 {
			return then()
		}
		return m.seq(p[1:], a[1:], then)
	}
	if p[0].kind == one && !p[0].variable() {
		return strings.EqualFold(section(p[0].fixed()), section(a[0].Text)) && value()
	}
	return m.one(&p[0], &a[0], value)
}

// section returns the name of a message attribute without quotes: BODY[HEADER.FIELDS ("DATE")].
func section(s string) string {
	if strings.IndexByte(s, '"') < 0 {
		return s
	}
	return strings.ReplaceAll(s, `"`, "")
}

func open(nodes []Node) bool {
	for i := range nodes {
		if nodes[i].kind != one || nodes[i].variable() {
			return true
		}
	}
	return false
}

// allowed reports whether a value may be there that the pattern does not name.
func allowed(v *Value, extra bool, mode *Mode) bool {
	for _, s := range mode.Ban {
		if strings.EqualFold(s, v.Text) {
			return false
		}
	}
	if extra {
		return true
	}
	for _, s := range mode.Ignore {
		if strings.EqualFold(s, v.Text) {
			return true
		}
	}
	return false
}

// modes are how lists are compared, by role.
var modes = map[role]*Mode{
	flags:   {Unordered: true, Chain: 1, Ignore: []string{`\Recent`}},
	atLeast: {Unordered: true, Chain: 1, Extra: true},
	pairs:   {Unordered: true, Chain: 2, Extra: true},
	triples: {Unordered: true, Chain: 3, Extra: true},
}

// one compares one value.
func (m *matcher) one(n *Node, v *Value, then func() bool) bool {
	if m.steps++; m.steps > maxSteps {
		return false
	}
	switch n.kind {
	case anything:
		return then()
	case group:
		if v.Kind != List {
			return false
		}
		mode := n.mode
		if mode == nil {
			mode = modes[v.role]
		}
		if mode != nil && mode.Unordered {
			return m.set(n.inside, v.Inside, mode, then)
		}
		return m.seq(n.inside, v.Inside, then)
	case coded:
		return v.Kind == Code && m.code(n.inside, v.Inside, then)
	}
	switch {
	case v.Kind == List || v.Kind == Code:
		return false
	case v.Lost:
		m.lost = true
		return false
	case n.kind == matching:
		return v.Kind != Nil && n.re.MatchString(strings.ReplaceAll(v.readable(), "\r\n", "\n")) && then()
	}
	if name, ok := n.alone(); ok {
		if have, ok := m.lookup(name); ok {
			return (m.same(have, true, v) || v.Kind == Nil && have == "") && then()
		}
		text := v.readable()
		if v.Kind == Nil {
			text = ""
		}
		return m.bind(name, text, then)
	}
	if n.variable() {
		return v.Kind != Nil && m.spelt(n.parts, v.readable(), v.Kind == Atom || v.role == caseless, then)
	}
	return m.same(n.fixed(), n.quoted, v) && then()
}

// spelt compares a text that is made of fixed pieces and names. A name that has no value yet takes as little
// as it can.
func (m *matcher) spelt(parts []part, s string, fold bool, then func() bool) bool {
	if m.steps++; m.steps > maxSteps {
		return false
	}
	if len(parts) == 0 {
		return s == "" && then()
	}
	text, fixed := parts[0].text, true
	if parts[0].name != "" {
		text, fixed = m.lookup(parts[0].name)
	}
	if fixed {
		if len(s) < len(text) || s[:len(text)] != text && !(fold && strings.EqualFold(s[:len(text)], text)) {
			return false
		}
		return m.spelt(parts[1:], s[len(text):], fold, then)
	}
	for i := 0; i <= len(s); i++ {
		rest := s[i:]
		if m.bind(parts[0].name, s[:i], func() bool { return m.spelt(parts[1:], rest, fold, then) }) {
			return true
		}
	}
	return false
}

// readable returns the text of a value as a person writes it: a mailbox name decoded.
func (v *Value) readable() string {
	if v.role == mailbox {
		if name, ok := wire.DecodeMailbox(v.Text); ok {
			return name
		}
	}
	return v.Text
}

// same reports whether a fixed text means the value.
func (m *matcher) same(text string, quoted bool, v *Value) bool {
	switch v.role {
	case mailbox:
		return text == v.Text || text == v.readable() || strings.EqualFold(text, "INBOX") && strings.EqualFold(v.Text, "INBOX")
	case date:
		x, ok1 := Instant(text)
		y, ok2 := Instant(v.Text)
		return text == v.Text || ok1 && ok2 && x.Equal(y)
	case rights:
		return v.Kind != Nil && sorted(text) == sorted(v.Text)
	case caseless:
		if v.Kind == String {
			return strings.EqualFold(text, v.Text)
		}
	}
	switch v.Kind {
	case Nil:
		return !quoted && strings.EqualFold(text, "NIL")
	case Atom:
		return strings.EqualFold(section(text), section(v.Text)) || sameSet(text, v.Text)
	}
	return text == v.Text && (quoted || !strings.EqualFold(text, "NIL"))
}

// Instant reads a date-time of IMAP (RFC 9051 §9) or of RFC 3339.
func Instant(s string) (time.Time, bool) {
	for _, layout := range []string{"_2-Jan-2006 15:04:05 -0700", "2-Jan-2006 15:04:05 -0700", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func sorted(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
