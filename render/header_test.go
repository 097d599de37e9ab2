package render

import (
	"fmt"
	"strings"
	"testing"
)

const encodedHeader = "Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nFrom: =?utf-8?q?J=C3=B6rg_M=C3=BCller?= <joerg@example.org>\r\n" +
	"Subject: =?utf-8?q?Caf=C3=A9?=\r\n =?utf-8?q?_menu?=\r\nMessage-ID: <1@x>\r\n\r\n"

func TestEncodedWordsOfAHeaderAreDecodedBelowIt(t *testing.T) {
	for _, item := range []string{"BODY[HEADER]", "BODY[HEADER.FIELDS (DATE FROM SUBJECT)]", "body[header.fields.not (TO)]", "RFC822.HEADER", "BODY[2.HEADER]", "BODY[HEADER]<0>"} {
		for _, terminal := range []bool{false, true} {
			s := newScene(t, Options{Terminal: terminal})
			s.send("a001", "FETCH 7 BODY[HEADER]")
			s.receive(fmt.Sprintf("* 7 FETCH (%s {%d}\r\n%s)\r\n", item, len(encodedHeader), encodedHeader))
			want := "     From     Jörg Müller <joerg@example.org>\n     Subject  Café menu\n"
			if got := s.text(); !strings.HasSuffix(got, want) || strings.Contains(got, "     Date") {
				t.Errorf("%s, terminal %v: got\n%s\nwant at its end\n%s", item, terminal, got, want)
			}
		}
	}
}

func TestHeadersOfManyMessagesAreDecodedInALine(t *testing.T) {
	s := newScene(t, Options{Terminal: true})
	s.send("a001", "FETCH 1:* BODY[HEADER]")
	s.receive(fmt.Sprintf("* 7 FETCH (BODY[HEADER] {%d}\r\n%s)\r\n", len(encodedHeader), encodedHeader))
	if want := "     From  Jörg Müller <joerg@example.org>    Subject  Café menu\n"; !strings.HasSuffix(s.text(), want) {
		t.Errorf("got\n%s\nwant at its end\n%s", s.text(), want)
	}
}

func TestAFieldThatDoesNotFitIntoTheLineOfAHeaderBeginsAnother(t *testing.T) {
	s := newScene(t, Options{Terminal: true, Width: func() int { return 40 }})
	s.send("a001", "FETCH 1:* BODY[HEADER]")
	s.receive(fmt.Sprintf("* 7 FETCH (BODY[HEADER] {%d}\r\n%s)\r\n", len(encodedHeader), encodedHeader))
	if want := "     From  Jörg Müller\n     <joerg@example.org>\n     Subject  Café menu\n"; !strings.HasSuffix(s.text(), want) {
		t.Errorf("got\n%s\nwant at its end\n%s", s.text(), want)
	}
}

func TestEachOfManyHeadersThatAreCutIsARow(t *testing.T) {
	s := newScene(t, Options{Terminal: true})
	s.send("a001", "FETCH 1:* RFC822.HEADER")
	for _, c := range []struct{ from, want string }{
		{"=?utf-8?q?J=C3=B6rg_M=C3=BCller?= <joerg@example.org>", "     7        2026-11-20  Jörg Müller           a subject\n"},
		{"\"Ann B.\" <ann@example.org>", "     7        2026-11-20  Ann B.                a subject\n"},
		{"<ann@example.org>", "     7        2026-11-20  ann                   a subject\n"},
		{"ann@example.org", "     7        2026-11-20  ann                   a subject\n"},
	} {
		header := "From: " + c.from + "\r\nSubject: a subject\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n" + strings.Repeat("Received: by x\r\n", 40)
		s.receive(fmt.Sprintf("* 7 FETCH (RFC822.HEADER {%d}\r\n%s)\r\n", len(header), header))
		if got := s.text(); !strings.HasSuffix(got, c.want) {
			t.Errorf("got\n%s\nwant at its end\n%s", got, c.want)
		}
	}
}

func TestAHeaderThatSaysWhatItsEnvelopeDoesHasNoRowOfItsOwn(t *testing.T) {
	s := newScene(t, Options{Terminal: true})
	s.send("a001", "FETCH 1:* (ENVELOPE RFC822.HEADER)")
	header := "From: ann@example.org\r\nSubject: a subject\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n" + strings.Repeat("Received: by x\r\n", 40)
	who := `(("Ann" NIL "ann" "example.org"))`
	for name, rows := range map[string]int{"NIL": 1, `"Ann"`: 2} {
		from := strings.ReplaceAll(who, `"Ann"`, name)
		s.receive(fmt.Sprintf("* 7 FETCH (ENVELOPE (\"Fri, 20 Nov 2026 10:00:00 +0000\" \"a subject\" %s %s %s NIL NIL NIL NIL \"<x@example.org>\") RFC822.HEADER {%d}\r\n%s)\r\n", from, from, from, len(header), header))
		got := s.text()
		_, got, _ = strings.Cut(got[strings.LastIndex(got, "S: )"):], "\n")
		if n := strings.Count(got, "2026-11-20"); n != rows {
			t.Errorf("%s: %d rows, want %d:\n%s", name, n, rows, got)
		}
	}
}

func TestNoFieldOfAHeaderActsOnTheTerminalOrForgesALine(t *testing.T) {
	header := "S: a1 OK =?utf-8?q?forged?=\r\nX\x1b[2J: =?utf-8?q?evil?=\r\nSubject: =?utf-8?q?a=0D=0AS:_a001_OK=1B[2J?=\r\n\r\n"
	s := newScene(t, Options{Terminal: true})
	s.send("a001", "FETCH 7 BODY[HEADER]")
	s.receive(fmt.Sprintf("* 7 FETCH (BODY[HEADER] {%d}\r\n%s)\r\n", len(header), header))
	checkHarmless(t, s.text())
	if strings.Contains(s.text(), "\nS: a") {
		t.Errorf("forged: %s", s.text())
	}
}
