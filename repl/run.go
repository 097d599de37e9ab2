package repl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/session"
	"imapsh/internal/transcript"
	"imapsh/tagger"
)

// run runs one line of the input, or the transcript in its place.
func (s *Shell) run(t *task, l inputLine) {
	if len(s.script.owed) > 0 && !s.quietly(l) {
		s.input.putAhead(l) // if the rest is dropped, this line is dropped with it
		s.settleBut(s.addressee(l))
		if len(s.input.ahead) == 0 || s.outcome.stopped {
			return
		}
		s.input.ahead = s.input.ahead[1:]
	}
	before := s.user.paste
	s.user.paste = l.of
	defer func() { s.user.paste = before }()
	if l.replay == nil && l.byHand() {
		l.text = l.text.TrimLeft()
		if strings.HasPrefix(string(l.text), "C: ") {
			l.text = line.Unnamed(l.text[len("C: "):]) // copied from the screen
		}
		l.replay = oneLine(string(l.text))
	}
	if l.replay != nil {
		s.replay(t, l)
		return
	}
	m := line.Mend(s.unaliased(l), isBareWord)
	switch {
	case s.answered(string(m.Text)), m.Text == "", !s.runs(t, l):
		return
	case isDone(string(m.Text)):
		s.endIdle(t, s.front)
		return
	}
	s.sayMended(m)
	st := line.Read(m.Text, isBareWord)
	st.Place, st.CRLF = l.at, l.end == endCRLF
	st.Typed = l.text
	s.runOn(t, s.front, st, l)
}

// A secretDue says that the next line may be a secret, meant for the previous command, which did not take it.
type secretDue struct {
	of   string // what it was meant for
	is   func(text string) bool
	more bool // several lines may be part of it
}

var (
	refusedExchange = &secretDue{"the refused AUTHENTICATE", isAnswer, true}
	refusedLogin    = &secretDue{"the refused LOGIN", isNobodys, false}
	passwordOfLogin = &secretDue{"LOGIN, which does not take its password from there,", isNobodys, false}
)

// answered reports whether a line is the secret meant for the previous command. Such a line is dropped.
func (s *Shell) answered(text string) bool {
	due := s.user.due
	if due == nil || text == "" {
		return false
	}
	is := due.is(text)
	if !is || !due.more && command.TrailingLiteral(text) == nil {
		s.user.due = nil
	}
	if is {
		s.note("1 line for " + due.of + " dropped, not sent")
	}
	return is
}

// isNobodys reports whether a line is neither a known command nor the shell's: after a LOGIN without a password, it
// is the password.
func isNobodys(text string) bool {
	_, body := command.Whose(text, isBareWord)
	word, _, _ := strings.Cut(body, " ")
	return !command.IsComment(text) && !isBareWord(word) && command.Lookup(word) == nil && !strings.EqualFold(word, "UID")
}

// sayMended says how a line was changed, and what in it is odd.
func (s *Shell) sayMended(m line.Mended) {
	for _, n := range m.Notes {
		s.note(n)
	}
	for _, odd := range m.Odd {
		s.warn(odd + " is sent as is")
	}
	for _, w := range m.Warnings {
		_, rest := command.Whose(m.Text, isBareWord)
		whole := command.Match{Line: string(m.Text)}
		for _, sp := range command.MatchLine(string(rest)).Secrets {
			skip := len(m.Text) - len(rest)
			whole.Secrets = append(whole.Secrets, command.Span{Start: sp.Start + skip, End: sp.End + skip})
		}
		s.doubt(&whole, w)
	}
}

// isDone reports whether a line is DONE, with or without a tag.
func isDone(text string) bool {
	tag, after, ok := strings.Cut(text, " ")
	return strings.EqualFold(text, "DONE") || ok && strings.EqualFold(after, "DONE") && command.Lookup(tag) == nil && !isBareWord(tag)
}

// sendsDone reports whether a line sends only DONE with :send, which ends an IDLE.
func sendsDone(text string) bool {
	word, arg, _ := strings.Cut(text, " ")
	if sent, err := strconv.Unquote(arg); err == nil {
		arg = strings.TrimSuffix(sent, "\r\n")
	}
	return strings.EqualFold(word, ":send") && strings.EqualFold(arg, "DONE")
}

