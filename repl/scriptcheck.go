package repl

import (
	"fmt"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/script"
	"imapsh/internal/transcript"
)

// mostFaults is how many of a script's errors are said.
const mostFaults = 10

// checker returns what checks scripts before they run, from what is known now.
func (s *Shell) checker() *script.Checker {
	c := &script.Checker{
		Known: func(name string) bool { _, ok := s.script.names.Get(name); return ok },
		Word:  s.isWord,
		Nearest: func(word string) (string, bool) {
			var names []string
			for _, w := range shellWords() {
				names = append(names, w.name)
			}
			return command.Nearest(word, names)
		},
		Setting: func(word string) bool { return LookupSetting(word) != nil },
		Tagged: func(text string) string {
			tag, _ := command.Whose(text, isBareWord)
			return tag
		},
		Command: len(s.script.answers) > 0 && s.answersOf(s.front).Any(),
		Open:    []string{mainName},
	}
	for _, ss := range s.sessions {
		c.Open = append(c.Open, nameOf(ss))
	}
	return c
}

// faultsOf returns what is wrong with a script, for people: the place and, where there is a line, the line and a
// caret below it.
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
	transcript.EachLine(text, isBareWord, func(n int, line string) {
		if e := c.Line(n, line); e != nil {
			add(n, line, e)
		}
		if c.Within() && !strings.HasPrefix(strings.TrimLeft(line, " \t"), ":") && command.TrailingLiteral(line) != nil {
			add(n, line, &script.Error{Off: strings.LastIndexByte(line, '{'), Text: "a literal cannot be typed within :each: use < FILE"})
		}
	})
	if n, line, e := c.End(); e != nil {
		add(n, line, e)
	}
	return faults
}

// looksBackIn reports whether a script may look back at answers.
func looksBackIn(text []byte) bool {
	s := string(text)
	return strings.Contains(s, "${") || strings.Contains(strings.ToLower(s), "expect") || strings.Contains(strings.ToLower(s), ":each")
}
