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

// A Request is what Begin makes a command of.
type Request struct {
	Line tagger.Line
	At   line.Place
	// Exchange answers the challenges of AUTHENTICATE, and User is who logs in so; without one each
	// challenge wants an Answer.
	Exchange sasl.Exchange
	User     string
	// Initial is the initial response that is sent with AUTHENTICATE; nil for none.
	Initial []byte
	// Secrets are what the answers hold, as they are: they are masked if the server echoes them.
	Secrets []string
	// SecretFrom says in words where a login's secret is from; "" if it was typed.
	SecretFrom string
	// IdleFor ends an IDLE by itself; 0 is not.
	IdleFor time.Duration
	// Hears hear the command's events wherever it runs. With Elsewhere the screen is to leave out
	// what they hear.
	Hears     []trace.Listener
	Elsewhere bool
	// Saves names the file that the values of bodies go to; "" for none. Who looks on need not see them too.
	Saves string
	// Ended is called when the command has ended: answered and nothing of it left, or its
	// connection lost.
	Ended func(*Job)
}

// A Job is a command on its way: the steps still to send, then the wait for its tagged response.
type Job struct {
	Command    *tagger.Command
	At         line.Place
	SecretFrom string // of the request
	// Err is why it ended without an answer, nil while it has not.
	Err error

	life     *life
	exchange sasl.Exchange
	reader   sasl.Reader // of an AUTHENTICATE; nil otherwise
	proved   bool        // the server has proved itself in the exchange
	hears    []trace.Listener
	saves    string
	onEnd    func(*Job)
	asked    *tagger.Asked // what it has asked for; nil before somebody wants to know
	steps    []tagger.Step

	diverts  bool // the screen leaves out what they hear
	unseen   bool // and, of a command that was left, what it has asked for
	begun    bool // its first step has been sent
	barrier  bool
	wait     bool // for a continuation request
	answered bool
	refused  bool // what is left of it must not be sent
	ended    bool
	apart    bool // nobody waits for it: what comes unasked is for the screen
	agreed   bool // sent as it is: its literal goes without the server's consent

	octets  bool                  // the user's literal is being fed
	binary  bool                  // it was announced by "~{n}"
	secret  bool                  // its bytes are a secret
	hidden  bool                  // what the user sends after them is one
	rest    bool                  // the line continues after the user's literal
	doubted bool                  // of what it has continued with, a doubt has been said
	source  *tagger.Step          // a literal that is being fed from somewhere else
	literal *command.TypedLiteral // the user's, announced and not begun
	left    int64                 // bytes of the literal in hand still to come
	size    int64
	said    []byte // what has been sent of a secret one, to be masked if it comes back
	after   string // what the line has continued with so far

	asking    bool
	cancelled bool   // the last answer was "*"
	challenge []byte // one that waits for the user's answer
	idle      *Idling
}

// Want is what a command needs of its owner to continue.
type Want uint8

const (
	// Nothing: it is being sent, or the server's turn it is.
	Nothing Want = iota
	// Octets are Left bytes of the literal in hand: Feed. Refused ones are read and not sent.
	Octets
	// Rest is what the line continues with after the user's literal: Continue, or Drop.
	Rest
	// Answer is one to the challenge of an AUTHENTICATE by hand.
	Answer
	// Pushes: IDLE is on, until EndIdle.
	Pushes
)

// Begin sends a command. There must be a connection, and it must be Free.
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

// start puts what the tagger has made of a line on its way.
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
	j.steps = slices.Clone(j.steps) // those that must wait: the tagger's are valid until the next Begin
}

