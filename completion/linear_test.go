package completion

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// shapes are kinds of lines, typed or pasted, of any length.
var shapes = []struct {
	name, head, again, tail string
}{
	{"words", "", "a ", ""},
	{"a long word", "", "a", ""},
	{"blanks", "list", " ", ""},
	{"leading spaces", "", " ", "noop"},
	{"colons", "", ":", ""},
	{"a shell command", ":source ", "a ", ""},
	{"UIDs", "uid ", "fetch ", ""},
	{"a secret", "login ", "a ", ""},
	{"an initial response", "authenticate plain ", "YWFh", ""},
	{"search keys", "search ", "from a ", ""},
	{"search keys that nest", "search ", "not ", ""},
	{"search keys that nest twice", "search ", "or ", ""},
	{"parentheses", "search ", "(", ""},
	{"lists", "search ", "(all) ", ""},
	{"lists that never end", "fetch 1 ", "(flags ", ""},
	{"closing parentheses", "search all", ")", ""},
	{"data items", "fetch 1 (", "flags ", ""},
	{"sections", "fetch 1 (", "body[header.fields (a)] ", ""},
	{"sections that never end", "fetch 1 (", "body[ ", ""},
	{"brackets", "fetch 1 body[", "[", ""},
	{"header fields", "fetch 1 body[header.fields (", "a ", ""},
	{"partials", "fetch 1 (", "body[]<<0.5>> ", ""},
	{"quotes", "list ", `"`, ""},
	{"quoted strings", "list ", `"a" `, ""},
	{"backslashes", `list "`, `\"`, ""},
	{"flags", "store 1 +flags (", `\Seen `, ""},
	{"keywords", "store 1 +", "a ", ""},
	{"a sequence set", "fetch ", "1,", "2 flags"},
	{"a set of ranges", "fetch ", "1:2,", ""},
	{"pipes", "noop ", "| ", ""},
	{"redirections", "fetch 1 flags ", "> a ", ""},
	{"literals", "append a ", "{3} ", "{3}"},
	{"status items", "status a (", "messages ", ""},
	{"patterns", `list "" (`, "% ", ""},
	{"events", "notify set (", "selected (messagenew) ", ""},
	{"entries", "setmetadata a (", "/a b ", ""},
	{"fields of ID", "id (", `"a" "b" `, ""},
	{"rights", "setacl a b ", "l", ""},
	{"UTF-8", "select ", "ü", ""},
	{"modified UTF-7", "select ", "&AAA-", ""},
	{"ampersands", "select ", "&", ""},
	{"invalid UTF-8", "select ", "\xff", ""},
	{"control characters", "", "\x1b[", ""},
	{"line feeds", "", "a1 noop\n", ""},
	{"marks of a log", "", "C: ", "noop"},
	{"prompts", "", "a1 > ", "noop"},
}

// ways are what happens to a line while it is typed.
var ways = []struct {
	name string
	do   func(typed string, v *command.View)
}{
	{"MatchLine", func(s string, _ *command.View) { command.MatchLine(s) }},
	{"Complete", func(s string, v *command.View) { command.Complete(command.MatchLine(s), v) }},
	{"Warnings", func(s string, v *command.View) { m := command.MatchLine(s); command.Warnings(m, m.Fits, v) }},
	{"WarningsAsTyped", func(s string, v *command.View) { command.WarningsAsTyped(command.MatchLine(s), v) }},
	{"Look", func(s string, v *command.View) { command.Look(s, v) }},
	{"Whose", func(s string, _ *command.View) { command.Whose(s, isShell) }},
	{"Hint", func(s string, v *command.View) { Hint(s, v) }},
	{"Candidates", func(s string, v *command.View) { Candidates(s, len(s), v, []string{":source", "help"}) }},
	{"Read", func(s string, _ *command.View) { line.Read(command.Text(s), isShell) }},
	{"Mend", func(s string, _ *command.View) { line.Mend(command.Text(s), isShell) }},
}

func isShell(word string) bool { return word == "help" }

var typing = &command.View{State: command.Selected, Caps: map[string]bool{"IMAP4REV1": true}}

