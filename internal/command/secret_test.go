package command

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"
)

// rows returns the lines of a file; "#" begins a comment, \x.. and \u.... are escapes.
func rows(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	unescape := strings.NewReplacer(`\u00a0`, "\u00a0", `\ufeff`, "\ufeff", `\u200b`, "\u200b", `\u2003`, "\u2003", `\r`, "\r", `\t`, "\t", `\e`, "\x1b", `\0`, "\x00")
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if l := sc.Text(); l != "" && l[0] != '#' || l == "#" {
			out = append(out, unescape.Replace(l))
		}
	}
	return out
}

func TestASecretIsFoundHoweverItIsWritten(t *testing.T) {
	for _, line := range rows(t, "testdata/secrets.txt") {
		if !strings.Contains(line, "geheim") {
			t.Fatalf("%q contains no secret", line)
		}
		if got := MaskLine(line); strings.Contains(strings.ToLower(got), "geheim") {
			t.Errorf("%q is shown as %q", line, got)
		}
		tag, body := Whose(line, nil)
		m := MatchLine(body)
		if got := tag + " " + Mask(body, m.Secrets) + " " + m.Name; strings.Contains(strings.ToLower(got), "geheim") {
			t.Errorf("%q is matched as %q", line, got)
		}
		if !m.Reveals() && !strings.HasPrefix(line, ":") && !strings.Contains(line, "SCRAM") {
			t.Errorf("%q would be sent without consent", line)
		}
	}
}

func TestWhatIsNotASecretIsShown(t *testing.T) {
	for _, line := range rows(t, "testdata/nosecrets.txt") {
		if got := MaskLine(line); got != line {
			t.Errorf("%q is shown as %q", line, got)
		}
		if _, body := Whose(line, nil); len(MatchLine(body).Secrets) > 0 {
			t.Errorf("%q has no secret, but one is reported", line)
		}
	}
}

func TestALiteralAfterACommandThatLogsInIsASecret(t *testing.T) {
	for _, line := range []string{"login alice {5}", "> login alice {5}", "4> a1 LOGIN alice {5+}", "\ufefflogin alice {5}", "logn alice {5}", "a1 authenticate plain {5}", "pass {6}", "x login {5}"} {
		_, body := Whose(line, nil)
		if m := MatchLine(body); !m.RestSecret || !m.Reveals() {
			t.Errorf("%q: got literal %v, rest %v, reveals %v", line, m.LiteralSecret, m.RestSecret, m.Reveals())
		}
	}
}

// ends fails a test if f does not end within a minute: what takes linear time ends long before that.
func ends(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it did not end within a minute")
	}
}

func TestLookingForASecretTakesLinearTime(t *testing.T) {
	// Reading all of it again for each byte takes minutes; reading it once takes a fraction of a second.
	const size = 400_000
	for name, part := range map[string]string{
		"marks": ":x ", "colons": ":", "controls": "\x01", "carriage returns": "a\r", "pieces": "ab.", "letters": "a", "near misses": "begin.", "URLs": "a://b ",
		"quotes": `"a" `, "lists": "(a ",
	} {
		t.Run(name, func(t *testing.T) {
			line := strings.Repeat(part, size/len(part))
			ends(t, func() { Secrets(line) })
		})
	}
}

func FuzzSecrets(f *testing.F) {
	for _, line := range []string{"login alice S", "a1 LOGIN {5}", "\ufefflogin\u00a0a S", ":watch 5 login a S", "imap://a:b@c", "x\rlogin a b"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		spans := Secrets(line)
		at := 0
		for _, s := range spans {
			if s.Start < at || s.End <= s.Start || s.End > len(line) {
				t.Fatalf("%q: spans %v", line, spans)
			}
			at = s.End
		}
		tag, body := Whose(line, nil)
		// A secret in what is sent must also be found in what was typed.
		if m := MatchLine(body); len(m.Secrets) > 0 && len(spans) == 0 {
			if _, found := reveals(line, wordsOfTag); !found {
				t.Errorf("%q, tag %q: no secret is found as typed, %v as matched", line, tag, m.Secrets)
			}
		}
	})
}
