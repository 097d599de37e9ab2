package profile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// kept writes a file of profiles and returns its path.
func kept(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// told returns everything in a file as one text.
func told(f *File) string {
	var b strings.Builder
	entries := func(what string, list []Entry) {
		for _, e := range list {
			fmt.Fprintf(&b, "%s %s=%s bool %v line %d\n", what, e.Key, e.Value, e.Bool, e.Line)
		}
	}
	entries("common", f.Common.Settings)
	entries("common", f.Common.Init)
	for _, p := range f.Profiles {
		fmt.Fprintf(&b, "profile %s line %d url %s line %d\n", p.Name, p.Line, p.URL.Value, p.URL.Line)
		entries(p.Name, p.Settings)
		entries(p.Name, p.Init)
	}
	entries("alias", f.Aliases)
	return b.String()
}

func TestAFileSaysItsSettingsServersAndAliasesWithTheirLines(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"nothing":          {"", ""},
		"comments":         {"# one\n\n  # two\n", ""},
		"settings":         {"[imapsh]\ntiming = true\nread-only = false\ntimeout = \"90s\"\nkeepalive = 60\n", "common timing=on bool true line 2\ncommon read-only=off bool true line 3\ncommon timeout=90s bool false line 4\ncommon keepalive=60 bool false line 5\n"},
		"a server":         {"[profile.work]\nurl = \"imaps://alice@x/INBOX\"\nca = '~/ca.pem'\n", "profile work line 1 url imaps://alice@x/INBOX line 2\nwork ca=~/ca.pem bool false line 3\n"},
		"servers in order": {"[profile.b]\nurl = \"imap://b\"\n[profile.a]\nurl = \"imap://a\"\n", "profile b line 1 url imap://b line 2\nprofile a line 3 url imap://a line 4\n"},
		"dotted keys":      {"profile.a.url = \"imap://a\"\nimapsh.timing = true\nalias.u = \"noop\"\n", "common timing=on bool true line 2\nprofile a line 1 url imap://a line 1\nalias u=noop bool false line 3\n"},
		"inline tables":    {"alias = { u = \"noop\" }\n[imapsh]\n", "alias u=noop bool false line 1\n"},
		"an inline server": {"[profile]\na = { url = \"imap://a\", starttls = true }\n", "profile a line 2 url imap://a line 2\na starttls=on bool true line 2\n"},
		"lines to begin":   {"[imapsh]\ninit = [ # first\n \":hints off\",\n ':wire full' ]\n", "common init=:hints off bool false line 3\ncommon init=:wire full bool false line 4\n"},
		"quotes and '…'":   {"[alias]\nq = 'search subject \"x\\n\"'\n", "alias q=search subject \"x\\n\" bool false line 2\n"},
		"umlauts":          {"[alias]\nu = \"search subject Grüße\"\n", "alias u=search subject Grüße bool false line 2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Read(kept(t, row.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(f); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

func TestAServerIsFoundByItsNameOnly(t *testing.T) {
	f, err := Read(kept(t, "[profile.work]\nurl = \"imap://x\"\n[profile.Work]\nurl = \"imap://y\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Names(); strings.Join(got, " ") != "work Work" {
		t.Errorf("names %q", got)
	}
	if f.Lookup("work").URL.Value != "imap://x" || f.Lookup("Work").URL.Value != "imap://y" || f.Lookup("WORK") != nil {
		t.Error("another server was found")
	}
}

func TestAMissingFileSaysNothingAndOneThatCannotBeTrustedIsRefused(t *testing.T) {
	if f, err := Read(filepath.Join(t.TempDir(), "config.toml")); err != nil || f.Path != "" || len(f.Profiles) > 0 {
		t.Errorf("got %v, %v", f, err)
	}
	long := kept(t, "# "+strings.Repeat("x", maxSize))
	if _, err := Read(long); err == nil || !strings.Contains(err.Error(), "it is longer than") {
		t.Errorf("a long file: %v", err)
	}
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "it is not a file") {
		t.Errorf("a directory: %v", err)
	}
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	for name, row := range map[string]struct {
		file, dir os.FileMode
		want      string
	}{
		"the group may write":         {0o660, 0o700, "others can write to it (-rw-rw----), and its commands would be run: chmod go-w "},
		"all may write":               {0o602, 0o700, "others can write to it (-rw-----w-)"},
		"all may replace it":          {0o600, 0o777, "others can replace it, as its directory is writable for them (-rwxrwxrwx): chmod go-w "},
		"all may read":                {0o644, 0o755, ""},
		"a directory such as /tmp":    {0o600, 0o777 | os.ModeSticky, ""},
		"the group may replace it":    {0o600, 0o770, "others can replace it"},
		"nobody else may do anything": {0o600, 0o700, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := kept(t, "[alias]\nu = \"noop\"\n")
			if err := errors.Join(os.Chmod(path, row.file), os.Chmod(filepath.Dir(path), row.dir)); err != nil {
				t.Fatal(err)
			}
			_, err := Read(path)
			if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.HasPrefix(err.Error(), path+": "+row.want)) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}

func TestKeysOfSecretsAreRecognized(t *testing.T) {
	for key, want := range map[string]bool{"password": true, "Passwd": true, "PWD": true, "oauth-token": true, "client_secret": true, "bearer": true, "credentials": true, "ca": false, "pin": false, "user": false} {
		if got := IsSecret(key); got != want {
			t.Errorf("%s: got %v, want %v", key, got, want)
		}
	}
}

func TestANameHasLettersDigitsAndDashes(t *testing.T) {
	for name, want := range map[string]bool{"work": true, "w2": true, "2": true, "a-b_c": true, "": false, "-a": false, "_": false, "a b": false, "a.b": false, "ä": false, "a/b": false} {
		if got := ValidName(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func FuzzAFileIsReadOrRefusedWithItsLine(f *testing.F) {
	for _, text := range []string{"", "[imapsh]\ntiming = true\n", "[profile.work]\nurl = \"imaps://x\"\ninit = [\"noop\"]\n", "alias = { u = \"noop\" }", "[[profile]]", "a = 1979-05-27", "[imapsh\n", "profile.a.passwd = 'x'", "\xff", "[profile.\"\"]", "[imapsh]\ninit = [1, [2]]", "[alias]\na = \"\"\"x\ny\"\"\""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := parse("config.toml", []byte(text))
		lines := strings.Count(text, "\n") + 1
		if err != nil {
			var at *Error
			if !errors.As(err, &at) || at.Line < 0 || at.Line > lines || strings.ContainsAny(strings.SplitN(err.Error(), "\n", 2)[0], "\x00") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, p := range append(file.Profiles, &file.Common) {
			for _, e := range append(append([]Entry{}, p.Settings...), p.Init...) {
				if e.Line < 1 || e.Line > lines || strings.ContainsAny(e.Value, "\r\n\x00") {
					t.Fatalf("%q: %+v", text, e)
				}
			}
			if p != &file.Common && !ValidName(p.Name) {
				t.Fatalf("%q: the name %q", text, p.Name)
			}
		}
	})
}
