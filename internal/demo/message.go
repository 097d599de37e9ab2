package demo

import (
	"bufio"
	"bytes"
	"io"
	"math"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-message/textproto"
)

// maxParts is how many parts a message may seem to have before its structure is not
// worked out any longer, because each level of nesting reads everything below it again.
const maxParts = 200

// write writes the FETCH response of a message.
func (p *picked) write(w *imapserver.FetchWriter, opts *imap.FetchOptions, flags bool) error {
	r := w.CreateMessage(p.seq)
	if opts.UID {
		r.WriteUID(p.uid)
	}
	if flags {
		r.WriteFlags(p.flags)
	}
	if opts.InternalDate {
		r.WriteInternalDate(p.date)
	}
	if opts.RFC822Size {
		r.WriteRFC822Size(int64(len(p.raw)))
	}
	if opts.Envelope {
		r.WriteEnvelope(envelope(readHeader(p.raw)))
	}
	if opts.BodyStructure != nil {
		r.WriteBodyStructure(structure(p.raw))
	}
	for _, item := range opts.BodySection {
		b := section(p.raw, item)
		if err := writeOctets(r.WriteBodySection(item, int64(len(b))), b); err != nil {
			return err
		}
	}
	for _, item := range opts.BinarySection {
		b := cut(imapserver.ExtractBinarySection(bytes.NewReader(p.raw), &imap.FetchItemBinarySection{Part: item.Part}), item.Partial)
		if len(item.Part) == 0 {
			b = cut(p.raw, item.Partial)
		}
		if err := writeOctets(r.WriteBinarySection(item, int64(len(b))), b); err != nil {
			return err
		}
	}
	for _, item := range opts.BinarySectionSize {
		r.WriteBinarySectionSize(item, imapserver.ExtractBinarySectionSize(bytes.NewReader(p.raw), item))
	}
	return r.Close()
}

func writeOctets(w io.WriteCloser, b []byte) error {
	if _, err := w.Write(b); err != nil {
		return err
	}
	return w.Close()
}

// section returns the bytes of BODY[…]. The complete message, its header and its text are
// cut from the stored bytes, even if they are not a valid message.
func section(raw []byte, item *imap.FetchItemBodySection) []byte {
	if len(item.Part) == 0 && len(item.HeaderFields)+len(item.HeaderFieldsNot) == 0 {
		header, text := split(raw)
		switch item.Specifier {
		case imap.PartSpecifierNone:
			return cut(raw, item.Partial)
		case imap.PartSpecifierHeader:
			return cut(header, item.Partial)
		case imap.PartSpecifierText:
			return cut(text, item.Partial)
		}
	}
	all := *item
	all.Partial = nil
	return cut(imapserver.ExtractBodySection(bytes.NewReader(raw), &all), item.Partial)
}

// split splits a message after the empty line that ends its header.
func split(raw []byte) (header, text []byte) {
	if bytes.HasPrefix(raw, []byte("\r\n")) {
		return raw[:2], raw[2:]
	}
	if at := bytes.Index(raw, []byte("\r\n\r\n")); at >= 0 {
		return raw[:at+4], raw[at+4:]
	}
	return raw, nil
}

// cut returns the bytes of a partial <offset.size>.
func cut(b []byte, partial *imap.SectionPartial) []byte {
	if partial == nil {
		return b
	}
	from := min(partial.Offset, int64(len(b)))
	return b[from : from+min(partial.Size, int64(len(b))-from)]
}

// readHeader parses the header of a message, as far as it is valid.
func readHeader(raw []byte) textproto.Header {
	header, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(raw)))
	return header
}

// structure returns the BODYSTRUCTURE of a message.
func structure(raw []byte) imap.BodyStructure {
	lower := bytes.ToLower(raw)
	if bytes.Count(lower, []byte("message/rfc822"))+bytes.Count(lower, []byte("multipart/")) > maxParts {
		_, text := split(raw)
		return &imap.BodyStructureSinglePart{Type: "application", Subtype: "octet-stream",
			Size: uint32(min(len(text), math.MaxUint32)), Extended: &imap.BodyStructureSinglePartExt{}}
	}
	bs := imapserver.ExtractBodyStructure(bytes.NewReader(raw))
	mend(bs, raw, nil)
	return bs
}

// mend sets the envelopes of nested messages by their raw headers, and adds an empty part to a
// multipart without parts, because the grammar asks for at least one.
func mend(bs imap.BodyStructure, raw []byte, path []int) {
	switch bs := bs.(type) {
	case *imap.BodyStructureMultiPart:
		if len(bs.Children) == 0 {
			bs.Children = []imap.BodyStructure{&imap.BodyStructureSinglePart{Type: "text", Subtype: "plain",
				Text: &imap.BodyStructureText{}, Extended: &imap.BodyStructureSinglePartExt{}}}
			return
		}
		for i, child := range bs.Children {
			mend(child, raw, append(path[:len(path):len(path)], i+1))
		}
	case *imap.BodyStructureSinglePart:
		inner := bs.MessageRFC822
		if inner == nil {
			return
		}
		if len(path) == 0 {
			path = []int{1}
		}
		header := imapserver.ExtractBodySection(bytes.NewReader(raw),
			&imap.FetchItemBodySection{Part: path, Specifier: imap.PartSpecifierHeader})
		inner.Envelope = envelope(readHeader(header))
		if _, multi := inner.BodyStructure.(*imap.BodyStructureMultiPart); !multi {
			path = append(path[:len(path):len(path)], 1)
		}
		mend(inner.BodyStructure, raw, path)
	}
}

// envelope returns the ENVELOPE of a header. Subject and names stay encoded as in the header
// (RFC 2047); the library would decode and encode them again.
func envelope(h textproto.Header) *imap.Envelope {
	e := &imap.Envelope{
		Subject:   unfold(h.Get("Subject")),
		From:      addresses(h.Get("From")),
		Sender:    addresses(h.Get("Sender")),
		ReplyTo:   addresses(h.Get("Reply-To")),
		To:        addresses(h.Get("To")),
		Cc:        addresses(h.Get("Cc")),
		Bcc:       addresses(h.Get("Bcc")),
		InReplyTo: messageIDs(h.Get("In-Reply-To")),
	}
	e.Date, _ = mailDate(h)
	if ids := messageIDs(h.Get("Message-Id")); len(ids) > 0 {
		e.MessageID = ids[0]
	}
	return e
}

func unfold(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "", "\n", "", "\r", "").Replace(s))
}

// messageIDs returns the identifiers in a header field, without angle brackets.
func messageIDs(s string) []string {
	var ids []string
	for {
		_, rest, ok := strings.Cut(s, "<")
		if !ok {
			return ids
		}
		id, rest, ok := strings.Cut(rest, ">")
		if !ok {
			return ids
		}
		ids = append(ids, id)
		s = rest
	}
}
