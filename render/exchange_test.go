package render

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/tagger"
)

func init() {
	for name, lines := range wholeExchanges {
		scenes[name] = func(s *scene) { s.observe(lines) }
	}
}

// opened is how a server that does everything it must opens a mailbox of five messages.
var opened = []string{
	`* FLAGS (\Answered \Flagged \Deleted \Seen \Draft)`, `* OK [PERMANENTFLAGS (\Seen \*)] Flags permitted.`, "* 5 EXISTS", "* 0 RECENT",
	"* OK [UIDVALIDITY 1700000000] UIDs valid", "* OK [UIDNEXT 42] Predicted next UID", "TAG OK [READ-WRITE] Select completed.",
}

// wholeExchanges are scenes that run through a tagger, and show what it finds. "C: " begins
// a typed line, "TAG" is the tag of the command typed last.
var wholeExchanges = map[string][]string{
	"exchange-opening": slices.Concat(
		[]string{"C: SELECT Empty", "TAG OK [READ-WRITE] done", "C: EXAMINE INBOX", "* FLAGS (\\Seen)", "* 5 EXISTS", "TAG OK [READ-ONLY] done"},
		[]string{"C: SELECT INBOX"}, opened,
		[]string{"C: CLOSE", "TAG OK Closed.", "C: SELECT INBOX"}, slices.Replace(slices.Clone(opened), 4, 5, "* OK [UIDVALIDITY 1800000000] UIDs valid"),
		[]string{"C: SELECT Sent", "* OK [CLOSED] Previous mailbox closed."}, opened,
		[]string{"C: SELECT INBOX", "* OK [CLOSED] Previous mailbox closed."}, slices.Replace(slices.Clone(opened), 4, 5, "* OK [UIDVALIDITY 1800000000] UIDs valid"),
		[]string{"C: STATUS INBOX (UIDVALIDITY)", "* STATUS INBOX (UIDVALIDITY 1900000000)", "TAG OK Status completed."},
	),
	"exchange-numbers": slices.Concat(
		[]string{"C: SELECT INBOX"}, opened,
		[]string{
			"C: FETCH 1:5 (FLAGS)", "* 3 EXPUNGE", `* 9 FETCH (FLAGS (\Seen))`, "TAG OK Fetch completed.",
			"C: FETCH 1:4 (UID)", "* 1 FETCH (UID 20)", "* 2 FETCH (UID 19)", "* 4 FETCH (UID 99)", "* 4 FETCH (UID 98)", "TAG OK Fetch completed.",
			"C: NOOP", "* 7 EXPUNGE", "TAG OK NOOP completed.", "* 1 EXPUNGE",
		}),
	"exchange-refused": {
		"C: SELECT Nowhere", "TAG NO [NONEXISTENT] no", "C: NOOP", "TAG NO [LIMIT] too many", "* BYE [LIMIT] too many",
	},
	"exchange-tags": {
		"C: NOOP", "+ go on", "a999 OK done", "TAG OK NOOP completed.", "C: LOGOUT", "TAG OK Logout completed.",
	},
	"exchange-notes": slices.Concat(
		[]string{"C: SELECT INBOX"}, opened,
		[]string{
			"C: FETCH 1 (FLAGS RFC822.SIZE)", `* 1 FETCH (FLAGS (\Seen))`, "TAG OK Fetch completed.",
			"C: UID FETCH 7 (RFC822.SIZE)", "* 1 FETCH (RFC822.SIZE 5)", "TAG OK Fetch completed.",
			"C: NOOP", "* NOOP", `* ESEARCH (tag "x9") COUNT 5`, "TAG OK done",
		}),
	"exchange-flags": slices.Concat(
		[]string{"C: SELECT INBOX"}, opened,
		[]string{
			"C: FETCH 1:2 (FLAGS)", `* 1 FETCH (FLAGS (\Seen))`, "* 2 FETCH (FLAGS (old))", "TAG OK Fetch completed.",
			"C: NOOP", `* 1 FETCH (FLAGS (\Seen \Flagged))`, "* 2 FETCH (FLAGS ($new))", "* 3 FETCH (FLAGS ())", "TAG OK NOOP completed.",
		}),
}

