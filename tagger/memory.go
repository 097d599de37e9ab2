package tagger

// Memory is what outlives a connection: the tags, which never repeat, and what was seen of the server. Each
// connection has its own Tagger that shares it. The zero value is ready to use.
type Memory struct {
	tags       tags
	commands   int // begun so far
	validities validities
	found      []Found
	foundAll   int
}

// NextTag returns the tag that the next command will get.
func (m *Memory) NextTag() string { return m.tags.peek() }

// Found returns the deviations seen, oldest first and at most 1,000, and how many there were in total.
func (m *Memory) Found() ([]Found, int) { return m.found, m.foundAll }
