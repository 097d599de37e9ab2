package render

import (
	"fmt"
	"strings"
	"testing"

	"imapsh/internal/response"
)

// decoders are scenes of one or more responses each, shown like the other scenes.
var decoders = map[string]func(s *scene){
	"structure": func(s *scene) {
		s.send("a004", "FETCH 7 (BODYSTRUCTURE)")
		s.receive(`* 7 FETCH (BODYSTRUCTURE ((("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 1126 23 NIL NIL NIL NIL)("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 4915 80 NIL NIL NIL NIL) "alternative" ("boundary" "b2") NIL NIL NIL)("application" "pdf" ("name" "a.pdf") NIL NIL "base64" 217088 NIL ("attachment" ("filename*" "utf-8''Men%C3%BC.pdf")) NIL NIL)("message" "rfc822" NIL NIL NIL "7bit" 9216 ("Fri, 20 Nov 2026 10:00:00 +0000" "=?utf-8?q?Re=3A_menu?=" NIL NIL NIL NIL NIL NIL NIL "<a@b>") ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1229 30 NIL NIL NIL NIL) 200 NIL NIL NIL NIL) "mixed" ("boundary" "b1") NIL NIL NIL))` + "\r\n")
		s.receive(`* 8 FETCH (BODY ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 20 1))` + "\r\n")
		s.receive(`* 9 FETCH (BODYSTRUCTURE ("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) (("text" "plain" NIL NIL NIL "7bit" 1 1)("image" "png" ("name*0*" "iso-8859-1''a%FC" "name*1" " very long name of a picture that does not fit beside its row.png") NIL NIL "base64" 2000000 NIL ("inline" NIL) NIL NIL) "mixed") 3))` + "\r\na004 OK Fetch completed.\r\n")
		s.send("a005", "FETCH 1:* (BODYSTRUCTURE)")
		s.receive(`* 1 FETCH (BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 1 1 NIL NIL NIL NIL))` + "\r\na005 OK done\r\n")
		s.send("a006", "FETCH 2 (BODYSTRUCTURE)") // a charset that is wider than its column, and wider than the row
		s.receive(`* 2 FETCH (BODYSTRUCTURE ("text" "plain" ("charset" "x-` + strings.Repeat("very-", 9) + `long") NIL NIL "7bit" 1 1 NIL ("attachment" ("filename" "a.txt")) NIL NIL))` + "\r\na006 OK done\r\n")
	},
	"literal-for-quoted": func(s *scene) {
		s.send("a006", "FETCH 17 (INTERNALDATE)")
		s.receive("* 17 FETCH (INTERNALDATE {26}\r\n20-Nov-2026 10:00:00 +0000)\r\na006 OK Fetch completed (0.001 + 0.000 secs).\r\n")
	},
	"odd-structure": func(s *scene) {
		s.send("a006", "FETCH 17 (BODYSTRUCTURE)")
		s.receive(`* 17 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 1152 23 NIL NIL NIL NIL)(NIL NIL NIL NIL NIL "7bit" 0 NIL NIL NIL NIL) "mixed" ("boundary" "b1") NIL NIL NIL))` + "\r\na006 OK Fetch completed (0.001 + 0.000 secs).\r\n")
	},
	"quota": func(s *scene) {
		s.send("a001", "GETQUOTAROOT INBOX")
		s.receive("* QUOTAROOT INBOX \"User quota\"\r\n* QUOTA \"User quota\" (STORAGE 471859 512000 MESSAGE 12 1000)\r\n* QUOTA tiny (STORAGE 20 20 X-FILES 0 5 MAILBOX 1 0)\r\n* QUOTA none ()\r\n* QUOTAROOT \"Entw&APw-rfe\"\r\n* QUOTAROOT \"\"\r\na001 OK done\r\n")
	},
	"acl": func(s *scene) {
		s.send("a001", "GETACL INBOX")
		s.receive("* ACL INBOX Fred rwipslcda -anyone lrs team \"\"\r\n* ACL INBOX\r\n* MYRIGHTS INBOX rwiptsldaex0\r\n* LISTRIGHTS INBOX fred lr a kx 0\r\n* LISTRIGHTS INBOX anyone \"\" l r s 0 1 2 3 4 5 6 7 8 9 kx a\r\n* LISTRIGHTS INBOX anyone \"\"\r\na001 OK done\r\n")
	},
	"namespace": func(s *scene) {
		s.send("a001", "NAMESPACE")
		s.receive("* NAMESPACE ((\"\" \"/\")) NIL ((\"shared/\" \"/\")(\"#news.\" \".\")(\"flat\" NIL))\r\n* ID (\"name\" \"Dovecot\")\r\n* ID (\"name\" \"Cyrus IMAPD\" \"version\" \"3.6.1\" \"os\" NIL)\r\n* ENABLED CONDSTORE QRESYNC\r\n* ENABLED\r\n* ENABLED X-NEW\r\na001 OK done\r\n")
	},
	"metadata": func(s *scene) {
		s.send("a001", "GETMETADATA INBOX (/private/comment /shared/comment)")
		s.receive("* METADATA INBOX (/private/comment \"My comment\" /shared/comment NIL)\r\n* METADATA \"\" /shared/comment\r\n* METADATA INBOX (/private/comment {3}\r\na\tb)\r\n* ANNOTATION INBOX /size (\"value.shared\" \"12\" \"value.priv\" NIL)\r\na001 OK done\r\n")
	},
	"searches": func(s *scene) {
		s.send("a001", "SEARCH ALL")
		s.receive("* SEARCH\r\n* SORT 3 2 1\r\n* ESEARCH (TAG \"a001\") UID MIN 7 MAX 3800 COUNT 50 ALL 2,10:58\r\n* ESEARCH (TAG \"a001\")\r\n* ESEARCH (TAG \"a001\") PARTIAL (1:100 2,4:9)\r\n* ESEARCH (TAG \"a001\") UID ADDTO (1 2) REMOVEFROM (0 3)\r\n* ESEARCH (TAG \"a001\" MAILBOX Entw&APw-rfe UIDVALIDITY 1700000000) UID ALL 4001,4003\r\n* VANISHED 5:7,9\r\n* VANISHED (EARLIER) 41,43:116\r\n* VANISHED 3\r\na001 OK done\r\n")
	},
	"thread": func(s *scene) {
		s.send("a001", "THREAD REFERENCES UTF-8 ALL")
		s.receive("* THREAD (2)(3 6 (4 23)(44 7 96))((3)(5 (6)(7)(8 9)))\r\n* THREAD (1)(2)\r\n* THREAD (1 (2))\r\n* THREAD\r\na001 OK done\r\n")
	},
	"binary": func(s *scene) {
		s.send("a001", "FETCH 1 BINARY[2]")
		s.receive("* 1 FETCH (BINARY[2] ~{35}\r\n\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x10\x00\x00\x00\x10 and a tail")
		s.receive(" FLAGS ())\r\n* 2 FETCH (BODY[1] {12}\r\nGr\xfc\xdfe aus K\xf6 BINARY[2] ~{7}\r\n\x00\x01\x02\x03\x04\x05\x06)\r\na001 OK done\r\n")
	},
	"capability": func(s *scene) {
		s.send("a001", "CAPABILITY")
		s.receive("* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR IDLE QUOTA SORT=DISPLAY X-UNHEARD IMAP4rev2\r\na001 OK done\r\n")
	},
	"attributes": func(s *scene) {
		s.send("a001", "FETCH 3 (PREVIEW)")
		s.receive("* 3 FETCH (RFC822.SIZE 123456 INTERNALDATE \" 1-Feb-2026 10:00:00 +0300\" SAVEDATE NIL MODSEQ (17) EMAILID (M6d99) THREADID NIL PREVIEW \"hello there\" X-GM-MSGID 1278455344230334865 X-GM-LABELS (\\Inbox \"Entw&APw-rfe\") X-NEW (a (b)) BINARY.SIZE[1] 5)\r\na001 OK done\r\n")
		s.send("a002", "STATUS INBOX (SIZE)")
		s.receive("* STATUS INBOX (APPENDLIMIT NIL SIZE 123456789012 MAILBOXID (F2212ea87) DELETED-STORAGE 99999)\r\na002 OK done\r\n")
	},
	"leaves": func(s *scene) {
		s.send("a001", `LIST "" "*"`)
		list := func(attrs, name string) { s.receive("* LIST (" + attrs + ") \"/\" \"" + name + "\"\r\n") }
		list("", "INBOX")
		list("", "Notes")
		list("", "Tasks")
		list(`\Noselect`, "Public")
		list("", "Public/Team")
		list("", "Public/Wiki")
		for year := 2010; year < 2030; year++ {
			list(`\HasNoChildren`, fmt.Sprint("Sent/", year))
		}
		list(`\Sent`, "Sent")
		list(`\Marked`, "Sent/2024/draft  of it")
		list("", "Sent/2024/")
		list("", "Sent/2024/a")
		list("", "Sent/2024/b")
		list(`\Noinferiors`, "Sent/2024/c")
		list("", "Sent/2024/d")
		list("", "Sent/2024/Entw&APw-rfe")
		list("", "Sent/2024/R&D")
		list("", "Sent/2024/"+strings.Repeat("long name ", 9)+"end")
		list("", "Sent/2024/z")
		list("", "Sent/2024/z\x1b[31m\xc2\x9bz")
		s.receive("a001 OK done\r\n")
	},
	"urls": func(s *scene) {
		s.send("a001", "GENURLAUTH x INTERNAL")
		s.receive("* GENURLAUTH \"imap://joe@example.com/INBOX/;uid=20;urlauth=submit+fred:internal:91354a47\"\r\n* URLFETCH \"imap://x\" NIL \"imap://y\" \"abc\"\r\n* LANGUAGE (EN DE i-default)\r\n* LANGUAGE (DE)\r\n* COMPARATOR i;unicode-casemap\r\n* LIST () \"/\" new (\"OLDNAME\" (\"old\") \"CHILDINFO\" (\"SUBSCRIBED\"))\r\na001 OK done\r\n")
	},
}

