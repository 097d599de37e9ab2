package script

import (
	"bytes"
	"strings"
	"time"

	"imapsh/internal/match"
	"imapsh/internal/wire"
)

// A Found is the result of an expectation.
type Found struct {
	OK    bool
	Bound []match.Bound
	// Excuses is the answer that was expected, so that it does not count as a failure; "" if none was.
	Excuses string
	used    []*kept
}

// Try reports whether an expectation is met now, without regard to "not". Responses that were used up do not count.
func (a *Answers) Try(e *Expectation, names *Names, now time.Time) (Found, error) {
	for i := range e.Ways {
		f, err := a.way(&e.Ways[i], names, now)
		if f.OK || err != nil {
			return f, err
		}
	}
	return Found{}, nil
}

// Use marks the responses that an expectation has found as used up.
func (a *Answers) Use(f Found) {
	for _, k := range f.used {
		k.used = true
	}
}

func (a *Answers) way(w *Way, names *Names, now time.Time) (Found, error) {
	value := func(name string) (string, bool) { v, ok := names.Get(name); return v.Text, ok }
	switch {
	case w.Compares():
		ok, err := w.Holds(names.Get, now)
		return Found{OK: ok}, err
	case w.Answer != "":
		if a.status != w.Answer {
			return Found{}, nil
		}
		if w.Pattern == nil {
			return Found{OK: true, Excuses: w.Answer}, nil
		}
		if a.answer == nil {
			return Found{}, nil
		}
		r := w.Pattern.Match(a.answer, value)
		return Found{OK: r.Matched, Bound: r.Bound, Excuses: w.Answer}, undecided(r)
	case a.over:
		return Found{}, errOver
	}
	var f Found
	n := 0
	for _, k := range a.kept {
		if k.used || !about(w.Pattern, &k.frame) {
			continue
		}
		r := w.Pattern.Match(a.read(k), value)
		if err := undecided(r); err != nil {
			return f, err
		}
		if !r.Matched {
			continue
		}
		if n++; n == 1 {
			f.Bound = r.Bound
		}
		f.used = append(f.used, k)
		if w.Count < 0 {
			break
		}
	}
	f.OK = w.Count < 0 && n > 0 || w.Count == n
	return f, nil
}

func undecided(r match.Result) error {
	if r.Why != "" {
		return &Usage{r.Why}
	}
	return nil
}

// about reports, from its first bytes, whether a response may have the name that a pattern wants.
func about(p *match.Pattern, f *wire.Frame) bool {
	name := p.Name()
	if name == "" {
		return true
	}
	rest := bytes.TrimPrefix(f.Raw, []byte("* "))
	for len(rest) > 0 && (rest[0] >= '0' && rest[0] <= '9' || rest[0] == ' ') {
		rest = rest[1:]
	}
	return len(rest) >= len(name) && bytes.EqualFold(rest[:len(name)], []byte(name))
}

// Got returns what was received instead, for a report: the response most similar to the expected one, in one line,
// and the number of other responses.
func (a *Answers) Got(e *Expectation) (line string, others int) {
	var first []byte
	for i := range e.Ways {
		w := &e.Ways[i]
		if !w.Responds() {
			continue
		}
		for _, k := range a.kept {
			if about(w.Pattern, &k.frame) && !k.used {
				return oneLine(k.frame.Raw), len(a.kept) - 1
			}
		}
		if len(a.kept) > 0 && first == nil {
			first = a.kept[len(a.kept)-1].frame.Raw
		}
	}
	switch {
	case first != nil:
		return oneLine(first), len(a.kept) - 1
	case a.status == Lost:
		return "the connection was lost", len(a.kept)
	case a.status != "":
		line = a.status
		if len(a.code) > 0 {
			line += " [" + strings.Join(a.code, " ") + "]"
		}
		if a.text != "" {
			line += " " + a.text
		}
		return line, len(a.kept)
	}
	return "nothing", len(a.kept)
}

// maxGot is how many bytes of a response a report shows.
const maxGot = 200

// oneLine returns the beginning of a response, without its line end. It does not escape.
func oneLine(raw []byte) string {
	raw = bytes.TrimRight(raw, "\r\n")
	if len(raw) > maxGot {
		return string(raw[:maxGot]) + "…"
	}
	return string(raw)
}
