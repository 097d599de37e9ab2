// Package response turns the nodes of a response into typed values: one
// decoder per response, response code and message attribute. It holds no text
// for people and keeps no state between responses.
package response

import (
	"strings"
	"time"

	"imapsh/internal/wire"
)

// A Value is a decoded response, one of the pointer types of this file. A value
// and all it points to is valid until the next Decode of the same Decoder and
// aliases the frame: who keeps something copies it.
type Value interface {
	// Name returns the name of the response as on the wire, in capitals: "FETCH", "LIST", "OK", "+".
	// It is "" for a line that has none.
	Name() string
	value()
}

// Named is the name of a response whose type serves several names.
type Named string

// Name returns the name.
func (n Named) Name() string { return string(n) }

// Cond is the condition of a status response (RFC 9051 §7.1).
type Cond uint8

const (
	OK Cond = iota + 1
	NO
	BAD
	PREAUTH
	BYE
)

// String returns the condition as on the wire.
func (c Cond) String() string { return condNames[c] }

var condNames = [...]string{OK: "OK", NO: "NO", BAD: "BAD", PREAUTH: "PREAUTH", BYE: "BYE"}

// Status is a tagged or untagged status response.
type Status struct {
	Tag  []byte // nil when untagged
	Cond Cond
	Code *Code // nil without a response code
	Text []byte
}

// Code is a response code: [NAME arguments].
type Code struct {
	Name []byte // as sent; compare with EqualFold
	Args []byte // the raw bytes after the name and its space, without "]"
	Num  uint64 // of UIDVALIDITY, UIDNEXT, UNSEEN, HIGHESTMODSEQ, APPENDUID's validity, …; see HasNum
	// HasNum reports whether Num was there and fits.
	HasNum bool
	Caps   [][]byte // of CAPABILITY
	Flags  [][]byte // of PERMANENTFLAGS
	Words  [][]byte // the arguments split at spaces, for all others
}

// Continuation is a continuation request: "+ text".
type Continuation struct {
	Code *Code
	Text []byte // all after "+ "; the base64 of a challenge
}

// Capability is CAPABILITY.
type Capability struct{ Caps [][]byte }

// Enabled is ENABLED.
type Enabled struct{ Caps [][]byte }

// Flags is FLAGS (…).
type Flags struct{ Flags [][]byte }

// Number is EXISTS, RECENT or EXPUNGE.
type Number struct {
	Named
	Num uint32
}

// String is an nstring or astring.
type String struct {
	B   []byte // the bytes, quotes and escapes removed
	Nil bool
	Off int32 // offset of its first wire byte in Raw
	// Lit is the index in Frame.Literals when it is a literal, else -1.
	Lit int32
}

// List is LIST, LSUB or XLIST.
type List struct {
	Named
	Attrs    [][]byte
	Delim    byte // 0 for NIL
	Mailbox  String
	Extended []byte // raw bytes of the extended data items, nil if there is none
	Extras   []ListExtra
}

// ListExtra is an extended data item of LIST: CHILDINFO, OLDNAME (RFC 9051 §7.3.1).
type ListExtra struct {
	Name   String
	Values []String // the strings of its value, whether in parentheses or not
}

// MailboxStatus is STATUS mailbox (…).
type MailboxStatus struct {
	Mailbox String
	Items   []StatusItem
}

// StatusItem is one attribute of STATUS, its value a number if it is one.
type StatusItem struct {
	Name   []byte
	Num    uint64
	HasNum bool
	Nil    bool   // APPENDLIMIT NIL: no limit (RFC 7889 §4)
	ID     []byte // of MAILBOXID, which has it in parentheses (RFC 8474 §4.3)
	Raw    []byte
}

// Search is SEARCH or SORT.
type Search struct {
	Named
	Nums   []uint32
	ModSeq uint64 // 0 if there is none
}

// ESearch is ESEARCH.
type ESearch struct {
	Tag []byte // of the correlator, nil if there is none
	// Mailbox and UIDValidity are of a search over several mailboxes, one response for each
	// (RFC 7377 §2.1); no bytes and 0 if there is none.
	Mailbox     String
	UIDValidity uint64
	UID         bool
	Items       []ESearchItem
}

