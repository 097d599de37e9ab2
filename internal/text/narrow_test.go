package text

import "testing"

func TestWideLinesAreBrokenBetweenWordsAndColumnsGoBelowEachOther(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		text string
		cols int
		want string
	}{
		"what fits":       {"  a  b\nc", 10, "  a  b\nc"},
		"no terminal":     {"one two three", 0, "one two three"},
		"a sentence":      {"one two three\n", 8, "one two\nthree\n"},
		"an indented one": {"  one two three", 9, "  one two\n  three"},
		"two columns":     {"  -e CMD      run CMD as a script\n", 20, "  -e CMD\n      run CMD as a\n      script\n"},
		"a word too wide": {"imaps://mail.example.net", 10, "imaps://ma\nil.example\n.net"},
		"very narrow":     {"      a b", 4, "  a\n  b"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Narrow(row.text, row.cols); got != row.want {
				t.Errorf("got\n%q\nwant\n%q", got, row.want)
			}
		})
	}
}
