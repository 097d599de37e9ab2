package render

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// labelWidth is the width of the label of a decoded line, in columns.
const labelWidth = 9

// explainer appends what a response means, if its wire line does not show it.
type explainer struct {
	p    *prettyMode
	tree tree // of the LIST responses of the command in flight
	text textDecoder
	tmp  []byte // a value, not escaped
	esc  []byte // a value, escaped
	// command is the FETCH to which few belongs: whether its set names so few messages that each is
	// shown in full.
	command *tagger.Command
	few     bool
	cut     bool            // the wire line of the current event is not shown in full
	said    map[string]bool // the explanations that have been shown in this session
	news    string          // the explanation of the current response
	told    bool            // the code of the current response is one to explain once, and has been explained
	failed  string          // the code of the response, if it is a NO, BAD or BYE
	odd     bool            // the current response breaks a rule, so that some of its data may not be understood
}

func (x *explainer) init(p *prettyMode) { x.p = p }

// see notes a response, once, before its lines are appended, which may happen twice.
func (x *explainer) see(e *tagger.Event) {
	if x.p.r.opts.Explain {
		x.meet(e)
	}
	failed := x.failed
	x.told, x.failed = false, ""
	if v, ok := e.Value.(*response.Status); ok && v.Code != nil {
		name := string(bytes.ToUpper(v.Code.Name))
		x.told = onceCodes[name] && x.once(explanation{"code " + name, codes[name]}) == "" ||
			v.Cond == response.BYE && name == failed // the NO before it has explained the same
		if v.Cond != response.OK {
			x.failed = name
		}
	}
	if l, ok := e.Value.(*response.List); ok && x.p.terminal {
		var odd []wire.Oddity
		if x.belowTree(e) {
			odd = e.Oddities
		}
		x.tree.add(l, modernNames(e), odd)
	}
}

// belowTree reports whether the oddities of a LIST response, all of them about its mailbox name, are shown below
// the tree, so that they do not interrupt a run.
func (x *explainer) belowTree(e *tagger.Event) bool {
	opts := &x.p.r.opts
	if !x.p.terminal || opts.WireFull || opts.OddOnly || len(e.Oddities) == 0 || e.Command == nil || !e.Command.Match.Row().Lists {
		return false
	}
	if l, ok := e.Value.(*response.List); !ok || len(l.Mailbox.B) == 0 {
		return false
	}
	for i := range e.Oddities {
		if e.Oddities[i].Name != "bad-mailbox-name" {
			return false
		}
	}
	return true
}

// scratchKept is how many bytes of the memory for values are kept for the next response.
const scratchKept = 1 << 20

// append appends the decoded lines of an event.
func (x *explainer) append(b []byte, e *tagger.Event, lay layout) []byte {
	x.odd = slices.ContainsFunc(e.Oddities, func(o wire.Oddity) bool { return o.Name != "trailing-blank" })
	b = x.lines(b, e, lay)
	if cap(x.tmp) > scratchKept {
		x.tmp = nil
	}
	if cap(x.esc) > scratchKept {
		x.esc = nil
	}
	return b
}

// sayNothing says that a response has no data, unless it breaks a rule: then its data may be what was not understood.
func (x *explainer) sayNothing(b []byte, says string, lay layout) []byte {
	if x.odd {
		return b
	}
	return x.say(b, says, lay)
}

