package trace

// A Stream passes each event to all listeners, in the order in which they joined. It belongs to one goroutine. The
// zero value has no listeners.
type Stream struct {
	seats   []*seat
	hearing bool
	posted  []Event
}

// A seat is the place of a listener; it is emptied if the listener leaves while an event is being heard.
type seat struct{ l Listener }

// Join adds a listener and returns the function that removes it again.
func (s *Stream) Join(l Listener) (leave func()) {
	at := &seat{l}
	s.seats = append(s.seats, at)
	return func() {
		at.l = nil
		for i, other := range s.seats {
			if other == at {
				s.seats = append(s.seats[:i:i], s.seats[i+1:]...)
				return
			}
		}
	}
}

// Depth returns how far responses must be parsed for the most demanding listener.
func (s *Stream) Depth() Depth {
	depth := Bytes
	for _, at := range s.seats {
		depth = max(depth, at.l.Depth())
	}
	return depth
}

// Hear passes on an event, then those that were posted meanwhile.
func (s *Stream) Hear(e *Event) {
	s.hearing = true
	for _, at := range s.seats { // Join and leave replace the slice, so this one does not change
		if at.l != nil {
			at.l.Hear(e)
		}
	}
	s.hearing = false
	for len(s.posted) > 0 && !s.hearing {
		next := s.posted[0]
		s.posted = s.posted[1:]
		s.Hear(&next)
	}
}

// Post passes on an event after the one that is being heard, or immediately if none is. A listener that has something
// to say must use Post, not Hear.
func (s *Stream) Post(e Event) {
	if s.hearing {
		s.posted = append(s.posted, e)
		return
	}
	s.Hear(&e)
}