// runOn runs a statement on a session.
func (s *Shell) runOn(t *task, ss *session.Session, st line.Statement, l inputLine) {
	if !l.fixed && !s.expand(ss, &st) {
		return
	}
	switch st.Kind {
	case line.Shell:
		s.remember(string(l.text), l.at.Name != "" || len(command.Secrets(string(l.text))) > 0)
		s.shellCommand(t, st.Word, call{arg: st.Arg, on: ss, line: l})
	case line.Command:
		if !s.foreign(l, &st) {
			s.send(t, ss, st, l)
		}
	}
}

// send sends a line to the server and waits for its end. It returns nil if nothing was sent.
func (s *Shell) send(t *task, ss *session.Session, st line.Statement, l inputLine) *session.Job {
	r := st.Redirection
	cmd := tagger.Line{Tag: st.Tag, Blank: st.Blank, Text: st.Body}
	var in *attachment
	if r.In != "" {
		if in = s.attach(t, r.In, r.AsIs); in == nil {
			s.note(cmd.Match().Name + " was not sent")
			return nil
		}
		cmd.Attached = in.attached()
	}
	if r.Until != "" {
		cmd.Attached = &tagger.Attachment{} // its size is unknown until the lines have been read
	}
	m := cmd.Match()
	if st.Secret && len(m.Secrets) == 0 {
		s.warn("a secret goes only into LOGIN and AUTHENTICATE: " + m.Name + " was not sent")
		s.notSent(StatusUsage)
		return nil
	}
	s.remember(string(l.text), l.at.Name != "" || len(m.Secrets) > 0 || m.LiteralSecret || len(command.Secrets(string(l.text))) > 0)
	defer in.drop()
	if !s.reach(t, ss, m.Name) {
		return nil
	}
	if r.Refused != "" {
		s.warn(r.Refused + "; " + m.Name + " was not sent")
		s.notSent(StatusUsage)
		return nil
	}
	if asks := transcript.Asking(cmd.Text); asks != nil {
		s.note("the secret in the line is a mask, which is not sent")
		cmd.SetText(asks.Text)
		s.logsIn(t, ss, cmd, asks, l.at)
		return nil
	}
	s.encodeNames(ss, &cmd)
	if text, odd := strange(string(l.text)); odd {
		s.warn(text)
	}
	for _, w := range r.Doubts {
		s.warn(w)
	}
	if !s.readOnly(ss, &cmd) || s.held(t, ss, *cmd.Match(), l.at) {
		return nil
	}
	if r.Until != "" && !s.hereDocument(t, &cmd, r.Until, l) {
		return nil
	}
	if in != nil {
		if in.err != nil {
			s.warn(in.err.Error() + "; " + m.Name + " was not sent")
			s.notSent(StatusUsage)
			return nil
		}
		if in.note != "" {
			s.note(in.note)
		}
	}
	m = cmd.Match()
	if name, exchange := s.exchangeFor(ss, cmd, m); exchange {
		s.authenticate(t, ss, cmd.Text, name, l.at)
		return nil
	}
	if !s.confirmed(t, ss, m) || !s.consented(t, ss, m) {
		return nil
	}
	req := session.Request{Line: cmd, At: l.at, IdleFor: r.IdleFor}
	if !s.listeners(t, ss, &req, r, m) {
		return nil
	}
	in.keep()
	s.script.asking = ss
	defer func() { s.script.asking = nil }()
	s.sends(ss, m, &st, l)
	return s.begin(t, ss, req, l, r.Background)
}

// encodeNames encodes mailbox names that contain a bare "&", in a line without the user's own tag.
func (s *Shell) encodeNames(ss *session.Session, cmd *tagger.Line) {
	if cmd.Tag != "" || cmd.Raw {
		return
	}
	text, changed := cmd.Match().EncodedNames(ss.View())
	for _, c := range changed {
		s.note(fmt.Sprintf("%s is sent as %s: in a mailbox name, & is written &-", safe(c[0]), safe(c[1])))
	}
	if len(changed) > 0 {
		cmd.SetText(text)
	}
}

