package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/session"
	. "imapsh/internal/testserver"
	"imapsh/render"
)

// A heardOf is the result of a script.
type heardOf struct {
	out, err string
	status   Status
}

// plays runs a script; DIR in it is a folder of the test's own.
func plays(t *testing.T, srv *Canned, script string, settings ...setting) (heardOf, string) {
	t.Helper()
	dir := t.TempDir()
	c := newClock()
	var out, errs strings.Builder
	opt := Options{
		Target:   &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"},
		Settings: Settings{Render: render.Options{Out: &out, Err: &errs, Now: c.Now}, Session: session.Options{Conn: conn.Options{Now: c.Now}}},
		Scripts:  []Script{{Name: "test", From: strings.NewReader(strings.ReplaceAll(script, "DIR", dir))}}, Now: c.Now,
	}
	for _, f := range settings {
		f(&opt, nil)
	}
	sh := New(opt)
	dials(sh, srv)
	for _, f := range settings {
		f(&opt, sh)
	}
	ended := make(chan Status, 1)
	go func() { ended <- sh.Run() }()
	select {
	case st := <-ended:
		return heardOf{out.String(), errs.String(), st}, dir
	case <-time.After(patience):
		t.Fatal("the script does not end")
	}
	return heardOf{}, dir
}

// has checks that an output contains these texts, in this order.
func has(t *testing.T, out string, texts ...string) {
	t.Helper()
	rest := out
	for _, text := range texts {
		i := strings.Index(rest, text)
		if i < 0 {
			t.Fatalf("no %q, or not in this place, in:\n%s", text, out)
		}
		rest = rest[i+len(text):]
	}
}

// holds checks the contents of a file.
func holds(t *testing.T, name, want string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Error(err)
	}
	if got := string(b); got != want {
		t.Errorf("%s has %d bytes, want %d: %.60q, want %.60q", filepath.Base(name), len(got), len(want), got, want)
	}
}

// literal returns bytes as a server sends them.
func literal(octets string) string { return fmt.Sprintf("{%d}\r\n%s", len(octets), octets) }

func mode(m render.Mode) setting {
	return func(o *Options, s *Shell) {
		if s == nil {
			o.Render.Mode = m
		}
	}
}

// modes are all modes of output, by the words that choose them.
var modes = func() map[string]render.Mode {
	all := map[string]render.Mode{}
	for _, m := range render.Modes() {
		all[m.Word] = m.Mode
	}
	return all
}()

