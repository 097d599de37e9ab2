package render

import (
	"bytes"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// The columns of a MIME tree, after the indentation of decoded lines, and the least width that a terminal must
// have for them.
const (
	typeWidth     = 23
	charsetWidth  = 9
	encodingWidth = 9
	sizeWidth     = 10
	treeLeast     = 76
	partsShown    = 200
)

// structure draws the parts of a message as a numbered tree.
func (x *explainer) structure(b []byte, parts []response.BodyPart, lay layout) []byte {
	if len(parts) == 0 {
		return b
	}
	if lay.cols > 0 && lay.cols < treeLeast {
		return x.structureNarrow(b, parts, lay)
	}
	first := labelWidth
	for i := range parts[:min(len(parts), partsShown)] {
		first = max(first, len(response.AppendPartNumber(x.tmp[:0], parts, i))+1)
	}
	first = min(first, 30)
	b = append(b, lineIndent...)
	b = appendPadded(b, "Part", first)
	b = appendPadded(b, "Type", typeWidth)
	b = appendPadded(b, "Charset", charsetWidth)
	b = appendPadded(b, "Encoding", encodingWidth)
	b = appendRight(b, "Size", sizeWidth)
	b = append(b, "  Name\n"...)
	for i := range parts {
		if i == partsShown {
			v := text.AppendPlural(x.tmp[:0], int64(len(parts)-i), "more part", "more parts")
			return x.label(b, "…", v, lay)
		}
		b = x.part(b, parts, i, first, lay)
	}
	return b
}

// part appends one row of the tree.
func (x *explainer) part(b []byte, parts []response.BodyPart, i, first int, lay layout) []byte {
	p := &parts[i]
	start := len(b)
	b = append(b, lineIndent...)
	x.tmp = appendNumber(x.tmp[:0], parts, i)
	b = appendPadded(b, string(x.tmp), first)
	x.tmp = text.AppendBlanks(x.tmp[:0], 2*min(response.Depth(parts, i), 8))
	x.tmp = wire.Escape(x.tmp, []byte(typeName(p)))
	b = appendPadded(b, string(x.tmp), typeWidth)
	if !p.Multipart {
		b = appendPadded(b, escaped(charsetOf(p)), charsetWidth)
		b = appendPadded(b, escaped(encodingOf(p)), encodingWidth)
		size := "-"
		if p.HasSize {
			size = string(text.AppendSize(nil, p.Size))
		}
		b = appendRight(b, size, sizeWidth)
	}
	if lay.cols > 0 && text.Width(bytes.TrimRight(b[start:], " ")) > lay.cols { // a word is wider than its column
		return x.narrowPart(b[:start], parts, i, lay)
	}
	name := x.partName(p)
	if name == "" {
		b = bytes.TrimRight(b, " ")
		return append(b, '\n')
	}
	if p.Multipart {
		b = text.AppendBlanks(b, charsetWidth+encodingWidth+sizeWidth)
	}
	row := b[start:]
	if lay.cols == 0 || text.Width(row)+2+text.Width(escaped(name)) <= lay.cols {
		b = append(b, "  "...)
		b = append(b, escaped(name)...)
		return append(b, '\n')
	}
	b = append(bytes.TrimRight(b, " "), '\n')
	b = text.AppendBlanks(b, first-labelWidth)
	return x.label(b, "        ", []byte(name), lay)
}

// structureNarrow lists the parts if there is no room for columns.
func (x *explainer) structureNarrow(b []byte, parts []response.BodyPart, lay layout) []byte {
	for i := range parts {
		if i == partsShown {
			v := text.AppendPlural(x.tmp[:0], int64(len(parts)-i), "more part", "more parts")
			return x.label(b, "…", v, lay)
		}
		b = x.narrowPart(b, parts, i, lay)
	}
	return b
}

// narrowPart shows, as words one after another, what is otherwise in columns.
func (x *explainer) narrowPart(b []byte, parts []response.BodyPart, i int, lay layout) []byte {
	p := &parts[i]
	number := string(appendNumber(nil, parts, i))
	v := append(x.tmp[:0], typeName(p)...)
	if !p.Multipart {
		for _, word := range []string{charsetOf(p), encodingOf(p)} {
			if word != "-" {
				v = append(append(v, ' '), word...)
			}
		}
		if p.HasSize {
			v = text.AppendSize(append(v, ' '), p.Size)
		}
	}
	if name := x.partName(p); name != "" {
		v = append(append(v, "  "...), name...)
	}
	x.tmp = v
	return x.label(b, number, v, lay)
}

// appendNumber appends the number of a part; "-" if it has none.
func appendNumber(b []byte, parts []response.BodyPart, i int) []byte {
	start := len(b)
	if b = response.AppendPartNumber(b, parts, i); len(b) == start {
		return append(b, '-')
	}
	return b
}

// typeName returns "text/plain"; if there is no valid type, what is there instead, in parentheses.
func typeName(p *response.BodyPart) string {
	kind := "multipart"
	switch {
	case p.Broken:
		return "? (no body)"
	case !p.Multipart && p.Type.Nil, p.Subtype.Nil:
		return "? (" + orNil(p.Type, kind, p.Multipart) + " " + orNil(p.Subtype, "", false) + ")"
	case !p.Multipart:
		kind = string(p.Type.B)
	}
	return lower(kind + "/" + string(p.Subtype.B))
}

func orNil(s response.String, instead string, use bool) string {
	switch {
	case use:
		return instead
	case s.Nil:
		return "NIL"
	}
	return string(s.B)
}

// charsetOf returns the charset that a part names; "-" if it names none.
func charsetOf(p *response.BodyPart) string {
	var t textDecoder
	if set := string(t.appendParameter(nil, p.Params, "charset")); set != "" {
		return lower(set)
	}
	return "-"
}

func encodingOf(p *response.BodyPart) string {
	switch e := lower(string(p.Encoding.B)); e {
	case "":
		return "-"
	case "quoted-printable":
		return "q-p"
	default:
		return e
	}
}

// partName returns the file name of a part, or the subject of a message within; also its disposition, unless the name
// already shows that it is an attachment.
// that is not what the name already says: that it is an attachment.
func (x *explainer) partName(p *response.BodyPart) string {
	name := FileName(p)
	if name == "" && p.Message && p.Envelope != nil && !p.Envelope.Subject.Nil {
		name = `"` + string(x.text.append(nil, p.Envelope.Subject.B)) + `"`
	}
	disposition := lower(string(p.Disposition.B))
	if disposition == "" || disposition == "attachment" && name != "" {
		return name
	}
	if name != "" {
		name += " "
	}
	return name + "(" + disposition + ")"
}

// lower returns s with ASCII letters in lower case.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i]-'A' < 26 {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if b[j]-'A' < 26 {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

func escaped(s string) string { return wire.EscapeString(s) }

// appendPadded appends escaped text and spaces, at least one, up to a number of columns.
// appendPadded appends escaped text and spaces, one at least, up to a number of columns.
func appendPadded(b []byte, cell string, cols int) []byte {
	b = append(b, cell...)
	return text.AppendBlanks(b, max(1, cols-text.Width(cell)))
}

func appendRight(b []byte, cell string, cols int) []byte {
	b = text.AppendBlanks(b, cols-len(cell))
	return append(b, cell...)
}
