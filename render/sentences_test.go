package render

import (
	"strings"
	"testing"
)

func TestExplainShowsEachSentenceOncePerSession(t *testing.T) {
	for _, o := range []Options{{Explain: true}, {Explain: true, Terminal: true}} {
		s := newScene(t, o)
		for range 3 {
			s.send("a001", "UID FETCH 1 FLAGS")
			s.receive("* 1 FETCH (FLAGS ())\r\n* 2 EXISTS\r\na001 OK done\r\n")
			s.send("a002", "COPY 1 nowhere")
			s.receive("* OK [UIDNEXT 9] next\r\na002 NO [TRYCREATE] no\r\n")
		}
		shown := strings.Join(strings.Fields(s.text()), " ")
		for _, sentence := range []string{
			"UID FETCH: FETCH by UIDs.", sentences["FETCH"], sentences["EXISTS"], sentences["tagged OK"], sentences["tagged NO"],
			"UIDNEXT: ",
		} {
			if n := strings.Count(shown, sentence); n != 1 {
				t.Errorf("terminal %v: %q is shown %d times, want 1:\n%s", o.Terminal, sentence, n, s.text())
			}
		}
		if strings.Contains(shown, "TRYCREATE: ") {
			t.Errorf("terminal %v: the sentence that the line below shows anyway is shown twice:\n%s", o.Terminal, s.text())
		}
	}
}

func TestExplainStartsAgainInAnotherSessionAndWhenSetAgain(t *testing.T) {
	s := newScene(t, Options{Explain: true})
	noop := func(want bool) {
		t.Helper()
		s.out.Reset()
		s.send("a001", "NOOP")
		s.receive("a001 OK done\r\n")
		if got := strings.Contains(s.text(), sentences["tagged OK"]); got != want {
			t.Errorf("the sentence is shown: %v, want %v:\n%s", got, want, s.text())
		}
	}
	noop(true)
	noop(false)
	s.conn = "bob"
	noop(true)
	noop(false)
	s.r.Configure(s.r.Options())
	noop(true)
}

func TestTheFullLinesOfLastHaveTheSentenceThatWasShown(t *testing.T) {
	s := newScene(t, Options{Explain: true, Terminal: true})
	s.send("a001", "FETCH 1 BODYSTRUCTURE")
	s.receive(`* 1 FETCH (BODYSTRUCTURE ("text" "plain" ("x" "` + strings.Repeat("y", 2000) + `") NIL NIL "7bit" 1 1))` + "\r\na001 OK done\r\n")
	s.r.Pause()
	s.out.Reset()
	s.r.ShowLast()
	if got := strings.Join(strings.Fields(s.text()), " "); strings.Count(got, sentences["FETCH"]) != 1 {
		t.Errorf("want the sentence of FETCH once:\n%s", s.text())
	}
}
