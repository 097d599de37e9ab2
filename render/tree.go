package render

import (
	"bytes"
	"sort"
	"strconv"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// A tree is shown for up to treeShown mailboxes; treeKept and treeOctets limit what is kept of a server's list.
const (
	treeShown  = 100
	treeKept   = 1000
	treeOctets = 1 << 20 // bytes of their names and attributes, and of odd names
)

// tree collects the mailboxes of LIST responses, to show them by hierarchy when the command is
// completed.
type tree struct {
	mailboxes []listed
	octets    int // bytes kept
	count     int
	encoded   bool // a name is different on the wire
	odd       []oddName
	oddCount  int
}

// oddName is a mailbox name and what is odd about it, which is shown below the tree.
type oddName struct {
	name []byte
	says wire.Oddity
}

// oddShown is how many odd names are listed below a tree.
const oddShown = 10

// listed is one LIST response.
type listed struct {
	name, wire string // name is decoded; wire is "" if it is the same
	attrs      string // except those that the tree shows itself
	delim      byte
	odd        bool // what is odd about the name is shown below
}

func (t *tree) reset() { *t = tree{mailboxes: t.mailboxes[:0], odd: t.odd[:0]} }

// add takes a LIST response, and its oddities if they are to be shown below the tree.
func (t *tree) add(l *response.List, modern bool, odd []wire.Oddity) {
	t.count++
	t.oddCount += len(odd)
	for _, o := range odd {
		if len(t.odd) < oddShown && t.room(len(l.Mailbox.B)) {
			t.odd = append(t.odd, oddName{bytes.Clone(l.Mailbox.B), o})
		}
	}
	attrs := 0
	for _, a := range l.Attrs {
		attrs += 1 + len(a)
	}
	if t.count > treeKept || !t.room(2*len(l.Mailbox.B)+attrs) {
		return
	}
	m := listed{name: string(l.Mailbox.B), delim: l.Delim, odd: len(odd) > 0}
	if !modern && bytes.IndexByte(l.Mailbox.B, '&') >= 0 {
		if name, ok := wire.DecodeMailbox(m.name); ok && name != m.name {
			m.name, m.wire = name, m.name
			t.encoded = true
		}
	}
	var says []string
	for _, a := range l.Attrs {
		if !plainAttribute(a) {
			says = append(says, string(a))
		}
	}
	m.attrs = strings.Join(says, " ")
	t.mailboxes = append(t.mailboxes, m)
}

// room reserves bytes, and reports whether as many were left.
func (t *tree) room(octets int) bool {
	if octets > treeOctets-t.octets {
		return false
	}
	t.octets += octets
	return true
}

// appendOdd appends a line for each odd name, and how many more there were.
func (t *tree) appendOdd(b []byte, p *prettyMode) []byte {
	for i := range t.odd {
		o := &t.odd[i]
		says := wire.Escape(p.tmp[:0], o.name)
		says = append(says, ": "...)
		says = wire.Escape(says, []byte(strings.TrimPrefix(o.says.Text, "the mailbox name is ")))
		p.tmp = append(append(says, "; "...), o.says.RFC...)
		b = p.appendRows(b, roleWarn, "!! ", p.tmp)
	}
	if n := int64(t.oddCount - len(t.odd)); n > 0 {
		p.tmp = append(text.AppendPlural(p.tmp[:0], n, "more name", "more names"), " like this"...)
		b = p.appendRows(b, roleWarn, "!! ", p.tmp)
	}
	return b
}

// plainAttribute reports whether an attribute is omitted, because the tree itself shows it or because it says little.
func plainAttribute(a []byte) bool {
	for _, plain := range []string{`\HasChildren`, `\HasNoChildren`, `\Unmarked`, `\Marked`, `\Subscribed`} {
		if bytes.EqualFold(a, []byte(plain)) {
			return true
		}
	}
	return false
}

// append appends the count and the tree, if they say more than the wire lines did.
func (t *tree) append(b []byte, x *explainer, lay layout) []byte {
	if t.count <= runLimit && !t.encoded && t.oddCount == 0 {
		return b
	}
	v := text.AppendPlural(x.tmp[:0], int64(t.count), "mailbox", "mailboxes")
	if len(t.mailboxes) == 0 {
		x.tmp = v
		return x.label(b, "", v, lay)
	}
	if d := t.mailboxes[0].delim; d != 0 {
		v = append(v, ", delimiter "...)
		v = strconv.AppendQuoteToASCII(v, string(rune(d)))
	}
	x.tmp = v
	b = x.label(b, "", v, lay)
	if t.count > treeShown || len(t.mailboxes) < t.count {
		return b
	}
	sort.SliceStable(t.mailboxes, func(i, j int) bool { return t.mailboxes[i].before(&t.mailboxes[j]) })
	var open []string // the names above the current one, each with its delimiter
	var row leaves
	for i := range t.mailboxes {
		m := &t.mailboxes[i]
		for len(open) > 0 && !strings.HasPrefix(m.name, open[len(open)-1]) {
			open = open[:len(open)-1]
		}
		above := ""
		if len(open) > 0 {
			above = open[len(open)-1]
		}
		name := m.name[len(above):]
		if len(open) > 0 && t.leaf(i) && separable(name) {
			b = row.add(b, x, len(open), above, name, lay)
			continue
		}
		b = row.end(b, x, lay)
		b = t.row(b, x, m, len(open), name, lay)
		if m.delim != 0 {
			open = append(open, m.name+string(rune(m.delim)))
		}
	}
	return row.end(b, x, lay)
}

// before orders names by hierarchy: INBOX first, mailboxes below a name after it.
func (m *listed) before(o *listed) bool {
	a, b := m.name, o.name
	if inbox := strings.EqualFold(a, "INBOX"); inbox != strings.EqualFold(b, "INBOX") {
		return inbox
	}
	if m.delim != 0 && m.delim == o.delim {
		d := string(rune(m.delim))
		a, b = strings.ReplaceAll(a, d, "\x00"), strings.ReplaceAll(b, d, "\x00")
	}
	return a < b
}

// row appends a mailbox: its name indented, its attributes, its name on the wire. What does not fit beside the name
// goes below it.
func (t *tree) row(b []byte, x *explainer, m *listed, depth int, name string, lay layout) []byte {
	if name == "" && m.delim != 0 { // "Archive/" below "Archive"
		name = string(rune(m.delim))
	}
	var says []string
	for _, s := range []string{m.attrs, m.wire} {
		if s != "" {
			says = append(says, s)
		}
	}
	if m.odd {
		says = append(says, "!! below")
	}
	behind := strings.Join(says, "  ")
	at := len(lineIndent) + treeIndent(depth)
	b = text.AppendBlanks(b, at)
	wide := treeIndent(depth) + text.Width(wire.EscapeString(name))
	pad := max(2, treeColumn-wide)
	v := append(x.tmp[:0], name...)
	if room := lay.cols - len(lineIndent) - wide; behind != "" && (lay.cols == 0 || text.Width(wire.EscapeString(behind))+pad <= room) {
		v = append(text.AppendBlanks(v, pad), behind...)
		behind = ""
	}
	x.tmp = v
	b = x.rest(b, v, at, lay)
	if behind != "" {
		at += 4
		x.tmp = append(x.tmp[:0], behind...)
		b = x.rest(text.AppendBlanks(b, at), x.tmp, at, lay)
	}
	return b
}

// treeColumn is the column after the names of a tree, if they are short enough.
const treeColumn = 25
