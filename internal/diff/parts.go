package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"imapsh/internal/text"
)

// merged returns the keys of both maps, sorted.
func merged[V any](a, b map[string]V) []string {
	keys := slices.Collect(maps.Keys(a))
	keys = slices.AppendSeq(keys, maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}

// onlyIn returns true, or nil in place of false.
func onlyIn(there bool) any {
	if there {
		return true
	}
	return nil
}

// capabilities compares the capabilities after the login. If a capability has one value on each side and these differ,
// that is one difference.
func (c *comparison) capabilities() error {
	if err := c.learned("capabilities", (*account).learnCapabilities); err != nil {
		return err
	}
	left, right := byCapability(c.sides[0].caps), byCapability(c.sides[1].caps)
	for _, name := range merged(left, right) {
		l, r := left[name], right[name]
		if len(l) == 1 && len(r) == 1 && l[0] != r[0] && l[0] != "" && r[0] != "" {
			if err := c.differ(Difference{Item: name, Left: l[0], Right: r[0]}); err != nil {
				return err
			}
			continue
		}
		all := slices.Concat(l, r)
		slices.Sort(all)
		for _, value := range slices.Compact(all) {
			inL, inR := slices.Contains(l, value), slices.Contains(r, value)
			if inL == inR {
				continue
			}
			item := name
			if value != "" {
				item += "=" + value
			}
			if err := c.differ(Difference{Item: item, Left: onlyIn(inL), Right: onlyIn(inR)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// forLogin are the capabilities that matter only before the login. After it, some servers still list them and others do
// not.
var forLogin = []string{"AUTH", "LOGINDISABLED", "LOGIN-REFERRALS", "SASL-IR", "STARTTLS"}

// byCapability returns the values of capabilities by their names, without those for the login. A capability without a
// value has the value "".
func byCapability(caps []string) map[string][]string {
	values := map[string][]string{}
	for _, c := range caps {
		name, value, _ := strings.Cut(c, "=")
		if slices.Contains(forLogin, name) {
			continue
		}
		if name == "RIGHTS" { // a set of letters (RFC 4314 §2.2)
			letters := []byte(value)
			slices.Sort(letters)
			value = string(letters)
		}
		values[name] = append(values[name], value)
	}
	return values
}

// A spaceList is a list of namespaces, for people and for JSON.
type spaceList []space

// String returns the namespaces as on the wire.
func (l spaceList) String() string {
	var words []string
	for _, s := range l {
		words = append(words, fmt.Sprintf(`"%s" "%s"`, s.Prefix, s.Delimiter))
	}
	return strings.Join(words, ", ")
}

func (c *comparison) namespaces() error {
	if err := c.learned("capabilities", (*account).learnCapabilities); err != nil {
		return err
	}
	if err := c.learned("namespaces", (*account).learnSpaces); err != nil {
		return err
	}
	of := func(l []space) any {
		if len(l) == 0 {
			return nil
		}
		return spaceList(l)
	}
	left, right := &c.sides[0].spaces, &c.sides[1].spaces
	for _, row := range []struct {
		name        string
		left, right []space
	}{{"personal", left.personal, right.personal}, {"other users'", left.other, right.other}, {"shared", left.shared, right.shared}} {
		if slices.Equal(row.left, row.right) {
			continue
		}
		if err := c.differ(Difference{Item: row.name, Left: of(row.left), Right: of(row.right)}); err != nil {
			return err
		}
	}
	return nil
}

// A there is a mailbox that only one side has.
type there struct {
	Name     string  `json:"name"` // as on the wire
	Messages *uint64 `json:"messages,omitempty"`
}

// String returns how many messages it has, "yes" if that is not known.
func (t there) String() string {
	if t.Messages == nil {
		return "yes"
	}
	return string(text.AppendPlural(nil, int64(*t.Messages), "message", "messages"))
}

func thereOf(b *box) any {
	if b == nil {
		return nil
	}
	t := there{Name: b.wire}
	if b.why == "" {
		t.Messages = &b.messages
	}
	return t
}

func (c *comparison) mailboxes() error {
	if err := c.counted(); err != nil {
		return err
	}
	left, right := c.sides[0].boxes, c.sides[1].boxes
	for _, key := range c.keysByName(left, right) {
		if l, r := left[key], right[key]; l == nil || r == nil {
			if err := c.differ(Difference{Mailbox: c.name(key), Left: thereOf(l), Right: thereOf(r)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// keysByName returns the keys of mailboxes in the order of their names.
func (c *comparison) keysByName(left, right map[string]*box) []string {
	keys := merged(left, right)
	slices.SortFunc(keys, func(a, b string) int { return byName(c.name(a), c.name(b)) })
	return keys
}

// specialUse compares the special uses of the mailboxes that both sides have.
func (c *comparison) specialUse() error {
	if err := c.offered("SPECIAL-USE"); err != nil {
		return err
	}
	if err := c.listed(); err != nil {
		return err
	}
	of := func(uses []string) any {
		if len(uses) == 0 {
			return nil
		}
		return uses
	}
	for _, p := range c.pairs {
		l, r := p.boxes[0].uses, p.boxes[1].uses
		if slices.Equal(l, r) {
			continue
		}
		if err := c.differ(Difference{Mailbox: p.name, Left: of(l), Right: of(r)}); err != nil {
			return err
		}
	}
	return nil
}

// subscriptions compares the subscriptions of mailboxes that both sides have or that neither has. The others are already
// reported as missing.
func (c *comparison) subscriptions() error {
	if err := c.listed(); err != nil {
		return err
	}
	left, right := c.sides[0], c.sides[1]
	for _, key := range c.keysByName(left.subscribed, right.subscribed) {
		l, r := left.subscribed[key] != nil, right.subscribed[key] != nil
		if l == r || (left.boxes[key] == nil) != (right.boxes[key] == nil) {
			continue
		}
		if err := c.differ(Difference{Mailbox: c.name(key), Left: onlyIn(l), Right: onlyIn(r)}); err != nil {
			return err
		}
	}
	return nil
}

func (c *comparison) counts() error {
	if err := c.counted(); err != nil {
		return err
	}
	for _, p := range c.pairs {
		if !c.haveCounts(p) {
			continue
		}
		l, r := p.boxes[0], p.boxes[1]
		for _, row := range []struct {
			what        string
			left, right uint64
		}{{"messages", l.messages, r.messages}, {"unseen", l.unseen, r.unseen}} {
			if row.left == row.right {
				continue
			}
			if err := c.differ(Difference{Mailbox: p.name, What: row.what, Left: row.left, Right: row.right}); err != nil {
				return err
			}
		}
	}
	return nil
}

// haveCounts reports whether the counts of a mailbox are known on both sides. If not, it lists the mailbox as a gap.
func (c *comparison) haveCounts(p pair) bool {
	for i, b := range p.boxes {
		if b.why != "" {
			c.gap(Gap{Mailbox: p.name}, &failure{side: c.sides[i].side, why: b.why})
			return false
		}
	}
	return true
}

// keywords compares how many messages have each keyword. Keywords that no message has do not count.
func (c *comparison) keywords() error {
	if err := c.counted(); err != nil {
		return err
	}
	for n, p := range c.pairs {
		c.progress(fmt.Sprintf("keywords: %d of %d mailboxes", n, len(c.pairs)))
		var counts [2]map[string]carried
		err := c.both(func(i int, a *account) (err error) {
			if b := p.boxes[i]; b.why == "" && b.messages == 0 {
				return nil
			}
			names, _, err := a.examine(p.boxes[i])
			if err == nil {
				counts[i], err = a.carrying(names)
			}
			return err
		})
		if err != nil {
			if err := c.gapAt(p.name, err); err != nil {
				return err
			}
			continue
		}
		for _, key := range merged(counts[0], counts[1]) {
			l, r := counts[0][key], counts[1][key]
			if l.n == r.n {
				continue
			}
			name := l.name
			if name == "" {
				name = r.name
			}
			if err := c.differ(Difference{Mailbox: p.name, Item: name, Left: l.n, Right: r.n}); err != nil {
				return err
			}
		}
	}
	return nil
}

// A kilobytes is a limit of STORAGE, which counts units of 1024 bytes (RFC 9208 §5.1).
type kilobytes uint64

// String returns the size for people.
func (k kilobytes) String() string { return text.Size(int64(min(uint64(k), 1<<50)) << 10) }

func (c *comparison) quota() error {
	if err := c.offered("QUOTA"); err != nil {
		return err
	}
	var limits [2]map[string][]uint64
	err := c.both(func(i int, a *account) (err error) {
		limits[i], err = a.limits()
		return err
	})
	if err != nil {
		return err
	}
	of := func(resource string, list []uint64) any {
		var all []string
		for _, n := range list {
			switch {
			case len(list) == 1 && resource == "STORAGE":
				return kilobytes(n)
			case len(list) == 1:
				return n
			case resource == "STORAGE":
				all = append(all, kilobytes(n).String())
			default:
				all = append(all, fmt.Sprint(n))
			}
		}
		if all == nil {
			return nil
		}
		return all
	}
	for _, name := range merged(limits[0], limits[1]) {
		l, r := limits[0][name], limits[1][name]
		if slices.Equal(l, r) {
			continue
		}
		if err := c.differ(Difference{Item: name, Left: of(name, l), Right: of(name, r)}); err != nil {
			return err
		}
	}
	return nil
}

// acl compares the access control lists of the mailboxes that both sides have.
func (c *comparison) acl() error {
	if err := c.offered("ACL"); err != nil {
		return err
	}
	if err := c.listed(); err != nil {
		return err
	}
	of := func(rights string) any {
		if rights == "" {
			return nil
		}
		return rights
	}
	for n, p := range c.pairs {
		c.progress(fmt.Sprintf("acl: %d of %d mailboxes", n, len(c.pairs)))
		var rights [2]map[string]string
		err := c.both(func(i int, a *account) (err error) {
			rights[i], err = a.rights(p.boxes[i])
			return err
		})
		if err != nil {
			if err := c.gapAt(p.name, err); err != nil {
				return err
			}
			continue
		}
		for _, who := range merged(rights[0], rights[1]) {
			l, r := rights[0][who], rights[1][who]
			if l == r {
				continue
			}
			if err := c.differ(Difference{Mailbox: p.name, Item: who, Left: of(l), Right: of(r)}); err != nil {
				return err
			}
		}
	}
	return nil
}
