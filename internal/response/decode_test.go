package response

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"imapsh/internal/wire"
)

var update = flag.Bool("update", false, "write the golden files")

// frame makes a frame of the bytes of one response.
func frame(t testing.TB, input string) *wire.Frame {
	t.Helper()
	f := wire.NewFramer(func() time.Time { return time.Unix(0, 0) })
	var a wire.Arena
	parts := f.Close(f.Feed([]byte(input), nil, &a), &a)
	for _, p := range parts {
		if p.Kind == wire.End {
			return p.Frame
		}
	}
	t.Fatalf("no frame in %q", input)
	return nil
}

// outline returns a value for people: bytes as strings, empty fields omitted.
func outline(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v))
	return b.String()
}

func write(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		write(b, v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			fmt.Fprintf(b, "%q", v.Bytes())
			return
		}
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(' ')
			}
			write(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.Struct:
		if s, ok := v.Interface().(String); ok {
			writeString(b, s)
			return
		}
		if t, ok := v.Interface().(time.Time); ok {
			b.WriteString(t.Format(time.RFC3339))
			return
		}
		b.WriteString(v.Type().Name() + "{")
		separator := ""
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				continue
			}
			b.WriteString(separator + v.Type().Field(i).Name + ":")
			separator = " "
			write(b, v.Field(i))
		}
		b.WriteByte('}')
	default:
		fmt.Fprintf(b, "%v", v)
	}
}

func writeString(b *strings.Builder, s String) {
	switch {
	case s.Nil:
		b.WriteString("NIL")
	case s.Lit >= 0:
		fmt.Fprintf(b, "{%d}%q", s.Lit, s.B)
	default:
		fmt.Fprintf(b, "%q", s.B)
	}
}

