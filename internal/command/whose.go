package command

import "strings"

// Whose tells whose the tag of a typed line is. tag is the user's, or "" when the
// line needs one of ours; rest is the line after it and its spaces, a suffix of
// line exactly as typed. isShell
// reports whether a word is a command of the shell.
//
//  1. The first word is a command of the table or of the shell, or was to be one that logs in: no tag.
//  2. Else the second is a command of the table: the first is the tag.
//  3. Else the first is "." or ends in a digit, and another word follows: it is the tag.
//  4. Else no tag.
//
// A word with quotes, parentheses, braces or control characters is never a tag;
// one that is not quite legal (RFC 9051 §9: tag) may be, since servers are tested so.
func Whose[T ~string](line T, isShell func(word string) bool) (tag, rest T) {
	line = TrimBlanks(line)
	n := lenOfTag(string(line), isShell)
	if n == 0 {
		return "", line
	}
	return line[:n], TrimBlanks(line[n:])
}

// lenOfTag is how long the tag is that a line begins with; 0 if there is none.
func lenOfTag(line string, isShell func(word string) bool) int {
	first, behind := cutWord(line)
	if behind == "" || startsCommand(line) || isShell != nil && isShell(first) || !maybeTag(first) {
		return 0
	}
	digit := isDigit(first[len(first)-1])
	if !digit && nearLogin([]byte(strings.ToUpper(first))) {
		return 0
	}
	if startsCommand(behind) || first == "." || digit {
		return len(first)
	}
	return 0
}

// IsComment reports whether a line, without spaces before it, is a comment: one that begins with "#", "//" or how
// another language begins one, or that fences code in Markdown. Taken as a tag, it would let the comment run.
func IsComment(text string) bool {
	for _, mark := range []string{"#", "//", "/*", "<!--", "; ", ";;", "```", "~~~"} {
		if strings.HasPrefix(text, mark) {
			return true
		}
	}
	return false
}

// TrimBlanks returns a line without the spaces and TABs that it begins with.
func TrimBlanks[T ~string](line T) T {
	for line != "" && isBlank(line[0]) {
		line = line[1:]
	}
	return line
}

// cutWord is the first word of line and what follows the one space after it.
func cutWord(line string) (word, rest string) {
	end := 0
	for end < len(line) && !isBlank(line[end]) {
		end++
	}
	next := end
	for next < len(line) && isBlank(line[next]) {
		next++
	}
	return line[:end], line[next:]
}

// startsCommand reports whether the line begins with a command of the table, or with UID.
func startsCommand(line string) bool {
	first, _ := cutWord(line)
	return strings.EqualFold(first, "UID") || Lookup(first) != nil
}

func maybeTag(word string) bool {
	for i := 0; i < len(word); i++ {
		if word[i] <= ' ' || word[i] == 0x7f || strings.IndexByte(`"(){}`, word[i]) >= 0 {
			return false
		}
	}
	return word != "" && word[0] != ':'
}
