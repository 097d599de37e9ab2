package conn

import (
	"errors"
	"strings"
	"testing"
)

func TestATargetIsWhatTheArgumentNames(t *testing.T) {
	for _, row := range []struct {
		arg  string
		want Target
		url  string // canonical
	}{
		{"imaps://mail.test", Target{Scheme: IMAPS, Host: "mail.test", Port: "993"}, "imaps://mail.test"},
		{"IMAPS://mail.test:993/", Target{Scheme: IMAPS, Host: "mail.test", Port: "993"}, "imaps://mail.test"},
		{"imaps://mail.test:10993", Target{Scheme: IMAPS, Host: "mail.test", Port: "10993"}, "imaps://mail.test:10993"},
		{"imap://mail.test", Target{Scheme: IMAP, Host: "mail.test", Port: "143"}, "imap://mail.test"},
		{"imap://mail.test:993", Target{Scheme: IMAP, Host: "mail.test", Port: "993"}, "imap://mail.test:993"},
		{"imaps://alice@mail.test/INBOX", Target{Scheme: IMAPS, Host: "mail.test", Port: "993", User: "alice", Mailbox: "INBOX"}, "imaps://alice@mail.test/INBOX"},
		{"imaps://alice@example.org@mail.test", Target{Scheme: IMAPS, Host: "mail.test", Port: "993", User: "alice@example.org"}, "imaps://alice%40example.org@mail.test"},
		{"imaps://al%3Aice%20b@mail.test", Target{Scheme: IMAPS, Host: "mail.test", Port: "993", User: "al:ice b"}, "imaps://al%3Aice%20b@mail.test"},
		{"imap://mail.test/Entw%C3%BCrfe/2024", Target{Scheme: IMAP, Host: "mail.test", Port: "143", Mailbox: "Entwürfe/2024"}, "imap://mail.test/Entw%C3%BCrfe/2024"},
		{"imap://mail.test/100%25%3B+x", Target{Scheme: IMAP, Host: "mail.test", Port: "143", Mailbox: "100%;+x"}, "imap://mail.test/100%25%3B+x"},
		{"imap://[::1]:10143", Target{Scheme: IMAP, Host: "::1", Port: "10143"}, "imap://[::1]:10143"},
		{"imaps://a@[fe80::1%25eth0]/x", Target{Scheme: IMAPS, Host: "fe80::1%eth0", Port: "993", User: "a", Mailbox: "x"}, "imaps://a@[fe80::1%25eth0]/x"},
		{"mail.test", Target{Scheme: IMAPS, Host: "mail.test", Port: "993"}, "imaps://mail.test"},
		{"mail.test:993", Target{Scheme: IMAPS, Host: "mail.test", Port: "993"}, "imaps://mail.test"},
		{"alice@mail.test/INBOX", Target{Scheme: IMAPS, Host: "mail.test", Port: "993", User: "alice", Mailbox: "INBOX", Domain: "mail.test"}, "imaps://alice@mail.test/INBOX"},
		{"mail.test:143", Target{Scheme: IMAP, Host: "mail.test", Port: "143", Note: "port 143 is unencrypted imap (imaps://mail.test uses TLS)"}, "imap://mail.test"},
		{"mail.test:10143", Target{Scheme: IMAPS, Host: "mail.test", Port: "10143", Note: "assuming imaps, TLS from the start (imap://mail.test:10143 is unencrypted)"}, "imaps://mail.test:10143"},
		{"::1", Target{Scheme: IMAPS, Host: "::1", Port: "993"}, "imaps://[::1]"},
		{"[::1]:143", Target{Scheme: IMAP, Host: "::1", Port: "143", Note: "port 143 is unencrypted imap (imaps://[::1] uses TLS)"}, "imap://[::1]"},
		{"müller.test", Target{Scheme: IMAPS, Host: "müller.test", Port: "993"}, "imaps://müller.test"},
		{"unix:/run/imap sock", Target{Scheme: Unix, Path: "/run/imap sock"}, "unix:/run/imap sock"},
		{"unix:///run/imap", Target{Scheme: Unix, Path: "/run/imap"}, "unix:/run/imap"},
		{"unix:./imap", Target{Scheme: Unix, Path: "./imap"}, "unix:./imap"},
	} {
		t.Run(row.arg, func(t *testing.T) {
			got, err := ParseTarget(row.arg)
			if err != nil || got != row.want {
				t.Fatalf("got  %+v, %v\nwant %+v", got, err, row.want)
			}
			if got.String() != row.url {
				t.Errorf("URL %q, want %q", got.String(), row.url)
			}
			got.Note, got.Domain = "", "" // these are not in the URL
			if again, err := ParseTarget(row.url); err != nil || again != got {
				t.Errorf("%q reads back as %+v, %v", row.url, again, err)
			}
		})
	}
}

