package wire

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// sent are responses of any length.
var sent = []struct {
	name, head, again, tail string
	n                       int
}{
	{"atoms", "* X", " a", "", 1000},
	{"blanks", "* X", " ", "a", 1000},
	{"lists", "* X ", "(", "", 1000},
	{"closing parentheses", "* X ", ")", "", 1000},
	{"lists in lists", "* 1 FETCH (BODYSTRUCTURE ", "(", ")", 1000},
	{"sections", "* 1 FETCH (", "BODY[", ")", 1000},
	{"complete sections", "* 1 FETCH (", "BODY[TEXT] NIL ", ")", 1000},
	{"quotes", "* X ", `"`, "", 1001},
	{"quoted strings", "* X", ` "\""`, "", 1000},
	{"a long quoted string", `* X "`, "a", `"`, 100_000},
	{"backslashes", `* X "`, `\`, "", 1000},
	{"braces", "* X ", "{a}", "", 1000},
	{"NULs", "* X ", "\x00", "", 1000},
	{"bytes beyond ASCII", "* OK ", "\xff", "", 1000},
	{"parentheses in a code", "* OK [X ", "(", "] x", 1000},
	{"parentheses in a code with a rule", "* OK [BADCHARSET ", "(", "] x", 1000},
	{"quotes in a code", "* OK [NOUPDATE ", `"`, "] x", 1000},
	{"brackets in a code", "* OK [X ", "]", "", 1000},
	{"literals", "* 1 FETCH (", "BODY[] {1}\r\nx ", ")", 1000},
	{"empty literals", "* X", " {0}\r\n", "", 1000},
	{"more literals than are listed", "* X", " {1}\r\nx", "", linearLiterals},
	{"literals that say NIL", "* X", " ~{3+}\r\nNIL", "", 1000},
	{"responses", "", "* 1 EXISTS\r\n", "", 1000},
	{"bad sizes", "", "* X {a}\r\n", "", 1000},
	{"empty lines", "", "\r\n", "", 1000},
	{"bare line feeds", "", "* X\n", "", 1000},
	{"carriage returns", "* X", "\r", "", 1000},
}

// linearLiterals is how many literals of one response are listed, so that one response here has more.
const linearLiterals = 2500

// framed frames and parses, in chunks of 1 KB, and returns the bytes allocated and the nodes made.
func framed(input []byte) (allocated uint64, nodes int) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f := NewFramer(func() time.Time { return time.Time{} })
	f.MaxLiterals = linearLiterals
	var arena Arena
	var tree Tree
	var parts []Part
	for len(input) > 0 {
		n := min(len(input), 1<<10)
		arena.Reset()
		parts = f.Feed(input[:n:n], parts[:0], &arena)
		for _, p := range parts {
			if p.Kind == End {
				tree.Parse(p.Frame)
				nodes += len(tree.Nodes)
			}
		}
		input = input[n:]
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, nodes
}

func TestFramingAndParsingAreLinear(t *testing.T) {
	for _, row := range sent {
		input := func(n int) []byte {
			return []byte(row.head + strings.Repeat(row.again, n) + row.tail + "\r\n")
		}
		framed(input(10))
		one, nodes := framed(input(row.n))
		two, more := framed(input(2 * row.n))
		if float64(two) > 2.5*float64(one)+32<<10 || float64(more) > 2.5*float64(nodes)+16 {
			t.Errorf("%s: %d bytes and %d nodes for %d, %d and %d for %d", row.name, one, nodes, row.n, two, more, 2*row.n)
		}
	}
}

func BenchmarkFramingAndParsing(b *testing.B) {
	for _, row := range sent {
		input := []byte(row.head + strings.Repeat(row.again, 2*row.n) + row.tail + "\r\n")
		b.Run(strings.ReplaceAll(row.name, " ", "-"), func(b *testing.B) {
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				framed(input)
			}
		})
	}
}
