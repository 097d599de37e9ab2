package command

import "strings"

// Near returns the command, in capitals, that a mistyped word was probably meant to be.
func Near(word string) (name string, ok bool) {
	word = strings.ToUpper(word)
	if Lookup(word) != nil || len(word) < 3 {
		return "", false
	}
	most := slips(word)
	for i := range table {
		if d := distance(word, table[i].Name, most); d <= most {
			name, most, ok = table[i].Name, d-1, true
		}
	}
	return name, ok
}

// Nearest returns the one of words that a mistyped word was probably meant to be: one that begins with it, otherwise one
// that differs in a few letters, or only in the first. Of several equally near ones, it returns the first with the same
// first letter, or else the first.
func Nearest(word string, words []string) (near string, ok bool) {
	word = strings.ToLower(word)
	if word == "" {
		return "", false
	}
	most, begins := slips(word), false
	for _, w := range words {
		if HasPrefixFold(w, word) {
			return w, true
		}
		d := distance(word, strings.ToLower(w), most)
		if d > most || d >= len(word) {
			continue
		}
		same := HasPrefixFold(w, word[:1])
		if d > 1 && !same {
			continue // two letters, and the first, are too much: TODAY is not BODY
		}
		if !ok || d < most || same && !begins {
			near, most, begins, ok = w, d, same, true
		}
	}
	return near, ok
}

// slips returns how many letters of a word may be mistyped for it still to be recognized.
func slips(word string) int {
	switch {
	case len(word) >= 9:
		return 3
	case len(word) >= 5:
		return 2
	}
	return 1
}

// distance returns how many letters must be inserted, dropped, changed or swapped with their neighbour to turn
// a into b; most+1 if it is more than most.
func distance(a, b string, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}
