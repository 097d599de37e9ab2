package command

import (
	"strings"
	"testing"

	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// withoutDecoder are the responses of extensions that nothing decodes, shown as they are.
var withoutDecoder = map[string]bool{"JMAPACCESS": true, "SCAN": true, "XAPPLEPUSHSERVICE": true}

func TestEveryRowNamesTheResponsesThatAreItsData(t *testing.T) {
	for i := range table {
		c := &table[i]
		// A row without data of its own says so in words.
		none := strings.HasPrefix(c.Answer, "nothing") || strings.HasPrefix(c.Answer, "continuation requests")
		switch {
		case c.Polls && len(c.Answers) > 0:
			t.Errorf("%s polls, and has data of its own: %q", c.Name, c.Answers)
		case !c.Polls && !none && len(c.Answers) == 0:
			t.Errorf("%s: Answers are missing for %q", c.Name, c.Answer)
		}
		seen := map[string]bool{}
		for _, name := range c.Answers {
			if seen[name] {
				t.Errorf("%s: %s stands twice in Answers", c.Name, name)
			}
			seen[name] = true
			if !isResponse(name) && !withoutDecoder[name] {
				t.Errorf("%s: no response is called %q", c.Name, name)
			}
			if !c.AnsweredBy(name) {
				t.Errorf("%s: AnsweredBy(%q) is false, want true", c.Name, name)
			}
		}
	}
}

// isResponse reports whether a decoder knows an untagged response of this name, with or without
// a number before it.
func isResponse(name string) bool {
	for _, line := range []string{"* " + name + " ", "* 1 " + name + " "} {
		var d response.Decoder
		frame := &wire.Frame{Raw: []byte(line)}
		if _, other := d.Decode(frame).(*response.Other); !other {
			return true
		}
	}
	return false
}

func TestALineOfAnUnknownCommandHasARowWithoutFacts(t *testing.T) {
	m := MatchLine("UID FROBNICATE 1:*")
	if row := m.Row(); row == nil || row.Name != "" || len(row.Answers) > 0 || row.AnsweredBy("FETCH") {
		t.Errorf("got %+v, want a row without facts", row)
	}
	if !m.ByUID() {
		t.Error("UID FROBNICATE does not go by UIDs")
	}
	if m := MatchLine("FETCH 1 FLAGS"); m.Row() != Lookup("FETCH") || m.ByUID() {
		t.Errorf("FETCH 1 FLAGS: got the row %s, by UID %v", m.Row().Name, m.ByUID())
	}
}
