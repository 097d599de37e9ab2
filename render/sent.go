package render

import (
	"strconv"

	"imapsh/internal/command"
	typed "imapsh/internal/line"
	"imapsh/internal/text"
	"imapsh/tagger"
)

// secret is shown instead of a secret, whatever its length.
const secret = "••••••"

// appendMasked appends bytes with their secrets masked.
func appendMasked(dst, b []byte, secrets []command.Span) []byte {
	at := 0
	for _, s := range secrets {
		start, end := max(s.Start, at), min(s.End, len(b))
		if start >= end {
			continue
		}
		dst = append(dst, b[at:start]...)
		dst = append(dst, secret...)
		at = end
	}
	return append(dst, b[at:]...)
}

func (p *prettyMode) sent(conn string, s *tagger.Step) {
	p.endRun()
	p.turn(conn)
	lay := p.layout()
	if s.AsIs {
		p.sentAsIs(conn, s)
		return
	}
	masked := s.Bytes
	if len(s.Secrets) > 0 {
		masked = appendMasked(nil, s.Bytes, s.Secrets)
	}
	if s.Kind == tagger.SendText && !lay.record {
		p.named = typed.AppendNamed(p.named[:0], masked)
		masked = p.named
	}
	var cut bool
	switch s.Kind {
	case tagger.SendText:
		text := line{mark: p.marker('C', ':', conn), role: roleSent}
		if s.Answer && len(withoutEnd(masked)) == 0 && !lay.record {
			p.emit(append(append(p.buf[:0], text.mark...), '\n'))
			return
		}
		p.buf, cut = p.appendSentText(p.buf[:0], masked, &text, lay)
		if cut {
			p.emitCut(p.buf, func(b []byte, lay layout) []byte {
				b, _ = p.appendSentText(b, masked, &text, lay)
				return b
			})
			return
		}
	case tagger.SendLiteral:
		octets := line{mark: p.marker('C', '|', conn)}
		p.buf, cut = p.appendOctets(p.buf[:0], masked, &octets, lay, shownSent)
		if cut {
			p.emitCut(p.buf, func(b []byte, lay layout) []byte {
				b, _ = p.appendOctets(b, masked, &octets, lay, shownSent)
				return b
			})
			return
		}
	case tagger.SendSource:
		p.sources[conn] = p.newStream('C', conn, shownSent)
		if s.Name == "" {
			return
		}
		note := text.AppendPlural(nil, s.Size, "byte", "bytes")
		p.buf = p.appendMarked(p.buf[:0], roleDim, "-- ", string(note)+" from "+s.Name)
	default:
		return
	}
	p.emit(p.buf)
	if s.Kind == tagger.SendText && p.r.opts.Explain && p.r.opts.Mode == Pretty {
		p.buf = p.means.explainSent(p.buf[:0], masked, lay)
		p.emit(p.buf)
	}
}

// sentAsIs shows bytes that were sent as they are, in the form of a line that sends them again.
func (p *prettyMode) sentAsIs(conn string, s *tagger.Step) {
	quoted := append([]byte(nil), AsIs...)
	at := 0
	for _, sp := range append(s.Secrets[:len(s.Secrets):len(s.Secrets)], command.Span{Start: len(s.Bytes), End: len(s.Bytes)}) {
		inner := strconv.AppendQuoteToASCII(nil, string(s.Bytes[at:sp.Start]))
		quoted = append(quoted, inner[1:len(inner)-1]...)
		if sp.Start < sp.End {
			quoted = append(quoted, secret...)
		}
		at = sp.End
	}
	quoted = append(quoted, '"')
	p.buf = p.buf[:0]
	mark := p.marker('C', ':', conn)
	if p.layout().record { // it is already escaped
		p.buf = append(append(append(p.buf, mark...), quoted...), '\n')
	} else {
		p.buf, _ = p.appendLine(p.buf, quoted, &line{mark: mark, role: roleSent, escaped: true}, layout{cols: p.layout().cols, whole: true})
	}
	p.emit(p.buf)
}

// AsIs is the beginning of a row that shows bytes sent as they are; Go's escapes and a quote follow.
const AsIs = `:send "`

// emitCut shows lines from which something was cut, and keeps the full lines for ShowLast.
func (p *prettyMode) emitCut(b []byte, whole func([]byte, layout) []byte) {
	p.out.buf = append(p.out.buf, b...)
	p.r.last.add(whole(nil, layout{cols: p.r.width(), whole: true}))
}

// appendSentText appends the lines of a command. Only in a record does a mere line end after a literal have a row
// of its own.
func (p *prettyMode) appendSentText(b, text []byte, l *line, lay layout) ([]byte, bool) {
	if len(withoutEnd(text)) == 0 && !lay.record {
		return b, false
	}
	return p.appendOctets(b, text, l, layout{cols: lay.cols, whole: lay.whole, record: lay.record}, maxSentLines)
}

// maxSentLines is more than the number of lines in one step of text.
const maxSentLines = 1 << 30

func (p *prettyMode) sentData(conn string, data []byte) {
	s := p.sources[conn]
	if s == nil {
		s = p.newStream('C', conn, shownSent)
		p.sources[conn] = s
	}
	p.buf = s.write(p.buf[:0], '|', data)
	p.emit(p.buf)
}

func (p *prettyMode) sentEnd(conn string) {
	if s := p.sources[conn]; s != nil {
		delete(p.sources, conn)
		p.emit(s.close(nil))
	}
}
