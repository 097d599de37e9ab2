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
		{"in its line", "* 1 FETCH (FLAGS", false, 16, "the stream ended within the response; the end of its line had not come"},
		{"in its line, nobody waited any more", "* 1 FETCH (FLAGS", true, 16, "imapsh gave up waiting within the response; the end of its line had not come"},
		{"in a literal", announced + "abc", false, 27, "the stream ended within the response; 96 of the 99 octets of a literal had not come"},
		{"in a literal that an answer is in", announced + "abc)\r\na002 OK Fetch completed.\r\n", true, 30,
			"imapsh gave up waiting within the response; 67 of the 99 octets of a literal had not come, and what looks like the answer to a command is within it: its size is too large"},
		{"in a literal with a line like an answer", announced + "It was\r\na matter of OK\r\n", false, 48,
			"the stream ended within the response; 75 of the 99 octets of a literal had not come"},
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
