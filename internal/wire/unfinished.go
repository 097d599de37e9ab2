package wire

import (
	"bytes"
	"fmt"
)

// addUnfinished reports the response in which the stream ended: who ended it, what did not arrive, and
// where the server seems to have finished, if a tagged response is inside the literal.
func (f *Framer) addUnfinished() {
	ended, missing, answer, off := "the stream ended", "the end of the line", "", len(f.kept)
	if f.GaveUp {
		ended = "imapsh stopped waiting"
	}
	if f.left > 0 {
		missing = fmt.Sprintf("%d of the %d bytes of a literal", f.left, f.literal.Size)
		if at := f.taggedInLiteral(); at >= 0 {
			off = at
			answer = "; a tagged response is inside it, so its size is probably too large"
		}
	}
	f.addOdd("unfinished", off, ended, missing, answer)
}

// taggedInLiteral returns where in Raw a tagged status response begins inside the literal in progress, or -1.
func (f *Framer) taggedInLiteral() int {
	from := f.literal.At
	if f.literal.Spilled || from > len(f.kept) {
		return -1
	}
	for at := from; at < len(f.kept); {
		line := f.kept[at:]
		if n := bytes.IndexByte(line, '\n'); n >= 0 {
			line = line[:n+1]
		}
		if isTagged(line) {
			return at
		}
		at += len(line)
	}
	return -1
}

// isTagged reports whether a line is a tagged OK, NO or BAD whose tag has only letters, digits and dots, as most do.
func isTagged(line []byte) bool {
	tag := 0
	for tag < len(line) && (isAlnum(line[tag]) || line[tag] == '.') {
		tag++
	}
	_, end, ok := condition(line)
	return ok && tag > 0 && tag <= 20 && line[tag] == ' ' && end-tag <= 4 && end < len(line) && line[end] <= ' '
}
