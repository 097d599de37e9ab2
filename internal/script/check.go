package script

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"imapsh/internal/command"
)

// A Checker checks the lines of a script in order, before any of them runs, and returns the errors that would
// otherwise appear only in the middle of the run.
type Checker struct {
	// Known reports whether a name has a value from outside: --var, or :set at a prompt.
	Known func(name string) bool
	// Own are the names of which Known knows.
	Own []string
	// Word reports whether a word after ":" is a shell command.
	Word func(word string) bool
	// Setting reports whether a word is a setting, and returns what is wrong with its new value; "" if nothing is.
	Setting func(word, value string) (is bool, fault string)
	// Misused returns what is wrong with the argument of a shell command, which may have been typed without its ":"; ""
	// if nothing is.
	Misused func(word, arg string) string
	// Nearest returns the word that a mistyped one was probably meant to be, and whether there is one.
	Nearest func(word string) (string, bool)
	// Open are the names of the open connections.
	Open []string
	// Tagged returns the user's own tag of a line; "" if it has none. Names are not replaced in a line with a tag.
	Tagged func(text string) string
	// Opens returns what is wrong with the name of a new connection, and with the URL it leads to; "" if nothing is.
	Opens func(name, url string) (badName, badURL string)
	// Looked reports whether there was a command on a connection before the first line.
	Looked func(conn string) bool
	// Front is the name of the connection that the first line is for.
	Front string
	// Gives says how names get a value that have a flag of their own: "--user2 USER". Typed says that other names are
	// set by typing, not with flags.
	Gives map[string]string
	Typed bool

	names  map[string]bool // names that an earlier line may have bound
	asked  map[string]bool // connections on which an earlier line sends a command
	blocks []block
}

// A block is an :each without its :end so far.
type block struct {
	line  int
	text  string
	names map[string]bool // names that were bound before it
	set   map[string]bool // names set with :set in it, which outlive it
}

// The words and names that the checker knows.
const (
	expectWord = "expect"
	eachWord   = ":each"
	endWord    = ":end"
	firstName  = "main" // the first connection
)

// Line checks line number n. The offset of an error is in text.
func (c *Checker) Line(n int, text string) *Error {
	trimmed := strings.TrimLeft(text, " \t")
	return c.statement(n, trimmed, len(text)-len(trimmed), c.Front, false)
}

// reference is a name in a line; atom replaces it with as many characters that are a valid argument everywhere.
var reference = regexp.MustCompile(`\$\{[^{}]*\}`)

func atom(s string) string { return strings.Repeat("x", len(s)) }

// asks notes that a command is sent on a connection.
func (c *Checker) asks(on string) {
	if c.asked == nil {
		c.asked = map[string]bool{}
	}
	c.asked[on] = true
}

func (c *Checker) looksBack(on string) bool { return c.asked[on] || c.Looked != nil && c.Looked(on) }

// End checks that every :each has its :end. If not, it returns the number and text of the :each that has none, with
// the error.
func (c *Checker) End() (line int, text string, err *Error) {
	if len(c.blocks) == 0 {
		return 0, "", nil
	}
	b := c.blocks[len(c.blocks)-1]
	return b.line, b.text, &Error{0, "this :each has no :end"}
}

// Within reports whether the last line is within an :each.
func (c *Checker) Within() bool { return len(c.blocks) > 0 }

