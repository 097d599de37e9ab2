package diff

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/repl"
)

// An account holds what has been learned about one side.
type account struct {
	side  string // "left" or "right"
	user  string
	asker Asker

	caps       []string
	spaces     spaces
	boxes      map[string]*box
	subscribed map[string]*box // the subscribed ones, whether they exist or not
}

// A box is a mailbox that can be selected.
type box struct {
	wire string   // the name on the wire, not decoded
	uses []string // special uses

	messages, unseen uint64
	why              string // the counts are not known; "" if they are
}

// Limits on what is kept, however much a server sends.
const (
	boxesMost    = 1 << 18
	namesMost    = 64 << 20 // bytes of all names of mailboxes
	capsMost     = 1 << 12
	keywordsMost = 500
	rightsMost   = 1 << 14
)

// lost returns the failure of a side whose connection has ended.
func (a *account) lost(err error) *failure {
	return &failure{side: a.side, why: err.Error(), lost: true}
}

// ask sends commands and waits for their answers. Its error means that the connection has ended.
func (a *account) ask(all ...*repl.Inquiry) error {
	if err := a.asker.Inquire(all...); err != nil {
		return a.lost(err)
	}
	return nil
}

// must sends a command, and returns a failure unless it is answered OK.
func (a *account) must(q *repl.Inquiry) error {
	if err := a.ask(q); err != nil {
		return err
	}
	return a.refused(q)
}

// refused returns a failure if a command was not answered OK, nil if it was.
func (a *account) refused(q *repl.Inquiry) error {
	if err := q.Refused(); err != nil {
		name, _, _ := strings.Cut(string(q.Text), " ")
		return &failure{side: a.side, why: name + " was answered " + err.Error()}
	}
	return nil
}

// offers reports whether the server offers a capability, with or without a value.
func (a *account) offers(name string) bool {
	return slices.ContainsFunc(a.caps, func(c string) bool { return c == name || strings.HasPrefix(c, name+"=") })
}

func (a *account) learnCapabilities() error {
	return a.must(&repl.Inquiry{Text: "CAPABILITY", Hear: func(v response.Value) {
		if caps, ok := v.(*response.Capability); ok {
			a.caps = nil
			for _, c := range caps.Caps {
				if len(a.caps) < capsMost {
					a.caps = append(a.caps, strings.ToUpper(string(c)))
				}
			}
			slices.Sort(a.caps)
			a.caps = slices.Compact(a.caps)
		}
	}})
}

// learnSpaces asks for the namespaces. A server without NAMESPACE has only the personal one, with an empty prefix.
func (a *account) learnSpaces() error {
	if a.offers("NAMESPACE") || a.offers("IMAP4REV2") {
		return a.must(&repl.Inquiry{Text: "NAMESPACE", Hear: func(v response.Value) {
			if n, ok := v.(*response.Namespace); ok {
				a.spaces = spacesOf(n)
			}
		}})
	}
	return a.must(&repl.Inquiry{Text: `LIST "" ""`, Hear: func(v response.Value) {
		if l, ok := v.(*response.List); ok {
			a.spaces = spaces{personal: []space{{"", delimiter(l.Delim)}}}
		}
	}})
}

// usesSpecial reports whether the server knows special uses.
func (a *account) usesSpecial() bool { return a.offers("SPECIAL-USE") || a.offers("IMAP4REV2") }

// extended reports whether LIST takes RETURN.
func (a *account) extended() bool { return a.offers("LIST-EXTENDED") || a.offers("IMAP4REV2") }

