package repl

import (
	"strings"

	"imapsh/completion"
)

// A NamedServer is a profile in the user's file.
type NamedServer struct {
	Name, URL string
	Wants     []Wanted
}

// Wanted is a setting that a profile makes.
type Wanted struct{ Name, Value string }

// serverNamed returns the profile of that name; nil if there is none. A URL is never a name.
func (s *Shell) serverNamed(name string) *NamedServer {
	for i := range s.opt.Servers {
		if s.opt.Servers[i].Name == name {
			return &s.opt.Servers[i]
		}
	}
	return nil
}

// otherwise returns, as lines to type, the settings that a profile needs and that are not in force: those about the
// connection, logging in and what may be sent. Settings hold for all connections, so opening one must not change
// them.
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

// serverURL returns the URL of a profile, or what was typed if it is not the name of a profile. It returns false, and
// says so, if the profile needs settings that are not in force.
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
		s.usage("the profile " + server.Name + " needs settings that are not in force, and settings hold for all connections; first type " + safe(strings.Join(lines, " and ")))
		return "", false
	}
	return server.URL, true
}

// tabOpen completes the second word of :open with the names of profiles.
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
