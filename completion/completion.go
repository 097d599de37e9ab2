// Package completion computes what Tab offers and what the hint after the cursor says about a line that is being
// typed, from the table of commands and a view of the session. It never talks to a server and keeps nothing between
// calls.
package completion

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"imapsh/internal/command"
)

// Result is what Tab offers. Each candidate replaces line[Start:pos]; Start is an offset in bytes.
type Result struct {
	Start int
	Items []Item
	// Mailboxes is set if the name of a mailbox may be here, whether its name is known or not.
	Mailboxes bool
}

// Item is a candidate as it is to be typed, and a few words about it.
type Item struct {
	Text string
	Help string
	// Open is set if more follows without a space: "BODY[", "Archive/".
	Open bool
}

// Around is what completion knows besides the table and the session.
type Around struct {
	Pages [][2]string // help topics that are not in the table, and what each is about
	Shell []ShellCommand
	// Files returns the file names that begin with prefix, directories ending in "/". It may be nil.
	Files func(prefix string) []string
}

// ShellCommand is a shell command: its name as typed (":caps" or "help") and its arguments as in its usage ("on|off",
// "FILE", "TOPIC").
type ShellCommand struct {
	Name, Args, Help string
	// Words returns the candidates for its argument, and the offset in arg from which they replace it; nil if Args
	// says it all.
	Words func(arg string) (from int, items []Item)
}

// Candidates returns what can come at byte pos of line, with or without a tag. shell are the names of the shell
// commands. v may be nil.
func Candidates(line string, pos int, v *command.View, shell []string) Result {
	var around Around
	for _, name := range shell {
		around.Shell = append(around.Shell, ShellCommand{Name: name})
	}
	return Complete(line, pos, v, around)
}

// Complete is like Candidates, but knows more than the names of the shell commands.
func Complete(line string, pos int, v *command.View, around Around) Result {
	r := complete(line, pos, v, around)
	r.Items = slices.DeleteFunc(r.Items, func(item Item) bool { return !typable(item.Text) })
	return r
}

// typable reports whether a text can be part of a line being typed. If a server put a line end into a name, it would
// end that line, and what follows would be sent.
func typable(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, unicode.IsControl) < 0
}

func complete(line string, pos int, v *command.View, around Around) Result {
	if v == nil {
		v = &command.View{}
	}
	line = line[:min(max(pos, 0), len(line))]
	if r, ok := around.shellArguments(line, v); ok {
		return r
	}
	if r, ok := around.redirected(line); ok {
		return r
	}
	tag, rest := command.Whose(line, isOne(around.Shell))
	base := len(line) - len(rest)

	p := command.Look(rest, v)
	s := source{view: v, typed: rest[p.Start:], tagged: tag != "", lower: lowerCase(rest)}
	switch {
	case p.Command != nil:
		s.arguments(p)
	case strings.EqualFold(firstWord(rest), "UID") && strings.ContainsAny(rest, " \t"):
		second := strings.TrimLeft(rest[len("UID"):], " \t")
		p.Start = len(rest) - len(second)
		s.typed = second
		if strings.ContainsAny(second, " \t") {
			return Result{Start: pos}
		}
		s.commands("UID ")
	case !strings.ContainsAny(rest, " \t"):
		s.shell(around.Shell)
		s.commands("")
	default:
		return Result{Start: pos}
	}
	return Result{Start: base + p.Start, Items: s.items, Mailboxes: s.wantsMailbox}
}

// Hint returns the rest of the grammar after line, to be shown to the right of it, with a space before it if one must
// be typed. It returns "" if there is nothing to say.
func Hint(line string, v *command.View) string {
	_, rest := command.Whose(line, nil)
	hint := command.Look(rest, v).Rest
	switch {
	case hint == "" || rest == "":
		return ""
	case hint[0] == ')', strings.HasSuffix(rest, " "), strings.HasSuffix(rest, "("):
		return hint
	}
	return " " + hint
}

func isOne(commands []ShellCommand) func(string) bool {
	return func(word string) bool {
		for _, c := range commands {
			if strings.EqualFold(c.Name, word) {
				return true
			}
		}
		return false
	}
}

func firstWord(line string) string {
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		return line[:i]
	}
	return line
}

// lowerCase reports whether words are typed in lower case: by the word being typed if it has letters, otherwise by
// the command. If the word has both cases, completion uses the spelling of the table.
func lowerCase(line string) bool {
	for _, word := range []string{line[strings.LastIndexAny(line, " \t(")+1:], firstWord(line)} {
		if low, up := strings.ToLower(word), strings.ToUpper(word); low != up {
			return word == low
		}
	}
	return false
}

// source gathers candidates for the word being typed.
type source struct {
	view   *command.View
	typed  string
	tagged bool // the line is sent exactly as typed
	lower  bool
	items  []Item
	// has holds the texts of items, and flags in lower case.
	has          map[string]bool
	wantsMailbox bool // a mailbox is allowed here
	onlyChoice   bool // the grammar allows only one kind of argument here
}

// add adds a word, in the case that is being typed.
func (s *source) add(text, help string) {
	if s.lower {
		text = strings.ToLower(text)
	}
	s.exactly(text, help)
}

// had reports whether a text was added before, and notes that it is now.
func (s *source) had(text string) bool {
	if s.has == nil {
		s.has = map[string]bool{}
	}
	had := s.has[text]
	s.has[text] = true
	return had
}

// exactly adds a word in its own spelling, if it begins with what is typed.
func (s *source) exactly(text, help string) {
	if !command.HasPrefixFold(text, s.typed) {
		return
	}
	if s.had(text) {
		return
	}
	open := strings.HasSuffix(text, "[") || strings.HasSuffix(text, "(")
	s.items = append(s.items, Item{Text: text, Help: help, Open: open})
}

func (s *source) shell(commands []ShellCommand) {
	for _, c := range commands {
		if s.typed != "" || c.Name[0] != ':' {
			s.exactly(c.Name, c.Help)
		}
	}
}

// commands adds the commands that are allowed and offered now; if none of those fits, all that fit.
func (s *source) commands(prefix string) {
	before := len(s.items)
	for _, strict := range []bool{true, false} {
		for i := range command.Commands() {
			c := &command.Commands()[i]
			name, ok := strings.CutPrefix(c.Name, prefix)
			if !ok || strict && (s.view.State != 0 && c.States&s.view.State == 0 || !s.view.Offers(c.Caps...)) {
				continue
			}
			if first, _, compound := strings.Cut(name, " "); compound {
				s.add(first, "commands that use UIDs")
				continue
			}
			s.add(name, c.Summary)
		}
		if len(s.items) > before {
			break
		}
	}
	added := s.items[before:]
	sort.SliceStable(added, func(i, j int) bool { return added[i].Text < added[j].Text })
}
