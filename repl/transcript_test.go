package repl

import "testing"

func TestOnlyWhatAClientSaysIsSent(t *testing.T) {
	sent := map[string]string{
		"C: a001 NOOP":    "a001 NOOP",
		"a001 NOOP":       "a001 NOOP",
		"search NO":       "search NO",
		"list OK":         "list OK",
		"noop OK it is":   "noop OK it is",
		"*":               "*",
		"S:x":             "S:x",
		"Trying":          "Trying",
		"C: a1 LOGIN a b": "a1 LOGIN a b",
	}
	for line, want := range sent {
		if text, heard := ours(line); heard || text != want {
			t.Errorf("%q: got %q, heard %v", line, text, heard)
		}
	}
	heard := []string{
		"S: * OK hello", "S| octets", "* 1 EXISTS", "+ go ahead", "+", "a001 OK done", "x NO [ALERT] no", ". BAD what",
		"Trying 127.0.0.1...", "Connected to localhost.", "Escape character is '^]'.", "Connection closed by foreign host.",
		"-- a note", "!! a warning", "C| octets of a literal of ours", "     delete Lists", "       delete Lists",
		"… 27 more LIST responses (:last shows them) …",
	}
	for _, line := range heard {
		if _, is := ours(line); !is {
			t.Errorf("%q is no client's line", line)
		}
	}
}
