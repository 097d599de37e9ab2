package command

import (
	"strings"

	"imapsh/internal/sasl"
)

// vocabularies are the tables of terms. They are never changed.
var vocabularies = map[Vocabulary][]Term{
	SearchKeys:        searchKeys,
	SearchReturns:     searchReturns,
	FetchItems:        fetchItems,
	FetchMacros:       fetchMacros,
	FetchModifiers:    fetchModifiers,
	StoreItems:        storeItems,
	StoreModifiers:    storeModifiers,
	StatusItems:       statusItems,
	SortKeys:          sortKeys,
	ThreadAlgorithms:  threadAlgorithms,
	ListSelections:    listSelections,
	ListReturns:       listReturns,
	SelectParams:      selectParams,
	CreateParams:      createParams,
	SpecialUses:       specialUses,
	AppendData:        appendData,
	NotifyFilters:     notifyFilters,
	NotifyEvents:      notifyEvents,
	MetadataOptions:   metadataOptions,
	QuotaResources:    quotaResources,
	EnableCaps:        enableCaps,
	MechanismNames:    mechanismTerms(),
	SystemFlags:       systemFlags,
	FlagsOfServer:     setByServer,
	MailboxAttributes: attributes,
	Rights:            rights,
	MetadataEntries:   metadataEntries,
	URLMechanisms:     urlMechanisms,
}

// statusItems: status-att (RFC 9051 §6.3.11).
var statusItems = []Term{
	{Name: "MESSAGES", RFC: "RFC 9051 §6.3.11", Help: "how many messages there are"},
	{Name: "RECENT", Caps: rev1, RFC: "RFC 3501 §6.3.10", Help: `how many have \Recent`},
	{Name: "UIDNEXT", RFC: "RFC 9051 §6.3.11", Help: "the UID the next message will probably get"},
	{Name: "UIDVALIDITY", RFC: "RFC 9051 §6.3.11", Help: "when it changes, UIDs from before are no longer valid"},
	{Name: "UNSEEN", RFC: "RFC 9051 §6.3.11", Help: `how many do not have \Seen`},
	{Name: "DELETED", Caps: []string{"IMAP4REV2", "QUOTA=RES-MESSAGE"}, RFC: "RFC 9051 §6.3.11", Help: `how many have \Deleted`},
	{Name: "SIZE", Caps: []string{"STATUS=SIZE"}, RFC: "RFC 9051 §6.3.11", Help: "the size of all messages in bytes"},
	{Name: "HIGHESTMODSEQ", Caps: []string{"CONDSTORE"}, RFC: "RFC 7162 §3.1.7", Help: "the highest modification sequence of all messages"},
	{Name: "APPENDLIMIT", Caps: []string{"APPENDLIMIT"}, RFC: "RFC 7889 §3.1", Help: "the largest message that can be appended, in bytes"},
	{Name: "MAILBOXID", Caps: []string{"OBJECTID"}, RFC: "RFC 8474 §4.3", Help: "an identifier that stays when the mailbox is renamed"},
	{Name: "DELETED-STORAGE", Caps: []string{"QUOTA=RES-STORAGE"}, RFC: "RFC 9208 §4.1.4", Help: `the bytes that EXPUNGE would free`},
}

// allStatus returns all status items that the server supports, in parentheses.
func allStatus(v *View) string {
	var names []string
	for i := range statusItems {
		switch t := &statusItems[i]; {
		case t.Name == "RECENT" && v.Rev2:
		case t.Name == "APPENDLIMIT" && !v.Has(t.Name): // the capability has the limit for all mailboxes, and not all servers repeat it in STATUS
		case t.Name == "RECENT", v.speaks(t.Caps):
			names = append(names, t.Name)
		}
	}
	return "(" + strings.Join(names, " ") + ")"
}

