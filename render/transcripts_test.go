package render

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"imapsh/internal/wire"
)

// transcripts returns the exchanges in testdata/transcripts by name: the bytes of the server and,
// each on a line of its own after "C: ", the commands.
func transcripts(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/transcripts/*.transcript")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	m := map[string][]byte{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m[strings.TrimSuffix(filepath.Base(file), ".transcript")] = b
	}
	return m
}

var commandLine = regexp.MustCompile(`(?m)^C: (\S+) (.*)\r\n`)

// play plays a transcript and returns the bytes of the server.
func (s *scene) play(transcript []byte) (server []byte) {
	s.t.Helper()
	at := 0
	receive := func(b []byte) {
		server = append(server, b...)
		s.receive(string(b))
	}
	for _, m := range commandLine.FindAllSubmatchIndex(transcript, -1) {
		receive(transcript[at:m[0]])
		s.send(string(transcript[m[2]:m[3]]), string(transcript[m[4]:m[5]]))
		at = m[1]
	}
	receive(transcript[at:])
	s.end()
	return server
}

func TestEachServersTranscriptLooksAsItsGoldenFilesSay(t *testing.T) {
	for name, transcript := range transcripts(t) {
		for look, options := range map[string]Options{"pretty": {}, "json": {Mode: JSON}} {
			t.Run(name+" "+look, func(t *testing.T) {
				s := newScene(t, options)
				s.play(transcript)
				golden(t, filepath.Join("transcripts", name+"."+look), s.text())
			})
		}
	}
}

func TestNoTranscriptOverflowsATerminal(t *testing.T) {
	for name, transcript := range transcripts(t) {
		for _, cols := range []int{80, 40} {
			t.Run(name+" "+strconv.Itoa(cols), func(t *testing.T) {
				s := newScene(t, Options{Terminal: true, Width: func() int { return cols }})
				s.play(transcript)
				s.noLineOverflows(s.text())
			})
		}
	}
}

// exchanges returns the transcripts, and each response in the decoders' golden files.
func exchanges(t *testing.T) map[string][]byte {
	t.Helper()
	all := transcripts(t)
	files, err := filepath.Glob("../internal/response/testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no responses: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var b []byte
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "= ") || strings.HasPrefix(line, "! ") {
				continue
			}
			s, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
			if err != nil {
				t.Fatalf("%s: %s: %v", file, line, err)
			}
			b = append(append(b, s...), "\r\n"...)
		}
		all[filepath.Base(file)] = b
	}
	return all
}

// Line ends end a line of the output; every other byte is in it, escaped.
func TestEachByteOfTheServerIsOnItsWireLine(t *testing.T) {
	for name, transcript := range exchanges(t) {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, Options{})
			server := s.play(transcript)
			var shown strings.Builder
			for line := range strings.Lines(s.text()) {
				if rest, ok := strings.CutPrefix(line, "S: "); ok {
					shown.WriteString(strings.TrimSuffix(rest, "\n"))
				} else if rest, ok := strings.CutPrefix(line, "S| "); ok {
					shown.WriteString(strings.TrimSuffix(rest, "\n"))
				}
			}
			var want []byte
			for line := range bytes.Lines(server) {
				want = wire.Escape(want, bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")))
			}
			if got := shown.String(); got != string(want) {
				i := 0
				for i < len(got) && i < len(want) && got[i] == want[i] {
					i++
				}
				from := max(0, i-60)
				t.Errorf("differs at %d\n got …%.160s\nwant …%.160s", i, got[from:], want[from:])
			}
		})
	}
}

func TestTheRawBytesInJSONAreTheServersBytes(t *testing.T) {
	for name, transcript := range exchanges(t) {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, Options{Mode: JSON})
			server := s.play(transcript)
			var got []byte
			for line := range strings.Lines(s.text()) {
				var event struct {
					Type  string
					Raw   string
					Raw64 string
				}
				if err := json.Unmarshal([]byte(line), &event); err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				if event.Type != "response" {
					continue
				}
				raw, err := base64.StdEncoding.DecodeString(event.Raw64)
				if err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				got = append(append(got, event.Raw...), raw...)
			}
			if !bytes.Equal(got, server) {
				t.Errorf("%d bytes, want %d", len(got), len(server))
			}
		})
	}
}
