package session

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/text"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// Why a connection ended, besides the errors of conn.
var (
	errNoGreeting = errors.New("no IMAP greeting")
	errRefused    = errors.New("the greeting is BYE")
	errTimeout    = errors.New("no data for too long")
	errInjected   = errors.New("unencrypted bytes where TLS must begin")
)

// A life is one connection, from its greeting to its end. It is never reset: the next connection gets a new one.
type life struct {
	s     *Session
	conn  *conn.Conn
	tag   *tagger.Tagger
	since time.Time // when it was made
	heard time.Time // when the last byte came

	spokeAfter time.Duration // from since until the server spoke
	auth       time.Duration // how long the login took; 0 if there was none
	commands   int           // sent
	trips      int           // how often the server answered after something was sent
	sending    bool          // something was sent since it spoke last

	greeted   bool   // a valid greeting has arrived
	spoken    bool   // the server has said something
	leaving   bool   // its end is intended, or announced
	loggedOut bool   // LOGOUT was answered OK
	partial   bool   // a response has begun and is not complete
	ending    string // why we hang up; "" while we do not

	outbox   []conn.Op // what will be handed to the writer
	merging  bool      // more can be appended to the last of them
	queued   int       // bytes in outbox
	crowded  bool      // too many commands are in flight
	writing  *Job      // being sent, or waiting for a continuation request
	hearing  []*Job    // commands with listeners, in the order of sending
	change   *Job      // STARTTLS or COMPRESS that was sent
	answered bool      // it was answered
	changing bool      // the new layer is being set up

	asIs asIs // what was sent as it is

	tried     []string // see Tried
	wantedTLS bool     // STARTTLS was sent
	consent   bool     // the user has agreed to send a secret unencrypted
	echo      echo
	arriving  Arrival
	listed    uint // 1 + Forgotten when all mailboxes were listed; 0 if they were not

	event trace.Event // in use while a batch is taken
	sent  trace.Event // in use while a step is shown

	last     [lastKept]byte // the beginning of the last response, as it may be shown
	lastSize int
	passing  []byte // the last response, if it is in the current batch and not in last yet

	within    bool   // a response has begun
	passes    bool   // FETCH responses in which nothing is wrong are not for any listener
	diverting bool   // when it began, the screen left something out
	passed    int    // how many bytes of it have been passed on, if diverting
	whose     *owner // who owns it, if it is not kept in full
}

// An Arrival is how far a large literal has arrived. Its sizes are in bytes.
type Arrival struct {
	Size, Left int64 // announced, and still to come
	First      int64 // what had arrived when it was first seen
	Began      time.Time
}

// lastKept is how much of the last response is kept, in bytes.
const lastKept = 72

// byeShown is how old a BYE must be to be shown again as the last response.
const byeShown = 2 * time.Second

// isBye reports whether a response is an untagged BYE.
func isBye(raw []byte) bool {
	const bye = "* BYE"
	return len(raw) >= len(bye) && bytes.EqualFold(raw[:len(bye)], []byte(bye))
}

// keepLast keeps the beginning of a response, in case it is the last one.
func (l *life) keepLast(raw []byte) { l.lastSize, l.passing = copy(l.last[:], raw), nil }

// epitaph says how long a lost connection lasted, and what came last.
func (l *life) epitaph() string {
	now := l.s.hub.Now()
	says := "the connection lasted " + text.Coarse(now.Sub(l.since))
	switch {
	case l.lastSize == 0:
		return says + "; the server said nothing"
	case isBye(l.last[:l.lastSize]) && now.Sub(l.heard) < byeShown:
		return says // it is right above
	}
	line, _, more := bytes.Cut(l.last[:l.lastSize], []byte("\r\n"))
	shown := wire.EscapeString(string(line))
	if !more && l.lastSize == lastKept {
		shown += "…"
	}
	return says + "; the last response came " + text.Coarse(now.Sub(l.heard)) + " ago: " + shown
}

// arrivalLeast is the size in bytes from which the arrival of a literal is tracked.
const arrivalLeast = 1 << 20

func newLife(s *Session, c *conn.Conn) *life {
	now := s.hub.Now()
	l := &life{s: s, conn: c, since: now, heard: now}
	l.tag = tagger.New(s.Name, s.hub.Now, &s.memory)
	l.tag.SetLiterals(s.opt.Literals)
	if c.Info().State != nil {
		l.tag.Secure(false)
	}
	return l
}

