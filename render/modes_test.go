package render

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/sasl"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// A happening is an event as a mode gets it, and what must be visible of it.
type happening struct {
	hear  func(*scene) []trace.Event
	shows string // in every mode, on one of the outputs
	// silent says why the event shows nothing by itself; shows is empty then.
	silent string
}

// response returns a complete response on the connection bob, and the parts in which it came.
func (s *scene) response(line string) []trace.Event {
	var all []trace.Event
	for _, p := range s.framer.Feed([]byte(line), nil, &s.arena) {
		all = append(all, trace.Event{Kind: trace.Octets, Part: &p})
		if p.Kind == wire.End {
			v := s.decoder.Decode(p.Frame)
			seen := &tagger.Event{Conn: "bob", Frame: p.Frame, Value: v, Oddities: append([]wire.Oddity(nil), s.decoder.Odd...)}
			all = append(all, trace.Event{Kind: trace.Response, Seen: seen})
		}
	}
	return all
}

// one returns a single event.
func one(e trace.Event) func(*scene) []trace.Event {
	return func(*scene) []trace.Event { return []trace.Event{e} }
}

var (
	safeLink, clearLink = secured(), inClear()
	source              = trace.Event{Kind: trace.Sent, Step: &tagger.Step{Kind: tagger.SendSource, Size: 6, Name: "message.eml"}}
)

// happenings has one for each kind of trace.Kind, by its name.
var happenings = map[string]happening{
	"Octets": {silent: "they are shown with their response, unless the mode shows bytes: see the test of bytes",
		hear: one(trace.Event{Kind: trace.Octets, Data: nil})},
	"Response": {hear: func(s *scene) []trace.Event { return s.response("* 7 EXISTS\r\n") }, shows: "7 EXISTS"},
	"Sent":     {hear: one(trace.Event{Kind: trace.Sent, Step: &tagger.Step{Bytes: []byte("a001 NOOP\r\n")}}), shows: "a001 NOOP"},
	"SentData": {hear: func(*scene) []trace.Event {
		return []trace.Event{source, {Kind: trace.SentData, Data: []byte("octets\r\n")}}
	}, shows: "octets"},
	"SentEnd": {hear: func(*scene) []trace.Event {
		return []trace.Event{source, {Kind: trace.SentData, Data: []byte("a tail")}, {Kind: trace.SentEnd}}
	}, shows: "a tail"},
	"Begun":      {silent: "it is where the exchange that :last shows begins", hear: one(trace.Event{Kind: trace.Begun})},
	"Connected":  {hear: one(trace.Event{Kind: trace.Connected, Info: &safeLink}), shows: "192.0.2.10:993"},
	"Secured":    {hear: one(trace.Event{Kind: trace.Secured, Info: &safeLink}), shows: "TLS 1.3"},
	"Handshake":  {hear: one(trace.Event{Kind: trace.Handshake, Info: &safeLink}), shows: "TLS 1.3"},
	"Compressed": {hear: one(trace.Event{Kind: trace.Compressed, Info: &clearLink}), shows: "compressed"},
	"Timing":     {hear: one(trace.Event{Kind: trace.Timing, Info: &safeLink, Elapsed: time.Millisecond, Auth: 120 * time.Millisecond}), shows: "120"},
	"Traffic": {hear: one(trace.Event{Kind: trace.Traffic, Info: &safeLink, Elapsed: time.Minute, Carried: &trace.Carried{
		Traffic: conn.Traffic{Sent: conn.Flow{IMAP: 340, Wire: 410}}, Commands: 12, Trips: 9,
	}}), shows: "410"},
	"Discarded": {hear: one(trace.Event{Kind: trace.Discarded, Data: []byte("forged")}), shows: "forged"},
	"Lost":      {hear: one(trace.Event{Kind: trace.Lost, Info: &clearLink, Err: errors.New("EOF"), Text: "the cable is cut"}), shows: "the cable is cut"},
	"Note":      {hear: one(trace.Event{Kind: trace.Note, Text: "a note"}), shows: "a note"},
	"Warning":   {hear: one(trace.Event{Kind: trace.Warning, Text: "a warning"}), shows: "a warning"},
	"Exchange":  {hear: one(trace.Event{Kind: trace.Exchange, Message: &trace.Message{Mechanism: "PLAIN", Fields: []sasl.Field{{Name: "user", Value: "alice"}}}}), shows: "alice"},
	"Expected":  {hear: one(trace.Event{Kind: trace.Expected, Text: "* 1 EXISTS", Got: "* 2 EXISTS", File: "push.imap", Line: 9}), shows: "* 2 EXISTS"},
	"Printed":   {hear: one(trace.Event{Kind: trace.Printed, Text: "3 messages"}), shows: "3 messages"},
	"Skipped":   {hear: one(trace.Event{Kind: trace.Skipped, Text: "the server does not offer MOVE"}), shows: "does not offer MOVE"},
	"Text":      {hear: one(trace.Event{Kind: trace.Text, Data: []byte("what it says\n")}), shows: "what it says"},
}

