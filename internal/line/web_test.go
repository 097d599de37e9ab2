package line

import (
	"strings"
	"testing"

	"imapsh/internal/command"
)

func isShell(word string) bool {
	return strings.HasPrefix(word, ":") || word == "read" || word == "help" || word == "expect"
}

const (
	nbsp    = "\u00a0"
	zwsp    = "\u200b"
	bom     = "\ufeff"
	comment = "the comment from \"//\" on is not sent"
	hash    = "the comment from \"#\" on is not sent"
)

func TestWhatTheWebDoesToALineIsUndone(t *testing.T) {
	const (
		instead = "sent with plain characters instead of "
		noBreak = "U+00A0 NO-BREAK SPACE"
		curly   = "U+201C LEFT DOUBLE QUOTATION MARK, U+201D RIGHT DOUBLE QUOTATION MARK"
	)
	for name, row := range map[string]struct {
		typed, sent string
		notes       []string
		odd         []string
	}{
		"a plain line":                          {"select INBOX", "select INBOX", nil, nil},
		"leading spaces":                        {" \t noop", "noop", nil, nil},
		"a comment after a command":             {". select INBOX          // Selecting Inbox", ". select INBOX", []string{comment}, nil},
		"a comment without a space in it":       {". select INBOX  //Select Inbox", ". select INBOX", []string{comment}, nil},
		"a comment after #":                     {"a1 noop # nothing", "a1 noop", []string{hash}, nil},
		"a comment after a name with #":         {"a1 select #news # open", "a1 select #news", []string{hash}, nil},
		"a name with #":                         {"a1 select #news", "a1 select #news", nil, nil},
		"a name with //":                        {"a1 select a//b", "a1 select a//b", nil, nil},
		"a quoted string with //":               {`a1 select "a // b"`, `a1 select "a // b"`, nil, nil},
		"a comment with a second one":           {`. list "" "*" // all, // every one`, `. list "" "*"`, []string{comment}, nil},
		"a comment after shorthand":             {"status inbox # counts", "status inbox", []string{hash}, nil},
		"a comment whose removal does not help": {"a1 select // x", "a1 select // x", nil, nil},
		"a comment after no-break spaces":       {". select INBOX" + nbsp + " " + nbsp + " // x", ". select INBOX", []string{comment}, nil},
		"a comment with the password left":      {". login alice secret" + nbsp + " // Login", ". login alice secret", []string{comment}, nil},
		"no-break space for a space":            {"select" + nbsp + "INBOX", "select INBOX", []string{instead + noBreak}, nil},
		"no-break after a tag":                  {"." + nbsp + " select INBOX", ". select INBOX", []string{instead + noBreak}, nil},
		"no-break at the end":                   {". select INBOX" + nbsp, ". select INBOX", []string{instead + noBreak}, nil},
		"no-break at the beginning":             {nbsp + "select INBOX", "select INBOX", []string{instead + noBreak}, nil},
		"no-break in a quoted string":           {`select "a` + nbsp + `b"`, `select "a` + nbsp + `b"`, nil, []string{noBreak}},
		"no-break in and out of quotes":         {`select` + nbsp + `"a` + nbsp + `b"`, `select "a` + nbsp + `b"`, []string{instead + noBreak}, []string{noBreak}},
		"no-break in a name of shorthand":       {"create my" + nbsp + "folder", "create my" + nbsp + "folder", nil, []string{noBreak}},
		"no-break in shorthand":                 {"status" + nbsp + "inbox", "status inbox", []string{instead + noBreak}, nil},
		"no-break in no command":                {"x1 xyzzy" + nbsp + "foo", "x1 xyzzy" + nbsp + "foo", nil, []string{noBreak}},
		"curly quotes":                          {"list “” “*”", `list "" "*"`, []string{instead + curly}, nil},
		"curly quotes with a tag":               {". list “” “*” // all", `. list "" "*"`, []string{instead + curly, comment}, nil},
		"a curly apostrophe in quotes":          {"create \"Bob’s\"", "create \"Bob’s\"", nil, []string{"U+2019 RIGHT SINGLE QUOTATION MARK"}},
		"a letter beyond ASCII":                 {"select Müller", "select Müller", nil, nil},
		"no width within a command":             {"sel" + zwsp + "ect INBOX", "select INBOX", []string{instead + "U+200B ZERO WIDTH SPACE"}, nil},
		"no width within a name":                {"select a" + zwsp + "b", "select a" + zwsp + "b", nil, []string{"U+200B ZERO WIDTH SPACE"}},
		"no width at a name's end":              {"select ab" + zwsp, "select ab", []string{instead + "U+200B ZERO WIDTH SPACE"}, nil},
		"a BOM":                                 {bom + "a1 noop", "a1 noop", []string{instead + "U+FEFF ZERO WIDTH NO-BREAK SPACE"}, nil},
		"a BOM before the shell's":              {bom + ":caps", ":caps", []string{instead + "U+FEFF ZERO WIDTH NO-BREAK SPACE"}, nil},
		"the shell's own":                       {`:send "a # b` + nbsp + `"`, `:send "a # b` + nbsp + `"`, nil, []string{noBreak}},
		"an expectation":                        {"expect OK # done", "expect OK # done", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m := Mend(command.Text(row.typed), isShell)
			if string(m.Text) != row.sent || strings.Join(m.Notes, "|") != strings.Join(row.notes, "|") || strings.Join(m.Odd, "|") != strings.Join(row.odd, "|") || m.Comment {
				t.Errorf("%q:\ngot  %q, notes %q, odd %q\nwant %q, notes %q, odd %q", row.typed, m.Text, m.Notes, m.Odd, row.sent, row.notes, row.odd)
			}
			if again := Mend(m.Text, isShell); again.Text != m.Text || again.Notes != nil {
				t.Errorf("mended again: %q, %q", again.Text, again.Notes)
			}
		})
	}
}

