package render

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"imapsh/internal/response"
	"imapsh/internal/wire"
)

func TestATreeKeepsABoundedNumberOfBytes(t *testing.T) {
	long := strings.Repeat("n", treeOctets/2)
	for _, row := range []struct {
		name string
		list func(i int) *response.List
	}{
		{"long names", func(i int) *response.List {
			return &response.List{Delim: '/', Mailbox: response.String{B: fmt.Appendf(nil, "%d%s", i, long)}}
		}},
		{"long attributes", func(i int) *response.List {
			return &response.List{Delim: '/', Attrs: [][]byte{[]byte(`\` + long)}, Mailbox: response.String{B: fmt.Append(nil, i)}}
		}},
	} {
		var tr tree
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range 12 {
			tr.add(row.list(i), false, []wire.Oddity{{Name: "bad-mailbox-name"}})
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if more := int64(after.HeapAlloc) - int64(before.HeapAlloc); more > 4*treeOctets {
			t.Errorf("%s: %d bytes are kept, want at most %d", row.name, more, treeOctets)
		}
		if tr.count != 12 || tr.oddCount != 12 {
			t.Errorf("%s: %d names and %d odd ones are counted, want 12", row.name, tr.count, tr.oddCount)
		}
		runtime.KeepAlive(&tr)
	}
}

func TestATreeThatIsNotCompleteIsOnlyCounted(t *testing.T) {
	var tr tree
	for i := range 20 {
		tr.add(&response.List{Delim: '/', Mailbox: response.String{B: fmt.Appendf(nil, "%d%s", i, strings.Repeat("n", 200_000))}}, false, nil)
	}
	got := string(tr.append(nil, &explainer{}, layout{}))
	if !strings.HasPrefix(strings.TrimSpace(got), "20 mailboxes") || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q", got[:min(len(got), 200)])
	}
}
