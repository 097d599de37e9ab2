package command

import "testing"

var matched *Match

func benchmarkMatch(b *testing.B, line string) {
	b.ReportAllocs()
	for b.Loop() {
		matched = MatchLine(line)
	}
}

func BenchmarkMatchNoop(b *testing.B)      { benchmarkMatch(b, "noop") }
func BenchmarkMatchFetch(b *testing.B)     { benchmarkMatch(b, "fetch 1:* (uid flags body.peek[header])") }
func BenchmarkMatchLogin(b *testing.B)     { benchmarkMatch(b, "LOGIN alice secret") }
func BenchmarkMatchAmpersand(b *testing.B) { benchmarkMatch(b, "noop &") }

func BenchmarkCompleteNoop(b *testing.B) {
	m, v := MatchLine("noop"), &View{}
	b.ReportAllocs()
	for b.Loop() {
		Complete(m, v)
	}
}