// statement checks a line for a connection, or the part of a line after ":NAME " or ":defer "; base is the offset of
// text in the line.
func (c *Checker) statement(n int, text string, base int, on string, inner bool) *Error {
	if text == "" || command.IsComment(text) {
		return nil
	}
	word, rest, _ := strings.Cut(text, " ")
	arg := strings.TrimLeft(rest, " \t")
	argAt := base + len(text) - len(arg)
	arg = strings.TrimRight(arg, " \t")
	lower := strings.ToLower(word)
	switch {
	case lower == expectWord:
		return c.expect(arg, argAt, on)
	case word[0] != ':':
		if wrong := c.misused(word, arg); wrong != "" {
			return &Error{argAt, wrong}
		}
		c.asks(on)
		if c.Tagged != nil && c.Tagged(text) != "" {
			return nil
		}
		return c.refs(text, base, command.MatchLine(reference.ReplaceAllStringFunc(text, atom)).Secrets...)
	}
	switch lower {
	case eachWord, endWord:
		if inner {
			return &Error{base, word + " must be a line of its own"}
		}
		return c.each(n, text, lower == endWord, arg, argAt, on)
	case ":set":
		return c.set(arg, argAt)
	case ":open":
		return c.open(arg, argAt)
	case ":close":
		name := strings.ToLower(arg)
		if !slices.Contains(c.Open, name) {
			return &Error{argAt, "expected the name of a connection here that is open, as in: :close bob"}
		}
		c.Open = slices.DeleteFunc(c.Open, func(s string) bool { return s == name && s != firstName })
		if c.Front == name {
			c.Front = firstName
		}
		return nil
	case ":defer":
		if arg == "" {
			return &Error{argAt, "expected a line here that runs at the end"}
		}
		return c.statement(n, arg, argAt, on, true)
	case ":require":
		if arg == "" {
			return &Error{argAt, "expected capabilities here, as in: :require MOVE UIDPLUS"}
		}
		return c.refs(arg, argAt)
	case ":sleep":
		if _, ok := durationOf(arg); !ok && !strings.Contains(arg, "${") {
			return &Error{argAt, "expected a time here, as in: :sleep 20ms (ms, s, min, h, d)"}
		}
		return c.refs(arg, argAt)
	case ":send", ":source":
		c.asks(on)
		return c.refs(arg, argAt)
	}
	name := strings.TrimPrefix(lower, ":")
	switch {
	case slices.Contains(c.Open, name):
		if arg == "" {
			c.Front = name
			return nil
		}
		return c.statement(n, arg, argAt, name, false)
	case c.Word != nil && c.Word(name):
		if _, fault := c.setting(name, arg); fault != "" {
			return &Error{argAt, fault}
		}
		if wrong := c.misused(word, arg); wrong != "" {
			return &Error{argAt, wrong}
		}
		return c.refs(arg, argAt)
	}
	says := "unknown shell command " + word
	if c.Nearest != nil {
		if near, ok := c.Nearest(name); ok {
			return &Error{base, says + " (did you mean :" + near + "?)"}
		}
	}
	return &Error{base, says + ", and no connection of that name is open here"}
}

func (c *Checker) misused(word, arg string) string {
	if c.Misused == nil {
		return ""
	}
	return c.Misused(word, arg)
}

// refs checks that each name in a text can have a value. The error for a name within secrets says how to give a
// secret.
func (c *Checker) refs(text string, base int, secrets ...command.Span) *Error {
	refs, err := Refs(text)
	if err != nil {
		e := err.(*Error)
		return &Error{base + e.Off, e.Text}
	}
	for _, r := range refs {
		if !c.has(r.Name) {
			secret := slices.ContainsFunc(secrets, func(sp command.Span) bool { return sp.Start <= r.Off && r.Off < sp.End })
			return &Error{base + r.Off, c.unknown(r.Name, secret)}
		}
	}
	return nil
}

// unknown says that a name cannot have a value, and how to give it one.
func (c *Checker) unknown(name string, secret bool) string {
	by, own := c.Gives[name]
	switch {
	case own:
	case secret && !c.Typed:
		by = "--secret " + name
	case c.Typed:
		by = ":set " + name + " TEXT"
	default:
		by = "--var " + name + "=TEXT"
	}
	says := "nothing above gives ${" + name + "} a value (" + by + ")"
	if own {
		return says
	}
	names := slices.Concat(slices.Sorted(maps.Keys(c.names)), c.Own)
	return says + Similar(name, names)
}

func (c *Checker) has(name string) bool {
	return c.names[name] || IsBuiltin(name) || c.Known != nil && c.Known(name) ||
		len(c.blocks) > 0 && IsName(name) && strings.ToUpper(name) == name // an item of FETCH
}

func (c *Checker) bind(name string) {
	if c.names == nil {
		c.names = map[string]bool{}
	}
	c.names[name] = true
}

func (c *Checker) expect(arg string, base int, on string) *Error {
	e, err := ParseExpect(arg)
	if err != nil {
		x := err.(*Error)
		return &Error{base + x.Off, x.Text}
	}
	if !c.looksBack(on) {
		for i := range e.Ways {
			if w := &e.Ways[i]; !w.Compares() || readsAnswer(w) {
				return &Error{base, "expect looks back at a command, and none comes before it"}
			}
		}
	}
	needs, binds := e.Names()
	for _, name := range needs {
		if !c.has(name) {
			return &Error{base + max(strings.Index(arg, "${"+name+"}"), 0), c.unknown(name, false)}
		}
	}
	for _, name := range binds {
		if IsBuiltin(name) && !c.names[name] {
			if isFixed(name) {
				continue // it is compared, like any name with a value
			}
			return &Error{base + max(strings.Index(arg, "${"+name+"}"), 0), "${" + name + "} is a name that each command sets: a pattern needs another"}
		}
		c.bind(name)
	}
	return nil
}

// readsAnswer reports whether a comparison uses a name that commands set.
func readsAnswer(w *Way) bool {
	for _, o := range []operand{w.left, w.right} {
		refs, _ := Refs(o.text)
		for _, r := range refs {
			for i := range Builtins {
				if Builtins[i].AfterCommand && Builtins[i].Name == r.Name {
					return true
				}
			}
		}
	}
	return false
}

