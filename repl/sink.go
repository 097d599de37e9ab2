package repl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"imapsh/internal/response"
	"imapsh/internal/session"
	"imapsh/internal/text"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// A sink saves the values of BODY[…], BINARY[…] and RFC822* that one FETCH has asked for in a file or, with %d or %u
// in its name, in one file per message. Data goes into a draft first: only complete values get a name, and existing
// files are not changed unless the command is answered OK.
type sink struct {
	name     string
	appendTo bool
	each     bool // the name has %d or %u: one file per message
	none     bool // no response that was asked for has arrived
	replace  bool // the user agrees to replace a file
	stream   bool // the file is not a regular one; it gets all data at the end
	kept     bool // the sink's owner uses the draft itself

	asked   *tagger.Asked
	byUID   bool
	draft   *draft // nil before the first byte, and between messages
	seq     uint32 // the current message
	uid     uint32 // its UID; 0 until that has arrived
	items   []string
	over    map[uint32]bool   // messages that arrived before it
	uids    map[uint32]uint32 // the sequence number of each UID
	first   uint32            // the first message with a complete value
	waiting []placing         // drafts that get their names once the command is answered OK

	// For a response that is not complete yet:
	at       int // offset of the current spilled literal
	passed   int // how many spilled literals have begun
	literals int // how many literals are in the draft, or not wanted

	values, files, others int
	nils                  int    // how many of the values are NIL
	last                  string // the last file that got its name
	octets                int64
	err                   error
	dropped               bool // ignore all further events
}

// A placing is a draft and the name it waits for.
type placing struct {
	draft *draft
	name  string
}

// Depth says that values are needed.
func (k *sink) Depth() trace.Depth { return trace.Values }

// Hear takes what the command has asked for.
func (k *sink) Hear(e *trace.Event) {
	if k.dropped {
		return
	}
	if k.asked == nil && e.Asked {
		k.asked, k.byUID = tagger.NewAsked(e.Of), e.Of.Match.ByUID()
		if k.each && k.asked.Open() {
			k.fail(errors.New("which messages were asked for is not known"))
		}
	}
	switch {
	case e.Kind == trace.Octets && e.Asked && e.Part != nil:
		k.part(e.Part)
	case e.Kind == trace.Response:
		k.none = k.none && !e.Asked
		f, ok := e.Seen.Value.(*response.Fetch)
		if ok && e.Asked && !e.Seen.Frame.Cut {
			k.fetch(f, e.Seen.Frame)
		}
		k.back()
		k.at, k.passed, k.literals = 0, 0, 0
	}
}

// back drops data of a response that is incomplete or was not asked for.
func (k *sink) back() {
	if k.draft != nil {
		k.fail(k.draft.back())
	}
}

func (k *sink) fail(err error) {
	if err != nil && k.err == nil {
		k.err = err
	}
}

// turn makes a message the current one.
func (k *sink) turn(seq uint32) {
	if k.seq != seq {
		if k.each {
			k.finish()
		}
		if k.over == nil {
			k.over = map[uint32]bool{}
		}
		k.over[k.seq] = true
		k.seq, k.uid, k.items = seq, 0, nil
	}
	if k.draft != nil || k.err != nil {
		return
	}
	var err error
	switch {
	case k.kept || k.stream || k.appendTo && !k.each:
		k.draft, err = newUnnamed()
	default:
		k.draft, err = newDraft(filepath.Dir(behindLinks(k.of(seq))))
	}
	k.fail(err)
}

func (k *sink) write(b []byte) {
	if k.err == nil {
		_, err := k.draft.Write(b)
		k.fail(err)
	}
}

