package command

var (
	date       = wordArg(Date, "date").help("1-Feb-2026")
	keyword    = wordArg(AtomKind, "keyword").help("a flag without a backslash")
	searchText = astring("string").help("matches anywhere; case does not matter")
	size       = number("bytes")
	seconds    = number("seconds")
)

// searchKeys: search-key (RFC 9051 §6.4.4).
var searchKeys = []Term{
	{Name: "ALL", RFC: "RFC 9051 §6.4.4", Help: "every message"},
	{Name: "ANSWERED", RFC: "RFC 9051 §6.4.4", Help: `has \Answered`},
	{Name: "BCC", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the Bcc field contains the string"},
	{Name: "BEFORE", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "arrived before this day (internal date)"},
	{Name: "BODY", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the body contains the string"},
	{Name: "CC", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the Cc field contains the string"},
	{Name: "DELETED", RFC: "RFC 9051 §6.4.4", Help: `has \Deleted`},
	{Name: "DRAFT", RFC: "RFC 9051 §6.4.4", Help: `has \Draft`},
	{Name: "FLAGGED", RFC: "RFC 9051 §6.4.4", Help: `has \Flagged`},
	{Name: "FROM", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the From field contains the string"},
	{Name: "HEADER", Args: []Arg{astring("field-name"), searchText}, RFC: "RFC 9051 §6.4.4", Help: `the field contains the string; "" matches any`},
	{Name: "KEYWORD", Args: []Arg{keyword}, RFC: "RFC 9051 §6.4.4", Help: "has the keyword"},
	{Name: "LARGER", Args: []Arg{size}, RFC: "RFC 9051 §6.4.4", Help: "is larger than this"},
	{Name: "NEW", Caps: rev1, RFC: "RFC 3501 §6.4.4", Help: `has \Recent and does not have \Seen`},
	{Name: "NOT", Args: []Arg{searchKey}, RFC: "RFC 9051 §6.4.4", Help: "does not match the next key"},
	{Name: "OLD", Caps: rev1, RFC: "RFC 3501 §6.4.4", Help: `does not have \Recent`},
	{Name: "ON", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "arrived on this day (internal date)"},
	{Name: "OR", Args: []Arg{searchKey, searchKey}, RFC: "RFC 9051 §6.4.4", Help: "matches one of the next two keys, or both"},
	{Name: "RECENT", Caps: rev1, RFC: "RFC 3501 §6.4.4", Help: `has \Recent`},
	{Name: "SEEN", RFC: "RFC 9051 §6.4.4", Help: `has \Seen`},
	{Name: "SENTBEFORE", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the Date field is before this day"},
	{Name: "SENTON", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the Date field is on this day"},
	{Name: "SENTSINCE", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the Date field is on this day or later"},
	{Name: "SINCE", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "arrived on this day or later (internal date)"},
	{Name: "SMALLER", Args: []Arg{size}, RFC: "RFC 9051 §6.4.4", Help: "is smaller than this"},
	{Name: "SUBJECT", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the Subject field contains the string"},
	{Name: "TEXT", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the header or the body contains the string"},
	{Name: "TO", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the To field contains the string"},
	{Name: "UID", Args: []Arg{uidSet}, RFC: "RFC 9051 §6.4.4", Help: "has one of these UIDs"},
	{Name: "UNANSWERED", RFC: "RFC 9051 §6.4.4", Help: `does not have \Answered`},
	{Name: "UNDELETED", RFC: "RFC 9051 §6.4.4", Help: `does not have \Deleted`},
	{Name: "UNDRAFT", RFC: "RFC 9051 §6.4.4", Help: `does not have \Draft`},
	{Name: "UNFLAGGED", RFC: "RFC 9051 §6.4.4", Help: `does not have \Flagged`},
	{Name: "UNKEYWORD", Args: []Arg{keyword}, RFC: "RFC 9051 §6.4.4", Help: "does not have the keyword"},
	{Name: "UNSEEN", RFC: "RFC 9051 §6.4.4", Help: `does not have \Seen`},

	{Name: "OLDER", Args: []Arg{seconds}, Caps: []string{"WITHIN"}, RFC: "RFC 5032 §2", Help: "arrived more than this many seconds ago"},
	{Name: "YOUNGER", Args: []Arg{seconds}, Caps: []string{"WITHIN"}, RFC: "RFC 5032 §2", Help: "arrived within the last N seconds"},
	{Name: "UIDAFTER", Args: []Arg{number("uid")}, Caps: []string{"MESSAGELIMIT"}, RFC: "RFC 9738 §3.2", Help: "has a higher UID than this one"},
	{Name: "UIDBEFORE", Args: []Arg{number("uid")}, Caps: []string{"MESSAGELIMIT"}, RFC: "RFC 9738 §3.2", Help: "has a lower UID than this one"},
	{Name: "MODSEQ", Args: []Arg{
		sequence(astring("entry-name"), oneOf(tokenArg("all"), tokenArg("priv"), tokenArg("shared"))).optional(),
		number("mod-sequence")}, Caps: []string{"CONDSTORE"}, RFC: "RFC 7162 §3.1.5", Help: "changed at this mod-sequence or later"},
	{Name: "FUZZY", Args: []Arg{searchKey}, Caps: []string{"SEARCH=FUZZY"}, RFC: "RFC 6203 §3", Help: "matches the next key approximately"},
	{Name: "FILTER", Args: []Arg{wordArg(AtomKind, "filter-name")}, Caps: []string{"FILTERS"}, RFC: "RFC 5466 §3.1", Help: "matches the search stored under this name"},
	{Name: "ANNOTATION", Args: []Arg{entryName, oneOf(tokenArg("value"), tokenArg("value.priv"), tokenArg("value.shared")), value}, Caps: annotate, RFC: "RFC 5257 §4.8", Help: "has an annotation whose attribute contains the value"},
	{Name: "EMAILID", Args: []Arg{wordArg(AtomKind, "objectid")}, Caps: []string{"OBJECTID"}, RFC: "RFC 8474 §6", Help: "has this identifier"},
	{Name: "THREADID", Args: []Arg{wordArg(AtomKind, "objectid")}, Caps: []string{"OBJECTID"}, RFC: "RFC 8474 §6", Help: "belongs to this thread"},
	{Name: "SAVEDBEFORE", Args: []Arg{date}, Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.3", Help: "was saved in this mailbox before this day"},
	{Name: "SAVEDON", Args: []Arg{date}, Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.3", Help: "was saved in this mailbox on this day"},
	{Name: "SAVEDSINCE", Args: []Arg{date}, Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.3", Help: "was saved in this mailbox on this day or later"},
	{Name: "SAVEDATESUPPORTED", Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.3", Help: "every message, if the mailbox supports save dates"},
	{Name: "X-GM-RAW", Args: []Arg{astring("gmail-query")}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "matches Gmail's own search"},
	{Name: "X-GM-MSGID", Args: []Arg{number("msgid")}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "has this Gmail identifier"},
	{Name: "X-GM-THRID", Args: []Arg{number("thrid")}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "belongs to this Gmail thread"},
	{Name: "X-GM-LABELS", Args: []Arg{astring("label")}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "has the Gmail label"},
}

var gmail = []string{"X-GM-EXT-1"}

// searchReturns: search-return-opt (RFC 9051 §6.4.4).
var searchReturns = []Term{
	{Name: "MIN", Caps: esearch, RFC: "RFC 9051 §6.4.4", Help: "the lowest number"},
	{Name: "MAX", Caps: esearch, RFC: "RFC 9051 §6.4.4", Help: "the highest number"},
	{Name: "ALL", Caps: esearch, RFC: "RFC 9051 §6.4.4", Help: "all numbers, as a sequence set"},
	{Name: "COUNT", Caps: esearch, RFC: "RFC 9051 §6.4.4", Help: "the number of messages"},
	{Name: "SAVE", Caps: []string{"SEARCHRES"}, RFC: "RFC 9051 §6.4.4", Help: "save the result as $"},
	{Name: "PARTIAL", Args: []Arg{wordArg(Range, "range").help("1:100 the first hundred, -1:-100 the last hundred")}, Caps: []string{"PARTIAL", "CONTEXT=SEARCH", "CONTEXT=SORT"}, RFC: "RFC 9394 §3.1", Help: "part of the result"},
	{Name: "CONTEXT", Caps: []string{"CONTEXT=SEARCH", "CONTEXT=SORT"}, RFC: "RFC 5267 §4.2", Help: "a hint that the same search will be repeated"},
	{Name: "UPDATE", Args: []Arg{list(terms(FetchItems, "item").many()).optional().needs("NOTIFY")}, Caps: []string{"CONTEXT=SEARCH", "CONTEXT=SORT"}, RFC: "RFC 5267 §4.3", Help: "report changes of the result from now on"},
	{Name: "RELEVANCY", Caps: []string{"SEARCH=FUZZY"}, RFC: "RFC 6203 §4", Help: "a score from 1 to 100 for each message"},
}

var esearch = []string{"ESEARCH"}

// sortKeys: sort-key (RFC 5256 §3).
var sortKeys = []Term{
	{Name: "ARRIVAL", RFC: "RFC 5256 §3", Help: "the internal date"},
	{Name: "CC", RFC: "RFC 5256 §3", Help: "the first Cc address, before its @"},
	{Name: "DATE", RFC: "RFC 5256 §3", Help: "the Date field"},
	{Name: "FROM", RFC: "RFC 5256 §3", Help: "the first From address, before its @"},
	{Name: "SIZE", RFC: "RFC 5256 §3", Help: "the size"},
	{Name: "SUBJECT", RFC: "RFC 5256 §3", Help: "the Subject field without Re: and Fwd:"},
	{Name: "TO", RFC: "RFC 5256 §3", Help: "the first To address, before its @"},
	{Name: "DISPLAYFROM", Caps: []string{"SORT=DISPLAY"}, RFC: "RFC 5957 §4", Help: "the sender's name"},
	{Name: "DISPLAYTO", Caps: []string{"SORT=DISPLAY"}, RFC: "RFC 5957 §4", Help: "the first recipient's name"},
	{Name: "RELEVANCY", Caps: []string{"SEARCH=FUZZY"}, RFC: "RFC 6203 §6", Help: "how well it matches"},
	{Name: "ANNOTATION", Args: []Arg{entryName, oneOf(tokenArg("value.priv"), tokenArg("value.shared"))}, Caps: annotate, RFC: "RFC 5257 §4.9", Help: "an annotation's value"},
}

// threadAlgorithms: thread-alg (RFC 5256 §3).
var threadAlgorithms = []Term{
	{Name: "ORDEREDSUBJECT", Caps: []string{"THREAD=ORDEREDSUBJECT"}, RFC: "RFC 5256 §3", Help: "by subject, then by date"},
	{Name: "REFERENCES", Caps: []string{"THREAD=REFERENCES"}, RFC: "RFC 5256 §3", Help: "by Message-ID, References and In-Reply-To, and by subject"},
	{Name: "REFS", Caps: []string{"THREAD=REFS"}, RFC: "draft-ietf-morg-inthread", Help: "only by Message-ID, References and In-Reply-To, newest thread last"},
}

// bestThread returns the algorithm to use if none is typed.
func bestThread(v *View) string {
	if v.Has("THREAD=ORDEREDSUBJECT") && !v.Has("THREAD=REFERENCES") {
		return "ORDEREDSUBJECT"
	}
	return "REFERENCES"
}
