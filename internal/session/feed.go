package session

import (
	"fmt"
	"io"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// What a command under way is given: the bytes of a literal and answers to challenges; and how that ends.

// Feed gives the command bytes of the current literal, at most Left of them. Feed keeps b until it is sent: the
// caller must not change it.
func (j *Job) Feed(b []byte) {
	l := j.life
	j.left -= int64(len(b))
	if !j.refused {
		if len(b) > 0 && !j.secret {
			l.s.hear(&trace.Event{Kind: trace.SentData, Data: b, Of: j.Command, File: j.At.Name, Line: j.At.Line})
		}
		if len(b) > 0 {
			l.send(conn.Op{Bytes: b})
		}
		if j.secret && j.size <= saidMost {
			j.said = append(j.said, b...)
		}
	}
	if j.left > 0 {
		return
	}
	l.echo.mask.Add(string(j.said))
	j.said = nil
	if !j.secret && !j.refused {
		l.s.hear(&trace.Event{Kind: trace.SentEnd})
	}
	if j.source != nil {
		closeSource(j.source)
		j.source = nil
	} else {
		j.octets, j.rest = false, true
		return
	}
	j.advance()
}

func closeSource(st *tagger.Step) {
	if c, ok := st.Source.(io.Closer); ok {
		c.Close()
	}
}

// Continue sends the rest of the line after a literal that the user announced.
func (j *Job) Continue(text command.Text) {
	l := j.life
	j.rest = false
	if more := j.Command.Match.Row().MoreBy; more != "" && !j.doubted {
		j.after += string(text)
		m := command.MatchLine(j.Command.Match.Line + j.after)
		if w, ok := m.SecondMessage(l.tag.View()); ok {
			j.doubted = true
			l.s.warn(w.Text)
		}
	}
	j.steps, j.literal = l.tag.Continue(text, j.hidden)
	j.secret = j.hidden
	j.advance()
}

// Skip says that the rest of a refused command's line announces another literal, of size bytes, to be read and
// dropped too.
func (j *Job) Skip(size int64) {
	j.rest, j.octets, j.left, j.size = false, true, size, size
}

// Drop ends a refused command: nothing more of it will come.
func (j *Job) Drop() {
	j.octets, j.rest, j.literal, j.steps = false, false, nil, nil
	if j.source != nil {
		closeSource(j.source)
		j.source = nil
	}
	j.advance()
}

// continued handles a continuation request for a command.
func (l *life) continued(c *tagger.Command, challenge []byte) {
	j := jobOf(c)
	row := c.Match.Row()
	switch {
	case j == nil:
		return
	case l.writing != j:
		if j.apart && row.Continues == command.Idle {
			j.agreedLate()
		}
		return
	}
	switch {
	case len(j.steps) == 0 && j.literal == nil && row.Continues == command.SASL:
		j.wait = true
		j.challenged(challenge)
	case len(j.steps) == 0 && row.Continues == command.Idle:
		j.idleBegan()
	case j.wait:
		j.wait = false
		l.tag.Hold(nil)
		j.advance()
	}
}

// answer handles the tagged response of a job. A literal that the server has already agreed to is still sent to its
// end.
func (j *Job) answer() {
	j.answered, j.asking = true, false
	if j.wait || j.Sent() {
		j.refuse()
	}
}

// refuse drops what the server has not agreed to. The input of a literal is read and dropped too, so that its lines
// are never run as commands.
func (j *Job) refuse() {
	j.wait, j.refused = false, true
	for i := range j.steps {
		if st := &j.steps[i]; st.Kind == tagger.SendSource {
			closeSource(st)
			j.life.s.note(fmt.Sprintf("the literal of %d bytes from %s was not sent", st.Size, st.Name))
		}
	}
	j.steps = nil
	j.advance()
}
