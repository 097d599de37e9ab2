package render

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"imapsh/internal/response"
)

func appendUnlessNil(b []byte, name string, s *response.String) []byte {
	if s.Nil {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, name...)
	return appendJSON(append(b, '"', ':'), s.B)
}

// appendPairs appends names and values as an object, with the names in lower case.
func appendPairs(b []byte, list []response.String) []byte {
	b = append(b, '{')
	for i := 0; i+1 < len(list); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendLower(b, list[i].B)
		b = appendString(append(b, ':'), &list[i+1])
	}
	return append(b, '}')
}

// appendLower appends a name in lower case.
func appendLower(b, name []byte) []byte {
	for _, c := range name {
		if c >= utf8.RuneSelf {
			return appendJSON(b, bytes.ToLower(name))
		}
	}
	start := len(b)
	b = appendJSON(b, name)
	for i, c := range b[start:] { // escapes have only lower-case letters
		if c-'A' < 26 {
			b[start+i] = c + ('a' - 'A')
		}
	}
	return b
}

func appendStrings(b []byte, list []response.String) []byte {
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, &list[i])
	}
	return append(b, ']')
}

// appendThread appends the messages of threads in order, each with its depth: 0 begins a thread, and a message
// answers the last one before it whose depth is one less.
func appendThread(b []byte, nodes []response.ThreadNode) []byte {
	b = append(b, `,"messages":[`...)
	for i := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"number":`...)
		if nodes[i].Num == 0 {
			b = append(b, "null"...)
		} else {
			b = strconv.AppendUint(b, uint64(nodes[i].Num), 10)
		}
		b = strconv.AppendInt(append(b, `,"depth":`...), int64(nodes[i].Depth), 10)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendResources(b []byte, list []response.QuotaResource) []byte {
	b = append(b, `,"resources":{`...)
	for i := range list {
		b = appendItemName(b, i, list[i].Name)
		b = strconv.AppendUint(append(b, `{"used":`...), list[i].Used, 10)
		b = strconv.AppendUint(append(b, `,"limit":`...), list[i].Limit, 10)
		b = append(b, '}')
	}
	return append(b, '}')
}

// appendEntries appends who has which rights.
func appendEntries(b []byte, list []response.String) []byte {
	b = append(b, `,"entries":[`...)
	for i := 0; i+1 < len(list); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"identifier":`...), &list[i])
		b = appendString(append(b, `,"rights":`...), &list[i+1])
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendMetadata(b []byte, v *response.Metadata) []byte {
	b = append(b, `,"entries":[`...)
	for i := range v.Entries {
		e := &v.Entries[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"name":`...), &e.Name)
		b = appendUnlessNil(b, "attribute", &e.Attr)
		if e.HasValue {
			b = append(b, `,"value":`...)
			if e.Value.Nil {
				b = append(b, "null"...)
			} else {
				b = appendJSON(b, e.Value.B)
			}
		}
		b = append(b, '}')
	}
	return append(b, ']')
}
