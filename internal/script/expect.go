package script

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/match"
)

// An Expectation is a line that begins with expect:
//
//	expect [not] [within TIME] [N] WHAT [or WHAT]...
type Expectation struct {
	Not    bool
	Within time.Duration // 0 if it is not given
	Ways   []Way
	Text   string // as it was written, without "expect" and any comment
}

// A Way is one WHAT: the command's answer, an untagged response, or a comparison.
type Way struct {
	// Answer is how the command must be answered: OK, NO, BAD, BYE or LOST; "" for other kinds. Pattern then compares
	// the status response, or is nil.
	Answer string
	// Pattern must match an untagged response. Count is exactly how many must match; -1 means at least one.
	Pattern *match.Pattern
	Count   int

	left, right operand
	op          string
}

// Compares reports whether w is VALUE OP VALUE.
func (w *Way) Compares() bool { return w.op != "" }

// Responds reports whether w is an untagged response.
func (w *Way) Responds() bool { return w.Answer == "" && w.op == "" }

// answers are the possible answers to a command, and to opening a connection.
var answers = map[string]bool{"OK": true, "NO": true, "BAD": true, "BYE": true, "LOST": true, "PREAUTH": true}

// answerWords are the possible answers to a command; PREAUTH answers only the opening of a connection.
var answerWords = []string{"OK", "NO", "BAD", "BYE", "LOST"}

const whatIsExpected = "expected OK, NO, BAD, BYE or LOST, * RESPONSE, or VALUE OP VALUE here; for example: expect ${count} > 0"

// ParseExpect parses what follows the word expect. An error is an *Error, whose offset is in text.
func ParseExpect(text string) (*Expectation, error) {
	text = withoutComment(text)
	e := &Expectation{Text: strings.TrimSpace(text)}
	off := 0
	next := func() (string, int) { // the word ahead
		for off < len(text) && isBlank(text[off]) {
			off++
		}
		end := off
		for end < len(text) && !isBlank(text[end]) {
			end++
		}
		return text[off:end], end
	}
	if w, end := next(); strings.EqualFold(w, "not") {
		e.Not, off = true, end
	}
	if w, end := next(); strings.EqualFold(w, "within") {
		off = end
		w, end = next()
		d, ok := durationOf(w)
		if !ok {
			return nil, &Error{off, "expected a time here, as in: within 5s (ms, s, min, h, d)"}
		}
		e.Within, off = d, end
	}
	for _, p := range alternatives(text, off) {
		w, err := parseWay(text[p[0]:p[1]], p[0])
		if err != nil {
			return nil, err
		}
		e.Ways = append(e.Ways, w)
	}
	return e, nil
}

// AfterExpect returns the words that may come next after text, which follows the word expect and ends with a space,
// and a hint for all that may follow. It does not look into a WHAT.
func AfterExpect(text string) (words []string, hint string) {
	const whole = "[N] WHAT [or WHAT]"
	was := strings.Fields(text)
	what := append(slices.Clone(answerWords), "*")
	if len(was) == 0 {
		return append([]string{"not", "within"}, what...), "[not] [within TIME] " + whole
	}
	if strings.EqualFold(was[0], "not") {
		if was = was[1:]; len(was) == 0 {
			return append([]string{"within"}, what...), "[within TIME] " + whole
		}
	}
	if strings.EqualFold(was[0], "within") {
		if len(was) == 1 {
			return nil, "TIME"
		}
		if was = was[2:]; len(was) == 0 {
			return what, whole
		}
	}
	pieces := alternatives(text, 0)
	last := pieces[len(pieces)-1]
	way := strings.Fields(text[last[0]:last[1]])
	switch {
	case len(pieces) == 1:
		way = was
	case len(way) == 0:
		return what, whole
	}
	if isCount(way[0]) {
		if way = way[1:]; len(way) == 0 {
			return []string{"*"}, "* RESPONSE"
		}
	}
	switch {
	case way[0] == "*":
		return afterStar(way[1:])
	case answers[strings.ToUpper(way[0])]:
		if len(way) == 1 && AfterCondition(text) {
			return []string{"or"}, "[CODE ...] [or WHAT]"
		}
	case len(way) == 1:
		return operators, "OP VALUE"
	case len(way) == 2 && slices.Contains(operators, way[1]):
		return nil, "VALUE"
	}
	return []string{"or"}, "[or WHAT]"
}

// AfterCondition reports whether text, which follows the word expect, ends with a condition that may have a response
// code.
func AfterCondition(text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 {
		return false
	}
	last := strings.ToUpper(words[len(words)-1])
	return answers[last] && last != "LOST"
}

func isCount(word string) bool {
	n, err := strconv.Atoi(word)
	return err == nil && n >= 0
}

