package main

import (
	"bufio"
	"io"
	"net"
	"strings"
)

// serve answers one client: FETCH with the payload, everything else with OK.
func (p *payload) serve(conn net.Conn) {
	defer conn.Close()
	if _, err := io.WriteString(conn, "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] canned server ready\r\n"); err != nil {
		return
	}
	in, out := bufio.NewReaderSize(conn, 64<<10), bufio.NewWriterSize(conn, 64<<10)
	for {
		if in.Buffered() == 0 && out.Flush() != nil {
			return
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		name, _, _ := strings.Cut(strings.ToUpper(rest), " ")
		switch name {
		case "FETCH":
			if out.Flush() != nil || p.send(conn) != nil {
				return
			}
		case "CAPABILITY":
			out.WriteString("* CAPABILITY IMAP4rev1 LITERAL+\r\n")
		case "SEARCH":
			out.WriteString("* SEARCH 1 2 3\r\n")
		case "SELECT", "EXAMINE":
			out.WriteString("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* 100000 EXISTS\r\n* 0 RECENT\r\n" +
				"* OK [UIDVALIDITY 1] UIDs valid\r\n* OK [UIDNEXT 100001] Predicted next UID\r\n")
		case "LOGOUT":
			out.WriteString("* BYE canned server leaving\r\n" + tag + " OK LOGOUT completed\r\n")
			out.Flush()
			return
		}
		code := ""
		if name == "EXAMINE" {
			code = "[READ-ONLY] "
		}
		if _, err := out.WriteString(tag + " OK " + code + name + " completed\r\n"); err != nil {
			return
		}
	}
}
