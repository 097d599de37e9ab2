package metrics

import (
	"math"
	"net/http/httptest"
	"testing"
)

func TestMetricsAreWrittenByNameAndLabelsWithTheirHelpOnce(t *testing.T) {
	var s Set
	s.Add(Counter, "b_total", "How many.", 2, "why", "late")
	s.Add(Counter, "b_total", "How many.", 1, "why", "early")
	s.Add(Counter, "b_total", "How many.", 3, "why", "late")
	s.Add(Gauge, "a", "A path \\ and\na line.", 1700000000, "server", "a\"b\\c\nd\xff", "step", "tls")
	s.Add(Gauge, "c", "Odd ones.", math.NaN())
	s.Add(Gauge, "d", "Odd ones.", math.Inf(-1))
	s.Add(Gauge, "e", "Odd ones.", math.Inf(1))
	s.Add(Gauge, "f", "Small.", 0.001)
	got := httptest.NewRecorder()
	s.ServeHTTP(got, nil)
	want := `# HELP a A path \\ and\na line.
# TYPE a gauge
a{server="a\"b\\c\nd�",step="tls"} 1.7e+09
# HELP b_total How many.
# TYPE b_total counter
b_total{why="early"} 1
b_total{why="late"} 3
# HELP c Odd ones.
# TYPE c gauge
c NaN
# HELP d Odd ones.
# TYPE d gauge
d -Inf
# HELP e Odd ones.
# TYPE e gauge
e +Inf
# HELP f Small.
# TYPE f gauge
f 0.001
`
	if text := got.Body.String(); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if is := got.Header().Get("Content-Type"); is != contentType {
		t.Errorf("the content type is %q", is)
	}
}
