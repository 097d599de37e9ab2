package render

import (
	"strconv"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// attribute explains a message attribute that is neither an envelope nor a structure.
func (x *explainer) attribute(b []byte, item *response.Item, lay layout) []byte {
	t := x.tmp[:0]
	label := ""
	switch item.Kind {
	case response.ItemSize:
		if item.Num < 1024 {
			return b
		}
		label = "Size"
		t = text.AppendSize(t, item.Num)
	case response.ItemDate:
		if !item.HasTime {
			return b
		}
		label = "Arrived"
		if len(item.Name) > 0 && item.Name[0]|0x20 == 's' {
			label = "Saved"
		}
		t = append(t, item.Date.B...)
		t = x.appendSince(t, item.Time)
	case response.ItemNumber:
		label = strings.TrimPrefix(upperWord(item.Name), "X-GM-")
		t = append(t, "hexadecimal "...)
		t = strconv.AppendUint(t, item.Num, 16)
	case response.ItemLabels:
		label = "Labels"
		decoded := false
		for i, l := range item.Flags {
			if i > 0 {
				t = append(t, ", "...)
			}
			name, ok := wire.DecodeMailbox(string(l))
			decoded = decoded || ok && name != string(l)
			t = append(t, name...)
		}
		if !decoded {
			return b
		}
	default:
		return b
	}
	x.tmp = t
	return x.label(b, label, t, lay)
}
