package check

import (
	"io"
	"strings"

	"imapsh/internal/metrics"
)

// measured are the metrics of measures whose name or unit is not the usual one; scale converts to base units.
var measured = map[string]struct {
	metric, help string
	scale        float64
}{
	"days_left": {"imapsh_check_certificate_expiry_seconds", "Seconds until the certificate expires.", 86400},
	"quota":     {"imapsh_check_quota_ratio", "How full the fullest resource of the quota is, from 0 to 1.", 0.01},
}

// bases are the suffixes of metric names for units, and the scales that convert to base units.
var bases = map[string]struct {
	suffix string
	scale  float64
}{
	"s": {"_seconds", 1}, "d": {"_seconds", 86400}, "B": {"_bytes", 1}, "%": {"_ratio", 0.01}, "": {"", 1},
}

// AddMetrics adds the measurements of a report to metrics. server says whether each sample has a label with the
// server's URL.
func AddMetrics(to *metrics.Set, r *Report, server bool) {
	send := func(name, help string, value float64, step string) {
		var labels []string
		if server {
			labels = append(labels, "server", r.Server)
		}
		if step != "" {
			labels = append(labels, "step", step)
		}
		to.Add(metrics.Gauge, name, help, value, labels...)
	}
	send("imapsh_check_up", "1 if no step failed and the check finished, else 0.", up(r), "")
	send("imapsh_check_verdict", "0 skipped, 1 passed, 2 warned, 3 failed.", float64(r.Verdict), "")
	send("imapsh_check_seconds", "Duration of the check.", r.Elapsed.Seconds(), "")
	send("imapsh_check_time_seconds", "Start of the check, in seconds since 1970.", float64(r.Began.Unix()), "")
	for i := range r.Steps {
		st := &r.Steps[i]
		send("imapsh_check_step_verdict", "0 skipped, 1 passed, 2 warned, 3 failed.", float64(st.Verdict), st.Name)
		if st.Verdict != Skipped {
			send("imapsh_check_step_seconds", "Duration of the step.", st.Elapsed.Seconds(), st.Name)
		}
		if st.FindingsAll > 0 {
			send("imapsh_check_step_deviations", "Protocol violations found in the step.", float64(st.FindingsAll), st.Name)
		}
		for _, of := range st.Measures {
			name, help, scale := metric(of)
			send(name, help, of.Value*scale, st.Name)
		}
	}
}

// WritePrometheus writes reports in the text format of Prometheus. Each metric appears once, with a sample for
// each server; if a server has several reports, the last one counts.
func WritePrometheus(w io.Writer, reports []*Report) error {
	last := map[string]*Report{}
	for _, r := range reports {
		last[r.Server] = r
	}
	var all metrics.Set
	for _, r := range last {
		AddMetrics(&all, r, true)
	}
	_, err := all.WriteTo(w)
	return err
}

func up(r *Report) float64 {
	if r.Verdict == Failed || r.Interrupted {
		return 0
	}
	return 1
}

// metric returns the name and help of a measure's metric, and the scale that converts to its unit.
func metric(m Measure) (name, help string, scale float64) {
	if row, ok := measured[m.Name]; ok {
		return row.metric, row.help, row.scale
	}
	base, ok := bases[m.Unit]
	if !ok {
		base.scale = 1
	}
	word := strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(m.Name))
	return "imapsh_check_" + strings.TrimSuffix(word, base.suffix) + base.suffix, "What the step found: " + strings.ReplaceAll(word, "_", " ") + ".", base.scale
}
