//go:build linux || darwin

package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/rivo/uniseg"

	"imapsh/internal/demo"
	"imapsh/internal/testserver"
)

func init() {
	keepOpenFiles = func() {
		for fd := 3; fd < 256; fd++ {
			syscall.CloseOnExec(fd)
		}
	}
}

// A screen is the shell in tmux, with a state folder of its own.
type screen struct {
	t      *testing.T
	tmux   func(args ...string) (out string) // runs a command of tmux
	await  func()                            // waits for a change of the screen
	state  string                            // the folder of the history
	marked int                               // how much has been seen, without spaces and line ends
}

// onScreen runs a command line, in which $IMAPSH is the program.
func onScreen(t *testing.T, cols, rows int, line string) *screen {
	t.Helper()
	testserver.Tmux(t)
	s := &screen{t: t, state: filepath.Join(t.TempDir(), "state")}
	on := testserver.NewTerminal(t, append(os.Environ(), "LC_ALL=C.UTF-8", "IMAPSH="+builtShell(t), "XDG_STATE_HOME="+s.state), cols, rows,
		line+"; read -r _") // tmux may lose what is written just before the end
	s.tmux, s.await = on.Run, on.Await
	s.tmux("set-option", "remain-on-exit", "on")
	return s
}

// interactiveBash is a command line that runs bash, to start imapsh in.
const interactiveBash = "PS1='$ ' bash --norc --noprofile -i"

// whole returns all that is on the screen and above it, with wrapped lines joined.
func (s *screen) whole() string {
	s.t.Helper()
	return s.tmux("capture-pane", "-p", "-J", "-S", "-")
}

func (s *screen) types(lines ...string) {
	s.t.Helper()
	for _, l := range lines {
		s.tmux("send-keys", "-l", l, ";", "send-keys", "Enter")
	}
}

func (s *screen) press(keys ...string) {
	s.t.Helper()
	s.tmux(append([]string{"send-keys"}, keys...)...)
}

// shows waits until texts are on the screen, in this order, after what was seen before.
// Spaces and line ends do not count, because they differ on a narrow screen.
func (s *screen) shows(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		s.until(text, func(whole string) bool {
			flat := strings.Join(strings.Fields(whole), "")
			text := strings.Join(strings.Fields(text), "")
			if s.marked > len(flat) { // the prompt that was seen is erased, and what takes its place is not there yet
				return false
			}
			i := strings.Index(flat[s.marked:], text)
			if i >= 0 {
				s.marked += i + len(text)
			}
			return i >= 0
		})
	}
}

// asks waits until the last row matches.
func (s *screen) asks(row string) {
	s.t.Helper()
	s.until("the row "+row, func(whole string) bool {
		rows := strings.Split(strings.TrimRight(whole, "\n"), "\n")
		last := rows[len(rows)-1]
		ok, err := regexp.MatchString("^"+row+" *$", last)
		if err != nil {
			s.t.Fatal(err)
		}
		return ok
	})
}

func (s *screen) until(what string, cond func(string) bool) {
	s.t.Helper()
	for end := time.Now().Add(patience); ; s.await() {
		whole := s.whole()
		if cond(whole) {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("never shown: %s\n%s", what, whole)
		}
	}
}

// demoAddr finds the practice server's address on the screen.
func (s *screen) demoAddr() string {
	s.t.Helper()
	var addr string
	re := regexp.MustCompile(`-- (127\.0\.0\.1:\d+)\s`)
	s.until("the practice server's address", func(whole string) bool {
		m := re.FindStringSubmatch(whole)
		if m != nil {
			addr = m[1]
		}
		return m != nil
	})
	return addr
}

