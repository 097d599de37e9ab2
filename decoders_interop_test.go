package main

import (
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// varied is a message with all that a structure can have.
const varied = "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>\r\nTo: Team: ann@example.org, ben@example.org;\r\nSubject: =?utf-8?q?Caf=C3=A9?= menu\r\n" +
	"Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <varied@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n" +
	"--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=C3=A9\r\n" +
	"--b2\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>menu</p>\r\n--b2--\r\n" +
	"--b1\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''Men%C3%BC.pdf\r\n\r\nJVBERi0xLjQ=\r\n" +
	"--b1\r\nContent-Type: message/rfc822\r\n\r\nSubject: Re: menu\r\nMessage-ID: <within@example.org>\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nfine\r\n--b1--\r\n"

// TestEveryDecoderThatDovecotTriggers runs commands whose answers reach each decoder, and
// expects what is said beneath them and no oddity at all.
func TestEveryDecoderThatDovecotTriggers(t *testing.T) {
	server := testserver.Dovecot(t)
	file := t.TempDir() + "/varied.eml"
	if err := writeFile(file, varied); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, script string
		shows        []string
	}{
		{"ID, NAMESPACE and ENABLED", "id nil\nnamespace\nenable condstore\n", []string{`S: * ID ("name" "Dovecot"`, "Personal no prefix", "CONDSTORE: FETCH responses bring MODSEQ"}},
		{"LIST with statuses", "create Entwürfe\nlist \"\" \"*\" return (subscribed children status (messages uidnext size))\n", []string{"     Entwürfe", "S: * STATUS "}},
		{"STATUS", "status inbox (messages uidnext uidvalidity unseen highestmodseq size)\n", []string{"HIGHESTMODSEQ", "SIZE "}},
		{"a structure", "append varied < " + file + "\nselect varied\nfetch 1 (flags envelope bodystructure body internaldate rfc822.size modseq)\n", []string{
			"Subject  Café menu", "From     Jörg <joerg@example.org>", "Team: ann@example.org, ben@example.org;",
			"     -        multipart/mixed", "     1          multipart/alternative", "     1.1          text/plain         utf-8    q-p",
			"     2          application/pdf      -        base64", "Menü.pdf", `"Re: menu"`, "     3.1          text/plain         us-ascii 7bit"}},
		{"sections", "select varied\nfetch 1 (body.peek[1.1] binary.peek[2] binary.size[2] body.peek[3.header] preview)\n", []string{"S| Café", "S| %PDF-1.4"}},
		{"THREAD and SORT", "select inbox\nthread references utf-8 all\nsort (date) utf-8 all\n", []string{"22 messages in ", "22 messages: "}},
		{"SEARCH and ESEARCH", "select inbox\nsearch all\nsearch subject nowhere-to-be-found\nuid search return (min max count all) all\nsearch return (partial 1:5) all\n",
			[]string{"22 messages: 1:22", "     no message", "22 UIDs"}},
		{"VANISHED", "enable qresync\nselect inbox\nstore 20:22 +flags.silent (\\Deleted)\nexpunge\n", []string{"S: * VANISHED", "3 messages are gone"}},
		{"metadata", "setmetadata inbox (/private/comment \"hello\")\ngetmetadata inbox (/private/comment /shared/comment)\n", nil},
		{"quota and rights", "getquotaroot inbox\ngetacl inbox\nmyrights inbox\nlistrights inbox bob\n", nil},
		{"IDLE", "select inbox\nidle\ndone\n", []string{"S: + idling"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := run(t, "login alice secret\n"+createVaried(row.name)+row.script+"logout\n", "--strict", "imap://"+server.Clear())
			for _, text := range row.shows {
				if !strings.Contains(o.stdout, text) {
					t.Errorf("%q is not shown\n%s", text, o)
				}
			}
			if strings.Contains(o.stdout, "\n!! ") && strings.Contains(o.stdout, " at byte ") {
				t.Errorf("an answer of a correct server is flagged\n%s", o)
			}
		})
	}
}

func createVaried(row string) string {
	if row == "a structure" {
		return "create varied\n"
	}
	return ""
}
