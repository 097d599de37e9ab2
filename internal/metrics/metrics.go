// Package metrics writes metrics in the text format of Prometheus, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
package metrics

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A Kind says how the values of a metric go on.
type Kind string

const (
	Gauge   Kind = "gauge"   // goes up and down
	Counter Kind = "counter" // only grows
)

// contentType is that of the format.
const contentType = "text/plain; version=0.0.4; charset=utf-8"

// A Set is metrics with their samples. The zero value is empty.
type Set struct{ families map[string]*family }

// A family is the samples of one metric, by their labels as they are written.
type family struct {
	help    string
	kind    Kind
	samples map[string]float64
}

// Add adds a sample of a metric. Labels are names, each followed by its value. Names are taken as they are: they are
// to be of the characters that the format allows. Of samples of the same labels the last one counts.
func (s *Set) Add(kind Kind, name, help string, value float64, labels ...string) {
	if s.families == nil {
		s.families = map[string]*family{}
	}
	f := s.families[name]
	if f == nil {
		f = &family{help: help, kind: kind, samples: map[string]float64{}}
		s.families[name] = f
	}
	var written []string
	for pair := range slices.Chunk(labels, 2) {
		written = append(written, pair[0]+`="`+inValue.Replace(strings.ToValidUTF8(pair[1], "\uFFFD"))+`"`)
	}
	f.samples[strings.Join(written, ",")] = value
}

var (
	inHelp  = strings.NewReplacer("\\", `\\`, "\n", `\n`)
	inValue = strings.NewReplacer("\\", `\\`, "\n", `\n`, `"`, `\"`)
)

// WriteTo writes the metrics in the order of their names and labels.
func (s *Set) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(s.families)) {
		f := s.families[name]
		b.WriteString("# HELP " + name + " " + inHelp.Replace(f.help) + "\n# TYPE " + name + " " + string(f.kind) + "\n")
		for _, labels := range slices.Sorted(maps.Keys(f.samples)) {
			b.WriteString(name)
			if labels != "" {
				b.WriteString("{" + labels + "}")
			}
			// NaN, +Inf and -Inf are written so by both.
			b.WriteString(" " + strconv.FormatFloat(f.samples[labels], 'g', -1, 64) + "\n")
		}
	}
	return b.WriteTo(w)
}

// ServeHTTP answers a request with the metrics.
func (s *Set) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", contentType)
	_, _ = s.WriteTo(w) // who has gone away needs no answer
}
