package tagger

import (
	"fmt"
	"strings"
	"testing"
)

// changes runs lines in a mailbox of five messages and returns which flags have changed, by line.
func changes(t *testing.T, lines ...string) string {
	t.Helper()
	x := newExchange(t, "* OK hello")
	x.run("LOGIN alice x", "TAG OK in")
	x.run("SELECT INBOX", opened...)
	var told []string
	tag := ""
	for _, line := range lines {
		if first, _, _ := strings.Cut(line, " "); first != "*" && first != "+" && first != "TAG" {
			c := x.begin(line).Command
			if tag = c.Tag; c.Match.Name == "IDLE" {
				x.Hold(c)
			}
			continue
		}
		if c := x.hear(strings.Replace(line, "TAG", tag, 1)).Flags; c != nil {
			told = append(told, fmt.Sprintf("+%v-%v", c.Set, c.Removed))
		}
	}
	return strings.Join(told, " ")
}

func TestFlagsThatChangeUnaskedAreComparedWithThoseLastSeen(t *testing.T) {
	fetched := []string{"FETCH 1:5 FLAGS", `* 1 FETCH (FLAGS (\Seen))`, `* 2 FETCH (FLAGS ())`, `* 5 FETCH (FLAGS (\Seen \Recent))`, "TAG OK done"}
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"set within IDLE":                      {[]string{"IDLE", "+ idling", `* 2 FETCH (FLAGS (\Flagged))`}, `+[\Flagged]-[]`},
		"removed within IDLE":                  {[]string{"IDLE", "+ idling", `* 1 FETCH (FLAGS ())`}, `+[]-[\Seen]`},
		"both, in upper and lower case":        {[]string{"NOOP", `* 1 FETCH (FLAGS ($x))`, `* 1 FETCH (FLAGS (\seen $X))`}, `+[$x]-[\Seen] +[\seen]-[]`},
		"the same again":                       {[]string{"NOOP", `* 1 FETCH (FLAGS (\Seen))`}, ``},
		"a message not seen before":            {[]string{"NOOP", `* 3 FETCH (FLAGS (\Seen))`}, ``},
		"a change that no user made":           {[]string{"NOOP", `* 5 FETCH (FLAGS (\Seen))`}, ``},
		"asked for with FETCH":                 {[]string{"FETCH 1 (UID FLAGS)", `* 1 FETCH (FLAGS ())`}, ``},
		"asked for with FETCH ALL":             {[]string{"FETCH 1 ALL", `* 1 FETCH (FLAGS ())`}, ``},
		"done by STORE":                        {[]string{`STORE 1 -FLAGS (\Seen)`, `* 1 FETCH (FLAGS ())`}, ``},
		"a side effect of reading":             {[]string{"FETCH 2 BODY[]", `* 2 FETCH (FLAGS (\Seen))`}, `+[\Seen]-[]`},
		"reported while nothing runs":          {[]string{`* 2 FETCH (FLAGS (\Seen))`}, `+[\Seen]-[]`},
		"numbers moved by EXPUNGE":             {[]string{"NOOP", "* 3 EXPUNGE", `* 4 FETCH (FLAGS ())`}, `+[]-[\Seen]`},
		"the expunged message itself":          {[]string{"NOOP", "* 1 EXPUNGE", `* 1 FETCH (FLAGS (\Seen))`}, `+[\Seen]-[]`},
		"numbers unknown after VANISHED":       {[]string{"NOOP", "* VANISHED 7", `* 1 FETCH (FLAGS ())`}, ``},
		"another mailbox":                      {append(append([]string{"SELECT Sent"}, opened...), "NOOP", `* 1 FETCH (FLAGS ())`), ``},
		"a mailbox that could not be selected": {[]string{"SELECT nowhere", "TAG NO none", `* 1 FETCH (FLAGS ())`}, ``},
	} {
		t.Run(name, func(t *testing.T) {
			if got := changes(t, append(append([]string{}, fetched...), c.lines...)...); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheMemoryOfFlagsIsBounded(t *testing.T) {
	var m flagMemory
	for seq := uint32(1); seq <= 50_000; seq++ {
		m.note(seq, []byte(`(\Seen)`))
	}
	if n := len(m.entries); n > flagsKept || n < flagsKept/2 {
		t.Errorf("%d entries are kept", n)
	}
	if before, ok := m.note(49_000, []byte("()")); !ok || before != `(\Seen)` {
		t.Errorf("the newest must be known: %q %v", before, ok)
	}
	if _, ok := m.note(3, []byte("()")); ok {
		t.Error("the oldest must be forgotten")
	}
	for seq := uint32(1); seq <= 3*setsKept; seq++ {
		m.note(seq, fmt.Appendf(nil, "(k%d)", seq))
	}
	if len(m.sets) > setsKept || len(m.ids) > setsKept {
		t.Errorf("%d sets, %d ids", len(m.sets), len(m.ids))
	}
	m.note(7, []byte("()"))
	if m.note(7, []byte("("+strings.Repeat("x", setSize)+")")); m.find(7) < len(m.entries) && m.entries[m.find(7)].seq == 7 {
		t.Error("a message whose set is too long to keep must be forgotten")
	}
}

func TestAfterASweepOnlyForgottenMessagesMayHaveDeleted(t *testing.T) {
	m := flagMemory{swept: true}
	for seq := uint32(1); seq <= flagsKept; seq++ {
		m.note(seq, []byte(`(\Deleted)`))
	}
	if !m.swept {
		t.Error("nothing was forgotten yet")
	}
	if m.note(flagsKept+1, []byte(`(\Deleted)`)); m.swept {
		t.Error("the first ones were forgotten")
	}
	m = flagMemory{swept: true}
	if m.note(7, []byte(`(\Deleted `+strings.Repeat("x", setSize)+")")); m.swept {
		t.Error("a set too long to be kept was forgotten")
	}
}

func TestExpungingAHundredThousandMessagesMovesFewFlags(t *testing.T) {
	var m flagMemory
	for seq := uint32(90_001); seq <= 100_000; seq++ {
		m.note(seq, []byte("()"))
	}
	for range 90_000 {
		m.expunged(1)
	}
	if m.work > flagsWork {
		t.Errorf("%d entries were moved", m.work)
	}
}

func BenchmarkNotingFlagsOfAscendingMessages(b *testing.B) {
	var m flagMemory
	sets := [][]byte{[]byte(`(\Seen)`), []byte("()"), []byte(`(\Answered \Seen)`)}
	b.ReportAllocs()
	for i := range b.N {
		m.note(uint32(i+1), sets[i%len(sets)])
	}
}
