package response

import "imapsh/internal/wire"

// Deviations is the table of what decoders tolerate: what can be seen only by who knows which
// piece must stand where. Framer and parser have their own.
func Deviations() []wire.Deviation { return deviations }

var deviations = []wire.Deviation{
	{Name: "string-expected",
		Text: "a string or NIL must stand here",
		Rule: `nstring = string / nil`,
		RFC:  "RFC 9051 §9"},
	{Name: "list-expected",
		Text: "a parenthesized list must stand here",
		Rule: `flag-list = "(" [flag *(SP flag)] ")"`,
		RFC:  "RFC 9051 §9"},
	{Name: "number-expected",
		Text: "a number must stand here",
		Rule: `number = 1*DIGIT`,
		RFC:  "RFC 9051 §9"},
	{Name: "number-too-large",
		Text: "the number is larger than the grammar allows",
		Rule: `number = 1*DIGIT ; unsigned 32-bit (number64: 63-bit)`,
		RFC:  "RFC 9051 §9"},
	{Name: "bad-delimiter",
		Text: "a hierarchy delimiter is one character or NIL",
		Rule: `mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox`,
		RFC:  "RFC 9051 §9"},
	{Name: "missing-mailbox",
		Text: "the mailbox name is missing",
		Rule: `mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox`,
		RFC:  "RFC 9051 §9"},
	{Name: "data-after-end",
		Text: "the response has more than its grammar allows",
		Rule: `response-data = "*" SP (…) CRLF`,
		RFC:  "RFC 9051 §9"},
	{Name: "short-envelope",
		Text: "an envelope has ten fields, some are missing here",
		Rule: `envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"`,
		RFC:  "RFC 9051 §9"},
	{Name: "long-envelope",
		Text: "an envelope has ten fields, here are more",
		Rule: `envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"`,
		RFC:  "RFC 9051 §9"},
	{Name: "address-list-expected",
		Text: "a list of addresses or NIL must stand here",
		Rule: `env-from = "(" 1*address ")" / nil`,
		RFC:  "RFC 9051 §9"},
	{Name: "empty-address-list",
		Text: "an address list without addresses must be NIL",
		Rule: `env-from = "(" 1*address ")" / nil`,
		RFC:  "RFC 9051 §9"},
	{Name: "bad-address",
		Text: "an address has four fields: name, route, mailbox, host",
		Rule: `address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`,
		RFC:  "RFC 9051 §9"},
	{Name: "item-without-value",
		Text: "a message attribute or status item has no value",
		Rule: `msg-att-static = "ENVELOPE" SP envelope / "INTERNALDATE" SP date-time / …`,
		RFC:  "RFC 9051 §9"},
	{Name: "bad-date",
		Text: "this is not a date-time",
		Rule: `date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE`,
		RFC:  "RFC 9051 §9"},
	{Name: "day-without-blank",
		Text: "the day of the month has two columns, the first a blank where it has one digit",
		Rule: `date-day-fixed = (SP DIGIT) / 2DIGIT`,
		RFC:  "RFC 9051 §9"},
	{Name: "bad-namespace",
		Text: "NAMESPACE has three parts: personal, other users', shared",
		Rule: `namespace-response = "NAMESPACE" SP namespace SP namespace SP namespace`,
		RFC:  "RFC 9051 §6.3.10"},
	{Name: "odd-id",
		Text: "ID has a field name without a value",
		Rule: `id-params-list = "(" *(string SP nstring) ")" / nil`,
		RFC:  "RFC 2971 §4"},
}

var oddities = func() map[string]wire.Deviation {
	m := map[string]wire.Deviation{}
	for _, d := range deviations {
		m[d.Name] = d
	}
	return m
}()
