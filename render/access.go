package render

import (
	"bytes"
	"strconv"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/text"
)

// barWidth is the width of a quota's bar, in columns.
const barWidth = 20

// quota draws a bar for each resource.
func (x *explainer) quota(b []byte, v *response.Quota, lay layout) []byte {
	if len(v.Resources) == 0 {
		return x.sayNothing(b, "no limits", lay)
	}
	for i := range v.Resources {
		r := &v.Resources[i]
		t := x.tmp[:0]
		if r.Limit > 0 {
			t = appendBar(t, r.Used, r.Limit)
			t = append(t, "  "...)
		}
		t = appendUnits(t, r.Name, r.Used)
		t = append(t, " of "...)
		t = appendUnits(t, r.Name, r.Limit)
		if r.Limit > 0 {
			t = append(t, ", "...)
			t = strconv.AppendFloat(t, float64(r.Used)*100/float64(r.Limit), 'f', 0, 64)
			t = append(t, '%')
		}
		if r.Used >= r.Limit {
			t = append(t, ": full"...)
		}
		x.tmp = t
		b = x.label(b, shortLabel(upperWord(r.Name)), t, lay)
	}
	return b
}

// appendBar appends "[####------]".
func appendBar(b []byte, used, limit uint64) []byte {
	full := int(float64(min(used, limit)) / float64(limit) * barWidth)
	if used > 0 && full == 0 {
		full = 1
	}
	b = append(b, '[')
	for i := range barWidth {
		if i < full {
			b = append(b, '#')
		} else {
			b = append(b, '-')
		}
	}
	return append(b, ']')
}

// appendUnits appends an amount of a resource. Resources that measure bytes count units of 1024 (RFC 9208 §5).
func appendUnits(b, resource []byte, n uint64) []byte {
	switch {
	case bytes.HasSuffix(bytes.ToUpper(resource), []byte("STORAGE")):
		return text.AppendSize(b, min(n, 1<<53)*1024)
	case n > 1<<62:
		return strconv.AppendUint(b, n, 10)
	}
	return text.AppendCount(b, int64(n))
}

func upperWord(b []byte) string { return strings.ToUpper(string(b)) }

// rights are the letters of RFC 4314 §2.1, and c and d of RFC 2086.
var rights = map[byte]string{
	'l': "look up", 'r': "read", 's': "set \\Seen", 'w': "change flags", 'i': "insert", 'p': "post",
	'k': "create mailboxes", 'x': "delete mailbox", 't': "set \\Deleted", 'e': "expunge", 'a': "administer",
	'n': "annotate", 'c': "create (c, obsolete)", 'd': "delete (d, obsolete)",
}

// appendRights appends rights in words.
func appendRights(b, letters []byte) []byte {
	if len(letters) == 0 {
		return append(b, "nothing"...)
	}
	for i := 0; i < len(letters); i++ {
		if i > 0 {
			b = append(b, ", "...)
		}
		if word, ok := rights[letters[i]]; ok {
			b = append(b, word...)
			continue
		}
		from := i // a run of rights that the server defines: "0-9"
		for i+1 < len(letters) && letters[i+1] == letters[i]+1 && rights[letters[i+1]] == "" {
			i++
		}
		b = append(b, letters[from])
		if i > from {
			b = append(b, '-', letters[i])
		}
		b = append(b, " (defined by the server)"...)
	}
	return b
}

func (x *explainer) acl(b []byte, v *response.ACL, lay layout) []byte {
	if len(v.Entries) == 0 {
		return x.sayNothing(b, "nobody has any rights", lay)
	}
	for i := 0; i+1 < len(v.Entries); i += 2 {
		who := v.Entries[i].B
		t := x.tmp[:0]
		if len(who) > 1 && who[0] == '-' {
			t = append(t, "denied: "...)
			who = who[1:]
		}
		x.tmp = appendRights(t, v.Entries[i+1].B)
		b = x.label(b, shortLabel(string(who)), x.tmp, lay)
	}
	return b
}

func (x *explainer) myRights(b []byte, v *response.MyRights, lay layout) []byte {
	if v.Rights.Nil {
		return b
	}
	x.tmp = appendRights(x.tmp[:0], v.Rights.B)
	return x.label(b, "You may", x.tmp, lay)
}

func (x *explainer) listRights(b []byte, v *response.ListRights, lay layout) []byte {
	if v.Required.Nil {
		return b
	}
	x.tmp = appendRights(x.tmp[:0], v.Required.B)
	b = x.label(b, "Always", x.tmp, lay)
	t := x.tmp[:0]
	var single []byte // consecutive rights that can each be granted separately
	for i := range v.Optional {
		group := v.Optional[i].B
		if len(group) == 1 {
			single = append(single, group[0])
			if i+1 < len(v.Optional) && len(v.Optional[i+1].B) == 1 {
				continue
			}
			t = appendRights(t, single)
			single = single[:0]
		} else {
			t = appendRights(append(t, '('), group)
			t = append(t, ", together)"...)
		}
		if i+1 < len(v.Optional) {
			t = append(t, ", "...)
		}
	}
	if len(v.Optional) == 0 {
		t = append(t, "nothing else"...)
	}
	x.tmp = t
	return x.label(b, "Grantable", t, lay)
}

// namespace explains each part of NAMESPACE.
func (x *explainer) namespace(b []byte, v *response.Namespace, lay layout) []byte {
	for _, part := range []struct {
		label string
		list  []response.NamespaceEntry
	}{{"Personal", v.Personal}, {"Others'", v.Other}, {"Shared", v.Shared}} {
		if len(part.list) == 0 && x.odd {
			continue
		}
		t := x.tmp[:0]
		for i := range part.list {
			e := &part.list[i]
			if i > 0 {
				t = append(t, "; "...)
			}
			if len(e.Prefix.B) == 0 {
				t = append(t, "no prefix"...)
			} else {
				t = append(t, e.Prefix.B...)
			}
			if e.Delim == 0 {
				t = append(t, ", no hierarchy"...)
			} else {
				t = append(t, ", delimiter "...)
				t = strconv.AppendQuoteToASCII(t, string(rune(e.Delim)))
			}
		}
		if len(part.list) == 0 {
			t = append(t, "none"...)
		}
		x.tmp = t
		b = x.label(b, part.label, t, lay)
	}
	return b
}
