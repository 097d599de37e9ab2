package check

import (
	"encoding/base64"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"imapsh/internal/wire"
)

// The objects of the JSON output, which docs/check.md describes.
type (
	jsonReport struct {
		Type        string     `json:"type"` // "check"
		Server      string     `json:"server"`
		User        string     `json:"user,omitempty"`
		At          string     `json:"at"` // RFC 3339, UTC
		ElapsedMS   float64    `json:"elapsed_ms"`
		Verdict     string     `json:"verdict"`
		Interrupted bool       `json:"interrupted,omitempty"`
		Steps       []jsonStep `json:"steps"`
	}
	jsonStep struct {
		Name        string        `json:"name"`
		Verdict     string        `json:"verdict"`
		ElapsedMS   float64       `json:"elapsed_ms"`
		Says        string        `json:"says,omitempty"`
		Cause       string        `json:"cause,omitempty"`
		Hint        string        `json:"hint,omitempty"`
		Wire        []string      `json:"wire,omitempty"` // its lines
		Measures    []jsonMeasure `json:"measures,omitempty"`
		Findings    []jsonFinding `json:"findings,omitempty"`
		FindingsAll int           `json:"findings_all,omitempty"`
	}
	jsonMeasure struct {
		Name     string   `json:"name"`
		Value    float64  `json:"value"`
		Unit     string   `json:"unit,omitempty"`
		Warn     *float64 `json:"warn,omitempty"`
		Critical *float64 `json:"critical,omitempty"`
		Falling  bool     `json:"falling,omitempty"`
	}
	jsonFinding struct {
		Name    string `json:"name,omitempty"`
		Text    string `json:"text,omitempty"`
		Rule    string `json:"rule,omitempty"`
		RFC     string `json:"rfc,omitempty"`
		Off     int64  `json:"off"` // of the offending byte in the response, 0-based
		Mailbox string `json:"mailbox,omitempty"`
		Message uint32 `json:"message,omitempty"`
		UID     uint32 `json:"uid,omitempty"`
		Refused string `json:"refused,omitempty"`
		Raw     string `json:"raw,omitempty"`   // if it is UTF-8
		Raw64   string `json:"raw64,omitempty"` // base64, if it is not
		RawAt   int64  `json:"raw_at,omitempty"`
	}
)

// WriteJSON writes a report as one object on one line.
func WriteJSON(w io.Writer, r *Report) error {
	out := jsonReport{
		Type: "check", Server: r.Server, User: r.User, At: r.Began.UTC().Format(time.RFC3339Nano),
		ElapsedMS: milliseconds(r.Elapsed), Verdict: r.Verdict.String(), Interrupted: r.Interrupted,
		Steps: make([]jsonStep, 0, len(r.Steps)),
	}
	for i := range r.Steps {
		out.Steps = append(out.Steps, stepAsJSON(&r.Steps[i]))
	}
	return wire.WriteJSON(w, out)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func stepAsJSON(st *Step) jsonStep {
	out := jsonStep{
		Name: st.Name, Verdict: st.Verdict.String(), ElapsedMS: milliseconds(st.Elapsed),
		Says: st.Says, Cause: st.Cause, Hint: st.Hint, FindingsAll: st.FindingsAll,
	}
	if len(st.Wire) > 0 {
		out.Wire = strings.Split(strings.TrimRight(string(st.Wire), "\n"), "\n")
	}
	for _, m := range st.Measures {
		if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
			continue // JSON has no such number
		}
		j := jsonMeasure{Name: m.Name, Value: m.Value, Unit: m.Unit}
		if m.Limit != nil {
			j.Warn, j.Critical, j.Falling = threshold(m.Limit.Warn), threshold(m.Limit.Critical), m.Limit.Falling
		}
		out.Measures = append(out.Measures, j)
	}
	for i := range st.Findings {
		f := &st.Findings[i]
		j := jsonFinding{
			Name: f.Oddity.Name, Text: f.Oddity.Text, Rule: f.Oddity.Rule, RFC: f.Oddity.RFC, Off: f.Oddity.Off,
			Mailbox: f.Mailbox, Message: f.Message, UID: f.UID, Refused: f.Refused, RawAt: f.LineAt,
		}
		if utf8.Valid(f.Line) {
			j.Raw = string(f.Line)
		} else {
			j.Raw64 = base64.StdEncoding.EncodeToString(f.Line)
		}
		out.Findings = append(out.Findings, j)
	}
	return out
}

// threshold returns a threshold, nil if it is not set.
func threshold(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}
