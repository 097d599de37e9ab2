package repl

import (
	"strings"

	"imapsh/internal/command"
)

// A pasted transcript holds both sides of a session. What a client said is run,
// what a server, telnet or this shell said is not.

// said are the beginnings of lines that no client sends.
var said = []string{
	"S: ", "S| ", "C| ", "* ", "+ ", "-- ", "!! ", "… ",
	"Trying ", "Connected to ", "Escape character", "Connection closed",
}

// meaning is the indent of what this shell shows below a line of the wire.
const meaning = "     "

// ours strips the mark of a client's line; heard tells that the line is not a
// client's and must not be sent.
func ours(line string) (text string, heard bool) {
	if rest, ok := strings.CutPrefix(line, "C: "); ok {
		return rest, false
	}
	if strings.HasPrefix(line, meaning) {
		return line, true
	}
	for _, s := range said {
		if strings.HasPrefix(line, s) {
			return line, true
		}
	}
	if line == "S:" || line == "+" {
		return line, true
	}
	tag, rest, ok := strings.Cut(line, " ")
	if !ok || tag == "" || command.Lookup(tag) != nil {
		return line, false
	}
	cond, _, ok := strings.Cut(rest, " ")
	if ok && (cond == "OK" || cond == "NO" || cond == "BAD") {
		return line, true
	}
	return line, false
}
