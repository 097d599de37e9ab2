package wire

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestAResponseIsReadAsItsValues(t *testing.T) {
	for _, c := range []struct{ name, input, want string }{
		{"untagged status", "* OK ready [now]\r\n", "Atom:* Atom:OK Human:ready [now]"},
		{"response code", "a1 OK [READ-WRITE] SELECT done\r\n", "Atom:a1 Atom:OK Code(Atom:READ-WRITE) Human:SELECT done"},
		{"list in a code", "* OK [PERMANENTFLAGS (\\Seen \\*)] Limited\r\n", `Atom:* Atom:OK Code(Atom:PERMANENTFLAGS List(Atom:\Seen Atom:\*)) Human:Limited`},
		{"any text in a code", "* OK [X it's 5\" (wide \\] ok\r\n", `Atom:* Atom:OK Code(Atom:X Atom:it's Atom:5 Atom:" Atom:(wide Atom:\) Human:ok`},
		{"quoted in a code", "* NO [BADCHARSET (UTF-8 \"x y\")] no\r\n", `Atom:* Atom:NO Code(Atom:BADCHARSET List(Atom:UTF-8 Quoted:"x y")) Human:no`},
		{"continuation request", "+ idling {3}\r\n", "Atom:+ Human:idling {3}"},
		{"empty challenge", "+ \r\n", "Atom:+"},
		{"flags", "* FLAGS (\\Answered $Junk x[y)\r\n", `Atom:* Atom:FLAGS List(Atom:\Answered Atom:$Junk Atom:x[y)`},
		{"section", "* 1 FETCH (BODY[HEADER.FIELDS (DATE \"FROM\")]<0> {2}\r\nhi UID 3)\r\n", `Atom:* Atom:1 Atom:FETCH List(Section(Atom:BODY List(Atom:DATE Quoted:"FROM") Atom:<0>) Literal:{2}\x0d\x0ahi Atom:UID Atom:3)`},
		{"empty section", "* 1 FETCH (BODY[] \"\" BINARY.SIZE[1.2] 5)\r\n", `Atom:* Atom:1 Atom:FETCH List(Section(Atom:BODY) Quoted:"" Section(Atom:BINARY.SIZE Atom:1.2) Atom:5)`},
		{"literal in a section", "* 1 FETCH (BODY[HEADER.FIELDS ({4}\r\nDATE)] NIL)\r\n", `Atom:* Atom:1 Atom:FETCH List(Section(Atom:BODY Atom:HEADER.FIELDS List(Literal:{4}\x0d\x0aDATE)) Atom:NIL)`},
		{"mailbox with brackets", "* LIST () \"/\" [Gmail]/x[1]\r\n", `Atom:* Atom:LIST List() Quoted:"/" Atom:[Gmail]/x[1]`},
		{"adjacent lists", "* 1 FETCH (ENVELOPE ((NIL)(NIL \"a\\\"\\\\\") NIL))\r\n", `Atom:* Atom:1 Atom:FETCH List(Atom:ENVELOPE List(List(Atom:NIL) List(Atom:NIL Quoted:"a\"\\") Atom:NIL))`},
		{"thread", "* THREAD (2)(3 6 (4 23)(44 7 96))\r\n", "Atom:* Atom:THREAD List(Atom:2) List(Atom:3 Atom:6 List(Atom:4 Atom:23) List(Atom:44 Atom:7 Atom:96))"},
		{"literal8", "* 1 FETCH (BINARY[1] ~{3}\r\n\x00a\x00)\r\n", `Atom:* Atom:1 Atom:FETCH List(Section(Atom:BINARY Atom:1) Literal:~{3}\x0d\x0a\x00a\x00)`},
		{"stray parenthesis", "* X a) b\r\n", "Atom:* Atom:X Atom:a Junk:) Atom:b"},
		{"quote that never ends", "* X (\"abc\r\n", `Atom:* Atom:X List(Quoted:"abc)`},
		{"quote that meets a literal", "* X \"abc {1}\r\nd e\r\n", `Atom:* Atom:X Quoted:"abc  Literal:{1}\x0d\x0ad Atom:e`},
		{"code that never ends", "* OK [X text\r\n", "Atom:* Atom:OK Human:[X text"},
		{"bare literal", "{1}\r\nx\r\n", `Literal:{1}\x0d\x0ax`},
		{"nothing", "\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tree Tree
			parse(t, &tree, c.input)
			want := strings.Replace(c.want, "List(Atom:DATE Quoted", "Atom:HEADER.FIELDS List(Atom:DATE Quoted", 1)
			if got := outline(&tree); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestAnOddityIsNamedWithItsByte(t *testing.T) {
	found := map[string]bool{}
	for _, c := range []struct{ name, input, want string }{
		{"bare LF", "* 1 EXISTS\n", "bare-lf@10"},
		{"bare CR in an atom", "* X a\rb\r\n", "bare-cr@5"},
		{"bare CR in text", "* OK a\rb\r\n", "bare-cr@6"},
		{"bare CR in a quoted string", "* X \"a\rb\"\r\n", "bare-cr@6"},
		{"NUL in an atom", "* X a\x00b\r\n", "nul@5"},
		{"NUL in text", "* OK a\x00\r\n", "nul@6"},
		{"NUL in a quoted string", "* X \"\x00\"\r\n", "nul@5"},
		{"NUL in a literal", "* X {2}\r\na\x00\r\n", "nul-in-literal@10"},
		{"8-bit in a quoted string", "* X \"a\xc3\xa9\"\r\n", "8bit-in-quoted@6"},
		{"8-bit in an atom", "* X caf\xc3\xa9\r\n", "8bit-in-atom@7"},
		{"8-bit in text", "* OK caf\xc3\xa9\r\n", "8bit-in-text@8"},
		{"TAB between values", "* X a\tb\r\n", "control-in-atom@5"},
		{"wildcard in a mailbox name", "* LIST () NIL a*b\r\n", "bad-atom-char@15"},
		{"backslash in an atom", "* X a\\b\r\n", "bad-atom-char@5"},
		{"brace in an atom", "* X a{b c\r\n", "bad-atom-char@5"},
		{"bad literal size", "* X {-3}\r\n", "bad-literal-size@4"},
		{"plus in a literal", "* X {1+}\r\na\r\n", "nonsync-literal@6"},
		{"empty line", "\r\n", "empty-line@0"},
		{"leading space", " * OK x\r\n", "leading-blank@0 bad-atom-char@1"},
		{"trailing space", "* SEARCH \r\n", "trailing-blank@8"},
		{"two spaces", "* SEARCH 1  2\r\n", "double-blank@10"},
		{"two spaces before the condition", "a1  OK x\r\n", "double-blank@2"},
		{"space after an open parenthesis", "* FLAGS ( \\Seen)\r\n", "blank-in-list@9"},
		{"space before a closing parenthesis", "* FLAGS (\\Seen )\r\n", "blank-in-list@14"},
		{"no space between strings", "* X \"a\"\"b\"\r\n", "missing-blank@7"},
		{"no space before a list", "* FLAGS(\\Seen)\r\n", "missing-blank@7"},
		{"no space after a list", "* LIST ()\"/\" a\r\n", "missing-blank@9"},
		{"no space before a literal", "* X a{1}\r\nb\r\n", "missing-blank@5"},
		{"no space after a literal", "* X {1}\r\nab\r\n", "missing-blank@10"},
		{"no space after a code", "* OK [X]y\r\n", "missing-blank@8"},
		{"invalid tag", "(a OK x\r\n", "bad-tag@0"},
		{"POP3", "+OK ready\r\n", "bare-plus@1"},
		{"bare plus", "+\r\n", "bare-plus@1"},
		{"HTTP", "HTTP/1.1 400 Bad Request\r\n", "missing-condition@9"},
		{"SMTP", "220 mx ready\r\n", "missing-condition@4"},
		{"only a tag", "a1\r\n", "missing-condition@2"},
		{"only an asterisk", "*\r\n", "missing-data@1"},
		{"asterisk and space", "* \r\n", "trailing-blank@1 missing-data@2"},
		{"OK without text", "a1 OK\r\n", "missing-text@5"},
		{"OK and a space", "a1 OK \r\n", "missing-text@6"},
		{"OK and a code", "a1 OK [X]\r\n", "missing-text@9"},
		{"code that never ends", "* OK [X text\r\n", "unclosed-code@5"},
		{"quote that never ends", "* X (\"abc\r\n", "unterminated-quote@5"},
		{"bad escape", "* X \"a\\b\"\r\n", "bad-escape@6"},
		{"one closing parenthesis too many", "* X a)\r\n", "unbalanced-close@5"},
		{"one closing parenthesis missing", "* 1 FETCH (FLAGS (\\Seen)\r\n", "unbalanced-open@24"},
		{"bracket that never closes", "* 1 FETCH (BODY[TEXT NIL)\r\n", "unclosed-section@11"},
		{"bracket and parenthesis that never close", "* 1 FETCH (BODY[TEXT\r\n", "unclosed-section@11 unbalanced-open@20"},
		{"data after the last parenthesis", "* 1 FETCH (UID 1) x\r\n", "data-after-last-parenthesis@17"},
		{"list after the last parenthesis", "* FLAGS (a)(b)\r\n", "data-after-last-parenthesis@11"},
		{"several", "* X \"\xff\" \x00 \n", "8bit-in-quoted@5 nul@8 trailing-blank@9 bare-lf@10"},
		{"a cut line", "* 1 FETCH (FLAGS (\\Se", "unfinished@21"},
		{"a cut quote", "* LIST () \"/", "unfinished@12"},
		{"a cut tag", "a1", "unfinished@2"},
		{"a cut condition", "a1 O", "unfinished@4"},
		{"a cut line end", "a1 OK x\r", "unfinished@8"},
		{"a code whose name is longer than its atom", "* OK [ALERT(x)] y\r\n", "bad-code-name@11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tree Tree
			f := parse(t, &tree, c.input)
			odd := append(append([]Oddity(nil), tree.Odd...), f.Odd...)
			if got := names(odd); got != c.want {
				t.Errorf("%q: got %q, want %q", c.input, got, c.want)
			}
			for _, o := range odd {
				found[o.Name] = true
				if strings.Contains(o.Text, "%!") {
					t.Errorf("%s: %s", o.Name, o.Text)
				}
			}
		})
	}
	for _, d := range Deviations() {
		if !found[d.Name] && !inUTF8Mode[d.Name] {
			t.Errorf("no row has %s: add one to internal/wire/parse_test.go", d.Name)
		}
	}
}

// inUTF8Mode are deviations that are found only in UTF-8 mode.
var inUTF8Mode = map[string]bool{"bad-utf8": true}

func TestInUTF8ModeOnlyWhatIsNotUTF8IsOdd(t *testing.T) {
	for input, want := range map[string]string{
		"* LIST () \"/\" \"Entw\u00fcrfe\"\r\n":       "",
		"* OK gr\u00fc\u00dfe\r\n":                    "",
		"* LIST () \"/\" \"Entw\xfcrfe\"\r\n":         "bad-utf8@19",
		"* OK [X \xff] x\r\n":                         "bad-utf8@8",
		"* LIST () \"/\" Entw\u00fcrfe\r\n":           "8bit-in-atom@18",
		"* OK \r\n":                                   "",
		"* LIST () \"/\" \"\u00fc\" \"\xed\xa0\"\r\n": "bad-utf8@20",
	} {
		tree := Tree{UTF8: true}
		parse(t, &tree, input)
		if got := names(tree.Odd); got != want {
			t.Errorf("%q: got %q, want %q", input, got, want)
		}
	}
}

func TestTheTableOfDeviationsIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Deviations() {
		if seen[d.Name] {
			t.Errorf("%s is there twice", d.Name)
		}
		seen[d.Name] = true
		if d.Name == "" || d.Text == "" || d.Rule == "" || !strings.HasPrefix(d.RFC, "RFC ") || strings.HasSuffix(d.Text, ".") {
			t.Errorf("%+v lacks something", d)
		}
		if got := deviations.Oddity(d.Name, 7); got.Name != d.Name || got.Off != 7 || got.RFC != d.RFC {
			t.Errorf("%s gives %+v", d.Name, got)
		}
	}
}

func TestHundredsOfThousandsOfOpenParenthesesAreReadWithoutRecursionAndBounded(t *testing.T) {
	tree := Tree{MaxNodes: 100_000}
	for _, pattern := range []string{"(", ")", "(\"", "[(\"", "a ", "\"\\", "{1} "} {
		for _, head := range []string{"* X ", "* OK [", "* 1 FETCH ("} {
			raw := []byte(head + strings.Repeat(pattern, 400_000/len(pattern)) + "]\r\n")
			done := make(chan struct{})
			go func() {
				defer close(done)
				tree.Parse(&Frame{Raw: raw})
			}()
			select {
			case <-done:
			case <-time.After(time.Minute): // a parser that reads 400,000 bytes again for each of them takes minutes
				t.Fatalf("%q repeated after %q was not parsed within a minute", pattern, head)
			}
			checkTree(t, &tree)
			if len(tree.Nodes) > 100_010 {
				t.Errorf("%d nodes", len(tree.Nodes))
			}
		}
	}
}

func TestACursorReadsValuesAndStaysWhereItCannot(t *testing.T) {
	var tree Tree
	parse(t, &tree, "* 7 FETCH (FLAGS (\\Seen) X \"a\\\"b\" NIL {2}\r\nhi 12 18446744073709551616)\r\n")
	c := tree.Top()
	if c.Is("+") || !c.Is("*") {
		t.Error("no asterisk")
	}
	if n, ok := c.Number(); !ok || n != 7 {
		t.Errorf("number %d, %t", n, ok)
	}
	if _, ok := c.List(); ok || !c.Is("FETCH") {
		t.Error("no FETCH")
	}
	in, ok := c.List()
	if !ok || !c.Done() || c.Node() != -1 || c.Kind() != Response || c.Off() != 70 {
		t.Errorf("list %t, after it %v at %d", ok, c.Kind(), c.Off())
	}
	if !in.Is("FLAGS") {
		t.Error("no FLAGS")
	}
	flags, _ := in.List()
	if b, ok := flags.Atom(); !ok || string(b) != `\Seen` || !flags.Done() || flags.Off() != 23 {
		t.Errorf("flag %q, then at %d", b, flags.Off())
	}
	if s, ok := in.AString(); !ok || string(s.B) != "X" {
		t.Errorf("atom %q", s.B)
	}
	if s, ok := in.NString(); !ok || string(s.B) != `a"b` || s.Nil || s.Lit != -1 {
		t.Errorf("quoted %+v", s)
	}
	if _, ok := in.String(); ok {
		t.Error("NIL was read as a string")
	}
	if s, ok := in.NString(); !ok || !s.Nil || s.B != nil {
		t.Errorf("NIL %+v", s)
	}
	if s, ok := in.NString(); !ok || string(s.B) != "hi" || s.Lit != 0 {
		t.Errorf("literal %+v", s)
	}
	if string(in.Rest()) != "12 18446744073709551616" {
		t.Errorf("rest %q", in.Rest())
	}
	if n, ok := in.Number(); !ok || n != 12 {
		t.Errorf("number %d", n)
	}
	if _, ok := in.Number(); ok || in.Done() {
		t.Error("a number beyond 64 bits was read")
	}
	if in.Skip() < 0 || in.Skip() != -1 {
		t.Error("Skip does not end")
	}
}

func TestUnquoteRemovesQuotesAndEscapes(t *testing.T) {
	for in, want := range map[string]string{
		`"abc"`: "abc", `""`: "", `"a\"b\\"`: `a"b\`, `"abc`: "abc", `"abc\"`: `abc"`, `"\\"`: `\`, `"a\b"`: "ab", `"`: "", ``: "", `"\`: `\`,
	} {
		if got := string(Unquote([]byte(in))); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func FuzzLeavesTileRaw(f *testing.F) {
	for _, line := range strings.SplitAfter(transcript, "\r\n") {
		f.Add([]byte(line), 0, int64(0), false)
	}
	f.Add([]byte(fetchLine), 30, int64(7), true)
	f.Add([]byte("* 1 FETCH (BODY[1 (\"a) {3}\r\nabc ]<"), 25, int64(3), false)
	f.Add([]byte("* OK [A (b \"c) d] e\r"), 0, int64(0), true)
	f.Fuzz(func(t *testing.T, raw []byte, at int, size int64, cut bool) {
		var tree Tree
		for _, frame := range []*Frame{
			{Raw: raw, Size: int64(len(raw))},
			{Raw: raw, Cut: cut, Literals: []Literal{{At: max(0, at), Size: size, Kept: int(max(0, min(size, 1<<20)))}, {At: max(0, at), Spilled: true, Size: 9}}},
			{Raw: raw, Clipped: 3},
		} {
			tree.MaxNodes = 0
			tree.Parse(frame)
			checkTree(t, &tree)
			tree.MaxNodes = 6
			tree.Parse(frame)
			checkTree(t, &tree)
		}
		var a Arena
		framer := testFramer()
		for _, p := range framer.Close(framer.Feed(raw, nil, &a), &a) {
			if p.Kind == End {
				tree.MaxNodes = 0
				tree.Parse(p.Frame)
				checkTree(t, &tree)
				outline(&tree)
			}
		}
	})
}

func TestParsingAllocatesNothingInTheLongRun(t *testing.T) {
	var tree Tree
	frame := &Frame{Raw: []byte(fetchLine)}
	if n := testing.AllocsPerRun(100, func() { tree.Parse(frame) }); n != 0 {
		t.Errorf("%v allocations a response", n)
	}
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, raw string }{
		{"FETCH", fetchLine},
		{"EXISTS", "* 1000000 EXISTS\r\n"},
		{"OK", "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Flags permitted.\r\n"},
		{"SEARCH", "* SEARCH" + strings.Repeat(" 123456", 10_000) + "\r\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var tree Tree
			frame := &Frame{Raw: bytes.Clone([]byte(c.raw))}
			b.SetBytes(int64(len(c.raw)))
			b.ReportAllocs()
			for b.Loop() {
				tree.Parse(frame)
			}
		})
	}
}
