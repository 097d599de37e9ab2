package check

import (
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"imapsh/internal/wire"
)

// verdictWords are the verdicts as json and people have them.
var verdictWords = [...]string{Skipped: "skipped", Passed: "passed", Warned: "warned", Failed: "failed"}

// String is the verdict in a word.
func (v Verdict) String() string { return verdictWords[min(int(v), len(verdictWords)-1)] }

// safe is a text that may quote a server, on one line and harmless to a terminal. What has been
// escaped already stays as it is.
func safe(s string) string { return string(wire.EscapeText(nil, s)) }

// seconds is a time as a plain number of seconds, for machines.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// number is a value for machines and people, without an exponent.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// took is a time for people, never wider than seven columns below an hour.
func took(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return strconv.FormatFloat(d.Seconds()*1000, 'f', 1, 64) + " ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return d.Round(time.Second).String()
}

// plural counts a thing: "1 failure", "2 failures".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// wrapped cuts a text between words into lines of at most cols columns, and within a word that is
// longer than a line. One line where cols is 0.
func wrapped(text string, cols int) []string {
	if cols <= 0 {
		return []string{text}
	}
	var lines []string
	line, width := "", 0
	for word := range strings.FieldsSeq(text) {
		w := uniseg.StringWidth(word)
		if line != "" && width+1+w <= cols {
			line, width = line+" "+word, width+1+w
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		pieces := chopped(word, cols)
		lines = append(lines, pieces[:len(pieces)-1]...)
		line = pieces[len(pieces)-1]
		width = uniseg.StringWidth(line)
	}
	return append(lines, line)
}

// chopped cuts a text wherever a line of cols columns is full, so that columns can be counted on.
func chopped(text string, cols int) []string {
	if cols <= 0 {
		return []string{text}
	}
	var lines []string
	from, width := 0, 0
	for g := uniseg.NewGraphemes(text); g.Next(); {
		at, _ := g.Positions()
		if width > 0 && width+g.Width() > cols {
			lines = append(lines, text[from:at])
			from, width = at, 0
		}
		width += g.Width()
	}
	return append(lines, text[from:])
}

// padded is a text filled with blanks to cols columns.
func padded(text string, cols int) string {
	return text + strings.Repeat(" ", max(0, cols-uniseg.StringWidth(text)))
}
