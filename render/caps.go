package render

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/tagger"
)

// capabilityGroups lists what was asked for with CAPABILITY by what it is.
func (x *explainer) capabilityGroups(b []byte, caps [][]byte, lay layout) []byte {
	groups := []struct {
		label string
		words []string
	}{{label: "Protocol"}, {label: "Log in"}, {label: "Extends"}, {label: "Unknown"}}
	for _, c := range caps {
		name := string(c)
		upper := strings.ToUpper(name)
		to := 2
		switch {
		case strings.HasPrefix(upper, "IMAP4"):
			to = 0
		case strings.HasPrefix(upper, "AUTH="), upper == "LOGINDISABLED", upper == "SASL-IR", upper == "STARTTLS", upper == "LOGIN-REFERRALS":
			to = 1
		case command.LookupCapability(name) == nil:
			to = 3
		}
		groups[to].words = append(groups[to].words, name)
	}
	for _, g := range groups {
		if len(g.words) > 0 {
			x.tmp = append(x.tmp[:0], strings.Join(g.words, " ")...)
			b = x.label(b, g.label, x.tmp, lay)
		}
	}
	if lay.cols > 0 {
		b = x.say(b, "(:caps says what each is)", lay)
	}
	return b
}

// caps counts capabilities, and says how to log in or which ones are new.
func (x *explainer) caps(b []byte, e *tagger.Event, caps [][]byte, lay layout) []byte {
	var before []string
	loggedIn := false
	if e.Before != nil {
		before = e.Before.Caps
		loggedIn = e.Before.State&command.LoggedIn != 0
	}
	if e.After != nil {
		loggedIn = loggedIn || e.After.State&command.LoggedIn != 0
	}
	known := make(map[string]bool, len(before))
	for _, c := range before {
		known[strings.ToUpper(c)] = true
	}
	count, disabled := 0, false
	var mechanisms, fresh []string
	for _, c := range caps {
		name := string(c)
		upper := strings.ToUpper(name)
		if mechanism, ok := strings.CutPrefix(upper, "AUTH="); ok {
			mechanisms = append(mechanisms, mechanism)
			continue
		}
		count++
		disabled = disabled || upper == "LOGINDISABLED"
		if !known[upper] {
			fresh = append(fresh, name)
		}
	}
	v := appendPlural(x.tmp[:0], int64(count), "capability", "capabilities")
	switch {
	case before != nil && len(fresh) == 0:
		return b
	case before != nil:
		v = append(v, ", new: "...)
		v = appendSome(v, fresh, 44)
	case loggedIn:
	case disabled && len(mechanisms) == 0:
		v = append(v, "; no login before STARTTLS"...)
	case len(mechanisms) > 0:
		v = append(v, "; log in with "...)
		v = append(v, strings.Join(mechanisms, ", ")...)
	default:
		v = append(v, "; log in with the LOGIN command"...)
	}
	const more = "   (:caps says more)"
	if before == nil && len(lineIndent)+len(v)+len(more) <= lay.cols {
		v = append(v, more...)
	}
	x.tmp = v
	return x.label(b, "", v, lay)
}

// appendSome appends as many words as fit into limit bytes, and how many more there are.
func appendSome(v []byte, words []string, limit int) []byte {
	start := len(v)
	for i, word := range words {
		if i > 0 && len(v)-start+len(word) > limit {
			v = append(v, " and "...)
			return appendCount(v, int64(len(words)-i))
		}
		if i > 0 {
			v = append(v, ' ')
		}
		v = append(v, word...)
	}
	return v
}
