//go:build linux || darwin

package terminal

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chzyer/readline"
)

const (
	up, down, right, left = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
	home, end, del        = "\x1b[1~", "\x1b[4~", "\x1b[3~"
	ctrlLeft, ctrlRight   = "\x1b[1;5D", "\x1b[1;5C"
)

func TestTheLineIsEditedWithTheUsualKeys(t *testing.T) {
	for _, c := range []struct{ name, keys, want string }{
		{"plain typing", "noop", "noop"},
		{"backspace", "noopp\x7f", "noop"},
		{"left inserts before the last character", "nop" + left + "o", "noop"},
		{"home and end", "oo" + home + "n" + end + "p", "noop"},
		{"xterm's home and end", "oo\x1b[Hn\x1b[Fp", "noop"},
		{"application mode's home and end", "oo\x1bOHn\x1bOFp", "noop"},
		{"Ctrl-A and Ctrl-E", "oo\x01n\x05p", "noop"},
		{"Delete removes under the cursor", "nxoop" + home + right + del, "noop"},
		{"Delete at the end does nothing", "noop" + del, "noop"},
		{"Delete on an empty line is not the end", del + "noop", "noop"},
		{"Ctrl-D in a line deletes", "xnoop" + home + "\x04", "noop"},
		{"Ctrl-Space is nothing", "\x00no\x00op", "noop"},
		{"Ctrl-Left goes a word back", "fetch body" + ctrlLeft + "1 ", "fetch 1 body"},
		{"Ctrl-Right goes a word on", "fetch body" + home + ctrlRight + "1 ", "fetch 1 body"},
		{"Ctrl-W takes a word, Ctrl-Y brings it back", "select inbox\x17\x19", "select inbox"},
		{"Ctrl-U takes what is before", "select inbox\x15noop", "noop"},
		{"Ctrl-K takes what is after the cursor", "noop select" + strings.Repeat(left, 7) + "\x0b", "noop"},
		{"Ctrl-T on one character, then another", "n\x14oop", "noop"},
		{"Ctrl-T swaps two", "nopo\x14", "noop"},
		{"Alt-D takes a word", "fetch x" + home + "\x1bd" + "noop", "noop x"},
		{"an unknown sequence is dropped", "no\x1b[20;5~op\x1b[I", "noop"},
		{"an unknown Alt key is dropped", "no\x1bxop", "noop"},
		{"Escape before an arrow is nothing", "nop\x1b" + left + "o", "noop"},
		{"other control characters are nothing", "no\x0f\x11\x16\x1d\x1e\x1fop", "noop"},
		{"non-ASCII", "Grüße 日本 👍\x7f", "Grüße 日本 "},
		{"Ctrl-R without a history", "noop\x12\x07", "noop"},
		{"Ctrl-S without a history", "noop\x13\x03"[:5], "noop"},
		{"up without a history", up + down + "noop", "noop"},
		{"vim's keys are text", "noopehjkl", "noopehjkl"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, 80, 24, Config{})
			r.Ask(Question{Prompt: "> "})
			r.typ(c.keys + "\r")
			r.next(Answer{Kind: Line, Text: c.want})
		})
	}
}

func TestEnterErasesTheRowsOfTheQuestion(t *testing.T) {
	r := newRig(t, 40, 12, Config{})
	r.Write([]byte("S: * OK ready\n"))
	r.Ask(Question{Prompt: "\x1b[1ma001 alice@mail.example.net INBOX 22>\x1b[0m "})
	r.typ("fetch 1:22 (flags body.peek[header.fields (date from subject)])")
	r.shows(
		"S: * OK ready",
		"a001 alice@mail.example.net INBOX 22> fe",
		"tch 1:22 (flags body.peek[header.fields",
		"(date from subject)])")
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "fetch 1:22 (flags body.peek[header.fields (date from subject)])"})
	r.Write([]byte("C: a001 FETCH\n"))
	r.shows("S: * OK ready", "C: a001 FETCH")
	r.cursorAt(2, 0)
}

func TestALineThatFillsItsRowPutsTheCursorOnTheNext(t *testing.T) {
	r := newRig(t, 40, 12, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ(strings.Repeat("x", 38))
	r.shows("> " + strings.Repeat("x", 38))
	r.cursorAt(1, 0)
	r.typ(left)
	r.cursorAt(0, 39)
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: strings.Repeat("x", 38)})
	r.Write([]byte("C: x\n"))
	r.shows("C: x")
}

