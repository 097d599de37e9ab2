package main

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// listen serves a payload to one client.
func listen(t *testing.T, p *payload) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		if conn, err := ln.Accept(); err == nil {
			p.serve(conn)
		}
	}()
	return ln.Addr().String()
}

func TestPayloadsAreAsLongAsTheySay(t *testing.T) {
	for _, name := range append([]string{"literal", "envelopes"}, hungry...) {
		p, err := newPayload(name, 0.0005)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := p.send(&b); err != nil || int64(b.Len()) != p.size() || !bytes.HasSuffix(b.Bytes(), []byte("\r\n")) {
			t.Errorf("%s: %d bytes sent, %d announced (%v)", name, b.Len(), p.size(), err)
		}
	}
}

func TestAnOrdinaryClientReadsThePayloads(t *testing.T) {
	for name, want := range map[string]int{"fetch": 100, "literal": 1} {
		p, err := newPayload(name, 0.001)
		if err != nil {
			t.Fatal(err)
		}
		c, err := imapclient.DialInsecure(listen(t, p), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
			t.Fatal(err)
		}
		list, err := c.Fetch(imap.SeqSet{{Start: 1}}, &imap.FetchOptions{Flags: true}).Collect()
		if err != nil || len(list) != want {
			t.Errorf("%s: %d messages, %v", name, len(list), err)
		}
		c.Close()
	}
}

func TestNcAndImaplibReceiveThePayload(t *testing.T) {
	b := &bench{}
	for _, client := range []string{"nc", "imaplib"} {
		p, err := newPayload("fetch", 0.001)
		if err != nil {
			t.Fatal(err)
		}
		cmd, err := b.command(client, listen(t, p), "fetch")
		if err != nil {
			t.Logf("left out: %v", err)
			continue
		}
		var out, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &stderr
		if err := cmd.Run(); err != nil {
			t.Errorf("%s: %v\n%s", client, err, stderr.String())
		}
		if client == "nc" && !bytes.Contains(out.Bytes(), p.block) {
			t.Errorf("nc received %d bytes, but not the payload", out.Len())
		}
	}
}

func TestAMissedTargetIsCounted(t *testing.T) {
	var out strings.Builder
	b := &bench{out: &out}
	b.judge(true)
	b.judge(false)
	if b.missed != 1 || out.String() != "  ok  MISSED" {
		t.Errorf("%d missed, %q", b.missed, out.String())
	}
	if got := b.receive("imapsh raw", &server{addr: "127.0.0.1:1"}, "fetch"); got.left == "" {
		t.Error("a client that could not connect has a result")
	}
	io.WriteString(&limited{&out}, strings.Repeat("x", 5000))
	if out.Len() != 500 {
		t.Errorf("kept %d bytes", out.Len())
	}
}
