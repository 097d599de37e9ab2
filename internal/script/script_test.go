package script

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/match"
	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

var now = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// namesOf returns names with values, from pairs such as "a=text" and "b:=foreign".
func namesOf(pairs ...string) *Names {
	n := &Names{}
	for _, p := range pairs {
		if k, v, ok := strings.Cut(p, ":="); ok {
			n.Set(k, Value{Text: v, Foreign: true})
		} else {
			k, v, _ := strings.Cut(p, "=")
			n.Set(k, Value{Text: v})
		}
	}
	return n
}

func TestAForeignValueIsOneValueWhereverItGoes(t *testing.T) {
	n := namesOf("t=INBOX (x) y", "atom:=INBOX", "space:=a b", `quote:=a"b\c`, "crlf:=a\r\nb DELETE x", "nul:=a\x00", "set:=3,7:9",
		`flag:=\Seen`, `flags:=\Seen $Junk`, "nil:=NIL", "umlaut:=Entwürfe", "star:=*", "brace:={5}", "empty:=", "author=", "paren:=a) (b")
	for _, c := range []struct{ line, want string }{
		{"select ${atom}", "select INBOX"},
		{"select ${space}", `select "a b"`},
		{"select ${quote}", `select "a\"b\\c"`},
		{`select "${quote}"`, `select "a\"b\\c"`},
		{`select "x${space}y"`, `select "xa by"`},
		{"select ${atom}/Sub", "select INBOX/Sub"},
		{"select ${space}/Sub", `select "a b/Sub"`},
		{"select ${nil}", `select "NIL"`},
		{"select ${umlaut}", `select "Entwürfe"`},
		{"select ${star}", `select "*"`},
		{"select ${brace}", `select "{5}"`},
		{"select ${paren}", `select "a) (b"`},
		{"uid fetch ${set} (flags)", "uid fetch 3,7:9 (flags)"},
		{"uid fetch ${set},12:* flags", "uid fetch 3,7:9,12:* flags"},
		{"list \"\" ${set}*", `list "" "3,7:9*"`},
		{"uid fetch 1:${star} flags", `uid fetch "1:*" flags`},
		{"store 1 +flags (${flag})", `store 1 +flags (\Seen)`},
		{"store 1 +flags (${flags} x)", `store 1 +flags (\Seen $Junk x)`},
		{"store 1 +flags (${space})", "store 1 +flags (a b)"},
		{"store 1 +flags (${paren})", "error: ${paren} is not an atom, and only atoms can be put in a list"},
		{"store 1 +flags (${quote})", "error: ${quote} is not an atom, and only atoms can be put in a list"},
		{"select ${crlf}", "error: ${crlf} holds a line end or NUL, which no argument can hold"},
		{`select "${crlf}"`, "error: ${crlf} holds a line end or NUL, which no argument can hold"},
		{"select ${nul}", "error: ${nul} holds a line end or NUL, which no argument can hold"},
		{"select ${empty}", "error: ${empty} is empty"},
		{"select ${author}", "error: ${author} is empty"},
		{"select x${author}", "select x"},
		{"append x (${empty}) y", "append x () y"},
		{"select ${none}", "error: ${none} has no value"},
		{"select ${t}", "select INBOX (x) y"},
		{`search subject "${t}"`, `search subject "INBOX (x) y"`},
		{"store 1 +flags ($Junk $)", "store 1 +flags ($Junk $)"},
		{"select ${", "error: ${ must begin a name, as in ${name}: letters, digits, _ and ."},
		{"append x ${1}", "error: ${ must begin a name, as in ${name}: letters, digits, _ and ."},
	} {
		text, _, err := Command(command.Text(c.line), n.Get)
		got := string(text)
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.line, got, c.want)
		}
	}
}

