package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// varied is a message with everything that a structure can have.
const varied = "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>\r\nTo: Team: ann@example.org, ben@example.org;\r\nSubject: =?utf-8?q?Caf=C3=A9?= menu\r\n" +
	"Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <varied@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n" +
	"--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=C3=A9\r\n" +
	"--b2\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>menu</p>\r\n--b2--\r\n" +
	"--b1\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''Men%C3%BC.pdf\r\n\r\nJVBERi0xLjQ=\r\n" +
	"--b1\r\nContent-Type: message/rfc822\r\n\r\nSubject: Re: menu\r\nMessage-ID: <within@example.org>\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nfine\r\n--b1--\r\n"

// A triggered holds commands whose answers reach a decoder, and the explanations below these.
type triggered struct {
	name, script string
	shows        []string
	odd          string // the violation in the server's answer; "" if it is correct
}

// trigger runs each row as a session of Alice, and expects its explanations and no other violation.
func trigger(t *testing.T, server *testserver.Server, rows []triggered) {
	file := filepath.Join(t.TempDir(), "varied.eml")
	if err := writeFile(file, varied); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			script := "login alice secret\n" + strings.ReplaceAll(row.script, "VARIED", file) + "logout\n"
			o := run(t, script, "--strict", "imap://"+server.Clear())
			if row.odd == "" {
				o.is(t, 0).hides(t, " at byte ")
			} else {
				o.is(t, 1).shows(t, "!! "+row.odd+" at byte ")
			}
			o.shows(t, row.shows...)
		})
	}
}

func TestEveryDecoderThatDovecotTriggers(t *testing.T) {
	t.Parallel()
	trigger(t, testserver.Dovecot(t), []triggered{
		{name: "CAPABILITY, ID, NAMESPACE and ENABLED", script: "capability\nid nil\nnamespace\nenable condstore\n", shows: []string{
			"45 capabilities", `S: * ID ("name" "Dovecot"`, "Personal no prefix", "Others'  shared/, delimiter", "CONDSTORE: FETCH responses include MODSEQ"}},
		{name: "LIST with statuses", script: "create Entwürfe\nlist \"\" \"*\" return (subscribed children status (messages uidnext size))\n", shows: []string{
			"     Entwürfe", "S: * STATUS "}},
		{name: "special uses and LSUB", script: "list (special-use) \"\" \"*\" return (special-use)\nlsub \"\" \"*\"\n", shows: []string{
			`\Drafts) "/" Drafts`, `S: * LSUB (\Trash) "/" Trash`}},
		{name: "STATUS", script: "status inbox (messages uidnext uidvalidity unseen highestmodseq size)\n", shows: []string{"HIGHESTMODSEQ", "SIZE "}},
		{name: "a structure", script: "create varied\nappend varied < VARIED\nselect varied\nfetch 1 (flags envelope bodystructure body internaldate rfc822.size modseq savedate)\n", shows: append(structure,
			"     1.2          text/html          utf-8    7bit", "     Saved    ")},
		{name: "sections", script: "select varied\nfetch 1 (body.peek[1.1] binary.peek[2] binary.size[2] body.peek[3.header] preview)\n", shows: []string{
			"S| Café", "S| %PDF-1.4", "BINARY.SIZE[2] 8", "PREVIEW "}},
		{name: "THREAD and SORT", script: "select inbox\nthread references utf-8 all\nsort (date) utf-8 all\n", shows: []string{"22 messages in ", "22 messages: "}},
		{name: "SEARCH and ESEARCH", script: "select inbox\nsearch all\nsearch subject nowhere-to-be-found\nuid search return (min max count all) all\nsearch return (partial 1:5) all\n" +
			"search return (all) modseq 1\nuid sort return (min max count) (date) utf-8 all\n", shows: []string{
			"22 messages: 1:22", "     no message", "22 UIDs", "PARTIAL (1:5 1:5)", "results 1:5: 5 messages", "MODSEQ ", "UID MIN 1 MAX 22 COUNT 22"}},
		{name: "a thread that has branches", script: "append varied < VARIED\nselect varied\nthread references utf-8 all\n", shows: []string{"2 messages in 1 thread", "     (not in this mailbox)", "     ├ 1", "     └ 2"}},
		{name: "VANISHED", script: "enable qresync\nselect inbox\nstore 20:22 +flags.silent (\\Deleted)\nexpunge\n", shows: []string{"S: * VANISHED 20:22", "3 messages are gone"}},
		{name: "EXPUNGE", script: "select inbox\nstore 19 +flags (\\Deleted)\nexpunge\n", shows: []string{`S: * 19 FETCH (FLAGS (`, "S: * 19 EXPUNGE"}},
		{name: "METADATA", script: "setmetadata inbox (/private/comment \"hello\")\ngetmetadata inbox (/private/comment /shared/comment)\ngetmetadata \"\" (/shared/admin /shared/comment)\n", shows: []string{
			"     /private/comment: hello", "     /shared/comment: no value", "     /shared/admin: mailto:postmaster@localhost"}},
		{name: "quota", script: "getquotaroot inbox\ngetquota \"User quota\"\n", shows: []string{`S: * QUOTAROOT inbox "User quota"`, "STORAGE  [#----", " of 2.0 GB, 0%"}},
		{name: "rights", script: "setacl test bob lrs\ngetacl test\nmyrights inbox\nlistrights test bob\n", shows: []string{
			`     bob      look up, read, set \Seen`, "     You may  look up, read, change flags", "create (c, obsolete)", "     Always   nothing", "     Grantable look up, read"}},
		{name: "URLAUTH", script: "genurlauth \"imap://alice@localhost/varied/;uid=1;urlauth=user+alice\" INTERNAL\nurlfetch \"imap://alice@localhost/varied/;uid=1;urlauth=user+alice:internal:00\"\n", shows: []string{
			"S: * GENURLAUTH ", "can be used by user+alice, mechanism internal", "S: * URLFETCH ", "no data for: imap://alice@localhost/varied"}},
		{name: "NOTIFY", script: "delete Entwürfe\nnotify set status (personal (MessageNew MessageExpunge))\n", shows: []string{"S: * STATUS varied (MESSAGES 2 "}},
		// Dovecot 2.3 forgets to encode the name in this one response.
		{name: "NOTIFY of a name that is not ASCII", script: "create Entwürfe\nnotify set status (personal (MessageNew MessageExpunge))\n", shows: []string{"S| Entwürfe"}, odd: "bad-mailbox-name"},
		{name: "IDLE", script: "select inbox\nidle\ndone\n", shows: []string{"S: + idling"}},
	})
}

