package tagger

import (
	"slices"
	"strings"
	"testing"
)

// opened is the answer to SELECT of a server that does everything it must.
var opened = []string{
	`* FLAGS (\Answered \Flagged \Deleted \Seen \Draft)`, `* OK [PERMANENTFLAGS (\Seen \*)] Flags permitted.`,
	"* 5 EXISTS", "* 0 RECENT", "* OK [UIDVALIDITY 1700000000] UIDs valid", "* OK [UIDNEXT 42] Predicted next UID",
	"TAG OK [READ-WRITE] Select completed.",
}

// play runs an exchange: a line that is not a response begins a command; "TAG" is the tag of
// the command begun last, "TAG1" of the first. It returns the names of the oddities, which must be at
// the byte after "»" in their line, or at its beginning.
func play(t *testing.T, lines []string) (names []string) {
	t.Helper()
	x := newExchange(t, "* OK hello")
	x.run("LOGIN alice x", "TAG OK [CAPABILITY IMAP4rev1 QRESYNC NOTIFY] in")
	var tags []string
	for _, line := range lines {
		first, _, _ := strings.Cut(line, " ")
		if first != "*" && first != "+" && !strings.HasPrefix(first, "TAG") {
			c := x.begin(line).Command
			tags = append(tags, c.Tag)
			if c.Match.Name == "IDLE" {
				x.Hold(c)
			}
			continue
		}
		if len(tags) > 0 {
			line = strings.Replace(line, "TAG1 ", tags[0]+" ", 1)
			line = strings.Replace(line, "TAG ", tags[len(tags)-1]+" ", 1)
		}
		before, after, marked := strings.Cut(line, "»")
		at := 0
		if marked {
			at = len(before)
		}
		for _, o := range x.hear(before + after).Oddities {
			if names = append(names, o.Name); o.Off != int64(at) || strings.Contains(o.Text, "%!") {
				t.Errorf("%s: %s is at %d (%s), want %d", line, o.Name, o.Off, o.Text, at)
			}
		}
	}
	return names
}

// selecting returns a SELECT and its answer, then further lines.
func selecting(lines ...string) []string {
	return slices.Concat([]string{"SELECT INBOX"}, opened, lines)
}

