package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// A client is the ordinary client on a tapped connection. Until start, the check itself reads the greeting and sends
// commands, because the library's client always begins with a greeting.
type client struct {
	ctx      context.Context // ends the connection when it is done
	link     *tapped
	imap     *imapclient.Client // nil before start
	timeout  time.Duration
	after    func(wanted string, d time.Duration) <-chan time.Time
	greeting []byte
	scratch  bool // the scratch mailbox is selected
	selected bool // the mailbox to examine is selected

	stopped atomic.Bool // the check has closed the connection
	told    bool        // the error that ended it has been reported
	stuck   bool        // it did not return after its connection was closed, and was abandoned
}

// A replay is a connection that first returns some given bytes: a greeting that was read already, or one made up.
type replay struct {
	*tapped
	first []byte
}

func (r *replay) Read(p []byte) (int, error) {
	if len(r.first) > 0 {
		n := copy(p, r.first)
		r.first = r.first[n:]
		return n, nil
	}
	return r.tapped.Read(p)
}

// start hands the connection to the client, after this greeting. The unencrypted greeting before
// STARTTLS never reaches the client: only imapsh has judged it.
func (c *client) start(greeting []byte) error {
	c.imap = imapclient.New(&replay{c.link, greeting}, nil) // not within bound, which may abandon its function
	return c.bound("the greeting", c.imap.WaitGreeting)
}

// greet reads the greeting.
func (c *client) greet() error {
	err := c.bound("the greeting", func() error {
		var p [readSize]byte
		for !c.link.session().Greeted {
			n, err := c.link.Read(p[:])
			if err != nil {
				return err
			}
			c.greeting = append(c.greeting, p[:n]...)
			if h := c.link.final(); len(h.raw) > 0 && !c.link.session().Greeted {
				if hint, wrong := conn.WrongDoor(c.link.Target(), h.raw); wrong {
					return &told{errors.New("no IMAP greeting: " + wire.EscapeString(strings.TrimSpace(string(h.raw[:min(len(h.raw), 80)])))), hint}
				}
				return fmt.Errorf("no IMAP greeting: %s", wire.EscapeString(strings.TrimSpace(string(h.raw[:min(len(h.raw), 80)]))))
			}
		}
		if c.link.session().Bye {
			return errors.New("the server said BYE: " + c.link.byeText())
		}
		return nil
	})
	if err == nil || c.stuck || c.ctx.Err() != nil || len(c.greeting) > 0 || hintOf(err) != "" {
		return err
	}
	hint := conn.CutOffHint(c.link.Target())
	if errors.As(err, new(*late)) {
		hint = conn.SilenceHint(c.link.Target())
	}
	return &told{err, hint}
}

// speak sends a command without the client, and waits for its tagged response.
func (c *client) speak(tag, line string) error {
	return c.bound("the answer to "+line, func() error {
		if _, err := io.WriteString(c.link, tag+" "+line+"\r\n"); err != nil {
			return err
		}
		var p [readSize]byte
		for {
			if _, err := c.link.Read(p[:]); err != nil {
				return err
			}
			if h := c.link.final(); h.done == tag {
				if h.cond != response.OK {
					return fmt.Errorf("the server refused %s: %s", line, h.text)
				}
				return nil
			}
		}
	})
}

// A told is an error with a hint.
type told struct {
	error
	hint string
}

func (t *told) Unwrap() error { return t.error }

// A late is the error of a step that took too long.
type late struct {
	wanted string
	after  time.Duration
	stuck  bool // the client did not return even after its connection was closed
}

func (l *late) Error() string {
	text := fmt.Sprintf("no %s within %v", strings.TrimPrefix(l.wanted, "the "), l.after)
	if l.stuck {
		text += "; an ordinary client hangs on the last response, even after the connection was closed"
	}
	return text
}

// comesBack is how long to wait at most for a client to return after its connection was closed.
const comesBack = 5 * time.Second

// grace returns how long to wait for this client to return after its connection was closed.
func (c *client) grace() time.Duration { return min(c.timeout, comesBack) }

// bound calls f and limits its time: it closes the connection if f takes too long, or when the context is
// done. A client that does not return even then, such as one in an endless loop over a response, is abandoned
// with its goroutine. The error is in plain words; wanted says what f waits for.
func (c *client) bound(wanted string, f func() error) error { return c.boundAfter(0, wanted, f) }

// settling is how long an interrupted check waits for the answer to a command that makes or removes a mailbox: only
// after that can another connection see whether the mailbox exists.
const settling = 2 * time.Second

