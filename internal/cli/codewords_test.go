package cli

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/cobra"

	"imapsh/internal/command"
	"imapsh/internal/help"
	"imapsh/internal/script"
	"imapsh/repl"
)

// generated are the pages that "make generate" writes from tables.
var generated = map[string]bool{"docs/commands.md": true, "docs/oddities.md": true}

// forDevelopers are the pages that name identifiers of the source.
var forDevelopers = map[string]bool{"CONTRIBUTING.md": true, "docs/ARCHITECTURE.md": true}

// sourcesOf are the directories with the names in a page's backquotes: members of JSON, metrics, steps, parts. Other pages
// have them from any directory.
var sourcesOf = map[string][]string{
	"docs/json.md":  {"render", "internal/cli", "repl", "internal/trace", "internal/conn"},
	"docs/check.md": {"internal/check", "internal/exporter", "internal/cli", "internal/profile"},
	"docs/diff.md":  {"internal/diff", "internal/cli"},
}

// An index finds words in the sources. It searches with strings.Contains, which is fast with the race detector too.
type index struct {
	program map[string]string // the sources of the program, by directory
	all     string            // all sources, with tests
	files   map[string]bool   // base names of files
	found   map[string]bool   // what was looked up already
}

func indexOf(t *testing.T) *index {
	t.Helper()
	x := &index{map[string]string{}, "", map[string]bool{}, map[string]bool{}}
	var all []string
	program := map[string][]string{}
	for _, s := range sources(t) {
		all = append(all, s.text)
		if dir := path.Dir(s.path); !s.isTest {
			program[dir] = append(program[dir], s.text)
		}
	}
	x.all = strings.Join(all, "")
	for dir, texts := range program {
		x.program[dir] = strings.Join(texts, "")
	}
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != "../.." {
			return filepath.SkipDir
		}
		if err == nil {
			x.files[d.Name()] = true
		}
		return err
	})
	if err != nil || len(x.program) < 20 {
		t.Fatalf("%d directories with sources: %v", len(x.program), err)
	}
	return x
}

// has reports whether a string in the sources for a page is or has this word in quotes.
func (x *index) has(page, word string) bool {
	dirs := sourcesOf[page]
	key := strings.Join(dirs, " ") + " " + word
	found, ok := x.found[key]
	if ok {
		return found
	}
	for dir, text := range x.program {
		if dirs == nil || slices.Contains(dirs, dir) {
			found = found || strings.Contains(text, `"`+word+`"`) || strings.Contains(text, "`"+word+"`") || strings.Contains(text, `"`+word+`,omitempty"`)
		}
	}
	x.found[key] = found
	return found
}

// named reports whether a source has a word.
func (x *index) named(word string) bool { return has(x.all, word, true) }

// A judge says what is wrong with code in a page; known is false if it is nothing that the judge knows.
type judge func(page, text string) (known bool, fault string)

var (
	upper   = regexp.MustCompile(`^[A-Z][A-Z0-9_-]*$`)
	simple  = regexp.MustCompile(`^[A-Za-z_][\w.-]*:?$`)
	dotted  = regexp.MustCompile(`^[A-Za-z]\w*(\.\w+)+(\(.*\))?$`)
	aHost   = regexp.MustCompile(`^[a-z]+\.example\.(net|org)$`)
	aName   = regexp.MustCompile(`^\$\{([\w.]+)\}$`)
	aFile   = regexp.MustCompile(`^[\w/.*-]+\.(go|md|imap|1|txt|golden|examples|txtar)$`)
	answers = regexp.MustCompile(`^(?:OK|NO|BAD|BYE|LOST|PREAUTH)$`)
	aCode   = regexp.MustCompile(`^(?:OK|NO|BAD|BYE)? ?\[([A-Z-]+)\]$`)
	aLimit  = regexp.MustCompile(`^[a-z_]+=`)
	aMetric = regexp.MustCompile(`^(\w+)\{(\w+)="…"\}$`)
	aSign   = regexp.MustCompile(`^[^A-Za-z]+$`)
	// toReplace matches a value that readers replace: FILE, PART,PART, sha256:…
	toReplace  = regexp.MustCompile(`^[A-Z0-9=,\[\]]+$|…`)
	ofPrograms = regexp.MustCompile(`^(imapsh|go|make|man|help|parallel|timeout|printf) `)
	compares   = regexp.MustCompile(`^\$\{\w+\} \S+ `)
	aMark      = regexp.MustCompile(`^(?:[CS](?:\[bob\])?[:|]|--|!!) ?$`)
)

