package match

import "strings"

// role says what a value of a response means, and so how it is compared.
type role uint8

const (
	plain    role = iota // an atom in upper or lower case, a string to the letter
	mailbox              // a mailbox name: decoded, INBOX in any case (RFC 9051 §5.1)
	date                 // an instant (RFC 9051 §9 date-time)
	caseless             // a string in any case: media types (RFC 2045 §5.1)
	rights               // letters in any order (RFC 4314 §2.1)

	// Of a list, or of the arguments of a response as a whole.
	flags    // all of these, in any order; \Recent does not count (RFC 9051 §2.3.2)
	atLeast  // these, in any order, and others
	pairs    // name and value, in any order, and others
	triples  // name and two values, in any order, and others (RFC 9208 §4.2.1)
	numbers  // a set of numbers (RFC 9051 §7.3.4)
	sequence // numbers in their order (RFC 5256 §4)
)

// A shape says what the arguments of a response mean. If whole is set it is all of them together.
type shape struct {
	whole role
	args  []role
	rest  role // of those after args
}

// shapes is by name of the response; a response without one is compared value by value.
var shapes = map[string]shape{
	"CAPABILITY": {whole: atLeast},
	"ENABLED":    {whole: atLeast},
	"FLAGS":      {args: []role{flags}},
	"LIST":       {args: []role{atLeast, plain, mailbox}},
	"LSUB":       {args: []role{atLeast, plain, mailbox}},
	"XLIST":      {args: []role{atLeast, plain, mailbox}},
	"STATUS":     {args: []role{mailbox, pairs}},
	"FETCH":      {args: []role{pairs}},
	"UIDFETCH":   {args: []role{pairs}},
	"SEARCH":     {whole: numbers},
	"SORT":       {whole: sequence},
	"ESEARCH":    {whole: pairs},
	"ID":         {args: []role{pairs}},
	"QUOTA":      {args: []role{plain, triples}},
	"QUOTAROOT":  {args: []role{mailbox}},
	"ACL":        {args: []role{mailbox}, rest: rights},
	"MYRIGHTS":   {args: []role{mailbox, rights}},
	"LISTRIGHTS": {args: []role{mailbox}},
	"METADATA":   {args: []role{mailbox, pairs}},
	"ANNOTATION": {args: []role{mailbox}},
}

// items is what the values of message attributes mean, by name.
var items = map[string]role{
	"FLAGS": flags, "X-GM-LABELS": flags,
	"INTERNALDATE": date, "SAVEDATE": date,
	"BODY": caseless, "BODYSTRUCTURE": caseless,
}

// codes is what the arguments of response codes mean, by name.
var codes = map[string]shape{
	"CAPABILITY":     {whole: atLeast},
	"PERMANENTFLAGS": {args: []role{flags}},
}

// assign gives the values of a response their roles.
func assign(r *Response) {
	if len(r.Args) > 0 && r.Args[0].Kind == Code {
		inside := r.Args[0].Inside
		if len(inside) > 0 {
			give(codes[strings.ToUpper(inside[0].Text)], inside[1:])
		}
	}
	give(shapes[r.Name], r.Args)
	if r.Name == "FETCH" || r.Name == "UIDFETCH" {
		if len(r.Args) > 0 && r.Args[0].Kind == List {
			in := r.Args[0].Inside
			for i := 0; i+1 < len(in); i += 2 {
				deep(&in[i+1], items[strings.ToUpper(in[i].Text)])
			}
		}
	}
}

func give(s shape, args []Value) {
	for i := range args {
		switch {
		case i < len(s.args):
			args[i].role = s.args[i]
		case s.rest == rights && (i-len(s.args))%2 == 0: // an identifier
		default:
			args[i].role = s.rest
		}
	}
}

// deep gives a value its role, and what is in it too if the role is one of strings.
func deep(v *Value, r role) {
	v.role = r
	if r == caseless {
		for i := range v.Inside {
			deep(&v.Inside[i], r)
		}
	}
}

// numbered is the responses that have a number before their name.
var numbered = map[string]bool{"EXISTS": true, "RECENT": true, "EXPUNGE": true, "FETCH": true, "UIDFETCH": true, "CONVERTED": true}

// conditions are the responses that say how something went (RFC 9051 §7.1).
var conditions = map[string]bool{"OK": true, "NO": true, "BAD": true, "BYE": true, "PREAUTH": true}