// reach makes sure that a line can be sent on a session: it is connected, and no other command is partly sent.
func (s *Shell) reach(t *task, ss *session.Session, name string) bool {
	if ss == nil || !ss.Connected() {
		if p := s.user.paste; p != nil { // one warning for each line would hide the cause
			if rest := s.dropPaste(p); rest != "" {
				name += " and " + rest + ","
			}
		}
		text := fmt.Sprintf("not connected: %s was not sent (:reconnect)", name)
		if ss != nil && ss.Name != "" {
			text = fmt.Sprintf("%s is not connected: %s was not sent (:open %s)", ss.Name, name, ss.Name)
		}
		if at := s.input.at; !s.interactive() && at.Line > 0 && at.Name != "" {
			text = fmt.Sprintf("%s (%s:%d)", text, at.Name, at.Line)
		}
		s.warn(text)
		if !s.owesUnsent(ss) {
			s.notSent(StatusConnection)
		}
		return false
	}
	if w := ss.Idling(); w != nil {
		w.EndIdle() // the next line ends it
	}
	if !ss.Free() && (s.untilServer(t, ss, ss.Free) != nil || !ss.Free()) {
		s.note(name + " was not sent")
		return false
	}
	return true
}

// begin sends a command and waits for its end. It asks for what only the user can give, such as a password.
func (s *Shell) begin(t *task, ss *session.Session, req session.Request, l inputLine, background bool) *session.Job {
	cmd := &req.Line
	if cmd.Tag == "" && !cmd.Raw && cmd.Secret == nil && cmd.Values == nil && !cmd.Match().StaysAsTyped() {
		done := cmd.Complete(ss.View())
		if done.Ask != nil {
			secret, ok := s.secretFor(t, ss, done.Ask, l)
			if !ok {
				return nil
			}
			cmd.Secret = &secret
		}
	}
	if !cmd.Raw && cmd.Secret == nil && cmd.Values == nil {
		if !background && !s.asksDelimiter(t, ss, cmd) {
			s.note(cmd.Match().Name + " was not sent")
			return nil
		}
		s.sayDoubts(ss, cmd)
	}
	if !ss.Free() { // the connection may be lost, or another command partly sent, since the user was asked
		s.note(cmd.Match().Name + " was not sent")
		return nil
	}
	j := s.start(ss, req)
	s.follow(t, ss, j, l, background)
	if m := cmd.Match(); j.Ended() && !j.OK() && req.Exchange == nil {
		switch {
		case m.Row().Continues == command.SASL:
			s.user.due = refusedExchange
		case m.Row().LogsIn && m.Literal != nil:
			s.user.due = refusedLogin
		}
	}
	return j
}

// sayDoubts shows what is doubtful about a line that is about to be sent.
func (s *Shell) sayDoubts(ss *session.Session, cmd *tagger.Line) {
	for _, w := range cmd.Warnings(ss.View()) {
		s.doubt(cmd.Match(), w)
	}
	m := cmd.Match()
	meant := command.LookupConcept(m.Name) != nil && strings.Contains(m.Line, " ") && !strings.Contains(m.Line, "://")
	if m.Command != nil || cmd.Tag != "" || meant {
		return // as in "open inbox", where the warning names the lesson on what was meant
	}
	if slices.ContainsFunc(shellWords(), func(c shellCommand) bool { return strings.EqualFold(c.name, m.Name) }) {
		s.note("the shell's own command begins with a colon: :" + strings.ToLower(m.Name))
	}
}

// start sends a command about which nothing more must be asked.
func (s *Shell) start(ss *session.Session, req session.Request) *session.Job {
	req.Ended = s.onEnd
	if p := s.user.paste; p != nil {
		req.Ended = func(j *session.Job) {
			if j.Err == nil && !j.OK() {
				p.failed(whatFailed(j))
			}
			s.ended(j)
		}
	}
	j := ss.Begin(req)
	if s.script.asking == ss {
		s.script.asking = nil
		s.answersOf(ss).Begin(j.Command)
	}
	return j
}

// ended handles the end of a command, wherever it ran.
func (s *Shell) ended(j *session.Job) {
	at := s.input.at
	s.input.at = j.At // it may have run in the background
	defer func() { s.input.at = at }()
	if j.Err != nil {
		s.unanswered(j)
	}
	if j.Err == nil && !j.OK() {
		s.sayRefused(j)
		if !s.owes(j) {
			s.failed(j)
		}
	}
	for _, h := range j.Hears() {
		if c, ok := h.(interface{ ended(*Shell, *session.Job) }); ok {
			c.ended(s, j)
		}
	}
}

// do sends a command that the shell makes, waits for its end, and reports whether it was answered OK.
func (s *Shell) do(t *task, ss *session.Session, req session.Request) bool {
	if !s.reach(t, ss, req.Line.Match().Name) {
		return false
	}
	j := s.begin(t, ss, req, inputLine{text: req.Line.Text, at: req.At}, false)
	return j != nil && j.OK()
}

