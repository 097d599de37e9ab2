package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "imapsh/internal/testserver"
)

// received returns the lines that a server has received.
func received(srv *Canned) string { return strings.ReplaceAll(srv.Received(), "\r\n", "\n") }

func TestAPastedTranscriptSendsTheClientsLinesExactly(t *testing.T) {
	t.Parallel()
	body := "DELETE Archive/2024\nx1 DELETE Archive/2024\nx1 OK\n" // 52 bytes
	for _, row := range []struct {
		name, pasted, sent string
		steps              []Step
	}{
		{"a message's body",
			"a1 SELECT INBOX\na1 OK\na2 FETCH 8 BODY[2]\n* 8 FETCH (BODY[2] {52}\n" + body + ")\na2 OK done\na3 NOOP\na3 OK\n",
			"a1 SELECT INBOX\na2 FETCH 8 BODY[2]\na3 NOOP\n", nil},
		{"a line explained",
			"C: a1 FETCH 3 (BODY[1])\nS: * 3 FETCH (BODY[1] {14}\nS| delete Lists\nS: )\n     delete Lists\n     a9 DELETE Lists\nS: a1 OK\n",
			"a1 FETCH 3 (BODY[1])\n", nil},
		{"an APPEND",
			"A003 APPEND saved {21}\n+ Ready\nSubject: x\n\nhello\n\nA003 OK\nA004 NOOP\nA004 OK\n",
			"A003 APPEND saved {21}\nSubject: x\n\nhello\n\nA004 NOOP\n",
			[]Step{Expect(`^A003 APPEND saved \{21\}$`), Send("+ go\r\n"), ExpectBytes("Subject: x\r\n\r\nhello\r\n\r\n"), Send("A003 OK\r\n")}},
		{"a redirection",
			"S: * OK hi\nC: a1 noop | touch x\nS: a1 BAD\nC: a2 noop > y\nS: a2 BAD\nC: a3 NOOP\nS: a3 OK\n", "a3 NOOP\n", nil},
		{"a shell command",
			"S: * OK hi\nC: :quit\nC: a3 NOOP\nS: a3 OK\n", "a3 NOOP\n", nil},
		{"a log of imapsh",
			"-- imapsh transcript 1\nC: a1 APPEND x {3+}\nC| a\\x0ab\nC: \nS: a1 OK\nC| bytes\n", "a1 APPEND x {3+}\na\nb\n",
			[]Step{Expect(`^a1 APPEND x \{3\+\}$`), ExpectBytes("a\nb\r\n"), Send("a1 OK\r\n")}},
		{"no-break spaces and a comment",
			"S: * OK hi\nC: a1\u00a0select\u00a0INBOX       // open it\nS: a1 OK\n", "a1 select INBOX\n", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv := canned(t, preauth, row.steps...)
			s := begin(t, srv)
			s.asks("a001 mail.example.net> ")
			s.paste(row.pasted)
			s.sees(" of a transcript")
			s.typ("z9 CHECK")
			s.sees("S: z9 OK")
			if got, want := received(srv), row.sent+"z9 CHECK\n"; got != want {
				t.Errorf("the server got\n%q\nwant\n%q\nscreen:\n%s", got, want, s.shown())
			}
		})
	}
}

func TestATranscriptIsAnnouncedBeforeEnter(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	q := s.asks("a001 mail.example.net> ")
	text := "S: * OK hi\nC: a1 LOGIN alice {6+}\nC: geheim\nS: a1 OK\nC: a2 STORE 1 +FLAGS (\\Deleted)\nS: a2 OK\nC: a3 EXPUNGE\nS: a3 OK\nS: * 1 EXISTS"
	shown, hint := q.Paint(text)
	if want := "-- 3 commands of a transcript, 2 destructive: STORE, EXPUNGE; 5 lines skipped"; strings.TrimSpace(hint) != want {
		t.Errorf("got  %q\nwant %q", hint, want)
	}
	if len([]rune(shown)) != len([]rune(text)) || strings.Contains(shown, "geheim") {
		t.Errorf("shown as\n%s", shown)
	}
}

