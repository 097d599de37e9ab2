package transcript

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func isShell(word string) bool {
	for _, w := range []string{"help", "quit", "exit", "read", "save", "expect"} {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return strings.HasPrefix(word, ":")
}

func judge(text string) *Block { return Judge([]byte(text), Options{IsShell: isShell}) }

// told returns the steps of a block: what is sent, one line each; literals and the text after them in quotes; answers
// after "+".
func told(b *Block) string {
	var s strings.Builder
	for _, l := range b.Lines {
		if l.Kind == Doubt {
			s.WriteString("?")
		}
		if l.Conn != "" {
			fmt.Fprintf(&s, "[%s] ", l.Conn)
		}
		if l.Kind != Doubt {
			s.WriteString(string(l.Text))
		}
		if l.Asks {
			fmt.Fprintf(&s, " ASK(%s %s)", l.User, l.Mechanism)
		}
		for _, p := range l.Pieces {
			fmt.Fprintf(&s, "%q%s", p.Octets, p.Text)
		}
		for _, a := range l.Answers {
			s.WriteString(" + " + string(a))
		}
		s.WriteString("\n")
	}
	return s.String()
}

func file(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheSessionsOfPagesSendTheClientsLines(t *testing.T) {
	for _, name := range []string{"003", "004"} {
		t.Run(name, func(t *testing.T) {
			b := judge(file(t, name+".txt"))
			got := ""
			for _, l := range b.Lines {
				if l.Kind != Doubt {
					got += string(l.Text) + "\n"
				}
			}
			if want := file(t, name+".want"); b.Kind != Transcript || b.Format != Bare || got != want {
				t.Errorf("kind %d, format %d, notes %q\ngot\n%s\nwant\n%s", b.Kind, b.Format, b.Notes, got, want)
			}
			t.Log(told(b), b.Notes, b.Skipped, b.Destructive)
		})
	}
}

func TestCommandsWithoutAServersLineAreAScript(t *testing.T) {
	for _, name := range []string{"000", "001", "002"} {
		if b := judge(file(t, name+".txt")); b.Kind != Script {
			t.Errorf("%s: kind %d, line %d", name, b.Kind, b.At)
		}
	}
}

// Each kind of input that once went wrong, and what it sends now.
func TestOnlyWhatIsCertainlyTheClientsIsSent(t *testing.T) {
	body := "DELETE Archive/2024\r\nx1 DELETE Archive/2024\r\nx1 OK\r\n" // 52 bytes
	for name, row := range map[string]struct {
		text string
		kind Kind
		sent string
	}{
		"a message's body": {
			"a1 SELECT INBOX\na1 OK\na2 FETCH 8 BODY[2]\n* 8 FETCH (BODY[2] {52}\n" + strings.ReplaceAll(body, "\r", "") + ")\na2 OK done\na3 NOOP\na3 OK\n",
			Transcript, "a1 SELECT INBOX\na2 FETCH 8 BODY[2]\na3 NOOP\n",
		},
		"a message's body with CRLF": {
			"a2 FETCH 8 BODY[2]\r\n* 8 FETCH (BODY[2] {52}\r\n" + body + ")\r\na2 OK done\r\na3 NOOP\r\na3 OK\r\n",
			Transcript, "a2 FETCH 8 BODY[2]\na3 NOOP\n",
		},
		"a message's body that counts a LF once": {
			"a2 FETCH 8 BODY[2]\n* 8 FETCH (BODY[2] {49}\n" + strings.ReplaceAll(body, "\r", "") + ")\na2 OK done\na3 NOOP\na3 OK\n",
			Transcript, "a2 FETCH 8 BODY[2]\na3 NOOP\n",
		},
		"a message's body of another size": {
			"a2 FETCH 8 BODY[2]\n* 8 FETCH (BODY[2] {47}\n" + strings.ReplaceAll(body, "\r", "") + ")\na2 OK done\na3 NOOP\na3 OK\n",
			Transcript, "a2 FETCH 8 BODY[2]\n?\na3 NOOP\n",
		},
		"a message's body of another size with the answer to its FETCH": {
			"* OK\na1 NOOP\na1 OK\na2 FETCH 8 BODY[2]\n* 8 FETCH (BODY[2] {900}\na1 OK\na2 OK done\na3 CREATE x\na3 OK\n)\na2 OK done\na4 NOOP\na4 OK\n",
			Transcript, "a1 NOOP\na2 FETCH 8 BODY[2]\n?\na4 NOOP\n",
		},
		"a message's body of another size with its FETCH": {
			"* OK\na2 FETCH 8 BODY[2]\n* 8 FETCH (BODY[2] {900}\na2 OK\na2 NOOP\na2 OK done\na3 CREATE x\na3 OK\n)\na2 OK done\na4 NOOP\na4 OK\n",
			Transcript, "a2 FETCH 8 BODY[2]\n?\na4 NOOP\n",
		},
		"a message's body without a size, with the answer to its FETCH": {
			"* OK\na2 FETCH 8 BODY[2]\nhi\na2 OK\na3 CREATE x\na3 OK\n)\na2 OK done\na4 NOOP\na4 OK\n",
			Transcript, "a2 FETCH 8 BODY[2]\n?\na4 NOOP\n",
		},
		"a mailbox's name of another size with the answer to its LIST": {
			"* OK\na2 LIST \"\" *\n* LIST () \"/\" {900}\na2 OK\na3 CREATE x\na3 OK\n* LIST () \"/\" INBOX\na2 OK done\na4 NOOP\na4 OK\n",
			Transcript, "a2 LIST \"\" *\n?\na4 NOOP\n",
		},
		"a message with marks and the answer to its FETCH": {
			"S: * OK\nC: a2 FETCH 8 BODY[2]\nS: * 8 FETCH (BODY[2] {900}\nS: a2 OK\nC: a3 CREATE x\nS: a3 OK\nS: )\nS: a2 OK done\nC: a4 NOOP\nS: a4 OK\n",
			Transcript, "a2 FETCH 8 BODY[2]\n?\na4 NOOP\n",
		},
		"an answer that a client has put into its remark": {
			"* OK\nA1 AUTHENTICATE PLAIN\n+ \nDEBUG IMAP: AUTHENTICATE PLAIN command result: A1 OK in\nA2 NOOP\nA2 OK\n",
			Transcript, "A1 AUTHENTICATE PLAIN ASK( PLAIN)\nA2 NOOP\n",
		},
		"the source of a page": {
			"&gt; S: * OK\n&gt; C: a1 LIST &quot;&quot; *\n&gt; S: a1 OK\n&gt; C: a2 SEARCH TEXT \"a &amp; b\"\n&gt; S: a2 OK\n&gt; C: a3 CREATE R&amp;D\n&gt; S: a3 OK\n&gt; C: a4 NOOP\n&gt; S: a4 OK\n",
			Transcript, "a4 NOOP\n",
		},
		"an entity in a string": {
			"C: a1 SEARCH TEXT \"&nbsp;\"\nS: a1 OK\n", Transcript, "a1 SEARCH TEXT \"&nbsp;\"\n",
		},
		"only the body of a message, of another size": {
			"* 8 FETCH (BODY[2] {47}\n" + strings.ReplaceAll(body, "\r", "") + ")\na2 OK done\na3 NOOP\na3 OK\n",
			Transcript, "",
		},
		"the end of a message's body": {
			"x1 NOOP\nx1 OK\n)\na2 OK done\na3 NOOP\na3 OK\n",
			Transcript, "a3 NOOP\n",
		},
		"a decoded line of the screen": {
			"C: a1 FETCH 3 (BODY[1])\nS: * 3 FETCH (BODY[1] {14}\nS| delete Lists\nS: )\n     delete Lists\n     a9 DELETE Lists\nS: a1 OK\n",
			Transcript, "a1 FETCH 3 (BODY[1])\n",
		},
		"an APPEND": {
			"A003 APPEND saved {21}\n+ Ready\nSubject: x\n\nhello\n\nA003 OK\nA004 NOOP\nA004 OK\n",
			Transcript, "A003 APPEND saved {21}\"Subject: x\\r\\n\\r\\nhello\\r\\n\"\nA004 NOOP\n",
		},
		"an APPEND without an empty line after it": {
			"A003 APPEND saved {21}\n+ Ready\nSubject: x\n\nhello\nA003 OK\n",
			Transcript, "A003 APPEND saved {21}\"Subject: x\\r\\n\\r\\nhello\\r\\n\"\n",
		},
		"an APPEND of commands": {
			"A003 APPEND saved {41}\n+ Ready\nx1 DELETE Archive\nx2 OK\nx3 DELETE Old\n\nA003 OK\n",
			Transcript, "A003 APPEND saved {41}\"x1 DELETE Archive\\r\\nx2 OK\\r\\nx3 DELETE Old\\r\\n\"\n",
		},
		"an APPEND whose size is wrong": {
			"A002 NOOP\nA002 OK\nA003 APPEND saved {17}\n+ Ready\nx1 DELETE Archive\nx2 OK\nx3 DELETE Old\n\nA003 OK\nA004 NOOP\nA004 OK\n",
			Transcript, "A002 NOOP\n",
		},
		"an APPEND that was refused": {
			"A003 APPEND saved {21}\nA003 NO\nA004 NOOP\nA004 OK\n",
			Transcript, "A003 APPEND saved {21}\nA004 NOOP\n",
		},
		"an APPEND as RFC 3501 has it": {
			"C: A003 APPEND saved-messages (\\Seen) {310}\nS: + Ready for literal data\nC: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)\nC: From: Fred Foobar <foobar@Blurdybloop.COM>\n" +
				"C: Subject: afternoon meeting\nC: To: mooch@owatagu.siam.edu\nC: Message-Id: <B27397-0100000@Blurdybloop.COM>\nC: MIME-Version: 1.0\nC: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\nC:\n" +
				"C: Hello Joe, do you think we can meet at 3:30 tomorrow?\nC:\nS: A003 OK APPEND completed\n",
			Transcript, "A003 APPEND saved-messages (\\Seen) {310}\"Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)\\r\\nFrom: Fred Foobar <foobar@Blurdybloop.COM>\\r\\n" +
				"Subject: afternoon meeting\\r\\nTo: mooch@owatagu.siam.edu\\r\\nMessage-Id: <B27397-0100000@Blurdybloop.COM>\\r\\nMIME-Version: 1.0\\r\\nContent-Type: TEXT/PLAIN; CHARSET=US-ASCII\\r\\n\\r\\n" +
				"Hello Joe, do you think we can meet at 3:30 tomorrow?\\r\\n\"\n",
		},
		"a LOGIN by literals": {
			"a1 LOGIN {5}\n+ go\nalice {6}\n+ go\nsecret\na1 OK in\na2 NOOP\na2 OK\n",
			Transcript, "a1 LOGIN {5}\"alice\" {6}\"secret\"\na2 NOOP\n",
		},
		"a LOGIN by literals, masked": {
			"a1 LOGIN {5}\n+ go\nalice {6}\n+ go\n******\na1 OK in\na2 NOOP\na2 OK\n",
			Transcript, "a1 LOGIN ASK(alice )\na2 NOOP\n",
		},
		"a LOGIN by literals, its password an empty line": {
			"C: a1 LOGIN alice {6}\nS: + go\nC: \nS: a1 OK in\n",
			Transcript, "a1 LOGIN ASK(alice )\n",
		},
		"a masked LOGIN": {
			"C: a001 LOGIN demo ••••••\nS: a001 OK in\nC: a002 NOOP\nS: a002 OK\n",
			Transcript, "a001 LOGIN demo ASK(demo )\na002 NOOP\n",
		},
		"masks": {
			"a1 login bob ********\na1 OK\na2 login bob <secret>\na2 OK\na3 login \"b c\" [hidden]\na3 OK\na4 login bob #### no password ####\na4 OK\n",
			Transcript, "a1 login bob ASK(bob )\na2 login bob ASK(bob )\na3 login \"b c\" ASK(b c )\na4 login bob ASK(bob )\n",
		},
		"an AUTHENTICATE": {
			"a1 AUTHENTICATE PLAIN\n+ \nAGFsaWNlAHNlY3JldA==\na1 OK in\na2 NOOP\na2 OK\n",
			Transcript, "a1 AUTHENTICATE PLAIN + AGFsaWNlAHNlY3JldA==\na2 NOOP\n",
		},
		"an AUTHENTICATE of challenges": {
			"a1 AUTHENTICATE CRAM-MD5\n+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+\ndGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\na1 OK in\n",
			Transcript, "a1 AUTHENTICATE CRAM-MD5 ASK( CRAM-MD5)\n",
		},
		"an AUTHENTICATE, masked": {
			"C: a1 AUTHENTICATE PLAIN\nS: + \nC: ••••••\nS: a1 OK in\n",
			Transcript, "a1 AUTHENTICATE PLAIN ASK( PLAIN)\n",
		},
		"an AUTHENTICATE without its answer": {
			"a1 AUTHENTICATE PLAIN\n+ \na1 OK in\n",
			Transcript, "a1 AUTHENTICATE PLAIN ASK( PLAIN)\n",
		},
		"the shell's words in a transcript": {
			"C: a1 noop | touch x\nS: a1 OK\nC: a2 fetch 1 flags > f\nS: a2 OK\n:send x\nC: :send x\nC: a3 noop &\nS: a3 OK\nC: a4 noop\nS: a4 OK\n",
			Transcript, "a4 noop\n",
		},
		"line ends that have become two, and a last one of half": {
			"* OK hi\r\r\na1 NOOP\r\r\na1 OK\r\r\na2 NOOP\r", Transcript, "a1 NOOP\na2 NOOP\n",
		},
		"a comment": {
			"// delete INBOX.tmp\n# a1 OK\n", Script, "",
		},
		"a session of telnet with a prompt": {
			"[]:[8:48am]:[/home/x] > telnet mail 143\nTrying 192.0.2.1...\nConnected to mail.\nEscape character is '^]'.\n* OK ready\na1 noop\na1 OK\n",
			Transcript, "a1 noop\n",
		},
		"openssl s_client": {
			"$ openssl s_client -connect mail:993\nCONNECTED(00000003)\ndepth=2 C = US, O = x\nverify return:1\n---\nCertificate chain\n 0 s:CN = mail\n-----BEGIN CERTIFICATE-----\nMIIDxTCC\n-----END CERTIFICATE-----\n    Verify return code: 0 (ok)\n---\n* OK ready\na1 noop\na1 OK\nDONE\n",
			Transcript, "a1 noop\n",
		},
		"curl -v": {
			"* Trying 192.0.2.1:143...\n* Connected to mail (192.0.2.1) port 143 (#0)\n< * OK ready\n> A001 CAPABILITY\n< * CAPABILITY IMAP4rev1\n< A001 OK done\n> A002 LIST \"\" *\n< * LIST () \"/\" INBOX\n< A002 OK\n* Connection #0 to host mail left intact\n> A003 LOGOUT\n< * BYE\n< A003 OK\n",
			Transcript, "A001 CAPABILITY\nA002 LIST \"\" *\nA003 LOGOUT\n",
		},
		"a proxy's log": {
			"2010-02-01 10:00:00,123 INFO  [ImapConnection-1234] davmail  - > * OK ready\n2010-02-01 10:00:01,456 INFO  [ImapConnection-1234] davmail  - < 1 capability\n2010-02-01 10:00:01,460 INFO  [ImapConnection-1234] davmail  - > * CAPABILITY IMAP4REV1\n2010-02-01 10:00:01,461 INFO  [ImapConnection-1234] davmail  - > 1 OK done\n2010-02-01 10:00:02,000 INFO  [ImapConnection-99] davmail  - < 2 noop\n",
			Transcript, "1 capability\n",
		},
		"a log of a format that is not read": {
			"10:00:01 imap(bob): output: * OK ready\n10:00:01 imap(bob): input: a1 NOOP\n10:00:01 imap(bob): output: a1 OK\n",
			Transcript, "",
		},
		"a quoted session": {
			"Hi,\nwhat is this:\n> a1 NOOP\n> * 5 EXISTS\n> a1 OK\nA few words\n> a2 LOGOUT\n> a2 OK\n",
			Transcript, "a1 NOOP\na2 LOGOUT\n",
		},
		"a quoted session of another client": {
			"> S: * OK ready\n> C: a1 NOOP\n> S: a1 OK\nBye\n",
			Transcript, "a1 NOOP\n",
		},
		"a message that quotes another session": {
			"a1 FETCH 1 BODY[]\n* 1 FETCH (BODY[] {9999}\n> x1 DELETE Archive\n> x1 OK\n)\na1 OK\n",
			Transcript, "a1 FETCH 1 BODY[]\n?\n",
		},
		"a message with the marks of a log": {
			"a1 FETCH 1 BODY[]\n* 1 FETCH (BODY[] {9999}\nS: * OK\nC: x1 DELETE Archive\nS: x1 OK\n)\na1 OK\n",
			Transcript, "a1 FETCH 1 BODY[]\n?\n",
		},
		"two formats": {
			"S: * OK\nC: a1 NOOP\nS: a1 OK\n* 5 EXISTS\na2 NOOP\na2 OK\n",
			Transcript, "",
		},
		"prose": {
			"* OK ready\nThe Select command return it:\nList\n3. DELETE x\nfirst DELETE x\na1 SELECT INBOX\n* 5 EXISTS\nb7 DELETE Archive\na1 OK\n",
			Transcript, "a1 SELECT INBOX\n",
		},
		"tags of one letter": {
			"* OK ready\nA noop\nA OK\nB noop\n",
			Transcript, "A noop\n",
		},
		"pipelining": {
			"* OK ready\na1 noop\na2 noop\na1 OK\na3 noop\na2 OK\na4 noop\na4 OK\n",
			Transcript, "a1 noop\na2 noop\na4 noop\n",
		},
		"destructive commands without an answer": {
			"* OK ready\na1 noop\na1 OK\na2 EXPUNGE\n",
			Transcript, "a1 noop\n",
		},
		"an IDLE": {
			"* OK ready\na1 idle\n+ idling\n* 5 EXISTS\nDONE\na1 OK\na2 noop\na2 OK\ndone\n. done\n",
			Transcript, "a1 idle\nDONE\na2 noop\n",
		},
		"a second greeting": {
			"* OK ready\na1 noop\na1 OK\n* OK ready again\na2 noop\na2 OK\n",
			Transcript, "a1 noop\n",
		},
		"a second session": {
			"* OK ready\na1 noop\na1 OK\na2 logout\n* BYE\na2 OK\nConnection closed by foreign host.\n$ telnet mail 143\nTrying 192.0.2.1...\n* OK ready again\na3 noop\na3 OK\n",
			Transcript, "a1 noop\na3 noop\n",
		},
		"connections with names": {
			"S: * OK\nC: a1 NOOP\nS: a1 OK\nC[bob]: a1 NOOP\nS[bob]: a1 OK\n",
			Transcript, "a1 NOOP\n[bob] a1 NOOP\n",
		},
		"decoded lines that look like a session": {
			"     * OK hi\n     x1 NOOP\n     x1 FETCH 1 BODY[]\nS: x1 OK\nC: a1 NOOP\n", Transcript, "a1 NOOP\n",
		},
		"explained lines before a literal": {
			"     x1 FETCH 1 BODY[]\n     * 1 FETCH (BODY[] {4}\nS| x\n     x1 OK\n     x2 NOOP\n", Transcript, "",
		},
		"decoded lines with marks": {
			"     S: * OK\n     C: x1 NOOP\n     > * OK\n     < x2 NOOP\nS: )\nS: a1 OK\nC: a2 NOOP\n", Transcript, "a2 NOOP\n",
		},
		"marks within a server's text": {
			"S: > * OK\nS: < x1 NOOP\n-- > * OK\n-- < x2 NOOP\n", Transcript, "",
		},
		"an explained line that announces a literal": {
			"     x1 APPEND y {9999}\nS: a1 OK\n", Transcript, "",
		},
		"a message's body after a command that does not run": {
			"* OK\nt.1 fetch 1 body[]\nx1 NOOP\nx1 OK\n)\nt.1 OK\na1 noop\na1 OK\n", Transcript, "?\na1 noop\n",
		},
		"a message after another's answer with the same tag": {
			"* OK\n. noop\n. fetch 1 body[]\n. OK\nx1 NOOP\n. OK\n. noop\n. OK\n", Transcript, ". noop\n. fetch 1 body[]\n?\n. noop\n",
		},
		"an answer before a message's": {
			"* OK\na1 noop\na2 fetch 1 body[]\na1 OK\n* 1 FETCH (BODY[] NIL)\na2 OK\na3 noop\na3 OK\n", Transcript, "a1 noop\na2 fetch 1 body[]\na3 noop\n",
		},
		"a login without a tag in a log": {
			Header + "\nC: AUTHENTICATE PLAIN AAAA\nS: * BAD what\nC: LOGIN a ••••••\nS: * BAD what\n", Transcript, "AUTHENTICATE PLAIN AAAA\nLOGIN a ASK(a )\n",
		},
		"a LOGIN by literals, its rest masked": {
			"S: * OK\nC: a1 LOGIN {5}\nS: + go\nC| alice\nC: ••••••\nS: + go\nC| ••••••\nS: a1 OK\nC: a2 NOOP\nS: a2 OK\n",
			Transcript, "a1 LOGIN ASK(alice )\na2 NOOP\n",
		},
		"a LOGIN by literals, its rest masked in a log": {
			Header + "\nS: * OK\nC: a1 LOGIN {5}\nS: + go\nC| alice\nC: ••••••\nS: + go\nC| ••••••\nC: \nS: a1 OK\nC: a2 NOOP\nS: a2 OK\n",
			Transcript, "a1 LOGIN ASK(alice )\na2 NOOP\n",
		},
		"a LOGIN by a literal, masked after it": {
			"* OK\na1 LOGIN {5}\n+ go\nalice ******\na1 OK\n", Transcript, "a1 LOGIN ASK(alice )\n",
		},
		"a LOGIN by literals that was refused": {
			Header + "\nS: * OK\nC: a1 LOGIN {5}\nS: + go\nC| alice\nC: ••••••\nS: a1 NO\nC: a2 NOOP\nS: a2 OK\n",
			Transcript, "a1 LOGIN ASK(alice )\na2 NOOP\n",
		},
		"a session of imtest": {
			"S: * OK ready\nC: C01 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: C01 OK\nPlease enter your password: \nC: L01 LOGIN alice {6}\nS: + go ahead\nC: <omitted>\nS: L01 OK in\nAuthenticated.\nSecurity strength factor: 0\n. select INBOX\n* 5 EXISTS\n. OK\n. expunge\n. OK\n. close\n",
			Transcript, "C01 CAPABILITY\nL01 LOGIN ASK(alice )\n. select INBOX\n. expunge\n",
		},
		"a connection that was lost and made again": {
			"* OK ready\na1 noop\nConnection closed by foreign host.\n$ telnet mail 143\n* OK ready\na1 noop\na1 OK\n",
			Transcript, "a1 noop\n",
		},
		"a line that the screen has wrapped": {
			"C: a1 DELETE Archive/20\n   24\nS: a1 OK\n",
			Transcript, "a1 DELETE Archive/2024\n",
		},
		"a consent that the screen has wrapped": {
			"C: a0 NOOP\nS: a0 OK\nC: a4 APPEND Archive {17}\nS: + 000000000000000\n   000000000000\n", Transcript, "a0 NOOP\n",
		},
		"a consent that a page has wrapped": {
			"   C: a0 NOOP\n   S: a0 OK\n   C: a4 APPEND Archive {20}\n   S: + 000000000000000\n      000000000000\n", Transcript, "a0 NOOP\n",
		},
		"a line that the screen has cut": {
			"C: a0 NOOP\nS: a0 OK\nC: a1 STORE 1,2,3\n   ,4,5\n   … 117 more bytes (:last shows them) …\nS: a1 OK\nC: a2 NOOP\nS: a2 OK\n",
			Transcript, "a0 NOOP\n",
		},
		"a session set in with no-break spaces": {
			"\u00a0\u00a0\u00a0\u00a0a1 FETCH 1 BODY[]\n\u00a0\u00a0\u00a0\u00a0* 1 FETCH (BODY[] {16}\n\u00a0\u00a0\u00a0\u00a0DELETE Archive\n\u00a0\u00a0\u00a0\u00a0)\n\u00a0\u00a0\u00a0\u00a0a1 OK\n\u00a0\u00a0\u00a0\u00a0a2\u00a0NOOP\n\u00a0\u00a0\u00a0\u00a0a2\u00a0OK\n",
			Transcript, "a1 FETCH 1 BODY[]\n?\na2 NOOP\n",
		},
		"a session with characters without width": {
			"\u200b* OK ready\n\u200ba1 NOOP\n\u200ba1 OK\n\u200bDELETE Archive\n*\u00a05\u00a0EXISTS\n\u200ba2 NOOP\u200b\n\u200ba2 OK\u200b\n",
			Transcript, "a1 NOOP\na2 NOOP\n",
		},
		"marks with no-break spaces": {
			"\u00a0\u00a0S:\u00a0* OK ready\n\u00a0\u00a0C:\u00a0a1\u00a0NOOP\n\u00a0\u00a0S:\u00a0a1\u00a0OK\n\u00a0\u00a0DELETE Archive\n\u00a0\u00a0C:\u00a0a2 APPEND x {10}\n\u00a0\u00a0S:\u00a0+\u00a0go\n" +
				"\u00a0\u00a0C:\u00a0a\u00a0\u20acxy\n\u00a0\u00a0S:\u00a0a2 OK\n",
			Transcript, "a1 NOOP\na2 APPEND x {10}\"a\\u00a0€xy\\r\\n\"\n",
		},
		"our screen with no-break spaces": {
			"C:\u00a0a1 FETCH 3 (BODY[1])\nS:\u00a0* 3 FETCH (BODY[1] {14}\nS|\u00a0delete Lists\nS:\u00a0)\n\u00a0\u00a0\u00a0\u00a0\u00a0delete Lists\n\u00a0\u00a0\u00a0\u00a0\u00a0a9 DELETE Lists\nS:\u00a0a1 OK\n",
			Transcript, "a1 FETCH 3 (BODY[1])\n",
		},
		"a line that the screen has wrapped, with no-break spaces": {
			"C:\u00a0a1 DELETE Archive/20\n\u00a0\u00a0\u00a024\nS:\u00a0a1 OK\n", Transcript, "a1 DELETE Archive/2024\n",
		},
		"letters that look like those of a tag": {
			"а1 NOOP\nа1 OK\nDELETE x\n", Transcript, "",
		},
		"a page of a printed text": {
			"\x0ca1 NOOP\n\x0ca1 OK\x00\n\x0cDELETE x\n", Transcript, "",
		},
		"our screen in colour": {
			"\x1b[1mC: a1 NOOP\x1b[0m\n\x1b[32mS: a1 OK\x1b[0m\ndelete Lists\n", Transcript, "",
		},
		"arrows": {
			"→ a1 NOOP\n← a1 OK\n→ a2 DELETE x\n← a2 OK\nDELETE y\n", Transcript, "",
		},
		"marks in bold": {
			"**C:** a1 NOOP\n**S:** a1 OK\n**C:** a2 DELETE x\n", Transcript, "",
		},
		"marks of a page's source": {
			"&gt; a1 NOOP\n&lt; a1 OK\nDELETE x\n", Transcript, "",
		},
		"numbered lines": {
			"  1  a1 NOOP\n  2  a1 OK\n  3  a2 DELETE x\n  4  a2 OK\n", Transcript, "",
		},
		"lines as Python writes them": {
			"  10:00.00 > b'ABCD1 NOOP'\n  10:00.10 < b'ABCD1 OK done'\n  10:00.11 > b'ABCD2 DELETE x'\n  10:00.12 < b'ABCD2 OK done'\n", Transcript, "",
		},
		"only the marks of the client": {
			"C: a1 NOOP\nC: a2 DELETE x\n", Transcript, "",
		},
		"a script with a stray line": {
			"select INBOX\n* 5 EXISTS\nexpunge\n", Stray, "",
		},
		"a script with an expectation": {
			"a1 noop\nexpect OK\na1 OK\n", Stray, "",
		},
		"a script whose literal holds what a server says": {
			"append x {12}\n* OK ready\n\nnoop\n", Script, "",
		},
		"a script whose lines up to END hold it": {
			"append x <<END\n* OK ready\na1 OK\nEND\nnoop\n", Script, "",
		},
		"a script that cancels": {
			"a1 authenticate plain\n*\n", Script, "",
		},
		"a script that looks for it": {
			"search subject \"a1 OK\"\na1 search text \"- * OK\"\nexpect * 5 EXISTS\nsearch NO\nlist OK\n", Script, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := judge(row.text)
			if got := told(b); b.Kind != row.kind || got != row.sent {
				t.Errorf("kind %d, want %d; format %d, stop %d, notes %q\ngot\n%s\nwant\n%s", b.Kind, row.kind, b.Format, b.Stop, b.Notes, got, row.sent)
			}
			if b.Kind == Transcript && len(b.Lines) == 0 && len(b.Notes) == 0 {
				t.Error("nothing runs, and no note says why")
			}
		})
	}
}

func TestALogOfOneSideIsATranscript(t *testing.T) {
	for _, line := range []string{
		"1709287200.123456 1 LOGIN alice secret",
		"1709287200.123456 4 EXPUNGE",
		`03-01 10:00:00.123 V/k9  ( 1234): ImapConnection[id=7]>>> 3 SELECT "INBOX"`,
		`4> a0000 LOGIN "alice" "secret"`,
		`fetchmail: IMAP> A0002 LOGIN "alice" *`,
		`Sending: 2 LOGIN alice "secret"`,
		`I/IMAP 7f1234567800:mail.example.org:S-INBOX:SendData: 6 uid store 1:* +Flags (\Deleted)`,
		"SendData: 1 AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==",
		"  00:00.04 > b'CAAB3 DELETE Archive'",
		"  00:00.00 > b'CAAB1 CAPABILITY'",
		`10:00 sent: "a1 NOOP"`,
		`[2024-03-01 10:00:00] > a1 LOGIN alice secret`,
		`2024.03.01 10:00:00 IMAP (mail): [tx] 14nt DELETE "Archive"`,
		"3 a1 DELETE Archive",
	} {
		if b := judge(line + "\n"); b.Kind != Transcript || len(b.Lines) > 0 {
			t.Errorf("%s: kind %d, sends %q", line, b.Kind, told(b))
		}
		if b := Judge([]byte(line), Options{IsShell: isShell, Typed: true}); b.Kind != Script {
			t.Errorf("%s, typed by hand: kind %d", line, b.Kind)
		}
		if b := judge("noop\n" + line + "\n"); b.Kind != Stray {
			t.Errorf("%s after a command: kind %d", line, b.Kind)
		}
	}
	for _, line := range []string{
		"a1 NOOP", "1 NOOP", "1.2 NOOP", "10:00 NOOP", "x-own: a1", "a1 X-OWN: foo", `search text "x: a1 noop"`, "a1 search text x: a1 noop",
		`create "- a1 noop"`, "append x <<END\n> a1 NOOP\nEND", "a1 append x {14}\n> a1 DELETE y", "# > a1 NOOP", ":echo > a1 noop", "noop > a1",
	} {
		if b := judge(line + "\n"); b.Kind != Script {
			t.Errorf("%s: kind %d", line, b.Kind)
		}
	}
}

func TestABareCommandThatDoesNotRunIsNamed(t *testing.T) {
	for text, note := range map[string]string{
		"* OK\na1 FETCH 1\u20135 FLAGS\na1 BAD\na2\tSELECT\tx\na2 OK\n": "line 2 and 1 more: not a valid command and does not run",
		"* OK\na1 NOOP\n* 5 EXISTS\na2 NOOP\na2 OK\na3 NOOP\na3 OK\n":   "line 4 and 1 more: does not run because an earlier command has no answer here",
		"* OK\na1 LIST &quot;&quot; *\na1 OK\n":                         "line 2: has HTML entities and does not run; paste the page, not its source",
		"S: * OK\nC: a1 LIST &quot;&quot; *\nS: a1 OK\n":                "line 2: has HTML entities and does not run; paste the page, not its source",
	} {
		if b := judge(text); len(b.Notes) == 0 || b.Notes[0] != note {
			t.Errorf("%q\n  got %q, want %q", text, b.Notes, note)
		}
	}
}
