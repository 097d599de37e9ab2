package repl

import (
	"strings"

	"imapsh/completion"
	"imapsh/internal/command"
	"imapsh/internal/sasl"
	"imapsh/internal/script"
	"imapsh/internal/session"
)

// A wish is a Tab in a line; pos is the cursor. again says that Tab was the key before, too.
type wish struct {
	line  string
	pos   int
	again bool
}

// complete answers Tab, perhaps only when mailboxes have been listed.
func (s *Shell) complete(w wish) {
	if s.user.wants != nil {
		return
	}
	r, ss := s.candidates(w.line[:w.pos])
	if !s.waitsForMailboxes(ss, r, w) {
		s.offer(r, w)
	}
}

// offer inserts what all candidates begin with, or lists them if nothing can be inserted.
func (s *Shell) offer(r completion.Result, w wish) {
	if len(r.Items) == 0 {
		return
	}
	word, rest := w.line[r.Start:w.pos], w.line[w.pos:]
	begin := r.Begin(word)
	if len(r.Items) == 1 {
		begin = r.Items[0].Text
		if !r.Items[0].Open && !strings.HasPrefix(rest, " ") {
			begin += " "
		}
	}
	if len(begin) > len(word) || len(r.Items) == 1 || begin != word && strings.EqualFold(begin, word) {
		s.opt.Terminal.Edit(w.line[:r.Start]+begin+rest, r.Start+len(begin))
		return
	}
	s.showCandidates(w, r.Items)
}

// candidates returns what may come after the typed text, and the session that the line is for.
func (s *Shell) candidates(typed string) (completion.Result, *session.Session) {
	if at := nameBegun(typed); at >= 0 {
		return completion.Result{Start: at, Items: s.namesFrom(typed[at:])}, nil
	}
	p := leads(typed, func(name string) bool { return s.named(name) != nil })
	ss := s.front
	if p.conn != "" {
		ss = s.named(p.conn)
	}
	view := &command.View{}
	if ss != nil {
		view = ss.View()
	}
	r := completion.Complete(typed[p.at:], len(typed)-p.at, view, s.around())
	r.Start += p.at
	return r, ss
}

// nameBegun returns the offset of an unfinished "${" at the end of the typed text; -1 if there is none.
func nameBegun(typed string) int {
	at := strings.LastIndex(typed, "${")
	if at >= 0 && at+len("${") < len(typed) && !script.IsName(strings.TrimSuffix(typed[at+len("${"):], ".")) {
		return -1
	}
	return at
}

// namesFrom returns the names that begin with the typed text, which includes "${".
func (s *Shell) namesFrom(typed string) []completion.Item {
	var items []completion.Item
	add := func(text, help string, open bool) {
		if strings.HasPrefix(text, typed) {
			items = append(items, completion.Item{Text: text, Help: help, Open: open})
		}
	}
	for _, name := range s.script.names.Own() {
		add("${"+name+"}", "", true)
	}
	for _, b := range script.Builtins {
		add("${"+b.Name+"}", b.Help, true)
	}
	if s.opt.Env != nil {
		add("${env.", "a variable of the environment", true)
	}
	return items
}

// A lead is what precedes a line that is part of another one: ":bob ", ":each ", ":defer :bob ".
type lead struct {
	at   int    // offset at which that line begins
	conn string // the connection it is for; "" if the lead names none
	args string // what may follow the lead, as in a usage line
}

// leads returns the lead of a line, which most lines do not have.
func leads(typed string, isConn func(name string) bool) lead {
	var l lead
	for {
		rest := strings.TrimLeft(typed[l.at:], " ")
		word, arg, has := strings.Cut(rest, " ")
		if !has || !strings.HasPrefix(word, ":") {
			return l
		}
		name := strings.ToLower(word[1:])
		arg = strings.TrimLeft(arg, " ")
		switch {
		case isConn(name):
			l.conn, l.args = name, connectionArgs
		case name == "defer", name == "each" && !strings.HasPrefix(arg, "<"):
			l.args = wordOf(name).args
		case name == "each":
			_, of, err := script.SplitEach(arg)
			if err != nil || of == "" {
				return l
			}
			arg, l.args = of, "COMMAND"
		case name == "watch":
			_, of, has := strings.Cut(arg, " ")
			if !has {
				return l
			}
			arg, l.args = strings.TrimLeft(of, " "), "[xCOUNT] COMMAND"
			if count, after, has := strings.Cut(arg, " "); has && strings.HasPrefix(count, "x") {
				arg, l.args = strings.TrimLeft(after, " "), "COMMAND"
			}
		default:
			return l
		}
		l.at = len(typed) - len(arg)
	}
}

