package match

import "strings"

// Bound is the text that a name has been bound to.
type Bound struct{ Name, Text string }

// A Result is the result of a comparison.
type Result struct {
	Matched bool
	Bound   []Bound // the names that had no value, if it matched
	// Why says why the comparison could not be decided; "" if it could.
	Why string
}

// maxSteps limits the work of one comparison: names and "..." can be matched in very many ways.
const maxSteps = 200_000

// Match compares a response with the pattern. value returns the value of a name, and whether it has one; it may be
// nil.
func (p *Pattern) Match(r *Response, value func(name string) (string, bool)) Result {
	m := matcher{value: value, how: p.how, stands: p.stands}
	var res Result
	res.Matched = p.match(&m, r)
	switch {
	case res.Matched:
		res.Bound = m.bound
	case m.steps > maxSteps:
		res.Why = "it can match in too many ways: use fewer ... and ${names}"
	case m.lost && r.whole:
		res.Why = "literals over 1 MiB are not kept to be compared"
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

// A matcher compares by trying: the rest of a comparison is a function, then, which is called for each possibility
// until it returns true.
type matcher struct {
	value func(string) (string, bool)
	how   How
	// stands is the field of the pattern.
	stands identity
	bound  []Bound
	steps  int
	lost   bool // something was not compared because its bytes were not kept
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

// bind tries the rest of the comparison with a name bound to text.
func (m *matcher) bind(name, text string, then func() bool) bool {
	before := len(m.bound)
	m.bound = append(m.bound, Bound{name, text})
	if then() {
		return true
	}
	m.bound = m.bound[:before]
	return false
}

// status compares the code and text of a condition. The text after a code is compared only if the pattern has a
// regular expression or a name for it.
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
			if m.how.Prefix {
				return m.begins(rest, text.Text, then)
			}
			if len(rest) == 1 && (rest[0].kind == matching || rest[0].variable()) {
				return m.one(&rest[0], &text, then)
			}
			return then()
		})
	}
	switch {
	case len(p) == 0:
		return then()
	case m.how.Prefix:
		return m.begins(p, text.Text, then)
	case len(p) == 1 && (p[0].kind != one || p[0].quoted || p[0].variable()):
		return m.seq(p, []Value{text}, then)
	}
	return m.seq(p, words(text.Text), then)
}

func words(text string) (values []Value) {
	for _, w := range strings.Fields(text) {
		values = append(values, Value{Text: w})
	}
	return values
}

// begins compares the first words of a text; for the last of them, the beginning of the word is enough.
func (m *matcher) begins(p []Node, text string, then func() bool) bool {
	if len(p) == 0 {
		return then()
	}
	values := words(text)
	if len(values) < len(p) {
		return false
	}
	last := &p[len(p)-1]
	if fixed := last.fixed(); last.kind == one && !last.variable() {
		if v := &values[len(p)-1]; len(v.Text) > len(fixed) {
			v.Text = v.Text[:len(fixed)]
		}
	}
	return m.seq(p, values[:len(p)], then)
}

// code compares what is in a response code. The name of the code is enough by itself.
func (m *matcher) code(p []Node, a []Value, then func() bool) bool {
	if len(p) == 0 || len(a) == 0 {
		return len(p) == len(a) && then()
	}
	return m.one(&p[0], &a[0], func() bool {
		if len(p) == 1 {
			return then()
		}
		if codes[strings.ToUpper(a[0].Text)].whole == atLeast {
			return m.set(p[1:], a[1:], m.closed(modes[atLeast]), then)
		}
		return m.seq(p[1:], a[1:], then)
	})
}
