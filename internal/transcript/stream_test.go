package transcript

import (
	"imapsh/internal/command"
	"imapsh/internal/response"
	"strings"
	"testing"
)

// play runs a stream line by line, as the shell does. It returns what runs before the transcript begins, and the
// rest.
func play(text string) (ran []string, strays []int, b *Block) {
	s := &Stream{IsShell: isShell}
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		l = strings.TrimSuffix(l, "\n")
		if s.Answers(command.Text(l)) {
			return ran, strays, s.Rest([]byte(strings.Join(lines[i:], "")), i+1)
		}
		switch s.Line(command.Text(l), i+1) {
		case Run:
			ran = append(ran, l)
		case Skip:
			strays = append(strays, i+1)
		case Begins:
			return ran, strays, s.Rest([]byte(strings.Join(lines[i:], "")), i+1)
		}
	}
	return ran, strays, nil
}

func TestAStreamRunsUntilItsFirstServersLine(t *testing.T) {
	for name, row := range map[string]struct {
		text, ran, rest string
		strays          int
		begun           bool
	}{
		"a script":                       {"a1 noop\nselect INBOX\n", "a1 noop|select INBOX|", "", 0, false},
		"a transcript":                   {"a1 noop\na1 OK\na2 noop\na2 OK\n", "a1 noop", "a2 noop\n", 0, false},
		"a transcript with its greeting": {"* OK ready\na1 noop\na1 OK\n", "", "a1 noop\n", 0, false},
		"a message":                      {"a1 FETCH 1 BODY[]\nx1 DELETE y\n", "a1 FETCH 1 BODY[]|x1 DELETE y|", "", 0, false},
		"a message after its response":   {"a1 FETCH 1 BODY[]\n* 1 FETCH (BODY[] {99}\nx1 DELETE y\nx1 OK\n)\na1 OK\na2 noop\na2 OK\n", "a1 FETCH 1 BODY[]", "?\na2 noop\n", 0, false},
		"a literal":                      {"a1 APPEND x {3}\n+ go\na\n\na1 OK\na2 noop\na2 OK\n", "a1 APPEND x {3}", "a1 APPEND x {3}\"a\\r\\n\"\na2 noop\n", 0, true},
		"an AUTHENTICATE":                {"a1 AUTHENTICATE PLAIN\n+ \nAAAA\na1 OK\na2 noop\na2 OK\n", "a1 AUTHENTICATE PLAIN", "a1 AUTHENTICATE PLAIN + AAAA\na2 noop\n", 0, true},
		"an IDLE":                        {"a1 IDLE\n+ idling\nDONE\na1 OK\na2 noop\na2 OK\n", "a1 IDLE", "DONE\na2 noop\n", 0, false},
		"a script with strays":           {"select INBOX\n* 5 EXISTS\nnoop\na1 OK\nexpect OK\n", "select INBOX|noop|expect OK|", "", 2, false},
		"a log":                          {Header + "\nS: * OK\nC: a1 NOOP\nS: a1 OK\n", "", "a1 NOOP\n", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			ran, strays, b := play(strings.Replace(row.text, "{3}", "{3}", 1))
			rest := ""
			if b != nil {
				rest = told(b)
			}
			if got := strings.Join(ran, "|"); got != row.ran || rest != row.rest || len(strays) != row.strays {
				t.Errorf("ran %q, want %q; then %q, want %q; strays %v\n%+v", got, row.ran, rest, row.rest, strays, b)
			}
			if b != nil && len(b.Lines) > 0 && b.Lines[0].Begun != row.begun {
				t.Errorf("begun: %v", b.Lines[0].Begun)
			}
		})
	}
}

