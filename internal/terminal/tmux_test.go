//go:build linux || darwin

package terminal

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

// shellVariable makes the test binary a small shell that tmux runs; with the value "secret", it only asks for a
// password.
const shellVariable = "IMAPSH_TEST_SHELL"

func TestMain(m *testing.M) {
	if os.Getenv(shellVariable) != "" {
		shell()
	}
	os.Exit(m.Run())
}

// shell echoes lines as C: lines until Ctrl-D.
func shell() {
	t, err := Open(Config{In: os.Stdin, Out: os.Stdout, Term: os.Getenv("TERM"), Stuck: func() { os.Exit(130) }})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if os.Getenv(shellVariable) == "secret" {
		t.Ask(Question{Prompt: "Password: ", Secret: true})
		select {}
	}
	n := 1
	ask := func() {
		t.Ask(Question{Prompt: fmt.Sprintf("\x1b[1ma%03d日本👍>\x1b[0m ", n), Paint: func(line string) (string, string) { return line, " ‹hint›" }})
	}
	for ask(); ; {
		switch a := <-t.Answers(); a.Kind {
		case Line, Paste:
			for _, line := range strings.Split(a.Text, "\n") {
				fmt.Fprintf(t, "C: a%03d %s\n", n, line)
				n++
			}
			if a.Text == "hang" {
				select {}
			}
			t.Remember(a.Text)
			ask()
		case Complete:
			fmt.Fprintf(t, "-- SELECT  SEARCH\n")
			t.Edit("SELECT 日本", len("SELECT 日"))
		case Resize:
			cols, rows := t.Size()
			fmt.Fprintf(t, "-- %d×%d\n", cols, rows)
		case Interrupt:
			fmt.Fprintf(t, "-- interrupted\n")
			ask()
		case EOF:
			t.Close()
			os.Exit(0)
		case Failed:
			t.Close()
			fmt.Println(a.Err)
			os.Exit(1)
		}
	}
}

// A pane is a program in tmux, which knows the widths of characters and reflows rows.
type pane struct {
	t     *testing.T
	tmux  func(args ...string) (out string) // runs a command of tmux
	await func()                            // waits for a change of the screen
}

func newPane(t *testing.T, cols, rows int, command string) *pane {
	t.Helper()
	on := testserver.NewTerminal(t, append(os.Environ(), "LC_ALL=C.UTF-8", shellVariable+"=1", "SHELL_UNDER_TEST="+os.Args[0]), cols, rows, command)
	return &pane{t, on.Run, on.Await}
}

func (p *pane) typ(s string) { p.t.Helper(); p.tmux("send-keys", "-l", s) }
func (p *pane) press(names ...string) {
	p.t.Helper()
	p.tmux(append([]string{"send-keys"}, names...)...)
}

// shows waits until the pane, including its scrollback, shows these rows, with the cursor at a column of the last
// one.
func (p *pane) shows(cursor int, rows ...string) {
	p.t.Helper()
	want := strings.Join(rows, "\n")
	var got string
	for end := time.Now().Add(deadline); time.Now().Before(end); p.await() {
		screen := p.tmux("capture-pane", "-p", "-S", "-", ";", "display-message", "-p", "#{cursor_x}")
		screen = strings.TrimRight(screen, "\n")
		i := strings.LastIndexByte(screen, '\n')
		var kept []string
		for _, row := range strings.Split(screen[:i], "\n") {
			kept = append(kept, strings.TrimRight(row, " "))
		}
		got = strings.TrimRight(strings.Join(kept, "\n"), "\n")
		if got == want && (cursor < 0 || screen[i+1:] == strconv.Itoa(cursor)) {
			return
		}
		got += "\ncursor at " + screen[i+1:]
	}
	p.t.Fatalf("never seen:\n%s\ncursor at %d\nbut:\n%s", want, cursor, got)
}

func TestWideCharactersWrapAndAreErasedAt40Columns(t *testing.T) {
	t.Parallel()
	p := newPane(t, 40, 12, os.Args[0])
	p.shows(12, "a001日本👍>  ‹hint›")
	p.typ("select 日本語日本語日本語日本語日本語")
	p.shows(10, // there is room for the hint; the cursor is before it
		"a001日本👍> select 日本語日本語日本語日",
		"本語日本語 ‹hint›")
	p.press("Home")
	p.typ("x")
	p.shows(-1,
		"a001日本👍> xselect 日本語日本語日本語日",
		"本語日本語 ‹hint›")
	p.press("End", "BSpace", "Enter")
	p.shows(12, "C: a001 xselect 日本語日本語日本語日本語", "日本", "a002日本👍>  ‹hint›")
	p.press("Up")
	p.press("C-c")
	p.shows(12, "C: a001 xselect 日本語日本語日本語日本語", "日本", "-- interrupted", "a002日本👍>  ‹hint›")
}

func TestEmojiTakeTheColumnsTheTerminalGivesThem(t *testing.T) {
	t.Parallel()
	p := newPane(t, 40, 12, os.Args[0])
	p.shows(12, "a001日本👍>  ‹hint›")
	p.typ("👍👍👍👍👍👍👍👍👍👍👍👍👍👍x")
	p.shows(1, "a001日本👍> 👍👍👍👍👍👍👍👍👍👍👍👍👍👍", "x ‹hint›")
	p.press("Enter")
	p.shows(12, "C: a001 👍👍👍👍👍👍👍👍👍👍👍👍👍👍x", "a002日本👍>  ‹hint›")
}

