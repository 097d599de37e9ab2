package command

import "strings"

// Whose returns whose tag a typed line has: tag is the user's own, "" if the shell must add one; rest is the line
// after the tag and its spaces, a suffix of line exactly as typed. isShell reports whether a word is a command of
// the shell.
//
//  1. The first word is a command of the table or of the shell, or a mistyped one that logs in: no tag.
//  2. Otherwise, the second word is a command of the table: the first is the tag.
//  3. Otherwise, the first word is "." or ends in a digit, and another word follows: it is the tag.
//  4. Otherwise: no tag.
//
// A word with quotes, parentheses, braces or control characters is never a tag. One that is not quite valid
// (RFC 9051 §9: tag) may be, because servers are tested with such tags.
func Whose[T ~string](line T, isShell func(word string) bool) (tag, rest T) {
	line = TrimBlanks(line)
	n := lenOfTag(string(line), isShell)
	if n == 0 {
		return "", line
	}
	return line[:n], TrimBlanks(line[n:])
}

// lenOfTag returns the length of the tag that a line begins with; 0 if there is none.
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

// IsComment reports whether a line, without spaces before it, is a comment: it begins with "#", "//", the start of a
// comment in another language, or a code fence of Markdown. If it were taken as a tag, the comment would run.
func IsComment(text string) bool {
	for _, mark := range []string{"#", "//", "/*", "<!--", "; ", ";;", "```", "~~~"} {
		if strings.HasPrefix(text, mark) {
			return true
		}
	}
	return false
}

// TrimBlanks returns a line without the spaces and TABs at its start.
func TrimBlanks[T ~string](line T) T {
	for line != "" && isBlank(line[0]) {
		line = line[1:]
	}
	return line
}

// cutWord returns the first word of line and what follows it, without the spaces between.
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
