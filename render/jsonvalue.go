package render

import (
	"bytes"
	"strconv"
	"time"

	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// value appends the typed data of a response: "name", and the members of its kind.
func (m *jsonMode) value(b []byte, f *wire.Frame, v response.Value) []byte {
	if v, ok := v.(*response.Status); ok && v.Tag != nil {
		b = appendJSON(append(b, `,"tag":`...), v.Tag)
	}
	b = appendJSON(append(b, `,"name":`...), []byte(v.Name()))
	switch v := v.(type) {
	case *response.Fetch:
		b = strconv.AppendUint(append(b, `,"seq":`...), uint64(v.Seq), 10)
		return m.items(b, f, v.Items)
	case *response.Status:
		b = append(append(append(b, `,"status":"`...), v.Cond.String()...), '"')
		b = appendCode(b, v.Code)
		return appendJSON(append(b, `,"text":`...), v.Text)
	case *response.Continuation:
		b = appendCode(b, v.Code)
		return appendJSON(append(b, `,"text":`...), v.Text)
	case *response.Capability:
		return appendWords(b, "capabilities", v.Caps)
	case *response.Enabled:
		return appendWords(b, "capabilities", v.Caps)
	case *response.Flags:
		return appendWords(b, "flags", v.Flags)
	case *response.Number:
		return strconv.AppendUint(append(b, `,"number":`...), uint64(v.Num), 10)
	case *response.List:
		b = appendWords(b, "attributes", v.Attrs)
		b = appendDelim(append(b, `,"delimiter":`...), v.Delim)
		b = appendMailbox(b, &v.Mailbox)
		if v.Extended != nil {
			b = appendJSON(append(b, `,"extended":`...), v.Extended)
			b = append(b, `,"extras":{`...)
			for i := range v.Extras {
				if i > 0 {
					b = append(b, ',')
				}
				b = append(appendUpper(b, v.Extras[i].Name.B), ':')
				b = appendStrings(b, v.Extras[i].Values)
			}
			b = append(b, '}')
		}
		return b
	case *response.MailboxStatus:
		b = appendMailbox(b, &v.Mailbox)
		b = append(b, `,"items":{`...)
		for i := range v.Items {
			item := &v.Items[i]
			switch {
			case item.Nil:
				b = append(appendItemName(b, i, item.Name), "null"...)
			case item.ID != nil:
				b = appendJSON(appendItemName(b, i, item.Name), item.ID)
			default:
				b = appendNumberItem(b, i, item.Name, item.Raw, item.Num, item.HasNum)
			}
		}
		return append(b, '}')
	case *response.Search:
		b = append(b, `,"numbers":[`...)
		for i, n := range v.Nums {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendUint(b, uint64(n), 10)
		}
		b = append(b, ']')
		if v.ModSeq > 0 {
			b = strconv.AppendUint(append(b, `,"modseq":`...), v.ModSeq, 10)
		}
		return b
	case *response.ESearch:
		if v.Tag != nil {
			b = appendJSON(append(b, `,"for":`...), v.Tag)
		}
		if len(v.Mailbox.B) > 0 || v.UIDValidity > 0 {
			b = appendMailbox(b, &v.Mailbox)
			b = strconv.AppendUint(append(b, `,"uidvalidity":`...), v.UIDValidity, 10)
		}
		b = strconv.AppendBool(append(b, `,"uid":`...), v.UID)
		b = append(b, `,"items":{`...)
		for i := range v.Items {
			item := &v.Items[i]
			b = appendNumberItem(b, i, item.Name, item.Raw, item.Num, item.HasNum)
		}
		return append(b, '}')
	case *response.Namespace:
		b = appendNamespace(b, "personal", v.Personal)
		b = appendNamespace(b, "other", v.Other)
		return appendNamespace(b, "shared", v.Shared)
	case *response.ID:
		b = append(b, `,"fields":[`...)
		for i := 0; i < len(v.Fields); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(append(b, '['), &v.Fields[i])
			if i+1 < len(v.Fields) {
				b = appendString(append(b, ','), &v.Fields[i+1])
			}
			b = append(b, ']')
		}
		return append(b, ']')
	case *response.Vanished:
		b = strconv.AppendBool(append(b, `,"earlier":`...), v.Earlier)
		return appendJSON(append(b, `,"uids":`...), v.UIDs)
	case *response.Thread:
		return appendThread(b, v.Nodes)
	case *response.Quota:
		b = appendString(append(b, `,"root":`...), &v.Root)
		return appendResources(b, v.Resources)
	case *response.QuotaRoot:
		b = appendMailbox(b, &v.Mailbox)
		return appendStrings(append(b, `,"roots":`...), v.Roots)
	case *response.ACL:
		b = appendMailbox(b, &v.Mailbox)
		return appendEntries(b, v.Entries)
	case *response.MyRights:
		b = appendMailbox(b, &v.Mailbox)
		return appendString(append(b, `,"rights":`...), &v.Rights)
	case *response.ListRights:
		b = appendMailbox(b, &v.Mailbox)
		b = appendString(append(b, `,"identifier":`...), &v.Identifier)
		b = appendString(append(b, `,"required":`...), &v.Required)
		return appendStrings(append(b, `,"optional":`...), v.Optional)
	case *response.Metadata:
		return appendMetadata(appendMailbox(b, &v.Mailbox), v)
	case *response.Strings:
		return appendStrings(append(b, `,"values":`...), v.Values)
	case *response.Other:
		if v.Num > 0 {
			b = strconv.AppendUint(append(b, `,"number":`...), uint64(v.Num), 10)
		}
	}
	return b
}

