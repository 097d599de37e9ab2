package wire

import (
	"os"
	"strings"
	"testing"
)

// correct are responses that keep to the grammar, each in a different way.
var correct = []string{
	"* OK IMAP4rev1\r\n",
	"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=SCRAM-SHA-1 LITERAL-] mail.example.org\r\n",
	"* PREAUTH [ALERT] be careful (really): \"x\" {12}\r\n",
	"* BYE until later\r\n",
	"* ok lower case\r\n",
	"A.1-x] OK done\r\n",
	"* NO [TRYCREATE] no such mailbox\r\n",
	"* BAD  a text may begin with a blank\r\n",
	"* OK a text may end with one \r\n",
	"* OK [UIDVALIDITY 3857529045] \tTAB is text\r\n",
	"* OK [PERMANENTFLAGS ()] none\r\n",
	"* OK [PERMANENTFLAGS (\\Deleted \\Seen $Forwarded \\*)] some\r\n",
	"a NO [BADCHARSET (UTF-8 US-ASCII \"ISO-8859-1\")] cannot\r\n",
	"a NO [BADCHARSET (US-ASCII \"a [b] c\")] cannot\r\n",
	"a NO [BADCHARSET (\"a\\\\]\" \"\\\"]\")] cannot [really]\r\n",
	"* NO [NOUPDATE \"a]1\"] no more\r\n",
	"* OK [x-own a  b (c] \"d] two blanks and more are text of an unknown code\r\n",
	"* OK [badcharset] [x] is text\r\n",
	"a OK [COPYUID 38505 304,319:320 3956:3958] copied\r\n",
	"a OK [MODIFIED 7,9] done\r\n",
	"a NO [METADATA TOOMANY] too many\r\n",
	"a NO [REFERRAL imap://user;AUTH=*@mail.example.org/a%20b] elsewhere\r\n",
	"a OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] created\r\n",
	"a OK [URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==] set\r\n",
	"a NO [X-ANY text: ) \" ( \\ { * % goes] here\r\n",
	"+ \r\n",
	"+ Ready for literal data\r\n",
	"+ YGgGCSqGSIb3EgECAgIAb1kwV6ADAgEFoQMCAQ+iSzBJoAMC\r\n",
	"+ [X-CODE] go on {3}\r\n",
	"* CAPABILITY IMAP4rev2 AUTH=PLAIN QUOTA=RES-STORAGE I18NLEVEL=1 STATUS=SIZE\r\n",
	"* ENABLED\r\n",
	"* FLAGS ()\r\n",
	"* FLAGS (\\Answered \\Seen NonJunk $MDNSent kw[1 a+b)\r\n",
	"* 0 EXISTS\r\n",
	"* 44 EXPUNGE\r\n",
	"* LIST (\\Noselect \\HasChildren) NIL \"\"\r\n",
	"* LIST () \"\\\\\" \"back\\\\slash \\\"quoted\\\"\"\r\n",
	"* LIST () \".\" INBOX.[x].a]b~\r\n",
	"* LIST (\\Marked) \"/\" {7}\r\nf{o}\" \\\r\n",
	"* LIST () \"/\" {3}\r\n\r\n)\r\n",
	"* LIST () \"/\" \"foo2\" (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n",
	"* LIST (\\NonExistent) \"/\" \"new\" (\"OLDNAME\" (\"old\"))\r\n",
	"* LSUB (\\HasNoChildren) \"/\" ~peter/&U,BTFw-\r\n",
	"* STATUS {3}\r\na b (MESSAGES 231 UIDNEXT 44292 HIGHESTMODSEQ 7011231777)\r\n",
	"* STATUS x ()\r\n",
	"* SEARCH\r\n",
	"* SEARCH 2 84 882 (MODSEQ 917162500)\r\n",
	"* SORT 3 1 2\r\n",
	"* ESEARCH (TAG \"A282\") UID MIN 2 COUNT 3 ALL 2,10:11 MODSEQ 9\r\n",
	"* ESEARCH\r\n",
	"* THREAD (2)(3 6 (4 23)(44 7 96))\r\n",
	"* THREAD ((3)(5))\r\n",
	"* NAMESPACE ((\"\" \"/\")) NIL ((\"#shared/\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))(\"#ftp/\" NIL))\r\n",
	"* ID NIL\r\n",
	"* ID (\"name\" \"a\" \"version\" NIL \"note\" {4}\r\n) (\")\r\n",
	"* QUOTA \"\" (STORAGE 10 512 MESSAGE 20 100)\r\n",
	"* QUOTA root ()\r\n",
	"* QUOTAROOT comp.mail.mime\r\n",
	"* ACL INBOX Fred rwipslxetad \"Chris B\" lrswi -x \"\"\r\n",
	"* METADATA \"INBOX\" (/shared/comment {3}\r\na\r\n /private/comment NIL)\r\n",
	"* METADATA \"\" /shared/comment\r\n",
	"* VANISHED (EARLIER) 41,43:116,118\r\n",
	"* VANISHED 5\r\n",
	"* GENURLAUTH \"imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred:internal:91354a473744909de610943775f92038\"\r\n",
	"* LANGUAGE (DE IT)\r\n",
	"* COMPARATOR i;unicode-casemap\r\n",
	"* X-ANYTHING (a (b) {0}\r\n) \"\"\r\n",
	"* 12 FETCH (FLAGS (\\Seen) INTERNALDATE \" 7-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 UID 9)\r\n",
	"* 12 fetch (body[header] {6}\r\na: b\r\n)\r\n",
	"* 12 FETCH (BODY[1.2.HEADER.FIELDS.NOT (\"X Y\" TO {3}\r\na]b)]<12> NIL)\r\n",
	"* 12 FETCH (BODY[] {0}\r\n BODY[TEXT]<0> \"\" RFC822.HEADER {2}\r\n\r\n)\r\n",
	"* 12 FETCH (BINARY[1.2]<4> ~{3}\r\n\x00\xff\x01 BINARY.SIZE[1] 8192)\r\n",
	"* 12 FETCH (BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92))\r\n",
	"* 12 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1)(\"TEXT\" \"HTML\" NIL NIL NIL \"7BIT\" 2 1) \"ALTERNATIVE\"))\r\n",
	"* 12 FETCH (ENVELOPE (NIL {4}\r\n\xc3\xa9\r\n ((NIL NIL \"a\" \"b\")(NIL NIL \"c\" \"d\")) NIL NIL NIL NIL NIL NIL \"<x@y>\"))\r\n",
	"* 12 FETCH (MODSEQ (65402) EMAILID (M6d99ac3275bb4e) THREADID NIL SAVEDATE NIL PREVIEW \"\")\r\n",
	"* 12 FETCH (X-GM-LABELS (\\Inbox \"a b\" a[b]) X-GM-MSGID 1278455344230334865)\r\n",
	"* 12 FETCH ()\r\n",
	"* 7 UIDFETCH (FLAGS ())\r\n",
	fetchLine,
}