// follow gives a command the bytes, lines and answers that it wants, and waits for its end. In the background it
// returns once the command has been sent.
func (s *Shell) follow(t *task, ss *session.Session, j *session.Job, l inputLine, background bool) {
	if background && left(j) { // the common case, without a wait
		s.apart(t, ss, j)
		return
	}
	before := s.doing
	s.doing = doing{session: ss, job: j, watching: before.watching}
	defer func() { s.doing = before }()
	crlf := l.end == endCRLF
	for !j.Ended() {
		switch j.Wants() {
		case session.Octets:
			s.feed(t, ss, j, crlf)
		case session.Rest:
			crlf = s.rest(t, j)
		case session.Answer:
			s.challenged(t, ss, j)
		case session.Pushes:
			if background || ss != s.front || s.idle(t, ss, j) {
				j.Apart()
				return
			}
		default:
			if background && left(j) {
				s.apart(t, ss, j)
				return
			}
			turned := func() bool { return j.Ended() || j.Wants() != session.Nothing || background && left(j) }
			if s.untilServer(t, ss, turned) != nil && s.given(ss, j) {
				return
			}
		}
	}
	s.refusedAnswers(t, j)
	s.delivered(t)
}

// left reports whether a command needs nothing more from the shell: if it is in the background, nobody waits for its
// end.
func left(j *session.Job) bool {
	return j.Wants() == session.Nothing && j.Sent() && !j.Waits() && !j.Barrier()
}

// apart leaves a command that has been sent, and yields if too much waits for the writer or the server.
func (s *Shell) apart(t *task, ss *session.Session, j *session.Job) {
	j.Apart()
	if !ss.Ready() || ss.Crowded() {
		_ = s.untilServer(t, ss, func() bool { return ss.Ready() && !ss.Crowded() })
	} else if s.since++; s.since%sentAtOnce == 0 {
		t.Yield() // first handle what has been answered meanwhile
	}
}

// sentAtOnce is how many commands are sent in a row before responses are handled.
const sentAtOnce = 256

// given handles Ctrl-C while a command is under way, and reports whether the prompt is given back. The command
// continues on the server.
func (s *Shell) given(ss *session.Session, j *session.Job) bool {
	c := j.Command
	half := !j.Sent() && !j.Waits()
	switch {
	case j.Ended():
		return true
	case j.Refused():
		j.Drop()
		return true
	case s.user.warned == j && (j.Barrier() || half):
		s.abandon(ss, j)
		return true
	case half:
		s.warn(c.Tag + " is partly sent, and the server is waiting for the rest; Ctrl-C again closes the connection")
	case j.Barrier():
		s.warn(c.Tag + " " + c.Match.Name + " changes the connection, so nothing can be sent before its answer; Ctrl-C again closes it")
	default:
		j.Leave()
		s.sayOf(ss, fmt.Sprintf("%s %s continues; its answer will be shown when it arrives (:pending)", c.Tag, c.Match.Name))
		s.hide(ss, j)
		return true
	}
	s.user.warned = j
	return false
}

// abandon closes the connection, because nothing else ends the command.
func (s *Shell) abandon(ss *session.Session, j *session.Job) {
	s.warn(j.Command.Tag + " " + j.Command.Match.Name + " abandoned; connection closed (:reconnect opens a new one)")
	ss.Close()
}

// hereDocument collects the lines up to the line that consists of the word until.
func (s *Shell) hereDocument(t *task, cmd *tagger.Line, until string, l inputLine) bool {
	var b strings.Builder
	for {
		a, st := s.asksLine(t, questionFor(until+"> "), func() bool { return false })
		switch {
		case st != inputHas:
			s.warn(fmt.Sprintf("the input ended before %s: %s was not sent", until, command.MaskLine(string(l.text))))
			s.notSent(StatusUsage)
			return false
		case string(a.text) == until:
			cmd.Attach(tagger.Source(b.String(), "<<"+until))
			return true
		}
		b.WriteString(string(a.text))
		b.WriteString("\r\n")
	}
}

// manyMessages reports whether a FETCH asks for more than one message.
func manyMessages(m *command.Match) bool {
	args := m.Args()
	return len(args) > 0 && strings.ContainsAny(args[0].Text, ",:")
}

// remember adds a typed line to the history, unless not is set: for a line with a secret, or from a file.
func (s *Shell) remember(text string, not bool) {
	if s.interactive() && !not {
		s.opt.Terminal.Remember(text)
		if s.opt.History != nil {
			s.opt.History.Add(text)
		}
	}
}
