package render

import (
	"strings"

	"imapsh/internal/response"
)

// enabled says what an extension changes from here on.
func (x *explainer) enabled(b []byte, v *response.Enabled, lay layout) []byte {
	if len(v.Caps) == 0 {
		return x.say(b, "nothing was enabled that was not before", lay)
	}
	for _, c := range v.Caps {
		if says := enables[strings.ToUpper(string(c))]; says != "" {
			b = x.say(b, says, lay)
		}
	}
	return b
}

// enables is what ENABLE changes, by capability.
var enables = map[string]string{
	"CONDSTORE":       "CONDSTORE: FETCH responses bring MODSEQ (RFC 7162 §3.1)",
	"QRESYNC":         "QRESYNC: expunges come as VANISHED, with UIDs (RFC 7162 §3.2)",
	"UTF8=ACCEPT":     "UTF8=ACCEPT: mailbox names and quoted strings are UTF-8 (RFC 6855 §3)",
	"IMAP4REV2":       "IMAP4rev2: names and strings are UTF-8, no more RECENT, SEARCH is answered with ESEARCH (RFC 9051 §E)",
	"UIDONLY":         "UIDONLY: messages have UIDs alone, FETCH comes as UIDFETCH (RFC 9586)",
	"METADATA":        "METADATA: changes of annotations are told unasked (RFC 5464 §4.4)",
	"METADATA-SERVER": "METADATA-SERVER: changes of the server's annotations are told unasked (RFC 5464 §4.4)",
}
