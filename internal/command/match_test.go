package command

import (
	"strings"
	"testing"
)

func texts(m *Match) string {
	var out []string
	for _, w := range m.Words {
		out = append(out, "<"+w.Text+">")
	}
	return strings.Join(out, "")
}

func TestALineIsSplitAsIMAPSplitsIt(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"a quoted string with spaces and escapes", `LOGIN "a b" "c\" d"`, `<LOGIN><"a b"><"c\" d">`},
		{"a list is one word", `FETCH 1 (FLAGS (A B) UID)`, `<FETCH><1><(FLAGS (A B) UID)>`},
		{"a section is one word", `fetch 1 BODY[HEADER.FIELDS (A B)]<0.1> x`, `<fetch><1><BODY[HEADER.FIELDS (A B)]<0.1>><x>`},
		{"UID and what it applies to are two", `uid fetch 1 all`, `<uid><fetch><1><all>`},
		{"a bracket elsewhere is a character", `select a[b c`, `<select><a[b><c>`},
		{"a list that is never closed goes to the end", `fetch 1 (flags uid`, `<fetch><1><(flags uid>`},
		{"an unterminated quote goes to the end", `select "a b`, `<select><"a b>`},
		{"other scripts", `select Entwürfe`, `<select><Entwürfe>`},
		{"LOGIN has no lists", `login alice (a b)`, `<login><alice><(a><b)>`},
		{"nothing", ``, ``},
		{"only spaces", `  `, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := texts(MatchLine(c.line)); got != c.want {
				t.Errorf("%s\n got  %s\n want %s", c.line, got, c.want)
			}
		})
	}
}

func TestTheMatchSaysWhereALineStopsFitting(t *testing.T) {
	for _, c := range []struct {
		line string
		stop int
		want string
	}{
		{`NOOP now`, 5, "the end of the line"},
		{`SELECT`, 6, "mailbox"},
		{`SELECT "a b`, 7, "a closing quote"},
		{`FETCH 1 BODY[TEXT`, 8, `a closing "]"`},
		{`FETCH x FLAGS`, 6, "sequence-set"},
		{`FETCH 1  FLAGS`, 7, "one space"},
		{`FETCH 1 ( FLAGS)`, 9, "no space"},
		{`FETCH 1 (FLAGS`, 14, `item or ")"`},
		{`SEARCH OR SEEN`, 14, "search-key, sequence-set or (search-key ...)"},
		{`SEARCH SINCE yesterday`, 13, "date"},
		{`NOOP `, 4, "the end of the line, without spaces"},
		{` NOOP`, 0, "the command, without spaces before it"},
		{`uid  fetch 1 flags`, 3, "one space"},
		{`STORE 1 +FLAGS`, 14, "([flag ...]) or flag"},
		{`XFOO 1`, 0, "a command"},
	} {
		t.Run(c.line, func(t *testing.T) {
			m := MatchLine(c.line)
			if m.Fits || m.Stop != c.stop || m.Want != c.want {
				t.Errorf("\n got  %d, %s, fits %v\n want %d, %s", m.Stop, m.Want, m.Fits, c.stop, c.want)
			}
		})
	}
}

