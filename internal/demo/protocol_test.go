package demo

import (
	"strings"
	"testing"
)

func TestMoveReportsEachExpungeOnceAndWhereTheMessagesWent(t *testing.T) {
	c := login(t, start(t))
	box := c.ok("STATUS Archive (UIDVALIDITY)")[0]
	validity := strings.TrimSuffix(box[strings.LastIndexByte(box, ' ')+1:], ")")
	c.expect("MOVE 2:3 Archive",
		"* OK [COPYUID "+validity+" 2:3 2:3] COPY completed",
		"* 3 EXPUNGE",
		"* 2 EXPUNGE",
		"OK MOVE completed")
	c.expect("UID MOVE 2:3 Archive", "OK UID MOVE completed") // they are gone
	c.expect("UID MOVE 5,30 Archive",
		"* OK [COPYUID "+validity+" 5,30 4:5] COPY completed",
		"* 28 EXPUNGE",
		"* 3 EXPUNGE",
		"OK UID MOVE completed")
	c.expect("MOVE 1 Nowhere", "NO [TRYCREATE] There is no such mailbox; CREATE makes it")
	c.expect("STATUS Archive (MESSAGES)", `* STATUS "Archive" (MESSAGES 5)`, "OK STATUS completed")
}

func TestCopyOfNoMessagesIsAnsweredWithoutCOPYUID(t *testing.T) {
	c := login(t, start(t))
	c.expect("UID COPY 4000 Archive", "OK COPY completed")
	c.expect("COPY 4000 Archive", "OK COPY completed")
	c.expect("NOOP", "OK NOOP completed")
}

func TestAnExaminedMailboxDoesNotChange(t *testing.T) {
	c := login(t, start(t))
	lines := c.ok("EXAMINE INBOX")
	if all := strings.Join(lines, "\n"); !strings.Contains(all, "[PERMANENTFLAGS ()]") || !strings.Contains(all, "OK [READ-ONLY]") {
		t.Errorf("EXAMINE is answered\n%s", all)
	}
	refused := "NO The mailbox was opened with EXAMINE: it is read-only"
	c.expect(`STORE 1 +FLAGS (\Deleted)`, refused)
	c.expect(`UID STORE 1 FLAGS.SILENT ()`, refused)
	c.expect("EXPUNGE", refused)
	c.expect("UID EXPUNGE 24", refused)
	c.expect("MOVE 1 Archive", refused)
	c.expect("FETCH 30 BODY[HEADER.FIELDS (SUBJECT)]",
		`* 30 FETCH (BODY[HEADER.FIELDS ("SUBJECT")] {25}`, "Subject: Note to self", "", ")", "OK FETCH completed")
	c.expect("CLOSE", "OK CLOSE completed")
	c.expect("STATUS INBOX (MESSAGES UNSEEN DELETED)", "* STATUS INBOX (MESSAGES 30 UNSEEN 9 DELETED 1)", "OK STATUS completed")
}

func TestFetchWithoutPeekSetsSeenAndSaysSo(t *testing.T) {
	c := login(t, start(t))
	c.expect("FETCH 30 BODY.PEEK[HEADER.FIELDS (X)]", `* 30 FETCH (BODY[HEADER.FIELDS ("X")] {2}`, "", ")", "OK FETCH completed")
	c.expect("FETCH 30 FLAGS", "* 30 FETCH (FLAGS ())", "OK FETCH completed")
	c.expect("FETCH 30 BODY[HEADER.FIELDS (X)]", `* 30 FETCH (FLAGS (\Seen) BODY[HEADER.FIELDS ("X")] {2}`, "", ")", "OK FETCH completed")
	c.expect("UID FETCH 30 FLAGS", `* 30 FETCH (UID 30 FLAGS (\Seen))`, "OK UID FETCH completed")
}

func TestFlagsKeepTheirCaseAndTheirOrder(t *testing.T) {
	c := login(t, start(t))
	c.expect(`STORE 30 FLAGS (zebra \seen $Forwarded Ape \ANSWERED)`,
		`* 30 FETCH (FLAGS (\Answered \Seen $Forwarded Ape zebra))`, "OK STORE completed")
	c.expect(`STORE 30 +FLAGS (APE \Flagged)`, `* 30 FETCH (FLAGS (\Answered \Flagged \Seen $Forwarded Ape zebra))`, "OK STORE completed")
	c.expect(`STORE 30 -FLAGS.SILENT (aPE \seen)`, "OK STORE completed")
	c.expect(`FETCH 30 FLAGS`, `* 30 FETCH (FLAGS (\Answered \Flagged $Forwarded zebra))`, "OK FETCH completed")
	c.expect(`SEARCH KEYWORD ZEBRA`, "* SEARCH 30", "OK SEARCH completed")
	if flags := c.ok("SELECT INBOX")[6]; !strings.HasPrefix(flags, `* FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded `) {
		t.Errorf("got %s", flags)
	}
}

