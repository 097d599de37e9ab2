package command

var searchArgs = []Arg{
	searchReturn,
	{Kind: CharsetGap, Hidden: true},
	sequence(tokenArg("CHARSET"), wordArg(Charset, "charset")).optional().help("of the strings; not in UTF-8 mode"),
	searchKey.many().or(always("ALL")),
}

var (
	searchReturn = returning("ESEARCH")

	charset = wordArg(Charset, "charset").or(always("UTF-8")).help("of the strings: UTF-8")

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
	).help("+FLAGS adds, -FLAGS removes, FLAGS sets; .SILENT wants no FETCH in answer")

	storeMods = list(terms(StoreModifiers, "store-modifier").many()).optional()

	sortCriteria = list(sequence(tokenArg("REVERSE").optional(), terms(SortKeys, "sort-key")).many()).bare().or(always("(DATE)")).help("what to sort by; REVERSE before a key turns it round")

	sortArgs = []Arg{returning("ESORT"), sortCriteria, charset, searchKey.many().or(always("ALL"))}

	threadArgs = []Arg{
		oneOf(terms(ThreadAlgorithms, "algorithm"), wordArg(Other, "algorithm")).named("algorithm").or(bestThread).help("REFERENCES, ORDEREDSUBJECT, …"),
		charset,
		searchKey.many().or(always("ALL")),
	}
)

// returning is RETURN and what to answer with, where the capability allows it.
func returning(capability string) Arg {
	return sequence(tokenArg("RETURN").needs(capability), list(terms(SearchReturns, "return-option").many().optional())).optional().help("what to answer with, instead of all numbers")
}