func init() {
	for name, play := range decoders {
		scenes[name] = play
	}
}

func TestAThreadOfTenThousandAnswersIsOneRow(t *testing.T) {
	s := newScene(t, Options{Terminal: true})
	s.send("a001", "THREAD REFERENCES UTF-8 ALL")
	s.receive("* THREAD (" + strings.Repeat("1 ", 9999) + "1)\r\n")
	if n := strings.Count(s.text(), "\n"); n > 9 {
		t.Errorf("%d lines", n)
	}
}

func TestEachSentenceIsUsed(t *testing.T) {
	for key, text := range sentences {
		if !strings.HasSuffix(text, ".") {
			t.Errorf("%s: no full stop: %s", key, text)
		}
	}
}

func TestNamesOfPartsAreDecoded(t *testing.T) {
	s := func(words ...string) (list []response.String) {
		for _, w := range words {
			list = append(list, response.String{B: []byte(w)})
		}
		return list
	}
	for _, c := range []struct {
		params []response.String
		want   string
	}{
		{s("filename", "a.pdf"), "a.pdf"},
		{s("FileName", "=?utf-8?q?Men=C3=BC.pdf?="), "Menü.pdf"},
		{s("filename*", "utf-8'de'Men%C3%BC.pdf"), "Menü.pdf"},
		{s("filename*", "iso-8859-1''Men%FC.pdf", "filename", "Menu.pdf"), "Menü.pdf"},
		{s("filename*0", "a", "filename*1", "b", "filename*2*", "%20c"), "ab c"},
		{s("filename*0*", "koi8-r''%C1", "filename*1*", "%C2"), "аб"},
		{s("filename*", "x-unknown''%C1"), "\xc1"},
		{s("filename*", "no quotes %zz"), "no quotes %zz"},
		{s("filename*1", "b"), ""},
		{s("filename"), ""},
	} {
		if got := FileName(&response.BodyPart{DispositionParams: c.params}); got != c.want {
			t.Errorf("%v gives %q, want %q", c.params, got, c.want)
		}
	}
}
