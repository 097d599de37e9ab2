package command

import "strings"

// Code is a response code: "[NAME arguments]" in OK, NO, BAD, PREAUTH and BYE (RFC 9051 §7.1).
type Code struct {
	Name string // capitals
	Args string // what follows the name, for people; "" for nothing
	// Explained tells when the sentence is worth showing beside the response.
	Explained Explained
	RFC       string
	Help      string // one sentence
}

// Explained says beside which responses a code is explained.
type Explained uint8

const (
	Never       Explained = iota // what it holds is shown elsewhere
	OnFailure                    // in NO, BAD and BYE
	WhereItCame                  // in OK too
)

// codes are the registered response codes, and two that are in use without.
var codes = []Code{
	{"ALERT", "", Never, "RFC 9051 §7.1", "the text must be shown to the user so that it is seen"},
	{"ALREADYEXISTS", "", OnFailure, "RFC 9051 §7.1", "what should be created is there already"},
	{"ANNOTATE", "TOOBIG|TOOMANY", OnFailure, "RFC 5257 §4.5", "the annotation was refused: too large, or too many"},
	{"ANNOTATIONS", "NONE|READ-ONLY|size [NOPRIVATE]", Never, "RFC 5257 §4.2", "how far this mailbox keeps annotations, and how large they may be"},
	{"APPENDUID", "uidvalidity uid", Never, "RFC 9051 §7.1", "the UIDVALIDITY of the mailbox, and the UID that the new message has in it"},
	{"AUTHENTICATIONFAILED", "", OnFailure, "RFC 9051 §7.1", "user or password is wrong, or the server does not say which"},
	{"AUTHORIZATIONFAILED", "", OnFailure, "RFC 9051 §7.1", "the password is right, but this user may not act as the other one"},
	{"BADCHARSET", "[(charset ...)]", OnFailure, "RFC 9051 §7.1", "the server does not know the charset of the search; those it knows stand in the code"},
	{"BADCOMPARATOR", "", OnFailure, "RFC 5255 §4.9", "the server has none of the comparators asked for"},
	{"BADEVENT", "(event ...)", OnFailure, "RFC 5465 §3.1", "the server does not offer an event of this NOTIFY; those it does stand in the code"},
	{"BADURL", "url", OnFailure, "RFC 4469 §4.1", "a URL of this CATENATE cannot be read"},
	{"CANNOT", "", OnFailure, "RFC 9051 §7.1", "the server can never do this, trying again will not help"},
	{"CAPABILITY", "capability ...", Never, "RFC 9051 §7.1", "what the server can do, as from the CAPABILITY command"},
	{"CLIENTBUG", "", OnFailure, "RFC 9051 §7.1", "the server thinks the client sent something no client should"},
	{"CLOSED", "", WhereItCame, "RFC 9051 §7.1", "the mailbox selected before is closed; what follows belongs to the new one"},
	{"COMPRESSIONACTIVE", "", OnFailure, "RFC 4978 §3", "the connection is compressed already"},
	{"CONTACTADMIN", "", OnFailure, "RFC 9051 §7.1", "an administrator of the server must help"},
	{"COPYUID", "uidvalidity uid-set uid-set", Never, "RFC 9051 §7.1", "the UIDVALIDITY of the mailbox copied to, the UIDs here, and in the same order the UIDs there"},
	{"CORRUPTION", "", OnFailure, "RFC 9051 §7.1", "the server found its own data damaged"},
	{"EXPIRED", "", OnFailure, "RFC 9051 §7.1", "the user or the password was valid once and no longer is"},
	{"EXPUNGEISSUED", "", OnFailure, "RFC 9051 §7.1", "somebody has expunged messages this command was about; NOOP tells which"},
	{"HASCHILDREN", "", OnFailure, "RFC 9051 §7.1", "the mailbox has mailboxes beneath it and stays"},
	{"HIGHESTMODSEQ", "mod-sequence", Never, "RFC 7162 §3.1.2.1", "the highest mod-sequence of all messages in the mailbox"},
	{"INPROGRESS", "[(tag done total)]", Never, "RFC 9585", "how far a long command has come; done and total may be NIL"},
	{"INUSE", "", OnFailure, "RFC 9051 §7.1", "somebody else uses it now; trying again later may help"},
	{"LIMIT", "", OnFailure, "RFC 9051 §7.1", "the command goes beyond a limit the server sets itself"},
	{"MAILBOXID", "(objectid)", Never, "RFC 8474 §4", "an identifier that the mailbox keeps when it is renamed"},
	{"MAXCONVERTMESSAGES", "number", OnFailure, "RFC 5259", "too many messages to convert at once"},
	{"MAXCONVERTPARTS", "number", OnFailure, "RFC 5259", "too many parts to convert at once"},
	{"MESSAGELIMIT", "number [uid]", WhereItCame, "RFC 9738", "the command touched only as many messages as the server allows at once; the last of them is named"},
	{"METADATA", "LONGENTRIES|MAXSIZE octets, TOOMANY, NOPRIVATE", OnFailure, "RFC 5464 §4.3", "the annotation was refused: too large, too many, or private ones are not kept"},
	{"MODIFIED", "set", WhereItCame, "RFC 7162 §3.1.3", "these messages were changed by somebody since and are as they were"},
	{"NEWNAME", "old new", Never, "RFC 2060 §7.1", "the mailbox has another name now (obsolete)"},
	{"NOMODSEQ", "", WhereItCame, "RFC 7162 §3.1.2.2", "this mailbox keeps no mod-sequences: CONDSTORE and QRESYNC do not work in it"},
	{"NONEXISTENT", "", OnFailure, "RFC 9051 §7.1", "there is no such mailbox"},
	{"NOPERM", "", OnFailure, "RFC 9051 §7.1", "the user has no right to do this; MYRIGHTS may tell more"},
	{"NOTIFICATIONOVERFLOW", "", WhereItCame, "RFC 5465 §5.8", "too many events: the server has stopped notifying"},
	{"NOTSAVED", "", OnFailure, "RFC 5182 §2.5", "the search result $ could not be saved; it is empty now"},
	{"NOUPDATE", "tag", OnFailure, "RFC 5267 §4.3.1", "the server cannot keep this search up to date"},
	{"OVERQUOTA", "", OnFailure, "RFC 9208 §4.3.1", "the quota is used up; GETQUOTAROOT tells how much there is"},
	{"PARSE", "", OnFailure, "RFC 9051 §7.1", "the server could not read a message's own header"},
	{"PERMANENTFLAGS", "(flag ...)", Never, "RFC 9051 §7.1", `the flags that a client can change for good; \* means that it may make new keywords`},
	{"PRIVACYREQUIRED", "", OnFailure, "RFC 9051 §7.1", "the server wants TLS first: STARTTLS, or connect with imaps"},
	{"READ-ONLY", "", OnFailure, "RFC 9051 §7.1", "nothing can be changed here"},
	{"READ-WRITE", "", Never, "RFC 9051 §7.1", "the mailbox is open for reading and writing"},
	{"REFERRAL", "url ...", OnFailure, "RFC 2221 §4.1", "the mailbox is on another server, named by the URL"},
	{"SERVERBUG", "", OnFailure, "RFC 9051 §7.1", "the server met an error of its own"},
	{"TEMPFAIL", "", OnFailure, "RFC 5259", "it failed this time; trying again later may help"},
	{"TOOBIG", "", OnFailure, "RFC 4469 §4.2", "the message would be larger than the server takes"},
	{"TRYCREATE", "", OnFailure, "RFC 9051 §7.1", "there is no such mailbox; CREATE it and try again"},
	{"UIDNEXT", "uid", Never, "RFC 9051 §7.1", "the UID that the next message will probably get, and in any case none lower"},
	{"UIDNOTSTICKY", "", WhereItCame, "RFC 9051 §7.1", "this mailbox gives messages new UIDs each time it is selected"},
	{"UIDREQUIRED", "", OnFailure, "RFC 9586", "UIDONLY is enabled: sequence numbers cannot be used, only the UID commands"},
	{"UIDVALIDITY", "number", Never, "RFC 9051 §7.1", "as long as it stays the same, a UID means the same message; when it changes, all UIDs remembered are worthless"},
	{"UNAVAILABLE", "", OnFailure, "RFC 9051 §7.1", "something the server depends on does not answer now; trying again later may help"},
	{"UNDEFINED-FILTER", "name", OnFailure, "RFC 5466 §3.1", "the server knows no filter of this name"},
	{"UNKNOWN-CTE", "", OnFailure, "RFC 9051 §7.1", "the server cannot decode this part's transfer encoding; BODY[…] gives it as it is"},
	{"UNSEEN", "number", Never, "RFC 3501 §7.1", `the number of the first message without \Seen (IMAP4rev1 alone)`},
	{"URLMECH", "INTERNAL [mechanism ...]", Never, "RFC 4467", "the mechanisms by which URLs of this mailbox can be given out"},
	{"USEATTR", "", OnFailure, "RFC 6154 §3", "the server cannot give a mailbox this special use"},
	{"WEBALERT", "url", OnFailure, "Gmail IMAP extensions", "a web page must be visited first, Google says"},
}

// Codes is the table of response codes, by name. It must not be changed.
func Codes() []Code { return codes }

// LookupCode finds a response code in any case of letters; nil without.
func LookupCode(name string) *Code {
	for i := range codes {
		if strings.EqualFold(codes[i].Name, name) {
			return &codes[i]
		}
	}
	return nil
}
