package check

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// letter is the message that is appended: small, and easy to recognize.
const letter = "From: imapsh check <imapsh@localhost>\r\nSubject: imapsh check\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nWritten by imapsh check, to be removed by it.\r\n"

// create makes the scratch mailbox, and a second one for copies.
func (r *run) create() error {
	var random [4]byte
	if _, err := io.ReadFull(r.o.Random, random[:]); err != nil {
		return fmt.Errorf("naming the mailbox: %w", err)
	}
	name := r.prefix + "imapsh-check-" + r.o.Now().UTC().Format("20060102-150405") + "-" + hex.EncodeToString(random[:])
	for _, name := range []string{name, name + "-copy"} {
		r.scratch = append(r.scratch, name) // before CREATE, which may succeed even if no answer comes
		err := r.main.boundAfter(settling, "the answer to CREATE", func() error { return r.main.imap.Create(name, nil).Wait() })
		var no *answer
		if errors.As(err, &no) {
			r.scratch = r.scratch[:len(r.scratch)-1]
		}
		if err != nil {
			return err
		}
	}
	r.says("%s", safe(name))
	return nil
}

func (r *run) append() error {
	if len(r.scratch) == 0 {
		return skip("no mailbox could be created")
	}
	for range 2 {
		if err := r.put(r.main, nil); err != nil {
			return err
		}
	}
	r.says("2 messages of %d bytes", len(letter))
	return nil
}

// put appends the letter. It calls sent, if not nil, before the end of the command is sent.
func (r *run) put(c *client, sent func()) error {
	return c.bound("the answer to APPEND", func() error {
		cmd := c.imap.Append(r.scratch[0], int64(len(letter)), nil)
		_, err := io.WriteString(cmd, letter)
		if sent != nil {
			sent()
		}
		if end := cmd.Close(); err == nil {
			err = end
		}
		if _, done := cmd.Wait(); done != nil {
			return done
		}
		return err
	})
}

// selectScratch selects the scratch mailbox unless it is selected.
func (r *run) selectScratch() error {
	if r.main.scratch {
		return nil
	}
	if err := r.openMailbox(r.scratch[0], false); err != nil {
		return err
	}
	r.main.scratch = true
	return nil
}

// push appends a message on a second connection while the first is in IDLE.
func (r *run) push() error {
	if !r.offers(r.main, "IDLE") && !r.offers(r.main, "IMAP4REV2") {
		return skip("IDLE is not offered")
	}
	var second *client
	if err := r.apart(func() (err error) {
		second, err = r.fresh(r.ctx, "push")
		return err
	}); err != nil {
		return fmt.Errorf("the second connection: %w", err)
	}
	defer second.close()
	seen := make(chan time.Time, 1)
	idle := r.main.link
	defer idle.onExists(nil)
	return r.idling(func() error {
		idle.onExists(func(_ uint32, at time.Time) {
			select {
			case seen <- at:
			default:
			}
		})
		var sent time.Time
		if err := r.put(second, func() { sent = r.o.Now() }); err != nil {
			return err
		}
		const wanted = "EXISTS for the message appended by another connection"
		select {
		case at := <-seen:
			took := max(0, at.Sub(sent))
			r.measure("push", took.Seconds(), "s")
			r.says("EXISTS came after %v", took.Round(time.Millisecond/10))
			return nil
		case <-r.o.after(wanted, r.o.StepTimeout):
			return &late{wanted: wanted, after: r.o.StepTimeout}
		case <-r.main.imap.Closed():
			return r.main.plain("EXISTS within IDLE", errors.New("the connection ended within IDLE"))
		case <-r.ctx.Done():
			return r.ctx.Err()
		}
	})
}

func (r *run) store() error {
	return r.flag(imap.FlagFlagged)
}

// flag sets a flag of the first message.
func (r *run) flag(flag imap.Flag) error {
	return r.main.bound("the answer to STORE", func() error {
		return r.main.imap.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{flag}}, nil).Close()
	})
}

