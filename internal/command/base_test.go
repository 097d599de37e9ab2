package command

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestWhatBothBaseProtocolsNameIsInTheTables(t *testing.T) {
	data, err := os.ReadFile("testdata/base.txt")
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]Vocabulary{
		"search-key": SearchKeys, "search-return": SearchReturns, "fetch-item": FetchItems, "fetch-macro": FetchMacros,
		"store-item": StoreItems, "status-item": StatusItems, "flag": SystemFlags, "flag-of-server": FlagsOfServer,
		"list-selection": ListSelections, "list-return": ListReturns, "attribute": MailboxAttributes, "special-use": SpecialUses,
	}
	has := func(kind, word string) bool {
		switch kind {
		case "code":
			return LookupCode(word) != nil
		case "command":
			return Lookup(strings.ReplaceAll(word, "_", " ")) != nil
		}
		terms := SectionSpecs()
		if kind != "section" {
			terms = tables[kind].Terms()
		}
		name, section := strings.CutSuffix(word, "[")
		for _, t := range terms {
			if t.Name == name && section == (t.Section != NoSection) {
				return true
			}
		}
		return false
	}
	count := 0
	for _, line := range strings.Split(string(data), "\n") {
		kind, words, ok := strings.Cut(line, ": ")
		if !ok || line[0] == '#' {
			continue
		}
		for _, word := range strings.Fields(words) {
			count++
			if !has(kind, word) {
				t.Errorf("%s %s is missing", kind, word)
			}
		}
	}
	if count < 200 {
		t.Errorf("only %d words were looked for", count)
	}
}

func TestEveryCodeAndEveryConceptIsComplete(t *testing.T) {
	seen := map[string]bool{}
	last := ""
	for _, c := range Codes() {
		if seen[c.Name] || c.Name != strings.ToUpper(c.Name) || c.RFC == "" || c.Help == "" || strings.HasSuffix(c.Help, ".") {
			t.Errorf("code %s in internal/command/codes.go: twice, not in capitals, or its RFC or help is missing or ends in a full stop", c.Name)
		}
		if c.Name < last {
			t.Errorf("code %s in internal/command/codes.go is out of order", c.Name)
		}
		seen[c.Name], last = true, c.Name
	}
	names := map[string]bool{}
	for _, c := range Concepts() {
		if c.Title == "" || len(c.Text) == 0 || len(c.See) == 0 {
			t.Errorf("concept %s: something is missing", c.Name)
		}
		for _, n := range append([]string{c.Name}, c.Aliases...) {
			if names[n] || n != strings.ToLower(n) {
				t.Errorf("concept %s: %s appears twice, or is not in lower case", c.Name, n)
			}
			names[n] = true
		}
	}
}

// A line of a lesson that begins with a space is typed; what it means follows after two spaces.
func TestTheCommandsOfLessonsFit(t *testing.T) {
	v := &View{State: Selected, Caps: map[string]bool{"LITERAL+": true}}
	noCommands := map[string]bool{"states": true, "responses": true, "sections": true, "search-keys": true}
	ofTheShell := map[string]bool{"read": true, "save": true, "expect": true, "imapsh": true, "--password-command": true, "IMAPSH_PASSWORD": true}
	spaces := regexp.MustCompile(` {2,}`)
	for _, c := range Concepts() {
		for _, line := range c.Text {
			if !strings.HasPrefix(line, " ") || noCommands[c.Name] {
				continue
			}
			columns := spaces.Split(strings.TrimSpace(line), -1)
			typed := columns[:1]
			if c.Name == "undo" {
				opposite, _, _ := strings.Cut(columns[1], ",")
				typed = append(typed, strings.Split(opposite, "; ")...)
			}
			for _, typed := range typed {
				for end, instead := range map[string]string{" &": "", " | less": "", " > FILE": "", " >> FILE": "", " > %d.eml": "", " < FILE": " {3}", " <<END": " {3}", " N": " 7"} {
					if begin, ok := strings.CutSuffix(typed, end); ok {
						typed = begin + instead
					}
				}
				m := MatchLine(strings.ReplaceAll(typed, " N ", " 7 "))
				done := Complete(m, v)
				if first, _ := cutWord(typed); !m.Fits && !done.Fits && done.Ask == nil && !ofTheShell[first] {
					t.Errorf("help %s: %q does not fit: expected %s", c.Name, typed, m.Want)
				}
			}
		}
	}
}

func TestEveryVocabularyHasAName(t *testing.T) {
	for _, v := range Vocabularies() {
		info := v.Info()
		if info.Title == "" || info.One == "" || info.Home != "" && Lookup(info.Home) == nil {
			t.Errorf("vocabulary %d: %+v", v, info)
		}
	}
}