// appends appends a message to a mailbox of the practice server, as a second client.
func appends(t *testing.T, addr, box string) {
	t.Helper()
	c, err := imapclient.DialInsecure(addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(demo.User, demo.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	mail := "From: second@example.org\r\nSubject: pushed\r\n\r\nhello\r\n"
	a := c.Append(box, int64(len(mail)), nil)
	io.WriteString(a, mail)
	a.Close()
	if _, err := a.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestASessionAtATerminal(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {40, 20}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := onScreen(t, size[0], size[1], "$IMAPSH demo")
			who := "demo@127.0.0.1"
			if size[0] == 40 {
				who = "demo"
			}
			// Connecting and logging in.
			s.shows("-- practice server: imap://demo@127.0.0.", "-- 127.0.0.1:", "connect ", "greeting ",
				"S: * OK [CAPABILITY IMAP4rev2 IMAP4rev1", "capabilities", "C: a001 LOGIN demo ••••••", "S: a001 OK", "capabilities")
			s.asks("a002 " + who + ">")

			// SELECT.
			s.types("select inbox")
			s.shows("C: a002 select inbox", "S: * 30 EXISTS", "S: * OK [UIDVALIDITY ", "S: * OK [UIDNEXT ", `S: * FLAGS (`, `S: * OK [PERMANENTFLAGS (`, "S: a002 OK [READ-WRITE]",
				"INBOX 30 messages, first unseen is 11, read-write", "UIDs next ", "Flags all flags are permanent")
			s.asks("a003 " + who + ` INBOX \d+>`)

			// A name that is encoded, and wide characters typed.
			s.types(`select "Entwürfe & Pläne"`)
			s.shows(`"Entw&APw-rfe &- Pl&AOQ-ne"`, "S: a003 OK [READ-WRITE]", "Entwürfe & Pläne ")
			s.asks("a004 " + who + ` Entwürfe & Pläne \d+>`)
			marked := s.marked
			s.tmux("send-keys", "-l", "noop 日本語")
			s.shows("Pläne 1> noop 日本語")
			s.press("C-u")
			s.asks("a004 " + who + ` Entwürfe & Pläne \d+>`)
			s.marked = marked // what was typed is gone

			// IDLE with a push, above a half-typed line.
			s.types("select inbox")
			s.shows("S: a004 OK [READ-WRITE]")
			s.types("idle")
			s.shows("C: a005 idle", "S: + ", "-- idle since ", `; Enter or "done" ends it; renewed at `)
			s.asks("idle>")
			s.tmux("send-keys", "-l", "noop")
			s.asks("idle> noop")
			appends(t, s.demoAddr(), "INBOX")
			s.shows("S: * ", " EXISTS", "INBOX ", " messages, 1 more")
			s.asks("idle> noop")
			s.press("C-u")
			s.types("done")
			s.shows("C: DONE", "S: a005 OK ", "-- idled ")
			s.asks("a006 " + who + ` INBOX \d+>`)

			whole := s.whole()
			for _, row := range strings.Split(whole, "\n") {
				if n := uniseg.StringWidth(strings.TrimRight(row, " ")); n > size[0] {
					t.Errorf("a row has %d columns: %s", n, row)
				}
			}
			for _, prompt := range []string{"> select", "> idle\n", "> done"} {
				if strings.Contains(whole, prompt) {
					t.Errorf("the line of a prompt is still there: %q in\n%s", prompt, whole)
				}
			}
			s.press("C-d")
			s.shows("C: a006 LOGOUT", "S: * BYE", "S: a006 OK")
		})
	}
}

func TestATypedPasswordIsNeitherShownNorKept(t *testing.T) {
	t.Parallel()
	srv := testserver.NewCanned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"), testserver.Answer())
	s := onScreen(t, 80, 24, "$IMAPSH imap://"+srv.Addr())
	s.asks("a001 127.0.0.1>")
	s.types("login alice")
	s.asks("Password.*:")
	s.types(password)
	s.shows("C: a001 LOGIN alice ••••••", "S: a001 OK")
	s.tmux("send-keys", "-l", "login alice "+password)
	s.asks("a002 alice@127.0.0.1> login alice •+")
	s.press("Enter")
	s.shows("C: a002 login alice ••••••", "S: a002 OK")
	s.tmux("send-keys", "-l", "logn alice "+password)
	s.asks(`a003 alice@127.0.0.1> logn •+`)
	s.press("Enter")
	s.shows("S: a003 OK")
	s.types("noop")
	s.shows("S: a004 OK")
	s.press("Up", "Up", "Up")
	s.asks("a005 alice@127.0.0.1> login alice( password)?") // no older line than this; its hint
	s.press("C-u")
	s.asks("a005 alice@127.0.0.1>")

	if strings.Contains(s.whole(), password) {
		t.Errorf("the password is on the screen:\n%s", s.whole())
	}
	kept := readFile(t, filepath.Join(s.state, "imapsh", "history"))
	if strings.Contains(kept, password) || !strings.Contains(kept, "noop") {
		t.Errorf("the history has the password, or not noop:\n%s", kept)
	}
	if list, err := exec.Command("ps", "axeww", "-o", "command").Output(); err == nil && bytes.Contains(list, []byte("login alice "+password)) {
		t.Error("the password is in the list of processes")
	}
	s.press("C-d")
	s.shows("S: a005 OK")
}