// isFixed reports whether a built-in name keeps its value between commands.
func isFixed(name string) bool {
	for i := range Builtins {
		if Builtins[i].Name == name {
			return !Builtins[i].AfterCommand && name != "now" && name != "random"
		}
	}
	return strings.HasPrefix(name, envPrefix)
}

// setting calls Setting, if there is one. A value with names in it is not known yet.
func (c *Checker) setting(word, value string) (is bool, fault string) {
	if c.Setting == nil {
		return false, ""
	}
	is, fault = c.Setting(word, value)
	if strings.Contains(value, "${") {
		fault = ""
	}
	return is, fault
}

func (c *Checker) set(arg string, base int) *Error {
	name, value, given := strings.Cut(arg, " ")
	is, fault := c.setting(strings.ToLower(name), strings.TrimSpace(value))
	switch {
	case fault != "":
		return &Error{base + min(len(name)+1, len(arg)), fault}
	case name == "" || is:
		return nil
	case !IsName(name):
		return &Error{base, "expected a name here: letters, digits, _ and ., the first not a digit"}
	case IsSet(name):
		return &Error{base, "${" + name + "} is set by each command, not by :set"}
	case !given:
		delete(c.names, name)
		return nil
	}
	if err := c.refs(value, base+len(name)+1); err != nil {
		return err
	}
	c.bind(name)
	for i := range c.blocks {
		c.blocks[i].set[name] = true
	}
	return nil
}

func (c *Checker) open(arg string, base int) *Error {
	name, url, _ := strings.Cut(arg, " ")
	name = strings.ToLower(name)
	if slices.Contains(c.Open, name) && name != "main" {
		return &Error{base, "a connection of the name " + name + " is open already (:close " + name + " first)"}
	}
	if c.Opens != nil {
		badName, badURL := c.Opens(name, strings.TrimSpace(url))
		if badName != "" {
			return &Error{base, badName}
		}
		if badURL != "" {
			return &Error{base + len(arg) - len(url), badURL}
		}
	}
	c.Open = append(c.Open, name)
	c.asks(name) // an expect may refer to its greeting or login
	return c.refs(url, base+len(arg)-len(url))
}

func (c *Checker) each(n int, text string, end bool, arg string, base int, on string) *Error {
	if end {
		if len(c.blocks) == 0 {
			return &Error{0, "there is no :each before this :end"}
		}
		b := c.blocks[len(c.blocks)-1]
		c.blocks = c.blocks[:len(c.blocks)-1]
		c.names = b.names
		for name := range b.set {
			c.bind(name)
		}
		return nil
	}
	file, command, err := SplitEach(arg)
	if err != nil {
		return &Error{base + err.Off, err.Text}
	}
	if file == "" && !c.looksBack(on) {
		return &Error{0, ":each looks back at a command, and none comes before it"}
	}
	bad := c.refs(file, base+max(strings.Index(arg, file), 0))
	before := map[string]bool{}
	for name := range c.names {
		before[name] = true
	}
	for _, name := range RowNames(file != "") {
		c.bind(name)
	}
	c.blocks = append(c.blocks, block{line: n, text: text, names: before, set: map[string]bool{}})
	if len(c.blocks) > maxNested {
		return &Error{0, fmt.Sprintf("more than %d :each within one another", maxNested)}
	}
	if command == "" {
		return bad
	}
	e := c.statement(n, command, base+strings.LastIndex(arg, command), on, true)
	if bad != nil {
		e = bad
	}
	if x := c.each(n, text, true, "", 0, on); e == nil {
		e = x
	}
	return e
}

// maxNested limits how deep :each can be nested.
const maxNested = 16

// SplitEach splits the argument of :each into the file name after "<" and the command; each is "" if there is none.
// The offset of an error is in arg.
func SplitEach(arg string) (file, command string, err *Error) {
	rest, ok := strings.CutPrefix(arg, "<")
	if !ok {
		return "", arg, nil
	}
	rest = strings.TrimLeft(rest, " \t")
	if rest == "" {
		return "", "", &Error{len(arg), "expected a file's name here, as in: :each < users.txt"}
	}
	if rest[0] == '"' {
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return "", "", &Error{len(arg) - len(rest), "this file's name has no closing quote"}
		}
		return rest[1 : end+1], strings.TrimLeft(rest[end+2:], " \t"), nil
	}
	file, command, _ = strings.Cut(rest, " ")
	return file, strings.TrimLeft(command, " \t"), nil
}

// Caret returns a line of a script, shortened if it is long, and a row with a caret below the byte at off. It does
// not escape: the text must be the script author's.
func Caret(text string, off int) (line, caret string) {
	off = min(max(off, 0), len(text))
	from := 0
	if off > 60 {
		from = off - 60
	}
	line = text[from:]
	if len(line) > 100 {
		line = line[:100]
	}
	return strings.ReplaceAll(line, "\t", " "), strings.Repeat(" ", len([]rune(text[from:off]))) + "^"
}
