//go:build linux || darwin

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"imapsh/internal/testserver"
)

// These tests run sessions from web pages on real servers.

// A spoken is a server and what the client sent to it, with LF for CRLF.
type spoken struct {
	url  string
	sent func() string
}

// ways are the ways in which a session gets into the shell. Each returns after all of it has run.
var ways = []struct {
	name string
	run  func(t *testing.T, r spoken, text, want string)
}{
	{"piped", func(t *testing.T, r spoken, text, want string) {
		run(t, text, "--keep-going", "--force", r.url)
	}},
	{"as a file", func(t *testing.T, r spoken, text, want string) {
		path := filepath.Join(t.TempDir(), "session")
		if err := writeFile(path, text); err != nil {
			t.Fatal(err)
		}
		run(t, "", "--keep-going", "--force", "-f", path, r.url)
	}},
	{"with :source", func(t *testing.T, r spoken, text, want string) {
		path := filepath.Join(t.TempDir(), "session")
		if err := writeFile(path, text); err != nil {
			t.Fatal(err)
		}
		run(t, ":source "+path+"\n", "--keep-going", "--force", r.url)
	}},
	{"pasted", func(t *testing.T, r spoken, text, want string) {
		pasteSession(t, r, text, want, "\x1b[200~", "\x1b[201~")
	}},
	{"pasted into a terminal without bracketed paste", func(t *testing.T, r spoken, text, want string) { pasteSession(t, r, text, want) }},
	{"typed", typeSession},
}

// pasteSession pastes a session into the shell at a terminal.
func pasteSession(t *testing.T, r spoken, text, want string, marks ...string) {
	k := atKeyboard(t, "--force", r.url)
	k.asked()
	if len(marks) > 0 {
		text = marks[0] + text + marks[1]
	}
	k.hits(text + "\r")
	k.sent(r, want)
}

// typeSession types the client's lines of a session one by one, each when the shell asks for one.
func typeSession(t *testing.T, r spoken, text, want string) {
	k := atKeyboard(t, "--force", r.url)
	for _, l := range clients(text, want) {
		k.asked()
		k.hits(l + "\r")
	}
	k.sent(r, want)
}

// clients returns the lines of a page from which the shell makes the wanted ones.
func clients(text, want string) []string {
	if !strings.Contains(text, "\n* ") {
		return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	}
	var out []string
	wanted := strings.Split(strings.TrimSuffix(want, "\n"), "\n")
	for l := range strings.Lines(text) {
		l = strings.TrimSuffix(l, "\n")
		if len(wanted) > 0 && (strings.HasPrefix(l, wanted[0]) || wanted[0] == "DONE" && l == ". done") {
			out, wanted = append(out, l), wanted[1:]
		}
	}
	return out
}

// A keyboard types into a terminal on which the shell runs.
type keyboard struct {
	t      *testing.T
	master *os.File
	cond   *sync.Cond
	shown  []byte // the output after the last keys
	all    []byte
}

// atKeyboard starts the shell on a new terminal.
func atKeyboard(t *testing.T, args ...string) *keyboard {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24})
	cmd := exec.CommandContext(t.Context(), builtShell(t), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.Env = environ("TERM=xterm", "XDG_STATE_HOME="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	err = cmd.Start()
	tty.Close()
	if err != nil {
		t.Fatal(err)
	}
	k := &keyboard{t: t, master: master, cond: sync.NewCond(&sync.Mutex{})}
	read := make(chan bool)
	go func() {
		defer close(read)
		for buf := make([]byte, 4096); ; {
			n, err := master.Read(buf)
			k.cond.L.Lock()
			k.shown, k.all = append(k.shown, buf[:n]...), append(k.all, buf[:n]...)
			k.cond.L.Unlock()
			k.cond.Broadcast()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		<-read
		master.Close()
	})
	return k
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]")

// asked waits until the shell shows a prompt after the last keys.
func (k *keyboard) asked() {
	k.t.Helper()
	k.until("a prompt", func() bool {
		shown := strings.TrimRight(escapes.ReplaceAllString(string(k.shown), ""), "\r")
		return strings.HasSuffix(shown, "> ") && !strings.HasSuffix(shown, "connecting> ")
	})
}

// hits sends keys.
func (k *keyboard) hits(keys string) {
	k.cond.L.Lock()
	k.shown = nil
	k.cond.L.Unlock()
	if _, err := k.master.WriteString(keys); err != nil {
		k.t.Fatal(err)
	}
}

// sent waits until the last wanted line has been sent to the server.
func (k *keyboard) sent(r spoken, want string) {
	k.t.Helper()
	last := want[strings.LastIndex(strings.TrimSuffix(want, "\n"), "\n")+1:]
	k.until("the last line at the server", func() bool { return strings.HasSuffix(r.sent(), last) })
}

func (k *keyboard) until(what string, cond func() bool) {
	k.t.Helper()
	end := time.Now().Add(patience)
	late := time.AfterFunc(patience, k.cond.Broadcast)
	defer late.Stop()
	k.cond.L.Lock()
	defer k.cond.L.Unlock()
	for ; !cond(); k.cond.Wait() {
		if time.Now().After(end) {
			k.t.Fatalf("never happened: %s\n%q", what, k.all)
		}
	}
}

func TestSessionsFromWebPagesSendOnlyTheLinesOfTheClient(t *testing.T) {
	t.Parallel()
	relay := func(t *testing.T, s *testserver.Server) spoken {
		r := relayed(t, s)
		return spoken{r.url(), r.sent}
	}
	for _, server := range []struct {
		name    string
		start   func(*testing.T) spoken
		literal string // the end of a line that announces a literal to the server
		way     string // the only way that is tried; "" for all
	}{
		{"Dovecot", func(t *testing.T) spoken { return relay(t, testserver.Dovecot(t)) }, "+}\n", "pasted"},
		{"Courier", func(t *testing.T) spoken { return relay(t, testserver.Courier(t)) }, "}\n", "typed"},
		{"a server that answers OK to everything", func(t *testing.T) spoken {
			s := canned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1 IDLE] hello\r\n"), testserver.Reply(testserver.Replies{"IDLE": {testserver.Idle(nil, "")}}))
			return spoken{"imap://" + s.Addr(), func() string { return strings.ReplaceAll(s.Received(), "\r\n", "\n") }}
		}, "}\n", ""},
	} {
		for _, name := range []string{"000", "001", "002", "003", "004"} {
			for _, way := range ways {
				if server.way != "" && server.way != way.name {
					continue
				}
				t.Run(name+" "+way.name+" on "+server.name, func(t *testing.T) {
					parallelIfFast(t, server.name)
					r := server.start(t)
					want := strings.ReplaceAll(seed(t, name+".want"), "+}\n", server.literal)
					way.run(t, r, seed(t, name+".txt"), want)
					if got := r.sent(); got != want {
						t.Errorf("something else was sent; first difference: %s", firstDifference(got, want))
					}
				})
			}
		}
	}
}
