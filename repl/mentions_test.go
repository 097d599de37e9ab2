package repl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "imapsh/internal/testserver"
	"imapsh/render"
)

// mentions are lines that contain the secret "geheim", each in a different way.
func mentions(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../internal/command/testdata/secrets.txt")
	if err != nil {
		t.Fatal(err)
	}
	unescape := strings.NewReplacer(`\u00a0`, "\u00a0", `\ufeff`, "\ufeff", `\u200b`, "\u200b", `\u2003`, "\u2003", `\r`, "\r", `\t`, "\t", `\e`, "\x1b", `\0`, "\x00")
	var out []string
	for i, l := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if i > 0 { // the first line says what the file is
			out = append(out, unescape.Replace(l))
		}
	}
	return out
}

func TestASecretIsOnlyOnTheWire(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]render.Mode{"pretty": render.Pretty, "raw at a terminal": render.Raw, "json": render.JSON} {
		for how, pasted := range map[string]bool{"typed": false, "pasted": true} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				srv := canned(t, greeting)
				s := begin(t, srv, showing(m))
				log := filepath.Join(s.dir, "log")
				s.prompted("a001")
				s.typ(":log " + log)
				all := mentions(t)
				for _, line := range all {
					if pasted {
						s.paste(line + "\nnoop\n")
					} else {
						if q := s.painting(); q != nil {
							if shown, hint := q(line); strings.Contains(strings.ToLower(shown+hint), "geheim") {
								t.Errorf("%q is painted %q, hint %q", line, shown, hint)
							}
						}
						s.typ(line)
					}
				}
				s.typ(":last", ":pending", ":oddities", ":connections", ":caps", ":set")
				s.typ("unselect") // the last line: everything before it has been handled
				s.until("the end of it", func() bool { return strings.Contains(srv.Received(), "unselect") })
				s.ctrlD()
				s.ends(StatusOK)
				if !strings.Contains(srv.Received(), "geheim") {
					t.Error("the server has got no secret")
				}
				s.hides("geheim")
				b, err := os.ReadFile(log)
				if err != nil || strings.Contains(strings.ToLower(string(b)), "geheim") {
					t.Errorf("the log: %v", err)
					for l := range strings.Lines(string(b)) {
						if strings.Contains(strings.ToLower(l), "geheim") {
							t.Errorf("  %q", l)
						}
					}
				}
			})
		}
	}
}

// painting returns how the line at the open prompt is painted.
func (s *sitting) painting() (paint func(string) (string, string)) {
	s.t.Helper()
	s.until("a question", func() bool { paint = s.question.Paint; return s.open })
	return paint
}

func TestASecretIsInNoMessageOnALostConnection(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send(greeting), Close())
	s := begin(t, srv)
	s.asks("not connected> ")
	for _, line := range mentions(t) {
		s.typ(line)
	}
	s.typ(":pending", ":last")
	s.asks("not connected> ")
	s.hides("geheim")
}