func TestEachCommandGetsWhatItAskedForAndNothingElse(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("A line of a large message.\r\n", kept/28+1) // too large to be kept
	other := strings.Repeat("Another line.\r\n", kept/15+1)
	for _, row := range []struct {
		name  string
		lines []string // all sent before anything is answered
		sent  string   // what the server sends
		want  map[string]string
	}{
		{"two fetches, the last answered first",
			[]string{"noop &", "fetch 1 body[] > DIR/a &", "fetch 2 body[] > DIR/b &"},
			"* 2 FETCH (BODY[] " + literal("two") + ")\r\na003 OK\r\n* 9 EXISTS\r\n* 1 FETCH (BODY[] " + literal("one") + ")\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one", "b": "two"}},
		{"both answered before either ends",
			[]string{"noop &", "fetch 1 body[] > DIR/a &", "fetch 2 body[] > DIR/b &"},
			"* 2 FETCH (BODY[] " + literal("two") + ")\r\n* 1 FETCH (FLAGS (\\Seen) BODY[] " + literal("one") + ")\r\na001 OK\r\na002 OK\r\na003 OK\r\n",
			map[string]string{"a": "one", "b": "two"}},
		{"by UID",
			[]string{"noop &", "uid fetch 11 body[] > DIR/a &", "uid fetch 12 body[] > DIR/b &"},
			"* 2 FETCH (BODY[] " + literal("two") + " UID 12)\r\n* 1 FETCH (UID 11 BODY[] " + literal("one") + ")\r\na003 OK\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one", "b": "two"}},
		{"by UID and by number",
			[]string{"uid fetch 2 body[] > DIR/a &", "fetch 2 body[] > DIR/b &"},
			"* 2 FETCH (BODY[] " + literal("two") + ")\r\n* 1 FETCH (UID 2 BODY[] " + literal("one") + ")\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one", "b": "two"}},
		{"parts of one message",
			[]string{"noop &", "fetch 1 body.peek[1] > DIR/a &", "fetch 1 body.peek[2]<5.10> > DIR/b &"},
			"* 1 FETCH (BODY[2]<5> " + literal("two") + ")\r\n* 1 FETCH (BODY[1] " + literal("one") + ")\r\na003 OK\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one", "b": "two"}},
		{"partials of one part",
			[]string{"fetch 1 body.peek[]<0.3> > DIR/a &", "fetch 1 body.peek[]<3.3> > DIR/b &"},
			"* 1 FETCH (BODY[]<3> " + literal("two") + ")\r\n* 1 FETCH (BODY[]<0> " + literal("one") + ")\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one", "b": "two"}},
		{"with flags",
			[]string{"fetch 1 (flags body.peek[1]) > DIR/a &", "fetch 1 (flags body.peek[2]) > DIR/b &"},
			"* 1 FETCH (FLAGS () BODY[2] " + literal("two") + ")\r\n* 1 FETCH (FLAGS () BODY[1] " + literal("one") + ")\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one", "b": "two"}},
		{"the last message, and one that a search saved",
			[]string{"select inbox", "fetch $ body[] > DIR/a &", "fetch * body[] > DIR/b &"},
			"* 9 FETCH (BODY[] " + literal("nine") + ")\r\n* 3 FETCH (BODY[] " + literal("three") + ")\r\na003 OK\r\na002 OK\r\n",
			map[string]string{"a": "three", "b": "nine"}},
		{"a FETCH with a macro at the same time",
			[]string{"fetch 1 full &", "fetch 1 body[] > DIR/a &"},
			"* 1 FETCH (BODY[] " + literal("one") + " FLAGS (\\Seen))\r\n* 1 FETCH (FLAGS () RFC822.SIZE 3)\r\na001 OK\r\na002 OK\r\n",
			map[string]string{"a": "one"}},
		{"other commands between them",
			[]string{"store 1 +flags (x) &", "search all &", "fetch 1 body[] > DIR/a &", "list \"\" * &", "status x (messages) &", "fetch 2 body[] > DIR/b &"},
			"* STATUS x (MESSAGES 1)\r\n* 2 FETCH (BODY[] " + literal("two") + ")\r\n* 1 FETCH (FLAGS (x))\r\n* SEARCH 1\r\n* LIST () \"/\" x\r\n* 1 FETCH (BODY[] " + literal("one") + ")\r\na006 OK\r\na005 OK\r\na004 OK\r\na003 OK\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one", "b": "two"}},
		{"unsolicited data",
			[]string{"fetch 1 body[] > DIR/a &"},
			"* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (BODY[] " + literal("two") + ")\r\n* 1 FETCH (BODY[TEXT] " + literal("text") + ")\r\n* 1 FETCH (BODY[] " + literal("one") + ")\r\n* 2 FETCH (FLAGS ())\r\na001 OK\r\n",
			map[string]string{"a": "one"}},
		{"literals too large to be kept",
			[]string{"noop &", "fetch 1 body[] > DIR/a &", "uid fetch 12 body[] > DIR/b &"},
			"* 2 FETCH (UID 12 BODY[] " + literal(other) + ")\r\n* 3 FETCH (UID 13 BODY[] " + literal(other) + ")\r\n* 1 FETCH (BODY[] " + literal(big) + ")\r\na003 OK\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": big, "b": other}},
		{"a large one and a small one in one response",
			[]string{"noop &", "fetch 1 (body[1] body[2]) > DIR/a &"},
			"* 1 FETCH (BODY[1] " + literal(big) + " BODY[2] " + literal("two") + ")\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": big + "two"}},
		{"a small one and a large one in one response",
			[]string{"noop &", "fetch 1 (body[1] body[2]) > DIR/a &"},
			"* 1 FETCH (BODY[1] " + literal("one") + " BODY[2] " + literal(big) + ")\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one" + big}},
		{"a large one that two asked for, after a small one that one of them asked for",
			[]string{"fetch 1 (body[1] body[2]) > DIR/a &", "fetch 1 (body[3] body[2]) > DIR/b &"},
			"* 1 FETCH (BODY[3] " + literal("three") + " BODY[2] " + literal(big) + ")\r\n* 1 FETCH (BODY[1] " + literal("one") + " BODY[2] " + literal(other) + ")\r\na002 OK\r\na001 OK\r\n",
			map[string]string{"a": "one" + other, "b": "three" + big}},
		{"many messages, each in its file",
			[]string{"noop &", "fetch 1:2 body[] > DIR/a%d &", "fetch 3 body[] > DIR/b &"},
			"* 2 FETCH (BODY[] " + literal("two") + ")\r\n* 3 FETCH (BODY[] " + literal("three") + ")\r\n* 1 FETCH (BODY[] " + literal("one") + ")\r\na002 OK\r\na003 OK\r\na001 OK\r\n",
			map[string]string{"a1": "one", "a2": "two", "b": "three"}},
	} {
		for name, m := range modes {
			t.Run(row.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				steps := []Step{}
				for _, line := range row.lines {
					if strings.HasPrefix(line, "select") {
						steps = append(steps, expect("select"), Send("* 9 EXISTS\r\n{tag} OK done\r\n"))
					} else {
						steps = append(steps, expect(strings.Fields(line)[0]))
					}
				}
				srv := canned(t, preauth, append(steps, Send(row.sent))...)
				got, dir := plays(t, srv, strings.Join(row.lines, "\n")+"\n:wait\n", mode(m), keeping(kept, 0))
				if got.status != StatusOK {
					t.Errorf("status %d: %s", got.status, got.err)
				}
				for file, want := range row.want {
					holds(t, filepath.Join(dir, file), want)
				}
				if m == render.Raw && !strings.HasPrefix(got.out, preauth) {
					t.Errorf("not the server's bytes: %.80q", got.out)
				}
				if m == render.Raw && !strings.Contains(got.out, row.sent) {
					t.Error("not exactly the server's bytes")
				}
			})
		}
	}
}

