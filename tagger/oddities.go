package tagger

import "imapsh/internal/wire"

// oddities are the deviations that only show in the exchange, not in one response.
var oddities = map[string]wire.Oddity{
	"unknown-tag": {
		Text: "no command with this tag is in flight",
		Rule: `response-tagged = tag SP resp-cond-state CRLF`,
		RFC:  "RFC 9051 §2.2.2",
	},
	"unexpected-continuation": {
		Text: "a continuation request that no command waits for",
		Rule: `continue-req = "+" SP (resp-text / base64) CRLF`,
		RFC:  "RFC 9051 §7.6",
	},
}

func oddity(name string, off int64) wire.Oddity {
	o := oddities[name]
	o.Name, o.Off = name, off
	return o
}
