package wire

import "fmt"

// A Deviation is a row of a table of oddities: one way in which servers leave the
// grammar and are understood all the same.
type Deviation struct {
	Name string // "bare-lf"
	Text string // what is wrong, for people; %-verbs take the arguments of At
	Rule string // the ABNF rule that is broken
	RFC  string // where the rule stands: "RFC 9051 §9"
}

// At is the oddity of this row at an offset in Frame.Raw. The arguments must not bring bytes of the
// server unescaped.
func (d Deviation) At(off int, args ...any) Oddity {
	text := d.Text
	if len(args) > 0 {
		text = fmt.Sprintf(d.Text, args...)
	}
	return Oddity{Name: d.Name, Off: int64(off), Text: text, Rule: d.Rule, RFC: d.RFC}
}

// Deviations is the table of what the framer and the parser find. What
// a value means is judged elsewhere, with rows of the same kind.
func Deviations() []Deviation { return deviations[:] }

// NewOddity is an oddity of the table by its name; args fill its sentence.
func NewOddity(name string, off int, args ...any) Oddity {
	for i := range deviations {
		if deviations[i].Name == name {
			return deviations[i].At(off, args...)
		}
	}
	return Deviation{Name: name, Text: "the response leaves the grammar", Rule: "response = *(continue-req / response-data) response-done", RFC: "RFC 9051 §9"}.At(off)
}

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

var deviations = [...]Deviation{
	// Of the framer.
	{"bare-lf", "the line ends in LF without CR", "CRLF = CR LF", "RFC 5234 §B.1"},
	{"bad-literal-size", "the line ends like the announcement of a literal, but its size is no number that fits; read as text", ruleLiteral, rfc9051},
	{"unfinished", "the stream ended within the response; %s had not come", ruleLine, rfc9051},

	// Of any text.
	{"bare-cr", "CR without LF", ruleText, rfc9051},
	{"nul", "a NUL", "CHAR = %x01-7F", "RFC 5234 §B.1"},
	{"bad-utf8", "the bytes are not UTF-8", "UTF8-CHAR = UTF8-1 / UTF8-2 / UTF8-3 / UTF8-4", "RFC 3629 §4"},
	{"8bit-in-quoted", "an 8-bit byte in a quoted string; UTF-8 is for sessions that enabled IMAP4rev2 or UTF8=ACCEPT", ruleQuoted, rfc9051},
	{"8bit-in-text", "an 8-bit byte in the text of a response; UTF-8 is for sessions that enabled IMAP4rev2", "text = 1*TEXT-CHAR", rfc3501},
	{"8bit-in-atom", "an 8-bit byte outside a quoted string or literal", ruleAtom, rfc9051},
	{"control-in-atom", "a control character outside a quoted string or literal", ruleAtom, rfc9051},
	{"bad-atom-char", "%s must not stand in an atom", ruleAtom, rfc9051},

	// Of the line.
	{"empty-line", "a line with nothing on it", ruleLine, rfc9051},
	{"leading-blank", "the line begins with a blank", ruleLine, rfc9051},
	{"trailing-blank", "a blank before the line end", ruleLine, rfc9051},
	{"double-blank", "%d blanks where one must stand", "SP = %x20", "RFC 5234 §B.1"},
	{"blank-in-list", "a blank next to a parenthesis inside a list", `flag-list = "(" [flag *(SP flag)] ")"`, rfc9051},
	{"missing-blank", "no blank before the next value", "SP = %x20", "RFC 5234 §B.1"},

	// Of its first words.
	{"bad-tag", "the first word can be no tag", `tag = 1*<any ASTRING-CHAR except "+">`, rfc9051},
	{"missing-condition", "OK, NO or BAD must follow a tag", "response-tagged = tag SP resp-cond-state CRLF", rfc9051},
	{"missing-data", `nothing follows the "*"`, ruleLine, rfc9051},
	{"missing-text", "no text for people; it may be empty in IMAP4rev2 alone, and the blank before it never", ruleStatus, rfc3501},
	{"bare-plus", `no blank follows the "+"`, `continue-req = "+" SP (resp-text / base64) CRLF`, rfc9051},
	{"unclosed-code", `the response code has no "]"; read as text`, `resp-text = ["[" resp-text-code "]" SP] [text]`, rfc9051},

	// Of values.
	{"unterminated-quote", "the quoted string does not end on its line", ruleQuoted, rfc9051},
	{"bad-escape", `a backslash before what needs none`, `QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials`, rfc9051},
	{"nonsync-literal", `a server's literal has no "+"`, ruleLiteral, rfc9051},
	{"nul-in-literal", "a NUL in a literal that is not a literal8", "CHAR8 = %x01-ff", rfc9051},
	{"unbalanced-close", `a ")" without its "("`, `msg-att = "(" (…) *(SP (…)) ")"`, rfc9051},
	{"unbalanced-open", `%d "(" without ")", the last at byte %d`, `msg-att = "(" (…) *(SP (…)) ")"`, rfc9051},
	{"unclosed-section", `a "[" without its "]"`, `section = "[" [section-spec] "]"`, rfc9051},
	{"data-after-last-parenthesis", "the response goes on behind its last parenthesis", `message-data = nz-number SP ("EXPUNGE" / ("FETCH" SP msg-att))`, rfc9051},
}
