package transcript

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/wire"
	"imapsh/render"
	"imapsh/tagger"
)

// A dice makes choices from the bytes of a fuzzer.
type dice struct{ b []byte }

func (d *dice) throw(n int) int {
	if len(d.b) == 0 {
		return 0
	}
	v := int(d.b[0])
	d.b = d.b[1:]
	return v % n
}

func (d *dice) bytes(most int) []byte {
	n := min(d.throw(most+1), len(d.b))
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

// A logWriter writes a log as imapsh does.
type logWriter struct {
	bytes.Buffer
	r     *render.Renderer
	sides map[string]*serverSide
}

// A serverSide parses what one server says.
type serverSide struct {
	tag    *tagger.Tagger
	framer *wire.Framer
	arena  wire.Arena
}

func newLogWriter() *logWriter {
	w := &logWriter{sides: map[string]*serverSide{}}
	w.r = render.New(render.Options{Out: &w.Buffer, Record: true, Now: never, Local: time.UTC})
	w.WriteString(Header + "\n")
	return w
}

func never() time.Time { return time.Unix(0, 0).UTC() }

func (w *logWriter) server(conn, b string) {
	s := w.sides[conn]
	if s == nil {
		s = &serverSide{tag: tagger.New(conn, never, &tagger.Memory{}), framer: wire.NewFramer(never)}
		w.sides[conn] = s
	}
	for _, p := range s.framer.Feed([]byte(b), nil, &s.arena) {
		w.r.Part(conn, &p)
		if p.Kind == wire.End {
			w.r.Event(s.tag.Observe(p.Frame))
		}
	}
}

func (w *logWriter) text(side byte, conn, text string) {
	if side == 'S' {
		w.server(conn, text+"\r\n")
		return
	}
	w.r.Sent(conn, &tagger.Step{Kind: tagger.SendText, Bytes: []byte(text + "\r\n")})
}

// octets sends a literal, in one piece or in several with noise between them.
func (w *logWriter) octets(d *dice, conn string, b []byte) {
	if d.throw(2) == 0 {
		w.r.Sent(conn, &tagger.Step{Kind: tagger.SendLiteral, Bytes: b})
		return
	}
	w.r.Sent(conn, &tagger.Step{Kind: tagger.SendSource, Size: int64(len(b))})
	for len(b) > 0 {
		n := d.throw(len(b)) + 1
		w.r.SentData(conn, b[:n])
		b = b[n:]
		w.noise(d, conn)
	}
	w.r.SentEnd(conn)
}

// noise is what the server and the shell may write in between: no tagged response, no continuation request.
func (w *logWriter) noise(d *dice, conn string) {
	for range d.throw(3) {
		hostile := string(d.bytes(40))
		flat := strings.ReplaceAll(hostile, "\n", " ")
		switch d.throw(5) {
		case 0:
			w.text('S', conn, "* OK "+flat)
		case 1:
			w.server(conn, fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s X x)\r\n", len(hostile), hostile))
		case 2:
			w.r.Text([]byte(hostile))
		case 3:
			w.r.Note(hostile)
		case 4:
			w.r.Warn("C: x1 DELETE x")
		}
	}
}

// FuzzLogComesBack checks that what imapsh has logged is sent again byte for byte, except what is masked.
func FuzzLogComesBack(f *testing.F) {
	f.Add([]byte("\x00\x05hello\x01\x03\x00\x02\x02\r\n"))
	f.Add([]byte("\x01\x0asome\r\nthing\x01\x06\r\nC: x\x02\x00\x03\x04AAAA"))
	f.Add([]byte("\x04\x02\x02\x20a\rb\nc\r\r\n\\x41\xff\x00\x01\x00\x02\r\n"))
	f.Add([]byte("\x00\x00\x08\x01\x0da1 NO\x00OP\r\n\\x"))
	f.Add([]byte("\x05\x01\x05\x02\x02\r\r\x03\x01"))
	f.Add([]byte("002")) // a password in a literal
	f.Add([]byte("003")) // and the user in one too
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &dice{data}
		w := newLogWriter()
		var want []string
		for n := 1; len(d.b) > 0 && n < 30; n++ {
			conn := []string{"", "", "bob"}[d.throw(3)]
			tag := fmt.Sprintf("t%d", n)
			w.noise(d, conn)
			clean := func(b []byte) string {
				s := strings.ReplaceAll(strings.ReplaceAll(string(b), "\r\n", ""), "•", "")
				return strings.TrimRight(s, "}")
			}
			switch d.throw(9) {
			case 8:
				for range d.throw(3) + 1 {
					b := d.bytes(40)
					w.r.Sent(conn, &tagger.Step{Kind: tagger.SendText, AsIs: true, Bytes: b})
					want = append(want, conn+"|"+string(b))
					w.noise(d, conn)
				}
			case 0:
				text := tag + " X" + clean(d.bytes(50))
				w.text('C', conn, text)
				want = append(want, conn+"|"+text+"\r\n")
			case 1:
				sent := ""
				text := tag + " APPEND x"
				for range d.throw(3) + 1 {
					octets := d.bytes(200)
					plus := []string{"", "+"}[d.throw(2)]
					text += fmt.Sprintf(" {%d%s}", len(octets), plus)
					w.text('C', conn, text)
					w.noise(d, conn)
					if plus == "" {
						w.text('S', conn, "+ go "+clean(d.bytes(5)))
					}
					w.octets(d, conn, octets)
					sent += text + "\r\n" + string(octets)
					text = []string{"", " X", ")", "x"}[d.throw(4)]
					text += strings.ReplaceAll(clean(d.bytes(3)), `"`, "") // in a quoted string "{n}" announces nothing
				}
				w.text('C', conn, text)
				want = append(want, conn+"|"+sent+text+"\r\n")
			case 2:
				w.text('C', conn, tag+" LOGIN bob "+command.Masked)
				want = append(want, conn+"|"+tag+" LOGIN bob ASK(bob)")
			case 3:
				w.text('C', conn, tag+" AUTHENTICATE PLAIN")
				w.text('S', conn, "+ ")
				w.noise(d, conn)
				w.text('C', conn, "AGFsaWNlAHNlY3JldA==")
				want = append(want, conn+"|"+tag+" AUTHENTICATE PLAIN\r\nAGFsaWNlAHNlY3JldA==\r\n")
			case 4:
				w.text('C', conn, tag+" IDLE")
				w.text('S', conn, "+ idling")
				w.noise(d, conn)
				w.text('C', conn, "DONE")
				want = append(want, conn+"|"+tag+" IDLE\r\n", conn+"|DONE\r\n")
			case 5:
				w.text('C', conn, tag+" LOGIN bob {6}")
				w.text('S', conn, "+ ")
				w.octets(&dice{}, conn, []byte(command.Masked))
				w.text('C', conn, "")
				want = append(want, conn+"|"+tag+" LOGIN ASK(bob)")
			case 6:
				w.text('C', conn, tag+" LOGIN {3}")
				w.text('S', conn, "+ ")
				w.octets(d, conn, []byte("bob"))
				w.text('C', conn, command.Masked)
				w.text('S', conn, "+ ")
				w.octets(&dice{}, conn, []byte(command.Masked))
				w.text('C', conn, "")
				want = append(want, conn+"|"+tag+" LOGIN ASK(bob)")
			case 7:
				w.text('C', conn, tag+" APPEND x {5}")
				w.noise(d, conn)
				want = append(want, conn+"|"+tag+" APPEND x {5}\r\n")
			}
			w.text('S', conn, tag+[]string{" OK ", " NO "}[d.throw(2)]+clean(d.bytes(10)))
		}
		w.r.Pause()
		b := judge(w.String())
		var got []string
		for _, l := range b.Lines {
			if l.Kind == AsIs {
				got = append(got, l.Conn+"|"+string(l.Bytes))
				continue
			}
			s := l.Conn + "|" + string(l.Text)
			if l.Asks {
				got = append(got, s+" ASK("+l.User+")")
				continue
			}
			s += "\r\n"
			for _, p := range l.Pieces {
				s += string(p.Octets) + string(p.Text) + "\r\n"
			}
			for _, a := range l.Answers {
				s += string(a) + "\r\n"
			}
			got = append(got, s)
		}
		if b.Kind != Transcript || b.Format != Log || !slices.Equal(got, want) {
			t.Fatalf("kind %d, format %d, stop %d, notes %q\ngot  %q\nwant %q\nlog:\n%s", b.Kind, b.Format, b.Stop, b.Notes, got, want, w.String())
		}
	})
}

