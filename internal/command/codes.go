package command

import "strings"

// Code is a response code: "[NAME arguments]" in OK, NO, BAD, PREAUTH and BYE (RFC 9051 §7.1).
type Code struct {
	Name string // in capitals
	Args string // what follows the name, for people; "" if nothing does
	// Explained says with which responses the sentence is worth showing.
	Explained Explained
	RFC       string // source: an RFC and section, or a product
	Help      string // one sentence, without a full stop
}

// Explained says with which responses a code is explained.
type Explained uint8

const (
	Never       Explained = iota // its contents are shown elsewhere
	OnFailure                    // with NO, BAD and BYE
	WhereItCame                  // with OK too
	Once                         // with OK too, but only the first time: it says how the protocol works
)

// codes are the registered response codes and two unregistered ones that are in use.
var codes = []Code{
	{"ALERT", "", Never, "RFC 9051 §7.1", "the client must show the text to the user"},
	{"ALREADYEXISTS", "", OnFailure, "RFC 9051 §7.1", "the mailbox already exists"},
	{"ANNOTATE", "TOOBIG|TOOMANY", OnFailure, "RFC 5257 §4.5", "the annotation was refused: too large, or too many"},
	{"ANNOTATIONS", "NONE|READ-ONLY|size [NOPRIVATE]", Never, "RFC 5257 §4.2", "whether this mailbox allows annotations, and how large they may be"},
	{"APPENDUID", "uidvalidity uid", Never, "RFC 9051 §7.1", "the UIDVALIDITY of the mailbox and the UID of the new message"},
	{"AUTHENTICATIONFAILED", "", OnFailure, "RFC 9051 §7.1", "the login failed, typically because the user name or password is wrong"},
	{"AUTHORIZATIONFAILED", "", OnFailure, "RFC 9051 §7.1", "the credentials are correct, but this user may not act as the requested user"},
	{"BADCHARSET", "[(charset ...)]", OnFailure, "RFC 9051 §7.1", "the server does not support the charset of the search; the code may list those it supports"},
	{"BADCOMPARATOR", "", OnFailure, "RFC 5255 §4.9", "the server has none of the requested comparators"},
	{"BADEVENT", "(event ...)", OnFailure, "RFC 5465 §3.1", "the server does not support an event of this NOTIFY; the code lists those it supports"},
	{"BADURL", "url", OnFailure, "RFC 4469 §4.1", "a URL of this CATENATE is invalid"},
	{"CANNOT", "", OnFailure, "RFC 9051 §7.1", "the server can never do this; trying again will not help"},
	{"CAPABILITY", "capability ...", Never, "RFC 9051 §7.1", "the server's capabilities, as in answer to CAPABILITY"},
	{"CLIENTBUG", "", OnFailure, "RFC 9051 §7.1", "the server considers the command wrong: its syntax, or the present state"},
	{"CLOSED", "", Once, "RFC 9051 §7.1", "the previously selected mailbox is closed; what follows is about the new one"},
	{"COMPRESSIONACTIVE", "", OnFailure, "RFC 4978 §3", "the connection is already compressed"},
	{"CONTACTADMIN", "", OnFailure, "RFC 9051 §7.1", "the server needs its administrator: its text or its log says why"},
	{"COPYUID", "uidvalidity uid-set uid-set", Never, "RFC 9051 §7.1", "the destination's UIDVALIDITY, the UIDs of the messages here and, in the same order, of their copies there"},
	{"CORRUPTION", "", OnFailure, "RFC 9051 §7.1", "the server found that its data is damaged"},
	{"DOWNGRADED", "uid-set", WhereItCame, "RFC 6858 §3", "these messages are shown simplified, because UTF8=ACCEPT is not enabled; what is stored has more"},
	{"EXPIRED", "", OnFailure, "RFC 9051 §7.1", "the credentials have expired"},
	{"EXPUNGEISSUED", "", OnFailure, "RFC 9051 §7.1", "another session has expunged some of these messages; NOOP shows which"},
	{"HASCHILDREN", "", OnFailure, "RFC 9051 §7.1", "the mailbox was not deleted because there are mailboxes below it"},
	{"HIGHESTMODSEQ", "mod-sequence", Never, "RFC 7162 §3.1.2.1", "the highest mod-sequence of all messages in the mailbox"},
	{"INPROGRESS", "[(tag done total)]", Never, "RFC 9585", "how far a long command has come; done and total may be NIL"},
	{"INUSE", "", OnFailure, "RFC 9051 §7.1", "another session is using it; try again later"},
	{"LIMIT", "", OnFailure, "RFC 9051 §7.1", "a limit of the server is reached, such as connections, messages or flags"},
	{"MAILBOXID", "(objectid)", Never, "RFC 8474 §4", "an identifier that the mailbox keeps when it is renamed"},
	{"MAXCONVERTMESSAGES", "number", OnFailure, "RFC 5259", "too many messages to convert at once"},
	{"MAXCONVERTPARTS", "number", OnFailure, "RFC 5259", "too many parts to convert at once"},
	{"MESSAGELIMIT", "number [uid]", WhereItCame, "RFC 9738", "the server processed only as many messages as one command may use; the code names the last one"},
	{"METADATA", "LONGENTRIES|MAXSIZE octets, TOOMANY, NOPRIVATE", OnFailure, "RFC 5464 §4.3", "the annotation was refused: too large, too many, or private ones are not supported"},
	{"MODIFIED", "set", WhereItCame, "RFC 7162 §3.1.3", "these messages have changed since then; this command did not change them"},
	{"NEWNAME", "old new", Never, "RFC 2060 §7.1", "the mailbox has a new name (obsolete)"},
	{"NOMODSEQ", "", WhereItCame, "RFC 7162 §3.1.2.2", "this mailbox does not store mod-sequences: CONDSTORE and QRESYNC do not work in it"},
	{"NONEXISTENT", "", Never, "RFC 9051 §7.1", "the mailbox does not exist"},
	{"NOPERM", "", OnFailure, "RFC 9051 §7.1", "you do not have permission; MYRIGHTS shows your rights"},
	{"NOTIFICATIONOVERFLOW", "", WhereItCame, "RFC 5465 §5.8", "too many events; the server has stopped sending notifications"},
	{"NOTSAVED", "", OnFailure, "RFC 5182 §2.5", "the search result $ could not be saved and is now empty"},
	{"NOUPDATE", "tag", OnFailure, "RFC 5267 §4.3.1", "the server cannot keep this search up to date"},
	{"OVERQUOTA", "", OnFailure, "RFC 9208 §4.3.1", "the quota is exceeded; GETQUOTAROOT shows usage and limits"},
	{"PARSE", "", OnFailure, "RFC 9051 §7.1", "the server could not parse the header of a message"},
	{"PERMANENTFLAGS", "(flag ...)", Never, "RFC 9051 §7.1", `the flags that a client can change permanently; \* means that it may create keywords`},
	{"PRIVACYREQUIRED", "", OnFailure, "RFC 9051 §7.1", "the server requires TLS first: use STARTTLS or connect with imaps"},
	{"READ-ONLY", "", OnFailure, "RFC 9051 §7.1", "nothing can be changed here"},
	{"READ-WRITE", "", Never, "RFC 9051 §7.1", "the mailbox is open for reading and writing"},
	{"REFERRAL", "url ...", OnFailure, "RFC 2221 §4.1", "use the server that the URL names"},
	{"SERVERBUG", "", OnFailure, "RFC 9051 §7.1", "an internal error of the server; its log says more"},
	{"TEMPFAIL", "", OnFailure, "RFC 5259", "a temporary failure; try again later"},
	{"TOOBIG", "", OnFailure, "RFC 4469 §4.2", "the message is larger than the server accepts"},
	{"TRYCREATE", "", OnFailure, "RFC 9051 §7.1", "the mailbox does not exist; CREATE it and try again"},
	{"UIDNEXT", "uid", Never, "RFC 9051 §7.1", "new messages get this UID or a higher one"},
	{"UIDNOTSTICKY", "", WhereItCame, "RFC 9051 §7.1", "this mailbox does not keep UIDs: messages get new ones each time it is selected"},
	{"UIDREQUIRED", "", OnFailure, "RFC 9586", "UIDONLY is enabled: use UID commands, not sequence numbers"},
	{"UIDVALIDITY", "number", Never, "RFC 9051 §7.1", "while it stays the same, a UID names the same message; when it changes, all UIDs from before are invalid"},
	{"UNAVAILABLE", "", OnFailure, "RFC 9051 §7.1", "a system that the server depends on is down; try again later"},
	{"UNDEFINED-FILTER", "name", OnFailure, "RFC 5466 §3.1", "the server does not have a filter with this name"},
	{"UNKNOWN-CTE", "", OnFailure, "RFC 9051 §7.1", "the server cannot decode this part's transfer encoding; BODY[…] gets it undecoded"},
	{"UNSEEN", "number", Never, "RFC 3501 §7.1", `the number of the first message without \Seen (only IMAP4rev1)`},
	{"URLMECH", "INTERNAL [mechanism ...]", Never, "RFC 4467", "the mechanisms for URLs of this mailbox"},
	{"USEATTR", "", OnFailure, "RFC 6154 §3", "the server cannot create a mailbox with this special use"},
	{"WEBALERT", "url", OnFailure, "Gmail IMAP extensions", "Google requires you to visit a web page first"},
}

// Codes returns the table of response codes, sorted by name. It must not be changed.
func Codes() []Code { return codes }

// LookupCode returns the row of a response code, in upper or lower case; nil if it is not in the table.
func LookupCode(name string) *Code {
	for i := range codes {
		if strings.EqualFold(codes[i].Name, name) {
			return &codes[i]
		}
	}
	return nil
}
