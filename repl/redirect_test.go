package repl

import (
	"reflect"
	"testing"
	"time"
)

func TestRedirectionsAreTheLastWordsOfALine(t *testing.T) {
	tests := []struct {
		typed, name, line string
		want              redirection
	}{
		{"fetch 5 body[] > out.eml", "FETCH", "fetch 5 body[]", redirection{out: "out.eml"}},
		{"fetch 5 body[] >> out.eml &", "FETCH", "fetch 5 body[]", redirection{out: "out.eml", appendTo: true, background: true}},
		{`fetch 5 body[] > "two words"`, "FETCH", "fetch 5 body[]", redirection{out: "two words"}},
		{"fetch 1:* flags | grep -c '\\Seen'", "FETCH", "fetch 1:* flags", redirection{pipe: "grep -c '\\Seen'"}},
		{"append box (\\Seen) < mail.eml", "APPEND", "append box (\\Seen)", redirection{in: "mail.eml"}},
		{"append box <= mail.eml", "APPEND", "append box", redirection{in: "mail.eml", asIs: true}},
		{"append box <<END", "APPEND", "append box", redirection{until: "END"}},
		{"noop &", "NOOP", "noop", redirection{background: true}},
		{`search subject "a | b"`, "SEARCH", `search subject "a | b"`, redirection{}},
		{`search subject ">" x`, "SEARCH", `search subject ">" x`, redirection{}},
		{"fetch 1 (body[header.fields (to > from)])", "FETCH", "fetch 1 (body[header.fields (to > from)])", redirection{}},
		{"create a&b", "CREATE", "create a&b", redirection{}},
		{`append box "x`, "APPEND", `append box "x`, redirection{}},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			line, got := redirect(tt.typed, tt.name)
			if line != tt.line || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %q %+v\nwant %q %+v", line, got, tt.line, tt.want)
			}
		})
	}
}

func TestRedirectionsElsewhereAreArgumentsWithAWarning(t *testing.T) {
	for typed, name := range map[string]string{"list \"\" > x": "LIST", "search < x": "SEARCH", "select <<x": "SELECT"} {
		line, got := redirect(typed, name)
		if line != typed || len(got.warnings) != 1 {
			t.Errorf("%s: got %q and %d warnings", typed, line, len(got.warnings))
		}
	}
}

func TestIdleForTakesADuration(t *testing.T) {
	if d, line, ok := idleFor("idle --for 5s", "IDLE"); !ok || d != 5*time.Second || line != "idle" {
		t.Errorf("got %v %q %v", d, line, ok)
	}
	for _, typed := range []string{"idle", "idle --for", "idle --for x", "idle --for -1s"} {
		if _, line, ok := idleFor(typed, "IDLE"); ok || line != typed {
			t.Errorf("%s: got %q %v", typed, line, ok)
		}
	}
}
