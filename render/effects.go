package render

import (
	"strconv"

	"imapsh/internal/response"
	"imapsh/tagger"
)

// What oddities do to clients, by name.
const (
	dropsAll  = "strict clients drop the whole response"
	waits     = "clients that look for CRLF wait for ever"
	garbles   = "clients may show other characters than were meant"
	unnamable = "clients cannot name the mailbox by what they show, and may not find it"
)

var effects = map[string]string{
	"bare-lf":                   waits,
	"bad-literal-size":          "clients that read it as a literal wait for octets that never come",
	"bare-cr":                   garbles,
	"nul":                       "clients in C may stop reading there",
	"nul-in-literal":            "clients in C may stop reading there",
	"bad-utf8":                  garbles,
	"8bit-in-quoted":            garbles,
	"8bit-in-text":              garbles,
	"8bit-in-atom":              dropsAll,
	"bad-atom-char":             dropsAll,
	"control-in-atom":           dropsAll,
	"double-blank":              dropsAll,
	"blank-in-list":             dropsAll,
	"missing-blank":             dropsAll,
	"unterminated-quote":        dropsAll,
	"unbalanced-open":           dropsAll,
	"unbalanced-close":          dropsAll,
	"unclosed-section":          dropsAll,
	"string-expected":           dropsAll,
	"list-expected":             dropsAll,
	"number-expected":           dropsAll,
	"number-too-large":          "clients drop the response, or read another number",
	"zero-number":               "clients may end the connection: no message has this number",
	"zero-value":                "clients may end the connection, or keep nothing of this mailbox",
	"wrong-code-arguments":      "clients do not learn the UIDs",
	"item-without-value":        dropsAll,
	"envelope-expected":         dropsAll,
	"literal-for-quoted":        dropsAll,
	"wrong-esearch-value":       dropsAll,
	"object-id-expected":        dropsAll,
	"bad-thread":                dropsAll,
	"lone-thread":               dropsAll,
	"bad-quota":                 dropsAll,
	"bad-quota-list":            dropsAll,
	"short-envelope":            dropsAll,
	"long-envelope":             dropsAll,
	"address-list-expected":     dropsAll,
	"empty-address-list":        dropsAll,
	"bad-address":               dropsAll,
	"bad-mailbox-name":          unnamable,
	"missing-mailbox":           dropsAll,
	"body-expected":             dropsAll,
	"empty-body":                dropsAll,
	"nil-media-type":            dropsAll,
	"nil-media-subtype":         dropsAll,
	"nil-encoding":              dropsAll,
	"short-body":                dropsAll,
	"multipart-without-subtype": dropsAll,
	"message-without-envelope":  dropsAll,
	"bad-body-parameters":       dropsAll,
	"bad-disposition":           dropsAll,
	"bad-date":                  "clients show no date of arrival, or the wrong one",

	"uidvalidity-changed":    "clients forget all they knew of the mailbox and fetch it anew",
	"expunge-not-allowed":    "clients that number messages by counting take one message for another",
	"sequence-beyond-exists": "clients drop the response, or end the connection",
	"uid-above-uidnext":      "clients that ask for UIDs from UIDNEXT on miss messages",
	"uids-not-ascending":     "clients that search UIDs by halves do not find messages",
	"no-exists":              "clients do not know how many messages there are",
	"no-uidvalidity":         "clients cannot keep what they fetched: UIDs may mean other messages next time",
	"no-flags":               "clients do not know which flags there are",
	"logout-without-bye":     "clients may take it for a lost connection",

	"unfinished":                  "clients see a lost connection, and may show what came of the response",
	"empty-line":                  "strict clients end the connection",
	"leading-blank":               dropsAll,
	"trailing-blank":              "clients that split at blanks find an empty word",
	"bad-tag":                     "clients end the connection, or wait on for their answer",
	"missing-condition":           "clients wait on for their answer",
	"missing-data":                dropsAll,
	"missing-text":                "strict clients drop the response, or wait on for their answer",
	"bare-plus":                   "strict clients wait on, and never send the rest",
	"unclosed-code":               "clients take the code for text, or drop the response",
	"bad-escape":                  "clients keep the backslash, or drop the response",
	"nonsync-literal":             dropsAll,
	"data-after-last-parenthesis": dropsAll,

	"unknown-tag":               "clients end the connection, or wait on for the answer that was meant",
	"unexpected-continuation":   "clients end the connection, or send a literal too early the next time",
	"bad-delimiter":             "clients take the hierarchy for another one, or drop the mailbox",
	"data-after-end":            dropsAll,
	"day-without-blank":         "strict clients show no date of arrival",
	"bad-namespace":             "clients look for mailboxes in the wrong place",
	"empty-code":                "strict clients drop the response, others show the brackets as text",
	"odd-id":                    dropsAll,
	"identifier-without-rights": dropsAll,
	"missing-rights":            dropsAll,
	"entry-without-value":       dropsAll,
}

// effectOf is the effect of an oddity, and on which message; "" where none is known.
func effectOf(name string, e *tagger.Event) string {
	effect := effects[name]
	f, ok := e.Value.(*response.Fetch)
	if effect != dropsAll || !ok || f.Seq == 0 {
		return effect
	}
	return effect + ", here message " + strconv.FormatUint(uint64(f.Seq), 10)
}