func TestTextGoesAboveAHalfTypedLine(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "a001> "})
	r.typ("select in" + left + left)
	r.shows("a001> select in")
	r.cursorAt(0, 13)
	r.Write([]byte("S: * 2 EXISTS\nS: * 1 RECENT\n"))
	r.shows("S: * 2 EXISTS", "S: * 1 RECENT", "a001> select in")
	r.cursorAt(2, 13)
	r.typ("X\r")
	r.next(Answer{Kind: Line, Text: "select Xin"})
}

func TestTextWithoutALineEndIsNotOverwritten(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Write([]byte("unfinished"))
	r.Ask(Question{Prompt: "a001> "})
	r.shows("unfinished", "a001>")
}

func TestLinesWrittenWhileTypingAreAllThereAndTheLineIsIntact(t *testing.T) {
	r := newRig(t, 60, 24, Config{})
	r.Ask(Question{Prompt: "a001> ", Paint: func(line string) (string, string) { return line, "  hint" }})
	var want []string
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 300 {
			fmt.Fprintf(r, "S: * %d EXISTS\n", i)
		}
	})
	typed := strings.Repeat("fetch 1 (flags) ", 10)
	for _, c := range typed {
		r.typ(string(c))
	}
	wg.Wait()
	for i := range 300 {
		want = append(want, fmt.Sprintf("S: * %d EXISTS", i))
	}
	line := "a001> " + typed
	want = append(want, strings.TrimRight(line[:60], " "), strings.TrimRight(line[60:120], " "), line[120:]+"  hint")
	r.shows(want...)
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: typed})
	r.Write([]byte("C: x\n"))
	r.shows(append(want[:300:300], "C: x")...)
}

func TestABurstDoesNotRepaintThePromptForEachLine(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "prompt> "})
	r.shows("prompt>")
	const lines = 20_000
	var before int
	for i := range lines {
		before += len(fmt.Sprintf("S: * %d EXISTS\r\n", i))
	}
	for i := range lines {
		fmt.Fprintf(r, "S: * %d EXISTS\n", i)
	}
	last := fmt.Sprintf("S: * %d EXISTS\nprompt>", lines-1)
	r.wait("the last line", func(v *vt) bool {
		return v.row >= lines && strings.HasSuffix(v.String(), last)
	})
	if over := len(r.raw()) - before; over > before {
		t.Errorf("%d bytes of lines took %d more", before, over)
	}
}

func TestAnotherPromptKeepsWhatHasBeenTyped(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "a001> "})
	r.typ("noo")
	r.shows("a001> noo")
	r.Ask(Question{Prompt: "a001 INBOX> "})
	r.shows("a001 INBOX> noo")
	r.typ("p\r")
	r.next(Answer{Kind: Line, Text: "noop"})
}

func TestAnotherKindOfQuestionDropsWhatHasBeenTyped(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "Password: ", Secret: true})
	r.typ("hunter2")
	r.shows("Password: ••••••")
	r.Ask(Question{Prompt: "a001> "})
	r.shows("a001>")
	r.typ("\x19noop\r")
	r.next(Answer{Kind: Line, Text: "noop"})
	if strings.Contains(r.raw(), "hunter2") {
		t.Error("the secret was shown")
	}
}

func TestASecretIsNeitherShownNorKept(t *testing.T) {
	r := newRig(t, 80, 24, Config{History: []string{"login alice"}})
	r.Ask(Question{Prompt: "Password: ", Secret: true})
	r.typ(up + "\x12" + "hunxx\x7f\x7f" + home + "ter2\x17\x0b\t")
	r.shows("Password: ••••••")
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "hunter2"})
	r.Write([]byte("C: a001 LOGIN alice ••••••\n"))
	r.shows("Password:", "C: a001 LOGIN alice ••••••")
	r.Ask(Question{Prompt: "a002> "})
	r.typ("\x19" + up)
	r.shows("Password:", "C: a001 LOGIN alice ••••••", "a002> login alice")
	for _, part := range []string{"hunter2", "ter2", "hun"} {
		if strings.Contains(r.raw(), part) {
			t.Errorf("%q of the secret was shown", part)
		}
	}
}

