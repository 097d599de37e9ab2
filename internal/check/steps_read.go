package check

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"imapsh/internal/text"
)

func tlsName(version uint16) string { return tls.VersionName(version) }

// refusalsMost is the number of rejected responses after which fetching stops.
const refusalsMost = 50

// batch is how many messages are fetched with one command.
const batch = 200

func (r *run) namespace() error {
	if !r.offers(r.main, "NAMESPACE") && !r.offers(r.main, "IMAP4REV2") {
		return skip("not offered")
	}
	return r.main.bound("the answer to NAMESPACE", func() error {
		data, err := r.main.imap.Namespace().Wait()
		if err != nil {
			return err
		}
		if len(data.Personal) > 0 {
			r.prefix, r.delim = data.Personal[0].Prefix, data.Personal[0].Delim
		}
		r.says("personal %q, delimiter %q", r.prefix, r.delim)
		return nil
	})
}

func (r *run) list() error {
	options := &imap.ListOptions{ReturnSpecialUse: r.offers(r.main, "SPECIAL-USE") && r.offers(r.main, "LIST-EXTENDED")}
	if !options.ReturnSpecialUse {
		options = nil
	}
	return r.main.bound("the answer to LIST", func() error {
		names, err := r.main.imap.List("", "*", options).Collect()
		if err != nil {
			return err
		}
		special := 0
		for _, name := range names {
			for _, a := range name.Attrs {
				switch a {
				case imap.MailboxAttrAll, imap.MailboxAttrArchive, imap.MailboxAttrDrafts, imap.MailboxAttrFlagged, imap.MailboxAttrJunk, imap.MailboxAttrSent, imap.MailboxAttrTrash:
					special++
				}
			}
			r.delim = name.Delim
		}
		r.measure("mailboxes", float64(len(names)), "")
		r.says("mailboxes: %d, special-use: %d", len(names), special)
		return nil
	})
}

func (r *run) selectMailbox() error {
	if err := r.openMailbox(r.o.Target.Mailbox, !r.o.Select); err != nil {
		return err
	}
	r.mailbox, r.main.selected = r.o.Target.Mailbox, true
	m := r.main.link.session().Mailbox
	if m != nil {
		r.messages = m.Exists
	}
	r.measure("messages", float64(r.messages), "")
	r.says("%s in %s", text.Plural(int(r.messages), "message"), safe(r.mailbox))
	return nil
}

