package repl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/text"
)

// A StartLine is a line from the user's configuration that is run before the first prompt, with its place.
type StartLine struct {
	Text, File string
	Line       int
}

// JudgeStartLine returns an error if a line must not be in the user's configuration, because it holds a secret.
func JudgeStartLine(text string) error {
	if len(command.Secrets(text)) > 0 {
		return fmt.Errorf("the line holds a secret, which does not belong in a file: leave it out, and imapsh asks for it")
	}
	return nil
}

// JudgeAlias returns an error if an alias is not allowed: it hides a command, would be taken for a tag, or holds a
// secret. valid reports whether a name has only allowed characters.
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

// runStartLines runs the start lines, once the first connection has been made. Ctrl-C, even while that was made, ends
// them.
func (s *Shell) runStartLines(t *task) {
	if !s.interactive() {
		return
	}
	for i, l := range s.opt.StartLines {
		if s.quit {
			return
		}
		if s.user.presses > 0 {
			s.note(fmt.Sprintf("%s of %s skipped", text.Plural(len(s.opt.StartLines)-i, "line"), l.File))
			return
		}
		s.run(t, inputLine{text: command.Text(l.Text), at: line.Place{Name: l.File, Line: l.Line}})
	}
}

// unaliased returns a line typed at the prompt, with its first word replaced if that is an alias.
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

// aliasOf returns the line that an alias means; "" if the word is not an alias.
func (s *Shell) aliasOf(word string) string {
	for name, line := range s.opt.Aliases {
		if strings.EqualFold(name, word) {
			return line
		}
	}
	return ""
}

// listAliases lists the aliases, sorted by name.
func (s *Shell) listAliases() {
	for _, name := range slices.Sorted(maps.Keys(s.opt.Aliases)) {
		s.note(fmt.Sprintf("%s is an alias of: %s", name, safe(s.opt.Aliases[name])))
	}
}