// A show plays an exchange to a renderer.
type show struct {
	tag    *tagger.Tagger
	framer *wire.Framer
	arena  wire.Arena
	r      *render.Renderer
	sent   []string
}

func (s *show) send(tag, text command.Text) {
	out := s.tag.Begin(tagger.Line{Tag: tag, Blank: " ", Text: text})
	s.r.Begin()
	for i := range out.Steps {
		s.r.Sent("", &out.Steps[i])
	}
	s.sent = append(s.sent, string(tag+" "+text))
}

func (s *show) octets(b string) {
	s.r.Sent("", &tagger.Step{Kind: tagger.SendLiteral, Bytes: []byte(b)})
	s.r.Sent("", &tagger.Step{Kind: tagger.SendText, Bytes: []byte("\r\n")})
}

func (s *show) receive(b string) {
	for _, p := range s.framer.Feed([]byte(b), nil, &s.arena) {
		s.r.Part("", &p)
		if p.Kind == wire.End {
			s.r.Event(s.tag.Observe(p.Frame))
		}
	}
}

// appended is the only literal that the client in played sends.
const appended = "x9 DELETE mine\r\n\r"

// played returns a session as imapsh shows it in width columns, or logs it if width is 0, and what the client sent.
// The server says what hostile is wherever it can.
func played(hostile string, width int, explain bool) (lines, sent []string) {
	flat := strings.NewReplacer("\r", " ", "\n", " ", "\"", "'", "\\", "/").Replace(hostile)
	var out bytes.Buffer
	s := &show{tag: tagger.New("", never, &tagger.Memory{}), framer: wire.NewFramer(never)}
	o := render.Options{Out: &out, Record: width == 0, Now: never, Local: time.UTC, Explain: explain}
	if width > 0 {
		o.Terminal, o.Width = true, func() int { return max(width, 8) }
	}
	s.r = render.New(o)
	s.receive("* OK [CAPABILITY IMAP4rev1] " + flat + "\r\n")
	s.send("a1", "SELECT INBOX")
	s.receive("* 5 EXISTS\r\n* OK [ALERT] " + flat + "\r\na1 OK " + flat + "\r\n")
	s.send("a2", "FETCH 1 (BODY[] ENVELOPE)")
	s.receive(fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s ENVELOPE (NIL \"%s\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n", len(hostile), hostile, flat))
	s.r.Text([]byte(hostile))
	s.receive("a2 OK " + flat + "\r\n")
	s.send("a3", "LIST \"\" *")
	s.receive(fmt.Sprintf("* LIST () \"/\" {%d}\r\n%s\r\n* LIST () \"/\" \"%s\"\r\n", len(hostile), hostile, flat))
	s.r.Note(flat)
	s.r.Warn(flat)
	s.receive("a3 OK\r\n")
	s.send("a4", "APPEND Archive {17}")
	s.receive("+ " + flat + "\r\n")
	s.octets(appended)
	s.receive("a4 NO " + flat + "\r\n")
	s.receive(hostile + "\r\n")
	s.send("a5", "STORE 1:3,5:7,9:11,13,15,17,19 +FLAGS (\\Deleted)")
	s.receive("* 1 FETCH (FLAGS (\\Deleted))\r\na5 OK\r\n")
	s.send("a6", "EXPUNGE")
	s.receive("a6 OK\r\n")
	s.r.ShowLast()
	s.r.Pause()
	return strings.SplitAfter(out.String(), "\n"), s.sent
}

