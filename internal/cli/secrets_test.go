package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"imapsh/internal/testserver"
	"imapsh/internal/transcript"
	"imapsh/render"
)

// mentions returns lines that contain the secret "geheim" in different ways.
func mentions(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../command/testdata/secrets.txt")
	if err != nil {
		t.Fatal(err)
	}
	unescape := strings.NewReplacer(`\u00a0`, "\u00a0", `\ufeff`, "\ufeff", `\u200b`, "\u200b", `\u2003`, "\u2003", `\r`, "\r", `\t`, "\t", `\e`, "\x1b", `\0`, "\x00")
	var out strings.Builder
	for l := range strings.Lines(string(b)) {
		if !strings.HasPrefix(l, ":watch") && !strings.HasPrefix(l, ":work :watch") { // it never ends
			out.WriteString(unescape.Replace(l))
		}
	}
	return out.String()
}

// modes are the words that choose a mode of output.
var modes = func() (words []string) {
	for _, m := range render.Modes() {
		words = append(words, m.Word)
	}
	return words
}()

func TestASecretInAScriptIsNeitherShownNorKept(t *testing.T) {
	t.Parallel()
	for _, way := range modes {
		t.Run(way, func(t *testing.T) {
			dir := t.TempDir()
			for name, lines := range map[string]string{"all": mentions(t), "without lines of transcripts": unmarked(t)} {
				s := canned(t, testserver.Send(hello), testserver.Answer())
				script, log := filepath.Join(dir, "script"), filepath.Join(dir, "log")
				if err := os.WriteFile(script, []byte(lines+"noop\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				o := run(t, "", "-o", way, "--log", log, "-f", script, "imap://"+s.Addr())
				b, err := os.ReadFile(log)
				if err != nil {
					t.Fatal(err)
				}
				for where, text := range map[string]string{"standard output": o.stdout, "standard error": o.stderr, "the log": string(b)} {
					if i := strings.Index(strings.ToLower(text), "geheim"); i >= 0 {
						t.Errorf("%s: the secret is in %s: %q", name, where, text[max(0, i-200):min(len(text), i+100)])
					}
				}
				if got := s.Received(); name != "all" && (!strings.Contains(got, "noop") || !strings.Contains(got, "geheim")) {
					t.Errorf("the last line or the secret was not sent: %q\n%s", got, o)
				}
			}
		})
	}
}

// unmarked returns the mentions that may be in a script without making it a transcript.
func unmarked(t *testing.T) string {
	var lines strings.Builder
	for l := range strings.Lines(mentions(t)) {
		if strings.Contains(l, "\x00") {
			continue
		}
		if b := transcript.Judge([]byte(l), transcript.Options{}); b.Kind == transcript.Script {
			lines.WriteString(l)
		}
	}
	return lines.String()
}

func TestAScriptSendsNoSecretWithoutTLS(t *testing.T) {
	t.Parallel()
	for l := range strings.Lines(mentions(t)) {
		l = strings.TrimSuffix(l, "\n")
		if strings.HasPrefix(strings.TrimSpace(l), ":") || len(l)%7 != 0 { // only some, to save time: a test of repl types all
			continue
		}
		t.Run(l, func(t *testing.T) {
			t.Parallel()
			s := canned(t, testserver.Send(hello), testserver.Answer())
			o := runWith(t, []string{allFar + "=1"}, strings.NewReader(l+"\nnoop\n"), "imap://"+s.Addr())
			if got := s.Received(); strings.Contains(got, "geheim") && !strings.Contains(got, "SCRAM") {
				t.Errorf("the server got the secret: %q\n%s", got, o)
			}
		})
	}
}

func TestNoOtherProgramGetsThePasswordInItsEnvironment(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no sh")
	}
	env := []string{"IMAPSH_PASSWORD=" + password, "PAGER=env"}
	t.Run("the command of a pipe", func(t *testing.T) {
		s := canned(t, testserver.Send(hello), testserver.Answer())
		runProcess(t, "", env, strings.NewReader("noop | env\nnoop | tr '\\0' '\\n' </proc/self/environ\nnoop | ps -ww -o command= -p $PPID\n"), "imap://alice@"+s.Addr()).shows(t, "PATH=")
		if !strings.Contains(s.Received(), password) {
			t.Errorf("received %q", s.Received())
		}
	})
	t.Run("a tunnel", func(t *testing.T) {
		seen := filepath.Join(t.TempDir(), "env")
		runWith(t, env, strings.NewReader(""), "--tunnel", "env >"+seen+`; printf '* BYE no\r\n'`)
		if b, err := os.ReadFile(seen); err != nil || !strings.Contains(string(b), "PATH=") || strings.Contains(string(b), password) {
			t.Errorf("the tunnel has the environment %q, %v", b, err)
		}
	})
	t.Run("but the password command does", func(t *testing.T) {
		s := canned(t, testserver.Send(hello), testserver.Answer())
		runWith(t, env, strings.NewReader("noop\n"), "--password-command", `echo "$IMAPSH_PASSWORD"`, "imap://alice@"+s.Addr()).is(t, 0)
		if !strings.Contains(s.Received(), password) {
			t.Errorf("received %q", s.Received())
		}
	})
}

func TestWithoutAPasswordNothingIsSent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no sh")
	}
	for name, command := range map[string]string{"an empty line": "echo", "no output": "true", "a failure": "echo geheim; exit 3", "killed": "kill -9 $$", "no such program": "nothing-of-this-name"} {
		t.Run(name, func(t *testing.T) {
			s := canned(t, testserver.Send(hello), testserver.Answer())
			o := run(t, "noop\nlist \"\" *\n", "--password-command", command, "imap://alice@"+s.Addr()+"/INBOX").is(t, 2).shows(t, "no password, so nothing was sent")
			if got := s.Received(); got != "" {
				t.Errorf("received %q\n%s", got, o)
			}
		})
	}
}

func TestATranscriptIsPrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	s := canned(t, testserver.Send(hello), testserver.Answer())
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, []byte("before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, "noop\n", "--log", log, "imap://"+s.Addr()).is(t, 0)
	if fi, err := os.Stat(log); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("its mode is not 0600: %v, %v", fi, err)
	}
	if b, _ := os.ReadFile(log); !strings.HasPrefix(string(b), "before\n") || !strings.Contains(string(b), "C: a001 noop") {
		t.Errorf("the transcript is %q", b)
	}
}

func TestNoCredentialsAreSentIfSTARTTLSFails(t *testing.T) {
	t.Parallel()
	caps := "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=SCRAM-SHA-256 SASL-IR] hello\r\n"
	for name, row := range map[string]struct {
		greeting string
		steps    []testserver.Step
	}{
		"NO":      {caps, []testserver.Step{testserver.Expect("(?i)starttls"), testserver.Send("{tag} NO not here\r\n"), testserver.Answer()}},
		"BAD":     {caps, []testserver.Step{testserver.Expect("(?i)starttls"), testserver.Send("{tag} BAD what\r\n"), testserver.Answer()}},
		"BYE":     {caps, []testserver.Step{testserver.Expect("(?i)starttls"), testserver.Send("* BYE no\r\n"), testserver.Close()}},
		"closed":  {caps, []testserver.Step{testserver.Expect("(?i)starttls"), testserver.Close()}},
		"PREAUTH": {"* PREAUTH [CAPABILITY IMAP4rev1] in\r\n", []testserver.Step{testserver.Expect("(?i)starttls"), testserver.Send("{tag} BAD too late\r\n"), testserver.Answer()}},
	} {
		for _, secret := range []string{"LOGIN alice geheim", "x1 LOGIN alice geheim", "AUTHENTICATE PLAIN geheim", "AUTHENTICATE SCRAM-SHA-256 geheim", "logn alice geheim", ":send x1 LOGIN alice geheim", ":send LOGIN alice geheim"} {
			for _, how := range []string{"typed", "by flag"} {
				t.Run(name+", "+how+", "+secret, func(t *testing.T) {
					t.Parallel()
					steps := append([]testserver.Step{testserver.Send(row.greeting)}, row.steps...)
					if name == "PREAUTH" && how == "by flag" {
						steps = []testserver.Step{testserver.Send(row.greeting), testserver.Stall()}
					}
					s := canned(t, steps...)
					script, args := "a7 STARTTLS\n"+secret+"\n", []string{"--plaintext-auth", "imap://" + s.Addr()}
					if how == "by flag" {
						script, args = secret+"\n", append(args, "--starttls")
					}
					o := run(t, script, args...)
					if o.status == 0 || strings.Contains(s.Received(), "geheim") {
						t.Errorf("received %q\n%s", s.Received(), o)
					}
				})
			}
		}
	}
}
