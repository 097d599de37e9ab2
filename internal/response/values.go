// Package response turns the nodes of a response into typed values: one
// decoder per response, response code and message attribute. It holds no text
// for people and keeps no state between responses.
package response

import (
	"strings"
	"time"

	"imapsh/internal/wire"
)

// A Value is a decoded response, one of the pointer types of this file. A value and all it points to is
// valid until the next Decode of the same Decoder and aliases the frame: copy whatever must last longer.
type Value interface {
	// Name returns the name of the response as on the wire, in capitals: "FETCH", "LIST", "OK", "+".
	// It is "" for a line without a name.
	Name() string
	value()
}

// Named is the name of a response, for types that serve several responses.
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

// String returns the condition as on the wire, in capitals.
func (c Cond) String() string { return condNames[c] }

var condNames = [...]string{OK: "OK", NO: "NO", BAD: "BAD", PREAUTH: "PREAUTH", BYE: "BYE"}

// Status is a tagged or untagged status response.
type Status struct {
	Tag  []byte // as sent; nil if untagged
	Cond Cond
	Code *Code  // nil if there is no response code
	Text []byte // the text for people, as sent
}

// Code is a response code: [NAME arguments].
type Code struct {
	Name []byte // as sent; compare with EqualFold
	Args []byte // the raw bytes after the name and its space, without "]"
	Num  uint64 // of UIDVALIDITY, UIDNEXT, UNSEEN, HIGHESTMODSEQ, APPENDUID (its UIDVALIDITY), …; see HasNum
	// HasNum reports whether there was a number that fits in Num.
	HasNum bool
	Caps   [][]byte // of CAPABILITY
	Flags  [][]byte // of PERMANENTFLAGS
	Words  [][]byte // the arguments split at spaces, for all others
}

// Continuation is a continuation request: "+ text".
type Continuation struct {
	Code *Code  // nil if there is no response code
	Text []byte // all after "+ ", as sent: text, or the base64 of a challenge
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

// String is an nstring or astring, decoded from its form on the wire.
type String struct {
	B   []byte // the bytes, without quotes, escapes or literal announcement
	Nil bool   // it is NIL; B is nil then
	Off int32  // offset of its first wire byte in Raw, from 0
	// Lit is the index in Frame.Literals if it is a literal, else -1.
	Lit int32
}

// List is LIST, LSUB or XLIST.
type List struct {
	Named
	Attrs    [][]byte
	Delim    byte // 0 for NIL
	Mailbox  String
	Extended []byte // the extended data items in their parentheses, as sent; nil if there are none
	Extras   []ListExtra
}

// ListExtra is an extended data item of LIST: CHILDINFO, OLDNAME (RFC 9051 §7.3.1).
type ListExtra struct {
	Name   String
	Values []String // the strings of its value, with or without parentheses
}

// MailboxStatus is STATUS mailbox (…).
type MailboxStatus struct {
	Mailbox String
	Items   []StatusItem
}

// StatusItem is one attribute of STATUS; Num is set if its value is a number.
type StatusItem struct {
	Name   []byte
	Num    uint64
	HasNum bool
	Nil    bool   // APPENDLIMIT NIL: no limit (RFC 7889 §4)
	ID     []byte // of MAILBOXID, without its parentheses (RFC 8474 §4.3)
	Raw    []byte // the value, as sent; nil if it is missing
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
	// Mailbox and UIDValidity are set in a search of several mailboxes, which has one response for each
	// (RFC 7377 §2.1); empty and 0 otherwise.
	Mailbox     String
	UIDValidity uint64
	UID         bool // the numbers are UIDs
	Items       []ESearchItem
}

// ESearchItem is MIN, MAX, COUNT, ALL, MODSEQ, … and its value.
type ESearchItem struct {
	Name   []byte
	Raw    []byte // the value, as sent; nil if it is missing
	Num    uint64
	HasNum bool
	Odd    bool // the value is not valid for the item
}

// Namespace is NAMESPACE: the user's own namespaces, those of other users, and the shared ones.
type Namespace struct{ Personal, Other, Shared []NamespaceEntry }

// NamespaceEntry is a prefix and its hierarchy delimiter (0 for NIL).
type NamespaceEntry struct {
	Prefix String
	Delim  byte
}

// ID is ID: field names and values in order. Nil is set for ID NIL.
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
	Seq   uint32 // the number before FETCH: a UID in UIDFETCH
	Items []Item
}

// ItemKind says which field of an Item is set, besides Name and Raw.
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
	ItemLabels                    // Flags, without quotes and escapes: X-GM-LABELS
)

// Item is one message attribute.
type Item struct {
	Kind     ItemKind
	Name     []byte // as sent: "BODY[HEADER.FIELDS (FROM)]<0>"
	Num      uint64
	Flags    [][]byte
	Date     String
	Time     time.Time // of Date; see HasTime
	HasTime  bool      // whether Date is a valid date-time
	Envelope *Envelope
	Body     String
	Parts    []BodyPart
	Raw      []byte // the value, as in Frame.Raw; nil if it is missing
}

// BodyPart is one body of BODY or BODYSTRUCTURE (RFC 9051 §7.5.2). The parts of a message are in preorder:
// those within a part follow it and have it as their Parent.
type BodyPart struct {
	Parent int32 // index of the part it is in, -1 for the first
	// Index is its place in the multipart it is in, from 1; 0 if it is not in one, because it is the
	// complete body of a message.
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
	// Broken reports whether it is not a list, or an empty one: only Parent, Index and Off are set.
	Broken bool
}

// Quota is QUOTA root (resources) (RFC 9208 §4.2.1).
type Quota struct {
	Root      String
	Resources []QuotaResource
}

// QuotaResource is a resource with its usage and limit, in the units of the resource: 1024 bytes for
// STORAGE, messages for MESSAGE.
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
	// Optional are the rights that can be granted; those in one string only together.
	Optional []String
}

// Metadata is METADATA (RFC 5464 §4.4), or ANNOTATION from the drafts before it.
type Metadata struct {
	Named
	Mailbox String // empty for entries of the server
	Entries []MetadataEntry
}

// MetadataEntry is an entry with its value, or without if the response only says that it has changed.
type MetadataEntry struct {
	Name     String
	Attr     String // of ANNOTATION: "value.shared"; Nil in METADATA
	Value    String
	HasValue bool
}

// Thread is THREAD (RFC 5256 §4): the messages in preorder.
type Thread struct{ Nodes []ThreadNode }

// ThreadNode is a message in a thread; those after it with a greater depth answer it.
type ThreadNode struct {
	Num   uint32 // 0 for a message that is missing, although answers to it are there
	Depth int32  // 0 for the first of a thread
}

// Strings is a response that consists of strings: GENURLAUTH (URLs), LANGUAGE (a list), URLFETCH
// (URL, contents, URL, contents …), COMPARATOR (the active one, then others that are available).
type Strings struct {
	Named
	Values []String
}

// Vanished is VANISHED [(EARLIER)] uids.
type Vanished struct {
	Earlier bool
	UIDs    []byte // a set, as sent; nil if it is not valid
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

// A Decoder decodes one response at a time and reuses its memory. It must not be used by several
// goroutines at the same time.
type Decoder struct {
	Tree wire.Tree // set its UTF8 to the mode of the session
	// Odd holds what the framer, the parser and the decoder found in the last response, sorted by offset.
	Odd []wire.Oddity
	scratch
}
