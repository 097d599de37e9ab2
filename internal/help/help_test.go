package help

import (
	"strings"
	"testing"
	"unicode/utf8"

	"imapsh/internal/command"
)

// own is a shell command.
var own = []Row{
	{Name: "caps", Help: "show the server's capabilities"},
	{Name: "quit", Help: "log out and exit", Aliases: []string{"exit", "q"}},
	{Name: "save", Args: "[UID] N PART [FILE]", Help: "save a part of a message, decoded, to a file"},
}

func offline(topic string) string { return Topic(topic, Options{Shell: own}) }

func dim(text string) string { return "\x1b[2m" + text + "\x1b[0m" }

// topics returns all that help must know.
func topics() []string {
	var out []string
	for _, c := range command.Commands() {
		out = append(out, c.Name, strings.ToLower(c.Name))
	}
	for _, c := range command.Codes() {
		out = append(out, c.Name)
	}
	for _, c := range command.Capabilities() {
		out = append(out, c.Name)
	}
	for _, v := range command.Vocabularies() {
		for _, t := range v.Terms() {
			out = append(out, t.Name)
		}
	}
	for _, c := range command.Concepts() {
		out = append(append(out, c.Name), c.Aliases...)
		out = append(out, c.See...)
	}
	return out
}

func TestHelpKnowsEveryWordOfTheTablesWithin80Columns(t *testing.T) {
	for _, topic := range append(topics(), "", "commands", "shell", "topics") {
		text := offline(topic)
		if strings.HasPrefix(text, "no help on") {
			t.Errorf("%s: %s", topic, text)
		}
		for _, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(line); n > 80 && strings.Count(strings.TrimSpace(line), " ") > 1 && !strings.Contains(line, "example: ") {
				t.Errorf("%s: %d columns: %s", topic, n, line)
			}
		}
	}
}

func TestHelpAnswersWhatABeginnerMeans(t *testing.T) {
	for topic, types := range map[string]string{
		"message": "fetch 5", "delete": "store 5 +deleted", "move": "move 5 Archive", "folder": "list", "search": "search unseen",
		"password": "login alice", "expect": "expect ${n} < 1000", "unread": "store 5 -seen", "attachment": "save 5 2",
		"send": "append Drafts", "reply": "append Drafts", "forward": "append Drafts", "compose": "append Drafts", "write": "append Drafts",
	} {
		lesson, _, _ := strings.Cut(offline(topic), "\n\n")
		if strings.HasPrefix(lesson, strings.ToUpper(topic)) || !strings.Contains(lesson, "\n   "+types) {
			t.Errorf("help %s does not begin with a lesson that says to type %q:\n%s", topic, types, lesson)
		}
		if n := strings.Count(lesson, "\n") + 1; n > 20 {
			t.Errorf("help %s: the lesson has %d lines", topic, n)
		}
	}
}

func TestALessonOnANarrowScreenHasWhatToTypeOnALineOfItsOwn(t *testing.T) {
	got := Topic("delete", Options{Width: 37})
	if want := "\n   store 5 +deleted\n      mark message 5;"; !strings.Contains(got, want) {
		t.Errorf("got %s\nwant %q in it", got, want)
	}
	for line := range strings.SplitSeq(Topic("no-such-topic-anywhere-at-all", Options{Width: 37}), "\n") {
		if utf8.RuneCountInString(line) > 37 {
			t.Errorf("wider than 37: %q", line)
		}
	}
}