func TestAnArgumentThatNamesNoServerIsExplained(t *testing.T) {
	for _, row := range []struct{ arg, text, hint string }{
		{"", "no server named", "imaps://"},
		{"imaps://", "no host named", ""},
		{"imap://alice@mail.test/x%22%0d%0aa9%20CREATE%20pwned%0d%0a", "the mailbox", "imaps://"},
		{"imap://mail.test/a%0Ab", "contains %0a: CR, LF and NUL are not allowed in the mailbox of a URL", "imaps://"},
		{"imap://mail.test/a%00b", "contains %00", "imaps://"},
		{"imap://al%0dice@mail.test/", "the user \"al%0dice\" contains %0d", "imaps://"},
		{"imaps://@mail.test", "no user before the @", ""},
		{"pop3://alice@mail.test:110", "pop3:// is POP3, imapsh speaks IMAP", "imaps://alice@mail.test"},
		{"https://mail.test", "https:// is HTTP, imapsh speaks IMAP", "imaps://mail.test"},
		{"smtp://mail.test:25", "smtp:// is SMTP, imapsh speaks IMAP", "imaps://mail.test"},
		{"gopher://mail.test", `unknown scheme "gopher"`, "imaps://mail.test"},
		{"mail.test:imap", `"imap" is not a valid port (1 to 65535)`, ""},
		{"mail.test:0", `"0" is not a valid port`, ""},
		{"mail.test:65536", `"65536" is not a valid port`, ""},
		{"imap://mail.test:", `"" is not a valid port`, ""},
		{"imap://::1", "more than one colon", "[::1]:993"},
		{"imap://[::1", "missing ]", "[::1]:993"},
		{"imap://[mail.test]", `"mail.test" is not a valid IPv6 address`, ""},
		{"imap://[::1]993", "only :port may follow ]", ""},
		{"mail test", `"mail test" is not a valid host name`, ""},
		{"/run/imap", `"/run/imap" is a path, not a host`, "unix:/run/imap if it is a socket"},
		{"unix:", "unix: must be followed by the path", ""},
		{"imap://mail.test/INBOX;UID=20", `the URL names more than a mailbox: ";UID=20"`, "%3B"},
		{"imap://mail.test/%zz", `invalid percent-encoding in the mailbox "%zz"`, "%25"},
	} {
		t.Run(row.arg, func(t *testing.T) {
			_, err := ParseTarget(row.arg)
			var usage *UsageError
			if !errors.As(err, &usage) {
				t.Fatalf("got %v, want a usage error", err)
			}
			if !strings.Contains(usage.Text, row.text) || !strings.Contains(usage.Hint, row.hint) {
				t.Errorf("got  %q (%q)\nwant %q (%q)", usage.Text, usage.Hint, row.text, row.hint)
			}
		})
	}
}

