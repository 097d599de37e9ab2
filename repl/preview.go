package repl

import (
	"fmt"
	"strings"
	"sync/atomic"

	"imapsh/internal/command"
	"imapsh/internal/transcript"
)

// A preview is the last painted state of a pasted block that waits for Enter, since judging it at each key would be
// slow. It is used by the terminal's own goroutine.
type preview struct{ last atomic.Pointer[paintedBlock] }

// A paintedBlock is a block, its text as shown and the hint below it.
type paintedBlock struct{ text, shown, hint string }

func (p *preview) paint(block string) (shown, hint string) {
	j := p.last.Load()
	if j == nil || j.text != block {
		j = paintBlock(block)
		p.last.Store(j)
	}
	return j.shown, j.hint
}

// paintBlock judges a block, and hides its secrets.
func paintBlock(block string) *paintedBlock {
	lines := strings.Split(block, lineMark)
	b := &transcript.Block{}
	if len(block) <= transcript.MaxPaste {
		b = transcript.Judge([]byte(block), transcript.Options{IsShell: isBareWord})
	}
	p := &paintedBlock{text: block}
	switch b.Kind {
	case transcript.Script:
		p.hint = fmt.Sprintf("\n-- %d lines: Enter runs them, Ctrl-C drops them", len(lines))
	case transcript.Stray:
		p.hint = fmt.Sprintf("\n-- line %d is from a transcript, but the lines before it are commands; Enter sends none of it", b.At)
	default:
		p.hint = "\n-- " + announced(b)
	}
	secrets := secretsOf(b)
	next, answers := false, false // the line is a secret; it is one if it can be an answer
	for i, l := range lines {
		_, unmarked, _ := strings.Cut(l, " ")
		switch {
		case (next || answers) && ofServer(l):
			continue
		case next && l != "" || secrets[l] || answers && isSecretAnswer(l):
			lines[i] = dots(l)
		case secrets[unmarked] || answers && isSecretAnswer(unmarked):
			lines[i] = l[:len(l)-len(unmarked)] + dots(unmarked)
		default:
			answers = false
			lines[i] = concealed(l)
			if lines[i] == l {
				lines[i] = l[:len(l)-len(unmarked)] + concealed(unmarked)
			}
		}
		answers = answers || beginsExchange(l) || beginsExchange(unmarked)
		next = secretFollows(l) || !ofServer(unmarked) && secretFollows(unmarked) || next && announces(l)
	}
	p.shown = strings.Join(lines, lineMark)
	return p
}

// secretsOf returns the lines of a transcript that are secrets, without their marks.
func secretsOf(b *transcript.Block) map[string]bool {
	all := map[string]bool{}
	for i := range b.Lines {
		l := &b.Lines[i]
		for _, a := range l.Answers {
			all[string(a)] = true
		}
		if l.Name == "LOGIN" {
			for _, p := range l.Pieces {
				all[string(p.Octets)], all[string(p.Text)] = true, true
			}
		}
	}
	delete(all, "")
	return all
}

// isSecretAnswer reports whether a line can be a later answer of an exchange: it is base64, and not a command.
func isSecretAnswer(l string) bool {
	return l != "" && transcript.IsAnswer(l) && command.MatchLine(l).Command == nil && !isBareWord(l)
}

// announces reports whether a line ends with the size of a literal.
func announces(l string) bool {
	rest, ok := strings.CutSuffix(l, "}")
	open := strings.LastIndexByte(rest, '{')
	return ok && open >= 0 && strings.Trim(strings.TrimSuffix(rest[open+1:], "+"), "0123456789") == ""
}

// ofServer reports whether a line comes from a server: it has a server's mark, or begins as most server lines do,
// perhaps after a tag.
func ofServer(l string) bool {
	for _, begin := range []string{"S: ", "S[", "< ", "* ", "+", "OK ", "NO ", "BAD "} {
		if strings.HasPrefix(l, begin) {
			return true
		}
	}
	return false
}

// concealed returns a line with its secret replaced by dots.
func concealed(l string) string {
	for _, sp := range command.Secrets(l) { // there is never more than one
		l = l[:sp.Start] + dots(l[sp.Start:sp.End]) + l[sp.End:]
	}
	return l
}
