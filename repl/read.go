package repl

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // the charsets of text
	"golang.org/x/net/html"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/response"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/render"
	"imapsh/tagger"
)

// readMost is how many bytes of a text part are fetched at most, and readMostOf the partial that says so.
const (
	readMost   = 256 << 10
	readMostOf = "<0.262144>"
)

// A piece is a part of a message as described by BODYSTRUCTURE, copied to outlive the response.
type piece struct {
	number, kind   string // "1.2", "text/plain"
	encoding, name string
	contentType    string // type, subtype and charset, as in a Content-Type field
	size           uint64
	attached       bool
	multipart      bool
}

// messageAsked parses the "[UID] N" that begins the arguments of read and save, and returns the rest of them.
func messageAsked(arg command.Text) (fetch, set command.Text, rest []command.Text, ok bool) {
	words := arg.Fields()
	fetch = "FETCH "
	if len(words) > 0 && strings.EqualFold(string(words[0]), "UID") {
		fetch, words = "UID FETCH ", words[1:]
	}
	if len(words) == 0 {
		return "", "", nil, false
	}
	if _, isNumber := wire.Number([]byte(words[0])); !isNumber && words[0] != "*" {
		return "", "", nil, false
	}
	return fetch, words[0], words[1:], true
}

func misusedRead(arg command.Text, _ bool) string {
	if _, _, rest, ok := messageAsked(arg); !ok || len(rest) > 0 && !strings.EqualFold(string(rest[0]), "raw") {
		return "usage: read [UID] N [raw]"
	}
	return ""
}

// readMessage fetches the structure of a message, then its most readable text part.
func (s *Shell) readMessage(t *task, c call) {
	fetch, set, rest, _ := messageAsked(c.arg)
	raw := len(rest) > 0
	if !s.opened(c, "read") {
		return
	}
	if raw {
		text := fetch + set + " BODY.PEEK[]"
		if len(rest) > 1 {
			text += " " + joined(rest[1:])
		}
		s.runOn(t, c.on, line.Read(text, isBareWord), c.line)
		return
	}
	parts, ok := s.structureOf(t, c, fetch, set, "(UID FLAGS ENVELOPE BODYSTRUCTURE)")
	if !ok {
		return
	}
	p := toRead(parts)
	if p == nil {
		s.note("the message has no text part; save " + string(set) + " PART saves another part")
		return
	}
	s.readPart(t, c, fetch, set, p)
}

// opened reports whether a mailbox is selected, as far as that is known: without one, the commands that word is made of
// could only fail.
func (s *Shell) opened(c call, word string) bool {
	if c.on == nil || !c.on.Connected() {
		return true // the first command reports it
	}
	needs := map[command.State]string{
		command.NotAuthenticated: "log in, then select INBOX",
		command.Authenticated:    "select INBOX opens one",
	}[c.on.View().State]
	if needs == "" {
		return true
	}
	s.warn(word + " needs a selected mailbox: " + needs)
	s.notSent(StatusFailed)
	return false
}

// joined returns the words with a space between them.
func joined(words []command.Text) (text command.Text) {
	for i, w := range words {
		if i > 0 {
			text += " "
		}
		text += w
	}
	return text
}

// structureOf fetches items, which must include BODYSTRUCTURE, and returns the parts of the message.
func (s *Shell) structureOf(t *task, c call, fetch, set, items command.Text) ([]piece, bool) {
	var parts []piece
	hear := fetched(func(f *response.Fetch) {
		for i := range f.Items {
			if it := &f.Items[i]; it.Kind == response.ItemStructure {
				parts = pieces(it.Parts)
			}
		}
	})
	if !s.own(t, c, fetch+set+" "+items, hear) {
		return nil, false
	}
	if parts == nil {
		s.warn("the server sent no structure of message " + string(set))
		s.notSent(StatusFailed)
		return nil, false
	}
	return parts, true
}

// own runs a command that the shell makes for a typed line, and reports whether it was answered OK.
func (s *Shell) own(t *task, c call, text command.Text, hears ...trace.Listener) bool {
	return s.do(t, c.on, session.Request{Line: tagger.Line{Text: text, Raw: true}, At: c.line.at, Hears: hears})
}

// section returns the data item for the part's content.
func (p *piece) section() command.Text {
	number, _ := command.AtomText(p.number)
	return "BODY.PEEK[" + number + "]"
}

