package render

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/internal/text"
	"imapsh/tagger"
)

func TestATerminalOfAnyWidthShowsEverythingAndEnds(t *testing.T) {
	var spare []byte
	for cols := 1; cols <= 12; cols++ {
		done := make(chan struct{})
		go func() {
			defer close(done)
			s := newScene(t, Options{Terminal: true, Width: func() int { return cols }})
			s.out = *bytes.NewBuffer(spare[:0]) // as much as the width before needed is at hand
			playHostile(s, func(left int) int { return left })
			s.r.Warn("x")
			s.r.Note("")
			spare = s.out.Bytes()
		}()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatalf("a terminal of %d columns never ends", cols)
		}
	}
}

func TestARowDoesNotBreakANumberFlagNameOrLiteralSize(t *testing.T) {
	line := `* 28 FETCH (UID 4827 FLAGS (\Answered \Flagged $Forwarded $NotJunk) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 123456789 BODY[HEADER.FIELDS (DATE FROM SUBJECT)] {1332}`
	tokens := regexp.MustCompile(`[^\s()"]+`).FindAllString(line, -1)
	for cols := 24; cols <= 90; cols++ {
		var rows []string
		for rest := []byte(line); len(rest) > 0; {
			n := rowFit(rest, cols)
			rows = append(rows, string(rest[:n]))
			rest = rest[n:]
		}
		if joined := strings.Join(rows, ""); joined != line {
			t.Fatalf("%d columns lose something: %q", cols, joined)
		}
		shown := " " + strings.NewReplacer("(", " ", ")", " ", `"`, " ").Replace(strings.Join(rows, "\n")) + " "
		for _, token := range tokens {
			if !strings.Contains(strings.Join(strings.Fields(shown), " "), token) {
				t.Errorf("%d columns cut %s:\n%s", cols, token, strings.Join(rows, "\n"))
			}
		}
		for _, row := range rows {
			if text.Width(row) > cols {
				t.Errorf("%d columns: %q", cols, row)
			}
		}
	}
}

func TestAWarningIsWrappedBetweenWordsThatFitOnARow(t *testing.T) {
	warning := `body[text] sets \\Seen; body.peek[header.fields (from to subject date)] does not, nor does body.peek[text]`
	for cols := 30; cols <= 90; cols++ {
		s := newScene(t, Options{Terminal: true, Width: func() int { return cols }})
		s.r.Warn(warning)
		for row := range strings.Lines(s.out.String()) {
			for _, word := range strings.Fields(strings.TrimPrefix(row, "!! ")) {
				if !slices.Contains(strings.Fields(warning), word) {
					t.Errorf("%d columns cut a word: %q", cols, word)
				}
			}
		}
	}
}

func TestARowOfALongWordIsFoundWithoutReadingAllOfIt(t *testing.T) {
	line := []byte(strings.Repeat(`\x1b`, 1_000_000)) // 4,000,000 bytes; each of the 50,000 rows reads only its own
	done := make(chan struct{})
	go func() {
		defer close(done)
		for rest := line; len(rest) > 0; {
			rest = rest[rowFit(rest, 80):]
		}
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it did not end")
	}
}

func TestALongWordIsBrokenAtAJoint(t *testing.T) {
	for _, c := range []struct {
		name, line string
		cols       int
		want       string
	}{
		{"a set after a comma", "* SEARCH 100,101,102,103,104,105,106,107", 20, "* SEARCH 100,101,"},
		{"a set with a comma in the last column", "1000,2000,3000", 10, "1000,2000,"},
		{"letters where the row is full", strings.Repeat("QUJD", 10), 10, "QUJDQUJDQU"},
		{"letters before a number", "abcdefgh123456789 x", 12, "abcdefgh"},
		{"an escaped byte is not broken", `abcdefghi\x1b\x1b`, 11, `abcdefghi`},
		{"the size of a literal is not broken", "BODY[HEADER]{123456789}", 18, "BODY[HEADER]"},
	} {
		if got := c.line[:rowFit([]byte(c.line), c.cols)]; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTheMiddleOfABodyIsLeftOutUnlessItIsFewLines(t *testing.T) {
	for lines, want := range map[int]string{
		20: "", 24: "", 25: "… 5 more lines, ", 400: "… 380 more lines, ",
	} {
		var b strings.Builder
		for i := range lines {
			fmt.Fprintf(&b, "line %d\r\n", i+1)
		}
		for _, spilled := range []bool{false, true} {
			s := newScene(t, Options{Terminal: true})
			if spilled {
				s.framer.MaxLiteral, s.framer.MaxKept = 10, 60
			}
			s.receive(fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s)\r\n", b.Len(), b.String()))
			s.r.Sent("", &tagger.Step{Kind: tagger.SendSource, Size: int64(b.Len()), Name: "x.eml"})
			got := s.text()
			name := fmt.Sprintf("%d lines, spilled %v", lines, spilled)
			for _, i := range []int{1, 15, lines - 4, lines} {
				if !strings.Contains(got, fmt.Sprintf("S| line %d\n", i)) {
					t.Errorf("%s: line %d is not shown:\n%s", name, i, got)
				}
			}
			if want == "" && strings.Contains(got, "more line") || !strings.Contains(got, want) {
				t.Errorf("%s: want %q in\n%s", name, want, got)
			}
			if shown := strings.Count(got, "S| line"); want != "" && shown != 20 {
				t.Errorf("%s: %d lines are shown, want 20", name, shown)
			}
		}
	}
}

func TestALineIsShownInFullIfFewRowsWouldBeHidden(t *testing.T) {
	for _, c := range []struct {
		name  string
		words int
		cut   bool
	}{{"six rows", 6 * 9, false}, {"nine rows", 9 * 9, true}} {
		s := newScene(t, Options{Terminal: true})
		s.receive("a001 NO " + strings.Repeat("abcdefg ", c.words) + "\r\n")
		if cut := strings.Contains(s.text(), ":last shows them"); cut != c.cut {
			t.Errorf("%s: cut %v, want %v:\n%s", c.name, cut, c.cut, s.text())
		}
	}
}
