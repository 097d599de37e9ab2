package repl

import "imapsh/internal/command"

// Nearest returns the one of some words that was probably meant by another.
func Nearest(word string, words []string) (near string, ok bool) { return command.Nearest(word, words) }
