package command

// Short names for writing the tables.

func wordArg(kind Kind, name string) Arg { return Arg{Kind: kind, Name: name} }

func tokenArg(name string) Arg         { return Arg{Kind: Token, Name: name} }
func astring(name string) Arg          { return Arg{Kind: AString, Name: name} }
func mailbox(name string) Arg          { return Arg{Kind: Mailbox, Name: name} }
func number(name string) Arg           { return Arg{Kind: Number, Name: name} }
func rule(name string) Arg             { return Arg{Kind: Rule, Name: name} }
func terms(v Vocabulary, n string) Arg { return Arg{Kind: Terms, Name: n, Terms: v} }

func list(args ...Arg) Arg     { return Arg{Kind: List, Args: args} }
func sequence(args ...Arg) Arg { return Arg{Kind: Sequence, Args: args} }
func oneOf(args ...Arg) Arg    { return Arg{Kind: OneOf, Args: args} }

func (a Arg) optional() Arg                     { a.Optional = true; return a }
func (a Arg) many() Arg                         { a.Repeat = true; return a }
func (a Arg) bare() Arg                         { a.Bare = true; return a }
func (a Arg) secret() Arg                       { a.Secret = true; return a }
func (a Arg) hidden() Arg                       { a.Hidden = true; return a }
func (a Arg) unlikely() Arg                     { a.Unlikely = true; return a }
func (a Arg) named(name string) Arg             { a.Name = name; return a }
func (a Arg) needs(capability string) Arg       { a.Cap = capability; return a }
func (a Arg) help(sentence string) Arg          { a.Help = sentence; return a }
func (a Arg) known(v Vocabulary) Arg            { a.Terms = v; return a }
func (a Arg) or(missing func(*View) string) Arg { a.Default = missing; return a }

func always(text string) func(*View) string { return func(*View) string { return text } }

// selected returns the selected mailbox as it is sent; "" if none is selected.
func selected(v *View) string {
	if v.State&Selected == 0 || v.Mailbox == "" {
		return ""
	}
	name, _ := MailboxText(v.Mailbox, v)
	return string(name)
}

// Arguments that several commands share.

var (
	sequenceSet = wordArg(SequenceSet, "sequence-set").help("message numbers: 5, 2:4, 1,3,7:*; * is the last message, $ the saved search result")
	uidSet      = wordArg(SequenceSet, "uid-set").help("unique identifiers: 5, 2:4, 1,3,7:*; * is the highest UID, $ the saved search result")
	flag        = wordArg(FlagKind, "flag").help(`a system flag, \Seen, or a keyword, $Junk`).known(SystemFlags)
	flagList    = list(flag.many().optional()).named("(flag ...)").help("flags in parentheses; () for none")
	flags       = oneOf(list(flag.many().optional()), flag.many()).named("flags").help("one or more flags, in parentheses or not")
	searchKey   = rule("search-key").help("a condition; several are combined with AND (help search)")
	entryName   = wordArg(EntryName, "entry").help("the name of an annotation: /private/comment, /shared/comment")
	value       = wordArg(NString, "value").help("a string, or NIL to remove it")
	patternArg  = wordArg(Pattern, "pattern").help("a mailbox name; * matches anything, % anything within one level")
	reference   = mailbox("reference").or(always(`""`)).help(`where the pattern begins; almost always ""`)
	patterns    = oneOf(patternArg, list(patternArg.many()).needs("LIST-EXTENDED").unlikely()).named("pattern").or(always(`"*"`)).help(patternArg.Help)
	message     = rule("message").help("the message's flags and date, and the message as a literal")
)

// rules are the grammars that contain themselves or that several tables of terms share.
var rules = map[string]*Arg{
	"search-key": {Kind: OneOf, Name: "search-key", Args: []Arg{
		terms(SearchKeys, "search-key"),
		sequenceSet,
		list(searchKey.many()),
	}},
	"message": {Kind: Sequence, Name: "message", Args: []Arg{
		flagList.optional().bare(),
		wordArg(DateTime, "date-time").optional().help(`its internal date: "17-Jul-2026 02:44:25 +0200"`),
		sequence(tokenArg("ANNOTATION").needs("ANNOTATE-EXPERIMENT-1"), list(sequence(entryName, list(sequence(astring("attribute"), value).many())).many())).optional(),
		oneOf(wordArg(LiteralOnly, "literal"), terms(AppendData, "data")).named("literal").help("the message: {n} and n bytes, or <<END, or < FILE"),
	}},
	"mailboxes": {Kind: OneOf, Name: "mailboxes", Args: []Arg{
		mailbox("mailbox"), list(mailbox("mailbox").many()),
	}},
}
