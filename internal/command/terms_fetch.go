package command

// fetchItems: fetch-att (RFC 9051 §6.4.5).
var fetchItems = []Term{
	{Name: "FLAGS", RFC: "RFC 9051 §6.4.5", Help: "the flags"},
	{Name: "UID", RFC: "RFC 9051 §6.4.5", Help: "the unique identifier"},
	{Name: "INTERNALDATE", RFC: "RFC 9051 §6.4.5", Help: "when the message arrived on the server"},
	{Name: "RFC822.SIZE", RFC: "RFC 9051 §6.4.5", Help: "the size in bytes"},
	{Name: "ENVELOPE", RFC: "RFC 9051 §6.4.5", Help: "date, subject, addresses, Message-ID, parsed by the server"},
	{Name: "BODYSTRUCTURE", RFC: "RFC 9051 §6.4.5", Help: "the MIME structure"},
	{Name: "BODY", RFC: "RFC 9051 §6.4.5", Help: "the MIME structure without its extension data"},
	{Name: "BODY.PEEK", Section: TextSection, Partial: true, RFC: "RFC 9051 §6.4.5", Help: `a section of the message; \Seen is not set`},
	{Name: "BODY", Section: TextSection, Partial: true, Seen: true, RFC: "RFC 9051 §6.4.5", Help: `a section of the message; sets \Seen`},
	{Name: "RFC822", Seen: true, Caps: rev1, RFC: "RFC 3501 §6.4.5", Help: `the complete message, like BODY[]; sets \Seen`},
	{Name: "RFC822.HEADER", Caps: rev1, RFC: "RFC 3501 §6.4.5", Help: "the header, like BODY.PEEK[HEADER]"},
	{Name: "RFC822.TEXT", Seen: true, Caps: rev1, RFC: "RFC 3501 §6.4.5", Help: `the body, like BODY[TEXT]; sets \Seen`},
	{Name: "BINARY.PEEK", Section: BinarySection, Partial: true, Caps: binary, RFC: "RFC 9051 §6.4.5", Help: `a decoded part, without transfer encoding; \Seen is not set`},
	{Name: "BINARY", Section: BinarySection, Partial: true, Seen: true, Caps: binary, RFC: "RFC 9051 §6.4.5", Help: `a decoded part, without transfer encoding; sets \Seen`},
	{Name: "BINARY.SIZE", Section: BinarySection, Caps: binary, RFC: "RFC 9051 §6.4.5", Help: "the size of a part after decoding"},
	{Name: "MODSEQ", Caps: []string{"CONDSTORE"}, RFC: "RFC 7162 §3.1.4", Help: "the modification sequence"},
	{Name: "PREVIEW", Args: []Arg{list(tokenArg("LAZY").help("only if the server has it ready")).optional()}, Caps: []string{"PREVIEW"}, RFC: "RFC 8970 §3.1", Help: "the first words of the text"},
	{Name: "SAVEDATE", Caps: []string{"SAVEDATE"}, RFC: "RFC 8514 §4.2", Help: "when the message was saved in this mailbox"},
	{Name: "EMAILID", Caps: []string{"OBJECTID"}, RFC: "RFC 8474 §5.1", Help: "an identifier of the message's content"},
	{Name: "THREADID", Caps: []string{"OBJECTID"}, RFC: "RFC 8474 §5.2", Help: "an identifier of its thread"},
	{Name: "ANNOTATION", Args: []Arg{list(
		oneOf(entryName, list(entryName.many())),
		oneOf(astring("attribute"), list(astring("attribute").many())).named("attributes"))},
		Caps: annotate, RFC: "RFC 5257 §4.3", Help: "annotations of the message"},
	{Name: "X-GM-MSGID", Caps: gmail, RFC: "Gmail IMAP extensions", Help: "Gmail's identifier of the message"},
	{Name: "X-GM-THRID", Caps: gmail, RFC: "Gmail IMAP extensions", Help: "Gmail's identifier of its thread"},
	{Name: "X-GM-LABELS", Caps: gmail, RFC: "Gmail IMAP extensions", Help: "its Gmail labels"},
}

var binary = []string{"BINARY"}

// fetchMacros are used instead of a list of items, without parentheses (RFC 9051 §6.4.5).
var fetchMacros = []Term{
	{Name: "ALL", RFC: "RFC 9051 §6.4.5", Help: "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE"},
	{Name: "FAST", RFC: "RFC 9051 §6.4.5", Help: "FLAGS INTERNALDATE RFC822.SIZE"},
	{Name: "FULL", RFC: "RFC 9051 §6.4.5", Help: "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY"},
}

// fetchModifiers: fetch-modifier (RFC 4466 §2.4).
var fetchModifiers = []Term{
	{Name: "CHANGEDSINCE", Args: []Arg{number("mod-sequence")}, Caps: []string{"CONDSTORE"}, RFC: "RFC 7162 §3.1.4.1", Help: "only messages changed after this mod-sequence"},
	{Name: "VANISHED", Caps: []string{"QRESYNC"}, RFC: "RFC 7162 §3.2.6", Help: "also report expunged UIDs; only in UID FETCH, with CHANGEDSINCE"},
	{Name: "PARTIAL", Args: []Arg{wordArg(Range, "range")}, Caps: []string{"PARTIAL"}, RFC: "RFC 9394 §3.3", Help: "only part of the set: 1:100 the first hundred, -1:-100 the last hundred; only in UID FETCH"},
}

// storeModifiers: store-modifier (RFC 4466 §2.5).
var storeModifiers = []Term{
	{Name: "UNCHANGEDSINCE", Args: []Arg{number("mod-sequence")}, Caps: []string{"CONDSTORE"}, RFC: "RFC 7162 §3.1.3", Help: "only messages not changed after this mod-sequence"},
}

var labels = oneOf(list(astring("label").many().optional()), astring("label").many()).named("labels")

// storeItems: store-att-flags (RFC 9051 §6.4.6).
var storeItems = []Term{
	{Name: "+FLAGS", Args: []Arg{flags}, RFC: "RFC 9051 §6.4.6", Help: "add these flags"},
	{Name: "-FLAGS", Args: []Arg{flags}, RFC: "RFC 9051 §6.4.6", Help: "remove these flags"},
	{Name: "FLAGS", Args: []Arg{flags}, RFC: "RFC 9051 §6.4.6", Help: "replace the flags with these"},
	{Name: "+FLAGS.SILENT", Args: []Arg{flags}, RFC: "RFC 9051 §6.4.6", Help: "add these flags, without FETCH responses"},
	{Name: "-FLAGS.SILENT", Args: []Arg{flags}, RFC: "RFC 9051 §6.4.6", Help: "remove these flags, without FETCH responses"},
	{Name: "FLAGS.SILENT", Args: []Arg{flags}, RFC: "RFC 9051 §6.4.6", Help: "replace the flags with these, without FETCH responses"},
	{Name: "ANNOTATION", Args: []Arg{list(sequence(entryName, list(sequence(astring("attribute"), value).many())).many())},
		Caps: annotate, RFC: "RFC 5257 §4.5", Help: "set annotations"},
	{Name: "+X-GM-LABELS", Args: []Arg{labels}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "add Gmail labels"},
	{Name: "-X-GM-LABELS", Args: []Arg{labels}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "remove Gmail labels"},
	{Name: "X-GM-LABELS", Args: []Arg{labels}, Caps: gmail, RFC: "Gmail IMAP extensions", Help: "replace the Gmail labels with these"},
}
