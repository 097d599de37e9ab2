package demo

import (
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
)

// delim is the hierarchy delimiter.
const delim = '/'

// user is the mailboxes of one account, shared by its sessions.
type user struct {
	mu         sync.Mutex
	boxes      map[string]*mailbox
	subscribed map[string]bool
	validity   uint32 // of the mailbox made last
}

func newUser(validity uint32) *user {
	return &user{boxes: make(map[string]*mailbox), subscribed: make(map[string]bool), validity: validity}
}

var errMissing = no(imap.ResponseCodeNonExistent, "There is no such mailbox")

// find gives a mailbox that can be opened.
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

// findOrTry is find for APPEND, COPY and MOVE, which tell that CREATE would help.
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
		return no(imap.ResponseCodeAlreadyExists, "The mailbox exists already")
	}
	for _, use := range opts.SpecialUse {
		for _, box := range u.boxes {
			if slices.Contains(box.use, use) {
				return no("USEATTR", "Another mailbox has this use already")
			}
		}
	}
	u.createLocked(name).use = opts.SpecialUse
	return nil
}

func checkName(name string) error {
	bad := name == "" || strings.HasPrefix(name, string(delim)) || strings.Contains(name, "//") || strings.ContainsAny(name, "*%")
	for _, r := range name {
		bad = bad || r < ' ' || r == 0x7f
	}
	if bad || len(name) > 255 {
		return no(imap.ResponseCodeCannot, "This cannot be the name of a mailbox")
	}
	return nil
}

// createLocked makes a mailbox and those above it (RFC 9051 §6.3.4).
func (u *user) createLocked(name string) *mailbox {
	for i := range len(name) {
		if above := name[:i]; name[i] == delim && u.boxes[above] == nil {
			u.addLocked(above)
		}
	}
	return u.addLocked(name)
}

func (u *user) addLocked(name string) *mailbox {
	u.validity++
	box := newMailbox(u.validity)
	u.boxes[name] = box
	return box
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
		delete(u.boxes, name)
	}
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
		return no(imap.ResponseCodeAlreadyExists, "The mailbox exists already")
	case strings.HasPrefix(to, from+string(delim)) && from != "INBOX":
		return no(imap.ResponseCodeCannot, "A mailbox cannot be moved below itself")
	}
	if from == "INBOX" { // its messages move, it stays (RFC 9051 §6.3.6)
		box.moveAll(u.createLocked(to))
		return nil
	}
	for name, below := range u.boxes {
		if rest, ok := strings.CutPrefix(name, from+string(delim)); ok {
			delete(u.boxes, name)
			u.boxes[to+string(delim)+rest] = below
		}
	}
	delete(u.boxes, from)
	u.createLocked(to) // for those above it
	u.boxes[to] = box
	return nil
}

func (u *user) Subscribe(name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.boxes[name] == nil {
		return errMissing
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

func (u *user) hasChildrenLocked(name string) bool {
	for other := range u.boxes {
		if strings.HasPrefix(other, name+string(delim)) {
			return true
		}
	}
	return false
}