// systemFlags: flag (RFC 9051 §2.3.2) and keywords registered for everyone (RFC 5788).
var systemFlags = []Term{
	{Name: `\Seen`, RFC: "RFC 9051 §2.3.2", Help: "has been read"},
	{Name: `\Answered`, RFC: "RFC 9051 §2.3.2", Help: "has been answered"},
	{Name: `\Flagged`, RFC: "RFC 9051 §2.3.2", Help: "needs special attention"},
	{Name: `\Deleted`, RFC: "RFC 9051 §2.3.2", Help: "will be removed by EXPUNGE"},
	{Name: `\Draft`, RFC: "RFC 9051 §2.3.2", Help: "is not complete yet"},
	{Name: "$Forwarded", RFC: "RFC 9051 §2.3.2", Help: "has been forwarded"},
	{Name: "$MDNSent", RFC: "RFC 9051 §2.3.2", Help: "a disposition notification (read receipt) was sent"},
	{Name: "$Junk", RFC: "RFC 9051 §2.3.2", Help: "is junk"},
	{Name: "$NotJunk", RFC: "RFC 9051 §2.3.2", Help: "is not junk"},
	{Name: "$Phishing", RFC: "RFC 9051 §2.3.2", Help: "is probably a fraud"},
	{Name: "$Important", RFC: "RFC 8457 §2", Help: "is probably important to the user"},
}

// systemFlag returns the system flag that a name without a backslash means: "seen" is \Seen. \Recent is not among them,
// because no client can set it.
func systemFlag(name string) (string, bool) {
	for i := range systemFlags {
		if t := &systemFlags[i]; t.Name[0] == '\\' && strings.EqualFold(t.Name[1:], name) {
			return t.Name, true
		}
	}
	return "", false
}

// listSelections: list-select-opt (RFC 9051 §6.3.9.1).
var listSelections = []Term{
	{Name: "SUBSCRIBED", Caps: listExtended, RFC: "RFC 9051 §6.3.9.1", Help: "subscribed mailboxes, including those that do not exist"},
	{Name: "REMOTE", Caps: listExtended, RFC: "RFC 9051 §6.3.9.1", Help: "also remote mailboxes"},
	{Name: "RECURSIVEMATCH", Caps: listExtended, RFC: "RFC 9051 §6.3.9.1", Help: "also parents of mailboxes that match; only with another option"},
	{Name: "SPECIAL-USE", Caps: []string{"SPECIAL-USE"}, RFC: "RFC 6154 §2", Help: "mailboxes with a special use: Drafts, Sent, Trash"},
}

var listExtended = []string{"LIST-EXTENDED"}

// listReturns: return-option (RFC 9051 §6.3.9.2).
var listReturns = []Term{
	{Name: "SUBSCRIBED", Caps: listExtended, RFC: "RFC 9051 §6.3.9.2", Help: `\Subscribed on subscribed mailboxes`},
	{Name: "CHILDREN", Caps: []string{"CHILDREN"}, RFC: "RFC 9051 §6.3.9.2", Help: `\HasChildren or \HasNoChildren on each`},
	{Name: "SPECIAL-USE", Caps: []string{"SPECIAL-USE"}, RFC: "RFC 6154 §2", Help: `the special use: \Drafts, \Sent, …`},
	{Name: "STATUS", Args: []Arg{list(terms(StatusItems, "status-item").many())}, Caps: []string{"LIST-STATUS"}, RFC: "RFC 5819 §2", Help: "a STATUS response for each mailbox"},
	{Name: "MYRIGHTS", Caps: []string{"LIST-MYRIGHTS"}, RFC: "RFC 8440 §3", Help: "a MYRIGHTS response for each mailbox"},
	{Name: "METADATA", Args: []Arg{list(entryName.many())}, Caps: []string{"LIST-METADATA"}, RFC: "RFC 9590", Help: "a METADATA response for each mailbox"},
}

