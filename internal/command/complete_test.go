package command

import (
	"fmt"
	"strings"
	"testing"
)

// shown returns what is sent, literals as {n} and their bytes in angle brackets.
func shown(c Completed) string {
	var b strings.Builder
	for _, p := range c.Pieces {
		if p.Literal {
			fmt.Fprintf(&b, "{%d}<%s>", len(p.Text), Mask(string(p.Text), p.Secrets))
		} else {
			b.WriteString(Mask(string(p.Text), p.Secrets))
		}
	}
	if c.Ask != nil {
		b.WriteString(" ? " + c.Ask.Prompt)
	}
	return b.String()
}

var (
	rev1View = &View{State: Selected, Mailbox: "Entwürfe", Caps: map[string]bool{"IMAP4REV1": true, "CONDSTORE": true, "STATUS=SIZE": true, "APPENDLIMIT=100": true}}
	rev2View = &View{State: Selected, Mailbox: "Entwürfe", Rev2: true, UTF8: true, Caps: map[string]bool{"IMAP4REV2": true, "OBJECTID": true}}
)

var completions = []struct{ typed, sent string }{
	// It fits: sent as it is.
	{`list "" *`, `list "" *`},
	{"fetch 5 flags", "fetch 5 flags"},
	{"Fetch 5 full", "Fetch 5 full"},
	{"store 5 +flags seen", "store 5 +flags seen"},
	{"search unseen", "search unseen"},
	{"noop", "noop"},
	{"enable condstore", "enable condstore"},
	{"append box {5}", "append box {5}"},
	// Not a command, or it cannot be completed: sent as typed.
	{"xfoo  a b", "xfoo  a b"},
	{"noop now", "noop now"},
	{"copy 1 My Folder", "copy 1 My Folder"},
	{"select My Folder", "select My Folder"},
	{"fetch", "fetch"},
	{"search subject two words", "search subject two words"},
	{`select "a`, `select "a`},
	{"fetch 1 (flags", "fetch 1 (flags"},
	{"append box", "append box"},
	{"login alice my secret", "login alice ••••••"},
	{"logn alice secret", "logn ••••••"},
	{"status", "status"},
	{"", ""},
	// Shorthand.
	{"list", `LIST "" "*"`},
	{"list x", `LIST "" x`},
	{"list %", `LIST "" %`},
	{"list (subscribed)", `LIST (subscribed) "" "*"`},
	{"list x return (children)", `LIST "" x return (children)`},
	{"list Entw*", `LIST "" Entw*`},
	{"lsub", `LSUB "" "*"`},
	{"lsub x", `LSUB "" x`},
	{"xlist", `XLIST "" "*"`},
	{"status inbox", "STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN SIZE HIGHESTMODSEQ)"},
	{"status inbox messages unseen", "STATUS inbox (messages unseen)"},
	{"fetch 5", "FETCH 5 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"},
	{"uid fetch 5:*", "UID FETCH 5:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"},
	{"fetch 5 flags envelope", "FETCH 5 (flags envelope)"},
	{"fetch 5 flags body.peek[header.fields (from to)]<0.5>", "FETCH 5 (flags body.peek[header.fields (from to)]<0.5>)"},
	{"fetch 5 flags uid (changedsince 7)", "FETCH 5 (flags uid) (changedsince 7)"},
	{"store 5 +seen", `STORE 5 +FLAGS (\Seen)`},
	{"store 5 -seen", `STORE 5 -FLAGS (\Seen)`},
	{"store 5 +Seen deleted work", `STORE 5 +FLAGS (\Seen \Deleted work)`},
	{`uid store 5 +\flagged $Junk`, `UID STORE 5 +FLAGS (\Flagged $Junk)`},
	{"store 5 +work", "STORE 5 +FLAGS (work)"},
	{"store 5 +$Junk", "STORE 5 +FLAGS ($Junk)"},
	{"store 5 (unchangedsince 7) -seen", `STORE 5 (unchangedsince 7) -FLAGS (\Seen)`},
	{"id", "ID NIL"},
	{"id name me version 1", `ID ("name" "me" "version" "1")`},
	{"search", "SEARCH ALL"},
	{"search return (count)", "SEARCH return (count) ALL"},
	{"sort date all", "SORT (date) UTF-8 all"},
	{"sort reverse date", "SORT (reverse date) UTF-8 ALL"},
	{"sort (date) unseen from bob", "SORT (date) UTF-8 unseen from bob"},
	{"sort", "SORT (DATE) UTF-8 ALL"},
	{"sort date us-ascii all", "SORT (date) us-ascii all"},
	{"thread", "THREAD REFERENCES UTF-8 ALL"},
	{"thread orderedsubject", "THREAD orderedsubject UTF-8 ALL"},
	{"uid thread refs unseen", "UID THREAD refs UTF-8 unseen"},
	{"compress", "COMPRESS DEFLATE"},
	{"getquotaroot", "GETQUOTAROOT INBOX"},
	{"myrights", "MYRIGHTS Entw&APw-rfe"},
	{"getacl", "GETACL Entw&APw-rfe"},
	{`append box \Seen {5}`, `APPEND box (\Seen) {5}`},
	{`append box \Seen`, `APPEND box (\Seen)`},
	{`append box \Seen $Junk`, `APPEND box (\Seen $Junk)`},
	{"scan invoice", `SCAN "" "*" invoice`},
	{"replace 4 Entwürfe", "REPLACE 4 Entw&APw-rfe"},
	{"login alice", "login alice ? Password for alice"},
	{`login "al ice" `, `login "al ice"  ? Password for al ice`},
	// Spaces.
	{"fetch  5   flags", "FETCH 5 flags"},
	{"fetch 5 ( flags uid )", "FETCH 5 (flags uid)"},
	{"noop ", "NOOP"},
	{" noop", "NOOP"},
	{"uid  fetch 1 flags", "UID FETCH 1 flags"},
	// What must be quoted or encoded.
	{"select Entwürfe", "SELECT Entw&APw-rfe"},
	{`select "Entwürfe"`, `select Entw&APw-rfe`},
	{`select "Müller & Söhne"`, `select "M&APw-ller &- S&APY-hne"`},
	{`list "" Entwür*`, `LIST "" Entw&APw-r*`},
	{"append Entwürfe", "APPEND Entw&APw-rfe"},
	{"append Entwürfe {5}", "APPEND Entw&APw-rfe {5}"},
	{`copy 1 a\b`, `COPY 1 "a\\b"`},
	{"select a*b", `SELECT "a*b"`},
	{"select Entwürf*", `SELECT "Entw&APw-rf*"`},
	{`select "BODY[ü"`, `select "BODY[&APw-"`},
	{"select foo(bar)", `SELECT "foo(bar)"`},
	{"login alice pass%word", "LOGIN alice ••••••"},
	{"login alice (secret", "LOGIN alice ••••••"},
	{"login alice Grüße", "LOGIN alice {7}<••••••>"},
	{"search subject Grüße", "SEARCH CHARSET UTF-8 subject {7}<Grüße>"},
	{`search subject "Grüße an"`, "search CHARSET UTF-8 subject {10}<Grüße an>"},
	{"search charset utf-8 subject Grüße unseen", "SEARCH charset utf-8 subject {7}<Grüße> unseen"},
	{"uid search return (count) (subject Grüße seen)", "UID SEARCH return (count) CHARSET UTF-8 (subject {7}<Grüße> seen)"},
	{"sort date subject Grüße", "SORT (date) UTF-8 subject {7}<Grüße>"},
	{"sort (date) utf-8 subject Grüße", "SORT (date) utf-8 subject {7}<Grüße>"},
	{"search subject Gr\xfc\xdfe", "SEARCH CHARSET UTF-8 subject {5}<Gr\xfc\xdfe>"},
	{`setmetadata inbox (/private/comment Grüße)`, `SETMETADATA inbox (/private/comment {7}<Grüße>)`},
}

