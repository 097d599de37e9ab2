package render

import (
	"imapsh/internal/response"
	"imapsh/internal/text"
)

// vanished counts the UIDs.
func (x *explainer) vanished(b []byte, v *response.Vanished, lay layout) []byte {
	n := response.SetSize(v.UIDs)
	if n == 0 {
		return b
	}
	if n < 2 && !v.Earlier {
		return b
	}
	t := text.AppendPlural(x.tmp[:0], n, "message is gone", "messages are gone")
	if v.Earlier {
		t = append(t, " since the client last looked, or never existed"...)
	}
	x.tmp = t
	return x.label(b, "", t, lay)
}
