package repl

// beside runs do, which may block on a file, in another goroutine, and waits for it. If Ctrl-C ends the wait, do
// continues, and the caller must not read what it writes.
func (s *Shell) beside(t *task, do func()) error {
	done := false
	go func() {
		do()
		s.hub.Post(func() { done = true })
	}()
	return s.until(t, func() bool { return done })
}

// delivered waits until pipes and devices have read what was saved to them, and the command of "|" has ended. After
// Ctrl-C it stops waiting, and waits no longer for those that are reading then.
func (s *Shell) delivered(t *task) {
	if s.until(t, func() bool { return s.pouring <= s.unread }) != nil && s.pouring > s.unread {
		s.unread = s.pouring
		s.note("what was saved has not been read yet; still waiting for a reader")
	}
}
