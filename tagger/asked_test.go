package tagger

import (
	"slices"
	"strings"
	"testing"
)

// notes runs an exchange as play does, and returns the notes of its events.
func notes(t *testing.T, lines []string) (notes []string) {
	t.Helper()
	x := newExchange(t, "* OK hello")
	x.run("LOGIN alice x", "TAG OK [CAPABILITY IMAP4rev1 QRESYNC] in")
	tag := ""
	for _, line := range slices.Concat([]string{"SELECT INBOX"}, opened, lines) {
		if first, _, _ := strings.Cut(line, " "); first != "*" && first != "TAG" {
			tag = x.begin(line).Command.Tag
			continue
		}
		if rest, ok := strings.CutPrefix(line, "TAG "); ok {
			line = tag + " " + rest
		}
		e := x.hear(strings.ReplaceAll(line, `"TAG"`, `"`+tag+`"`))
		notes = append(notes, e.Notes...)
		for _, o := range e.Oddities {
			if o.Name != "empty-fetch" {
				t.Errorf("%s has the violation %s", line, o.Name)
			}
		}
	}
	return notes
}

func TestRequestedDataThatNeverCameIsNoted(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"all came", []string{"FETCH 1 (FLAGS ENVELOPE)", "* 1 FETCH (FLAGS () ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))", "TAG OK done"}, ""},
		{"in two responses", []string{"FETCH 1 (FLAGS RFC822.SIZE)", "* 1 FETCH (FLAGS ())", "* 1 FETCH (RFC822.SIZE 5)", "TAG OK done"}, ""},
		{"one item", []string{"FETCH 1 (FLAGS RFC822.SIZE)", "* 1 FETCH (FLAGS ())", "TAG OK done"}, "RFC822.SIZE was requested but not sent"},
		{"two items of a macro", []string{"FETCH 1 fast", "* 1 FETCH (FLAGS ())", "TAG OK done"}, "INTERNALDATE, RFC822.SIZE were requested but not sent"},
		{"the only item", []string{"FETCH 1 PREVIEW", "* 1 FETCH (FLAGS ())", "TAG OK done"}, "PREVIEW was requested but not sent"},
		{"an item with a modifier", []string{"FETCH 1 (PREVIEW (LAZY) UID)", "* 1 FETCH (UID 5 PREVIEW NIL)", "TAG OK done"}, ""},
		{"an empty response", []string{"FETCH 1 (FLAGS)", "* 1 FETCH ()", "TAG OK done"}, "FLAGS was requested but not sent"},
		{"no response", []string{"FETCH 1 (FLAGS)", "TAG OK done"}, "the server sent no FETCH response; the last message is number 5"},
		{"no response, refused", []string{"FETCH 1 (FLAGS)", "TAG NO not now"}, ""},
		{"no response, because all are expunged", []string{"FETCH 1 (FLAGS)", "TAG OK [EXPUNGEISSUED] some are gone"}, ""},
		{"no response, because nothing has changed", []string{"FETCH 1:* (FLAGS) (CHANGEDSINCE 5)", "TAG OK done"}, ""},
		{"no message of that UID", []string{"UID FETCH 99 (FLAGS)", "TAG OK done"}, ""},
		{"a section", []string{"FETCH 1 BODY.PEEK[TEXT]", "* 1 FETCH (BODY[TEXT] NIL)", "TAG OK done"}, ""},
		{"fields of a header", []string{"FETCH 1 (BODY.PEEK[HEADER.FIELDS (date from)])", `* 1 FETCH (BODY[HEADER.FIELDS (DATE FROM)] "")`, "TAG OK done"}, ""},
		{"another section", []string{"FETCH 1 BODY[1]", "* 1 FETCH (BODY[2] NIL)", "TAG OK done"}, "BODY[1] was requested but not sent"},
		{"a partial", []string{"FETCH 1 BODY.PEEK[]<0.100>", `* 1 FETCH (BODY[]<0> "x")`, "TAG OK done"}, ""},
		{"a partial that is answered in full", []string{"FETCH 1 BODY.PEEK[]<0.100>", `* 1 FETCH (BODY[] "x")`, "TAG OK done"}, "BODY[]<0> was requested but not sent"},
		{"a partial from elsewhere", []string{"FETCH 1 BODY[1]<50.100>", `* 1 FETCH (BODY[1]<0> "x")`, "TAG OK done"}, "BODY[1]<50> was requested but not sent"},
		{"UID FETCH with UID", []string{"UID FETCH 5 (RFC822.SIZE)", "* 1 FETCH (UID 5 RFC822.SIZE 7)", "TAG OK done"}, ""},
		{"UID FETCH without UID", []string{"UID FETCH 5 (RFC822.SIZE)", "* 1 FETCH (RFC822.SIZE 7)", "TAG OK done"}, "this response to UID FETCH has no UID (RFC 9051 §6.4.9)"},
		{"flags reported during UID FETCH", []string{"UID FETCH 5 (RFC822.SIZE)", "* 2 FETCH (FLAGS ())", "* 1 FETCH (UID 5 RFC822.SIZE 7)", "TAG OK done"}, ""},
		{"ESEARCH", []string{"SEARCH RETURN (COUNT) ALL", `* ESEARCH (TAG "TAG") COUNT 5`, "TAG OK done"}, ""},
		{"ESEARCH for another tag", []string{"SEARCH RETURN (COUNT) ALL", `* ESEARCH (TAG "x1") COUNT 5`, "TAG OK done"}, "this ESEARCH names a tag that no command in progress has"},
		{"ESEARCH without a tag", []string{"SEARCH RETURN (COUNT) ALL", "* ESEARCH COUNT 5", "TAG OK done"}, ""},
		{"ESEARCH of a search kept up to date", []string{"SEARCH RETURN (UPDATE) ALL", "TAG OK done", `* ESEARCH (TAG "TAG") ADDTO (0 5)`}, ""},
		{"a response in no specification", []string{"NOOP", "* NOOP", "TAG OK done"}, "NOOP is not an untagged response of any specification"},
		{"a private response", []string{"NOOP", "* XPIG-LATIN ow-nay", "TAG OK done"}, ""},
		{"a response without a decoder", []string{"NOOP", `* JMAPACCESS "https://example.org"`, "TAG OK done"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(notes(t, c.lines), "; "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestOneOfTwoFETCHsInFlightIsNotTakenForTheOther(t *testing.T) {
	x := newExchange(t, "* PREAUTH hello")
	x.run("SELECT INBOX", opened...)
	first, second := x.begin("FETCH 1 (FLAGS)").Command.Tag, x.begin("FETCH 2 (UID)").Command.Tag
	for _, line := range []string{"* 1 FETCH (FLAGS ())", first + " OK done", "* 2 FETCH (UID 9)", second + " OK done"} {
		if e := x.hear(line); len(e.Notes) > 0 {
			t.Errorf("%s: %q", line, e.Notes)
		}
	}
}

func TestNothingIsNotedOfUndecodedResponses(t *testing.T) {
	x := newExchange(t, "* PREAUTH hello")
	x.run("SELECT INBOX", opened...)
	x.Skim = true
	if e := x.run("FETCH 1 (FLAGS)", "* 1 FETCH (FLAGS ())", "TAG OK done"); len(e.Notes) > 0 {
		t.Errorf("%q", e.Notes)
	}
}