func (r *run) copy() error {
	if len(r.scratch) < 2 {
		return skip("no second mailbox could be created")
	}
	return r.main.bound("the answer to COPY", func() error {
		_, err := r.main.imap.Copy(imap.SeqSetNum(1), r.scratch[1]).Wait()
		return err
	})
}

func (r *run) move() error {
	if len(r.scratch) < 2 {
		return skip("no second mailbox could be created")
	}
	if !r.offers(r.main, "MOVE") && !r.offers(r.main, "IMAP4REV2") {
		r.says("by COPY, STORE and EXPUNGE: MOVE is not offered")
	}
	return r.main.bound("the answer to MOVE", func() error {
		_, err := r.main.imap.Move(imap.SeqSetNum(1), r.scratch[1]).Wait()
		return err
	})
}

func (r *run) expunge() error {
	if err := r.flag(imap.FlagDeleted); err != nil {
		return err
	}
	return r.main.bound("the answer to EXPUNGE", func() error {
		gone, err := r.main.imap.Expunge().Collect()
		if err == nil && len(gone) == 0 {
			return &told{errors.New("the server sent no EXPUNGE for the message marked as deleted"), ""}
		}
		return err
	})
}

func (r *run) delete() error {
	if len(r.scratch) == 0 {
		return skip("no mailbox could be created")
	}
	if r.main.scratch { // some servers do not delete a selected mailbox
		if err := r.openMailbox("INBOX", true); err != nil {
			return err
		}
	}
	return r.remove(r.main)
}

// remove deletes the remaining scratch mailboxes.
func (r *run) remove(c *client) error {
	for len(r.scratch) > 0 {
		name := r.scratch[len(r.scratch)-1]
		if err := c.boundAfter(settling, "the answer to DELETE", func() error { return c.imap.Delete(name).Wait() }); err != nil {
			return err
		}
		r.scratch = r.scratch[:len(r.scratch)-1]
	}
	return nil
}

// cleanupFor is how long the step "cleanup" may take.
const cleanupFor = 15 * time.Second

// cleanup removes the remaining scratch mailboxes, even if the check was interrupted.
func (r *run) cleanup() {
	if len(r.scratch) == 0 {
		return
	}
	s := r.openStep("cleanup")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), cleanupFor)
	defer cancel()
	r.main.close()
	r.ctx = ctx
	err := r.apart(func() (err error) {
		r.main, err = r.fresh(ctx, "")
		return err
	})
	if err == nil {
		err = guarded(func() error { return r.tidy(r.main) })
	}
	r.charge(&s.Elapsed)
	if err != nil {
		err = r.leftBehind(err)
	} else {
		r.says("the scratch mailbox was removed")
	}
	r.end(s, err)
}

// leftBehind returns the error for mailboxes that could not be removed, with the command for that as its hint.
func (r *run) leftBehind(err error) error {
	names, by := make([]string, len(r.scratch)), "imapsh"
	for i, name := range r.scratch {
		names[i] = safe(name)
		by += " -e " + shellWord("delete "+quotedName(name))
	}
	return &told{fmt.Errorf("not removed: %s (%w)", strings.Join(names, ", "), err), safe(by + " " + shellWord(r.o.Target.String()))}
}

// isPlain reports whether a name needs no quotes in a command.
func isPlain(name string) bool {
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:@-") == ""
}

// quotedName returns a mailbox name as it is typed in imapsh.
func quotedName(name string) string {
	if isPlain(name) {
		return name
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// shellWord returns a word quoted for a POSIX shell.
func shellWord(word string) string {
	if isPlain(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// tidy deletes those scratch mailboxes that exist: if CREATE or DELETE was not answered, it may have
// succeeded or not.
func (r *run) tidy(c *client) error {
	var there []string
	for _, name := range r.scratch {
		err := c.bound("the answer to LIST", func() error {
			found, err := c.imap.List("", name, nil).Collect()
			if len(found) > 0 {
				there = append(there, name)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	r.scratch = there
	return r.remove(c)
}
