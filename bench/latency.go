package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// firstLineWithin is how long the first line may take to be shown, once its last byte has been sent.
const firstLineWithin = 100 * time.Millisecond

// A marked connection notes when the first response of a payload has been written to it.
type marked struct {
	net.Conn
	first   []byte // that response
	written chan time.Time
}

// Write sends the first response by itself, so that the moment of its last byte is known.
func (m *marked) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(p, m.first) {
		return m.Conn.Write(p)
	}
	n, err := m.Conn.Write(m.first)
	if err != nil {
		return n, err
	}
	m.written <- time.Now()
	rest, err := m.Conn.Write(p[n:])
	return n + rest, err
}

// firstLines measures how soon the first response to a command is shown: when it is the only one, and the first of
// 100,000.
func (b *bench) firstLines() error {
	if !strings.Contains("first line", b.only) {
		return nil
	}
	fmt.Fprintln(b.out, "\nfirst line: from sending the last byte of the first response to its line on standard output")
	for _, load := range []struct {
		name  string
		scale float64
	}{{"1 response", 0}, {"100,000 responses", b.scale}} {
		p, err := newPayload("fetch", load.scale)
		if err != nil {
			return err
		}
		for _, mode := range []string{"raw", "pretty", "json"} {
			var worst time.Duration
			for range b.rounds {
				took, err := b.firstLine(p, mode)
				if err != nil {
					return fmt.Errorf("measuring the first line in %s: %w", mode, err)
				}
				worst = max(worst, took)
			}
			fmt.Fprintf(b.out, "  imapsh %-7s %-18s %8.2f ms (at most %d)", mode, load.name, float64(worst)/1e6, firstLineWithin.Milliseconds())
			b.judge(worst <= firstLineWithin)
			fmt.Fprintln(b.out)
		}
	}
	return nil
}

// firstLine runs imapsh on the payload once. The server is in this process, so that one clock measures.
func (b *bench) firstLine(p *payload, mode string) (time.Duration, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	written := make(chan time.Time, 1)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		first := p.block[:bytes.IndexByte(p.block, '\n')+1]
		p.serve(&marked{conn, first, written})
	}()
	cmd, err := b.command("imapsh "+mode, ln.Addr().String(), "fetch")
	if err != nil {
		return 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	var shown time.Time
	in := bufio.NewReaderSize(out, 1<<20)
	for {
		line, err := in.ReadSlice('\n')
		if shown.IsZero() && bytes.Contains(line, []byte("* 1 FETCH (")) {
			shown = time.Now()
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	if err := cmd.Wait(); err != nil {
		return 0, err
	}
	if shown.IsZero() {
		return 0, errors.New("the first response was not shown")
	}
	return shown.Sub(<-written), nil
}
