package trace

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/tagger"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// A notebook writes down what it hears, one line per event, and the bytes of both sides.
type notebook struct {
	depth    Depth
	lines    []string
	sent     strings.Builder
	received strings.Builder
	odd      []string
}

func (n *notebook) Depth() Depth { return n.depth }

func (n *notebook) Hear(e *Event) {
	switch e.Kind {
	case Octets:
		if e.Part != nil {
			n.received.Write(e.Part.Bytes)
		}
		n.received.Write(e.Data)
		return
	case Response:
		what := fmt.Sprintf("S %q", e.Seen.Frame.Raw)
		if e.Of != nil {
			what += " of " + e.Of.Tag
		}
		n.lines = append(n.lines, what)
		for _, o := range e.Seen.Oddities {
			n.odd = append(n.odd, o.Name)
		}
		return
	case Sent:
		n.sent.Write(e.Step.Bytes)
		mark := map[tagger.StepKind]string{tagger.SendText: "C", tagger.SendLiteral: "C|", tagger.SendSource: "source"}[e.Step.Kind]
		if e.Step.Kind == tagger.SendSource {
			n.lines = append(n.lines, fmt.Sprintf("source %d", e.Step.Size))
			return
		}
		n.lines = append(n.lines, fmt.Sprintf("%s %q", mark, e.Step.Bytes))
		return
	case SentData:
		n.sent.Write(e.Data)
		return
	case SentEnd:
		n.lines = append(n.lines, "source ends")
		return
	case Begun:
		return
	}
	n.lines = append(n.lines, fmt.Sprintf("event %d", e.Kind))
}

// tapped returns a tap with its notebook and mask.
func tapped(depth Depth) (*Tap, *notebook, *Mask) {
	n, m, s := &notebook{depth: depth}, &Mask{}, &Stream{}
	s.Join(n)
	return NewTap("", func() time.Time { return noon }, s, m), n, m
}

// play plays an exchange, in chunks of this many bytes: "C …" is written by the client, "S …" by the server.
func play(t *Tap, chunk int, exchange ...string) {
	for _, x := range exchange {
		for from, b := x[:2], []byte(x[2:]); len(b) > 0; {
			n := min(chunk, len(b))
			if from == "C " {
				t.FromClient(b[:n])
				b = b[n:]
				continue
			}
			for piece := b[:n]; len(piece) > 0; {
				piece = piece[t.FromServer(piece):]
			}
			b = b[n:]
		}
	}
}

func TestATapHearsBothSidesInOrderInChunksOfAnySize(t *testing.T) {
	for _, row := range []struct {
		name     string
		exchange []string
		want     []string
	}{
		{"a command",
			[]string{"S * OK hi\r\n", "C a NOOP\r\n", "S * 1 EXISTS\r\na OK done\r\n"},
			[]string{`S "* OK hi\r\n"`, `C "a NOOP\r\n"`, `S "* 1 EXISTS\r\n" of a`, `S "a OK done\r\n" of a`}},
		{"spaces, line ends and case as they are",
			[]string{"C a  noop \n", "C b NOOP\r\r\n", "C NOOP\r\n"},
			[]string{`C "a  noop \n"`, `C "b NOOP\r\r\n"`, `C "NOOP\r\n"`}},
		{"a line without a tag",
			[]string{"C \r\n", "C  NOOP\r\n", "C a NOOP\r\n"},
			[]string{`C "\r\n"`, `C " NOOP\r\n"`, `C "a NOOP\r\n"`}},
		{"a literal that is agreed to",
			[]string{"C a APPEND x {5}\r\n", "S + go\r\n", "C a\r\nbc\r\n", "S a OK done\r\n"},
			[]string{`C "a APPEND x {5}\r\n"`, `S "+ go\r\n" of a`, `C| "a\r\nbc"`, `C "\r\n"`, `S "a OK done\r\n" of a`}},
		{"literals that do not wait",
			[]string{"C a LIST {0+}\r\n {3+}\r\nabc\r\nb NOOP\r\n"},
			[]string{`C "a LIST {0+}\r\n"`, `C| ""`, `C " {3+}\r\n"`, `C| "abc"`, `C "\r\n"`, `C "b NOOP\r\n"`}},
		{"a literal that is refused",
			[]string{"C a APPEND x {5}\r\n", "S a NO no\r\n", "C b NOOP\r\n"},
			[]string{`C "a APPEND x {5}\r\n"`, `S "a NO no\r\n" of a`, `C "b NOOP\r\n"`}},
		{"an empty literal that is refused",
			[]string{"C a LIST {0}\r\n", "S a NO no\r\n", "C b NOOP\r\n"},
			[]string{`C "a LIST {0}\r\n"`, `S "a NO no\r\n" of a`, `C "b NOOP\r\n"`}},
		{"a refused literal that comes all the same, because it does not wait",
			[]string{"C a APPEND x {5+}\r\n", "S a NO no\r\n", "C a\r\nbc\r\nb NOOP\r\n"},
			[]string{`C "a APPEND x {5+}\r\n"`, `S "a NO no\r\n" of a`, `C| "a\r\nbc"`, `C "\r\n"`, `C "b NOOP\r\n"`}},
		{"IDLE and its end",
			[]string{"C a IDLE\r\n", "S + idling\r\n* 2 EXISTS\r\n", "C done\r\n", "S a OK done\r\n", "C b NOOP\r\n"},
			[]string{`C "a IDLE\r\n"`, `S "+ idling\r\n" of a`, `S "* 2 EXISTS\r\n" of a`, `C "done\r\n"`, `S "a OK done\r\n" of a`, `C "b NOOP\r\n"`}},
		{"IDLE whose end does not wait",
			[]string{"C a IDLE\r\nDONE\r\n", "S + idling\r\na OK done\r\n", "C b NOOP\r\n"},
			[]string{`C "a IDLE\r\n"`, `C "DONE\r\n"`, `S "+ idling\r\n" of a`, `S "a OK done\r\n" of a`, `C "b NOOP\r\n"`}},
		{"challenges",
			[]string{"C a AUTHENTICATE LOGIN\r\n", "S + VXNlcg==\r\n", "C YWxpY2U=\r\n", "S + UGFzcw==\r\n", "C *\r\n", "S a BAD no\r\n", "C b NOOP\r\n"},
			[]string{`C "a AUTHENTICATE LOGIN\r\n"`, `S "+ VXNlcg==\r\n" of a`, `C "••••••\r\n"`, `S "+ UGFzcw==\r\n" of a`, `C "*\r\n"`, `S "a BAD no\r\n" of a`, `C "b NOOP\r\n"`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, chunk := range []int{1, 3, 1 << 20} {
				tap, n, _ := tapped(Values)
				play(tap, chunk, row.exchange...)
				if got, want := strings.Join(n.lines, "\n"), strings.Join(row.want, "\n"); got != want {
					t.Errorf("in chunks of %d\n got\n%s\n want\n%s", chunk, got, want)
				}
				if len(n.odd) > 0 {
					t.Errorf("protocol violations: %q", n.odd)
				}
			}
		})
	}
}

