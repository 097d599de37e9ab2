//go:build linux || darwin

package terminal

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/chzyer/readline"
)

// An outcome is what a key means besides a change of the line.
type outcome uint8

const (
	edited outcome = iota // only the line may have changed
	entered
	interrupted
	ended
	wished // Tab: complete the line
	cleared
	suspended
)

// An editor is the line being typed: readline's buffer, with our own history and search.
//
// Only readline's buffer is used, never its loop: the loop panics in a goroutine where it cannot be recovered, paints
// with wrong widths for emoji, and once per character. The buffer, used by a single goroutine, does not: it
// believes that there is no terminal, and so never paints.
type editor struct {
	buf     *readline.RuneBuffer
	history *history
	search  *search // nil when not searching
	recall  int     // the history line shown, where 1 is the newest; 0 is the line being typed
	draft   string  // the line being typed, while a history line is shown
	secret  bool
}

func newEditor(h *history) *editor {
	cfg := &readline.Config{FuncIsTerminal: func() bool { return false }}
	return &editor{buf: readline.NewRuneBuffer(io.Discard, "", cfg, 80), history: h}
}

// edits are the keys that readline's buffer can apply.
var edits = map[rune]func(*readline.RuneBuffer){
	readline.CharLineStart: (*readline.RuneBuffer).MoveToLineStart,
	readline.CharLineEnd:   (*readline.RuneBuffer).MoveToLineEnd,
	readline.CharBackward:  (*readline.RuneBuffer).MoveBackward,
	readline.CharForward:   (*readline.RuneBuffer).MoveForward,
	readline.MetaBackward:  func(b *readline.RuneBuffer) { b.MoveToPrevWord() },
	readline.MetaForward:   (*readline.RuneBuffer).MoveToNextWord,
	readline.CharBackspace: (*readline.RuneBuffer).Backspace,
	readline.CharCtrlH:     (*readline.RuneBuffer).Backspace,
	readline.CharDelete:    func(b *readline.RuneBuffer) { b.Delete() },
	keyDelete:              func(b *readline.RuneBuffer) { b.Delete() },
	readline.CharKill:      (*readline.RuneBuffer).Kill,
	readline.CharCtrlU:     (*readline.RuneBuffer).KillFront,
	readline.CharCtrlW:     (*readline.RuneBuffer).BackEscapeWord,
	readline.MetaBackspace: (*readline.RuneBuffer).BackEscapeWord,
	readline.MetaDelete:    (*readline.RuneBuffer).DeleteWord,
	readline.CharCtrlY: func(b *readline.RuneBuffer) {
		if b.Len() < longestYank {
			b.Yank()
		}
	},
	readline.CharTranspose: func(b *readline.RuneBuffer) {
		if b.Len() > 1 { // with one character, readline moves past the end and panics at the next key
			b.Transpose()
		}
	},
}

// longestYank is the length, in characters, from which Ctrl-Y does not extend a line: otherwise Ctrl-Y and Ctrl-K,
// held down in turn, would double it each time.
const longestYank = 1 << 20

// secretEdits are the keys allowed in a secret: nothing that could make it appear in another question, such as what
// Ctrl-Y inserts.
var secretEdits = map[rune]func(*readline.RuneBuffer){
	readline.CharBackspace: (*readline.RuneBuffer).Backspace,
	readline.CharCtrlH:     (*readline.RuneBuffer).Backspace,
	readline.CharCtrlU:     func(b *readline.RuneBuffer) { b.Set(nil) },
}

// outcomes are the keys that do more than change the line.
var outcomes = map[rune]outcome{
	readline.CharEnter:     entered,
	readline.CharCtrlJ:     entered,
	readline.CharInterrupt: interrupted,
	readline.CharTab:       wished,
	readline.CharCtrlL:     cleared,
	readline.CharCtrlZ:     suspended,
	keyGone:                ended,
}

// press applies a key to the line.
func (e *editor) press(k key) outcome {
	if e.search != nil {
		if done := e.searching(k); done {
			return edited
		}
	}
	switch k.code {
	case keyText:
		e.buf.WriteRunes([]rune(k.text))
		return edited
	case keyPaste:
		text := k.text
		if e.secret { // a secret is one line
			text, _, _ = strings.Cut(text, "\n")
		}
		e.buf.WriteRunes([]rune(text))
		return edited
	case readline.CharDelete:
		if e.buf.Len() == 0 {
			return ended
		}
	}
	if o, ok := outcomes[k.code]; ok {
		if e.secret && o == wished {
			return edited
		}
		return o
	}
	if e.secret {
		if edit, ok := secretEdits[k.code]; ok {
			edit(e.buf)
		}
		return edited
	}
	switch k.code {
	case readline.CharPrev:
		e.show(e.recall + 1)
	case readline.CharNext:
		e.show(e.recall - 1)
	case readline.CharBckSearch, readline.CharFwdSearch:
		if e.history.len() > 0 {
			e.search = &search{line: e.buf.Runes(), pos: e.buf.Pos()}
		}
	default:
		if edit, ok := edits[k.code]; ok {
			edit(e.buf)
		}
	}
	return edited
}

// searching applies a key to the search, and reports whether nothing else is to be done. Any other key accepts the
// line found, and is then applied to it.
func (e *editor) searching(k key) bool {
	s := e.search
	var line string
	var found bool
	switch k.code {
	case keyText:
		s.text += k.text
		line, found = s.find(e.history, 1, true)
	case readline.CharBackspace, readline.CharCtrlH:
		_, n := utf8.DecodeLastRuneInString(s.text)
		s.text, s.at = s.text[:len(s.text)-n], 0
		if line, found = s.find(e.history, 1, true); s.text == "" {
			e.buf.SetWithIdx(s.pos, append([]rune(nil), s.line...))
		}
	case readline.CharBckSearch:
		line, found = s.find(e.history, 1, false)
	case readline.CharFwdSearch:
		line, found = s.find(e.history, -1, false)
	case readline.CharBell, readline.CharInterrupt:
		e.buf.SetWithIdx(s.pos, s.line)
		e.search = nil
		return true
	default:
		if s.at > 0 {
			e.leave()
			e.recall = s.at
		}
		e.search = nil
		return false
	}
	if found {
		e.replace(line)
	}
	return true
}

// show replaces the line by history line i; 0 is the line being typed.
func (e *editor) show(i int) {
	if i < 0 {
		return
	}
	line, ok := e.history.at(i)
	if i == 0 {
		line = e.draft
	} else if !ok {
		return
	}
	e.leave()
	e.recall = i
	e.replace(line)
}

// leave saves the line being typed, if that is the one shown.
func (e *editor) leave() {
	if e.recall != 0 {
		return
	}
	e.draft = e.text()
	if e.search != nil {
		e.draft = string(e.search.line)
	}
}

func (e *editor) replace(line string) { e.buf.Set([]rune(line)) }

// set replaces the line, and puts the cursor at byte pos.
func (e *editor) set(line string, pos int) {
	pos = max(0, min(pos, len(line)))
	e.buf.SetWithIdx(utf8.RuneCountInString(line[:pos]), []rune(line))
	e.search = nil
}

// reset begins an empty line.
func (e *editor) reset(secret bool) {
	e.buf.Set(nil)
	e.search, e.recall, e.draft, e.secret = nil, 0, "", secret
}

// text returns the line.
func (e *editor) text() string { return string(e.buf.Runes()) }

// cursor returns the position of the cursor, in runes.
func (e *editor) cursor() int { return e.buf.Pos() }
