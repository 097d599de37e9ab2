package command

import (
	"strings"
	"testing"
)

// FuzzAnyTypedLineIsRead: whatever is typed or pasted, every offset is within the line, and a
// secret is never shown.
func FuzzAnyTypedLineIsRead(f *testing.F) {
	for _, line := range []string{
		"", " ", "noop", "login alice secret", `login "al\"ice" secret`, "authenticate plain AGE=", "lgoin alice secret",
		"uid fetch 1:* (flags body[header.fields (from)]<0.5>)", `search or from "ü" not (subject a all`, "append a (\\Seen) {3}",
		"store 1 +seen", "a1 select inbox", "fetch 1 body[]<<0.5>>", "uid", "login {5+}", "list \"\" \"", "select &", "setacl a b +lr",
		"\xef\xbb\xbflogin a b", "id (\"a\" nil", "notify set (selected (messagenew", "search \x00", "enable \r\n",
	} {
		f.Add(line)
	}
	views := []*View{nil, {State: Selected, UTF8: true}, {State: Selected, Caps: map[string]bool{"IMAP4REV1": true}}}
	f.Fuzz(func(t *testing.T, line string) {
		if len(line) > 2000 {
			return
		}
		m := MatchLine(line)
		within := func(what string, spans ...Span) {
			at := 0
			for _, s := range spans {
				if s.Start < at || s.End < s.Start || s.End > len(line) {
					t.Fatalf("%s of %q: %v, in a line of %d", what, line, spans, len(line))
				}
				at = s.End
			}
		}
		var words []Span
		for _, w := range m.Words {
			words = append(words, w.Span)
			if w.Text != line[w.Start:w.End] {
				t.Fatalf("the word %q of %q is not at %v", w.Text, line, w.Span)
			}
		}
		within("words", words...)
		within("secrets", m.Secrets...)
		if m.Stop < 0 || m.Stop > len(line) || m.Fits && m.Stop != len(line) {
			t.Fatalf("%q stops fitting at %d", line, m.Stop)
		}
		masked := Mask(line, m.Secrets)
		if strings.Contains(masked, Masked) != (len(m.Secrets) > 0 || strings.Contains(line, Masked)) {
			t.Fatalf("%q is shown as %q", line, masked)
		}
		Whose(line, nil)
		Named(line)
		m.Reveals()
		for _, v := range views {
			for _, w := range append(Warnings(m, m.Fits, v), WarningsAsTyped(m, v)...) {
				if w.At > len(line) {
					t.Fatalf("a warning of %q is at %d: %s", line, w.At, w.Text)
				}
				for _, width := range []int{1, 10, 80} {
					m.Caret(w, width)
				}
			}
			m.EffectOf(v)
			m.SecondMessage(v)
			done := Complete(m, v)
			for _, p := range done.Pieces {
				for _, s := range p.Secrets {
					if s.Start < 0 || s.End > len(p.Text) || s.End < s.Start {
						t.Fatalf("%q is completed with the secret %v in a piece of %d", line, s, len(p.Text))
					}
				}
				if !p.Literal && strings.ContainsAny(string(p.Text), "\r\n") && !strings.ContainsAny(line, "\r\n") {
					t.Fatalf("%q becomes a line with a line end: %q", line, p.Text)
				}
			}
			for end := 0; end <= len(line); end += 1 + len(line)/20 {
				if p := Look(line[:end], v); p.Start < 0 || p.Start > end {
					t.Fatalf("the word typed in %q begins at %d", line[:end], p.Start)
				}
			}
		}
	})
}