// afterStar is like AfterExpect, after "*" and these words of a response.
func afterStar(response []string) (words []string, hint string) {
	switch {
	case len(response) == 0:
		return match.Names(false), "[N] NAME ..."
	case len(response) == 1 && isCount(response[0]):
		return match.Names(true), "NAME ..."
	case isCount(response[0]):
		response = response[1:]
	}
	form, _ := match.Form(strings.ToUpper(response[0]))
	if len(response) == 1 && form != "" {
		return []string{"...", "or"}, form
	}
	return []string{"or"}, "[or WHAT]"
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// outside calls f for each byte outside quotes, /re/ and brackets, until f returns false.
func outside(text string, from int, f func(i int) bool) {
	depth := 0
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			continue
		case c == '/' && (i == from || isBlank(text[i-1])):
			if end := expressionEnd(text, i); end > 0 {
				i = end
				continue
			}
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth = max(depth-1, 0)
		}
		if depth == 0 && !f(i) {
			return
		}
	}
}

// expressionEnd returns the offset of the "/" that ends the regular expression beginning at i; 0 if there is none.
func expressionEnd(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		switch text[j] {
		case '\\':
			j++
		case '/':
			if j > i+1 && (j+1 == len(text) || isBlank(text[j+1]) || text[j+1] == ')' || text[j+1] == ']') {
				return j
			}
		}
	}
	return 0
}

// withoutComment returns a text up to a comment with # or //, which begins a word outside quotes, expressions and
// brackets.
func withoutComment(text string) string {
	end := len(text)
	outside(text, 0, func(i int) bool {
		if (i == 0 || isBlank(text[i-1])) && (text[i] == '#' || strings.HasPrefix(text[i:], "//")) {
			end = i
			return false
		}
		return true
	})
	return text[:end]
}

// alternatives returns the start and end of each piece of text between the words "or".
func alternatives(text string, from int) [][2]int {
	var pieces [][2]int
	start := from
	outside(text, from, func(i int) bool {
		if i > start && isBlank(text[i-1]) && i+2 <= len(text) && strings.EqualFold(text[i:i+2], "or") && (i+2 == len(text) || isBlank(text[i+2])) {
			pieces = append(pieces, [2]int{start, i})
			start = i + 2
		}
		return true
	})
	return append(pieces, [2]int{start, len(text)})
}

// parseWay parses one WHAT; base is its offset in the line.
func parseWay(text string, base int) (Way, error) {
	trimmed := strings.TrimLeft(text, " \t")
	base += len(text) - len(trimmed)
	text = strings.TrimRight(trimmed, " \t")
	w := Way{Count: -1}
	if text == "" {
		return w, &Error{base, whatIsExpected}
	}
	first, rest, _ := strings.Cut(text, " ")
	if n, err := strconv.Atoi(first); err == nil && n >= 0 {
		if r := strings.TrimLeft(rest, " \t"); strings.HasPrefix(r, "* ") || r == "*" {
			w.Count = n
			base += len(text) - len(r)
			text, first = r, "*"
		}
	}
	if answers[strings.ToUpper(first)] && !isOperation(rest) {
		w.Answer = strings.ToUpper(first)
		if w.Answer == "LOST" {
			if rest = strings.TrimSpace(rest); rest != "" {
				return w, &Error{base + len(text) - len(rest), "nothing can follow LOST: a lost connection has no code"}
			}
			return w, nil
		}
		if strings.TrimSpace(rest) == "" {
			return w, nil
		}
		p, err := match.Parse(text)
		if err != nil {
			return w, at(err, base)
		}
		w.Pattern = p
		return w, nil
	}
	if first == "*" {
		response := strings.TrimLeft(text[1:], " \t")
		p, err := match.Parse(response)
		if err != nil {
			return w, at(err, base+len(text)-len(response))
		}
		w.Pattern = p
		return w, nil
	}
	return w, w.parseComparison(text, base)
}

// isOperation reports whether a text begins with an operator.
func isOperation(text string) bool {
	text = strings.TrimLeft(text, " \t")
	for _, op := range operators {
		if rest, ok := strings.CutPrefix(text, op); ok && (rest == "" || isBlank(rest[0])) {
			return true
		}
	}
	return false
}

// at returns an error in a part of a line with its offset in the line.
func at(err error, base int) error {
	var m *match.Error
	if errors.As(err, &m) {
		return &Error{base + m.Off, m.Text}
	}
	return err
}

