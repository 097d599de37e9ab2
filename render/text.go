package render

import "bytes"

// Text shows the decoded text of a message, on lines of their own, indented like other decoded lines.
func (r *Renderer) Text(text []byte) {
	r.mode.text(text)
	r.out.commit()
}

func (p *prettyMode) text(text []byte) {
	p.endRun()
	lay := p.layout()
	lay.whole = true
	p.buf = p.buf[:0]
	for len(text) > 0 {
		line := text
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i+1], text[i+1:]
		} else {
			text = nil
		}
		line = bytes.ReplaceAll(withoutEnd(line), []byte{'\t'}, []byte("    "))
		if len(bytes.TrimSpace(line)) == 0 {
			p.buf = append(p.buf, '\n')
			continue
		}
		p.buf = p.means.label(p.buf, "", line, lay)
	}
	p.emit(p.buf)
}

func (m *rawMode) text(text []byte) {
	m.before()
	m.says.text(text)
	m.r.err.commit()
}

func (m *jsonMode) text(text []byte) {
	b := m.begin("text", "")
	m.end(appendBytes(b, "text", text))
}
