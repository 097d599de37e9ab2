package repl

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
	"imapsh/internal/wire"
	"imapsh/render"
)

const (
	// evil has everything that controls a terminal: titles, the clipboard, colours, directions, invalid UTF-8.
	evil = "\x1b]0;owned\x07\x1b]52;c;eA==\x07\x1b[2J\u009b31m\u202eevil\u2066\x08\x7f\xff"
	// evilBox is ESC and a right-to-left override in modified UTF-7, which is shown decoded.
	evilBox = "&ABsgLg-"
)

// mebibyte is a response of exactly 1 MiB, including its CRLF.
func mebibyte() string {
	const size, title = 1 << 20, "\x1b]0;owned\x07"
	line := "* OK " + strings.Repeat(title, size/len(title))
	return line[:size-2] + "\r\n"
}

// encodedEvil is evil as an encoded word of a header (RFC 2047).
func encodedEvil() string {
	return "=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(strings.TrimSuffix(evil, "\xff"))) + "?="
}

// literalOf returns a text as a literal.
func literalOf(text string) string { return fmt.Sprintf("{%d}\r\n%s", len(text), text) }

// harmful returns the first thing in a text that would control a terminal, except what the shell itself paints; "" if
// there is none.
func harmful(text string) string {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c >= ' ' && c < 0x7f || c == '\n':
			i++
			continue
		case strings.HasPrefix(text[i:], "\x1b[31m"):
			i += len("\x1b[31m")
			continue
		case strings.HasPrefix(text[i:], "\x1b[0m"):
			i += len("\x1b[0m")
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			return "no UTF-8"
		}
		if c := text[i : i+n]; wire.EscapeString(c) != c {
			return fmt.Sprintf("%U", r)
		}
		i += n
	}
	return ""
}

// harmless checks that nothing in a text controls a terminal, and that a server's attempt is in it: otherwise the
// check would prove nothing.
func harmless(t *testing.T, where, text, marks string) {
	t.Helper()
	if !strings.Contains(text, marks) {
		t.Errorf("%s does not contain the attempt %q: %q", where, marks, text)
	}
	if what := harmful(text); what != "" {
		t.Errorf("%s in %s: %q", what, where, text)
	}
}

func TestAHostileServerActsOnNothingOfTheShell(t *testing.T) {
	t.Parallel()
	titles := map[render.Mode]string{render.JSON: `\u001b]0;owned\u0007`} // as JSON shows it
	for _, o := range render.Modes() {
		title := cmp.Or(titles[o.Mode], `\x1b]0;owned\x07`)
		t.Run(o.Word, func(t *testing.T) {
			t.Parallel()
			list := fmt.Sprintf("* LIST () \"/\" \"box%s\"\r\n* LIST () \"/\" %s\r\n* LIST () \"/\" %s\r\n{tag} OK %s\r\n", evil, evilBox, literalOf("a\r\nlogout"), evil)
			srv := canned(t, "* PREAUTH [CAPABILITY IMAP4rev1 X"+evil+"] "+evil+"\r\n",
				expect("^a001 list"), Send(list),
				expect("^a002 select"), Send("* FLAGS (\\Seen "+evil+")\r\n* 1 EXISTS\r\n{tag} OK ["+evil+"] "+evil+"\r\n"),
				expect("^a003 fetch"), Send("* 1 FETCH (ENVELOPE (NIL \""+encodedEvil()+"\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n{tag} NO ["+evil+"] "+evil+"\r\n"),
				expect("^a004 list"), Send(list),
				expect("^a005"), Send("* BAD "+evil+"\r\n"+mebibyte()+"{tag} BAD "+evil+"\r\n* BYE "+evil+"\r\n"), Close())
			log := filepath.Join(t.TempDir(), "log")
			s := begin(t, srv, user("al"+evil), func(opt *Options, _ *Shell) { opt.Render.Mode, opt.Log = o.Mode, log })
			s.typ(`list "" *`, "select "+evilBox, "fetch 1 envelope")
			s.until("the prompt", func() bool {
				return strings.HasPrefix(s.question.Prompt, "a004 ") && !strings.Contains(s.question.Prompt, "…>")
			})
			_, hint := s.asking().Paint("select b")
			harmless(t, "a hint", hint, "")
			before := len(s.shown())
			s.does(terminal.Answer{Kind: terminal.Complete, Text: "examine ", Pos: 8})
			s.does(terminal.Answer{Kind: terminal.Complete, Text: "store 1 flags (", Pos: 15})
			s.until("an edit, or candidates", func() bool { return len(s.edits) > 0 || strings.Contains(s.screen.String()[before:], `\Answered`) })
			s.typ(":caps", ":oddities", ":last", ":tls", ":pending", ":help "+evilBox, "noop")
			s.until("the end of the connection", func() bool { return strings.HasPrefix(s.question.Prompt, "not connected") })
			s.typ("quit")
			s.until("the end", func() bool { return s.status != nil })
			harmless(t, "the screen", s.shown(), title)
			harmless(t, "the prompts", strings.Join(s.prompts(), "\n"), `\x1b\xe2\x80\xae`)
			for _, e := range s.edits {
				if strings.ContainsAny(e, "\r\n\x1b\x00") || !utf8.ValidString(e) {
					t.Errorf("put into the line being typed: %q", e)
				}
			}
			kept, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			harmless(t, "the log", string(kept), `\x1b]0;owned\x07`)
		})
	}
}

