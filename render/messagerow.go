package render

import (
	"bytes"
	"net/mail"
	"strconv"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// flagChange says which flags a message has gained and lost.
func (x *explainer) flagChange(b []byte, seq uint32, c *tagger.FlagChange, lay layout) []byte {
	v := x.tmp[:0]
	if len(c.Set) > 0 {
		v = append(append(v, strings.Join(c.Set, " ")...), " set"...)
	}
	if len(c.Removed) > 0 {
		if len(v) > 0 {
			v = append(v, ", "...)
		}
		v = append(append(v, strings.Join(c.Removed, " ")...), " removed"...)
	}
	x.tmp = v
	return x.label(b, strconv.FormatUint(uint64(seq), 10), v, lay)
}

// envelopeRow shows an envelope, one of many, in one row of the terminal.
func (x *explainer) envelopeRow(b []byte, seq uint32, v *response.Envelope, lay layout) []byte {
	var from []byte
	if len(v.From) > 0 {
		who := &v.From[0]
		if from = who.Name.B; len(from) == 0 {
			from = who.Mailbox.B
		}
	}
	return x.messageRow(b, seq, v.Date.B, from, v.Subject.B, lay)
}

// messageRow shows a message in one row of the terminal: its number, the date as the sender wrote it, the sender and
// the subject. It shows nothing if none of them is known.
func (x *explainer) messageRow(b []byte, seq uint32, date, from, subject []byte, lay layout) []byte {
	if len(date) == 0 && len(from) == 0 && len(subject) == 0 {
		return b
	}
	narrow := lay.cols < 60
	row := strconv.AppendUint(x.tmp[:0], uint64(seq), 10)
	row = text.AppendBlanks(row, max(1, labelWidth-len(row)))
	if narrow {
		row = strconv.AppendUint(row[:0], uint64(seq), 10)
		row = append(row, ' ')
	}
	row = appendDay(row, date, narrow)
	columns := 20
	if narrow {
		columns = 10
	}
	x.esc = wire.Escape(x.esc[:0], x.text.append(nil, from))
	row = appendField(row, x.esc, columns)
	row = append(row, "  "...)
	x.esc = wire.Escape(x.esc[:0], x.text.append(nil, subject))
	x.tmp = row
	room := lay.cols - len(lineIndent) - text.Width(row)
	start := len(b)
	b = append(append(b, lineIndent...), row...)
	b = append(bytes.TrimRight(text.AppendElided(b, x.esc, max(1, room)), " "), '\n')
	if bytes.HasSuffix(b[:start], b[start:]) {
		return b[:start] // ENVELOPE and the header say the same
	}
	return b
}

// appendDay appends the day of a date, or spaces if the date is not valid.
func appendDay(b, date []byte, narrow bool) []byte {
	layout := "2006-01-02  "
	if narrow {
		layout = "02 Jan "
	}
	if t, err := mail.ParseDate(string(date)); err == nil {
		return t.AppendFormat(b, layout)
	}
	return text.AppendBlanks(b, len(layout))
}

// appendField appends an escaped text in a field that is cols columns wide.
func appendField(b, field []byte, cols int) []byte {
	start := len(b)
	b = text.AppendElided(b, field, cols)
	return text.AppendBlanks(b, cols-text.Width(b[start:]))
}
