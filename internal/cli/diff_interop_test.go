package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// bothPasswords are the passwords of both users of a comparison.
var bothPasswords = []string{"IMAPSH_PASSWORD=secret", "IMAPSH_PASSWORD2=secret"}

// differs compares two accounts, and returns the differences and the result from JSON.
func differs(t *testing.T, status int, args ...string) (list []map[string]any, result map[string]any) {
	t.Helper()
	o := runWith(t, bothPasswords, strings.NewReader(""), append([]string{"diff", "-o", "json"}, args...)...).is(t, status)
	for line := range strings.Lines(o.stdout) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		switch v["type"] {
		case "difference":
			list = append(list, v)
		case "diff":
			result = v
		default:
			t.Errorf("%s", line)
		}
	}
	if result == nil || int(result["differences"].(float64)) != len(list) || result["equal"] != (len(list) == 0) {
		t.Errorf("%d differences, and the result is %v", len(list), result)
	}
	return list, result
}

// told returns a difference in one line.
func told(v map[string]any) string {
	word := func(name string) string {
		text, _ := v[name].(string)
		return text
	}
	value := func(of any) string {
		switch of := of.(type) {
		case nil:
			return "-"
		case map[string]any: // a mailbox, a message
			if name, ok := of["name"]; ok {
				return fmt.Sprintf("%v", name)
			}
			return fmt.Sprintf("%v", of["size"])
		case float64:
			return fmt.Sprintf("%.0f", of)
		}
		return fmt.Sprint(of)
	}
	words := []string{word("part"), word("mailbox"), word("item"), word("what")}
	words = slices.DeleteFunc(words, func(s string) bool { return s == "" })
	return strings.Join(words, " ") + ": " + value(v["left"]) + " | " + value(v["right"])
}

// added returns an APPEND of a message with a Message-ID, "" for none.
func added(mailbox, flags, date, id, body string) string {
	header := "Subject: test\n"
	if id != "" {
		header += "Message-ID: <" + id + "@example.org>\n"
	}
	return fmt.Sprintf("append %s (%s) \"%s 10:00:00 +0000\" <<EOM\n%s\n%s\nEOM\nexpect OK\n", mailbox, flags, date, header, body)
}

// alike returns lines that are run on both servers; their INBOX and "test" are already the same.
func alike(create func(string) string) string {
	var b strings.Builder
	for _, name := range []string{"Archive", "Tagged", "Mail", "Unread", "Counted", "Année", "Année/日本語"} {
		b.WriteString("create " + create(name) + "\nexpect OK\n")
	}
	b.WriteString(added(create("Année/日本語"), `\Seen Label`, "02-Jan-2024", "deep", "x"))
	b.WriteString(added(create("Mail"), `\Seen`, "02-Jan-2024", "same", "x"))
	b.WriteString(added(create("Mail"), ``, "03-Jan-2024", "", "no Message-ID"))
	b.WriteString(added(create("Mail"), ``, "03-Jan-2024", "same", "the same Message-ID again"))
	return b.String()
}

// asIs returns the name of a mailbox on a server with "/" as the delimiter and no prefix.
func asIs(name string) string { return name }

