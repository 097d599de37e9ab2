package wire

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestJSONDoesNotActOnATerminal(t *testing.T) {
	const text = "a\x1b[2J\u009b1m\x7f\u202e\u2066\ufeff\U000e0041 <Zürich> 日本 \\ \"\n-- b"
	var b strings.Builder
	if err := WriteJSON(&b, map[string]string{text: text}); err != nil {
		t.Fatal(err)
	}
	line, _ := strings.CutSuffix(b.String(), "\n")
	if EscapeString(line) != line || !strings.Contains(line, "<Zürich> 日本") {
		t.Errorf("got %q", b.String())
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(line), &got); err != nil || got[text] != text {
		t.Errorf("read again %q, %v", got, err)
	}
}