// commandTree is all flags of all commands.
var commandTree = sync.OnceValue(func() []*cobra.Command {
	root := testFlagsOf().command()
	return append([]*cobra.Command{root}, root.Commands()...)
})

// ofFlags judges flags and their values, as any of the commands accepts them.
func ofFlags(_, text string) (bool, string) {
	if !strings.HasPrefix(text, "-") || strings.HasPrefix(text, "-- ") {
		return false, ""
	}
	words, _ := shellWords(text)
	name := strings.TrimLeft(words[0], "-")
	why := "no command has " + words[0]
	for i, c := range commandTree() {
		flag := c.Flags().Lookup(name)
		if flag == nil && len(name) == 1 {
			flag = c.Flags().ShorthandLookup(name)
		}
		if flag == nil {
			continue
		}
		args := slices.Clone(words)
		for i := len(args) - 1; i > 0; i-- {
			if flag := c.Flags().Lookup(strings.TrimPrefix(args[i-1], "--")); flag != nil && flag.NoOptDefVal == "" && toReplace.MatchString(args[i]) {
				args = slices.Delete(args, i-1, i+1)
			}
		}
		if len(args) < 2 { // a name only
			return true, ""
		}
		if i > 0 {
			args = append([]string{c.Name()}, args...)
		}
		if why = accepted(args); why == "" {
			return true, ""
		}
	}
	return true, why
}

// ofLines judges lines for the shell and the server, and expectations.
func ofLines(_, text string) (bool, string) {
	first, rest, more := strings.Cut(text, " ")
	if tag, body := command.Whose(command.Text(text), repl.IsShellWord); tag != "" && command.MatchLine(string(body)).Command != nil {
		return true, ""
	}
	switch {
	case strings.ContainsAny(text, "…") || strings.HasSuffix(text, " ..."):
		return more && (command.Lookup(first) != nil || repl.IsShellWord(first)), ""
	case !repl.IsShellWord(first) && command.Lookup(first) == nil, first == "help", !more && first[0] != ':' && !upper.MatchString(first):
		return !more && command.Lookup(first) != nil || repl.IsShellWord(first), ""
	case first == ":expect":
		text = rest
	}
	known := map[string]script.Value{}
	for _, name := range reference.FindAllString(text, -1) {
		if !script.IsBuiltin(strings.Trim(name, "${}")) {
			known[strings.Trim(name, "${}")] = script.Value{Text: "1"}
		}
	}
	before := "select INBOX\n:open bob\n"
	if strings.HasPrefix(text, ":open ") || !more && strings.HasPrefix(text, ":") {
		before = ""
	}
	after := ""
	if first == ":each" {
		after = "\n:end"
	}
	if !more { // only a name
		return true, ""
	}
	if line, ok := strings.CutSuffix(text, " LINE"); ok {
		text = line + " noop"
	}
	return true, strings.Join(faultsIn(before+text+after+"\n", known), "; ")
}

// ofExpectations judges the three kinds of WHAT.
func ofExpectations(_, text string) (bool, string) {
	if !strings.HasPrefix(text, "* ") && !compares.MatchString(text) {
		return false, ""
	}
	names := map[string]script.Value{}
	return true, strings.Join(faultsIn("noop\nexpect "+text+"\n", names), "; ")
}

