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
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		name, _, _ := strings.Cut(strings.ToUpper(rest), " ")
		switch name {
		case "FETCH":
			if p.send(conn) != nil {
				return
			}
		case "CAPABILITY":
			io.WriteString(conn, "* CAPABILITY IMAP4rev1 LITERAL+\r\n")
		case "SELECT", "EXAMINE":
			io.WriteString(conn, "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* 100000 EXISTS\r\n* 0 RECENT\r\n"+
				"* OK [UIDVALIDITY 1] UIDs valid\r\n* OK [UIDNEXT 100001] Predicted next UID\r\n")
		case "LOGOUT":
			io.WriteString(conn, "* BYE canned server leaving\r\n"+tag+" OK LOGOUT completed\r\n")
			return
		}
		code := ""
		if name == "EXAMINE" {
			code = "[READ-ONLY] "
		}
		if _, err := io.WriteString(conn, tag+" OK "+code+name+" completed\r\n"); err != nil {
			return
		}
	}
}
