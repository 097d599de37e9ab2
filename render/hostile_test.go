package render

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"imapsh/internal/command"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// hostile is what a server might send to act on a terminal, in every place where it could.
var hostile = func() string {
	const evil = "\x1b]0;owned\x07\x1b[2J\x1b[31m\u009b31m\u202eevil\u2066\u2028\x00\x08\x7f\xff\xc3"
	encoded := base64.StdEncoding.EncodeToString([]byte(evil))
	var b strings.Builder
	for _, line := range []string{
		"* OK [ALERT] " + evil,
		"* OK [CAPABILITY IMAP4rev1 " + evil + "] " + evil,
		"* OK [" + evil + "] " + evil,
		"* CAPABILITY IMAP4rev1 AUTH=" + evil,
		"* FLAGS (" + evil + ")",
		"* LIST (\\" + evil + ") \"/\" \"" + evil + "\"",
		"* LIST () \"/\" &ABsAmyAu-",
		"* LIST () \"/\" {" + fmt.Sprint(len(evil)) + "}\r\n" + evil,
		"* STATUS \"" + evil + "\" (MESSAGES 5 " + evil + " 5 SIZE 100000)",
		"* ID (\"" + evil + "\" \"" + evil + "\")",
		"* SEARCH " + evil,
		"* NAMESPACE ((\"" + evil + "\" \"" + evil + "\")) NIL NIL",
		"* 1 FETCH (ENVELOPE (\"" + evil + "\" \"=?utf-8?b?" + encoded + "?=\" ((\"=?utf-8?b?" + encoded + "?=\" NIL \"" + evil + "\" \"x\")) NIL NIL NIL NIL NIL NIL \"" + evil + "\"))",
		"* 1 FETCH (BODYSTRUCTURE (\"" + evil + "\" \"" + evil + "\" (\"charset\" \"" + evil + "\" \"name*\" \"utf-8''%1b]0;x%07%0aS:%20a001%20OK\") NIL NIL \"" + evil + "\" 5 NIL (\"" + evil + "\" (\"filename\" \"=?utf-8?b?" + encoded + "?=\")) NIL NIL))",
		"* 1 FETCH (X-GM-LABELS (\"" + evil + "\" &ABsAmyAu-) PREVIEW \"" + evil + "\" SAVEDATE \"" + evil + "\" X-GM-MSGID 5)",
		"* QUOTA \"" + evil + "\" (" + evil + " 1 2)",
		"* ACL INBOX \"" + evil + "\" \"" + evil + "\"",
		"* MYRIGHTS \"" + evil + "\" \"" + evil + "\"",
		"* LISTRIGHTS INBOX \"" + evil + "\" \"" + evil + "\" \"" + evil + "\"",
		"* METADATA \"" + evil + "\" (\"" + evil + "\" \"" + evil + "\" \"" + evil + "\" NIL)",
		"* NAMESPACE ((\"" + evil + "\" \"/\")) NIL NIL",
		"* ID (\"" + evil + "\" \"" + evil + "\" \"b\" \"" + evil + "\" \"c\" NIL)",
		"* LANGUAGE (\"" + evil + "\")",
		"* GENURLAUTH \"x;urlauth=" + evil + ":" + evil + ":\"",
		"* URLFETCH \"" + evil + "\" NIL",
		"* ESEARCH (TAG \"" + evil + "\") PARTIAL (" + evil + " 1)",
		"* CAPABILITY " + evil + " AUTH=" + evil,
		"* 1 FETCH (ENVELOPE (NIL \"=?utf-8?q?a=0D=0AS:_a001_OK_forged=0A!!_forged?=\" NIL NIL NIL NIL NIL NIL NIL NIL))",
		"* 1 FETCH (" + evil + " " + evil + " BODY[] {" + fmt.Sprint(len(evil)+14) + "}\r\n" + evil + "\r\nS: a forged\n)",
		"+ " + evil,
		"a001 NO [" + evil + " " + evil + "] " + evil,
		"a001 " + evil,
		evil,
	} {
		b.WriteString(line + "\r\n")
	}
	return b.String()
}()

