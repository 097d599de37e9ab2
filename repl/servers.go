package repl

import (
	"strings"

	"imapsh/completion"
)

// A NamedServer is one that the user's file names.
type NamedServer struct {
	Name, URL string
	Wants     []Wanted
}

// Wanted is a setting that the user's file makes for a server.
type Wanted struct{ Name, Value string }

// serverNamed returns a server of the user's file; nil if it has none of this name. A URL is never a name.
func (s *Shell) serverNamed(name string) *NamedServer {
	for i := range s.opt.Servers {
		if s.opt.Servers[i].Name == name {
			return &s.opt.Servers[i]
		}
	}
	return nil
}

// otherwise returns how settings must be made for a server, as lines to type: those about the way to it, logging in and what
// may be sent. The settings are of all connections, so that they are not made by the way.
func (s *Shell) otherwise(server *NamedServer) []string {
	var lines []string
	for _, w := range server.Wants {
		r := LookupSetting(w.Name)
		if r == nil || r.Where != OfServers && r.Name != "read-only" || r.Name == "verbose" {
			continue
		}
		as := s.set
		if err := r.Set(&as, w.Value, FromProfile); err == nil && r.Get(&as) != r.Get(&s.set) {
			lines = append(lines, ":"+r.Name+" "+w.Value)
		}
	}
	return lines
}

// serverURL returns the URL of a server of the user's file, or what was typed. It is not ok if the server needs settings that
// are not made: that has been said.
func (s *Shell) serverURL(typed string) (url string, ok bool) {
	server := s.serverNamed(typed)
	switch {
	case server == nil:
		return typed, true
	case server.URL == "":
		s.usage("the profile " + server.Name + " has no url")
		return "", false
	}
	if lines := s.otherwise(server); len(lines) > 0 {
		s.usage("the profile " + server.Name + " has settings that are not made here, and settings hold for all connections: first " + safe(strings.Join(lines, " and ")))
		return "", false
	}
	return server.URL, true
}

// tabOpen completes the second word of :open with the names of the user's file.
func tabOpen(s *Shell, arg string) (int, []completion.Item) {
	name, _, second := strings.Cut(arg, " ")
	if !second {
		return 0, nil
	}
	var items []completion.Item
	for _, server := range s.opt.Servers {
		items = append(items, completion.Item{Text: server.Name, Help: server.URL})
	}
	return len(name) + 1, items
}