// parseComparison parses VALUE OP VALUE.
func (w *Way) parseComparison(text string, base int) error {
	left, rest, err := readOperand(text, base)
	if err != nil {
		return err
	}
	trimmed := strings.TrimLeft(rest, " \t")
	opAt := base + len(text) - len(trimmed)
	for _, op := range operators {
		if strings.HasPrefix(trimmed, op) {
			w.op = op
			break
		}
	}
	if w.op == "" {
		if trimmed == "" {
			return &Error{base, whatIsExpected}
		}
		return &Error{opAt, "expected one of = != < <= > >= ~ here"}
	}
	after := strings.TrimLeft(trimmed[len(w.op):], " \t")
	rightAt := base + len(text) - len(after)
	if after == "" {
		return &Error{rightAt, "expected a value after " + w.op}
	}
	right, rest, err := readOperand(after, rightAt)
	if err != nil {
		return err
	}
	if rest = strings.TrimLeft(rest, " \t"); rest != "" {
		return &Error{base + len(text) - len(rest), "nothing more can follow here: put text with spaces in quotes"}
	}
	w.left, w.right = left, right
	switch {
	case left.re != nil:
		return &Error{left.off, "a regular expression goes to the right of ~"}
	case right.re != nil && w.op != "~":
		return &Error{opAt, "a regular expression is compared with ~"}
	case right.re == nil && w.op == "~":
		return &Error{right.off, "expected a regular expression here: /…/"}
	}
	if left.constant() && right.constant() && w.op != "~" {
		now := time.Unix(0, 0)
		if _, err := compare(candidateOf(left.text, left.quoted, false, now), w.op, candidateOf(right.text, right.quoted, false, now)); err != nil {
			return &Error{base, err.Error()}
		}
	}
	return nil
}

// constant reports whether the operand has no names.
func (o *operand) constant() bool { return !strings.Contains(o.text, "${") }

// readOperand parses a value: quoted text, /re/, or everything up to a space or an operator.
func readOperand(text string, base int) (o operand, rest string, err error) {
	o.off = base
	switch {
	case text[0] == '"':
		end := 1
		for end < len(text) && text[end] != '"' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(text) {
			return o, "", &Error{base, "this string has no closing quote"}
		}
		o.text, o.quoted, rest = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(text[1:end]), true, text[end+1:]
	case text[0] == '/' && expressionEnd(text, 0) > 0:
		end := expressionEnd(text, 0)
		if o.re, err = regexp.Compile("(?m)" + strings.ReplaceAll(text[1:end], `\/`, "/")); err != nil {
			why := strings.Replace(strings.TrimPrefix(err.Error(), "error parsing regexp: "), "(?m)", "", 1)
			return o, "", &Error{base, "reading the regular expression: " + why}
		}
		return o, text[end+1:], nil
	default:
		end := 0
		for end < len(text) && !isBlank(text[end]) && strings.IndexByte("=!<>~", text[end]) < 0 {
			end++
		}
		if end == 0 {
			return o, "", &Error{base, "expected a value here"}
		}
		o.text, rest = text[:end], text[end:]
	}
	if _, err := Refs(o.text); err != nil {
		e := err.(*Error)
		return o, "", &Error{base + e.Off, e.Text}
	}
	return o, rest, nil
}

// Names returns the names that must have a value, and those that can be bound.
func (e *Expectation) Names() (needs, binds []string) {
	for i := range e.Ways {
		w := &e.Ways[i]
		if w.Pattern != nil {
			binds = append(binds, w.Pattern.Names()...)
		}
		for _, o := range []operand{w.left, w.right} {
			refs, _ := Refs(o.text)
			for _, r := range refs {
				needs = append(needs, r.Name)
			}
		}
	}
	return needs, binds
}

// Holds reports whether a comparison is true. An error of type *Usage is a mistake in the script.
func (w *Way) Holds(value Lookup, now time.Time) (bool, error) {
	left, err := w.left.read(value, now)
	if err != nil {
		return false, err
	}
	if w.op == "~" {
		return w.right.re.MatchString(strings.ReplaceAll(left.text, "\r\n", "\n")), nil
	}
	right, err := w.right.read(value, now)
	if err != nil {
		return false, err
	}
	ok, err := compare(left, w.op, right)
	if err != nil {
		return false, &Usage{err.Error()}
	}
	return ok, nil
}

// Values returns the current values of both sides of a comparison, for a report: `3 >= 5`. Secrets are masked.
func (w *Way) Values(value Lookup) string {
	side := func(o *operand) string {
		if o.re != nil {
			return "/" + strings.TrimPrefix(o.re.String(), "(?m)") + "/"
		}
		v, err := Text(o.text, value)
		switch {
		case err != nil:
			return o.text
		case v.Secret:
			return "••••••"
		case o.quoted || strings.ContainsAny(v.Text, " \t") || v.Text == "":
			return strconv.Quote(v.Text)
		}
		return v.Text
	}
	return fmt.Sprintf("%s %s %s", side(&w.left), w.op, side(&w.right))
}

// A Usage is a mistake in the script that only a run can reveal.
type Usage struct{ Text string }

func (e *Usage) Error() string { return e.Text }

// milliseconds is the name whose value is a duration as well as a number.
const milliseconds = "${ms}"

func (o *operand) read(value Lookup, now time.Time) (candidate, error) {
	v, err := Text(o.text, value)
	if err != nil {
		return candidate{}, err
	}
	c := candidateOf(v.Text, o.quoted, !o.constant(), now)
	if o.text == milliseconds && c.kinds&number != 0 {
		c.kinds, c.duration = c.kinds|duration, time.Duration(c.number*float64(time.Millisecond))
	}
	return c, nil
}
