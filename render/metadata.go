package render

import "imapsh/internal/response"

// metadata shows entries if there are several, and says so if they come without values.
func (x *explainer) metadata(b []byte, v *response.Metadata, lay layout) []byte {
	if len(v.Entries) > 0 && !v.Entries[0].HasValue {
		return x.sayNothing(b, "changed; GETMETADATA shows the new values", lay)
	}
	if len(v.Entries) < 2 {
		return b
	}
	for i := range v.Entries {
		e := &v.Entries[i]
		t := append(x.tmp[:0], e.Name.B...)
		if !e.Attr.Nil {
			t = append(append(t, ' '), e.Attr.B...)
		}
		if e.Value.Nil {
			t = append(t, ": no value"...)
		} else {
			t = append(append(t, ": "...), e.Value.B...)
		}
		x.tmp = t
		b = x.label(b, "", t, lay)
	}
	return b
}
