package session

import (
	"errors"
	"fmt"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/trace"
)

// A change of layer: STARTTLS or COMPRESS has been sent with nothing after it, and the reader stops after its tagged
// response until it is decided whether the layer changes.
// tagged response until the verdict.

// stay keeps the current layer: the change was refused.
func (l *life) stay() {
	j := l.change
	l.change, l.answered, l.changing = nil, false, false
	l.conn.Continue()
	j.barrier = false
	j.answer()
}

// parked is called when the reader has stopped after the tagged response; rest are the bytes that came after it.
func (l *life) parked(rest []byte) {
	j := l.change
	if j == nil || !l.answered {
		l.conn.Continue()
		return
	}
	if j.Command.Cond != response.OK {
		l.stay()
		return
	}
	l.changing = true
	change := l.conn.StartTLS
	if j.Command.Match.Row().Layer == command.Deflate {
		change = l.conn.Compress
	} else if len(rest) > 0 {
		l.s.hear(&trace.Event{Kind: trace.Discarded, At: l.heard, Data: rest})
		l.end(errInjected, fmt.Sprintf("%d unencrypted bytes followed the OK to STARTTLS, possibly injected by an attacker; they were ignored and the connection was closed", len(rest)), "")
		return
	}
	if err := change(); err != nil {
		l.s.warn(err.Error())
		l.stay()
	}
}

// guessed handles an answer that arrived before the command was sent.
func (l *life) guessed() {
	j := l.change
	if j.Command.Cond == response.OK {
		l.end(errInjected, j.Command.Match.Name+" was answered before it was sent; nothing received here can be trusted, so the connection was closed", "")
		return
	}
	l.stay()
}

// switched is called when the change has been made, or has failed.
func (l *life) switched(err error) {
	j := l.change
	l.change, l.answered, l.changing = nil, false, false
	if err != nil && l.ending != "" { // we have hung up
		l.lose(err)
		return
	}
	if err != nil {
		l.end(errors.Join(err), err.Error(), conn.Hint(err))
		return
	}
	if j == nil {
		return
	}
	info := l.conn.Info()
	e := trace.Event{Kind: trace.Compressed, At: l.heard, Info: &info}
	if j.Command.Match.Row().Layer == command.TLS {
		l.tag.Secure(true)
		e.Kind = trace.Secured
	}
	l.s.hear(&e)
	j.barrier = false
	j.answer()
}
