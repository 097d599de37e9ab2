package repl

import (
	"imapsh/internal/command"
	"imapsh/internal/latency"
	"imapsh/internal/response"
	"imapsh/internal/session"
	"imapsh/internal/trace"
)

// A stopwatch measures how long commands take to be answered, except IDLE, whose duration says nothing about the
// server.
type stopwatch struct{ to *latency.Record }

// Depth says that frames are enough.
func (stopwatch) Depth() trace.Depth { return trace.Frames }

// Hear records the time of a command that has been answered.
func (w stopwatch) Hear(e *trace.Event) {
	if e.Kind != trace.Response || !e.Seen.Done {
		return
	}
	c := e.Seen.Command
	if c.Match.Row().Continues != command.Idle {
		w.to.Answered(measuredName(c.Match), e.Seen.Elapsed, c.Cond != response.OK)
	}
}

// measuredName returns the name under which a command's times are recorded. Unknown commands share one, so that the
// number of names is limited.
func measuredName(m *command.Match) string {
	if m.Command == nil {
		return "(other)"
	}
	return m.Name
}

func misusedStats(arg command.Text, _ bool) string {
	if arg != "" {
		return "usage: :stats"
	}
	return ""
}

// showStats performs ":stats": it shows what the connection has carried, and how long its commands took.
func (s *Shell) showStats(_ *task, c call) {
	if c.on == nil || !c.on.ReportTraffic() {
		s.note("not connected")
		return
	}
	if all := s.measured.Summaries(); len(all) > 0 {
		s.screen.Latencies(all, false)
	}
}

// showTiming performs ":timing" without a value: it shows how long each step of connecting took.
func (s *Shell) showTiming(ss *session.Session) {
	if ss == nil || !ss.ReportTiming() {
		s.note("not connected")
	}
}

// unanswered records a command that was never answered.
func (s *Shell) unanswered(j *session.Job) { s.measured.Lost(measuredName(j.Command.Match)) }
