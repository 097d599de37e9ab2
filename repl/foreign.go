package repl

import (
	"imapsh/internal/command"
	"imapsh/internal/line"
)

// foreign reports whether a line is a command of a system's shell, and then says what to type instead: it is not sent.
func (s *Shell) foreign(l inputLine, st *line.Statement) bool {
	word, instead, ok := command.Foreign(string(st.Tag + st.Blank + st.Body))
	if !ok {
		return false
	}
	s.remember(string(l.text), l.at.Name != "" || len(command.Secrets(string(l.text))) > 0)
	says := word + " was not sent, as it is not a command of IMAP: " + instead
	if st.Tag != "" {
		says += " (:send sends it as typed)" // it may have been meant as a tag
	}
	s.warn(says)
	s.notSent(StatusUsage)
	return true
}
