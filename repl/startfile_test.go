package repl

import (
	"testing"

	. "imapsh/internal/testserver"
)

func TestLinesOfTheUsersFileRunFirstAndAliasesAreReplaced(t *testing.T) {
	srv := canned(t, preauth, expect("noop"), Send("{tag} OK first\r\n"), expect("search unseen from bob"), Send("{tag} OK second\r\n"), Expect("^x1 unseen$"), Send("{tag} BAD what\r\n"))
	s := begin(t, srv, func(o *Options, sh *Shell) {
		if sh == nil {
			o.StartLines = []StartLine{{":clock off", "config.toml", 2}, {"noop", "config.toml", 3}}
			o.Aliases = map[string]string{"unseen": "search unseen"}
		}
	})
	s.sees("C: a001 noop", "S: a001 OK first")
	s.typ("Unseen from bob")
	s.sees("C: a002 search unseen from bob", "S: a002 OK second")
	s.typ("x1 unseen")
	s.sees("S: x1 BAD what")
}
