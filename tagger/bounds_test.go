package tagger

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"imapsh/internal/command"
	"imapsh/internal/response"
)

// heap returns the bytes in use after a garbage collection.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// numbered returns n words, each after a space.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " "+format, i)
	}
	return b.String()
}

// forgets reports whether an event notes that something is forgotten.
func forgets(e *Event) bool {
	for _, n := range e.Notes {
		if strings.Contains(n, "to remember: ") {
			return true
		}
	}
	return false
}

func TestWhatIsRememberedOfASessionIsBounded(t *testing.T) {
	const overhead = 512 << 10 // headers of strings, maps, and what else a session has
	long := func(octets int) string { return strings.Repeat("n", octets) }
	for _, row := range []struct {
		name   string
		most   int64 // bytes that may stay in use, less than what is heard would take
		hears  func(x *exchange)
		kept   func(x *exchange) bool // reports whether the number of what is kept is the limit; may be nil
		silent bool                   // nothing depends on it, so no note says that it is forgotten
	}{
		{name: "mailbox names, few and long", most: 2*namesOctets + overhead, hears: func(x *exchange) { // twice: as they are, and decoded
			for i := range 5 {
				x.hear(fmt.Sprintf(`* LIST () "/" "%d%s"`, i, long(namesOctets/4)))
			}
		}},
		{name: "mailbox names, many", most: 150 * namesKept, hears: func(x *exchange) {
			for i := range namesKept + 10 {
				x.hear(fmt.Sprintf(`* LIST () "/" "mailbox %d"`, i))
			}
		}},
		{name: "ENABLED, few and long", most: wordsOctets + overhead, hears: func(x *exchange) {
			for i := range 10 {
				x.hear(fmt.Sprintf("* ENABLED X%d%s", i, long(wordsOctets/2)))
			}
		}},
		{name: "ENABLED, many", most: overhead, hears: func(x *exchange) {
			for i := range 10 {
				x.hear(strings.ReplaceAll("* ENABLED"+numbered("X%d-", 2000), "-", fmt.Sprint("-", i)))
			}
		}},
		{name: "CAPABILITY, many", most: 100 * wordsKept, hears: func(x *exchange) {
			x.hear("* CAPABILITY IMAP4rev1" + numbered("AUTH=X%d", 2*wordsKept))
		}},
		{name: "CAPABILITY, few and long", most: wordsOctets + overhead, hears: func(x *exchange) {
			x.hear("* CAPABILITY IMAP4rev1 X" + long(2*wordsOctets) + " Y" + long(2*wordsOctets))
		}},
		{name: "FLAGS", most: 40 * wordsKept, hears: func(x *exchange) { x.hear("* FLAGS (a" + numbered("x%d", 5*wordsKept/2) + ")") }},
		{name: "PERMANENTFLAGS", most: 40 * wordsKept, hears: func(x *exchange) {
			x.hear("* OK [PERMANENTFLAGS (a" + numbered("x%d", 5*wordsKept/2) + ")] kept")
		}},
		{name: "UIDVALIDITY in STATUS, few and long", most: validitiesOctets + overhead, silent: true, hears: func(x *exchange) {
			for i := range 5 {
				x.hear(fmt.Sprintf(`* STATUS "%d%s" (UIDVALIDITY 7)`, i, long(validitiesOctets/4)))
			}
		}},
		{name: "UIDVALIDITY in STATUS, many", most: 150 * validitiesKept, silent: true, hears: func(x *exchange) {
			for i := range validitiesKept + 10 {
				x.hear(fmt.Sprintf(`* STATUS "mailbox %d" (UIDVALIDITY 7)`, i))
			}
		}, kept: func(x *exchange) bool { return len(x.validities.of) == validitiesKept }},
		{name: "numbers", most: overhead, silent: true, hears: func(x *exchange) {
			x.hear("* SEARCH" + numbered("1%d", 5*numbersKept))
		}, kept: func(x *exchange) bool { return len(x.seen.numbers) <= 2*numbersKept }},
		{name: "UIDs and flags", most: overhead, silent: true, hears: func(x *exchange) {
			for i := range flagsKept + 10 {
				x.hear(fmt.Sprintf("* %d FETCH (UID %d FLAGS (k%d))", i+1, i+1, i%5000))
			}
		}},
		{name: "violations, of long names", most: (2*1100*5+2*foundKept)*foundOctets + overhead, silent: true, hears: func(x *exchange) {
			for i := range 1100 { // whose names are remembered
				x.hear(fmt.Sprintf(`* LIST () "/" "&%d%s"`, i, long(5*foundOctets)))
			}
		}, kept: func(x *exchange) bool { return len(x.found) == foundKept }},
		{name: "searches that are kept up to date", most: overhead, silent: true, hears: func(x *exchange) {
			for range searchKept + 200 {
				x.run("search return (update) all", "TAG OK done")
			}
		}, kept: func(x *exchange) bool { return len(x.updated) == searchKept }},
		{name: "namespaces", most: overhead, silent: true, hears: func(x *exchange) { x.hear(`* NAMESPACE (("` + long(2*overhead) + `" "/")) NIL NIL`) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := heap()
			x := newExchange(t, "* PREAUTH hello")
			x.run("select inbox", "* 1000000 EXISTS", "TAG OK done")
			row.hears(x)
			x.View()
			x.framer, x.dec, x.event = nil, response.Decoder{}, Event{} // what they keep of the last response is bounded elsewhere
			if more := heap() - before; more > row.most {
				t.Errorf("%d more bytes are in use, want at most %d", more, row.most)
			}
			if row.kept != nil && !row.kept(x) {
				t.Error("what is kept is not what the limit allows")
			}
			if x.hasForgotten == row.silent {
				t.Errorf("a note says that something is forgotten: %t", x.hasForgotten)
			}
			runtime.KeepAlive(x)
		})
	}
}