// ESearchItem is MIN, MAX, COUNT, ALL, MODSEQ, … with its raw value.
type ESearchItem struct {
	Name   []byte
	Raw    []byte
	Num    uint64
	HasNum bool
	Odd    bool // the value is not what the item takes
}

// Namespace is NAMESPACE: personal, other users', shared.
type Namespace struct{ Personal, Other, Shared []NamespaceEntry }

// NamespaceEntry is a prefix and its hierarchy delimiter (0 for NIL).
type NamespaceEntry struct {
	Prefix String
	Delim  byte
}

// ID is ID: field names and values in order; Nil for ID NIL.
type ID struct {
	Nil    bool
	Fields []String // name, value, name, value …
}

// Address is an address of an envelope (RFC 9051 §7.5.2).
type Address struct{ Name, ADL, Mailbox, Host String }

// Envelope is ENVELOPE.
type Envelope struct {
	Date, Subject                      String
	From, Sender, ReplyTo, To, Cc, Bcc []Address
	InReplyTo, MessageID               String
}

// Fetch is FETCH, UIDFETCH or CONVERTED: the message attributes of one message, in order.
type Fetch struct {
	Named
	Seq   uint32 // the number before FETCH
	Items []Item
}

// ItemKind says which field of an Item is set.
type ItemKind uint8

const (
	ItemOther     ItemKind = iota // Raw only
	ItemFlags                     // Flags
	ItemUID                       // Num
	ItemSize                      // Num: RFC822.SIZE, BINARY.SIZE[…]
	ItemModSeq                    // Num
	ItemDate                      // Date: INTERNALDATE, SAVEDATE
	ItemEnvelope                  // Envelope
	ItemBody                      // Body: BODY[…], BINARY[…], RFC822, RFC822.HEADER, RFC822.TEXT
	ItemStructure                 // Parts: BODY, BODYSTRUCTURE
	ItemString                    // Body: PREVIEW, EMAILID, THREADID
	ItemNumber                    // Num: X-GM-MSGID, X-GM-THRID
	ItemLabels                    // Flags, quotes and escapes removed: X-GM-LABELS
)

// Item is one message attribute.
type Item struct {
	Kind     ItemKind
	Name     []byte // as sent: "BODY[HEADER.FIELDS (FROM)]<0>"
	Num      uint64
	Flags    [][]byte
	Date     String
	Time     time.Time // of Date; see HasTime
	HasTime  bool      // whether Date could be read
	Envelope *Envelope
	Body     String
	Parts    []BodyPart
	Raw      []byte // the value's bytes in Frame.Raw
}

// BodyPart is a body of BODY or BODYSTRUCTURE (RFC 9051 §7.5.2). The parts of a message
// is in preorder: what is within a part follows it and has it as its Parent.
type BodyPart struct {
	Parent int32 // index of the part it is in, -1 for the first
	// Index is its place in the multipart it is in, from 1; 0 for one that is in none, and then
	// it is the whole body of a message.
	Index     int32
	Multipart bool
	Message   bool   // message/rfc822 with its envelope; its body follows
	Type      String // Nil for a multipart
	Subtype   String
	Params    []String // name, value, name, value …
	ID        String
	About     String // body-fld-desc
	Encoding  String
	Size      uint64 // bytes in its transfer encoding
	Lines     uint64 // of text and message/rfc822
	HasSize   bool
	HasLines  bool
	Envelope  *Envelope
	MD5       String
	// Disposition is Nil if there is none.
	Disposition       String
	DispositionParams []String
	Languages         []String
	Location          String
	Off               int32 // offset of its "(" in Raw
	// Broken reports whether it is not a list of a body's fields; nothing else is set.
	Broken bool
}

// Quota is QUOTA root (resources) (RFC 9208 §4.2.1).
type Quota struct {
	Root      String
	Resources []QuotaResource
}

// QuotaResource is a resource and how much of it is used, in the units of the resource:
// 1024 bytes of STORAGE, messages of MESSAGE.
type QuotaResource struct {
	Name        []byte
	Used, Limit uint64
}

// QuotaRoot is QUOTAROOT mailbox roots.
type QuotaRoot struct {
	Mailbox String
	Roots   []String
}

