package repl

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "imapsh/internal/testserver"
	"imapsh/render"
)

// showing changes how output is shown.
func showing(m render.Mode) setting {
	return func(o *Options, s *Shell) {
		if s == nil {
			o.Render.Mode, o.Render.Err = m, o.Render.Out
		}
	}
}

// echoes are responses in which a server repeats "geheim".
var echoes = map[string]string{
	"a text":               "{tag} NO wrong password geheim for alice\r\n",
	"BAD with the command": "{tag} BAD what is LOGIN alice \"geheim\"?\r\n",
	"untagged":             "* NO geheim is old\r\n{tag} NO no\r\n",
	"the code's arguments": "{tag} NO [AUTHENTICATIONFAILED geheim] no\r\n",
	"the code's name":      "{tag} NO [geheim] no\r\n",
	"an alert":             "* OK [ALERT] your password geheim is old\r\n{tag} OK in\r\n",
	"a referral":           "{tag} NO [REFERRAL imap://alice:geheim@other/] no\r\n",
	"twice":                "{tag} NO geheimgeheim geheim\r\n",
	"the line":             "a001 LOGIN alice geheim\r\n{tag} NO no\r\n",
	"the name":             "* geheim\r\n{tag} NO no\r\n",
	"an unknown response":  "* ECHO \"geheim\"\r\n{tag} NO no\r\n",
	"after a number":       "* 5 geheim geheim\r\n{tag} NO no\r\n",
	"the tag":              "geheim NO no\r\n{tag} NO no\r\n",
	"nothing else":         "geheim\r\n{tag} NO no\r\n",
	"escaped":              "{tag} NO \\\"geheim\\\"\r\n",
}

func TestASecretThatTheServerRepeatsIsMasked(t *testing.T) {
	t.Parallel()
	for name, echo := range echoes {
		for way, m := range modes {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				srv := canned(t, greeting, expect("^a001 login alice geheim$"), SendBytewise(strings.ReplaceAll(echo, "{tag}", "a001")),
					expect("^a002 noop$"), Send("a002 OK geheim again\r\n"))
				s := begin(t, srv, showing(m))
				log := filepath.Join(s.dir, "log")
				s.typ(":log "+log, "login alice geheim")
				s.prompted("a002")
				s.typ("noop")
				s.prompted("a003")
				s.typ(":last", ":oddities", ":pending")
				s.ctrlD()
				s.ends(StatusOK)
				s.hides("geheim")
				b, err := os.ReadFile(log)
				if err != nil || strings.Contains(string(b), "geheim") || !strings.Contains(string(b), "••••••") {
					t.Errorf("the log has %q, %v", b, err)
				}
				if n := strings.Count(s.shown(), "••••••"); n < 3 {
					t.Errorf("%d secrets were masked:\n%s", n, s.shown())
				}
			})
		}
	}
}

// prompted waits for a prompt that begins like this and for which no command is under way, and returns it.
func (s *sitting) prompted(begin string) (prompt string) {
	s.t.Helper()
	s.until("a prompt "+begin, func() bool {
		prompt = s.question.Prompt
		return s.open && strings.HasPrefix(prompt, begin+" ") && !strings.Contains(prompt, "…")
	})
	return prompt
}

