package render

import (
	"bytes"
	"encoding/binary"
	"testing"
)

func TestEightBytesAreReadAsOneByOne(t *testing.T) {
	for _, around := range []byte{' ', 'a', '~', '!', '#', '[', ']', '!' | 0x40} {
		for c := range 256 {
			for at := range 8 {
				for next := at; next < 8; next++ { // a second byte of the kind, whose borrow must not reach the first
					eight := bytes.Repeat([]byte{around}, 8)
					eight[at], eight[next] = byte(c), byte(c)
					want := 0
					for want < 8 && plain[eight[want]] {
						want++
					}
					if got := plainRun(binary.LittleEndian.Uint64(eight)); got != want {
						t.Fatalf("%q: %d plain bytes, want %d", eight, got, want)
					}
				}
			}
		}
	}
}