// part takes bytes of a literal that is too large to be kept, as they arrive.
func (k *sink) part(p *wire.Part) {
	if p.Literal == nil || !p.Literal.Spilled || p.Frame == nil || k.err != nil {
		return
	}
	if k.passed == 0 || k.at != p.Literal.At {
		seq, item, ok := response.LiteralOf(p.Frame.Raw)
		if !ok || !k.wants(seq, item) {
			return // the item was not asked for
		}
		k.turn(seq)
		k.passed++
		k.at = p.Literal.At
		k.before(p.Frame)
	}
	k.write(p.Bytes)
}

// before writes the literals that precede the current one, to keep the order.
func (k *sink) before(f *wire.Frame) {
	for ; k.literals < len(f.Literals)-1; k.literals++ {
		l := &f.Literals[k.literals]
		if seq, item, ok := response.LiteralOf(f.Raw[:l.At]); ok && !l.Spilled && k.wants(seq, item) {
			k.write(f.Raw[l.At : l.At+l.Kept])
		}
	}
	k.literals = len(f.Literals)
}

// wants reports whether the value of an item was asked for.
func (k *sink) wants(seq uint32, item []byte) bool {
	return response.IsBody(item) && k.asked.Item(item) && k.asked.Message(seq, 0)
}

// fetch takes a complete response: it counts the values that have passed already, and writes those that were kept.
// NIL is written as an empty value.
func (k *sink) fetch(f *response.Fetch, frame *wire.Frame) {
	if k.err != nil {
		return
	}
	var came []string
	var uid uint32
	passed := 0
	for i := range f.Items {
		it := &f.Items[i]
		switch {
		case it.Kind == response.ItemUID:
			uid = uint32(it.Num)
		case it.Kind != response.ItemBody:
		case !k.wants(f.Seq, it.Name):
			k.others++
		default:
			came = append(came, strings.ToUpper(string(it.Name)))
			if l := it.Body.Lit; l >= 0 && frame.Literals[l].Spilled {
				passed++
			}
		}
	}
	if len(came) == 0 && k.passed == 0 {
		return
	}
	k.turn(f.Seq)
	if uid != 0 {
		k.uid = uid
	}
	k.fail(k.wrong(f.Seq, uid, came))
	if passed != k.passed {
		k.fail(fmt.Errorf("the values of message %d cannot be distinguished", f.Seq))
	}
	for i := range f.Items {
		it := &f.Items[i]
		if it.Kind != response.ItemBody || !k.wants(f.Seq, it.Name) || it.Body.Lit >= 0 && int(it.Body.Lit) < k.literals {
			continue // it is not wanted, or in the draft already
		}
		k.write(it.Body.B)
		if it.Body.Nil && k.err == nil {
			k.nils++
		}
	}
	if k.err == nil {
		k.draft.keep()
		k.items = append(k.items, came...)
		k.values += len(came)
		if k.first == 0 {
			k.first = f.Seq
		}
	}
}

// wrong returns why the values of a message must not be kept; nil if they may be.
func (k *sink) wrong(seq, uid uint32, came []string) error {
	switch {
	case k.over[seq]:
		return fmt.Errorf("message %d came again, after others", seq)
	case !k.each && !k.appendTo && k.first != 0 && k.first != seq:
		return fmt.Errorf("values of more than one message need %%d, the sequence number, or %%u, the UID, in the name")
	case (k.byUID || strings.Contains(k.name, byUID)) && k.uid == 0:
		return fmt.Errorf("message %d came without its UID", seq)
	}
	if k.byUID {
		if other, ok := k.uids[uid]; ok && other != seq {
			return fmt.Errorf("UID %d came for message %d, and again for %d", uid, other, seq)
		}
		if k.uids == nil {
			k.uids = map[uint32]uint32{}
		}
		k.uids[uid] = seq
	}
	for i, name := range came {
		if slices.Contains(k.items, name) || slices.Contains(came[:i], name) {
			return fmt.Errorf("%s of message %d came twice", name, seq)
		}
	}
	return nil
}

