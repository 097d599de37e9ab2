package conn

import (
	"bufio"
	"compress/flate"
	"net"
	"strings"
	"testing"
)

func TestTrafficCountsBytesOfIMAPAndOnTheWire(t *testing.T) {
	t.Parallel()
	const body = "* 1 FETCH (BODY[] \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")\r\n"
	var packed strings.Builder
	c := piped(t, Options{}, func(s net.Conn) {
		expect(t, s, "a1 COMPRESS DEFLATE\r\n")
		f := deflater(t, &packed)
		say(f, body+"a2 OK done\r\n")
		f.Flush()
		say(s, "a1 OK begin\r\n"+packed.String()[:7]) // some compressed bytes come before the layer is changed
		in := flate.NewReader(bufio.NewReader(s))
		expect(t, in, "a2 NOOP\r\n")
		say(s, packed.String()[7:])
	})
	c.send(Op{Bytes: []byte("a1 COMPRESS DEFLATE\r\n"), Barrier: "a1"})
	c.send(line("a2 NOOP"))
	c.untilParked().Release()
	if got, want := c.Traffic(), (Traffic{Sent: Flow{IMAP: 21, Wire: 21}, Received: Flow{IMAP: 20, Wire: 20}}); got != want {
		t.Errorf("before: got %+v, want %+v", got, want)
	}
	if err := c.Compress(); err != nil {
		t.Fatal(err)
	}
	c.untilFrame("a2 OK done\r\n")
	got := c.Traffic()
	full := int64(len(body) + len("a2 OK done\r\n"))
	if want := (Flow{IMAP: 13 + full, Wire: 13 + int64(packed.Len()), Full: full, Packed: int64(packed.Len())}); got.Received != want {
		t.Errorf("received %+v, want %+v", got.Received, want)
	}
	if s := got.Sent; s.IMAP != 30 || s.Full != 9 || s.Packed == 0 || s.Wire != 21+s.Packed {
		t.Errorf("sent %+v", s)
	}
}
