package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"imapsh/internal/script"
	"imapsh/internal/suite"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// testBoxes are the mailboxes of a run of tests: each test has a name of its own, and may create mailboxes whose names
// begin with it. They are deleted after the last test, by as many connections as tests could run at a time: a login
// after each test would take longer than many tests, and Courier sleeps for two seconds before it deletes a mailbox.
type testBoxes struct {
	prefix   string // of the personal namespace
	name     string // with which the names of all begin, after the prefix; no other mailbox's name does
	extended bool   // reports whether the server offers LIST-EXTENDED
	groups   []*boxGroup
	last     atomic.Int64
}

// A boxGroup are the mailboxes that one connection deletes.
type boxGroup struct {
	name string // with which their names begin, after the prefix

	mu     sync.Mutex
	owners []string // users who may have some
}

// newTestBoxes returns boxes in groups, one for each connection.
func newTestBoxes(groups int) *testBoxes {
	var random [3]byte
	_, _ = rand.Read(random[:])
	b := &testBoxes{name: "imapsh-test-" + hex.EncodeToString(random[:])}
	for n := range groups {
		g := &boxGroup{name: b.name + "-"}
		if n > 0 {
			g.name = fmt.Sprintf("%sg%d-", b.name, n)
		}
		b.groups = append(b.groups, g)
	}
	return b
}

// A testBox is the mailbox of a test.
type testBox struct {
	name  string // of a mailbox that does not exist yet
	group *boxGroup
}

// next returns a new box.
func (b *testBoxes) next() testBox {
	n := b.last.Add(1)
	g := b.groups[n%int64(len(b.groups))]
	return testBox{fmt.Sprintf("%s%s%d", b.prefix, g.name, n), g}
}

// mayBelongTo notes that a user may have mailboxes with that name.
func (b testBox) mayBelongTo(user string) {
	b.group.mu.Lock()
	defer b.group.mu.Unlock()
	if !slices.Contains(b.group.owners, user) {
		b.group.owners = append(b.group.owners, user)
	}
}

// wipe deletes all mailboxes and subscriptions of the tests, and says on stderr what could not be deleted. It uses new
// connections: a test may have lost its own, or have one of the mailboxes selected. One of them removes all
// subscriptions of a user: Courier, which writes their whole list for each change, loses one of two changes at a time.
func (b *testBoxes) wipe(opt repl.Options, stderr io.Writer) {
	opt.Drive = nil
	opt.Strict, opt.StopOnError = false, false
	subscriptions := lsub
	if b.extended {
		subscriptions = listSubscribed
	}
	subscriptions += unsubscribing
	if len(b.groups) == 1 {
		for _, owner := range b.groups[0].owners {
			wipeOf(owner, b.prefix+b.name, subscriptions+deleting, opt, stderr)
		}
		return
	}
	var owners []string
	for _, g := range b.groups {
		owners = append(owners, g.owners...)
	}
	slices.Sort(owners)
	for _, owner := range slices.Compact(owners) {
		wipeOf(owner, b.prefix+b.name, subscriptions, opt, stderr)
	}
	var all sync.WaitGroup
	for _, g := range b.groups {
		all.Go(func() {
			for _, owner := range g.owners {
				wipeOf(owner, b.prefix+g.name, deleting, opt, stderr)
			}
		})
	}
	all.Wait()
}

// unsubscribing and deleting are parts of a script: for each mailbox in the responses to the command before, and for
// each mailbox. Those below others are deleted first, because the line that is deferred last is run first.
const (
	unsubscribing = ":each\n  :defer unsubscribe ${mailbox}\n:end\n"
	deleting      = `list "" "${boxes}*"` + "\n:each\n  :defer delete ${mailbox}\n:end\n"
)

// lsub and listSubscribed list the subscriptions; listSubscribed also those of mailboxes that a test has deleted itself,
// which Cyrus leaves out in LSUB.
const (
	lsub           = `lsub "" "${boxes}*"` + "\n"
	listSubscribed = `list (subscribed) "" "${boxes}*"` + "\n"
)

// wipes is how often deleting is tried: Cyrus renames a deleted mailbox by the second, and refuses to delete the same
// name twice in one second.
const wipes = 3

// wipeOf runs a script as a user; in the script, ${boxes} is what the names of the mailboxes begin with.
func wipeOf(user, boxes, wiping string, opt repl.Options, stderr io.Writer) {
	opt.Vars = map[string]script.Value{"boxes": {Text: boxes}}
	target := *opt.Target
	target.User = user
	opt.Target = &target
	for range wipes {
		_, r := runShell(context.Background(), opt, &suite.Tail{}, "cleaning up", strings.NewReader(wiping))
		if r.Status == repl.StatusOK && r.Undone == 0 {
			return
		}
		if r.Status == repl.StatusConnection {
			break
		}
		time.Sleep(time.Second)
	}
	fmt.Fprintf(stderr, "-- not all of %s* could be deleted from the server\n", wire.EscapeString(boxes))
}
