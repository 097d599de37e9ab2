package demo

import (
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// list answers LIST and its extended forms (RFC 9051 §6.3.9), sorted by name.
func (u *user) list(ref string, patterns []string, opts *imap.ListOptions) []imap.ListData {
	if len(patterns) == 0 { // LIST "" "" asks for the delimiter
		return []imap.ListData{{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: delim}}
	}
	var list []imap.ListData
	var over map[string]bool // names above subscribed ones that do not match
	if opts.SelectRecursiveMatch {
		over = u.aboveSubscribed(ref, patterns)
	}
	for _, name := range u.names() {
		if !matchesAny(name, ref, patterns) {
			continue
		}
		data := u.listed(name, opts)
		if opts.SelectSubscribed && !slices.Contains(data.Attrs, imap.MailboxAttrSubscribed) {
			if !over[name] {
				continue
			}
			data.ChildInfo = &imap.ListDataChildInfo{Subscribed: true}
		}
		if opts.SelectSpecialUse && !isSpecial(data.Attrs) {
			continue
		}
		list = append(list, data)
	}
	return list
}

// lsub answers LSUB (RFC 3501 §6.3.9): subscribed names and, for "%", the names above them.
func (u *user) lsub(ref string, patterns []string) []imap.ListData {
	if len(patterns) == 0 {
		return u.list(ref, nil, nil)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	found := make(map[string][]imap.MailboxAttr)
	for name := range u.subscribed {
		if matchesAny(name, ref, patterns) {
			found[name] = nil
			continue
		}
		for up := range above(name) {
			if _, seen := found[up]; !seen && !u.subscribed[up] &&
				strings.HasSuffix(patterns[0], "%") && matchesAny(up, ref, patterns) {
				found[up] = []imap.MailboxAttr{imap.MailboxAttrNoSelect}
			}
		}
	}
	var list []imap.ListData
	for _, name := range slices.SortedFunc(maps.Keys(found), byName) {
		list = append(list, imap.ListData{Attrs: found[name], Delim: delim, Mailbox: name})
	}
	return list
}

// names returns the names of all mailboxes, and the subscribed names of deleted ones.
func (u *user) names() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	all := slices.Collect(maps.Keys(u.boxes))
	for name := range u.subscribed {
		if u.boxes[name] == nil {
			all = append(all, name)
		}
	}
	slices.SortFunc(all, byName)
	return all
}

// byName orders names: INBOX first, then by byte value.
func byName(a, b string) int {
	if (a == "INBOX") != (b == "INBOX") {
		if a == "INBOX" {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// listed returns the LIST response for a name.
func (u *user) listed(name string, opts *imap.ListOptions) imap.ListData {
	u.mu.Lock()
	defer u.mu.Unlock()
	data := imap.ListData{Mailbox: name, Delim: delim}
	box := u.boxes[name]
	switch {
	case box == nil:
		data.Attrs = append(data.Attrs, imap.MailboxAttrNonExistent)
	case box.noSelect:
		data.Attrs = append(data.Attrs, imap.MailboxAttrNoSelect)
	}
	if u.hasChildrenLocked(name) {
		data.Attrs = append(data.Attrs, imap.MailboxAttrHasChildren)
	} else {
		data.Attrs = append(data.Attrs, imap.MailboxAttrHasNoChildren)
	}
	if u.subscribed[name] && (opts.ReturnSubscribed || opts.SelectSubscribed) {
		data.Attrs = append(data.Attrs, imap.MailboxAttrSubscribed)
	}
	if box != nil {
		data.Attrs = append(data.Attrs, box.use...)
	}
	if opts.ReturnStatus != nil && box != nil && !box.noSelect {
		data.Status = box.status()
		data.Status.Mailbox = name
	}
	return data
}

// aboveSubscribed returns the names above subscribed ones that the patterns do not match.
func (u *user) aboveSubscribed(ref string, patterns []string) map[string]bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	over := map[string]bool{}
	for name := range u.subscribed {
		if matchesAny(name, ref, patterns) {
			continue
		}
		for up := range above(name) {
			over[up] = true
		}
	}
	return over
}

func isSpecial(attrs []imap.MailboxAttr) bool {
	special := []imap.MailboxAttr{imap.MailboxAttrAll, imap.MailboxAttrArchive, imap.MailboxAttrDrafts,
		imap.MailboxAttrFlagged, imap.MailboxAttrJunk, imap.MailboxAttrSent, imap.MailboxAttrTrash, imap.MailboxAttrImportant}
	return slices.ContainsFunc(attrs, func(a imap.MailboxAttr) bool { return slices.Contains(special, a) })
}

func matchesAny(name, ref string, patterns []string) bool {
	for _, pattern := range patterns {
		if matches(name, ref+pattern) {
			return true
		}
	}
	return false
}

// matches reports whether a name matches a pattern, in which "*" stands for any characters
// and "%" for any but the delimiter. INBOX matches in upper or lower case (RFC 9051 §5.1).
// The time is at most proportional to the product of the lengths.
func matches(name, pattern string) bool {
	if name == "INBOX" && strings.EqualFold(pattern, name) {
		return true
	}
	fits := make([]bool, len(name)+1) // fits[i]: the pattern so far matches name[:i]
	fits[0] = true
	for _, p := range []byte(pattern) {
		if p == '*' || p == '%' {
			for i := 1; i <= len(name); i++ {
				fits[i] = fits[i] || fits[i-1] && (p == '*' || name[i-1] != delim)
			}
			continue
		}
		for i := len(name); i > 0; i-- {
			fits[i] = fits[i-1] && name[i-1] == p
		}
		fits[0] = false
	}
	return fits[len(name)]
}
