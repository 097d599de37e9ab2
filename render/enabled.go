package render

import (
	"strings"

	"imapsh/internal/response"
)

// enabled says what an extension changes from now on.
func (x *explainer) enabled(b []byte, v *response.Enabled, lay layout) []byte {
	if len(v.Caps) == 0 {
		return x.sayNothing(b, "nothing new was enabled", lay)
	}
	for _, c := range v.Caps {
		if says := enables[strings.ToUpper(string(c))]; says != "" {
			b = x.say(b, says, lay)
		}
	}
	return b
}

// enables says what ENABLE changes, by capability.
var enables = map[string]string{
	"CONDSTORE":       "CONDSTORE: FETCH responses include MODSEQ (RFC 7162 §3.1)",
	"QRESYNC":         "QRESYNC: the server sends VANISHED with UIDs in place of EXPUNGE (RFC 7162 §3.2)",
	"UTF8=ACCEPT":     "UTF8=ACCEPT: mailbox names and quoted strings are UTF-8 (RFC 6855 §3)",
	"IMAP4REV2":       "IMAP4rev2: names and strings are UTF-8, RECENT is gone, ESEARCH replaces SEARCH (RFC 9051 §E)",
	"UIDONLY":         "UIDONLY: messages have only UIDs, UIDFETCH replaces FETCH (RFC 9586)",
	"METADATA":        "METADATA: the server reports changed annotations unasked (RFC 5464 §4.4)",
	"METADATA-SERVER": "METADATA-SERVER: the server reports its own changed annotations unasked (RFC 5464 §4.4)",
}
