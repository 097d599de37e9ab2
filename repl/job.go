package repl

import (
	"fmt"
	"io"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/sasl"
	"imapsh/tagger"
)

// A job is a command on its way: the steps still to send, then the wait for its
// tagged response.
type job struct {
	cmd     *tagger.Command
	at      place
	steps   []tagger.Step
	barrier bool
	await   bool  // a continuation request is awaited
	feed    *feed // a literal being sent, nil without
	end     lineEnd
	literal *command.TypedLiteral // of the user's input, behind the steps
	secret  bool                  // its octets are a secret
	hidden  bool                  // what the user gives behind it is one
	rest    bool                  // the line goes on behind the user's literal
	behind  string                // what it has gone on with so far
	doubted bool                  // of that, a doubt has been said
	re      redirection
	sink    *sink // where "> FILE" goes
	pipe    *spool
	sasl    sasl.Exchange // answers AUTHENTICATE's challenges, nil by hand
	asking  bool          // the user is asked for an answer to a challenge
	idling  *idling
	warned  bool // Ctrl-C has said that the next one closes the connection
	done    bool // the answer is in
	refusal bool // what is left of it must not be sent
	then    func(ok bool)
	// heard takes the FETCH responses that come while it is in flight, nil for none.
	heard func(*response.Fetch)
}

// discard gives back what a job holds.
func (j *job) discard() {
	if j.sink != nil {
		j.sink.close()
	}
	if j.pipe != nil {
		j.pipe.close()
	}
	if j.feed != nil && j.feed.close != nil {
		j.feed.close.Close()
	}
}

// advance does the next thing for the job, and tells whether it did.
func (s *Shell) advance() bool {
	j := s.job
	switch {
	case j.done && j.sent() && !j.barrier:
		s.finish(j)
		return true
	case j.feed != nil:
		return s.feedLiteral(j)
	case j.await && !(j.idling != nil && j.idling.on):
		return false
	case j.barrier && len(s.tag.InFlight()) > 1:
		return false // alone in flight
	case len(j.steps) > 0:
		st := j.steps[0]
		j.steps = j.steps[1:]
		s.do(j, st)
		return true
	case j.literal != nil:
		s.beginLiteral(j)
		return true
	case j.rest:
		l, st := s.take()
		if st == inputWait {
			if j.refusal && s.interactive() && len(s.inputs) == 0 && !s.timers.isSet(timeRefused) {
				s.timers.set(timeRefused, s.opt.Now().Add(pasteGap), func() { s.dropped(j) })
			}
			return false
		}
		s.timers.clear(timeRefused)
		j.rest = false
		s.goOn(j, l, st)
		return true
	case j.idling != nil && j.idling.on:
		return s.idleLine(j)
	case j.re.background:
		s.others = append(s.others, j)
		s.job = nil
		return true
	}
	return false
}

// do carries out a step.
func (s *Shell) do(j *job, st tagger.Step) {
	switch st.Kind {
	case tagger.AwaitContinuation:
		if j.done {
			s.refused(j)
			return
		}
		j.await = true
		s.tag.Hold(j.cmd)
	case tagger.SendSource:
		f := &feed{in: newInput(st.Name, io.LimitReader(st.Source, st.Size)), left: st.Size, size: st.Size, name: st.Name}
		f.close, _ = st.Source.(io.Closer)
		j.feed = f
		s.showFeed(f)
	default:
		s.showSent(st)
		op := conn.Op{Bytes: st.Bytes}
		if j.barrier && len(j.steps) == 0 {
			op.Barrier = j.cmd.Tag
			s.hold = layer{job: j}
		}
		s.send(op)
	}
	if j.sent() && !j.await {
		if j.re.pipe != "" {
			j.pipe = s.openPipe() // what is sent stays on the screen
		}
		s.waitTimer()
	}
}

// continued takes a continuation request for a command.
func (s *Shell) continued(c *tagger.Command, challenge []byte) {
	j := s.job
	if j == nil || j.cmd != c {
		return
	}
	switch {
	case c.Match.Row().Continues == command.SASL && len(j.steps) == 0 && j.literal == nil:
		j.await = true
		s.challenge(j, challenge)
	case c.Match.Row().Continues == command.Idle && j.idling != nil:
		j.await = false
		s.idleBegan(j)
	case j.await:
		j.await = false
		s.tag.Hold(nil)
	}
}

// goOn sends the line that stands behind a literal of the user's.
func (s *Shell) goOn(j *job, l inputLine, st inputState) {
	if j.refusal {
		// The command has been answered already: what stood behind its literal is not run.
		if lit := command.TrailingLiteral(l.text); st == inputHas && lit != nil {
			j.feed = &feed{left: lit.Size, size: lit.Size, crlf: l.end == endLF, drop: true}
			if len(s.inputs) > 0 {
				j.feed.in = s.inputs[0]
			}
			j.rest = true
			return
		}
		s.finish(j)
		return
	}
	if st == inputEnd {
		l.text = ""
	}
	j.end = l.end
	if j.cmd.Match.Row().Attaches && !j.doubted {
		j.behind += l.text
		m := command.MatchLine(j.cmd.Match.Line + j.behind)
		if w, ok := m.SecondMessage(s.tag.View()); ok {
			j.doubted = true
			s.out.Warn(w.Text)
		}
	}
	j.steps, j.literal = s.tag.Continue(l.text, j.hidden)
	j.secret = j.hidden
}

// answered takes a job's tagged response. What the server still waits for, once
// a literal has been announced and agreed to, is sent to its end.
func (s *Shell) answered(j *job) {
	j.done = true
	if j.asking {
		s.want, s.wanted = nil, nil
	}
	if j.await || j.sent() {
		s.refused(j)
	}
}

// sent tells that nothing of the job is left to send.
func (j *job) sent() bool {
	return len(j.steps) == 0 && j.feed == nil && j.literal == nil && !j.rest
}

// refused drops what the server has not agreed to. A literal's input is read and
// dropped too, so that its lines are never run as commands.
func (s *Shell) refused(j *job) {
	j.await, j.refusal = false, true
	for _, st := range j.steps {
		if st.Kind != tagger.SendSource {
			continue
		}
		if c, ok := st.Source.(io.Closer); ok {
			c.Close()
		}
		s.out.Note(fmt.Sprintf("the literal of %d octets from %s was not sent", st.Size, st.Name))
	}
	j.steps = nil
	if j.literal == nil && !j.rest {
		s.finish(j)
		return
	}
	if j.literal != nil {
		s.beginLiteral(j)
		j.feed.drop = true
	}
}

// finish is the end of a job: its command has been answered.
func (s *Shell) finish(j *job) {
	if s.job == j {
		s.job = nil
	} else {
		s.others = without(s.others, j)
	}
	ok := j.cmd.Cond == response.OK
	s.closeSink(j)
	if !ok {
		s.failed(j.cmd, j.at)
	}
	if j.then != nil {
		j.then(ok)
	}
	s.runPipe(j)
}

func without(list []*job, j *job) []*job {
	for i := range list {
		if list[i] == j {
			return append(list[:i], list[i+1:]...)
		}
	}
	return list
}