// items appends message attributes as one object, with their names in capitals.
func (m *jsonMode) items(b []byte, f *wire.Frame, items []response.Item) []byte {
	b = append(b, `,"items":{`...)
	for i := range items {
		item := &items[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendUpper(b, item.Name)
		b = append(b, ':')
		switch item.Kind {
		case response.ItemFlags:
			b = appendList(b, item.Flags)
		case response.ItemUID, response.ItemSize, response.ItemModSeq:
			b = appendNum(b, item)
		case response.ItemDate:
			b = appendDateItem(b, item)
		case response.ItemEnvelope:
			b = m.envelope(b, item.Envelope)
		case response.ItemBody:
			b = appendBody(b, f, &item.Body)
		case response.ItemStructure:
			b = m.structure(b, item.Parts)
		case response.ItemString:
			b = appendString(b, &item.Body)
		case response.ItemNumber: // identifiers, not amounts: many programs would round them
			b = appendJSON(b, item.Raw)
		case response.ItemLabels:
			b = appendList(b, item.Flags)
		default:
			b = appendJSON(b, item.Raw)
		}
	}
	return append(b, '}')
}

// appendNum appends a number, or as a string whatever is there instead of one.
func appendNum(b []byte, item *response.Item) []byte {
	if item.Num == 0 && bytes.IndexByte(item.Raw, '0') < 0 {
		return appendJSON(b, item.Raw)
	}
	return strconv.AppendUint(b, item.Num, 10)
}

// appendDateItem appends a date-time in the form of RFC 3339; as sent if it is not valid.
func appendDateItem(b []byte, item *response.Item) []byte {
	if !item.HasTime {
		return appendString(b, &item.Date)
	}
	b = item.Time.AppendFormat(append(b, '"'), time.RFC3339)
	return append(b, '"')
}

// appendBody appends the bytes of a section and their number.
func appendBody(b []byte, f *wire.Frame, s *response.String) []byte {
	if s.Nil {
		return append(b, "null"...)
	}
	size, kept := int64(len(s.B)), true
	if s.Lit >= 0 && int(s.Lit) < len(f.Literals) {
		l := &f.Literals[s.Lit]
		size, kept = l.Size, int64(l.Kept) == l.Size
	}
	b = strconv.AppendInt(append(b, `{"size":`...), size, 10)
	if kept {
		b = appendBytes(b, "text", s.B)
	}
	return append(b, '}')
}

func (m *jsonMode) envelope(b []byte, v *response.Envelope) []byte {
	b = appendString(append(b, `{"date":`...), &v.Date)
	b = appendString(append(b, `,"subject":`...), &v.Subject)
	b = m.decoded(b, "subject_text", &v.Subject)
	b = m.addresses(b, "from", v.From)
	b = m.addresses(b, "sender", v.Sender)
	b = m.addresses(b, "reply_to", v.ReplyTo)
	b = m.addresses(b, "to", v.To)
	b = m.addresses(b, "cc", v.Cc)
	b = m.addresses(b, "bcc", v.Bcc)
	b = appendString(append(b, `,"in_reply_to":`...), &v.InReplyTo)
	b = appendString(append(b, `,"message_id":`...), &v.MessageID)
	return append(b, '}')
}

// decoded appends a member with decoded text (RFC 2047), if the text is encoded.
func (m *jsonMode) decoded(b []byte, name string, s *response.String) []byte {
	if !bytes.Contains(s.B, encodedWord) {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, name...)
	m.tmp = m.words.append(m.tmp[:0], s.B)
	return appendJSON(append(b, '"', ':'), m.tmp)
}

func (m *jsonMode) addresses(b []byte, name string, list []response.Address) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':', '[')
	for i := range list {
		a := &list[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"name":`...), &a.Name)
		b = m.decoded(b, "name_text", &a.Name)
		if !a.ADL.Nil {
			b = appendString(append(b, `,"adl":`...), &a.ADL)
		}
		b = appendString(append(b, `,"mailbox":`...), &a.Mailbox)
		b = appendString(append(b, `,"host":`...), &a.Host)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendCode(b []byte, c *response.Code) []byte {
	if c == nil {
		return b
	}
	b = appendUpper(append(b, `,"code":`...), c.Name)
	switch {
	case c.Caps != nil:
		b = appendWords(b, "capabilities", c.Caps)
	case c.Flags != nil:
		b = appendWords(b, "flags", c.Flags)
	case c.HasNum && len(c.Words) == 1:
		b = strconv.AppendUint(append(b, `,"code_number":`...), c.Num, 10)
	case len(c.Args) > 0:
		b = appendJSON(append(b, `,"code_args":`...), c.Args)
		b = appendUIDs(b, c)
	}
	return b
}

// appendUIDs appends the parts of APPENDUID and COPYUID (RFC 4315 §3).
func appendUIDs(b []byte, c *response.Code) []byte {
	copied := bytes.EqualFold(c.Name, []byte("COPYUID"))
	if !c.HasNum || !(copied && len(c.Words) == 3 || bytes.EqualFold(c.Name, []byte("APPENDUID")) && len(c.Words) == 2) {
		return b
	}
	b = strconv.AppendUint(append(b, `,"uidvalidity":`...), c.Num, 10)
	if copied {
		b = appendJSON(append(b, `,"source_uids":`...), c.Words[1])
	}
	return appendJSON(append(b, `,"uids":`...), c.Words[len(c.Words)-1])
}

// appendUpper appends a short name in capitals.
func appendUpper(b, name []byte) []byte {
	start := len(b)
	b = appendJSON(b, name)
	// A name with an escape stays as it is: \u00e9 must keep its lower case.
	if bytes.IndexByte(b[start:], '\\') < 0 {
		for i, c := range b[start:] {
			if c-'a' < 26 {
				b[start+i] = c - ('a' - 'A')
			}
		}
	}
	return b
}

func appendWords(b []byte, name string, words [][]byte) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return appendList(append(b, '"', ':'), words)
}

func appendList(b []byte, words [][]byte) []byte {
	b = append(b, '[')
	for i, w := range words {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, w)
	}
	return append(b, ']')
}

func appendString(b []byte, s *response.String) []byte {
	if s.Nil {
		return append(b, "null"...)
	}
	return appendJSON(b, s.B)
}

// appendMailbox appends a mailbox name as on the wire and, if that differs, decoded.
func appendMailbox(b []byte, s *response.String) []byte {
	b = appendJSON(append(b, `,"mailbox":`...), s.B)
	if bytes.IndexByte(s.B, '&') < 0 {
		return b
	}
	if name, ok := wire.DecodeMailbox(string(s.B)); ok && name != string(s.B) {
		b = appendJSON(append(b, `,"mailbox_text":`...), []byte(name))
	}
	return b
}

func appendDelim(b []byte, delim byte) []byte {
	if delim == 0 {
		return append(b, "null"...)
	}
	return appendJSON(b, []byte{delim})
}

func appendItemName(b []byte, i int, name []byte) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return append(appendUpper(b, name), ':')
}

func appendNumberItem(b []byte, i int, name, raw []byte, num uint64, hasNum bool) []byte {
	b = appendItemName(b, i, name)
	if hasNum {
		return strconv.AppendUint(b, num, 10)
	}
	return appendJSON(b, raw)
}

func appendNamespace(b []byte, name string, list []response.NamespaceEntry) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':', '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"prefix":`...), &list[i].Prefix)
		b = appendDelim(append(b, `,"delimiter":`...), list[i].Delim)
		b = append(b, '}')
	}
	return append(b, ']')
}