// selectedState: RFC 9051 §6.4, and CHECK of RFC 3501.
var selectedState = []Command{
	{
		Name: "CLOSE", States: Selected, After: After{OK: Authenticated}, Effect: closes, RFC: "RFC 9051 §6.4.1",
		Expunges: true, Sweeps: true, Confirm: closeAsks,
		Summary:  `close the mailbox and remove what has \Deleted`,
		Help:     "No EXPUNGE responses are sent. A mailbox opened by EXAMINE is closed without removing anything; so does UNSELECT.",
		Answer:   "nothing; no EXPUNGE responses",
		Results:  Results{OK: "no mailbox is selected now"},
		Related:  []string{"UNSELECT", "EXPUNGE", "SELECT"},
		Examples: []string{"CLOSE"},
	},
	{
		Name: "UNSELECT", States: Selected, Caps: []string{"UNSELECT"}, After: After{OK: Authenticated}, RFC: "RFC 9051 §6.4.2",
		Summary:  "close the mailbox and remove nothing",
		Help:     "Unlike CLOSE it expunges nothing.",
		Answer:   "nothing",
		Results:  Results{OK: "no mailbox is selected now"},
		Related:  []string{"CLOSE", "SELECT"},
		Examples: []string{"UNSELECT"},
	},
	{
		Name: "EXPUNGE", States: Selected, Effect: destroys, RFC: "RFC 9051 §6.4.3",
		Expunges: true, Sweeps: true, Confirm: expungeAsks,
		Summary:  `remove for good what has \Deleted`,
		Help:     "One untagged EXPUNGE response for each message (or VANISHED under QRESYNC). Each renumbers the messages behind it at once.",
		Answer:   "an EXPUNGE response for each message removed",
		Answers:  []string{"EXPUNGE", "VANISHED"},
		Results:  Results{OK: "they are gone", NO: "the mailbox is read-only, or there is no right to expunge"},
		Related:  []string{"UID EXPUNGE", "STORE", "CLOSE", "MOVE"},
		Examples: []string{"EXPUNGE"},
	},
	{
		Name: "CHECK", States: Selected, Caps: rev1, RFC: "RFC 3501 §6.4.1",
		Polls:    true,
		Summary:  "have the server put the mailbox in order",
		Help:     "A checkpoint, whatever that is to the server; often the same as NOOP. IMAP4rev2 has it no more. (imapsh check --help is the health check of a server.)",
		Answer:   "nothing in particular",
		Results:  Results{OK: "done"},
		Related:  []string{"NOOP"},
		Examples: []string{"CHECK"},
	},
	{
		Name: "SEARCH", States: Selected, Effect: reads, RFC: "RFC 9051 §6.4.4",
		ByNumber: true, Long: true,
		Args:    searchArgs,
		Summary: "find messages",
		Help:    "Keys one after another must all hold. OR and NOT stand before what they apply to: OR FROM ann FROM ben, NOT SEEN. Parentheses make one key of several. The answer is sequence numbers; UID SEARCH gives UIDs.",
		Answer:  "one untagged SEARCH response, empty if nothing matches; ESEARCH if RETURN was given, or in IMAP4rev2",
		Answers: []string{"SEARCH", "ESEARCH"},
		Results: Results{OK: "the search is complete", NO: "the charset is not known (BADCHARSET), or the search cannot be done"},
		Related: []string{"UID SEARCH", "SORT", "THREAD", "ESEARCH", "FETCH"},
		Examples: []string{"SEARCH UNSEEN", "SEARCH SINCE 1-Feb-2026 FROM alice", "SEARCH OR FROM ann (FROM ben NOT SEEN)", `SEARCH SUBJECT "two words"`,
			"SEARCH RETURN (COUNT MIN) UNSEEN", "SEARCH CHARSET UTF-8 TEXT {6}", "SEARCH 1:100 LARGER 100000", `SEARCH MODSEQ "/flags/\\draft" all 620162338`},
	},
	{
		Name: "FETCH", States: Selected, Effect: fetches, RFC: "RFC 9051 §6.4.5",
		ByNumber: true, Saves: true, Long: true, Doubt: fetchDoubts,
		Args:    []Arg{sequenceSet, fetchData, fetchMods},
		Summary: "get data of messages",
		Help:    `BODY[…], BINARY[…] and RFC822 set \Seen; their .PEEK forms do not. A partial <0.100> is the first hundred octets.`,
		Answer:  "a FETCH response for each message, with the data items asked for",
		Answers: []string{"FETCH"},
		Results: Results{OK: "all data was sent", NO: "some data cannot be fetched", BAD: "a number beyond the last message, or a data item that is not known"},
		Related: []string{"UID FETCH", "SEARCH", "STORE"},
		Examples: []string{"FETCH 1:5 FAST", "FETCH 7 (UID FLAGS ENVELOPE)", "FETCH 7 BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]", "FETCH 7 (FLAGS BODY[1.2.MIME] BODY.PEEK[TEXT]<0.100>)",
			"FETCH 1:* (FLAGS) (CHANGEDSINCE 12345)", "FETCH 7 BINARY.PEEK[2]<0.1000>", "FETCH 7 BODY[]"},
	},
	{
		Name: "STORE", States: Selected, Effect: stores, RFC: "RFC 9051 §6.4.6",
		ByNumber: true, SetsFlags: true, Confirm: storeAsks, Doubt: storeDoubts,
		Args:     []Arg{sequenceSet, storeMods, storeData},
		Summary:  "change flags of messages",
		Help:     "The server answers with FETCH responses that show the new flags, unless .SILENT is behind FLAGS. A flag without a backslash is a keyword.",
		Answer:   "a FETCH response with the new flags of each message, unless .SILENT is given",
		Answers:  []string{"FETCH"},
		Results:  Results{OK: "the flags are stored", NO: "flags cannot be stored: read-only, no right, or no new keywords", BAD: "a number beyond the last message"},
		Related:  []string{"UID STORE", "FETCH", "EXPUNGE", "SEARCH"},
		Examples: []string{`STORE 5 +FLAGS (\Seen)`, `STORE 2:4 -FLAGS.SILENT \Flagged $Junk`, `STORE 7 FLAGS ()`, `STORE 7 (UNCHANGEDSINCE 320162338) +FLAGS.SILENT (\Deleted)`},
	},
	{
		Name: "COPY", States: Selected, Effect: changes, RFC: "RFC 9051 §6.4.7",
		Args:     []Arg{sequenceSet, mailbox("mailbox").help("where to")},
		Summary:  "copy messages into another mailbox",
		Help:     "All or none. NO with TRYCREATE means that the mailbox is not there and may be created. COPYUID tells the new UIDs.",
		Answer:   "nothing; COPYUID in the OK where UIDPLUS is advertised",
		Results:  Results{OK: "the copies are there", NO: "no such mailbox (TRYCREATE), no room (OVERQUOTA), or no right to it; nothing was copied", BAD: "a number beyond the last message"},
		Related:  []string{"UID COPY", "MOVE", "APPEND"},
		Examples: []string{"COPY 2:4 Archive/2026", "COPY $ Trash"},
	},
	{
		Name: "MOVE", States: Selected, Caps: []string{"MOVE"}, Effect: changes, RFC: "RFC 9051 §6.4.8",
		Expunges: true,
		Args:     []Arg{sequenceSet, mailbox("mailbox").help("where to")},
		Summary:  "move messages into another mailbox",
		Help:     "COPY and removal in one. COPYUID and the EXPUNGE responses come before the tagged OK.",
		Answer:   "an untagged OK with COPYUID, then an EXPUNGE response for each message moved",
		Answers:  []string{"OK", "EXPUNGE", "VANISHED"},
		Results:  Results{OK: "they are there, and gone from here", NO: "no such mailbox (TRYCREATE), no room, or no right to it", BAD: "a number beyond the last message"},
		Related:  []string{"UID MOVE", "COPY", "EXPUNGE"},
		Examples: []string{"MOVE 2:4 Trash"},
	},
	{
		Name: "UID FETCH", States: Selected, Effect: fetches, RFC: "RFC 9051 §6.4.9",
		Saves: true, Long: true, Doubt: fetchDoubts,
		Args:     []Arg{uidSet, fetchData, fetchMods},
		Summary:  "FETCH by UIDs",
		Help:     "Like FETCH; the set names UIDs, and UID is among the data items of the answer. UIDs that do not exist are no error.",
		Answer:   "a FETCH response for each message, with its UID",
		Answers:  []string{"FETCH", "UIDFETCH", "VANISHED"},
		Results:  Results{OK: "all data was sent, even if no UID exists", NO: "some data cannot be fetched"},
		Related:  []string{"FETCH", "UID SEARCH", "UID STORE"},
		Examples: []string{"UID FETCH 443:557 (FLAGS)", "UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)", "UID FETCH 1:* (UID FLAGS) (PARTIAL -1:-100)"},
	},
	{
		Name: "UID STORE", States: Selected, Effect: stores, RFC: "RFC 9051 §6.4.9",
		SetsFlags: true, Confirm: storeAsks, Doubt: storeDoubts,
		Args:     []Arg{uidSet, storeMods, storeData},
		Summary:  "STORE by UIDs",
		Help:     "Like STORE; the set names UIDs.",
		Answer:   "a FETCH response with UID and new flags of each message, unless .SILENT is given",
		Answers:  []string{"FETCH", "UIDFETCH"},
		Results:  Results{OK: "the flags are stored", NO: "flags cannot be stored: read-only, no right, or no new keywords"},
		Related:  []string{"STORE", "UID FETCH", "UID EXPUNGE"},
		Examples: []string{`UID STORE 443 +FLAGS (\Seen)`},
	},
	{
		Name: "UID SEARCH", States: Selected, Effect: reads, RFC: "RFC 9051 §6.4.9",
		Long:     true,
		Args:     searchArgs,
		Summary:  "SEARCH that answers with UIDs",
		Help:     "Like SEARCH; a sequence set among the keys still means sequence numbers, UID and a set means UIDs.",
		Answer:   "one untagged SEARCH response with UIDs; ESEARCH with UID if RETURN was given, or in IMAP4rev2",
		Answers:  []string{"SEARCH", "ESEARCH"},
		Results:  Results{OK: "the search is complete", NO: "the charset is not known (BADCHARSET), or the search cannot be done"},
		Related:  []string{"SEARCH", "UID FETCH", "UID SORT"},
		Examples: []string{"UID SEARCH UNSEEN", "UID SEARCH UID 443:557 FLAGGED"},
	},
	{
		Name: "UID COPY", States: Selected, Effect: changes, RFC: "RFC 9051 §6.4.9",
		Args:     []Arg{uidSet, mailbox("mailbox").help("where to")},
		Summary:  "COPY by UIDs",
		Help:     "Like COPY; the set names UIDs.",
		Answer:   "nothing; COPYUID in the OK where UIDPLUS is advertised",
		Results:  Results{OK: "the copies are there", NO: "no such mailbox (TRYCREATE), no room (OVERQUOTA), or no right to it; nothing was copied"},
		Related:  []string{"COPY", "UID MOVE", "UID SEARCH"},
		Examples: []string{"UID COPY 443:557 Archive/2026"},
	},
	{
		Name: "UID MOVE", States: Selected, Caps: []string{"MOVE"}, Effect: changes, RFC: "RFC 9051 §6.4.9",
		Expunges: true,
		Args:     []Arg{uidSet, mailbox("mailbox").help("where to")},
		Summary:  "MOVE by UIDs",
		Help:     "Like MOVE; the set names UIDs.",
		Answer:   "an untagged OK with COPYUID, then an EXPUNGE response for each message moved",
		Answers:  []string{"OK", "EXPUNGE", "VANISHED"},
		Results:  Results{OK: "they are there, and gone from here", NO: "no such mailbox (TRYCREATE), no room, or no right to it"},
		Related:  []string{"MOVE", "UID COPY", "UID EXPUNGE"},
		Examples: []string{"UID MOVE 443:557 Trash"},
	},
	{
		Name: "UID EXPUNGE", States: Selected, Caps: []string{"UIDPLUS"}, Effect: destroys, RFC: "RFC 9051 §6.4.9",
		Expunges: true, Sweeps: true, Confirm: expungeAsks,
		Args:     []Arg{uidSet},
		Summary:  `remove for good what has \Deleted among these UIDs`,
		Help:     `Messages that are in the set and have no \Deleted stay, as do those that have it and are not in the set.`,
		Answer:   "an EXPUNGE response for each message removed",
		Answers:  []string{"EXPUNGE", "VANISHED"},
		Results:  Results{OK: "they are gone", NO: "the mailbox is read-only, or there is no right to expunge"},
		Related:  []string{"EXPUNGE", "UID STORE", "CLOSE"},
		Examples: []string{"UID EXPUNGE 443:557"},
	},
}