func TestOnlyViolationsInAnExchangeAreReported(t *testing.T) {
	found := map[string]int{}
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"a complete SELECT": {selecting(), ""},
		"SELECT without FLAGS": {[]string{"SELECT INBOX", "* 5 EXISTS", "* OK [UIDVALIDITY 1] ok", "TAG OK done"},
			"no-flags"},
		"SELECT without anything":                            {[]string{"SELECT INBOX", "TAG OK done"}, "no-flags no-exists no-uidvalidity"},
		"SELECT that is refused":                             {[]string{"SELECT nowhere", "TAG NO no such mailbox"}, ""},
		"EXAMINE without EXISTS":                             {[]string{"EXAMINE INBOX", "* FLAGS ()", "* OK [UIDVALIDITY 1] ok", "TAG OK done"}, "no-exists"},
		"SELECT after a NOOP":                                {slices.Concat([]string{"NOOP", "SELECT INBOX", "TAG1 OK done"}, opened), ""},
		"SELECT of another one":                              {selecting(append([]string{"SELECT Sent", "* OK [CLOSED] Previous mailbox closed."}, opened...)...), ""},
		"SELECT with QRESYNC":                                {append([]string{"SELECT INBOX (QRESYNC (1700000000 5))"}, slices.Insert(slices.Clone(opened), 6, "* VANISHED (EARLIER) 1:3", "* 5 FETCH (UID 41 FLAGS () MODSEQ (7))")...), ""},
		"LOGOUT without BYE":                                 {[]string{"LOGOUT", "TAG OK done"}, "logout-without-bye"},
		"EXAMINE without FLAGS":                              {[]string{"EXAMINE INBOX", "* 5 EXISTS", "* OK [UIDVALIDITY 1] ok", "TAG OK [READ-ONLY] done"}, "no-flags"},
		"SELECT without UIDVALIDITY":                         {[]string{"SELECT INBOX", "* FLAGS ()", "* 5 EXISTS", "TAG OK done"}, "no-uidvalidity"},
		"LOGOUT while selected, without BYE":                 {selecting("LOGOUT", "TAG OK done"), "logout-without-bye"},
		"LOGOUT with BYE":                                    {[]string{"LOGOUT", "* BYE Logging out", "TAG OK done"}, ""},
		"EXPUNGE during FETCH":                               {selecting("FETCH 1:5 FLAGS", "* 3 EXPUNGE", "TAG OK done"), "expunge-not-allowed"},
		"EXPUNGE during STORE":                               {selecting(`STORE 1 +FLAGS (\Seen)`, "* 3 EXPUNGE", "TAG OK done"), "expunge-not-allowed"},
		"VANISHED during SEARCH":                             {selecting("SEARCH ALL", "* VANISHED 7", "TAG OK done"), "expunge-not-allowed"},
		"EXPUNGE during SORT":                                {selecting("SORT (DATE) UTF-8 ALL", "* 3 EXPUNGE", "TAG OK done"), "expunge-not-allowed"},
		"EXPUNGE during UID SORT":                            {selecting("UID SORT (DATE) UTF-8 ALL", "* 3 EXPUNGE", "TAG OK done"), ""},
		"EXPUNGE during THREAD":                              {selecting("THREAD REFERENCES UTF-8 ALL", "* 3 EXPUNGE", "TAG OK done"), "expunge-not-allowed"},
		"EXPUNGE during UID FETCH":                           {selecting("UID FETCH 1:5 FLAGS", "* 3 EXPUNGE", "TAG OK done"), ""},
		"EXPUNGE during UID STORE":                           {selecting(`UID STORE 1 +FLAGS (\Seen)`, "* 3 EXPUNGE", "TAG OK done"), ""},
		"EXPUNGE during NOOP":                                {selecting("NOOP", "* 3 EXPUNGE", "TAG OK done"), ""},
		"EXPUNGE during EXPUNGE":                             {selecting("EXPUNGE", "* 5 EXPUNGE", "* 4 EXPUNGE", "* 1 EXPUNGE", "TAG OK done"), ""},
		"EXPUNGE during IDLE":                                {selecting("IDLE", "+ idling", "* 5 EXPUNGE", "* 4 EXISTS"), ""},
		"EXPUNGE before a NOOP's answer while a FETCH waits": {selecting("NOOP", "FETCH 1 FLAGS", "* 3 EXPUNGE", "TAG OK done"), ""},
		"EXPUNGE while nothing runs":                         {selecting("* 3 EXPUNGE"), "expunge-not-allowed"},
		"EXPUNGE while nothing runs, after NOTIFY":           {selecting("NOTIFY SET (SELECTED (MessageNew MessageExpunge))", "TAG OK done", "* 3 EXPUNGE"), ""},
		"EXPUNGE after NOTIFY NONE":                          {selecting("NOTIFY SET (SELECTED (MessageNew MessageExpunge))", "TAG OK done", "NOTIFY NONE", "TAG OK done", "* 3 EXPUNGE"), "expunge-not-allowed"},
		"EXPUNGE of a message that is not there":             {selecting("NOOP", "* »6 EXPUNGE", "TAG OK done"), "sequence-beyond-exists"},
		"FETCH of a message that is not there":               {selecting("FETCH 1:* FLAGS", "* »6 FETCH (FLAGS ())", "TAG OK done"), "sequence-beyond-exists"},
		"FETCH of a message that has just come":              {selecting("FETCH 1:* FLAGS", "* 6 EXISTS", "* 6 FETCH (FLAGS ())", "TAG OK done"), ""},
		"FETCH of an old message at UIDNEXT":                 {selecting("FETCH 5 UID", "* 5 FETCH (UID »42)", "TAG OK done"), "uid-above-uidnext"},
		"UID FETCH of an old message above UIDNEXT":          {selecting("UID FETCH 1:* FLAGS", "* 5 FETCH (FLAGS () UID »4000000000)", "TAG OK done"), "uid-above-uidnext"},
		"FETCH of an old message below UIDNEXT":              {selecting("FETCH 5 UID", "* 5 FETCH (UID 41)", "TAG OK done"), ""},
		"FETCH of a new message at UIDNEXT":                  {selecting("NOOP", "* 6 EXISTS", "TAG OK done", "FETCH 6 UID", "* 6 FETCH (UID 42)", "TAG OK done"), ""},
		"FETCH of a new message that has moved down":         {selecting("NOOP", "* 6 EXISTS", "* 1 EXPUNGE", "TAG OK done", "FETCH 5 UID", "* 5 FETCH (UID 42)", "TAG OK done"), ""},
		"UIDs that go down":                                  {selecting("FETCH 1:2 UID", "* 1 FETCH (UID 20)", "* 2 FETCH (UID »19)", "TAG OK done"), "uids-not-ascending"},
		"two messages with the same UID":                     {selecting("FETCH 1:2 UID", "* 1 FETCH (UID 20)", "* 2 FETCH (UID »20)", "TAG OK done"), "uids-not-ascending"},
		"a message with two UIDs":                            {selecting("FETCH 1 UID", "* 1 FETCH (UID 20)", "* 1 FETCH (UID »21)", "TAG OK done"), "uid-changed"},
		"a message whose UID is another one later":           {selecting("FETCH 1:3 UID", "* 1 FETCH (UID 20)", "* 2 FETCH (UID 21)", "* 3 FETCH (UID 23)", "* 2 FETCH (UID »22)", "TAG OK done"), "uid-changed"},
		"another message of that number":                     {selecting("UID FETCH 1:3 UID", "* 1 FETCH (UID 20)", "* 2 FETCH (UID 21)", "* 1 EXPUNGE", "* 1 FETCH (UID 21)", "TAG OK done"), ""},
		"a message whose UID goes down":                      {selecting("FETCH 1 UID", "* 1 FETCH (UID 20)", "* 1 FETCH (UID »19)", "TAG OK done"), "uid-changed"},
		"UIDs in another order":                              {selecting("FETCH 1:3 UID", "* 3 FETCH (UID 20)", "* 1 FETCH (UID 5)", "* 2 FETCH (UID 7)", "* 2 FETCH (UID 7)", "TAG OK done"), ""},
		"UIDs around an EXPUNGE":                             {selecting("UID FETCH 1:* UID", "* 3 FETCH (UID 20)", "* 1 EXPUNGE", "* 3 FETCH (UID 30)", "TAG OK done"), ""},
		"UIDVALIDITY that changes":                           {selecting(slices.Concat([]string{"CLOSE", "TAG OK done", "SELECT INBOX"}, changed())...), "uidvalidity-changed"},
		"UIDVALIDITY of STATUS that differs":                 {selecting("STATUS inbox (UIDVALIDITY)", "* STATUS inbox (UIDVALIDITY »5)", "TAG OK done"), "uidvalidity-changed"},
		"UIDVALIDITY that changes in between":                {selecting("NOOP", "* OK [UIDVALIDITY »5] made again", "TAG OK done"), "uidvalidity-changed"},
		"UIDVALIDITY repeated in between":                    {selecting("NOOP", "* OK [UIDVALIDITY 1700000000] still", "TAG OK done"), ""},
		"UIDVALIDITY of another mailbox":                     {selecting("STATUS Sent (UIDVALIDITY)", "* STATUS Sent (UIDVALIDITY 5)", "TAG OK done"), ""},
		"UIDVALIDITY of a mailbox made again": {[]string{"STATUS a (UIDVALIDITY)", "* STATUS a (UIDVALIDITY 5)", "TAG OK done", "DELETE a", "TAG OK done", "CREATE a", "TAG OK done",
			"STATUS a (UIDVALIDITY)", "* STATUS a (UIDVALIDITY 6)", "TAG OK done"}, ""},
		"an answer to nothing":        {[]string{"NOOP", "TAG OK done", "TAG OK done"}, "unknown-tag"},
		"a continuation during FETCH": {selecting("FETCH 1 FLAGS", "+ go on", "TAG OK done"), "unexpected-continuation"},
		"an answer to an unknown tag": {[]string{"NOOP", "TAG9 OK done", "TAG OK done"}, "unknown-tag"},
		"an unexpected continuation":  {[]string{"NOOP", "+ go on"}, "unexpected-continuation"},
		"FETCH outside a mailbox":     {[]string{"NOOP", "* 7 FETCH (UID 5)", "TAG OK done"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			names := play(t, c.lines)
			for _, one := range names {
				found[one]++
			}
			if got := strings.Join(names, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for _, d := range Deviations() {
		if found[d.Name] < 2 {
			t.Errorf("%d rows have %s: add another to tagger/judge_test.go", found[d.Name], d.Name)
		}
	}
}

// changed returns opened with another UIDVALIDITY.
func changed() []string {
	lines := slices.Clone(opened)
	lines[4] = "* OK [UIDVALIDITY »1800000000] UIDs valid"
	return lines
}

func TestACommandKnowsWhichMessagesHadOddities(t *testing.T) {
	x := newExchange(t, "* OK hello")
	x.run("SELECT INBOX", opened...)
	e := x.run("FETCH 1:* (BODYSTRUCTURE)", "* 1 FETCH (UID 1)", "* 2 FETCH (BODYSTRUCTURE NIL)",
		"* 3 FETCH (BODYSTRUCTURE () FLAGS NIL)", "TAG OK done")
	if got := e.Command.OddMessages; !slices.Equal(got, []uint32{2, 3}) || e.Command.Odd != 3 {
		t.Errorf("messages %v, %d violations", got, e.Command.Odd)
	}
	found, all := x.Found()
	if all != 3 || len(found) != 3 || found[0].Message != 2 || found[0].Name != "body-expected" || found[0].Line != "FETCH 1:* (BODYSTRUCTURE)" {
		t.Errorf("found %d: %+v", all, found)
	}
}
