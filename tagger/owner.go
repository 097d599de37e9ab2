package tagger

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// An Asked is what a command has asked for: which responses are its own data, whatever else is in
// flight. The data of another command, and what nobody asked for, is not.
type Asked struct {
	command *Command
	set     spans // of FETCH and STORE: the numbers named
	setUID  bool  // they are UIDs
	last    bool  // the set names "*"
	open    bool  // which messages cannot be told: "$", if what a search saved is not known
	byUID   bool
	items   *asked // of FETCH; nil: which cannot be told
}

// span is a run of numbers, lo to hi.
type span struct{ lo, hi uint32 }

// Fit is how well a response fits what a command has asked for.
type Fit uint8

const (
	// No: it is not the command's.
	No Fit = iota
	// Maybe: it is the command's unless it fits another one better.
	Maybe
	// Yes: it is what the command has asked for.
	Yes
)

// NewAsked reads what a command asks for. What cannot be read may be anything that its row of the
// table names.
func NewAsked(c *Command) *Asked {
	a := &Asked{command: c, byUID: c.Match.ByUID(), items: c.asked}
	a.setUID = a.byUID
	if row := c.Match.Row(); !row.Saves && !row.SetsFlags {
		return a
	}
	if args := c.Match.Args(); len(args) > 0 {
		a.readSet(args[0].Text)
	} else {
		a.open = true
	}
	return a
}

// readSet reads a sequence set (RFC 9051 §9). What is not one may be any message.
func (a *Asked) readSet(text string) {
	if saved := a.command.result; text == "$" && saved != nil {
		a.set, a.setUID = saved.set, saved.byUID
		return
	}
	defer func() { a.set = a.set.sorted() }()
	for part := range strings.SplitSeq(text, ",") {
		lo, hi, isRange := strings.Cut(part, ":")
		if !isRange {
			hi = lo
		}
		if lo == "*" {
			lo, hi = hi, lo
		}
		from, err := number(lo)
		to, err2 := number(hi)
		switch {
		case hi == "*":
			a.last = true
			if err == nil {
				a.set = append(a.set, span{from, math.MaxUint32})
			}
		case err != nil || err2 != nil:
			a.open = true
		default:
			a.set = append(a.set, span{min(from, to), max(from, to)})
		}
	}
}

func number(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err
}

// Fits returns whether a response is data that the command has asked for. exists is how many
// messages the mailbox has, which is what "*" means; 0 if that is not known.
func (a *Asked) Fits(v response.Value, exists uint32) Fit {
	row := a.command.Match.Row()
	switch v := v.(type) {
	case *response.Status:
		return No
	case *response.Fetch:
		if !row.AnsweredBy(v.Name()) {
			return No
		}
		return a.fitsFetch(row, v, exists)
	}
	if !row.AnsweredBy(v.Name()) {
		return No
	}
	switch v := v.(type) {
	case *response.ESearch: // it names the command that it is for (RFC 4466 §2.6.2)
		if v.Tag != nil && string(v.Tag) != a.command.Tag {
			return No
		}
	case *response.MailboxStatus:
		if row.Name == "STATUS" && mailboxName(v.Mailbox.B) != argument(a.command.Match, 1) {
			return Maybe
		}
	case *response.Vanished:
		if !v.Earlier && (row.Saves || row.Opens) { // it happens now (RFC 7162 §3.2.10)
			return No
		}
	}
	return Yes
}

// fitsFetch is Fits for a FETCH response. One with flags only is nobody's who has not asked for
// them: they come unasked as well.
func (a *Asked) fitsFetch(row *command.Command, f *response.Fetch, exists uint32) Fit {
	uid := uint32(0)
	if f.Name() == "UIDFETCH" {
		uid = f.Seq // RFC 9586 §3.3
	}
	some, others := false, false // of the items: asked for, and beside those
	for i := range f.Items {
		it := &f.Items[i]
		switch it.Kind {
		case response.ItemUID:
			uid = uint32(it.Num)
		case response.ItemFlags, response.ItemModSeq:
		default:
			others = others || a.items == nil || !a.items.names(it.Name)
		}
		some = some || a.items != nil && a.items.names(it.Name)
	}
	fit := Yes
	switch {
	case !row.Saves:
		if others {
			return No
		}
		if row.Opens { // what it was not there for (RFC 7162 §3.2.5)
			return Maybe
		}
	case a.items == nil, some && others:
		fit = Maybe
	case !some:
		return No
	}
	if uid != 0 && !a.byUID && row.Saves && (a.items == nil || !a.items.names([]byte("UID"))) {
		fit = Maybe // it may be the answer to another's UID FETCH
	}
	return min(fit, a.numbered(f.Seq, uid, exists))
}

// numbered returns whether the message is one that was asked for; uid is 0 if it is not known.
func (a *Asked) numbered(seq, uid, exists uint32) Fit {
	n := seq
	if a.setUID {
		if n = uid; n == 0 {
			return Maybe // a server must send it: the items decide
		}
	}
	switch {
	case a.set.has(n):
		return Yes
	case a.last && seq == exists:
		return Yes
	case a.open, a.last && exists == 0:
		return Maybe
	}
	return No
}

// FitsLiteral is Fits for a FETCH response of which only what came before a literal is known
// that is too large to be kept.
func (a *Asked) FitsLiteral(head []byte, exists uint32) Fit {
	row := a.command.Match.Row()
	seq, item, ok := response.LiteralOf(head)
	if !ok || !row.Saves {
		return No
	}
	fit := Yes
	if a.items == nil {
		fit = Maybe
	} else if !a.items.names(item) {
		return No
	}
	uid := uidBefore(head)
	if uid != 0 && !a.byUID && (a.items == nil || !a.items.names([]byte("UID"))) {
		fit = Maybe
	}
	return min(fit, a.numbered(seq, uid, exists))
}

// Open reports whether it cannot be told which messages were asked for.
func (a *Asked) Open() bool {
	return a.open || a.setUID && !a.byUID && (a.items == nil || !a.items.names([]byte("UID")))
}

// Item reports whether the value of an item, by its name as it comes, is one that was asked for.
func (a *Asked) Item(name []byte) bool { return a.items == nil || a.items.names(name) }

// Message reports whether a message may be one that was asked for; uid is 0 if it is not known.
func (a *Asked) Message(seq, uid uint32) bool { return a.numbered(seq, uid, 0) != No }

// uidWithin is how many bytes of a FETCH response may be read to find its UID: this happens for each literal.
const uidWithin = 4 << 10

// uidBefore returns the UID among the first items of a FETCH response, those without brackets and
// strings; 0 if there is none.
func uidBefore(head []byte) uint32 {
	head = head[:min(len(head), uidWithin)]
	if end := bytes.IndexAny(head, `[{"`); end >= 0 {
		head = head[:end]
	}
	for {
		at := bytes.IndexAny(head, "( ")
		if at < 0 {
			return 0
		}
		head = head[at+1:]
		if len(head) > 4 && bytes.EqualFold(head[:4], []byte("UID ")) {
			digits := head[4:]
			if end := bytes.IndexAny(digits, " )"); end >= 0 {
				digits = digits[:end]
			}
			n, _ := wire.Number(digits)
			if n > math.MaxUint32 {
				return 0
			}
			return uint32(n)
		}
	}
}

// names reports whether an item of this name, as it comes, was asked for.
func (a *asked) names(item []byte) bool {
	name := withoutFields(item)
	for i := range a.items {
		if bytes.EqualFold(a.items[i].name, name) {
			return true
		}
	}
	return false
}
