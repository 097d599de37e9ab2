package text

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"
)

// samples are texts and how many columns they take.
var samples = []struct {
	name, text string
	cols       int
}{
	{"nothing", "", 0},
	{"ASCII", "S: a001 OK done", 15},
	{"Latin letters", "Zürich, Café", 12},
	{"a soft hyphen", "co\u00adop", 4},
	{"a combining mark after ASCII", "Cafe\u0301!", 5},
	{"wide characters", "日本語 mail", 11},
	{"a family of four, joined", "👨‍👩‍👧‍👦 home", 7},
	{"a flag", "🇨🇭", 2},
	{"wider than its bytes", "\u2e3b", 4},
	{"our colours", "\x1b[2mFETCH\x1b[0m and \x1b[1;31mSTORE\x1b[0m", 15},
	{"colours around wide characters", "\x1b[2m日本\x1b[0m", 4},
}

func TestWidthIsTheColumnsOnATerminal(t *testing.T) {
	for _, row := range samples {
		if n := Width(row.text); n != row.cols {
			t.Errorf("%s: %q takes %d columns, want %d", row.name, row.text, n, row.cols)
		}
		if n := Width([]byte(row.text)); n != row.cols {
			t.Errorf("%s: the bytes of %q take %d columns, want %d", row.name, row.text, n, row.cols)
		}
	}
}

func TestTextIsCutBetweenCharactersAtEitherEnd(t *testing.T) {
	for _, row := range []struct {
		text               string
		cols               int
		cut, start, elided string
	}{
		{"inbox", 5, "inbox", "inbox", "inbox"},
		{"inbox", 4, "inbo", "nbox", "inb…"},
		{"inbox", 1, "i", "x", "…"},
		{"inbox", 0, "", "", "…"},
		{"inbox", -3, "", "", "…"},
		{"", 0, "", "", ""},
		{"日本語", 5, "日本", "本語", "日本…"},
		{"日本語", 1, "", "", "…"},
		{"Cafe\u0301s", 4, "Cafe\u0301", "afe\u0301s", "Caf…"},
		{"a👨‍👩‍👧‍👦b", 2, "a", "b", "a…"},
	} {
		if got := Cut(row.text, row.cols); got != row.cut {
			t.Errorf("Cut(%q, %d) is %q, want %q", row.text, row.cols, got, row.cut)
		}
		if got := CutStart(row.text, row.cols); got != row.start {
			t.Errorf("CutStart(%q, %d) is %q, want %q", row.text, row.cols, got, row.start)
		}
		if got := Elide(row.text, row.cols); got != row.elided {
			t.Errorf("Elide(%q, %d) is %q, want %q", row.text, row.cols, got, row.elided)
		}
		if got := string(AppendElided([]byte("> "), []byte(row.text), row.cols)); got != "> "+row.elided {
			t.Errorf("AppendElided(%q, %d) is %q, want %q", row.text, row.cols, got, row.elided)
		}
	}
}

func TestFitTakesAtLeastOneCharacter(t *testing.T) {
	for _, row := range []struct {
		text             string
		cols, fit        int
		softFit, wordFit int
	}{
		{"inbox", 9, 5, 5, 5},
		{"inbox", 0, 1, 1, 1},
		{"日本語", 1, 3, 3, 3},
		{"日本語", 4, 6, 6, 6},
		{"see you at noon", 12, 12, 10, 10},
		{"see unbelievable", 12, 12, 12, 3},
		{"see unbelievably-long-words", 12, 12, 12, 12},
		{"", 3, 0, 0, 0},
	} {
		b := []byte(row.text)
		if f, s, w := Fit(b, row.cols), SoftFit(b, row.cols), WordFit(b, row.cols); f != row.fit || s != row.softFit || w != row.wordFit {
			t.Errorf("%q in %d columns: Fit %d, SoftFit %d, WordFit %d, want %d, %d, %d", row.text, row.cols, f, s, w, row.fit, row.softFit, row.wordFit)
		}
	}
}

func TestTextIsWrappedBetweenWords(t *testing.T) {
	const long = "an unbelievable word  here"
	for _, row := range []struct {
		name      string
		got, want []string
	}{
		{"words longer than a line are broken", Wrap(long, 8), []string{"an", "unbeliev", "able", "word", "here"}},
		{"what is left of a broken word shares its line", Wrap(long, 10), []string{"an", "unbelievab", "le word", "here"}},
		{"no columns", Wrap(long, 0), []string{long}},
		{"nothing", Wrap("", 8), []string{""}},
		{"words are not broken", WrapWords(long, 8, 8), []string{"an", "unbelievable", "word", "here"}},
		{"a shorter first line", WrapWords("one two three", 1, 9), []string{"one", "two three"}},
		{"colours take no columns", WrapWords("\x1b[2mone\x1b[0m two", 7, 7), []string{"\x1b[2mone\x1b[0m two"}},
		{"anywhere", Chop("日本語x", 3), []string{"日", "本", "語x"}},
		{"anywhere, no columns", Chop("日本語x", 0), []string{"日本語x"}},
		{"anywhere, nothing", Chop("", 3), []string{""}},
	} {
		if !slices.Equal(row.got, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, row.got, row.want)
		}
	}
}