func TestASecretErasedWithCtrlUDoesNotComeBack(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "Password: ", Secret: true})
	r.typ("hunter2\x15secret\r")
	r.next(Answer{Kind: Line, Text: "secret"})
	r.Ask(Question{Prompt: "> "})
	r.typ("\x19\x1b\x7fnoop\r")
	r.next(Answer{Kind: Line, Text: "noop"})
}

func TestPaintMasksAndHints(t *testing.T) {
	r := newRig(t, 40, 12, Config{})
	r.Ask(Question{Prompt: "a001> ", Paint: func(line string) (string, string) {
		if rest, ok := strings.CutPrefix(line, "login alice "); ok {
			return "login alice " + strings.Repeat("•", len(rest)), ""
		}
		return line, " user password and a hint that is too long"
	}})
	r.shows("a001>  user password and a hint that is…")
	r.cursorAt(0, 6)
	r.typ("login alice secret")
	r.shows("a001> login alice ••••••")
	r.cursorAt(0, 24)
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "login alice secret"})
	if strings.Contains(r.raw(), "secret") || !strings.Contains(r.raw(), "\x1b[2m") {
		t.Errorf("not masked, or no dim hint: %q", r.raw())
	}
}

func TestAHintWithRowsOfItsOwnIsWrappedAndComplete(t *testing.T) {
	r := newRig(t, 20, 12, Config{})
	r.Ask(Question{Prompt: "> ", Paint: func(line string) (string, string) { return line, "\n-- 14 commands of a transcript; 63 lines skipped" }})
	r.typ("noop")
	r.shows("> noop", "-- 14 commands of a", "transcript; 63 lines", "skipped")
	r.cursorAt(0, 6)
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "noop"})
	r.shows("")
}

func TestTheHintVanishesOnEnter(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> ", Paint: func(line string) (string, string) { return line, " hint" }})
	r.typ("noop")
	r.shows("> noop hint")
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "noop"})
	r.shows("")
}

func TestTabIsAWishThatEditAnswersWhileTheLineStaysEditable(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("sel in" + left + left + left + "\t")
	r.next(Answer{Kind: Complete, Text: "sel in", Pos: 3})
	r.Edit("SELECT in", 6)
	r.shows("> SELECT in")
	r.cursorAt(0, 8)
	r.Edit("nonsense", 0) // no wish pending
	r.typ("é\t")
	r.next(Answer{Kind: Complete, Text: "SELECTé in", Pos: 8})
	r.typ("x") // the line has changed since: the answer comes too late
	r.shows("> SELECTéx in")
	r.Edit("nonsense", 0)
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "SELECTéx in"})
	r.Edit("nonsense", 0)
	r.Ask(Question{Prompt: "> "})
	r.typ("noop\r")
	r.next(Answer{Kind: Line, Text: "noop"})
}

func TestAnAnswerToOneTabDoesNotAnswerTheNext(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("se\t")
	r.next(Answer{Kind: Complete, Text: "se", Pos: 2})
	r.typ("\x15no\t")
	r.posts(Complete)
	r.Edit("SELECT", 6)
	r.typ("op\r")
	r.next(Answer{Kind: Complete, Text: "no", Pos: 2})
	r.next(Answer{Kind: Line, Text: "noop"})
}

func TestASecondTabInARowIsMarked(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("se\t")
	r.next(Answer{Kind: Complete, Text: "se", Pos: 2})
	r.typ("\t")
	r.next(Answer{Kind: Complete, Text: "se", Pos: 2, Again: true})
	r.typ("\f\t") // Ctrl-L clears the screen, and the list on it
	r.next(Answer{Kind: Complete, Text: "se", Pos: 2})
}

func TestCandidatesGoAboveTheLineBeingCompleted(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("se\t")
	r.next(Answer{Kind: Complete, Text: "se", Pos: 2})
	r.Write([]byte("SEARCH  SELECT  SETACL\n"))
	r.Edit("SE", 2)
	r.shows("SEARCH  SELECT  SETACL", "> SE")
}

