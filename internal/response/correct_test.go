package response

import (
	"strings"
	"testing"
)

// correct are responses in the forms that the grammars of the RFCs allow, one per line,
// in the syntax of the golden files. A line that begins with "8" is from a
// session that has enabled UTF-8.
var correct = map[string]string{
	"draft-daboo-imap-annotatemore": `
* ANNOTATION "INBOX" "/comment" ("value.priv" "My comment" "value.shared" NIL)`,
	"RFC 3501 and 9051": `
* OK IMAP4rev1 mail.example.org ready
* PREAUTH IMAP4rev2 alice is known
* BYE see you
a NO [ALERT] the disk is almost full
a OK [ALERT]  two blanks: the second is text
* OK [CAPABILITY IMAP4rev2 STARTTLS AUTH=GSSAPI LOGINDISABLED] ready
* CAPABILITY IMAP4rev1 STARTTLS AUTH=GSSAPI XPIG-LATIN
* ENABLED
* ENABLED CONDSTORE X-GOOD-IDEA
* NAMESPACE (("" "/")) NIL NIL
* NAMESPACE NIL NIL (("" "."))
* NAMESPACE (("" "/")("#mh/" "/" "X-PARAM" ("FLAG1" "FLAG2"))) (("~" "/")) (("#shared/" "/")("#public/" "/")("#ftp/" "/")("#news." "."))
* NAMESPACE (("flat" NIL)) NIL NIL
* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
* FLAGS ()
* FLAGS ($Forwarded $MDNSent $Junk work)
* 172 EXISTS
* 0 EXISTS
* 1 RECENT
* 44 EXPUNGE
* OK [UNSEEN 12] first unseen
* OK [UIDVALIDITY 4294967295] UIDs valid
* OK [UIDNEXT 4392] next
* OK [UIDNOTSTICKY] of no use
* OK [CLOSED] the one before
* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] limited
* OK [PERMANENTFLAGS ()] none
a OK [READ-WRITE] SELECT completed
a OK [READ-ONLY] EXAMINE completed
a NO [TRYCREATE] make it first
a NO [BADCHARSET] none fits
a NO [BADCHARSET (UTF-8 US-ASCII)] none fits
a NO [BADCHARSET (US-ASCII "a [b] c")] none fits
a OK [APPENDUID 38505 3955:3957,3960] several at once
* OK [X-OWN a  b ( "c )] any text
* OK [HIGHESTMODSEQ 1] the first
a NO [PARSE] a header is broken
a OK [HASCHILDREN] cannot be deleted
a NO [UNKNOWN-CTE] of part 2
a OK [APPENDUID 38505 3955] APPEND completed
a OK [COPYUID 38505 304,319:320 3956:3958] done
* LIST () "/" blurdybloop
a OK [COPYUID 38505 9:7,1 4,8:6] in any order
* LIST () "/" NIL
* LIST () "/" nil
* STATUS NIL (MESSAGES 1)
* LIST (\\Noselect) "/" ""
* LIST (\\Noselect) "." #news.
* LIST (\\Noselect) NIL ""
* LIST (\\Noinferiors \\Marked) "\\\\" "a b"
* LIST (\\HasNoChildren \\UnMarked \\Remote) "/" INBOX
* LIST () "/" ~peter/mail/&U,BTFw-/&ZeVnLIqe-
* LIST () "/" {5}\r\na "b\\
* LIST () "/" "Tom &- Jerry"
* LSUB () "." #news.comp.mail.misc
* LSUB (\\Noselect) "." #news.comp
* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)
* STATUS "a b" (MESSAGES 0 RECENT 0 UIDNEXT 1 UIDVALIDITY 1 UNSEEN 0 DELETED 0 SIZE 9223372036854775807)
* STATUS INBOX ()
* SEARCH
* SEARCH 2 84 882
* ESEARCH (TAG "A282") MIN 2 COUNT 3
* ESEARCH (TAG "A283") ALL 2,10:11
* ESEARCH (TAG {4}\r\nA284) UID COUNT 0
* ESEARCH (TAG "A285") MIN 7 MAX 3800
* ESEARCH
* 12 FETCH (FLAGS (\\Seen) UID 4827313)
* 12 FETCH (FLAGS () RFC822.SIZE 44827 INTERNALDATE "17-Jul-2026 02:44:25 -0700")
* 12 FETCH (INTERNALDATE " 7-Feb-2026 23:59:60 +0000")
* 12 FETCH (INTERNALDATE "01-Jan-0001 00:00:00 +0000")
* 12 FETCH (INTERNALDATE "31-Dec-9999 23:59:59 -1200")
* 12 FETCH (INTERNALDATE "29-FEB-0004 00:00:00 +1400")
* 12 FETCH (ENVELOPE ("Wed, 17 Jul 2026 02:23:25 -0700 (PDT)" "a plan" (("Terry" NIL "terry" "example.org")) (("Terry" NIL "terry" "example.org")) (("Terry" NIL "terry" "example.org")) ((NIL NIL "imap" "example.org")) ((NIL NIL "minutes" "example.org")("John" NIL "k" "example.org")) NIL NIL "<B2739@example.org>"))
* 12 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))
* 12 FETCH (ENVELOPE ("" "" NIL NIL NIL ((NIL NIL "friends" NIL)(NIL NIL "ann" "example.org")("Ben \\"B\\" \\\\" "@a,@b" "ben" "example.org")(NIL NIL NIL NIL)) NIL NIL {2}\r\n<> ""))
* 12 FETCH (BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92))
* 12 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92 NIL NIL NIL NIL))
* 12 FETCH (BODYSTRUCTURE ("text" "plain" NIL "<id@x>" {3}\r\na"b "x-own" 0 0 "md5sum" ("inline" ("filename" {3}\r\na"b)) ("en" "de") "http://x/"))
* 12 FETCH (BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 0 0 NIL NIL "en" NIL NIL 5 ("x" (1 "y" NIL))))
* 12 FETCH (BODYSTRUCTURE ("image" "png" NIL NIL NIL "BASE64" 4554 NIL ("attachment" NIL)))
* 12 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff") "<9607@example.org>" "a diff" "BASE64" 4554 73) "MIXED"))
* 12 FETCH (BODYSTRUCTURE (("APPLICATION" "PDF" NIL NIL NIL "BASE64" 9) "MIXED" NIL NIL NIL NIL "new" 4))
* 12 FETCH (BODYSTRUCTURE ("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 342 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1) 9))
* 12 FETCH (BODYSTRUCTURE ("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 342))
* 12 FETCH (BODYSTRUCTURE ("MESSAGE" "GLOBAL" NIL NIL NIL "8BIT" 342 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" NIL NIL NIL "8BIT" 1 1) 9 NIL NIL NIL NIL))
* 12 FETCH (BODYSTRUCTURE (((("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1) "ALTERNATIVE") "RELATED")("TEXT" "HTML" NIL NIL NIL "7BIT" 1 1) "MIXED"))
* 12 FETCH (BODY[] {4}\r\nabcd)
* 12 FETCH (BODY[]<0> "abcd" BODY[1.2.MIME] NIL BODY[2.HEADER] {2}\r\n\r\n BODY[TEXT] "")
* 12 FETCH (BODY[HEADER.FIELDS (FROM "SUBJECT" {2}\r\nTO)]<5> {0}\r\n)
* 12 FETCH (BODY[1.HEADER.FIELDS.NOT (RECEIVED)] NIL)
* 12 FETCH (RFC822 {1}\r\nx RFC822.HEADER {0}\r\n RFC822.TEXT NIL)
* 12 FETCH (BINARY[1] ~{3}\r\na\x00b BINARY[2]<100> {1}\r\nx BINARY[3] "x" BINARY.SIZE[1] 0)
+ 
+ Ready for additional command text
+ [X-CODE] go on
+ YIIB+wYJKoZIhvcSAQICAQBuggHqMIIB5qADAgEFoQMCAQ6iBwMFACAAAAA=
8* LIST () "/" "Entwürfe"
8* 12 FETCH (ENVELOPE (NIL "Grüße" (("Jörg" NIL "jörg" "example.org")) NIL NIL NIL NIL NIL NIL NIL))
8* OK Grüße`,

	"RFC 2087 and 9208 (QUOTA)": `
* QUOTA "" (STORAGE 10 512)
* QUOTA "" ()
* QUOTA "#user/alice" (STORAGE 54 111 MESSAGE 42 1000 MAILBOX 4 10 ANNOTATION-STORAGE 0 1)
* QUOTA !partition/sda4 (STORAGE 104 10923847 X-NEW-STORAGE 9223372036854775807 9223372036854775807)
* QUOTAROOT INBOX "#user/alice" !partition/sda4
* QUOTAROOT comp.mail.mime
* QUOTAROOT {3}\r\na b ""
a NO [OVERQUOTA] no room
* NO [OVERQUOTA] almost none
* STATUS INBOX (MESSAGES 12 DELETED 4 DELETED-STORAGE 8)`,

	"RFC 2971 (ID)": `
* ID NIL
* ID ()
* ID ("name" "Cyrus" "version" "1.5" "os" "sunos" "support-url" "mailto:help@example.org" "note" NIL)
* ID ("name" {3}\r\na"b)`,

	"RFC 4314 (ACL)": `
* ACL INBOX
* ACL INBOX Fred rwipslxetad
* ACL "a b" Fred rwipslda -Fred wetd $team w "Chris B" "" anyone lrs007
* LISTRIGHTS ~/Mail/saved smith la r swicdkxte
* LISTRIGHTS archive anyone "" l r s w i p k x t e c d a 0 1 2 3 4 5 6 7 8 9
* LISTRIGHTS archive anyone ""
* MYRIGHTS INBOX rwiptsldaex
* MYRIGHTS INBOX ""
* CAPABILITY IMAP4rev1 ACL RIGHTS=texk`,

	"RFC 5464 (METADATA)": `
* METADATA "" /shared/comment
* METADATA INBOX /shared/comment /private/comment
* METADATA INBOX (/private/comment "My own comment")
* METADATA INBOX (/private/comment NIL /shared/comment "")
* METADATA "" (/shared/comment {3}\r\na\r\n)
* METADATA INBOX (/shared/vendor/x/bin ~{3}\r\n\x00\x01\xff)
a OK [METADATA LONGENTRIES 2199] one was cut
a NO [METADATA MAXSIZE 1024] too large
a NO [METADATA TOOMANY] no more
a NO [METADATA NOPRIVATE] none here`,

	"RFC 5256 (SORT, THREAD)": `
* SORT 2 84 882
* SORT
* SORT 5 3 4 (MODSEQ 12)
* THREAD (2)(3 6 (4 23)(44 7 96))
* THREAD ((3)(5))
* THREAD (166)(167)(168)(169)(172)((170)(179))(171)(173)((174)(175)(176)(178)(181)(180))
* THREAD (1 ((2)(3 4))(5))
* THREAD`,

	"RFC 5258, 5819, 6154, 8440 (LIST)": `
* LIST (\\Marked \\NoInferiors \\Subscribed) "/" "inbox"
* LIST (\\Subscribed \\NonExistent) "/" "Fruit/Peach"
* LIST () "/" "Foo" ("CHILDINFO" ("SUBSCRIBED"))
* LIST (\\HasChildren) "/" foo (CHILDINFO ("SUBSCRIBED" "RECURSIVEMATCH") "X-COLOR" red "X-NUMBER" 5 "X-SET" 1:4 "X-LIST" (a (b "c") {1}\r\nd) "X-NONE" ())
* LIST () "/" "new" ("OLDNAME" ("old"))
* LIST () "/" "new" ("OLDNAME" ({3}\r\na b))
* LIST () "/" "new" ()
* LIST (\\All \\HasNoChildren) "/" All
* LIST (\\Archive \\Drafts \\Flagged \\Junk \\Sent \\Trash \\Important) "/" x
* LIST () "." "INBOX"
* STATUS "INBOX" (MESSAGES 17 UNSEEN 16)
* LIST () "/" "foo" ("MYRIGHTS" "lrs")
a NO [USEATTR] not that one`,

	"RFC 4731, 5267, 9394 (ESEARCH, CONTEXT, PARTIAL)": `
* ESEARCH (TAG "a1") UID MIN 7 MAX 3800 COUNT 5 ALL 2,10:11 MODSEQ 917162500
* ESEARCH (TAG "a1") UID PARTIAL (1:100 NIL)
* ESEARCH (TAG "a1") UID PARTIAL (-1:-100 200:250,252:300)
* ESEARCH (TAG "a1") PARTIAL (23500:24000 67,100:102) COUNT 5
* ESEARCH (TAG "a1") UID ADDTO (0 32768:32769)
* ESEARCH (TAG "a1") UID REMOVEFROM (5 32768 1 2)
* ESEARCH (TAG "a1") ALL 1 X-OWN (a ("b" 5))
* NO [NOUPDATE "a1"] no more of that
a NO [NOTSAVED] nothing to refer to
a OK [TOOSMALL] fewer than that`,

	"RFC 7377 (MULTISEARCH)": `
* ESEARCH (TAG "a1" MAILBOX "folder1" UIDVALIDITY 1) UID ALL 4001,4003
* ESEARCH (TAG "a1" MAILBOX folder/salmon UIDVALIDITY 19) UID COUNT 2 ALL 4`,

	"RFC 7162 (CONDSTORE, QRESYNC)": `
* OK [HIGHESTMODSEQ 715194045007] highest
* OK [NOMODSEQ] none kept
a OK [MODIFIED 7,9] not all
* 1 FETCH (UID 4 MODSEQ (12121231000))
* 50 FETCH (MODSEQ (1))
* SEARCH 2 5 6 (MODSEQ 917162500)
* STATUS blurdybloop (MESSAGES 231 HIGHESTMODSEQ 7011231777)
* VANISHED (EARLIER) 41,43:116,118,120:211,214:540
* VANISHED 405,407
* OK [CLOSED] gone`,

	"RFC 8474 (OBJECTID)": `
a OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] made
* OK [MAILBOXID (F3)] Ok
* STATUS INBOX (MAILBOXID (F2212ea87))
* 1 FETCH (EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9))
* 2 FETCH (EMAILID (M_-1) THREADID NIL)`,

	"RFC 8514 and 8970 (SAVEDATE, PREVIEW)": `
* 1 FETCH (SAVEDATE "28-Oct-2026 23:15:04 +0000")
* 1 FETCH (SAVEDATE NIL)
* 1 FETCH (PREVIEW "A short look")
* 1 FETCH (PREVIEW {6}\r\nGr\xc3\xbc\xc3\x9f PREVIEW NIL PREVIEW "")`,

	"RFC 7889 and 8438 (APPENDLIMIT, STATUS=SIZE)": `
* CAPABILITY IMAP4rev1 APPENDLIMIT=257890 STATUS=SIZE
* STATUS INBOX (APPENDLIMIT 257890 SIZE 4294967295)
* STATUS INBOX (APPENDLIMIT NIL)
a NO [TOOBIG] larger than that`,

	"RFC 5255 (LANGUAGE, I18NLEVEL)": `
* LANGUAGE (EN)
* LANGUAGE (DE IT i-default "fr-CA")
* COMPARATOR i;unicode-casemap
* COMPARATOR "i;octet" ("i;basic" i;ascii-casemap)
a NO [BADCOMPARATOR i;x] none`,

	"RFC 5259 (CONVERT)": `
* 2 CONVERTED (TAG "b001") (BINARY[2] ~{3}\r\na\x00b)
* 2 CONVERTED (TAG "b001") (UID 120 BODYPARTSTRUCTURE[2] ("IMAGE" "PNG" ("A" "b") NIL NIL "BASE64" 2121 NIL NIL NIL))
* 2 CONVERTED (TAG "b001") (BINARY[3] (ERROR "not that one" BADPARAMETERS "text/html" "text/plain" ("charset" "x")) BINARY.SIZE[3] (ERROR "nor that"))
* 3 CONVERTED (TAG "b001") (BINARY.SIZE[2] 5 AVAILABLECONVERSIONS[2] (("IMAGE/PNG" ("PIX-X" "PIX-Y"))))
a NO [TEMPFAIL] later
* NO [MAXCONVERTMESSAGES 1] one a time
* NO [MAXCONVERTPARTS 1] one a time`,

	"RFC 5257 (ANNOTATE)": `
* OK [ANNOTATIONS 20480 NOPRIVATE] size
* OK [ANNOTATIONS READ-ONLY] only read
* OK [ANNOTATIONS NONE] none
a NO [ANNOTATE TOOBIG] too much
* 12 FETCH (UID 1123 ANNOTATION (/comment (value.priv "My comment" size.priv "10")))
* 12 FETCH (ANNOTATION (/altsubject (value.shared NIL) "/2/comment" (value.priv {1}\r\nx size.priv 1)))`,

	"RFC 9585, 9738 and 6858": `
* OK [INPROGRESS] going
* OK [INPROGRESS (NIL NIL NIL)] going
* OK [inprogress ("a]b" nil NIL)] going
* OK [INPROGRESS ("a" 0 NIL)] going
* OK [INPROGRESS (NIL 0 4294967295)] going
a OK [MESSAGELIMIT 1000] some
a NO [MESSAGELIMIT 1000 23221] some
* CAPABILITY IMAP4rev2 MESSAGELIMIT=1000 SAVELIMIT=500
a OK [DOWNGRADED 70,105:108] simpler`,

	"RFC 9586 (UIDONLY)": `
* ENABLED UIDONLY
* 25996 UIDFETCH (FLAGS (\\Seen))
* 25997 UIDFETCH (FLAGS (\\Flagged \\Answered) MODSEQ (5))
* VANISHED 405
a BAD [UIDREQUIRED] numbers are not allowed`,

	"RFC 4467 and 5524 (URLAUTH)": `
* GENURLAUTH "imap://joe@example.org/INBOX/;uid=20;urlauth=submit+fred:internal:91354a47"
* GENURLAUTH "imap://a" "imap://b"
* URLFETCH "imap://a" "Si vis pacem" "imap://b" NIL
* URLFETCH "imap://a" {3}\r\na\r\n
* URLFETCH "imap://a" (BODYPARTSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 3 1)) (BINARY ~{3}\r\na\x00b)
* OK [URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==] set
a NO [BADURL "/INBOX/;UID=1"] no such message`,

	"RFC 5465, 5466, 5530, 6203, 6785, 9590 and Gmail": `
* STATUS misc (UIDNEXT 999 MESSAGES 554)
* OK [NOTIFICATIONOVERFLOW] no more of them
* NO [BADEVENT (MessageNew MessageExpunge FlagChange)] that is not had
* NO [UNDEFINED-FILTER f] none
* BYE [UNAVAILABLE] later
a NO [AUTHENTICATIONFAILED] no
a NO [EXPIRED] too old
a NO [PRIVACYREQUIRED] encrypt
a NO [CONTACTADMIN] ask
a NO [NOPERM] no
a NO [INUSE] wait
a NO [EXPUNGEISSUED] some are gone
a NO [CORRUPTION] broken
a NO [SERVERBUG] ours
a NO [CLIENTBUG] yours
a NO [CANNOT] never
a NO [LIMIT] that is all
a NO [ALREADYEXISTS] there
a NO [NONEXISTENT] not there
a NO [REFERRAL imap://user;AUTH=*@mail.example.org/a%20b] elsewhere
* ESEARCH (TAG "a") ALL 1:5 RELEVANCY (4 99 42 33 1)
* 1 FETCH (X-GM-MSGID 18446744073709551615 X-GM-THRID 1266894439832287888 X-GM-LABELS (\\Inbox \\Sent Important "Muy Importante" {3}\r\na b))
* 1 FETCH (X-GM-LABELS ())
* XLIST (\\HasNoChildren \\Inbox) "/" "Posteingang"
* X-UNHEARD of (a "b" {1}\r\nc)
* 5 X-UNHEARD`,
}