func TestAnAnswerToTabMovesTheCursorAmongWideCharacters(t *testing.T) {
	t.Parallel()
	p := newPane(t, 80, 12, os.Args[0])
	p.shows(12, "a001日本👍>  ‹hint›")
	p.typ("sel")
	p.press("Tab")
	p.shows(21, "-- SELECT  SEARCH", "a001日本👍> SELECT 日本 ‹hint›")
}

func TestAPasteFromTheTerminalIsABlock(t *testing.T) {
	t.Parallel()
	p := newPane(t, 80, 12, os.Args[0])
	p.shows(12, "a001日本👍>  ‹hint›")
	p.tmux("set-buffer", "a1 NOOP\na2 CAPABILITY\n")
	p.tmux("paste-buffer", "-p")
	p.shows(-1, "a001日本👍> a1 NOOP⏎a2 CAPABILITY ‹hint›")
	p.press("Enter")
	p.shows(12, "C: a001 a1 NOOP", "C: a002 a2 CAPABILITY", "a003日本👍>  ‹hint›")
}

func TestANarrowerTerminalKeepsTheTranscript(t *testing.T) {
	t.Parallel()
	p := newPane(t, 80, 12, os.Args[0])
	p.shows(12, "a001日本👍>  ‹hint›")
	p.typ("one")
	p.press("Enter")
	p.shows(12, "C: a001 one", "a002日本👍>  ‹hint›") // or both may arrive together, as a block
	p.typ(strings.Repeat("0123456789", 8))
	p.shows(12, "C: a001 one", "a002日本👍> "+strings.Repeat("0123456789", 7)[:68], "890123456789 ‹hint›")
	p.tmux("resize-window", "-x", "40", "-y", "12")
	p.shows(12, "C: a001 one", "-- 40×12", "a002日本👍> "+strings.Repeat("0123456789", 3)[:28],
		"8901234567890123456789012345678901234567", "890123456789 ‹hint›")
	p.tmux("resize-window", "-x", "80", "-y", "12")
	p.shows(12, "C: a001 one", "-- 40×12", "-- 80×12", "a002日本👍> "+strings.Repeat("0123456789", 7)[:68], "890123456789 ‹hint›")
}

func TestCtrlZStopsAndFgContinues(t *testing.T) {
	t.Parallel()
	p := newPane(t, 80, 12, "PS1='$ ' bash --norc --noprofile -i")
	p.shows(2, "$")
	p.typ("$SHELL_UNDER_TEST; echo status $?")
	p.press("Enter")
	p.wait("a001")
	p.typ("noo")
	p.shows(15, "$ $SHELL_UNDER_TEST; echo status $?", "a001日本👍> noo ‹hint›")
	p.press("C-z")
	p.wait("Stopped")
	p.typ("clear; stty -a | grep -o ' icanon'; stty -a | grep -o ' echo '")
	p.press("Enter")
	p.shows(2, " icanon", " echo", "$")
	p.typ("fg")
	p.press("Enter")
	p.shows(15, " icanon", " echo", "$ fg", "$SHELL_UNDER_TEST", "a001日本👍> noo ‹hint›")
	p.typ("p")
	p.press("Enter")
	p.wait("C: a001 noop")
	p.press("C-d")
	p.shows(2, " icanon", " echo", "$ fg", "$SHELL_UNDER_TEST", "C: a001 noop", "$")
}

func TestCtrlZWithoutAShellToResumeContinues(t *testing.T) {
	t.Parallel()
	p := newPane(t, 80, 12, os.Args[0])
	p.shows(12, "a001日本👍>  ‹hint›")
	p.typ("noo")
	p.shows(15, "a001日本👍> noo ‹hint›")
	p.press("C-z")
	p.typ("p") // the system may still echo it
	p.wait("> noop ‹hint›")
	p.press("Enter")
	p.wait("C: a001 noop")
}

func TestASecondCtrlCEndsAProgramThatHangs(t *testing.T) {
	t.Parallel()
	p := newPane(t, 80, 12, "PS1='$ ' bash --norc --noprofile -i")
	p.shows(2, "$")
	p.typ("$SHELL_UNDER_TEST; echo status $?")
	p.press("Enter")
	p.wait("a001")
	p.typ("hang")
	p.press("Enter")
	p.wait("C: a001 hang")
	p.press("C-c")
	p.press("C-c")
	p.shows(2, "$ $SHELL_UNDER_TEST; echo status $?", "C: a001 hang", "status 130", "$")
}

// wait waits for a text to appear.
func (p *pane) wait(text string) {
	p.t.Helper()
	for end := time.Now().Add(deadline); time.Now().Before(end); p.await() {
		if strings.Contains(p.tmux("capture-pane", "-p"), text) {
			return
		}
	}
	p.t.Fatalf("never seen: %s\n%s", text, p.tmux("capture-pane", "-p"))
}