// everyLook is each mode on a terminal, and each that does not show bytes unchanged in a pipe; also the options that
// change how lines are made.
var everyLook = func() []Options {
	looks := []Options{
		{Terminal: true, WireFull: true}, {Terminal: true, Width: func() int { return 7 }},
		{Clock: true, Timing: true}, {Explain: true, Terminal: true},
	}
	for _, m := range Modes() {
		looks = append(looks, Options{Mode: m.Mode, Terminal: true})
		if !m.bytes {
			looks = append(looks, Options{Mode: m.Mode})
		}
	}
	return looks
}()

func playHostile(s *scene, cut func(left int) int) {
	s.next.Idle = true
	evil := "\x1b[2Jx\nS: forged\u202e"
	box := &tagger.Mailbox{Name: evil, Exists: 1, HasExists: true, Flags: []string{evil}, HasPermanent: true}
	s.next.Before = &tagger.Session{Mailbox: box}
	s.next.After = &tagger.Session{Mailbox: &tagger.Mailbox{Name: evil, Exists: 5, HasExists: true, Flags: []string{evil}, HasPermanent: true}}
	s.send("a001", "SELECT x")
	for rest := hostile + "* 5 EXISTS\r\na001 OK done\r\n"; rest != ""; {
		n := min(len(rest), max(1, cut(len(rest))))
		s.receive(rest[:n])
		rest = rest[n:]
	}
	s.r.Note(evil)
	s.r.Warn(evil)
	s.r.Error(evil)
	s.r.Sent("", &tagger.Step{Kind: tagger.SendSource, Size: 3, Name: evil})
	s.r.SentData("", []byte(evil))
	s.r.SentEnd("")
	s.r.ShowLast()
}

func TestNothingAServerSendsActsOnTheTerminal(t *testing.T) {
	for _, o := range everyLook {
		for _, spilling := range []bool{false, true} {
			t.Run(fmt.Sprintf("mode %d terminal %v full %v spilling %v", o.Mode, o.Terminal, o.WireFull, spilling), func(t *testing.T) {
				s := newScene(t, o)
				if spilling {
					s.framer.MaxLiteral, s.framer.MaxKept = 10, 60
				}
				playHostile(s, func(int) int { return 5 })
				checkHarmless(t, s.text())
			})
		}
	}
}

// checkHarmless looks for characters that act on a terminal, and for lines without a marker.
func checkHarmless(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Error("not UTF-8")
	}
	for _, r := range text {
		if r >= ' ' && r < 0x7f {
			continue
		}
		if r != '\n' && string(wire.Escape(nil, []byte(string(r)))) != string(r) {
			t.Fatalf("%U came through: %q", r, text)
		}
	}
}

func TestNoLineIsForged(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		s := newScene(t, Options{Terminal: terminal, WireFull: true})
		playHostile(s, func(left int) int { return left })
		s.r.Pause()
		for _, line := range strings.Split(s.out.String(), "\n") {
			if strings.HasPrefix(line, "S: a001 OK forged") || strings.HasPrefix(line, "!! forged") {
				t.Errorf("forged: %q", line)
			}
		}
	}
}

func TestRawModeWritesTheExactBytes(t *testing.T) {
	s := newScene(t, Options{Mode: Raw})
	s.framer.MaxLiteral, s.framer.MaxKept = 10, 60
	input := hostile + "* 1 EXISTS\n" + hostile
	for rest := input; rest != ""; rest = rest[min(3, len(rest)):] {
		s.receive(rest[:min(3, len(rest))])
	}
	s.end()
	s.r.Flush()
	if s.out.String() != input {
		t.Errorf("got %q", s.out.String())
	}
}

