package render

// codes are the response codes a NO or BAD is explained with, one sentence each
// (RFC 9051 §7.1, RFC 5530 unless said otherwise).
var codes = map[string]string{
	"ALREADYEXISTS":        "what should be created is there already",
	"AUTHENTICATIONFAILED": "user or password is wrong, or the server does not say which",
	"AUTHORIZATIONFAILED":  "the password is right, but this user may not act as the other one",
	"BADCHARSET":           "the server does not know the charset of the search; those it knows stand in the code",
	"BADCOMPARATOR":        "the server has none of the comparators asked for (RFC 5255)",
	"BADEVENT":             "the server does not offer an event of this NOTIFY; those it does stand in the code (RFC 5465)",
	"BADURL":               "a URL of this CATENATE cannot be read (RFC 4469)",
	"CANNOT":               "the server can never do this, trying again will not help",
	"CLIENTBUG":            "the server thinks the client sent something no client should",
	"CLOSED":               "the mailbox selected before is closed; what follows belongs to the new one",
	"COMPRESSIONACTIVE":    "the connection is compressed already (RFC 4978)",
	"CONTACTADMIN":         "an administrator of the server must help",
	"CORRUPTION":           "the server found its own data damaged",
	"EXPIRED":              "the user or the password was valid once and no longer is",
	"EXPUNGEISSUED":        "somebody has expunged messages this command was about; NOOP tells which",
	"HASCHILDREN":          "the mailbox has mailboxes beneath it and stays",
	"INUSE":                "somebody else uses it now; trying again later may help",
	"LIMIT":                "the command goes beyond a limit the server sets itself",
	"MAXCONVERTMESSAGES":   "too many messages to convert at once (RFC 5259)",
	"METADATA":             "the annotation was refused: too large, too many, or private ones are not kept (RFC 5464)",
	"MODIFIED":             "these messages were changed by somebody since and are as they were (RFC 7162)",
	"NOMODSEQ":             "this mailbox keeps no mod-sequences: CONDSTORE and QRESYNC do not work in it (RFC 7162)",
	"NONEXISTENT":          "there is no such mailbox",
	"NOPERM":               "the user has no right to do this; MYRIGHTS may tell more",
	"NOTSAVED":             "the search result $ could not be saved; it is empty now (RFC 5182)",
	"NOTIFICATIONOVERFLOW": "too many events: the server has stopped notifying (RFC 5465)",
	"NOUPDATE":             "the server cannot keep this search up to date (RFC 5267)",
	"OVERQUOTA":            "the quota is used up; GETQUOTAROOT tells how much there is",
	"PARSE":                "the server could not read a message's own header",
	"PRIVACYREQUIRED":      "the server wants TLS first: STARTTLS, or connect with imaps",
	"READ-ONLY":            "nothing can be changed here",
	"REFERRAL":             "the mailbox is on another server, named by the URL (RFC 2221)",
	"SERVERBUG":            "the server met an error of its own",
	"TEMPFAIL":             "it failed this time; trying again later may help (RFC 5259)",
	"TOOBIG":               "the message would be larger than the server takes (RFC 4469, RFC 7889)",
	"TRYCREATE":            "there is no such mailbox; CREATE it and try again",
	"UIDNOTSTICKY":         "this mailbox gives messages new UIDs each time it is selected (RFC 4315)",
	"UNAVAILABLE":          "something the server depends on does not answer now; trying again later may help",
	"UNDEFINED-FILTER":     "the server knows no filter of this name (RFC 5466)",
	"UNKNOWN-CTE":          "the server cannot decode this part's transfer encoding; BODY[…] gives it as it is (RFC 3516)",
	"USEATTR":              "the server cannot give a mailbox this special use (RFC 6154)",
	"WEBALERT":             "a web page must be visited first, Google says",
}

// okCodes are those that need explaining in an OK too.
var okCodes = map[string]bool{
	"CLOSED": true, "MODIFIED": true, "NOMODSEQ": true, "NOTIFICATIONOVERFLOW": true, "UIDNOTSTICKY": true,
}
