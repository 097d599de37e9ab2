package check

import (
	"bufio"
	"io"
	"slices"
	"strings"
)

// family is one metric of the exposition with its samples.
type family struct {
	name, help string
	samples    []string
}

// measured are the measures by name: their metric in base units, and how much of it one is.
var measured = map[string]struct {
	metric, help string
	scale        float64
}{
	"days_left": {"imapsh_check_certificate_expiry_seconds", "Seconds until the certificate expires.", 86400},
	"quota":     {"imapsh_check_quota_ratio", "How full the fullest resource of the quota is, from 0 to 1.", 0.01},
}

// bases are the suffix and scale of a unit, as metrics are named in base units.
var bases = map[string]struct {
	suffix string
	scale  float64
}{
	"s": {"_seconds", 1}, "d": {"_seconds", 86400}, "B": {"_bytes", 1}, "%": {"_ratio", 0.01}, "": {"", 1},
}

// WritePrometheus writes reports in the text format of Prometheus, version 0.0.4. Each metric
// appears once, with a sample for each server.
func WritePrometheus(w io.Writer, reports []*Report) error {
	var families []*family
	add := func(name, help, labels, value string) {
		i := slices.IndexFunc(families, func(f *family) bool { return f.name == name })
		if i < 0 {
			i = len(families)
			families = append(families, &family{name: name, help: help})
		}
		families[i].samples = append(families[i].samples, name+"{"+labels+"} "+value)
	}
	for _, r := range reports {
		server := label("server", r.Server)
		add("imapsh_check_up", "1 if no step failed and the check finished, else 0.", server, up(r))
		add("imapsh_check_verdict", "0 skipped, 1 passed, 2 warned, 3 failed.", server, number(float64(r.Verdict)))
		add("imapsh_check_seconds", "Duration of the check.", server, seconds(r.Elapsed))
		add("imapsh_check_time_seconds", "Start of the check, in seconds since 1970.", server, number(float64(r.Began.Unix())))
		for i := range r.Steps {
			st := &r.Steps[i]
			of := server + "," + label("step", st.Name)
			add("imapsh_check_step_verdict", "0 skipped, 1 passed, 2 warned, 3 failed.", of, number(float64(st.Verdict)))
			if st.Verdict != Skipped {
				add("imapsh_check_step_seconds", "Duration of the step.", of, seconds(st.Elapsed))
			}
			if st.FindingsAll > 0 {
				add("imapsh_check_step_deviations", "Protocol violations found in the step.", of, number(float64(st.FindingsAll)))
			}
			for _, m := range st.Measures {
				name, help, scale := metric(m)
				add(name, help, of, number(m.Value*scale))
			}
		}
	}
	out := bufio.NewWriter(w)
	for _, f := range families {
		out.WriteString("# HELP " + f.name + " " + f.help + "\n# TYPE " + f.name + " gauge\n")
		for _, sample := range f.samples {
			out.WriteString(sample + "\n")
		}
	}
	return out.Flush()
}

func up(r *Report) string {
	if r.Verdict == Failed || r.Interrupted {
		return "0"
	}
	return "1"
}

// metric is a measure's name, help and scale in the exposition.
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

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// label is a label with its value, which the format wants in UTF-8.
func label(name, value string) string {
	return name + `="` + labelEscapes.Replace(strings.ToValidUTF8(value, "\uFFFD")) + `"`
}
