package render

import (
	"strings"
	"testing"
	"time"
)

func TestWhatIsReportedAsWrongIsNotExplained(t *testing.T) {
	for _, c := range []struct{ name, line, never string }{
		{"COPYUID of NIL", "a001 OK [COPYUID 7 NIL NIL] done", "copied"},
		{"COPYUID with a 0", "a001 OK [COPYUID 7 35 0] done", "copied"},
		{"APPENDUID with a 0", "a001 OK [APPENDUID 7 0] done", "UID 0"},
		{"MODIFIED with a space in the set", "a001 OK [MODIFIED 7, 9] done", "changed by somebody"},
		{"a code with two spaces", "a001 OK [MODIFIED  7] done", "changed by somebody"},
		{"VANISHED of 0", "* VANISHED 0:4", "gone"},
		{"VANISHED (LATER)", "* VANISHED (LATER) 4:9", "gone"},
		{"ESEARCH of 0", `* ESEARCH (TAG "a001") ALL 0:4`, "messages"},
		{"ESEARCH PARTIAL of no window", `* ESEARCH (TAG "a001") PARTIAL (x 1:4)`, "results"},
		{"a day that does not exist", `* 1 FETCH (INTERNALDATE "31-Feb-2026 10:00:00 +0000")`, "Arrived"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, Options{})
			s.send("a001", "FETCH 1 (INTERNALDATE)")
			s.receive(c.line + "\r\n")
			_, beneath, _ := strings.Cut(s.text(), c.line+"\n")
			if !strings.Contains(beneath, "!! ") {
				t.Errorf("it is not reported:\n%s", beneath)
			}
			for line := range strings.Lines(beneath) {
				if strings.Contains(line, c.never) && !strings.Contains(line, "effect") && !strings.Contains(line, "!! ") {
					t.Errorf("%q is shown:\n%s", c.never, beneath)
				}
			}
		})
	}
}

func TestDatesAreReadAndAgedInAllYears(t *testing.T) {
	for _, c := range []struct{ date, want string }{
		{"01-Jan-0001 00:00:00 +0000", "2025 years ago"},
		{"01-Jan-1700 00:00:00 +0000", "326 years ago"},
		{"31-Dec-9999 23:59:59 +0000", "in 7,973 years"},
		{"20-Nov-2026 10:00:00 +0000", "1 day ago"},
	} {
		s := newScene(t, Options{})
		s.now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
		s.send("a001", "FETCH 1 (INTERNALDATE)")
		s.receive(`* 1 FETCH (INTERNALDATE "` + c.date + `")` + "\r\n")
		if got := s.text(); !strings.Contains(strings.ReplaceAll(got, "2,025", "2025"), c.want) || strings.Contains(got, "!!") {
			t.Errorf("%s: want %q in\n%s", c.date, c.want, got)
		}
	}
}