func TestSecretsOfWhatWaitsForEnterAreMasked(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text string }{
		{"LOGIN", "a1 LOGIN alice geheim\na2 NOOP"},
		{"LOGIN that was sent", "> a1 LOGIN alice geheim\n< a1 OK"},
		{"a literal", "a1 LOGIN alice {6}\ngeheim\na2 NOOP"},
		{"AUTHENTICATE", "a1 AUTHENTICATE PLAIN\ngeheim==\na2 NOOP"},
		{"an exchange", "a1 AUTHENTICATE PLAIN\n+ \ngeheim==\na1 OK"},
		{"a block that cannot be read", "C: a1 LOGIN alice {6+}\nC: geheim\nC: a2 NOOP\nx2 CHECK\n* 1 EXISTS\n"},
		{"LOGIN without a password", "login alice\ngeheim\nnoop"},
		{"LOGIN without a password, and no line after it", "noop\nlogin alice\ngeheim"},
		{"the second literal of LOGIN", "a1 login {5}\nalice {6}\ngeheim\na2 noop"},
		{"the second literal of a marked LOGIN", "C: a1 LOGIN {5+}\nC: alice {6+}\nC: geheim\nS: a1 OK"},
		{"the second answer", "a1 authenticate login\nYWxp\ngeheim==\na2 noop"},
		{"the second answer of a marked exchange", "> a1 AUTHENTICATE LOGIN\n< + VXNl\n> YWxp\n< + UGFz\n> geheim==\n< a1 OK"},
		{"an answer after an initial response", "authenticate x-own YWxp\ngeheim==\nnoop"},
		{"a marked exchange", "C: a1 AUTHENTICATE PLAIN\nS: + \nC: geheim==\nS: a1 OK"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if shown, _ := new(preview).paint(row.text); strings.Contains(shown, "geheim") || len([]rune(shown)) != len(row.text) {
				t.Errorf("shown as\n%s", shown)
			}
		})
	}
}

func TestOnlyTheSecretsOfWhatWaitsForEnterAreMasked(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, want string }{
		{"after the OK to LOGIN", "* OK hi\na1 LOGIN ann geheim\na1 OK LOGIN completed\na2 NOOP\na2 OK", "* OK hi\na1 LOGIN ann ••••••\na1 OK LOGIN completed\na2 NOOP\na2 OK"},
		{"after an exchange", "authenticate plain\nAGE=\nlist\nhelp\nnoop", "authenticate plain\n••••\nlist\nhelp\nnoop"},
		{"after an initial response", "authenticate plain AGE=\nlist\nid nil", "authenticate plain ••••\nlist\nid nil"},
		{"after an exchange with tags", "a1 authenticate login\nYWxp\nYWxp\na2 list\nYWxp", "a1 authenticate login\n••••\n••••\na2 list\nYWxp"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if shown, _ := new(preview).paint(row.text); shown != row.want {
				t.Errorf("got\n%s\nwant\n%s", shown, row.want)
			}
		})
	}
}

func TestAPastedBlockStopsBeforeWhatDestroysAfterAFailure(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, pasted string }{
		{"commands", "copy 1 x\nstore 1 +flags \\Deleted\nclose\n"},
		{"a transcript", "S: * OK hi\nC: a1 copy 1 x\nS: a1 OK\nC: a2 store 1 +flags \\Deleted\nS: a2 OK\nC: a3 close\nS: a3 OK\n"},
	} {
		for _, answer := range []string{"y", "n"} {
			t.Run(row.name+", "+answer, func(t *testing.T) {
				steps := []Step{expect("copy"), Send("{tag} NO full\r\n")}
				srv := NewCanned(t, append(append([]Step{Send(preauth)}, steps...), Answer())...)
				s := begin(t, srv)
				s.asks("a001 mail.example.net> ")
				s.paste(row.pasted)
				s.sees("!! stopped before STORE: COPY on line ", "was answered NO")
				s.asks("Send STORE anyway? [y/N] ")
				s.typ(answer)
				if answer == "y" {
					s.sees(" OK")
				} else {
					s.sees("-- STORE was not sent")
				}
				s.typ("z9 check")
				s.sees("S: z9 OK")
				if got := strings.Contains(srv.Received(), "close"); got != (answer == "y") {
					t.Errorf("the server got %q", srv.Received())
				}
			})
		}
	}
}

func TestACommandThatOnlyItsAnswerShowsIsAskedAbout(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.paste("* OK hi\na1 NOOP\na1 OK\na2 EXPUNGE\na2 OK\na3 NOOP\na3 OK\n")
	s.asks("line 4: send EXPUNGE? [y/N] ")
	s.typ("n")
	s.sees("-- EXPUNGE was not sent", "-- the rest of the transcript was skipped: 1 step")
	if got := received(srv); got != "a1 NOOP\n" {
		t.Errorf("the server got %q", got)
	}
}

