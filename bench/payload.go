package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
)

// A payload is the answer to FETCH: a block, repeated, between a beginning and an end.
type payload struct {
	before, block, after []byte
	times                int
}

func (p *payload) size() int64 {
	return int64(len(p.before)) + int64(len(p.block))*int64(p.times) + int64(len(p.after))
}

func (p *payload) send(w io.Writer) error {
	if _, err := w.Write(p.before); err != nil {
		return err
	}
	for range p.times {
		if _, err := w.Write(p.block); err != nil {
			return err
		}
	}
	_, err := w.Write(p.after)
	return err
}

// newPayload returns the named payload, its size multiplied by scale.
func newPayload(name string, scale float64) (*payload, error) {
	n := func(full int) int { return max(1, int(float64(full)*scale)) }
	switch name {
	case "literal":
		return literal(n(256)), nil
	case "big literal":
		return literal(n(1024)), nil
	case "big line":
		return &payload{[]byte("* 1 FETCH (X-LINE "), bytes.Repeat([]byte("0123456789abcdef"), 1<<16), []byte(")\r\n"), n(1024)}, nil
	case "envelopes":
		block := envelopes(n(100_000))
		return &payload{block: block, times: max(1, int(400e6*scale)/len(block))}, nil
	case "fetch":
		return &payload{block: envelopes(n(100_000)), times: 1}, nil
	case "structures":
		return &payload{block: structures(n(100_000)), times: 1}, nil
	case "exists":
		return &payload{block: exists(n(1_000_000)), times: 1}, nil
	}
	return nil, fmt.Errorf("no payload %q", name)
}

// literal returns a message of so many MiB of text.
func literal(mib int) *payload {
	line := "The quick brown fox jumps over the lazy dog, and the dog writes it all down.\r\n"
	block := []byte(strings.Repeat(line, 1<<20/len(line)+1)[:1<<20])
	return &payload{fmt.Appendf(nil, "* 1 FETCH (BODY[] {%d}\r\n", mib<<20), block, []byte(")\r\n"), mib}
}

func envelopes(n int) []byte {
	var b bytes.Buffer
	flags := []string{`\Seen`, `\Seen \Answered`, ``, `\Seen \Flagged $Label1`, `\Seen`}
	subjects := []string{`"Minutes of the meeting"`, `"=?utf-8?q?Caf=C3=A9_menu_for_Thursday?="`, `"Re: [list] a question about \"quoting\""`, `NIL`}
	for i := 1; i <= n; i++ {
		person := fmt.Sprintf(`(("Sender Number %d" NIL "sender%d" "example.org"))`, i%977, i%977)
		fmt.Fprintf(&b, "* %d FETCH (FLAGS (%s) ENVELOPE (\"Mon, %02d Nov 2025 10:%02d:%02d +0100\" %s %s %s %s "+
			"((NIL NIL \"alice\" \"example.org\")(\"Bob\" NIL \"bob\" \"example.net\")) NIL NIL NIL \"<%d.bench@mail.example.org>\"))\r\n",
			i, flags[i%len(flags)], 1+i%28, i/60%60, i%60, subjects[i%len(subjects)], person, person, person, i)
	}
	return b.Bytes()
}

// structures returns envelopes with a BODYSTRUCTURE each, in turns of a plain text, and of a text in two forms with an
// attachment.
func structures(n int) []byte {
	const (
		plain = `("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 1152 23 NIL NIL NIL NIL)`
		mixed = `((` + plain + `("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 4900 80 NIL NIL NIL NIL) "alternative" ("boundary" "b2") NIL NIL NIL)` +
			`("application" "pdf" ("name" "minutes.pdf") NIL NIL "base64" 217000 NIL ("attachment" ("filename" "minutes.pdf")) NIL NIL) "mixed" ("boundary" "b1") NIL NIL NIL)`
	)
	var b bytes.Buffer
	for i, line := range bytes.SplitAfter(envelopes(n), []byte("\r\n")) {
		head, ok := bytes.CutSuffix(line, []byte(")\r\n"))
		if !ok {
			continue
		}
		b.Write(head)
		b.WriteString(" BODYSTRUCTURE ")
		b.WriteString([]string{plain, mixed}[i%2])
		b.WriteString(")\r\n")
	}
	return b.Bytes()
}

func exists(n int) []byte {
	var b bytes.Buffer
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "* %d EXISTS\r\n", i)
	}
	return b.Bytes()
}

// runServer listens, prints its address and the payload's size, and serves until it is killed.
func runServer(name string, scale float64, out io.Writer) error {
	p, err := newPayload(name, scale)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%v %d\n", ln.Addr(), p.size())
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go p.serve(conn)
	}
}
