package command

// VocabularyInfo says what a table of terms is called, and to which command it belongs.
type VocabularyInfo struct {
	Title string // "search keys"
	One   string // "search key"
	// Home is the command whose help explains the terms; "" if the help of every command that uses them does.
	Home string
}

// Info returns what the table that v names is called.
func (v Vocabulary) Info() VocabularyInfo { return vocabularyInfo[v] }

var vocabularyInfo = map[Vocabulary]VocabularyInfo{
	SearchKeys:        {"search keys", "search key", "SEARCH"},
	SearchReturns:     {"return options", "return option of SEARCH", "SEARCH"},
	FetchItems:        {"data items", "data item of FETCH", "FETCH"},
	FetchMacros:       {"macros", "macro of FETCH", "FETCH"},
	FetchModifiers:    {"fetch modifiers", "fetch modifier", "FETCH"},
	StoreItems:        {"store items", "store item", "STORE"},
	StoreModifiers:    {"store modifiers", "store modifier", "STORE"},
	StatusItems:       {"status items", "status item", "STATUS"},
	SortKeys:          {"sort keys", "sort key", "SORT"},
	ThreadAlgorithms:  {"algorithms", "algorithm of THREAD", "THREAD"},
	ListSelections:    {"selection options", "selection option of LIST", "LIST"},
	ListReturns:       {"return options", "return option of LIST", "LIST"},
	SelectParams:      {"parameters of SELECT", "parameter of SELECT", ""},
	CreateParams:      {"parameters of CREATE", "parameter of CREATE", ""},
	SpecialUses:       {"special uses", "special use of a mailbox", ""},
	AppendData:        {"other forms of a message", "form of a message for APPEND", ""},
	NotifyFilters:     {"mailboxes of NOTIFY", "choice of mailboxes for NOTIFY", ""},
	NotifyEvents:      {"events of NOTIFY", "event of NOTIFY", ""},
	MetadataOptions:   {"options of GETMETADATA", "option of GETMETADATA", ""},
	QuotaResources:    {"quota resources", "quota resource", ""},
	EnableCaps:        {"capabilities to ENABLE", "capability to ENABLE", ""},
	MechanismNames:    {"mechanisms", "SASL mechanism", "AUTHENTICATE"},
	SystemFlags:       {"flags", "flag", "STORE"},
	FlagsOfServer:     {"flags that only the server sets", "flag that only the server sets", ""},
	MailboxAttributes: {"mailbox attributes", "mailbox attribute in LIST", ""},
	Rights:            {"access rights", "access right", ""},
	MetadataEntries:   {"metadata entries", "metadata entry", ""},
	URLMechanisms:     {"mechanisms of GENURLAUTH", "mechanism of GENURLAUTH", ""},
}

// Vocabularies returns all tables of terms, in order.
func Vocabularies() []Vocabulary {
	var out []Vocabulary
	for v := SearchKeys; v <= URLMechanisms; v++ {
		out = append(out, v)
	}
	return out
}

// Detail is a part of a grammar that help explains: an argument, or a table of terms.
type Detail struct {
	Arg   *Arg       // nil for a table
	Terms Vocabulary // NoTerms for an argument
}

// Details returns the arguments of a command that have a Help, each once, and then the tables that they use.
func (c *Command) Details() []Detail {
	var d details
	d.walk(c.Args, 0)
	return append(d.args, d.tables...)
}

type details struct{ args, tables []Detail }

func (d *details) walk(args []Arg, depth int) {
	for i := range args {
		a := &args[i]
		if a.Hidden || depth > 8 {
			continue
		}
		if a.Help != "" && a.synopsis() != "" && !d.has(a) {
			d.args = append(d.args, Detail{Arg: a})
		}
		d.table(a.Terms, depth)
		if a.Kind == Rule && a.Name != "search-key" {
			d.walk(rules[a.Name].Args, depth+1)
		}
		if a.Kind == Rule && a.Name == "search-key" {
			d.table(SearchKeys, depth)
		}
		d.walk(a.Args, depth+1)
	}
}

func (d *details) has(a *Arg) bool {
	for _, x := range d.args {
		if x.Arg.Help == a.Help {
			return true
		}
	}
	return false
}

// table adds a table, and those that its terms use.
func (d *details) table(v Vocabulary, depth int) {
	if v == NoTerms {
		return
	}
	for _, x := range d.tables {
		if x.Terms == v {
			return
		}
	}
	d.tables = append(d.tables, Detail{Terms: v})
	for i := range v.Terms() {
		d.nested(v.Terms()[i].Args, depth+1)
	}
}

// nested adds the tables within the arguments of a term.
func (d *details) nested(args []Arg, depth int) {
	if depth > 8 {
		return
	}
	for i := range args {
		d.table(args[i].Terms, depth)
		d.nested(args[i].Args, depth+1)
	}
}

// Label returns the name of an argument for people, as in the synopsis, without brackets.
func (a *Arg) Label() string { return a.single() }
