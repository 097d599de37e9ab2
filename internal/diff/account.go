package diff

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/repl"
)

// An account is what is known of one side.
type account struct {
	side  string // "left" or "right"
	user  string
	asker Asker

	caps       []string
	spaces     spaces
	boxes      map[string]*box
	subscribed map[string]*box // that are, whether they exist or not
}

// A box is a mailbox that can be selected.
type box struct {
	wire string // the name as it came
	uses []string

	messages, unseen uint64
	why              string // they are not known; "" if they are
}

// limits of what is kept of a server.
const (
	boxesMost    = 1 << 18
	namesMost    = 64 << 20 // bytes of all names of mailboxes
	capsMost     = 1 << 12
	keywordsMost = 500
	rightsMost   = 1 << 14
)

// lost is the failure of a side whose connection has ended.
func (a *account) lost(err error) *failure {
	return &failure{side: a.side, why: err.Error(), lost: true}
}

// ask sends commands; an error is that of the connection.
func (a *account) ask(all ...*repl.Inquiry) error {
	if err := a.asker.Inquire(all...); err != nil {
		return a.lost(err)
	}
	return nil
}

// must sends a command that is to be answered OK.
func (a *account) must(q *repl.Inquiry) error {
	if err := a.ask(q); err != nil {
		return err
	}
	return a.refused(q)
}

// refused is that a command was not answered OK, nil if it was.
func (a *account) refused(q *repl.Inquiry) error {
	if err := q.Refused(); err != nil {
		name, _, _ := strings.Cut(string(q.Text), " ")
		return &failure{side: a.side, why: name + " was answered " + err.Error()}
	}
	return nil
}

// offers reports whether a capability is offered, or one of that name with a value.
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

// learnSpaces asks for the namespaces; a server that does not offer that has one, with its delimiter.
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

// usesSpecial reports whether special uses are to be had.
func (a *account) usesSpecial() bool { return a.offers("SPECIAL-USE") || a.offers("IMAP4REV2") }

// extended reports whether LIST takes RETURN.
func (a *account) extended() bool { return a.offers("LIST-EXTENDED") || a.offers("IMAP4REV2") }

// learnBoxes asks which mailboxes there are, and which are subscribed.
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

// boxOf returns the mailbox of a LIST response, and its key; nil for one that is not a mailbox, or not the user's.
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
			if !subscribed || l.Name() == "LSUB" { // of LSUB: it is not subscribed, something below it is
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

// specialUses are the attributes of RFC 6154 and RFC 8457, by their names in small letters.
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

// statusAtOnce is how many STATUS are sent before the first must be answered.
const statusAtOnce = 64

// unsendable is a name that only a literal could hold.
const unsendable = "its name has control characters"

// learnCounts asks for the messages of each mailbox.
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

// examine opens a mailbox for reading and returns its keywords, and how many messages it has.
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

// carrying returns how many messages of the mailbox that is open have each keyword, by its name in small letters.
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

// limits returns the limits of the quota of INBOX, by the name of the resource.
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

// rights returns who may do what with a mailbox, by the identifier.
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

// owner is what the user of an account is called: the names of users may differ.
const owner = "owner"

func (a *account) identifier(name string) string {
	if strings.EqualFold(name, a.user) {
		return owner
	}
	return name
}

// standard returns rights in one order and one sense: those of RFC 4314 §2.1. Of a server that knows only those of
// RFC 2086, "c" and "d" are the rights that took their places; of others they say nothing more.
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
