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

// An Asked is what a command asks for. It says which responses carry that command's data, and not the data of
// another command in flight or data that nobody asked for.
type Asked struct {
	command *Command
	set     spans // the numbers in the set of a FETCH or STORE
	setUID  bool  // they are UIDs
	last    bool  // the set includes "*"
	open    bool  // it is not known which messages it names: "$", if the saved result is not known
	byUID   bool
	items   *asked // of a FETCH; nil if it is not known which
}

// span is a run of numbers, from lo to hi.
type span struct{ lo, hi uint32 }

// Fit says how well a response fits what a command asks for.
type Fit uint8

const (
	// No means that it is not the command's data.
	No Fit = iota
	// Maybe means that it is, unless it fits another command better.
	Maybe
	// Yes means that the command has asked for it.
	Yes
)

// NewAsked returns what a command asks for. If its arguments cannot be parsed, any response that its row of the
// table names may be its data.
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

// readSet parses a sequence set (RFC 9051 §9). If it is not one, it may be any messages.
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

// Fits returns how well a response fits what the command has asked for. exists is the number of messages in the
// mailbox, which is the meaning of "*"; 0 if it is not known.
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

// fitsFetch is Fits for a FETCH response. A response with only flags is not the data of a command that has not
// asked for flags, because they also come unasked.
func (a *Asked) fitsFetch(row *command.Command, f *response.Fetch, exists uint32) Fit {
	uid := uint32(0)
	if f.Name() == "UIDFETCH" {
		uid = f.Seq // RFC 9586 §3.3
	}
	some, others := false, false // it has items that were asked for; it has others
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
		if row.Opens { // only QRESYNC makes it send FETCH responses (RFC 7162 §3.2.5)
			return Maybe
		}
	case a.items == nil, some && others:
		fit = Maybe
	case !some:
		return No
	}
	if uid != 0 && !a.byUID && row.Saves && (a.items == nil || !a.items.names([]byte("UID"))) {
		fit = Maybe // it may be the answer to another command's UID FETCH
	}
	return min(fit, a.numbered(f.Seq, uid, exists))
}

// numbered returns whether the message was asked for; uid is 0 if it is not known.
func (a *Asked) numbered(seq, uid, exists uint32) Fit {
	n := seq
	if a.setUID {
		if n = uid; n == 0 {
			return Maybe // a server must send the UID; the items decide
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

// FitsLiteral is Fits for a FETCH response with a literal that is too large to be kept; head is the part of the
// response before the literal.
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

// Open reports whether it is unknown which messages were asked for.
func (a *Asked) Open() bool {
	return a.open || a.setUID && !a.byUID && (a.items == nil || !a.items.names([]byte("UID")))
}

// Item reports whether an item, by its name as received, was asked for.
func (a *Asked) Item(name []byte) bool { return a.items == nil || a.items.names(name) }

// Message reports whether a message may have been asked for; uid is 0 if it is not known.
func (a *Asked) Message(seq, uid uint32) bool { return a.numbered(seq, uid, 0) != No }

// uidWithin is how many bytes of a FETCH response are searched for its UID, because this happens for each literal.
const uidWithin = 4 << 10

// uidBefore returns the UID if it is among the first items of a FETCH response, before any item with brackets or
// strings; 0 if it is not.
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

// names reports whether an item of this name, as received, was asked for.
func (a *asked) names(item []byte) bool {
	name := withoutFields(item)
	for i := range a.items {
		if bytes.EqualFold(a.items[i].name, name) {
			return true
		}
	}
	return false
}
