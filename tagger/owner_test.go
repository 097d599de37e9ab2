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

func TestALargeLiteralFitsByWhatCameBeforeIt(t *testing.T) {
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

// FuzzWhoseDataNeverPanics reads what was asked for from any line, and offers it any response.
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
