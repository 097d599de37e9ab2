package conn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

func TestThePartsTogetherAreWhatTheServerSentAtAnyChunking(t *testing.T) {
	var sent strings.Builder
	for i := range 700 {
		fmt.Fprintf(&sent, "* %d FETCH (BODY[] {%d}\r\n%s FLAGS ())\r\n", i, i%300, strings.Repeat("x\n", i%300/2)+strings.Repeat("y", i%2))
		sent.WriteString("* OK {5}\r\n\n\r\n* é\x00\n")
	}
	sent.WriteString("a1 OK done\r\n* 1 FETCH (BODY[] {10}\r\nabc")
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, seed))
			c := piped(t, Options{}, func(s net.Conn) {
				for b := sent.String(); b != ""; {
					n := min(len(b), 1+random.IntN(1<<random.IntN(18)))
					say(s, b[:n])
					b = b[n:]
				}
				s.Close()
			})
			if err := c.untilEnd(); err != io.EOF {
				t.Errorf("the end is %v", err)
			}
			if c.got.String() != sent.String() {
				t.Error("the parts are not what was sent")
			}
			if !c.last.Cut || string(c.last.Raw) != "* 1 FETCH (BODY[] {10}\r\nabc" {
				t.Errorf("the last frame is %q, cut %v", c.last.Raw, c.last.Cut)
			}
			if _, more := <-c.Batches(); more {
				t.Error("a batch after the last")
			}
		})
	}
}

func TestAnUnfinishedResponseIsSeenWhileItStalls(t *testing.T) {
	long := strings.Repeat("z", 300)
	c := piped(t, Options{}, func(s net.Conn) {
		say(s, "* 1 EXISTS\r\n* 1 FETCH (BODY[] {1000}\r\nabc")
		say(s, long)
		say(s, strings.Repeat("z", 1000-303)+")\r\n")
	})
	begun := "* 1 FETCH (BODY[] {1000}\r\nabc"
	for _, want := range []struct {
		pending int
		tail    string
	}{{len(begun), begun}, {len(begun) + 300, long[:unfinishedMost]}, {0, ""}} {
		b := c.next()
		if b.Pending != int64(want.pending) || string(b.Unfinished) != want.tail {
			t.Errorf("got %d %q, want %d %q", b.Pending, b.Unfinished, want.pending, want.tail)
		}
		b.Release()
	}
}

func TestAHundredThousandOpsDoNotFreezeTheQueuesOwner(t *testing.T) {
	const ops = 100_000
	read, got := make(chan struct{}), make(chan int64, 1)
	c := piped(t, Options{}, func(s net.Conn) {
		<-read
		n, _ := io.Copy(io.Discard, io.LimitReader(s, ops*8))
		got <- n
		say(s, "* BYE enough\r\n")
		s.Close()
	})
	told, failed := 0, 0 // only the writer uses them until everything is closed
	all := make(chan struct{})
	op := Op{Bytes: []byte("a NOOP\r\n"), Done: func(err error) {
		if err != nil {
			failed++
		}
		if told++; told == ops {
			close(all)
		}
	}}
	refused := 0
	for queued := 0; queued < ops; {
		select {
		case c.queue <- op:
			queued++
			continue
		default:
		}
		// The queue is full, and the owner is free for other things: here it wakes the server.
		if refused++; refused == 1 {
			if queued > queueAhead+waitingMost+1 {
				t.Errorf("%d ops were taken while the server read nothing", queued)
			}
			close(read)
		}
		c.queue <- op
		queued++
	}
	if err := c.untilEnd(); err != io.EOF {
		t.Errorf("the end is %v", err)
	}
	<-all
	if n := <-got; n != ops*8 || failed != 0 {
		t.Errorf("%d bytes came, %d ops failed", n, failed)
	}
}

// countedWrites counts the writes that reach a connection.
type countedWrites struct {
	net.Conn
	writes atomic.Int64
	held   chan struct{} // the first write waits for this
	once   sync.Once
}

func (c *countedWrites) Write(p []byte) (int, error) {
	c.once.Do(func() { <-c.held })
	c.writes.Add(1)
	return c.Conn.Write(p)
}

