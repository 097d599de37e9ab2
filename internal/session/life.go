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

// Why a connection has ended, besides what conn says.
var (
	errNoGreeting = errors.New("no IMAP greeting")
	errRefused    = errors.New("the greeting is BYE")
	errTimeout    = errors.New("no data for too long")
	errInjected   = errors.New("unencrypted bytes where TLS must begin")
)

// A life is one connection, from its greeting to its end. Nothing of it is ever reset.
type life struct {
	s     *Session
	conn  *conn.Conn
	tag   *tagger.Tagger
	since time.Time // when it was made
	heard time.Time // when the last byte came

	spokeAfter time.Duration // from then until the server spoke
	auth       time.Duration // that the login took; 0 if there is none
	commands   int           // sent
	trips      int           // how often the server answered after something was sent
	sending    bool          // something was sent since it spoke last

	greeted   bool // the greeting has come, and is one
	spoken    bool // the server has said something
	leaving   bool // its end is meant, or announced
	loggedOut bool // LOGOUT was answered OK
	partial   bool // a response has begun and is not complete
	ending    string

	outbox   []conn.Op // what is to be handed to the writer
	merging  bool      // the last of them can be added to
	queued   int       // their bytes
	crowded  bool      // too many commands are in flight
	writing  *Job      // being sent, or waiting for a continuation request
	hearing  []*Job    // of those the ones with listeners, in the order of sending
	change   *Job      // STARTTLS or COMPRESS under way, sent
	answered bool      // and answered
	changing bool      // and the layer is being made

	asIs asIs // what was sent as it is

	tried     []string // how a login has been tried
	wantedTLS bool     // STARTTLS was sent
	consent   bool     // the user has agreed to send a secret unencrypted
	echo      echo
	arriving  Arrival
	listed    uint // whether all mailboxes have been listed: Forgotten then, and one

	event trace.Event // in use while a batch is taken
	sent  trace.Event // in use while a step is shown

	last     [lastKept]byte // the beginning of the response that came last, as it may be shown
	lastSize int
	passing  []byte // the response that came last, if it is of the current batch and not kept yet

	within    bool   // a response has begun
	passes    bool   // FETCH responses in which nothing is wrong are not for any listener
	diverting bool   // when it did, listeners of a command took some in place of the screen
	passed    int    // how much of it has been passed on as bytes then
	whose     *owner // it will not be kept in full, and is this one's
}

// An Arrival is how far a large literal has come.
type Arrival struct {
	Size, Left int64 // bytes announced, and to come
	First      int64 // bytes that had come when it was seen first
	Began      time.Time
}

// lastKept is how much of the response that came last is kept, in bytes.
const lastKept = 72

// keepLast keeps the beginning of a response, for when it turns out to be the last one.
func (l *life) keepLast(raw []byte) { l.lastSize, l.passing = copy(l.last[:], raw), nil }

// epitaph says how long a connection lasted that was lost, and what came last.
func (l *life) epitaph() string {
	now := l.s.hub.Now()
	says := "the connection lasted " + text.Coarse(now.Sub(l.since))
	if l.lastSize == 0 {
		return says + "; the server said nothing"
	}
	line, _, more := bytes.Cut(l.last[:l.lastSize], []byte("\r\n"))
	shown := wire.EscapeString(string(line))
	if !more && l.lastSize == lastKept {
		shown += "…"
	}
	return says + "; the last response came " + text.Coarse(now.Sub(l.heard)) + " ago: " + shown
}

// arrivalLeast is the size from which a literal's arrival is followed, in bytes.
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

// end closes the connection and ends all that was under way on it. cause is nil if it was meant.
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
	for _, j := range []*Job{l.writing, l.change} { // answered, and not ended yet
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

// lose ends a connection that the other side, or the network, has ended.
func (l *life) lose(cause error) {
	switch {
	case l.ending != "":
		l.end(errTimeout, l.ending, "")
	case l.leaving:
		l.end(nil, "", "")
	case cause == io.EOF:
		l.s.note(l.epitaph())
		l.end(cause, "the server closed the connection", "")
	default:
		l.end(cause, "connection lost: "+cause.Error(), conn.Hint(cause))
	}
}

// HangUp ends the connection for a reason of ours; what has come of a response is heard before it is said.
func (s *Session) HangUp(why string) {
	if s.life != nil {
		s.life.hangUp(why)
	}
}

func (l *life) hangUp(why string) {
	l.leaving, l.ending = false, why
	l.conn.HangUp()
	// A reader that is held up elsewhere, in a handshake, does not hear of it.
	l.s.hub.Set(l, "gone", l.s.hub.Now().Add(hangUpMost), func() { l.lose(io.EOF) })
}

// hangUpMost is how long what has come may take to be heard after a HangUp.
const hangUpMost = 2 * time.Second

// Fail ends the connection at once for a reason that has been said already.
func (s *Session) Fail(cause error) {
	if s.life != nil {
		s.life.end(cause, "", "")
	}
}

const (
	// mergeMost is how many bytes of several commands go to the writer at once.
	mergeMost = 16 << 10
	// mergeLeast is how many bytes there is room for at once.
	mergeLeast = 512
	// queuedMost is how many bytes may wait for the writer before commands have to wait.
	queuedMost = 64 << 10
	// flightMost is how many commands are in flight before those that nobody waits for wait too, so
	// that a long script does not cost more memory.
	flightMost = 1 << 10
)

// jobOf returns the job of a command; nil for none.
func jobOf(c *tagger.Command) *Job {
	if c == nil {
		return nil
	}
	j, _ := c.Owner.(*Job)
	return j
}

// send keeps an op for the writer until the next turn: what is sent in one turn goes out together.
func (l *life) send(op conn.Op) {
	l.queued += len(op.Bytes)
	if n := len(l.outbox); n > 0 && op.Barrier == "" {
		if last := &l.outbox[n-1]; last.Barrier == "" && l.merging && len(last.Bytes)+len(op.Bytes) <= mergeMost {
			last.Bytes = append(last.Bytes, op.Bytes...)
			return
		}
	}
	// A buffer of our own can be added to; of one that was given that is not known.
	l.merging = op.Barrier == "" && len(op.Bytes) <= mergeMost/4
	if l.merging {
		op.Bytes = append(make([]byte, 0, max(mergeLeast, 4*len(op.Bytes))), op.Bytes...)
	}
	l.outbox = append(l.outbox, op)
}

// flush hands on what was kept, as far as there is room, and reports whether it has handed on some: who waits for
// room can continue then.
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
