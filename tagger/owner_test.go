package tagger

import (
	"fmt"
	"strings"
	"testing"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// fitOf returns how well a response fits what a line asks for, in a mailbox of nine messages.
func fitOf(t *testing.T, line, heard string) Fit {
	t.Helper()
	x := newExchange(t, "* OK hello")
	a := NewAsked(x.begin(line).Command)
	var fit Fit
	e := x.hear(heard)
	fit = a.Fits(e.Value, 9)
	return fit
}

func TestAResponseFitsWhatWasAskedFor(t *testing.T) {
	for _, row := range []struct {
		line, heard string
		want        Fit
	}{
		{"FETCH 1 BODY[]", "* 1 FETCH (BODY[] NIL)", Yes},
		{"FETCH 1 BODY[]", "* 2 FETCH (BODY[] NIL)", No},
		{"FETCH 1 BODY[]", "* 1 FETCH (FLAGS ())", No},
		{"FETCH 1 BODY[]", "* 1 FETCH (FLAGS (\\Seen) BODY[] NIL)", Yes},
		{"FETCH 1 BODY[]", "* 1 FETCH (BODY[] NIL FLAGS (\\Seen) MODSEQ (7))", Yes},
		{"FETCH 1 BODY[]", "* 1 FETCH (BODY[TEXT] NIL)", No},
		{"FETCH 1 BODY[]", "* 1 FETCH (UID 7 BODY[] NIL)", Maybe},
		{"FETCH 1 (UID BODY[])", "* 1 FETCH (UID 7 BODY[] NIL)", Yes},
		{"FETCH 1 (FLAGS BODY[1])", "* 1 FETCH (FLAGS () BODY[2] NIL)", Maybe},
		{"FETCH 1 BODY.PEEK[1]", "* 1 FETCH (BODY[1] NIL)", Yes},
		{"FETCH 1 BODY.PEEK[]<5.10>", `* 1 FETCH (BODY[]<5> "x")`, Yes},
		{"FETCH 1 BODY.PEEK[]<5.10>", `* 1 FETCH (BODY[]<15> "x")`, No},
		{"FETCH 1 BODY[HEADER.FIELDS (DATE FROM)]", `* 1 FETCH (BODY[HEADER.FIELDS ("From" "Date")] NIL)`, Yes},
		{`FETCH 1 BODY[HEADER.FIELDS ("DATE")]`, `* 1 FETCH (BODY[HEADER.FIELDS (DATE)] NIL)`, Maybe},
		{"FETCH 1 BINARY.PEEK[1]", "* 1 FETCH (BINARY[1] NIL)", Yes},
		{"FETCH 1 RFC822", "* 1 FETCH (RFC822 NIL)", Yes},
		{"FETCH 2:4,7 FLAGS", "* 3 FETCH (FLAGS ())", Yes},
		{"FETCH 4:2 FLAGS", "* 3 FETCH (FLAGS ())", Yes},
		{"FETCH 2:4,7 FLAGS", "* 5 FETCH (FLAGS ())", No},
		{"FETCH * FLAGS", "* 9 FETCH (FLAGS ())", Yes},
		{"FETCH * FLAGS", "* 8 FETCH (FLAGS ())", No},
		{"FETCH 20:* FLAGS", "* 9 FETCH (FLAGS ())", Yes},
		{"FETCH *:8 FLAGS", "* 8 FETCH (FLAGS ())", Yes},
		{"FETCH $ FLAGS", "* 8 FETCH (FLAGS ())", Maybe},
		{"FETCH 1 ALL", "* 1 FETCH (FLAGS () RFC822.SIZE 5)", Yes},
		{"FETCH 1 FAST", "* 1 FETCH (BODY[] NIL)", No},
		{"FETCH 1 BODYSTRUCTURE", "* 1 FETCH ()", No},
		{"UID FETCH 7 BODY[]", "* 1 FETCH (UID 7 BODY[] NIL)", Yes},
		{"UID FETCH 7 BODY[]", "* 7 FETCH (UID 1 BODY[] NIL)", No},
		{"UID FETCH 7 BODY[]", "* 7 FETCH (BODY[] NIL)", Maybe},
		{"UID FETCH 70:* BODY[]", "* 9 FETCH (UID 12 BODY[] NIL)", Yes},
		{"UID FETCH 7 FLAGS", "* 7 UIDFETCH (FLAGS ())", Yes},
		{"UID FETCH 7 FLAGS", "* 8 UIDFETCH (FLAGS ())", No},
		{"UID FETCH 1:* FLAGS (CHANGEDSINCE 5 VANISHED)", "* VANISHED (EARLIER) 5", Yes},
		{"UID FETCH 1:* FLAGS (CHANGEDSINCE 5 VANISHED)", "* VANISHED 5", No},
		{"STORE 1 +FLAGS (\\Seen)", "* 1 FETCH (FLAGS (\\Seen))", Yes},
		{"STORE 1 +FLAGS (\\Seen)", "* 2 FETCH (FLAGS (\\Seen))", No},
		{"STORE 1 +FLAGS (\\Seen)", "* 1 FETCH (FLAGS (\\Seen) BODY[] NIL)", No},
		{"UID STORE 7 +FLAGS (\\Seen)", "* 1 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (9))", Yes},
		{"SEARCH ALL", "* SEARCH 1", Yes},
		{"SEARCH ALL", "* 1 FETCH (FLAGS ())", No},
		{"SEARCH ALL", `* ESEARCH (TAG "a001") ALL 1`, Yes},
		{"SEARCH ALL", `* ESEARCH (TAG "a002") ALL 1`, No},
		{"SEARCH ALL", "* ESEARCH ALL 1", Yes},
		{`LIST "" *`, `* LIST () "/" x`, Yes},
		{"STATUS x (MESSAGES)", "* STATUS x (MESSAGES 1)", Yes},
		{"STATUS inbox (MESSAGES)", "* STATUS INBOX (MESSAGES 1)", Yes},
		{"STATUS Entwürfe (MESSAGES)", "* STATUS Entw&APw-rfe (MESSAGES 1)", Yes},
		{"STATUS x (MESSAGES)", "* STATUS y (MESSAGES 1)", Maybe},
		{"NOOP", "* 1 FETCH (FLAGS ())", No},
		{"NOOP", "* 1 EXISTS", No},
		{"SELECT x", "* 1 EXISTS", Yes},
		{"FETCH", "* 1 FETCH (FLAGS ())", Maybe},
		{"XYZZY 1", "* 1 FETCH (FLAGS ())", No},
	} {
		t.Run(row.line+" "+row.heard, func(t *testing.T) {
			if got := fitOf(t, row.line, row.heard); got != row.want {
				t.Errorf("got %d, want %d", got, row.want)
			}
		})
	}
}

func TestALargeLiteralFitsAccordingToWhatCameBeforeIt(t *testing.T) {
	for _, row := range []struct {
		line, head string
		want       Fit
	}{
		{"FETCH 1 BODY[]", "* 1 FETCH (BODY[] {2000000}\r\n", Yes},
		{"FETCH 1 BODY[]", "* 2 FETCH (BODY[] {2000000}\r\n", No},
		{"FETCH 1 BODY[1]", "* 1 FETCH (BODY[2] {2000000}\r\n", No},
		{"FETCH 1 BODY[]", "* 1 FETCH (UID 7 BODY[] {2000000}\r\n", Maybe},
		{"FETCH $ BODY[]", "* 1 FETCH (BODY[] {2000000}\r\n", Maybe},
		{"UID FETCH 7 BODY[]", "* 1 FETCH (UID 7 BODY[] {2000000}\r\n", Yes},
		{"UID FETCH 7 BODY[]", "* 1 FETCH (FLAGS (\\Seen) UID 7 BODY[] {2000000}\r\n", Yes},
		{"UID FETCH 7 BODY[]", "* 7 FETCH (UID 8 BODY[] {2000000}\r\n", No},
		{"UID FETCH 7 BODY[]", "* 7 FETCH (BODY[] {2000000}\r\n", Maybe},
		{"UID FETCH 7 (BODY[] BODY[1])", "* 1 FETCH (BODY[1] {9}\r\n( UID 8 x BODY[] {2000000}\r\n", Maybe},
		{"STORE 1 +FLAGS (x)", "* 1 FETCH (BODY[] {2000000}\r\n", No},
		{"FETCH 1 BODY[]", "* STATUS x {2000000}\r\n", No},
	} {
		t.Run(row.line+" "+row.head, func(t *testing.T) {
			x := newExchange(t, "* OK hello")
			if got := NewAsked(x.begin(row.line).Command).FitsLiteral([]byte(row.head), 9); got != row.want {
				t.Errorf("got %d, want %d", got, row.want)
			}
		})
	}
}

// FuzzWhoseDataNeverPanics compares what any line asks for with any response.
func FuzzWhoseDataNeverPanics(f *testing.F) {
	f.Add("FETCH 1:*,$ BODY[]<0.5>", "* 1 FETCH (UID 7 BODY[] {2}\r\nab)")
	f.Add("UID STORE 4294967296 +FLAGS (x)", "* 1 FETCH (FLAGS ())")
	f.Add("status {3}", "* STATUS {2}\r\nab (MESSAGES 1)")
	f.Fuzz(func(t *testing.T, line, heard string) {
		if strings.ContainsAny(line, "\r\n\x00") || len(line) > 1000 {
			return
		}
		x := newExchange(t, "* OK hello")
		out := x.Begin(Line{Text: command.Text(line), Raw: true})
		a := NewAsked(out.Command)
		a.FitsLiteral([]byte(heard), 9)
		fr := wire.NewFramer(x.Tagger.now)
		var arena wire.Arena
		for _, p := range fr.Feed([]byte(heard+"\r\n"), nil, &arena) {
			if p.Kind == wire.End {
				var d response.Decoder
				v := d.Decode(p.Frame)
				if got := a.Fits(v, 9); got > Yes {
					t.Fatal(fmt.Sprint(got))
				}
			}
		}
	})
}

func TestTheSavedResultIsWhatTheServerReported(t *testing.T) {
	const search = "SEARCH RETURN (SAVE ALL) UNSEEN"
	told := func(set string) []string {
		return []string{`* ESEARCH (tag "TAG") ALL ` + set, "TAG OK done"}
	}
	for name, row := range map[string]struct {
		before    func(x *exchange)
		fetch     string
		yes, no   []string
		openAfter bool
	}{
		"numbers":         {func(x *exchange) { x.run(search, told("2:3,7")...) }, "FETCH $ BODY[]", []string{"* 2 FETCH (BODY[] NIL)", "* 3 FETCH (BODY[] NIL)", "* 7 FETCH (BODY[] NIL)"}, []string{"* 1 FETCH (BODY[] NIL)", "* 4 FETCH (BODY[] NIL)", "* 8 FETCH (BODY[] NIL)"}, false},
		"numbers by UID":  {func(x *exchange) { x.run(search, told("2")...) }, "UID FETCH $ (UID BODY[])", []string{"* 2 FETCH (UID 9 BODY[] NIL)"}, []string{"* 3 FETCH (UID 2 BODY[] NIL)"}, false},
		"UIDs":            {func(x *exchange) { x.run("UID "+search, `* ESEARCH (tag "TAG") UID ALL 70,90`, "TAG OK done") }, "UID FETCH $ BODY[]", []string{"* 2 FETCH (UID 70 BODY[] NIL)"}, []string{"* 1 FETCH (UID 80 BODY[] NIL)"}, false},
		"UIDs asked for":  {func(x *exchange) { x.run("UID "+search, `* ESEARCH (tag "TAG") UID ALL 70,90`, "TAG OK done") }, "FETCH $ (UID BODY[])", []string{"* 2 FETCH (UID 70 BODY[] NIL)"}, []string{"* 1 FETCH (UID 80 BODY[] NIL)"}, false},
		"UIDs not asked":  {func(x *exchange) { x.run("UID "+search, `* ESEARCH (tag "TAG") UID ALL 70,90`, "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"nothing found":   {func(x *exchange) { x.run(search, `* ESEARCH (tag "TAG")`, "TAG OK done") }, "FETCH $ BODY[]", nil, []string{"* 1 FETCH (BODY[] NIL)"}, false},
		"refused":         {func(x *exchange) { x.run(search, "TAG NO [NOTSAVED] no") }, "FETCH $ BODY[]", nil, []string{"* 1 FETCH (BODY[] NIL)"}, false},
		"BAD":             {func(x *exchange) { x.run(search, told("2")...); x.run(search, "TAG BAD what") }, "FETCH $ BODY[]", nil, nil, true},
		"never":           {func(x *exchange) {}, "FETCH $ BODY[]", nil, nil, true},
		"no answer":       {func(x *exchange) { x.run("SEARCH RETURN (SAVE) UNSEEN", "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"two answers":     {func(x *exchange) { x.run(search, append(told("2"), told("3")...)[0], told("3")[0], "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"of another":      {func(x *exchange) { x.run(search, `* ESEARCH (tag "zz") ALL 2`, "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"more than exist": {func(x *exchange) { x.run(search, told("1:4294967295")...) }, "FETCH $ BODY[]", nil, nil, true},
		"beyond them":     {func(x *exchange) { x.run(search, told("10")...) }, "FETCH $ BODY[]", nil, nil, true},
		"no set":          {func(x *exchange) { x.run(search, told("1,*")...) }, "FETCH $ BODY[]", nil, nil, true},
		"in flight":       {func(x *exchange) { x.run(search, told("2")...); x.begin(search) }, "FETCH $ BODY[]", nil, nil, true},
		"EXPUNGE":         {func(x *exchange) { x.run(search, told("2")...); x.run("NOOP", "* 1 EXPUNGE", "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"VANISHED":        {func(x *exchange) { x.run(search, told("2")...); x.run("NOOP", "* VANISHED 5", "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"EXPUNGE between": {func(x *exchange) { x.run(search, told("2")[0], "* 1 EXPUNGE", "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"UIDs stay": {func(x *exchange) {
			x.run("UID "+search, `* ESEARCH (tag "TAG") UID ALL 70,90`, "* 1 EXPUNGE", "TAG OK done")
		}, "UID FETCH $ BODY[]", []string{"* 2 FETCH (UID 70 BODY[] NIL)"}, []string{"* 1 FETCH (UID 80 BODY[] NIL)"}, false},
		"another mailbox": {func(x *exchange) { x.run(search, told("2")...); x.run("SELECT other", "* 9 EXISTS", "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"closed":          {func(x *exchange) { x.run(search, told("2")...); x.run("NOOP", "* OK [CLOSED] x", "TAG OK done") }, "FETCH $ BODY[]", nil, nil, true},
		"too many runs":   {func(x *exchange) { x.run(search, told("1"+strings.Repeat(",1", savedKept))...) }, "FETCH $ BODY[]", nil, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			x := newExchange(t, "* PREAUTH hello")
			x.run("SELECT inbox", "* 9 EXISTS", "TAG OK done")
			row.before(x)
			a := NewAsked(x.begin(row.fetch).Command)
			if a.Open() != row.openAfter {
				t.Errorf("whether it is unknown which messages were asked for: %v, want %v", a.Open(), row.openAfter)
			}
			for _, line := range row.yes {
				if a.Fits(x.hear(line).Value, 9) == No {
					t.Errorf("%s was not asked for", line)
				}
			}
			for _, line := range row.no {
				if a.Fits(x.hear(line).Value, 9) != No {
					t.Errorf("%s was asked for", line)
				}
			}
		})
	}
}

func TestASetOfManyRunsIsSearchedInOrder(t *testing.T) {
	s := spans{{9, 12}, {1, 1}, {3, 5}, {4, 7}, {20, 20}}.sorted()
	var in []uint32
	for n := range uint32(25) {
		if s.has(n) {
			in = append(in, n)
		}
	}
	if got := fmt.Sprint(in); got != "[1 3 4 5 6 7 9 10 11 12 20]" || s.count() != 11 || s.last() != 20 {
		t.Errorf("%s, %d, %d", got, s.count(), s.last())
	}
}