func TestAPastedBlockIsOneAnswerWithRealLineEnds(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("\x1b[200~a001 NOOP\r\na002 CAPABILITY\ra003 LOGOUT\n\x1b[201~")
	r.shows("> a001 NOOP⏎a002 CAPABILITY⏎a003 LOGOUT")
	r.typ("\r")
	r.next(Answer{Kind: Paste, Text: "a001 NOOP\na002 CAPABILITY\na003 LOGOUT"})
	r.shows("")
}

func TestAPastedLineIsJustText(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("status \x1b[200~\tIN\x03BOX\n\x1b[201~ x\r")
	r.next(Answer{Kind: Line, Text: "status \tIN\x03BOX x"})
}

func TestLinesThatComeAtOnceAreABlock(t *testing.T) {
	long := strings.Repeat("a line of a long paste\n", 1000) // more than one read
	for _, row := range []struct {
		name, keys string
		want       []Answer
	}{
		{"lines that end in CR", "a1 NOOP\ra2 NOOP\r", []Answer{{Kind: Paste, Text: "a1 NOOP\na2 NOOP"}}},
		{"lines that end in LF", "a1 NOOP\na2 NOOP\n", []Answer{{Kind: Paste, Text: "a1 NOOP\na2 NOOP"}}},
		{"lines that end in CRLF", "a1 NOOP\r\n\r\na2 NOOP\r\n", []Answer{{Kind: Paste, Text: "a1 NOOP\n\na2 NOOP"}}},
		{"the last line without an end", "a1 NOOP\ra2 NO", []Answer{{Kind: Paste, Text: "a1 NOOP\na2 NOOP"}}},
		{"a TAB", "a\tb\rc\r", []Answer{{Kind: Paste, Text: "a\tb\nc"}}},
		{"more than one read", long, []Answer{{Kind: Paste, Text: strings.TrimSuffix(long, "\n")}}},
		{"one line", "a1 NOOP\r", []Answer{{Kind: Line, Text: "a1 NOOP"}}},
		{"a line and Enter twice", "a1 NOOP\r\r", []Answer{{Kind: Line, Text: "a1 NOOP"}, {Kind: Line, Text: ""}}},
		{"Ctrl-C after them", "a1 NOOP\ra2 NOOP\r\x03", []Answer{{Kind: Interrupt}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := newRig(t, 80, 24, Config{})
			r.Ask(Question{Prompt: "> "})
			r.typ(row.keys)
			if strings.HasSuffix(row.keys, "NO") {
				r.shows("> a1 NOOP⏎a2 NO")
				r.typ("OP\r")
			}
			for i, want := range row.want {
				if i > 0 {
					r.Ask(Question{Prompt: "> "})
				}
				r.next(want)
			}
		})
	}
}

func TestAPasteArrivingByteByByteIsComplete(t *testing.T) {
	var got []key
	var d decoder
	for _, c := range []byte("ü\x1b[200~a\r\nb€\x1b[201~\x1b[1;5Dz") {
		d.decode([]byte{c}, func(k key) { got = append(got, k) })
	}
	want := []key{{text: "ü"}, {code: keyPaste, text: "a\nb€"}, {code: readline.MetaBackward}, {text: "z"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCtrlCGetsOutOfAPasteThatNeverEnds(t *testing.T) {
	var got []key
	var d decoder
	for _, chunk := range []string{"\x1b[200~abc", "\x03", "x"} {
		d.decode([]byte(chunk), func(k key) { got = append(got, k) })
	}
	want := []key{{code: readline.CharInterrupt}, {text: "x"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestALongPasteIsNotPaintedPieceByPiece(t *testing.T) {
	text := strings.Repeat("0123456789", 2000)
	for name, paste := range map[string]string{"bracketed": "\x1b[200~" + text + "\x1b[201~", "not bracketed": text} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 80, 24, Config{})
			painted := 0
			r.Ask(Question{Prompt: "> ", Paint: func(line string) (string, string) {
				painted += len(line)
				return line, ""
			}})
			r.typ(paste + "\r")
			r.next(Answer{Kind: Line, Text: text})
			if painted > 2_000_000 {
				t.Errorf("%d bytes of line were painted", painted)
			}
			r.Write([]byte("C: x\n"))
			r.wait("the line after it", func(v *vt) bool { return strings.HasSuffix(v.String(), "C: x") })
			if n := len(r.raw()); n > 2_000_000 {
				t.Errorf("%d bytes of output", n)
			}
		})
	}
}

func TestUpAndDownWalkTheHistory(t *testing.T) {
	r := newRig(t, 80, 24, Config{History: []string{"one", "two", "two", ""}})
	r.Ask(Question{Prompt: "> "})
	r.typ("draft" + up)
	r.shows("> two")
	r.typ(up + up)
	r.shows("> one")
	r.typ(down + down + down)
	r.shows("> draft")
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "draft"})
	r.Remember("draft")
	r.Remember("draft")
	r.Ask(Question{Prompt: "> "})
	r.typ(up + up + "!\r")
	r.next(Answer{Kind: Line, Text: "two!"})
}

