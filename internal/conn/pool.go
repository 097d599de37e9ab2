package conn

import "imapsh/internal/wire"

const (
	firstRead      = 8 << 10   // the most bytes of the first read; twice as many after one that took all it could
	readSize       = 256 << 10 // the most bytes of one read
	partsAimed     = 4 << 10   // about how many parts one read should make
	denseRead      = 4 << 10   // bytes of one read if the data is hardly more than line ends
	unfinishedMost = 200       // bytes of an unfinished response in a Batch
	batchesAhead   = 4         // how many batches the reader may be ahead of the loop
	sparePartsMost = 8 << 10   // parts whose memory a pooled batch keeps
)

// pooled is the part of a Batch that is kept for the next read.
type pooled struct {
	home  chan *Batch
	buf   []byte
	tail  [unfinishedMost]byte
	arena wire.Arena
}

// Release returns the batch to the pool: nothing in it may be used after that. A batch that is never released
// only costs memory.
func (b *Batch) Release() {
	parts := b.Parts[:0]
	if cap(parts) > sparePartsMost {
		parts = nil
	}
	b.arena.Reset()
	b.Parts, b.Octets, b.Parked, b.Rest, b.Switched = parts, nil, false, nil, false
	b.Pending, b.Unfinished, b.Err = 0, nil, nil
	b.LiteralSize, b.LiteralLeft = 0, 0
	select {
	case b.home <- b:
	default:
	}
}

// newBatch returns a batch with room for at least so many bytes.
func (c *Conn) newBatch(least int) *Batch {
	var b *Batch
	select {
	case b = <-c.free:
	default:
		b = &Batch{pooled: pooled{home: c.free}}
	}
	if len(b.buf) < least {
		b.buf = make([]byte, least)
	}
	return b
}

// feed frames bytes, which are in the batch's own buffer, and sets the batch's fields.
func (b *Batch) feed(f *wire.Framer, octets []byte) {
	b.Parts = f.Feed(octets, b.Parts, &b.arena)
	b.Octets = octets
	if f.Stopped() {
		b.Parked, b.Rest = true, f.Rest()
		b.Octets = octets[:len(octets)-len(b.Rest)]
		return
	}
	if n, kept := f.Unfinished(); n > 0 {
		b.Pending = n
		b.LiteralSize, b.LiteralLeft = f.Literal()
		b.Unfinished = b.tail[:copy(b.tail[:], kept[max(0, len(kept)-unfinishedMost):])]
	}
}
