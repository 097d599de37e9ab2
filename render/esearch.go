package render

import (
	"bytes"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/text"
)

// esearch says how many messages an ESEARCH has found.
func (x *explainer) esearch(b []byte, v *response.ESearch, modern bool, lay layout) []byte {
	what := [2]string{"message", "messages"}
	if v.UID {
		what = [2]string{"UID", "UIDs"}
	}
	b = x.mailbox(b, &v.Mailbox, modern, lay)
	if len(v.Items) == 0 {
		return x.sayNothing(b, "no messages match, or no result was requested", lay)
	}
	for i := range v.Items {
		item := &v.Items[i]
		if item.Odd {
			continue
		}
		t := x.tmp[:0]
		switch strings.ToUpper(string(item.Name)) {
		case "ALL":
			if n := response.SetSize(item.Raw); n > 1 {
				t = text.AppendPlural(t, n, what[0], what[1])
			}
		case "PARTIAL":
			window, set, ok := bytes.Cut(bytes.Trim(item.Raw, "()"), []byte(" "))
			if !ok {
				continue
			}
			t = append(append(t, "results "...), window...)
			t = append(t, ": "...)
			t = text.AppendPlural(t, response.SetSize(set), what[0], what[1])
		case "ADDTO":
			t = append(t, "now match, with their positions in the result"...)
		case "REMOVEFROM":
			t = append(t, "no longer match"...)
		}
		x.tmp = t
		if len(t) > 0 {
			b = x.label(b, "", t, lay)
		}
	}
	return b
}