// learnBoxes asks which mailboxes exist, and which are subscribed.
func (a *account) learnBoxes() error {
	text := command.Text(`LIST "" "*"`)
	if a.usesSpecial() && a.extended() {
		text += " RETURN (SPECIAL-USE)"
	}
	a.boxes, a.subscribed = map[string]*box{}, map[string]*box{}
	tooMany, size := false, 0
	hear := func(into map[string]*box, subscribed bool) func(response.Value) {
		return func(v response.Value) {
			l, ok := v.(*response.List)
			if !ok {
				return
			}
			if size += len(l.Mailbox.B); len(into) >= boxesMost || size > namesMost {
				tooMany = true
				return
			}
			if b, key := a.boxOf(l, subscribed); b != nil && into[key] == nil {
				into[key] = b
			}
		}
	}
	if err := a.must(&repl.Inquiry{Text: text, Hear: hear(a.boxes, false)}); err != nil {
		return err
	}
	text = `LSUB "" "*"`
	if a.extended() {
		text = `LIST (SUBSCRIBED) "" "*"`
	}
	if err := a.must(&repl.Inquiry{Text: text, Hear: hear(a.subscribed, true)}); err != nil {
		return err
	}
	if tooMany {
		return &failure{side: a.side, why: fmt.Sprintf("there are more than %d mailboxes, or their names are longer than %d MB", boxesMost, namesMost>>20)}
	}
	return nil
}

// boxOf returns the mailbox of a LIST or LSUB response, and its key; nil if it cannot be selected or is not the user's.
func (a *account) boxOf(l *response.List, subscribed bool) (*box, string) {
	b := &box{wire: string(l.Mailbox.B)}
	delim := delimiter(l.Delim)
	below, own := a.spaces.below(b.wire, delim)
	if !own {
		return nil, ""
	}
	for _, attr := range l.Attrs {
		switch name := strings.ToLower(string(attr)); name {
		case `\noselect`, `\nonexistent`:
			if !subscribed || l.Name() == "LSUB" { // in LSUB it means: not subscribed, but a mailbox below it is
				return nil, ""
			}
		default:
			if use, special := specialUses[name]; special {
				b.uses = append(b.uses, use)
			}
		}
	}
	slices.Sort(b.uses)
	return b, key(below, delim)
}

// specialUses are the attributes of RFC 6154 and RFC 8457, by their lower-case names.
var specialUses = map[string]string{
	`\all`: `\All`, `\archive`: `\Archive`, `\drafts`: `\Drafts`, `\flagged`: `\Flagged`,
	`\important`: `\Important`, `\junk`: `\Junk`, `\sent`: `\Sent`, `\trash`: `\Trash`,
}

// ordered returns the mailboxes in the order of their names on the wire.
func (a *account) ordered() []*box {
	list := make([]*box, 0, len(a.boxes))
	for _, b := range a.boxes {
		list = append(list, b)
	}
	slices.SortFunc(list, func(x, y *box) int { return strings.Compare(x.wire, y.wire) })
	return list
}

// statusAtOnce is how many STATUS commands are sent together.
const statusAtOnce = 64

// unsendable is the reason to skip a name that could only be sent as a literal.
const unsendable = "its name has control characters"

// learnCounts asks how many messages each mailbox has.
func (a *account) learnCounts() error {
	for some := range slices.Chunk(a.ordered(), statusAtOnce) {
		var asked []*box
		var all []*repl.Inquiry
		for _, b := range some {
			name, ok := command.WireMailboxText(b.wire)
			if b.why = "STATUS was not answered"; !ok {
				b.why = unsendable
				continue
			}
			asked = append(asked, b)
			all = append(all, &repl.Inquiry{Text: "STATUS " + name + " (MESSAGES UNSEEN)", Hear: b.hear})
		}
		if len(all) == 0 {
			continue
		}
		if err := a.ask(all...); err != nil {
			return err
		}
		for i, q := range all {
			if err := q.Refused(); err != nil {
				asked[i].why = "STATUS was answered " + err.Error()
			}
		}
	}
	return nil
}

// hear takes a STATUS response.
func (b *box) hear(v response.Value) {
	st, ok := v.(*response.MailboxStatus)
	if !ok {
		return
	}
	for _, item := range st.Items {
		switch strings.ToUpper(string(item.Name)) {
		case "MESSAGES":
			b.messages, b.why = item.Num, ""
		case "UNSEEN":
			b.unseen = item.Num
		}
	}
}

