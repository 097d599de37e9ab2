package script

import (
	"errors"

	"imapsh/internal/match"
	"imapsh/internal/wire"
)

// maxKept limits how many bytes of responses are kept for expect and :each.
const maxKept = 8 << 20

// A kept response.
type kept struct {
	frame wire.Frame
	as    *match.Response // its values; nil until they are needed
	used  bool            // it is used up for later expectations
}

// maxNames limits how many names of responses are counted, since a server can make up any number.
const maxNames = 100

func (a *Answers) count(name string) {
	if a.counts == nil {
		a.counts = map[string]int{}
	}
	if a.counts[name] > 0 || len(a.counts) < maxNames {
		a.counts[name]++
	}
}

// keep copies a response, without the bytes of large literals.
func (a *Answers) keep(f *wire.Frame) {
	if a.over {
		return
	}
	k := &kept{frame: *f}
	k.frame.Odd, k.frame.Raw, k.frame.Literals = nil, nil, nil
	from := 0
	for _, l := range f.Literals {
		if !l.Spilled && l.Kept > match.MaxLiteral {
			k.frame.Raw = append(k.frame.Raw, f.Raw[from:l.At]...)
			from = l.At + l.Kept
			l.Spilled, l.Kept = true, 0
			l.At = len(k.frame.Raw)
		} else {
			l.At -= from - len(k.frame.Raw)
		}
		k.frame.Literals = append(k.frame.Literals, l)
	}
	k.frame.Raw = append(k.frame.Raw, f.Raw[from:]...)
	if a.size += len(k.frame.Raw) + perKept; a.size > maxKept {
		a.over = true
		a.kept = nil
		return
	}
	a.kept = append(a.kept, k)
}

// perKept is roughly how many bytes of memory a response needs besides its text.
const perKept = 200

// read returns the values of a kept response.
func (a *Answers) read(k *kept) *match.Response {
	if k.as == nil {
		a.tree.Parse(&k.frame)
		k.as = match.Read(&a.tree)
	}
	return k.as
}

// errOver says that the answer cannot be known because not everything was kept.
var errOver = errors.New("more than 8 MiB of responses came to the command: too much is not kept for expect and :each")

// Each calls f with each kept response that is not used up, in order, until f returns false.
func (a *Answers) Each(f func(*match.Response) bool) error {
	if a.over {
		return errOver
	}
	for _, k := range a.kept {
		if !k.used && !f(a.read(k)) {
			break
		}
	}
	return nil
}
