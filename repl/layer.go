package repl

import (
	"fmt"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// A layer is a change of the connection's layer under way: STARTTLS or COMPRESS
// has been sent, alone, and the connection stops behind its tagged response.
type layer struct {
	job       *job
	answered  bool
	switching bool
}

// parked is told that the reader has stopped behind the tagged response; rest is
// what had come behind it.
func (s *Shell) parked(rest []byte) {
	j := s.hold.job
	if j == nil || !s.hold.answered {
		s.conn.Continue()
		return
	}
	if j.cmd.Cond != response.OK {
		s.hold = layer{}
		j.barrier = false
		s.conn.Continue()
		s.answered(j)
		return
	}
	s.hold.switching = true
	if j.cmd.Match.Row().Layer == command.Deflate {
		s.changing(s.conn.Compress())
		return
	}
	if len(rest) > 0 {
		s.out.Part("", &wire.Part{Kind: wire.Text, Bytes: rest})
		s.out.Note("in clear, behind the OK: " + string(rest))
		s.out.Warn(fmt.Sprintf("%d bytes came in clear behind STARTTLS's OK: someone in between may have put them there; they count for nothing and the connection is closed", len(rest)))
		s.raise(StatusConnection)
		s.hold = layer{}
		s.disconnect(nil)
		return
	}
	s.changing(s.conn.StartTLS())
}

// changing goes on in the same layer where the change cannot even begin.
func (s *Shell) changing(err error) {
	if err == nil {
		return
	}
	s.out.Warn(err.Error())
	j := s.hold.job
	s.hold = layer{}
	j.barrier = false
	s.conn.Continue()
	s.answered(j)
}

// guessed takes an answer that was in before the command had been sent.
func (s *Shell) guessed() {
	j := s.hold.job
	s.hold = layer{}
	j.barrier = false
	s.conn.Continue()
	if j.cmd.Cond == response.OK {
		s.out.Warn(j.cmd.Match.Name + " was answered before it was sent: nothing that comes here can be trusted, the connection is closed")
		s.raise(StatusConnection)
		s.disconnect(nil)
		return
	}
	s.answered(j)
}

// switched is told that the change has ended.
func (s *Shell) switched(err error) {
	j := s.hold.job
	s.hold = layer{}
	if err != nil {
		s.fatal(err.Error())
		if hint := conn.Hint(err); hint != "" {
			s.fatal(hint)
		}
		s.raiseLost()
		s.disconnect(nil)
		return
	}
	if j == nil {
		return
	}
	if j.cmd.Match.Row().Layer == command.TLS {
		s.tag.Secure(true)
		s.sayTLS()
	} else {
		s.out.Note("compressed from here on (DEFLATE)")
	}
	j.barrier = false
	s.answered(j)
}
