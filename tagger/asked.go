package tagger

import (
	"bytes"
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
)

// asked is what a FETCH asks for, and which of it has come. An item that never comes breaks no rule of the
// grammar, but is worth a note.
type asked struct {
	items []askedItem
	left  int  // how many of items have not come
	came  bool // a FETCH response has come
	uid   bool // it is a UID FETCH: each response must have the UID (RFC 9051 §6.4.9)
	some  bool // because of a modifier or a set of UIDs there may be nothing to send
}

// askedItem is a message attribute by the name with which it comes, in capitals: "BODY[]<0>", without a list of
// header fields, which may come in another form.
type askedItem struct {
	name []byte
	came bool
}

// macros are the words for several message attributes (RFC 9051 §6.4.5).
var macros = map[string][]string{
	"ALL":  {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"},
	"FAST": {"FLAGS", "INTERNALDATE", "RFC822.SIZE"},
	"FULL": {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"},
}

// askedBy returns what a command asks for; nil if it asks for nothing, or if that is unclear.
func askedBy(m *command.Match) *asked {
	uid := m.Name == "UID FETCH"
	first := 2 // the word that the items begin with
	if uid {
		first++
	}
	if !uid && m.Name != "FETCH" || len(m.Words) <= first || strings.ContainsAny(m.Line, "{\"") {
		return nil
	}
	text := m.Line[m.Words[first].Start:]
	end := itemEnd(text)
	a := &asked{uid: uid, some: uid || strings.TrimSpace(text[end:]) != ""}
	text = text[:end]
	if strings.HasPrefix(text, "(") {
		text = strings.TrimSuffix(text[1:], ")")
	} else if names := macros[strings.ToUpper(text)]; names != nil {
		text = strings.Join(names, " ")
	}
	for text = strings.TrimLeft(text, " "); text != ""; text = strings.TrimLeft(text, " ") {
		n := itemEnd(text)
		if text[0] != '(' { // otherwise it belongs to the item before it: PREVIEW (LAZY)
			a.items = append(a.items, askedItem{name: responseName(text[:n])})
		}
		text = text[n:]
	}
	a.left = len(a.items)
	return a
}

// itemEnd returns where the first item of text ends: at a space outside brackets.
func itemEnd(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ' ':
			if depth <= 0 {
				return i
			}
		}
	}
	return len(text)
}

// responseName returns the name with which a requested item comes: "BODY[TEXT]<0>" for "BODY.PEEK[TEXT]<0.100>".
func responseName(item string) []byte {
	name := []byte(strings.ToUpper(item))
	name = bytes.Replace(name, []byte(".PEEK["), []byte("["), 1)
	if i := bytes.LastIndexByte(name, '<'); i >= 0 {
		if dot := bytes.IndexByte(name[i:], '.'); dot > 0 {
			name = append(name[:i+dot], '>')
		}
	}
	return withoutFields(name)
}

// withoutFields returns a name without its list of header fields.
func withoutFields(name []byte) []byte {
	from, to := bytes.IndexByte(name, '('), bytes.LastIndexByte(name, ')')
	if from < 0 || to < from {
		return name
	}
	return append(name[:from:from], name[to+1:]...)
}

// sees notes which items have come.
func (a *asked) sees(v *response.Fetch) {
	a.came = true
	for i := range v.Items {
		if a.left == 0 {
			return
		}
		name := withoutFields(v.Items[i].Name)
		for j := range a.items {
			if it := &a.items[j]; !it.came && bytes.EqualFold(it.name, name) {
				it.came = true
				a.left--
			}
		}
	}
}

// noteFetch counts a FETCH response for all commands that may have asked for it, and notes a missing UID. If
// responses are not decoded, nothing is known.
func (t *Tagger) noteFetch(e *Event, v *response.Fetch) {
	if t.Skim {
		for _, c := range t.flight.all() {
			c.asked = nil
		}
		return
	}
	for _, c := range t.flight.all() {
		if c.asked != nil {
			c.asked.sees(v)
		}
	}
	if c := e.Command; c == nil || c.asked == nil || !c.asked.uid {
		return
	}
	told := true // all its items may come unasked
	for i := range v.Items {
		switch v.Items[i].Kind {
		case response.ItemUID:
			return
		case response.ItemFlags, response.ItemModSeq:
		default:
			told = false
		}
	}
	if !told {
		e.note("this response to UID FETCH has no UID (RFC 9051 §6.4.9)")
	}
}

// noteUnanswered notes, when a command is completed, what it requested but did not get.
func (t *Tagger) noteUnanswered(e *Event, c *Command, v *response.Status) {
	a := c.asked
	if a == nil || a.left == 0 || v.Cond != response.OK {
		return
	}
	if !a.came {
		if m := t.session.Mailbox; !a.some && v.Code == nil && m != nil && m.Exists > 0 {
			e.note(fmt.Sprintf("the server sent no FETCH response; the last message is number %d", m.Exists))
		}
		return
	}
	var names []string
	for i := range a.items {
		if it := &a.items[i]; !it.came {
			names = append(names, string(it.name))
		}
	}
	verb := "was"
	if len(names) > 1 {
		verb = "were"
	}
	e.note(strings.Join(names, ", ") + " " + verb + " requested but not sent")
}

// noteOther notes an untagged response that is in no specification. Names that begin with X are private.
func (e *Event) noteOther(v *response.Other) {
	name := v.Name()
	if len(e.Oddities) == 0 && name != "" && name[0] != 'X' && len(name) <= 32 && !undecoded[name] {
		e.note(fmt.Sprintf("%s is not an untagged response of any specification", name))
	}
}

// undecoded are the untagged responses of specifications that have no decoder.
var undecoded = map[string]bool{
	"CONVERSION": true, // RFC 5259 §8.1
	"JMAPACCESS": true, // RFC 9698 §3
}

// noteSearch notes an ESEARCH for a command that is not in flight. The updates of a search that is kept up to date
// have its tag (RFC 5267 §4.3).
func (t *Tagger) noteSearch(e *Event, v *response.ESearch) {
	if v.Tag == nil || t.flight.has(string(v.Tag)) || t.updated[string(v.Tag)] {
		return
	}
	e.note("this ESEARCH names a tag that no command in progress has")
}

// keepsUpdated remembers the tag of a search whose result the server continues to report.
func (t *Tagger) keepsUpdated(c *Command) {
	switch c.Match.Name {
	case "SEARCH", "UID SEARCH", "SORT", "UID SORT":
		if strings.Contains(strings.ToUpper(c.Match.Line), "UPDATE") && len(t.updated) < searchKept {
			if t.updated == nil {
				t.updated = map[string]bool{}
			}
			t.updated[c.Tag] = true
		}
	}
}

// note adds a sentence about an event that is worth saying although no rule is broken.
func (e *Event) note(text string) { e.Notes = append(e.Notes, text) }

// noteUntagged notes what is worth saying about an untagged response other than a status.
func (t *Tagger) noteUntagged(e *Event, v response.Value) {
	switch v := v.(type) {
	case *response.Fetch:
		t.noteFetch(e, v)
	case *response.ESearch:
		t.noteSearch(e, v)
	case *response.Other:
		e.noteOther(v)
	}
}
