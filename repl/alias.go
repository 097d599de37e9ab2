package repl

import "imapsh/internal/command"

// Nearest returns the one of words that was probably meant by a mistyped word; ok is false if there is none.
func Nearest(word string, words []string) (near string, ok bool) { return command.Nearest(word, words) }
