package render

import (
	"strconv"

	"imapsh/internal/response"
)

// structure appends the parts of a message as a list, each with its number in BODY[…].
func (m *jsonMode) structure(b []byte, parts []response.BodyPart) []byte {
	b = append(b, '[')
	for i := range parts {
		p := &parts[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"part":"`...)
		b = response.AppendPartNumber(b, parts, i)
		b = append(b, `","type":`...)
		switch {
		case p.Broken, p.Type.Nil && !p.Multipart, p.Subtype.Nil:
			b = append(b, "null"...)
		default:
			m.tmp = appendTypeName(m.tmp[:0], p)
			b = appendJSON(b, m.tmp)
		}
		if len(p.Params) > 0 {
			b = appendPairs(append(b, `,"params":`...), p.Params)
		}
		b = appendUnlessNil(b, "id", &p.ID)
		b = appendUnlessNil(b, "description", &p.About)
		b = appendUnlessNil(b, "encoding", &p.Encoding)
		if p.HasSize {
			b = strconv.AppendUint(append(b, `,"size":`...), p.Size, 10)
		}
		if p.HasLines {
			b = strconv.AppendUint(append(b, `,"lines":`...), p.Lines, 10)
		}
		if p.Envelope != nil {
			b = m.envelope(append(b, `,"envelope":`...), p.Envelope)
		}
		b = appendUnlessNil(b, "md5", &p.MD5)
		if !p.Disposition.Nil {
			b = appendString(append(b, `,"disposition":`...), &p.Disposition)
			if len(p.DispositionParams) > 0 {
				b = appendPairs(append(b, `,"disposition_params":`...), p.DispositionParams)
			}
		}
		if len(p.Params) > 0 || len(p.DispositionParams) > 0 {
			if m.tmp = m.words.appendFileName(m.tmp[:0], p); len(m.tmp) > 0 {
				b = appendJSON(append(b, `,"file_name":`...), m.tmp)
			}
		}
		if len(p.Languages) > 0 {
			b = appendStrings(append(b, `,"languages":`...), p.Languages)
		}
		b = appendUnlessNil(b, "location", &p.Location)
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendTypeName appends "text/plain", in lower case.
func appendTypeName(b []byte, p *response.BodyPart) []byte {
	if p.Multipart {
		b = append(b, "multipart"...)
	} else {
		b = append(b, p.Type.B...)
	}
	b = append(append(b, '/'), p.Subtype.B...)
	for i, c := range b {
		if c-'A' < 26 {
			b[i] = c + ('a' - 'A')
		}
	}
	return b
}
