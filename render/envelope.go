package render

import (
	"bytes"
	"mime"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-message/charset"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/tagger"
)

// textDecoder decodes the encoded words of headers (RFC 2047).
type textDecoder struct{ words mime.WordDecoder }

var encodedWord = []byte("=?")

// append appends text with its encoded words decoded; text that cannot be decoded is appended as it is.
func (t *textDecoder) append(b, text []byte) []byte {
	if bytes.Contains(text, encodedWord) {
		t.words.CharsetReader = charset.Reader
		if s, err := t.words.DecodeHeader(string(text)); err == nil && s != "" {
			return append(b, s...)
		}
	}
	return append(b, text...)
}

// fewMessages is the most messages in a FETCH for which each envelope is shown in full.
const fewMessages = 3

// fetch explains a FETCH response, in full if the command names few messages.
func (x *explainer) fetch(b []byte, e *tagger.Event, v *response.Fetch, lay layout) []byte {
	if e.Flags != nil {
		b = x.flagChange(b, v.Seq, e.Flags, lay)
	}
	for i := range v.Items {
		item := &v.Items[i]
		switch item.Kind {
		case response.ItemFlags, response.ItemUID, response.ItemModSeq, response.ItemOther:
		case response.ItemBody:
			b = x.header(b, e, v.Seq, item, lay)
		case response.ItemEnvelope:
			switch {
			case x.fewOf(e):
				b = x.envelope(b, item.Envelope, lay)
			case x.cut && item.Envelope != nil:
				b = x.envelopeRow(b, v.Seq, item.Envelope, lay)
			case bytes.Contains(item.Raw, encodedWord):
				b = x.encoded(b, item.Envelope, lay)
			}
		case response.ItemStructure:
			if x.fewOf(e) {
				b = x.structure(b, item.Parts, lay)
			}
		default:
			if x.fewOf(e) {
				b = x.attribute(b, item, lay)
			}
		}
	}
	return b
}

// fewOf reports whether an event's command is about so few messages that each is shown in full.
func (x *explainer) fewOf(e *tagger.Event) bool {
	c := e.Command
	if c == nil {
		return true
	}
	if x.command != c {
		x.command, x.few = c, fewIn(c.Match.Words) || fewInMailbox(e.Before)
	}
	return x.few
}

func fewInMailbox(s *tagger.Session) bool {
	return s != nil && s.Mailbox != nil && s.Mailbox.HasExists && s.Mailbox.Exists <= fewMessages
}

// fewIn reports whether the set of a FETCH or UID FETCH names few messages.
func fewIn(words []command.Word) bool {
	for _, w := range words {
		if w.Text != "" && strings.Trim(w.Text, "0123456789,:*$") == "" {
			return !strings.ContainsAny(w.Text, ":$") && strings.Count(w.Text, ",") < fewMessages
		}
	}
	return false
}

// envelope shows an envelope field by field.
func (x *explainer) envelope(b []byte, v *response.Envelope, lay layout) []byte {
	if !v.Date.Nil {
		x.tmp = x.appendDate(x.tmp[:0], v.Date.B)
		b = x.label(b, "Date", x.tmp, lay)
	}
	if !v.Subject.Nil {
		x.tmp = x.text.append(x.tmp[:0], v.Subject.B)
		b = x.label(b, "Subject", x.tmp, lay)
	}
	sender, replyTo := sameAddresses(v.From, v.Sender), sameAddresses(v.From, v.ReplyTo)
	if len(v.From) > 0 {
		x.tmp = x.appendAddresses(x.tmp[:0], v.From)
		switch {
		case sender && replyTo:
			x.tmp = append(x.tmp, "    (same Sender and Reply-To)"...)
		case sender:
			x.tmp = append(x.tmp, "    (same Sender)"...)
		case replyTo:
			x.tmp = append(x.tmp, "    (same Reply-To)"...)
		}
		b = x.label(b, "From", x.tmp, lay)
	}
	if !sender {
		b = x.addresses(b, "Sender", v.Sender, lay)
	}
	if !replyTo {
		b = x.addresses(b, "Reply-To", v.ReplyTo, lay)
	}
	b = x.addresses(b, "To", v.To, lay)
	b = x.addresses(b, "Cc", v.Cc, lay)
	b = x.addresses(b, "Bcc", v.Bcc, lay)
	if !v.MessageID.Nil {
		b = x.label(b, "ID", v.MessageID.B, lay)
	}
	if !v.InReplyTo.Nil {
		b = x.label(b, "Answers", v.InReplyTo.B, lay)
	}
	return b
}

