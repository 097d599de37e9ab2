package pages

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sums returns a checksum of each output of other programs than imapsh in a page.
func (p *page) sums() (all []string) {
	foreign := false
	for at := 0; ; {
		b, ok := p.next(at)
		if !ok {
			return all
		}
		at = b.after()
		_, output := b.is("output")
		_, screen := b.is("screen")
		_, not := b.is("not")
		switch {
		case b.info == "sh" && !not:
			foreign = !strings.Contains(p.text(b), "imapsh")
		case b.info == "text" && (output || screen) && foreign:
			all = append(all, fmt.Sprintf("%x", sha256.Sum256([]byte(p.text(b)))))
		}
	}
}

// Other programs are run only with -update, which also writes the checksums of what they showed: nobody changes it by
// hand.
func TestTheOutputOfOtherProgramsIsAsTheyWroteIt(t *testing.T) {
	found := 0
	for _, path := range pagePaths(t) {
		p := readPage(t, path)
		sums := p.sums()
		if found += len(sums); len(sums) == 0 {
			continue
		}
		t.Run(path, func(t *testing.T) {
			file := filepath.Join("testdata", filepath.Base(path)+".sums")
			text := strings.Join(sums, "\n") + "\n"
			if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			if string(want) != text {
				t.Errorf("%s: an output of another program was changed, or %s lacks its checksum (make docs writes both again)", path, file)
			}
		})
	}
	if found < 5 {
		t.Errorf("only %d outputs of other programs: the test looks in the wrong place", found)
	}
}
