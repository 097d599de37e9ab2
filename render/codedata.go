package render

import (
	"bytes"

	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/tagger"
)

// codeData explains the arguments of response codes: each function appends a sentence, or nothing if the
// arguments are not valid.
var codeData = map[string]func(v []byte, c *response.Code, e *tagger.Event) []byte{
	"APPENDUID": appendAppended,
	"COPYUID":   appendCopied,
	"MODIFIED":  appendModified,
}

// appendAppended says which UIDs are in APPENDUID (RFC 4315 §3; several after MULTIAPPEND).
func appendAppended(v []byte, c *response.Code, _ *tagger.Event) []byte {
	if len(c.Words) != 2 {
		return v
	}
	if n := response.SetSize(c.Words[1]); n == 1 {
		v = append(v, "the new message has UID "...)
	} else {
		v = append(text.AppendPlural(v, n, "new message has UID", "new messages have UIDs"), ' ')
	}
	v = appendSomeOf(v, c.Words[1])
	return append(append(v, ", validity "...), c.Words[0]...)
}

// appendCopied says which UIDs messages have in the mailbox that they were copied to (RFC 4315 §3).
func appendCopied(v []byte, c *response.Code, e *tagger.Event) []byte {
	if len(c.Words) != 3 {
		return v
	}
	from, to := c.Words[1], c.Words[2]
	n := response.SetSize(from)
	verb := " copied: "
	if e.Command != nil && e.Command.Match.Row().Expunges {
		verb = " moved: "
	}
	v = append(text.AppendPlural(v, n, "message", "messages"), verb...)
	is := " is "
	if n == 1 {
		v = append(v, "UID "...)
	} else {
		v, is = append(v, "UIDs "...), " are "
	}
	v = append(appendSomeOf(v, from), is...)
	v = append(appendSomeOf(v, to), " there, validity "...)
	return append(v, c.Words[0]...)
}

// setShown is how many bytes of a set are shown in a sentence.
const setShown = 40

// appendSomeOf appends a set, or its beginning if it is long.
func appendSomeOf(v, set []byte) []byte {
	if len(set) <= setShown {
		return append(v, set...)
	}
	head := set[:setShown]
	return append(append(v, head[:bytes.LastIndexByte(head, ',')+1]...), "…"...)
}

// appendModified says which messages a conditional STORE did not change (RFC 7162 §3.1.3).
func appendModified(v []byte, c *response.Code, e *tagger.Event) []byte {
	if len(c.Words) != 1 {
		return v
	}
	what := [2]string{"message ", "messages "}
	if e.Command != nil && e.Command.Match.ByUID() {
		what = [2]string{"UID ", "UIDs "}
	}
	if response.SetSize(c.Words[0]) == 1 {
		return append(appendSomeOf(append(v, what[0]...), c.Words[0]), " has changed since then; this command did not change it"...)
	}
	return append(appendSomeOf(append(v, what[1]...), c.Words[0]), " have changed since then; this command did not change them"...)
}
