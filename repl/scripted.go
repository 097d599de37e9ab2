package repl

import (
	"fmt"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/response"
	"imapsh/internal/script"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// scripted is the state of the script language: names, answers, and failures that may still be excused.
type scripted struct {
	names   script.Names
	set     map[string]bool // names that were set with :set, which outlive a round of :each
	answers map[*session.Session]*script.Answers
	leave   map[*session.Session]func()
	looks   bool // answers are kept, because a line may refer to them
	// last is the last command of each session, if it can be sent again.
	last map[*session.Session]*repeatable
	// asking is the session on which a typed line is about to be sent.
	asking *session.Session
	// owed are failures that an expect may still excuse, oldest first.
	owed     []owed
	deferred []deferred
	cleaning bool                    // deferred lines are running
	loops    int                     // how many :each are running, one in another
	over     bool                    // no line is left that could excuse a failure
	then     map[string]script.Value // values of names when the running line was deferred
	skipped  string
}

// An owed is the failure of a command, or the loss of a connection (job is nil), that counts unless the next line
// expects it.
type owed struct {
	on  *session.Session
	job *session.Job
	at  line.Place // the line that could not be sent to a lost connection; zero if there was none
}

// A repeatable is a command that only asks for data, so that it can be sent again.
type repeatable struct {
	body command.Text
	line inputLine
}

// looksBack are shell commands that send nothing to the server: after them, earlier failures may still be excused.
var looksBack = map[string]bool{"expect": true, "set": true, "print": true, "sleep": true, "defer": true, "require": true}

// settle counts the failures that no expect has excused.
func (s *Shell) settle() { s.settleBut(nil) }

// settleBut is like settle, but the loss of one connection can still be excused, as the next line goes there too.
func (s *Shell) settleBut(on *session.Session) {
	all := s.script.owed
	s.script.owed = nil
	for _, o := range all {
		switch {
		case o.job != nil:
		case on != nil && o.on == on:
			s.script.owed = append(s.script.owed, o)
			continue
		default:
			s.outcome.raise(StatusConnection)
			if o.at.Line > 0 {
				what := o.at.String() + " could not be run"
				s.outcome.fails(Failure{Text: what}, o.at)
				s.stopsOn(what)
			}
			continue
		}
		at := s.input.at
		s.input.at = o.job.At
		s.failed(o.job)
		s.input.at = at
	}
}

// owes notes a failure that the next line may excuse, and reports whether it may: only in a script, and only for a
// command that an expect can refer to.
func (s *Shell) owes(j *session.Job) bool {
	if s.interactive() || s.script.cleaning || s.script.over {
		return false
	}
	for ss, a := range s.script.answers {
		if a.IsOf(j.Command) {
			s.script.owed = append(s.script.owed, owed{on: ss, job: j})
			return true
		}
	}
	return false
}

// excuse drops the failures owed for a session.
func (s *Shell) excuse(ss *session.Session) {
	kept := s.script.owed[:0]
	for _, o := range s.script.owed {
		if o.on != ss {
			kept = append(kept, o)
		}
	}
	s.script.owed = kept
}

// quietly reports whether earlier failures can still be excused after a line.
func (s *Shell) quietly(l inputLine) bool {
	if l.replay != nil {
		return false
	}
	text := line.Mend(l.text, isBareWord).Text
	for {
		st := line.Read(text, isBareWord)
		switch {
		case st.Kind == line.Empty:
			return true
		case st.Kind == line.Shell && s.named(st.Word) != nil && st.Arg != "":
			text = st.Arg
		default:
			return st.Kind == line.Shell && looksBack[st.Word]
		}
	}
}

// expect performs "expect [not] [within TIME] WHAT".
func (s *Shell) expect(t *task, c call) {
	e, err := script.ParseExpect(string(c.arg))
	if err != nil {
		s.wrong(c, err)
		return
	}
	a := s.answersOf(c.on)
	if !a.Any() && !compares(e) {
		s.usage("expect looks back at a command, and none comes before it")
		return
	}
	f, err := s.holds(t, c.on, a, e)
	if err == nil && f.OK != e.Not {
		for _, b := range f.Bound {
			s.script.names.Set(b.Name, script.Value{Text: b.Text, Foreign: true})
		}
		if !e.Not && f.Excuses != "" && f.Excuses != "OK" {
			s.excuse(c.on)
		}
		if e.Within > 0 && !e.Not {
			a.Use(f)
		}
		s.events.Post(trace.Event{Kind: trace.Expected, Conn: nameIn(c.on), At: s.now(), OK: true, Text: e.Text, File: s.input.at.Name, Line: s.input.at.Line})
		return
	}
	s.unmet(c, a, e, err)
}

func nameIn(ss *session.Session) string {
	if ss == nil {
		return ""
	}
	return ss.Name
}

// compares reports whether an expectation consists only of comparisons.
func compares(e *script.Expectation) bool {
	for i := range e.Ways {
		if !e.Ways[i].Compares() {
			return false
		}
	}
	return true
}

// unmet reports that an expectation was not met, which ends a script.
func (s *Shell) unmet(c call, a *script.Answers, e *script.Expectation, cause error) {
	status := StatusFailed
	got := ""
	usage, isUsage := cause.(*script.Usage)
	switch {
	case isUsage:
		got, status = usage.Text, StatusUsage
	case cause != nil:
		got = cause.Error()
	default:
		got = s.instead(c.on, a, e)
	}
	if why := s.refusedBefore(a); why != "" && !strings.HasPrefix(got, a.Status()) {
		got += "   (" + why + ")"
	}
	s.events.Post(trace.Event{Kind: trace.Expected, Conn: nameIn(c.on), At: s.now(), Text: e.Text, Got: got, File: s.input.at.Name, Line: s.input.at.Line})
	s.settle()
	if s.interactive() {
		s.user.paste.failed("an expectation before it was not met")
		return
	}
	s.outcome.raise(status)
	if a.Status() == script.Lost || a.Status() == "BYE" {
		s.outcome.raise(StatusConnection)
	}
	s.outcome.fails(Failure{Text: "an expectation on " + s.input.at.String() + " was not met", Expected: e.Text, Got: got}, s.input.at)
	if s.set.KeepGoing || s.script.cleaning {
		return
	}
	if s.input.left() {
		s.stop("stopped because the expectation was not met (--keep-going)")
	}
	s.input.drop()
	s.outcome.stopped = true
}

// refusedBefore says that the command that an expectation looks back at was refused, and on which line it is; "" if it was
// not refused.
func (s *Shell) refusedBefore(a *script.Answers) string {
	c := a.Command()
	if c == nil || c.Cond != response.NO && c.Cond != response.BAD {
		return ""
	}
	for _, o := range s.script.owed {
		if o.job != nil && o.job.Command == c {
			return whatFailed(o.job)
		}
	}
	return c.Match.Name + " was answered " + c.Cond.String()
}

// instead returns what came instead of what was expected.
func (s *Shell) instead(ss *session.Session, a *script.Answers, e *script.Expectation) string {
	var parts []string
	responds := false
	for i := range e.Ways {
		w := &e.Ways[i]
		if w.Compares() {
			parts = append(parts, w.Values(s.lookup(ss)))
		} else if !responds {
			responds = true
			got, others := a.Got(e)
			if cmd := a.Command(); cmd != nil && others > 0 {
				got += fmt.Sprintf("   (and %d more in answer to %s %s)", others, cmd.Tag, cmd.Match.Name)
			} else if others > 0 {
				got += fmt.Sprintf("   (and %d more)", others)
			}
			parts = append(parts, got)
		}
	}
	return strings.Join(parts, "; ")
}

// repeatEvery is how long "expect within" waits before it repeats the command.
const repeatEvery = time.Second

// holds waits until an expectation is met or its time is up, and returns the result.
func (s *Shell) holds(t *task, ss *session.Session, a *script.Answers, e *script.Expectation) (script.Found, error) {
	names := &script.Names{}
	names.Builtin = func(name string) (script.Value, bool) { return s.lookup(ss)(name) }
	try := func() (script.Found, error) { return a.Try(e, names, s.now()) }
	f, err := try()
	if e.Within == 0 || err != nil || f.OK {
		return f, err
	}
	until := s.now().Add(e.Within)
	again := s.script.last[ss]
	pressed := s.ctrlC()
	for {
		changes := a.Changes()
		over := func() bool { return a.Changes() != changes || ss != nil && !ss.Connected() && !ss.Connecting() }
		next := until
		if again != nil && ss.Idling() == nil {
			if at := s.now().Add(repeatEvery); at.Before(until) {
				next = at
			}
		}
		if s.sleep(t, "expect", next, over) != nil {
			return f, &script.Usage{Text: "interrupted"}
		}
		if again != nil && ss.Idling() == nil && a.Changes() == changes && s.now().Before(until) && ss.Open() {
			s.repeat(t, ss, a, again)
		}
		if f, err = try(); err != nil || f.OK {
			return f, err
		}
		if pressed() {
			return f, &script.Usage{Text: "interrupted"}
		}
		if !s.now().Before(until) || ss == nil || !ss.Connected() && a.Changes() == changes {
			return f, nil
		}
	}
}

// repeat sends a command again, after NOOP: some servers report changes only then.
func (s *Shell) repeat(t *task, ss *session.Session, a *script.Answers, r *repeatable) {
	at := s.input.at
	defer func() { s.input.at = at }()
	pressed := s.ctrlC()
	if !strings.EqualFold(string(r.body), "NOOP") {
		s.send(t, ss, line.Statement{Kind: line.Command, Place: r.line.at, Typed: "NOOP", Body: "NOOP"}, inputLine{text: "NOOP", at: within(r.line.at)})
	}
	if ss.Open() && !pressed() {
		a.Again()
		s.script.asking = ss
		s.send(t, ss, line.Statement{Kind: line.Command, Place: r.line.at, Typed: r.body, Body: r.body}, inputLine{text: r.body, at: within(r.line.at)})
		s.script.asking = nil
	}
}

// within returns a place that is not the terminal, so that the line is not added to the history.
func within(at line.Place) line.Place {
	if at.Name == "" {
		at.Name = "expect"
	}
	return at
}

// sends notes that a typed line is about to be sent on a session, and whether it can be repeated.
func (s *Shell) sends(ss *session.Session, m *command.Match, st *line.Statement, l inputLine) {
	if s.script.last == nil {
		s.script.last = map[*session.Session]*repeatable{}
	}
	r := &st.Redirection
	if !m.Row().Repeats || st.Tag != "" || r.Out != "" || r.In != "" || r.Until != "" || r.Pipe != "" ||
		command.TrailingLiteral(string(st.Body)) != nil || m.EffectOf(ss.View()) > command.Reads {
		delete(s.script.last, ss)
		return
	}
	s.script.last[ss] = &repeatable{st.Body, l}
}

// wrong shows where a shell line is wrong: the line, and a caret below it.
func (s *Shell) wrong(c call, err error) {
	off := 0
	if e, ok := err.(*script.Error); ok {
		off = e.Off
	}
	place := ""
	if s.input.at.Name != "" && s.input.at.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d: ", s.input.at.Name, s.input.at.Line, strings.Index(string(c.line.text), string(c.arg))+off+1)
	}
	text, caret := script.Caret(command.MaskLine(string(c.line.text)), strings.Index(string(c.line.text), string(c.arg))+off)
	s.say(trace.Warning, "", place+err.Error())
	s.note("  " + text)
	s.note("  " + caret)
	s.notSent(StatusUsage)
	if !s.interactive() && !s.set.KeepGoing && !s.outcome.stopped {
		s.stop("the script ends there (--keep-going)")
	}
}

