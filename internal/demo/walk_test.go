package demo

import (
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

func TestAnOrdinaryClientCanUseTheServer(t *testing.T) {
	s := start(t)
	c, err := imapclient.DialInsecure(s.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(c.Login(User, Password).Wait())
	boxes, err := c.List("", "*", nil).Collect()
	must(err)
	var names []string
	for _, box := range boxes {
		names = append(names, box.Mailbox)
	}
	if got := strings.Join(names, ", "); !strings.Contains(got, "Entwürfe & Pläne") || len(names) != len(places) {
		t.Errorf("mailboxes are %s", got)
	}
	selected, err := c.Select("INBOX", nil).Wait()
	must(err)
	if selected.NumMessages != 30 {
		t.Errorf("%d messages", selected.NumMessages)
	}
	messages, err := c.Fetch(imap.SeqSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{
		UID: true, Flags: true, Envelope: true, InternalDate: true, RFC822Size: true,
		BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		BodySection:   []*imap.FetchItemBodySection{{Peek: true}},
	}).Collect()
	must(err)
	for _, m := range messages {
		if m.InternalDate.IsZero() || m.InternalDate.After(monday) || !m.Envelope.Date.Equal(m.InternalDate) {
			t.Errorf("INTERNALDATE of message %d is %v, its Date %v", m.SeqNum, m.InternalDate, m.Envelope.Date)
		}
		if body := m.BodySection[0].Bytes; int64(len(body)) != m.RFC822Size {
			t.Errorf("message %d has %d bytes, RFC822.SIZE says %d", m.SeqNum, len(body), m.RFC822Size)
		}
	}
	if got := messages[4].Envelope.Subject; got != "Møte på lørdag?" {
		t.Errorf("subject of 5 is %q", got)
	}
	if to := messages[11].Envelope.To; len(to) != 5 || !to[0].IsGroupStart() || !to[4].IsGroupEnd() {
		t.Errorf("to of 12 is %v", to)
	}
	move, err := c.Move(imap.SeqSetNum(1, 2), "Archive").Wait()
	must(err)
	if got := move.DestUIDs.String(); got != "2:3" {
		t.Errorf("moved to %s", got)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{Body: []string{"TEAPOT"}}, nil).Wait()
	must(err)
	if got := found.All.String(); got != "18" {
		t.Errorf("found %s", got)
	}
	must(c.Logout().Wait())
}

func TestTheSeedIsTheSameForTheSameClock(t *testing.T) {
	one, two := seedDemo(monday, nil), seedDemo(monday, nil)
	for _, p := range places {
		a, b := one.boxes[p.name], two.boxes[p.name]
		if a.validity != b.validity || len(a.messages) != len(b.messages) {
			t.Fatalf("%s differs", p.name)
		}
		for i := range a.messages {
			if string(a.messages[i].raw) != string(b.messages[i].raw) {
				t.Errorf("%s: message %d differs", p.name, i+1)
			}
			if strings.Contains(string(a.messages[i].raw), "{date}") {
				t.Errorf("%s: message %d has a placeholder", p.name, i+1)
			}
		}
	}
}

func TestAddressesOfAnEnvelope(t *testing.T) {
	for field, want := range map[string]string{
		`a@b`:                                `||a|b`,
		`Joe <joe@x.example>, "B, C" <bc@x>`: `Joe||joe|x.example B, C||bc|x`,
		`joe@x.example (Joe (the) plumber)`:  `Joe (the) plumber||joe|x.example`,
		`G: a@b, C <c@d>;, e@f`:              `||G| ||a|b C||c|d ||| ||e|f`,
		`nobody:;`:                           `||nobody| |||`,
		`=?utf-8?q?J=C3=B6rg?= <j@x>`:        `=?utf-8?q?J=C3=B6rg?=||j|x`,
		"\"quo\\\"te\"\r\n <q@x>":            `quo"te||q|x`,
		`<@relay.example,@other:joe@x>`:      `||joe|x`,
		`no-at-sign`:                         `||no-at-sign|missing.invalid`,
		``:                                   ``,
		`, ,`:                                ``,
	} {
		var got []string
		for _, a := range addresses(field) {
			got = append(got, a.Name+"||"+a.Mailbox+"|"+a.Host)
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s\ngot  %s\nwant %s", field, text, want)
		}
	}
}

func TestPatternsOfList(t *testing.T) {
	for _, row := range []struct {
		name, pattern string
		want          bool
	}{
		{"INBOX", "*", true}, {"INBOX", "inbox", true}, {"a/b", "%", false}, {"a/b", "*", true}, {"a/b", "a/%", true},
		{"a/b/c", "a/%", false}, {"a/b/c", "a*c", true}, {"a", "", false}, {"", "", true}, {"abc", "a%c", true}, {"abc", "a%d", false},
		{strings.Repeat("a", 255), strings.Repeat("%*", 15000) + "b", false},
	} {
		if got := matches(row.name, row.pattern); got != row.want {
			t.Errorf("%.20q matches %.20q: %v", row.name, row.pattern, got)
		}
	}
}
