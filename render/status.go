package render

import (
	"bytes"
	"strconv"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// roleOf returns the role, and so the colour, of a response's first line.
func roleOf(v response.Value) role {
	switch v := v.(type) {
	case *response.Continuation:
		return roleContinue
	case *response.Status:
		switch {
		case v.Cond == response.BYE:
			return roleBad
		case v.Tag == nil:
			return roleUntagged
		case v.Cond == response.OK:
			return roleOK
		case v.Cond == response.NO:
			return roleNo
		}
		return roleBad
	}
	return roleUntagged
}

// status explains a response code, and what a completed command has done.
func (x *explainer) status(b []byte, e *tagger.Event, v *response.Status, lay layout) []byte {
	if v.Code != nil {
		b = x.code(b, e, v, lay)
	}
	if v.Cond == response.BYE && v.Tag == nil {
		b = x.bye(b, e, v, lay)
	}
	if !e.Done || e.Command == nil || v.Cond != response.OK {
		if e.Done && e.Command != nil && v.Cond == response.NO {
			b = x.refusedName(b, e, lay)
			b = x.deselected(b, e, lay)
		}
		if e.Done {
			b = x.tree.appendOdd(b, x.p)
			x.tree.reset()
		}
		return b
	}
	switch row := e.Command.Match.Row(); {
	case row.Opens:
		b = x.selected(b, e, lay)
	case row.Sweeps:
		b = x.swept(b, e, lay)
	case row.Lists:
		b = x.tree.append(b, x, lay)
		b = x.tree.appendOdd(b, x.p)
	}
	x.tree.reset()
	return b
}

// code explains a response code with its sentence in the table, CAPABILITY with what is new.
func (x *explainer) code(b []byte, e *tagger.Event, v *response.Status, lay layout) []byte {
	c := v.Code
	if bytes.EqualFold(c.Name, []byte("ALERT")) {
		return x.alert(b, v.Text)
	}
	if c.Caps != nil {
		return x.caps(b, e, c.Caps, lay)
	}
	if len(c.Name) > 32 || codeIsOdd(e, v) {
		return b
	}
	name := strings.ToUpper(string(c.Name))
	if says := codeData[name]; says != nil {
		if x.tmp = says(x.tmp[:0], c, e); len(x.tmp) > 0 {
			return x.label(b, "", x.tmp, lay)
		}
	}
	sentence := codes[name]
	if sentence == "" || x.told || v.Cond == response.OK && !okCodes[name] {
		return b
	}
	return x.say(b, sentence, lay)
}

// refusedName says which character separates levels, if the name that was refused has a different one.
func (x *explainer) refusedName(b []byte, e *tagger.Event, lay layout) []byte {
	sep, _ := e.Command.Match.Separator()
	if sep == "" || e.Before == nil || e.Before.Delim == sep[0] {
		return b
	}
	if e.Before.Delim == 0 {
		return x.say(b, "if \""+sep+"\" was to begin a level: list \"\" \"\" shows which character does that here", lay)
	}
	return x.say(b, "levels are separated with \""+string([]byte{e.Before.Delim})+"\" here, not with \""+sep+"\"", lay)
}

// deselected says that the mailbox selected before no longer is (RFC 9051 §6.3.2).
func (x *explainer) deselected(b []byte, e *tagger.Event, lay layout) []byte {
	if !e.Command.Match.Row().Opens || e.Before == nil || e.Before.Mailbox == nil || e.After == nil || e.After.Mailbox != nil {
		return b
	}
	return x.say(b, e.Before.Mailbox.Name+" is no longer selected: after a SELECT or EXAMINE that fails, no mailbox is", lay)
}

// codeIsOdd reports whether there is an oddity in the response code: what is reported as wrong is not explained.
func codeIsOdd(e *tagger.Event, v *response.Status) bool {
	end := int64(len(e.Frame.Raw) - len(v.Text))
	for i := range e.Oddities {
		if o := &e.Oddities[i]; o.Off < end && o.Name != "missing-text" {
			return true
		}
	}
	return false
}

// alert highlights an ALERT (RFC 9051 §7.1: the user must see its text).
func (x *explainer) alert(b, text []byte) []byte {
	x.esc = wire.Escape(append(x.esc[:0], "ALERT: "...), text)
	return x.p.appendRows(b, roleAlert, "!! ", x.esc)
}

// selected sums up what SELECT or EXAMINE has reported.
func (x *explainer) selected(b []byte, e *tagger.Event, lay layout) []byte {
	if e.After == nil || e.After.Mailbox == nil {
		return b
	}
	m := e.After.Mailbox
	v := x.tmp[:0]
	if m.HasExists {
		v = text.AppendPlural(v, int64(m.Exists), "message", "messages")
	} else {
		v = append(v, "no EXISTS received"...)
	}
	if m.Unseen > 0 {
		v = append(v, ", first unseen is "...)
		v = strconv.AppendUint(v, uint64(m.Unseen), 10)
	}
	if m.Recent > 0 {
		v = append(v, ", "...)
		v = text.AppendCount(v, int64(m.Recent))
		v = append(v, " recent"...)
	}
	if m.ReadOnly {
		v = append(v, ", read-only"...)
	} else {
		v = append(v, ", read-write"...)
	}
	b = x.label(b, shortLabel(m.Name), v, lay)
	v = v[:0]
	if m.UIDNext > 0 {
		v = append(v, "next "...)
		v = strconv.AppendUint(v, m.UIDNext, 10)
	}
	if m.UIDValidity > 0 {
		if len(v) > 0 {
			v = append(v, ", "...)
		}
		v = append(v, "validity "...)
		v = strconv.AppendUint(v, m.UIDValidity, 10)
	}
	if len(v) > 0 {
		b = x.label(b, "UIDs", v, lay)
	}
	v = appendKept(v[:0], m)
	x.tmp = v
	if len(v) == 0 {
		return b
	}
	return x.label(b, "Flags", v, lay)
}

// swept says how many messages EXPUNGE or CLOSE has removed.
func (x *explainer) swept(b []byte, e *tagger.Event, lay layout) []byte {
	if e.Before == nil || e.Before.Mailbox == nil {
		return b
	}
	closed := e.After == nil || e.After.Mailbox == nil
	gone := int64(e.Command.Gone)
	var v []byte
	switch {
	case closed && e.Before.Mailbox.ReadOnly:
		v = append(v, "nothing removed: it was open read-only"...)
	case closed && e.Before.Mailbox.Exists == 0:
		v = append(v, "nothing removed: it was empty"...)
	case closed && gone == 0 && e.Command.Sure:
		v = append(v, `nothing removed: no message was last seen with \Deleted`...)
	case closed && gone == 0:
		v = append(v, "unknown how many messages were removed: CLOSE does not say, EXPUNGE does"...)
	case closed && !e.Command.Sure:
		v = text.AppendPlural(v, gone, "message", "messages")
		v = append(v, " removed, perhaps more: CLOSE does not say how many, EXPUNGE does"...)
	case closed:
		v = text.AppendPlural(v, gone, "message", "messages")
		v = append(v, ` removed, last seen with \Deleted`...)
	case gone == 0:
		v = append(v, "nothing removed"...)
	default:
		v = text.AppendPlural(v, gone, "message", "messages")
		v = append(v, " removed, "...)
		v = append(text.AppendCount(v, int64(e.After.Mailbox.Exists)), " left"...)
	}
	return x.label(b, shortLabel(e.Before.Mailbox.Name), v, lay)
}

// appendKept says which flags a client can change permanently, according to PERMANENTFLAGS.
func appendKept(v []byte, m *tagger.Mailbox) []byte {
	if !m.HasPermanent || m.MoreFlags || m.ReadOnly && len(m.Permanent) == 0 {
		return v
	}
	kept, make := map[string]bool{}, false
	for _, flag := range m.Permanent {
		kept[strings.ToLower(flag)] = true
		make = make || flag == `\*`
	}
	var lost strings.Builder
	for _, flag := range m.Flags {
		if !kept[strings.ToLower(flag)] && !strings.EqualFold(flag, `\Recent`) {
			lost.WriteString(" " + flag)
		}
	}
	switch {
	case lost.Len() == 0:
		v = append(v, "all flags are permanent"...)
	case len(kept) == 0:
		v = append(v, "no flags are permanent"...)
	default:
		v = append(v, "not permanent:"...)
		v = append(v, lost.String()...)
	}
	if make {
		return append(v, `; new keywords allowed (\*)`...)
	}
	return append(v, "; no new keywords allowed"...)
}
