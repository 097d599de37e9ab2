package repl

import (
	"context"
	"net"

	"imapsh/internal/conn"
	"imapsh/internal/session"
	. "imapsh/internal/testserver"
)

// dialOf reaches the server that a function gives for a host; nil refuses.
func dialOf(server func(host string) *Canned) session.DialFunc {
	return func(_ context.Context, t conn.Target, o conn.Options) (*conn.Conn, error) {
		addr := "127.0.0.1:1"
		if srv := server(t.Host); srv != nil {
			addr = srv.Addr()
		}
		link, err := net.Dial("tcp", addr)
		if err != nil {
			return nil, err
		}
		return conn.New(link, t, o), nil
	}
}