// asPage returns what imapsh has shown as it is on a web page: with no-break spaces after marks and as indentation.
func asPage(lines []string) []string {
	if lines[0] == Header+"\n" {
		return lines
	}
	page := make([]string, len(lines))
	for i, line := range lines {
		rest := strings.TrimLeft(line, " ")
		page[i] = strings.Repeat("\u00a0", len(line)-len(rest)) + rest
		if _, n, ok := wireMark([]byte(rest)); ok && len(line) == len(rest) && rest[n-1] == ' ' {
			page[i] = rest[:n-1] + "\u00a0" + rest[n:]
		}
	}
	return page
}

// checkPart checks that lines a to z send only what the client sent, provided that one of them has a mark.
func checkPart(t *testing.T, lines []string, a, z int, sent []string) {
	t.Helper()
	if !slices.ContainsFunc(lines[a:z], func(l string) bool {
		_, _, ok := wireMark([]byte(strings.TrimSuffix(l, "\n")))
		return ok
	}) {
		return
	}
	part := strings.Join(lines[a:z], "")
	b := judge(part)
	if b.Kind == Script {
		t.Fatalf("taken for a script:\n%s", part)
	}
	for i, l := range b.Lines {
		ok := l.Kind == Doubt || slices.Contains(sent, string(l.Text))
		for _, s := range sent {
			// The end of the part may have cut a wrapped line.
			ok = ok || i == len(b.Lines)-1 && z < len(lines) && strings.HasPrefix(s, string(l.Text))
		}
		for _, p := range l.Pieces {
			ok = ok && string(p.Octets) == appended && p.Text == ""
		}
		if !ok || len(l.Answers) > 0 {
			t.Fatalf("sends %q, %q, %q of\n%s", l.Text, l.Pieces, l.Answers, part)
		}
	}
}

