package command

// Kind says how an argument is written.
type Kind uint8

const (
	// Composed kinds: they have Args.

	Sequence Kind = iota // Args, one after another
	OneOf                // one of Args
	List                 // "(" Args ")"
	Rule                 // the named entry of rules, so that a grammar can contain itself

	// Words of a table.

	Token // the word Name itself
	Terms // a word of the table Terms, then the Args of that term

	// Strings: what is typed is quoted, encoded or sent as a literal if its bytes require it.

	AString     // atom, quoted or literal
	String      // quoted or literal, never an atom
	NString     // String or NIL
	Mailbox     // an astring; modified UTF-7 outside UTF-8 mode
	Pattern     // a mailbox with the wildcards % and *
	EntryName   // of an annotation: an astring; wildcards allowed
	Charset     // an astring
	LiteralOnly // a message: a literal or literal8, never a quoted string

	// Words without quotes.

	AtomKind    // atom
	FlagKind    // \Seen or a keyword
	Number      // digits
	SequenceSet // 1,3:5,* or $
	Range       // n:m, of PARTIAL
	Date        // 1-Feb-1994, perhaps quoted
	DateTime    // " 1-Feb-1994 21:52:25 -0800"
	Base64      // an initial response; "=" is an empty one
	Other       // an atom that is in no table, because extensions add them; never preferred
	FreeText    // any word

	// Kinds of shorthand: no server understands them, so completing replaces them.

	SignedFlag // +seen, -work: the store item and the first flag
	ShortFlag  // seen: a flag without its backslash
	Insert     // nothing is typed: Name is inserted here
	CharsetGap // nothing is typed: CHARSET UTF-8 is inserted here if a string needs it
)

// Arg is an argument of a command: the grammar as data. Synopsis, hints,
// candidates, matching and shorthand all read it.
type Arg struct {
	Kind  Kind
	Name  string     // for people, in the words of the RFC; for a Token the word itself
	Args  []Arg      // of Sequence, OneOf and List
	Terms Vocabulary // of Terms; of another kind: well-known words for it

	Optional bool // may be left out
	Repeat   bool // may occur more than once, with spaces between
	Secret   bool // never shown
	// Hidden marks shorthand: it is not part of the synopsis, of hints, or of a line that fits.
	Hidden bool
	// Bare marks a List whose parentheses may be omitted in shorthand.
	Bare bool
	// Unlikely marks a reading that shorthand hardly ever means.
	Unlikely bool
	// Default returns what shorthand inserts if the argument is omitted; "" if the View does not say.
	Default func(*View) string

	Cap  string // the capability it needs, in capitals; "" if none
	Help string // one sentence, without a full stop
}

// Vocabulary names a table of terms.
type Vocabulary uint8

const (
	NoTerms           Vocabulary = iota
	SearchKeys                   // search-key
	SearchReturns                // options of RETURN in SEARCH and SORT
	FetchItems                   // fetch-att
	FetchMacros                  // ALL, FAST, FULL
	FetchModifiers               // CHANGEDSINCE, …
	StoreItems                   // FLAGS, +FLAGS, …
	StoreModifiers               // UNCHANGEDSINCE
	StatusItems                  // status-att
	SortKeys                     // sort-key
	ThreadAlgorithms             // thread-alg
	ListSelections               // selection options of LIST
	ListReturns                  // options of RETURN in LIST
	SelectParams                 // parameters of SELECT and EXAMINE
	CreateParams                 // parameters of CREATE
	SpecialUses                  // mailbox attributes for USE in CREATE
	AppendData                   // other forms of a message in APPEND: UTF8, CATENATE
	NotifyFilters                // groups of mailboxes in NOTIFY and ESEARCH
	NotifyEvents                 // events of NOTIFY
	MetadataOptions              // options of GETMETADATA
	QuotaResources               // resources of SETQUOTA
	EnableCaps                   // capabilities for ENABLE
	MechanismNames               // SASL mechanisms
	SystemFlags                  // system flags and registered keywords
	FlagsOfServer                // flags that only a server sets
	MailboxAttributes            // attributes of LIST
	Rights                       // letters of SETACL
	MetadataEntries              // well-known entries of GETMETADATA
	URLMechanisms                // mechanisms of GENURLAUTH
)

// Terms returns the table that v names. It must not be changed.
func (v Vocabulary) Terms() []Term { return vocabularies[v] }

// find returns the term that word is, in upper or lower case; nil if there is none.
func (v Vocabulary) find(word string) *Term {
	terms := vocabularies[v]
	for i := range terms {
		if suitsItem(&terms[i], word) {
			return &terms[i]
		}
	}
	return nil
}

// A Term is a word with a meaning of its own: a search key, a data item, a flag.
type Term struct {
	Name string // as the RFC writes it
	Args []Arg  // what follows it
	// Section says that "[section]" follows the name without a space, Partial that
	// "<offset.count>" may follow that.
	Section SectionKind
	Partial bool
	// Seen says that fetching it sets \Seen.
	Seen bool

	Caps []string // one of these must be advertised; nil if RFC 3501 or RFC 9051 is enough
	RFC  string   // source: an RFC and section, or a product
	Help string   // one phrase, without a full stop
}

// SectionKind says which section specifications a data item takes.
type SectionKind uint8

const (
	NoSection     SectionKind = iota // none
	TextSection                      // BODY[1.2.HEADER.FIELDS (FROM)] (RFC 9051 §6.4.5)
	BinarySection                    // BINARY[1.2]: only part numbers (RFC 3516 §4.2)
)