// structure are the explanations of varied on every server.
var structure = []string{
	"Subject  Café menu", "From     Jörg <joerg@example.org>", "ann@example.org, ben@example.org",
	"     -        multipart/mixed", "     1          multipart/alternative", "     1.1          text/plain         utf-8    q-p",
	"     2          application/pdf      -        base64", "Menü.pdf", `"Re: menu"`, "     3.1          text/plain         ", "     Arrived  "}

func TestEveryDecoderThatCyrusTriggers(t *testing.T) {
	t.Parallel()
	server := testserver.Cyrus(t)
	trigger(t, server, []triggered{
		{name: "CAPABILITY, ID, NAMESPACE and ENABLED", script: "capability\nid nil\nnamespace\nenable condstore qresync\n", shows: []string{
			"log in with PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, SCRAM-SHA-1, SCRAM-SHA-256", "     name     Cyrus IMAPD", "     Others'  Other Users/, delimiter", "     Shared   Shared Folders/, delimiter",
			"CONDSTORE: FETCH responses include MODSEQ", "QRESYNC: the server sends VANISHED with UIDs"}},
		{name: "LIST with statuses", script: "create Entwürfe\nlist \"\" \"*\" return (subscribed children special-use status (messages uidnext size))\n", shows: []string{
			"S: a002 OK [MAILBOXID (", "     Entwürfe", "S: * STATUS Drafts (MESSAGES 0 UIDNEXT 1 SIZE 0)", `\drafts) "/" Drafts`}},
		{name: "LIST with rights", script: "list \"\" \"*\" return (myrights)\n", shows: []string{"S: * MYRIGHTS Drafts lrswipkxtecdan", "     You may  look up, read", "annotate"}},
		{name: "LIST with metadata", script: "setmetadata test (/shared/comment \"for all\")\nlist \"\" test return (metadata (/shared/comment))\n", shows: []string{`S: * METADATA test ("/shared/comment" "for all")`}},
		{name: "LSUB and XLIST", script: "lsub \"\" \"*\"\nxlist \"\" \"*\"\n", shows: []string{`S: * LSUB (\trash) "/" Trash`, `S: * XLIST (\HasNoChildren \Inbox) "/" INBOX`}},
		{name: "STATUS", script: "status inbox (messages uidnext uidvalidity unseen highestmodseq size)\nstatus inbox (mailboxid)\n", shows: []string{"HIGHESTMODSEQ", "(MAILBOXID ("}},
		{name: "STATUS of conversations", script: "status inbox (xconvexists xconvunseen)\n", shows: []string{"(XCONVEXISTS 22 XCONVUNSEEN 5)"}},
		{name: "a structure and object identifiers", script: "create varied\nappend varied < VARIED\nselect varied\nfetch 1 (flags envelope bodystructure body internaldate rfc822.size modseq savedate emailid threadid)\n", shows: append(structure,
			"To       Team: ann@example.org, ben@example.org;", "EMAILID (M", "THREADID (T", "     Saved    ", "S: * OK [ANNOTATIONS 65536]", "S: * OK [URLMECH INTERNAL]")},
		{name: "sections", script: "select varied\nfetch 1 (body.peek[1.1] binary.peek[2] binary.size[2] body.peek[3.header] preview)\n", shows: []string{
			"S| Caf=C3=A9", "S| %PDF-1.4", "BINARY.SIZE[2] 8", "PREVIEW NIL"}},
		{name: "items that only Cyrus has", script: "select varied\nfetch 1 (cid)\n", shows: []string{"S: * 1 FETCH (CID "}},
		{name: "ANNOTATION", script: "select varied\nstore 1 annotation (/comment (value.priv \"mine\"))\nfetch 1 (annotation (/comment value))\n", shows: []string{
			`S: * 1 FETCH (ANNOTATION (/comment (value.priv "mine" value.shared NIL)))`}},
		{name: "THREAD and SORT", script: "append varied < VARIED\nselect varied\nthread references utf-8 all\nsort (date) utf-8 all\nthread references utf-8 subject nowhere\n", shows: []string{
			"2 messages in 1 thread", "     (not in this mailbox)", "     ├ 1", "     └ 2", "S: * SORT 1 2", "S: * THREAD\n     no message"}},
		{name: "SEARCH and ESEARCH", script: "select inbox\nsearch all\nsearch subject nowhere-to-be-found\nsearch modseq 1\nuid search return (min max count all) all\nuid sort return (min max count) (date) utf-8 all\n", shows: []string{
			"22 messages: 1:22", "     no message", " 22 (MODSEQ ", "22 UIDs", "UID COUNT 22 MIN 1 MAX 22"}},
		{name: "VANISHED and MODIFIED", script: "enable qresync\nselect inbox\nstore 20:22 +flags.silent (\\Deleted)\nexpunge\nstore 1 (unchangedsince 1) +flags (\\Flagged)\n", shows: []string{
			"S: * VANISHED 20:22", "3 messages are gone", "OK [MODIFIED 1]", "message 1 has changed since then"}},
		{name: "EXPUNGE", script: "select inbox\nstore 19 +flags (\\Deleted)\nexpunge\n", shows: []string{"S: * 19 EXPUNGE"}},
		{name: "METADATA", script: "setmetadata test (/private/comment \"hello\")\ngetmetadata test (/private/comment /shared/checkperiod)\ngetmetadata (maxsize 1) test /private/comment\n", shows: []string{
			"     /private/comment: hello", "     /shared/checkperiod: no value", "[METADATA LONGENTRIES 5]"}},
		{name: "quota", script: "getquotaroot inbox\n", shows: []string{"S: * QUOTAROOT inbox INBOX", "STORAGE  [#----", " of 10 GB, 0%"}},
		{name: "rights", script: "setacl test bob lrs\ngetacl test\nmyrights inbox\nlistrights test bob\n", shows: []string{
			`     bob      look up, read, set \Seen`, "     You may  look up, read", "     Always   nothing", "     Grantable look up, read", "9 (defined by the server)"}},
		{name: "URLAUTH", script: "genurlauth \"imap://alice@localhost/varied/;uid=1;urlauth=user+alice\" INTERNAL\nurlfetch \"imap://alice@localhost/varied/;uid=1;urlauth=user+alice:internal:00\"\n", shows: []string{
			"can be used by user+alice, mechanism internal", "no data for: imap://alice@localhost/varied"}},
		{name: "IDLE", script: "select inbox\nidle\ndone\n", shows: []string{"S: + idling"}},
	})
	t.Run("an administrator's quota and ALERT", func(t *testing.T) {
		script := "login cyrus secret\nsetquota user/bob (storage 1000 message 50 x-annotation-storage 10 x-num-folders 20)\ngetquota user/bob\n" +
			"setmetadata \"\" (/shared/motd \"back at noon\")\nlogout\n"
		run(t, script, "--strict", "imap://"+server.Clear()).is(t, 0).hides(t, " at byte ").shows(t, "STORAGE  [", "MESSAGE  [", "X-ANNOTATION-STORAGE ", "X-NUM-FOLDERS ")
		run(t, "login alice secret\nlogout\n", "--strict", "imap://"+server.Clear()).is(t, 0).hides(t, " at byte ").shows(t, "S: * OK [ALERT] back at noon")
	})
}

