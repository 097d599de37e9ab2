package render

import (
	"strings"
	"testing"

	"imapsh/internal/command"
	"imapsh/internal/sasl"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

func init() {
	scenes["sasl"] = func(s *scene) {
		says := func(server bool, fields ...sasl.Field) {
			s.r.Hear(&trace.Event{Kind: trace.Exchange, Message: &trace.Message{Mechanism: "SCRAM-SHA-256", Server: server, Fields: fields}})
		}
		s.send("a001", "AUTHENTICATE SCRAM-SHA-256 biws", command.Span{Start: 27, End: 31})
		says(false, sasl.Field{Name: "binding", Value: "none"}, sasl.Field{Name: "user", Value: "zoë"}, sasl.Field{Name: "nonce", Value: "rOprNGfwEbeRWgbNEkqO (ours)"})
		s.receive("+ cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBTTlk3c29Fc1VFamI2Z1E9PSxpPTQwOTY=\r\n")
		says(true, sasl.Field{Name: "nonce", Value: "ours, and the server's %hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"}, sasl.Field{Name: "salt", Value: "16 bytes"}, sasl.Field{Name: "iterations", Value: "4096"})
		s.r.Sent(s.conn, &tagger.Step{Bytes: []byte("biws\r\n"), Secrets: []command.Span{{Start: 0, End: 4}}, Answer: true})
		says(false, sasl.Field{Name: "nonce", Value: "both"}, sasl.Field{Name: "proof", Secret: true})
		s.receive("+ dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==\r\n")
		says(true, sasl.Field{Name: "proof", Value: "32 bytes, the server's"}, sasl.Field{Name: "verified", Value: "the server knows the password"})
		s.r.Sent(s.conn, &tagger.Step{Bytes: []byte("\r\n"), Answer: true})
		s.receive("a001 OK in\r\n")
	}
}

func TestTheNamesOfFieldsFromTheServerAreEscaped(t *testing.T) {
	for _, m := range Modes() {
		s := newScene(t, Options{Mode: m.Mode, Terminal: true})
		s.r.Hear(&trace.Event{Kind: trace.Exchange, Message: &trace.Message{Server: true, Fields: []sasl.Field{
			{Name: "\x1b[2J", Value: "\x1b[31m"}, {Name: strings.Repeat("n", 300), Value: strings.Repeat("v", 300)}}}})
		if got := s.text(); strings.Contains(got, "\x1b[2J") || strings.Contains(got, "\x1b[31m") || !strings.Contains(got, "vvv") {
			t.Errorf("%s: %q", m.Word, got)
		}
	}
}
