package line

import (
	"strings"
	"testing"

	"imapsh/internal/command"
)

// FuzzAStatementKeepsTheLine checks that what is sent is a part of the line, in its order, and that nothing is made
// up.
func FuzzAStatementKeepsTheLine(f *testing.F) {
	for _, typed := range []string{
		"", "# no", ":caps all", "help login", "noop", "a1  noop ", ". noop", "fetch 1 body[] > a.eml", `fetch 1 flags >> "a \" b"`,
		"append a < b", "append a <= b", "append a <<END", "idle --for 5s", "noop | less -R", "noop &", "starttls &", "login a b | c",
		"fetch 1 (flags > a", "search subject \"a > b\" &", "noop | a | b", "a1 append a < b", "C: a1 noop", "fetch 1 flags > ", "&", "> a", "| a",
	} {
		f.Add(typed)
	}
	shell := func(word string) bool { return word == "help" }
	f.Fuzz(func(t *testing.T, typed string) {
		s := Read(command.Text(typed), shell)
		if string(s.Typed) != typed {
			t.Fatalf("%q is kept as %q", typed, s.Typed)
		}
		text := strings.TrimLeft(typed, " \t")
		switch s.Kind {
		case Empty, Shell:
			if s.Tag+s.Blank+s.Body != "" {
				t.Fatalf("%q, which is not for the server, has %+v", typed, s)
			}
		case Command:
			if sent := string(s.Tag + s.Blank + s.Body); s.Tag != "" && sent != text || !strings.HasPrefix(text, strings.TrimRight(sent, " \t")) {
				t.Fatalf("%q sends %q, which is not part of it", typed, sent)
			}
			if s.Tag != "" && s.Redirection.any() {
				t.Fatalf("%q has a tag and %+v", typed, s.Redirection)
			}
			if m := command.MatchLine(text); s.Tag == "" && m.Row().LogsIn && string(s.Body) != text {
				t.Fatalf("%q logs in, but only %q of it is sent", typed, s.Body)
			}
			if again, _ := Redirect(string(s.Body)); len(again) > len(s.Body) {
				t.Fatalf("%q grows to %q", s.Body, again)
			}
		}
	})
}

func (r *Redirection) any() bool {
	return r.Out != "" || r.In != "" || r.Until != "" || r.Pipe != "" || r.Background || r.IdleFor != 0
}
