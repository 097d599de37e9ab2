//go:build linux || darwin

package terminal

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/chzyer/readline"
)

// A key is one action of the user: typed text, a pasted block, or a key such as Tab.
type key struct {
	code rune   // one of readline's Char and Meta codes, or one of those below
	text string // of keyText: what was typed; of keyPaste: the block, LF between its lines
}

// Codes that readline does not have. Its own are positive control characters and small negative numbers.
const (
	keyText   rune = 0
	keyPaste  rune = -100 - iota
	keyDelete      // the Delete key, which unlike Ctrl-D never ends the input
	keyGone        // the terminal went away
)

const (
	pasteStart = "[200~"
	pasteEnd   = "\x1b[201~"
	// longestSequence limits an escape sequence, so that a stray ESC cannot swallow what follows.
	longestSequence = 32
)

// sequences are the keys by what follows ESC. Other well-formed sequences are dropped.
var sequences = map[string]rune{
	"[A": readline.CharPrev, "OA": readline.CharPrev,
	"[B": readline.CharNext, "OB": readline.CharNext,
	"[C": readline.CharForward, "OC": readline.CharForward,
	"[D": readline.CharBackward, "OD": readline.CharBackward,
	"[H": readline.CharLineStart, "OH": readline.CharLineStart, "[1~": readline.CharLineStart, "[7~": readline.CharLineStart,
	"[F": readline.CharLineEnd, "OF": readline.CharLineEnd, "[4~": readline.CharLineEnd, "[8~": readline.CharLineEnd,
	"[1;5D": readline.MetaBackward, "[1;3D": readline.MetaBackward, "Od": readline.MetaBackward, "b": readline.MetaBackward,
	"[1;5C": readline.MetaForward, "[1;3C": readline.MetaForward, "Oc": readline.MetaForward, "f": readline.MetaForward,
	"[3;5~": readline.MetaDelete, "[3;3~": readline.MetaDelete, "d": readline.MetaDelete,
	"\x7f": readline.MetaBackspace, "\b": readline.MetaBackspace,
	"[3~": keyDelete,
	"OM":  readline.CharEnter,
}

// A decoder turns the bytes from a terminal into keys. An incomplete sequence at the end of a chunk waits for the
// next chunk.
type decoder struct {
	rest    []byte // an unfinished escape sequence or UTF-8 sequence
	pasting bool
	block   []byte // the paste so far
}

// decode calls emit with each key that p completes.
func (d *decoder) decode(p []byte, emit func(key)) {
	if d.pasting && len(p) == 1 && p[0] == readline.CharInterrupt {
		// A Ctrl-C that arrives by itself was pressed, not pasted: the end of the paste was lost.
		*d = decoder{}
	}
	b := p
	if len(d.rest) > 0 {
		b = append(d.rest, p...)
		d.rest = nil
	}
	for len(b) > 0 {
		var n int
		if d.pasting {
			n = d.paste(b, emit)
		} else {
			n = d.one(b, emit)
		}
		if n == 0 {
			break
		}
		b = b[n:]
	}
	if len(b) > 0 {
		d.rest = append([]byte(nil), b...)
	}
}

// one decodes the key at the start of b and returns its length in bytes; 0 if it is incomplete.
func (d *decoder) one(b []byte, emit func(key)) int {
	c := b[0]
	switch {
	case c == readline.CharEsc:
		return d.escape(b, emit)
	case c == 0:
		return 1 // Ctrl-Space
	case c == '\r' && len(b) > 1 && b[1] == '\n':
		emit(key{code: readline.CharEnter})
		return 2
	case isControl(c):
		emit(key{code: rune(c)})
		return 1
	}
	n := bytes.IndexFunc(b, func(r rune) bool { return r < 0x20 || r == 0x7f })
	if n < 0 {
		n = len(b) - unfinished(b)
	}
	if n > 0 {
		if text := clean(string(b[:n])); text != "" {
			emit(key{text: text})
		}
	}
	return n
}

// escape decodes the sequence that begins with ESC. A control character inside ends it, and counts as a key.
func (d *decoder) escape(b []byte, emit func(key)) int {
	if len(b) == 1 {
		return 0
	}
	n := 2
	switch b[1] {
	case '[':
		for n < len(b) && b[n] >= 0x20 && b[n] < 0x40 && n < longestSequence {
			n++
		}
		if n == len(b) {
			return 0
		}
		if b[n] >= 0x40 && b[n] < 0x7f {
			n++
		} else {
			return n
		}
		if string(b[1:n]) == "[[" { // function keys of the Linux console have one more byte
			if n == len(b) {
				return 0
			}
			n++
		}
	case 'O':
		if len(b) == 2 {
			return 0
		}
		if b[2] < 0x20 || b[2] >= 0x7f {
			return n
		}
		n = 3
	default:
		if _, ok := sequences[string(b[1:2])]; !ok && (isControl(b[1]) || b[1] >= 0x80) {
			return 1 // ESC by itself means nothing; the next key is decoded by itself
		}
	}
	seq := string(b[1:n])
	if seq == pasteStart {
		d.pasting = true
	} else if code, ok := sequences[seq]; ok {
		emit(key{code: code})
	}
	return n
}

// paste collects a pasted block up to its end mark.
func (d *decoder) paste(b []byte, emit func(key)) int {
	from := max(0, len(d.block)-len(pasteEnd)+1) // the mark may span two chunks
	old := len(d.block)
	d.block = append(d.block, b...)
	i := bytes.Index(d.block[from:], []byte(pasteEnd))
	if i < 0 {
		return len(b)
	}
	end := from + i
	text := textOf(d.block[:end])
	*d = decoder{}
	// Enter will end the last line.
	if text = strings.TrimSuffix(text, "\n"); text != "" {
		emit(key{code: keyPaste, text: text})
	}
	return end + len(pasteEnd) - old
}

// textOf returns pasted text in valid UTF-8, with LF line ends.
func textOf(b []byte) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(string(b), "\uFFFD"))
}

// mayBeLines reports whether the bytes of one read may be the beginning of several lines that were not typed: they
// contain a line end, and something else.
func (d *decoder) mayBeLines(b []byte) bool {
	return !d.pasting && len(d.rest) == 0 && len(b) > 1 && bytes.ContainsAny(b, "\r\n") && !bytes.Contains(b, []byte("\x1b"+pasteStart))
}

// lines decodes several lines that arrived together, as from a terminal without bracketed paste: one pasted block,
// and Enter if the last line has its end. ok is false if they are something else.
func lines(b []byte) (keys []key, ok bool) {
	if bytes.Contains(b, []byte("\x1b"+pasteStart)) {
		return nil, false
	}
	text := textOf(b)
	n := 0
	for l := range strings.Lines(text) {
		if l[0] == '\t' || !isControl(l[0]) {
			n++
		}
	}
	switch {
	case n < 2:
		return nil, false
	case b[len(b)-1] == readline.CharInterrupt: // it drops everything before it
		return []key{{code: readline.CharInterrupt}}, true
	}
	keys = []key{{code: keyPaste, text: strings.TrimSuffix(text, "\n")}}
	if strings.HasSuffix(text, "\n") {
		keys = append(keys, key{code: readline.CharEnter})
	}
	return keys, true
}

func isControl(c byte) bool { return c < 0x20 || c == 0x7f }

// unfinished returns how many bytes at the end of b are an incomplete UTF-8 sequence.
func unfinished(b []byte) int {
	for i := 1; i <= min(len(b), utf8.UTFMax-1); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return i
			}
			return 0
		}
	}
	return 0
}

// clean returns typed text in valid UTF-8, without C1 control characters, which some terminals obey.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}
