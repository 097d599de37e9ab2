package suite

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"imapsh/internal/text"
	"imapsh/internal/wire"
)

// words begin the lines, by verdict.
var words = [...]string{Passed: "pass", Failed: "FAIL", Skipped: "skip", Interrupted: "stop"}

// Columns returns how many columns the widest name takes.
func Columns(files []string) int {
	n := 0
	for _, f := range files {
		n = max(n, text.Width(wire.EscapeString(f)))
	}
	return n
}

// WriteLine writes the line of one result, its name padded to as many columns as names says.
func WriteLine(w io.Writer, r *Result, names int) error {
	says := text.Brief(r.Took)
	switch r.Verdict {
	case Failed:
		if r.Line > 0 {
			says += fmt.Sprintf("  line %d", r.Line)
		}
	case Skipped:
		says = wire.EscapeString(r.Why)
	}
	_, err := fmt.Fprintf(w, "%s  %s  %s\n", words[r.Verdict], text.Pad(wire.EscapeString(r.File), names), says)
	return err
}

// WriteFailure writes why a test failed: what was expected, what came, and the last lines sent and received.
func WriteFailure(w io.Writer, r *Result) error {
	var b bytes.Buffer
	b.WriteString("\n" + r.cause())
	for _, line := range r.Last {
		b.WriteString("    " + wire.EscapeString(line) + "\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// cause returns where and why it failed, as lines.
func (r *Result) cause() string {
	var b strings.Builder
	if r.Expected == "" {
		for i, line := range strings.Split(r.Why, "\n") {
			if i == 0 && !strings.HasPrefix(line, r.File+":") {
				line = r.place() + ": " + line
			}
			b.WriteString(wire.EscapeString(line) + "\n")
		}
		return b.String()
	}
	fmt.Fprintf(&b, "%s: expected  %s\n", wire.EscapeString(r.place()), wire.EscapeString(r.Expected))
	fmt.Fprintf(&b, "    got       %s\n", wire.EscapeString(r.Got))
	return b.String()
}

// Tally returns the last line of a report: how many passed, failed, were skipped, and did not finish.
func Tally(results []*Result) string {
	var counts [len(words)]int
	ran := 0
	for _, r := range results {
		if r != nil {
			counts[r.Verdict]++
			ran++
		}
	}
	says := fmt.Sprintf("%d passed, %d failed, %d skipped", counts[Passed], counts[Failed], counts[Skipped])
	if n := counts[Interrupted] + len(results) - ran; n > 0 {
		says += fmt.Sprintf(", %d not finished", n)
	}
	return says
}