func TestThePasswordWithinAnExchangeIsMaskedIfTheServerRepeatsIt(t *testing.T) {
	t.Parallel()
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	plain := b64("\x00alice\x00geheim")
	for name, row := range map[string]struct {
		typed string
		asked []string
		steps []Step
	}{
		"PLAIN, the secret asked for":      {"authenticate plain", []string{"alice", "geheim"}, []Step{expect("^a001 authenticate plain$"), Send("+ \r\n"), Expect("^" + plain + "$")}},
		"LOGIN, the secret asked for":      {"authenticate login", []string{"alice", "geheim"}, []Step{expect("^a001 authenticate login$"), Send("+ VXNlcm5hbWU6\r\n"), Expect("="), Send("+ UGFzc3dvcmQ6\r\n"), Expect("^" + b64("geheim") + "$")}},
		"PLAIN with an initial response":   {"authenticate plain " + plain, nil, []Step{expect("^a001 authenticate plain ")}},
		"PLAIN by hand":                    {"a001 authenticate plain", []string{plain}, []Step{expect("^a001 authenticate plain$"), Send("+ \r\n"), Expect("^" + plain + "$")}},
		"XOAUTH2 with an initial response": {"authenticate xoauth2 " + b64("user=alice\x01auth=Bearer geheim\x01\x01"), nil, []Step{expect("^a001 authenticate xoauth2")}},
		"a literal":                        {"a001 login alice {6+}", []string{"geheim", ""}, []Step{expect("^a001 login alice"), ExpectBytes("geheim\r\n")}},
		"a misspelt command":               {"logn alice geheim", nil, []Step{expect("^a001 logn")}},
		"LOGIN after an unknown command":   {"frob a7 LOGIN alice geheim", nil, []Step{expect("^a001 frob")}},
		":send":                            {":send a001 login alice geheim", nil, []Step{expect("^a001 login")}},
	} {
		for way, m := range modes {
			t.Run(name+", "+way, func(t *testing.T) {
				s := begin(t, canned(t, greeting, append(row.steps, Send("a001 NO geheim in "+plain+" is wrong\r\n"))...), showing(m))
				s.prompted("a001")
				s.typ(row.typed)
				for _, a := range row.asked {
					s.until("a question", func() bool { return s.open && !strings.HasPrefix(s.question.Prompt, "a001 ") })
					s.typ(a)
				}
				s.sees("is wrong")
				s.hides("geheim")
				if strings.Contains(row.typed+strings.Join(row.asked, ""), plain) {
					s.hides(plain)
				}
			})
		}
	}
}

func TestASecretInDataIsShownAsItIs(t *testing.T) {
	t.Parallel()
	for way, m := range modes {
		t.Run(way, func(t *testing.T) {
			s := begin(t, canned(t, greeting, expect("^a001 login"), Send("a001 OK in\r\n"), expect("^a002 fetch"),
				Send("* 1 FETCH (BODY[] {16}\r\nmy geheim letter ENVELOPE NIL)\r\na002 OK geheim done\r\n")), showing(m))
			s.typ("login alice geheim")
			s.prompted("a002")
			s.typ("fetch 1 body[]")
			s.sees("my geheim letter", "•••••• done")
		})
	}
}

func TestTheInputOfAPipesCommandIsMaskedToo(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, expect("^a001 login"), Send("a001 OK in\r\n"), expect("^a002 noop"), Send("* NO geheim is old\r\na002 OK done\r\n"))
	s := begin(t, srv)
	path := filepath.Join(s.dir, "given")
	s.typ("login alice geheim")
	s.prompted("a002")
	s.typ("noop | cat >" + path)
	s.typ("noop") // it waits until the command has ended
	s.sees("S: a003 OK")
	b, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(b), "geheim") || !strings.Contains(string(b), "•••••• is old") {
		t.Errorf("the command was given %q, %v", b, err)
	}
}

func TestASecretIsForgottenOnceTheNextCommandIsAnswered(t *testing.T) {
	t.Parallel()
	srv := canned(t, greeting, expect("^a001 login"), Send("a001 OK in\r\n"), expect("^a002 noop"), Send("a002 OK done\r\n"), expect("^a003 noop"), Send("a003 OK geheim\r\n"))
	s := begin(t, srv)
	s.typ("login alice geheim", "noop", "noop")
	s.sees("S: a003 OK geheim")
}

func TestASecretInALineTooLongToBeKeptIsMasked(t *testing.T) {
	t.Parallel()
	long := "* NO " + strings.Repeat("geheim ", 2*kept/7) + "\r\n" // each read ends at another byte of it
	for way, m := range map[string]render.Mode{"pretty": render.Pretty, "raw at a terminal": render.Raw} {
		t.Run(way, func(t *testing.T) {
			s := begin(t, canned(t, greeting, expect("^a001 login"), Send(long+"a001 OK in\r\n")), showing(m), keeping(0, kept))
			s.prompted("a001")
			s.typ("login alice geheim")
			s.prompted("a002")
			if strings.Contains(s.shown(), "geheim") {
				t.Errorf("%d of them were shown", strings.Count(s.shown(), "geheim"))
			}
		})
	}
}