// end closes the connection and ends everything that was under way on it. cause is nil if the end was intended.
func (l *life) end(cause error, text, hint string) {
	s := l.s
	if s.life != l {
		return
	}
	info := l.conn.Info()
	s.life, s.past = nil, l
	l.conn.Close()
	s.hub.Drop(l)
	silent := l.leaving && cause == nil
	s.hear(&trace.Event{Kind: trace.Lost, At: s.hub.Now(), Info: &info, Elapsed: s.hub.Now().Sub(l.since), Err: cause, Text: text, Hint: hint})
	var jobs []*Job
	for _, c := range l.tag.InFlight() {
		if j := jobOf(c); j != nil {
			jobs = append(jobs, j)
		}
	}
	for _, j := range []*Job{l.writing, l.change} { // they may be answered but not ended
		if j != nil && !slices.Contains(jobs, j) {
			jobs = append(jobs, j)
		}
	}
	for _, j := range jobs {
		if j.Command.Cond == 0 && !silent && !l.leaving {
			says := j.Command.Tag + " " + j.Command.Line + " was not answered"
			if j.At.Line > 0 {
				says += fmt.Sprintf(" (%s:%d)", j.At.Name, j.At.Line)
			}
			s.note(says)
		}
		j.finish(cause)
	}
}

// lose ends a connection that the server or the network has closed.
func (l *life) lose(cause error) {
	hint := conn.Hint(cause)
	if hint == "" && !l.spoken {
		hint = conn.CutOffHint(l.s.Target)
	}
	switch {
	case l.ending != "":
		l.end(errTimeout, l.ending, "")
	case l.leaving:
		l.end(nil, "", "")
	case cause == io.EOF:
		l.s.note(l.epitaph())
		l.end(cause, "the server closed the connection", hint)
	default:
		l.end(cause, "connection lost: "+cause.Error(), hint)
	}
}

// HangUp ends the connection for a reason of our own. What has arrived of a response is heard before the reason is
// reported.
func (s *Session) HangUp(why string) {
	if s.life != nil {
		s.life.hangUp(why)
	}
}

func (l *life) hangUp(why string) {
	l.leaving, l.ending = false, why
	l.conn.HangUp()
	// A reader that is busy with a handshake does not notice HangUp.
	l.s.hub.Set(l, "gone", l.s.hub.Now().Add(hangUpMost), func() { l.lose(io.EOF) })
}

// hangUpMost is how long HangUp waits for what has arrived to be heard.
const hangUpMost = 2 * time.Second

// Fail closes the connection immediately, for a reason that has been reported already.
func (s *Session) Fail(cause error) {
	if s.life != nil {
		s.life.end(cause, "", "")
	}
}

const (
	// mergeMost limits how many bytes of several commands are handed to the writer together.
	mergeMost = 16 << 10
	// mergeLeast is the smallest buffer in which commands are gathered, in bytes.
	mergeLeast = 512
	// queuedMost is how many bytes may wait for the writer before commands have to wait.
	queuedMost = 64 << 10
	// flightMost is how many commands may be in flight before further background commands have to wait, so that a
	// long script does not need more memory.
	flightMost = 1 << 10
)

// jobOf returns the job of a command; nil if there is none.
func jobOf(c *tagger.Command) *Job {
	if c == nil {
		return nil
	}
	j, _ := c.Owner.(*Job)
	return j
}

// send keeps an op for the writer until the next turn, so that what is sent in one turn goes out together.
func (l *life) send(op conn.Op) {
	l.queued += len(op.Bytes)
	if n := len(l.outbox); n > 0 && op.Barrier == "" {
		if last := &l.outbox[n-1]; last.Barrier == "" && l.merging && len(last.Bytes)+len(op.Bytes) <= mergeMost {
			last.Bytes = append(last.Bytes, op.Bytes...)
			return
		}
	}
	// Only a buffer of our own may be appended to; the caller may still use the one it gave.
	l.merging = op.Barrier == "" && len(op.Bytes) <= mergeMost/4
	if l.merging {
		op.Bytes = append(make([]byte, 0, max(mergeLeast, 4*len(op.Bytes))), op.Bytes...)
	}
	l.outbox = append(l.outbox, op)
}

// flush hands on what was kept, as far as there is room, and reports whether it handed on anything: then whoever
// waits for room can continue.
func (l *life) flush() (some bool) {
	for len(l.outbox) > 0 && l.conn.Send(l.outbox[0]) {
		some, l.sending = true, true
		l.queued -= len(l.outbox[0].Bytes)
		l.outbox[0] = conn.Op{}
		l.outbox = l.outbox[1:]
	}
	if len(l.outbox) == 0 {
		l.outbox, l.merging = nil, false
	}
	return some
}