// Every piece of code in a page must be something that the program, its sources or this test knows, so that a mistyped
// name is found.
func TestEveryWordOfCodeInPagesIsKnown(t *testing.T) {
	t.Parallel()
	x := indexOf(t)
	variables, exporter, refusals := readFile(t, "../../docs/environment.md"), readFile(t, "../exporter/exporter.go"), readFile(t, "../conn/certificate.go")
	hosts := readFile(t, "../pages/pages_test.go")
	module := readFile(t, "../../go.mod") + readFile(t, "../../Makefile")
	bound := map[string]bool{}
	for _, m := range regexp.MustCompile(`\$\{([\w.]+)\}`).FindAllStringSubmatch(strings.Join(fencesOf(readFile(t, "../../docs/scripts.md")), "\n"), -1) {
		bound[m[1]] = true
	}
	for _, name := range script.RowNames(true) {
		bound[name] = true
	}
	for _, name := range script.RowNames(false) {
		bound[name] = true
	}
	used := map[string]bool{}
	judges := []judge{
		func(page, text string) (bool, string) { // an example
			if why := ofReaders[text]; why != "" {
				used[text] = true
				return true, ""
			}
			return false, ""
		},
		func(page, text string) (bool, string) { // another test checks these
			return ofPrograms.MatchString(text) || text == "imapsh" || aLimit.MatchString(text), ""
		},
		ofFlags,
		ofExpectations,
		func(_, text string) (bool, string) {
			if m := aCode.FindStringSubmatch(text); m != nil && command.LookupCode(m[1]) == nil {
				return true, "there is no response code " + m[1]
			}
			return aCode.MatchString(text) || answers.MatchString(text) || command.LookupCode(text) != nil, ""
		},
		func(page, text string) (bool, string) {
			m := aName.FindStringSubmatch(text)
			if m == nil {
				return false, ""
			}
			if !script.IsBuiltin(m[1]) && !bound[m[1]] && !upper.MatchString(m[1]) {
				return true, "nothing gives it a value"
			}
			return true, ""
		},
		func(_, text string) (bool, string) {
			return strings.HasPrefix(text, `\`) && !strings.Contains(help.Topic(text, help.Options{}), "no help"), ""
		},
		func(_, text string) (bool, string) {
			if aHost.MatchString(text) && !strings.Contains(hosts, "\""+text+"\":") {
				return true, "internal/pages has no such server"
			}
			return aHost.MatchString(text) || aSign.MatchString(text) || aMark.MatchString(text), ""
		},
		func(page, text string) (bool, string) { // requests and metrics
			if m := aMetric.FindStringSubmatch(text); m != nil {
				return x.has(page, m[1]) && x.has(page, m[2]), ""
			}
			u, err := url.Parse(text)
			if err != nil || !strings.HasPrefix(text, "/") || text == "/re/" {
				return false, ""
			}
			for name := range u.Query() {
				if !strings.Contains(exporter, `query.Get("`+name+`")`) {
					return true, "the exporter does not know " + name
				}
			}
			return strings.Contains(exporter, `"GET `+u.Path+`"`), ""
		},
		func(page, text string) (bool, string) { // the lines of :tls, and reasons
			if page != "docs/tls.md" {
				return false, ""
			}
			word, number, _ := strings.Cut(text, " ")
			return x.has(page, word) && aSign.MatchString(number) || strings.Contains(refusals, strings.Trim(strings.FieldsFunc(text, func(r rune) bool { return r == '…' || r == ';' })[0], " ")), ""
		},
		func(_, text string) (bool, string) {
			if !aFile.MatchString(text) {
				return false, ""
			}
			if found, _ := filepath.Glob("../../" + text); len(found) > 0 || x.files[path.Base(text)] {
				return true, ""
			}
			return false, ""
		},
		func(_, text string) (bool, string) {
			_, err := os.Stat("../../" + text)
			return err == nil || strings.Contains(module, "/"+text+" ") || strings.Contains(module, "/"+text+"@") || strings.Contains(module, "\t"+text+" "), ""
		},
		ofLines,
		func(_, text string) (bool, string) {
			return upper.MatchString(text) && (strings.Contains(variables, "`"+text+"`") || command.LookupCapability(text) != nil || x.named(text)), ""
		},
		func(page, text string) (bool, string) {
			word := strings.TrimSuffix(text, ":")
			return simple.MatchString(text) && (x.has(page, word) || x.has(page, strings.TrimSuffix(word, "64")) || // text64 has in base64 what text has otherwise
				forDevelopers[page] && x.named(text)), ""
		},
		func(page, text string) (bool, string) {
			if !forDevelopers[page] || !dotted.MatchString(text) {
				return false, ""
			}
			for _, w := range strings.FieldsFunc(strings.Split(text, "(")[0], func(r rune) bool { return r == '.' }) {
				if !x.named(w) {
					return true, "no source has " + w
				}
			}
			return true, ""
		},
	}
	checked := 0
	for page, lines := range pagesOf(t) {
		if generated[page] {
			continue
		}
		for _, c := range spansOf(page, lines) {
			known, fault := false, ""
			for _, j := range judges {
				if known, fault = j(page, c.text); known {
					break
				}
			}
			checked++
			switch {
			case !known:
				t.Errorf("%s: nothing is called `%s`: if it is an example for readers, add it to ofReaders", c.at, c.text)
			case fault != "":
				t.Errorf("%s: `%s`: %s", c.at, c.text, fault)
			}
		}
	}
	if checked < 800 {
		t.Errorf("only %d pieces of code: the test looks in the wrong place", checked)
	}
	for text := range ofReaders {
		if !used[text] {
			t.Errorf("no page has `%s`: remove it from ofReaders", text)
		}
	}
}

// fencesOf returns the fenced blocks of a page.
func fencesOf(page string) (all []string) {
	for i, part := range strings.Split(page, "```") {
		if i%2 == 1 {
			all = append(all, part)
		}
	}
	return all
}

// spansOf returns the code in backquotes of a page, outside of blocks and comments.
func spansOf(page string, lines []string) (all []named) {
	fenced := false
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case !fenced && !strings.HasPrefix(line, "<!--"):
			for _, span := range spansIn(line) {
				all = append(all, named{fmt.Sprintf("%s:%d", page, i+1), strings.ReplaceAll(span, `\|`, "|")})
			}
		}
	}
	return all
}

