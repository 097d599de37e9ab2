package repl

import "imapsh/internal/command"

// pagerCommand shows what fits a screen at once, and else lets the user turn pages. Without the
// pager nothing is lost; Ctrl-C is the pager's own, so no sh waits behind it.
const pagerCommand = `export LESS="${LESS--FRX}"; set -- ${PAGER:-less}; ` +
	`command -v "$1" >/dev/null || { echo "-- there is no $1; PAGER names another" >&2; set -- cat; }; exec "$@"`

// setPager sends long output through a pager from now on.
func (s *Shell) setPager(arg string, _ inputLine) {
	if i, ok := s.choice("pager", arg, "on", "off"); ok {
		s.pager = i == 0
		s.set("pager", arg)
	}
}

// paged gives a command the pager for a pipe, where it has none and a person looks on.
func (s *Shell) paged(m command.Match, re *redirection) {
	if s.pager && s.interactive() && re.pipe == "" && re.out == "" && !re.background && m.Row().Long {
		re.pipe = pagerCommand
	}
}
