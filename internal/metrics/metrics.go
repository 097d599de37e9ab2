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

// A Kind says how the value of a metric changes.
type Kind string

const (
	Gauge   Kind = "gauge"   // goes up and down
	Counter Kind = "counter" // only grows
)

// contentType is the media type of the format.
const contentType = "text/plain; version=0.0.4; charset=utf-8"

// A Set holds metrics and their samples. The zero value is empty.
type Set struct{ families map[string]*family }

// A family holds the samples of one metric.
type family struct {
	help    string
	kind    Kind
	samples map[string]float64 // by their labels, as written
}

// Add adds a sample of a metric. Labels are names, each followed by its value. Names are not checked or escaped: they
// must have only characters that the format allows. A second sample with the same labels replaces the first.
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

// WriteTo writes the metrics, sorted by name and labels.
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
			// Go and Prometheus write NaN, +Inf and -Inf alike.
			b.WriteString(" " + strconv.FormatFloat(f.samples[labels], 'g', -1, 64) + "\n")
		}
	}
	return b.WriteTo(w)
}

// ServeHTTP answers a request with the metrics.
func (s *Set) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", contentType)
	_, _ = s.WriteTo(w) // fails only if the client has gone away
}