func (x *explainer) addresses(b []byte, label string, list []response.Address, lay layout) []byte {
	if len(list) == 0 {
		return b
	}
	x.tmp = x.appendAddresses(x.tmp[:0], list)
	return x.label(b, label, x.tmp, lay)
}

// encoded shows, on one line, the fields of an envelope that are encoded on the wire.
func (x *explainer) encoded(b []byte, v *response.Envelope, lay layout) []byte {
	out := x.tmp[:0]
	if bytes.Contains(v.Subject.B, encodedWord) {
		out = append(out, "Subject  "...)
		start := len(out)
		out = x.text.append(out, v.Subject.B)
		if bytes.Equal(out[start:], v.Subject.B) { // its charset is unknown
			out = out[:0]
		}
	}
	for _, field := range []struct {
		name string
		list []response.Address
	}{{"From", v.From}, {"To", v.To}, {"Cc", v.Cc}} {
		if !encodedNames(field.list) {
			continue
		}
		if len(out) > 0 {
			out = append(out, "    "...)
		}
		out = append(out, field.name...)
		out = append(out, "  "...)
		out = x.appendAddresses(out, field.list[:min(len(field.list), fewMessages)])
		if len(field.list) > fewMessages {
			out = append(out, ", …"...)
		}
	}
	x.tmp = out
	if len(out) == 0 {
		return b
	}
	return x.label(b, "", out, lay)
}

func encodedNames(list []response.Address) bool {
	for i := range list {
		if bytes.Contains(list[i].Name.B, encodedWord) {
			return true
		}
	}
	return false
}

// appendAddresses appends addresses as in a message; groups have their name and ";".
func (x *explainer) appendAddresses(b []byte, list []response.Address) []byte {
	separator := ""
	for i := range list {
		a := &list[i]
		switch {
		case a.Host.Nil && a.Mailbox.Nil: // a group ends
			b = append(b, ';')
			separator = " "
			continue
		case a.Host.Nil: // a group begins (RFC 9051 §7.5.2)
			b = append(b, separator...)
			b = x.text.append(b, a.Mailbox.B)
			b = append(b, ':')
			separator = " "
			continue
		}
		b = append(b, separator...)
		separator = ", "
		named := !a.Name.Nil && len(a.Name.B) > 0
		if named {
			b = x.text.append(b, a.Name.B)
			b = append(b, " <"...)
		}
		if !a.ADL.Nil && len(a.ADL.B) > 0 {
			b = append(b, a.ADL.B...)
			b = append(b, ':')
		}
		b = append(b, a.Mailbox.B...)
		b = append(b, '@')
		b = append(b, a.Host.B...)
		if named {
			b = append(b, '>')
		}
	}
	return b
}

func sameAddresses(a, b []response.Address) bool {
	if len(a) != len(b) || len(a) == 0 {
		return false
	}
	for i := range a {
		if !sameString(&a[i].Name, &b[i].Name) || !sameString(&a[i].ADL, &b[i].ADL) ||
			!sameString(&a[i].Mailbox, &b[i].Mailbox) || !sameString(&a[i].Host, &b[i].Host) {
			return false
		}
	}
	return true
}

func sameString(a, b *response.String) bool { return a.Nil == b.Nil && bytes.Equal(a.B, b.B) }

// appendDate appends a date as sent, its age, and the local time if that differs.
func (x *explainer) appendDate(b, date []byte) []byte {
	b = append(b, date...)
	t, err := mail.ParseDate(string(date))
	if err != nil {
		return b
	}
	return x.appendSince(b, t)
}

// appendSince appends the age of a time, and the local time if that differs.
func (x *explainer) appendSince(b []byte, t time.Time) []byte {
	opts := &x.p.r.opts
	b = append(b, "    ("...)
	local := t.In(opts.Local)
	if _, sent := t.Zone(); sent != offset(local) {
		b = local.AppendFormat(b, "15:04")
		b = append(b, " here, "...)
	}
	b = text.AppendAge(b, opts.Now().Unix()-t.Unix())
	return append(b, ')')
}

func offset(t time.Time) int {
	_, offset := t.Zone()
	return offset
}
