package imaptest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"imapsh/internal/match"
	"imapsh/internal/wire"
)

// oneEnv knows one environment variable.
func oneEnv(name string) (string, bool) { return "1", name == "HAVE" }

func TestATestIsRecognizedByItsHeader(t *testing.T) {
	for text, want := range map[string]bool{
		"state: auth\n\nok noop\n":                          true,
		"# a remark\n\nstate: auth\n":                       false,
		"# a remark\nmessages: all\nuser 2: $user2\n\nnoop": true,
		"connections: 2\r\n\r\n1 ok noop\r\n":               true,
		"Subject: x\n\ny\n":                                 false,
		"state: auth\nSubject: x\n\n":                       false,
		"login alice secret\n":                              false,
		"state: auth":                                       false,
		"\nok noop\n":                                       false,
		"":                                                  false,
	} {
		if got := IsTest([]byte(text)); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestAnErrorInATestNamesTheLine(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"state: asleep\n\nok noop\n", `line 1: state: "asleep" is not nonauth, auth, created, appended or selected`},
		{"connections: 0\n\nok noop\n", "line 1: a test needs a connection"},
		{"connections: 101\n\nok noop\n", `line 1: connections: "101" is not a number up to 100`},
		{"state: auth\nsubject: x\n\n", `line 2: "subject: x" is not a line of the header`},
		{"user 0: x\n\nok noop\n", "line 1: user 0: there is no such connection"},
		{"state: auth\n\n", "line 2: there are no commands"},
		{"state: auth\n\nok append x {{{\nabc\n", "line 3: this literal is not closed: a line that begins with }}} is missing"},
		{"state: auth\n\nnoop\n", "line 3: the reply to this command is missing"},
		{"state: auth\n\nnoop\nnoop\n", "line 3: the reply to this command is missing"},
		{"state: auth\n\ntag1 noop\ntag1 noop\n", "line 4: this tag is already used"},
		{"state: auth\n\ntag1 noop\ntag2 ok\n", "line 4: no command with this tag is waiting for a reply"},
		{"connections: 2\n\nok noop\n", "line 3: the number of the connection is missing: this test has several"},
		{"connections: 2\n\n1 noop\n2 ok\n", "line 4: the command was sent on another connection"},
		{"connections: 2\n\n1 tag1 noop\n2 tag2 noop\n", "line 4: commands that are sent together must be sent on one connection"},
		{"state: auth\n\nok\n", "line 3: a command is missing here"},
		{"state: auth\n\nok noop\n* 1 fetch (flags\n", "line 4: ) is missing"},
		{"state: auth\n\nok noop\n* 1\n", "line 4: the name of a response is missing here, as in: * 1 exists"},
		{"state: auth\n\nok noop\n* )\n", "line 4: this ) has no ( before it"},
		{"state: auth\n\nok noop\n* list () \"/\n", "line 4: this string has no closing quote"},
		{"state: auth\n\nok noop\n* list ($!twice) x y\n", "line 4: unknown directive $!twice"},
		{"state: auth\n\nok noop\n* 1 fetch ($!unordered=2 uid)\n", "line 4: the list has 1 elements, which cannot be taken 2 at a time"},
		{"state: auth\n\nok noop\n* x " + strings.Repeat("(", 200) + "\n", "line 4: lists are nested too deeply"},
		{"state: auth\n\n!ifenv HAVE\nok noop\n", "line 3: this !ifenv is not closed: !endif is missing"},
		{"state: auth\n\n!else\n", "line 3: this !else has no !ifenv before it"},
		{"state: auth\n\n!endif\n", "line 3: this !endif has no !ifenv before it"},
		{"state: auth\n\nok noop\n!sleep soon\n", `line 4: "soon" is not a time, as in 200ms`},
	} {
		_, err := Read([]byte(row.text), oneEnv)
		if err == nil || err.Error() != row.want {
			t.Errorf("%q: got %v, want %s", row.text, err, row.want)
		}
	}
}

func TestConditionsDecideWhichLinesCount(t *testing.T) {
	test, err := Read([]byte("state: auth\n\n!ifenv HAVE\nok a\n!ifnenv HAVE\nok b\n!else\nok c\n!endif\n!else\nok d\n!endif\n!ifenv MISSING\nok e\n!endif\nok f\n"), oneEnv)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range test.groups {
		got = append(got, g.commands[0].text.head())
	}
	if strings.Join(got, " ") != "a c f" {
		t.Errorf("got %q", got)
	}
}

