package repl

// beside does what may block, on a file or a disk, beside the loop and waits for it. If Ctrl-C ends
// the wait it continues, and nobody may look at what it leaves.
func (s *Shell) beside(t *task, do func()) error {
	done := false
	go func() {
		do()
		s.hub.Post(func() { done = true })
	}()
	return s.until(t, func() bool { return done })
}

// delivered waits until pipes and devices have taken what was saved for them, and the command of "|"
// has ended. Ctrl-C leaves them to themselves.
func (s *Shell) delivered(t *task) {
	if s.until(t, func() bool { return s.pouring == 0 }) != nil && s.pouring > 0 {
		s.note("what was saved has not been read yet; still waiting for a reader")
	}
}
