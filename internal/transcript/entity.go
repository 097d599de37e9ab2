package transcript

import (
	"regexp"
	"strings"
)

// entity matches a character as it is written in HTML.
var entity = regexp.MustCompile(`&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]+|#[xX][0-9a-fA-F]+);`)

// hasEntities reports whether a command was copied from the source of a page: it has HTML entities outside its
// quoted strings, or anywhere if the marks of the block have some.
func (f *form) hasEntities(text string) bool {
	if strings.IndexByte(text, '&') < 0 || f.format == Log {
		return false
	}
	if entity.MatchString(f.prefix) {
		return entity.MatchString(text)
	}
	for _, at := range entity.FindAllStringIndex(text, -1) {
		quoted := false
		for i := 0; i < at[0]; i++ {
			switch {
			case quoted && text[i] == '\\':
				i++
			case text[i] == '"':
				quoted = !quoted
			}
		}
		if !quoted {
			return true
		}
	}
	return false
}