func TestOneNoteSaysThatSomethingIsForgotten(t *testing.T) {
	x := newExchange(t, "* PREAUTH hello")
	for i := range 5 {
		e := x.hear("* CAPABILITY IMAP4rev1" + numbered("X%d", wordsKept+1))
		if forgets(e) != (i == 0) {
			t.Errorf("response %d has the notes %q", i, e.Notes)
		}
	}
}

func TestWhatIsForgottenIsNotSaidToBeMissing(t *testing.T) {
	x := newExchange(t, "* PREAUTH hello")
	x.hear("* CAPABILITY" + numbered("X%d", wordsKept+1) + " IMAP4rev1 IDLE LITERAL+ THREAD=REFERENCES LOGINDISABLED")
	v := x.View()
	for _, name := range []string{"IMAP4REV1", "IDLE", "LITERAL+", "LOGINDISABLED"} {
		if !v.Has(name) {
			t.Errorf("%s, which imapsh knows, is forgotten", name)
		}
	}
	for _, line := range []string{"thread references utf-8 all", "getquota a", "idle", "search return (save) $", "append a {5+}"} {
		for _, w := range command.Warnings(command.MatchLine(line), true, v) {
			if strings.Contains(w.Text, "does not advertise") {
				t.Errorf("%s: %s", line, w.Text)
			}
		}
	}
	if v := x.View(); !v.Offers("THREAD=REFERENCES") || !v.Offers("QUOTA") {
		t.Error("a capability that may have been forgotten is not offered")
	}

	x.hear("* CAPABILITY IMAP4rev1")
	if v := x.View(); v.MoreCaps || v.Offers("QUOTA") {
		t.Error("a list that is completely remembered counts as incomplete")
	}
}

func TestLearningIsLinear(t *testing.T) {
	lines := func(n int, format string) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf(format, i+1)
		}
		return out
	}
	for _, row := range []struct {
		name  string
		n     int
		hears func(n int) []string
	}{
		{"ENABLED, again and again", 500, func(n int) []string { return lines(n, "* ENABLED X%d") }},
		{"ENABLED, one long", 500, func(n int) []string { return []string{"* ENABLED" + numbered("X%d", n)} }},
		{"CAPABILITY, one long", 500, func(n int) []string { return []string{"* CAPABILITY" + numbered("X%d", n)} }},
		{"FLAGS, one long", 500, func(n int) []string { return []string{"* FLAGS (a" + numbered("X%d", n) + ")"} }},
		{"LIST", 500, func(n int) []string { return lines(n, `* LIST () "/" "a%d"`) }},
		{"STATUS", 500, func(n int) []string { return lines(n, `* STATUS "a%d" (UIDVALIDITY 7)`) }},
		{"EXISTS", 500, func(n int) []string { return lines(n, `* %d EXISTS`) }},
		{"flags, ascending", 500, func(n int) []string { return lines(n, `* %d FETCH (FLAGS (\Seen))`) }},
		{"flags, each different", 500, func(n int) []string { return lines(n, `* 1 FETCH (FLAGS (k%d))`) }},
		{"flags of one message", 500, func(n int) []string {
			return []string{"* 1 FETCH (FLAGS (a" + numbered("k%d", n) + "))", "* 1 FETCH (FLAGS (b" + numbered("k%d", n) + "))"}
		}},
		{"UIDs", 2000, func(n int) []string { return lines(n, `* %[1]d FETCH (UID %[1]d)`) }},
		{"a set of UIDs", 500, func(n int) []string { return []string{"* VANISHED 1" + strings.Repeat(",3", n)} }},
		{"deviations", 500, func(n int) []string { return lines(n, `* LIST (  ) "/" "&%d"`) }},
		{"continuation requests", 500, func(n int) []string { return lines(n, `+ %d`) }},
	} {
		work := func(n int) uint64 {
			x := newExchange(t, "* PREAUTH hello")
			x.run("select inbox", "* 1000000 EXISTS", "TAG OK done")
			text := row.hears(n)
			return allocated(func() {
				for _, line := range text {
					x.hear(line)
					x.View()
				}
			})
		}
		work(row.n)
		if one, two := work(row.n), work(2*row.n); float64(two) > 2.5*float64(one) {
			t.Errorf("%s: %d bytes are allocated for %d, %d for %d", row.name, one, row.n, two, 2*row.n)
		}
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestRememberingFlagsMovesABoundedNumberOfEntries(t *testing.T) {
	for _, row := range []struct {
		name string
		note func(m *flagMemory, n int)
	}{
		{"descending", func(m *flagMemory, n int) {
			for i := n; i > 0; i-- {
				m.note(uint32(i), []byte(`(\Seen)`))
			}
		}},
		{"an expunge for each", func(m *flagMemory, n int) {
			for i := range n {
				m.note(uint32(i+1), []byte(`(\Seen)`))
			}
			for range n {
				m.expunged(1)
			}
		}},
	} {
		var m flagMemory
		row.note(&m, 4*flagsKept)
		if len(m.entries) > flagsKept || m.work > flagsWork+flagsKept {
			t.Errorf("%s: %d entries and %d moves, want at most %d and %d", row.name, len(m.entries), m.work, flagsKept, flagsWork)
		}
	}
}
