package tagger

// flight is the commands sent and not yet completed, in the order of sending. Servers complete most commands in
// that order, so a tag is searched for from the front.
type flight struct {
	q    []*Command
	head int
}

func (f *flight) len() int { return len(f.q) - f.head }

func (f *flight) all() []*Command { return f.q[f.head:] }

func (f *flight) oldest() *Command {
	if f.len() == 0 {
		return nil
	}
	return f.q[f.head]
}

func (f *flight) add(c *Command) {
	if f.head > 0 && f.head == len(f.q) {
		f.q, f.head = f.q[:0], 0
	} else if f.head > 1024 && f.head > len(f.q)/2 {
		n := copy(f.q, f.q[f.head:])
		clear(f.q[n:])
		f.q, f.head = f.q[:n], 0
	}
	f.q = append(f.q, c)
}

// find returns the oldest command with a tag; nil if there is none.
func (f *flight) find(tag []byte) *Command {
	for _, c := range f.all() {
		if string(tag) == c.Tag {
			return c
		}
	}
	return nil
}

// has reports whether a command with this tag is in flight.
func (f *flight) has(tag string) bool { return f.find([]byte(tag)) != nil }

func (f *flight) remove(c *Command) {
	if f.len() > 0 && f.q[f.head] == c {
		f.q[f.head] = nil
		f.head++
		return
	}
	for i := f.head; i < len(f.q); i++ {
		if f.q[i] == c {
			copy(f.q[i:], f.q[i+1:])
			f.q[len(f.q)-1] = nil
			f.q = f.q[:len(f.q)-1]
			return
		}
	}
}
