package command

import "strings"

// Capability is a row of the table of capabilities.
type Capability struct {
	Name string // in capitals, without a value: "APPENDLIMIT" for APPENDLIMIT=1000
	// Value says that "=value" may follow the name.
	Value     bool
	ImpliedBy []string // capabilities that include it
	RFC       string   // source: an RFC, a draft or a product
	Help      string   // one phrase, without a full stop
}

var (
	rev1 = []string{"IMAP4REV1"} // removed in IMAP4rev2
	rev2 = []string{"IMAP4REV2"}
)

var capabilities = []Capability{
	{Name: "IMAP4REV1", RFC: "RFC 3501", Help: "IMAP version 4rev1"},
	{Name: "IMAP4REV2", RFC: "RFC 9051", Help: "IMAP version 4rev2"},
	{Name: "ACL", RFC: "RFC 4314", Help: "access control lists"},
	{Name: "ACL2", RFC: "draft-ietf-imapext-2086upd", Help: "RFC 4314 as a draft; now RIGHTS=…"},
	{Name: "ACL2=UNION", RFC: "Courier", Help: "your rights are the union of those of all identifiers that match you"},
	{Name: "ANNOTATE-EXPERIMENT-1", RFC: "RFC 5257", Help: "annotations of messages"},
	{Name: "APPENDLIMIT", Value: true, RFC: "RFC 7889", Help: "the largest message that can be appended"},
	{Name: "AUTH", Value: true, RFC: "RFC 9051 §6.2.2", Help: "a SASL mechanism for AUTHENTICATE"},
	{Name: "BINARY", ImpliedBy: rev2, RFC: "RFC 3516", Help: "decoded parts of messages, without transfer encoding"},
	{Name: "CATENATE", RFC: "RFC 4469", Help: "APPEND of messages made of parts stored on the server"},
	{Name: "CHILDREN", ImpliedBy: []string{"IMAP4REV2", "LIST-EXTENDED"}, RFC: "RFC 3348", Help: `\HasChildren and \HasNoChildren in LIST`},
	{Name: "COMPRESS", Value: true, RFC: "RFC 4978", Help: "compression of the connection"},
	{Name: "CONDSTORE", ImpliedBy: []string{"QRESYNC"}, RFC: "RFC 7162", Help: "modification sequences; STORE only to messages that nobody else changed"},
	{Name: "CONTEXT", Value: true, RFC: "RFC 5267", Help: "searches whose results the server keeps up to date"},
	{Name: "CONVERT", RFC: "RFC 5259", Help: "conversion of attachments to other formats"},
	{Name: "CREATE-SPECIAL-USE", RFC: "RFC 6154", Help: "special uses for new mailboxes"},
	{Name: "DIGEST=SHA1", RFC: "Cyrus IMAP", Help: "the SHA-1 of a message in FETCH"},
	{Name: "ENABLE", ImpliedBy: rev2, RFC: "RFC 5161", Help: "the ENABLE command"},
	{Name: "ESEARCH", ImpliedBy: rev2, RFC: "RFC 4731", Help: "SEARCH RETURN (…): choose what to return"},
	{Name: "ESORT", RFC: "RFC 5267", Help: "SORT RETURN (…): choose what to return"},
	{Name: "FILTER=SIEVE", RFC: "Dovecot Pigeonhole", Help: "the FILTER command: Sieve scripts on stored messages"},
	{Name: "FILTERS", RFC: "RFC 5466", Help: "searches stored under a name"},
	{Name: "I18NLEVEL", Value: true, RFC: "RFC 5255", Help: "how strings are compared"},
	{Name: "ID", RFC: "RFC 2971", Help: "the ID command"},
	{Name: "IDLE", ImpliedBy: rev2, RFC: "RFC 2177", Help: "the IDLE command: push notifications"},
	{Name: "IMAP4", RFC: "RFC 1730", Help: "IMAP version 4, obsolete"},
	{Name: "IMAPSIEVE", Value: true, RFC: "RFC 6785", Help: "Sieve scripts when messages arrive or change"},
	{Name: "INPROGRESS", RFC: "RFC 9585", Help: "the server reports the progress of long commands"},
	{Name: "JMAPACCESS", RFC: "RFC 9698", Help: "the same mail is available over JMAP"},
	{Name: "LANGUAGE", RFC: "RFC 5255", Help: "server texts in other languages"},
	{Name: "LIST-EXTENDED", ImpliedBy: rev2, RFC: "RFC 5258", Help: "LIST with options and several patterns"},
	{Name: "LIST-METADATA", RFC: "RFC 9590", Help: "metadata with LIST"},
	{Name: "LIST-MYRIGHTS", RFC: "RFC 8440", Help: "rights with LIST"},
	{Name: "LIST-STATUS", ImpliedBy: rev2, RFC: "RFC 5819", Help: "counts with LIST"},
	{Name: "LIST-SUBSCRIBED", RFC: "draft-ietf-imapext-list-extensions", Help: "LIST-EXTENDED as a draft"},
	{Name: "LISTEXT", RFC: "draft-ietf-imapext-list-extensions", Help: "LIST-EXTENDED as a draft"},
	{Name: "LITERAL+", RFC: "RFC 7888", Help: "literals of any size without waiting for the server"},
	{Name: "LITERAL-", ImpliedBy: []string{"LITERAL+", "IMAP4REV2"}, RFC: "RFC 7888", Help: "literals of up to 4096 bytes without waiting for the server"},
	{Name: "LOGIN-REFERRALS", RFC: "RFC 2221", Help: "the server may refer you to another one at login"},
	{Name: "LOGINDISABLED", RFC: "RFC 9051 §6.2.3", Help: "LOGIN is not allowed, typically because the connection is not encrypted: use STARTTLS or imaps first, or AUTHENTICATE"},
	{Name: "MAILBOX-REFERRALS", RFC: "RFC 2193", Help: "mailboxes on other servers"},
	{Name: "MESSAGELIMIT", Value: true, RFC: "RFC 9738", Help: "how many messages one command may use"},
	{Name: "METADATA", RFC: "RFC 5464", Help: "annotations of mailboxes and of the server"},
	{Name: "METADATA-SERVER", ImpliedBy: []string{"METADATA"}, RFC: "RFC 5464", Help: "annotations of the server"},
	{Name: "MOVE", ImpliedBy: rev2, RFC: "RFC 6851", Help: "the MOVE command"},
	{Name: "MULTIAPPEND", RFC: "RFC 3502", Help: "several messages in one APPEND"},
	{Name: "MULTISEARCH", RFC: "RFC 7377", Help: "search in several mailboxes at once"},
	{Name: "NAMESPACE", ImpliedBy: rev2, RFC: "RFC 2342", Help: "where your own, other users' and shared mailboxes are"},
	{Name: "NOTIFY", RFC: "RFC 5465", Help: "reports about any mailbox"},
	{Name: "NO_ATOMIC_RENAME", RFC: "Cyrus IMAP", Help: "RENAME of several mailboxes is not atomic"},
	{Name: "OBJECTID", RFC: "RFC 8474", Help: "permanent identifiers of mailboxes, messages and threads"},
	{Name: "PARTIAL", RFC: "RFC 9394", Help: "results in pages"},
	{Name: "PREVIEW", RFC: "RFC 8970", Help: "the first words of a message"},
	{Name: "PREVIEW=FUZZY", RFC: "draft-ietf-extra-imap-fetch-preview", Help: "PREVIEW as a draft"},
	{Name: "QRESYNC", RFC: "RFC 7162", Help: "SELECT reports what has changed since last time"},
	{Name: "QUOTA", RFC: "RFC 9208", Help: "storage limits"},
	{Name: "QUOTASET", RFC: "RFC 9208", Help: "the SETQUOTA command"},
	{Name: "QUOTA=RES-STORAGE", RFC: "RFC 9208", Help: "a limit on size"},
	{Name: "QUOTA=RES-MESSAGE", RFC: "RFC 9208", Help: "a limit on the number of messages"},
	{Name: "QUOTA=RES-MAILBOX", RFC: "RFC 9208", Help: "a limit on the number of mailboxes"},
	{Name: "QUOTA=RES-ANNOTATION-STORAGE", RFC: "RFC 9208", Help: "a limit on the size of annotations"},
	{Name: "REPLACE", RFC: "RFC 8508", Help: "the REPLACE command"},
	{Name: "RIGHTS", Value: true, RFC: "RFC 4314", Help: "additional access rights"},
	{Name: "SASL-IR", ImpliedBy: rev2, RFC: "RFC 4959", Help: "an initial response in AUTHENTICATE"},
	{Name: "SAVEDATE", RFC: "RFC 8514", Help: "when a message was saved in its mailbox"},
	{Name: "SAVELIMIT", Value: true, RFC: "RFC 9738", Help: "how many messages a COPY, MOVE or APPEND may save"},
	{Name: "SCAN", RFC: "draft-ietf-imapext-scan", Help: "the SCAN command"},
	{Name: "SEARCH=FUZZY", RFC: "RFC 6203", Help: "approximate searches"},
	{Name: "SEARCHRES", ImpliedBy: rev2, RFC: "RFC 5182", Help: "$, the last search result"},
	{Name: "SNIPPET=FUZZY", RFC: "draft-slusarz-imap-fetch-snippet", Help: "PREVIEW as a draft, when it was called SNIPPET"},
	{Name: "SORT", ImpliedBy: []string{"SORT=DISPLAY"}, RFC: "RFC 5256", Help: "the SORT command"},
	{Name: "SORT=DISPLAY", RFC: "RFC 5957", Help: "sorting by display names"},
	{Name: "SORT=MODSEQ", RFC: "Cyrus IMAP", Help: "sorting by modification sequence"},
	{Name: "SORT=UID", RFC: "Cyrus IMAP", Help: "sorting by UID"},
	{Name: "SPECIAL-USE", ImpliedBy: rev2, RFC: "RFC 6154", Help: "which mailbox is for drafts, sent, trash"},
	{Name: "STARTTLS", RFC: "RFC 9051 §6.2.1", Help: "the STARTTLS command"},
	{Name: "STATUS=SIZE", ImpliedBy: rev2, RFC: "RFC 8438", Help: "the size of a mailbox in STATUS"},
	{Name: "THREAD", Value: true, RFC: "RFC 5256", Help: "the THREAD command, with this algorithm"},
	{Name: "UIDONLY", RFC: "RFC 9586", Help: "sessions with UIDs only"},
	{Name: "UIDPLUS", ImpliedBy: rev2, RFC: "RFC 4315", Help: "UID EXPUNGE, and the UIDs of appended or copied messages"},
	{Name: "UNAUTHENTICATE", RFC: "RFC 8437", Help: "the UNAUTHENTICATE command"},
	{Name: "UNSELECT", ImpliedBy: rev2, RFC: "RFC 3691", Help: "the UNSELECT command"},
	{Name: "URL-PARTIAL", RFC: "RFC 5550", Help: "partial ranges in IMAP URLs"},
	{Name: "URLAUTH", Value: true, RFC: "RFC 4467", Help: "URLs that give access"},
	{Name: "URLAUTH=BINARY", RFC: "RFC 5524", Help: "URLFETCH of decoded parts and their structure"},
	{Name: "UTF8=ACCEPT", ImpliedBy: []string{"UTF8=ONLY"}, RFC: "RFC 6855", Help: "UTF-8 in names and strings, once enabled"},
	{Name: "UTF8=ALL", RFC: "RFC 5738", Help: "UTF-8 in names and messages, obsolete"},
	{Name: "UTF8=APPEND", RFC: "RFC 5738", Help: "UTF-8 messages in APPEND, obsolete"},
	{Name: "UTF8=ONLY", RFC: "RFC 6855", Help: "clients must enable UTF8=ACCEPT"},
	{Name: "UTF8=USER", RFC: "RFC 5738", Help: "UTF-8 in user names and passwords, obsolete"},
	{Name: "WITHIN", RFC: "RFC 5032", Help: "SEARCH OLDER and YOUNGER"},
	{Name: "X-CREATEDMODSEQ", RFC: "Cyrus IMAP", Help: "the modification sequence when a message was created"},
	{Name: "X-GM-EXT-1", RFC: "Gmail IMAP extensions", Help: "Gmail's labels, threads and search"},
	{Name: "X-MSG-EXT", RFC: "Yahoo, not published", Help: "Yahoo's own message attributes"},
	{Name: "X-NETSCAPE", RFC: "not published", Help: "the NETSCAPE command"},
	{Name: "X-QUOTA", Value: true, RFC: "Cyrus IMAP", Help: "a resource that quotas can limit"},
	{Name: "X-REPLICATION", RFC: "Cyrus IMAP", Help: "replication between servers"},
	{Name: "X-SIEVE-MAILBOX", RFC: "Cyrus IMAP", Help: "Sieve scripts in a mailbox"},
	{Name: "XAPPLEPUSHSERVICE", RFC: "not published", Help: "push notifications to Apple's devices"},
	{Name: "XCONVERSATIONS", RFC: "Cyrus IMAP", Help: "conversations across mailboxes: XCONVFETCH and others"},
	{Name: "XCOURIEROUTBOX", Value: true, RFC: "Courier", Help: "messages copied to this mailbox are sent"},
	{Name: "XLIST", RFC: "draft-gulbrandsen-imap-special-use", Help: "the XLIST command"},
	{Name: "XMAGICTRASH", RFC: "Courier", Help: "EXPUNGE moves messages to Trash"},
	{Name: "XMOVE", RFC: "Cyrus IMAP", Help: "MOVE as a draft"},
	{Name: "XYMHIGHESTMODSEQ", RFC: "Yahoo, not published", Help: "Yahoo's own modification sequences"},
	{Name: "XYZZY", RFC: "Gmail, not published", Help: "a command that does nothing"},
}