// observe plays an exchange in which the user is already logged in.
func (s *scene) observe(lines []string) {
	s.t.Helper()
	s.tagger = tagger.New("", func() time.Time { return s.now }, &tagger.Memory{})
	s.receive("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n")
	tag := ""
	for _, line := range lines {
		s.now = s.now.Add(time.Millisecond)
		typed, ok := strings.CutPrefix(line, "C: ")
		if !ok {
			s.receive(strings.Replace(line, "TAG", tag, 1) + "\r\n")
			continue
		}
		out := s.tagger.Begin(tagger.Line{Text: command.Text(typed)})
		tag = out.Command.Tag
		s.r.Begin()
		for i := range out.Steps {
			s.r.Sent("", &out.Steps[i])
		}
	}
}

func TestEachOddityOfAnExchangeIsShownByAScene(t *testing.T) {
	var all strings.Builder
	for name := range wholeExchanges {
		b, err := os.ReadFile(filepath.Join("testdata", name+".json.golden"))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	for _, d := range tagger.Deviations() {
		if !strings.Contains(all.String(), fmt.Sprintf(`{"name":%q,"offset":`, d.Name)) {
			t.Errorf("no scene has %s", d.Name)
		}
	}
}

func TestARefusedNameSaysWhatSeparatesLevels(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string // the end of what is shown
	}{
		{"known", []string{"C: LIST \"\" *", `* LIST () "/" INBOX`, "TAG OK done", "C: CREATE ten.y", "TAG NO [CANNOT] no"}, "trying again will not help\n     levels are separated with \"/\" here, not with \".\"\n"},
		{"an invalid one", []string{"C: LIST \"\" *", "* LIST () \"\x1b\" INBOX", "TAG OK done", "C: CREATE ten.y", "TAG NO no"}, "     levels are separated with \"\\x1b\" here, not with \".\"\n"},
		{"known from NAMESPACE", []string{"C: NAMESPACE", `* NAMESPACE (("INBOX." ".")) NIL NIL`, "TAG OK done", "C: RENAME a b/c", "TAG NO no"}, "     levels are separated with \".\" here, not with \"/\"\n"},
		{"not known", []string{"C: CREATE ten.y", "TAG NO no"}, "     if \".\" was to begin a level: list \"\" \"\" shows which character does that here\n"},
		{"the right separator", []string{"C: LIST \"\" *", `* LIST () "/" INBOX`, "TAG OK done", "C: CREATE a/b", "TAG NO no"}, " NO no\n"},
		{"a name without a separator", []string{"C: CREATE ten", "TAG NO no"}, " NO no\n"},
		{"deleted", []string{"C: DELETE a/b", "TAG NO no"}, " NO no\n"},
	} {
		s := newScene(t, Options{})
		s.observe(c.lines)
		if got := s.text(); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: got\n%s\nwant at its end\n%s", c.name, got, c.want)
		}
	}
}

var (
	flagsOfFive = []string{"* 1 FETCH (FLAGS ())", "* 2 FETCH (FLAGS ())", `* 3 FETCH (FLAGS (\Deleted))`, "* 4 FETCH (FLAGS ())", "* 5 FETCH (FLAGS ())", "TAG OK done"}
	uidsOfFive  = []string{"* 1 FETCH (UID 11 FLAGS ())", "* 2 FETCH (UID 12 FLAGS ())", "* 3 FETCH (UID 13 FLAGS ())", "* 4 FETCH (UID 14 FLAGS ())", "* 5 FETCH (UID 15 FLAGS ())", "TAG OK done"}
)

