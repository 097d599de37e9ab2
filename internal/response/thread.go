package response

import "imapsh/internal/wire"

// thread is thread-data = "THREAD" [SP 1*thread-list] (RFC 5256 §5).
func (d *Decoder) thread(_ *row, _ uint32, r *wire.Cursor) Value {
	t := &d.v.thread
	*t = Thread{}
	first := true
	for n := r.Skip(); n >= 0; n = r.Skip() {
		if d.isList(n) && !first {
			d.together(n, "threads")
		}
		first = false
		if !d.isList(n) {
			if d.kind(n) != wire.Junk {
				d.odd("bad-thread", n)
			}
			continue
		}
		d.threadList(n, 0)
	}
	t.Nodes = d.threads
	return t
}

// threadList reads one thread:
//
//	thread-list    = "(" (thread-members / thread-nested) ")"
//	thread-members = nz-number *(SP nz-number) [SP thread-nested]
//	thread-nested  = 2*thread-list
//
// Each number answers the one before it; the threads after the last number answer it.
func (d *Decoder) threadList(list int32, depth int32) {
	r := d.walk(list)
	first, nested := true, 0
	for n := r.next(); n >= 0 && len(d.threads) < maxWords; n = r.next() {
		if d.isList(n) {
			if first && nested == 0 { // the message that they all answer is missing
				d.threads = append(d.threads, ThreadNode{Depth: depth})
				depth++
			}
			if nested++; nested > 1 {
				d.together(n, "threads")
			}
			if depth > maxThread {
				continue
			}
			d.threadList(n, depth)
			continue
		}
		if nested > 0 {
			d.odd("bad-thread", n)
			continue
		}
		first = false
		num, _ := d.nz(n, maxNumber, "zero-number")
		d.threads = append(d.threads, ThreadNode{Num: uint32(num), Depth: depth})
		depth++
	}
	switch {
	case nested == 1:
		d.odd("lone-thread", list)
	case first && nested == 0:
		d.odd("bad-thread", list)
	}
}

// maxThread is the greatest depth to which threads are read; deeper messages are only in the wire line.
const maxThread = 10_000
