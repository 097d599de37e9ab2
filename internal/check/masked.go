package check

import "imapsh/internal/trace"

// maskStep masks the secrets in everything that a step quotes.
func maskStep(m *trace.Mask, s *Step) {
	if m.Empty() {
		return
	}
	s.Says, s.Cause, s.Hint = m.OfString(s.Says), m.OfString(s.Cause), m.OfString(s.Hint)
	for i := range s.Findings {
		maskFinding(m, &s.Findings[i])
	}
}

// maskFinding masks the secrets in a finding, and adjusts its offset to the masked line.
func maskFinding(m *trace.Mask, f *Finding) {
	f.Mailbox, f.Refused, f.Oddity.Text = m.OfString(f.Mailbox), m.OfString(f.Refused), m.OfString(f.Oddity.Text)
	at := min(max(0, f.Oddity.Off-f.LineAt), int64(len(f.Line)))
	f.Oddity.Off += int64(len(m.Of(f.Line[:at]))) - at
	f.Line = m.Of(f.Line)
}