func TestEveryDecoderThatCourierTriggers(t *testing.T) {
	t.Parallel()
	trigger(t, testserver.Courier(t), []triggered{
		{name: "CAPABILITY, NAMESPACE and ENABLED", script: "capability\nnamespace\nenable utf8=accept\n", shows: []string{
			"14 capabilities", `Personal INBOX., delimiter "."`, "Others'  none", `Shared   #shared., delimiter "."; shared., delimiter "."`, "UTF8=ACCEPT: mailbox names and quoted strings are UTF-8"}},
		{name: "LIST and LSUB", script: "create INBOX.Entwürfe\nlist \"\" \"*\"\nsubscribe INBOX.test\nlsub \"\" \"*\"\n", shows: []string{
			`S: * LIST (\HasNoChildren) "." "INBOX.Entw&APw-rfe"` + "\n     INBOX.Entwürfe", `S: * LSUB (\HasNoChildren) "." "INBOX.test"`}},
		{name: "LIST in UTF-8", script: "enable utf8=accept\nlist \"\" \"*\"\n", shows: []string{`S: * LIST (\HasNoChildren) "." "INBOX.Entwürfe"`}},
		{name: "STATUS", script: "status inbox (messages recent uidnext uidvalidity unseen)\n", shows: []string{`S: * STATUS "inbox" (MESSAGES 22 `}},
		{name: "a structure", script: "create INBOX.varied\nappend INBOX.varied < VARIED\nselect INBOX.varied\nfetch 1 (flags envelope bodystructure body internaldate rfc822.size uid)\n", shows: structure},
		{name: "sections", script: "select INBOX.varied\nfetch 1 (body.peek[1.1] body.peek[3.header] rfc822.header)\n", shows: []string{"S| Caf=C3=A9", "S| Subject: Re: menu"}},
		{name: "THREAD, SORT and SEARCH", script: "append INBOX.varied < VARIED\nselect INBOX.varied\nthread references utf-8 all\nsort (date) utf-8 all\nsearch all\nsearch subject nowhere\n", shows: []string{
			"2 messages in 1 thread", "     └ 2", "S: * SORT ", "S: * SEARCH 1 2", "     no message"}},
		// Courier 5 violates the protocol in the next two.
		{name: "a THREAD of nothing", script: "select INBOX.varied\nthread references utf-8 subject nowhere\n", shows: []string{"     no message"}, odd: "trailing-blank"},
		{name: "a quota root without a limit", script: "getquotaroot inbox\n", shows: []string{`S: * QUOTAROOT "inbox" "ROOT"`, "bad-quota-list at byte 14"}, odd: "bad-quota-list"},
		{name: "rights", script: "getacl INBOX.test\nmyrights INBOX.test\nlistrights INBOX.test user=bob\n", shows: []string{
			"     owner    administer, create (c, obsolete)", "     You may  administer", "     Always   nothing", "     Grantable administer"}},
		{name: "EXPUNGE", script: "select INBOX.varied\nstore 1 +flags (\\Deleted)\nexpunge\n", shows: []string{`S: * 1 FETCH (FLAGS (\Deleted))`, "S: * 1 EXPUNGE"}},
		{name: "IDLE", script: "select inbox\nidle\ndone\n", shows: []string{"S: + entering idle mode"}},
	})
}
