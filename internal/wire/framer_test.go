package wire

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const transcript = "* OK [CAPABILITY IMAP4rev1 LITERAL+] ready\r\n" +
	"* 12 FETCH (FLAGS (\\Seen) BODY[HEADER.FIELDS (DATE FROM)] {27}\r\nDate: today\r\nFrom: {5}\r\n\r\n UID 9)\r\n" +
	"* 13 FETCH (BODY[1] {0}\r\n BODY[2] {3}\r\n\r\n\x00 BINARY[1] ~{4}\r\n\x00\x01\r\n)\r\n" +
	"* NO the text ends in {3}\r\n+ send {3}\r\na1 OK done {12}\r\n* 3 EXISTS\n\r\n" +
	"* LIST () \"/\" {99999999999999999999}\r\n* LIST () \"/\" {x}\r\n* LIST () NIL {3}\nabc\r\n" +
	"* XYZ " + longWord + "{2}\r\nab {000000000000000002+}\r\ncd end\r\na2 BAD [X {4}\r\n"

const longWord = "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

func TestFramesAreTheSameAtAnyChunking(t *testing.T) {
	for _, limits := range []struct {
		name                  string
		literal               int64
		kept, literals, every int
	}{
		{"nothing spills", DefaultMaxLiteral, DefaultMaxKept, DefaultMaxLiterals, 0},
		{"large literals spill", 3, DefaultMaxKept, DefaultMaxLiterals, 0},
		{"long responses spill", 1 << 20, 60, DefaultMaxLiterals, 0},
		{"many literals spill", 1 << 20, 1 << 20, 1, 0},
	} {
		t.Run(limits.name, func(t *testing.T) {
			framer := func() *Framer {
				f := testFramer()
				f.MaxLiteral, f.MaxKept, f.MaxLiterals = limits.literal, limits.kept, limits.literals
				return f
			}
			input := []byte(transcript)
			want := frames(framer(), input, whole)
			for n := 1; n < 100; n++ {
				if got := frames(framer(), input, func(int) int { return n }); !slices.Equal(got, want) {
					t.Fatalf("in chunks of %d:\n%s\nin one piece:\n%s", n, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
			for n := 1; n < len(input); n++ {
				first := true
				got := frames(framer(), input, func(left int) int {
					if first {
						first = false
						return n
					}
					return left
				})
				if !slices.Equal(got, want) {
					t.Fatalf("cut at %d:\n%s\nin one piece:\n%s", n, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		})
	}
}

func TestALineIsFramedWithItsLiterals(t *testing.T) {
	for _, c := range []struct {
		name, input string
		want        []string
	}{
		{"lines", "* 1 EXISTS\r\na OK x\r\n", []string{`"* 1 EXISTS\r\n" size 12`, `"a OK x\r\n" size 8`}},
		{"a literal", "* LIST () NIL {3}\r\na\r\n x\r\n", []string{`"* LIST () NIL {3}\r\na\r\n x\r\n" size 26 literal(at 19 size 3 kept 3 spilled false binary false)`}},
		{"an empty literal", "* X {0}\r\n\r\n", []string{`"* X {0}\r\n\r\n" size 11 literal(at 9 size 0 kept 0 spilled false binary false)`}},
		{"a literal8", "* X ~{1}\r\n\x00\r\n", []string{`"* X ~{1}\r\n\x00\r\n" size 13 literal(at 10 size 1 kept 1 spilled false binary true)`}},
		{"text announces nothing", "* OK {3}\r\n", []string{`"* OK {3}\r\n" size 10`}},
		{"text in any case announces nothing", "a  bye {3}\r\n", []string{`"a  bye {3}\r\n" size 12`}},
		{"text of a continuation request announces nothing", "+ {3}\r\n", []string{`"+ {3}\r\n" size 7`}},
		{"the second line of a literal that looks like text announces", "* X {1}\r\na OK {1}\r\nb\r\n", []string{`"* X {1}\r\na OK {1}\r\nb\r\n" size 22 literal(at 9 size 1 kept 1 spilled false binary false) literal(at 19 size 1 kept 1 spilled false binary false)`}},
		{"a bare LF ends a line", "* X\n", []string{`"* X\n" size 4 bare-lf@3`}},
		{"a bare LF announces too", "* X {1}\na\r\n", []string{`"* X {1}\na\r\n" size 11 literal(at 8 size 1 kept 1 spilled false binary false) bare-lf@7`}},
		{"a bare CR ends no line", "* X\rY\r\n", []string{`"* X\rY\r\n" size 7`}},
		{"a size beyond 63 bits is text", "* X {9223372036854775808}\r\n", []string{`"* X {9223372036854775808}\r\n" size 27 bad-literal-size@4`}},
		{"a negative size is text", "* X {-1}\r\n", []string{`"* X {-1}\r\n" size 10 bad-literal-size@4`}},
		{"no size is text", "* X {}\r\n", []string{`"* X {}\r\n" size 8 bad-literal-size@4`}},
		{"a size of a hundred digits is text", "* X {" + strings.Repeat("1", 100) + "}\r\n", []string{`"* X {` + strings.Repeat("1", 100) + `}\r\n" size 108 bad-literal-size@44`}},
		{"braces around words are text", "* X {a b}\r\n* X a}\r\n", []string{`"* X {a b}\r\n" size 11`, `"* X a}\r\n" size 8`}},
		{"the end of the stream in a line", "* 1 EXI", []string{`"* 1 EXI" size 7 cut unfinished@7`}},
		{"the end of the stream in a literal", "* X {5}\r\nab", []string{`"* X {5}\r\nab" size 11 cut literal(at 9 size 5 kept 2 spilled false binary false) unfinished@11`}},
		{"nothing", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := frames(testFramer(), []byte(c.input), whole); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestWhatIsTooLargeIsCountedAndNotKept(t *testing.T) {
	f := testFramer()
	f.MaxLiteral, f.MaxKept = 10, 40
	for _, c := range []struct{ name, input, want string }{
		{"a large literal", "* X {11}\r\n01234567890 {2}\r\nab\r\n", `"* X {11}\r\n {2}\r\nab\r\n" size 31 literal(at 10 size 11 kept 0 spilled true binary false) literal(at 16 size 2 kept 2 spilled false binary false)`},
		{"a literal beyond what is kept", "* X {9}\r\n012345678 {9}\r\n012345678 {9}\r\n012345678 a\r\n", `"* X {9}\r\n012345678 {9}\r\n012345678 {9}\r\n " size 52 clipped 3 literal(at 9 size 9 kept 9 spilled false binary false) literal(at 24 size 9 kept 9 spilled false binary false) literal(at 39 size 9 kept 0 spilled true binary false)`},
		{"a long line", "* " + longWord + "\r\n", `"* 01234567890123456789012345678901234567" size 94 clipped 54`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []int{1, 7, 1000} {
				got := frames(f, []byte(c.input), func(int) int { return n })
				if len(got) != 1 || got[0] != c.want {
					t.Errorf("in chunks of %d got\n%s\nwant\n%s", n, strings.Join(got, "\n"), c.want)
				}
			}
		})
	}
}

func TestBytesThatAreNotKeptBringTheResponseSoFar(t *testing.T) {
	f := testFramer()
	f.MaxLiteral = 4
	var a Arena
	parts := f.Feed([]byte("* 7 FETCH (BODY[] {6}\r\nabc"), nil, &a)
	var b Arena
	parts = f.Feed([]byte("def UID {2}\r\nab)\r\n"), parts, &b)
	var kinds []string
	for _, p := range parts {
		line := fmt.Sprintf("%d %q", p.Kind, p.Bytes)
		if p.Literal != nil {
			line += fmt.Sprintf(" of %d", p.Literal.Size)
		}
		if p.Frame != nil {
			line += fmt.Sprintf(" frame %q", p.Frame.Raw)
		}
		kinds = append(kinds, line)
	}
	want := []string{
		`0 "* 7 FETCH (BODY[] {6}\r\n"`,
		`1 "abc" of 6 frame "* 7 FETCH (BODY[] {6}\r\n"`,
		`1 "def" of 6 frame "* 7 FETCH (BODY[] {6}\r\n"`,
		`0 " UID {2}\r\n"`, `1 "ab" of 2`, `0 ")\r\n"`,
		`3 "" frame "* 7 FETCH (BODY[] {6}\r\n UID {2}\r\nab)\r\n"`,
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(kinds, "\n"), strings.Join(want, "\n"))
	}
}

func TestAResponseThatIsInOneChunkIsNotCopied(t *testing.T) {
	chunk := []byte("* 1 FETCH (BODY[] {3}\r\nabc)\r\n")
	f, a := testFramer(), &Arena{}
	parts := f.Feed(chunk, nil, a)
	raw := parts[len(parts)-1].Frame.Raw
	if &raw[0] != &chunk[0] || len(raw) != len(chunk) {
		t.Errorf("Raw %q does not alias the chunk", raw)
	}
}

func TestTextIsAPartBeforeItsLineIsComplete(t *testing.T) {
	f, a := testFramer(), &Arena{}
	parts := f.Feed([]byte("* OK Still he"), nil, a)
	if len(parts) != 1 || parts[0].Kind != Text || string(parts[0].Bytes) != "* OK Still he" {
		t.Errorf("got %+v", parts)
	}
	if n, raw := f.Unfinished(); n != 13 || string(raw) != "* OK Still he" {
		t.Errorf("unfinished is %d, %q", n, raw)
	}
	f.Feed([]byte("re\r\n"), parts[:0], a)
	if n, raw := f.Unfinished(); n != 0 || len(raw) != 0 {
		t.Errorf("unfinished is %d, %q after the line", n, raw)
	}
}

func TestTheFramerStopsAfterTheResponseOfABarrier(t *testing.T) {
	const before, answer, behind = "* OK still\r\na01 OK no\r\n", "a1 OK {5}\r\n", "\x16\x03clear\r\na1 OK x\r\n"
	input := []byte(before + answer + behind)
	for n := 1; n <= len(input); n++ {
		f, a := testFramer(), &Arena{}
		f.StopAfter("a1")
		var got []byte
		for from := 0; from < len(input) && !f.Stopped(); from += n {
			for _, p := range f.Feed(input[from:min(from+n, len(input))], nil, a) {
				got = append(got, p.Bytes...)
			}
			if f.Stopped() {
				rest := append(slices.Clone(f.Rest()), input[min(from+n, len(input)):]...)
				if string(rest) != behind {
					t.Fatalf("in chunks of %d the rest is %q", n, rest)
				}
			}
		}
		if string(got) != before+answer || !f.Stopped() {
			t.Fatalf("in chunks of %d it took %q", n, got)
		}
		if parts := f.Feed([]byte("x"), nil, a); parts != nil || string(f.Rest()) != "x" {
			t.Fatalf("fed while stopped it took %v, the rest is %q", parts, f.Rest())
		}
		f.Resume()
		if parts := f.Feed([]byte("a1 OK x\r\n"), nil, a); len(parts) != 2 || f.Stopped() {
			t.Fatalf("resumed it gave %v, stopped is %t", parts, f.Stopped())
		}
	}
}

func TestABarrierMayBeSetWhileTheReaderFeeds(t *testing.T) {
	f, a := testFramer(), &Arena{}
	set := make(chan struct{})
	go func() {
		defer close(set)
		f.StopAfter("a1")
	}()
	var parts []Part
	feedOne := func(line string) {
		a.Reset()
		parts = f.Feed([]byte(line), parts[:0], a)
	}
	for range 1000 {
		feedOne("* 1 EXISTS\r\n")
	}
	<-set
	if feedOne("a1 OK x\r\nmore"); !f.Stopped() || string(f.Rest()) != "more" {
		t.Errorf("stopped is %t, the rest %q", f.Stopped(), f.Rest())
	}
}

func TestABarrierThatIsLiftedStopsNothing(t *testing.T) {
	f, a := testFramer(), &Arena{}
	f.StopAfter("a1")
	f.StopAfter("")
	if f.Feed([]byte("a1 OK x\r\n"), nil, a); f.Stopped() {
		t.Error("it stopped")
	}
}

func TestTheFramerThatStopsAfterEachResponseGivesOneAtATime(t *testing.T) {
	want := []string{"* 1 EXISTS\r\n", "* 1 FETCH (BODY[] {3}\r\na\nb UID 1)\r\n", "a1 OK x\r\n"}
	input := strings.Join(want, "") + "* 2 EXI"
	for _, n := range []int{1, 7, len(input)} {
		f, a := testFramer(), &Arena{}
		f.Each = true
		var got []string
		for at := 0; at < len(input); {
			f.Resume()
			a.Reset()
			chunk := []byte(input[at:min(at+n, len(input))])
			frames := 0
			for _, p := range f.Feed(chunk, nil, a) {
				if p.Kind == End {
					frames++
					got = append(got, string(p.Frame.Raw))
				}
			}
			if at += len(chunk) - len(f.Rest()); frames > 1 || f.Stopped() != (frames == 1) {
				t.Fatalf("in chunks of %d: %d responses at once, stopped is %t", n, frames, f.Stopped())
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("in chunks of %d:\n got  %q\n want %q", n, got, want)
		}
	}
}

// partsConcatenate feeds input in random chunks and compares.
func partsConcatenate(t *testing.T, input []byte, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 1))
	f := testFramer()
	if seed%2 == 1 {
		f.MaxLiteral, f.MaxKept, f.MaxLiterals = int64(seed%31), 10+int(seed%97), int(seed%3)
	}
	var got []byte
	var size int64
	var tree Tree
	feed(f, input, func(left int) int { return 1 + random.IntN(1+min(left, int(seed%200))) }, func(parts []Part) {
		for _, p := range parts {
			if (p.Kind == End) != (len(p.Bytes) == 0) {
				t.Fatalf("a part of kind %d has %d bytes", p.Kind, len(p.Bytes))
			}
			got = append(got, p.Bytes...)
			if p.Frame != nil {
				tree.Parse(p.Frame)
				checkTree(t, &tree)
			}
			if p.Kind == End {
				size += p.Frame.Size
			}
		}
	})
	if !bytes.Equal(got, input) {
		t.Fatalf("the parts are\n%q\nof\n%q", got, input)
	}
	if size != int64(len(input)) {
		t.Fatalf("the frames have %d bytes of %d", size, len(input))
	}
}

func FuzzPartsConcatenateToTheInput(f *testing.F) {
	for seed := range uint64(12) {
		f.Add([]byte(transcript), seed*17)
	}
	f.Add([]byte("* X {3}\r\n"), uint64(3))
	f.Add([]byte("{3}\r\nabc\r\n\n\r\r\n"), uint64(2))
	f.Fuzz(partsConcatenate)
}

func TestMemoryIsBoundedWhateverComes(t *testing.T) {
	const total, size, kept = 6 << 20, 8 << 10, 1 << 20 // a framer that keeps less needs less input
	fill := func(pattern string) []byte {
		return bytes.Repeat([]byte(pattern), size/len(pattern))
	}
	for _, c := range []struct {
		name, head string
		chunk      []byte
		limit      uint64
		part       int // 1/part of the total is enough if each line takes long
	}{
		{"a huge literal", "* 1 FETCH (BODY[] {1073741824}\r\n", fill("0123456789abcde\n"), kept / 8, 1},
		{"an endless line", "* ", fill("0123456789abcdef"), 5 * kept / 2, 1},
		{"a literal within what is kept, and text", "* X {125000}\r\n", fill("x"), 5 * kept / 2, 1},
		{"endless literals", "* X ", fill("{0}\r\n"), kept, 24},
		{"many lines", "", fill("* 1000000 EXISTS\r\n"), kept / 2, 24},
		{"empty lines", "", fill("\n")[:size/8], kept, 48},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, a := testFramer(), &Arena{}
			f.MaxKept, f.MaxLiterals = kept, DefaultMaxLiterals*kept/DefaultMaxKept
			buf := make([]byte, size)
			var parts []Part
			var before, now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			parts = f.Feed([]byte(c.head), parts[:0], a)
			rounds, peak := total/size/c.part, uint64(0)
			for i := range rounds {
				a.Reset()
				parts = f.Feed(buf[:copy(buf, c.chunk)], parts[:0], a)
				if i%(rounds/4) == rounds/4-1 {
					runtime.GC()
					runtime.ReadMemStats(&now)
					peak = max(peak, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
				}
			}
			if peak > c.limit {
				t.Errorf("%d KiB are live, want at most %d KiB", peak>>10, c.limit>>10)
			}
			runtime.KeepAlive(parts)
			t.Logf("%d KiB live at most", peak>>10)
		})
	}
}

const fetchLine = "* 12345 FETCH (UID 67890 FLAGS (\\Seen \\Answered) INTERNALDATE \"20-Nov-2026 10:00:00 +0000\" RFC822.SIZE 4711 ENVELOPE (\"Fri, 20 Nov 2026 10:00:00 +0000\" \"The minutes of the last meeting\" ((\"Ann Example\" NIL \"ann\" \"example.org\")) NIL NIL ((NIL NIL \"ben\" \"example.org\")) NIL NIL \"<ref@example.org>\" \"<id12345@example.org>\"))\r\n"

func BenchmarkFramer(b *testing.B) {
	run := func(name, head string, data []byte) {
		b.Run(name, func(b *testing.B) {
			f, a := testFramer(), &Arena{}
			parts := f.Feed([]byte(head), nil, a)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				for from := 0; from < len(data); from += 64 << 10 {
					a.Reset()
					parts = f.Feed(data[from:min(from+64<<10, len(data))], parts[:0], a)
				}
			}
		})
	}
	run("FETCH", "", bytes.Repeat([]byte(fetchLine), 10_000))
	run("EXISTS", "", bytes.Repeat([]byte("* 1000000 EXISTS\r\n"), 100_000))
	run("literal", "* 1 FETCH (BODY[] {9000000000000000000}\r\n", bytes.Repeat([]byte("x"), 16<<20))
	run("literals", "", bytes.Repeat([]byte("* 1 FETCH (BODY[] {4000}\r\n"+strings.Repeat("0123456789", 400)+")\r\n"), 1000))
}
