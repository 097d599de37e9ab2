package wire

// Deviations returns what the framer and the parser can report. What a value means is checked by other
// packages, with tables of the same kind.
func Deviations() []Deviation { return deviations.Rows() }

const (
	waits   = "clients that look for CRLF wait forever"
	garbles = "clients may show wrong characters"
	cStops  = "clients in C may stop reading there"
)

const (
	rfc9051 = "RFC 9051 §9"
	rfc3501 = "RFC 3501 §9"

	ruleAtom    = `ATOM-CHAR = <any CHAR except atom-specials>`
	ruleQuoted  = `quoted = DQUOTE *QUOTED-CHAR DQUOTE`
	ruleText    = `TEXT-CHAR = <any CHAR except CR and LF>`
	ruleLine    = `response-data = "*" SP (…) CRLF`
	ruleLiteral = `literal = "{" number64 ["+"] "}" CRLF *CHAR8`
	ruleStatus  = `resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text`
)

var deviations = NewTable([]Deviation{
	// Reported by the framer.
	{"bare-lf", "the line ends with LF instead of CRLF", "CRLF = CR LF", "RFC 5234 §B.1", waits},
	{"bad-literal-size", "the line ends like the announcement of a literal, but the size is not a valid number; read as text", ruleLiteral, rfc9051, "clients that read it as a literal wait for bytes that never arrive"},
	{"unfinished", "%s before the end of the response: %s did not arrive%s", ruleLine, rfc9051, "clients see a lost connection, and may show part of the response"},

	// In any text.
	{"bare-cr", "CR without LF", ruleText, rfc9051, garbles},
	{"nul", "a NUL", "CHAR = %x01-7F", "RFC 5234 §B.1", cStops},
	{"bad-utf8", "the bytes are not UTF-8", "UTF8-CHAR = UTF8-1 / UTF8-2 / UTF8-3 / UTF8-4", "RFC 3629 §4", garbles},
	{"8bit-in-quoted", "an 8-bit byte in a quoted string; UTF-8 is allowed only after IMAP4rev2 or UTF8=ACCEPT is enabled", ruleQuoted, rfc9051, garbles},
	{"8bit-in-text", "an 8-bit byte in the text of a response; UTF-8 is allowed only after IMAP4rev2 is enabled", "text = 1*TEXT-CHAR", rfc3501, garbles},
	{"8bit-in-atom", "an 8-bit byte outside a quoted string or literal", ruleAtom, rfc9051, DropsAll},
	{"control-in-atom", "a control character outside a quoted string or literal", ruleAtom, rfc9051, DropsAll},
	{"bad-atom-char", "%s is not allowed in an atom", ruleAtom, rfc9051, DropsAll},

	// In the line.
	{"empty-line", "an empty line", ruleLine, rfc9051, "strict clients close the connection"},
	{"leading-blank", "a space at the start of the line", ruleLine, rfc9051, DropsAll},
	{"trailing-blank", "a space at the end of the line", ruleLine, rfc9051, "clients that split at spaces see an empty word"},
	{"double-blank", "%d spaces where one is required", "SP = %x20", "RFC 5234 §B.1", DropsAll},
	{"blank-in-list", "a space just inside a parenthesis or bracket", `flag-list = "(" [flag *(SP flag)] ")"`, rfc9051, DropsAll},
	{"missing-blank", "no space before the next value", "SP = %x20", "RFC 5234 §B.1", DropsAll},

	// In its first words.
	{"bad-tag", "the first word is not a valid tag", `tag = 1*<any ASTRING-CHAR except "+">`, rfc9051, "clients close the connection, or keep waiting for the response"},
	{"missing-condition", "OK, NO or BAD is required after a tag", "response-tagged = tag SP resp-cond-state CRLF", rfc9051, "clients keep waiting for the response"},
	{"missing-data", `nothing follows the "*"`, ruleLine, rfc9051, DropsAll},
	{"missing-text", "the text is missing; only IMAP4rev2 allows an empty text, and never without the space before it", ruleStatus, rfc3501, "strict clients drop the response, or keep waiting for it"},
	{"bare-plus", `no space after the "+"`, `continue-req = "+" SP (resp-text / base64) CRLF`, rfc9051, "strict clients keep waiting and never send the rest"},
	{"unclosed-code", `the response code has no "]"; read as text`, `resp-text = ["[" resp-text-code "]" SP] [text]`, rfc9051, "clients treat the code as text, or drop the response"},

	{"bad-code-name", "the name of a response code must be an atom, followed by a space or the bracket", `resp-text-code = "ALERT" / (…) / atom [SP 1*<any TEXT-CHAR except "]">]`, rfc9051, "strict clients drop the complete response, others treat the code as text"},

	// In values.
	{"unterminated-quote", "the quoted string does not end on its line", ruleQuoted, rfc9051, DropsAll},
	{"bad-escape", `a backslash before a character that must not be escaped`, `QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials`, rfc9051, "clients keep the backslash, or drop the response"},
	{"nonsync-literal", `a literal from the server must not have "+"`, ruleLiteral, rfc9051, DropsAll},
	{"nul-in-literal", "a NUL in a literal that is not a literal8", "CHAR8 = %x01-ff", rfc9051, cStops},
	{"unbalanced-close", `a ")" without its "("`, `msg-att = "(" (…) *(SP (…)) ")"`, rfc9051, DropsAll},
	{"unbalanced-open", `%d "(" without ")", the last at byte %d`, `msg-att = "(" (…) *(SP (…)) ")"`, rfc9051, DropsAll},
	{"unclosed-section", `a "[" without its "]"`, `section = "[" [section-spec] "]"`, rfc9051, DropsAll},
	{"data-after-last-parenthesis", "extra data after the last parenthesis", `message-data = nz-number SP ("EXPUNGE" / ("FETCH" SP msg-att))`, rfc9051, DropsAll},
})