// boundAfter is bound, but when the context is done it waits for f that long before it closes the connection.
func (c *client) boundAfter(wait time.Duration, wanted string, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- guarded(f) }()
	var err error
	select {
	case err = <-done:
	case <-c.after(wanted, c.timeout):
		return &late{wanted, c.timeout, !c.abandon(done)}
	case <-c.ctx.Done():
		if wait > 0 {
			select {
			case <-done:
				c.hangUp()
				return c.ctx.Err()
			case <-c.after(wanted, wait):
			}
		}
		c.abandon(done)
		return c.ctx.Err()
	}
	switch {
	case err == nil:
		return nil
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	}
	err = c.plain(wanted, err)
	if errors.As(err, new(*refusal)) {
		c.hangUp() // also if the client would continue
	}
	if !errors.As(err, new(*answer)) {
		c.told = true
	}
	return err
}

// abandon closes the connection, and reports whether the function that bound called has returned.
func (c *client) abandon(done <-chan error) bool {
	c.hangUp()
	timer := time.NewTimer(c.grace())
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		c.stuck = true
		return false
	}
}

// shut closes the library's client and returns its error; nil for one that is stuck.
func (c *client) shut() error {
	if c.stuck {
		return nil
	}
	done := make(chan error, 1)
	go func() { done <- c.imap.Close() }()
	timer := time.NewTimer(c.grace())
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		c.stuck = true
		return nil
	}
}

// hangUp closes the connection without LOGOUT.
func (c *client) hangUp() {
	c.stopped.Store(true)
	c.link.Close()
}

// lost returns why the connection ended between commands; nil if it did not.
func (c *client) lost() error {
	if c == nil || c.imap == nil || c.told || c.stopped.Load() || !c.dead() {
		return nil
	}
	c.told = true
	err := c.shut()
	if c.link.brokenBy() == nil && err == nil {
		return nil
	}
	return c.plain("", err)
}

// guarded calls f and turns a panic, of the client's library, into an error.
func guarded(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic in the client: %v", v)
		}
	}()
	return f()
}

// A refusal is the error of the client for a response that it rejects.
type refusal struct {
	err  error
	link *tapped // its last response is the rejected one
}

func (r *refusal) Error() string {
	text := strings.TrimPrefix(r.err.Error(), "imapclient: ")
	if line, _, more := strings.Cut(text, "\n"); more {
		text = line // the rest is a stack
	}
	return "an ordinary client rejects this: " + safe(text) // which may quote, and escape, what it rejects
}
func (r *refusal) Unwrap() error { return r.err }

// plain returns an error in plain words: NO or BAD, the end of the connection, or a response that the client rejects.
func (c *client) plain(wanted string, err error) error {
	var no *imap.Error
	var known *told
	if errors.As(err, &known) || errors.As(err, new(*late)) {
		return err
	}
	if errors.As(err, &no) {
		code := ""
		if no.Code != "" {
			code = " [" + wire.EscapeString(string(no.Code)) + "]"
		}
		return &answer{no, fmt.Sprintf("the server answered %s%s %s", no.Type, code, wire.EscapeString(no.Text))}
	}
	if broken := c.link.brokenBy(); broken != nil {
		bye, before := c.link.byeText(), ""
		if wanted != "" {
			before = " before " + wanted
		}
		switch {
		case bye != "":
			return fmt.Errorf("the server closed the connection%s; it said BYE: %s", before, strings.TrimSpace(bye))
		case errors.Is(broken, io.EOF):
			return fmt.Errorf("the server closed the connection%s", before)
		}
		return fmt.Errorf("the connection was lost%s: %s", before, wire.EscapeString(broken.Error()))
	}
	if c.imap == nil {
		return err
	}
	return &refusal{err, c.link}
}

// An answer is a NO or BAD to a command.
type answer struct {
	err  *imap.Error
	text string
}

func (a *answer) Error() string { return a.text }
func (a *answer) Unwrap() error { return a.err }

// dead reports whether the connection is of no further use.
func (c *client) dead() bool {
	if c == nil || c.link.ended.Load() || c.link.brokenBy() != nil {
		return true
	}
	if c.imap == nil {
		return false
	}
	select {
	case <-c.imap.Closed():
		return true
	default:
		return false
	}
}

// close ends the connection and waits for its reader.
func (c *client) close() {
	if c == nil {
		return
	}
	c.hangUp()
	if c.imap != nil {
		c.shut()
	}
}