func TestRawBytesOfSeveralConnectionsAreExactAndStandardErrorSaysWhose(t *testing.T) {
	const main, bob, more = "* OK main\r\n* 1 FETCH (BODY[] {7}\r\nhel", "* OK \x1b bob\r\n* 2 EXI", "lo x)\r\n"
	s := newScene(t, Options{Mode: Raw})
	framers := map[string]*wire.Framer{"": s.framer, "bob": wire.NewFramer(s.r.opts.Now)}
	hear := func(conn, input string) {
		s.conn, s.framer = conn, framers[conn]
		s.receive(input)
	}
	hear("", main)
	hear("", more[:1])
	hear("bob", bob)
	hear("", more[1:])
	hear("bob", "STS\r\n")
	s.r.Flush()
	if want := main + more[:1] + bob + more[1:] + "STS\r\n"; s.out.String() != want {
		t.Errorf("got %q, want %q", s.out.String(), want)
	}
	if want := fmt.Sprintf("-- raw bytes from offset %d on are from bob\n-- raw bytes from offset %d on are from main\n-- raw bytes from offset %d on are from bob\n",
		len(main)+1, len(main+bob)+1, len(main+bob+more)); s.err.String() != want {
		t.Errorf("got %q, want %q", s.err.String(), want)
	}
}

func TestRawBytesOfSeveralConnectionsAreSeparateOnATerminal(t *testing.T) {
	s := newScene(t, Options{Mode: Raw, Terminal: true})
	s.r.opts.Err = s.r.opts.Out
	s.r.Configure(s.r.opts)
	framers := map[string]*wire.Framer{"": s.framer, "bob": wire.NewFramer(s.r.opts.Now)}
	for _, row := range [][2]string{{"", "* 1 FETCH (BODY[] {3}\r\na\xc3"}, {"bob", "* 2 EXISTS\r\n"}, {"", "\xbc)\r\n"}} {
		s.conn, s.framer = row[0], framers[row[0]]
		s.receive(row[1])
	}
	s.r.Flush()
	if want := "* 1 FETCH (BODY[] {3}\na\n-- from bob:\n* 2 EXISTS\n-- from main:\nü)\n"; s.out.String() != want {
		t.Errorf("got %q, want %q", s.out.String(), want)
	}
}

func TestRawBytesOnATerminalNeverLookLikeTheShellsLines(t *testing.T) {
	const width = 40
	pad := func(n int) string { return strings.Repeat("y", n) }
	for name, row := range map[string]struct{ received, shown string }{
		"a note":                      {"-- TLS 1.3; verified\r\n", `\x2d- TLS 1.3; verified`},
		"a warning":                   {"!! no\r\n", `\x21! no`},
		"what was sent":               {"C: a001 NOOP\r\nC[bob]: x\r\nC| x\r\n", "\\x43: a001 NOOP\n\\x43[bob]: x\n\\x43| x"},
		"what was received":           {"S: * OK\r\nS[bob]: x\r\nS| x\r\n", "\\x53: * OK\n\\x53[bob]: x\n\\x53| x"},
		"after a lone LF":             {"* OK a\n-- forged\r\n", "* OK a\n" + `\x2d- forged`},
		"in a literal":                {"* 1 FETCH (BODY[] {10}\r\n-- forged\n)\r\n", "* 1 FETCH (BODY[] {10}\n" + `\x2d- forged` + "\n)"},
		"where the terminal wraps":    {"* OK " + pad(width-5) + "-- forged\r\n", "* OK " + pad(width-5) + `\x2d- forged`},
		"where it wraps again":        {"* OK " + pad(2*width-5) + "!! forged\r\n", "* OK " + pad(2*width-5) + `\x21! forged`},
		"after wide characters":       {"* OK y" + strings.Repeat("日", (width-6)/2) + "-- forged\r\n", "* OK y" + strings.Repeat("日", (width-6)/2) + `\x2d- forged`},
		"the boundary of a multipart": {"--boundary\r\nCAPABILITY\r\n", "--boundary\nCAPABILITY"},
		"within a row":                {"* OK a -- b\r\n", "* OK a -- b"},
	} {
		for _, step := range []int{1, 2, 3, 1000} {
			s := newScene(t, Options{Mode: Raw, Terminal: true, Width: func() int { return width }})
			for rest := row.received; rest != ""; rest = rest[min(step, len(rest)):] {
				s.receive(rest[:min(step, len(rest))])
			}
			s.r.Flush()
			if got := s.out.String(); got != row.shown+"\n" {
				t.Errorf("%s, %d bytes at a time\n got  %q\n want %q", name, step, got, row.shown+"\n")
			}
		}
	}
}