func TestTheRestOfABlockAfterALostConnectionIsOneNote(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, line, says string }{
		{"commands", "noop\n", "!! not connected: noop and what was pasted after it, 54 lines, was not sent"},
		{"a transcript", "S: * OK\nC: a%d NOOP\n", "-- the rest of the transcript was skipped: 54 steps"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := begin(t, NewCanned(t, Send(preauth), Expect("(?i)noop"), Close()))
			s.asks("a001 mail.example.net> ")
			var b strings.Builder
			for i := range 56 {
				if strings.Contains(row.line, "%d") {
					fmt.Fprintf(&b, row.line, i)
				} else {
					b.WriteString(row.line)
				}
			}
			s.paste(b.String())
			s.sees("the server closed the connection")
			s.asks("not connected> ")
			s.typ(":pending")
			s.sees("no command is in flight")
			shown := strings.Join(strings.Fields(s.shown()), " ")
			if !strings.Contains(strings.ToLower(shown), strings.ToLower(row.says)) || strings.Count(shown, "not connected:") > 1 {
				t.Errorf("screen:\n%s", s.shown())
			}
		})
	}
}

func TestABlockPastedIntoAQuestionIsRefused(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting)
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.typ("login alice")
	s.asks("Password for alice: ")
	s.paste("y\na1 DELETE x\n")
	s.sees("-- a pasted block of 2 lines is not an answer; none of it was sent")
	s.asks("Password for alice: ")
	s.typ("geheim")
	s.sees("S: a001 OK")
	if got := received(srv); got != "a001 LOGIN alice geheim\n" {
		t.Errorf("the server got %q", got)
	}
}

func TestALineTypedByHandChangesNothingAfterIt(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.typ("* 8 EXISTS", "S: a1 OK", "noop", "C: x1 check")
	s.sees("S: a001 OK", "S: x1 OK")
	if got := received(srv); got != "noop\nx1 check\n" && got != "a001 noop\nx1 check\n" {
		t.Errorf("the server got %q", got)
	}
}

func TestWhatTheConnectionHasIsNotSentAgain(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.paste("S: * OK hi\nC: a1 LOGIN alice ••••••\nS: a1 OK\nC: a2 NOOP\nS: a2 OK\nC: a3 LOGOUT\nC: a4 NOOP\n")
	s.sees("-- line 2: LOGIN was not sent, the connection is already logged in", "S: a2 OK", "S: a4 OK")
	if got := received(srv); got != "a2 NOOP\na4 NOOP\n" {
		t.Errorf("the server got %q", got)
	}
}

func TestAMaskedSecretIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, pasted, sent string }{
		{"LOGIN", "S: * OK hi\nC: a1 LOGIN alice ••••••\nS: a1 OK\nC: a2 NOOP\nS: a2 OK\n", "a1 LOGIN alice geheim\n"},
		{"LOGIN with literals", "S: * OK hi\nC: a1 LOGIN {5}\nS: +\nC: alice {6}\nS: +\nC: ••••••\nS: a1 OK\nC: a2 NOOP\nS: a2 OK\n", "a1 LOGIN alice geheim\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv := canned(t, greeting)
			s := begin(t, srv)
			s.asks("a001 mail.example.net> ")
			s.paste(row.pasted)
			s.asks("Password for alice: ")
			s.typ("geheim")
			s.sees("S: a1 OK", "S: a2 OK")
			s.hides("geheim")
			if got := received(srv); got != row.sent+"a2 NOOP\n" {
				t.Errorf("the server got %q", got)
			}
		})
	}
}

func TestAMaskedExchangeIsRunAgain(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, Expect("^a1 AUTHENTICATE PLAIN$"), Send("+ \r\n"), Expect("^AGFsaWNlAGdlaGVpbQ==$"), Send("a1 OK in\r\n"))
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.paste("C: a1 AUTHENTICATE PLAIN\nS: + \nC: ••••••\nS: a1 OK\nC: a2 NOOP\nS: a2 OK\n")
	s.asks("User name: ")
	s.typ("alice")
	s.asks("Password for alice: ")
	s.typ("geheim")
	s.sees("S: a1 OK in", "S: a2 OK")
	s.hides("AGFsaWNlAGdlaGVpbQ==")
}

