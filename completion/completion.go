// Package completion gives what Tab offers and what a hint says of a line that
// is being typed, from the table of commands and a view of the session. It
// never talks to a server and keeps nothing between calls.
package completion

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"imapsh/internal/command"
)

// Result is what Tab offers. A candidate replaces line[Start:pos].
type Result struct {
	Start int
	Items []Item
	// Mailboxes says that the name of a mailbox may be here, known or not.
	Mailboxes bool
}

// Item is a candidate as it is to be written, and a few words about it.
type Item struct {
	Text string
	Help string
	// Open says that more follows without a space: "BODY[", "Archive/".
	Open bool
}

// Around is what completion knows of besides the table and the session.
type Around struct {
	Pages [][2]string // topics of help that are not words of the table, and what each is about
	Shell []ShellCommand
	// Files gives the names that begin with prefix, directories ending in "/"; nil: none.
	Files func(prefix string) []string
}

// ShellCommand is a command of the shell: its name as typed, ":caps" and "help" alike,
// and its arguments as its usage has them, "on|off", "FILE", "TOPIC".
type ShellCommand struct {
	Name, Args, Help string
	// Words returns what may be in its argument, and from where on it replaces it; nil if Args says it all.
	Words func(arg string) (from int, items []Item)
}

// Candidates returns what can come at pos of line, whether a tag begins the line
// or not. shell names the commands of the shell.
func Candidates(line string, pos int, v *command.View, shell []string) Result {
	var around Around
	for _, name := range shell {
		around.Shell = append(around.Shell, ShellCommand{Name: name})
	}
	return Complete(line, pos, v, around)
}

// Complete is Candidates with all that is around.
func Complete(line string, pos int, v *command.View, around Around) Result {
	r := complete(line, pos, v, around)
	r.Items = slices.DeleteFunc(r.Items, func(item Item) bool { return !typable(item.Text) })
	return r
}

// typable reports whether a text can be in a line being typed as it is. A line end in a name that a
// server gives would end that line, and what follows it would be sent.
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

// Hint is the rest of the grammar after line, to be shown to its right: a space
// before it if one must be typed. "" when there is nothing to say.
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

// lowerCase reports whether words are typed in small letters: by the word being
// typed if it has letters, else by the command. What is typed in both kinds of letters
// is completed as the table has it.
func lowerCase(line string) bool {
	for _, word := range []string{line[strings.LastIndexAny(line, " \t(")+1:], firstWord(line)} {
		if low, up := strings.ToLower(word), strings.ToUpper(word); low != up {
			return word == low
		}
	}
	return false
}

// source gathers candidates for the word that is typed so far.
type source struct {
	view   *command.View
	typed  string
	tagged bool // the line is sent exactly as typed
	lower  bool
	items  []Item
	// has is the texts of items, and flags in small letters.
	has          map[string]bool
	wantsMailbox bool // a mailbox may be here
	onlyMailbox  bool // and nothing else
}

// add adds a word in the case typed.
func (s *source) add(text, help string) {
	if s.lower {
		text = strings.ToLower(text)
	}
	s.exactly(text, help)
}

// had reports whether a text was offered before, and takes note of it.
func (s *source) had(text string) bool {
	if s.has == nil {
		s.has = map[string]bool{}
	}
	had := s.has[text]
	s.has[text] = true
	return had
}

// exactly adds a word that has a spelling of its own.
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

// commands adds the commands allowed and offered here and now; all, if none of those fits.
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
