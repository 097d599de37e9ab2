package line

import (
	"fmt"
	"strings"
	"time"

	"imapsh/internal/command"
)

// A Redirection is what the last words of a line without a tag ask for besides the command. The zero value asks for
// nothing.
type Redirection struct {
	Out        string // the FILE of "> FILE" or ">> FILE"
	Append     bool
	In         string        // the FILE of "< FILE" or "<= FILE"
	AsIs       bool          // it is "<=": send the file as it is
	Until      string        // the END of "<<END"
	Pipe       string        // the CMD of "| CMD"
	Background bool          // "&"
	IdleFor    time.Duration // the duration of "--for" after IDLE; 0 if it is not given
	Doubts     []string
	// Refused says why the line must not be sent; "" if it may.
	Refused string
}

// A word is a word of a line outside parentheses and brackets; start and end are byte offsets.
type word struct {
	start, end int
	quoted     bool
}

// words splits a line at spaces and tabs outside quotes, parentheses and brackets.
func words(line string) []word {
	out := make([]word, 0, 1+len(line)/4)
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

// bare reports whether a line holds none of the characters that Redirect looks for.
func bare(line string) bool {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '|', '<', '>', '&':
			return false
		case '-':
			if strings.HasPrefix(line[i:], "--for") {
				return false
			}
		}
	}
	return true
}

// Redirect splits a line without a tag into the command to send and its redirection.
func Redirect(line string) (string, Redirection) {
	var r Redirection
	if bare(line) {
		return line, r
	}
	name, row := command.Named(line)
	if rest, ok := strings.CutSuffix(line, " &"); ok && bare(rest) && row.Layer == command.NoLayer && !row.LogsIn {
		r.Background = true // by far the most common one
		for rest != "" && (rest[len(rest)-1] == ' ' || rest[len(rest)-1] == '\t') {
			rest = rest[:len(rest)-1]
		}
		return rest, r
	}
	if row.LogsIn {
		return line, r // whatever follows may be a secret
	}
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
			r.Pipe = strings.TrimSpace(line[ws[i+1].start:])
			cut(i)
			break
		}
	}
	if n := len(ws); n > 1 && text(n-1) == "&" {
		// The server must answer a command that changes the layer before anything else is sent.
		if r.Background = row.Layer == command.NoLayer; !r.Background {
			r.doubt(name + " changes the connection, so & is ignored: nothing is sent before its answer")
		}
		cut(n - 1)
	}
	n := len(ws)
	if row.Continues == command.Idle && n == 3 && text(1) == "--for" {
		if d, err := time.ParseDuration(text(2)); err == nil && d >= 0 {
			r.IdleFor = max(d, time.Nanosecond)
			cut(1)
		}
		return line, r
	}
	if n < 2 {
		return line, r
	}
	last := text(n - 1)
	if until, ok := strings.CutPrefix(last, "<<"); ok && until != "" {
		if row.Attaches {
			r.Until = until
			cut(n - 1)
		} else {
			r.doubt("<< works only with APPEND and REPLACE; here it is sent as part of " + name)
		}
		return line, r
	}
	for i := 1; i < n-2; i++ {
		if op := text(i); (op == "<" || op == "<=") && row.Attaches || (op == ">" || op == ">>") && row.Saves {
			r.Refused = fmt.Sprintf("a file name with spaces needs quotes: %s \"%s\"", op, line[ws[i+1].start:])
			return line, r
		}
	}
	op := text(n - 2)
	file := line[ws[n-1].start:ws[n-1].end]
	if ws[n-1].quoted {
		file = strings.ReplaceAll(strings.Trim(file, `"`), `\"`, `"`)
	}
	switch op {
	case ">", ">>":
		if !row.Saves {
			r.doubt(op + " FILE works only with FETCH; here it is sent as part of " + name + "; | tee FILE keeps any output")
			return line, r
		}
		r.Out, r.Append = file, op == ">>"
		cut(n - 2)
	case "<", "<=":
		if !row.Attaches {
			r.doubt(op + " FILE works only with APPEND and REPLACE; here it is sent as part of " + name)
			return line, r
		}
		r.In, r.AsIs = file, op == "<="
		cut(n - 2)
	}
	return line, r
}

func (r *Redirection) doubt(s string) { r.Doubts = append(r.Doubts, s) }