func TestAPasswordInAURLIsRefusedAndNotRepeated(t *testing.T) {
	for _, arg := range []string{
		"imaps://alice:s3cret@mail.test",
		"imap://alice:s3cret@mail.test/INBOX",
		"alice:s3cret@mail.test",
		"imaps://alice:s3cret/x@mail.test",
		"imaps://alice:s3c@ret@mail.test:993",
		"imaps://:s3cret@mail.test",
		"pop3://alice:s3cret@mail.test",
	} {
		_, err := ParseTarget(arg)
		if err == nil {
			t.Errorf("%s was accepted", arg)
			continue
		}
		if text := err.Error() + Hint(err); strings.Contains(text, "s3c") || strings.Contains(text, "ret@") {
			t.Errorf("%s: the password is in %q", arg, text)
		}
		if !strings.HasPrefix(arg, "pop3") && !strings.Contains(Hint(err), "--password-command") {
			t.Errorf("%s: hint %q", arg, Hint(err))
		}
	}
}

func TestAWrongDoorIsNamedWithTheURLToTry(t *testing.T) {
	clear := Target{Scheme: IMAP, Host: "mail.test", Port: "110"}
	secure := Target{Scheme: IMAPS, Host: "mail.test", Port: "993"}
	for _, row := range []struct {
		name     string
		target   Target
		greeting string
		hint     string
	}{
		{"POP3", clear, "+OK ready\r\n", "this is POP3, not IMAP: try imaps://mail.test"},
		{"SMTP", clear, "220 mail ESMTP\r\n", "this is SMTP or FTP, not IMAP: try imaps://mail.test"},
		{"HTTP", clear, "HTTP/1.1 400 Bad Request\r\n", "this is HTTP, not IMAP: try imaps://mail.test"},
		{"SSH", clear, "SSH-2.0-OpenSSH\r\n", "this is SSH, not IMAP: try imaps://mail.test"},
		{"POP3 where imaps should be", secure, "+OK\r\n", "this is POP3, not IMAP: try imap://mail.test"},
		{"an unencrypted TLS alert", clear, "\x15\x03\x01\x00\x02", "the server speaks TLS: try imaps://mail.test:110"},
		{"POP3 on a socket", Target{Scheme: Unix, Path: "/x"}, "+OK\r\n", "this is POP3, not IMAP"},
		{"IMAP", clear, "* OK ready\r\n", ""},
		{"nothing", clear, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			hint, wrong := WrongDoor(row.target, []byte(row.greeting))
			if hint != row.hint || wrong != (row.hint != "") {
				t.Errorf("got %q, %v, want %q", hint, wrong, row.hint)
			}
		})
	}
}

func TestSilenceOnAnUnencryptedLinkHintsAtTLS(t *testing.T) {
	for _, row := range []struct {
		target Target
		want   string
	}{
		{Target{Scheme: IMAP, Host: "mail.test", Port: "993"}, "that port uses TLS: try imaps://mail.test"},
		{Target{Scheme: IMAP, Host: "::1", Port: "10993"}, "that port may expect TLS: try imaps://[::1]:10993"},
		{Target{Scheme: IMAP, Host: "mail.test", Port: "143"}, ""},
		{Target{Scheme: IMAPS, Host: "mail.test", Port: "993"}, ""},
		{Target{Scheme: Unix, Path: "/x"}, ""},
	} {
		if got := SilenceHint(row.target); got != row.want {
			t.Errorf("%v: got %q, want %q", row.target, got, row.want)
		}
	}
}

func TestAConnectionThatEndsBeforeTheGreetingIsExplained(t *testing.T) {
	const can = "a firewall, a limit of connections or a block of this address can do that"
	for _, row := range []struct {
		target Target
		want   string
	}{
		{Target{Scheme: IMAP, Host: "::1", Port: "10993"}, can + "; if that port expects TLS: imaps://[::1]:10993"},
		{Target{Scheme: IMAP, Host: "mail.test", Port: "143"}, can},
		{Target{Scheme: IMAPS, Host: "mail.test", Port: "10993"}, can},
		{Target{Scheme: Unix, Path: "/x"}, ""},
		{Target{Scheme: Tunnel, Path: "true"}, ""},
	} {
		if got := CutOffHint(row.target); got != row.want {
			t.Errorf("%v: got %q, want %q", row.target, got, row.want)
		}
	}
}
