package command

import "testing"

func TestABareAmpersandInANameIsEncoded(t *testing.T) {
	for _, row := range []struct{ name, line, want string }{
		{"an atom", "create Lists/R&D", "create Lists/R&-D"},
		{"a quoted name", `select "R & D"`, `select "R &- D"`},
		{"two names", "rename R&D Q&A", "rename R&-D Q&-A"},
		{"a name that is encoded", "create R&-D", "create R&-D"},
		{"a name that is partly encoded", "create R&-D&A", "create R&-D&A"},
		{"a name with another letter encoded", "create Entw&APw-rfe&x", "create Entw&APw-rfe&x"},
		{"no name", "search subject R&D", "search subject R&D"},
		{"no name at all", "noop", "noop"},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := MatchLine(row.line)
			if got, _ := m.EncodedNames(nil); string(got) != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if got, _ := m.EncodedNames(&View{UTF8: true}); string(got) != row.line {
				t.Errorf("in UTF-8 mode: got %q", got)
			}
		})
	}
}
