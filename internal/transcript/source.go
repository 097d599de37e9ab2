package transcript

import (
	"bytes"
	"sort"
)

// A source is the lines of a block. Lines are counted from 0; their numbers in the input, from first.
type source struct {
	text    []byte
	at      []int // offset of each line, and of the end
	first   int   // the number of the first line
	numbers []int // the number of each line, if they are not consecutive
	marked  int   // the result of lastMark
	work    *int  // how many bytes were read, for the test that reading is linear
}

func newSource(text []byte, first int) *source {
	s := &source{text: text, first: first, marked: unknown, work: new(int)}
	s.at = make([]int, 0, bytes.Count(text, []byte{'\n'})+2)
	for i := len(text) - len(bytes.TrimPrefix(text, []byte("\ufeff"))); i < len(text); {
		s.at = append(s.at, i)
		n := bytes.IndexByte(text[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
	}
	s.at = append(s.at, len(text))
	*s.work += len(text)
	return s
}

func (s *source) len() int { return len(s.at) - 1 }

// number returns the number of line i in the input.
func (s *source) number(i int) int {
	if s.numbers != nil {
		return s.numbers[min(i, len(s.numbers)-1)]
	}
	return s.first + i
}

// line returns line i without its LF or CRLF.
func (s *source) line(i int) []byte {
	b := s.text[s.at[i]:s.at[i+1]]
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
		if n > 1 && b[n-2] == '\r' {
			b = b[:n-2]
		}
	}
	*s.work += len(b) + 1
	return b
}

// bare reports whether line i ends in LF without CR, or not at all.
func (s *source) bare(i int) bool {
	b := s.text[s.at[i]:s.at[i+1]]
	return len(b) < 2 || b[len(b)-1] != '\n' || b[len(b)-2] != '\r'
}

// A ruler measures bytes in lines that may have marks: line i has size[i+1]-size[i] bytes if its line end is CRLF;
// bare[i] is how many lines before it end in LF.
type ruler struct {
	size, bare []int
}

// measure returns a ruler for the content of each line.
func (s *source) measure(content func(i int) []byte) ruler {
	r := ruler{make([]int, s.len()+1), make([]int, s.len()+1)}
	for i := range s.len() {
		r.size[i+1] = r.size[i] + len(content(i)) + len("\r\n")
		r.bare[i+1] = r.bare[i]
		if s.bare(i) {
			r.bare[i+1]++
		}
	}
	return r
}

// end returns where n bytes that begin at line from end: in line i, at byte off. A bare LF counts as lf bytes. ok is
// false if they end within a line end, or are more than the block has.
func (r *ruler) end(from int, n int64, lf int) (i, off int, ok bool) {
	before := func(i int) int { return r.size[i] - r.size[from] - (2-lf)*(r.bare[i]-r.bare[from]) }
	lines := len(r.size) - 1
	if n > int64(before(lines)) {
		return 0, 0, false
	}
	i = from + sort.Search(lines-from+1, func(k int) bool { return int64(before(from+k)) > n }) - 1
	off = int(n) - before(i)
	if i == lines {
		return i, 0, off == 0
	}
	return i, off, off <= r.size[i+1]-r.size[i]-len("\r\n")
}
