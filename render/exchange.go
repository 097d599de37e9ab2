package render

import (
	"imapsh/internal/text"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
)

// exchange shows a message of a SASL exchange below its base64, one field per line.
func (p *prettyMode) exchange(conn string, m *trace.Message) {
	p.endRun()
	p.turn(conn)
	lay := p.layout()
	lay.whole = true
	width := 0
	for i := range m.Fields {
		width = max(width, text.Width(fieldName(m.Fields[i].Name)))
	}
	p.buf = p.buf[:0]
	for i := range m.Fields {
		f := &m.Fields[i]
		value := f.Value
		if f.Secret {
			value = secret
		}
		p.buf = p.means.label(p.buf, text.Pad(fieldName(f.Name), width), []byte(value), lay)
	}
	if conn != "" && len(m.Fields) > 0 { // there is no marker that names the connection
		p.buf = append(p.means.label(nil, text.Pad("of", width), []byte(conn), lay), p.buf...)
	}
	p.emit(p.buf)
}

// fieldName returns the name of a field, which may come from the server, in the form in which it is shown.
func fieldName(name string) string { return text.Elide(wire.EscapeString(name), 20) }

func (m *rawMode) exchange(conn string, msg *trace.Message) {
	m.before()
	m.says.exchange(conn, msg)
	m.r.err.commit()
}

func (m *jsonMode) exchange(conn string, msg *trace.Message) {
	b := m.begin("sasl", conn)
	b = appendJSON(append(b, `,"mechanism":`...), []byte(msg.Mechanism))
	from := "client"
	if msg.Server {
		from = "server"
	}
	b = append(append(append(b, `,"from":"`...), from...), `","fields":[`...)
	for i := range msg.Fields {
		f := &msg.Fields[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(append(b, `{"field":`...), []byte(f.Name))
		if f.Secret {
			b = append(b, `,"masked":true}`...)
			continue
		}
		b = append(appendJSON(append(b, `,"value":`...), []byte(f.Value)), '}')
	}
	m.end(append(b, ']'))
}