func TestCtrlCQuitsOnAServerThatDoesNotAnswerAndTheTerminalIsRestored(t *testing.T) {
	t.Parallel()
	srv := testserver.NewCanned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n"), testserver.Stall())
	s := onScreen(t, 80, 24, interactiveBash)
	s.asks(`\$`)
	s.types("clear; stty -a > /dev/null; B=$(stty -a); $IMAPSH imap://" + srv.Addr() + "; echo status $?; [ \"$B\" = \"$(stty -a)\" ] && echo same as before")
	s.asks("a001 127.0.0.1>")
	s.types("noop")
	s.asks("a001 …>")
	s.press("C-c")
	s.shows("-- a001 NOOP continues")
	s.asks("a002 127.0.0.1>")
	s.press("C-d")
	s.shows("Ctrl-C quits now")
	s.press("C-c")
	s.shows("status 130", "same as before")
}

func TestCtrlZStopsTheShellAndFgContinuesWithTheSameLine(t *testing.T) {
	t.Parallel()
	s := onScreen(t, 80, 24, interactiveBash)
	s.asks(`\$`)
	s.types("$IMAPSH demo")
	s.asks("a002 demo@127.0.0.1>")
	s.tmux("send-keys", "-l", "select inb")
	s.asks("a002 demo@127.0.0.1> select inb.*")
	s.press("C-z")
	s.shows("Stopped")
	s.types("stty -a | grep -o ' icanon'")
	s.shows("icanon'", "icanon")
	s.types("fg")
	s.asks("a002 demo@127.0.0.1> select inb.*")
	s.types("ox")
	s.shows("C: a002 select inbox", "S: a002 OK")
	s.press("C-d")
	s.shows("S: a003 OK")
	s.asks(`\$`)
}

// settings returns what stty shows about a terminal.
func settings(t *testing.T, tty *os.File) string {
	t.Helper()
	cmd := exec.Command("stty", "-a")
	cmd.Stdin = tty
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestTheTerminalIsRestoredHoweverTheShellEnds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		end    func(master *os.File, p *os.Process) error
		status int
	}{
		{"Ctrl-D", func(m *os.File, _ *os.Process) error { _, err := m.Write([]byte{4}); return err }, 0},
		{"quit", func(m *os.File, _ *os.Process) error { _, err := m.WriteString("quit\r"); return err }, 0},
		{"SIGTERM", func(_ *os.File, p *os.Process) error { return p.Signal(syscall.SIGTERM) }, 130},
		{"SIGHUP", func(_ *os.File, p *os.Process) error { return p.Signal(syscall.SIGHUP) }, 130},
		{"SIGQUIT", func(_ *os.File, p *os.Process) error { return p.Signal(syscall.SIGQUIT) }, 2},
		{"SIGABRT", func(_ *os.File, p *os.Process) error { return p.Signal(syscall.SIGABRT) }, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			master, tty, restored := restoredPTY(t)
			cmd := exec.Command(builtShell(t), "demo")
			cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
			cmd.Env = environ("XDG_STATE_HOME="+t.TempDir(), "TERM=xterm")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			hung := time.AfterFunc(patience, func() { cmd.Process.Kill() })
			defer hung.Stop()

			ready := make(chan struct{})
			go func() {
				var seen bytes.Buffer
				buf := make([]byte, 4096)
				for open := true; ; {
					n, err := master.Read(buf)
					seen.Write(buf[:n])
					if open && bytes.Contains(seen.Bytes(), []byte("a002 ")) {
						open = false
						close(ready)
					}
					if err != nil {
						return
					}
				}
			}()
			select {
			case <-ready:
			case <-time.After(patience):
				t.Fatal("no prompt was shown")
			}
			if !strings.Contains(settings(t, tty), "-icanon ") {
				t.Error("the terminal is not in raw mode at the prompt")
			}
			if err := row.end(master, cmd.Process); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || cmd.ProcessState.ExitCode() != row.status {
				t.Errorf("ended with %v, want status %d", err, row.status)
			}
			restored()
		})
	}
}