// openMailbox selects or examines a mailbox.
func (r *run) openMailbox(name string, readOnly bool) error {
	r.main.selected, r.main.scratch = false, false
	return r.main.bound("the answer to opening "+safe(name), func() error {
		_, err := r.main.imap.Select(name, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
		return err
	})
}

// reselect opens the mailbox to examine unless it is selected.
func (r *run) reselect() error {
	if r.main.selected {
		return nil
	}
	err := r.openMailbox(r.mailbox, !r.o.Select)
	r.main.selected = err == nil
	return err
}

// fetch fetches envelopes and structures. After a response that the client rejects it continues on a
// new connection.
func (r *run) fetch() error {
	if r.messages == 0 {
		return skip("the mailbox is empty")
	}
	first := uint32(1)
	if !r.o.All && r.messages > uint32(r.o.Newest) {
		first = r.messages - uint32(r.o.Newest) + 1
	}
	got, refused := 0, 0
	var last error
	var lack *lacking // the first
	for at := first; at <= r.messages; {
		end := min(at+batch-1, r.messages)
		n, err := r.fetchRange(at, end)
		var no *refusal
		var lacks *lacking
		switch {
		case err == nil, errors.As(err, &lacks):
			if lack == nil {
				lack = lacks
			}
			got += n
			at = end + 1
			continue
		case !errors.As(err, &no):
			return err
		}
		h := no.link.final()
		r.refuse(no)
		last = err
		if h.message >= at && h.message <= end {
			n = int(h.message - at) // the client has counted the rejected one too
		}
		got += n
		if refused++; h.message < at || h.message > end || refused == refusalsMost {
			break
		}
		at = h.message + 1
		if at > r.messages {
			break
		}
		if err := r.apart(r.again); err != nil {
			return err
		}
	}
	r.says("%s", text.Plural(got, "message"))
	switch {
	case refused == 0 && lack == nil:
		return nil
	case refused == 0:
		return lack
	}
	stopped := ""
	if refused == refusalsMost {
		stopped = ", the other messages were not fetched"
	}
	err := fmt.Errorf("%s rejected%s: %s", text.Plural(refused, "response"), stopped, last)
	if lack != nil {
		err = fmt.Errorf("%w; %w", err, lack)
	}
	return err
}

// again opens a new connection in the middle of a step.
func (r *run) again() error {
	if err := r.reconnect(); err != nil {
		return err
	}
	return r.reselect()
}

// fetchRange fetches one batch and returns how many messages came.
func (r *run) fetchRange(from, to uint32) (n int, err error) {
	var set imap.SeqSet
	set.AddRange(from, to)
	var came []arrived
	err = r.main.bound(fmt.Sprintf("the answer to FETCH %d:%d", from, to), func() error {
		cmd := r.main.imap.Fetch(set, &imap.FetchOptions{
			UID: true, Flags: true, InternalDate: true, RFC822Size: true, Envelope: true,
			BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		})
		for {
			m := cmd.Next()
			if m == nil {
				break
			}
			if data, err := m.Collect(); err == nil {
				n++
				came = append(came, arrived{m.SeqNum, missing(data)})
			}
		}
		return cmd.Close()
	})
	if err == nil {
		err = unanswered(came)
	}
	return n, err
}

// A lacking is the error of a FETCH that was answered OK without all data items.
type lacking struct {
	message uint32 // the first that lacks something
	items   []string
}

func (l *lacking) Error() string {
	return fmt.Sprintf("the server answered OK but never sent %s of message %d", strings.Join(l.items, ", "), l.message)
}

// An arrived is a FETCH response, with the data items that it lacks.
type arrived struct {
	message uint32
	lacks   []string
}

// missing returns the data items that were asked for and did not come.
func missing(data *imapclient.FetchMessageBuffer) (lacks []string) {
	for _, item := range []struct {
		name string
		came bool
	}{
		{"UID", data.UID != 0}, {"ENVELOPE", data.Envelope != nil}, {"INTERNALDATE", !data.InternalDate.IsZero()},
		{"BODYSTRUCTURE", data.BodyStructure != nil},
	} {
		if !item.came {
			lacks = append(lacks, item.name)
		}
	}
	return lacks
}

// unanswered returns a lacking error for the first message without a complete response. Incomplete ones may come in
// addition: unsolicited, with flags.
func unanswered(came []arrived) error {
	complete := map[uint32]bool{}
	for _, a := range came {
		complete[a.message] = complete[a.message] || len(a.lacks) == 0
	}
	for _, a := range came {
		if !complete[a.message] {
			return &lacking{a.message, a.lacks}
		}
	}
	return nil
}

func (r *run) search() error {
	return r.main.bound("the answer to SEARCH", func() error {
		data, err := r.main.imap.Search(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
		if err == nil {
			r.says("%d unseen", len(data.AllSeqNums()))
		}
		return err
	})
}

func (r *run) status() error {
	return r.main.bound("the answer to STATUS", func() error {
		data, err := r.main.imap.Status(r.o.Target.Mailbox, &imap.StatusOptions{NumMessages: true, NumUnseen: true, UIDNext: true, UIDValidity: true}).Wait()
		if err == nil && data.NumMessages != nil {
			r.says("%s", text.Plural(int(*data.NumMessages), "message"))
		}
		return err
	})
}

func (r *run) quota() error {
	if !r.offers(r.main, "QUOTA") {
		return skip("not offered")
	}
	var roots []imapclient.QuotaData
	err := r.main.bound("the answer to GETQUOTAROOT", func() error {
		var err error
		roots, err = r.main.imap.GetQuotaRoot(r.o.Target.Mailbox).Wait()
		return err
	})
	var no *answer
	if errors.As(err, &no) && no.err.Type == imap.StatusResponseTypeNo {
		return skip(no.text)
	}
	if err != nil {
		return err
	}
	fullest, found := 0.0, false
	for _, root := range roots {
		for _, resource := range root.Resources {
			if resource.Limit > 0 {
				fullest, found = max(fullest, 100*float64(resource.Usage)/float64(resource.Limit)), true
			}
		}
	}
	if !found {
		r.says("no limit")
		return nil
	}
	r.measure("quota", fullest, "%")
	r.says("%.1f %% used", fullest)
	return nil
}

func (r *run) idle() error {
	if !r.offers(r.main, "IDLE") && !r.offers(r.main, "IMAP4REV2") {
		return skip("not offered")
	}
	if err := r.idling(func() error { return r.wait(r.o.IdleFor) }); err != nil {
		return err
	}
	r.says("held for %v", r.o.IdleFor)
	return nil
}

// idling calls f while the main connection is in IDLE.
func (r *run) idling(f func() error) error {
	var cmd *imapclient.IdleCommand
	if err := r.main.bound("the continuation request of IDLE", func() (err error) {
		cmd, err = r.main.imap.Idle()
		return err
	}); err != nil {
		return err
	}
	within := f()
	err := r.main.bound("the answer to DONE", func() error {
		if err := cmd.Close(); err != nil {
			return err
		}
		return cmd.Wait()
	})
	if within != nil {
		return within
	}
	return err
}

// wait lets time pass, unless the connection or the check ends.
func (r *run) wait(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-r.main.imap.Closed():
		return r.main.plain("the end of IDLE", errors.New("the connection ended within IDLE"))
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
}

func (r *run) logout() error {
	return r.main.bound("the answer to LOGOUT", func() error { return r.main.imap.Logout().Wait() })
}
