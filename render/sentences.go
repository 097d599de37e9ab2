package render

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/tagger"
)

// sentences say what each response is, why it came and what to look at next, for people who are learning the
// protocol.
var sentences = map[string]string{
	"greeting":    "The greeting: the server speaks first. OK: you may log in now. The capabilities say how.",
	"PREAUTH":     "The greeting of a server that already knows who you are: you do not need to log in.",
	"BYE":         "The server is about to close the connection, as it also does after LOGOUT.",
	"tagged OK":   "The command with this tag succeeded. The tag says which command it was; the text is for people.",
	"tagged NO":   "The server understood the command, but it failed. The code in brackets, if any, says why.",
	"tagged BAD":  "The server rejected the command: look for a syntax error, or for a command that this state does not allow.",
	"untagged OK": "Information from the server that belongs to no single command; look at the code in brackets.",
	"untagged NO": "A warning: the command may still succeed. Its tagged response says so.",
	"untagged BAD": "The server did not understand something that was sent, and cannot tell which command it belongs to." +
		" Look at the last line sent.",
	"+":          "A continuation request: the server waits for the rest of the command, such as a literal or a SASL response.",
	"CAPABILITY": "What the server can do beyond basic IMAP. The list may change after STARTTLS and after login, so clients ask again.",
	"ENABLED":    "The extensions that ENABLE has enabled for this session.",
	"ID":         "Who the server says it is. Use it for statistics and bug reports; do not rely on it.",
	"NAMESPACE":  "Where mailboxes are: your own, other users' and shared ones, each with prefix and delimiter.",
	"LIST":       "A mailbox: its attributes in parentheses, the hierarchy delimiter, and its name. SELECT opens it.",
	"LSUB":       "A subscribed mailbox; it may not exist.",
	"XLIST":      "Gmail's older form of LIST, with special uses.",
	"STATUS":     "A mailbox's counts, without opening it. Compare UIDNEXT and UIDVALIDITY to find out whether mail has arrived.",
	"SEARCH":     "The messages that match: sequence numbers, or UIDs after UID SEARCH. Use FETCH to read them.",
	"SORT":       "The messages that match, in the requested order.",
	"ESEARCH":    "The result of a search with RETURN, with the tag of that command.",
	"THREAD":     "The messages that match, as conversations: replies follow the message they reply to, grouped by parentheses.",
	"FLAGS":      "The flags of this mailbox; PERMANENTFLAGS lists those that you can change permanently.",
	"EXISTS":     "How many messages are in the mailbox now. The server reports this unasked when new ones arrive.",
	"RECENT":     "How many messages are new to all sessions; removed in IMAP4rev2.",
	"EXPUNGE":    "This message was removed; the numbers of all messages after it go down by one.",
	"VANISHED":   "The messages with these UIDs were removed; replaces EXPUNGE after ENABLE QRESYNC.",
	"FETCH":      "Data of one message: its number, then pairs of name and value. The server also sends it unasked when flags change.",
	"UIDFETCH":   "Data of one message by its UID, after ENABLE UIDONLY.",
	"CONVERTED":  "Parts of a message, converted to the requested format.",
	"QUOTA":      "The usage and the limit of each resource; STORAGE is in units of 1024 bytes.",
	"QUOTAROOT":  "The quota roots of a mailbox; QUOTA shows the limits of each.",
	"ACL":        "Who may do what with a mailbox: pairs of an identifier and letters.",
	"MYRIGHTS":   "What you may do with a mailbox, in letters.",
	"LISTRIGHTS": "The rights that someone always has on a mailbox, and those that can be granted.",
	"METADATA":   "Annotations of a mailbox, or of the server if the name is empty.",
	"ANNOTATION": "Annotations in the form of a draft that preceded METADATA.",
	"GENURLAUTH": "A URL that lets others fetch this part without logging in as you.",
	"URLFETCH":   "The data that a URL names.",
	"LANGUAGE":   "The languages that the server can use for its texts, or the one in use.",
	"COMPARATOR": "How strings are compared in SEARCH and SORT.",
	"other":      "This response is not part of the base protocol: it belongs to an extension, or is unknown.",

	"sent":  "imapsh does not know this command; the server decides what to do with it.",
	"DONE":  "DONE ends IDLE. It has no tag because it is part of that command.",
	"alone": "The rest of a command, or a response to the server's challenge.",
}

// explanation is a sentence, and the key that records that it has been shown.
type explanation struct{ key, text string }

// explanations returns what explains a response: a sentence about its kind, and one about its code.
func explanations(e *tagger.Event) []explanation {
	key := e.Value.Name()
	v, isStatus := e.Value.(*response.Status)
	if isStatus {
		key = statusKey(e, v)
	}
	if sentences[key] == "" {
		key = "other"
	}
	out := []explanation{{key, sentences[key]}}
	if !isStatus || v.Code == nil {
		return out
	}
	c := command.LookupCode(string(v.Code.Name))
	if c != nil && (codes[c.Name] == "" || v.Cond == response.OK && !okCodes[c.Name]) { // otherwise it is explained anyway
		code := explanation{"[" + c.Name + "]", c.Name + ": " + c.Help + " (" + c.RFC + ")."}
		if key == "untagged OK" {
			return []explanation{code} // only its code matters
		}
		out = append(out, code)
	}
	return out
}

func statusKey(e *tagger.Event, v *response.Status) string {
	switch {
	case v.Cond == response.PREAUTH || v.Cond == response.BYE:
		return v.Name()
	case e.Before != nil && !e.Before.Greeted && v.Tag == nil:
		return "greeting"
	case v.Tag == nil:
		return "untagged " + v.Name()
	}
	return "tagged " + v.Name()
}

// meet sets the explanation of a response: the sentences that this session has not shown yet.
func (x *explainer) meet(e *tagger.Event) {
	x.news = ""
	for _, says := range explanations(e) {
		x.news = strings.TrimLeft(x.news+" "+x.once(says), " ")
	}
}

// once returns a sentence the first time, and "" after that.
func (x *explainer) once(says explanation) string {
	if x.said[says.key] {
		return ""
	}
	if x.said == nil {
		x.said = map[string]bool{}
	}
	x.said[says.key] = true
	return says.text
}

// explain appends the explanation of a response.
func (x *explainer) explain(b []byte, lay layout) []byte {
	if x.news == "" {
		return b
	}
	return x.say(b, x.news, lay)
}

// explainSent appends the sentence about a line that is sent, with its secrets masked, unless this session has shown it.
func (x *explainer) explainSent(b, text []byte, lay layout) []byte {
	says := explanationOfSent(string(bytes.TrimRight(text, "\r\n")))
	if says.text = x.once(says); says.text == "" {
		return b
	}
	return x.say(b, says.text, lay)
}

// explanationOfSent returns what explains a line that is sent.
func explanationOfSent(line string) explanation {
	_, rest, ok := strings.Cut(line, " ")
	switch {
	case line == "" || line[0] == ' ':
		return explanation{} // it continues after a literal
	case !ok && strings.EqualFold(line, "DONE"):
		return explanation{"DONE", sentences["DONE"]}
	case !ok:
		return explanation{"alone", sentences["alone"]}
	}
	c := command.MatchLine(rest).Command
	if c == nil {
		return explanation{"sent", sentences["sent"]}
	}
	says := c.Name + ": " + c.Summary + "."
	if c.Answer != "" {
		says += " The server answers: " + c.Answer + "."
	}
	return explanation{"C: " + c.Name, says}
}