// hostileMessage answers FETCH with a message whose structure and headers are hostile and whose attachment has this
// file name, followed by the values of bodies.
func hostileMessage(name, bodies string) Replies {
	structure := "((\"text\" \"plain\" (\"charset\" " + literalOf(evil) + ") NIL NIL \"7bit\" 5 1) (\"application\" \"x\" NIL NIL NIL \"7bit\" 4 NIL (\"attachment\" (\"filename\" " + literalOf(name) + "))) \"mixed\")"
	return Replies{"FETCH": {Send("* 1 FETCH (UID 1 FLAGS (" + evil + ") ENVELOPE (\"" + evil + "\" " + literalOf(evil) + " ((" + literalOf(evil) + " NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE " + structure + bodies + ")\r\n{tag} OK " + evil + "\r\n")}}
}

func TestReadingAHostileMessageActsOnNothing(t *testing.T) {
	t.Parallel()
	text := "Subject: " + evil + "\r\n\r\n" + evil + "\r\n"
	bodies := " BODY[1] " + literalOf(evil) + " BODY[] " + literalOf(text)
	for _, line := range []string{"read 1", "read 1 raw", "fetch 1 body[]"} {
		for _, mode := range render.Modes() {
			t.Run(line+" "+mode.Word, func(t *testing.T) {
				s := begin(t, NewCanned(t, Send(preauth), Reply(hostileMessage(evil, bodies))), func(opt *Options, _ *Shell) { opt.Render.Mode = mode.Mode })
				s.typ("select inbox", line, "quit")
				s.ends(StatusOK)
				harmless(t, "the screen", s.shown(), "owned")
			})
		}
	}
}

