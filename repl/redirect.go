package repl

import (
	"strings"
	"time"
)

// A redirection is what the last words of an untagged line ask for besides the command.
type redirection struct {
	out        string // "> FILE" or ">> FILE"
	appendTo   bool
	in         string        // "< FILE" or "<= FILE"
	asIs       bool          // "<="
	until      string        // "<<END"
	pipe       string        // "| CMD"
	background bool          // "&"
	idleFor    time.Duration // "--for" of IDLE
	warnings   []string
}

// word is a word of a line at the outermost level.
type word struct {
	start, end int
	quoted     bool
}

// words splits a line at blanks outside of quotes, parentheses and brackets.
func words(line string) []word {
	var out []word
	depth, quote, start, quoted := 0, false, -1, false
	for i := 0; i < len(line); i++ {
		c := line[i]
		if start < 0 && c != ' ' && c != '\t' {
			start, quoted = i, c == '"'
		}
		switch {
		case quote:
			if c == '\\' {
				i++
			} else if c == '"' {
				quote = false
			}
		case c == '"':
			quote = true
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth = max(0, depth-1)
		case (c == ' ' || c == '\t') && depth == 0 && start >= 0:
			out = append(out, word{start, i, quoted})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, word{start, len(line), quoted})
	}
	return out
}

// redirect takes the redirection off the end of a line. name is the command's
// name as the table has it.
func redirect(line, name string) (string, redirection) {
	var r redirection
	ws := words(line)
	text := func(i int) string {
		if i < 0 || i >= len(ws) || ws[i].quoted {
			return ""
		}
		return line[ws[i].start:ws[i].end]
	}
	cut := func(i int) {
		line = strings.TrimRight(line[:ws[i].start], " \t")
		ws = ws[:i]
	}
	for i := 1; i < len(ws); i++ {
		if text(i) == "|" && i+1 < len(ws) {
			r.pipe = strings.TrimSpace(line[ws[i+1].start:])
			cut(i)
			break
		}
	}
	if n := len(ws); n > 1 && text(n-1) == "&" {
		r.background = true
		cut(n - 1)
	}
	n := len(ws)
	if n < 2 {
		return line, r
	}
	fetch := name == "FETCH" || name == "UID FETCH"
	appends := name == "APPEND" || name == "REPLACE" || name == "UID REPLACE"
	last := text(n - 1)
	if until, ok := strings.CutPrefix(last, "<<"); ok && until != "" {
		if appends {
			r.until = until
			cut(n - 1)
		} else {
			r.warn("<< gives lines to APPEND and REPLACE alone: sent as an argument of " + name)
		}
		return line, r
	}
	op := text(n - 2)
	file := line[ws[n-1].start:ws[n-1].end]
	if ws[n-1].quoted {
		file = strings.ReplaceAll(strings.Trim(file, `"`), `\"`, `"`)
	}
	switch op {
	case ">", ">>":
		if !fetch {
			r.warn(op + " saves what FETCH gives alone: sent as an argument of " + name + "; | tee FILE keeps any output")
			return line, r
		}
		r.out, r.appendTo = file, op == ">>"
		cut(n - 2)
	case "<", "<=":
		if !appends {
			r.warn(op + " gives a file to APPEND and REPLACE alone: sent as an argument of " + name)
			return line, r
		}
		r.in, r.asIs = file, op == "<="
		cut(n - 2)
	}
	return line, r
}

// foreground takes "&" off a command that changes the layer: what follows it must not be sent
// before it has been answered.
func (r *redirection) foreground(name string) {
	if r.background && (name == "STARTTLS" || name == "COMPRESS") {
		r.background = false
		r.warn(name + " changes the connection: & is ignored, nothing is sent before its answer")
	}
}

func (r *redirection) warn(s string) { r.warnings = append(r.warnings, s) }