// thirtyLeft and thirtyRight make thirty differences between Dovecot and Cyrus; thirty lists them.
var (
	thirtyLeft = "create OnlyLeft\ncreate Old\ncreate Old/2019\nsubscribe test\nsubscribe INBOX\n" +
		added("Old/2019", ``, "01-Jan-2024", "old", "x") +
		added("Counted", `\Seen`, "01-Jan-2024", "c1", "x") + added("Counted", ``, "01-Jan-2024", "c2", "x") + added("Counted", ``, "01-Jan-2024", "c3", "x") +
		added("Unread", `\Seen`, "01-Jan-2024", "u1", "x") +
		added("Tagged", `$Forwarded Urgent`, "01-Jan-2024", "t1", "x") + added("Tagged", `$Forwarded`, "01-Jan-2024", "t2", "x") + added("Tagged", ``, "01-Jan-2024", "t3", "x") +
		added("Mail", `\Seen`, "01-Jan-2024", "size", "short") + added("Mail", `\Seen`, "01-Jan-2024", "date", "x") +
		added("Mail", `\Seen \Answered`, "01-Jan-2024", "flags", "x") + added("Mail", `\Seen`, "01-Jan-2024", "left", "x") +
		"setacl test bob lrs\nexpect OK\nsetacl test carol lr\nexpect OK\n"
	thirtyRight = "create OnlyRight\ncreate \"Müll 日本\"\nsetmetadata Sent (/private/specialuse NIL)\nexpect OK\nsetmetadata Archive (/private/specialuse \"\\\\Archive\")\nexpect OK\n" +
		"subscribe Archive\nunsubscribe Drafts\n" +
		added("Counted", ``, "01-Jan-2024", "c3", "x") + added("Counted", `\Seen`, "01-Jan-2024", "c1", "x") +
		added("Unread", ``, "01-Jan-2024", "u1", "x") +
		added("Tagged", `$forwarded`, "01-Jan-2024", "t1", "x") + added("Tagged", ``, "01-Jan-2024", "t2", "x") + added("Tagged", ``, "01-Jan-2024", "t3", "x") +
		added("Mail", `\Seen`, "01-Jan-2024", "size", "not so short") + added("Mail", `\Seen`, "04-Jan-2024", "date", "x") +
		added("Mail", `\Seen \Answered \Flagged`, "01-Jan-2024", "flags", "x") + added("Mail", `\Seen`, "01-Jan-2024", "right", "x") +
		"setacl test bob lrsw\nexpect OK\nsetacl test dave lr\nexpect OK\nsetacl Mail alice lrswikxtecda\nexpect OK\n"
	thirty = `
mailboxes Müll 日本: - | M&APw-ll &ZeVnLA-
mailboxes Old: Old | -
mailboxes Old/2019: Old/2019 | -
mailboxes OnlyLeft: OnlyLeft | -
mailboxes OnlyRight: - | OnlyRight
special-use Archive: - | [\Archive]
special-use Sent: [\Sent] | -
subscriptions Archive: - | true
subscriptions Drafts: true | -
subscriptions test: true | -
counts Counted messages: 3 | 2
counts Counted unseen: 2 | 1
counts Unread unseen: 0 | 1
keywords Tagged $Forwarded: 2 | 1
keywords Tagged Urgent: 1 | 0
quota MESSAGE: 1000 | -
quota STORAGE: 2097152 | 10485760
acl Mail owner: lrswipkxtea | lrswikxtea
acl test bob: lrs | lrsw
acl test carol: lr | -
acl test dave: - | lr
messages Counted <c2@example.org>: 50 | -
messages Mail <size@example.org> size: 56 | 63
messages Mail <date@example.org> internaldate: 2024-01-01T10:00:00Z | 2024-01-04T10:00:00Z
messages Mail <flags@example.org> flags: [\Answered \Seen] | [\Answered \Flagged \Seen]
messages Mail <left@example.org>: 52 | -
messages Mail <right@example.org>: - | 53
messages Tagged <t1@example.org> flags: [$Forwarded Urgent] | [$forwarded]
messages Tagged <t2@example.org> flags: [$Forwarded] | []
messages Unread <u1@example.org> flags: [\Seen] | []
`
)

func TestADiffFindsEachDifferenceAndNoOther(t *testing.T) {
	t.Parallel()
	// The quotas are the same, except the number of messages for Alice.
	dovecot := testserver.Dovecot(t, testserver.WithSetting("plugin {\n quota_rule = *:storage=2G:messages=1000\n}"))
	cyrus, courier := testserver.Cyrus(t), testserver.Courier(t)
	dir := t.TempDir()
	left, right := "imap://alice@"+dovecot.Clear(), "imap://alice@"+cyrus.Clear()
	runIn(t, dir, alike(asIs)+thirtyLeft, "-q", left).is(t, 0)
	runIn(t, dir, alike(asIs)+thirtyRight, "-q", right).is(t, 0)
	list, result := differs(t, 1, "--messages", "--skip", "capabilities,namespaces", left, right)
	var got []string
	for _, v := range list {
		got = append(got, told(v))
	}
	if got, want := "\n"+strings.Join(got, "\n")+"\n", thirty; got != want {
		t.Errorf("first difference: %s\nall: %s", firstDifference(got, want), got)
	}
	if len(list) != 30 || result["mailboxes"] != 12.0 || result["messages"] != 37.0 || result["complete"] != true {
		t.Errorf("%d, %v", len(list), result)
	}

	bobs := map[string]string{"dovecot": "imap://bob@" + dovecot.Clear(), "cyrus": "imap://bob@" + cyrus.Clear(), "courier": "imap://bob@" + courier.Clear()}
	for name, url := range bobs {
		create, more := asIs, "subscribe INBOX\n"
		if name == "courier" {
			create, more = belowINBOX, "subscribe INBOX\nsubscribe INBOX.Drafts\nsubscribe INBOX.Sent\nsubscribe INBOX.Trash\n"
		}
		runIn(t, dir, alike(create)+more, "-q", url).is(t, 0)
	}
	for _, row := range []struct{ left, right, skip, says string }{
		{"dovecot", "dovecot", "", "no differences; 11 mailboxes on both sides, 4 messages compared\n"},
		{"dovecot", "cyrus", "capabilities,namespaces,quota", "no differences; 11 mailboxes on both sides, 4 messages compared\n"},
		{"dovecot", "courier", "capabilities,namespaces,quota,acl", "no differences; 11 mailboxes on both sides, 4 messages compared; not compared: special-use\n"},
		{"courier", "cyrus", "capabilities,namespaces,quota,acl", "no differences; 11 mailboxes on both sides, 4 messages compared; not compared: special-use\n"},
	} {
		o := runWith(t, bothPasswords, nil, "diff", "--messages", "--skip", row.skip, bobs[row.left], bobs[row.right]).is(t, 0)
		if _, last, _ := strings.Cut("\n"+o.stdout, "\n\n"); last == "" && o.stdout != row.says || last != "" && last != row.says {
			t.Errorf("%s and %s: %s", row.left, row.right, o)
		}
	}
}

// belowINBOX returns the name of a mailbox on Courier.
func belowINBOX(name string) string { return "INBOX." + strings.ReplaceAll(name, "/", ".") }