func TestHelpOfACommandSaysAllOfItsRow(t *testing.T) {
	text := offline("fetch")
	for _, want := range []string{
		"FETCH sequence-set items [(fetch-modifier ...)]", "message numbers: 5, 2:4", "ENVELOPE ", "BODY.PEEK[section][<offset.count>]", "HEADER.FIELDS (",
		"CHANGEDSINCE", "OK    ", "NO    ", "BAD   ", "the server answers:", "example: FETCH 7 (UID FLAGS ENVELOPE)", "see also: uid fetch", "RFC 9051 §6.4.5", "in the selected state",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("help fetch does not contain %q:\n%s", want, text)
		}
	}
	text = offline("search")
	for _, term := range command.SearchKeys.Terms() {
		if !strings.Contains(text, "    "+term.Synopsis()) {
			t.Errorf("help search does not contain %s", term.Synopsis())
		}
	}
	if !strings.Contains(text, "Polish") || !strings.Contains(text, "OR (FROM ann UNSEEN) FLAGGED") || !strings.Contains(text, "NOT (FROM") {
		t.Error("help search does not explain the notation")
	}
	for topic, want := range map[string]string{
		`\Deleted`: "EXPUNGE", "uidvalidity": "a response code", "APPENDUID": "see also: append", "condstore": "CHANGEDSINCE", "states": "not authenticated",
		"tags": "x1 noop", "literals": "{310}", "idle": "Enter, done or Ctrl-C", "body[]": "a data item of FETCH", ":caps": "show the server's capabilities", "q": ":quit", ":save": "[UID] N PART [FILE]", "x": "an access right",
		"[trycreate]": "CREATE it", "AUTH=PLAIN": "AUTH, a capability",
	} {
		if !strings.Contains(offline(topic), want) {
			t.Errorf("help %s does not contain %q:\n%s", topic, want, offline(topic))
		}
	}
}

func TestTheListOfCommandsMarksWhatIsNotAvailableHereAndNow(t *testing.T) {
	v := &command.View{State: command.Authenticated, Caps: map[string]bool{"IMAP4REV1": true, "MOVE": true}}
	text := Topic("commands", Options{Shell: own, View: v})
	for _, want := range []string{"  SELECT  ", "(FETCH)", "(LOGIN)", "(MOVE)", "(ENABLE)", "in parentheses: not allowed"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	if strings.Contains(text, "(SELECT)") || strings.Contains(text, "(LSUB)") {
		t.Error("an available command is marked")
	}
	if text := Topic("", Options{Shell: own, View: v, Faint: dim}); !strings.Contains(text, "\x1b[2mFETCH\x1b[0m") || strings.Contains(text, "(FETCH)") {
		t.Error("it is not dim although there is colour")
	}
	text = Topic("fetch", Options{Shell: own, View: v})
	if !strings.Contains(text, "not allowed now") || !strings.Contains(text, "(MODSEQ)") {
		t.Errorf("help fetch does not say what is not available:\n%s", text)
	}
	if strings.Contains(offline(""), "(FETCH)") {
		t.Error("something is marked without a session")
	}
}

func TestHelpFitsANarrowTerminal(t *testing.T) {
	for _, topic := range []string{"", "commands", "shell", "topics", "fetch", "search", "states", "uidvalidity"} {
		for _, line := range strings.Split(Topic(topic, Options{Shell: own, Width: 40}), "\n") {
			if n := utf8.RuneCountInString(line); n > 40 && strings.Count(strings.TrimSpace(line), " ") > 4 && !strings.Contains(line, "example") {
				t.Errorf("%s: %d columns: %s", topic, n, line)
			}
		}
	}
}

func TestTheOverviewLeadsOn(t *testing.T) {
	text := offline("")
	for _, want := range []string{"  FETCH  ", ":save", "help COMMAND", "help commands", "help shell", "help topics"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	for topic, want := range map[string]string{"commands": "QUOTA", "shell": "a part of a message, decoded", "topics": "literals", "Topics": "and every data item", "topcs": "did you mean help topics?"} {
		if !strings.Contains(offline(topic), want) {
			t.Errorf("help %s does not contain %q:\n%s", topic, want, offline(topic))
		}
	}
}

func TestTheOverviewFitsTheRowsOfATerminal(t *testing.T) {
	rows := own
	for range 20 {
		rows = append(rows, Row{Name: "eightlet"})
	}
	text := Topic("", Options{Shell: rows, Width: 77, View: &command.View{State: command.Authenticated, Caps: map[string]bool{"IMAP4REV1": true}}})
	if n := strings.Count(text, "\n") + 1; n > 22 {
		t.Errorf("%d rows:\n%s", n, text)
	}
}
