package response

import (
	"time"

	"imapsh/internal/wire"
)

// Limits of what is decoded of one response, so that a hostile one of a few megabytes cannot become
// hundreds of megabytes of values. No real response comes near them.
const (
	maxWords     = 1 << 18
	maxAddresses = 1 << 16
	maxItems     = 1 << 14
	maxNesting   = 100 // of bodies within bodies
)

// scratch is memory of one response that the next one reuses. If a slice outgrows its array, the pieces
// returned before stay valid in the old array.
type scratch struct {
	top       wire.Cursor // over the response
	args      wire.Cursor // over the arguments of a code
	word      []byte      // the result of upper
	words     [][]byte    // flags, capabilities, words of codes
	nums      []uint32
	addresses []Address
	envelopes []Envelope
	items     []Item
	status    []StatusItem
	esearch   []ESearchItem
	spaces    []NamespaceEntry
	strings   []String
	parts     []BodyPart
	resources []QuotaResource
	extras    []ListExtra
	entries   []MetadataEntry
	threads   []ThreadNode
	zone      *time.Location // of the last INTERNALDATE
	zoneSecs  int
	v         values
}

// values holds one of each type of response.
type values struct {
	status        Status
	code          Code
	continuation  Continuation
	capability    Capability
	enabled       Enabled
	flags         Flags
	number        Number
	list          List
	mailboxStatus MailboxStatus
	search        Search
	esearch       ESearch
	namespace     Namespace
	id            ID
	fetch         Fetch
	vanished      Vanished
	other         Other
	quota         Quota
	quotaRoot     QuotaRoot
	acl           ACL
	myRights      MyRights
	listRights    ListRights
	metadata      Metadata
	thread        Thread
	stringsOf     Strings
}

// keep is how many elements a slice may keep room for; see again.
const keep = 1 << 12

func again[T any](s []T) []T {
	if cap(s) > keep*4 {
		return nil
	}
	return s[:0]
}

func (d *Decoder) reset() {
	d.Odd = again(d.Odd)
	s := &d.scratch
	s.words = again(s.words)
	if cap(s.nums) > 1<<20 {
		s.nums = nil
	}
	s.nums = s.nums[:0]
	s.addresses = again(s.addresses)
	s.envelopes = again(s.envelopes)
	s.items = again(s.items)
	s.status = again(s.status)
	s.esearch = again(s.esearch)
	s.spaces = again(s.spaces)
	s.strings = again(s.strings)
	s.parts = again(s.parts)
	s.resources = again(s.resources)
	s.extras = again(s.extras)
	s.entries = again(s.entries)
	s.threads = again(s.threads)
}

// odd reports a deviation at a node; if node < 0, at the end of the response.
func (d *Decoder) odd(name string, node int32) {
	if node < 0 {
		c := d.Tree.Top()
		for c.Skip() >= 0 {
		}
		d.oddAt(name, c.Off())
		return
	}
	d.oddAt(name, d.Tree.Nodes[node].Off)
}

func (d *Decoder) oddAt(name string, off int32, args ...any) {
	d.Odd = append(d.Odd, deviations.Oddity(name, int(off), args...))
}
