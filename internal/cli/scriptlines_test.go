package cli

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"imapsh/internal/command"
	"imapsh/internal/help"
	"imapsh/internal/imaptest"
	"imapsh/internal/line"
	"imapsh/internal/match"
	"imapsh/internal/script"
	"imapsh/internal/transcript"
	"imapsh/repl"
	"imapsh/tagger"
)

// These tests parse the scripts in pages, in docs/scripts and in help as the program does before it runs them. Nothing is
// sent: internal/pages runs them.

// shellWordsByName are the words after ":", and settings.
var shellWordsByName = func() map[string]bool {
	all := map[string]bool{}
	for _, r := range repl.HelpRows() {
		for _, name := range append(r.Aliases, r.Name) {
			all[name] = true
		}
	}
	return all
}()

// faultsIn returns what is wrong with the lines of a script: mistakes in its language, unknown commands, arguments that
// do not fit, unknown responses.
func faultsIn(text string, names map[string]script.Value) (faults []string) {
	c := &script.Checker{
		Known:   func(name string) bool { _, ok := names[name]; return ok },
		Word:    func(word string) bool { return shellWordsByName[word] },
		Setting: repl.Defaults().Judge,
		Tagged:  func(text string) string { tag, _ := command.Whose(text, repl.IsShellWord); return tag },
		Front:   "main", Open: []string{"main"},
	}
	transcript.EachLine([]byte(text), repl.IsShellWord, func(n int, typed string) {
		if e := c.Line(n, typed); e != nil {
			faults = append(faults, fmt.Sprintf("line %d, byte %d: %s", n, e.Off, e.Text))
		}
		for _, fault := range faultsOfLine(strings.TrimSpace(typed), names) {
			faults = append(faults, fmt.Sprintf("line %d: %s", n, fault))
		}
	})
	if n, _, e := c.End(); e != nil {
		faults = append(faults, fmt.Sprintf("line %d: %s", n, e.Text))
	}
	return faults
}

var (
	reference = regexp.MustCompile(`\$\{[^}]*\}`)
	another   = regexp.MustCompile(`^:(?:defer|each|watch \S+|\w*bob|probe|main) +([^<].*)`) // a line within a line
	timed     = regexp.MustCompile(`^:watch \d+`)
	response  = regexp.MustCompile(`\* (?:(?:\d+|\.\.\.|\$\{\w+\}) )?([A-Z]+)\b`)
)

// samples are values of names that a line binds itself; all others are numbers.
var samples = map[string]string{"${mailbox}": "Sent", "${line}": "Sent", "${f1}": `\Seen`, "${f2}": "17-Jul-1996 02:44:25 -0700"}

// faultsOfLine returns what is wrong with a line for the server, or with the response in an expectation.
func faultsOfLine(text string, names map[string]script.Value) (faults []string) {
	if m := another.FindStringSubmatch(text); m != nil {
		if strings.HasPrefix(text, ":watch ") && !timed.MatchString(text) {
			faults = append(faults, ":watch needs a time first")
		}
		return append(faults, faultsOfLine(m[1], names)...)
	}
	st := line.Read(command.Text(text), repl.IsShellWord)
	if st.Kind == line.Shell && st.Word == "help" && st.Arg != "" && strings.Contains(help.Topic(string(st.Arg), help.Options{Shell: repl.HelpRows()}), "no help") {
		faults = append(faults, "no help on "+string(st.Arg))
	}
	name, value := st.Word, string(st.Arg)
	if name == "set" {
		name, value, _ = strings.Cut(value, " ")
	}
	if row := repl.LookupSetting(name); st.Kind == line.Shell && row != nil && value != "" && !toReplace.MatchString(value) {
		set := repl.Defaults()
		if err := row.Set(&set, value, repl.FromTyped); err != nil {
			faults = append(faults, err.Error())
		}
	}
	if st.Kind == line.Shell && st.Word == "expect" {
		for _, m := range response.FindAllStringSubmatch(string(st.Arg), -1) {
			if _, known := match.Form(m[1]); !known {
				faults = append(faults, "unknown response "+m[1])
			}
		}
	}
	if st.Kind != line.Command || st.Tag != "" {
		return faults
	}
	if st.Redirection.In != "" || st.Redirection.Until != "" {
		st.Body += " {1}"
	}
	l := tagger.Line{Text: command.Text(reference.ReplaceAllStringFunc(string(st.Body), func(name string) string {
		if v, given := names[strings.Trim(name, "${}")]; given {
			return v.Text
		}
		return cmp.Or(samples[name], "1")
	}))}
	if l.Complete(&command.View{}).Ask != nil { // the password
		return faults
	}
	for _, w := range l.Warnings(&command.View{}) {
		faults = append(faults, w.Text)
	}
	return faults
}