// views are the states of all connections, for hints that are painted while a line is typed.
type views struct {
	front *command.View
	of    map[string]*command.View // by name, if there are several
}

func (v *views) has(name string) bool { return v != nil && v.of[name] != nil }

// seeViews updates the views.
func (s *Shell) seeViews() {
	if s.front == nil {
		return
	}
	was, is := s.view.Load(), &views{front: s.front.View()}
	same := was != nil && was.front == is.front
	if len(s.sessions) > 1 {
		is.of = map[string]*command.View{}
		for _, ss := range s.sessions {
			name := nameOf(ss)
			is.of[name] = ss.View()
			same = same && was.of[name] == is.of[name]
		}
	}
	if !same || len(was.of) != len(is.of) {
		s.view.Store(is)
	}
}

// hintFor returns what may follow a line that is being typed: a shell command or an IMAP command.
func hintFor(typed string, v *views) string {
	l := leads(typed, v.has)
	rest := typed[l.at:]
	if rest == "" {
		return l.args
	}
	if tag, _ := command.Whose(rest, isBareWord); tag != "" {
		return ""
	}
	name, arg, has := strings.Cut(rest, " ")
	if !isBareWord(name) {
		view := (*command.View)(nil)
		switch {
		case l.conn != "":
			view = v.of[l.conn]
		case v != nil:
			view = v.front
		}
		return completion.Hint(rest, view)
	}
	args, hint := "", (func(string) string)(nil)
	name = strings.ToLower(strings.TrimPrefix(name, ":"))
	if v.has(name) {
		args = connectionArgs
	} else if row := wordRows()[name]; row != nil {
		args, hint = row.args, row.hint
	}
	switch {
	case args == "":
		return ""
	case !has:
		return " " + args
	case hint != nil:
		return hint(arg)
	case arg != "":
		return ""
	}
	return args
}

// tabSet completes the argument of :set.
func tabSet(s *Shell, arg string) (int, []completion.Item) {
	name, _, has := strings.Cut(arg, " ")
	var items []completion.Item
	if has {
		for _, value := range strings.Split(settingValues(name), "|") {
			if value == strings.ToLower(value) || sasl.Lookup(value) != nil {
				items = append(items, completion.Item{Text: value})
			}
		}
		return len(name) + 1, items
	}
	for _, row := range shellWords() {
		if row.setting {
			items = append(items, completion.Item{Text: row.name, Help: row.help})
		}
	}
	for name := range s.script.set {
		items = append(items, completion.Item{Text: name})
	}
	return 0, items
}

// hintSet returns what may follow the typed argument of :set.
func hintSet(arg string) string {
	name, value, has := strings.Cut(arg, " ")
	switch {
	case arg == "":
		return wordOf("set").args
	case has && value == "":
		if values := settingValues(name); values != "" {
			return values
		}
		return "VALUE"
	}
	return ""
}

// settingValues returns the possible values of a setting; "" if there is no such setting.
func settingValues(name string) string {
	if row := wordRows()[strings.ToLower(name)]; row != nil && row.setting {
		return row.args
	}
	return ""
}

// tabClose completes the argument of :close.
func tabClose(s *Shell, _ string) (int, []completion.Item) {
	var items []completion.Item
	for _, ss := range s.sessions {
		items = append(items, completion.Item{Text: nameOf(ss), Help: ss.Target.Host})
	}
	return 0, items
}

// tabEach completes the file of :each.
func tabEach(_ *Shell, arg string) (int, []completion.Item) {
	name := strings.TrimLeft(strings.TrimPrefix(arg, "<"), " ")
	return len(arg) - len(name), completion.Around{Files: filesFrom}.FileItems(name)
}

// tabExpect completes the argument of expect.
func tabExpect(_ *Shell, arg string) (int, []completion.Item) {
	from := strings.LastIndex(arg, " ") + 1
	if strings.HasPrefix(arg[from:], "[") && script.AfterCondition(arg[:from]) {
		return from, codeItems()
	}
	words, _ := script.AfterExpect(arg[:from])
	var items []completion.Item
	for _, w := range words {
		items = append(items, completion.Item{Text: w})
	}
	return from, items
}

// codeItems returns the response codes as they begin in a pattern: "]" is included if the code has no arguments.
func codeItems() (items []completion.Item) {
	for _, c := range command.Codes() {
		text := "[" + c.Name
		if c.Args == "" {
			text += "]"
		}
		items = append(items, completion.Item{Text: text, Help: c.Help})
	}
	return items
}

// hintExpect returns what may follow the typed argument of expect.
func hintExpect(arg string) string {
	if arg != "" && !strings.HasSuffix(arg, " ") {
		return ""
	}
	_, hint := script.AfterExpect(arg)
	return hint
}