// examine opens a mailbox read-only, and returns its keywords and how many messages it has.
func (a *account) examine(b *box) (keywords []string, exists uint32, err error) {
	name, ok := command.WireMailboxText(b.wire)
	if !ok {
		return nil, 0, &failure{side: a.side, why: unsendable}
	}
	err = a.must(&repl.Inquiry{Text: "EXAMINE " + name, Hear: func(v response.Value) {
		switch v := v.(type) {
		case *response.Number:
			if v.Name() == "EXISTS" {
				exists = v.Num
			}
		case *response.Flags:
			keywords = nil
			for _, f := range v.Flags {
				if len(f) > 0 && f[0] != '\\' && len(keywords) <= keywordsMost {
					keywords = append(keywords, string(f))
				}
			}
		}
	}})
	return keywords, exists, err
}

// carrying returns how many messages of the open mailbox have each keyword, by its lower-case name, without those that
// none has.
func (a *account) carrying(keywords []string) (map[string]carried, error) {
	if len(keywords) > keywordsMost {
		return nil, &failure{side: a.side, why: fmt.Sprintf("there are more than %d keywords", keywordsMost)}
	}
	counts := map[string]carried{}
	for _, keyword := range keywords {
		word, ok := command.AtomText(keyword)
		if !ok {
			continue // no message can have it
		}
		text := "SEARCH KEYWORD " + word
		if a.offers("ESEARCH") || a.offers("IMAP4REV2") {
			text = "SEARCH RETURN (COUNT) KEYWORD " + word
		}
		n := uint64(0)
		q := &repl.Inquiry{Text: text, Hear: func(v response.Value) {
			switch v := v.(type) {
			case *response.Search:
				n += uint64(len(v.Nums))
			case *response.ESearch:
				for _, item := range v.Items {
					if strings.EqualFold(string(item.Name), "COUNT") {
						n = item.Num
					}
				}
			}
		}}
		if err := a.must(q); err != nil {
			return nil, err
		}
		if n > 0 {
			counts[strings.ToLower(keyword)] = carried{keyword, n}
		}
	}
	return counts, nil
}

// carried is a keyword as it was written, and how many messages have it.
type carried struct {
	name string
	n    uint64
}

// limits returns the quota limits for INBOX by the name of the resource, in capitals; several if there are several
// quota roots.
func (a *account) limits() (map[string][]uint64, error) {
	limits := map[string][]uint64{}
	q := &repl.Inquiry{Text: "GETQUOTAROOT INBOX", Hear: func(v response.Value) {
		if quota, ok := v.(*response.Quota); ok {
			for _, r := range quota.Resources {
				if len(limits) >= rightsMost {
					return
				}
				name := strings.ToUpper(string(r.Name))
				limits[name] = append(limits[name], r.Limit)
			}
		}
	}}
	if err := a.must(q); err != nil {
		return nil, err
	}
	for _, list := range limits {
		slices.Sort(list)
	}
	return limits, nil
}

// rights returns the access control list of a mailbox: rights by identifier.
func (a *account) rights(b *box) (map[string]string, error) {
	name, ok := command.WireMailboxText(b.wire)
	if !ok {
		return nil, &failure{side: a.side, why: unsendable}
	}
	rights := map[string]string{}
	err := a.must(&repl.Inquiry{Text: "GETACL " + name, Hear: func(v response.Value) {
		if acl, ok := v.(*response.ACL); ok {
			for i := 0; i+1 < len(acl.Entries) && len(rights) < rightsMost; i += 2 {
				rights[a.identifier(string(acl.Entries[i].B))] = a.standard(string(acl.Entries[i+1].B))
			}
		}
	}})
	return rights, err
}

// owner replaces the name of the account's user, which may differ between the sides.
const owner = "owner"

func (a *account) identifier(name string) string {
	if strings.EqualFold(name, a.user) {
		return owner
	}
	return name
}

// standard returns the standard rights of RFC 4314 §2.1, in one order. If the server knows only those of RFC 2086, it
// replaces "c" and "d" by the rights that took their place; otherwise they add nothing.
func (a *account) standard(rights string) string {
	has := rights
	if !a.offers("RIGHTS") {
		if strings.Contains(rights, "c") {
			has += "kx"
		}
		if strings.Contains(rights, "d") {
			has += "te"
		}
	}
	var b strings.Builder
	for _, r := range "lrswipkxtea" {
		if strings.ContainsRune(has, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