func TestACorrectResponseIsNeverReported(t *testing.T) {
	var d Decoder
	seen := map[string]bool{}
	for rfc, lines := range correct {
		t.Run(rfc, func(t *testing.T) {
			for line := range strings.SplitSeq(strings.TrimPrefix(lines, "\n"), "\n") {
				line, d.Tree.UTF8 = strings.CutPrefix(line, "8") // no tag here begins with it
				seen[d.Decode(frame(t, unquoted(t, line))).Name()] = true
				for _, o := range d.Odd {
					t.Errorf("%s\n  %s at %d: %s", line, o.Name, o.Off, o.Text)
				}
			}
		})
	}
	for _, name := range Names() {
		if !seen[name] {
			t.Errorf("no correct response is a %s: add one to correct in internal/response/correct_test.go", name)
		}
	}
}

func TestWhatFollowsACorrectResponseBelongsToItOrIsReported(t *testing.T) {
	var d Decoder
	for rfc, lines := range correct {
		t.Run(rfc, func(t *testing.T) {
			for line := range strings.SplitSeq(strings.TrimPrefix(lines, "\n"), "\n") {
				line, d.Tree.UTF8 = strings.CutPrefix(line, "8")
				name := d.Decode(frame(t, unquoted(t, line))).Name()
				before := outline(d.Decode(frame(t, unquoted(t, line))))
				if after := outline(d.Decode(frame(t, unquoted(t, line+" SURPLUS")))); after == before && len(d.Odd) == 0 {
					t.Errorf("%s SURPLUS\n  the last word is neither in the value nor reported: end the decoder of %s with d.more", line, name)
				}
			}
		})
	}
}