func TestALineThatBeginsWithAMarkOfCommentsIsOne(t *testing.T) {
	for _, typed := range []string{"# x", "#", "// delete INBOX.tmp", "//delete x", "  // x", "/* delete INBOX.tmp", "<!-- delete x -->", "; delete x", ";; delete x", bom + "# x", nbsp + "// x", "```", "```imap", "  ~~~"} {
		if m := Mend(command.Text(typed), isShell); !m.Comment || m.Text != "" {
			t.Errorf("%q: got %+v", typed, m)
		}
	}
}

func TestAnythingButOneSpaceAfterATagCausesAWarning(t *testing.T) {
	for typed, warned := range map[string]bool{
		"a1\tnoop": true, "a1  noop": true, "a1 noop": false, "noop": false, "select  INBOX": false, "a1 select  INBOX": false,
		"  a1\tnoop # x": true,
	} {
		m := Mend(command.Text(typed), isShell)
		if (m.Warnings != nil) != warned {
			t.Errorf("%q: got %v", typed, m.Warnings)
		}
		if warned && (m.Warnings[0].At != 2 || m.Warnings[0].Text != "syntax error: expected one space here") {
			t.Errorf("%q: got %+v", typed, m.Warnings[0])
		}
	}
}

func TestAPlainLineCostsNoAllocation(t *testing.T) {
	for _, typed := range []string{"  a1 fetch 1:* (flags body[])", "noop", `x list "" "/*"`} {
		if n := testing.AllocsPerRun(100, func() { Mend(command.Text(typed), isShell) }); n != 0 {
			t.Errorf("%q: %v allocations", typed, n)
		}
	}
}

func TestUTF8FitsInNamesAndStringsOnly(t *testing.T) {
	for text, want := range map[string]bool{
		"select Müller": true, `list "" "*"`: true, "list “” “*”": false, "sélect INBOX": false, "fetch é flags": false,
		"search subject Grüße": true, "select" + nbsp + "x": false, "select \xff": false, `select "é\""`: true,
	} {
		if got := Fits(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func FuzzMendingTwiceChangesNothing(f *testing.F) {
	for _, s := range []string{"", "select" + nbsp + "INBOX", "list “” “*” // x", bom + "# x", ". login a b # c", "a1\t“", `x "` + nbsp} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if strings.ContainsAny(typed, "\r\n") {
			return
		}
		m := Mend(command.Text(typed), isShell)
		if strings.ContainsAny(string(m.Text), "\r\n") || m.Comment && m.Text != "" {
			t.Fatalf("%q: %+v", typed, m)
		}
		if fitsLine(string(m.Text), isShell) {
			if again := Mend(m.Text, isShell); again.Text != m.Text {
				t.Fatalf("%q: %q, again %q", typed, m.Text, again.Text)
			}
		}
	})
}