func TestATapMasksEverySecretThatAClientSends(t *testing.T) {
	const secret = "hunter22"
	plain := base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + secret))
	for _, row := range []struct {
		name     string
		exchange []string
		secret   string
	}{
		{"LOGIN", []string{"C a LOGIN alice hunter22\r\n"}, secret},
		{"LOGIN with quotes", []string{"C a LOGIN alice \"hunter22\"\r\n"}, secret},
		{"LOGIN after two spaces", []string{"C a  LOGIN alice hunter22\r\n"}, secret},
		{"LOGIN with literals", []string{"C a LOGIN {5}\r\n", "S + go\r\n", "C alice {8}\r\n", "S + go\r\n", "C hunter22\r\n"}, secret},
		{"LOGIN with literals that do not wait", []string{"C a LOGIN {5+}\r\nalice {8+}\r\nhunter22\r\n"}, secret},
		{"LOGIN with the name as a literal", []string{"C a LOGIN {5+}\r\nalice hunter22\r\n"}, secret},
		{"LOGIN without a tag", []string{"C LOGIN alice hunter22\r\n"}, secret},
		{"LOGIN without a tag, with a literal", []string{"C LOGIN alice {8+}\r\nhunter22\r\n"}, secret},
		{"LOGIN after a space", []string{"C  LOGIN alice hunter22\r\n"}, secret},
		{"LOGIN misspelt", []string{"C a LOGN alice hunter22\r\n"}, secret},
		{"LOGIN without a line end", []string{"C a LOGIN alice hunter22"}, secret},
		{"PLAIN with an initial response", []string{"C a AUTHENTICATE PLAIN " + plain + "\r\n"}, plain},
		{"PLAIN", []string{"C a AUTHENTICATE PLAIN\r\n", "S + \r\n", "C " + plain + "\r\n"}, plain},
		{"PLAIN that does not wait", []string{"C a AUTHENTICATE PLAIN\r\n" + plain + "\r\n"}, plain},
		{"an answer without a line end", []string{"C a AUTHENTICATE PLAIN\r\n", "S + \r\n", "C " + plain}, plain},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, chunk := range []int{1, 1 << 20} {
				tap, n, mask := tapped(Values)
				play(tap, chunk, row.exchange...)
				tap.ClientEnds()
				if got := n.sent.String(); strings.Contains(got, row.secret) || !strings.Contains(got, command.Masked) {
					t.Errorf("in chunks of %d it was shown as %q", chunk, got)
				}
				if got := string(mask.Of([]byte("BAD " + row.secret + "?"))); strings.Contains(got, row.secret) {
					t.Errorf("an echo is masked as %q", got)
				}
			}
		})
	}
}

