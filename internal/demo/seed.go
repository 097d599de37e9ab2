package demo

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
)

// A story is a sample message.
type story struct {
	mailbox string
	age     time.Duration // of its Date and INTERNALDATE, when the server starts
	flags   string        // separated by spaces
	// text is the message with LF line ends. "{date}" stands for its date; a message
	// without it has no Date field, on purpose.
	text string
}

// A place is a sample mailbox.
type place struct {
	name       string
	use        imap.MailboxAttr // "" for none
	noSelect   bool
	subscribed bool
}

var places = []place{
	{name: "INBOX", subscribed: true},
	{name: "Archive", use: imap.MailboxAttrArchive, subscribed: true},
	{name: "Archive/2024"},
	{name: "Archive/2025", subscribed: true},
	{name: "Customers", noSelect: true},
	{name: "Customers/ACME", subscribed: true},
	{name: "Customers/Müller & Söhne", subscribed: true},
	{name: "Drafts", use: imap.MailboxAttrDrafts, subscribed: true},
	{name: "Entwürfe & Pläne", subscribed: true},
	{name: "Junk", use: imap.MailboxAttrJunk},
	{name: "Lists", subscribed: true},
	{name: "Sent", use: imap.MailboxAttrSent, subscribed: true},
	{name: "Trash", use: imap.MailboxAttrTrash},
}

// seedDemo makes the mailboxes of User. The dates of messages count back from now.
func seedDemo(now time.Time, all *quota) *user {
	u := newUser(uint32(now.Unix()), all)
	for _, p := range places {
		box := u.seed(p.name)
		box.noSelect = p.noSelect
		if p.use != "" {
			box.use = []imap.MailboxAttr{p.use}
		}
		if p.subscribed {
			u.subscribed[p.name] = true
		}
	}
	for _, list := range [][]story{inbox, elsewhere} {
		for _, s := range list {
			u.tell(s, now)
		}
	}
	return u
}

// seedGuest makes the only mailbox of Guest.
func seedGuest(now time.Time, all *quota) *user {
	u := newUser(uint32(now.Unix()), all)
	u.seed("INBOX")
	u.subscribed["INBOX"] = true
	for _, s := range guests {
		u.tell(s, now)
	}
	return u
}

// seed makes a mailbox.
func (u *user) seed(name string) *mailbox {
	box, err := u.createLocked(name)
	if err != nil {
		panic(err) // the samples are within all limits
	}
	return box
}

// told are the texts of all stories, cut where the date belongs. They are made once, for any number of servers.
var told = sync.OnceValue(func() map[string][][]byte {
	samples := strings.NewReplacer("\n", "\r\n", "{log}", nightlyLog(), "{png}", tinyPNG, "{pdf}", tinyPDF)
	all := map[string][][]byte{}
	for _, s := range slices.Concat(inbox, elsewhere, guests) {
		all[s.text] = bytes.Split([]byte(samples.Replace(strings.TrimPrefix(s.text, "\n"))), []byte("{date}"))
	}
	return all
})

// tell appends a story to its mailbox.
func (u *user) tell(s story, now time.Time) {
	date := now.Add(-s.age).Truncate(time.Second)
	text := bytes.Join(told()[s.text], []byte(date.Format("Mon, 02 Jan 2006 15:04:05 -0700")))
	var flags []imap.Flag
	for _, f := range strings.Fields(s.flags) {
		flags = append(flags, imap.Flag(f))
	}
	if _, err := u.boxes[s.mailbox].append(text, date, flags); err != nil {
		panic(err) // as above
	}
}

// guests are the stories of Guest.
var guests = []story{{"INBOX", time.Hour, "", guestWelcome}}

// nightlyLog returns about 200 KB of a log, for a long literal.
func nightlyLog() string {
	var b strings.Builder
	what := []string{"copied", "copied", "copied", "unchanged", "unchanged", "retried, then copied", "looked at twice, unchanged"}
	for i := 1; i <= 3200; i++ {
		fmt.Fprintf(&b, "02:%02d:%02d  /srv/mail/%02x/%04x.eml  %6d bytes  %s\r\n",
			i/60%60, i%60, i%251, i*7919%65536, 700+i*i%90000, what[i*31%len(what)])
	}
	return b.String()
}

// tinyPNG is a red dot, tinyPDF an empty page; both in base64.
const (
	tinyPNG = `iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE
0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==`
	tinyPDF = `JVBERi0xLjEKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9QYWdlcyAyIDAgUj4+ZW5kb2JqCjIgMCBv
Ymo8PC9UeXBlL1BhZ2VzL0tpZHNbMyAwIFJdL0NvdW50IDE+PmVuZG9iagozIDAgb2JqPDwvVHlw
ZS9QYWdlL1BhcmVudCAyIDAgUi9NZWRpYUJveFswIDAgMjAwIDIwMF0+PmVuZG9iagp0cmFpbGVy
PDwvUm9vdCAxIDAgUj4+CiUlRU9GCg==`
)
