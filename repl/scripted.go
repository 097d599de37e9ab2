package repl

import (
	"fmt"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/script"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// scripted is what the language of scripts keeps: names, what was answered, and what is still to be said of it.
type scripted struct {
	names   script.Names
	set     map[string]bool // the names that :set has given: a round of :each does not end them
	answers map[*session.Session]*script.Answers
	leave   map[*session.Session]func()
	looks   bool // somebody may look back: what comes is kept
	// last is the last command of each session as it can be sent again; nil if it cannot.
	last map[*session.Session]*repeatable
	// asking is the session for which a line of the user's is being sent.
	asking *session.Session
	// owed are failures that an expect may still excuse.
	owed     []owed
	deferred []deferred
	cleaning bool                    // the deferred lines run
	over     bool                    // no line is left that could expect a failure
	then     map[string]script.Value // what names were when the line that runs was deferred
	skipped  string
}

// An owed is a failure of a command, or the loss of a connection (job is nil), that counts unless the next line
// expects it.
type owed struct {
	on  *session.Session
	job *session.Job
	at  line.Place // the line that could not be sent to a lost connection; zero if there was none
}

// A repeatable is a command that only asks.
type repeatable struct {
	body command.Text
	line inputLine
}

// looksBack are the words of a script's lines that say nothing to the server: what failed before them may still be
// excused.
var looksBack = map[string]bool{"expect": true, "set": true, "print": true, "sleep": true, "defer": true, "require": true}

// settle has what failed count, now that no expect excuses it.
func (s *Shell) settle() { s.settleBut(nil) }

// settleBut is settle, but the loss of one connection can still be excused: the next line goes there, too.
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

// owes notes a failure that the next line may excuse, and reports whether it does: in a script only, of a command
// that one can look back at.
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

// excuse drops what is owed of a session.
func (s *Shell) excuse(ss *session.Session) {
	kept := s.script.owed[:0]
	for _, o := range s.script.owed {
		if o.on != ss {
			kept = append(kept, o)
		}
	}
	s.script.owed = kept
}

// quietly reports whether a line leaves open what is owed.
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

// expect is "expect [not] [within TIME] WHAT".
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

// compares reports whether an expectation has comparisons only.
func compares(e *script.Expectation) bool {
	for i := range e.Ways {
		if !e.Ways[i].Compares() {
			return false
		}
	}
	return true
}

// unmet says that an expectation is not fulfilled; a script ends there.
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
		s.stop("stopped by what was expected (--keep-going)")
	}
	s.input.drop()
	s.outcome.stopped = true
}

// instead says what came in place of what was expected.
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

// repeatEvery is how long expect within waits before it sends a command again.
const repeatEvery = time.Second

// holds waits until an expectation holds, as long as it may take, and returns how it went.
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
		if !s.now().Before(until) || ss == nil || !ss.Connected() && a.Changes() == changes {
			return f, nil
		}
	}
}

// repeat sends a command that only asks again, after NOOP: some servers say only then what is new.
func (s *Shell) repeat(t *task, ss *session.Session, a *script.Answers, r *repeatable) {
	at := s.input.at
	defer func() { s.input.at = at }()
	if !strings.EqualFold(string(r.body), "NOOP") {
		s.send(t, ss, line.Statement{Kind: line.Command, Place: r.line.at, Typed: "NOOP", Body: "NOOP"}, inputLine{text: "NOOP", at: within(r.line.at)})
	}
	if ss.Open() {
		a.Again()
		s.script.asking = ss
		s.send(t, ss, line.Statement{Kind: line.Command, Place: r.line.at, Typed: r.body, Body: r.body}, inputLine{text: r.body, at: within(r.line.at)})
		s.script.asking = nil
	}
}

// within names a place that no line was typed at: it is not one to remember.
func within(at line.Place) line.Place {
	if at.Name == "" {
		at.Name = "expect"
	}
	return at
}

// sends notes that a line of the user's goes to a session, as a command that can be repeated or not.
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

// wrong says where a line of the shell is wrong: the line, and below it a caret.
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

// sleepCommand is ":sleep TIME".
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

// print is ":print TEXT".
func (s *Shell) print(_ *task, c call) {
	text := strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\\`, `\`).Replace(string(c.arg))
	value := s.lookup(c.on)
	v, err := script.Text(text, func(name string) (script.Value, bool) {
		v, ok := value(name)
		if v.Foreign { // one value begins no line and no column of its own
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

// require is ":require CAP …".
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
	if c.on.State().Caps == nil {
		s.do(t, c.on, session.Request{Line: tagger.Line{Text: "CAPABILITY"}, At: c.line.at})
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

// owesLost notes the loss of a connection that the next line may expect.
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

// owesUnsent notes that a line of a script could not be sent because its connection is lost, which is how the line was
// answered: the next one may expect that. It reports whether it does.
func (s *Shell) owesUnsent(ss *session.Session) bool {
	if ss == nil || s.interactive() || s.script.cleaning || s.script.over || s.user.paste != nil || s.none() {
		return false
	}
	s.answersOf(ss).BeginLost()
	s.excuse(ss)
	s.script.owed = append(s.script.owed, owed{on: ss, at: s.input.at})
	return true
}

// addressee returns the session that a line of a script goes to; nil if it is the shell's.
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

// lookBackFor is how long the next line of a stream may take to come after its connection is gone: whoever writes
// it may wait for the end.
const lookBackFor = 200 * time.Millisecond

// looksBackNext reports whether the next line of a script whose connection is gone can still run: it says nothing
// to the server.
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

// cleanAfter runs what was deferred after an interrupt: it waits for the server at most as long as for any command.
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
