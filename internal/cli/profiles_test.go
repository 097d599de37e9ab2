package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"imapsh/internal/text"
)

func TestAMistakeInTheFileOfProfilesIsReportedWithItsLine(t *testing.T) {
	t.Parallel()
	f := testFlagsOf()
	root := f.command()
	const noSecret = `a secret does not belong in this file: use password-command = "CMD", "imapsh password set URL" or ~/.netrc`
	for written, want := range map[string]string{
		"[imapsh]\ntimng = true":                     ":2: unknown setting timng; did you mean timing?",
		"[imapsh]\n\nnothing-like-it = 1":            ":3: unknown setting nothing-like-it (imapsh help options lists them)",
		"[imapsh]\ntiming = \"yes\"":                 ":2: timing must be true or false",
		"[imapsh]\ntimeout = \"soon\"":               `:2: timeout: "soon": use a duration such as 90s or 5m`,
		"[imapsh]\noutput = \"xml\"":                 `:2: output: "xml": use ` + text.OneOf(slices.Sorted(slices.Values(modes))),
		"[imapsh]\noutput = [\"json\"]":              ":2: output: text in quotes is expected here",
		"[imapsh]\noutput = 1979-05-27":              ":2: output: text in quotes is expected here",
		"[imapsh]\noutput = true":                    `:2: output: "on": use ` + text.OneOf(slices.Sorted(slices.Values(modes))),
		"[imapsh]\nurl = \"imap://x\"":               ":2: url: a server belongs in [profile.NAME]",
		"timing = true":                              ":1: timing is not in a table that imapsh knows: use [imapsh], [alias] or [profile.NAME]",
		"[imapsh.timing]\non = true":                 ":1: unknown table [imapsh.timing]: use [imapsh], [alias] or [profile.NAME]",
		"imapsh = { timing = true,\n timng = true }": ":2: unknown setting timng; did you mean timing?",
		"[imapsh": ":1: column 8: not valid TOML: expected ']' to close table name",
		"[imapsh]\ntiming = true\ntiming = false":                   ":3: column 1: not valid TOML: key timing is already defined",
		"[profil.work]\nurl = \"imap://x\"":                         ":1: unknown table [profil.work]: use [imapsh], [alias] or [profile.NAME]",
		"[profile.check]\nurl = \"imap://x\"":                       ":1: imapsh check is a command: the profile needs another name",
		"[profile.\"two words\"]\nurl = \"imap://x\"":               `:1: "two words" is not a valid name for a profile: use letters, digits, - and _`,
		"[profile.a]\nurl = \"pop3://x\"":                           ":2: url: pop3:// is POP3, imapsh speaks IMAP (imaps://x)",
		"[profile.a]\nurl = \"imaps://alice:geheim@x\"":             ":2: url: a password does not belong in a URL, where others can see it",
		"[profile.a]\nurl = 5":                                      ":2: url: text in quotes is expected here",
		"[profile.a]\npassword = \"geheim\"":                        ":2: password: " + noSecret,
		"[profile.a]\n\noauth-Token = \"geheim\"":                   ":3: oauth-Token: " + noSecret,
		"profile.a.passwd = \"geheim\"":                             ":1: passwd: " + noSecret,
		"password = \"geheim\"":                                     ":1: password: " + noSecret,
		"[imapsh]\nsocks = \"socks5://u:geheim@x\"":                 ":2: socks: a password does not belong in a URL, where others can see it",
		"[imapsh]\npassword-command = \"echo geheim\"":              ":2: password-command is for the secret of one user at one server: it belongs in [profile.NAME]",
		"[imapsh]\ninit = \":hints off\"":                           `:2: init must be a list of lines: init = [":hints off"]`,
		"[imapsh]\ninit = [\n \":hints off\", # one\n \"a\\nb\"\n]": ":4: init must be one line: \\n in \"…\" is a line end, '…' keeps it as it is",
		"[imapsh]\nlog = \"a\\nb\"":                                 ":2: log must be one line",
		"[[profile]]\nurl = \"imap://x\"":                           ":1: [[profile]]: write a table in single brackets",
		"[imapsh]\ninit = [\"login alice geheim\"]":                 ":2: init: the line holds a secret, which does not belong in a file: leave it out, and imapsh asks for it",
		"[alias]\nin = \"login alice geheim\"":                      ":2: alias: the line holds a secret, which does not belong in a file: leave it out, and imapsh asks for it",
		"[alias]\nNoop = \"search unseen\"":                         ":2: alias: Noop is a command of IMAP, which an alias cannot hide",
		"[alias]\nuid = \"search unseen\"":                          ":2: alias: uid is a command of IMAP, which an alias cannot hide",
		"[alias]\nread = \"search unseen\"":                         ":2: alias: read is a command of imapsh, which an alias cannot hide",
		"[alias]\n\nu1 = \"search unseen\"":                         ":3: alias: u1 ends in a digit and would be taken for a tag: choose another name",
		"[alias]\nu = \" \"":                                        ":2: alias: u is empty: an alias is the line to run",
		"[alias]\nu = 1":                                            ":2: the alias u: text in quotes is expected here",
		"\xff = 1":                                                  ":1: column 1: not valid TOML: ",
	} {
		t.Run(written, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "config.toml")
			if err := os.WriteFile(path, []byte(written+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := f.profilesIn(path, root)
			if err == nil || !strings.HasPrefix(err.Error(), path+want) || strings.Contains(err.Error(), "geheim") {
				t.Errorf("got  %v\nwant %s", err, path+want)
			}
		})
	}
}
