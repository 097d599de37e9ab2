package render

import (
	"bytes"
	"strconv"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// enabled says what an extension changes from here on.
func (x *explainer) enabled(b []byte, v *response.Enabled, lay layout) []byte {
	if len(v.Caps) == 0 {
		return x.say(b, "nothing was enabled that was not before", lay)
	}
	for _, c := range v.Caps {
		if says := enables[strings.ToUpper(string(c))]; says != "" {
			b = x.say(b, says, lay)
		}
	}
	return b
}

// enables is what ENABLE changes, by capability.
var enables = map[string]string{
	"CONDSTORE":       "CONDSTORE: FETCH responses bring MODSEQ (RFC 7162 §3.1)",
	"QRESYNC":         "QRESYNC: expunges come as VANISHED, with UIDs (RFC 7162 §3.2)",
	"UTF8=ACCEPT":     "UTF8=ACCEPT: mailbox names and quoted strings are UTF-8 (RFC 6855 §3)",
	"IMAP4REV2":       "IMAP4rev2: names and strings are UTF-8, no more RECENT, SEARCH is answered with ESEARCH (RFC 9051 §E)",
	"UIDONLY":         "UIDONLY: messages have UIDs alone, FETCH comes as UIDFETCH (RFC 9586)",
	"METADATA":        "METADATA: changes of annotations are told unasked (RFC 5464 §4.4)",
	"METADATA-SERVER": "METADATA-SERVER: changes of the server's annotations are told unasked (RFC 5464 §4.4)",
}

// id shows what a server says of itself, field by field where there are several.
func (x *explainer) id(b []byte, v *response.ID, lay layout) []byte {
	if len(v.Fields) < 6 {
		return b
	}
	for i := 0; i+1 < len(v.Fields); i += 2 {
		value := v.Fields[i+1].B
		if v.Fields[i+1].Nil {
			value = []byte("(not told)")
		}
		b = x.label(b, shortLabel(string(v.Fields[i].B)), value, lay)
	}
	return b
}

// metadata shows entries where there are several, and says what comes without values.
func (x *explainer) metadata(b []byte, v *response.Metadata, lay layout) []byte {
	if len(v.Entries) > 0 && !v.Entries[0].HasValue {
		return x.say(b, "changed: GETMETADATA tells the new values", lay)
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

// vanished counts UIDs.
func (x *explainer) vanished(b []byte, v *response.Vanished, lay layout) []byte {
	n := setSize(v.UIDs)
	if n == 0 {
		return b
	}
	if n < 2 && !v.Earlier {
		return b
	}
	t := appendPlural(x.tmp[:0], n, "message is gone", "messages are gone")
	if v.Earlier {
		t = append(t, " since the client last looked, or never was"...)
	}
	x.tmp = t
	return x.label(b, "", t, lay)
}

// setSize counts the numbers of a set without "*".
func setSize(set []byte) int64 {
	var n int64
	for part := range bytes.SplitSeq(set, []byte(",")) {
		low, high, isRange := bytes.Cut(part, []byte(":"))
		a, err := strconv.ParseUint(string(low), 10, 32)
		if err != nil {
			continue
		}
		to := a
		if isRange {
			if to, err = strconv.ParseUint(string(high), 10, 32); err != nil {
				continue
			}
		}
		n += int64(max(a, to)-min(a, to)) + 1
	}
	return n
}

// esearch says how many messages an ESEARCH has found.
func (x *explainer) esearch(b []byte, v *response.ESearch, modern bool, lay layout) []byte {
	what := [2]string{"message", "messages"}
	if v.UID {
		what = [2]string{"UID", "UIDs"}
	}
	b = x.mailbox(b, &v.Mailbox, modern, lay)
	if len(v.Items) == 0 {
		return x.say(b, "no message matches, or no result was asked for", lay)
	}
	for i := range v.Items {
		item := &v.Items[i]
		if item.Odd {
			continue
		}
		t := x.tmp[:0]
		switch strings.ToUpper(string(item.Name)) {
		case "ALL":
			if n := setSize(item.Raw); n > 1 {
				t = appendPlural(t, n, what[0], what[1])
			}
		case "PARTIAL":
			window, set, ok := bytes.Cut(bytes.Trim(item.Raw, "()"), []byte(" "))
			if !ok {
				continue
			}
			t = append(append(t, "results "...), window...)
			t = append(t, ": "...)
			t = appendPlural(t, setSize(set), what[0], what[1])
		case "ADDTO":
			t = append(t, "now match, with their places in the result"...)
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

// strings says what LANGUAGE and its like are about.
func (x *explainer) strings(b []byte, v *response.Strings, lay layout) []byte {
	t := x.tmp[:0]
	switch v.Name() {
	case "LANGUAGE":
		if len(v.Values) == 1 {
			t = append(append(t, "texts come in "...), v.Values[0].B...)
		} else {
			t = appendPlural(t, int64(len(v.Values)), "language to choose from", "languages to choose from")
		}
	case "COMPARATOR":
		if len(v.Values) > 0 {
			t = append(append(t, "strings are compared by "...), v.Values[0].B...)
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
				t = append(t, "nothing was given for: "...)
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
		return append(b, "a URL for everybody"...)
	}
	access, rest, _ := bytes.Cut(access, []byte(":"))
	b = append(append(b, "may be used by "...), access...)
	if mechanism, _, ok := bytes.Cut(rest, []byte(":")); ok {
		b = append(append(b, ", mechanism "...), mechanism...)
	}
	return b
}

// attribute explains an attribute of a message that is no envelope and no structure.
func (x *explainer) attribute(b []byte, item *response.Item, lay layout) []byte {
	t := x.tmp[:0]
	label := ""
	switch item.Kind {
	case response.ItemSize:
		if item.Num < 1024 {
			return b
		}
		label = "Size"
		t = appendSize(t, item.Num)
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