// allocated returns the number of bytes that f allocates.
func allocated(f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// linear reports whether four times the input costs less than 2.5 times 2.5 times as much; a growing slice makes some
// steps larger than others. The cost that does not depend on the length is ignored.
func linear(one, four float64) bool {
	const small = 16 << 10
	return four <= 2.5*2.5*one+small
}

// FuzzTypingIsLinear tries the shapes, and searches for others.
func FuzzTypingIsLinear(f *testing.F) {
	for _, shape := range shapes {
		f.Add(shape.head, shape.again, shape.tail)
	}
	f.Fuzz(func(t *testing.T, head, again, tail string) {
		if len(head) > 50 || len(again) > 50 || len(tail) > 50 {
			return
		}
		for _, way := range ways {
			work := func(n int) float64 {
				typed := head + strings.Repeat(again, n) + tail
				return allocated(func() { way.do(typed, typing) })
			}
			work(10)
			if one, four := work(120), work(480); !linear(one, four) {
				t.Errorf("%s, %q, again and again %q, %q: %.0f bytes are allocated for 120, %.0f for 480", way.name, head, again, tail, one, four)
			}
		}
	})
}

// manyOf returns a session that has seen n of everything.
func manyOf(n int) *command.View {
	v := &command.View{State: command.Selected, Caps: map[string]bool{"IMAP4REV1": true}, Delim: '/'}
	for i := range n {
		v.Caps[fmt.Sprintf("AUTH=X%d", i)] = true
		v.Flags = append(v.Flags, fmt.Sprintf("work%d", i))
		v.Mailboxes = append(v.Mailboxes, fmt.Sprintf("Archive/%d", i))
	}
	return v
}

// stops are lines after which each of many things may come.
var stops = []struct {
	line string
	all  bool // all of them are offered
}{
	{"authenticate ", true}, {"store 1 +flags (", true}, {"search keyword ", true}, {"select ", true},
	{"select Arch", true}, {"store 1 +work", false}, {"list \"\" ", true}, {"fetch 1 (", false}, {"", false}, {"rename Archive/1 ", true},
}

func TestCompletionIsLinearInWhatASessionHasSeen(t *testing.T) {
	for _, stop := range stops {
		work := func(n int) float64 {
			v := manyOf(n)
			items := 0
			octets := allocated(func() {
				r := Candidates(stop.line, len(stop.line), v, nil)
				Columns(r.Items, 80)
				items = len(r.Items)
			})
			if stop.all && items < n {
				t.Errorf("%q: %d candidates of %d", stop.line, items, n)
			}
			return octets
		}
		work(10)
		if one, four := work(1000), work(4000); !linear(one, four) {
			t.Errorf("%q: %.0f bytes are allocated for 1,000, %.0f for 4,000", stop.line, one, four)
		}
	}
}

func TestEachCandidateIsOfferedOnce(t *testing.T) {
	v := &command.View{State: command.Selected, Flags: []string{`\seen`, `\Seen`, "Work", "work", "other"}}
	seen := map[string]bool{}
	for _, it := range Candidates("store 1 +flags (", len("store 1 +flags ("), v, nil).Items {
		if folded := strings.ToLower(it.Text); seen[folded] {
			t.Errorf("%s is offered twice", it.Text)
		} else {
			seen[folded] = true
		}
	}
	if !seen["work"] || !seen["other"] || !seen[`\seen`] {
		t.Errorf("the candidates are %v", seen)
	}
}

func BenchmarkTyping(b *testing.B) {
	for _, shape := range shapes {
		b.Run(strings.ReplaceAll(shape.name, " ", "-"), func(b *testing.B) {
			typed := shape.head + strings.Repeat(shape.again, 1000) + shape.tail
			for b.Loop() {
				for _, way := range ways {
					way.do(typed, typing)
				}
			}
		})
	}
}

func BenchmarkCompletionOf10000(b *testing.B) {
	v := manyOf(10_000)
	for _, stop := range stops {
		b.Run(strings.ReplaceAll(stop.line, " ", "-"), func(b *testing.B) {
			for b.Loop() {
				Candidates(stop.line, len(stop.line), v, nil)
			}
		})
	}
}
