package render

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"imapsh/internal/trace"
	"imapsh/internal/wire"
)

// printed appends what a script prints: lines with their TABs, and everything else that could act on a terminal escaped.
func printed(b []byte, text string) []byte {
	for l := range strings.SplitSeq(text, "\n") {
		for i, field := range strings.Split(l, "\t") {
			if i > 0 {
				b = append(b, '\t')
			}
			b = wire.EscapeText(b, field)
		}
		b = append(b, '\n')
	}
	return b
}

// print writes what a script prints to Options.Print, or to o.
func (r *Renderer) print(o *output, text string) {
	if r.opts.Print != nil {
		_, _ = r.opts.Print.Write(printed(nil, text))
		return
	}
	o.buf = printed(o.buf, text)
	o.commit()
}

// where returns the place of a script's line, for a message: "push.imap:9: ".
func where(e *trace.Event) string {
	switch {
	case e.File == "" || e.Line == 0:
		return ""
	}
	return fmt.Sprintf("%s:%d: ", e.File, e.Line)
}

func (p *prettyMode) script(e *trace.Event) {
	switch {
	case e.Kind == trace.Printed:
		p.endRun()
		p.r.print(p.out, e.Text)
	case e.Kind == trace.Skipped:
		p.note(e.Conn, where(e)+"skipped: "+e.Text)
	case !e.OK:
		p.warn(e.Conn, where(e)+"expected  "+e.Text)
		p.out.buf = p.appendMarked(p.out.buf, roleWarn, "   ", "got       "+e.Got)
		p.out.commit()
	}
}

func (m *rawMode) script(e *trace.Event) {
	m.before()
	m.says.script(e)
}

func (m *jsonMode) script(e *trace.Event) {
	kind := map[trace.Kind]string{trace.Expected: "expect", trace.Printed: "print", trace.Skipped: "skip"}[e.Kind]
	b := m.begin(kind, e.Conn)
	if e.File != "" {
		b = appendJSON(append(b, `,"file":`...), []byte(e.File))
	}
	if e.Line > 0 {
		b = strconv.AppendInt(append(b, `,"line":`...), int64(e.Line), 10)
	}
	switch e.Kind {
	case trace.Printed:
		m.printed(appendJSON(append(b, `,"text":`...), []byte(e.Text)))
		return
	case trace.Skipped:
		m.end(appendJSON(append(b, `,"text":`...), []byte(e.Text)))
		m.r.out.commit()
		return
	}
	b = strconv.AppendBool(append(b, `,"ok":`...), e.OK)
	b = appendJSON(append(b, `,"expected":`...), []byte(e.Text))
	if !e.OK {
		b = appendJSON(append(b, `,"got":`...), bytes.ToValidUTF8([]byte(e.Got), []byte("\ufffd")))
	}
	m.end(b)
	m.r.out.commit()
}

// printed ends an object that must be seen even if everything else is held back.
func (m *jsonMode) printed(b []byte) {
	if to := m.r.opts.Print; to != nil {
		object := b[len(m.r.out.buf):]
		_, _ = to.Write(append(object, '}', '\n'))
		return
	}
	m.end(b)
	m.r.out.commit()
}

// HeaderText returns the text of a header field with its encoded words decoded (RFC 2047).
func HeaderText(text []byte) string {
	var d textDecoder
	return string(d.append(nil, text))
}
