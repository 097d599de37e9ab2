package render

import (
	"bytes"
	"strconv"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// The excerpt of a wire line above the caret of an oddity: up to excerptBefore columns before the byte, to
// column excerptTo.
const (
	excerptBefore = 38
	excerptTo     = 76
)

// appendOddities appends the first oddity of each kind in full and counts the others, so that a response full of
// oddities does not bury everything before it.
func (p *prettyMode) appendOddities(b []byte, e *tagger.Event, lay layout) []byte {
	odd := e.Oddities
	for i := range odd {
		if first(odd, i) != i {
			continue
		}
		b = p.appendOddity(b, e, &odd[i], lay)
		n := int64(0)
		for j := i + 1; j < len(odd); j++ {
			if odd[j].Name == odd[i].Name {
				n++
			}
		}
		if n > 0 {
			says := append(append(p.tmp[:0], odd[i].Name...), ' ')
			says = text.AppendPlural(says, n, "more time", "more times")
			p.tmp = append(says, " in this response"...)
			b = p.appendRows(b, roleWarn, "!! ", p.tmp)
		}
	}
	return b
}

// first returns the index of the first oddity with the same name.
func first(odd []wire.Oddity, i int) int {
	for j := range odd {
		if odd[j].Name == odd[i].Name {
			return j
		}
	}
	return i
}

// appendOddity appends "!! name at byte N: sentence", the bytes around it with a caret
// below, the rule, and the effect on clients.
func (p *prettyMode) appendOddity(b []byte, e *tagger.Event, o *wire.Oddity, lay layout) []byte {
	says := append(p.tmp[:0], o.Name...)
	says = append(says, " at byte "...)
	says = strconv.AppendInt(says, o.Off, 10)
	says = append(says, ": "...)
	p.tmp = wire.Escape(says, []byte(o.Text))
	b = p.appendRows(b, roleWarn, "!! ", p.tmp)
	to := excerptTo
	if lay.cols > 0 {
		to = min(to, lay.cols-1)
	}
	b = appendExcerpt(b, e.Frame.Raw, o.Off, to)
	if o.Rule != "" {
		rule := append([]byte(nil), o.Rule...)
		if o.RFC != "" {
			rule = append(rule, "    ("+o.RFC+")"...)
		}
		b = p.means.label(b, "rule", rule, lay)
	} else if o.RFC != "" {
		b = p.means.label(b, "rule", []byte(o.RFC), lay)
	}
	if effect := effectOf(o, e); effect != "" {
		b = p.means.label(b, "effect", []byte(effect), lay)
	}
	return b
}

// effectOf returns the effect of an oddity, with the message that it affects.
func effectOf(o *wire.Oddity, e *tagger.Event) string {
	f, ok := e.Value.(*response.Fetch)
	if o.Effect != wire.DropsAll || !ok || f.Seq == 0 {
		return o.Effect
	}
	return o.Effect + ", here of message " + strconv.FormatUint(uint64(f.Seq), 10)
}

// appendExcerpt appends the bytes of a line around an offset, escaped, and a caret below them.
func appendExcerpt(b, raw []byte, off int64, to int) []byte {
	if off < 0 || off > int64(len(raw)) {
		return b
	}
	at := int(off)
	start := bytes.LastIndexByte(raw[:at], '\n') + 1
	end := len(raw)
	if i := bytes.IndexByte(raw[at:], '\n'); i >= 0 {
		end = at + i
		if end > at && raw[end-1] == '\r' {
			end--
		}
	}
	cutBefore, cutAfter := false, false
	limit := min(excerptBefore, max(1, to/2))
	if at-start > limit {
		start, cutBefore = at-limit, true
	}
	if end-at > to {
		end, cutAfter = at+to, true
	}
	before := wire.Escape(nil, raw[start:at])
	for text.Width(before) > limit && start < at {
		start, cutBefore = start+1, true
		before = wire.Escape(before[:0], raw[start:at])
	}
	after := wire.Escape(nil, raw[at:end])
	b = append(b, lineIndent...)
	column := len(lineIndent) + text.Width(before)
	if cutBefore {
		b = append(b, "…"...)
		column++
	}
	b = append(b, before...)
	if n := text.Fit(after, to-column-1); n < len(after) {
		after, cutAfter = after[:n], true
	}
	b = append(b, after...)
	if cutAfter {
		b = append(b, "…"...)
	}
	b = append(b, '\n')
	b = text.AppendBlanks(b, column)
	return append(b, "^\n"...)
}