func TestATranscriptEndsItsIdle(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, Expect("^a1 IDLE$"), Send("+ idling\r\n"), Expect("^DONE$"), Send("a1 OK done\r\n"))
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.paste("S: * OK hi\nC: a1 IDLE\nS: + idling\nS: * 3 EXISTS\nC: DONE\nS: a1 OK\nC: a2 NOOP\nS: a2 OK\n")
	s.sees("C: a1 IDLE", "C: DONE", "S: a1 OK done", "C: a2 NOOP", "S: a2 OK")
}

func TestDoneWhereNoIdleWaitsIsNotSent(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("idle"), Send("{tag} NO not now\r\n"))
	s := begin(t, srv)
	s.typ("idle", "done", ". done", "noop")
	s.sees("S: a001 NO not now", "-- DONE was not sent: no IDLE is running", "-- DONE was not sent", "S: a002 OK")
	if got := received(srv); strings.Contains(strings.ToLower(got), "done") {
		t.Errorf("the server got %q", got)
	}
}

func TestATaggedDoneEndsIdle(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect(`^\. idle$`), Send("+ idling\r\n"), Expect("^DONE$"), Send(". OK done\r\n"))
	s := begin(t, srv)
	s.typ(". idle")
	s.asks("idle> ")
	s.typ(". done")
	s.sees("C: DONE", "S: . OK done")
}

func TestABlockOfAnotherConnectionRunsThereOrStops(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth)
	s := begin(t, srv)
	s.asks("a001 mail.example.net> ")
	s.paste("S[bob]: * OK hi\nC[bob]: a1 NOOP\nS[bob]: a1 OK\nC[bob]: a2 NOOP\nS[bob]: a2 OK\n")
	s.sees("!! line 2: no connection is named bob", "-- the rest of the transcript was skipped: 1 step")
	if got := received(srv); got != "" {
		t.Errorf("the server got %q", got)
	}
}

func TestAFileIsJudgedAsAWhole(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, says, sent string }{
		{"a transcript", "* OK hi\na1 NOOP\na1 OK\n", "-- 1 command of a transcript; 2 lines skipped", "a1 NOOP\n"},
		{"a script with a stray line", "noop\ncheck\n* 1 EXISTS\n", "is from a transcript, but the lines before it are commands", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv := canned(t, preauth)
			s := begin(t, srv)
			path := filepath.Join(s.dir, "lines")
			os.WriteFile(path, []byte(row.text), 0o600)
			s.typ(":source "+path, "z9 check")
			s.sees(row.says, "S: z9 OK")
			if got := received(srv); got != row.sent+"z9 check\n" {
				t.Errorf("the server got %q", got)
			}
		})
	}
}

func TestWhatTheWebDoesToALineIsUndone(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ typed, sent, says string }{
		{"// delete INBOX.tmp", "", ""},
		{"/* delete INBOX.tmp", "", ""},
		{"; delete INBOX.tmp", "", ""},
		{"# delete INBOX.tmp", "", ""},
		{". select INBOX          // Selecting Inbox", ". select INBOX", `-- the comment from "//" on is not sent`},
		{"select\u00a0INBOX", "a001 select INBOX", "-- sent with plain characters instead of U+00A0 NO-BREAK SPACE"},
		{"list \u201c\u201d \u201c*\u201d", `a001 list "" "*"`, "LEFT DOUBLE QUOTATION MARK"},
		{"\ufeffa1 noop", "a1 noop", "ZERO WIDTH NO-BREAK SPACE"},
		{"a1  noop", "a1  noop", "!! syntax error: expected one space here"},
		{"create Lists/R&D", "a001 create Lists/R&-D", "-- Lists/R&D is sent as Lists/R&-D"},
		{"a1 create Lists/R&D", "a1 create Lists/R&D", "!! the mailbox name is not modified UTF-7"},
		{":send a1 select\u00a0INBOX // x", "a1 select\u00a0INBOX // x", ""},
		{"append x < a b.eml", "", `!! a file name with spaces needs quotes: < "a b.eml"; APPEND was not sent`},
	} {
		t.Run(row.typed, func(t *testing.T) {
			srv := canned(t, preauth)
			s := begin(t, srv)
			s.typ(row.typed, "z9 check")
			s.sees(row.says, "S: z9 ")
			want := "z9 check\n"
			if row.sent != "" {
				want = row.sent + "\n" + want
			}
			if got := received(srv); got != want {
				t.Errorf("the server got %q, want %q", got, want)
			}
		})
	}
}

