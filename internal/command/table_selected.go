package command

var searchArgs = []Arg{
	searchReturn,
	{Kind: CharsetGap, Hidden: true},
	sequence(tokenArg("CHARSET"), wordArg(Charset, "charset")).optional().help("the charset of the strings; not in UTF-8 mode"),
	searchKey.many().or(always("ALL")),
}

var (
	searchReturn = returning("ESEARCH")

	charset = wordArg(Charset, "charset").or(always("UTF-8")).help("the charset of the strings: UTF-8")

	fetchList = list(terms(FetchItems, "item").many())

	fetchData = oneOf(
		terms(FetchMacros, "macro"),
		terms(FetchItems, "item"),
		fetchList.bare(),
	).named("items").or(always("(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)")).help("ALL, FAST, FULL, one data item, or several in parentheses")

	fetchMods = list(terms(FetchModifiers, "fetch-modifier").many()).optional()

	storeData = oneOf(
		terms(StoreItems, "[+|-]FLAGS[.SILENT] flags"),
		sequence(wordArg(SignedFlag, "+flag"), wordArg(ShortFlag, "flag").many().optional(), wordArg(Insert, ")")).hidden(),
	).help("+FLAGS adds, -FLAGS removes, FLAGS replaces; .SILENT asks for no FETCH responses")

	storeMods = list(terms(StoreModifiers, "store-modifier").many()).optional()

	sortCriteria = list(sequence(tokenArg("REVERSE").optional(), terms(SortKeys, "sort-key")).many()).bare().or(always("(DATE)")).help("the sort keys; REVERSE reverses the key after it")

	sortArgs = []Arg{returning("ESORT"), sortCriteria, charset, searchKey.many().or(always("ALL"))}

	threadArgs = []Arg{
		oneOf(terms(ThreadAlgorithms, "algorithm"), wordArg(Other, "algorithm")).named("algorithm").or(bestThread).help("REFERENCES, ORDEREDSUBJECT, …"),
		charset,
		searchKey.many().or(always("ALL")),
	}
)

// returning returns the argument RETURN with its options, if the capability allows it.
func returning(capability string) Arg {
	return sequence(tokenArg("RETURN").needs(capability), list(terms(SearchReturns, "return-option").many().optional())).optional().help("what to return in place of all numbers")
}

