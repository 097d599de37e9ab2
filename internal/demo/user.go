package demo

import (
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
)

// delim is the hierarchy delimiter.
const delim = '/'

// A user holds the mailboxes of one account, shared by its sessions.
type user struct {
	room *quota

	mu         sync.Mutex
	boxes      map[string]*mailbox
	below      map[string]int // how many mailboxes are below a name
	subscribed map[string]bool
	validity   uint32 // the UIDVALIDITY of the newest mailbox
}

func newUser(validity uint32, all *quota) *user {
	return &user{
		room:  &quota{most: userOctets, above: all},
		boxes: make(map[string]*mailbox), below: make(map[string]int),
		subscribed: make(map[string]bool), validity: validity,
	}
}

var errMissing = no(imap.ResponseCodeNonExistent, "There is no such mailbox")

// find returns a mailbox that can be opened.
func (u *user) find(name string) (*mailbox, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	box := u.boxes[name]
	if box == nil {
		return nil, errMissing
	}
	if box.noSelect {
		return nil, no("", "This name only has mailboxes below it")
	}
	return box, nil
}

// findOrTry is find for APPEND, COPY and MOVE, which answer TRYCREATE.
func (u *user) findOrTry(name string) (*mailbox, error) {
	box, err := u.find(name)
	if err == errMissing {
		err = no(imap.ResponseCodeTryCreate, "There is no such mailbox; CREATE makes it")
	}
	return box, err
}

func (u *user) Create(name string, opts *imap.CreateOptions) error {
	name = strings.TrimSuffix(name, string(delim))
	if err := checkName(name); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.boxes[name] != nil {
		return no(imap.ResponseCodeAlreadyExists, "The mailbox already exists")
	}
	for _, use := range opts.SpecialUse {
		for _, box := range u.boxes {
			if slices.Contains(box.use, use) {
				return no("USEATTR", "Another mailbox already has this special use")
			}
		}
	}
	box, err := u.createLocked(name)
	if err != nil {
		return err
	}
	box.use = opts.SpecialUse
	return nil
}

func checkName(name string) error {
	bad := name == "" || strings.HasPrefix(name, string(delim)) || strings.Contains(name, "//") || strings.ContainsAny(name, "*%")
	for _, r := range name {
		bad = bad || r < ' ' || r == 0x7f
	}
	switch {
	case bad:
		return no(imap.ResponseCodeCannot, "This is not a valid mailbox name")
	case tooDeep(name):
		return errLevels
	}
	return nil
}

func tooDeep(name string) bool {
	return len(name) > nameOctets || strings.Count(name, string(delim)) >= nameLevels
}

// above returns the names above one, the highest first.
func above(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range len(name) {
			if name[i] == delim && !yield(name[:i]) {
				return
			}
		}
	}
}

// createLocked makes a mailbox and the missing ones above it (RFC 9051 §6.3.4), all or none.
func (u *user) createLocked(name string) (*mailbox, error) {
	if err := u.makeAboveLocked(name, 1); err != nil {
		return nil, err
	}
	return u.addLocked(name), nil
}

// makeAboveLocked makes the missing mailboxes above a name. follow is 1 if the mailbox itself is made after that, and is
// to be counted too.
func (u *user) makeAboveLocked(name string, follow int) error {
	missing, octets := follow, int64(follow*(mailboxOctets+len(name)))
	for up := range above(name) {
		if u.boxes[up] == nil {
			missing++
			octets += mailboxOctets + int64(len(up))
		}
	}
	switch {
	case missing > userMailboxes-len(u.boxes):
		return errMailboxes
	case !u.room.take(octets):
		return errOverQuota
	}
	for up := range above(name) {
		if u.boxes[up] == nil {
			u.addLocked(up)
		}
	}
	return nil
}

// addLocked makes a mailbox that has already been counted.
func (u *user) addLocked(name string) *mailbox {
	u.validity++
	box := newMailbox(u.validity, u.room)
	u.setLocked(name, box)
	return box
}

// setLocked gives a name a mailbox, nil to remove it.
func (u *user) setLocked(name string, box *mailbox) {
	n := 0
	switch had := u.boxes[name] != nil; {
	case box == nil && had:
		delete(u.boxes, name)
		n = -1
	case box != nil:
		u.boxes[name] = box
		if !had {
			n = 1
		}
	}
	for up := range above(name) {
		if u.below[up] += n; u.below[up] == 0 {
			delete(u.below, up)
		}
	}
}

func (u *user) Delete(name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	box := u.boxes[name]
	switch {
	case box == nil:
		return errMissing
	case name == "INBOX":
		return no(imap.ResponseCodeCannot, "INBOX cannot be deleted")
	case u.hasChildrenLocked(name) && box.noSelect:
		return no(imap.ResponseCodeHasChildren, "There are mailboxes below this name")
	case u.hasChildrenLocked(name):
		u.addLocked(name).noSelect = true
	default:
		u.setLocked(name, nil)
		u.room.give(mailboxOctets + int64(len(name)))
	}
	box.drop()
	return nil
}

func (u *user) Rename(from, to string, _ *imap.RenameOptions) error {
	to = strings.TrimSuffix(to, string(delim))
	if err := checkName(to); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	box := u.boxes[from]
	switch {
	case box == nil:
		return errMissing
	case u.boxes[to] != nil:
		return no(imap.ResponseCodeAlreadyExists, "The mailbox already exists")
	case strings.HasPrefix(to, from+string(delim)) && from != "INBOX":
		return no(imap.ResponseCodeCannot, "A mailbox cannot be moved below itself")
	}
	if from == "INBOX" { // its messages move, it stays (RFC 9051 §6.3.6)
		made, err := u.createLocked(to)
		if err != nil {
			return err
		}
		box.moveAll(made)
		return nil
	}
	moved := map[string]string{from: to} // new names by old names
	for name := range u.boxes {
		if rest, ok := strings.CutPrefix(name, from+string(delim)); ok {
			moved[name] = to + string(delim) + rest
		}
	}
	octets := int64(0)
	for before, now := range moved {
		if tooDeep(now) {
			return errLevels
		}
		octets += int64(len(now) - len(before))
	}
	if err := u.makeAboveLocked(to, 0); err != nil {
		return err
	}
	if octets > 0 && !u.room.take(octets) {
		return errOverQuota
	}
	if octets < 0 {
		u.room.give(-octets)
	}
	boxes := make(map[string]*mailbox, len(moved))
	for before, now := range moved {
		boxes[now] = u.boxes[before]
		u.setLocked(before, nil)
	}
	for now, box := range boxes {
		u.setLocked(now, box)
	}
	return nil
}

func (u *user) Subscribe(name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.boxes[name] == nil {
		return errMissing
	}
	if len(u.subscribed) >= userMailboxes && !u.subscribed[name] {
		return errMailboxes
	}
	u.subscribed[name] = true
	return nil
}

func (u *user) Unsubscribe(name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.subscribed[name] {
		return no(imap.ResponseCodeNonExistent, "There is no such subscription")
	}
	delete(u.subscribed, name)
	return nil
}

func (u *user) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Delim: delim}}}, nil
}

func (u *user) Status(name string, opts *imap.StatusOptions) (*imap.StatusData, error) {
	box, err := u.find(name)
	if err != nil {
		return nil, err
	}
	data := box.status()
	data.Mailbox = name
	return data, nil
}

func (u *user) hasChildrenLocked(name string) bool { return u.below[name] > 0 }
