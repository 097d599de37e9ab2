package check

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"imapsh/internal/testserver"
	"imapsh/internal/wire"
)

func TestAHostileServerPutsNothingInAReportThatATerminalWouldObey(t *testing.T) {
	t.Parallel()
	const evil = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202eevil\x08\x7f\xff"
	greeting := "* OK [CAPABILITY " + caps + " X" + evil + "] " + evil + "\r\n"
	for _, row := range []struct {
		name  string
		steps []testserver.Step
	}{
		{"names, flags and refusals", []testserver.Step{testserver.Send(greeting), testserver.Reply(healthy().With(testserver.Replies{
			"LIST":   {testserver.Send("* LIST (\\" + evil + ") \"/\" \"" + evil + "\"\r\n{tag} OK " + evil + "\r\n")},
			"SELECT": {testserver.Send("{tag} NO [" + evil + "] " + evil + "\r\n")}, "EXAMINE": {testserver.Send("{tag} NO [" + evil + "] " + evil + "\r\n")},
		}))}},
		{"BYE as a greeting", []testserver.Step{testserver.Send("* BYE [" + evil + "] " + evil + "\r\n"), testserver.Close()}},
		{"a greeting that is not IMAP", []testserver.Step{testserver.Send(evil + "\r\n"), testserver.Close()}},
		{"a refused login", []testserver.Step{testserver.Send(greeting), testserver.Reply(healthy().With(testserver.Replies{
			"LOGIN": {testserver.Send("{tag} NO [ALERT] " + evil + "\r\n")}, "AUTHENTICATE": {testserver.Send("{tag} NO [ALERT] " + evil + "\r\n")},
		}))}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := checked(t, nil, row.steps...)
			sum := &Summary{}
			sum.Add(r)
			var table, prom bytes.Buffer
			shown := Table{Out: &table}
			if err := shown.Report(r); err != nil {
				t.Fatal(err)
			}
			shown.Row(r, 70)
			shown.Tally([]*Report{r})
			shown.Summary(sum)
			if err := WritePrometheus(&prom, []*Report{r}); err != nil {
				t.Fatal(err)
			}
			var told bytes.Buffer
			if err := WriteJSON(&told, r); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(table.String(), "owned") {
				t.Errorf("the table does not quote the server:\n%s", table.String())
			}
			for where, text := range map[string]string{"table": table.String(), "nagios": Nagios(r), "prometheus": prom.String(), "json": told.String()} {
				if what := acting(text); what != "" {
					t.Errorf("%s in %s: %q", what, where, text)
				}
			}
		})
	}
}

// acting returns the first character of a text that a terminal would obey, or "".
func acting(text string) string {
	if !utf8.ValidString(text) {
		return "invalid UTF-8"
	}
	for _, r := range text {
		if r != '\n' && string(wire.Escape(nil, []byte(string(r)))) != string(r) {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

func TestTextThatTheClientQuotesIsEscapedOnce(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, err, want string }{
		{"quoted", fmt.Sprintf("expected SP, got %q", "\x1b["), `expected SP, got "\x1b["`},
		{"as it is", "unknown charset \x1b[\xff", `unknown charset \x1b[\xff`},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := (&refusal{err: errors.New("imapclient: " + row.err)}).Error()
			if want := "an ordinary client rejects this: " + row.want; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if line := NagiosLine(NagiosCritical, got); !strings.HasSuffix(line, row.want) {
				t.Errorf("a plugin says %s", line)
			}
		})
	}
}
