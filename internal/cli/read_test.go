package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// onDemo runs lines on the practice server in a new directory, and returns the directory too.
func onDemo(t *testing.T, script string, args ...string) (outcome, string) {
	dir := t.TempDir()
	return runFrom(t, dir, nil, strings.NewReader("select inbox\n"+script), append([]string{"demo", "--force"}, args...)...), dir
}

func TestReadShowsTheTextOfAMessageDecoded(t *testing.T) {
	t.Parallel()
	o, _ := onDemo(t, "read 4\nread uid 21\nread 5 raw\n")
	o.is(t, 0).shows(t,
		"C: a003 FETCH 4 (UID FLAGS ENVELOPE BODYSTRUCTURE)", "     Subject  Café menu for Thursday",
		"C: a004 FETCH 4 (BODY.PEEK[1])", "-- part 1, text/plain", "     Soup of the day: crème of whatever was left on Wednesday.",
		"C: a006 UID FETCH 21 (BODY.PEEK[1.1])", "-- part 1.1, HTML without its tags", "     Here is the dot:",
		"C: a007 FETCH 5 BODY.PEEK[]", "S| Hei, vi m=F8tes")
}

func TestReadInJSONWritesAnObjectWithTheText(t *testing.T) {
	t.Parallel()
	o, _ := onDemo(t, "read 4\n", "-o", "json")
	o.is(t, 0).shows(t, `{"type":"text","text":"Soup of the day: crème`)
}

func TestSaveWritesAPartDecodedAndOverwritesNothing(t *testing.T) {
	t.Parallel()
	o, dir := onDemo(t, "save 8 2\nsave 8 2\nsave 8 3 x.csv\nsave 21 2\nsave 8 3 x.csv\nsave 8 9\n")
	o.is(t, 1).shows(t, "193 bytes saved in invoice-2210.pdf", "193 bytes saved in invoice-2210-1.pdf", "24 bytes saved in Grüße.txt",
		"!! saving part 3: x.csv already exists", "!! message 8 has no part 9, only 1, 2, 3")
	for name, begins := range map[string]string{"invoice-2210.pdf": "%PDF-1.1", "invoice-2210-1.pdf": "%PDF-1.1", "x.csv": "item,count", "Grüße.txt": "Viele Grüße"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.HasPrefix(string(b), begins) {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".imapsh-*"))
	if all, _ := os.ReadDir(dir); len(all) != 4 || len(left) > 0 {
		t.Errorf("files: %v", all)
	}
}

func TestReadAndSaveShowTheirUsage(t *testing.T) {
	t.Parallel()
	o, _ := onDemo(t, "read\nread x\nsave 3\n")
	o.is(t, 2).shows(t, "usage: read [UID] N [raw]", "usage: save [UID] N PART [FILE]")
}

func TestExplainShowsItsSentenceAboutAKindOfResponseOnce(t *testing.T) {
	t.Parallel()
	o := run(t, "select inbox\nfetch 1:3 flags\nnonsense\n", "demo", "--explain", "--force")
	o.is(t, 1).shows(t, "     SELECT: ", "     FETCH: ", "The command with this tag succeeded.", "The server rejected the command")
	if n := strings.Count(o.stdout, "Data of one message"); n != 1 {
		t.Errorf("the sentence about FETCH is shown %d times, want 1", n)
	}
}

func TestStrictTurnsAViolationIntoAFailure(t *testing.T) {
	t.Parallel()
	o := run(t, "select inbox\nfetch 1:* (uid flags envelope bodystructure)\nlist\nsearch all\n", "demo", "--strict")
	o.is(t, 0)
}