func TestWhatIsTypedAndWhatIsSent(t *testing.T) {
	for _, c := range completions {
		got := Complete(MatchLine(c.typed), rev1View)
		if s := shown(got); s != c.sent {
			t.Errorf("%s\n got  %s\n want %s", c.typed, s, c.sent)
		}
		if changed := len(got.Pieces) != 1 || string(got.Pieces[0].Text) != c.typed; changed != got.Changed {
			t.Errorf("%s: changed is %v", c.typed, got.Changed)
		}
	}
}

func TestInUTF8ModeNothingIsEncoded(t *testing.T) {
	for _, c := range []struct{ typed, sent string }{
		{"select Entwürfe", `SELECT "Entwürfe"`},
		{`select "Entwürfe"`, `select "Entwürfe"`},
		{"search subject Grüße", `SEARCH subject "Grüße"`},
		{"sort date subject Grüße", `SORT (date) UTF-8 subject "Grüße"`},
		{"login alice Grüße", "LOGIN alice ••••••"},
		{"status inbox", "STATUS inbox (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE MAILBOXID)"},
		{"myrights", `MYRIGHTS "Entwürfe"`},
		{"search subject Gr\xfc\xdfe", "SEARCH subject {5}<Gr\xfc\xdfe>"},
	} {
		if s := shown(Complete(MatchLine(c.typed), rev2View)); s != c.sent {
			t.Errorf("%s\n got  %s\n want %s", c.typed, s, c.sent)
		}
	}
}

func TestThePasswordIsAppendedInTheFormItsBytesRequire(t *testing.T) {
	for _, c := range []struct{ answer, sent string }{
		{"secret", "LOGIN alice secret"},
		{"two words", `LOGIN alice "two words"`},
		{`a"b\c`, `LOGIN alice "a\"b\\c"`},
		{"", `LOGIN alice ""`},
		{"Grüße", "LOGIN alice {7}<Grüße>"},
		{"{5}", `LOGIN alice "{5}"`},
	} {
		got := CompleteWithSecret(MatchLine("login alice"), rev1View, c.answer)
		var b strings.Builder
		for _, p := range got.Pieces {
			if p.Literal {
				fmt.Fprintf(&b, "{%d}<%s>", len(p.Text), p.Text)
			} else {
				b.Write(p.Text)
			}
		}
		if b.String() != c.sent || got.Ask != nil {
			t.Errorf("\n got  %s\n want %s", b.String(), c.sent)
		}
		if s := shown(got); c.answer != "" && strings.Contains(s, c.answer) {
			t.Errorf("the answer is not masked: %s", s)
		}
	}
}

