package command

import "testing"

func TestAfterANOTheMailboxThatWasProbablyMeantIsNamed(t *testing.T) {
	t.Parallel()
	none := &View{State: Authenticated}
	flat := &View{State: Authenticated, Delim: '/', Mailboxes: []string{"INBOX", "Sent", "Entw&APw-rfe", "Archive", "Archive/2026", "Two Words"}}
	below := &View{State: Authenticated, Delim: '.', Mailboxes: []string{"INBOX", "INBOX.Sent", "INBOX.Archive.2026"}}
	namespaces := &View{State: Authenticated, Caps: map[string]bool{"NAMESPACE": true}}
	prefix := &View{State: Authenticated, Delim: '.', Prefix: "INBOX."}
	for name, row := range map[string]struct {
		line, code string
		v          *View
		want       string
	}{
		"nothing is known":                      {"SELECT Sent", "", none, listShows},
		"nothing is known, with a code":         {"COPY 1 Sent", "TRYCREATE", none, listShows},
		"nothing is known, and it may be quota": {"COPY 1 Sent", "", none, ""},
		"another code":                          {"SELECT Sent", "NOPERM", flat, ""},
		"a letter is missing":                   {"SELECT Sen", "NONEXISTENT", flat, "did you mean Sent?"},
		"letters are swapped":                   {"STATUS Snet (MESSAGES)", "", flat, "did you mean Sent?"},
		"a name to encode":                      {"SELECT Entw&APw-rf", "", flat, "did you mean Entwürfe?"},
		"a name to quote":                       {"COPY 1 TwoWords", "TRYCREATE", flat, `did you mean "Two Words"?`},
		"a name below another":                  {"SELECT 2026", "", flat, "did you mean Archive/2026?"},
		"another delimiter":                     {"SELECT Archive.2026", "", flat, "did you mean Archive/2026?"},
		"a name below INBOX":                    {"EXAMINE Sent", "", below, "did you mean INBOX.Sent?"},
		"a name below INBOX, another delimiter": {"EXAMINE INBOX/Sent", "", below, "did you mean INBOX.Sent?"},
		"only the prefix is known":              {"EXAMINE Sent", "", prefix, `your mailboxes begin with "INBOX." here: INBOX.Sent`},
		"it begins with the prefix":             {"EXAMINE INBOX.Sent", "", prefix, listShows},
		"INBOX, only the prefix is known":       {"SELECT INBOX", "", prefix, listShows},
		"it was listed":                         {"SELECT inbox", "", flat, `LIST showed inbox: perhaps you have no right to open it, or its line has \Noselect`},
		"it was listed, and is not opened":      {"COPY 1 Sent", "", flat, ""},
		"nothing is like it":                    {"SELECT Zzz", "", flat, ""},
		"it is selected":                        {"STATUS Sent (MESSAGES)", "", &View{State: Selected, Mailbox: "Sent"}, ""},
		"the old name":                          {"RENAME Snt Other", "NONEXISTENT", flat, "did you mean Sent?"},
		"a new name":                            {"CREATE Snt", "", flat, ""},
		"a new name outside the prefix":         {"CREATE Snt", "NOPERM", prefix, `your mailboxes begin with "INBOX." here: INBOX.Snt`},
		"a new name, nothing is known":          {"CREATE Snt", "", namespaces, namespaceShows},
		"a new name, LIST was answered":         {"CREATE Snt", "", &View{Caps: namespaces.Caps, Delim: '.'}, ""},
		"a new name, no namespaces are offered": {"CREATE Snt", "", none, ""},
		"a new name that is impossible":         {"CREATE a..b", "CANNOT", namespaces, ""},
		"a new name that exists":                {"CREATE Snt", "ALREADYEXISTS", namespaces, ""},
		"a similar name below the prefix":       {"EXAMINE Snt", "", &View{Delim: '.', Prefix: "INBOX.", Mailboxes: below.Mailboxes}, "did you mean INBOX.Sent?"},
		"a pattern":                             {`LIST "" Snt`, "", flat, ""},
		"no mailbox":                            {"NOOP", "", flat, ""},
		"a literal":                             {"SELECT {3}", "", flat, ""},
		"the server itself, which has no name":  {`GETMETADATA "" /private/comment`, "NONEXISTENT", flat, ""},
		"a line that does not fit the grammar":  {"SELECT", "", flat, ""},
		"an unknown command":                    {"FROBNICATE Snt", "", flat, ""},
		"a name with what acts on a terminal":   {"SELECT Sent", "", &View{Delim: '/', Mailboxes: []string{"\x1b]0;x\x07/Sent"}}, `did you mean \x1b]0;x\x07/Sent?`},
	} {
		t.Run(name, func(t *testing.T) {
			m := MatchLine(row.line)
			if got := m.Missing(row.code, row.v); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