func (x *explainer) lines(b []byte, e *tagger.Event, lay layout) []byte {
	switch v := e.Value.(type) {
	case *response.Fetch:
		b = x.fetch(b, e, v, lay)
	case *response.Enabled:
		b = x.enabled(b, v, lay)
	case *response.ESearch:
		b = x.esearch(b, v, modernNames(e), lay)
	case *response.Thread:
		b = x.thread(b, v, lay)
	case *response.Vanished:
		b = x.vanished(b, v, lay)
	case *response.ID:
		b = x.id(b, v, lay)
	case *response.Namespace:
		b = x.namespace(b, v, lay)
	case *response.Quota:
		b = x.quota(b, v, lay)
	case *response.QuotaRoot:
		b = x.mailbox(b, &v.Mailbox, modernNames(e), lay)
		switch {
		case len(v.Roots) > 0:
		case len(v.Mailbox.B) == 0:
			b = x.sayNothing(b, "no mailbox is named, so there is no quota to show", lay)
		default:
			b = x.sayNothing(b, "this mailbox has no quota", lay)
		}
	case *response.ACL:
		b = x.mailbox(b, &v.Mailbox, modernNames(e), lay)
		b = x.acl(b, v, lay)
	case *response.MyRights:
		b = x.mailbox(b, &v.Mailbox, modernNames(e), lay)
		b = x.myRights(b, v, lay)
	case *response.ListRights:
		b = x.mailbox(b, &v.Mailbox, modernNames(e), lay)
		b = x.listRights(b, v, lay)
	case *response.Metadata:
		b = x.mailbox(b, &v.Mailbox, modernNames(e), lay)
		b = x.metadata(b, v, lay)
	case *response.Strings:
		b = x.strings(b, v, lay)
	case *response.Status:
		b = x.status(b, e, v, lay)
	case *response.Capability:
		if e.Command != nil && e.Command.Match.Row().AnsweredBy("CAPABILITY") {
			b = x.capabilityGroups(b, v.Caps, lay)
		} else {
			b = x.caps(b, e, v.Caps, lay)
		}
	case *response.Number:
		b = x.number(b, e, v, lay)
	case *response.List:
		if !x.p.terminal {
			b = x.mailbox(b, &v.Mailbox, modernNames(e), lay)
		}
	case *response.MailboxStatus:
		b = x.mailboxStatus(b, e, v, lay)
	case *response.Search:
		b = x.search(b, v, lay)
	}
	for _, note := range e.Notes {
		b = x.label(b, "note", []byte(note), lay)
	}
	if x.p.r.opts.Explain {
		b = x.explain(b, lay)
	}
	if !x.p.terminal && (x.p.r.opts.Timing || x.p.r.opts.Clock) {
		b = x.times(b, e)
	}
	return b
}

// label appends a decoded line: a label, and a value, which it escapes and wraps to the width of the terminal.
func (x *explainer) label(b []byte, label string, value []byte, lay layout) []byte {
	b = append(b, lineIndent...)
	b = append(b, label...)
	at := len(lineIndent)
	if label != "" {
		b = text.AppendBlanks(b, max(1, labelWidth-len(label)))
		at += max(labelWidth, len(label)+1)
	}
	return x.rest(b, value, at, lay)
}

// rest appends a value that begins in column at, and indents the rows after the first one as much.
func (x *explainer) rest(b, value []byte, at int, lay layout) []byte {
	x.esc = wire.Escape(x.esc[:0], value)
	if lay.cols == 0 {
		b = append(b, x.esc...)
		return append(b, '\n')
	}
	for rest := x.esc; ; {
		n := text.WordFit(rest, lay.cols-at)
		b = append(b, bytes.TrimRight(rest[:n], " ")...)
		rest = bytes.TrimLeft(rest[n:], " ")
		b = append(b, '\n')
		if len(rest) == 0 {
			return b
		}
		b = text.AppendBlanks(b, at)
	}
}

// say is label without a label.
func (x *explainer) say(b []byte, text string, lay layout) []byte {
	return x.label(b, "", []byte(text), lay)
}

// times appends the time of day and the time that a command took, for output without a right edge.
func (x *explainer) times(b []byte, e *tagger.Event) []byte {
	start := len(b)
	b = append(b, lineIndent...)
	empty := len(b)
	if x.p.r.opts.Clock {
		b = e.Frame.At.In(x.p.r.opts.Local).AppendFormat(b, "15:04:05.000")
	}
	if x.p.r.opts.Timing && e.Done && e.Elapsed > 0 {
		if len(b) > empty {
			b = append(b, "  "...)
		}
		b = text.AppendDuration(b, e.Elapsed)
		b = appendCounts(b, e.Command)
	}
	if len(b) == empty {
		return b[:start]
	}
	return append(b, '\n')
}

// appendCounts appends how much came for a command: "  8 responses  393 B".
func appendCounts(b []byte, c *tagger.Command) []byte {
	if c == nil || c.Frames < 2 {
		return b
	}
	b = append(b, "  "...)
	b = text.AppendPlural(b, int64(c.Frames), "response", "responses")
	b = append(b, "  "...)
	return text.AppendSize(b, uint64(max(0, c.Bytes)))
}

