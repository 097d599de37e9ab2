package render

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/emersion/go-message/charset"

	"imapsh/internal/response"
)

// FileName returns the name of a part's contents, decoded (RFC 2231, RFC 2047): the file name of its disposition,
// otherwise the name of its type; "" if it has neither.
func FileName(p *response.BodyPart) string {
	var t textDecoder
	return string(t.appendFileName(nil, p))
}

// appendFileName appends the name that FileName returns.
func (t *textDecoder) appendFileName(b []byte, p *response.BodyPart) []byte {
	if named := t.appendParameter(b, p.DispositionParams, "filename"); len(named) > len(b) {
		return named
	}
	return t.appendParameter(b, p.Params, "name")
}

// appendParameter appends the value of a parameter, joined from its continuations and decoded:
// name*0*=utf-8'en'a%20 name*1=b (RFC 2231 §3, §4).
func (t *textDecoder) appendParameter(b []byte, params []response.String, name string) []byte {
	type piece struct {
		value   []byte
		encoded bool
	}
	var pieces []piece
	var plain []byte
	for i := 0; i+1 < len(params); i += 2 {
		key, value := params[i].B, params[i+1].B
		if len(key) < len(name) || !bytes.EqualFold(key[:len(name)], []byte(name)) {
			continue
		}
		rest := string(key[len(name):])
		switch {
		case rest == "":
			if len(plain) == 0 {
				plain = value
			}
		case rest == "*":
			pieces = append(pieces[:0], piece{value, true})
		case rest[0] == '*':
			encoded := strings.HasSuffix(rest[1:], "*")
			n, err := strconv.Atoi(strings.TrimSuffix(rest[1:], "*"))
			if err == nil && n == len(pieces) {
				pieces = append(pieces, piece{value, encoded})
			}
		}
	}
	if len(pieces) == 0 {
		return t.append(b, plain)
	}
	set := ""
	var whole []byte
	for i, p := range pieces {
		if !p.encoded {
			whole = append(whole, p.value...)
			continue
		}
		if i == 0 {
			if parts := bytes.SplitN(p.value, []byte("'"), 3); len(parts) == 3 {
				set, p.value = string(parts[0]), parts[2]
			}
		}
		whole = appendPercent(whole, p.value)
	}
	return append(b, inCharset(whole, set)...)
}

// appendPercent appends text with each %hh decoded.
func appendPercent(b, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]) {
			n, _ := strconv.ParseUint(string(text[i+1:i+3]), 16, 8)
			b = append(b, byte(n))
			i += 2
			continue
		}
		b = append(b, text[i])
	}
	return b
}

// inCharset returns text as UTF-8; unchanged if its charset is unknown.
func inCharset(text []byte, set string) string {
	if set == "" || strings.EqualFold(set, "utf-8") {
		return string(text)
	}
	r, err := charset.Reader(set, bytes.NewReader(text))
	if err != nil {
		return string(text)
	}
	s, err := io.ReadAll(r)
	if err != nil {
		return string(text)
	}
	return string(s)
}
