package render

import "imapsh/internal/response"

// id shows what a server says about itself, one field per line if there are several.
func (x *explainer) id(b []byte, v *response.ID, lay layout) []byte {
	if len(v.Fields) < 6 {
		return b
	}
	for i := 0; i+1 < len(v.Fields); i += 2 {
		value := v.Fields[i+1].B
		if v.Fields[i+1].Nil {
			value = []byte("(not given)")
		}
		b = x.label(b, shortLabel(string(v.Fields[i].B)), value, lay)
	}
	return b
}