// number says what unsolicited EXISTS and EXPUNGE responses have changed.
func (x *explainer) number(b []byte, e *tagger.Event, v *response.Number, lay layout) []byte {
	if e.Before == nil || e.After == nil || e.Before.Mailbox == nil || e.After.Mailbox == nil {
		return b
	}
	before, after := e.Before.Mailbox, e.After.Mailbox
	if !before.HasExists || e.Command != nil && e.Command.Match.Row().Opens {
		return b
	}
	x.tmp = x.tmp[:0]
	switch {
	case v.Name() == "EXISTS" && after.Exists > before.Exists:
		x.tmp = text.AppendPlural(x.tmp, int64(after.Exists), "message", "messages")
		x.tmp = append(x.tmp, ", "...)
		x.tmp = text.AppendCount(x.tmp, int64(after.Exists-before.Exists))
		x.tmp = append(x.tmp, " more"...)
	case v.Name() == "EXPUNGE" && (e.Command == nil || !e.Command.Match.Row().Expunges):
		x.tmp = text.AppendPlural(x.tmp, int64(after.Exists), "message left", "messages left")
		if v.Num > 0 && v.Num <= after.Exists {
			x.tmp = append(x.tmp, "; what was "...)
			x.tmp = strconv.AppendUint(x.tmp, uint64(v.Num)+1, 10)
			x.tmp = append(x.tmp, " is now "...)
			x.tmp = strconv.AppendUint(x.tmp, uint64(v.Num), 10)
		}
	default:
		return b
	}
	return x.label(b, shortLabel(after.Name), x.tmp, lay)
}

// shortLabel returns a mailbox name as a label: escaped, and only its end if it is long.
func shortLabel(name string) string {
	const most = 24
	name = string(wire.Escape(nil, []byte(name)))
	if len(name) <= most || utf8.RuneCountInString(name) < len(name) {
		return name
	}
	return "…" + name[len(name)-most:]
}

// search counts a long list of numbers, and shows it as a set.
func (x *explainer) search(b []byte, v *response.Search, lay layout) []byte {
	if len(v.Nums) == 0 {
		return x.sayNothing(b, "no messages", lay)
	}
	if len(v.Nums) <= 10 {
		return b
	}
	x.tmp = text.AppendPlural(x.tmp[:0], int64(len(v.Nums)), "message: ", "messages: ")
	limit := 200
	if lay.cols > 0 {
		limit = max(30, lay.cols-len(lineIndent)-len(x.tmp))
	}
	x.tmp = appendSet(x.tmp, v.Nums, limit)
	return x.label(b, "", x.tmp, lay)
}

// mailboxStatus shows sizes in readable units, and the name decoded.
func (x *explainer) mailboxStatus(b []byte, e *tagger.Event, v *response.MailboxStatus, lay layout) []byte {
	b = x.mailbox(b, &v.Mailbox, modernNames(e), lay)
	for i := range v.Items {
		item := &v.Items[i]
		name := strings.ToUpper(string(item.Name))
		switch {
		case !octets[name]:
		case item.Nil:
			b = x.label(b, name, append(x.tmp[:0], "no limit"...), lay)
		case item.HasNum && item.Num >= 1024:
			x.tmp = text.AppendSize(x.tmp[:0], item.Num)
			b = x.label(b, name, x.tmp, lay)
		}
	}
	return b
}

// octets are the items of STATUS that count bytes (RFC 8438, 7889, 9208).
var octets = map[string]bool{"SIZE": true, "APPENDLIMIT": true, "DELETED-STORAGE": true}

// mailbox shows a mailbox name decoded, if that differs from the name on the wire.
func (x *explainer) mailbox(b []byte, s *response.String, modern bool, lay layout) []byte {
	if modern || bytes.IndexByte(s.B, '&') < 0 {
		return b
	}
	name, ok := wire.DecodeMailbox(string(s.B))
	if !ok || name == string(s.B) {
		return b
	}
	return x.label(b, "", []byte(name), lay)
}

// modernNames reports whether mailbox names are UTF-8 on the wire (RFC 6855 §3, RFC 9051 §5.1).
func modernNames(e *tagger.Event) bool {
	if e.After == nil {
		return false
	}
	for _, name := range e.After.Enabled {
		if strings.EqualFold(name, "UTF8=ACCEPT") || strings.EqualFold(name, "IMAP4rev2") {
			return true
		}
	}
	return false
}