func TestWhatTheGrammarsAllowFits(t *testing.T) {
	for _, line := range strings.Split(`SEARCH CHARSET UTF-8 (OR (FROM a NOT SEEN) UID 1:*) LARGER 5 KEYWORD $Junk
SEARCH RETURN () ALL
SEARCH HEADER "Message-ID" ""
SEARCH OR OR SEEN NOT NOT DRAFT (1:3,5 UID 7)
SEARCH $
FETCH 1:* (BODY[] BODY[1.2.HEADER.FIELDS.NOT (A "B C")]<0.5> BODY.PEEK[MIME] RFC822.SIZE)
FETCH 1 PREVIEW (LAZY) (CHANGEDSINCE 5)
FETCH *:4,7 full
LIST () "" ()
LIST "" *
LIST "" Entw&APw-rfe
APPEND a "17-Jul-1996 02:44:25 -0700" {5}
APPEND a " 7-Jul-1996 02:44:25 -0700" {5+}
APPEND a (\Seen) {5}
APPEND a UTF8 (~{5+}
APPEND a CATENATE (URL "/x;uid=1" TEXT {5}
LOGIN {5}
LOGIN alice {6+}
LOGIN alice ""
SELECT "Entwürfe"
STORE 1 FLAGS ()
STORE 1 +FLAGS \Seen work $x
ENABLE X-SOMETHING
AUTHENTICATE X-OWN =
SETMETADATA "" (/shared/comment ~{3}
SETQUOTA "a b" (X-OTHER 5 STORAGE 6)
CREATE a (USE (\Sent \Trash))
ID ("a" NIL "b" "c")
ID ()
NOTIFY SET (mailboxes (a "b c") (MessageNew (UID BODY.PEEK[HEADER.FIELDS (From)]) MessageExpunge))`, "\n") {
		bad := strings.Contains(line, "PEEK[MIME]") || line == `LIST "" ()`
		if line == `LIST () "" ()` {
			bad = true // patterns = "(" list-mailbox *(SP list-mailbox) ")"
		}
		if m := MatchLine(line); m.Fits == bad {
			t.Errorf("%s\n fits %v, stop %d, want %s", line, m.Fits, m.Stop, m.Want)
		}
	}
}

func TestALiteralIsFoundAtTheEndOfALine(t *testing.T) {
	for line, want := range map[string]*TypedLiteral{
		"APPEND a {12}":            {At: 9, Size: 12},
		"APPEND a {12+}":           {At: 9, Size: 12, NonSync: true},
		"APPEND a ~{3}":            {At: 9, Size: 3, Binary: true},
		"SEARCH (TEXT {3}":         {At: 13, Size: 3},
		`SELECT "a {3}`:            nil,
		`SELECT "a {3}"`:           nil,
		"SELECT a{3}":              nil,
		"SELECT {}":                nil,
		"SELECT {x}":               nil,
		"SELECT {3":                nil,
		"FETCH 1 BODY[{3}]":        nil,
		"a {99999999999999999999}": nil,
	} {
		got := MatchLine(line).Literal
		if (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%s: got %+v, want %+v", line, got, want)
		}
	}
}

func TestSecretsAreMaskedAndNearMissesToo(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"LOGIN alice secret", "LOGIN alice ••••••"},
		{"login alice secret ", "login alice ••••••"},
		{`LOGIN "al ice" "se cret"`, `LOGIN "al ice" ••••••`},
		{"LOGIN alice my secret words", "LOGIN alice ••••••"},
		{"LOGIN alice  secret", "LOGIN alice  ••••••"},
		{`LOGIN alice "unterminated secret`, "LOGIN alice ••••••"},
		{`LOGIN "alice secret`, "LOGIN ••••••"},
		{"LOGIN (alice secret)", "LOGIN ••••••"},
		{"LOGIN alice (secret", "LOGIN alice ••••••"},
		{"LOGIN alice {6}", "LOGIN alice {6}"},
		{"LOGIN alice secret {6}", "LOGIN alice ••••••"},
		{"LOGIN alice", "LOGIN alice"},
		{"LOGIN\talice\tsecret", "LOGIN\talice\t••••••"},
		{"AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==", "AUTHENTICATE PLAIN ••••••"},
		{"AUTHENTICATE PLAIN not base64", "AUTHENTICATE PLAIN ••••••"},
		{"AUTHENTICATE PLAIN", "AUTHENTICATE PLAIN"},
		{"logn alice secret", "logn ••••••"},
		{"lgoin alice secret", "lgoin ••••••"},
		{"LOGINN alice secret", "LOGINN ••••••"},
		{"authenicate plain AGFs", "authenicate ••••••"},
		{"auth plain AGFs", "auth ••••••"},
		{"a logn alice secret", "a logn ••••••"},
		{"x login alice secret", "x login ••••••"},
		{"SELECT INBOX", "SELECT INBOX"},
		{"XLOGOFF now", "XLOGOFF now"},
		{"", ""},
	} {
		m := MatchLine(c.line)
		if got := Mask(c.line, m.Secrets); got != c.want {
			t.Errorf("%s\n got  %s\n want %s", c.line, got, c.want)
		}
	}
}

