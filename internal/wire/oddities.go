package wire

// Deviations returns what the framer and the parser find. What a value means is judged elsewhere,
// with tables of the same kind.
func Deviations() []Deviation { return deviations.Rows() }

const (
	waits   = "clients that look for CRLF wait for ever"
	garbles = "clients may show other characters than were meant"
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
	// Of the framer.
	{"bare-lf", "the line ends in LF without CR", "CRLF = CR LF", "RFC 5234 §B.1", waits},
	{"bad-literal-size", "the line ends like the announcement of a literal, but its size is no number that fits; read as text", ruleLiteral, rfc9051, "clients that read it as a literal wait for octets that never come"},
	{"unfinished", "%s within the response; %s had not come%s", ruleLine, rfc9051, "clients see a lost connection, and may show what came of the response"},

	// Of any text.
	{"bare-cr", "CR without LF", ruleText, rfc9051, garbles},
	{"nul", "a NUL", "CHAR = %x01-7F", "RFC 5234 §B.1", cStops},
	{"bad-utf8", "the bytes are not UTF-8", "UTF8-CHAR = UTF8-1 / UTF8-2 / UTF8-3 / UTF8-4", "RFC 3629 §4", garbles},
	{"8bit-in-quoted", "an 8-bit byte in a quoted string; UTF-8 is for sessions that enabled IMAP4rev2 or UTF8=ACCEPT", ruleQuoted, rfc9051, garbles},
	{"8bit-in-text", "an 8-bit byte in the text of a response; UTF-8 is for sessions that enabled IMAP4rev2", "text = 1*TEXT-CHAR", rfc3501, garbles},
	{"8bit-in-atom", "an 8-bit byte outside a quoted string or literal", ruleAtom, rfc9051, DropsAll},
	{"control-in-atom", "a control character outside a quoted string or literal", ruleAtom, rfc9051, DropsAll},
	{"bad-atom-char", "%s must not stand in an atom", ruleAtom, rfc9051, DropsAll},

	// Of the line.
	{"empty-line", "a line with nothing on it", ruleLine, rfc9051, "strict clients end the connection"},
	{"leading-blank", "the line begins with a blank", ruleLine, rfc9051, DropsAll},
	{"trailing-blank", "a blank before the line end", ruleLine, rfc9051, "clients that split at blanks find an empty word"},
	{"double-blank", "%d blanks where one must stand", "SP = %x20", "RFC 5234 §B.1", DropsAll},
	{"blank-in-list", "a blank just inside a parenthesis or bracket", `flag-list = "(" [flag *(SP flag)] ")"`, rfc9051, DropsAll},
	{"missing-blank", "no blank before the next value", "SP = %x20", "RFC 5234 §B.1", DropsAll},

	// Of its first words.
	{"bad-tag", "the first word can be no tag", `tag = 1*<any ASTRING-CHAR except "+">`, rfc9051, "clients end the connection, or wait on for their answer"},
	{"missing-condition", "OK, NO or BAD must follow a tag", "response-tagged = tag SP resp-cond-state CRLF", rfc9051, "clients wait on for their answer"},
	{"missing-data", `nothing follows the "*"`, ruleLine, rfc9051, DropsAll},
	{"missing-text", "no text for people; it may be empty in IMAP4rev2 alone, and the blank before it never", ruleStatus, rfc3501, "strict clients drop the response, or wait on for their answer"},
	{"bare-plus", `no blank follows the "+"`, `continue-req = "+" SP (resp-text / base64) CRLF`, rfc9051, "strict clients wait on, and never send the rest"},
	{"unclosed-code", `the response code has no "]"; read as text`, `resp-text = ["[" resp-text-code "]" SP] [text]`, rfc9051, "clients take the code for text, or drop the response"},

	{"bad-code-name", "the name of a response code is an atom, and a blank or the bracket follows it", `resp-text-code = "ALERT" / (…) / atom [SP 1*<any TEXT-CHAR except "]">]`, rfc9051, "strict clients drop the whole response, others take the code for text"},

	// Of values.
	{"unterminated-quote", "the quoted string does not end on its line", ruleQuoted, rfc9051, DropsAll},
	{"bad-escape", `a backslash before what needs none`, `QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials`, rfc9051, "clients keep the backslash, or drop the response"},
	{"nonsync-literal", `a server's literal has no "+"`, ruleLiteral, rfc9051, DropsAll},
	{"nul-in-literal", "a NUL in a literal that is not a literal8", "CHAR8 = %x01-ff", rfc9051, cStops},
	{"unbalanced-close", `a ")" without its "("`, `msg-att = "(" (…) *(SP (…)) ")"`, rfc9051, DropsAll},
	{"unbalanced-open", `%d "(" without ")", the last at byte %d`, `msg-att = "(" (…) *(SP (…)) ")"`, rfc9051, DropsAll},
	{"unclosed-section", `a "[" without its "]"`, `section = "[" [section-spec] "]"`, rfc9051, DropsAll},
	{"data-after-last-parenthesis", "the response goes on after its last parenthesis", `message-data = nz-number SP ("EXPUNGE" / ("FETCH" SP msg-att))`, rfc9051, DropsAll},
})