func TestExpungeAndClose(t *testing.T) {
	c := login(t, start(t))
	c.ok(`STORE 1,3,5 +FLAGS.SILENT (\Deleted)`)
	c.expect("UID EXPUNGE 3", "* 3 EXPUNGE", "OK UID EXPUNGE completed")
	c.expect("EXPUNGE", "* 23 EXPUNGE", "* 4 EXPUNGE", "* 1 EXPUNGE", "OK EXPUNGE completed")
	c.ok(`STORE 1 +FLAGS.SILENT (\Deleted)`)
	c.expect("CLOSE", "OK CLOSE completed")
	c.expect("STATUS INBOX (MESSAGES)", "* STATUS INBOX (MESSAGES 25)", "OK STATUS completed")
	c.ok("SELECT INBOX")
	c.ok(`STORE 1 +FLAGS.SILENT (\Deleted)`)
	c.expect("UNSELECT", "OK UNSELECT completed")
	c.expect("STATUS INBOX (MESSAGES)", "* STATUS INBOX (MESSAGES 25)", "OK STATUS completed")
}

func TestTheStarMeansTheLastMessage(t *testing.T) {
	c := login(t, start(t))
	c.ok(`STORE 30 +FLAGS.SILENT (\Deleted)`)
	c.ok("UID EXPUNGE 30")
	c.expect("UID FETCH * UID", "* 29 FETCH (UID 29)", "OK UID FETCH completed")
	c.expect("UID FETCH 5000:* UID", "* 29 FETCH (UID 29)", "OK UID FETCH completed")
	c.expect("FETCH *:28 UID", "* 28 FETCH (UID 28)", "* 29 FETCH (UID 29)", "OK FETCH completed")
	c.ok("SELECT Archive/2024")
	c.expect("FETCH 1:* FLAGS", "OK FETCH completed")
	c.expect("SEARCH *", "* SEARCH", "OK SEARCH completed")
}

func TestIdleReportsWhatAnotherSessionDoes(t *testing.T) {
	s := start(t)
	one, two := login(t, s), login(t, s)
	one.send("i1 IDLE\r\n")
	one.until("+ ")
	two.ok(`STORE 30 +FLAGS (\Flagged)`)
	if got := one.line(); got != `* 30 FETCH (UID 30 FLAGS (\Flagged))` {
		t.Errorf("got %s", got)
	}
	two.send("x APPEND INBOX {3+}\r\nhi!\r\n")
	two.until("x OK [APPENDUID ")
	if got := one.line(); got != "* 31 EXISTS" {
		t.Errorf("got %s", got)
	}
	two.ok(`STORE 31 +FLAGS.SILENT (\Deleted)`)
	two.ok("UID EXPUNGE 31")
	one.until("* 31 EXPUNGE")
	one.send("DONE\r\n")
	if got := one.line(); got != "i1 OK IDLE completed" {
		t.Errorf("got %s", got)
	}
}

func TestIdleReportsWhatHappenedBeforeIt(t *testing.T) {
	s := start(t)
	one, two := login(t, s), login(t, s)
	two.ok(`STORE 30 +FLAGS (\Flagged)`)
	one.send("i1 IDLE\r\n")
	one.until("* 30 FETCH ")
	one.send("done\r\n")
	one.until("i1 OK")
}

func TestIdleEndedByAnythingElseIsBad(t *testing.T) {
	c := login(t, start(t))
	c.send("i1 IDLE\r\n")
	c.until("+ ")
	c.send("a2 NOOP\r\n")
	if got := c.line(); got != "i1 BAD Expected DONE to end IDLE" {
		t.Errorf("got %s", got)
	}
	c.ok("NOOP")
}

