// Package diff compares two accounts, such as those before and after a migration: what each server offers, and which
// mailboxes, messages, flags and rights each has. It changes nothing, and its caller provides the connections.
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
	Name string // on the command line and in JSON
	// One and Many are the words for one difference and for several.
	One, Many string
	OnRequest bool // it is compared only if asked for
	compare   func(*comparison) error
}

// parts are all parts, in the order of comparison.
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

// An Asker is a connection that is logged in. Inquire sends commands and waits until they have ended. Its error means
// that the connection has ended.
type Asker interface {
	Inquire(...*repl.Inquiry) error
}

// A Side is one of the two accounts.
type Side struct {
	URL   string
	User  string // the owner of the mailboxes; "" if not known
	Asker Asker
}

// String returns the URL, and the user if it is not the one in the URL.
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
	// Progress, if not nil, is called with what is being compared.
	Progress func(says string)
	// Stopped, if not nil, reports whether the comparison should stop.
	Stopped func() bool
}

// An Output takes the differences as they are found, and the result.
type Output interface {
	Difference(*Difference) error
	// End takes the result, after all differences.
	End(*Result) error
}

// A Difference is one thing in which the two accounts differ.
type Difference struct {
	Part    *Part
	Mailbox string // decoded, below the personal namespace; "" if it is not about a mailbox
	Item    string // a capability, an identifier, a Message-ID and the like; "" if there is none
	What    string // the property of the item that differs: "unseen", "flags"; "" if there is none
	// Left and Right are nil on a side that does not have it; otherwise true, a number, a text, a list of texts, or a
	// value with a String method that is an object in JSON.
	Left, Right any
	// LeftUID and RightUID are the UIDs of a message, 0 if there is none.
	LeftUID, RightUID uint32
}

// A Gap is something that could not be compared.
type Gap struct {
	Part *Part
	// Mailbox is the mailbox that could not be compared; "" means all of the part. With Rest, the mailboxes after it
	// could not be compared either.
	Mailbox string
	Rest    bool
	Side    string // "left" or "right"; "" if the reason is on neither side
	Why     string
	// Lacking means that the server of this side does not offer the part.
	Lacking bool
}

// A Result says how a comparison went.
type Result struct {
	Left, Right Side
	Counts      map[string]int // how many differences, by the name of the part
	Mailboxes   int            // how many both sides have
	Messages    int            // how many were compared one by one, on the side that has more
	Gaps        []Gap
	GapsAll     int    // how many gaps there are, including those that are not listed
	Why         string // why nothing was compared; "" if something was
	Lost        bool   // a connection ended, or the comparison was stopped
}

// gapsMost is how many gaps are listed.
const gapsMost = 1000

// Differences returns how many differences there are.
func (r *Result) Differences() (n int) {
	for _, count := range r.Counts {
		n += count
	}
	return n
}

// Complete reports whether everything was compared that both sides offer.
func (r *Result) Complete() bool {
	return r.Why == "" && r.GapsAll == len(r.Gaps) && !slices.ContainsFunc(r.Gaps, func(g Gap) bool { return !g.Lacking })
}

// Equal reports whether there is no difference, and everything was compared that both sides offer.
func (r *Result) Equal() bool { return r.Differences() == 0 && r.Complete() }

// A comparison is a comparison in progress.
type comparison struct {
	sides  [2]*account
	o      Options
	result Result
	part   *Part            // the current one
	loaded map[string]error // the outcome of each question that was asked on both sides
	pairs  []pair
}

// A pair is a mailbox that both sides have.
type pair struct {
	name  string
	boxes [2]*box
}

// A failure says why a side did not answer a question.
type failure struct {
	side    string
	why     string
	lost    bool // the connection has ended, or the comparison was stopped
	lacking bool // the server does not offer it
}

func (f *failure) Error() string { return f.why }

// A writing is an error of the output.
type writing struct{ error }

// Unreached returns the result for an account that could not be opened.
func Unreached(left, right Side, why string) *Result {
	return &Result{Left: left, Right: right, Counts: map[string]int{}, Why: why, Lost: true}
}

// Run compares two accounts and returns how that went. Its error is one of the output.
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

// errNoted is joined to a failure that is already listed.
var errNoted = errors.New("noted")

// gap lists something that could not be compared.
func (c *comparison) gap(g Gap, f *failure) {
	g.Part, g.Side, g.Why, g.Lacking = c.part, f.side, f.why, f.lacking
	c.result.GapsAll++
	if len(c.result.Gaps) < gapsMost {
		c.result.Gaps = append(c.result.Gaps, g)
	}
}

// gapAt lists a mailbox that could not be compared, and returns an error if no other can be compared either.
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

// differ counts a difference of the current part and passes it to the output.
func (c *comparison) differ(d Difference) error {
	d.Part = c.part
	c.result.Counts[c.part.Name]++
	if err := c.o.Out.Difference(&d); err != nil {
		return writing{err}
	}
	return nil
}

// both calls f for both sides at the same time. If both fail, a lost connection is the error, otherwise the left one's.
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
	if errors.As(errs[1], &lost) && lost.lost { // more severe than a refusal on the left
		if first := (*failure)(nil); !errors.As(errs[0], &first) || !first.lost {
			return errs[1]
		}
	}
	if errs[0] != nil {
		return errs[0]
	}
	return errs[1]
}

// learned asks both sides something, once.
func (c *comparison) learned(what string, f func(*account) error) error {
	err, done := c.loaded[what]
	if !done {
		err = c.both(func(_ int, a *account) error { return f(a) })
		c.loaded[what] = err
	}
	return err
}

// offered returns a failure if a side does not offer a capability.
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

// listed learns which mailboxes exist, and pairs them.
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

// name returns the name of a mailbox for people, decoded and below the personal namespace. It uses the delimiter of the
// left side; if a level of the name contains that, the one of the right side.
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