func TestWaitingOpsAreWrittenTogether(t *testing.T) {
	noLeaks(t)
	ours, theirs := net.Pipe()
	counted := &countedWrites{Conn: ours, held: make(chan struct{})}
	go io.Copy(io.Discard, theirs)
	c := &client{Conn: New(counted, Target{Scheme: IMAP, Host: "mail.test"}, Options{}), t: t}
	defer c.Close()
	defer theirs.Close()
	var last <-chan error
	for range queueAhead {
		last = c.send(line("a NOOP"))
	}
	close(counted.held)
	c.told(last)
	if n := counted.writes.Load(); n > 2 {
		t.Errorf("%d ops took %d writes", queueAhead, n)
	}
}

func TestABYEIsStillReadAfterAWriteHasFailed(t *testing.T) {
	c := piped(t, Options{}, func(s net.Conn) {
		expect(t, s, "a1 NO")
		say(s, "* BYE go away\r\n")
		s.Close()
	})
	err := c.told(c.send(line("a1 NOOP")))
	if err == nil {
		t.Error("an op that was half written counts as written")
	}
	c.untilEnd()
	if c.got.String() != "* BYE go away\r\n" {
		t.Errorf("got %q", c.got.String())
	}
}

func TestAResetIsReportedAfterAllReceivedBytes(t *testing.T) {
	reset := make(chan struct{})
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
		say(s, "* OK ready\r\n* 1 EX")
		<-reset
		s.(*net.TCPConn).SetLinger(0)
	})
	c := dialed(t, target, Options{})
	c.until("unfinished response", func(b *Batch) bool { return b.Pending > 0 }).Release()
	close(reset)
	err := c.untilEnd()
	if want := "reading from " + target.Addr() + ": connection reset"; err.Error() != want || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want %q", err, want)
	}
	if !c.last.Cut || string(c.last.Raw) != "* 1 EX" {
		t.Errorf("the last frame is %q, cut %v", c.last.Raw, c.last.Cut)
	}
}

func TestAServerThatClosesItsHalfEndsTheStreamWithEOF(t *testing.T) {
	target := listen(t, "tcp", "127.0.0.1:0", func(s net.Conn) {
		say(s, "* BYE\r\n")
		s.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, s)
	})
	c := dialed(t, target, Options{})
	if err := c.untilEnd(); err != io.EOF {
		t.Errorf("got %v", err)
	}
	if err := c.told(c.send(line("a1 NOOP"))); err == nil || !strings.HasSuffix(err.Error(), "the server closed the connection") {
		t.Errorf("an op after the end: %v", err)
	}
	c.Close()
}

func TestCloseEndsWhateverHangs(t *testing.T) {
	for _, row := range []struct {
		name   string
		server func(net.Conn)
		before func(*client)
	}{
		{"a server that says nothing", func(net.Conn) {}, func(*client) {}},
		{"a write that nobody reads", func(net.Conn) {}, func(c *client) {
			for range queueAhead {
				c.send(line("a NOOP"))
			}
		}},
		{"batches that nobody takes", func(s net.Conn) {
			for {
				if _, err := io.WriteString(s, "* OK\r\n"); err != nil {
					return
				}
			}
		}, func(c *client) { c.next() }},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := piped(t, Options{}, row.server)
			row.before(c)
			done := make(chan struct{})
			for range 3 { // from anywhere, more than once
				go func() {
					c.Close()
					done <- struct{}{}
				}()
			}
			for range 3 {
				<-done
			}
			for range c.Batches() { // closed
			}
		})
	}
}

func TestTheServerIsHeldBackIfNobodyTakesBatches(t *testing.T) {
	var written atomic.Int64
	stalled := make(chan struct{})
	c := piped(t, Options{}, func(s net.Conn) {
		for i := 0; ; i++ {
			if i == batchesAhead {
				close(stalled)
			}
			if _, err := io.WriteString(s, "* OK\r\n"); err != nil {
				return
			}
			written.Add(1)
		}
	})
	<-stalled
	c.Close()
	if n := written.Load(); n > batchesAhead+2 {
		t.Errorf("%d batches were read ahead", n)
	}
}

func BenchmarkReadingALiteral(b *testing.B) {
	const size = 64 << 20
	block := bytes.Repeat([]byte("0123456789abcdef"), 4<<10)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			s, err := l.Accept()
			if err != nil {
				return
			}
			fmt.Fprintf(s, "* 1 FETCH (BODY[] {%d}\r\n", size)
			for range size / len(block) {
				s.Write(block)
			}
			say(s, ")\r\n")
			s.Close()
		}
	}()
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		link, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		c := New(link, Target{Scheme: IMAP}, Options{})
		for batch := range c.Batches() {
			batch.Release()
		}
		c.Close()
	}
}