func TestSavingAHostilePartStaysInTheDirectoryAndOverwritesNothing(t *testing.T) {
	for _, row := range []struct{ name, given, saved string }{
		{"an escape sequence", evil + ".pdf", ""},
		{"a path to a parent directory", "../../../out.pdf", "out.pdf"},
		{"an absolute path", "/etc/out.pdf", "out.pdf"},
		{"a path of Windows to a parent directory", `..\..\out.pdf`, "out.pdf"},
		{"leading dots", "...out.pdf", "out.pdf"},
		{"only dots", "..", "message-1-part-2.bin"},
		{"NUL", "a\x00.pdf", "a_x00.pdf"},
		{"a line end", "a\r\nb.pdf", ""},
		{"a very long name", strings.Repeat("x", 5000) + ".pdf", strings.Repeat("x", 196) + ".pdf"},
		{"the name of a file that exists", "there.pdf", "there-1.pdf"},
		{"the name of a symbolic link", "link.pdf", "link-1.pdf"},
	} {
		t.Run(row.name, func(t *testing.T) {
			outer := t.TempDir()
			dir := filepath.Join(outer, "a", "b", "c")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			t.Chdir(dir)
			there := map[string]string{"there.pdf": "mine"}
			os.WriteFile("there.pdf", []byte("mine"), 0o600)
			if err := os.Symlink(filepath.Join(outer, "elsewhere"), "link.pdf"); err != nil {
				t.Skip(err)
			}
			s := begin(t, NewCanned(t, Send(preauth), Reply(hostileMessage(row.given, " BODY[2] "+literalOf("data")))))
			s.typ("select inbox", "save 1 2", "quit")
			s.ends(StatusOK)
			harmless(t, "the screen", s.shown(), "4 bytes saved in ")

			var saved []string
			filepath.WalkDir(outer, func(path string, e os.DirEntry, _ error) error {
				if filepath.Dir(path) != dir && !e.IsDir() {
					t.Errorf("outside: %s", path)
				}
				if name := e.Name(); !e.IsDir() && name != "there.pdf" && name != "link.pdf" {
					saved = append(saved, name)
				}
				return nil
			})
			if len(saved) != 1 || row.saved != "" && saved[0] != row.saved || harmful(saved[0]) != "" || saved[0][0] == '.' {
				t.Errorf("saved %q, want %q", saved, row.saved)
			}
			for name, want := range there {
				if b, err := os.ReadFile(name); err != nil || string(b) != want {
					t.Errorf("%s: %q, %v", name, b, err)
				}
			}
		})
	}
}

func TestAServerThatEndsWithHostileWordsActsOnNothing(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		steps []Step
	}{
		{"BYE as a greeting", []Step{Send("* BYE [" + evil + "] " + evil + "\r\n")}},
		{"not a greeting", []Step{Send(evil + "\r\n"), CloseWrite()}},
		{"another protocol", []Step{Send("220 " + evil + " ESMTP\r\n"), CloseWrite()}},
		{"half a greeting", []Step{Send("* OK " + evil), CloseWrite()}},
		{"ALERT and BYE", []Step{Send(greeting + "* OK [ALERT] " + evil + "\r\n* BYE " + evil + "\r\n"), CloseWrite()}},
		{"half a literal", []Step{Send(greeting + "* LIST () \"/\" {5000}\r\n" + evil), CloseWrite()}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := begin(t, NewCanned(t, append(row.steps, Close())...), func(opt *Options, _ *Shell) { opt.Render.Err = nil })
			s.until("the end, or a prompt without a connection", func() bool {
				return s.status != nil || strings.HasPrefix(s.question.Prompt, "not connected")
			})
			harmless(t, "the screen", s.shown(), `\x1b]0;owned\x07`)
			harmless(t, "the prompts", strings.Join(s.prompts(), "\n"), "")
		})
	}
}

func TestAValueThatNobodyAskedForIsNotSavedWithThePart(t *testing.T) {
	t.Chdir(t.TempDir())
	s := begin(t, NewCanned(t, Send(preauth), Reply(hostileMessage("a.pdf", " BODY[2] "+literalOf("data")+" BODY[1] "+literalOf("more")))))
	s.typ("select inbox", "save 1 2", "quit")
	s.ends(StatusOK)
	if shown := s.shown(); !strings.Contains(shown, "!! 1 value not saved: not requested") {
		t.Errorf("the second value is not mentioned:\n%s", shown)
	}
	if got, err := os.ReadFile("a.pdf"); string(got) != "data" {
		t.Errorf("the file holds %q (%v), want %q", got, err, "data")
	}
}
