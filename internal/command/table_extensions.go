package command

var (
	quotaRoot  = astring("quota-root").help(`the name of a quota root; often ""`)
	identifier = astring("identifier").help("a user, a group, anyone; -name takes rights away")
	own        = mailbox("mailbox").or(selected).help("the mailbox; left out, the selected one")
	urls       = astring("url").help("an IMAP URL (RFC 5092)")
)

var (
	aclCaps   = []string{"ACL"}
	quotaCaps = []string{"QUOTA"}
	metaCaps  = []string{"METADATA-SERVER"}
	urlCaps   = []string{"URLAUTH"}
)

// extensions are the commands of extensions, in the order of their RFCs.
var extensions = []Command{
	{
		Name: "ID", States: AnyState, Caps: []string{"ID"}, RFC: "RFC 2971 §3.1",
		Args: []Arg{oneOf(
			tokenArg("NIL"),
			list(sequence(wordArg(String, "field"), wordArg(NString, "value")).many().optional()).bare(),
		).named("NIL|(field value ...)").or(always("NIL"))},
		Summary:  "tell who one is and ask who the server is",
		Help:     "NIL tells nothing. Fields are name, version, vendor, os, support-url, …, each with a string or NIL.",
		Examples: []string{"ID NIL", `ID ("name" "imapsh" "version" "1.0")`},
	},
	{
		Name: "UNAUTHENTICATE", States: LoggedIn, Caps: []string{"UNAUTHENTICATE"}, After: After{OK: NotAuthenticated}, RFC: "RFC 8437 §2",
		Summary:  "log out and keep the connection",
		Help:     "Back to the not authenticated state: everything selected, enabled or known of the user is gone, TLS stays.",
		Examples: []string{"UNAUTHENTICATE"},
	},
	{
		Name: "COMPRESS", States: LoggedIn, Caps: []string{"COMPRESS=DEFLATE"}, RFC: "RFC 4978 §3",
		Args:     []Arg{tokenArg("DEFLATE").or(always("DEFLATE"))},
		Summary:  "compress both directions from now on",
		Help:     "Compression begins right behind the tagged OK. What is shown stays readable; only the link carries less.",
		Examples: []string{"COMPRESS DEFLATE"},
	},
	{
		Name: "GETACL", States: LoggedIn, Caps: aclCaps, Effect: reads, RFC: "RFC 4314 §3.3",
		Args:     []Arg{own},
		Summary:  "ask who has which rights on a mailbox",
		Help:     "The untagged ACL response lists identifiers and rights. Needs the right a.",
		Examples: []string{"GETACL INBOX"},
	},
	{
		Name: "SETACL", States: LoggedIn, Caps: aclCaps, Effect: changes, RFC: "RFC 4314 §3.1",
		Args:     []Arg{mailbox("mailbox"), identifier, astring("rights").help("lrswipkxtea; + before adds, - before removes, else they replace")},
		Summary:  "set someone's rights on a mailbox",
		Help:     "l lookup, r read, s seen, w write, i insert, p post, k create, x delete mailbox, t delete messages, e expunge, a administer.",
		Examples: []string{"SETACL Team anyone lrs", "SETACL Team bob +te"},
	},
	{
		Name: "DELETEACL", States: LoggedIn, Caps: aclCaps, Effect: changes, RFC: "RFC 4314 §3.2",
		Args:     []Arg{mailbox("mailbox"), identifier},
		Summary:  "remove someone's rights on a mailbox",
		Help:     "Removes the pair of identifier and rights altogether.",
		Examples: []string{"DELETEACL Team bob"},
	},
	{
		Name: "LISTRIGHTS", States: LoggedIn, Caps: aclCaps, Effect: reads, RFC: "RFC 4314 §3.4",
		Args:     []Arg{mailbox("mailbox"), identifier},
		Summary:  "ask which rights can be given to someone",
		Help:     "The first set is always given; rights within one of the others go together.",
		Examples: []string{"LISTRIGHTS Team bob"},
	},
	{
		Name: "MYRIGHTS", States: LoggedIn, Caps: aclCaps, Effect: reads, RFC: "RFC 4314 §3.5",
		Args:     []Arg{own},
		Summary:  "ask which rights one has on a mailbox",
		Help:     "The untagged MYRIGHTS response gives the letters that SETACL takes.",
		Examples: []string{"MYRIGHTS INBOX"},
	},
	{
		Name: "GETQUOTA", States: LoggedIn, Caps: quotaCaps, Effect: reads, RFC: "RFC 9208 §4.1.2",
		Args:     []Arg{quotaRoot},
		Summary:  "ask for the usage and limits of a quota root",
		Help:     "The untagged QUOTA response has a triplet of name, usage and limit for each resource; STORAGE counts units of 1,024 octets.",
		Examples: []string{`GETQUOTA ""`},
	},
	{
		Name: "GETQUOTAROOT", States: LoggedIn, Caps: quotaCaps, Effect: reads, RFC: "RFC 9208 §4.1.3",
		Args:     []Arg{mailbox("mailbox").or(always("INBOX")).help("the mailbox; left out, INBOX")},
		Summary:  "ask which quota roots a mailbox has, and their usage",
		Help:     "An untagged QUOTAROOT response, then a QUOTA response for each root.",
		Examples: []string{"GETQUOTAROOT INBOX"},
	},
	{
		Name: "SETQUOTA", States: LoggedIn, Caps: []string{"QUOTA", "QUOTASET"}, Effect: changes, RFC: "RFC 9208 §4.1.1",
		Args: []Arg{quotaRoot, list(sequence(
			oneOf(terms(QuotaResources, "resource"), wordArg(Other, "resource")).named("resource"), number("limit")).many().optional())},
		Summary:  "set the limits of a quota root",
		Help:     "Limits not named are removed. Usually for administrators alone.",
		Examples: []string{`SETQUOTA "" (STORAGE 512)`, `SETQUOTA "" ()`},
	},
	{
		Name: "SORT", States: Selected, Caps: []string{"SORT"}, Effect: reads, RFC: "RFC 5256 §3",
		Args:     sortArgs,
		Summary:  "find messages, sorted",
		Help:     "Sort keys in parentheses, a charset, then the keys of SEARCH. The charset must be there.",
		Examples: []string{"SORT (DATE) UTF-8 ALL", "SORT (REVERSE SIZE SUBJECT) UTF-8 UNSEEN", "SORT RETURN (COUNT PARTIAL 1:50) (REVERSE DATE) UTF-8 ALL"},
	},
	{
		Name: "UID SORT", States: Selected, Caps: []string{"SORT"}, Effect: reads, RFC: "RFC 5256 §3",
		Args:     sortArgs,
		Summary:  "SORT that answers with UIDs",
		Help:     "Like SORT.",
		Examples: []string{"UID SORT (REVERSE ARRIVAL) UTF-8 UNDELETED"},
	},
	{
		Name: "THREAD", States: Selected, Caps: threadCaps, Effect: reads, RFC: "RFC 5256 §3",
		Args:     threadArgs,
		Summary:  "find messages, in threads",
		Help:     "An algorithm, a charset, then the keys of SEARCH. In the answer parentheses show who answers whom.",
		Examples: []string{"THREAD REFERENCES UTF-8 ALL", "THREAD ORDEREDSUBJECT UTF-8 SINCE 1-Feb-2026"},
	},
	{
		Name: "UID THREAD", States: Selected, Caps: threadCaps, Effect: reads, RFC: "RFC 5256 §3",
		Args:     threadArgs,
		Summary:  "THREAD that answers with UIDs",
		Help:     "Like THREAD.",
		Examples: []string{"UID THREAD REFS UTF-8 ALL"},
	},
	{
		Name: "GETMETADATA", States: LoggedIn, Caps: metaCaps, Effect: reads, RFC: "RFC 5464 §4.2",
		Args: []Arg{
			list(terms(MetadataOptions, "option").many()).optional(),
			mailbox("mailbox").help(`the mailbox; "" is the server itself`),
			oneOf(entryName, list(entryName.many())).named("entries").help("/shared/… or /private/…, one or several in parentheses"),
		},
		Summary:  "get annotations of a mailbox or of the server",
		Help:     "Entries that have no value are left out of the METADATA response. An empty mailbox name means the server.",
		Examples: []string{"GETMETADATA INBOX /private/comment", `GETMETADATA (DEPTH 1) "" (/shared)`},
	},
	{
		Name: "SETMETADATA", States: LoggedIn, Caps: metaCaps, Effect: changes, RFC: "RFC 5464 §4.3",
		Args:     []Arg{mailbox("mailbox").help(`the mailbox; "" is the server itself`), list(sequence(entryName, value).many())},
		Summary:  "set annotations of a mailbox or of the server",
		Help:     "The value NIL removes an entry.",
		Examples: []string{`SETMETADATA INBOX (/private/comment "My comment")`, "SETMETADATA INBOX (/private/comment NIL)"},
	},
	{
		Name: "NOTIFY", States: LoggedIn, Caps: []string{"NOTIFY"}, RFC: "RFC 5465 §3",
		Args: []Arg{oneOf(
			tokenArg("NONE"),
			sequence(tokenArg("SET"), tokenArg("STATUS").optional(), list(
				terms(NotifyFilters, "mailboxes"),
				oneOf(tokenArg("NONE"), list(oneOf(terms(NotifyEvents, "event"), wordArg(Other, "event")).named("event").many())),
			).many()),
		)},
		Summary:  "choose which events the server tells, for any mailbox",
		Help:     "Each group names mailboxes and events. NONE switches all of it off, even what IMAP tells without NOTIFY.",
		Examples: []string{"NOTIFY NONE", "NOTIFY SET STATUS (SELECTED (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (SUBTREE Lists NONE) (PERSONAL (MessageNew MessageExpunge))"},
	},
	{
		Name: "ESEARCH", States: LoggedIn, Caps: []string{"MULTISEARCH"}, Effect: reads, RFC: "RFC 7377 §2.1",
		Args: append([]Arg{
			sequence(tokenArg("IN"), list(terms(NotifyFilters, "mailboxes").many())).optional().help("where to search"),
		}, searchArgs...),
		Summary:  "find messages in several mailboxes",
		Help:     "Mailboxes are named as in NOTIFY. An ESEARCH response comes for each mailbox that has a match.",
		Examples: []string{"ESEARCH IN (MAILBOXES INBOX SUBTREE-ONE Archive) UNSEEN", `ESEARCH IN (SUBTREE (Lists "Old Lists")) RETURN (COUNT) FROM alice`},
	},
	{
		Name: "CANCELUPDATE", States: Selected, Caps: []string{"CONTEXT=SEARCH", "CONTEXT=SORT"}, RFC: "RFC 5267 §4.3.5",
		Args:     []Arg{wordArg(String, "tag").many().help("the tag of the SEARCH or SORT, quoted")},
		Summary:  "no more updates of a search result",
		Help:     "Ends what RETURN (UPDATE) of a SEARCH or SORT began; the tag is that command's.",
		Examples: []string{`CANCELUPDATE "a004"`},
	},
	{
		Name: "GENURLAUTH", States: LoggedIn, Caps: urlCaps, Effect: changes, RFC: "RFC 4467 §7",
		Args:     []Arg{sequence(urls, wordArg(AtomKind, "mechanism").help("INTERNAL")).many()},
		Summary:  "have URLs made that give access to a part of a message",
		Help:     "The mechanism is INTERNAL. Who has the URL can fetch what it names by URLFETCH.",
		Examples: []string{`GENURLAUTH "imap://alice@example.org/INBOX/;uid=20;urlauth=anonymous" INTERNAL`},
	},
	{
		Name: "RESETKEY", States: LoggedIn, Caps: urlCaps, Effect: changes, RFC: "RFC 4467 §7",
		Args:     []Arg{sequence(mailbox("mailbox"), wordArg(AtomKind, "mechanism").many().optional()).optional()},
		Summary:  "make URLs given out for a mailbox worthless",
		Help:     "Without a mailbox, those of all mailboxes.",
		Examples: []string{"RESETKEY", "RESETKEY INBOX INTERNAL"},
	},
	{
		Name: "URLFETCH", States: LoggedIn, Caps: urlCaps, Effect: reads, RFC: "RFC 4467 §7",
		Args:     []Arg{urls.many()},
		Summary:  "get what URLs name",
		Help:     "The untagged URLFETCH response pairs each URL with a string, or NIL.",
		Examples: []string{`URLFETCH "imap://alice@example.org/INBOX/;uid=20/;section=1.2;urlauth=submit+bob:internal:91354a473744909de610943775f92038"`},
	},
	{
		Name: "LANGUAGE", States: AnyState, Caps: []string{"LANGUAGE"}, RFC: "RFC 5255 §3.2",
		Args:     []Arg{astring("language-range").many().optional().help("de, en-GB, default")},
		Summary:  "choose the language of the server's texts",
		Help:     "Without arguments the server lists the languages it has.",
		Examples: []string{"LANGUAGE", "LANGUAGE de en"},
	},
	{
		Name: "COMPARATOR", States: LoggedIn, Caps: []string{"I18NLEVEL=2"}, RFC: "RFC 5255 §4.7",
		Args:     []Arg{astring("comparator").many().optional()},
		Summary:  "choose how strings are compared",
		Help:     "Without arguments the server tells which comparator is active. It counts for SEARCH, SORT and THREAD.",
		Examples: []string{"COMPARATOR", "COMPARATOR i;unicode-casemap"},
	},
	{
		Name: "REPLACE", States: Selected, Caps: []string{"REPLACE"}, Effect: destroys, RFC: "RFC 8508 §3.1",
		Args:     []Arg{wordArg(SequenceSet, "sequence-number").help("the number of one message"), mailbox("mailbox").help("where the new one goes"), message},
		Summary:  "put a message in the place of another",
		Help:     "APPEND and removal of the old message in one; drafts are what it was made for.",
		Examples: []string{`REPLACE 4 Drafts (\Seen \Draft) {312}`},
	},
	{
		Name: "UID REPLACE", States: Selected, Caps: []string{"REPLACE"}, Effect: destroys, RFC: "RFC 8508 §3.2",
		Args:     []Arg{wordArg(SequenceSet, "uid").help("the UID of one message"), mailbox("mailbox").help("where the new one goes"), message},
		Summary:  "REPLACE by UID",
		Help:     "Like REPLACE; the number is a UID.",
		Examples: []string{`UID REPLACE 2000 Drafts (\Seen \Draft) {350}`},
	},
	{
		Name: "GETJMAPACCESS", States: LoggedIn, Caps: []string{"JMAPACCESS"}, Effect: reads, RFC: "RFC 9698 §3",
		Summary:  "ask where the same mail is to be had by JMAP",
		Help:     "The untagged JMAPACCESS response has the URL of the JMAP session.",
		Examples: []string{"GETJMAPACCESS"},
	},
	{
		Name: "RLIST", States: LoggedIn, Caps: []string{"MAILBOX-REFERRALS"}, Effect: reads, RFC: "RFC 2193 §5.1",
		Args:     []Arg{reference, patternArg.or(always(`"*"`))},
		Summary:  "list mailboxes, remote ones too",
		Help:     "LIST for clients that follow referrals.",
		Examples: []string{`RLIST "" "*"`},
	},
	{
		Name: "RLSUB", States: LoggedIn, Caps: []string{"MAILBOX-REFERRALS"}, Effect: reads, RFC: "RFC 2193 §5.2",
		Args:     []Arg{reference, patternArg.or(always(`"*"`))},
		Summary:  "list subscribed mailboxes, remote ones too",
		Help:     "LSUB for clients that follow referrals.",
		Examples: []string{`RLSUB "" "*"`},
	},
	{
		Name: "XLIST", States: LoggedIn, Caps: []string{"XLIST"}, Effect: reads, RFC: "draft-gulbrandsen-imap-special-use",
		Args:     []Arg{reference, patternArg.or(always(`"*"`))},
		Summary:  "list mailboxes with their special uses",
		Help:     `Gmail's way before RFC 6154: \Inbox, \AllMail, \Spam, \Starred among the attributes. LIST says as much today.`,
		Examples: []string{`XLIST "" "*"`},
	},
	{
		Name: "SCAN", States: LoggedIn, Caps: []string{"SCAN"}, Effect: reads, RFC: "draft-ietf-imapext-scan",
		Args:     []Arg{reference, patternArg.or(always(`"*"`)), astring("string").help("what a message must have")},
		Summary:  "list mailboxes that have a message with a string",
		Help:     "Like LIST; only mailboxes with a match are listed.",
		Examples: []string{`SCAN "" "*" invoice`},
	},
	{
		Name: "XAPPLEPUSHSERVICE", States: LoggedIn, Caps: []string{"XAPPLEPUSHSERVICE"}, Effect: changes, RFC: "not published",
		Args:     []Arg{wordArg(FreeText, "name-and-value").many().help("aps-version 2 aps-account-id … mailboxes (INBOX)"), list(mailbox("mailbox").many()).optional()},
		Summary:  "register a device for push notifications",
		Help:     "Known by name from servers that serve Apple's clients; it is documented nowhere.",
		Examples: []string{`XAPPLEPUSHSERVICE aps-version 2 aps-account-id 0715A26B aps-device-token 2918390218931890821908309283098109381029309829018310983092892829 aps-subtopic com.apple.mobilemail mailboxes (INBOX)`},
	},
}

var threadCaps = []string{"THREAD=REFERENCES", "THREAD=ORDEREDSUBJECT", "THREAD=REFS"}