// ACL is ACL mailbox identifier rights … (RFC 4314 §3.6).
type ACL struct {
	Mailbox String
	Entries []String // identifier, rights, identifier, rights …
}

// MyRights is MYRIGHTS mailbox rights (RFC 4314 §3.8).
type MyRights struct{ Mailbox, Rights String }

// ListRights is LISTRIGHTS mailbox identifier required optional … (RFC 4314 §3.7).
type ListRights struct {
	Mailbox, Identifier, Required String
	// Optional are the rights that can be granted; those of one string together only.
	Optional []String
}

// Metadata is METADATA (RFC 5464 §4.4), or ANNOTATION of its drafts.
type Metadata struct {
	Named
	Mailbox String // empty for the server's own
	Entries []MetadataEntry
}

// MetadataEntry is an entry and, unless only its change is told, its value.
type MetadataEntry struct {
	Name     String
	Attr     String // of ANNOTATION: "value.shared"; Nil elsewhere
	Value    String
	HasValue bool
}

// Thread is THREAD (RFC 5256 §4): the messages in preorder.
type Thread struct{ Nodes []ThreadNode }

// ThreadNode is a message in a thread; the messages after it with a greater depth answer it.
type ThreadNode struct {
	Num   uint32 // 0 for a message that is not there, whose answers are
	Depth int32  // 0 for the first of a thread
}

// Strings is a response that is only strings: GENURLAUTH, LANGUAGE (a list), URLFETCH
// (URL, contents, URL, contents …), COMPARATOR (the active one, then those that could be).
type Strings struct {
	Named
	Values []String
}

// Vanished is VANISHED [(EARLIER)] uids.
type Vanished struct {
	Earlier bool
	UIDs    []byte
}

// Other is any response without a decoder of its own.
type Other struct {
	Word []byte // its first word, or its second after a number, as sent
	Num  uint32
	Raw  []byte
}

// Name returns the condition: "OK".
func (s *Status) Name() string { return s.Cond.String() }

// Name returns "+".
func (*Continuation) Name() string { return "+" }

// Name returns the first word in capitals, or the second after a number.
func (o *Other) Name() string { return strings.ToUpper(string(o.Word)) }

func (*Capability) Name() string    { return "CAPABILITY" }
func (*Enabled) Name() string       { return "ENABLED" }
func (*Flags) Name() string         { return "FLAGS" }
func (*MailboxStatus) Name() string { return "STATUS" }
func (*ESearch) Name() string       { return "ESEARCH" }
func (*Namespace) Name() string     { return "NAMESPACE" }
func (*ID) Name() string            { return "ID" }
func (*Vanished) Name() string      { return "VANISHED" }
func (*Quota) Name() string         { return "QUOTA" }
func (*QuotaRoot) Name() string     { return "QUOTAROOT" }
func (*ACL) Name() string           { return "ACL" }
func (*MyRights) Name() string      { return "MYRIGHTS" }
func (*ListRights) Name() string    { return "LISTRIGHTS" }
func (*Thread) Name() string        { return "THREAD" }

func (*Status) value()        {}
func (*Continuation) value()  {}
func (*Capability) value()    {}
func (*Enabled) value()       {}
func (*Flags) value()         {}
func (*Number) value()        {}
func (*List) value()          {}
func (*MailboxStatus) value() {}
func (*Search) value()        {}
func (*ESearch) value()       {}
func (*Namespace) value()     {}
func (*ID) value()            {}
func (*Fetch) value()         {}
func (*Vanished) value()      {}
func (*Other) value()         {}
func (*Quota) value()         {}
func (*QuotaRoot) value()     {}
func (*ACL) value()           {}
func (*MyRights) value()      {}
func (*ListRights) value()    {}
func (*Metadata) value()      {}
func (*Thread) value()        {}
func (*Strings) value()       {}

// A Decoder decodes one response at a time and uses its memory again. Not safe
// for use by several goroutines.
type Decoder struct {
	Tree wire.Tree // with its mode: UTF8
	// Odd is what the last Decode found: the framer's, the parser's, its own, by offset.
	Odd []wire.Oddity
	scratch
}
