package command

// Kind is what an argument is made of.
type Kind uint8

const (
	// Composed kinds: they have Args.

	Sequence Kind = iota // Args, one after another
	OneOf                // one of Args
	List                 // "(" Args ")"
	Rule                 // the named rule of rules.go, so that a grammar can contain itself

	// Words of a table.

	Token // the word Name itself
	Terms // a word of the Terms named, and what that term's own Args ask for

	// Strings: what is typed is quoted, encoded or made a literal if its bytes demand it.

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
	Base64      // an initial response; "=" is the empty one
	Other       // an atom no table knows: the way of extensions, never preferred
	FreeText    // any word

	// Kinds of shorthand: no server understands them, completing writes what one does.

	SignedFlag // +seen, -work: the store item and the first flag
	ShortFlag  // seen: a flag by its bare name
	Insert     // nothing typed: Name is written here
	CharsetGap // nothing typed: CHARSET UTF-8 is written here when a string needs it
)

// Arg is an argument of a command: the grammar as data. Synopsis, hints,
// candidates, matching and shorthand all read it.
type Arg struct {
	Kind  Kind
	Name  string     // for people, in the words of the RFC; the word itself for a Token
	Args  []Arg      // of Sequence, OneOf and List
	Terms Vocabulary // of Terms; of another kind: words that are well known

	Optional bool // may be left out
	Repeat   bool // may occur more than once, spaces between
	Secret   bool // never shown
	// Hidden is shorthand: no part of the synopsis, of hints or of a line that fits.
	Hidden bool
	// Bare is a List whose parentheses may be left out in shorthand.
	Bare bool
	// Unlikely is what shorthand hardly ever means.
	Unlikely bool
	// Default is what shorthand writes when the argument is left out, "" when it cannot tell.
	Default func(*View) string

	Cap  string // the capability it needs
	Help string // one sentence
}

// Vocabulary names a table of terms.
type Vocabulary uint8

const (
	NoTerms Vocabulary = iota
	SearchKeys
	SearchReturns
	FetchItems
	FetchMacros
	FetchModifiers
	StoreItems
	StoreModifiers
	StatusItems
	SortKeys
	ThreadAlgorithms
	ListSelections
	ListReturns
	SelectParams
	CreateParams
	SpecialUses
	AppendData
	NotifyFilters
	NotifyEvents
	MetadataOptions
	QuotaResources
	EnableCaps
	MechanismNames
	SystemFlags
	FlagsOfServer     // that only a server sets
	MailboxAttributes // of LIST
	Rights            // letters of SETACL
	MetadataEntries
	URLMechanisms
)

// Terms is the table that v names. It must not be changed.
func (v Vocabulary) Terms() []Term { return vocabularies[v] }

// find is the term that word is, in upper or lower case, or nil.
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
	Name string
	Args []Arg // what follows it
	// Section says that "[section]" follows the name without a space, Partial that
	// "<offset.count>" may follow that.
	Section SectionKind
	Partial bool
	// Seen says that fetching it sets \Seen.
	Seen bool

	Caps []string // any of these must be advertised; nil: RFC 3501 or RFC 9051
	RFC  string
	Help string
}

// SectionKind says which section specifications a data item takes.
type SectionKind uint8

const (
	NoSection     SectionKind = iota
	TextSection               // BODY[1.2.HEADER.FIELDS (FROM)] (RFC 9051 §6.4.5)
	BinarySection             // BINARY[1.2]: only part numbers (RFC 3516 §4.2)
)
