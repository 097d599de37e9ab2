package repl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
)

// A StartLine is a line of the user's own file, to be run at a prompt, and where it is.
type StartLine struct {
	Text, File string
	Line       int
}

// JudgeStartLine returns what is wrong with a line of the user's file: it must not hold a secret.
func JudgeStartLine(text string) error {
	if len(command.Secrets(text)) > 0 {
		return fmt.Errorf("the line holds a secret, which does not belong in a file: leave it out, and imapsh asks for it")
	}
	return nil
}

// JudgeAlias returns what is wrong with an alias: it hides a command, is taken for a tag, or holds a secret.
func JudgeAlias(name, text string, valid func(string) bool) error {
	first, _, _ := strings.Cut(name, " ")
	words := shellWords()
	for _, w := range words {
		if strings.EqualFold(w.name, first) {
			return fmt.Errorf("%s is a command of imapsh, which an alias cannot hide", name)
		}
	}
	switch {
	case command.Lookup(name) != nil || strings.EqualFold(name, "uid") || strings.EqualFold(name, "done"):
		return fmt.Errorf("%s is a command of IMAP, which an alias cannot hide", name)
	case isBareWord(name):
		return fmt.Errorf("%s is a command of imapsh, which an alias cannot hide", name)
	case !valid(name):
		return fmt.Errorf("%q cannot name an alias: a name has letters, digits, - and _", name)
	case name[len(name)-1] >= '0' && name[len(name)-1] <= '9':
		return fmt.Errorf("%s ends in a digit and would be taken for a tag: choose another name", name)
	case strings.TrimSpace(text) == "":
		return fmt.Errorf("%s is empty: an alias is the line to run", name)
	}
	return JudgeStartLine(text)
}

// runStartLines runs the lines of the user's file, once the first connection has been made.
func (s *Shell) runStartLines(t *task) {
	if !s.interactive() {
		return
	}
	for _, l := range s.opt.StartLines {
		if s.quit {
			return
		}
		s.run(t, inputLine{text: command.Text(l.Text), at: line.Place{Name: l.File, Line: l.Line}})
	}
}

// unaliased returns a line that was typed at the prompt with the alias that begins it replaced by its line.
func (s *Shell) unaliased(l inputLine) command.Text {
	if !s.interactive() || l.at.Name != "" || l.of != nil || l.replay != nil || len(s.opt.Aliases) == 0 {
		return l.text
	}
	text := l.text.TrimLeft()
	word, _, _ := text.Cut(" ")
	if of := s.aliasOf(string(word)); of != "" {
		return command.Text(of) + text[len(word):]
	}
	return l.text
}

// aliasOf returns the line that an alias is for; "" if the word is none.
func (s *Shell) aliasOf(word string) string {
	for name, line := range s.opt.Aliases {
		if strings.EqualFold(name, word) {
			return line
		}
	}
	return ""
}

// listAliases says what the aliases are for, by name.
func (s *Shell) listAliases() {
	for _, name := range slices.Sorted(maps.Keys(s.opt.Aliases)) {
		s.note(fmt.Sprintf("%s is an alias of: %s", name, safe(s.opt.Aliases[name])))
	}
}