func TestHumanValuesReadWell(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{string(AppendCount(nil, 0)), "0"},
		{string(AppendCount(nil, 1234567)), "1,234,567"},
		{string(AppendCount(nil, -1234)), "-1,234"},
		{string(AppendPlural(nil, 1, "mailbox", "mailboxes")), "1 mailbox"},
		{string(AppendPlural(nil, 2000, "mailbox", "mailboxes")), "2,000 mailboxes"},
		{Plural(0, "response"), "0 responses"},
		{Plural(1, "response"), "1 response"},
		{Plural(2000, "response"), "2000 responses"},
		{string(AppendSize(nil, 1023)), "1023 B"},
		{string(AppendSize(nil, 1152)), "1.1 KB"},
		{string(AppendSize(nil, 217088)), "212 KB"},
		{string(AppendSize(nil, 1<<64-1)), "16 EB"},
		{Size(4 << 20), "4.0 MB"},
		{Size(-1), "0 B"},
		{string(AppendDuration(nil, 300*time.Microsecond)), "0.3 ms"},
		{string(AppendDuration(nil, 139*time.Millisecond)), "139 ms"},
		{string(AppendDuration(nil, 12300*time.Millisecond)), "12.3 s"},
		{string(AppendDuration(nil, 121*time.Second)), "2m01s"},
		{string(AppendDuration(nil, 3*time.Hour)), "3h0m00s"},
		{string(AppendAge(nil, 26*60*60)), "1 day ago"},
		{string(AppendAge(nil, -3*60*60)), "in 3 hours"},
		{Brief(2400 * time.Microsecond), "2.4 ms"},
		{Brief(139 * time.Millisecond), "139 ms"},
		{Brief(2400 * time.Millisecond), "2.4 s"},
		{Brief(121 * time.Second), "2m1s"},
		{Coarse(2449 * time.Millisecond), "2.4s"},
		{Coarse(28*time.Minute + 400*time.Millisecond), "28m0s"},
		{Precise(43 * time.Microsecond), "0.043 ms"},
		{Precise(999600 * time.Nanosecond), "1.00 ms"},
		{Precise(1234 * time.Microsecond), "1.23 ms"},
		{Precise(99960 * time.Microsecond), "100 ms"},
		{Precise(2414 * time.Millisecond), "2.41 s"},
		{Precise(121 * time.Second), "2m1s"},
		{Forecast(0.2), "1 s"},
		{Forecast(125), "2m05s"},
		{Forecast(3*3600 + 130), "3h02m"},
		{Forecast(1e9), "days"},
		{Pad("日本", 6), "日本  "},
		{Pad("inbox", 3), "inbox"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMeasuringAllocatesNothing(t *testing.T) {
	for _, row := range samples {
		b := []byte(row.text)
		out := make([]byte, 0, 200)
		if n := testing.AllocsPerRun(20, func() {
			Width(b)
			Fit(b, 4)
			WordFit(b, 4)
			out = AppendElided(out[:0], b, 4)
		}); n > 0 {
			t.Errorf("%s: %v allocations", row.name, n)
		}
	}
}

// FuzzTextIsCutByItsColumns compares our fast measuring with the library's slow one.
func FuzzTextIsCutByItsColumns(f *testing.F) {
	for _, row := range samples {
		f.Add(row.text, 4)
	}
	f.Fuzz(func(t *testing.T, s string, cols int) {
		s = strings.Map(func(r rune) rune { // as escaping leaves it
			if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
				return -1
			}
			return r
		}, strings.ToValidUTF8(s, ""))
		if n, want := Width(s), uniseg.StringWidth(s); n != want {
			t.Errorf("%q takes %d columns, want %d", s, n, want)
		}
		cut := Cut(s, cols)
		if n := uniseg.StringWidth(cut); n > max(0, cols) {
			t.Errorf("Cut(%q, %d) is %q of %d columns", s, cols, cut, n)
		}
		if rest := s[len(cut):]; rest != "" && cols > 0 {
			next, _, wide, _ := uniseg.FirstGraphemeClusterInString(rest, -1)
			if uniseg.StringWidth(cut)+wide <= cols {
				t.Errorf("Cut(%q, %d) leaves out %q", s, cols, next)
			}
		}
		if end := CutStart(s, cols); !strings.HasSuffix(s, end) || uniseg.StringWidth(end) > max(0, cols) {
			t.Errorf("CutStart(%q, %d) is %q", s, cols, end)
		}
		if got := strings.Join(Chop(s, cols), ""); got != s {
			t.Errorf("Chop(%q, %d) joins to %q", s, cols, got)
		}
		if got, want := strings.Join(strings.Fields(strings.Join(WrapWords(s, cols, cols), " ")), " "), strings.Join(strings.Fields(s), " "); got != want {
			t.Errorf("WrapWords(%q, %d) joins to %q", s, cols, got)
		}
	})
}
