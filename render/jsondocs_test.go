package render

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// members adds the names of all members of a JSON value, except for those that the server chooses.
func members(v any, to map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			members(one, to)
		}
	case map[string]any:
		for name, value := range v {
			if ownName.MatchString(name) {
				to[name] = true
			}
			if name != "params" && name != "disposition_params" {
				members(value, to)
			}
		}
	}
}

// ownName matches the names of members with fixed names; names from the server are in capitals.
var ownName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// jsonPage returns docs/json.md and its examples.
func jsonPage(t *testing.T) (page string, examples []map[string]any) {
	t.Helper()
	b, err := os.ReadFile("../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(string(b), -1) {
		for line := range strings.Lines(block[1]) {
			var v map[string]any
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			examples = append(examples, v)
		}
	}
	return string(b), examples
}

// written returns the objects in all golden files.
func written(t *testing.T) (all []map[string]any) {
	t.Helper()
	var files []string
	for _, pattern := range []string{"testdata/*.json.golden", "testdata/transcripts/*.json.golden"} {
		more, err := filepath.Glob(pattern)
		if err != nil || len(more) == 0 {
			t.Fatalf("no golden files: %v", err)
		}
		files = append(files, more...)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(string(b), "=== standard error\n")
		for line := range strings.Lines(text) {
			var v map[string]any
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatalf("%s: %s: %v", file, line, err)
			}
			all = append(all, v)
		}
	}
	return all
}

func TestEachMemberOfTheJSONIsOnItsPage(t *testing.T) {
	names, types := map[string]bool{}, map[string]bool{}
	for _, v := range written(t) {
		members(v, names)
		types[v["type"].(string)] = true
	}
	page, examples := jsonPage(t)
	shown := map[string]bool{}
	for _, e := range examples {
		members(e, shown)
		delete(types, e["type"].(string))
	}
	for name := range names {
		if !shown[name] && !strings.Contains(page, "`"+name+"`") {
			t.Errorf("%s is in no example and not described: add it to docs/json.md", name)
		}
	}
	for kind := range types {
		t.Errorf("no example is of type %s: add one to docs/json.md", kind)
	}
}

func TestEachDecoderHasAnExampleOfItsJSON(t *testing.T) {
	_, examples := jsonPage(t)
	var shown []string
	for _, e := range examples {
		if name, ok := e["name"].(string); ok {
			shown = append(shown, name)
		}
	}
	for name := range sentences { // one for each response with a decoder
		if name == strings.ToUpper(name) && name != "DONE" && !slices.Contains(shown, name) {
			t.Errorf("no example of %s: add one to docs/json.md", name)
		}
	}
}

func TestTheExamplesOfTheJSONPageAreRight(t *testing.T) {
	_, examples := jsonPage(t)
	for _, want := range examples {
		raw, ok := want["raw"].(string)
		if !ok || want["type"] != "response" || want["size"] != nil {
			continue
		}
		s := newScene(t, Options{Mode: JSON})
		s.receive(raw)
		var got map[string]any
		if err := json.Unmarshal([]byte(s.text()), &got); err != nil {
			t.Fatalf("%s: %v", s.text(), err)
		}
		for _, of := range []map[string]any{got, want} { // these come from the exchange, not from the response
			for _, name := range []string{"command", "done", "elapsed_ms", "idle", "tls", "at", "conn", "flags_set", "flags_removed", "notes", "selected", "command_name", "file", "line"} {
				delete(of, name)
			}
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if string(a) != string(b) {
			t.Errorf("the page has\n%s\nbut this is written:\n%s", b, a)
		}
	}
}

// Members that do not come from the response itself, and objects that are not responses, must be in a golden file.
func TestTheExamplesOfOtherObjectsAreInGoldenFiles(t *testing.T) {
	asText := func(v map[string]any) string {
		delete(v, "at")
		b, _ := json.Marshal(v)
		return string(b)
	}
	lines := map[string]bool{}
	for _, v := range written(t) {
		lines[asText(v)] = true
	}
	page, examples := jsonPage(t)
	for _, e := range examples {
		if e["type"] == "difference" || e["type"] == "replay" { // "imapsh replay" writes them
			continue
		}
		if _, whole := e["size"]; e["type"] == "response" && e["notes"] == nil && e["flags_set"] == nil && !whole {
			continue
		}
		if text := asText(e); !lines[text] {
			t.Errorf("this example is in no golden file:\n%s", text)
		}
	}
	for _, name := range linkNames {
		if !strings.Contains(page, "| `"+name+"`") && !strings.Contains(page, ", `"+name+"`") {
			t.Errorf("%s is not in the table of types of docs/json.md", name)
		}
	}
}
