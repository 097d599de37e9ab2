package render

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"imapsh/tagger"
)

func TestNothingInterruptsARowOfARecord(t *testing.T) {
	var out bytes.Buffer
	r := New(Options{Out: &out, Record: true, Local: time.UTC})
	long := strings.Repeat("x", recordKept)
	r.Sent("", &tagger.Step{Kind: tagger.SendSource, Size: 1 << 20})
	r.SentData("", []byte("one\r"))
	r.Note("between")
	r.SentData("", []byte("\n"+long))
	r.Note("one")
	r.Sent("bob", &tagger.Step{Kind: tagger.SendText, Bytes: []byte("b1 NOOP\r\n")})
	r.SentData("", []byte(long+"\r\nlast\nline"))
	r.Warn("two")
	r.SentEnd("")
	r.Sent("", &tagger.Step{Kind: tagger.SendText, Bytes: []byte("\r\n")})
	r.Pause()
	want := "-- between\nC| one\nC| " + long + long + "\n-- one\nC[bob]: b1 NOOP\n!! two\nC| last\\x0aline\nC: \n"
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", strings.ReplaceAll(got, long, "…"), strings.ReplaceAll(want, long, "…"))
	}
}
