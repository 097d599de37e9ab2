package repl

import (
	"imapsh/internal/command"
	"imapsh/internal/wire"
	"imapsh/render"
	"imapsh/tagger"
)

// A screen is where all that happens is shown: to the user, and in the transcript
// that --log keeps. Both get everything, in the same order.
type screen struct {
	*render.Renderer
	log *render.Renderer // nil without
}

func (v *screen) Part(conn string, p *wire.Part) {
	v.Renderer.Part(conn, p)
	if v.log != nil {
		v.log.Part(conn, p)
	}
}

func (v *screen) Event(e *tagger.Event) {
	v.Renderer.Event(e)
	if v.log != nil {
		v.log.Event(e)
	}
}

func (v *screen) Sent(conn string, st *tagger.Step) {
	v.Renderer.Sent(conn, st)
	if v.log != nil {
		v.log.Sent(conn, st)
	}
}

func (v *screen) SentData(conn string, b []byte) {
	v.Renderer.SentData(conn, b)
	if v.log != nil {
		v.log.SentData(conn, b)
	}
}

func (v *screen) SentEnd(conn string) {
	v.Renderer.SentEnd(conn)
	if v.log != nil {
		v.log.SentEnd(conn)
	}
}

func (v *screen) Note(text string) {
	v.Renderer.Note(text)
	if v.log != nil {
		v.log.Note(text)
	}
}

func (v *screen) Warn(text string) {
	v.Renderer.Warn(text)
	if v.log != nil {
		v.log.Warn(text)
	}
}

// showSent shows a step as it is sent.
func (s *Shell) showSent(st tagger.Step) { s.out.Sent("", &st) }

// showFeed announces a literal whose octets follow with showOctets; a secret one is shown as its mask.
func (s *Shell) showFeed(f *feed) {
	if f.secret {
		s.showSent(tagger.Step{Kind: tagger.SendLiteral, Bytes: []byte("secret"), Secrets: []command.Span{{Start: 0, End: 6}}})
		return
	}
	s.showSent(tagger.Step{Kind: tagger.SendSource, Size: f.size, Name: f.name})
}

func (s *Shell) showOctets(f *feed, b []byte) {
	if f.secret {
		return
	}
	s.out.SentData("", b)
	if f.left == 0 {
		s.out.SentEnd("")
	}
}