// completeTwice completes a completed line again, if it is a single line.
func completeTwice(t *testing.T, typed string, v *View) {
	t.Helper()
	first := Complete(MatchLine(typed), v)
	if len(first.Pieces) != 1 || first.Ask != nil {
		return
	}
	sent := string(first.Pieces[0].Text)
	second := Complete(MatchLine(sent), v)
	if second.Changed || len(second.Pieces) != 1 || string(second.Pieces[0].Text) != sent {
		t.Errorf("%q is completed to %q and that to %q", typed, sent, shown(second))
	}
	if first.Fits != second.Fits && first.Changed {
		t.Errorf("%q is completed to %q, which fits: %v, then %v", typed, sent, first.Fits, second.Fits)
	}
}

func TestCompletingACompletedLineChangesNothing(t *testing.T) {
	for _, v := range []*View{rev1View, rev2View, {}, nil} {
		for _, c := range completions {
			completeTwice(t, c.typed, v)
		}
		for i := range table {
			for _, e := range table[i].Examples {
				completeTwice(t, e, v)
				if got := Complete(MatchLine(e), v); got.Changed {
					t.Errorf("%s fits and was changed: %s", e, shown(got))
				}
			}
		}
	}
}

func FuzzCompletingACompletedLineChangesNothing(f *testing.F) {
	for _, c := range completions {
		f.Add(c.typed)
	}
	for i := range table {
		for _, e := range table[i].Examples {
			f.Add(e)
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\r\n") {
			t.Skip()
		}
		m := MatchLine(line)
		for _, w := range m.Words {
			if line[w.Start:w.End] != w.Text {
				t.Fatalf("word %q is not at %v of %q", w.Text, w.Span, line)
			}
		}
		if m.Stop < 0 || m.Stop > len(line) {
			t.Fatalf("stop %d is outside %q", m.Stop, line)
		}
		Mask(line, m.Secrets)
		for _, v := range []*View{rev1View, rev2View} {
			completeTwice(t, line, v)
			warningsOf(m.Line, v)
			m.EffectOf(v)
		}
		Look(line, rev1View)
		Whose(line, nil)
	})
}

func BenchmarkMatchAndComplete(b *testing.B) {
	for _, line := range []string{"NOOP", "FETCH 1:22 (FLAGS BODY[HEADER.FIELDS (DATE FROM SUBJECT)])", "fetch 5"} {
		b.Run(line, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Complete(MatchLine(line), rev1View)
			}
		})
	}
}

func TestCompletingReturnsTheMatchOfWhatIsSent(t *testing.T) {
	for name, row := range map[string]struct{ typed, want string }{
		"sent as typed":                      {"noop", "noop"},
		"shorthand":                          {"fetch 5", "FETCH 5 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"},
		"a mailbox name that is encoded":     {"select Entwürfe", "SELECT Entw&APw-rfe"},
		"a literal, as typed":                {"search subject ü", "search subject ü"},
		"a line that does not fit, as typed": {"fetch fetch fetch", "fetch fetch fetch"},
		"a command that is not in the table": {"frobnicate 1", "frobnicate 1"},
		"a line that asks, as typed":         {"login alice", "login alice"},
	} {
		m := MatchLine(row.typed)
		got := Complete(m, &View{}).Match
		want := MatchLine(row.want)
		if got.Line != want.Line || got.Name != want.Name || got.Command != want.Command || got.Fits != want.Fits || len(got.Words) != len(want.Words) {
			t.Errorf("%s\n got  %q, %s, fits %v\n want %q, %s, fits %v", name, got.Line, got.Name, got.Fits, want.Line, want.Name, want.Fits)
		}
	}
	if got := CompleteWithSecret(MatchLine("login alice"), nil, "geheim").Match.Line; got != "login alice" {
		t.Errorf("with a secret: got %q, want the line as typed", got)
	}
}

func TestMatchingAShortLineHardlyAllocates(t *testing.T) {
	for line, most := range map[string]float64{"noop": 2, "NOOP": 2, "noop &": 7, "fetch 1:* (uid flags body.peek[header])": 16} {
		if got := testing.AllocsPerRun(100, func() { matched = MatchLine(line) }); got > most {
			t.Errorf("%q: got %v allocations, want at most %v", line, got, most)
		}
	}
}

// warningsOf returns the doubts about a line that is completed.
func warningsOf(line string, v *View) []Warning {
	m := MatchLine(line)
	return Warnings(m, m.Fits || Complete(m, v).Fits, v)
}
