package response

import "imapsh/internal/wire"

type scratch struct{}

// Decode decodes a frame. It never fails: what no decoder fits is Other.
func (d *Decoder) Decode(f *wire.Frame) Value { return &Other{Raw: f.Raw} }
