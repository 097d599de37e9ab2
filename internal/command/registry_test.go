package command

import (
	"strings"
	"testing"
)

// registered are the response codes in the registry of RFC 5530 §6.
const registered = `ALERT ALREADYEXISTS ANNOTATE ANNOTATIONS APPENDUID AUTHENTICATIONFAILED AUTHORIZATIONFAILED BADCHARSET
	BADCOMPARATOR BADEVENT BADURL CANNOT CAPABILITY CLIENTBUG CLOSED COMPRESSIONACTIVE CONTACTADMIN COPYUID CORRUPTION EXPIRED
	EXPUNGEISSUED HASCHILDREN HIGHESTMODSEQ INPROGRESS INUSE LIMIT MAILBOXID MAXCONVERTMESSAGES MAXCONVERTPARTS MESSAGELIMIT
	METADATA MODIFIED NEWNAME NOMODSEQ NONEXISTENT NOPERM NOTIFICATIONOVERFLOW NOTSAVED NOUPDATE OVERQUOTA PARSE PERMANENTFLAGS
	PRIVACYREQUIRED READ-ONLY READ-WRITE REFERRAL SERVERBUG TEMPFAIL TOOBIG TRYCREATE UIDNEXT UIDNOTSTICKY UIDREQUIRED UIDVALIDITY
	UNAVAILABLE UNDEFINED-FILTER UNKNOWN-CTE UNSEEN URLMECH USEATTR`

func TestEveryRegisteredResponseCodeHasAMeaning(t *testing.T) {
	for name := range strings.FieldsSeq(registered) {
		if c := LookupCode(name); c == nil || c.Help == "" || c.RFC == "" {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestEveryCapabilityIsInOneGroup(t *testing.T) {
	for name, want := range map[string]CapabilityGroup{
		"IMAP4rev2": GroupProtocol, "imap4REV1": GroupProtocol, "AUTH=X-OWN": GroupAuthentication, "LoginDisabled": GroupAuthentication,
		"IDLE": GroupExtension, "THREAD=X": GroupExtension, "APPENDLIMIT": GroupExtension, "XFOO": GroupUnknown, "IMAP4": GroupProtocol, "IMAP4rev3": GroupUnknown, "": GroupUnknown,
	} {
		if got := GroupOf(name); got != want {
			t.Errorf("%q is in group %d, want %d", name, got, want)
		}
	}
}