// pieces copies from a structure what reading and saving need.
func pieces(parts []response.BodyPart) []piece {
	out := make([]piece, len(parts))
	for i := range parts {
		p := &parts[i]
		out[i] = piece{
			number: string(response.AppendPartNumber(nil, parts, i)), multipart: p.Multipart, size: p.Size,
			encoding: string(p.Encoding.B), name: render.FileName(p), attached: strings.EqualFold(string(p.Disposition.B), "attachment"),
			kind: strings.ToLower(string(p.Type.B) + "/" + string(p.Subtype.B)),
		}
		out[i].contentType = out[i].kind
		for k := 0; k+1 < len(p.Params); k += 2 {
			if bytes.EqualFold(p.Params[k].B, []byte("charset")) {
				out[i].contentType += fmt.Sprintf("; charset=%q", p.Params[k+1].B)
			}
		}
	}
	return out
}

// toRead returns the most readable part: plain text, or else HTML, or else other text; nil if there is none.
func toRead(parts []piece) *piece {
	for _, kind := range []string{"text/plain", "text/html", "text/"} {
		for i := range parts {
			if p := &parts[i]; strings.HasPrefix(p.kind, kind) && !p.attached {
				return p
			}
		}
	}
	return nil
}

func (s *Shell) readPart(t *task, c call, fetch, set command.Text, p *piece) {
	section := p.section()
	if p.size > readMost {
		section += readMostOf
	}
	var body []byte
	hear := fetched(func(f *response.Fetch) {
		for i := range f.Items {
			if it := &f.Items[i]; it.Kind == response.ItemBody {
				body = append(body[:0], it.Body.B...)
			}
		}
	})
	if !s.own(t, c, fetch+set+" ("+section+")", hear) {
		return
	}
	text, doubt := decoded(p, bytes.NewReader(body))
	if doubt != nil {
		s.note("shown as is: " + doubt.Error())
	}
	if p.kind == "text/html" {
		text = withoutTags(text)
		s.note("part " + p.number + ", HTML without its tags")
	} else {
		s.note("part " + p.number + ", " + safe(p.contentType))
	}
	s.events.Post(trace.Event{Kind: trace.Text, Conn: c.on.Name, At: s.now(), Data: text})
	if p.size > readMost {
		s.note(fmt.Sprintf("these are the first %d of %d bytes; save %s %s saves all", readMost, p.size, set, p.number))
	}
}

// decoded returns the content of a part, without its transfer encoding and in UTF-8. If it cannot be decoded
// completely, the result is as far as that was possible, with the reason.
func decoded(p *piece, body io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(body)
	if err != nil {
		return raw, err
	}
	entity, doubt := message.New(headerOf(p, p.contentType), bytes.NewReader(raw))
	if entity == nil {
		return raw, doubt
	}
	text, err := io.ReadAll(entity.Body)
	if err != nil && len(text) == 0 {
		return raw, fmt.Errorf("decoding part %s: %w", p.number, err)
	}
	return text, doubt
}

func headerOf(p *piece, contentType string) message.Header {
	var h message.Header
	h.Set("Content-Type", contentType)
	if p.encoding != "" {
		h.Set("Content-Transfer-Encoding", p.encoding)
	}
	return h
}

// withoutTags returns the text of HTML, with one line for each block.
func withoutTags(page []byte) []byte {
	var b bytes.Buffer
	hidden := 0
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return bytes.TrimSpace(b.Bytes())
		case html.TextToken:
			if hidden == 0 {
				if text := strings.Join(strings.Fields(string(z.Text())), " "); text != "" {
					if n := b.Len(); n > 0 && b.Bytes()[n-1] != '\n' {
						b.WriteByte(' ')
					}
					b.WriteString(text)
				}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if unseen[string(name)] {
				hidden++
			}
			if blocks[string(name)] {
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if unseen[string(name)] && hidden > 0 {
				hidden--
			}
			if blocks[string(name)] && b.Len() > 0 && b.Bytes()[b.Len()-1] != '\n' {
				b.WriteByte('\n')
			}
		}
	}
}

var (
	unseen = map[string]bool{"script": true, "style": true, "title": true}
	blocks = map[string]bool{"p": true, "br": true, "div": true, "tr": true, "li": true, "h1": true, "h2": true, "h3": true, "table": true, "ul": true, "blockquote": true, "hr": true}
)
