package render

import (
	"bytes"
	"iter"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/tagger"
)

// headerOf says whose header a data item contains.
type headerOf uint8

const (
	noHeader  headerOf = iota
	ofPart             // a message within the message
	ofMessage          // the message itself
)

// headerIn returns whose header a data item of this name contains: BODY[HEADER], BODY[2.HEADER.FIELDS (TO)],
// RFC822.HEADER (RFC 9051 §6.4.5.1, RFC 3501 §6.4.5).
func headerIn(name []byte) headerOf {
	name = bytes.ToUpper(name)
	if bytes.Equal(name, []byte("RFC822.HEADER")) {
		return ofMessage
	}
	section, ok := bytes.CutPrefix(name, []byte("BODY["))
	part := bytes.TrimLeft(section, "0123456789.")
	switch {
	case !ok || !bytes.HasPrefix(part, []byte("HEADER")):
		return noHeader
	case len(part) < len(section):
		return ofPart
	}
	return ofMessage
}

// header explains the fields of a header: if there are many messages and the wire line is not shown in full, each
// message in one row; otherwise, the fields that are encoded.
func (x *explainer) header(b []byte, e *tagger.Event, seq uint32, item *response.Item, lay layout) []byte {
	of := headerIn(item.Name)
	if of == noHeader {
		return b
	}
	few := x.fewOf(e)
	if x.cut && !few && of == ofMessage {
		var date, from, subject []byte
		for name, value := range headerFields(item.Body.B) {
			switch {
			case bytes.EqualFold(name, []byte("Date")):
				date = value
			case bytes.EqualFold(name, []byte("From")):
				from = displayName(value)
			case bytes.EqualFold(name, []byte("Subject")):
				subject = value
			}
		}
		return x.messageRow(b, seq, date, from, subject, lay)
	}
	if !bytes.Contains(item.Body.B, encodedWord) {
		return b
	}
	const between = "    "
	var line []byte
	for name, value := range headerFields(item.Body.B) {
		decoded := x.text.append(nil, value)
		switch {
		case bytes.Equal(decoded, value): // nothing is encoded, or its charset is unknown
		case few:
			b = x.label(b, string(name), decoded, lay)
		default:
			field := append(append(bytes.Clone(name), "  "...), decoded...)
			switch used := text.Width(line); {
			case used == 0:
			case lay.cols > 0 && len(lineIndent)+used+len(between)+text.Width(field) > lay.cols:
				b, line = x.label(b, "", line, lay), line[:0]
			default:
				line = append(line, between...)
			}
			line = append(line, field...)
		}
	}
	if len(line) > 0 {
		b = x.label(b, "", line, lay)
	}
	return b
}

// headerFields returns the fields of a header, unfolded and in order (RFC 5322 §2.2). It skips other
// lines.
func headerFields(header []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for len(header) > 0 {
			end := 0
			for { // a line that begins with a space or TAB continues the one before
				i := bytes.IndexByte(header[end:], '\n')
				if i < 0 {
					end = len(header)
					break
				}
				if end += i + 1; end == len(header) || header[end] != ' ' && header[end] != '\t' {
					break
				}
			}
			field := header[:end]
			header = header[end:]
			name, value, ok := bytes.Cut(field, []byte{':'})
			if !ok || !isFieldName(name) {
				continue
			}
			value = bytes.ReplaceAll(bytes.ReplaceAll(value, []byte("\r"), nil), []byte("\n"), nil)
			if !yield(name, bytes.TrimSpace(value)) {
				return
			}
		}
	}
}

// isFieldName reports whether a field name is valid (RFC 5322 §2.2), and short enough for a label.
func isFieldName(name []byte) bool {
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(name) > 0 && len(name) <= 40
}

// displayName returns the name in the first address of a From field; what precedes "@" if there is none.
func displayName(from []byte) []byte {
	name, address, angle := bytes.Cut(from, []byte{'<'})
	if name = bytes.Trim(name, " \t\""); angle && len(name) > 0 {
		return name
	}
	if angle {
		name = address
	}
	name, _, _ = bytes.Cut(name, []byte{'@'})
	return name
}
