// Package diff compares two accounts, as before and after a migration: what each server offers, and which
// mailboxes, messages, flags and rights each has. It only asks, through connections that somebody else has made.
package diff

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"imapsh/repl"
)

// A Part is a part of the accounts that is compared.
type Part struct {
	Name string // as the command line and JSON have it
	// One and Many are what one difference of it is called, and several.
	One, Many string
	OnRequest bool // it is compared only if that is asked for
	compare   func(*comparison) error
}

// parts are all of them, in the order of comparison.
var parts = []Part{
	{"capabilities", "capability", "capabilities", false, (*comparison).capabilities},
	{"namespaces", "namespace", "namespaces", false, (*comparison).namespaces},
	{"mailboxes", "mailbox", "mailboxes", false, (*comparison).mailboxes},
	{"special-use", "special use", "special uses", false, (*comparison).specialUse},
	{"subscriptions", "subscription", "subscriptions", false, (*comparison).subscriptions},
	{"counts", "count", "counts", false, (*comparison).counts},
	{"keywords", "keyword", "keywords", false, (*comparison).keywords},
	{"quota", "quota limit", "quota limits", false, (*comparison).quota},
	{"acl", "right", "rights", false, (*comparison).acl},
	{"messages", "message difference", "message differences", true, (*comparison).messages},
}

// Parts returns all parts, in the order of comparison.
func Parts() []Part { return slices.Clone(parts) }

// An Asker is a connection that is logged in. Inquire sends commands and waits for their ends; its error is
// that of the connection, which is of no use after it.
type Asker interface {
	Inquire(...*repl.Inquiry) error
}

// A Side is one of the two accounts.
type Side struct {
	URL   string
	User  string // whose mailboxes they are; "" if that is not known
	Asker Asker
}

// String names it for people: its URL, and the user if that is another one than the URL has.
func (s Side) String() string {
	if s.User == "" || strings.Contains(s.URL, "://"+s.User+"@") {
		return s.URL
	}
	return s.URL + " as " + s.User
}

// Options say what is compared.
type Options struct {
	Left, Right Side
	Parts       []string // names of parts
	Out         Output
	// Progress is called as the comparison continues; nil is not.
	Progress func(says string)
	// Stopped reports whether nothing is to be asked any longer; nil is never.
	Stopped func() bool
}

// An Output takes what is found, as it is found.
type Output interface {
	Difference(*Difference) error
	// End takes the result, after all else.
	End(*Result) error
}

// A Difference is one thing that the two accounts do not have in common.
type Difference struct {
	Part    *Part
	Mailbox string // as people write it, below the personal namespace; "" if it is about none
	Item    string // what of the part, or of the mailbox: a capability, an identifier, a Message-ID; "" if there is none
	What    string // what of the item: "unseen", "flags"; "" if there is none
	// Left and Right are nil for what is not there, else true, a number, a text, a list of texts, or something with
	// the method String that is an object in JSON.
	Left, Right any
	// LeftUID and RightUID are those of a message, 0 if there is none.
	LeftUID, RightUID uint32
}

// A Gap is something that could not be compared.
type Gap struct {
	Part *Part
	// Mailbox is the one that could not be; "" is all of the part. With Rest the mailboxes after it were not
	// compared either.
	Mailbox string
	Rest    bool
	Side    string // "left" or "right"; "" if it is neither's
	Why     string
	// Lacking says that the side does not offer the part at all.
	Lacking bool
}

// A Result is how a comparison has gone.
type Result struct {
	Left, Right Side
	Counts      map[string]int // of differences, by the name of the part
	Mailboxes   int            // that both sides have
	Messages    int            // that were compared one by one, of the side that has more
	Gaps        []Gap
	GapsAll     int    // with those that are not listed
	Why         string // nothing was compared; "" if something was
	Lost        bool   // a connection ended, or the comparison was stopped
}

// gapsMost is how many gaps are listed.
const gapsMost = 1000

// Differences returns how many there are.
func (r *Result) Differences() (n int) {
	for _, count := range r.Counts {
		n += count
	}
	return n
}

// Complete reports whether all was compared that both sides offer.
func (r *Result) Complete() bool {
	return r.Why == "" && r.GapsAll == len(r.Gaps) && !slices.ContainsFunc(r.Gaps, func(g Gap) bool { return !g.Lacking })
}

// Equal reports whether there is no difference, and all was compared that both sides offer.
func (r *Result) Equal() bool { return r.Differences() == 0 && r.Complete() }

// A comparison is one that is under way.
type comparison struct {
	sides  [2]*account
	o      Options
	result Result
	part   *Part
	loaded map[string]error // what has been learned from both sides, by its name
	pairs  []pair
}

// A pair is a mailbox that both sides have.
type pair struct {
	name  string
	boxes [2]*box
}

// failure is that a side could not say something.
type failure struct {
	side    string
	why     string
	lost    bool // and will not say anything any longer
	lacking bool // it does not offer it
}

func (f *failure) Error() string { return f.why }

// writing is an error of the output.
type writing struct{ error }

// Unreached is the result if one side cannot be asked at all.
func Unreached(left, right Side, why string) *Result {
	return &Result{Left: left, Right: right, Counts: map[string]int{}, Why: why, Lost: true}
}