func TestExpungeAndCloseSayHowManyMessagesWereRemoved(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string // the end of what is shown
	}{
		{"expunge", []string{"C: EXPUNGE", "* 3 EXPUNGE", "* 3 EXPUNGE", "TAG OK done"}, "     INBOX    2 messages removed, 3 left\n"},
		{"expunge under QRESYNC", []string{"C: EXPUNGE", "* VANISHED 7,9", "TAG OK done"}, "     INBOX    2 messages removed, 3 left\n"},
		{"expunge of one", []string{"C: UID EXPUNGE 7", "* 3 EXPUNGE", "TAG OK done"}, "     INBOX    1 message removed, 4 left\n"},
		{"expunge of nothing", []string{"C: EXPUNGE", "TAG OK done"}, "     INBOX    nothing removed\n"},
		{"expunge refused", []string{"C: EXPUNGE", "TAG NO no right to it"}, " NO no right to it\n"},
		{"close", []string{`C: STORE 2:3 +FLAGS (\Deleted)`, `* 2 FETCH (FLAGS (\Seen \Deleted))`, `* 3 FETCH (FLAGS (\Deleted))`, "TAG OK done", "C: CLOSE", "TAG OK done"}, "     INBOX    2 messages removed, perhaps more: CLOSE does not say how many, EXPUNGE does\n"},
		{"close after flags were set silently", []string{`C: STORE 2:3 +FLAGS.SILENT (\Deleted)`, "TAG OK done", `C: STORE 3,4 -flags.silent (\deleted)`, "TAG OK done", "C: CLOSE", "TAG OK done"}, "     INBOX    1 message removed, perhaps more: CLOSE does not say how many, EXPUNGE does\n"},
		{"close after all flags were seen", slices.Concat([]string{"C: FETCH 1:5 FLAGS"}, flagsOfFive, []string{`C: STORE * +FLAGS.SILENT (\Deleted)`, "TAG OK done", "C: CLOSE", "TAG OK done"}), "     INBOX    2 messages removed, last seen with \\Deleted\n"},
		{"close after all flags were seen and replaced", slices.Concat([]string{"C: FETCH 1:5 FLAGS"}, flagsOfFive, []string{`C: STORE 1:5 FLAGS.SILENT (\Seen)`, "TAG OK done", "C: CLOSE", "TAG OK done"}), "     INBOX    nothing removed: no message was last seen with \\Deleted\n"},
		{"close after UIDs that are known", slices.Concat([]string{"C: FETCH 1:5 (UID FLAGS)"}, uidsOfFive, []string{`C: UID STORE 13:14 +FLAGS.SILENT (\Deleted)`, "TAG OK done", "C: CLOSE", "TAG OK done"}), "     INBOX    2 messages removed, last seen with \\Deleted\n"},
		{"close after UIDs that are not known", slices.Concat([]string{"C: FETCH 1:5 FLAGS"}, flagsOfFive, []string{`C: UID STORE 13:14 +FLAGS.SILENT (\Deleted)`, "TAG OK done", "C: CLOSE", "TAG OK done"}), "     INBOX    unknown how many messages were removed: CLOSE does not say, EXPUNGE does\n"},
		{"close after a conditional STORE", slices.Concat([]string{"C: FETCH 1:5 FLAGS"}, flagsOfFive, []string{`C: STORE 1:5 (UNCHANGEDSINCE 9) +FLAGS.SILENT (\Deleted)`, "TAG OK [MODIFIED 3] done", "C: CLOSE", "TAG OK done"}), "     INBOX    unknown how many messages were removed: CLOSE does not say, EXPUNGE does\n"},
		{"close if no flags were seen", []string{"C: CLOSE", "TAG OK done"}, "     INBOX    unknown how many messages were removed: CLOSE does not say, EXPUNGE does\n"},
		{"close after expunge", []string{"C: EXPUNGE", "* 3 EXPUNGE", "TAG OK done", "C: CLOSE", "TAG OK done"}, "     INBOX    nothing removed: no message was last seen with \\Deleted\n"},
		{"close after expunge under QRESYNC, and one more", []string{"C: EXPUNGE", "* VANISHED 7", "TAG OK done", `C: STORE 2 +FLAGS.SILENT (\Deleted)`, "TAG OK done", "C: CLOSE", "TAG OK done"}, "     INBOX    1 message removed, last seen with \\Deleted\n"},
		{"close after expunge of some", []string{"C: UID EXPUNGE 9", "* 3 EXPUNGE", "TAG OK done", "C: CLOSE", "TAG OK done"}, "     INBOX    unknown how many messages were removed: CLOSE does not say, EXPUNGE does\n"},
		{"close of an empty mailbox", []string{"C: SELECT INBOX", "* 0 EXISTS", "TAG OK [READ-WRITE] done", "C: CLOSE", "TAG OK done"}, "     INBOX    nothing removed: it was empty\n"},
		{"close refused", []string{`C: STORE 2 +FLAGS (\Deleted)`, `* 2 FETCH (FLAGS (\Deleted))`, "TAG OK done", "C: CLOSE", "TAG NO not now"}, " NO not now\n"},
		{"close of a read-only mailbox", []string{"C: EXAMINE INBOX", "* 5 EXISTS", "TAG OK [READ-ONLY] done", "C: CLOSE", "TAG OK done"}, "     INBOX    nothing removed: it was open read-only\n"},
	} {
		s := newScene(t, Options{})
		s.observe(slices.Concat([]string{"C: SELECT INBOX"}, opened, c.lines))
		if got := s.text(); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: got\n%s\nwant at its end\n%s", c.name, got, c.want)
		}
	}
}