func TestALiteralAfterALoginIsKnownAsASecret(t *testing.T) {
	for _, c := range []struct {
		line         string
		octets, rest bool
	}{
		{"LOGIN alice {6}", true, true},
		{"LOGIN {5}", false, true},
		{"AUTHENTICATE PLAIN {6}", true, true},
		{"logn alice {6}", true, true},
		{"APPEND a {6}", false, false},
	} {
		m := MatchLine(c.line)
		if m.LiteralSecret != c.octets || m.RestSecret != c.rest {
			t.Errorf("%s: got %v %v", c.line, m.LiteralSecret, m.RestSecret)
		}
	}
}

func TestRevealsIsTrueForLinesThatRevealASecret(t *testing.T) {
	for line, want := range map[string]bool{
		"LOGIN alice secret": true, "LOGIN alice": true, "AUTHENTICATE PLAIN": true, "authenticate xoauth2": true, "AUTHENTICATE OAUTHBEARER": true,
		"AUTHENTICATE X-OWN": true, "AUTHENTICATE SCRAM-SHA-256": false, "AUTHENTICATE CRAM-MD5": false, "AUTHENTICATE DIGEST-MD5": false,
		"AUTHENTICATE EXTERNAL =": false, "logn alice secret": true, "NOOP": false, "LOGIN": false,
	} {
		m := MatchLine(line)
		if got := m.Reveals(); got != want {
			t.Errorf("%s: got %v, want %v", line, got, want)
		}
	}
}

