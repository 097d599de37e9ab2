package render

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/latency"
	"imapsh/internal/text"
	"imapsh/internal/trace"
	"imapsh/tagger"
)

func TestLatenciesAreATableAndOnATerminalAlsoAHistogram(t *testing.T) {
	t.Parallel()
	var r latency.Record
	for i := range 900 {
		r.Answered("UID SEARCH", time.Millisecond+time.Duration(i)*time.Microsecond/10, i%9 == 0)
	}
	for range 100 {
		r.Answered("UID SEARCH", 30*time.Millisecond, false)
	}
	r.Lost("IDLE")
	for _, c := range []struct {
		name  string
		width int
		want  string
	}{
		{"off a terminal", 0, `command         n  failed      min   median      p95      p99      max
UID SEARCH  1,000     100  1.00 ms  1.05 ms  30.0 ms  30.0 ms  30.0 ms
IDLE            0       1        -        -        -        -        -
`},
		{"at 40 columns", 40, `UID SEARCH  n 1,000  failed 100
  min 1.00 ms  median 1.05 ms
  p95 30.0 ms  p99 30.0 ms  max 30.0 ms
IDLE  n 0  failed 1  min -  median -
  p95 -  p99 -  max -

UID SEARCH
  ≤ 1.00 ms  ▉ 40
  ≤ 2.00 ms  █████████████████████ 860
  ≤ 5.00 ms
  ≤ 10.0 ms
  ≤ 20.0 ms
  ≤ 50.0 ms  ██▍ 100
`},
	} {
		var out, errs bytes.Buffer
		o := Options{Out: &out, Err: &errs}
		if c.width > 0 {
			o.ErrWidth = func() int { return c.width }
		}
		New(o).Latencies(r.Summaries(), true)
		if errs.String() != c.want || out.Len() > 0 {
			t.Errorf("%s\n got  %s\n want %s\n and nothing else, but %q is on the other output", c.name, errs.String(), c.want, out.String())
		}
		for line := range strings.Lines(errs.String()) {
			if w := text.Width(strings.TrimRight(line, "\n")); c.width > 0 && w > c.width {
				t.Errorf("%s: %d columns: %s", c.name, w, line)
			}
		}
	}
}

func init() {
	scenes["measures"] = func(s *scene) {
		safe, packed := secured(), secured()
		safe.Resolve, packed.Compressed = 1500*time.Microsecond, true
		s.r.Hear(&trace.Event{Kind: trace.Timing, At: s.now, Info: &safe, Elapsed: 12 * time.Millisecond, Auth: 120 * time.Millisecond})
		s.r.Hear(&trace.Event{Kind: trace.Traffic, At: s.now, Info: &packed, Elapsed: 90 * time.Second, Carried: &trace.Carried{
			Traffic:  conn.Traffic{Sent: conn.Flow{IMAP: 340, Wire: 1920, Full: 290, Packed: 250}, Received: conn.Flow{IMAP: 4061596, Wire: 610620, Full: 4060809, Packed: 603291}},
			Commands: 12, Trips: 9,
		}})
		var r latency.Record
		for i := range 10 {
			r.Answered("NOOP", time.Duration(1+i)*time.Millisecond, i == 3)
		}
		r.Lost("FETCH")
		s.r.Latencies(r.Summaries(), false)
	}
	scenes["script"] = func(s *scene) {
		at := func(e trace.Event) {
			e.At, e.File, e.Line = s.now, "push.imap", 9
			s.r.Hear(&e)
		}
		c := &tagger.Command{Tag: "a001", Match: &command.Match{Name: "UID SEARCH"}}
		at(trace.Event{Kind: trace.Sent, Of: c, Step: &tagger.Step{Bytes: []byte("a001 uid search unseen\r\n")}})
		open := &tagger.Session{Mailbox: &tagger.Mailbox{Name: "Entwürfe"}}
		for _, line := range []string{"* SEARCH 7 9\r\n", "a001 OK done\r\n"} {
			for _, e := range s.response(line) {
				if e.Seen != nil {
					e.Seen.Conn, e.Seen.Command, e.Seen.Done, e.Seen.Before, e.Seen.After = "", c, line[0] == 'a', open, open
					at(e)
				}
			}
		}
		at(trace.Event{Kind: trace.Expected, OK: true, Text: "* 1 EXISTS"})
		at(trace.Event{Kind: trace.Expected, Conn: "bob", Text: "within 5s * 1 EXISTS", Got: "* 0 RECENT\x1b   (and 2 more in answer to a003 SELECT)"})
		at(trace.Event{Kind: trace.Printed, Text: "1 message\tnot\x1bseen\nanother line"})
		at(trace.Event{Kind: trace.Skipped, Text: "the server does not offer MOVE"})
	}
}