func TestLinesKeepTheirNumbers(t *testing.T) {
	for name, row := range map[string]struct {
		block *Block
		at    int
	}{
		"a block":         {judge("* OK\n\na1 noop\na1 OK\n"), 3},
		"a later block":   {Judge([]byte("* OK\n\na1 noop\na1 OK\n"), Options{First: 10}), 12},
		"a quoted block":  {judge("Hi\n> * OK\n\n> a1 noop\n> a1 OK\n"), 4},
		"a stray":         {judge("select x\nnoop\n* OK\n"), 0},
		"the unfit":       {judge("S: * OK\nC: x\nC: a1 noop\nS: a1 OK\n"), 3},
		"a CRLF block":    {judge("* OK\r\n\r\na1 noop\r\na1 OK\r\n"), 3},
		"a BOM before it": {judge("\ufeff* OK\na1 noop\na1 OK\n"), 2},
	} {
		t.Run(name, func(t *testing.T) {
			at := 0
			if len(row.block.Lines) > 0 {
				at = row.block.Lines[0].At
			}
			if at != row.at {
				t.Errorf("got line %d, want %d; %+v", at, row.at, row.block)
			}
		})
	}
	if b := judge("select x\nnoop\n* OK\n"); b.Kind != Stray || b.At != 3 {
		t.Errorf("got %+v", b)
	}
}

func TestWhatABlockSaysOfItself(t *testing.T) {
	b := judge("* OK\na1 login bob ***\na1 OK\na2 store 1 +flags (\\Deleted)\na2 OK\na3 expunge\na3 NO\na4 logout\na4 OK\na5 noop\na5 OK\n")
	if got := strings.Join(b.Destructive, ","); got != "STORE,EXPUNGE" {
		t.Errorf("destructive: %s", got)
	}
	if b.Skipped != 7 {
		t.Errorf("skipped %d", b.Skipped)
	}
	if got, want := told(b), "a1 login bob ASK(bob )\na2 store 1 +flags (\\Deleted)\na3 expunge\na5 noop\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if l := b.Lines[2]; !l.Destroys || !l.NeedsForce || l.Answer != response.NO {
		t.Errorf("%+v", l)
	}
}

// Lines that could cause quadratic work: many of everything that makes the reader look ahead or back.
func TestReadingIsLinear(t *testing.T) {
	repeat := func(line string) func(n int) string {
		return func(n int) string { return strings.Repeat(line, n) }
	}
	for name, make := range map[string]func(n int) string{
		"responses":            repeat("* 5 EXISTS\n"),
		"sizes":                repeat("* 1 FETCH (BODY[] {3000}\n"),
		"fetches and sizes":    repeat("a1 FETCH 1 BODY[]\n* 1 FETCH (BODY[] {3000}\na1 OK\n"),
		"marked sizes":         repeat("S: * 1 FETCH (BODY[] {3000}\nC: a1 NOOP\nS: a1 OK\n"),
		"appends":              repeat("* OK\na1 APPEND x {9000}\n+ go\n"),
		"marked appends":       repeat("S: + go\nC: a1 APPEND x {9000}\n"),
		"literals of a script": repeat("append x {9}\nabc\n"),
		"open commands":        repeat("* OK\na1 noop\n"),
		"rows":                 func(n int) string { return "S: * OK\nC: a1 NOOP\n" + strings.Repeat("   x\n", n) },
		"prompts":              repeat("> $ # % telne\n"),
		"marks":                repeat("S: < > S: < > C: \n"),
		"quotes":               repeat("> * OK\n> > * OK\n"),
		"empty lines":          repeat("\n"),
		"one line":             func(n int) string { return "* OK\n" + strings.Repeat("x : * S: ", n) },
		"one line of spaces":   func(n int) string { return "* OK\na1 noop" + strings.Repeat(" ", n) + "x" },
		"octets":               func(n int) string { return "* OK\na1 APPEND x {5}\n+\n" + strings.Repeat("\n", n) },
		"ends":                 repeat("<<x\nselect x <<x\n* OK\n"),
	} {
		t.Run(name, func(t *testing.T) {
			visited := func(n int) (work, size int) {
				text := make(n)
				s := newSource([]byte(text), 1)
				s.evidence(Options{IsShell: isShell})
				s.read(Options{IsShell: isShell})
				return *s.work, len(text)
			}
			w1, n1 := visited(500)
			w2, n2 := visited(1000)
			// Twice the input is twice the work.
			if grown, allowed := float64(w2)/float64(w1), 1.2*float64(n2)/float64(n1); grown > allowed {
				t.Errorf("%d bytes: %d looked at; %d bytes: %d", n1, w1, n2, w2)
			}
			if w2 > 60*n2+1000 {
				t.Errorf("%d bytes: %d looked at", n2, w2)
			}
		})
	}
}
