package conn

type pooled struct{ buf []byte }
