package repl

import (
	"fmt"
	"strings"
	"sync/atomic"

	"imapsh/internal/command"
	"imapsh/internal/transcript"
)

// A preview is the pasted block that waits for Enter, as it was painted last: judging it again at each
// key would be slow. The terminal's own goroutine paints it.
type preview struct{ last atomic.Pointer[paintedBlock] }

// A paintedBlock is a block, how it is shown and what is said of it.
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
		p.hint = fmt.Sprintf("\n-- line %d is a server line, but the lines before it are commands; Enter sends none of it", b.At)
	default:
		p.hint = "\n-- " + announced(b)
	}
	secrets := secretsOf(b)
	next := false
	for i, l := range lines {
		_, unmarked, _ := strings.Cut(l, " ")
		switch {
		case next && ofServer(l):
			continue
		case next && l != "" || secrets[l]:
			lines[i] = dots(l)
		case secrets[unmarked]:
			lines[i] = l[:len(l)-len(unmarked)] + dots(unmarked)
		default:
			lines[i] = concealed(l)
			if lines[i] == l {
				lines[i] = l[:len(l)-len(unmarked)] + concealed(unmarked)
			}
		}
		next = secretFollows(l) || secretFollows(unmarked)
	}
	p.shown = strings.Join(lines, lineMark)
	return p
}

// secretsOf are the lines of a transcript that are secrets, without marks.
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

// ofServer reports whether a line comes from a server: it has its mark, or begins as most of its lines.
func ofServer(l string) bool {
	for _, begin := range []string{"S: ", "S[", "< ", "* ", "+"} {
		if strings.HasPrefix(l, begin) {
			return true
		}
	}
	return false
}

// concealed is a line with its secrets as dots.
func concealed(l string) string {
	for _, sp := range command.Secrets(l) { // there is never more than one
		l = l[:sp.Start] + dots(l[sp.Start:sp.End]) + l[sp.End:]
	}
	return l
}
