package match

import "strings"

// role says what a value of a response means, and therefore how it is compared.
type role uint8

const (
	plain    role = iota // an atom ignoring case, a string exactly
	mailbox              // a mailbox name: decoded, INBOX in any case (RFC 9051 §5.1)
	date                 // an instant (RFC 9051 §9 date-time)
	caseless             // a string in any case: media types (RFC 2045 §5.1)
	rights               // letters in any order (RFC 4314 §2.1)

	// For a list, or for all arguments of a response together:
	flags    // exactly these, in any order; \Recent is ignored (RFC 9051 §2.3.2)
	atLeast  // these, in any order, and perhaps others
	pairs    // name and value, in any order, and perhaps others
	triples  // name and two values, in any order, and perhaps others (RFC 9208 §4.2.1)
	numbers  // a set of numbers (RFC 9051 §7.3.4)
	sequence // numbers in this order (RFC 5256 §4)
)

// A shape says what the arguments of a response mean. whole, if set, is the role of all of them together.
type shape struct {
	whole role
	args  []role
	rest  role // role of those after args
}

// shapes are the shapes of responses, by name; a response without one is compared value by value.
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

// items are the roles of the values of message attributes, by name.
var items = map[string]role{
	"FLAGS": flags, "X-GM-LABELS": flags,
	"INTERNALDATE": date, "SAVEDATE": date,
	"BODY": caseless, "BODYSTRUCTURE": caseless,
}

// codes are the shapes of the arguments of response codes, by name.
var codes = map[string]shape{
	"CAPABILITY":     {whole: atLeast},
	"PERMANENTFLAGS": {args: []role{flags}},
}

// assign sets the roles of a response's values.
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

// deep sets the role of a value and, if the role is caseless, of everything in it.
func deep(v *Value, r role) {
	v.role = r
	if r == caseless {
		for i := range v.Inside {
			deep(&v.Inside[i], r)
		}
	}
}

// numbered are the responses that have a number before their name.
var numbered = map[string]bool{"EXISTS": true, "RECENT": true, "EXPUNGE": true, "FETCH": true, "UIDFETCH": true, "CONVERTED": true}

// conditions are the status responses (RFC 9051 §7.1).
var conditions = map[string]bool{"OK": true, "NO": true, "BAD": true, "BYE": true, "PREAUTH": true}
