package command

var (
	date       = wordArg(Date, "date").help("1-Feb-2026")
	keyword    = wordArg(AtomKind, "keyword").help("a flag without a backslash")
	searchText = astring("string").help("letters of any case, anywhere in it")
	octets     = number("octets")
	seconds    = number("seconds")
)

// searchKeys: search-key (RFC 9051 §6.4.4).
var searchKeys = []Term{
	{Name: "ALL", RFC: "RFC 9051 §6.4.4", Help: "every message"},
	{Name: "ANSWERED", RFC: "RFC 9051 §6.4.4", Help: `has \Answered`},
	{Name: "BCC", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the Bcc field has the string"},
	{Name: "BEFORE", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the internal date is earlier"},
	{Name: "BODY", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the body has the string"},
	{Name: "CC", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the Cc field has the string"},
	{Name: "DELETED", RFC: "RFC 9051 §6.4.4", Help: `has \Deleted`},
	{Name: "DRAFT", RFC: "RFC 9051 §6.4.4", Help: `has \Draft`},
	{Name: "FLAGGED", RFC: "RFC 9051 §6.4.4", Help: `has \Flagged`},
	{Name: "FROM", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the From field has the string"},
	{Name: "HEADER", Args: []Arg{astring("field-name"), searchText}, RFC: "RFC 9051 §6.4.4", Help: `the field has the string; "" is any`},
	{Name: "KEYWORD", Args: []Arg{keyword}, RFC: "RFC 9051 §6.4.4", Help: "has the keyword"},
	{Name: "LARGER", Args: []Arg{octets}, RFC: "RFC 9051 §6.4.4", Help: "is larger"},
	{Name: "NEW", Caps: rev1, RFC: "RFC 3501 §6.4.4", Help: `has \Recent and not \Seen`},
	{Name: "NOT", Args: []Arg{searchKey}, RFC: "RFC 9051 §6.4.4", Help: "the key behind it does not hold"},
	{Name: "OLD", Caps: rev1, RFC: "RFC 3501 §6.4.4", Help: `has no \Recent`},
	{Name: "ON", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the internal date is this day"},
	{Name: "OR", Args: []Arg{searchKey, searchKey}, RFC: "RFC 9051 §6.4.4", Help: "one of the two keys behind it holds, or both"},
	{Name: "RECENT", Caps: rev1, RFC: "RFC 3501 §6.4.4", Help: `has \Recent`},
	{Name: "SEEN", RFC: "RFC 9051 §6.4.4", Help: `has \Seen`},
	{Name: "SENTBEFORE", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the Date field is earlier"},
	{Name: "SENTON", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the Date field is this day"},
	{Name: "SENTSINCE", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the Date field is this day or later"},
	{Name: "SINCE", Args: []Arg{date}, RFC: "RFC 9051 §6.4.4", Help: "the internal date is this day or later"},
	{Name: "SMALLER", Args: []Arg{octets}, RFC: "RFC 9051 §6.4.4", Help: "is smaller"},
	{Name: "SUBJECT", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the Subject field has the string"},
	{Name: "TEXT", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "header or body has the string"},
	{Name: "TO", Args: []Arg{searchText}, RFC: "RFC 9051 §6.4.4", Help: "the To field has the string"},
	{Name: "UID", Args: []Arg{uidSet}, RFC: "RFC 9051 §6.4.4", Help: "the UID is one of these"},
	{Name: "UNANSWERED", RFC: "RFC 9051 §6.4.4", Help: `has no \Answered`},
	{Name: "UNDELETED", RFC: "RFC 9051 §6.4.4", Help: `has no \Deleted`},
	{Name: "UNDRAFT", RFC: "RFC 9051 §6.4.4", Help: `has no \Draft`},
	{Name: "UNFLAGGED", RFC: "RFC 9051 §6.4.4", Help: `has no \Flagged`},
	{Name: "UNKEYWORD", Args: []Arg{keyword}, RFC: "RFC 9051 §6.4.4", Help: "has not the keyword"},
	{Name: "UNSEEN", RFC: "RFC 9051 §6.4.4", Help: `has no \Seen`},

	{Name: "OLDER", Args: []Arg{seconds}, Caps: []string{"WITHIN"}, RFC: "RFC 5032 §2", Help: "the internal date is longer ago"},
	{Name: "YOUNGER", Args: []Arg{seconds}, Caps: []string{"WITHIN"}, RFC: "RFC 5032 §2", Help: "the internal date is not so long ago"},
	{Name: "MODSEQ", Args: []Arg{
		sequence(astring("entry-name"), oneOf(tokenArg("all"), tokenArg("priv"), tokenArg("shared"))).optional(),
		number("mod-sequence")}, Caps: []string{"CONDSTORE"}, RFC: "RFC 7162 §3.1.5", Help: "changed at this mod-sequence or later"},
	{Name: "FUZZY", Args: []Arg{searchKey}, Caps: []string{"SEARCH=FUZZY"}, RFC: "RFC 6203 §3", Help: "the key behind it may hold roughly"},
	{Name: "FILTER", Args: []Arg{wordArg(AtomKind, "filter-name")}, Caps: []string{"FILTERS"}, RFC: "RFC 5466 §3.1", Help: "the search stored under this name"},
	{Name: "ANNOTATION", Args: []Arg{entryName, oneOf(tokenArg("value"), tokenArg("value.priv"), tokenArg("value.shared")), value}, Caps: annotate, RFC: "RFC 5257 §4.8", Help: "an annotation's attribute has the value"},
	{Name: "EMAILID", Args: []Arg{wordArg(AtomKind, "objectid")}, Caps: []string{"OBJECTID"}, RFC: "RFC 8474 §6", Help: "the message with this identifier"},
	{Name: "THREADID", Args: []Arg{wordArg(AtomKind, "objectid")}, Caps: []string{"OBJECTID"}, RFC: "RFC 8474 §6", Help: "messages of this thread"},
	{Name: "SAVEDBEFORE", Args: []Arg{date}, Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.3", Help: "came into this mailbox earlier"},
	{Name: "SAVEDON", Args: []Arg{date}, Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.3", Help: "came into this mailbox this day"},
	{Name: "SAVEDSINCE", Args: []Arg{date}, Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.3", Help: "came into this mailbox this day or later"},
	{Name: "SAVEDATESUPPORTED", Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.3", Help: "every message, where the mailbox keeps save dates"},
	{Name: "X-GM-RAW", Args: []Arg{astring("gmail-query")}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "what Gmail's own search finds"},
	{Name: "X-GM-MSGID", Args: []Arg{number("msgid")}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "the message with this Gmail identifier"},
	{Name: "X-GM-THRID", Args: []Arg{number("thrid")}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "messages of this Gmail thread"},
	{Name: "X-GM-LABELS", Args: []Arg{astring("label")}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "has the Gmail label"},
}

var gmail = []string{"X-GM-EXT-1"}

// searchReturns: search-return-opt (RFC 9051 §6.4.4).
var searchReturns = []Term{
	{Name: "MIN", Caps: esearch, RFC: "RFC 9051 §6.4.4", Help: "the lowest number"},
	{Name: "MAX", Caps: esearch, RFC: "RFC 9051 §6.4.4", Help: "the highest number"},
	{Name: "ALL", Caps: esearch, RFC: "RFC 9051 §6.4.4", Help: "all numbers, as a sequence set"},
	{Name: "COUNT", Caps: esearch, RFC: "RFC 9051 §6.4.4", Help: "how many"},
	{Name: "SAVE", Caps: []string{"SEARCHRES"}, RFC: "RFC 9051 §6.4.4", Help: "remember the result as $"},
	{Name: "PARTIAL", Args: []Arg{wordArg(Range, "range").help("1:100 the first hundred, -1:-100 the last")}, Caps: []string{"PARTIAL", "CONTEXT=SEARCH", "CONTEXT=SORT"}, RFC: "RFC 9394 §3.1", Help: "a part of the result"},
	{Name: "CONTEXT", Caps: []string{"CONTEXT=SEARCH", "CONTEXT=SORT"}, RFC: "RFC 5267 §4.2", Help: "the same search will be asked for again"},
	{Name: "UPDATE", Args: []Arg{list(terms(FetchItems, "item").many()).optional().needs("NOTIFY")}, Caps: []string{"CONTEXT=SEARCH", "CONTEXT=SORT"}, RFC: "RFC 5267 §4.3", Help: "tell how the result changes from now on"},
	{Name: "RELEVANCY", Caps: []string{"SEARCH=FUZZY"}, RFC: "RFC 6203 §4", Help: "a score of 1 to 100 for each"},
}

var esearch = []string{"ESEARCH"}

// sortKeys: sort-key (RFC 5256 §3).
var sortKeys = []Term{
	{Name: "ARRIVAL", RFC: "RFC 5256 §3", Help: "the internal date"},
	{Name: "CC", RFC: "RFC 5256 §3", Help: "the first Cc address, before its @"},
	{Name: "DATE", RFC: "RFC 5256 §3", Help: "the Date field"},
	{Name: "FROM", RFC: "RFC 5256 §3", Help: "the first From address, before its @"},
	{Name: "SIZE", RFC: "RFC 5256 §3", Help: "the size"},
	{Name: "SUBJECT", RFC: "RFC 5256 §3", Help: "the Subject without Re: and Fwd:"},
	{Name: "TO", RFC: "RFC 5256 §3", Help: "the first To address, before its @"},
	{Name: "DISPLAYFROM", Caps: []string{"SORT=DISPLAY"}, RFC: "RFC 5957 §4", Help: "the sender's name"},
	{Name: "DISPLAYTO", Caps: []string{"SORT=DISPLAY"}, RFC: "RFC 5957 §4", Help: "the first recipient's name"},
	{Name: "RELEVANCY", Caps: []string{"SEARCH=FUZZY"}, RFC: "RFC 6203 §6", Help: "how well it matches"},
	{Name: "ANNOTATION", Args: []Arg{entryName, oneOf(tokenArg("value.priv"), tokenArg("value.shared"))}, Caps: annotate, RFC: "RFC 5257 §4.9", Help: "an annotation's value"},
}

// threadAlgorithms: thread-alg (RFC 5256 §3).
var threadAlgorithms = []Term{
	{Name: "ORDEREDSUBJECT", Caps: []string{"THREAD=ORDEREDSUBJECT"}, RFC: "RFC 5256 §3", Help: "by subject, then by date"},
	{Name: "REFERENCES", Caps: []string{"THREAD=REFERENCES"}, RFC: "RFC 5256 §3", Help: "by Message-ID, References and In-Reply-To, subjects too"},
	{Name: "REFS", Caps: []string{"THREAD=REFS"}, RFC: "draft-ietf-morg-inthread", Help: "by References alone, newest thread last"},
}

// bestThread is the algorithm used when none is typed.
func bestThread(v *View) string {
	if v.Has("THREAD=ORDEREDSUBJECT") && !v.Has("THREAD=REFERENCES") {
		return "ORDEREDSUBJECT"
	}
	return "REFERENCES"
}
