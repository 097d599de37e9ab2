package render

import (
	"bytes"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/tagger"
)

// sentences are what each response is, why it came and what to look at next, for someone who
// learns the protocol.
var sentences = map[string]string{
	"greeting":    "The greeting: the server speaks first. OK means: log in now; look for CAPABILITY to see how.",
	"PREAUTH":     "The greeting of a server that knows who you are already: no login is needed.",
	"BYE":         "The server is about to close the connection; it says so before it does, and after LOGOUT.",
	"tagged OK":   "The command with this tag has been done. The tag is how you know which one; the text is for people.",
	"tagged NO":   "The command was understood, and could not be done. The code in brackets, if any, says why.",
	"tagged BAD":  "The server did not understand the command: look for a wrong word, or a command this state does not allow.",
	"untagged OK": "News from the server, of no one command; what counts is the code in brackets.",
	"untagged NO": "A warning: the command may still succeed, its tagged response tells.",
	"untagged BAD": "The server could not make sense of something that was sent; without a tag it cannot say of which command." +
		" Look at the line sent last.",
	"+":          "A continuation request: the server waits for the rest of the command, a literal or an answer.",
	"CAPABILITY": "What the server can do beyond the base of IMAP. It may change by TLS and by login; a client asks again then.",
	"ENABLED":    "What was switched on by ENABLE, for the rest of this connection.",
	"ID":         "Who the server says it is. It is for statistics and bug reports; nothing should depend on it.",
	"NAMESPACE":  "Where mailboxes lie: your own, other users', shared ones; each with its prefix and delimiter.",
	"LIST":       "A mailbox: its attributes in parentheses, the character between levels of its name, the name. SELECT opens it.",
	"LSUB":       "A mailbox you have subscribed to; it need not exist.",
	"XLIST":      "Gmail's older LIST, which told special uses.",
	"STATUS":     "Counts of a mailbox without opening it. UIDNEXT and UIDVALIDITY tell whether something new has come.",
	"SEARCH":     "The messages that match, by their numbers, or by their UIDs after UID SEARCH. FETCH gets them.",
	"SORT":       "The messages that match, in the order asked for.",
	"ESEARCH":    "The result of a search with RETURN: only what was asked of it, and the tag it is for.",
	"THREAD":     "The messages that match, as conversations: what is in parentheses behind a number answers it.",
	"FLAGS":      "All flags there are in this mailbox; PERMANENTFLAGS tells which can be kept.",
	"EXISTS":     "How many messages the mailbox has now. The server says so unasked when new ones come.",
	"RECENT":     "How many messages no session has seen before; IMAP4rev2 has dropped it.",
	"EXPUNGE":    "This message is gone, and all behind it have moved down by one.",
	"VANISHED":   "These UIDs are gone; it takes the place of EXPUNGE once QRESYNC is on.",
	"FETCH":      "Data of one message: its number first, then pairs of a name and a value. It also comes unasked when flags change.",
	"UIDFETCH":   "Data of one message by its UID, after ENABLE UIDONLY.",
	"CONVERTED":  "Parts of a message in the form CONVERT asked for.",
	"QUOTA":      "How much of each resource is used, and how much may be; STORAGE counts 1024 octets.",
	"QUOTAROOT":  "Which limits a mailbox counts against; QUOTA tells them.",
	"ACL":        "Who may do what with a mailbox: pairs of a name and letters.",
	"MYRIGHTS":   "What you may do with a mailbox, in letters.",
	"LISTRIGHTS": "Which rights somebody always has in a mailbox, and which can be granted.",
	"METADATA":   "Annotations of a mailbox, or of the server where the name is empty.",
	"ANNOTATION": "Annotations as a draft before METADATA had them.",
	"GENURLAUTH": "A URL that lets others fetch this part without logging in as you.",
	"URLFETCH":   "What a URL of this kind stands for.",
	"LANGUAGE":   "The languages the server's texts may come in, or the one they come in now.",
	"COMPARATOR": "How strings are compared in SEARCH and SORT.",
	"other":      "No rule of the base protocol has this response: it belongs to an extension, or to nobody.",

	"sent":  "No command that is known; the server will tell what it thinks of it.",
	"DONE":  "DONE ends IDLE. It has no tag: it is the rest of that command.",
	"alone": "The rest of a command, or an answer to what the server asked.",
}

// sentence gives what explains an event, "" for nothing.
func sentence(e *tagger.Event) (key, text string) {
	key = e.Value.Name()
	if v, ok := e.Value.(*response.Status); ok {
		key = statusKey(e, v)
	}
	if text = sentences[key]; text == "" {
		key, text = "other", sentences["other"]
	}
	if v, ok := e.Value.(*response.Status); ok && v.Code != nil {
		if c := command.LookupCode(string(v.Code.Name)); c != nil {
			says := c.Name + ": " + c.Help + " (" + c.RFC + ")."
			if key == "untagged OK" {
				text = says // the code is all there is to it
			} else {
				text += " " + says
			}
			key += " " + c.Name
		}
	}
	return key, text
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

// explain appends the sentence of a response, once for a run of the same ones.
func (x *explainer) explain(b []byte, e *tagger.Event, lay layout) []byte {
	key, text := sentence(e)
	if key == x.said && e.Command == x.saidOf {
		return b
	}
	x.said, x.saidOf = key, e.Command
	return x.say(b, text, lay)
}

// explainSent appends the sentence of a line that is sent, secrets masked.
func (x *explainer) explainSent(b, text []byte, lay layout) []byte {
	x.said, x.saidOf = "", nil
	line := string(bytes.TrimRight(text, "\r\n"))
	_, rest, ok := strings.Cut(line, " ")
	switch {
	case line == "" || line[0] == ' ':
		return b // what follows a literal
	case !ok && strings.EqualFold(line, "DONE"):
		return x.say(b, sentences["DONE"], lay)
	case !ok:
		return x.say(b, sentences["alone"], lay)
	}
	m := command.MatchLine(rest)
	if m.Command == nil {
		return x.say(b, sentences["sent"], lay)
	}
	says := m.Command.Name + ": " + m.Command.Summary + "."
	if m.Command.Answer != "" {
		says += " The server answers: " + m.Command.Answer + "."
	}
	return x.say(b, says, lay)
}
