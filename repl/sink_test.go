package repl

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"

	"imapsh/internal/response"
	. "imapsh/internal/testserver"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

func TestOverwritingSomeOfSeveralFilesNeedsConsentOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"m-2.eml", "m-3.eml", "m-9.eml"} {
		os.WriteFile(name, []byte("old"), 0o640)
	}
	body := []Step{expect("fetch"), Send("* 1 FETCH (BODY[] {1}\r\na)\r\n* 2 FETCH (BODY[] {1}\r\nb)\r\n* 9 FETCH (BODY[] {1}\r\nx)\r\n{tag} OK done\r\n")}
	s := begin(t, canned(t, preauth, body...))
	is := func(want map[string]string) {
		t.Helper()
		for name, text := range want {
			if got, _ := os.ReadFile(name); string(got) != text {
				t.Errorf("%s holds %q, want %q", name, got, text)
			}
		}
		if all, _ := os.ReadDir("."); len(all) != len(want) {
			t.Errorf("files %v, want %v", all, want)
		}
	}
	s.typ("fetch 1:3 body.peek[] > m-%d.eml")
	s.asks("Overwrite m-2.eml and 1 more? [y/N] ")
	s.typ("n")
	s.sees("-- FETCH was not sent")
	is(map[string]string{"m-2.eml": "old", "m-3.eml": "old", "m-9.eml": "old"})
	s.typ("fetch 1:3 body.peek[] > m-%d.eml")
	s.asks("Overwrite m-2.eml and 1 more? [y/N] ")
	s.typ("y")
	s.sees("S| … 1 byte to m-1.eml …", "S| … 1 byte to m-2.eml …", "-- 2 bytes saved in 2 files, m-%d.eml")
	is(map[string]string{"m-1.eml": "a", "m-2.eml": "b", "m-3.eml": "old", "m-9.eml": "old"})
	if info, err := os.Stat("m-2.eml"); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("a file that was replaced: %v %v, want its mode kept", info.Mode(), err)
	}
}

func TestTheNoteOnWhatWasSavedNamesTheValuesThatAreNIL(t *testing.T) {
	t.Chdir(t.TempDir())
	s := begin(t, canned(t, preauth, expect("fetch"), Send("* 1 FETCH (BODY[9] NIL)\r\n{tag} OK done\r\n"),
		expect("fetch"), Send("* 1 FETCH (BODY[] NIL)\r\n* 2 FETCH (BODY[] {1}\r\nb)\r\n{tag} OK done\r\n"),
		expect("fetch"), Send("* 3 FETCH (BODY[] \"\")\r\n{tag} OK done\r\n")))
	s.typ("fetch 1 body.peek[9] > part")
	s.sees("-- 0 bytes saved in part; the value is NIL\n")
	s.typ("fetch 1:2 body.peek[] > m-%d")
	s.sees("-- 1 byte saved in 2 files, m-%d; 1 of 2 values NIL\n")
	s.typ("fetch 3 body.peek[] > empty")
	s.sees("-- 0 bytes saved in empty\n")
}

func TestALinkStaysAndLeadsToWhatWasSaved(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(t.TempDir())
	os.WriteFile(dir+"/real", []byte("old"), 0o600)
	if err := os.Symlink(dir+"/real", "link"); err != nil {
		t.Skip(err)
	}
	s := begin(t, canned(t, preauth, expect("fetch"), Send("* 1 FETCH (BODY[] {3}\r\nnew)\r\n{tag} OK done\r\n")))
	s.typ("fetch 1 body.peek[] > link")
	s.asks("Overwrite link? [y/N] ")
	s.typ("y")
	s.sees("-- 3 bytes saved in link")
	if got, _ := os.ReadFile(dir + "/real"); string(got) != "new" {
		t.Errorf("the file holds %q, want %q", got, "new")
	}
	if info, err := os.Lstat("link"); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v (%v)", info.Mode(), err)
	}
}

func TestAFileThatAppearsMeanwhileIsNotReplaced(t *testing.T) {
	t.Chdir(t.TempDir())
	s := begin(t, canned(t, preauth, expect("fetch"), Do(func() { os.WriteFile("one", []byte("theirs"), 0o600) }), Send("* 1 FETCH (BODY[] {4}\r\nmine)\r\n{tag} OK done\r\n")))
	s.typ("fetch 1 body.peek[] > one")
	s.sees("!! > one: file exists: nothing was saved")
	if got, _ := os.ReadFile("one"); string(got) != "theirs" {
		t.Errorf("the file holds %q, want %q", got, "theirs")
	}
	if all, _ := os.ReadDir("."); len(all) != 1 {
		t.Errorf("files %v, want one", all)
	}
}

// A body of any size passes through: memory use does not grow with it.
func TestALargeBodyGoesToAFileWithoutMemory(t *testing.T) {
	const size, piece = 256 << 20, 64 << 10
	t.Chdir(t.TempDir())
	c := &tagger.Command{Tag: "a1", Match: (&tagger.Line{Text: "fetch 1 body.peek[]"}).Match()}
	k := &sink{name: os.DevNull, stream: true}
	raw := []byte("* 1 FETCH (BODY[] {268435456}\r\n")
	l := wire.Literal{At: len(raw), Size: size, Spilled: true}
	frame := &wire.Frame{Raw: raw, Literals: []wire.Literal{l}}
	e := trace.Event{Kind: trace.Octets, Of: c, Asked: true, Part: &wire.Part{Kind: wire.LiteralData, Bytes: bytes.Repeat([]byte("x"), piece), Literal: &l, Frame: frame}}
	k.Hear(&e)
	k.draft.file.Close()
	k.draft.discard()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	k.draft.file = null // the disk is not what is measured
	defer null.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range size/piece - 1 {
		k.Hear(&e)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 256<<10 {
		t.Errorf("%d bytes were allocated for a body of %d", got, size)
	}
	if k.err != nil || k.draft.size != size {
		t.Errorf("%d bytes, %v; want %d", k.draft.size, k.err, size)
	}
	k.Hear(&trace.Event{Kind: trace.Response, Of: c, Asked: true, Seen: &tagger.Event{
		Frame: &wire.Frame{Raw: append(raw, ")\r\n"...), Literals: []wire.Literal{l}},
		Value: &response.Fetch{Seq: 1, Items: []response.Item{{Kind: response.ItemBody, Name: []byte("BODY[]"), Body: response.String{Lit: 0}}}},
	}})
	if k.err != nil || k.draft.whole != size || k.values != 1 {
		t.Errorf("%d bytes are complete, %d values, %v; want %d", k.draft.whole, k.values, k.err, size)
	}
}

func TestALargeBodyOnTheScreenIsOneLine(t *testing.T) {
	t.Chdir(t.TempDir())
	large := strings.Repeat("a line of the body\r\n", 100_000)
	s := begin(t, canned(t, preauth, expect("fetch"), Send("* 1 FETCH (FLAGS (\\Seen) BODY[] {2000000}\r\n"+large+" UID 7)\r\n{tag} OK done\r\n")))
	s.typ("fetch 1 (flags body.peek[] uid) > one")
	s.sees("S: * 1 FETCH (FLAGS (\\Seen) BODY[] {2000000}\nS| … 2,000,000 bytes to one …\nS:  UID 7)\n", "-- 2000000 bytes saved in one")
	s.neverShown("a line of the body")
	s.typ(":last")
	s.sees("S| … 2,000,000 bytes to one …")
	s.neverShown("a line of the body")
}
