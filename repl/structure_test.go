package repl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/terminal"
	. "imapsh/internal/testserver"
)

func TestAFetchInTheBackgroundIsSaved(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	srv := canned(t, preauth, expect("fetch 1"), Wait(go_), expect("noop"), Send("a002 OK noop\r\n* 1 FETCH (BODY[] "+literal("one")+")\r\na001 OK\r\n"))
	s := begin(t, srv)
	file := filepath.Join(s.dir, "a")
	s.typ("fetch 1 body[] > "+file+" &", "noop")
	open()
	s.sees("S: a002 OK noop", "S: a001 OK", "-- 3 bytes saved in "+file)
	holds(t, file, "one")
}

func TestAFetchLeftWithCtrlCIsSaved(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	srv := canned(t, preauth, expect("fetch 1"), Wait(go_), Send("* 1 FETCH (BODY[] "+literal("one")+")\r\na001 OK\r\n"))
	s := begin(t, srv)
	file := filepath.Join(s.dir, "a")
	s.typ("fetch 1 body[] > " + file)
	s.asks("a001 …> ")
	s.ctrlC()
	s.sees("-- a001 FETCH continues")
	open()
	s.sees("-- 3 bytes saved in " + file)
	holds(t, file, "one")
}

func TestCtrlCOnAPipedCommandLeavesTheScreenWorking(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	srv := canned(t, preauth, expect("noop"), Wait(go_), expect("noop"), Send("* 5 EXISTS\r\na002 OK second\r\na001 OK first\r\n"))
	s := begin(t, srv)
	file := filepath.Join(s.dir, "piped")
	s.typ("noop | cat > " + file)
	s.asks("a001 …> ")
	s.ctrlC()
	s.sees("-- a001 NOOP continues")
	s.typ("noop")
	open()
	s.sees("S: * 5 EXISTS", "S: a002 OK second")
	s.typ("noop")
	s.sees("C: a003 noop", "S: a003 OK")
	s.neverShown("S: a001 OK")
	if b, err := os.ReadFile(file); err != nil || !strings.Contains(string(b), "a001 OK first") || strings.Contains(string(b), "EXISTS") {
		t.Errorf("the pipe got %q (%v)", b, err)
	}
}

func TestASettingChangedWhileAPipeFillsIsKept(t *testing.T) {
	t.Parallel()
	go_, open := gate()
	srv := canned(t, preauth, expect("noop"), Wait(go_), Send("{tag} OK done\r\n"))
	s := begin(t, srv)
	s.typ("noop | cat > " + filepath.Join(s.dir, "piped"))
	s.asks("a001 …> ")
	s.typ(":clock on")
	s.sees("-- clock is on")
	open()
	s.typ("noop")
	s.sees("C: a002 noop", "12:04:31")
}

func TestTabAfterReconnectOffersNoStaleNames(t *testing.T) {
	t.Parallel()
	list := Replies{"LIST": {Send("* LIST () \"/\" Stale\r\n{tag} OK done\r\n")}}
	srv := NewCanned(t, Send(preauth), Reply(list))
	s := begin(t, srv, func(_ *Options, sh *Shell) {
		if sh == nil {
			return
		}
		first := true
		fresh := NewCanned(t, Send(preauth), Reply(Replies{"LIST": {Send("* LIST () \"/\" Fresh\r\n{tag} OK done\r\n")}}))
		sh.set.Session.Dial = dialOf(func(string) *Canned {
			if first {
				first = false
				return srv
			}
			return fresh
		})
	})
	s.asks("a001 mail.example.net> ")
	tab := func(line string) { s.does(terminal.Answer{Kind: terminal.Complete, Text: line, Pos: len(line)}) }
	tab("select St")
	s.until("the name", func() bool { return len(s.edits) == 1 && s.edits[0] == "select Stale ‸" })
	s.typ(":reconnect")
	s.sees("S: * PREAUTH")
	s.asks("a002 mail.example.net> ")
	tab("select ")
	s.sees(`C: a002 LIST "" "*"`, "S: a002 OK")
	s.until("the name", func() bool {
		for _, e := range s.edits[1:] {
			if strings.Contains(e, "Stale") {
				t.Errorf("offered: %s", e)
			}
		}
		return len(s.edits) > 1 && s.edits[len(s.edits)-1] == "select Fresh ‸" || strings.Contains(s.screen.String(), "Fresh\n")
	})
}

func TestAnEchoedPasswordIsMaskedOnTheScreenInTheLogAndInFiles(t *testing.T) {
	t.Parallel()
	srv := canned(t, "* OK [CAPABILITY IMAP4rev1] ready\r\n", expect("login"), Send("* OK hunter2-long\r\n{tag} BAD login alice \"hunter2-long\"\r\n"))
	for _, row := range []string{"pretty", "json"} {
		t.Run(row, func(t *testing.T) {
			got, dir := plays(t, srv, ":log DIR/log\nlogin alice hunter2-long\n", mode(modes[row]))
			if strings.Contains(got.out+got.err, "hunter2") {
				t.Errorf("shown:\n%s%s", got.out, got.err)
			}
			if b, _ := os.ReadFile(filepath.Join(dir, "log")); strings.Contains(string(b), "hunter2") || !strings.Contains(string(b), "BAD") {
				t.Errorf("the log:\n%s", b)
			}
		})
	}
}

func TestForgedLinesAreEscaped(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("noop"), Send("* OK a\r-- forged\x1b[1A\r\n{tag} NO [ALERT] x\n"))
	s := begin(t, srv)
	s.typ("noop")
	s.sees("S: a001 NO")
	s.neverShown("\n-- forged", "\x1b[1A")

}
