//go:build linux || darwin

package pages

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

// patience is how long a screen may take to show what is expected.
const patience = 2 * time.Minute

// ended is shown after the commands of a page have ended, before their status.
const ended = "ended with "

// A screen is a terminal in tmux.
type screen struct {
	*testing.T
	*testserver.Terminal
	fresh bool   // nothing has been typed or looked at yet
	seen  string // the screen when the last wait ended, without line ends
}

// open starts the pending commands on a new terminal of this size.
func (r *reader) open(size string) *screen {
	r.Helper()
	testserver.Tmux(r.T)
	size, asks := strings.CutSuffix(size, " asks")
	var cols, rows int
	if _, err := fmt.Sscanf(size, "%dx%d", &cols, &rows); err != nil {
		r.Fatalf("%s: %q is not columns x rows", r.line(r.pendAt), size)
	}
	file := filepath.Join(r.dir, ".commands")
	if err := os.WriteFile(file, []byte(r.real(r.pending)+"\necho '"+ended+"'$?\nsleep 600\n"), 0o600); err != nil {
		r.Fatal(err)
	}
	r.pending = ""
	env := r.environ()
	if asks {
		env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, "IMAPSH_PASSWORD=") })
	}
	return &screen{r.T, testserver.NewTerminal(r.T, env, cols, rows, "exec sh "+file, "-c", r.dir), true, ""}
}

// rows returns the rows of the screen without empty ones at its end; with styles they have escape sequences.
func (s *screen) rows(styles bool) []string {
	s.Helper()
	args := []string{"capture-pane", "-p"}
	if styles {
		args = append(args, "-e")
	}
	return strings.Split(strings.TrimRight(s.Terminal.Run(args...), "\n "), "\n")
}

// until waits until the screen meets a condition.
func (s *screen) until(where, what string, ok func(whole string) bool) {
	s.Helper()
	var whole string
	for end := time.Now().Add(patience); time.Now().Before(end); s.Await() {
		if whole = strings.Join(s.rows(false), "\n"); ok(whole) {
			return
		}
	}
	s.Fatalf("%s: never shown: %s\n%s", where, what, whole)
}

var key = regexp.MustCompile(`<(enter|tab|clear|ctrl-c)>`)

var keyNames = map[string]string{"<enter>": "Enter", "<tab>": "Tab", "<clear>": "C-l", "<ctrl-c>": "C-c"}

// types types keys and waits for what the screen must show: a prompt at which nothing has been typed, such as "a003",
// or any other text once more than before.
func (s *screen) types(where, keys, sees string) {
	s.Helper()
	before := 0
	switch {
	case keys == "": // it may already be there, shown while another program ran
		before = strings.Count(s.seen, sees)
	case !s.fresh && !strings.Contains(keys, "<clear>"):
		before = strings.Count(strings.Join(s.rows(false), ""), sees)
	}
	s.fresh = false
	for keys != "" {
		at := key.FindStringIndex(keys)
		if at == nil {
			at = []int{len(keys), len(keys)}
		}
		if text := keys[:at[0]]; text != "" {
			secret := strings.Contains(s.last(), "assword")
			s.Terminal.Run("send-keys", "-l", "--", text)
			// Wait for the echo: after a shell command, Enter leaves the same prompt.
			s.until(where, "the echo of "+text, func(whole string) bool {
				return secret || strings.Contains(strings.Join(strings.Fields(whole), ""), strings.Join(strings.Fields(text), ""))
			})
		}
		name := keys[at[0]:at[1]]
		keys = keys[at[1]:]
		if name == "" {
			break
		}
		s.Terminal.Run("send-keys", keyNames[name])
		if name == "<clear>" {
			s.until(where, "an empty screen", func(whole string) bool { return !strings.Contains(whole, "\n") })
		}
	}
	s.until(where, sees, func(whole string) bool {
		s.seen = strings.ReplaceAll(whole, "\n", "")
		if prompt.MatchString(sees) {
			row := whole[strings.LastIndex(whole, "\n")+1:]
			return strings.HasPrefix(row, sees) && strings.HasSuffix(row, ">")
		}
		return strings.Count(s.seen, sees) > before
	})
}

// prompt matches the beginning of a prompt.
var prompt = regexp.MustCompile(`^a\d{3}[^>]*$`)

// last returns the last row.
func (s *screen) last() string {
	s.Helper()
	rows := s.rows(false)
	return rows[len(rows)-1]
}

// play plays the steps of a screen and returns the part of it that the page shows.
func (r *reader) play(b block, size string) string {
	r.Helper()
	rows := r.perform(b, size, false)
	return r.shown(strings.Join(rows, "\n"))
}

// perform plays the steps of a screen and returns its rows.
func (r *reader) perform(b block, size string, styles bool) []string {
	r.Helper()
	where := r.line(b.from - len(b.comment))
	if size != "" {
		if r.screen != nil {
			r.screen.Close()
		}
		r.screen = r.open(size)
	} else if r.screen == nil {
		r.Fatalf("%s: no terminal is open", where)
	}
	s := r.screen
	first, most := "", 0
	var kind *regexp.Regexp
	last := false
	for _, step := range b.comment[1:] {
		word, arg, _ := strings.Cut(step, " ")
		switch {
		case step == "":
		case word == "from":
			first = arg
		case word == "most":
			most, _ = strconv.Atoi(arg)
		case word == "rows":
			kind = regexp.MustCompile(arg)
		case word == "last":
			last = true
		case word == "!":
			if out, code := r.sh(arg); code != 0 {
				r.Fatalf("%s: %s: exit status %d\n%s", where, arg, code, out)
			}
		default:
			keys, sees, ok := strings.Cut(step, "=> ")
			if !ok {
				r.Fatalf("%s: %q does not say what to wait for (=> TEXT)", where, step)
			}
			s.types(where, strings.TrimSuffix(keys, " "), r.real(sees))
		}
	}
	rows := s.rows(styles)
	if last {
		return rows[len(rows)-1:]
	}
	shown := rows[:0]
	on := first == ""
	for _, row := range rows {
		on = on || strings.HasPrefix(plain(row), first)
		if on && !strings.HasPrefix(plain(row), ended) && (kind == nil || kind.MatchString(plain(row))) {
			shown = append(shown, row)
		}
	}
	if !on {
		r.Errorf("%s: no row begins with %q\n%s", where, first, strings.Join(rows, "\n"))
	}
	if most > 0 && len(shown) > most {
		shown = append(shown[:most], "…")
	}
	return shown
}

var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

// plain returns a row without its styles.
func plain(row string) string { return escape.ReplaceAllString(row, "") }
