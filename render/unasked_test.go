package render

import (
	"strings"
	"testing"

	"imapsh/tagger"
)

func init() {
	for name, play := range unasked {
		scenes[name] = play
	}
}

// unasked are scenes of response codes, of flags that change, and of capabilities.
var unasked = map[string]func(s *scene){
	"code-data": func(s *scene) {
		s.send("a001", "UID COPY 1:3 Archive")
		s.receive("a001 OK [COPYUID 1700000000 1:3 7:9] Copy completed.\r\n")
		s.send("a002", "MOVE 4 Archive")
		s.receive("* OK [COPYUID 1700000000 4 10] Moved\r\n* 4 EXPUNGE\r\na002 OK done\r\n")
		s.send("a003", "COPY 1:3 Archive")
		s.receive("a003 OK [COPYUID 1700000000 1:3 7:8] Copy completed.\r\n")
		s.send("a004", "APPEND INBOX {5}")
		s.receive("a004 OK [APPENDUID 1700000000 42] Append completed.\r\n")
		s.send("a005", "APPEND INBOX {5}")
		s.receive("a005 OK [APPENDUID 1700000000 43:44] Append completed.\r\na005 OK [APPENDUID 5] what\r\n")
		s.send("a006", "STORE 1:9 (UNCHANGEDSINCE 5) +FLAGS (\\Seen)")
		s.receive("a006 OK [MODIFIED 7,9] Conditional STORE failed\r\n")
		s.send("a007", "UID STORE 1:9 (UNCHANGEDSINCE 5) +FLAGS (\\Seen)")
		s.receive("a007 NO [MODIFIED 7] Conditional STORE failed\r\n")
	},
	"not-understood": func(s *scene) { // what breaks a rule is not called empty
		s.send("a001", "NOOP")
		for _, line := range []string{`SEARCH 4294967296`, `SORT 1,2`, `THREAD 1`, `QUOTA "" (STORAGE 5)`, `QUOTAROOT`, `NAMESPACE (("" "/")) () NIL`, `METADATA "" (/a)`, `ACL`} {
			s.receive("* " + line + "\r\n")
		}
	},
	"flags": func(s *scene) {
		s.send("a001", "NOOP")
		s.next.Flags = &tagger.FlagChange{Set: []string{`\Flagged`}}
		s.receive("* 1 FETCH (FLAGS (\\Flagged))\r\n")
		s.next.Flags = &tagger.FlagChange{Removed: []string{`\Seen`}}
		s.receive("* 100000 FETCH (FLAGS ())\r\n")
		s.next.Flags = &tagger.FlagChange{Set: []string{`\Answered`, "$Forwarded"}, Removed: []string{`\Flagged`}}
		s.receive("* 7 FETCH (FLAGS (\\Answered $Forwarded))\r\n")
		s.next.Flags = nil
		s.receive("* 8 FETCH (FLAGS (\\Seen))\r\na001 OK done\r\n")
	},
	"envelope-rows": func(s *scene) {
		s.send("a001", "FETCH 1:* (ENVELOPE)")
		for _, line := range []string{
			`* 1 FETCH (ENVELOPE ("Fri, 20 Nov 2026 10:00:00 +0000" "=?utf-8?q?Caf=C3=A9?= menu" (("=?utf-8?q?J=C3=B6rg_M=C3=BCller?=" NIL "joerg" "example.org")) NIL NIL NIL NIL NIL NIL "<p1795252825@x>"))`,
			`* 2 FETCH (ENVELOPE ("Thu, 1 Jan 2015 23:59:59 -0800" "a subject that is much longer than the room that there is for it, and goes on and on" ((NIL NIL "a.very.long.name.of.somebody" "example.org")) NIL NIL NIL NIL NIL NIL "<p1795252825@x>"))`,
			`* 100003 FETCH (ENVELOPE ("some day" NIL NIL NIL NIL ((NIL NIL "a.very.long.name.of.somebody" "example.org")(NIL NIL "a.very.long.name.of.somebody.else" "example.org")(NIL NIL "bob" "example.org")) NIL NIL NIL "<p1795252825@x>"))`,
			"* 4 FETCH (ENVELOPE (\"Fri, 20 Nov 2026 10:00:00 +0000\" \"=?utf-8?q?=1B]0;title=07_=E6=97=A5=E6=9C=AC=E8=AA=9E=E3=81=AE=E4=BB=B6=E5=90=8D=E3=81=AF=E3=81=93=E3=81=93=E3=81=A7=E3=81=99?=\" ((\"=?utf-8?q?=E6=97=A5=E6=9C=AC=E8=AA=9E=E3=81=AE=E5=90=8D=E5=89=8D=E3=81=8C=E9=95=B7=E3=81=84?=\" NIL \"x\" \"y\")) NIL NIL NIL NIL NIL NIL \"<p1795252825@x>\"))",
			`* 5 FETCH (ENVELOPE (NIL "short" NIL NIL NIL NIL NIL NIL NIL NIL))`,
		} {
			s.receive(line + "\r\n")
		}
		s.receive("a001 OK done\r\n")
	},
	"odd-names": func(s *scene) {
		s.send("a001", `LIST "" "*"`)
		s.receive("* LIST () \"/\" INBOX\r\n* LIST (\\Noselect) \"/\" R&D\r\n* LIST () \"/\" \"R&D/a&\x1b[31mb\"\r\n* LIST () \"/\" \"two  &AGE-\"\r\na001 OK done\r\n")
		s.send("a002", `LIST "" "*"`)
		for range 13 {
			s.receive("* LIST () \"/\" R&D\r\n")
		}
		s.receive("a002 NO it went wrong\r\n")
		s.send("a003", "NOOP")
		s.receive("* LIST () \"/\" R&D\r\na003 OK done\r\n")
	},
	"arrived": func(s *scene) {
		s.send("a001", "FETCH 1 (INTERNALDATE SAVEDATE)")
		s.receive("* 1 FETCH (INTERNALDATE \"20-Nov-2026 10:00:00 +0000\" SAVEDATE \"20-Nov-2026 11:00:00 +0100\")\r\na001 OK done\r\n")
		s.send("a002", "FETCH 2 (INTERNALDATE SAVEDATE)")
		s.receive("* 2 FETCH (INTERNALDATE \"99-Nov-2026 10:00:00 +0000\" SAVEDATE NIL)\r\na002 OK done\r\n")
		s.send("a003", "FETCH 1:9 (INTERNALDATE)")
		s.receive("* 1 FETCH (INTERNALDATE \"20-Nov-2026 10:00:00 +0000\")\r\na003 OK done\r\n")
	},
}

func TestAnAlertStandsOutInColour(t *testing.T) {
	s := newScene(t, Options{Terminal: true, Color: true})
	s.send("a001", "NOOP")
	s.receive("* OK [alert] the disk is full\r\n")
	if want := "\x1b[31;1;7m!! ALERT: the disk is full\x1b["; !strings.Contains(s.text(), want) {
		t.Errorf("%q lacks %q", s.text(), want)
	}
}
