package repl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/line"
	"imapsh/internal/script"
	"imapsh/internal/transcript"
)

// mostFaults limits how many errors in a script are shown.
const mostFaults = 10

// checker returns a checker for scripts that are about to run, which knows the current state.
func (s *Shell) checker() *script.Checker {
	c := &script.Checker{
		Own:   s.script.names.Own(),
		Known: func(name string) bool { _, ok := s.script.names.Get(name); return ok },
		Word:  s.isWord,
		Nearest: func(word string) (string, bool) {
			var names []string
			for _, w := range shellWords() {
				names = append(names, w.name)
			}
			return command.Nearest(word, names)
		},
		Setting: s.set.Judge,
		Misused: s.misused,
		Tagged: func(text string) string {
			tag, _ := command.Whose(text, isBareWord)
			return tag
		},
		Opens: s.opens,
		Looked: func(name string) bool {
			for ss, a := range s.script.answers {
				if nameOf(ss) == name && a.Any() {
					return true
				}
			}
			return false
		},
		Front: mainName,
		Gives: s.opt.Gives,
		Typed: s.interactive(),
		Open:  []string{mainName},
	}
	if s.front != nil {
		c.Front = nameOf(s.front)
	}
	for _, ss := range s.sessions {
		c.Open = append(c.Open, nameOf(ss))
	}
	return c
}

// misused returns what is wrong with the argument of a shell command in a script, "" if nothing is or if that is not
// known yet.
func (s *Shell) misused(word, arg string) string {
	name, colon := strings.CutPrefix(strings.ToLower(word), ":")
	w := wordOf(name)
	if w == nil || w.misused == nil || !colon && !isBareWord(name) || strings.ContainsAny(arg, "|>&") || strings.Contains(arg, "${") {
		return ""
	}
	return w.misused(command.Text(arg), s.interactive())
}

// faultsOf returns the errors in a script, for people: the place and, if possible, the line with a caret below it.
func faultsOf(c *script.Checker, name string, text []byte) []string {
	var faults []string
	add := func(n int, line string, e *script.Error) {
		if len(faults) == mostFaults {
			faults = append(faults, fmt.Sprintf("%s: more errors follow", name))
		}
		if len(faults) > mostFaults {
			return
		}
		shown, caret := script.Caret(command.MaskLine(line), e.Off)
		faults = append(faults, fmt.Sprintf("%s:%d:%d: %s\n    %s\n    %s", name, n, e.Off+1, e.Text, shown, caret))
	}
	var files neededFiles
	var later []func()
	junk := false
	transcript.EachLine(text, isBareWord, func(n int, line string) {
		if junk {
			return
		}
		if at := notText(line); at >= 0 {
			junk, faults = true, []string{fmt.Sprintf("%s:%d:%d: this is not a script: byte 0x%02x", name, n, at+1, line[at])}
			return
		}
		if e := c.Line(n, line); e != nil {
			add(n, line, e)
		}
		switch e := files.missing(line); {
		case e != nil && firstWord(strings.TrimLeft(line, " \t")) == ":DEFER": // a later line may make the file
			later = append(later, func() { add(n, line, e) })
		case e != nil:
			add(n, line, e)
		}
		if c.Within() && !strings.HasPrefix(strings.TrimLeft(line, " \t"), ":") && command.TrailingLiteral(line) != nil {
			add(n, line, &script.Error{Off: strings.LastIndexByte(line, '{'), Text: "a literal cannot be typed within :each: use < FILE"})
		}
	})
	if !junk && !files.made {
		for _, say := range later {
			say()
		}
	}
	if n, line, e := c.End(); e != nil && !junk {
		add(n, line, e)
	}
	return faults
}

// looksBackIn reports whether a script may refer to earlier answers.
func looksBackIn(text []byte) bool {
	s := string(text)
	return strings.Contains(s, "${") || strings.Contains(strings.ToLower(s), "expect") || strings.Contains(strings.ToLower(s), ":each")
}

// notText returns the offset of a byte that no script contains: a NUL, or a control character in a line that is not
// UTF-8. It returns -1 if the line is text.
func notText(line string) int {
	if at := strings.IndexByte(line, 0); at >= 0 {
		return at
	}
	control := strings.IndexFunc(line, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' })
	if control >= 0 && !utf8.ValidString(line) {
		return control
	}
	return -1
}

// neededFiles checks the files that the lines of a script read.
type neededFiles struct {
	made bool // an earlier line may have made any file
}

// missing returns an error if a line reads a file that does not exist.
func (f *neededFiles) missing(text string) *script.Error {
	if f.made {
		return nil
	}
	name := readBy(text)
	if strings.ContainsAny(text, ">|") || strings.Contains(strings.ToLower(text), "save ") || strings.HasPrefix(text, ":") && writes[firstWord(text)] {
		f.made = true
	}
	if name == "" || strings.Contains(name, "${") {
		return nil
	}
	wrong := ""
	switch info, err := os.Stat(name); {
	case errors.Is(err, fs.ErrNotExist):
		wrong = "no such file"
	case err == nil && info.IsDir():
		wrong = "is a directory"
	default:
		return nil
	}
	return &script.Error{Off: max(strings.LastIndex(text, name), 0), Text: "reading " + name + ": " + wrong}
}

// opens returns what is wrong with the name of a connection, and with the URL that it leads to; "" if nothing is.
func (s *Shell) opens(name, url string) (badName, badURL string) {
	switch {
	case !validName(name):
		return "expected a name here, letters and digits, as in: :open bob", ""
	case name != mainName && s.named(name) == nil && s.isWord(name):
		return ":" + name + " is a shell command; choose another name for the connection", ""
	case url == "" || strings.Contains(url, "${") || s.serverNamed(url) != nil:
		return "", ""
	}
	if _, err := conn.ParseTarget(url); err != nil {
		return "", err.Error()
	}
	return "", ""
}

// writes are shell commands that may make a file.
var writes = map[string]bool{":LOG": true, ":TLS": true, ":SOURCE": true, ":SET": true}

// readBy returns the file that a line reads; "" if there is none.
func readBy(text string) string {
	if !strings.ContainsAny(text, "<:") {
		return ""
	}
	st := line.Read(command.Text(strings.TrimLeft(text, " \t")), isBareWord)
	arg := string(st.Arg)
	switch {
	case st.Kind == line.Command:
		return st.Redirection.In
	case st.Kind != line.Shell, st.Word == "print", st.Word == "expect", st.Word == "set":
		return ""
	case st.Word == "defer":
		return readBy(arg)
	case st.Word == "source":
		return arg
	case st.Word == "send":
		if rest, ok := strings.CutPrefix(arg, "<"); ok {
			return strings.Trim(strings.TrimSpace(rest), `"`)
		}
		return ""
	case st.Word == "each":
		file, one, err := script.SplitEach(arg)
		if err != nil || file != "" {
			return file
		}
		return readBy(one)
	case wordOf(st.Word) == nil && arg != "": // a line for another connection
		return readBy(arg)
	}
	return ""
}
