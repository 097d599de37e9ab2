package repl

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
	"imapsh/internal/wire"
	"imapsh/render"
)

// evil is what acts on a terminal that obeys it: titles, the clipboard, colours, directions, no UTF-8.
const evil = "\x1b]0;owned\x07\x1b]52;c;eA==\x07\x1b[2J\u009b31m\u202eevil\u2066\x08\x7f\xff"

// harmless asserts that nothing acts but what the shell itself paints.
func harmless(t *testing.T, where, text string) {
	t.Helper()
	text = strings.NewReplacer("\x1b[31m", "", "\x1b[0m", "").Replace(text)
	if !utf8.ValidString(text) {
		t.Errorf("%s is not UTF-8", where)
	}
	for _, r := range text {
		if r != '\n' && string(wire.Escape(nil, []byte(string(r)))) != string(r) {
			t.Fatalf("%U in %s: %q", r, where, text)
		}
	}
}

func TestAHostileServerActsOnNothingOfTheShell(t *testing.T) {
	word := "=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(strings.TrimSuffix(evil, "\xff"))) + "?="
	for _, o := range []struct {
		name string
		mode render.Mode
	}{{"pretty", render.Pretty}, {"raw", render.Raw}, {"json", render.JSON}} {
		t.Run(o.name, func(t *testing.T) {
			list := fmt.Sprintf("* LIST () \"/\" \"box%s\"\r\n* LIST () \"/\" &ABsAXQAw-\r\n{tag} OK %s\r\n", evil, evil)
			srv := canned(t, "* PREAUTH [CAPABILITY IMAP4rev1 X"+evil+"] "+evil+"\r\n",
				expect("^a001"), Send(list),
				expect("^a002"), Send("* FLAGS (\\Seen "+evil+")\r\n* 1 EXISTS\r\n{tag} OK ["+evil+"] "+evil+"\r\n"),
				expect("^a003"), Send("* 1 FETCH (ENVELOPE (NIL \""+word+"\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n{tag} NO "+evil+"\r\n"))
			log := t.TempDir() + "/log"
			s := begin(t, srv, func(opt *Options, _ *Shell) { opt.Render.Mode, opt.Log = o.mode, log })
			s.typ("list \"\" *")
			s.typ("select &ABsAXQAw-")
			s.typ("fetch 1 envelope")
			s.until("a004", func() bool {
				return strings.HasPrefix(s.question.Prompt, "a004 ") && !strings.Contains(s.question.Prompt, "…>")
			})
			s.typ(":last", ":caps", ":oddities", ":state")
			s.does(terminal.Answer{Kind: terminal.Complete, Text: "examine ", Pos: 8})
			s.typ("quit")
			s.ends(StatusOK)
			harmless(t, "the screen", s.shown())
			harmless(t, "the prompts", strings.Join(s.asked, "\n"))
			harmless(t, "the candidates", strings.Join(s.edits, "\n"))
			kept, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			harmless(t, "the log", string(kept))
		})
	}
}