func TestPrettyShowsTheSameLinesAtAnyChunking(t *testing.T) {
	for _, limit := range []int64{10, 1 << 20} {
		var want string
		for i := range 15 {
			random := rand.New(rand.NewSource(int64(i)))
			s := newScene(t, Options{})
			s.framer.MaxLiteral = limit
			first := true
			cut := func(left int) int {
				switch {
				case i == 0:
					return left
				case i == 1:
					return 1
				case i > 10:
					return 1 + random.Intn(9)
				case first: // of nine chunkings, which together cut before each byte
					first = false
					return i - 1
				}
				return 9
			}
			playHostile(s, cut)
			got := s.text()
			if i == 0 {
				want = got
			} else if got != want {
				t.Fatalf("limit %d, chunking %d differs\n got %s\nwant %s", limit, i, got, want)
			}
		}
	}
}

func TestEveryByteCanBeReadBackFromJSON(t *testing.T) {
	s := newScene(t, Options{Mode: JSON})
	s.framer.MaxLiteral, s.framer.MaxKept = 10, 60
	s.receive(hostile)
	s.end()
	s.r.Flush()
	type chunk struct {
		at   int
		data []byte
	}
	var chunks []chunk
	var got []byte
	for _, line := range strings.Split(strings.TrimSpace(s.out.String()), "\n") {
		var e struct {
			Type   string
			Raw    *string
			Raw64  []byte
			Offset int
			Data64 []byte
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if e.Type == "chunk" {
			chunks = append(chunks, chunk{e.Offset, e.Data64})
			continue
		}
		raw := e.Raw64
		if e.Raw != nil {
			raw = []byte(*e.Raw)
		}
		at := 0
		for _, c := range chunks {
			got = append(append(got, raw[at:c.at]...), c.data...)
			at = c.at
		}
		got, chunks = append(got, raw[at:]...), nil
	}
	if string(got) != hostile {
		t.Errorf("\n got %q\nwant %q", got, hostile)
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	for _, o := range everyLook {
		s := newScene(t, o)
		s.send("a001", "LOGIN alice hunter2", command.Span{Start: 12, End: 19})
		s.r.Sent("", &tagger.Step{Kind: tagger.SendLiteral, Bytes: []byte("hunter2"), Secrets: []command.Span{{Start: 0, End: 7}}})
		s.r.Sent("", &tagger.Step{Kind: tagger.SendLiteral, Bytes: []byte("\x00hunter2\x00hunter2"), Secrets: []command.Span{{Start: 1, End: 8}, {Start: 9, End: 99}}})
		s.r.ShowLast()
		text := s.text()
		if strings.Contains(text, "hunter2") || !strings.Contains(text, "••") {
			t.Errorf("mode %d: %s", o.Mode, text)
		}
	}
}

func TestLastShowsWhatWasCut(t *testing.T) {
	s := newScene(t, Options{Terminal: true, Width: func() int { return 40 }})
	s.send("a001", "LIST")
	for i := range 20 {
		s.receive(fmt.Sprintf("* STATUS %s%d (MESSAGES 1)\r\n", strings.Repeat("long", 40), i))
	}
	s.receive("a001 OK done\r\n")
	cut := s.text()
	if strings.Contains(cut, "long17") {
		t.Errorf("nothing was cut: %s", cut)
	}
	s.r.ShowLast()
	whole := strings.TrimPrefix(s.text(), cut)
	joined := strings.ReplaceAll(whole, "\n"+rowIndent, "")
	if n := strings.Count(joined, strings.Repeat("long", 40)); n < 20 {
		t.Errorf("%d of 20 are complete: %s", n, whole)
	}
	s.send("a002", "NOOP")
	s.receive("a002 OK NOOP\r\n")
	before := s.text()
	s.r.ShowLast()
	if again := strings.TrimPrefix(s.text(), before); strings.Contains(again, "STATUS") || !strings.Contains(again, "a002 OK") {
		t.Errorf("not the last exchange: %s", again)
	}
}

func TestARunOfTenIsShownInFullAndOneOfElevenIsNot(t *testing.T) {
	for n, want := range map[int]int{3: 3, 10: 10, 11: 3} {
		s := newScene(t, Options{Terminal: true})
		for i := range n {
			s.receive(fmt.Sprintf("* LSUB () \"/\" box%d\r\n", i))
		}
		s.receive("a001 OK done\r\n")
		if got := strings.Count(s.text(), "S: * LSUB"); got != want {
			t.Errorf("%d of a run of %d are shown, want %d", got, n, want)
		}
	}
}

func TestColourIsAroundTheMarkerAndEndsOnItsLine(t *testing.T) {
	s := newScene(t, Options{Color: true})
	s.receive("* 1 EXISTS\r\na001 OK done\r\na002 NO no\r\na003 BAD bad\r\n+ go\r\n* BYE bye\r\n")
	want := "\x1b[36mS: *\x1b[0m 1 EXISTS\n\x1b[32mS: a001 OK done\x1b[0m\n\x1b[33mS: a002 NO no\x1b[0m\n\x1b[31mS: a003 BAD bad\x1b[0m\n\x1b[35mS: +\x1b[0m go\n\x1b[31mS: * BYE bye\x1b[0m\n"
	if got := s.text(); got != want {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestABrokenPipeIsRememberedAndNothingElseHappens(t *testing.T) {
	r := New(Options{Out: broken{}})
	r.Note("one")
	if r.Err() != nil {
		t.Error("an error before anything was written")
	}
	r.Flush()
	r.Note("two")
	r.Flush()
	if r.Err() == nil || r.Err().Error() != "broken pipe" {
		t.Errorf("got %v", r.Err())
	}
}

type lines struct{ t *testing.T }

func (l lines) Write(b []byte) (int, error) {
	if len(b) == 0 || b[len(b)-1] != '\n' {
		l.t.Errorf("a write of %d bytes does not end a line", len(b))
	}
	return len(b), nil
}

func TestATerminalGetsOnlyCompleteLines(t *testing.T) {
	for _, o := range everyLook {
		o.Terminal = true
		s := newScene(t, o)
		o = s.r.Options()
		o.Out = lines{t}
		s.r.Configure(o)
		s.framer.MaxLiteral = 100
		s.receive("* 1 FETCH (BODY[] {200000}\r\n")
		for range 20 {
			s.receive(strings.Repeat("0123456789", 1000))
			s.r.Flush()
		}
		s.receive(")\r\n* 1 FET")
		s.r.Flush()
		s.end()
		s.r.Flush()
		if len(s.r.out.buf) > 0 {
			t.Errorf("mode %d: not shown: %q", o.Mode, s.r.out.buf)
		}
	}
}

func TestSpilledDataTakesNoMemory(t *testing.T) {
	for _, o := range everyLook {
		s := newScene(t, o)
		opts := s.r.Options()
		opts.Out = nil
		s.r.Configure(opts)
		s.framer.MaxLiteral = 100
		s.receive("* 1 FETCH (BODY[] {100000000}\r\n")
		chunk := strings.Repeat("no line end here ", 1000)
		n := testing.AllocsPerRun(20, func() {
			s.arena.Reset()
			s.receive(chunk)
		})
		if n > 30 || cap(s.r.out.buf) > 1<<20 {
			t.Errorf("mode %d terminal %v: %v allocations, %d bytes of output held", o.Mode, o.Terminal, n, cap(s.r.out.buf))
		}
	}
}

func TestEveryCodeHasASentence(t *testing.T) {
	for name := range okCodes {
		if codes[name] == "" {
			t.Errorf("%s has no sentence", name)
		}
	}
	for name, sentence := range codes {
		if name != strings.ToUpper(name) || sentence == "" || strings.HasSuffix(sentence, ".") {
			t.Errorf("%s: %q", name, sentence)
		}
	}
}

func TestNumbersAreWrittenAsASet(t *testing.T) {
	if got := string(appendSet(nil, []uint32{1, 2, 3, 5, 9, 10}, 80)); got != "1:3,5,9:10" {
		t.Errorf("got %q, want %q", got, "1:3,5,9:10")
	}
}

func FuzzRenderIsHarmlessAndKeepsEveryByte(f *testing.F) {
	f.Add([]byte(hostile), 3)
	files, _ := filepath.Glob("testdata/*.raw.golden")
	for _, file := range files {
		b, _ := os.ReadFile(file)
		f.Add(b, 7)
	}
	for _, h := range hostileSeeds() {
		f.Add([]byte(h), 4095)
	}
	f.Fuzz(func(t *testing.T, input []byte, step int) {
		// One look per run, and few pieces, allow many runs: the number chooses both.
		look := (step & 0xffff) % (len(everyLook) + 1)
		step = max(1+(step&0xffff)%4096, len(input)/64)
		o := Options{Mode: Raw}
		if look < len(everyLook) {
			o = everyLook[look]
		}
		s := newScene(t, o)
		if o.Mode != Raw || o.Terminal {
			s.framer.MaxLiteral, s.framer.MaxKept = 40, 200
		}
		for rest := input; len(rest) > 0; rest = rest[min(step, len(rest)):] {
			s.receive(string(rest[:min(step, len(rest))]))
		}
		if look < len(everyLook) {
			s.end()
			checkHarmless(t, s.text())
			return
		}
		s.r.Flush()
		if s.out.String() != string(input) {
			t.Fatalf("raw mode changed %q to %q", input, s.out.String())
		}
	})
}

// hostileSeeds are responses that are too deep, too long or in no known charset.
func hostileSeeds() []string {
	return []string{
		"* 1 FETCH (BODYSTRUCTURE " + strings.Repeat("(", 1_000) + strings.Repeat(")", 1_000) + ")\r\n",
		"* THREAD " + strings.Repeat("(1 ", 1_000) + strings.Repeat(")", 1_000) + "\r\n",
		"* OK " + strings.Repeat("\x1b]52;c;eA==\x07", 1<<11) + "\r\n",
		"* 1 FETCH (ENVELOPE (NIL \"=?x-none?q?=1B]0;x=07?= =?utf-8?b?4oCu?=\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
		"* 1 FETCH (BODYSTRUCTURE (\"a\" \"b\" (\"name*0*\" \"x-none''..%2f%1b\" \"name*1*\" \"%e2%80%ae\") NIL NIL \"7bit\" 1))\r\n",
	}
}

func TestNoHostileSeedActsOnTheTerminal(t *testing.T) {
	for _, o := range everyLook {
		for i, seed := range hostileSeeds() {
			t.Run(fmt.Sprintf("seed %d mode %d terminal %v", i, o.Mode, o.Terminal), func(t *testing.T) {
				s := newScene(t, o)
				for rest := seed; rest != ""; rest = rest[min(len(rest), 8<<10):] {
					s.receive(rest[:min(len(rest), 8<<10)])
				}
				if o.Mode == Raw && !o.Terminal {
					return // the exact bytes
				}
				checkHarmless(t, s.text())
			})
		}
	}
}

// More and more pieces come after more and more listed literals.
func TestLookingAtTheLiteralsOfAResponseIsLinear(t *testing.T) {
	looked := func(n int) int {
		s := newScene(t, Options{})
		s.framer.MaxLiterals = n
		s.receive("* X (" + strings.Repeat("{1}\r\nx ", 3*n))
		looked := s.r.mode.(*prettyMode).streams[""].looked
		s.receive(")\r\n")
		if got := strings.Count(s.text(), "S| x\n"); got != 3*n {
			t.Errorf("%d literals are shown of %d", got, 3*n)
		}
		return looked
	}
	if one, two := looked(500), looked(1000); float64(two) > 2.5*float64(one) {
		t.Errorf("%d are looked at for 500, %d for 1,000", one, two)
	}
}
