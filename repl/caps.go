package repl

import "imapsh/internal/help"

// sayCaps says of each capability what it is.
func (s *Shell) sayCaps(string, inputLine) {
	caps := s.tag.Session().Caps
	if caps == nil {
		s.out.Note("the server has not told its capabilities here: CAPABILITY asks")
		return
	}
	s.lines(help.Capabilities(caps, s.noteWidth()))
}

// noteWidth is the columns that a note has behind its marker.
func (s *Shell) noteWidth() int {
	const marker = 3
	if width := s.out.Options().Width; width != nil && s.out.Options().Terminal && width() > 0 {
		return width() - marker
	}
	return 80 - marker
}