// FuzzNothingOfTheServersIsSent checks that a part of what imapsh has shown or logged never sends a line of the
// server, whatever the messages contain.
func FuzzNothingOfTheServersIsSent(f *testing.F) {
	for _, hostile := range hostiles {
		f.Add(hostile, uint8(0), false, uint16(0), uint16(0))
		f.Add(hostile, uint8(80), true, uint16(8), uint16(3))
		f.Add(hostile, uint8(20), false, uint16(20), uint16(9))
	}
	f.Fuzz(func(t *testing.T, hostile string, width uint8, explain bool, from, to uint16) {
		if len(hostile) > 2000 {
			return
		}
		lines, sent := played(hostile, int(width), explain)
		a := int(from) % len(lines)
		z := max(a, len(lines)-int(to)%len(lines))
		checkPart(t, lines, a, z, sent)
		checkPart(t, asPage(lines), a, z, sent)
	})
}

// hostiles are messages that look like parts of sessions.
var hostiles = []string{
	"\r\nx1 DELETE Archive\r\nx1 OK\r\nC: x2 DELETE Archive\r\nS: x2 OK\r\n)\r\na2 OK\r\n> x3 NOOP\r\n",
	"   x1 DELETE Archive\r\n     x1 OK\r\n" + Header + "\r\nC: x4 DELETE y\r\n",
	"* OK hi\r\nx1 FETCH 1 BODY[]\r\n* 1 FETCH (BODY[] {300}\r\nx2 NOOP\r\n)\r\nx1 OK\r\nx3 NOOP\r\nx3 OK\r\n",
	"S: * OK\r\nC: x1 NOOP\r\n> * OK\r\n< x2 NOOP\r\n< * OK\r\n> x3 NOOP\r\n12:00 > * OK\r\n12:00 < x4 NOOP\r\n",
	"x1 APPEND z {500}\r\nx2 NOOP\r\nappend z <<E\r\nx3 NOOP\r\n",
	"x1 APPEND z {3}\r\n+ go\r\nabc\r\nx1 OK\r\nx2 IDLE\r\n+ idling\r\nDONE\r\nx2 OK\r\nx3 AUTHENTICATE PLAIN\r\n+\r\nAAAA\r\n",
	"expect OK\r\n:quit\r\nselect INBOX\r\nread 1\r\n",
	"Authenticated.\r\nSecurity strength factor: 0\r\nx1 NOOP\r\nx1 OK\r\n",
	Header,
}