func TestTheCommandThatWasMeantIsFound(t *testing.T) {
	for word, want := range map[string]string{
		"logn": "LOGIN", "lgoin": "LOGIN", "authenicate": "AUTHENTICATE", "selct": "SELECT", "serach": "SEARCH", "FETHC": "FETCH", "xyzzy": "", "list": "", "ab": "",
	} {
		if got, _ := Near(word); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}

func TestWhoseTagItIs(t *testing.T) {
	shell := func(w string) bool { return w == "help" || w == "quit" }
	for _, c := range []struct{ line, tag, rest string }{
		{"NOOP", "", "NOOP"},
		{"  noop", "", "noop"},
		{"a1 NOOP", "a1", "NOOP"},
		{"foo select INBOX", "foo", "select INBOX"},
		{". login alice secret", ".", "login alice secret"},
		{"a001 XFOO bar", "a001", "XFOO bar"},
		{". XFOO", ".", "XFOO"},
		{"xfoo bar", "", "xfoo bar"},
		{"help fetch", "", "help fetch"},
		{"fetch fetch 1", "", "fetch fetch 1"},
		{"a1", "", "a1"},
		{"a1  noop", "a1", "noop"},
		{"uid fetch 1 flags", "", "uid fetch 1 flags"},
		{"x uid fetch 1 flags", "x", "uid fetch 1 flags"},
		{`"a noop`, "", `"a noop`},
		{"+ noop", "+", "noop"},
		{"", "", ""},
	} {
		if tag, rest := Whose(c.line, shell); tag != c.tag || rest != c.rest {
			t.Errorf("%q: got %q %q, want %q %q", c.line, tag, rest, c.tag, c.rest)
		}
	}
}

func TestEachLineHasItsEffect(t *testing.T) {
	rw, ro := &View{State: Selected}, &View{State: Selected, ReadOnly: true}
	for _, c := range []struct {
		line string
		v    *View
		want Effect
	}{
		{"NOOP", rw, None}, {"SELECT a", rw, Reads}, {"EXAMINE a", rw, Reads}, {"COPY 1 a", rw, Changes}, {"MOVE 1 a", rw, Changes},
		{"EXPUNGE", rw, Destroys}, {"UID EXPUNGE 1", rw, Destroys}, {"CLOSE", rw, Destroys}, {"CLOSE", ro, None}, {"DELETE a", rw, Destroys}, {"RENAME a b", rw, Destroys},
		{`STORE 1 +FLAGS (\Deleted)`, rw, Destroys}, {`STORE 1 FLAGS (\Seen \deleted)`, rw, Destroys}, {`STORE 1 -FLAGS (\Deleted)`, rw, Changes}, {`STORE 1 +FLAGS (\Seen)`, rw, Changes},
		{"store 1 +deleted", rw, Destroys}, {"store 1 +seen deleted", rw, Destroys}, {"store 1 -deleted", rw, Changes}, {`uid store 1 +\Deleted`, rw, Destroys},
		{"FETCH 1 BODY[]", rw, Changes}, {"FETCH 1 (FLAGS BODY[TEXT]<0.5>)", rw, Changes}, {"FETCH 1 BODY[]", ro, Reads}, {"FETCH 1 BODY.PEEK[]", rw, Reads}, {"FETCH 1 RFC822", rw, Changes},
		{"FETCH 1 RFC822.HEADER", rw, Reads}, {"FETCH 1 BODY", rw, Reads}, {"fetch 1 flags body[]", rw, Changes}, {"FETCH 1 BINARY[1]", rw, Changes}, {"XFOO", rw, None},
	} {
		if got := MatchLine(c.line).EffectOf(c.v); got != c.want {
			t.Errorf("%s: got %d, want %d", c.line, got, c.want)
		}
	}
}

func TestALineHasItsWarnings(t *testing.T) {
	caps := func(names ...string) map[string]bool {
		out := map[string]bool{}
		for _, n := range names {
			out[n] = true
		}
		return out
	}
	selected := &View{State: Selected, Caps: caps("IMAP4REV1", "IDLE")}
	for _, c := range []struct {
		line string
		v    *View
		want string // a part of the first warning, "" for none
	}{
		{"NOOP", selected, ""},
		{"fetch 1", selected, ""},
		{"list", selected, ""},
		{"select Entwürfe", selected, ""},
		{"APPEND {3} (\\Seen) {3}", selected, ""},
		{"APPEND a {3} {4}", selected, "a second message needs the capability MULTIAPPEND"},
		{"APPEND a (\\Seen) {3} (\\Draft) {4+}", &View{State: Selected, Caps: caps("LITERAL+")}, "a second message needs the capability MULTIAPPEND"},
		{"APPEND a {3} {4}", &View{State: Selected, Caps: caps("MULTIAPPEND")}, ""},
		{"APPEND a {3} {4}", &View{State: Selected}, ""},
		{"APPEND a CATENATE (TEXT {3} TEXT {4}", &View{State: Selected, Caps: caps("CATENATE")}, ""},
		{"APPEND a CATENATE (TEXT {3}) CATENATE (TEXT {4}", &View{State: Selected, Caps: caps("CATENATE")}, "a second message needs the capability MULTIAPPEND"},
		{"append box", selected, ""},
		{"logn alice secret", selected, "did you mean LOGIN?"},
		{"ls", selected, "unknown command LS; sent as typed (help ls: folders, which IMAP calls mailboxes)"},
		{"undelete 7", selected, "unknown command UNDELETE; sent as typed (help undelete: what you can undo, and how)"},
		{"mark 3", selected, "unknown command MARK; sent as typed (help mark: flags and keywords)"},
		{"xyzzy", selected, "unknown command XYZZY; sent as typed (help lists the commands)"},
		{"LOGIN alice secret", selected, "LOGIN is not allowed after login"},
		{"FETCH 1 FLAGS", &View{State: NotAuthenticated}, "FETCH needs a selected mailbox (log in, then SELECT or EXAMINE)"},
		{"LIST", &View{State: NotAuthenticated}, "LIST is not allowed before login (LOGIN or AUTHENTICATE first)"},
		{"ENABLE CONDSTORE", &View{State: Selected}, "ENABLE is not allowed while a mailbox is selected (UNSELECT or CLOSE first)"},
		{"NOOP", &View{State: Logout}, "NOOP is not allowed: the connection is closing"},
		{"FETCH 1 FLAGS", &View{State: Authenticated}, "FETCH needs a selected mailbox (SELECT or EXAMINE first)"},
		{"MOVE 1 a", selected, "MOVE needs the capability MOVE, which"},
		{"MOVE 1 a", &View{State: Selected, Caps: caps("IMAP4REV2")}, ""},
		{"MOVE 1 a", &View{State: Selected}, ""},
		{"COPY 1 a b", selected, "syntax error: expected the end of the line here"},
		{"SEARCH YOUNGER 5", selected, "YOUNGER needs the capability WITHIN"},
		{"UID SEARCH UIDAFTER 25000 UNDELETED", selected, "UIDAFTER needs the capability MESSAGELIMIT"},
		{"SEARCH UIDBEFORE 5", selected, "UIDBEFORE needs the capability MESSAGELIMIT"},
		{"STORE 1 +FLAGS Seen", selected, `the system flag is \Seen`},
		{`STORE 1 +FLAGS \Seen`, selected, ""},
		{"SELECT R&D", selected, `write R&-D`},
		{"SELECT Entw&APw-rfe", selected, ""},
		{"UID SEARCH RETURN (COUNT) ALL", selected, "RETURN needs the capability ESEARCH"},
		{"search unsen", selected, "; did you mean UNSEEN?"},
		{"fetch 1 flgs", selected, "; did you mean FLAGS?"},
		{"status inbox (mesages)", selected, "; did you mean MESSAGES?"},
		{"search unread", selected, "; did you mean UNSEEN?"},
		{"uid search not read", selected, "; did you mean SEEN?"},
		{"search after 1-feb-2020", selected, "; did you mean SINCE?"},
		{"search subject unread", selected, ""},
		{"search al", selected, "; did you mean ALL?"},
		{"search dr", selected, "; did you mean DRAFT?"},
		{"search se", selected, "; to find a word anywhere in a message: TEXT se"},
		{"search today", selected, "; to find a word anywhere in a message: TEXT today"},
		{"search alice", selected, "; to find a word anywhere in a message: TEXT alice"},
		{"uid search not bob", selected, "; to find a word anywhere in a message: TEXT bob"},
		{"search 1.5", selected, "search-key"},
		{"search since 2020-02-01", selected, "write a date like this: 1-Feb-2020"},
		{"search before 1.2.2020", selected, "write a date like this: 1-Feb-2020"},
		{`sort (date) utf-8 on "20200201"`, &View{State: Selected}, "write a date like this: 1-Feb-2020"},
		{"search since yesterday", selected, "write a date like this: 1-Feb-2026"},
		{"search since 1-feb-2020", selected, ""},
		{"search larger 1M", selected, "write a number without a unit: 1048576"},
		{"search or smaller 20kb seen", selected, "write a number without a unit: 20480"},
		{"search younger 7d", &View{State: Selected}, "write a number without a unit: 604800"},
		{"search larger big", selected, "expected bytes here"},
		{"search larger 99999999999999999999G", selected, "expected bytes here"},
		{"search from joerg or from ann", selected, "write OR before both of its keys: or from joerg from ann"},
		{"search seen since 1-Feb-2020 OR subject x", selected, "its keys: OR since 1-Feb-2020 subject x"},
		{"search from a or from b or from c", selected, "OR FROM joerg FROM ann"},
		{"search or from joerg from ann", selected, ""},
		{"search from joerg and from ann", selected, "leave AND out"},
		{"delete 7", selected, "To delete message 7 use store 7 +deleted, then expunge"},
		{"delete 2:4", selected, "To delete messages 2:4 use"},
		{"delete 2024", &View{State: Selected, Mailboxes: []string{"2024"}}, ""},
		{"delete Lists", selected, ""},
		{"select sent", &View{State: Selected, Mailboxes: []string{"INBOX", "Sent"}}, "LIST showed Sent, not sent"},
		{`move 3 "old mail"`, &View{State: Selected, Caps: caps("MOVE"), Mailboxes: []string{"Old Mail"}}, `LIST showed "Old Mail", not "old mail"`},
		{"status sent (messages)", &View{State: Selected, Mailboxes: []string{"sent", "Sent"}}, ""},
		{"create sent", &View{State: Selected, Mailboxes: []string{"Sent"}}, ""},
		{"select inbox", &View{State: Selected, Mailboxes: []string{"INBOX"}}, ""},
		{"select sent", selected, ""},
		{"create INBOX.x", &View{State: Selected, Delim: '/'}, `with "/", not with ".": for a mailbox below INBOX write INBOX/x`},
		{"create Lists.a.b", &View{State: Selected, Delim: '/', Mailboxes: []string{"Lists"}}, "Lists/a/b"},
		{"create example.org", &View{State: Selected, Delim: '/', Mailboxes: []string{"Lists"}}, ""},
		{"create INBOX.x", &View{State: Selected, Delim: '.'}, ""},
		{"create INBOX.x", &View{State: Selected}, ""},
		{`rename a "Old mail/2024"`, &View{State: Selected, Delim: '.'}, `below Old mail write "Old mail.2024"`},
		{"LOGIN alice my secret word", &View{State: NotAuthenticated}, "LOGIN takes a user name and a password, not 4 words"},
		{"STATUS a (DELETED)", &View{State: Authenticated, Caps: caps("IMAP4REV2")}, ""},
		{"fetch all", selected, "expected sequence-set here; messages are named by number: 5, 2:4, or 1:* for all"},
		{"uid copy last Archive", selected, "expected uid-set here; messages are named by UID: 5, 2:4, or 1:* for all"},
		{"fetch inbox", selected, "messages are named by number"},
		{"fetch 1-5 flags", selected, "expected sequence-set here; write a range with a colon: 1:5"},
		{"copy 1,3..5 a", selected, "messages are named by number"},
		{"fetch", selected, "expected sequence-set here; for example: FETCH 7 (UID FLAGS ENVELOPE)"},
		{"select", selected, "expected mailbox here; for example: SELECT INBOX"},
		{"store 1 seen", selected, `here; to set a flag: store 1 +FLAGS (\Seen)`},
		{"uid store 2:4 deleted", selected, `here; to set a flag: uid store 2:4 +FLAGS (\Deleted)`},
		{"store 1", selected, `here; for example: STORE 5 +FLAGS (\Seen)`},
		{"search from", selected, "expected string here; for example: SEARCH SINCE 1-Feb-2026 FROM alice"},
		{"search subject", selected, `expected string here; for example: SEARCH SUBJECT "two words"`},
		{"search from:ann", selected, "; write a space after the key: FROM ann"},
		{"search foo:bar", selected, "; for example: SEARCH UNSEEN"},
		{"rename a", selected, "for example: RENAME Work Archive/Work"},
		{"append", selected, `for example: APPEND Drafts (\Draft) < FILE`},
		{"login", &View{State: NotAuthenticated}, "expected user here; login alice asks for the password"},
		{"noop now", selected, "expected the end of the line here; NOOP takes no arguments"},
		{"expunge 3", selected, "expected the end of the line here; EXPUNGE takes no arguments; UID EXPUNGE does"},
	} {
		got := warningsOf(c.line, c.v)
		switch {
		case c.want == "" && len(got) > 0, c.want != "" && len(got) == 0, c.want != "" && !strings.Contains(got[0].Text, c.want):
			t.Errorf("%s\n got  %v\n want %s", c.line, got, c.want)
		}
	}
	if got := WarningsAsTyped(MatchLine(`append`), selected); len(got) == 0 || strings.Contains(got[0].Text, "FILE") {
		t.Errorf("with its own tag: %v, but nothing is redirected there", got)
	}
	if got := WarningsAsTyped(MatchLine(`select Entwürfe`), selected); len(got) == 0 {
		t.Error("a line with its own tag is not encoded, and no warning says so")
	}
}