func TestAFileNameLosesWhatLeadsElsewhere(t *testing.T) {
	n := namesOf("dir=../out", "box:=../../etc/passwd", `win:=..\..\x`, "dots:=...", "plain:=a.b")
	for text, want := range map[string]string{
		"${dir}/${box}.eml":  "../out/etcpasswd.eml",
		"${dir}/${win}":      "../out/x",
		"${dir}/${plain}":    "../out/a.b",
		"${dir}/${dots}.eml": "error",
	} {
		got, err := File(text, n.Get)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestComparisonsAreOfOneKind(t *testing.T) {
	n := namesOf("n:=12", "d:= 1-Feb-2026 10:00:00 +0000", "s:=OK", "ms:=12.5", "size:=2048", "late:=2026-11-26T11:30:00Z", "t:=hello world")
	for _, c := range []struct{ what, want string }{
		{"${n} = 12", "yes"}, {"${n} != 12", "no"}, {"${n} < 13", "yes"}, {"${n}>=12", "yes"}, {"3 <= 2", "no"},
		{"${size} = 2k", "yes"}, {"${size} < 1M", "yes"},
		{"${ms} < 200ms", "yes"}, {"${ms} < 1s", "yes"}, {"${ms} < 12", "no"}, {"90s > 1min", "yes"}, {"1h < 1d", "yes"}, {"1m = 60s", "yes"},
		{`"Tue, 13 Oct 2026 05:03:13 +0000" < now`, "yes"}, {"${d} > 2026-01-01", "yes"}, {"${d} < 1-Jan-2026", "no"}, {"${late} > now-1h", "yes"}, {"${late} > now-20min", "no"}, {`${d} = "01-Feb-2026 11:00:00 +0100"`, "yes"},
		{"${s} = OK", "yes"}, {`${s} = "OK"`, "yes"}, {"${s} = NO", "no"}, {`${t} = "hello world"`, "yes"}, {"${t} ~ /^hello/", "yes"}, {"${t} ~ /^world/", "no"},
		{"${t} < 5", `error: "hello world" is text, but "5" is a number`},
		{"${t} < abc", `error: "hello world" and "abc" are text, which has no order: use = != or ~`},
		{"${none} = 5", "error: ${none} has no value"},
	} {
		e, err := ParseExpect(c.what)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		ok, err := e.Ways[0].Holds(n.Get, now)
		got := map[bool]string{true: "yes", false: "no"}[ok]
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
}

func TestAnExpectationThatIsWrongSaysWhere(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "0 " + whatIsExpected,
		"not":                  "3 " + whatIsExpected,
		"OK or":                "5 " + whatIsExpected,
		"within x * 1 EXISTS":  "7 expected a time here, as in: within 5s (ms, s, min, h, d)",
		"* EXISTS":             "2 EXISTS has a number before it: * ... EXISTS",
		"3 * LIST (":           "9 this ( is not closed",
		"${n} 5":               "5 expected one of = != < <= > >= ~ here",
		"${n} = ":              "6 expected a value after =",
		"${n} = 5 6":           "9 nothing more can follow here: put text with spaces in quotes",
		`${n} = "a`:            "7 this string has no closing quote",
		"${n} ~ abc":           "7 expected a regular expression here: /…/",
		"${n} = /a/":           "5 a regular expression is compared with ~",
		"${n} ~ /a(/":          "7 reading the regular expression: missing closing ): `a(`",
		"LOST [X]":             "5 nothing can follow LOST: a lost connection has no code",
		"${ = 5":               "0 ${ must begin a name, as in ${name}: letters, digits, _ and .",
		"3 = 5s":               `0 "3" is a number, but "5s" is a time`,
		"NO [TRYCREATE":        "3 this [ is not closed",
		"$n > 0":               `0 "$n" is text, but "0" is a number; the value of that name is ${n}`,
		"0 < $n":               `0 "0" is a number, but "$n" is text; the value of that name is ${n}`,
		"maybe":                "0 " + whatIsExpected,
		"* FETCH (FLAGS ()) x": "2 FETCH has a number before it: * ... FETCH",
	} {
		_, err := ParseExpect(text)
		got := "nothing"
		if e := (*Error)(nil); errors.As(err, &e) {
			got = fmt.Sprintf("%d %s", e.Off, e.Text)
		}
		if got != want && !(strings.HasSuffix(want, "nothing") && got == "nothing") {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestOrAndCommentsCountOnlyOutsideQuotes(t *testing.T) {
	for text, want := range map[string]int{
		"OK or NO or BAD":                   3,
		`* LIST ... "a or b"`:               1,
		`* 1 FETCH (FLAGS (x or y)) or NO`:  2,
		`${t} ~ /a or b/ or ${t} = "c # d"`: 2,
		"OK # or NO":                        1,
		"OK // or NO":                       1,
		`* LIST ... "a // b" or OK`:         2,
	} {
		e, err := ParseExpect(text)
		if err != nil || len(e.Ways) != want {
			t.Errorf("%s: got %+v, %v, want %d ways", text, e, err, want)
		}
	}
}

// A hearer feeds responses to answers, as a session does.
type hearer struct {
	t *testing.T
	*Answers
	tag *tagger.Tagger
}

func (h *hearer) send(line string) *tagger.Command {
	begun := h.tag.Begin(tagger.Line{Text: command.Text(line), Raw: true})
	h.Begin(begun.Command)
	return begun.Command
}

func (h *hearer) receive(text string) {
	f := wire.NewFramer(func() time.Time { return now })
	var a wire.Arena
	for _, p := range f.Feed([]byte(strings.ReplaceAll(text, "\n", "\r\n")+"\r\n"), nil, &a) {
		if p.Kind == wire.End {
			seen := h.tag.Observe(p.Frame)
			h.Hear(&trace.Event{Kind: trace.Response, Seen: seen, Of: seen.Command})
		}
	}
}

func newHearer(t *testing.T) *hearer {
	h := &hearer{t: t, Answers: &Answers{}, tag: tagger.New("", func() time.Time { return now }, &tagger.Memory{})}
	h.receive("* PREAUTH [CAPABILITY IMAP4rev1] hi")
	return h
}

func TestNamesAfterACommandAreWhatItWasAnswered(t *testing.T) {
	for _, c := range []struct {
		command   string
		responses []string
		want      string // name=value …
	}{
		{"UID SEARCH ALL", []string{"* SEARCH 3 7 8", "a001 OK [X y] done"}, "status=OK code=X text=done found=3,7,8 count=3 ms=0.0"},
		{"UID SEARCH ALL", []string{"* SEARCH", "a001 OK done"}, "status=OK code= found= count=0"},
		{"SEARCH RETURN (COUNT) ALL", []string{`* ESEARCH (TAG "a001") COUNT 5`, "a001 OK done"}, "count=5 found="},
		{"SEARCH RETURN (ALL COUNT) ALL", []string{`* ESEARCH (TAG "a001") COUNT 4 ALL 1:3,9`, "a001 OK done"}, "count=4 found=1:3,9"},
		{`LIST "" "*"`, []string{`* LIST () "/" a`, `* LIST () "/" b`, "* 3 EXISTS", "a001 OK done"}, "count=2 found=<none>"},
		{"FETCH 1:2 (FLAGS)", []string{"* 1 FETCH (FLAGS ())", "a001 NO [EXPUNGEISSUED] some are gone"}, "count=1 status=NO code=EXPUNGEISSUED"},
		{"APPEND x {3}", []string{"a001 OK [APPENDUID 38505 3955] done"}, "uid=3955 uidvalidity=38505"},
		{"UID MOVE 1 x", []string{"* OK [COPYUID 7 1:2 5:6] moved", "a001 OK done"}, "uid=5:6 uidvalidity=7"},
		{"NOOP", []string{"* 1 EXISTS"}, "status=<none> count=0 uid=<none>"},
	} {
		h := newHearer(t)
		h.send(c.command)
		for _, r := range c.responses {
			h.receive(r)
		}
		for _, pair := range strings.Fields(c.want) {
			name, want, _ := strings.Cut(pair, "=")
			v, ok := h.Builtin(name)
			got := v.Text
			if !ok {
				got = "<none>"
			}
			if got != want {
				t.Errorf("%s after %s: got %q, want %q", name, c.command, got, want)
			}
		}
	}
}

func TestTheUIDsOfACommandLastUntilAnotherCanHaveSome(t *testing.T) {
	h := newHearer(t)
	for i, c := range []struct{ command, code, want string }{
		{"APPEND x {3}", "[APPENDUID 7 5] ", "5"},
		{"NOOP", "", "5"},
		{"SELECT x", "[READ-WRITE] ", "5"},
		{"COPY 1 y", "", ""},
		{"UID COPY 1 y", "[COPYUID 7 1 9] ", "9"},
		{"UID FETCH 1 FLAGS", "", "9"},
		{"UID MOVE 1 y", "", ""},
	} {
		h.send(c.command)
		h.receive(fmt.Sprintf("a%03d OK %sdone", i+1, c.code))
		if v, _ := h.Builtin("uid"); v.Text != c.want {
			t.Errorf("after %s: got %q, want %q", c.command, v.Text, c.want)
		}
	}
}

func TestExpectationsLookBackAtTheLastCommand(t *testing.T) {
	h := newHearer(t)
	h.send("SELECT INBOX")
	h.receive("* 3 EXISTS")
	h.receive("* OK [UIDVALIDITY 77] fine")
	h.receive("a001 OK [READ-WRITE] selected")
	for text, want := range map[string]string{
		"OK": "yes", "OK [READ-WRITE]": "yes", "NO": "no", "NO or OK": "yes", "LOST": "no", "BYE": "no",
		"* 3 EXISTS": "yes", "* 4 EXISTS": "no", "1 * ... EXISTS": "yes", "2 * ... EXISTS": "no", "0 * ... RECENT": "yes", "0 * ... EXISTS": "no",
		"* OK [UIDVALIDITY ${v}]": "yes v=77", "${count} = 0": "yes",
	} {
		e, err := ParseExpect(text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := h.Try(e, &Names{Builtin: h.Builtin}, now)
		got := map[bool]string{true: "yes", false: "no"}[f.OK]
		for _, b := range f.Bound {
			got += " " + b.Name + "=" + b.Text
		}
		if got != want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
	e, _ := ParseExpect("* 1 RECENT")
	if got, others := h.Got(e); got != "* OK [UIDVALIDITY 77] fine" || others != 1 {
		t.Errorf("got %s and %d others", got, others)
	}
	h.send("NOOP")
	if f, err := h.Try(mustExpect(t, "* 3 EXISTS"), &Names{}, now); f.OK || err != nil {
		t.Error("responses from before the last command were considered")
	}
	h.Hear(&trace.Event{Kind: trace.Lost})
	if f, _ := h.Try(mustExpect(t, "LOST"), &Names{}, now); !f.OK || f.Excuses != "LOST" {
		t.Error("a lost connection was not taken as an answer")
	}
}

func mustExpect(t *testing.T, text string) *Expectation {
	t.Helper()
	e, err := ParseExpect(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestWhatIsUsedUpIsNotFoundAgain(t *testing.T) {
	h := newHearer(t)
	h.send("IDLE")
	h.receive("* 1 EXISTS")
	e := mustExpect(t, "* 1 EXISTS")
	f, _ := h.Try(e, &Names{}, now)
	h.Use(f)
	if again, _ := h.Try(e, &Names{}, now); !f.OK || again.OK {
		t.Errorf("got %v, then %v", f.OK, again.OK)
	}
}

func TestTooMuchIsReportedNotGuessed(t *testing.T) {
	h := newHearer(t)
	h.send(`LIST "" "*"`)
	for range 9 {
		h.receive(`* LIST () "/" ` + strings.Repeat("x", 1<<20))
	}
	if _, err := h.Try(mustExpect(t, "* LIST ... y"), &Names{}, now); err == nil {
		t.Error("an expectation is decided although responses were not kept")
	}
	if _, err := h.Rows(func(b []byte) string { return string(b) }); err == nil {
		t.Error("rows are made although responses were not kept")
	}
	if v, _ := h.Builtin("count"); v.Text != "9" {
		t.Errorf("counted %s responses, want 9", v.Text)
	}
}

func TestALargeLiteralIsCountedNotKept(t *testing.T) {
	h := newHearer(t)
	h.send("FETCH 1 BODY[]")
	h.receive(fmt.Sprintf("* 1 FETCH (BODY[HEADER] \"a\" BODY[] {%d}\n%s UID 7)", 1<<20, strings.Repeat("x", 1<<20)))
	f, err := h.Try(mustExpect(t, `* 1 FETCH (UID 7 BODY[HEADER] "a")`), &Names{}, now)
	if !f.OK || err != nil {
		t.Errorf("got %v, %v", f.OK, err)
	}
	if _, err := h.Try(mustExpect(t, `* 1 FETCH (BODY[] "x")`), &Names{}, now); err == nil {
		t.Error("a literal that was not kept was compared")
	}
	if h.size > 10_000 {
		t.Errorf("%d bytes were kept", h.size)
	}
}

func TestRowsOfAnAnswer(t *testing.T) {
	decode := func(b []byte) string { return strings.ToUpper(string(b)) }
	for _, c := range []struct {
		command   string
		responses []string
		want      string
	}{
		{`LIST "" "*"`, []string{`* LIST () "/" Entw&APw-rfe`, `* LIST (\Noselect) "/" x`, `* LIST () "/" "a b"`},
			"mailbox=Entw&APw-rfe name=Entwürfe; mailbox=a b name=a b"},
		{`LIST (SUBSCRIBED) "" "*"`, []string{`* LIST (\NonExistent \Subscribed) "/" gone`, `* LIST (\NonExistent) "/" y ("CHILDINFO" ("SUBSCRIBED"))`}, "mailbox=gone name=gone"},
		{"UID SEARCH ALL", []string{"* SEARCH 3 7"}, "n=3; n=7"},
		{"UID SEARCH RETURN (ALL) ALL", []string{`* ESEARCH (TAG "a001") UID ALL 3:4,9`}, "n=3; n=4; n=9"},
		{"FETCH 1 ALL", []string{`* 1 FETCH (UID 9 FLAGS (\Seen x) RFC822.SIZE 44 ENVELOPE ("d" "hi" (("N" NIL "a" "b.c")) NIL NIL NIL NIL NIL NIL "<i>"))`},
			`FLAGS=\Seen x RFC822.SIZE=44 UID=9 date=d from=a@b.c seq=1 size=44 subject=HI`},
		{"NOOP", []string{"* 1 EXISTS"}, "error"},
	} {
		h := newHearer(t)
		h.send(c.command)
		for _, r := range c.responses {
			h.receive(r)
		}
		h.receive("a001 OK done")
		rows, err := h.Rows(decode)
		var all []string
		for _, r := range rows {
			var one []string
			for _, name := range []string{"FLAGS", "RFC822.SIZE", "UID", "date", "from", "mailbox", "n", "name", "seq", "size", "subject"} {
				if v, ok := r[name]; ok {
					one = append(one, name+"="+v.Text)
				}
			}
			all = append(all, strings.Join(one, " "))
		}
		got := strings.Join(all, "; ")
		if err != nil {
			got = "error"
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.command, got, c.want)
		}
	}
}

func TestAScriptIsCheckedBeforeItRuns(t *testing.T) {
	for _, c := range []struct {
		name, script, want string
	}{
		{"fine", "select INBOX\nexpect OK\nuid search all\n:each\n  fetch ${n} flags\n:end\n:print ${count}", ""},
		{"an unknown name", "select ${box}", "1:8 nothing above gives ${box} a value (--var box=TEXT)"},
		{"an unknown secret", "login alice ${word}", "1:13 nothing above gives ${word} a value (--secret word)"},
		{"an unknown user", "login ${user1} secret", "1:7 nothing above gives ${user1} a value (--var user1=TEXT); did you mean ${user}?"},
		{"a name like one that commands set", "select ${uids}", "1:8 nothing above gives ${uids} a value (--var uids=TEXT); did you mean ${uid}?"},
		{"a name like one that was set", ":set archive Old\nselect ${archiv}", "2:8 nothing above gives ${archiv} a value (--var archiv=TEXT); did you mean ${archive}?"},
		{"a name unlike those that were set", ":set one a\n:set two b\nselect ${elsewhat}", "3:8 nothing above gives ${elsewhat} a value (--var elsewhat=TEXT); there is ${one}, ${two}"},
		{"a name of its own flag", "select ${elsewhere}", "1:8 nothing above gives ${elsewhere} a value (--there)"},
		{"a name from outside", "select ${outside}", ""},
		{"a name that is set", ":set box INBOX\nselect ${box}", ""},
		{"a name that is forgotten", ":set box INBOX\n:set box\nselect ${box}", "3:8 nothing above gives ${box} a value (--var box=TEXT)"},
		{"a name that is bound", "select x\nexpect * OK [UIDVALIDITY ${v}]\n:print ${v}", ""},
		{"a name bound in a round", "list\n:each\nexpect * ... FETCH (UID ${u})\n:end\n:print ${u}", "5:8 nothing above gives ${u} a value (--var u=TEXT)"},
		{"a name set in a round", "list\n:each\n:set last ${name}\n:end\n:print ${last}", ""},
		{"a row's name after its end", "list\n:each\n:print ${name}\n:end\n:print ${name}", "5:8 nothing above gives ${name} a value (--var name=TEXT)"},
		{"an :each that is not closed", "list\n:each\nnoop", "2:1 this :each has no :end"},
		{"an :end too many", "list\n:end", "2:1 there is no :each before this :end"},
		{"an :each before any command", ":each noop", "1:1 :each looks back at a command, and none comes before it"},
		{"an expect before any command", "expect OK", "1:8 expect looks back at a command, and none comes before it"},
		{"a comparison before any command", "expect ${outside} = 3", ""},
		{"a comparison with an answer before any command", "expect ${count} = 3", "1:8 expect looks back at a command, and none comes before it"},
		{"a bad pattern", "noop\n  expect * LIST (", "2:17 this ( is not closed"},
		{"a regular expression", "noop\nexpect ${text} ~ /(/", "2:18 reading the regular expression: missing closing ): `(`"},
		{"an expect before any command on its connection", ":open bob\n:bob noop\nexpect OK", "3:8 expect looks back at a command, and none comes before it"},
		{"an expect on a connection that was switched to", ":open bob\n:bob\nexpect OK\n:main\nnoop\n:close bob\nexpect OK", ""},
		{"an :each before any command on its connection", ":open bob\n:each noop", "2:1 :each looks back at a command, and none comes before it"},
		{"a name used twice", ":open bob\n:open bob", "2:7 a connection of the name bob is open already (:close bob first)"},
		{"a name used again", ":open bob\n:bob noop\n:close bob\n:open bob", ""},
		{"an unknown word", ":wach", "1:1 unknown shell command :wach, and no connection of that name is open here"},
		{"a connection that is closed", ":open bob\n:close bob\n:bob noop", "3:1 unknown shell command :bob, and no connection of that name is open here"},
		{"an expectation on a connection", ":open bob\n:bob expect * LIST (", "2:20 this ( is not closed"},
		{"a builtin bound", "noop\nexpect * OK [X ${count}]", "2:16 ${count} is a name that each command sets: a pattern needs another"},
		{"a builtin set", ":set count 3", "1:6 ${count} is set by each command, not by :set"},
		{"a setting", ":set timing on\n:set", ""},
		{"a wrong value of a setting", "noop\n:timing onn", "2:9 use on or off"},
		{"a wrong value of a setting, with :set", ":set timing onn", "1:13 use on or off"},
		{"no value of a setting", ":set timing", "1:12 use on or off"},
		{"a value that is not known yet", ":set t on\n:timing ${t}", ""},
		{"a tag of its own", "x1 select ${nothing}", ""},
		{"a line that is deferred", ":defer delete ${box}", "1:15 nothing above gives ${box} a value (--var box=TEXT)"},
		{"a sleep", ":sleep soon", "1:8 expected a time here, as in: :sleep 20ms (ms, s, min, h, d)"},
		{"what is required", ":require", "1:9 expected capabilities here, as in: :require MOVE UIDPLUS"},
		{"a file of rows", ":each < users.txt\nlogin ${f1} ${f2}\n:end", ""},
		{"no file of rows", ":each <", "1:8 expected a file's name here, as in: :each < users.txt"},
		{"a row in one line", "list\n:each status ${mailbox} (messages)\n:print ${mailbox}", "3:8 nothing above gives ${mailbox} a value (--var mailbox=TEXT)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ch := &Checker{
				Known: func(name string) bool { return name == "outside" },
				Word:  func(w string) bool { return w == "print" || w == "timing" },
				Setting: func(w, value string) (bool, string) {
					if w == "timing" && value != "on" && value != "off" {
						return true, "use on or off"
					}
					return w == "timing", ""
				},
				Open:  []string{"main"},
				Front: "main",
				Gives: map[string]string{"elsewhere": "--there"},
				Tagged: func(text string) string {
					if strings.HasPrefix(text, "x1 ") {
						return "x1"
					}
					return ""
				},
			}
			got := ""
			for i, l := range strings.Split(c.script, "\n") {
				if err := ch.Line(i+1, l); err != nil {
					got = fmt.Sprintf("%d:%d %s", i+1, err.Off+1, err.Text)
					break
				}
			}
			if line, _, err := ch.End(); got == "" && err != nil {
				got = fmt.Sprintf("%d:%d %s", line, err.Off+1, err.Text)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzScript(f *testing.F) {
	f.Add("select ${a} \"${b}\"", "a b\"\\", `not within 5s 3 * ... FETCH (UID ${u}) or ${x} >= 5`)
	f.Fuzz(func(t *testing.T, line, value, expect string) {
		n := namesOf()
		n.Set("a", Value{Text: value, Foreign: true})
		n.Set("b", Value{Text: value, Foreign: true})
		if got, _, err := Command(command.Text(line), n.Get); err == nil && strings.ContainsAny(string(got), "\r\n\x00") && !strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("%q of %q: %q", line, value, got)
		}
		_, _ = ParseExpect(expect)
		c := &Checker{}
		_ = c.Line(1, line)
		_ = c.Line(2, "expect "+expect)
	})
}

func TestEveryResponseThatIsDecodedHasAFormInPatterns(t *testing.T) {
	for _, name := range response.Names() {
		if _, known := match.Form(name); !known && name != "+" {
			t.Errorf("%s has no form: add one to forms in internal/match/forms.go", name)
		}
		_, withNumber := decoded("* 1 " + name + " ").(*response.Other)
		_, without := decoded("* " + name + " ").(*response.Other)
		if got, want := slices.Contains(match.Names(true), name), without && !withNumber; got != want {
			t.Errorf("%s has a number before it: %v, want %v: fix numbered in internal/match/roles.go", name, got, want)
		}
	}
}

// decoded returns the value of a response.
func decoded(line string) response.Value {
	var d response.Decoder
	return d.Decode(&wire.Frame{Raw: []byte(line)})
}
