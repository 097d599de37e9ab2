package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"imapsh/completion"
	"imapsh/internal/command"
	"imapsh/internal/help"
	"imapsh/internal/session"
	"imapsh/tagger"
)

// A tabbed is the last list of candidates: pressing Tab again on the same line shows more of it.
type tabbed struct {
	line       string
	pos, shown int
}

// around returns what Tab knows besides the table of commands and the session.
func (s *Shell) around() completion.Around {
	a := completion.Around{Files: filesFrom, Pages: help.Pages()}
	for _, c := range s.words() {
		row := completion.ShellCommand{Name: ":" + c.name, Args: c.args, Help: c.help}
		if c.tab != nil {
			row.Words = func(arg string) (int, []completion.Item) { return c.tab(s, arg) }
		}
		a.Shell = append(a.Shell, row)
		for _, bare := range bareWords {
			if bare == c.name && bare[0] >= 'a' {
				row.Name = bare
				a.Shell = append(a.Shell, row)
			}
		}
	}
	for name, of := range s.opt.Aliases {
		a.Shell = append(a.Shell, completion.ShellCommand{Name: name, Help: "an alias of: " + of})
	}
	a.Shell = append(a.Shell, completion.ShellCommand{Name: "exit", Help: "log out and exit"})
	sort.SliceStable(a.Shell, func(i, j int) bool { return a.Shell[i].Name < a.Shell[j].Name })
	return a
}

// filesFrom returns the files whose names begin with prefix; hidden ones only if the prefix begins with ".".
func filesFrom(prefix string) []string {
	dir, base := filepath.Split(prefix)
	where := dir
	if where == "" {
		where = "."
	}
	entries, err := os.ReadDir(where)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, base) || name[0] == '.' && base == "" {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		out = append(out, dir+name)
	}
	return out
}

// waitsForMailboxes reports whether a Tab is answered only when mailboxes have been listed. They are listed when the
// first name of a mailbox is wanted, and again after one was created, deleted or renamed.
func (s *Shell) waitsForMailboxes(ss *session.Session, r completion.Result, w wish) bool {
	switch {
	case s.user.listing:
		s.user.wish = nil // a later Tab takes the place of the one that waits
		if r.Mailboxes {
			s.user.wish = &w
		}
		return r.Mailboxes
	case !r.Mailboxes || ss == nil || !ss.Free() || s.doing.job != nil && !s.doing.job.Ended():
		return false
	}
	v := ss.View()
	if v.State&command.LoggedIn == 0 || ss.MailboxesKnown() && len(v.Mailboxes) > 0 {
		return false
	}
	s.user.listing, s.user.wish = true, &w
	s.tasks.Go(func(t *task) {
		j := s.start(ss, session.Request{Line: tagger.Line{Text: `LIST "" "*"`, Raw: true}})
		t.Until(j.Ended)
		if j.OK() {
			ss.Listed()
		}
		last := s.user.wish
		s.user.listing, s.user.wish = false, nil
		if last == nil || s.user.wants != nil {
			return
		}
		if r, of := s.candidates(last.line[:last.pos]); of == ss { // not asked for again, even if it refused
			s.offer(r, *last)
		} else {
			s.complete(*last)
		}
	})
	return true
}

// showCandidates lists what can be typed here, one screen at a time. If the list has been shown to its end and no other
// key than Tab was pressed since, it is still on the screen and not shown again.
func (s *Shell) showCandidates(w wish, items []completion.Item) {
	cols, rows := s.opt.Terminal.Size()
	lines := completion.Columns(items, cols-1)
	from := 0
	switch t := s.user.tabbed; {
	case t.line != w.line || t.pos != w.pos:
	case t.shown < len(lines):
		from = t.shown
	case w.again:
		return
	}
	to := min(len(lines), from+max(rows-3, 5))
	var b strings.Builder
	for _, l := range lines[from:to] {
		b.WriteString(l + "\n")
	}
	if left := len(lines) - to; left > 0 {
		fmt.Fprintf(&b, "     … %d more rows: Tab\n", left)
	}
	s.user.tabbed = tabbed{w.line, w.pos, to}
	s.screen.Flush()
	s.opt.Terminal.Write([]byte(b.String()))
}