func TestCtrlRSearchesTheHistory(t *testing.T) {
	history := []string{"select INBOX", "fetch 1 flags", "select Sent", "noop"}
	r := newRig(t, 80, 24, Config{History: history})
	r.Ask(Question{Prompt: "> "})
	r.typ("x\x12sel")
	r.shows("(search: sel) select Sent")
	r.typ("\x12")
	r.shows("(search: sel) select INBOX")
	r.typ("\x12")
	r.shows("(no such line: sel) select INBOX")
	r.typ("\x13")
	r.shows("(search: sel) select Sent")
	r.typ("\x7f\x7f\x7ffet")
	r.shows("(search: fet) fetch 1 flags")
	r.typ("\x07")
	r.shows("> x")
	r.typ("\x12INBOX\x01\x0b") // any other key accepts the line found
	r.shows(">")
	r.typ("\x12sent\r")
	r.next(Answer{Kind: Line, Text: "select Sent"})
	r.Ask(Question{Prompt: "> "})
	r.typ("abc\x12se\x03") // Ctrl-C only ends the search
	r.shows("> abc")
	r.typ("\r")
	r.next(Answer{Kind: Line, Text: "abc"})
}

func TestALineHigherThanTheScreenShowsTheRowsAroundTheCursor(t *testing.T) {
	r := newRig(t, 40, 5, Config{})
	r.Write([]byte("above\n"))
	r.Ask(Question{Prompt: "> "})
	r.typ(strings.Repeat("x", 38+40*10) + "yz")
	r.shows("above", strings.Repeat("x", 40), strings.Repeat("x", 40), strings.Repeat("x", 40), "yz")
	r.typ("\x01")
	r.shows("above", "> "+strings.Repeat("x", 38), strings.Repeat("x", 40), strings.Repeat("x", 40), strings.Repeat("x", 40))
	r.cursorAt(1, 2)
	r.typ("\x15\x0b\r")
	r.next(Answer{Kind: Line})
	r.shows("above")
}

func TestPastedTextCannotControlTheTerminal(t *testing.T) {
	r := newRig(t, 80, 24, Config{})
	r.Ask(Question{Prompt: "> "})
	r.typ("\x1b[200~a\x1b]0;title\x07\u202eb\u0085\x1b[201~")
	r.shows("> a␛]0;title␇\ufffdb\ufffd")
}

func TestKeysThatMakeReadlinePanicAreHarmless(t *testing.T) {
	h := newHistory([]string{"one", "two"})
	e := newEditor(h)
	var d decoder
	// Every pair of keys, on lines of no, one and several characters.
	var keys []key
	for c := range byte(0x80) {
		d.decode([]byte{c}, func(k key) { keys = append(keys, k) })
		d.decode([]byte{0x1b, c}, func(k key) { keys = append(keys, k) })
		d = decoder{}
	}
	for code := range edits {
		keys = append(keys, key{code: code})
	}
	for _, line := range []string{"", "x", "a b"} {
		for pos := range len(line) + 1 {
			for _, a := range keys {
				for _, b := range keys {
					e.reset(false)
					e.set(line, pos)
					e.press(a)
					e.press(b)
					e.press(key{text: "z"})
					if n := len([]rune(e.text())); e.cursor() > n {
						t.Fatalf("after %v, %v on %q the cursor is at %d of %d", a, b, line, e.cursor(), n)
					}
				}
			}
		}
	}
}
