package completion

import (
	"strconv"
	"strings"

	"imapsh/internal/command"
)

// headerFieldNames are the header fields most often asked for (RFC 5322 §3.6, RFC 2045 §3, RFC 2919, RFC 8601).
var headerFieldNames = []string{
	"From", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To", "Sender",
	"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version",
	"List-Id", "Received", "Return-Path", "Authentication-Results", "DKIM-Signature",
}

// headerFields adds the names of header fields after head, which is typed already.
func (s *source) headerFields(head string) {
	for _, name := range headerFieldNames {
		if s.lower {
			name = strings.ToLower(name)
		}
		s.exactly(head+name, "")
		if n := len(s.items); head != "" && n > 0 && s.items[n-1].Text == head+name {
			s.items[n-1].Open = true // ")" or another may follow
		}
	}
}

// rights adds the letters of rights that are not typed yet, after those that are.
func (s *source) rights() {
	for _, t := range command.Rights.Terms() {
		if !strings.Contains(s.typed, t.Name) && s.view.Offers(t.Caps...) && t.Name != "c" && t.Name != "d" {
			s.items = append(s.items, Item{Text: s.typed + t.Name, Help: t.Help, Open: true})
		}
	}
}

// numbers adds the numbers that responses have mentioned recently, and sets that are always valid. If other kinds of
// arguments are possible, it does so only once a number is begun.
func (s *source) numbers(uids bool) {
	if s.typed == "" && !s.onlyChoice {
		return
	}
	head, last := "", s.typed
	if i := strings.LastIndexAny(s.typed, ",:"); i >= 0 {
		head, last = s.typed[:i+1], s.typed[i+1:]
	}
	add := func(text, help string) {
		if strings.HasPrefix(text, last) {
			s.exactly(head+text, help)
		}
	}
	list, what := s.view.Numbers, "recently seen"
	if uids {
		list, what = s.view.UIDs, "a recently seen UID"
	}
	for _, n := range list {
		add(strconv.FormatUint(uint64(n), 10), what)
	}
	if head == "" {
		add("1:*", "all messages")
		if s.view.Caps != nil && s.view.Offers("SEARCHRES") {
			add("$", "the saved search result")
		}
	}
	if s.onlyChoice {
		add("*", "the last message")
	}
}