func TestALiteralHoldsTheLinesBetweenItsMarks(t *testing.T) {
	test, err := Read([]byte("state: auth\n\nok append x {{{\none\r\n\ntwo\n}}} {{{\n}}} y ~{{{\na\r\nb\n\n}}}\n"), oneEnv)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%+v", test.groups[0].commands[0].text.pieces)
	want := fmt.Sprintf("%+v", []piece{{text: "append x "}, {text: "one\r\n\r\ntwo", literal: true}, {text: " "}, {literal: true},
		{text: " y "}, {text: "a\r\nb\n", literal: true, binary: true}, {text: ""}})
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestMessagesOfAnMboxFileHaveTheirDates(t *testing.T) {
	got := fmt.Sprintf("%q", readMbox("From a@b  Fri Feb 22 17:06:23 2008\nSubject: x\n\nFrom here on\n\nFrom a@b Fri Feb  1 17:06:23 2008 +0200\nb\n"))
	want := fmt.Sprintf("%q", []Message{{"Subject: x\r\n\r\nFrom here on\r\n\r\n", "22-Feb-2008 17:06:23 +0000"}, {"b\r\n", " 1-Feb-2008 17:06:23 +0200"}})
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// received returns a response; "\n" in it is CRLF.
func received(t testing.TB, text string) *Heard {
	t.Helper()
	f := wire.NewFramer(func() time.Time { return time.Time{} })
	var a wire.Arena
	raw := strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
	for _, p := range f.Feed([]byte(raw), nil, &a) {
		if p.Kind == wire.End {
			var tree wire.Tree
			tree.Parse(p.Frame)
			return &Heard{Response: match.ReadWhole(&tree), Shown: text}
		}
	}
	t.Fatalf("%q is not a response", text)
	return nil
}

func TestAnExpectationMatchesAsImapTestDoes(t *testing.T) {
	for _, c := range []struct{ expects, response, want string }{
		{"1 exists", "* 1 EXISTS", ""},
		{"1 exists", "* 2 EXISTS", "no"},
		{"$ exists", "* 2 EXISTS", ""},
		{"$2 expunge", "* 1 EXPUNGE", ""},
		{"$3 expunge", "* 3 EXPUNGE", "no"},
		{"list () $sep $mailbox", `* LIST (\HasNoChildren) "/" BOX`, "sep=/"},
		{"list () $ ${case:box}", `* LIST () "/" BOX`, "no"},
		{"list () $ ${case:BOX}", `* LIST () "/" BOX`, ""},
		{`list ($!unordered $!ban=\noselect) $ box`, `* LIST (\Noselect) "/" BOX`, "no"},
		{`list ($!unordered $!noextra $!ignore=\marked \noselect) $ box`, `* LIST (\Marked \Noselect) "/" BOX`, ""},
		{`list ($!unordered $!noextra \noselect) $ box`, `* LIST (\Marked \Noselect) "/" BOX`, "no"},
		{"list $ $ $name", `* LIST (\Marked) "/" Entw&APw-rfe`, "name=Entw&APw-rfe"},
		{"list () $ box", `* LIST () "/" box ("CHILDINFO" ("SUBSCRIBED"))`, "no"},
		{"list () $ box (childinfo (subscribed))", `* LIST () "/" box ("CHILDINFO" ("SUBSCRIBED"))`, ""},
		{"status $mailbox (messages 1)", "* STATUS box (UIDNEXT 3 MESSAGES 1)", ""},
		{"status $mailbox (messages 2)", "* STATUS box (UIDNEXT 3 MESSAGES 1)", "no"},
		{"1 fetch (flags (\\seen))", "* 1 FETCH (UID 2 FLAGS (\\Seen \\Recent $HasAttachment))", ""},
		{"1 fetch (flags (\\seen))", "* 1 FETCH (FLAGS (\\Seen x))", "no"},
		{"1 fetch (flags ($!unordered \\seen))", "* 1 FETCH (FLAGS (x \\Seen))", ""},
		{"1 fetch (flags $ uid $uid)", "* 1 FETCH (UID 7 FLAGS (\\Seen))", "uid=7"},
		{"1 fetch (body[text] $text)", "* 1 FETCH (BODY[TEXT] {4}\na\nb)", "text=a\r\nb"},
		{"1 fetch (binary[1] a\x00c)", "* 1 FETCH (BINARY[1] ~{4}\na\x00bc)", ""},
		{"1 fetch (binary[1] b\x00c)", "* 1 FETCH (BINARY[1] ~{3}\na\x00c)", "no"},
		{"1 fetch (binary[1] ab)", "* 1 FETCH (BINARY[1] ~{3}\na\x00b)", "no"},
		{"1 fetch ($!ordered uid 7 flags $)", "* 1 FETCH (FLAGS () UID 7)", "no"},
		{"1 fetch (envelope ($ \"s\" $ $ $ $ $ $ $ $))", `* 1 FETCH (ENVELOPE (NIL "S" NIL NIL NIL NIL NIL NIL NIL "<i>"))`, ""},
		{"1 fetch (x-list ($!unordered=2 b $b))", "* 1 FETCH (X-LIST (A 1 B 2))", "b=2"},
		{"search 1 2", "* SEARCH 2 1", ""},
		{"search 1", "* SEARCH 2 1", "no"},
		{"search ", "* SEARCH", ""},
		{"sort 1 2", "* SORT 2 1", "no"},
		{"thread (1)(2 3)", "* THREAD (1)(2 3)", ""},
		{"esearch (tag $tag) all 1:3", `* ESEARCH (TAG "a1") ALL 1,2:3`, ""},
		{"esearch (tag $tag)", `* ESEARCH (TAG "a1") ALL 1,2:3`, "no"},
		{"esearch (tag $tag) all 1", `* ESEARCH (TAG "a1") UID ALL 1`, "no"},
		{"ok [unseen 1]", "* OK [UNSEEN 1] first unseen", ""},
		{"ok [unseen 1]", "* OK [UNSEEN 10] first unseen", "no"},
		{"ok [capability $] log", "* OK [CAPABILITY A B C] Logged in", ""},
		{"ok [uidnext $next]", "* OK [UIDNEXT 4] Predicted", "next=4"},
		{"no over quo", "* NO Over quota", ""},
		{"no quota", "* NO Over quota", "no"},
		{"bye $", "* BYE Logging out", ""},
		{"esearch (tag $tag) all $a:$b", `* ESEARCH (TAG "a1") ALL 4:6`, "a=4 b=6"},
		{"x body$$y", "* X BODY$Y", ""},
		{"x \"a\\\"$x\"", `* X "a\"b"`, "x=b"},
		{"x $modseq4", "* X 3", "no"},
		{"x $modseq4", "* X 9", "modseq4=9"},
		{"x nil", "* X NIL", ""},
		{"x nil", `* X "nil"`, "no"},
	} {
		row := entry{at: 1, pieces: []piece{{text: c.expects}}}
		p, err := untaggedPattern(&row)
		if err != nil {
			t.Errorf("%s: %v", c.expects, err)
			continue
		}
		r := &run{values: map[string]value{"mailbox": {text: "box"}}, seqs: []int{1, 1, 0}}
		before := len(r.values)
		ok, err := r.matches(&tried{first: "a1"}, p, received(t, c.response))
		got := ""
		switch {
		case err != nil:
			got = err.Error()
		case !ok:
			got = "no"
		case len(r.values) > before:
			var bound []string
			for _, name := range []string{"a", "b", "modseq4", "name", "next", "sep", "text", "uid", "x"} {
				if v, ok := r.values[name]; ok {
					bound = append(bound, name+"="+v.text)
				}
			}
			got = strings.Join(bound, " ")
		}
		if got != c.want {
			t.Errorf("%s on %s: got %q, want %q", c.expects, c.response, got, c.want)
		}
	}
}

func TestValuesGoIntoCommandsAsOneArgument(t *testing.T) {
	r := &run{seqs: []int{1, 0}, values: map[string]value{
		"mailbox": {text: "box"}, "uid": {text: "7", theirs: true}, "set": {text: "7,9", theirs: true},
		"odd": {text: `a "b" \c`, theirs: true}, "evil": {text: "x\r\nA DELETE box", theirs: true},
		"flag": {text: `\Seen`, theirs: true}, "empty": {theirs: true}, "password": {text: "s p", secret: true}, "none": {secret: true},
	}}
	for text, want := range map[string]string{
		"status $mailbox (messages)":           "status box (messages)",
		"status ${mailbox}2 (messages)":        "status box2 (messages)",
		"list \"\" ($mailbox/*2 x)":            "list \"\" (box/*2 x)",
		"uid fetch $uid:* ($flag)":             "uid fetch 7:* (\\Seen)",
		"uid fetch $set flags":                 "uid fetch 7,9 flags",
		"create $odd/sub":                      `create "a \"b\" \\c/sub"`,
		`create "$odd"`:                        `create "a \"b\" \\c"`,
		"create $empty":                        `create ""`,
		"fetch $1 flags":                       "fetch 1 flags",
		"fetch $2 flags":                       "$2: the message is gone",
		"store 1 flags $$Junk":                 "store 1 flags $Junk",
		"store 1 flags $Junk":                  "$Junk has no value ($$Junk is a keyword)",
		"login x $password":                    `login x "s p"`,
		"login x $none":                        "$none is not known",
		"create $evil":                         "$evil contains a line end or NUL, which an argument cannot",
		`select !#$$&'+,-.0:;<=>?@^_` + "`|[}": `select !#$&'+,-.0:;<=>?@^_` + "`|[}",
	} {
		got, _, err := r.expandText(text, false)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if _, secret, _ := r.expandText("login x $password", false); !secret {
		t.Error("the password in the line was not noted")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("state: auth\n\ntag1 noop\n* 1 fetch (flags ($!unordered \\seen) x[y (z)] \"a$b\")\ntag1 ok [x $]\n")
	f.Add("connections: 2\n\n1 ok append x {{{\nabc\n}}} ~{{{\n}}}\n! ok [\n")
	f.Fuzz(func(t *testing.T, text string) {
		test, err := Read([]byte(text), oneEnv)
		if e, ok := err.(*Error); err != nil && (!ok || e.Line < 1) {
			t.Errorf("an error without a line: %v", err)
		}
		if err == nil && len(test.groups) == 0 {
			t.Error("a test without commands")
		}
	})
}