func TestDoubtsSayWhereTheyAre(t *testing.T) {
	caps := func(names string) map[string]bool {
		out := map[string]bool{}
		for _, n := range strings.Fields(names) {
			out[n] = true
		}
		return out
	}
	open := &View{State: Selected, Caps: caps("IMAP4REV1 LITERAL- APPENDLIMIT=1000 ENABLE")}
	shut := &View{State: Selected, ReadOnly: true, Caps: open.Caps}
	for _, c := range []struct {
		line string
		v    *View
		want string // a part of a warning and the word it points to; "" for none
		at   string
	}{
		{"fetch 1 body[]", open, `body[] sets \Seen; body.peek[] does not`, "body[]"},
		{"FETCH 1 (FLAGS RFC822)", open, `RFC822 sets \Seen; BODY.PEEK[] does not`, "RFC822)"},
		{"FETCH 1 RFC822.TEXT", open, "BODY.PEEK[TEXT] does not", "RFC822"},
		{"FETCH 1 BINARY[1.2]<0.5>", open, "BINARY.PEEK[1.2]<0.5> does not", "BINARY"},
		{"fetch 1 body[]", shut, "", ""},
		{"fetch 1 body.peek[] ", open, "", ""},
		{"fetch 1 body.peek[]<<0.5>>", open, "single brackets for a partial: body.peek[]<0.5>", "<<"},
		{"FETCH 1:* FLAGS (PARTIAL 1:5)", open, "PARTIAL works only in UID FETCH", "PARTIAL"},
		{"store 1 +/Deleted", open, `/Deleted is a keyword; the system flag is \Deleted`, "/Deleted"},
		{"STORE 1 +FLAGS (/Seen)", open, `the system flag is \Seen`, "/Seen"},
		{"STORE 1 +FLAGS (Seen)", open, `the system flag is \Seen`, "Seen"},
		{"STORE 1 +FLAGS (/Work)", open, "", ""},
		{"search keyword seen", open, `to find \Seen use the key SEEN`, "seen"},
		{"select INBOX // open it", open, "IMAP has no comments", "//"},
		{"copy 1 My Folder", open, `quote a name that contains spaces: "My Folder"`, "Folder"},
		{"append box {2000}", open, "up to 1000 bytes", "{2000}"},
		{"append box {20}", open, "", ""},
		{"login {5+}", &View{State: NotAuthenticated, Caps: caps("IMAP4REV1")}, "{n+} needs the capability LITERAL+ or LITERAL-", "{5+}"},
		{"FETCH $ FLAGS", open, "$ needs the capability SEARCHRES", "$"},
		{"search new", &View{State: Selected, Caps: caps("IMAP4REV2"), Rev2: true}, "NEW needs the capability IMAP4REV1", "new"},
		{"lsub", &View{State: Authenticated, Caps: caps("IMAP4REV2"), Rev2: true}, "LSUB needs the capability IMAP4REV1", ""},
		{"UID FETCH 1:5 FLAGS (PARTIAL 1:0)", open, "syntax error: expected range here", "1:0"},
	} {
		found := false
		got := warningsOf(c.line, c.v)
		for _, w := range got {
			if c.want != "" && strings.Contains(w.Text, c.want) {
				found = c.at == "" || w.At >= 0 && strings.HasPrefix(c.line[w.At:], c.at)
			}
		}
		if found != (c.want != "") || c.want == "" && len(got) > 0 {
			t.Errorf("%s\n got  %+v\n want %s", c.line, got, c.want)
		}
	}
}

func TestTheCaretIsBelowThePlace(t *testing.T) {
	for _, c := range []struct {
		line  string
		at    int
		width int
		want  string
	}{
		{"fetch 1 nonsense", 8, 60, "fetch 1 nonsense\n        ^"},
		{"sel\x01ect x", 7, 60, `sel\x01ect x` + "\n          ^"},
		{"select Entwürfe x", 17, 60, "select Entwürfe x\n                ^"},
		{"fetch 1 (a b c d e f g h i j k)", 20, 20, "… b c d e f g h i j…"},
		{"noop", 0, 60, ""},
		{"login alice secret extra", 19, 60, ""},
		{"fetch 1 (flags", 14, 60, "fetch 1 (flags\n              ^"},
	} {
		got := MatchLine(c.line).Caret(Warning{At: c.at}, c.width)
		if first, _, _ := strings.Cut(got, "\n"); got != c.want && c.width != 20 {
			t.Errorf("%q\n got\n%s\n want\n%s", c.line, got, c.want)
		} else if n := len([]rune(first)); n > c.width {
			t.Errorf("%q: %d columns of %d", c.line, n, c.width)
		}
	}
}

func TestConfirmSaysWhatWouldBeDestroyed(t *testing.T) {
	rw, ro := &View{State: Selected}, &View{State: Selected, ReadOnly: true}
	for _, c := range []struct {
		line string
		v    *View
		want bool
	}{
		{"delete foo", rw, true}, {"EXPUNGE", rw, true}, {"uid expunge 1", rw, true}, {"close", rw, true}, {"close", ro, false},
		{`store 1:* +flags (\Deleted)`, rw, true}, {"store 1:* +deleted", rw, true}, {`store 5 +flags (\Deleted)`, rw, false}, {`store 1:* -flags (\Deleted)`, rw, false},
		{`store 1:* +flags (\Seen)`, rw, false}, {"rename INBOX x", rw, true}, {`rename "inbox" x`, rw, true}, {"rename a b", rw, false}, {"noop", rw, false},
	} {
		if got := MatchLine(c.line).Confirm(c.v); (got != "") != c.want {
			t.Errorf("%s: got %q", c.line, got)
		}
	}
}