// selectedState are the commands of RFC 9051 §6.4, and CHECK of RFC 3501.
var selectedState = []Command{
	{
		Name: "CLOSE", States: Selected, After: After{OK: Authenticated}, Effect: closes, RFC: "RFC 9051 §6.4.1",
		Expunges: true, Sweeps: true, Confirm: closeAsks,
		Summary:  `close the mailbox and remove messages that have \Deleted`,
		Help:     "No EXPUNGE responses are sent. A mailbox opened with EXAMINE is closed without removing anything. UNSELECT never removes anything.",
		Answer:   "only the tagged response; no EXPUNGE responses",
		Results:  Results{OK: "no mailbox is selected now"},
		Related:  []string{"UNSELECT", "EXPUNGE", "SELECT"},
		Examples: []string{"CLOSE"},
	},
	{
		Name: "UNSELECT", States: Selected, Caps: []string{"UNSELECT"}, After: After{OK: Authenticated}, RFC: "RFC 9051 §6.4.2",
		Summary:  "close the mailbox without removing messages",
		Help:     "Unlike CLOSE, it expunges nothing.",
		Answer:   "only the tagged response",
		Results:  Results{OK: "no mailbox is selected now"},
		Related:  []string{"CLOSE", "SELECT"},
		Examples: []string{"UNSELECT"},
	},
	{
		Name: "EXPUNGE", States: Selected, Effect: destroys, RFC: "RFC 9051 §6.4.3",
		Expunges: true, Sweeps: true, Confirm: expungeAsks,
		Summary:  `permanently remove all messages that have \Deleted`,
		Help:     "The server sends one untagged EXPUNGE response for each message (VANISHED after ENABLE QRESYNC). Each one renumbers the messages after it at once.",
		Answer:   "an EXPUNGE response for each message removed",
		Answers:  []string{"EXPUNGE", "VANISHED"},
		Results:  Results{OK: "the messages are gone", NO: "the mailbox is read-only, or you have no permission to expunge"},
		Related:  []string{"UID EXPUNGE", "STORE", "CLOSE", "MOVE"},
		Examples: []string{"EXPUNGE"},
	},
	{
		Name: "CHECK", States: Selected, Caps: rev1, RFC: "RFC 3501 §6.4.1",
		Repeats:  true,
		Polls:    true,
		Summary:  "ask for a checkpoint of the mailbox",
		Help:     "Most servers treat it as NOOP. Removed in IMAP4rev2. (To check the health of a server see imapsh check --help.)",
		Answer:   "nothing is required but the tagged response",
		Results:  Results{OK: "done"},
		Related:  []string{"NOOP"},
		Examples: []string{"CHECK"},
	},
	{
		Name: "SEARCH", States: Selected, Effect: reads, RFC: "RFC 9051 §6.4.4",
		Repeats:  true,
		ByNumber: true, Long: true,
		Args:    searchArgs,
		Summary: "find messages",
		Help:    "Several keys are combined with AND. OR and NOT come before the keys they apply to: OR FROM ann FROM ben, NOT SEEN. Parentheses group keys. SEARCH returns sequence numbers, UID SEARCH returns UIDs.",
		Answer:  "one untagged SEARCH response, empty if nothing matches; ESEARCH if RETURN was given, or in IMAP4rev2",
		Answers: []string{"SEARCH", "ESEARCH"},
		Results: Results{OK: "the search is complete", NO: "the charset is unknown (BADCHARSET), or the server cannot do this search"},
		Related: []string{"UID SEARCH", "SORT", "THREAD", "ESEARCH", "FETCH"},
		Examples: []string{"SEARCH UNSEEN", "SEARCH SINCE 1-Feb-2026 FROM alice", "SEARCH OR FROM ann (FROM ben NOT SEEN)", `SEARCH SUBJECT "two words"`,
			"SEARCH RETURN (COUNT MIN) UNSEEN", "SEARCH CHARSET UTF-8 TEXT {6}", "SEARCH 1:100 LARGER 100000", `SEARCH MODSEQ "/flags/\\draft" all 620162338`},
	},
	{
		Name: "FETCH", States: Selected, Effect: fetches, RFC: "RFC 9051 §6.4.5",
		ByNumber: true, Saves: true, Long: true, Doubt: fetchDoubts,
		Args:    []Arg{sequenceSet, fetchData, fetchMods},
		Summary: "get messages or data about them",
		Help:    `BODY[…], BINARY[…] and RFC822 set \Seen; BODY.PEEK and BINARY.PEEK do not. <0.100> after a section asks for its first 100 bytes.`,
		Answer:  "a FETCH response for each message, with the data items asked for",
		Answers: []string{"FETCH"},
		Results: Results{OK: "all data was sent", NO: "some data cannot be fetched", BAD: "a number after the last message, or an unknown data item"},
		Related: []string{"UID FETCH", "SEARCH", "STORE"},
		Examples: []string{"FETCH 7 (UID FLAGS ENVELOPE)", "FETCH 1:5 FAST", "FETCH 7 BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]", "FETCH 7 (FLAGS BODY[1.2.MIME] BODY.PEEK[TEXT]<0.100>)",
			"FETCH 1:* (FLAGS) (CHANGEDSINCE 12345)", "FETCH 7 BINARY.PEEK[2]<0.1000>", "FETCH 7 BODY[]"},
	},
	{
		Name: "STORE", States: Selected, Effect: stores, RFC: "RFC 9051 §6.4.6",
		ByNumber: true, SetsFlags: true, Confirm: storeAsks, Doubt: storeDoubts,
		Args:     []Arg{sequenceSet, storeMods, storeData},
		Summary:  "change the flags of messages",
		Help:     "The server sends FETCH responses with the new flags, unless you use .SILENT. A flag without a backslash is a keyword.",
		Answer:   "a FETCH response with the new flags of each message, unless you use .SILENT",
		Answers:  []string{"FETCH"},
		Results:  Results{OK: "the flags are stored", NO: "the flags cannot be stored: the mailbox is read-only, you have no permission, or new keywords are not allowed", BAD: "a number after the last message"},
		Related:  []string{"UID STORE", "FETCH", "EXPUNGE", "SEARCH"},
		Examples: []string{`STORE 5 +FLAGS (\Seen)`, `STORE 2:4 -FLAGS.SILENT \Flagged $Junk`, `STORE 7 FLAGS ()`, `STORE 7 (UNCHANGEDSINCE 320162338) +FLAGS.SILENT (\Deleted)`},
	},
	{
		Name: "COPY", States: Selected, Effect: changes, RFC: "RFC 9051 §6.4.7",
		Args:     []Arg{sequenceSet, mailbox("mailbox").help("the destination")},
		Summary:  "copy messages to another mailbox",
		Help:     "The server copies all messages or none. NO with TRYCREATE means that the mailbox does not exist and that CREATE may work. COPYUID gives the new UIDs.",
		Answer:   "only the tagged response, with COPYUID if UIDPLUS is advertised",
		Results:  Results{OK: "the messages are copied", NO: "no such mailbox (TRYCREATE), over quota (OVERQUOTA), or no permission; nothing was copied", BAD: "a number after the last message"},
		Related:  []string{"UID COPY", "MOVE", "APPEND"},
		Examples: []string{"COPY 2:4 Archive/2026", "COPY $ Trash"},
	},
	{
		Name: "MOVE", States: Selected, Caps: []string{"MOVE"}, Effect: changes, RFC: "RFC 9051 §6.4.8",
		Expunges: true,
		Args:     []Arg{sequenceSet, mailbox("mailbox").help("the destination")},
		Summary:  "move messages to another mailbox",
		Help:     "Copies messages and removes the originals in one step. COPYUID and the EXPUNGE responses come before the tagged OK.",
		Answer:   "an untagged OK with COPYUID, then an EXPUNGE response for each message moved",
		Answers:  []string{"OK", "EXPUNGE", "VANISHED"},
		Results:  Results{OK: "the messages are moved", NO: "no such mailbox (TRYCREATE), over quota (OVERQUOTA), or no permission", BAD: "a number after the last message"},
		Related:  []string{"UID MOVE", "COPY", "EXPUNGE"},
		Examples: []string{"MOVE 2:4 Trash"},
	},
	{
		Name: "UID FETCH", States: Selected, Effect: fetches, RFC: "RFC 9051 §6.4.9",
		Repeats: true,
		Saves:   true, Long: true, Doubt: fetchDoubts,
		Args:     []Arg{uidSet, fetchData, fetchMods},
		Summary:  "FETCH by UIDs",
		Help:     "Like FETCH, with UIDs; each response includes the UID. UIDs that do not exist are silently ignored.",
		Answer:   "a FETCH response for each message, with its UID",
		Answers:  []string{"FETCH", "UIDFETCH", "VANISHED"},
		Results:  Results{OK: "all data was sent, even if none of the UIDs exists", NO: "some data cannot be fetched"},
		Related:  []string{"FETCH", "UID SEARCH", "UID STORE"},
		Examples: []string{"UID FETCH 443:557 (FLAGS)", "UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)", "UID FETCH 1:* (UID FLAGS) (PARTIAL -1:-100)"},
	},
	{
		Name: "UID STORE", States: Selected, Effect: stores, RFC: "RFC 9051 §6.4.9",
		SetsFlags: true, Confirm: storeAsks, Doubt: storeDoubts,
		Args:     []Arg{uidSet, storeMods, storeData},
		Summary:  "STORE by UIDs",
		Help:     "Like STORE, with UIDs.",
		Answer:   "a FETCH response with the UID and new flags of each message, unless you use .SILENT",
		Answers:  []string{"FETCH", "UIDFETCH"},
		Results:  Results{OK: "the flags are stored", NO: "the flags cannot be stored: the mailbox is read-only, you have no permission, or new keywords are not allowed"},
		Related:  []string{"STORE", "UID FETCH", "UID EXPUNGE"},
		Examples: []string{`UID STORE 443 +FLAGS (\Seen)`},
	},
	{
		Name: "UID SEARCH", States: Selected, Effect: reads, RFC: "RFC 9051 §6.4.9",
		Repeats:  true,
		Long:     true,
		Args:     searchArgs,
		Summary:  "SEARCH that returns UIDs",
		Help:     "Like SEARCH, but returns UIDs. A set among the keys still means sequence numbers; for UIDs write UID before the set.",
		Answer:   "one untagged SEARCH response with UIDs; ESEARCH with UID if RETURN was given, or in IMAP4rev2",
		Answers:  []string{"SEARCH", "ESEARCH"},
		Results:  Results{OK: "the search is complete", NO: "the charset is unknown (BADCHARSET), or the server cannot do this search"},
		Related:  []string{"SEARCH", "UID FETCH", "UID SORT"},
		Examples: []string{"UID SEARCH UNSEEN", "UID SEARCH UID 443:557 FLAGGED"},
	},
	{
		Name: "UID COPY", States: Selected, Effect: changes, RFC: "RFC 9051 §6.4.9",
		Args:     []Arg{uidSet, mailbox("mailbox").help("the destination")},
		Summary:  "COPY by UIDs",
		Help:     "Like COPY, with UIDs.",
		Answer:   "only the tagged response, with COPYUID if UIDPLUS is advertised",
		Results:  Results{OK: "the messages are copied", NO: "no such mailbox (TRYCREATE), over quota (OVERQUOTA), or no permission; nothing was copied"},
		Related:  []string{"COPY", "UID MOVE", "UID SEARCH"},
		Examples: []string{"UID COPY 443:557 Archive/2026"},
	},
	{
		Name: "UID MOVE", States: Selected, Caps: []string{"MOVE"}, Effect: changes, RFC: "RFC 9051 §6.4.9",
		Expunges: true,
		Args:     []Arg{uidSet, mailbox("mailbox").help("the destination")},
		Summary:  "MOVE by UIDs",
		Help:     "Like MOVE, with UIDs.",
		Answer:   "an untagged OK with COPYUID, then an EXPUNGE response for each message moved",
		Answers:  []string{"OK", "EXPUNGE", "VANISHED"},
		Results:  Results{OK: "the messages are moved", NO: "no such mailbox (TRYCREATE), over quota (OVERQUOTA), or no permission"},
		Related:  []string{"MOVE", "UID COPY", "UID EXPUNGE"},
		Examples: []string{"UID MOVE 443:557 Trash"},
	},
	{
		Name: "UID EXPUNGE", States: Selected, Caps: []string{"UIDPLUS"}, Effect: destroys, RFC: "RFC 9051 §6.4.9",
		Expunges: true, Sweeps: true, Confirm: expungeAsks,
		Args:     []Arg{uidSet},
		Summary:  `permanently remove the messages with these UIDs that have \Deleted`,
		Help:     `Removes a message only if its UID is in the set and it has \Deleted.`,
		Answer:   "an EXPUNGE response for each message removed",
		Answers:  []string{"EXPUNGE", "VANISHED"},
		Results:  Results{OK: "the messages are gone", NO: "the mailbox is read-only, or you have no permission to expunge"},
		Related:  []string{"EXPUNGE", "UID STORE", "CLOSE"},
		Examples: []string{"UID EXPUNGE 443:557"},
	},
}
