package render

import (
	"fmt"
	"io"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// envelopes returns n responses of about 340 bytes to FETCH 1:* (FLAGS ENVELOPE).
func envelopes(n int) []byte {
	var b []byte
	for i := range n {
		b = fmt.Appendf(b, "* %d FETCH (FLAGS (\\Seen \\Answered) ENVELOPE (\"Fri, 20 Nov 2026 10:00:00 +0000\" \"Quarterly figures and the plan %d\" ((\"Alice Example\" NIL \"alice\" \"example.org\")) ((\"Alice Example\" NIL \"alice\" \"example.org\")) ((\"Alice Example\" NIL \"alice\" \"example.org\")) ((\"Bob\" NIL \"bob\" \"example.org\")) NIL NIL NIL \"<20261120100000.%d@mail.example.org>\"))\r\n", i+1, i, i)
	}
	return b
}

// BenchmarkEnvelopes measures parsing, decoding and rendering, per message.
func BenchmarkEnvelopes(b *testing.B) {
	const messages = 10000
	input := envelopes(messages)
	framer := wire.NewFramer(func() time.Time { return noon })
	var arena wire.Arena
	parts := framer.Feed(input, nil, &arena)
	for name, o := range map[string]Options{"pretty": {}, "pretty colour": {Color: true}, "terminal": {Terminal: true}, "json": {Mode: JSON}, "raw": {Mode: Raw}} {
		b.Run(name, func(b *testing.B) {
			o.Out = io.Discard
			r := New(o)
			c := &tagger.Command{Tag: "a001", Match: &command.Match{Name: "FETCH", Command: command.Lookup("FETCH"), Words: []command.Word{{Text: "FETCH"}, {Text: "1:*"}}}}
			var d response.Decoder
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				for { // one message: its parts and its event
					p := &parts[i]
					if i++; i == len(parts) {
						i = 0
					}
					r.Part("", p)
					if p.Kind == wire.End {
						e := tagger.Event{Frame: p.Frame, Value: d.Decode(p.Frame), Command: c}
						r.Event(&e)
						break
					}
				}
			}
		})
	}
}