func TestWhatFollowsARefusedAuthenticateIsASecret(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"pasted", "typed"} {
		t.Run(way, func(t *testing.T) {
			srv := canned(t, greeting, Expect("AUTHENTICATE"), Send("{tag} NO no\r\n"))
			s := begin(t, srv)
			s.asks("a001 mail.example.net> ")
			if way == "pasted" {
				s.paste("a1 AUTHENTICATE PLAIN\nAGFsaWNlAGdlaGVpbQ==\nz9 check\n")
			} else {
				s.typ("a1 AUTHENTICATE PLAIN", "AGFsaWNlAGdlaGVpbQ==", "z9 check")
			}
			s.sees("S: a1 NO", "1 line for the refused AUTHENTICATE dropped, not sent", "S: z9 OK")
			s.hides("AGFsaWNlAGdlaGVpbQ==")
			if got := received(srv); got != "a1 AUTHENTICATE PLAIN\nz9 check\n" {
				t.Errorf("the server got %q", got)
			}
		})
	}
}

func TestALiteralPastedWithItsTranscriptContinuesWithIt(t *testing.T) {
	t.Parallel()
	srv := NewCanned(t, Send(preauth), Expect(`^a1 APPEND x \{5\}$`), Send("+ go\r\n"), ExpectBytes("hello\r\n"), Send("a1 OK\r\n"), Answer())
	s := begin(t, srv)
	s.typ("a1 APPEND x {5}")
	s.asks("literal, 5 bytes left> ")
	s.paste("+ go\nhello\n\na1 OK\nx1 DELETE y\na2 NOOP\na2 OK\n")
	s.sees("S: a1 OK", "S: a2 OK")
	if got := received(srv); strings.Contains(got, "DELETE") {
		t.Errorf("the server got %q", got)
	}
}

func TestSessionsOfPagesArePastedAndTyped(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("..", "internal", "transcript", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	force := func(o *Options, s *Shell) { o.Force = true }
	for _, name := range []string{"003", "004"} {
		for _, way := range []string{"pasted", "typed"} {
			t.Run(name+" "+way, func(t *testing.T) {
				srv := NewCanned(t, Send(greeting), AnswerIdle())
				s := begin(t, srv, force)
				s.asks("a001 mail.example.net> ")
				want := read(name + ".want")
				if way == "pasted" {
					s.paste(read(name + ".txt"))
				} else {
					for l := range strings.Lines(want) {
						s.typ(strings.TrimSuffix(l, "\n"))
						if strings.HasSuffix(l, "idle\n") {
							s.asks("idle> ")
						}
					}
				}
				s.ends(StatusOK)
				if got := received(srv); got != want {
					t.Errorf("the server got\n%s\nwant\n%s\nscreen:\n%s", got, want, s.shown())
				}
			})
		}
	}
}

func TestASourcedFileHasTheProtectionOfAScript(t *testing.T) {
	t.Parallel()
	for _, agrees := range []bool{false, true} {
		t.Run(fmt.Sprint(agrees), func(t *testing.T) {
			srv := canned(t, preauth, expect("copy 1 nowhere"), Send("{tag} NO no such mailbox\r\n"))
			s := begin(t, srv)
			s.change(func() { s.cols = 400 })
			name := filepath.Join(s.dir, "script")
			os.WriteFile(name, []byte("copy 1 nowhere\nstore 1 +flags (\\Deleted)\nexpunge\nnoop\n"), 0o600)
			s.typ(":source " + name)
			s.sees("S: a001 NO", "stopped before STORE: COPY on line 1")
			if agrees {
				s.typ("y")
				s.sees("C: a002 store 1", "C: a003 expunge", "C: a004 noop")
				return
			}
			s.typ("n")
			s.sees("STORE was not sent, nor was the rest of " + name + "\n")
			s.typ("check")
			s.sees("C: a002 check")
			for _, sent := range []string{"store", "expunge", "noop"} {
				if strings.Contains(srv.Received(), sent) {
					t.Errorf("sent %q", srv.Received())
				}
			}
		})
	}
}
