package diff

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/text"
	"imapsh/repl"
)

// atOnce is how many messages are fetched from each side before equal ones are dropped.
const atOnce = 4096

// detailsAtOnce is how many differing messages are fetched again at the same time.
const detailsAtOnce = 200

// A record is what is kept of a message until an equal one is found on the other side: 32 bytes.
type record struct {
	id  [16]byte // a hash of its Message-ID, or of its size if it has none
	sum uint64   // a hash of everything that is compared
	uid uint32
}

func (r *record) compare(o *record) int {
	if n := bytes.Compare(r.id[:], o.id[:]); n != 0 {
		return n
	}
	if n := cmp.Compare(r.sum, o.sum); n != 0 {
		return n
	}
	return cmp.Compare(r.uid, o.uid)
}

// A piles holds the messages of a mailbox that have no equal on the other side yet. They never pile up if both sides
// have them in the same order; in the worst case it holds all of both sides.
type piles struct {
	of    [2][]record
	limit int // how many both may hold together before equal ones are dropped
}

// pilesLeast is the number of records from which on it is worth looking for equal ones.
const pilesLeast = 4 * atOnce

// settle drops records that are equal on both sides, if there are many or always is set.
func (p *piles) settle(always bool) {
	if !always && len(p.of[0])+len(p.of[1]) <= max(p.limit, pilesLeast) {
		return
	}
	for _, pile := range p.of {
		slices.SortFunc(pile, func(a, b record) int { return a.compare(&b) })
	}
	l, r := p.of[0], p.of[1]
	keptL, keptR := l[:0], r[:0]
	for len(l) > 0 && len(r) > 0 {
		n := bytes.Compare(l[0].id[:], r[0].id[:])
		if n == 0 {
			n = cmp.Compare(l[0].sum, r[0].sum)
		}
		switch {
		case n < 0:
			keptL, l = append(keptL, l[0]), l[1:]
		case n > 0:
			keptR, r = append(keptR, r[0]), r[1:]
		default:
			l, r = l[1:], r[1:]
		}
	}
	p.of[0], p.of[1] = append(keptL, l...), append(keptR, r...)
	p.limit = 2 * (len(p.of[0]) + len(p.of[1]))
}

// An unlike holds the UIDs of a message that differs between the sides; one is 0 if that side does not have it.
type unlike struct{ left, right uint32 }

// unlikes pairs the messages that have no equal by Message-ID. It returns them in the order of the left mailbox, then of
// the right one.
func (p *piles) unlikes() []unlike {
	p.settle(true)
	l, r := p.of[0], p.of[1]
	var list []unlike
	for len(l) > 0 || len(r) > 0 {
		n := 0
		switch {
		case len(l) == 0:
			n = 1
		case len(r) == 0:
			n = -1
		default:
			n = bytes.Compare(l[0].id[:], r[0].id[:])
		}
		switch {
		case n < 0:
			list, l = append(list, unlike{left: l[0].uid}), l[1:]
		case n > 0:
			list, r = append(list, unlike{right: r[0].uid}), r[1:]
		default:
			list = append(list, unlike{l[0].uid, r[0].uid})
			l, r = l[1:], r[1:]
		}
	}
	p.of = [2][]record{}
	slices.SortFunc(list, func(a, b unlike) int {
		if n := cmp.Compare(a.left-1, b.left-1); n != 0 { // 0 becomes the largest: those missing on the left come last
			return n
		}
		return cmp.Compare(a.right, b.right)
	})
	return list
}

// items are the data items that are fetched for each message.
const items = "(UID RFC822.SIZE FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"

