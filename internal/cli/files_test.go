package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"imapsh/internal/testserver"
)

// large returns a value that is larger than what is kept of a literal in memory.
var large = sync.OnceValue(func() string { return strings.Repeat("0123456789abcde\n", 1<<16+1) })

// value returns a literal for a FETCH response.
func value(octets string) string { return fmt.Sprintf("{%d}\r\n%s", len(octets), octets) }

// others returns responses about messages that were not asked for.
func others(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, 10+i)
	}
	return b.String()
}

// Whatever a server sends, files are created, kept and complete only as the user asked.
func TestAFileHoldsTheValuesAskedForOrDoesNotChange(t *testing.T) {
	ok, no := "{tag} OK done\r\n", "{tag} NO not now\r\n"
	for _, row := range []struct {
		name, line string
		there      map[string]string // files at first
		args       []string
		sends      string // the answer; without a tagged response, the connection is then closed
		want       map[string]string
		status     int
		says       []string
	}{
		{name: "a message", line: "fetch 1 body[] > one", sends: "* 1 FETCH (BODY[] " + value("hello") + ")\r\n" + ok,
			want: map[string]string{"one": "hello"}, says: []string{"S| … 5 bytes to one …", "-- 5 bytes saved in one"}},
		{name: "a large message", line: "fetch 1 body[] > one", sends: "* 1 FETCH (BODY[] " + value(large()) + ")\r\n" + ok,
			want: map[string]string{"one": large()}, says: []string{"S: * 1 FETCH (BODY[] {1048592}\nS| … 1,048,592 bytes to one …\nS: )\n", "-- 1048592 bytes saved in one"}},
		{name: "a file for each message", line: "uid fetch 7:8 body[] > mail-%d-%u", sends: "* 1 FETCH (UID 7 BODY[] " + value("a") + ")\r\n* 2 FETCH (BODY[] " + value("b") + " UID 8)\r\n" + ok,
			want: map[string]string{"mail-1-7": "a", "mail-2-8": "b"}, says: []string{"S| … 1 byte to mail-1-7 …", "S| … 1 byte to mail-2-%u …"}},
		{name: "a small part before a large one", line: "fetch 1 (body[1] body[2]) > one", sends: "* 1 FETCH (BODY[1] " + value("small\n") + " BODY[2] " + value(large()) + ")\r\n" + ok,
			want: map[string]string{"one": "small\n" + large()}},
		{name: "a value that is quoted, and one that is NIL", line: "fetch 1 (body[1] body[2]) > one", sends: "* 1 FETCH (BODY[1] \"a\" BODY[2] NIL)\r\n" + ok,
			want: map[string]string{"one": "a"}},
		{name: "a message in two responses", line: "fetch 1 (body[1] body[2]) > one", sends: "* 1 FETCH (BODY[1] " + value("a") + ")\r\n* 1 FETCH (BODY[2] " + value("b") + ")\r\n" + ok,
			want: map[string]string{"one": "ab"}},
		{name: "another message", line: "fetch 1 body[] > one", sends: "* 2 FETCH (BODY[] " + value("other") + ")\r\n" + ok, status: 1,
			want: map[string]string{}, says: []string{"!! > one: the server sent no BODY[…], BINARY[…] or RFC822 value: nothing was saved"}},
		{name: "a large one of another message", line: "fetch 1 body[] > one", sends: "* 2 FETCH (BODY[] " + value(large()) + ")\r\n* 1 FETCH (BODY[] " + value("mine") + ")\r\n" + ok,
			want: map[string]string{"one": "mine"}},
		{name: "another item", line: "fetch 1 body[1] > one", sends: "* 1 FETCH (BODY[1] " + value("mine") + " BODY[2] " + value("other") + " BODY[3] " + value(large()) + ")\r\n" + ok,
			want: map[string]string{"one": "mine"}},
		{name: "the same value twice", line: "fetch 1 body[] > one", sends: "* 1 FETCH (BODY[] " + value("a") + ")\r\n* 1 FETCH (BODY[] " + value("b") + ")\r\n" + ok, status: 1,
			want: map[string]string{}, says: []string{"BODY[] of message 1 came twice: nothing was saved"}},
		{name: "another UID", line: "uid fetch 7 body[] > one", sends: "* 1 FETCH (BODY[] " + value(large()) + " UID 8)\r\n* 2 FETCH (UID 7 BODY[] " + value("mine") + ")\r\n" + ok,
			want: map[string]string{"one": "mine"}},
		{name: "no UID", line: "uid fetch 7 body[] > one", sends: "* 1 FETCH (BODY[] " + value("x") + ")\r\n" + ok, status: 1,
			want: map[string]string{}, says: []string{"message 1 came without its UID"}},
		{name: "one UID for many messages", line: "uid fetch 7 body[] > mail-%d", sends: others("* %d FETCH (UID 7 BODY[] {1}\r\nx)\r\n", 3000) + ok, status: 1,
			want: map[string]string{"mail-10": "x"}, says: []string{"UID 7 came for message 10, and again for 11"}},
		{name: "three thousand others", line: "fetch 1:2 body[] > mail-%d", sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n" + others("* %d FETCH (BODY[] {1}\r\nx)\r\n", 3000) + "* 2 FETCH (BODY[] {1}\r\nb)\r\n" + ok,
			want: map[string]string{"mail-1": "a", "mail-2": "b"}, says: []string{"-- 2 bytes saved in 2 files, mail-%d"}},
		{name: "one that comes again after others", line: "fetch 1:2 body[] > mail-%d", sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n* 2 FETCH (BODY[] {1}\r\nb)\r\n* 1 FETCH (BODY[] {1}\r\nx)\r\n" + ok, status: 1,
			want: map[string]string{"mail-1": "a", "mail-2": "b"}, says: []string{"message 1 came again, after others"}},
		{name: "a file that is there", line: "fetch 1 body[] > one", there: map[string]string{"one": "old"}, status: 2,
			want: map[string]string{"one": "old"}, says: []string{"!! > would overwrite one (--overwrite allows it); FETCH was not sent"}},
		{name: "a file that may go", line: "fetch 1 body[] > one", args: []string{"--overwrite"}, there: map[string]string{"one": "old and longer"}, sends: "* 1 FETCH (BODY[] " + value("new") + ")\r\n" + ok,
			want: map[string]string{"one": "new"}},
		{name: "some of several that are there", line: "fetch 1:3 body[] > mail-%d", there: map[string]string{"mail-2": "old", "mail-3": "old", "mail-4": "not asked for", "mail-02": "another name"}, status: 2,
			want: map[string]string{"mail-2": "old", "mail-3": "old", "mail-4": "not asked for", "mail-02": "another name"}, says: []string{"would overwrite mail-2 and 1 more"}},
		{name: "several that may go", line: "fetch 1:2 body[] > mail-%d", args: []string{"--overwrite"}, there: map[string]string{"mail-2": "old"}, sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n* 2 FETCH (BODY[] {1}\r\nb)\r\n" + ok,
			want: map[string]string{"mail-1": "a", "mail-2": "b"}},
		{name: "NO", line: "fetch 1 body[] > one", args: []string{"--overwrite"}, there: map[string]string{"one": "old"}, sends: no, status: 1,
			want: map[string]string{"one": "old"}, says: []string{"!! > one: FETCH was not answered OK: nothing was saved"}},
		{name: "NO after all", line: "fetch 1 body[] > one", args: []string{"--overwrite"}, there: map[string]string{"one": "old"}, sends: "* 1 FETCH (BODY[] " + value("new") + ")\r\n" + no, status: 1,
			want: map[string]string{"one": "old"}},
		{name: "NO after some of several", line: "fetch 1:3 body[] > mail-%d", args: []string{"--overwrite"}, there: map[string]string{"mail-2": "old"}, sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n* 2 FETCH (BODY[] {1}\r\nb)\r\n" + no, status: 1,
			want: map[string]string{"mail-1": "a", "mail-2": "old"}, says: []string{"FETCH was not answered OK: 1 byte saved in mail-1"}},
		{name: "a lost connection", line: "fetch 1 body[] > one", args: []string{"--overwrite"}, there: map[string]string{"one": "old"}, sends: "* 1 FETCH (BODY[] " + value("new") + ")\r\n", status: 3,
			want: map[string]string{"one": "old"}, says: []string{"!! > one: the connection ended before FETCH was answered: nothing was saved"}},
		{name: "a literal cut off", line: "fetch 1 body[] > one", sends: "* 1 FETCH (BODY[] {1000}\r\nhalf", status: 3,
			want: map[string]string{}, says: []string{"the connection ended before FETCH was answered: nothing was saved"}},
		{name: "a large literal cut off", line: "fetch 1:2 body[] > mail-%d", sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n* 2 FETCH (BODY[] {3000000}\r\n" + large(), status: 3,
			want: map[string]string{"mail-1": "a"}},
		{name: "added", line: "fetch 1:2 body[] >> all", there: map[string]string{"all": "old "}, sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n* 2 FETCH (BODY[] " + value(large()) + ")\r\n" + ok,
			want: map[string]string{"all": "old a" + large()}},
		{name: "added to nothing", line: "fetch 1 body[] >> all", sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n" + ok,
			want: map[string]string{"all": "a"}},
		{name: "added, and NO", line: "fetch 1:2 body[] >> all", there: map[string]string{"all": "old"}, sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n" + no, status: 1,
			want: map[string]string{"all": "old"}},
		{name: "added, and cut off", line: "fetch 1:2 body[] >> all", there: map[string]string{"all": "old"}, sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n* 2 FETCH (BODY[] {9}\r\nhalf", status: 3,
			want: map[string]string{"all": "old"}},
		{name: "added, a file each", line: "fetch 1:2 body[] >> mail-%d", there: map[string]string{"mail-2": "old "}, sends: "* 1 FETCH (BODY[] {1}\r\na)\r\n* 2 FETCH (BODY[] {1}\r\nb)\r\n" + ok,
			want: map[string]string{"mail-1": "a", "mail-2": "old b"}},
		{name: "what a search has saved", line: "select inbox\nsearch return (save all) seen\nfetch $ body[] > mail-%d", sends: "* 9 EXISTS\r\n{tag} OK structure\r\n* ESEARCH (TAG \"{tag}\") ALL 1,3\r\n{tag} OK structure\r\n* 1 FETCH (BODY[] {1}\r\na)\r\n" + others("* %d FETCH (BODY[] {1}\r\nx)\r\n", 3000) + "* 3 FETCH (BODY[] {1}\r\nb)\r\n" + ok,
			want: map[string]string{"mail-1": "a", "mail-3": "b"}},
		{name: "what a search has saved, untold", line: "fetch $ body[] > mail-%d", status: 2,
			want: map[string]string{}, says: []string{"!! > mail-%d: it is not known which messages $ means; search with RETURN (SAVE ALL) first; FETCH was not sent"}},
		{name: "saved, and the connection lost", line: "select inbox\nsave 1 2", sends: "{tag} OK structure\r\n" + twoParts + "* 1 FETCH (BODY[2] {9000000}\r\n" + large(), status: 3,
			want: map[string]string{}},
		{name: "saved, and NO", line: "select inbox\nsave 1 2", sends: "{tag} OK structure\r\n" + twoParts + "* 1 FETCH (BODY[2] {1}\r\nx)\r\n" + no, status: 1,
			want: map[string]string{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			for name, text := range row.there {
				if err := writeFile(name, text); err != nil {
					t.Fatal(err)
				}
			}
			steps := []testserver.Step{testserver.Send(hello)}
			if row.status == 2 {
				steps = append(steps, testserver.Answer())
				row.sends = ""
			}
			for answer := range strings.SplitAfterSeq(row.sends, "{tag} OK structure\r\n") {
				if answer == "" {
					break
				}
				steps = append(steps, testserver.Expect("FETCH|fetch|search|select"), testserver.Send(answer))
			}
			end := testserver.Close()
			if strings.Contains(row.sends, "{tag}") && row.status != 3 || row.status == 2 {
				end = testserver.Answer()
			}
			s := canned(t, append(steps, end)...)
			o := run(t, row.line+"\n", append(row.args, "imap://"+s.Addr())...).is(t, row.status).shows(t, row.says...)
			if row.status != 0 {
				o.hides(t, "-- 0 bytes")
			}
			holds(t, dir, row.want)
		})
	}
}

// twoParts is the answer to the first command of save.
const twoParts = `* 1 FETCH (BODYSTRUCTURE (("text" "plain" NIL NIL NIL "7bit" 5 1)("application" "x" NIL NIL NIL "7bit" 9000000 NIL ("attachment" ("filename" "a.bin"))) "mixed"))` + "\r\n{tag} OK structure\r\n"

// holds asserts which files are in a folder, including hidden ones.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		got[e.Name()] = readFile(t, filepath.Join(dir, e.Name()))
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, slices.Sorted(maps.Keys(want))) {
		t.Errorf("files %.200q, want %q", names, slices.Sorted(maps.Keys(want)))
		return
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s holds %.60q (%d bytes), want %.60q (%d)", name, got[name], len(got[name]), text, len(text))
		}
	}
}

func TestAPipeGetsCompleteLinesOfJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	s := canned(t, testserver.Send(hello), testserver.Expect("fetch"),
		testserver.Send("* 1 FETCH (FLAGS (\\Seen) BODY[] "+value(large())+")\r\n* 2 FETCH (BODY[] "+value("a\r\n")+")\r\n* 3 EXISTS\r\n{tag} OK done\r\n"), testserver.Answer())
	o := run(t, "fetch 1:2 (flags body[]) | cat > got\nnoop\n", "-o", "json", "imap://"+s.Addr()).is(t, 0)
	types := func(text []byte) (all []string) {
		d := json.NewDecoder(bytes.NewReader(text))
		for {
			var v struct{ Type, Name string }
			if err := d.Decode(&v); err != nil {
				if err.Error() != "EOF" {
					t.Errorf("%v in\n%.300s", err, text)
				}
				return slices.Compact(all)
			}
			all = append(all, strings.TrimSpace(v.Type+" "+v.Name))
		}
	}
	got := readFile(t, "got")
	if list := types([]byte(got)); !slices.Equal(list, []string{"chunk", "response FETCH", "response EXISTS", "response OK"}) {
		t.Errorf("the command gets %q", list)
	}
	types([]byte(o.stdout))
}

func TestJSONAndTheLogHaveValuesThatGoToAFileInFull(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, mode := range []string{"json", "raw", "pretty"} {
		s := canned(t, testserver.Send(hello), testserver.Expect("fetch"), testserver.Send("* 1 FETCH (BODY[] "+value("line of the body\r\n")+")\r\n{tag} OK done\r\n"), testserver.Answer())
		o := run(t, "fetch 1 body[] > "+mode+".eml\n", "-o", mode, "--log", mode+".log", "imap://"+s.Addr()).is(t, 0)
		if seen := strings.Contains(o.stdout, "line of the body"); seen != (mode != "pretty") {
			t.Errorf("%s: the body is shown: %v\n%s", mode, seen, o)
		}
		if log := readFile(t, mode+".log"); !strings.Contains(log, "S| line of the body\n") {
			t.Errorf("%s: the log is\n%s", mode, log)
		}
	}
}

func TestTheLineEndAfterALiteralIsInTheTranscript(t *testing.T) {
	t.Chdir(t.TempDir())
	s := canned(t, testserver.Send(hello), testserver.Expect("append"), testserver.Send("+ go\r\n"), testserver.ExpectBytes("hello\r\n"), testserver.Send("a001 OK done\r\n"), testserver.Answer())
	o := run(t, "append x {5}\nhello\n", "--log", "log", "imap://"+s.Addr()).is(t, 0)
	if log := readFile(t, "log"); !strings.Contains(log, "C| hello\nC: \nS: a001 OK done\n") {
		t.Errorf("the log is\n%s", log)
	}
	o.shows(t, "C| hello\nS: a001 OK done\n")
}
