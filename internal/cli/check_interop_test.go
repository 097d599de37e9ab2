package cli

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"imapsh/internal/check"
	"imapsh/internal/testserver"
)

// hidden returns the forms in which a secret might be shown: as it is, and as mechanisms encode it. Base64 depends on the
// position of the secret in the encoded text, so there is a form for each alignment.
func hidden(user, secret string) []string {
	encode := base64.StdEncoding.EncodeToString
	forms := []string{secret, encode([]byte("\x00" + user + "\x00" + secret))}
	for lead := range 3 {
		all := encode([]byte(strings.Repeat("\x00", lead) + secret))
		first := (lead*8 + 5) / 6              // the character before it has bits of the text before
		last := (lead + len(secret)) * 8 / 6   // the character here has bits of the text after
		forms = append(forms, all[first:last]) // the part that does not depend on what is around it
	}
	return forms
}

// mailboxes returns the names of a user's mailboxes, as a second client sees them.
func mailboxes(t *testing.T, s *testserver.Server, user string) []string {
	t.Helper()
	found, err := s.Client(t, user).List("", "*", nil).Collect()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range found {
		names = append(names, m.Mailbox)
	}
	slices.Sort(names)
	return names
}

func TestACheckShowsNoSecretInAnyOutput(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	before := mailboxes(t, s, testserver.Alice)
	t.Run("outputs", func(t *testing.T) {
		for _, row := range []struct {
			name, password string
			args           []string
			status, plugin int
		}{
			{"right", testserver.Password, nil, 0, check.NagiosOK},
			{"right, by PLAIN", testserver.Password, []string{"--auth", "plain"}, 0, check.NagiosOK},
			{"wrong", password, nil, 1, check.NagiosCritical},
			{"wrong, by PLAIN", password, []string{"--auth", "plain"}, 1, check.NagiosCritical},
		} {
			for _, output := range []string{"table", "json", "nagios", "prometheus"} {
				t.Run(row.name+" "+output, func(t *testing.T) {
					if row.status != 0 {
						t.Parallel() // a wrong password takes half a second, and no mailbox is created beside others
					}
					want := row.status
					if output == "nagios" {
						want = row.plugin
					}
					log := filepath.Join(t.TempDir(), "log")
					args := append([]string{"check", "--write", "--idle-for", "50ms", "-o", output, "--ca", s.CAFile, "--log", log}, row.args...)
					o := runWith(t, []string{"IMAPSH_PASSWORD=" + row.password}, strings.NewReader(""), append(args, "imaps://alice@"+s.TLS())...).is(t, want)
					if o.stdout == "" || o.stderr != "" {
						t.Errorf("the output is not only the report on standard output\n%s", o)
					}
					transcript := readFile(t, log)
					if !strings.Contains(transcript, "••••••") || !strings.Contains(transcript, "\nS: ") {
						t.Errorf("the transcript is not complete:\n%s", transcript)
					}
					for where, text := range map[string]string{"standard output": o.stdout, "standard error": o.stderr, "the transcript": transcript} {
						for _, secret := range hidden(testserver.Alice, row.password) {
							if strings.Contains(text, secret) {
								t.Errorf("%q is in %s:\n%s", secret, where, text)
							}
						}
					}
				})
			}
		}
	})
	if after := mailboxes(t, s, testserver.Alice); !slices.Equal(before, after) {
		t.Errorf("before %q, after %q", before, after)
	}
}

func TestEachEncodingOfASecretIsRecognized(t *testing.T) {
	t.Parallel()
	for lead := range 6 {
		for trail := range 4 {
			text := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s%s%s", strings.Repeat("x", lead), password, strings.Repeat("y", trail)))
			if !slices.ContainsFunc(hidden("alice", password), func(form string) bool { return strings.Contains(text, form) }) {
				t.Errorf("%d before, %d after: %s", lead, trail, text)
			}
		}
	}
}

func TestAnInterruptedCheckLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for command, commands := range map[string][]string{
		"CREATE": {"CREATE"}, "APPEND": {"APPEND"}, "IDLE": {"CREATE", "IDLE"}, "STORE": {"STORE"}, "EXPUNGE": {"EXPUNGE"},
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			s := testserver.Dovecot(t)
			before := mailboxes(t, s, testserver.Alice)
			r := relayed(t, s, testserver.Holding(commands...))
			l := startProcess(t, []string{"IMAPSH_PASSWORD=" + testserver.Password}, "check", "--write", strings.Replace(r.url(), "//", "//alice@", 1))
			select {
			case <-r.Held():
			case <-time.After(patience):
				t.Fatalf("%s was never sent:\n%s", command, r.FromClient())
			}
			l.signals(syscall.SIGINT)
			l.ends().is(t, 130).shows(t, "interrupted")
			if after := mailboxes(t, s, testserver.Alice); !slices.Equal(before, after) {
				t.Errorf("before %q, after %q", before, after)
			}
		})
	}
}

func TestThePasswordCommandOfManyServersHasTheServerInItsEnvironment(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t)
	dir := t.TempDir()
	hosts, asked := filepath.Join(dir, "hosts"), filepath.Join(dir, "asked")
	list := fmt.Sprintf("# two users of one server\nimaps://alice@%[1]s\nimaps://bob@%[1]s\nimap://carol@%[2]s\n", s.TLS(), closedAddr(t))
	if err := writeFile(hosts, list); err != nil {
		t.Fatal(err)
	}
	command := fmt.Sprintf(`echo "$IMAPSH_USER $IMAPSH_HOST $IMAPSH_URL" >>%s; echo %s`, asked, testserver.Password)
	o := run(t, "", "check", "-f", hosts, "--ca", s.CAFile, "--password-command", command).is(t, 3).
		shows(t, "3 servers: 2 passed, 0 warned, 1 failed").hides(t, testserver.Password)
	rows := strings.Split(strings.TrimSpace(o.stdout), "\n")
	if len(rows) != 4 || !strings.HasPrefix(rows[2], "✗ imap://carol@") {
		t.Errorf("the failure is not the last row\n%s", o)
	}
	for _, user := range []string{"alice", "bob"} {
		if want := fmt.Sprintf("%s 127.0.0.1 imaps://%[1]s@%s", user, s.TLS()); !strings.Contains(readFile(t, asked), want) {
			t.Errorf("no %q in %q", want, readFile(t, asked))
		}
	}
}
