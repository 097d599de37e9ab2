package imaptest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Message is a message of an mbox file.
type Message struct {
	Text string // with CRLF line ends
	Date string // date-time of RFC 9051 §9, without quotes
}

// Messages returns the messages for the test file NAME: those of NAME.mbox, or of default.mbox in its folder. If neither
// exists there are none.
func Messages(test string) ([]Message, error) {
	for _, name := range []string{test + ".mbox", filepath.Join(filepath.Dir(test), "default.mbox")} {
		text, err := os.ReadFile(name)
		switch {
		case err == nil:
			return readMbox(string(text)), nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	return nil, nil
}

// readMbox splits an mbox file into messages. A message begins after a line "From SENDER DATE".
func readMbox(text string) []Message {
	var all []Message
	var body strings.Builder
	began := false
	end := func() {
		if began {
			all[len(all)-1].Text = body.String()
		}
		body.Reset()
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if date, ok := fromLine(line); ok {
			end()
			began = true
			all = append(all, Message{Date: date})
			continue
		}
		body.WriteString(line)
		body.WriteString("\r\n")
	}
	end()
	return all
}

// fromLine parses a line "From SENDER DATE", and reports whether it is one.
func fromLine(line string) (date string, ok bool) {
	rest, ok := strings.CutPrefix(line, "From ")
	if !ok {
		return "", false
	}
	_, when, ok := strings.Cut(rest, " ")
	if !ok {
		return "", false
	}
	when = strings.Join(strings.Fields(when), " ")
	for _, layout := range []string{"Mon Jan 2 15:04:05 2006", "Mon Jan 2 15:04:05 2006 -0700", "Mon Jan 2 15:04 2006"} {
		if t, err := time.Parse(layout, when); err == nil {
			return t.Format("_2-Jan-2006 15:04:05 -0700"), true
		}
	}
	return "", false
}