// TestEachResponseDecodesAsItsGoldenFileSays reads testdata/*.txt: blocks of a response in Go's
// string syntax, one piece per line, then what it decodes to after "= " and the names of its oddities
// after "! ".
func TestEachResponseDecodesAsItsGoldenFileSays(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			before, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(before)) { // a name is the first word, the second, or the third
				for i, word := range strings.Fields(line) {
					seen[strings.ToUpper(word)] = true
					if i == 2 {
						break
					}
				}
			}
			after := regenerate(t, string(before))
			if *update {
				if err := os.WriteFile(file, []byte(after), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			was, is := strings.Split(string(before), "\n"), strings.Split(after, "\n")
			for i := range max(len(was), len(is)) {
				if i >= len(was) || i >= len(is) || was[i] != is[i] {
					t.Fatalf("line %d differs\n got %s\nwant %s", i+1, at(is, i), at(was, i))
				}
			}
		})
	}
	for _, name := range Names() {
		if !seen[name] {
			t.Errorf("no %s is decoded: add one to internal/response/testdata/*.txt, then run go test ./internal/response -update", name)
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// regenerate decodes each response of a golden file again. One Decoder reads them
// all, so that a value that kept something of an earlier response would show.
func regenerate(t *testing.T, file string) string {
	var d Decoder
	var out []string
	for _, line := range strings.Split(file, "\n") {
		if strings.HasPrefix(line, "= ") || strings.HasPrefix(line, "! ") {
			continue
		}
		out = append(out, line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		input := unquoted(t, line)
		v := d.Decode(frame(t, input))
		out = append(out, "= "+outline(v))
		for _, o := range d.Odd {
			out = append(out, fmt.Sprintf("! %s at %d", o.Name, o.Off))
		}
	}
	return strings.Join(out, "\n")
}

// unquoted returns a line with \r, \n, \xhh and \\ decoded, and CRLF at its end.
func unquoted(t *testing.T, line string) string {
	var s string
	if _, err := fmt.Sscanf(`"`+strings.ReplaceAll(line, `"`, `\"`)+`"`, "%q", &s); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return s + "\r\n"
}

func TestDecodingAllocatesNothingInTheLongRun(t *testing.T) {
	var d Decoder
	for _, input := range []string{
		envelopeResponse,
		"* LIST (\\HasNoChildren) \"/\" \"Entwurf\"\r\n",
		structureResponse,
		"* 5 EXISTS\r\n",
		"a001 OK [CAPABILITY IMAP4rev1 IDLE] Logged in.\r\n",
		"* OK [PERMANENTFLAGS (\\Seen \\*)] Flags permitted.\r\n",
		"* SEARCH 1 2 3 4 5 6 7 (MODSEQ 917162500)\r\n",
		"* 3 FETCH (UID 7 INTERNALDATE \" 1-Feb-2026 10:00:00 +0100\" BODY[HEADER.FIELDS (FROM)] {3}\r\nabc)\r\n",
		"* STATUS INBOX (MESSAGES 5 UNSEEN 2)\r\n",
	} {
		f := frame(t, input)
		if n := testing.AllocsPerRun(100, func() { d.Decode(f) }); n != 0 {
			t.Errorf("%q: %v allocations", input, n)
		}
	}
	for _, lines := range correct {
		for line := range strings.SplitSeq(strings.TrimPrefix(lines, "\n"), "\n") {
			line, d.Tree.UTF8 = strings.CutPrefix(line, "8")
			f := frame(t, unquoted(t, line))
			if d.Decode(f).Name() == "ESEARCH" || strings.Contains(line, "&") { // these are rare: ESEARCH comes once per command, and only few names need decoding
				continue
			}
			if n := testing.AllocsPerRun(3, func() { d.Decode(f) }); n != 0 {
				t.Errorf("%s: %v allocations: let its decoder reuse memory of internal/response/scratch.go", line, n)
			}
		}
	}
}

func TestADecoderFreesTheMemoryOfAHugeResponse(t *testing.T) {
	var d Decoder
	d.Decode(frame(t, "* 1 FETCH ("+strings.Repeat("A B ", 5*keep)+"C D)\r\n"))
	d.Decode(frame(t, "* 1 EXISTS\r\n"))
	if n := cap(d.items) + cap(d.words); n > 2*keep {
		t.Errorf("%d elements kept", n)
	}
}

func TestANumberAtTheLimitIsReadAndOneAboveIsNot(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit uint64
		want  uint64
		ok    bool
	}{
		{"0", maxNumber, 0, true},
		{"4294967295", maxNumber, 4294967295, true},
		{"4294967296", maxNumber, maxNumber, false},
		{"9223372036854775807", maxNumber64, maxNumber64, true},
		{"9223372036854775808", maxNumber64, maxNumber64, false},
		{"99999999999999999999999", maxNumber64, maxNumber64, false},
		{"", maxNumber, 0, false},
		{"12a", maxNumber, 0, false},
		{"-1", maxNumber, 0, false},
	} {
		if n, ok := parseNumber([]byte(c.in), c.limit); n != c.want || ok != c.ok {
			t.Errorf("parseNumber(%q) = %d, %v; want %d, %v", c.in, n, ok, c.want, c.ok)
		}
	}
}

func FuzzDecodeNeverPanics(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		b, _ := os.ReadFile(file)
		for _, line := range strings.Split(string(b), "\n") {
			if strings.HasPrefix(line, "*") {
				f.Add([]byte(strings.ReplaceAll(line, `\r\n`, "\r\n") + "\r\n"))
			}
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		var d Decoder
		fr := wire.NewFramer(func() time.Time { return time.Time{} })
		var a wire.Arena
		for _, p := range fr.Close(fr.Feed(input, nil, &a), &a) {
			if p.Kind != wire.End {
				continue
			}
			if d.Decode(p.Frame) == nil {
				t.Fatal("no value")
			}
			for i := 1; i < len(d.Odd); i++ {
				if d.Odd[i].Off < d.Odd[i-1].Off {
					t.Fatalf("violations are not sorted by offset: %v", d.Odd)
				}
			}
		}
	})
}

const structureResponse = `* 17 FETCH (BODYSTRUCTURE ((("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 1152 23 NIL NIL NIL NIL)("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 4900 80 NIL NIL NIL NIL) "alternative" ("boundary" "b2") NIL NIL NIL)("application" "pdf" ("name" "a.pdf") NIL NIL "base64" 217000 NIL ("attachment" ("filename" "a.pdf")) NIL NIL) "mixed" ("boundary" "b1") NIL NIL NIL))` + "\r\n"

const envelopeResponse = `* 17 FETCH (FLAGS (\Seen \Answered) ENVELOPE ("Fri, 20 Nov 2026 10:00:00 +0000" "Quarterly figures and the plan" (("Alice Example" NIL "alice" "example.org")) (("Alice Example" NIL "alice" "example.org")) (("Alice Example" NIL "alice" "example.org")) (("Bob" NIL "bob" "example.org")) NIL NIL NIL "<20261120100000.1234@mail.example.org>"))` + "\r\n"

func BenchmarkDecode(b *testing.B) {
	f := frame(b, envelopeResponse)
	var d Decoder
	b.Run("parse and decode", func(b *testing.B) {
		b.SetBytes(int64(len(f.Raw)))
		b.ReportAllocs()
		for b.Loop() {
			d.Decode(f)
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(f.Raw)))
		for b.Loop() {
			d.Tree.Parse(f)
		}
	})
}