// ofReaders are examples of what readers have, and signs, with what they are.
var ofReaders = map[string]string{
	"config.toml":                         "a file or folder",
	"users.txt":                           "a file or folder",
	"master.pw":                           "a file or folder",
	"cyrus.pw":                            "a file or folder",
	"prometheus.yml":                      "a file or folder",
	"default.mbox":                        "a file or folder",
	"FILE.mbox":                           "a file or folder",
	"*.imap":                              "a file or folder",
	"~/.netrc":                            "a file or folder",
	"~/.config":                           "a file or folder",
	"~/.config/imapsh/config.toml":        "a file or folder",
	"~/.local/state":                      "a file or folder",
	"~/Library/Application Support":       "a file or folder",
	"$XDG_STATE_HOME/imapsh/history":      "a file or folder",
	"$XDG_CONFIG_HOME/imapsh/config.toml": "a file or folder",
	"%LOCALAPPDATA%":                      "a file or folder",
	"internal/sasl/NAME.go":               "a file or folder",
	"openssl s_client":                    "a command of others",
	"s_client":                            "a command of others",
	"sleep 1":                             "a command of others",
	"mv":                                  "a command of others",
	"-quiet":                              "a command of others",
	"-u alice":                            "a command of others",
	"-u alice:secret":                     "a command of others",
	"sed 's,Archive/2019,INBOX.Archive.2019,'": "a command of others",
	"grep '^S: \\*'":                "a command of others",
	"| sort":                        "a command of others",
	"idled":                         "a command of others",
	"MAILTO":                        "a command of others",
	"nologin":                       "a command of others",
	"plugin { acl_user = %u }":      "a command of others",
	"machine":                       "a command of others",
	"imapmemserver":                 "a command of others",
	"Entw&APw-rfe":                  "a mailbox or user",
	"Archive/2019":                  "a mailbox or user",
	"Archive.2019":                  "a mailbox or user",
	"INBOX.Sent":                    "a mailbox or user",
	"INBOX.Archive.2019":            "a mailbox or user",
	"user*master":                   "a mailbox or user",
	"alice@example.net":             "a mailbox or user",
	"user@":                         "a mailbox or user",
	"imapsh-check-DATE-TIME-RANDOM": "a mailbox or user",
	"••••••":                        "what is shown",
	"S: a001":                       "what is shown",
	"a002":                          "what is shown",
	"connection refused":            "what is shown",
	"log in with":                   "what is shown",
	"NO Mailbox doesn't exist":      "what is shown",
	"CHARSET UTF-8":                 "what is shown",
	"sel":                           "what is typed",
	"user 2:":                       "what is typed",
	"+FLAGS":                        "what is typed",
	"\\F":                           "what is typed",
	"-seen":                         "what is typed",
	"> FILE":                        "what is typed",
	"| CMD":                         "what is typed",
	"<= FILE":                       "what is typed",
	"<<EOM":                         "what is typed",
	"imaps://":                      "what is typed",
	";AUTH=":                        "what is typed",
	"search unsen":                  "what is typed",
	"search unread":                 "what is typed",
	"[profile.work]":                "what is typed",
	"$mailbox":                      "what is typed",
	"$password":                     "what is typed",
	"/re/":                          "what is typed",
	"%d":                            "what is typed",
	"%m":                            "what is typed",
	"%u":                            "what is typed",
	"\\n":                           "what is typed",
	"\\t":                           "what is typed",
	"BODY[TEXT]":                    "what is typed",
	"BODY[…]":                       "what is typed",
	"BODY.PEEK":                     "what is typed",
	"expect within 30s":             "what is typed",
	"${user2}":                      "what is typed",
	"--version":                     "of every program",
	"--help":                        "of every program",
	"s.set.Frobs":                   "an example for developers",
}
