package demo

import (
	"bytes"
	"io"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // texts are searched decoded
	"github.com/emersion/go-message/textproto"
)

// search answers SEARCH and UID SEARCH.
func (v *view) search(kind imapserver.NumKind, criteria *imap.SearchCriteria, opts *imap.SearchOptions) (*imap.SearchData, error) {
	v.mu.Lock()
	v.fixLocked(criteria)
	all := v.pickLocked(imap.SeqSet{{Start: 1, Stop: 0}})
	v.mu.Unlock()

	var (
		data imap.SearchData
		seqs imap.SeqSet
		uids imap.UIDSet
	)
	for i := range all {
		c := candidate{picked: &all[i]}
		if !c.fits(criteria) {
			continue
		}
		seqs.AddNum(c.seq)
		uids.AddNum(c.uid)
		num := c.seq
		if kind == imapserver.NumKindUID {
			num = uint32(c.uid)
		}
		if data.Count++; data.Min == 0 {
			data.Min = num
		}
		data.Max = num
	}
	if data.All = seqs; kind == imapserver.NumKindUID {
		data.All = uids
	}
	if opts.ReturnSave {
		v.saved = uids
	}
	return &data, nil
}

// fixLocked replaces "*" and "$" in all sets of the criteria.
func (v *view) fixLocked(c *imap.SearchCriteria) {
	for i := range c.SeqNum {
		c.SeqNum[i] = v.seqSetLocked(c.SeqNum[i])
	}
	for i := range c.UID {
		c.UID[i] = v.uidSetLocked(c.UID[i])
	}
	for i := range c.Not {
		v.fixLocked(&c.Not[i])
	}
	for i := range c.Or {
		v.fixLocked(&c.Or[i][0])
		v.fixLocked(&c.Or[i][1])
	}
}

// A candidate is a message that is being compared; costly parts are worked out only once, when needed.
type candidate struct {
	*picked
	header *gomessage.Header
	body   *string // every text part, decoded, in lower case
}

func (c *candidate) fits(k *imap.SearchCriteria) bool {
	for _, set := range k.SeqNum {
		if !set.Contains(c.seq) {
			return false
		}
	}
	for _, set := range k.UID {
		if !set.Contains(c.uid) {
			return false
		}
	}
	for _, f := range k.Flag {
		if indexFlag(c.flags, f) < 0 {
			return false
		}
	}
	for _, f := range k.NotFlag {
		if indexFlag(c.flags, f) >= 0 {
			return false
		}
	}
	size := int64(len(c.raw))
	if k.Larger != 0 && size <= k.Larger || k.Smaller != 0 && size >= k.Smaller || !within(c.date, k.Since, k.Before) {
		return false
	}
	if !k.SentSince.IsZero() || !k.SentBefore.IsZero() {
		sent, err := mailDate(c.fields().Header)
		if err != nil || !within(sent, k.SentSince, k.SentBefore) {
			return false
		}
	}
	for _, want := range k.Header {
		if !fieldHas(c.fields().FieldsByKey(want.Key), want.Value) {
			return false
		}
	}
	for _, want := range k.Body {
		if !strings.Contains(c.text(), strings.ToLower(want)) {
			return false
		}
	}
	for _, want := range k.Text {
		if !fieldHas(c.fields().Fields(), want) && !strings.Contains(c.text(), strings.ToLower(want)) {
			return false
		}
	}
	for i := range k.Not {
		if c.fits(&k.Not[i]) {
			return false
		}
	}
	for i := range k.Or {
		if !c.fits(&k.Or[i][0]) && !c.fits(&k.Or[i][1]) {
			return false
		}
	}
	return true
}

// within reports whether the day of t, in its own time zone, is not before since and is before before (RFC 9051 §6.4.4).
func within(t, since, before time.Time) bool {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return (since.IsZero() || !day.Before(since)) && (before.IsZero() || day.Before(before))
}

// mailDate parses the Date field.
func mailDate(h textproto.Header) (time.Time, error) {
	return mail.ParseDate(unfold(h.Get("Date")))
}

func (c *candidate) fields() *gomessage.Header {
	if c.header == nil {
		c.header = &gomessage.Header{Header: readHeader(c.raw)}
	}
	return c.header
}

func fieldHas(fields gomessage.HeaderFields, want string) bool {
	want = strings.ToLower(want)
	for fields.Next() {
		text, err := fields.Text()
		if err != nil {
			text = fields.Value()
		}
		if strings.Contains(strings.ToLower(text), want) {
			return true
		}
	}
	return false
}

func (c *candidate) text() string {
	if c.body == nil {
		var b strings.Builder
		if entity, _ := gomessage.Read(bytes.NewReader(c.raw)); entity != nil {
			collect(&b, entity, 0)
		}
		lower := strings.ToLower(b.String())
		c.body = &lower
	}
	return *c.body
}

// collect writes the decoded text of an entity and of its parts.
func collect(b *strings.Builder, e *gomessage.Entity, depth int) {
	if depth > maxParts {
		return
	}
	if parts := e.MultipartReader(); parts != nil {
		for {
			part, err := parts.NextPart()
			if part == nil || err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
				return
			}
			collect(b, part, depth+1)
		}
	}
	kind, _, err := e.Header.ContentType()
	if err == nil && !strings.HasPrefix(kind, "text/") && !strings.HasPrefix(kind, "message/") {
		return
	}
	io.Copy(b, e.Body) // as much as can be decoded
	b.WriteByte('\n')
}