// advance does all that can be done now.
func (j *Job) advance() {
	l := j.life
	for !j.ended && l.s.life == l {
		switch {
		case j.answered && j.Sent() && !j.barrier:
			j.finish(nil)
			return
		case j.source != nil || j.octets:
			return // it is being fed
		case j.wait, j.barrier && len(l.tag.InFlight()) > 1: // alone in flight
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

// do carries out a step.
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

// show says what is sent now.
func (j *Job) show(st *tagger.Step) { j.life.show(st, j.life.s.hub.Now(), j.Command, j.At) }

// show says what is sent, its secrets masked: when, of which command, and which line of a script it is from.
func (l *life) show(st *tagger.Step, at time.Time, of *tagger.Command, from line.Place) {
	masked := l.echo.mask.Step(st)
	l.sent = trace.Event{Kind: trace.Sent, At: at, Step: masked, Of: of, File: from.Name, Line: from.Line}
	l.s.hear(&l.sent)
}

// showLiteral announces a literal whose bytes follow; a secret one is shown as its mask.
func (j *Job) showLiteral(name string) {
	if j.secret {
		j.show(&tagger.Step{Kind: tagger.SendLiteral, Bytes: []byte("secret"), Secrets: []command.Span{{Start: 0, End: 6}}})
		return
	}
	j.show(&tagger.Step{Kind: tagger.SendSource, Size: j.size, Name: name})
}

// Session returns the session that it runs on.
func (j *Job) Session() *Session { return j.life.s }

// Wants returns what the command needs of its owner to continue.
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

// Source returns where the bytes wanted come from, and its name; nil if they are the user's.
func (j *Job) Source() (io.Reader, string) {
	if j.source == nil {
		return nil, ""
	}
	return j.source.Source, j.source.Name
}

// Left returns how many bytes of the literal in hand are still to come, and Size how many it has.
func (j *Job) Left() int64 { return j.left }

// Size returns how many bytes the literal in hand has in all.
func (j *Job) Size() int64 { return j.size }

// Binary reports whether the user's literal was announced as binary: its bytes are as they are.
func (j *Job) Binary() bool { return j.binary }

// Secret reports whether the bytes wanted, the rest of the line or the answers of the user are a secret.
func (j *Job) Secret() bool {
	return j.secret || j.rest && !j.octets && j.hidden || j.Answered()
}

// Answered reports whether it is the user who answers its challenges.
func (j *Job) Answered() bool {
	return j.exchange == nil && j.Command.Match.Row().Continues == command.SASL
}

// Asked reports whether the server has asked for an answer.
func (j *Job) Asked() bool { return j.challenge != nil }

// Refused reports whether the server has refused the command: what it still wants is read, not sent.
func (j *Job) Refused() bool { return j.refused }

// Sent reports whether nothing of it is left to send.
func (j *Job) Sent() bool {
	return len(j.steps) == 0 && j.source == nil && j.literal == nil && !j.octets && !j.rest
}

// Waits reports whether it waits for a continuation request.
func (j *Job) Waits() bool { return j.wait }

// Barrier reports whether it changes the layer: nothing can be sent before its answer.
func (j *Job) Barrier() bool { return j.barrier }

// Ended reports whether it is over: answered and nothing of it left, or the connection lost.
func (j *Job) Ended() bool { return j.ended }

// Hears returns the command's own listeners.
func (j *Job) Hears() []trace.Listener { return j.hears }

// OK reports whether it was answered OK.
func (j *Job) OK() bool { return j.ended && j.Err == nil && j.Command.Cond == response.OK }

// Challenge returns the challenge that wants an answer.
func (j *Job) Challenge() []byte { return j.challenge }

// saidMost is up to which size, in bytes, a secret literal is searched for in what the server says.
const saidMost = 64 << 10

// Leave gives the connection back to others: nobody waits for the command any longer, and what waits
// for a continuation request will not be sent.
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

// Hide has the screen leave out what the command has asked for, from here on; l hears it. It reports
// whether it does: not if the screen leaves it out as it is, or the command has ended.
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

// Show ends Hide.
func (j *Job) Show() { j.unseen = false }

// Apart says that nobody waits for the command: what comes unasked is for the screen.
func (j *Job) Apart() { j.apart = true }

// finish is the end of a job: nil if its command has been answered.
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
