package check

import (
	"bytes"
	"flag"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"imapsh/internal/wire"

	"imapsh/internal/testserver"
)

var update = flag.Bool("update", false, "write the golden files")

// wide returns the width of a terminal; 0 for a pipe.
func wide(cols int) func() int { return func() int { return cols } }

// long returns the report of a step whose exchange takes more than a screen and ends with a caret.
func long() *Report {
	var b strings.Builder
	b.WriteString("C: T9 FETCH 1:30 (ENVELOPE)\n")
	for i := range 30 {
		b.WriteString("S: * " + strconv.Itoa(i+1) + " FETCH (FLAGS (\\Seen) ENVELOPE (\"Mon, 7 Feb 1994 21:52:25 -0800\" \"a subject\" NIL NIL NIL NIL NIL NIL NIL NIL))\n")
	}
	b.WriteString("S: * 31 FETCH (ENVELOPE (\"date\" x\n                                   ^\n!! at byte 35: nstring is a quoted string, a literal or NIL\n")
	return &Report{
		Server: "imap://[2001:db8::1]:1143/Entwürfe", User: "alice", Began: time.Unix(1_790_000_000, 0), Elapsed: 61 * time.Second, Verdict: Failed,
		Steps: []Step{
			{Name: "connect", Verdict: Passed, Elapsed: 60 * time.Second, Says: "[2001:db8::1]:1143"},
			{
				Name: "fetch", Verdict: Failed, Elapsed: time.Second, Wire: []byte(b.String()),
				Cause:       "an ordinary client rejects this: in envelope: expected a string, got \"x\"",
				Findings:    []Finding{{Message: 31, Refused: "in envelope: expected a string", Oddity: wire.Oddity{Name: "grammar", Text: "an envelope's subject is a string or NIL", RFC: "RFC 9051 §9", Off: 35}}},
				FindingsAll: 1,
			},
		},
	}
}

// well returns the report on a server without faults.
func well() *Report {
	return &Report{
		Server: "imaps://bob@127.0.0.1", Began: time.Unix(1_790_000_000, 0), Elapsed: 40 * time.Millisecond, Verdict: Passed,
		Steps: []Step{{Name: "connect", Verdict: Passed, Elapsed: time.Millisecond, Says: "127.0.0.1:993"}, {Name: "logout", Verdict: Passed, Elapsed: 39 * time.Millisecond}},
	}
}

func TestTheOutputsAreTheirGoldenFiles(t *testing.T) {
	t.Parallel()
	reports := []*Report{well(), made(), long()}
	tables := func(cols int, coloured bool) func(io.Writer) error {
		return func(w io.Writer) error {
			table := Table{Out: w, Width: wide(cols), Colour: coloured}
			for _, r := range reports {
				if err := table.Report(r); err != nil {
					return err
				}
			}
			return nil
		}
	}
	fleet := func(cols int) func(io.Writer) error {
		return func(w io.Writer) error {
			table := Table{Out: w, Width: wide(cols)}
			names := make([]string, len(reports))
			for i, r := range reports {
				names[i] = r.Server
			}
			for _, r := range reports {
				if err := table.Row(r, Columns(names)); err != nil {
					return err
				}
			}
			return table.Tally(append(reports, nil))
		}
	}
	summary := func(write func(io.Writer, *Summary) error) func(io.Writer) error {
		return func(w io.Writer) error {
			sum := &Summary{}
			for _, r := range reports {
				sum.Add(r)
			}
			return write(w, sum)
		}
	}
	for name, write := range map[string]func(io.Writer) error{
		"table-80": tables(80, false), "table-40": tables(40, false), "table-pipe": tables(0, false), "table-colours": tables(80, true),
		"fleet-80": fleet(80), "fleet-40": fleet(40), "fleet-pipe": fleet(0),
		"summary-40":   summary(func(w io.Writer, s *Summary) error { return (&Table{Out: w, Width: wide(40)}).Summary(s) }),
		"summary-json": summary(WriteSummaryJSON),
		"json": func(w io.Writer) error {
			for _, r := range reports {
				if err := WriteJSON(w, r); err != nil {
					return err
				}
			}
			return nil
		},
		"nagios": func(w io.Writer) error {
			for _, r := range reports {
				if _, err := io.WriteString(w, Nagios(r)+"\n"); err != nil {
					return err
				}
			}
			return nil
		},
		"prometheus": func(w io.Writer) error { return WritePrometheus(w, reports) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	testserver.Golden(t, name, got, *update)
}
