package session

import (
	"imapsh/internal/trace"
)

// shown returns the current connection, or the previous one if there is none now; nil if there was none at all.
func (s *Session) shown() *life {
	if s.life != nil {
		return s.life
	}
	return s.past
}

// ReportTiming reports how long each step of connecting took, login included, as a Timing event. It returns false if
// there was no connection.
func (s *Session) ReportTiming() bool {
	l := s.shown()
	if l == nil || !l.spoken {
		return false
	}
	info := l.conn.Info()
	s.hear(&trace.Event{Kind: trace.Timing, At: s.hub.Now(), Info: &info, Elapsed: l.spokeAfter, Auth: l.auth})
	return true
}

// ReportTraffic reports what the connection has carried, as a Traffic event. It returns false if there was no
// connection.
func (s *Session) ReportTraffic() bool {
	l := s.shown()
	if l == nil {
		return false
	}
	until := s.hub.Now()
	if s.life == nil {
		until = l.heard
	}
	info := l.conn.Info()
	carried := trace.Carried{Traffic: l.conn.Traffic(), Commands: l.commands, Trips: l.trips}
	s.hear(&trace.Event{Kind: trace.Traffic, At: s.hub.Now(), Info: &info, Elapsed: until.Sub(l.since), Carried: &carried})
	return true
}
