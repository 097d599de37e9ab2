package main

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
)

// splitting is an ordinary Python program: it fetches everything with imaplib, which splits the lines and literals and
// keeps them.
const splitting = `
import imaplib, sys
m = imaplib.IMAP4(sys.argv[1], int(sys.argv[2]))
m.select("INBOX", readonly=True)
kind, data = m.fetch("1:*", sys.argv[3])
assert kind == "OK" and len(data) >= int(sys.argv[4]), (kind, len(data))
m.logout()
`

// items returns the FETCH items to which a payload is the answer.
func items(payload string) string {
	if strings.Contains(payload, "literal") || strings.Contains(payload, "line") {
		return "(BODY.PEEK[])"
	}
	if payload == "structures" {
		return "(FLAGS ENVELOPE BODYSTRUCTURE)"
	}
	return "(FLAGS ENVELOPE)"
}

// command returns the command that runs a client; its standard output is thrown away.
func (b *bench) command(client, addr, payload string) (*exec.Cmd, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	switch name, mode, _ := strings.Cut(client, " "); name {
	case "nc":
		path, err := exec.LookPath("nc")
		if err != nil {
			return nil, errors.New("no nc")
		}
		cmd := exec.Command(path, host, port)
		cmd.Stdin = strings.NewReader(fmt.Sprintf("a1 FETCH 1:* %s\r\na2 LOGOUT\r\n", items(payload)))
		return cmd, nil
	case "imaplib":
		path, err := exec.LookPath("python3")
		if err != nil {
			return nil, errors.New("no python3")
		}
		return exec.Command(path, "-c", splitting, host, port, items(payload), "1"), nil
	case "imapsh":
		return exec.Command(b.imapsh, "-e", "examine inbox", "-e", "fetch 1:* "+strings.ToLower(items(payload)),
			"-o", mode, "imap://"+addr), nil
	}
	return nil, fmt.Errorf("no client %q", client)
}
