package render

import (
	"bytes"

	"imapsh/internal/text"
)

// looked is how many bytes of a literal are examined to distinguish text from other data.
const looked = 2 << 10

// isBinary reports whether bytes are not text in any charset: they have a NUL, or many controls.
func isBinary(octets []byte) bool {
	head := octets[:min(len(octets), looked)]
	if bytes.IndexByte(head, 0) >= 0 {
		return true
	}
	controls := 0
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f' || c == 0x7f {
			controls++
		}
	}
	return controls > len(head)/20+1
}

// magics are the first bytes of files of well-known types.
var magics = []struct{ begins, name string }{
	{"\x89PNG\r\n\x1a\n", "a PNG image"},
	{"\xff\xd8\xff", "a JPEG image"},
	{"GIF8", "a GIF image"},
	{"%PDF-", "a PDF document"},
	{"PK\x03\x04", "a ZIP archive, or an office document"},
	{"\x1f\x8b", "gzip data"},
	{"BZh", "bzip2 data"},
	{"\xfd7zXZ\x00", "xz data"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{"Rar!", "a RAR archive"},
	{"\xd0\xcf\x11\xe0", "an old office document"},
	{"RIFF", "a RIFF file (WAV, WebP, AVI)"},
	{"ID3", "an MP3 sound"},
	{"OggS", "an Ogg file"},
	{"\x7fELF", "a program (ELF)"},
	{"MZ", "a program (Windows)"},
	{"II*\x00", "a TIFF image"},
	{"MM\x00*", "a TIFF image"},
}

func kindOf(octets []byte) string {
	for _, m := range magics {
		if bytes.HasPrefix(octets, []byte(m.begins)) {
			return m.name
		}
	}
	return "binary data"
}

// hexRows is how many rows of a hexadecimal dump are shown.
const hexRows = 4

// appendBinary appends what the data is, its size, and a short dump of it.
func (p *prettyMode) appendBinary(b, octets []byte, lay layout) []byte {
	what := append([]byte(kindOf(octets)), ", "...)
	what = text.AppendPlural(what, int64(len(octets)), "byte", "bytes")
	b = appendLeftOut(b, what, p.sty, lay.cols)
	row := 16
	if lay.cols > 0 && lay.cols < len(lineIndent)+16*3+2+16 {
		row = 8
	}
	if lay.cols > 0 && lay.cols < len(lineIndent)+8*3+2+8 {
		return b
	}
	for n := 0; n < hexRows && len(octets) > 0; n++ {
		line := octets[:min(len(octets), row)]
		octets = octets[len(line):]
		b = append(b, lineIndent...)
		for i := range row {
			if i < len(line) {
				b = append(b, hexDigits[line[i]>>4], hexDigits[line[i]&15], ' ')
			} else {
				b = append(b, "   "...)
			}
		}
		b = append(b, ' ')
		for _, c := range line {
			if c < ' ' || c > '~' {
				c = '.'
			}
			b = append(b, c)
		}
		b = append(b, '\n')
	}
	return b
}
