package response

import (
	"fmt"
	"strings"
	"testing"
)

func TestAnEmptyLineIsAValueToo(t *testing.T) {
	var d Decoder
	if v, ok := d.Decode(frame(t, "\r\n")).(*Other); !ok || v.Word != nil {
		t.Errorf("got %s", outline(v))
	}
}

func TestBodiesNestedTooDeepAreOnlyInTheWireLine(t *testing.T) {
	var d Decoder
	const deep = 10_000
	v := d.Decode(frame(t, "* 1 FETCH (BODY "+strings.Repeat("(", deep)+strings.Repeat(")", deep)+")\r\n"))
	f, ok := v.(*Fetch)
	if !ok || len(f.Items) != 1 || len(f.Items[0].Parts) == 0 || len(f.Items[0].Parts) > deep/2 {
		t.Errorf("got %T", v)
	}
}

func TestThreadsNestedTooDeepAreOnlyInTheWireLine(t *testing.T) {
	var d Decoder
	v := d.Decode(frame(t, "* THREAD ("+strings.Repeat("1 ", maxThread+2)+"(2)(3))\r\n")).(*Thread)
	for _, n := range v.Nodes {
		if n.Num == 2 || n.Num == 3 {
			t.Errorf("message %d at depth %d", n.Num, n.Depth)
		}
	}
}

func TestTheMemoryOfAHugeSearchIsFreed(t *testing.T) {
	var d Decoder
	d.nums = make([]uint32, 0, 1<<21)
	d.Decode(frame(t, "* 1 EXISTS\r\n"))
	if n := cap(d.nums); n > 1<<20 {
		t.Errorf("room for %d kept", n)
	}
}

// The larger tree has the shape of the example in RFC 9051 §6.4.5.1. A multipart that is the complete body
// of a message does not have a number: its name is TEXT.
func TestEachPartHasItsNumberInBODY(t *testing.T) {
	const (
		text     = `("text" "plain" NIL NIL NIL "7bit" 1 1)`
		image    = `("image" "png" NIL NIL NIL "base64" 1)`
		envelope = `(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)`
	)
	message := func(body string) string {
		return `("message" "rfc822" NIL NIL NIL "7bit" 1 ` + envelope + ` ` + body + ` 1)`
	}
	for _, c := range []struct{ body, want string }{
		{text, "1/0"},
		{`(` + text + image + ` "mixed")`, "/0 1/1 2/1"},
		{message(text), "1/0 1.1/1"},
		{message(`(` + text + image + ` "mixed")`), "1/0 /1 1.1/2 1.2/2"},
		{`(` + text + image + message(`(`+text+image+` "mixed")`) + `(` + image + message(`(`+text+`(`+text+image+` "alternative") "mixed")`) + ` "mixed") "mixed")`,
			"/0 1/1 2/1 3/1 /2 3.1/3 3.2/3 4/1 4.1/2 4.2/2 /3 4.2.1/4 4.2.2/4 4.2.2.1/5 4.2.2.2/5"},
		{`((` + text + ` "alternative") "mixed")`, "/0 1/1 1.1/2"},
	} {
		var d Decoder
		parts := d.Decode(frame(t, "* 1 FETCH (BODY "+c.body+")\r\n")).(*Fetch).Items[0].Parts
		var got []string
		for i := range parts {
			got = append(got, fmt.Sprintf("%s/%d", AppendPartNumber(nil, parts, i), Depth(parts, i)))
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.body, got, c.want)
		}
	}
}