// sleepCommand performs ":sleep TIME".
func (s *Shell) sleepCommand(t *task, c call) {
	d, ok := script.Duration(string(c.arg))
	if !ok {
		s.usage("usage: :sleep TIME, as in :sleep 20ms (ms, s, min, h, d)")
		return
	}
	if s.sleep(t, "sleep", s.now().Add(d), func() bool { return false }) != nil {
		s.note("not waiting any longer")
	}
}

// print performs ":print TEXT".
func (s *Shell) print(_ *task, c call) {
	text := strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\\`, `\`).Replace(string(c.arg))
	value := s.lookup(c.on)
	v, err := script.Text(text, func(name string) (script.Value, bool) {
		v, ok := value(name)
		if v.Foreign { // a value must not begin a new line or column
			v.Text = strings.NewReplacer("\n", `\x0a`, "\t", `\x09`).Replace(v.Text)
		}
		return v, ok
	})
	if err != nil {
		s.cannotExpand(err)
		return
	}
	if v.Secret {
		v.Text = "••••••"
	}
	s.events.Post(trace.Event{Kind: trace.Printed, At: s.now(), Text: v.Text, File: s.input.at.Name, Line: s.input.at.Line})
}

// require performs ":require CAP …".
func (s *Shell) require(t *task, c call) {
	wanted := strings.Fields(string(c.arg))
	if len(wanted) == 0 {
		s.usage("usage: :require CAPABILITY …")
		return
	}
	if c.on == nil || !c.on.Open() {
		s.warn("not connected: no capabilities are known")
		s.notSent(StatusConnection)
		return
	}
	if pressed := s.ctrlC(); c.on.State().Caps == nil {
		s.do(t, c.on, session.Request{Line: tagger.Line{Text: "CAPABILITY"}, At: c.line.at})
		if pressed() {
			return
		}
	}
	var missing []string
	for _, cap := range wanted {
		if !c.on.View().Has(strings.ToUpper(cap)) {
			missing = append(missing, strings.ToUpper(cap))
		}
	}
	if len(missing) == 0 {
		return
	}
	s.settle()
	why := "the server does not offer " + strings.Join(missing, ", ")
	s.events.Post(trace.Event{Kind: trace.Skipped, Conn: c.on.Name, At: s.now(), Text: why, File: s.input.at.Name, Line: s.input.at.Line})
	if s.interactive() {
		return
	}
	s.script.skipped = why
	s.outcome.raise(StatusFailed)
	s.stop("%s", why)
}

// owesLost notes the loss of a connection, and reports whether the next line may excuse it.
func (s *Shell) owesLost(name string) bool {
	if s.script.cleaning || s.script.over {
		return false
	}
	for ss, a := range s.script.answers {
		if ss.Name == name && a.Any() {
			s.script.owed = append(s.script.owed, owed{on: ss})
			return true
		}
	}
	return false
}

// owesUnsent notes that a line of a script could not be sent because its connection is lost, and reports whether the
// next line may excuse that.
func (s *Shell) owesUnsent(ss *session.Session) bool {
	if ss == nil || s.interactive() || s.script.cleaning || s.script.over || s.user.paste != nil || s.none() {
		return false
	}
	s.answersOf(ss).BeginLost()
	s.excuse(ss)
	s.script.owed = append(s.script.owed, owed{on: ss, at: s.input.at})
	return true
}

// addressee returns the session that a line of a script is for; nil if it is for the shell.
func (s *Shell) addressee(l inputLine) *session.Session {
	st := line.Read(line.Mend(l.text, isBareWord).Text, isBareWord)
	switch {
	case st.Kind == line.Command:
		return s.front
	case st.Kind == line.Shell && st.Arg != "":
		return s.named(st.Word)
	}
	return nil
}

// lookBackFor is how long the next line of a stream may take to arrive once its connection is lost: its writer may
// wait for the end.
const lookBackFor = 200 * time.Millisecond

// looksBackNext reports whether the next line of a script can still run although its connection is lost, because it
// sends nothing.
func (s *Shell) looksBackNext(t *task) bool {
	if s.interactive() || s.quit || s.outcome.stopped {
		return false
	}
	if s.sleep(t, "lookback", s.now().Add(lookBackFor), s.input.ready) != nil || !s.input.ready() {
		return false
	}
	l, st := s.take()
	if st != inputHas {
		return false
	}
	s.input.putAhead(l)
	return s.quietly(l)
}

// cleanAfter runs the deferred lines after an interrupt. Each waits for the server no longer than any other command.
func (s *Shell) cleanAfter() {
	if len(s.script.deferred) == 0 || s.interactive() {
		return
	}
	s.tasks.Stop()
	s.quit = false
	s.note("cleaning up (Ctrl-C quits now)")
	s.tasks.Go(func(t *task) {
		s.cleanUp(t)
		s.quit = true
	})
	for !s.quit {
		s.turn()
	}
}
