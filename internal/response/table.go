package response

import "imapsh/internal/wire"

// A row is an untagged response that has a type of its own.
type row struct {
	name     Named
	decode   func(d *Decoder, row *row, num uint32, r *wire.Cursor) Value
	numbered bool // a number comes before its name
	zero     bool // the number may be 0: it counts messages and names none
	only     bool // the number is all its data: without it the response says nothing
}

// table is the untagged responses with a decoder. The parser already distinguishes status responses (conds)
// and "+".
var table = []row{
	{name: "CAPABILITY", decode: (*Decoder).capability},
	{name: "ENABLED", decode: (*Decoder).enabled},
	{name: "ID", decode: (*Decoder).id},
	{name: "NAMESPACE", decode: (*Decoder).namespace},
	{name: "LIST", decode: (*Decoder).list},
	{name: "LSUB", decode: (*Decoder).list},
	{name: "XLIST", decode: (*Decoder).list},
	{name: "STATUS", decode: (*Decoder).mailboxStatus},
	{name: "FLAGS", decode: (*Decoder).flags},
	{name: "EXISTS", decode: (*Decoder).number, numbered: true, zero: true, only: true},
	{name: "RECENT", decode: (*Decoder).number, numbered: true, zero: true, only: true},
	{name: "EXPUNGE", decode: (*Decoder).number, numbered: true, only: true},
	{name: "VANISHED", decode: (*Decoder).vanished},
	{name: "FETCH", decode: (*Decoder).fetch, numbered: true},
	{name: "UIDFETCH", decode: (*Decoder).fetch, numbered: true},
	{name: "CONVERTED", decode: (*Decoder).fetch, numbered: true},
	{name: "SEARCH", decode: (*Decoder).search},
	{name: "SORT", decode: (*Decoder).search},
	{name: "ESEARCH", decode: (*Decoder).esearch},
	{name: "THREAD", decode: (*Decoder).thread},
	{name: "QUOTA", decode: (*Decoder).quota},
	{name: "QUOTAROOT", decode: (*Decoder).quotaRoot},
	{name: "ACL", decode: (*Decoder).acl},
	{name: "MYRIGHTS", decode: (*Decoder).myRights},
	{name: "LISTRIGHTS", decode: (*Decoder).listRights},
	{name: "METADATA", decode: (*Decoder).metadata},
	{name: "ANNOTATION", decode: (*Decoder).annotation},
	{name: "GENURLAUTH", decode: (*Decoder).stringsOnly},
	{name: "URLFETCH", decode: (*Decoder).stringsOnly},
	{name: "LANGUAGE", decode: (*Decoder).stringsOnly},
	{name: "COMPARATOR", decode: (*Decoder).stringsOnly},
}

var rows = func() map[string]*row {
	m := make(map[string]*row, len(table))
	for i := range table {
		m[string(table[i].name)] = &table[i]
	}
	return m
}()

// conds are the conditions of resp-cond-state, -auth and -bye (RFC 9051 §7.1).
var conds = map[string]Cond{"OK": OK, "NO": NO, "BAD": BAD, "PREAUTH": PREAUTH, "BYE": BYE}

// Names returns the name of every response that has a decoder, the conditions and "+" included.
func Names() []string {
	names := []string{"+"}
	for _, cond := range []Cond{OK, NO, BAD, PREAUTH, BYE} {
		names = append(names, cond.String())
	}
	for i := range table {
		names = append(names, table[i].name.Name())
	}
	return names
}
