package tagger

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
)

// An Asked is what a command has asked for: which responses are its own data, whatever else is in
// flight. The data of another command, and what nobody asked for, is not.
type Asked struct {
	match *command.Match
	set   []span // of FETCH; nil: any message
	last  bool   // the set names "*"
	saved bool   // it is what a search saved: "$"
	byUID bool
	items *asked // of FETCH; nil: any
}

// span is a run of numbers, lo to hi.
type span struct{ lo, hi uint32 }

// NewAsked reads what a command asks for. What cannot be read is taken to ask for everything that
// its row of the table names.
func NewAsked(c *Command) *Asked {
	a := &Asked{match: c.Match, byUID: c.Match.ByUID()}
	if c.Match.Command == nil || !c.Match.Row().Saves {
		return a
	}
	args := c.Match.Args()
	if len(args) == 0 {
		return a
	}
	a.readSet(args[0].Text)
	a.items = c.asked
	return a
}

// readSet reads a sequence set (RFC 9051 §9). What is not one is taken for any message.
func (a *Asked) readSet(text string) {
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
			a.saved = true
		default:
			a.set = append(a.set, span{min(from, to), max(from, to)})
		}
	}
}

func number(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err
}

// Takes reports whether a response is data that the command has asked for. exists is how many
// messages the mailbox has, which is what "*" means; 0 where that is not known.
func (a *Asked) Takes(v response.Value, exists uint32) bool {
	f, isFetch := v.(*response.Fetch)
	if !isFetch {
		if _, isStatus := v.(*response.Status); isStatus {
			return false
		}
		return a.match.Row().AnsweredBy(v.Name())
	}
	return a.match.Row().AnsweredBy("FETCH") && a.numbered(f, exists) && a.wants(f)
}

// numbered reports whether the message is one that was asked for.
func (a *Asked) numbered(f *response.Fetch, exists uint32) bool {
	n := f.Seq
	if a.byUID {
		n = 0
		for i := range f.Items {
			if f.Items[i].Kind == response.ItemUID {
				n = uint32(f.Items[i].Num)
			}
		}
		if n == 0 {
			return true // without its UID, which a server must send: the items decide
		}
	}
	return a.has(n) || a.last && (f.Seq == exists || exists == 0)
}

func (a *Asked) has(n uint32) bool {
	if a.saved || len(a.set) == 0 && !a.last {
		return true
	}
	for _, s := range a.set {
		if s.lo <= n && n <= s.hi {
			return true
		}
	}
	return false
}

// wants reports whether one of the items was asked for.
func (a *Asked) wants(f *response.Fetch) bool {
	if a.items == nil {
		return true
	}
	for i := range f.Items {
		if a.items.names(f.Items[i].Name) {
			return true
		}
	}
	return false
}

// TakesLiteral reports whether a literal of a FETCH response that is too large to be kept is data
// that the command has asked for: by the message's number, and the item before it. UIDs may come
// after it, so that by UID the item alone decides.
func (a *Asked) TakesLiteral(seq uint32, item []byte, exists uint32) bool {
	if !a.match.Row().AnsweredBy("FETCH") {
		return false
	}
	if !a.byUID && !a.has(seq) && !(a.last && (seq == exists || exists == 0)) {
		return false
	}
	return a.items == nil || a.items.names(item)
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