func TestEveryModeShowsEveryKindOfEventAndOnWhichConnection(t *testing.T) {
	for _, kind := range traceKinds(t) {
		h, ok := happenings[kind]
		if !ok {
			t.Errorf("trace.%s is shown to no mode: add it to happenings in render/modes_test.go, and to Hear in render/listen.go", kind)
			continue
		}
		for _, m := range Modes() {
			for _, terminal := range []bool{false, true} {
				s := newScene(t, Options{Mode: m.Mode, Terminal: terminal})
				events := h.hear(s)
				for i := range events {
					events[i].Conn, events[i].At = "bob", s.now
					s.r.Hear(&events[i])
				}
				got := s.text()
				switch {
				case h.shows == "" && got != "":
					t.Errorf("%s at a terminal %v shows %q of %s, and the test says why it is silent: %s", m.Word, terminal, got, kind, h.silent)
				case !strings.Contains(got, h.shows):
					t.Errorf("%s at a terminal %v\n got  %q\n want %q of %s, which Hear in render/listen.go brings to the mode", m.Word, terminal, got, h.shows, kind)
				case h.shows != "" && kind != "Text" && kind != "Printed" && !(m.bytes && kind == "Response") && !strings.Contains(got, "bob"):
					t.Errorf("%s at a terminal %v shows %q of %s, but not that it was on bob", m.Word, terminal, got, kind)
				}
			}
		}
	}
}

func TestEveryModeShowsBytesThatAreNotKept(t *testing.T) {
	const octets = "abcdefghijkl"
	for _, m := range Modes() {
		s := newScene(t, Options{Mode: m.Mode})
		s.framer.MaxLiteral, s.framer.MaxKept = 10, 60
		for _, e := range s.response("* 1 FETCH (BODY[] {36}\r\n" + strings.Repeat(octets, 3) + ")\r\n") {
			s.r.Hear(&e)
		}
		got := s.text()
		if !strings.Contains(got, octets) && !strings.Contains(got, base64.StdEncoding.EncodeToString([]byte(octets))) {
			t.Errorf("%s\n got  %q\n want %s in it, or the same in base64", m.Word, got, octets)
		}
	}
}

func TestEveryModeWhoseRowSaysBytesShowsThemUnchanged(t *testing.T) {
	const octets = "* 1 EXISTS\r\n* 2 EXISTS\r\n"
	some := false
	for _, m := range Modes() {
		if !m.bytes {
			continue
		}
		some = true
		s := newScene(t, Options{Mode: m.Mode})
		s.r.Hear(&trace.Event{Kind: trace.Octets, Data: []byte(octets)})
		s.r.Pause()
		if got := s.text(); !strings.Contains(got, octets) {
			t.Errorf("%s shows %q of the bytes of several responses, want them unchanged: its row says bytes, so that its method bytes must show them", m.Word, got)
		}
	}
	if !some {
		t.Error("no row says bytes")
	}
}

func TestEveryModeShowsADeviationByItsName(t *testing.T) {
	for _, m := range Modes() {
		s := newScene(t, Options{Mode: m.Mode})
		for _, e := range s.response("* 7 EXISTS \r\n") {
			s.r.Hear(&e)
		}
		if got := s.text(); !strings.Contains(got, "trailing-blank") {
			t.Errorf("%s\n got  %q\n want trailing-blank in it", m.Word, got)
		}
	}
}

func TestNoModeShowsASecret(t *testing.T) {
	for _, m := range Modes() {
		s := newScene(t, Options{Mode: m.Mode})
		s.send("a001", "LOGIN alice geheim", command.Span{Start: 12, End: 18})
		if got := s.text(); strings.Contains(got, "geheim") || !strings.Contains(got, "LOGIN alice "+secret) {
			t.Errorf("%s\n got  %q\n want %s for the password", m.Word, got, secret)
		}
	}
}

func TestEveryModeIsARowWithItsOwnWord(t *testing.T) {
	words := map[string]bool{}
	for i, m := range Modes() {
		if m.Mode != Mode(i) || m.Word == "" || m.Word != strings.ToLower(m.Word) || words[m.Word] || m.new == nil {
			t.Errorf("row %d of modes in render/modes.go: the word %q, which must be in lower case, is missing or appears twice, or new is", i, m.Word)
		}
		words[m.Word] = true
	}
	if n := len(constants(t, "modes.go", "Mode")); n != len(modes) {
		t.Errorf("there are %d modes and %d rows: a Mode without one shows nothing", n, len(modes))
	}
}

func TestJSONIsOneObjectPerLineWhateverHappens(t *testing.T) {
	for name, h := range happenings {
		s := newScene(t, Options{Mode: JSON})
		for _, e := range h.hear(s) {
			s.r.Hear(&e)
		}
		s.r.Pause()
		for line := range strings.Lines(s.out.String()) {
			if !json.Valid([]byte(line)) {
				t.Errorf("%s: not JSON: %s", name, line)
			}
		}
	}
}

// traceKinds returns the names of the constants of trace.Kind.
func traceKinds(t *testing.T) []string {
	t.Helper()
	return constants(t, "../internal/trace/event.go", "Kind")
}

// constants returns the names of the constants of a type that a file declares in one block, with iota.
func constants(t *testing.T, file, typ string) (names []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		block, ok := d.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST {
			continue
		}
		first, ok := block.Specs[0].(*ast.ValueSpec).Type.(*ast.Ident)
		if !ok || first.Name != typ {
			continue
		}
		for _, spec := range block.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				names = append(names, name.Name)
			}
		}
	}
	if len(names) == 0 {
		t.Fatalf("%s has no constants of %s", file, typ)
	}
	return names
}