func TestATapMasksNoNameThatIsNotASecret(t *testing.T) {
	b64 := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for _, row := range []struct {
		name     string
		exchange []string
		masks    string // what is a secret; "" for nothing
	}{
		{"ANONYMOUS", []string{"C a AUTHENTICATE ANONYMOUS " + b64("alice") + "\r\n"}, ""},
		{"ANONYMOUS after a challenge", []string{"C a AUTHENTICATE ANONYMOUS\r\n", "S + \r\n", "C " + b64("alice") + "\r\n"}, ""},
		{"EXTERNAL", []string{"C a AUTHENTICATE EXTERNAL " + b64("alice") + "\r\n"}, ""},
		{"EXTERNAL without a name", []string{"C a AUTHENTICATE EXTERNAL =\r\n"}, ""},
		{"LOGIN", []string{"C a AUTHENTICATE LOGIN\r\n", "S + VXNlcm5hbWU6\r\n", "C " + b64("alice") + "\r\n", "S + UGFzc3dvcmQ6\r\n", "C " + b64("hunter22") + "\r\n"}, "hunter22"},
		{"LOGIN that asks for the password first", []string{"C a AUTHENTICATE LOGIN\r\n", "S + UGFzc3dvcmQ6\r\n", "C " + b64("hunter22") + "\r\n"}, "hunter22"},
		{"PLAIN", []string{"C a AUTHENTICATE PLAIN " + b64("\x00alice\x00hunter22") + "\r\n"}, "hunter22"},
		{"PLAIN without its first NUL", []string{"C a AUTHENTICATE PLAIN " + b64("alice\x00hunter22") + "\r\n"}, "hunter22"},
		{"XOAUTH2", []string{"C a AUTHENTICATE XOAUTH2 " + b64("user=alice\x01auth=Bearer hunter22\x01\x01") + "\r\n"}, "hunter22"},
		{"a mechanism that is not known", []string{"C a AUTHENTICATE X-NEW " + b64("hunter22") + "\r\n"}, "hunter22"},
	} {
		t.Run(row.name, func(t *testing.T) {
			tap, _, mask := tapped(Values)
			play(tap, 1<<20, row.exchange...)
			got := mask.OfString("alice hunter22")
			want := "alice hunter22"
			if row.masks != "" {
				want = "alice " + command.Masked
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestALargeLiteralPassesAsASource(t *testing.T) {
	tap, n, _ := tapped(Values)
	size := literalKept + 1
	play(tap, 32<<10, fmt.Sprintf("C a APPEND x {%d}\r\n", size), "S + go\r\n", "C "+strings.Repeat("x", size)+"\r\n")
	want := fmt.Sprintf("C \"a APPEND x {%d}\\r\\n\"\nS \"+ go\\r\\n\" of a\nsource %d\nsource ends\nC \"\\r\\n\"", size, size)
	if got := strings.Join(n.lines, "\n"); got != want {
		t.Errorf("\n got\n%s\n want\n%s", got, want)
	}
	if got := strings.Count(n.sent.String(), "x"); got != size+1 {
		t.Errorf("got %d bytes, want %d", got, size+1)
	}
	if got := cap(tap.client.octets); got > 0 {
		t.Errorf("%d bytes are kept", got)
	}
}

func TestASecretLiteralIsNeverASource(t *testing.T) {
	tap, n, _ := tapped(Values)
	size := literalKept + 100
	play(tap, 32<<10, fmt.Sprintf("C a LOGIN alice {%d+}\r\n", size), "C "+strings.Repeat("x", size)+"\r\n")
	if got := strings.Join(n.lines[1:], "\n"); got != `C| "••••••"`+"\n"+`C "\r\n"` {
		t.Errorf("got\n%s", got)
	}
	if got := cap(tap.client.octets); got > 2*literalKept {
		t.Errorf("%d bytes are kept", got)
	}
}

func TestATapTakesOneResponseAtATime(t *testing.T) {
	tap, n, _ := tapped(Values)
	b := []byte("* 1 EXISTS\r\n* 2 EXI")
	if got := tap.FromServer(b); got != 12 || len(n.lines) != 1 {
		t.Errorf("it took %d bytes, %q", got, n.lines)
	}
	if got := tap.FromServer(b[12:]); got != 7 || len(n.lines) != 1 {
		t.Errorf("it took %d bytes, %q", got, n.lines)
	}
	if tap.ServerEnds(); len(n.lines) != 2 || n.lines[1] != `S "* 2 EXI"` {
		t.Errorf("at the end it has heard %q", n.lines)
	}
}

func TestAListenerForBytesGetsThemUndecoded(t *testing.T) {
	tap, n, _ := tapped(Frames)
	var items int
	leave := tap.stream.Join(hearing(func(e *Event) {
		if e.Kind == Response {
			items = len(e.Seen.Value.(*response.Fetch).Items)
		}
		if e.Kind == Octets && e.Part != nil {
			t.Error("the bytes came in parts")
		}
	}))
	defer leave()
	const fetched = "* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\n"
	play(tap, 8, "S "+fetched)
	if got := n.received.String(); got != fetched || items != 0 {
		t.Errorf("got %q and %d items", got, items)
	}
}

// hearing is a listener for bytes only.
type hearing func(*Event)

func (h hearing) Depth() Depth  { return Bytes }
func (h hearing) Hear(e *Event) { h(e) }

func TestFramesSayThatTLSIsActiveAndTheCapabilitiesBeforeItAreForgotten(t *testing.T) {
	tap, _, _ := tapped(Values)
	var tls []bool
	tap.stream.Join(hearing(func(e *Event) {
		if e.Kind == Response {
			tls = append(tls, e.Seen.Frame.TLS)
		}
	}))
	play(tap, 99, "S * OK [CAPABILITY IMAP4rev1 X] hi\r\n")
	if s := tap.Session(); len(s.Caps) != 2 || s.TLS {
		t.Errorf("before: %q, TLS %t", s.Caps, s.TLS)
	}
	play(tap, 99, "C a STARTTLS\r\n", "S a OK go\r\n")
	tap.Secured(true)
	play(tap, 99, "C b NOOP\r\n", "S b OK done\r\n")
	if s := tap.Session(); s.Caps != nil || !s.TLS || fmt.Sprint(tls) != "[false false true]" {
		t.Errorf("after: %q, TLS %t, TLS in the frames %v", s.Caps, s.TLS, tls)
	}
}

func TestEventsOfATapHaveItsNameAndATime(t *testing.T) {
	s := &Stream{}
	tap := NewTap("bob", func() time.Time { return noon }, s, &Mask{})
	s.Join(hearing(func(e *Event) {
		if e.Conn != "bob" || !e.At.Equal(noon) {
			t.Errorf("kind %d: %q at %v", e.Kind, e.Conn, e.At)
		}
	}))
	play(tap, 99, "S * OK hi\r\n", "C a NOOP\r\n", "S a OK done\r\n")
}

// FuzzNothingThatPassesATapIsLost plays bytes in chunks of any size: the stream must hear all that was written,
// except what is masked.
func FuzzNothingThatPassesATapIsLost(f *testing.F) {
	for _, seed := range []string{
		"a NOOP\r\nb LIST \"\" {1+}\r\n*\r\n\n\r\n x\r\n", "a IDLE\r\nDONE\r\n", "a LOGIN {1}\r\nx {2}\r\n", " {3+}\r\nabc", "a  {0+}\r\n\r\nb {2}\n1",
		"LOGIN a b\r\nx LOGIN a {3+}\r\nabc\r\nAUTHENTICATE PLAIN\r\n*\r\n", "x y LOGIN alice {3+}\r\nabc\n",
	} {
		f.Add([]byte(seed), []byte("+ x\r\na OK\r\n* 1 FETCH (X {2}\r\nab)\r\n* x"), uint8(3))
	}
	f.Fuzz(func(t *testing.T, client, server []byte, chunk uint8) {
		size := int(chunk) + 1
		tap, n, mask := tapped(Values)
		for c, s := client, server; len(c)+len(s) > 0; {
			k := min(size, len(c))
			tap.FromClient(c[:k])
			c = c[k:]
			k = min(size, len(s))
			if k > 0 {
				k = tap.FromServer(s[:k])
			}
			s = s[k:]
		}
		tap.ServerEnds()
		tap.ClientEnds()
		if got := n.received.String(); got != string(server) {
			t.Errorf("from the server\n got  %q\n want %q", got, server)
		}
		got := n.sent.String()
		if !strings.Contains(got, command.Masked) && mask.Empty() {
			if got != string(client) {
				t.Errorf("from the client\n got  %q\n want %q", got, client)
			}
		} else if !masks(got, string(client)) {
			t.Errorf("from the client\n got  %q\n want %q, masked", got, client)
		}
	})
}

// masks reports whether shown is text with some of it masked.
func masks(shown, text string) bool {
	pieces := strings.Split(shown, command.Masked)
	for i, p := range pieces {
		at := strings.Index(text, p)
		if at < 0 || i == 0 && at > 0 || i == len(pieces)-1 && !strings.HasSuffix(text, p) {
			return false
		}
		text = text[at+len(p):]
		if i == len(pieces)-1 {
			return text == "" || p == "" || strings.HasSuffix(text, p)
		}
	}
	return true
}
