package render

import (
	"bytes"

	"imapsh/internal/response"
	"imapsh/internal/text"
)

// strings explains LANGUAGE and similar responses.
func (x *explainer) strings(b []byte, v *response.Strings, lay layout) []byte {
	t := x.tmp[:0]
	switch v.Name() {
	case "LANGUAGE":
		if len(v.Values) == 1 {
			t = append(append(t, "the server's texts are in "...), v.Values[0].B...)
		} else {
			t = text.AppendPlural(t, int64(len(v.Values)), "language to choose from", "languages to choose from")
		}
	case "COMPARATOR":
		if len(v.Values) > 0 {
			t = append(append(t, "strings are compared with "...), v.Values[0].B...)
		}
	case "GENURLAUTH":
		for i := range v.Values {
			if i > 0 {
				t = append(t, "; "...)
			}
			t = appendAccess(t, v.Values[i].B)
		}
	case "URLFETCH":
		for i := 1; i < len(v.Values); i += 2 {
			if v.Values[i].Nil {
				t = append(t, "no data for: "...)
				t = append(append(t, v.Values[i-1].B...), ' ')
			}
		}
	}
	x.tmp = t
	if len(t) == 0 {
		return b
	}
	return x.label(b, "", t, lay)
}

// appendAccess says who may use a URL of RFC 4467: "urlauth=submit+fred".
func appendAccess(b, url []byte) []byte {
	_, access, ok := bytes.Cut(url, []byte(";urlauth="))
	if !ok {
		_, access, ok = bytes.Cut(url, []byte(";URLAUTH="))
	}
	if !ok {
		return append(b, "a URL that anyone can use"...)
	}
	access, rest, _ := bytes.Cut(access, []byte(":"))
	b = append(append(b, "can be used by "...), access...)
	if mechanism, _, ok := bytes.Cut(rest, []byte(":")); ok {
		b = append(append(b, ", mechanism "...), mechanism...)
	}
	return b
}
