package match

import (
	"slices"
	"strings"
)

// arguments compares the arguments of an untagged response.
func (m *matcher) arguments(p []Node, r *Response, then func() bool) bool {
	a := r.Args
	switch shapes[r.Name].whole {
	case atLeast:
		return m.set(p, a, m.closed(modes[atLeast]), then)
	case numbers, sequence:
		if m.stands != noIdentity {
			return m.standingNumbers(p, a, m.stands, shapes[r.Name].whole == sequence, then)
		}
		return m.numbers(p, a, shapes[r.Name].whole == sequence, then)
	case pairs:
		return m.correlated(p, a, then)
	}
	return m.seq(p, a, then)
}

// numbers compares the data of SEARCH as a set, or of SORT in its order. A single name matches all of it. A list such
// as (MODSEQ 7) is compared only if the pattern has one.
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

// numbersOf returns the set of fixed nodes, and whether other numbers are allowed.
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

// correlated compares the data of ESEARCH: (TAG "a1") and UID only if the pattern has them, then names and values.
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
	} else if m.how.Closed && uid != nil {
		return false
	}
	return m.set(p, a, m.closed(modes[pairs]), then)
}

// seq compares values in order.
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

// set compares values, or groups of mode.Chain values, in any order.
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
	// A node with a name can match many values, so it chooses last.
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
				return false // another value with the same text would not help
			}
		}
		return false
	}
	return try(0)
}

// run compares a name and the values after it. The name may be in any case, a string or an atom, and is enough by
// itself.
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

// section returns the name of a message attribute without quotes, which are optional in BODY[HEADER.FIELDS ("DATE")].
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

// allowed reports whether a value that the pattern does not name is allowed.
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

// closed returns a mode that allows no other values if the pattern is closed; mode itself otherwise.
func (m *matcher) closed(mode *Mode) *Mode {
	if !m.how.Closed || !mode.Extra {
		return mode
	}
	without := *mode
	without.Extra = false
	return &without
}

// modes say how lists are compared, by role.
var modes = map[role]*Mode{
	flags:   {Unordered: true, Chain: 1, Ignore: []string{`\Recent`}},
	atLeast: {Unordered: true, Chain: 1, Extra: true},
	pairs:   {Unordered: true, Chain: 2, Extra: true},
	triples: {Unordered: true, Chain: 3, Extra: true},
}