// finish ends the file of one message among several. A new file gets its name immediately.
func (k *sink) finish() {
	d := k.draft
	k.draft = nil
	if d == nil {
		return
	}
	k.fail(d.back())
	name := k.of(k.seq)
	if len(k.items) == 0 {
		d.discard()
		return
	}
	if _, err := os.Lstat(name); err == nil && (k.replace || k.appendTo) {
		if err := d.park(filepath.Dir(behindLinks(name))); err != nil {
			k.fail(err)
			d.discard()
			return
		}
		k.waiting = append(k.waiting, placing{d, name})
		return
	}
	k.placed(d.place(name, false), name, d)
}

// of returns the name of a message's file.
func (k *sink) of(seq uint32) string {
	return nameFor(k.name, seq, k.uid)
}

// placed notes that a file has got its name, or why not.
func (k *sink) placed(err error, name string, d *draft) {
	if err != nil {
		k.fail(fmt.Errorf("%s: %w", name, err))
		return
	}
	k.files++
	k.last = name
	k.octets += d.whole
}

// drop ends the sink, and leaves nothing of what arrived.
func (k *sink) drop() {
	k.dropped = true
	k.draft.discard()
}

// ended gives the drafts their names, or drops them if the command was not answered OK, and reports the result.
func (k *sink) ended(s *Shell, j *session.Job) {
	if k.dropped || k.kept {
		return
	}
	k.back()
	k.dropped = true
	switch {
	case k.each:
		k.finish()
		for _, w := range k.waiting {
			switch {
			case !j.OK():
				w.draft.discard()
			case k.appendTo:
				k.placed(w.draft.appendTo(w.name), w.name, w.draft)
			default:
				k.placed(w.draft.place(w.name, true), w.name, w.draft)
			}
		}
	case !j.OK() || k.err != nil || k.values == 0:
		k.draft.discard()
	case k.stream:
		k.pour(s)
		return
	case k.appendTo:
		k.placed(k.draft.appendTo(k.name), k.name, k.draft)
	default:
		k.placed(k.draft.place(k.name, k.replace), k.name, k.draft)
	}
	k.say(s, j)
}

// pour writes the draft to a pipe or a device in another goroutine. The task that sent the command waits until it has
// been read.
func (k *sink) pour(s *Shell) {
	s.screen.Pause()
	s.pouring++
	go func() {
		err := k.draft.pour(k.name)
		k.draft.discard()
		s.hub.Post(func() {
			s.pouring--
			s.unread = min(s.unread, s.pouring)
			k.placed(err, k.name, k.draft)
			k.say(s, nil)
		})
	}()
}

// say reports what was saved, and if something was not, why.
func (k *sink) say(s *Shell, j *session.Job) {
	saved := text.Plural(int(k.octets), "byte") + " saved in "
	switch {
	case k.files == 0:
		saved = "nothing was saved"
	case k.files == 1:
		saved += k.last
	default:
		saved += fmt.Sprintf("%d files, %s", k.files, k.name)
	}
	switch {
	case k.files == 0 || k.nils == 0:
	case k.values == 1:
		saved += "; the value is NIL"
	default:
		saved += fmt.Sprintf("; %d of %d values NIL", k.nils, k.values)
	}
	why := ""
	switch {
	case k.err != nil:
		why = strings.TrimPrefix(k.err.Error(), k.name+": ")
	case j != nil && j.Err != nil:
		why = "the connection ended before " + j.Command.Match.Name + " was answered"
	case j != nil && !j.OK():
		why = j.Command.Match.Name + " was not answered OK"
	case k.values == 0 && j != nil && j.Command.Match.ByUID() && k.none:
		s.note("no message has such a UID: " + saved) // not a failure (RFC 9051 §6.4.9)
		return
	case k.values == 0:
		why = "the server sent no BODY[…], BINARY[…] or RFC822 value"
	default:
		s.note(saved)
		return
	}
	s.warn(fmt.Sprintf("> %s: %s: %s", k.name, why, saved))
	if !s.interactive() {
		s.outcome.raise(StatusFailed)
	}
}
