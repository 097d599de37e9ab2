package wire

import (
	"strings"
	"testing"
)

func TestAnUnfinishedResponseSaysWhoEndedItAndWhereItSeemsToEnd(t *testing.T) {
	const announced = "* 1 FETCH (BODY[] {99}\r\n"
	for _, c := range []struct {
		name, input string
		gaveUp      bool
		off         int
		want        string
	}{
		{"in its line", "* 1 FETCH (FLAGS", false, 16, "the stream ended before the end of the response: the end of the line did not arrive"},
		{"in its line, nobody waited any longer", "* 1 FETCH (FLAGS", true, 16, "imapsh stopped waiting before the end of the response: the end of the line did not arrive"},
		{"in a literal", announced + "abc", false, 27, "the stream ended before the end of the response: 96 of the 99 bytes of a literal did not arrive"},
		{"in a literal that an answer is in", announced + "abc)\r\na002 OK Fetch completed.\r\n", true, 30,
			"imapsh stopped waiting before the end of the response: 67 of the 99 bytes of a literal did not arrive; a tagged response is inside it, so its size is probably too large"},
		{"in a literal with a line like an answer", announced + "It was\r\na matter of OK\r\n", false, 48,
			"the stream ended before the end of the response: 75 of the 99 bytes of a literal did not arrive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, a := testFramer(), Arena{}
			parts := f.Feed([]byte(c.input), nil, &a)
			f.GaveUp = c.gaveUp
			parts = f.Close(parts, &a)
			odd := parts[len(parts)-1].Frame.Odd
			if len(odd) != 1 || odd[0].Name != "unfinished" || odd[0].Text != c.want || int(odd[0].Off) != c.off {
				t.Errorf("got %+v\nwant %q at %d", odd, c.want, c.off)
			}
			if strings.Contains(odd[0].Text, "%!") {
				t.Error(odd[0].Text)
			}
		})
	}
}