func TestACorrectResponseHasNoOddity(t *testing.T) {
	for _, input := range correct {
		var tree Tree
		f := parse(t, &tree, input)
		if len(tree.Odd)+len(f.Odd) > 0 {
			t.Errorf("%q: %s %s", input, names(f.Odd), names(tree.Odd))
		}
		if strings.Contains(outline(&tree), "Junk:") {
			t.Errorf("%q: %s", input, outline(&tree))
		}
	}
}

// The only response of Dovecot 2.3 that violates the grammar is an empty THREAD:
// thread-data = "THREAD" [SP 1*thread-list] (RFC 5256 §5).
func TestDovecotsResponsesHaveNoOddityButTheEmptyThread(t *testing.T) {
	input, err := os.ReadFile("testdata/dovecot.transcript")
	if err != nil {
		t.Fatal(err)
	}
	var tree Tree
	count := 0
	feed(testFramer(), input, func(int) int { return 1000 }, func(parts []Part) {
		for _, p := range parts {
			if p.Kind != End {
				continue
			}
			count++
			tree.Parse(p.Frame)
			checkTree(t, &tree)
			want := ""
			if string(p.Frame.Raw) == "* THREAD \r\n" {
				want = "trailing-blank@8"
			}
			if got := names(append(p.Frame.Odd, tree.Odd...)); got != want {
				t.Errorf("%q: got %q, want %q", p.Frame.Raw, got, want)
			}
		}
	})
	if count != 191 {
		t.Errorf("%d responses", count)
	}
}
