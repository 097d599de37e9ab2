package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

var fenced = regexp.MustCompile("(?s)```(json|sh)\n(.*?)```")

func TestTheRecipesAndExamplesOfTheJSONPageWork(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	_, err = exec.LookPath("jq")
	noJQ := err != nil
	for _, block := range fenced.FindAllStringSubmatch(string(page), -1) {
		if strings.Contains(block[2], "<<'END'") { // internal/pages runs it
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(block[2]), "\n") {
			if block[1] == "json" {
				if !json.Valid([]byte(line)) {
					t.Errorf("not JSON: %s", line)
				}
				continue
			}
			if noJQ {
				testserver.Missing(t, "jq", "make servers installs it on Debian as root")
			}
			cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
			cmd.Env = environ("PATH=" + filepath.Dir(builtShell(t)) + string(os.PathListSeparator) + os.Getenv("PATH"))
			out, err := cmd.CombinedOutput()
			if odd := strings.Contains(line, "select(.oddities)"); err != nil || len(out) == 0 && !odd || odd && len(out) > 0 {
				t.Errorf("%s\n%v: %s", line, err, out)
			}
		}
	}
}

func TestTheCheckPageNamesEveryMemberThatIsWritten(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []outcome{
		checkOf(t, testserver.Dovecot(t), "-o", "json", "--write"),
		checkOf(t, testserver.Dovecot(t), "-o", "json", "--repeat", "1ms", "--count", "2"),
	} {
		members := regexp.MustCompile(`"([a-z_0-9]+)":`).FindAllStringSubmatch(r.stdout, -1)
		if len(members) == 0 {
			t.Errorf("no member is written\n%s", r)
		}
		for _, m := range members {
			if !strings.Contains(string(page), "`"+m[1]+"`") {
				t.Errorf("%s is not on the page", m[1])
			}
		}
	}
}

// checkOf runs a check of a Dovecot without TLS.
func checkOf(t *testing.T, s *testserver.Server, args ...string) outcome {
	t.Helper()
	return runWith(t, []string{"IMAPSH_PASSWORD=" + testserver.Password}, strings.NewReader(""),
		append([]string{"check", "--insecure", "--idle-for", "10ms"}, append(args, "imap://alice@"+s.Clear())...)...).is(t, 0)
}