// FuzzACountedMessageIsTheServers checks that nothing of a message whose size is right is sent, even without marks in
// a transcript that has some or none.
func FuzzACountedMessageIsTheServers(f *testing.F) {
	for _, hostile := range hostiles {
		for i := range 4 {
			f.Add(strings.ReplaceAll(hostile, "\r\n", "\n"), i&1 > 0, i&2 > 0)
		}
		f.Add(hostile+"S: a1 OK\r\nC: x7 NOOP\r\nS: x7 OK\r\n", true, false)
	}
	f.Fuzz(func(t *testing.T, body string, hasMarks, lf bool) {
		body = strings.ReplaceAll(body, "\r", "")
		size := len(body) + strings.Count(body, "\n")
		client, server := "", ""
		if hasMarks {
			client, server = "C: ", "S: "
		}
		text := fmt.Sprintf("%s* OK\n%sa1 FETCH 1 BODY[]\n%s* 1 FETCH (BODY[] {%d}\n%s)\n%sa1 OK\n%sa2 NOOP\n%sa2 OK\n",
			server, client, server, size, body, server, client, server)
		if !lf {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		b := judge(text)
		if b.Kind != Transcript {
			t.Fatalf("kind %d", b.Kind)
		}
		for _, l := range b.Lines {
			if l.Kind != Doubt && l.Text != "a1 FETCH 1 BODY[]" && l.Text != "a2 NOOP" {
				t.Fatalf("sends %q of\n%s", l.Text, text)
			}
		}
		if got := told(b); !hasMarks && got != "a1 FETCH 1 BODY[]\na2 NOOP\n" {
			t.Fatalf("got %q, notes %q, of\n%s", got, b.Notes, text)
		}
	})
}

func TestNoPartOfWhatWasShownSendsTheServersLines(t *testing.T) {
	for _, hostile := range hostiles {
		for _, width := range []int{0, 10, 80} {
			for _, explain := range []bool{false, true} {
				lines, sent := played(hostile, width, explain)
				step := 7
				if width == 10 { // which has ten times as many lines
					step = 163
				}
				for a := 0; a < len(lines); a += step {
					for z := a + 1; z < len(lines); z += 1 + 2*(z-a) {
						checkPart(t, lines, a, z, sent)
					}
					checkPart(t, lines, a, len(lines), sent)
				}
			}
		}
	}
}

// FuzzJudgingNeverFails checks what must be true for every block.
func FuzzJudgingNeverFails(f *testing.F) {
	for _, hostile := range hostiles {
		f.Add("S: * OK\nC: a1 FETCH 1 BODY[]\n" + hostile)
		f.Add("* OK\na1 APPEND x {20}\n+ go\n" + hostile + "a1 OK\n")
		f.Add(Header + "\nC: a1 APPEND x {20}\nS: +\nC| abc\nC: x\n" + hostile)
		f.Add("> * OK\n> a1 AUTHENTICATE PLAIN\n> +\n> " + hostile)
	}
	f.Add("* OK\na1 LOGIN {5}\n+\nalice {6}\n+\n\na1 OK\n")
	f.Add("C: a1 LOGIN alice {6}\nS: +\n")
	f.Add("C: 0 APPEND\r {20}\nS: +\n000000000000000\n0")
	f.Add("C: a1 NO\rOP\nS: a1 OK\n* OK\na2 CREATE\rx\na2 OK\n")
	f.Fuzz(func(t *testing.T, text string) {
		b := judge(text)
		n := strings.Count(text, "\n") + 1
		if b.Kind != Transcript && len(b.Lines) > 0 || b.Kind == Transcript && len(b.Lines) == 0 && len(b.Notes) == 0 {
			t.Errorf("kind %d, %d lines, notes %q", b.Kind, len(b.Lines), b.Notes)
		}
		if b.Skipped < 0 || b.Skipped > n || b.At < 0 || b.At > n || b.Stop < 0 || b.Stop > n {
			t.Errorf("of %d lines: skipped %d, at %d, stop %d", n, b.Skipped, b.At, b.Stop)
		}
		last := 0
		for _, l := range b.Lines {
			if l.At < last || l.At > n || l.Kind != Doubt && b.Format != Log && strings.ContainsAny(string(l.Text), "\r\n") {
				t.Errorf("line %d after %d: %q", l.At, last, l.Text)
			}
			if l.Kind != Doubt {
				last = l.At
			}
			if l.Asks && (masked(string(l.Text)) || len(l.Answers)+len(l.Pieces) > 0) {
				t.Errorf("asks, and sends %q", l.Text)
			}
		}
		for _, note := range b.Notes {
			if strings.ContainsAny(note, "\r\n") {
				t.Errorf("note of more than a line: %q", note)
			}
		}
	})
}