// Capabilities returns the table of capabilities. It must not be changed.
func Capabilities() []Capability { return capabilities }

// LookupCapability returns the row of a capability as advertised, in upper or lower case, with its value if it
// has one; nil if it is not in the table.
func LookupCapability(name string) *Capability {
	bare, _, _ := strings.Cut(name, "=")
	var found *Capability
	for i := range capabilities {
		switch c := &capabilities[i]; {
		case strings.EqualFold(c.Name, name):
			return c
		case c.Value && strings.EqualFold(c.Name, bare):
			found = c
		}
	}
	return found
}

// offers reports whether any of the capabilities is advertised, by its own name or as part of another; true
// if caps is empty.
func (v *View) offers(caps []string) bool { return v.any(caps, v.Has("IMAP4REV2") || v.Rev2) }

// speaks is offers, but IMAP4rev2 counts only if it is the base protocol.
func (v *View) speaks(caps []string) bool { return v.any(caps, v.Rev2) }

// Offers reports whether a command, a term or an argument that needs one of the capabilities can be expected to
// work. It returns true while not all capabilities are known.
func (v *View) Offers(caps ...string) bool {
	return len(caps) == 0 || v.Caps == nil || v.MoreCaps || v.offers(caps)
}

func (v *View) any(caps []string, rev2 bool) bool {
	for _, name := range caps {
		if name == "IMAP4REV2" && rev2 || name != "IMAP4REV2" && v.has(name) {
			return true
		}
		c := LookupCapability(name)
		if c == nil {
			continue
		}
		for _, by := range c.ImpliedBy {
			if by == "IMAP4REV2" && rev2 || by != "IMAP4REV2" && v.has(by) {
				return true
			}
		}
	}
	return len(caps) == 0
}

// has is Has, and also finds a capability with a value by its name.
func (v *View) has(name string) bool {
	if v.Has(name) {
		return true
	}
	if c := LookupCapability(name); c == nil || !c.Value || !strings.EqualFold(c.Name, name) {
		return false
	}
	for have := range v.Caps {
		if strings.HasPrefix(have, strings.ToUpper(name)+"=") {
			return true
		}
	}
	return false
}