// selectParams: select-param (RFC 4466 §2.1).
var selectParams = []Term{
	{Name: "CONDSTORE", Caps: []string{"CONDSTORE"}, RFC: "RFC 7162 §3.1.8", Help: "report mod-sequences from now on"},
	{Name: "QRESYNC", Args: []Arg{list(number("uidvalidity"), number("mod-sequence"), wordArg(SequenceSet, "known-uids").optional(),
		list(wordArg(SequenceSet, "known-sequence-set"), wordArg(SequenceSet, "known-uid-set")).optional())},
		Caps: []string{"QRESYNC"}, RFC: "RFC 7162 §3.2.5", Help: "report what was changed and expunged since then (ENABLE QRESYNC first)"},
	{Name: "ANNOTATE", Caps: annotate, RFC: "RFC 5257 §4.2", Help: "report annotations from now on"},
}

var annotate = []string{"ANNOTATE-EXPERIMENT-1"}

// createParams: create-param (RFC 4466 §2.2).
var createParams = []Term{
	{Name: "USE", Args: []Arg{list(oneOf(terms(SpecialUses, "special-use"), wordArg(FlagKind, "special-use")).named("special-use").many().optional())},
		Caps: []string{"CREATE-SPECIAL-USE"}, RFC: "RFC 6154 §3", Help: "its special use"},
}

// specialUses: use-attr (RFC 6154 §2, RFC 8457).
var specialUses = []Term{
	{Name: `\All`, RFC: "RFC 6154 §2", Help: "all messages"},
	{Name: `\Archive`, RFC: "RFC 6154 §2", Help: "the archive"},
	{Name: `\Drafts`, RFC: "RFC 6154 §2", Help: "drafts"},
	{Name: `\Flagged`, RFC: "RFC 6154 §2", Help: "messages flagged as important"},
	{Name: `\Junk`, RFC: "RFC 6154 §2", Help: "junk"},
	{Name: `\Sent`, RFC: "RFC 6154 §2", Help: "copies of sent messages"},
	{Name: `\Trash`, RFC: "RFC 6154 §2", Help: "deleted messages"},
	{Name: `\Important`, RFC: "RFC 8457 §3", Help: "important messages"},
}

// appendData: append-data-ext (RFC 4466 §2.7).
var appendData = []Term{
	{Name: "UTF8", Args: []Arg{list(wordArg(LiteralOnly, "literal8"))}, Caps: []string{"UTF8=ACCEPT"}, RFC: "RFC 6855 §4", Help: "a message with UTF-8 in its header, as a literal8"},
	{Name: "CATENATE", Args: []Arg{list(oneOf(
		sequence(tokenArg("TEXT"), wordArg(LiteralOnly, "literal")),
		sequence(tokenArg("URL"), astring("url"))).many())},
		Caps: []string{"CATENATE"}, RFC: "RFC 4469 §3", Help: "a message made of literals and of parts stored on the server"},
}

// notifyFilters: filter-mailboxes (RFC 5465 §6, RFC 7377 §2.2).
var notifyFilters = []Term{
	{Name: "SELECTED", RFC: "RFC 5465 §6.1.1", Help: "the selected mailbox"},
	{Name: "SELECTED-DELAYED", RFC: "RFC 5465 §6.1.2", Help: "the selected mailbox; expunges are reported only when IMAP allows them"},
	{Name: "INBOXES", RFC: "RFC 5465 §6.3", Help: "mailboxes that receive new mail"},
	{Name: "PERSONAL", RFC: "RFC 5465 §6.2", Help: "the personal namespace"},
	{Name: "SUBSCRIBED", RFC: "RFC 5465 §6.4", Help: "subscribed mailboxes"},
	{Name: "SUBTREE", Args: []Arg{rule("mailboxes")}, RFC: "RFC 5465 §6.5", Help: "these mailboxes and all below them"},
	{Name: "SUBTREE-ONE", Args: []Arg{rule("mailboxes")}, RFC: "RFC 7377 §2.2", Help: "these mailboxes and one level below them"},
	{Name: "MAILBOXES", Args: []Arg{rule("mailboxes")}, RFC: "RFC 5465 §6.6", Help: "only these mailboxes"},
}