func TestThePipeTakesWhatItsCommandAskedForAndTheScreenTheRest(t *testing.T) {
	t.Parallel()
	for name, m := range modes {
		t.Run(name, func(t *testing.T) {
			srv := canned(t, preauth, expect("noop"), expect("fetch 1"), expect("search"),
				Send("* 2 FETCH (FLAGS (\\Seen))\r\n* SEARCH 4\r\n* 1 FETCH (FLAGS (\\Answered))\r\n* 9 EXISTS\r\na003 OK b\r\n"),
				expect("fetch 3"), Send("* 3 FETCH (FLAGS (\\Draft))\r\na002 OK a\r\na004 OK c\r\na001 OK noop\r\n"))
			got, dir := plays(t, srv, "noop &\nfetch 1 flags &\nsearch all | cat > DIR/a\nfetch 3 flags | cat > DIR/b\n:wait\n", mode(m))
			read := func(name string) string {
				b, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Error(err)
				}
				return string(b)
			}
			a, b := read("a"), read("b")
			for _, part := range []struct{ where, text, is, isNot string }{
				{"the first pipe", a, "SEARCH b", "FETCH EXISTS"},
				{"the second pipe", b, "Draft", "SEARCH EXISTS Answered Seen"},
				{"the screen", got.out, "Seen Answered EXISTS noop", "Draft"},
			} {
				for _, word := range strings.Fields(part.is) {
					if !strings.Contains(part.text, word) {
						t.Errorf("%s does not contain %s:\n%s", part.where, word, part.text)
					}
				}
				for _, word := range strings.Fields(part.isNot) {
					if strings.Contains(part.text, word) {
						t.Errorf("%s contains %s:\n%s", part.where, word, part.text)
					}
				}
			}
			if m == render.Raw && (a != "* SEARCH 4\r\na003 OK b\r\n" || b != "* 3 FETCH (FLAGS (\\Draft))\r\na004 OK c\r\n") {
				t.Errorf("not the server's bytes: %q and %q", a, b)
			}
		})
	}
}

func TestALargeMessageGoesThroughThePipeOfItsCommandOnly(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("A line of a large message.\r\n", 40_000)
	mine := "* 1 FETCH (BODY[] " + literal(big) + ")\r\na002 OK done\r\n"
	srv := canned(t, preauth, expect("noop"), expect("fetch 1"), Send("* 2 FETCH (BODY[] "+literal(big)+")\r\n"+mine+"a001 OK noop\r\n"))
	got, dir := plays(t, srv, "noop &\nfetch 1 body[] | cat > DIR/a\n:wait\n", mode(render.Raw))
	holds(t, filepath.Join(dir, "a"), mine)
	if strings.Contains(got.out, "* 1 FETCH") || !strings.Contains(got.out, "* 2 FETCH (BODY[] "+literal(big)+")\r\n") {
		t.Error("the screen does not show what the pipe leaves")
	}
}

func TestWhatIsPushedWhileAPipedCommandRunsIsShownAfterIt(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	srv := canned(t, preauth, expect("noop"), Send("* 5 EXISTS\r\n{tag} OK done\r\n"), Wait(go_), Send("* 6 EXISTS\r\n"))
	s := begin(t, srv)
	file := filepath.Join(s.dir, "fifo")
	s.typ("noop | cat > " + file + "; while [ ! -e " + file + ".go ]; do sleep 0.01; done")
	s.until("the command of the pipe", func() bool {
		b, _ := os.ReadFile(file)
		return strings.Contains(string(b), "* 5 EXISTS") || pollAgain(s)
	})
	open()
	if err := os.WriteFile(file+".go", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.sees("S: * 6 EXISTS")
	s.neverShown("S: * 5 EXISTS")
	s.typ("noop")
	s.sees("C: a002 noop", "S: a002 OK")
}

// pollAgain makes a wait check its condition again soon, because no event reports a change.
func pollAgain(s *sitting) bool {
	time.AfterFunc(5*time.Millisecond, s.changed.Broadcast)
	return false
}

func TestAScriptOfMoreCommandsThanMayBeInFlightIsRunToItsEnd(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send("* PREAUTH ready\r\n"), Answer())
	const lines = 3000
	got, _ := plays(t, srv, strings.Repeat("noop &\n", lines))
	if n := strings.Count(got.out, "S: a"); got.status != StatusOK || n != lines+1 { // and LOGOUT
		t.Errorf("status %d, %d answers of %d", got.status, n, lines+1)
	}
	has(t, got.out, "S: a001 OK", "S: a1500 OK", fmt.Sprintf("S: a%d OK", lines))
}