// messages compares the messages of the mailboxes that both sides have.
func (c *comparison) messages() error {
	if err := c.counted(); err != nil {
		return err
	}
	seed := maphash.MakeSeed()
	for _, p := range c.pairs {
		if err := c.messagesOf(p, seed); err != nil {
			if err := c.gapAt(p.name, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *comparison) messagesOf(p pair, seed maphash.Seed) error {
	var exists [2]uint32
	if err := c.both(func(i int, a *account) (err error) {
		_, exists[i], err = a.examine(p.boxes[i])
		return err
	}); err != nil {
		return err
	}
	var read [2]reader
	for i := range read {
		read[i] = newReader(seed)
	}
	var piles piles
	most := max(exists[0], exists[1])
	for from := uint32(1); from <= most && from != 0; from += atOnce {
		c.progress(fmt.Sprintf("messages of %s: %d of %d", p.name, from-1, most))
		if err := c.both(func(i int, a *account) error {
			if from > exists[i] {
				return nil
			}
			read[i].into = &piles.of[i]
			return a.fetch(from, min(exists[i], from+(atOnce-1)), &read[i])
		}); err != nil {
			return err
		}
		piles.settle(false)
	}
	c.result.Messages += max(read[0].n, read[1].n)
	for some := range slices.Chunk(piles.unlikes(), detailsAtOnce) {
		if err := c.details(p, some); err != nil {
			return err
		}
	}
	return nil
}

// fetch reads the messages from one sequence number to another in the open mailbox.
func (a *account) fetch(from, to uint32, r *reader) error {
	set, _ := command.AtomText(fmt.Sprintf("%d:%d", from, to))
	before := r.n
	r.left = int(to-from) + 1
	if err := a.must(&repl.Inquiry{Text: "FETCH " + set + " " + items, Hear: r.hear}); err != nil {
		return err
	}
	if got, want := r.n-before, int(to-from)+1; got < want {
		return &failure{side: a.side, why: fmt.Sprintf("FETCH %d:%d gave %s of %d", from, to, text.Plural(got, "message"), want)}
	}
	return nil
}

// A reader makes records of FETCH responses.
type reader struct {
	into *[]record
	n    int // messages read
	left int // how many may still come
	seed maphash.Seed
	sets map[string]uint64 // hashes of sets of flags, by the flags as they came
	key  []byte
}

func newReader(seed maphash.Seed) reader { return reader{seed: seed, sets: map[string]uint64{}} }

// setsMost is how many sets of flags are remembered.
const setsMost = 4096

func (r *reader) hear(v response.Value) {
	f, ok := v.(*response.Fetch)
	if !ok {
		return
	}
	var rec record
	var size, flags uint64
	var date int64
	var id []byte
	has := 0
	for i := range f.Items {
		switch it := &f.Items[i]; it.Kind {
		case response.ItemUID:
			rec.uid = uint32(it.Num)
			has |= 1
		case response.ItemSize:
			size = it.Num
			has |= 2
		case response.ItemFlags:
			flags = r.flags(it.Flags)
		case response.ItemDate:
			date = seconds(it)
		case response.ItemBody:
			id = messageID(it.Body.B)
			has |= 4
		}
	}
	if has != 7 || r.left == 0 {
		return // an unsolicited FETCH
	}
	r.left--
	sum := sha256.New()
	if id == nil {
		fmt.Fprintf(sum, "size %d", size)
	} else {
		sum.Write(id)
	}
	var full [sha256.Size]byte
	copy(rec.id[:], sum.Sum(full[:0]))
	var b [24]byte
	le(b[:8], size)
	le(b[8:16], flags)
	le(b[16:], uint64(date))
	rec.sum = maphash.Bytes(r.seed, b[:])
	*r.into = append(*r.into, rec)
	r.n++
}

func le(b []byte, n uint64) {
	for i := range b {
		b[i] = byte(n >> (8 * i))
	}
}

// seconds returns an INTERNALDATE in seconds since 1970, or a hash of its text if it is not a valid date.
func seconds(it *response.Item) int64 {
	if it.HasTime {
		return it.Time.Unix()
	}
	sum := sha256.Sum256(it.Date.B)
	n := int64(0)
	for _, b := range sum[:8] {
		n = n<<8 | int64(b)
	}
	return n
}

// flags returns a hash of a set of flags that does not depend on their order, nor on upper or lower case.
func (r *reader) flags(list [][]byte) uint64 {
	r.key = r.key[:0]
	for _, f := range list {
		r.key = append(append(r.key, f...), ' ')
	}
	if sum, known := r.sets[string(r.key)]; known {
		return sum
	}
	names := flagNames(list)
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	slices.Sort(names)
	sum := maphash.String(r.seed, strings.Join(slices.Compact(names), " "))
	if len(r.sets) < setsMost {
		r.sets[string(r.key)] = sum
	}
	return sum
}

// flagNames returns flags without \Recent, which depends on the session (RFC 3501 §2.3.2).
func flagNames(list [][]byte) []string {
	names := make([]string, 0, len(list))
	for _, f := range list {
		if !strings.EqualFold(string(f), `\Recent`) {
			names = append(names, string(f))
		}
	}
	return names
}

// messageID returns the value of the first Message-ID field that has one, unfolded; nil if there is none.
func messageID(header []byte) []byte {
	const name = "message-id:"
	for len(header) > 0 {
		line, rest, _ := bytes.Cut(header, []byte("\n"))
		header = rest
		if len(line) < len(name) || !strings.EqualFold(string(line[:len(name)]), name) {
			continue
		}
		value := bytes.TrimSpace(line[len(name):])
		for len(header) > 0 && (header[0] == ' ' || header[0] == '\t') { // folded
			line, header, _ = bytes.Cut(header, []byte("\n"))
			if more := bytes.TrimSpace(line); len(more) > 0 {
				if len(value) > 0 {
					value = append(slices.Clip(value), ' ')
				}
				value = append(slices.Clip(value), more...)
			}
		}
		if len(value) > 0 {
			return value
		}
	}
	return nil
}

// A message is a message as it is shown.
type message struct {
	UID   uint32   `json:"uid"`
	Size  uint64   `json:"size"`
	Date  date     `json:"internaldate"`
	Flags []string `json:"flags"`

	id string // its Message-ID, "" if there is none
}

// String returns the size and the date.
func (m *message) String() string {
	return text.Size(int64(min(m.Size, 1<<62))) + ", " + m.Date.String()
}

// A date is an INTERNALDATE in the format of RFC 3339, in UTC; as it came if it is not a valid date.
type date string

// String returns the date with a space between day and time, at which a narrow column can break it.
func (d date) String() string {
	if day, clock, ok := strings.Cut(string(d), "T"); ok && len(day) == len(time.DateOnly) {
		return day + " " + clock
	}
	return string(d)
}

// details fetches messages that differ again, and passes the differences to the output.
func (c *comparison) details(p pair, list []unlike) error {
	var found [2]map[uint32]*message
	if err := c.both(func(i int, a *account) (err error) {
		var uids []uint32
		for _, u := range list {
			if uid := [2]uint32{u.left, u.right}[i]; uid != 0 {
				uids = append(uids, uid)
			}
		}
		found[i], err = a.look(uids)
		return err
	}); err != nil {
		return err
	}
	for _, u := range list {
		l, r := found[0][u.left], found[1][u.right]
		if l == nil && r == nil {
			continue // removed since
		}
		if err := c.unlike(p, l, r); err != nil {
			return err
		}
	}
	return nil
}

// unlike passes the differences of one message to the output; l or r is nil on the side that does not have it.
func (c *comparison) unlike(p pair, l, r *message) error {
	d := Difference{Mailbox: p.name}
	if l != nil {
		d.Left, d.LeftUID, d.Item = l, l.UID, l.id
	}
	if r != nil {
		d.Right, d.RightUID = r, r.UID
		d.Item = cmp.Or(d.Item, r.id)
	}
	if d.Item == "" {
		d.Item = fmt.Sprintf("without Message-ID, UID %d", cmp.Or(d.LeftUID, d.RightUID))
	}
	if l == nil || r == nil {
		return c.differ(d)
	}
	for _, row := range []struct {
		what        string
		left, right any
		same        bool
	}{
		{"size", l.Size, r.Size, l.Size == r.Size},
		{"flags", l.Flags, r.Flags, sameFlags(l.Flags, r.Flags)},
		{"internaldate", l.Date, r.Date, l.Date == r.Date},
	} {
		if row.same {
			continue
		}
		d.What, d.Left, d.Right = row.what, row.left, row.right
		if err := c.differ(d); err != nil {
			return err
		}
	}
	return nil
}

func sameFlags(a, b []string) bool {
	lower := func(list []string) []string {
		out := make([]string, len(list))
		for i, f := range list {
			out[i] = strings.ToLower(f)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(lower(a), lower(b))
}

// systemFirst orders flags: those with a backslash come before keywords.
func systemFirst(a, b string) int {
	if a, b := strings.HasPrefix(a, `\`), strings.HasPrefix(b, `\`); a != b {
		if a {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// look reads messages of the open mailbox, and returns them by UID.
func (a *account) look(uids []uint32) (map[uint32]*message, error) {
	found := map[uint32]*message{}
	if len(uids) == 0 {
		return found, nil
	}
	words := make([]string, len(uids))
	for i, uid := range uids {
		words[i] = strconv.FormatUint(uint64(uid), 10)
	}
	set, _ := command.AtomText(strings.Join(words, ","))
	err := a.must(&repl.Inquiry{Text: "UID FETCH " + set + " " + items, Hear: func(v response.Value) {
		f, ok := v.(*response.Fetch)
		if !ok {
			return
		}
		m := &message{}
		for i := range f.Items {
			switch it := &f.Items[i]; it.Kind {
			case response.ItemUID:
				m.UID = uint32(it.Num)
			case response.ItemSize:
				m.Size = it.Num
			case response.ItemFlags:
				m.Flags = flagNames(it.Flags)
				slices.SortFunc(m.Flags, systemFirst)
			case response.ItemDate:
				if m.Date = date(it.Date.B); it.HasTime {
					m.Date = date(it.Time.UTC().Format(time.RFC3339))
				}
			case response.ItemBody:
				m.id = string(messageID(it.Body.B))
			}
		}
		if m.UID != 0 && len(found) < len(uids) {
			found[m.UID] = m
		}
	}})
	return found, err
}