// notifyEvents: event (RFC 5465 §5).
var notifyEvents = []Term{
	{Name: "MessageNew", Args: []Arg{list(terms(FetchItems, "item").many()).optional()}, RFC: "RFC 5465 §5.2", Help: "a new message, with these data items"},
	{Name: "MessageExpunge", RFC: "RFC 5465 §5.3", Help: "a message was expunged"},
	{Name: "FlagChange", RFC: "RFC 5465 §5.1", Help: "flags changed"},
	{Name: "AnnotationChange", RFC: "RFC 5465 §5.1", Help: "annotations of a message changed"},
	{Name: "MailboxName", RFC: "RFC 5465 §5.4", Help: "a mailbox was created, deleted or renamed"},
	{Name: "SubscriptionChange", RFC: "RFC 5465 §5.5", Help: "a subscription changed"},
	{Name: "MailboxMetadataChange", RFC: "RFC 5465 §5.6", Help: "metadata of a mailbox changed"},
	{Name: "ServerMetadataChange", RFC: "RFC 5465 §5.7", Help: "metadata of the server changed"},
}

// metadataOptions: getmetadata-option (RFC 5464 §4.2).
var metadataOptions = []Term{
	{Name: "MAXSIZE", Args: []Arg{number("bytes")}, RFC: "RFC 5464 §4.2.1", Help: "only values up to this size"},
	{Name: "DEPTH", Args: []Arg{oneOf(tokenArg("0"), tokenArg("1"), tokenArg("infinity"))}, RFC: "RFC 5464 §4.2.2", Help: "0: only the entry itself; 1: also entries one level below; infinity: also all entries below"},
}

// quotaResources: resource-name (RFC 9208 §5).
var quotaResources = []Term{
	{Name: "STORAGE", RFC: "RFC 9208 §5.1", Help: "size of all messages, in units of 1024 bytes"},
	{Name: "MESSAGE", RFC: "RFC 9208 §5.2", Help: "number of messages"},
	{Name: "MAILBOX", RFC: "RFC 9208 §5.3", Help: "number of mailboxes"},
	{Name: "ANNOTATION-STORAGE", RFC: "RFC 9208 §5.4", Help: "size of all annotations, in units of 1024 bytes"},
}

// enableCaps are the capabilities that ENABLE enables (RFC 5161 §3.1).
var enableCaps = []Term{
	{Name: "IMAP4rev2", Caps: []string{"IMAP4REV2"}, RFC: "RFC 9051 §6.3.1", Help: "IMAP4rev2 on a server that speaks both"},
	{Name: "CONDSTORE", Caps: []string{"CONDSTORE"}, RFC: "RFC 7162 §3.1", Help: "mod-sequences in FETCH and other responses"},
	{Name: "QRESYNC", Caps: []string{"QRESYNC"}, RFC: "RFC 7162 §3.2.3", Help: "VANISHED in place of EXPUNGE, quick resynchronization"},
	{Name: "UTF8=ACCEPT", Caps: []string{"UTF8=ACCEPT"}, RFC: "RFC 6855 §3", Help: "UTF-8 in mailbox names and quoted strings"},
	{Name: "METADATA", Caps: []string{"METADATA"}, RFC: "RFC 5464 §4.1", Help: "unsolicited METADATA responses"},
	{Name: "METADATA-SERVER", Caps: []string{"METADATA-SERVER"}, RFC: "RFC 5464 §4.1", Help: "unsolicited METADATA responses for the server"},
	{Name: "UIDONLY", Caps: []string{"UIDONLY"}, RFC: "RFC 9586", Help: "UIDs only: sequence numbers are no longer used"},
}

// mechanismTerms returns the SASL mechanisms as terms.
func mechanismTerms() []Term {
	mechanisms := sasl.Mechanisms()
	out := make([]Term, len(mechanisms))
	for i, m := range mechanisms {
		out[i] = Term{Name: m.Name, Caps: []string{"AUTH=" + m.Name}, RFC: m.RFC, Help: m.Help}
	}
	return out
}
