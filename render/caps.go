package render

import (
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/text"
	"imapsh/tagger"
)

// groupLabels are the headings of the groups of capabilities.
var groupLabels = [command.CapabilityGroups]string{"Protocol", "Log in", "Extends", "Unknown"}

// capabilityGroups lists, by group, the capabilities that CAPABILITY asked for.
func (x *explainer) capabilityGroups(b []byte, caps [][]byte, lay layout) []byte {
	var groups [command.CapabilityGroups][]byte
	for _, c := range caps {
		g := &groups[command.GroupOf(string(c))]
		if len(*g) > 0 {
			*g = append(*g, ' ')
		}
		*g = append(*g, c...)
	}
	for i, words := range groups {
		if len(words) > 0 {
			b = x.label(b, groupLabels[i], words, lay)
		}
	}
	if lay.cols > 0 {
		b = x.say(b, "(:caps explains each)", lay)
	}
	return b
}

// caps counts the capabilities, and says how to log in or which ones are new.
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
	v := text.AppendPlural(x.tmp[:0], int64(count), "capability", "capabilities")
	switch {
	case before != nil && (len(fresh) == 0 || e.Before.MoreCaps): // otherwise those that were forgotten would look new
		return b
	case before != nil:
		v = append(v, ", new: "...)
		v = appendSome(v, fresh, 39)
	case loggedIn:
	case disabled && len(mechanisms) == 0:
		v = append(v, "; login requires STARTTLS first"...)
	case len(mechanisms) > 0:
		v = append(v, "; log in with "...)
		v = append(v, strings.Join(mechanisms, ", ")...)
	default:
		v = append(v, "; log in with the LOGIN command"...)
	}
	const more = "   (:caps explains them)"
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
			return append(text.AppendCount(v, int64(len(words)-i)), " more"...)
		}
		if i > 0 {
			v = append(v, ' ')
		}
		v = append(v, word...)
	}
	return v
}