// A shownScript is a script in a page.
type shownScript struct {
	at, text string
	names    map[string]script.Value
	wrong    bool // it is an example of a script with mistakes
}

var (
	heredoc  = regexp.MustCompile(`<<'(\w+)'`)
	written  = regexp.MustCompile(`(?:^cat|^printf .*) > (\S+)`)
	printed  = regexp.MustCompile(`(?:^|[{;] *)printf '([^']*)'`)
	anImapsh = regexp.MustCompile(`(?:^|[\s;|&(])imapsh((?: |$).*)`)
)

// scriptsOf returns the scripts in lines for sh: those of -e, -f and standard input, and the files of imapsh test.
func scriptsOf(t *testing.T, at string, lines []string) (all []shownScript) {
	t.Helper()
	files := map[string]string{}
	for i := 0; i < len(lines); i++ {
		from, input, text := i, "", lines[i]
		for strings.HasSuffix(text, `\`) && i+1 < len(lines) {
			i++
			text = strings.TrimSuffix(text, `\`) + lines[i]
		}
		if m := printed.FindStringSubmatch(text); m != nil {
			input = strings.NewReplacer(`\n`, "\n", `%%`, "%").Replace(m[1])
		}
		if m := heredoc.FindStringSubmatch(text); m != nil {
			for i++; i < len(lines) && lines[i] != m[1]; i++ {
				input += lines[i] + "\n"
			}
		}
		if m := written.FindStringSubmatch(text); m != nil {
			files[m[1]] = input
			continue
		}
		for _, m := range anImapsh.FindAllStringSubmatch(text, -1) {
			words, _ := shellWords(m[1])
			f := parsed(words)
			if f.why != "" {
				continue // another test reports it
			}
			place := at
			if len(lines) > 1 {
				place = fmt.Sprintf("%s, line %d of the block", at, from+1)
			}
			add := func(text string) {
				s := shownScript{at: place, text: text, names: map[string]script.Value{}, wrong: f.checkOnly}
				for name, value := range f.vars {
					s.names[name] = value
				}
				all = append(all, s)
			}
			if f.command.Name() == "test" {
				for name, text := range files {
					switch {
					case imaptest.IsTest([]byte(text)):
						if _, err := imaptest.Read([]byte(text), func(string) (string, bool) { return "", false }); err != nil {
							t.Errorf("%s: %s: %v", place, name, err)
						}
					case slices.Contains(words, name):
						t.Errorf("%s: %s is not a test of ImapTest", place, name)
					case strings.HasSuffix(name, ".imap"):
						add(text)
						all[len(all)-1].names["box"] = script.Value{Text: "box"}
					}
				}
				continue
			}
			typed := ""
			for _, g := range f.given {
				switch known, ok := files[g.text]; {
				case !g.file:
					typed += g.text + "\n"
				case g.text == "-":
					typed += input
				case ok:
					typed += known
				case path.Base(g.text) != g.text:
					typed += readFile(t, "../../"+g.text)
				}
			}
			if len(f.given) == 0 && (f.command.Name() == "imapsh" || f.command.Name() == "demo") {
				typed = input
			}
			if typed != "" {
				add(typed)
			}
		}
	}
	return all
}

func (s shownScript) check(t *testing.T) {
	t.Helper()
	switch faults := faultsIn(s.text, s.names); {
	case s.wrong && len(faults) == 0:
		t.Errorf("%s: --check would find nothing wrong with\n%s", s.at, s.text)
	case !s.wrong && len(faults) > 0:
		t.Errorf("%s: %s\n%s", s.at, strings.Join(faults, "\n"), s.text)
	}
}

func TestTheScriptsInDocsCanBeParsed(t *testing.T) {
	t.Parallel()
	found := 0
	for page, lines := range pagesOf(t) {
		for i := 0; i < len(lines); i++ {
			if lines[i] != "```sh" {
				continue
			}
			from := i + 1
			for i++; i < len(lines) && lines[i] != "```"; i++ {
			}
			for _, s := range scriptsOf(t, fmt.Sprintf("%s:%d", page, from), lines[from:i]) {
				found++
				s.check(t)
			}
		}
		for _, c := range codeOf(page, lines) {
			if strings.Contains(c.text, "imapsh ") && !strings.Contains(c.text, "<<") {
				for _, s := range scriptsOf(t, c.at, []string{c.text}) {
					found++
					s.check(t)
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d scripts: the test looks in the wrong place", found)
	}
}

// A script that needs names says in a comment how it is run.
func TestTheScriptsOfDocsScriptsSayHowTheyAreRun(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../docs/scripts/*.imap")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := shownScript{at: filepath.Base(file), text: string(text)}
		for l := range strings.Lines(s.text) {
			args, ok := strings.CutPrefix(strings.TrimSpace(l), "# imapsh ")
			if !ok {
				continue
			}
			words, _ := shellWords(args)
			if why := accepted(words); why != "" || !strings.Contains(args, "-f "+s.at+" ") {
				t.Errorf("%s: %s: %s", s.at, l, why)
			}
			s.names = parsed(words).vars
		}
		s.check(t)
	}
}

func TestTheExamplesOfShellCommandsCanBeParsed(t *testing.T) {
	t.Parallel()
	shown := 0
	for _, r := range repl.HelpRows() {
		if r.Example == "" {
			continue
		}
		shown++
		text := "search all\n" + r.Example + "\n"
		if strings.TrimPrefix(r.Example, ":") != "end" && r.Name != "close" {
			shownScript{at: "the example of :" + r.Name, text: text}.check(t)
		}
	}
	if shown < 10 {
		t.Errorf("only %d examples", shown)
	}
}

// The keys of a screen are lines too. internal/pages types them.
func TestTheLinesTypedInScreensCanBeParsed(t *testing.T) {
	t.Parallel()
	keys := regexp.MustCompile(`^(?:<clear>)?([^<]+)<enter> =>`)
	found := 0
	for page, lines := range pagesOf(t) {
		screen := false
		for i, l := range lines {
			screen = (screen || strings.HasPrefix(l, "<!-- screen") || strings.HasPrefix(l, "<!-- picture")) && !strings.Contains(l, "-->")
			if !screen {
				continue
			}
			m := keys.FindStringSubmatch(l)
			if m == nil {
				continue
			}
			first, _, _ := strings.Cut(m[1], " ")
			near, mistyped := command.Near(strings.ToUpper(first))
			switch {
			case command.Lookup(first) != nil || repl.IsShellWord(first):
				found++
				if faults := faultsOfLine(m[1], nil); len(faults) > 0 {
					t.Errorf("%s:%d: %s: %s", page, i+1, m[1], strings.Join(faults, "; "))
				}
			case mistyped:
				t.Errorf("%s:%d: %s: did you mean %s?", page, i+1, m[1], near)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d lines: the test looks in the wrong place", found)
	}
}