func TestExpungesAreReportedOnlyWhenAllowed(t *testing.T) {
	s := start(t)
	one, two := login(t, s), login(t, s)
	two.ok(`STORE 1 +FLAGS.SILENT (\Deleted)`)
	two.ok("UID EXPUNGE 1")
	if got := one.ok("FETCH 2 UID"); got[0] != "* 2 FETCH (UID 2)" || strings.Contains(strings.Join(got, " "), "EXPUNGE") {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
	if got := one.ok("NOOP"); got[len(got)-2] != "* 1 EXPUNGE" {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
	one.expect("FETCH 1 UID", "* 1 FETCH (UID 2)", "OK FETCH completed")
}

func TestMailboxesAreMadeRenamedAndDeleted(t *testing.T) {
	c := login(t, start(t))
	list := func(pattern string, want ...string) {
		t.Helper()
		c.expect(`LIST "" "`+pattern+`"`, append(want, "OK LIST completed")...)
	}
	c.expect("CREATE inbox", "NO [ALREADYEXISTS] The mailbox already exists")
	c.expect("DELETE INBOX", "NO [CANNOT] INBOX cannot be deleted")
	c.expect("CREATE a%", `BAD [CLIENTBUG] Expected the end of the line, got "%"`)
	c.expect(`CREATE "a%"`, "NO [CANNOT] This is not a valid mailbox name")
	c.ok("CREATE a/b/c")
	list("a*", `* LIST (\HasChildren) "/" "a"`, `* LIST (\HasChildren) "/" "a/b"`, `* LIST (\HasNoChildren) "/" "a/b/c"`)
	c.ok("RENAME a z")
	list("z/%", `* LIST (\HasChildren) "/" "z/b"`)
	c.ok("DELETE z/b")
	list("z/*", `* LIST (\Noselect \HasChildren) "/" "z/b"`, `* LIST (\HasNoChildren) "/" "z/b/c"`)
	c.expect("DELETE z/b", "NO [HASCHILDREN] There are mailboxes below this name")
	c.ok("RENAME INBOX Old")
	c.expect("STATUS Old (MESSAGES)", `* STATUS "Old" (MESSAGES 30)`, "OK STATUS completed")
	c.expect("STATUS INBOX (MESSAGES)", `* STATUS INBOX (MESSAGES 0)`, "OK STATUS completed")
	c.ok("CREATE Keep (USE (\\Flagged))")
	list("Keep", `* LIST (\HasNoChildren \Flagged) "/" "Keep"`)
	c.expect("CREATE Again (USE (\\Flagged))", "NO [USEATTR] Another mailbox already has this special use")
}

func TestSubscriptions(t *testing.T) {
	c := login(t, start(t))
	c.ok("SUBSCRIBE Trash")
	c.ok("UNSUBSCRIBE Archive")
	c.expect(`LSUB "" "*a*h"`, `* LSUB () "/" "Trash"`, "OK LSUB completed")
	c.expect(`LSUB "" "C%"`, `* LSUB (\Noselect) "/" "Customers"`, "OK LSUB completed")
	c.expect("SUBSCRIBE Nowhere", "NO [NONEXISTENT] There is no such mailbox")
	c.ok("DELETE Trash")
	c.expect(`LIST (SUBSCRIBED) "" T*`, `* LIST (\NonExistent \HasNoChildren \Subscribed) "/" "Trash"`, "OK LIST completed")
	c.expect(`LIST (SUBSCRIBED RECURSIVEMATCH) "" C%`, `* LIST (\Noselect \HasChildren) "/" "Customers" (CHILDINFO ("SUBSCRIBED"))`, "OK LIST completed")
}

func TestNamesAreInUTF8OnceEnabled(t *testing.T) {
	c := login(t, start(t))
	c.expect(`LIST "" E*`, `* LIST (\HasNoChildren) "/" "Entw&APw-rfe &- Pl&AOQ-ne"`, "OK LIST completed")
	c.expect("ENABLE utf8=accept X-OTHER", "* ENABLED UTF8=ACCEPT", "OK ENABLE completed")
	c.expect(`LIST "" E*`, `* LIST (\HasNoChildren) "/" "Entwürfe & Pläne"`, "OK LIST completed")
	c.expect(`STATUS "Entwürfe & Pläne" (MESSAGES)`, `* STATUS "Entwürfe & Pläne" (MESSAGES 1)`, "OK STATUS completed")
	c.expect("ENABLE", "BAD ENABLE needs the name of a capability")
}

func TestSearch(t *testing.T) {
	c := login(t, start(t))
	for _, row := range []struct{ keys, want string }{
		{"ALL", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30"},
		{"UNSEEN", "11 17 20 25 26 27 28 29 30"},
		{"DELETED", "24"},
		{"BODY test", "26"},
		{"BODY test NOT FROM tester@qa.example", ""},
		{"OR SUBJECT engine SUBJECT bug", "2 3 10"},
		{`CHARSET UTF-8 SUBJECT "lørdag"`, "5"},
		{"TEXT weekly", "9"},
		{"HEADER List-Id \"\"", "25"},
		{"LARGER 100000", "20"},
		{"SMALLER 100", ""},
		{"SENTON 22-Nov-2026", "28"},
		{"SINCE 22-Nov-2026", "28 29 30"},
		{"BEFORE 26-Sep-2026", "1"},
		{"KEYWORD $forwarded", "3"},
		{"UID 5:6,9", "5 6 9"},
		{"28:* UNSEEN", "28 29 30"},
		{"(ANSWERED SEEN) NOT KEYWORD $Forwarded", "1 23"},
	} {
		want := strings.TrimRight("* SEARCH "+row.want, " ")
		c.expect("SEARCH "+row.keys, want, "OK SEARCH completed")
	}
	c.expect("UID SEARCH RETURN (MIN COUNT) UNSEEN", `* ESEARCH (TAG "t`+"21"+`") UID MIN 11 COUNT 9`, "OK UID SEARCH completed")
	c.ok("SEARCH RETURN (SAVE) FROM grace")
	c.expect("FETCH $ UID", "* 10 FETCH (UID 10)", "* 11 FETCH (UID 11)", "OK FETCH completed")
	c.expect("SEARCH CHARSET EBCDIC ALL", "NO [BADCHARSET] Only US-ASCII and UTF-8 are supported SEARCH charsets")
}

func TestMistakesAreBadAndSayWhy(t *testing.T) {
	c := login(t, start(t))
	for _, row := range []struct{ command, want string }{
		{"FETCH foo FLAGS", `BAD "foo" is not a message number or a set of them`},
		{"FETCH 0 FLAGS", `BAD "0" is not a message number or a set of them`},
		{"FETCH 1 FOO", "BAD [CLIENTBUG] Unknown FETCH data item"},
		{"FETCH 1", "BAD [CLIENTBUG] The line ends too early: expected an argument"},
		{"FETCH 1 (FLAGS", "BAD [CLIENTBUG] The line ends too early: expected an argument"},
		{"FETCH 1 BODY[", "BAD [CLIENTBUG] The line ends too early: expected ']'"},
		{"SEARCH FOO", "BAD Unknown search key FOO"},
		{"SELECT &foo", "BAD The mailbox name is not valid modified UTF-7"},
		{"STATUS INBOX (MOOD)", "BAD Unknown STATUS data item"},
		{"LOGIN demo demo", "BAD [CLIENTBUG] This command is only valid in the not authenticated state"},
		{"XYZZY 1 2 3", "BAD Unknown command XYZZY"},
		{"UID NOOP", "BAD Unknown command UID NOOP"},
		{"UID", "BAD Unknown command UID"},
		{"ID foo", "BAD ID needs NIL or a list of field names and values"},
		{`LOGIN "demo demo`, "BAD The quoted string never ends"},
		{`LOGIN "de\mo" demo`, `BAD Backslash at byte 13 that escapes neither a quote nor a backslash`},
		{" NOOP", "BAD There is more than one space after the tag"},
		{"NOOP now", `BAD [CLIENTBUG] Expected the end of the line, got "n"`},
		{"LOGIN {5} ", "BAD Space after the literal's size"},
	} {
		got := c.do(row.command)
		want := strings.Replace(row.want, "byte 13", "byte "+itoa(len("t")+len(itoa(c.n))+len(` LOGIN "de`)), 1)
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s\n-- got:\n%s\n-- want:\n%s", row.command, strings.Join(got, "\n"), want)
		}
	}
	c.ok("NOOP")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestEveryCommandOfTheProtocolIsAnswered(t *testing.T) {
	c := dial(t, start(t))
	for _, command := range []string{"CAPABILITY", "NOOP", "ID NIL", `ID ("name" "telnet")`, "LOGIN demo demo", "CAPABILITY", "NOOP",
		"NAMESPACE", `LIST "" ""`, `LSUB "" ""`, `LIST "" *`, `LIST "Archive/" %`, `LIST (SPECIAL-USE) "" *`,
		`LIST "" (INBOX Sent) RETURN (CHILDREN SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UNSEEN))`,
		"STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE APPENDLIMIT DELETED-STORAGE)",
		"SELECT INBOX", "CHECK", "FETCH 1:* ALL", "FETCH 1:* FAST", "FETCH 1:* FULL", "FETCH 1:* (BODY BODYSTRUCTURE)",
		"FETCH 1:* (RFC822.HEADER RFC822.TEXT RFC822)", "FETCH 8 (BINARY.PEEK[2] BINARY.SIZE[2] BINARY[] BODY[1.MIME] BODY[9] BODY[2]<0.20>)",
		"FETCH 8 BODY.PEEK[]<9223372036854775807.9223372036854775807>",
		"FETCH 10:11 (BODY[2.HEADER] BODY[2.TEXT] BODY[2.1] BODY[1.2.HEADER.FIELDS.NOT (FROM)])",
		"UID FETCH 1:* FLAGS", "COPY 1 Archive", "UID COPY 1 Archive", "UNSELECT", "EXAMINE Drafts", "CLOSE", "LOGOUT"} {
		c.ok(command)
	}
}

func TestSASL(t *testing.T) {
	s := start(t)
	for _, row := range []struct {
		name   string
		sends  []string
		answer string
	}{
		{"PLAIN", []string{"a AUTHENTICATE PLAIN", "AGRlbW8AZGVtbw=="}, "a OK [CAPABILITY "},
		{"PLAIN with an initial response", []string{"a AUTHENTICATE PLAIN AGRlbW8AZGVtbw=="}, "a OK [CAPABILITY "},
		{"LOGIN", []string{"a AUTHENTICATE LOGIN", "ZGVtbw==", "ZGVtbw=="}, "a OK [CAPABILITY "},
		{"LOGIN with an initial response", []string{"a AUTHENTICATE LOGIN ZGVtbw==", "ZGVtbw=="}, "a OK [CAPABILITY "},
		{"a wrong password", []string{"a AUTHENTICATE PLAIN", "AGRlbW8AbmVpbg=="}, "a NO [AUTHENTICATIONFAILED]"},
		{"cancelled", []string{"a AUTHENTICATE PLAIN", "*"}, "a BAD AUTHENTICATE cancelled"},
		{"not base64", []string{"a AUTHENTICATE PLAIN", "!!!"}, "a BAD Malformed SASL response"},
		{"endless", []string{"a AUTHENTICATE PLAIN", strings.Repeat("QUFB", 20000)}, "a BAD AUTHENTICATE cancelled"},
		{"unknown", []string{"a AUTHENTICATE GSSAPI"}, "a NO Only PLAIN and LOGIN are offered"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := dial(t, s)
			for i, text := range row.sends {
				if i > 0 {
					c.until("+ ")
				}
				c.send(text + "\r\n")
			}
			if got := c.line(); !strings.HasPrefix(got, row.answer) {
				t.Errorf("got %s", got)
			}
			c.ok("NOOP")
		})
	}
}

func TestTheTwoAccountsAreSeparate(t *testing.T) {
	s := start(t)
	login(t, s).ok("CREATE Mine")
	c := dial(t, s)
	c.ok("LOGIN guest guest")
	c.expect(`LIST "" *`, `* LIST (\HasNoChildren) "/" INBOX`, "OK LIST completed")
}

func TestABrokenMessageCanBeStoredAndFetched(t *testing.T) {
	c := login(t, start(t))
	for _, text := range []string{
		"", "\r\n", "no header at all", "Content-Type: multipart/mixed; boundary=x\r\n\r\nno parts",
		"Content-Type: multipart/mixed\r\n\r\n--\r\n", "Content-Type: ;;;\r\n\r\n\x00\xff",
		"Content-Type: message/rfc822\r\n\r\n", "To: a:b:c;;,<<>>\"\r\n(\r\n\r\n", "Content-Type: text\r\nFrom: x\r\n\r\ny",
		strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 5000),
	} {
		c.send("x APPEND Archive/2024 {" + itoa(len(text)) + "}\r\n")
		c.until("+ ")
		c.send(text + "\r\n")
		c.until("x OK [APPENDUID ")
	}
	c.ok("SELECT Archive/2024")
	c.ok("FETCH 1:* (UID ENVELOPE BODY BODYSTRUCTURE BODY.PEEK[HEADER] BODY.PEEK[1] BINARY.PEEK[1])")
	c.ok("SEARCH TEXT foo BODY bar SUBJECT x SENTSINCE 1-Jan-2020")
	c.expect("FETCH 3 BODY.PEEK[]", "* 3 FETCH (BODY[] {16}", "no header at all)", "OK FETCH completed")
}
