package session

import (
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/line"
	"imapsh/internal/response"
	"imapsh/internal/sasl"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

// A Request describes a command for Begin.
type Request struct {
	Line tagger.Line
	At   line.Place
	// Exchange answers the challenges of AUTHENTICATE, and User is who logs in. If it is nil, each challenge needs an
	// Answer.
	Exchange sasl.Exchange
	User     string
	// Initial is the initial response sent with AUTHENTICATE, not encoded; nil if there is none.
	Initial []byte
	// Secrets are what the answers hold, not encoded; they are masked if the server echoes them.
	Secrets []string
	// SecretFrom says in words where a login's secret comes from; "" if it was typed.
	SecretFrom string
	// IdleFor ends an IDLE after this time; 0 means never.
	IdleFor time.Duration
	// Hears are the listeners of the command's own events, in the foreground or not. If Elsewhere is set, the screen
	// leaves out what they hear.
	Hears     []trace.Listener
	Elsewhere bool
	// Saves names the file that bodies are saved to; "" if there is none. The screen need not show them then.
	Saves string
	// Ended is called when the command has ended: it was answered and nothing of it is left to send, or its
	// connection was lost.
	Ended func(*Job)
}

// A Job is a command under way: the steps still to send, then the wait for its tagged response. It belongs to the
// loop.
type Job struct {
	Command    *tagger.Command
	At         line.Place
	SecretFrom string // of the request
	// Err is why the command ended without an answer; nil if it was answered or has not ended.
	Err error

	life     *life
	exchange sasl.Exchange
	reader   sasl.Reader // of an AUTHENTICATE; nil otherwise
	proved   bool        // the server has proved itself in the exchange
	hears    []trace.Listener
	saves    string
	onEnd    func(*Job)
	asked    *tagger.Asked // recognizes the data it has asked for; nil until it is needed
	steps    []tagger.Step

	diverts  bool // the screen leaves out what hears hear
	unseen   bool // the command was put in the background: the screen leaves out what it has asked for
	begun    bool // its first step has been sent
	barrier  bool // it changes the layer
	wait     bool // it waits for a continuation request
	answered bool
	refused  bool // what is left of it must not be sent
	ended    bool
	apart    bool // nobody waits for it, so unsolicited data is for the screen
	agreed   bool // sent as it is: its literal does not wait for the server

	octets  bool                  // a literal that the user announced is being fed
	binary  bool                  // it was announced by "~{n}"
	secret  bool                  // its bytes are a secret
	hidden  bool                  // what the user sends after them is a secret
	rest    bool                  // the rest of the line after the user's literal is needed
	doubted bool                  // the user has been warned about the rest of the line
	source  *tagger.Step          // a literal that is being fed from somewhere else
	literal *command.TypedLiteral // the user's, announced but not begun
	left    int64                 // bytes of the current literal still to come
	size    int64
	said    []byte // the bytes of a secret literal, to be masked if the server echoes them
	after   string // the rest of the line so far

	asking    bool   // a challenge waits for the user's answer
	cancelled bool   // the last answer was "*"
	challenge []byte // the last challenge that the user had to answer; nil if there was none
	idle      *Idling
}

// Want is what a command needs from its owner to continue.
type Want uint8

const (
	// Nothing: the command is being sent, or waits for the server.
	Nothing Want = iota
	// Octets are Left bytes of the current literal: call Feed. If the command was refused, they are dropped.
	Octets
	// Rest is the rest of the line after the user's literal: call Continue, or Drop.
	Rest
	// An Answer is needed to the challenge of an AUTHENTICATE by hand: call Answer.
	Answer
	// Pushes: an IDLE is active, until EndIdle.
	Pushes
)

// Begin sends a command. The session must be connected and Free.
func (s *Session) Begin(r Request) *Job {
	l := s.life
	l.tag.SetLiterals(s.opt.Literals)
	if len(l.tag.InFlight()) == 0 {
		s.hear(&trace.Event{Kind: trace.Begun})
	}
	if r.Initial != nil {
		r.Line.Values = []command.Value{command.InitialValue(r.Initial)}
	}
	out := l.tag.Begin(r.Line)
	l.commands++
	if r.User != "" {
		out.Command.User = r.User
	}
	if out.Repeated {
		s.note(fmt.Sprintf("tag %s is already in flight; answers go to the oldest command with it", out.Command.Tag))
	}
	l.echo.secrets(r.Secrets)
	j := &Job{Command: out.Command, At: r.At, SecretFrom: r.SecretFrom, life: l, exchange: r.Exchange, hears: r.Hears, diverts: r.Elsewhere, saves: r.Saves, onEnd: r.Ended}
	if len(r.Hears) > 0 {
		j.asked = tagger.NewAsked(out.Command)
		l.hearing = append(l.hearing, j)
	}
	if out.Command.Match.Row().Continues == command.Idle {
		j.idle = &Idling{Own: out.Command.Own, For: r.IdleFor}
	}
	if text, typed := j.readsInitial(); typed || r.Initial != nil {
		if !typed {
			text = base64.StdEncoding.EncodeToString(r.Initial)
		}
		read, ok := j.readAnswer(text)
		out.Steps[0].Read = ok
		j.start(out)
		j.says(false, read)
		return j
	}
	j.start(out)
	return j
}

// start begins to send what the tagger has made of a line.
func (j *Job) start(out tagger.Outgoing) {
	l := j.life
	j.Command, j.steps, j.barrier = out.Command, out.Steps, out.Barrier
	j.literal, j.secret, j.hidden = out.Literal, out.LiteralSecret, out.RestSecret
	if j.Command.Match.Row().Layer == command.TLS {
		l.wantedTLS = true
	}
	l.echo.begun(j.Command)
	if way := wayIn(j.Command); way != "" {
		l.tried = append(l.tried, way)
	}
	j.Command.Owner = j
	l.writing = j
	j.advance()
	j.steps = slices.Clone(j.steps) // copied, as the tagger's are valid only until the next Begin
}

// advance does everything that can be done now.
func (j *Job) advance() {
	l := j.life
	for !j.ended && l.s.life == l {
		switch {
		case j.answered && j.Sent() && !j.barrier:
			j.finish(nil)
			return
		case j.source != nil || j.octets:
			return // it is being fed
		case j.wait, j.barrier && len(l.tag.InFlight()) > 1: // it must be alone in flight
			return
		case len(j.steps) > 0:
			st := &j.steps[0]
			j.steps = j.steps[1:]
			j.do(st)
		case j.literal != nil:
			j.left, j.size, j.binary = j.literal.Size, j.literal.Size, j.literal.Binary
			j.literal, j.octets = nil, true
			if !j.refused {
				j.showLiteral("")
			}
			return
		case j.rest:
			return
		default:
			if l.writing == j && !j.wait && !j.barrier {
				l.writing = nil
			}
			return
		}
	}
}

// do performs a step.
func (j *Job) do(st *tagger.Step) {
	l := j.life
	switch st.Kind {
	case tagger.AwaitContinuation:
		if j.answered {
			j.refuse()
			return
		}
		j.wait = true
		l.tag.Hold(j.Command)
	case tagger.SendSource:
		j.source, j.left, j.size = st, st.Size, st.Size
		j.showLiteral(st.Name)
	default:
		if j.begun || j.barrier {
			j.show(st)
		} else {
			l.show(st, j.Command.Begun, j.Command, j.At)
			j.begun = true
		}
		op := conn.Op{Bytes: st.Bytes}
		if j.barrier && len(j.steps) == 0 {
			op.Barrier = j.Command.Tag
			l.change = j
		}
		l.send(op)
	}
}

// show reports what is sent now.
func (j *Job) show(st *tagger.Step) { j.life.show(st, j.life.s.hub.Now(), j.Command, j.At) }

// show reports a step that is sent, its secrets masked, with its time, its command and its line of a script.
func (l *life) show(st *tagger.Step, at time.Time, of *tagger.Command, from line.Place) {
	masked := l.echo.mask.Step(st)
	l.sent = trace.Event{Kind: trace.Sent, At: at, Step: masked, Of: of, File: from.Name, Line: from.Line}
	l.s.hear(&l.sent)
}

// showLiteral announces a literal whose bytes follow; a secret one is shown only as a mask.
func (j *Job) showLiteral(name string) {
	if j.secret {
		j.show(&tagger.Step{Kind: tagger.SendLiteral, Bytes: []byte("secret"), Secrets: []command.Span{{Start: 0, End: 6}}})
		return
	}
	j.show(&tagger.Step{Kind: tagger.SendSource, Size: j.size, Name: name})
}

// Session returns the session that the command runs on.
func (j *Job) Session() *Session { return j.life.s }

// Wants returns what the command needs from its owner to continue.
func (j *Job) Wants() Want {
	switch {
	case j.ended:
		return Nothing
	case j.source != nil, j.octets:
		return Octets
	case len(j.steps) > 0 || j.wait && !j.asking && !j.Idle():
		return Nothing
	case j.asking:
		return Answer
	case j.Idle():
		return Pushes
	case j.rest:
		return Rest
	}
	return Nothing
}

// Source returns where the wanted bytes come from, and its name; nil and "" if the user gives them.
func (j *Job) Source() (io.Reader, string) {
	if j.source == nil {
		return nil, ""
	}
	return j.source.Source, j.source.Name
}

// Left returns how many bytes of the current literal are still to come.
func (j *Job) Left() int64 { return j.left }

// Size returns how many bytes the current literal has.
func (j *Job) Size() int64 { return j.size }

// Binary reports whether the user announced the literal as binary, so that its bytes must not be changed.
func (j *Job) Binary() bool { return j.binary }

// Secret reports whether what the user gives next (bytes, the rest of the line or an answer) is a secret.
func (j *Job) Secret() bool {
	return j.secret || j.rest && !j.octets && j.hidden || j.Answered()
}

// Answered reports whether the user answers the command's challenges by hand.
func (j *Job) Answered() bool {
	return j.exchange == nil && j.Command.Match.Row().Continues == command.SASL
}

// Asked reports whether the server has sent a challenge that the user must answer.
func (j *Job) Asked() bool { return j.challenge != nil }

// Refused reports whether the server has refused the command: what it still wants is read, but not sent.
func (j *Job) Refused() bool { return j.refused }

// Sent reports whether nothing of the command is left to send.
func (j *Job) Sent() bool {
	return len(j.steps) == 0 && j.source == nil && j.literal == nil && !j.octets && !j.rest
}

// Waits reports whether the command waits for a continuation request.
func (j *Job) Waits() bool { return j.wait }

// Barrier reports whether the command changes the layer: nothing can be sent before its answer.
func (j *Job) Barrier() bool { return j.barrier }

// Ended reports whether the command is over: answered with nothing left to send, or its connection lost.
func (j *Job) Ended() bool { return j.ended }

// Hears returns the command's own listeners.
func (j *Job) Hears() []trace.Listener { return j.hears }

// OK reports whether the command was answered OK.
func (j *Job) OK() bool { return j.ended && j.Err == nil && j.Command.Cond == response.OK }

// Challenge returns the challenge that needs an answer, in base64 as received; nil if there was none.
func (j *Job) Challenge() []byte { return j.challenge }

// saidMost is the size in bytes up to which a secret literal is masked in what the server sends.
const saidMost = 64 << 10

// Leave gives the connection back to others: nobody waits for the command any longer. What still waits for a
// continuation request will not be sent.
func (j *Job) Leave() {
	l := j.life
	j.apart = true
	if j.idle != nil {
		j.idle.renewal = false
	}
	if j.wait {
		j.steps, j.literal, j.rest, j.wait, j.asking = nil, nil, false, false, false
	}
	if l.writing == j && j.Sent() {
		l.writing = nil
	}
}

// Hide makes the screen leave out what the command has asked for from now on; l hears it instead. It returns false if
// the screen leaves it out anyway, or the command has ended.
func (j *Job) Hide(l trace.Listener) bool {
	if j.diverts || j.ended {
		return false
	}
	if len(j.hears) == 0 {
		j.life.hearing = append(j.life.hearing, j)
	}
	j.unseen, j.hears = true, append(slices.Clip(j.hears), l)
	return true
}

// Show ends the effect of Hide.
func (j *Job) Show() { j.unseen = false }

// Apart says that nobody waits for the command: unsolicited data is then for the screen.
func (j *Job) Apart() { j.apart = true }

// finish ends a job. cause is nil if its command has been answered.
func (j *Job) finish(cause error) {
	if j.ended {
		return
	}
	l := j.life
	j.ended, j.wait, j.asking = true, false, false
	if j.source != nil {
		closeSource(j.source)
		j.source = nil
	}
	for i := range j.steps {
		if j.steps[i].Kind == tagger.SendSource {
			closeSource(&j.steps[i])
		}
	}
	if cause != nil || !j.answered {
		j.Err = cause
		if cause == nil {
			j.Err = io.EOF
		}
		l.tag.Forget(j.Command)
	}
	if l.writing == j {
		l.writing = nil
	}
	for i, h := range l.hearing {
		if h == j {
			l.hearing = append(l.hearing[:i:i], l.hearing[i+1:]...)
			break
		}
	}
	if j.onEnd != nil {
		j.onEnd(j)
	}
	if w := l.writing; w != nil && w.barrier && l.s.life == l {
		w.advance() // it waited to be alone in flight
	}
}