// Run compares, and returns how that went; an error is the output's.
func Run(o Options) (*Result, error) {
	c := &comparison{o: o, loaded: map[string]error{}}
	c.sides = [2]*account{{side: "left", user: o.Left.User, asker: o.Left.Asker}, {side: "right", user: o.Right.User, asker: o.Right.Asker}}
	c.result = Result{Left: o.Left, Right: o.Right, Counts: map[string]int{}}
	var lost *failure
	for i := range parts {
		c.part = &parts[i]
		if !slices.Contains(o.Parts, c.part.Name) {
			continue
		}
		if lost == nil && o.Stopped != nil && o.Stopped() {
			lost = &failure{why: "interrupted", lost: true}
		}
		if lost != nil {
			c.gap(Gap{}, lost)
			continue
		}
		c.progress(c.part.Name)
		err := c.part.compare(c)
		if w := (writing{}); errors.As(err, &w) {
			return &c.result, w.error
		}
		var f *failure
		if errors.As(err, &f) {
			if f.lost {
				lost = f
			}
			if !errors.Is(err, errNoted) {
				c.gap(Gap{}, f)
			}
		}
	}
	c.result.Lost = lost != nil
	return &c.result, o.Out.End(&c.result)
}

func (c *comparison) progress(says string) {
	if c.o.Progress != nil {
		c.o.Progress(says)
	}
}

// errNoted goes with a failure that is listed already.
var errNoted = errors.New("noted")

// gap lists something that could not be compared.
func (c *comparison) gap(g Gap, f *failure) {
	g.Part, g.Side, g.Why, g.Lacking = c.part, f.side, f.why, f.lacking
	c.result.GapsAll++
	if len(c.result.Gaps) < gapsMost {
		c.result.Gaps = append(c.result.Gaps, g)
	}
}

// gapAt lists a mailbox that could not be compared, and returns an error if nothing more can be.
func (c *comparison) gapAt(mailbox string, err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	c.gap(Gap{Mailbox: mailbox, Rest: f.lost && mailbox != c.pairs[len(c.pairs)-1].name}, f)
	if f.lost {
		return errors.Join(f, errNoted)
	}
	return nil
}

// differ gives a difference to the output, if it is one.
func (c *comparison) differ(d Difference) error {
	d.Part = c.part
	c.result.Counts[c.part.Name]++
	if err := c.o.Out.Difference(&d); err != nil {
		return writing{err}
	}
	return nil
}

// both does the same on both sides, at the same time.
func (c *comparison) both(f func(i int, a *account) error) error {
	if c.o.Stopped != nil && c.o.Stopped() {
		return &failure{why: "interrupted", lost: true}
	}
	var errs [2]error
	var sides sync.WaitGroup
	for i, a := range c.sides {
		sides.Go(func() { errs[i] = f(i, a) })
	}
	sides.Wait()
	var lost *failure
	if errors.As(errs[1], &lost) && lost.lost { // graver than a refusal on the left
		if first := (*failure)(nil); !errors.As(errs[0], &first) || !first.lost {
			return errs[1]
		}
	}
	if errs[0] != nil {
		return errs[0]
	}
	return errs[1]
}

// learned does something on both sides once.
func (c *comparison) learned(what string, f func(*account) error) error {
	err, done := c.loaded[what]
	if !done {
		err = c.both(func(_ int, a *account) error { return f(a) })
		c.loaded[what] = err
	}
	return err
}

// offered returns why something cannot be asked for: a side does not offer it.
func (c *comparison) offered(capability string) error {
	if err := c.learned("capabilities", (*account).learnCapabilities); err != nil {
		return err
	}
	for _, a := range c.sides {
		if !a.offers(capability) {
			return &failure{side: a.side, why: "the server does not offer " + capability, lacking: true}
		}
	}
	return nil
}

// listed learns which mailboxes there are.
func (c *comparison) listed() error {
	if err := c.learned("capabilities", (*account).learnCapabilities); err != nil {
		return err
	}
	if err := c.learned("namespaces", (*account).learnSpaces); err != nil {
		return err
	}
	if err := c.learned("mailboxes", (*account).learnBoxes); err != nil {
		return err
	}
	if c.pairs == nil {
		for key, left := range c.sides[0].boxes {
			if right := c.sides[1].boxes[key]; right != nil {
				c.pairs = append(c.pairs, pair{c.name(key), [2]*box{left, right}})
			}
		}
		slices.SortFunc(c.pairs, func(a, b pair) int { return byName(a.name, b.name) })
		c.result.Mailboxes = len(c.pairs)
	}
	return nil
}

// counted learns how many messages each mailbox has.
func (c *comparison) counted() error {
	if err := c.listed(); err != nil {
		return err
	}
	return c.learned("counts", (*account).learnCounts)
}

// name is a mailbox for people, below the personal namespace: with the delimiter of the left side, or of the right one
// if a level of the name has that.
func (c *comparison) name(key string) string {
	levels := strings.Split(key, levelEnd)
	for _, a := range c.sides {
		delim := a.spaces.delimiter()
		if delim != "" && !slices.ContainsFunc(levels, func(l string) bool { return strings.Contains(l, delim) }) {
			return strings.Join(levels, delim)
		}
	}
	return strings.Join(levels, "/")
}

// byName orders mailboxes: INBOX first, then by name.
func byName(a, b string) int {
	if (a == inbox) != (b == inbox) {
		if a == inbox {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}
