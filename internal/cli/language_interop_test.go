package cli

import (
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"imapsh/internal/command"
	"imapsh/internal/help"
	"imapsh/internal/script"
	"imapsh/internal/testserver"
	"imapsh/repl"
)

// languageWords are the words of the script language that have several forms, except :NAME.
var languageWords = []string{"expect", "set", "each", "end", "open", "close", "defer", "require", "send", "sleep", "print"}

// formsWanted returns all forms of the script language: those in the help on each word, and those in the tables.
func formsWanted(t *testing.T) []string {
	t.Helper()
	var all []string
	piece := regexp.MustCompile(`\[[^]]*\]|[^\[\]]+`)
	alternative := regexp.MustCompile(` \| |, | or `)
	rows := repl.HelpRows()
	for _, word := range languageWords {
		i := slices.IndexFunc(rows, func(r help.Row) bool { return r.Name == word })
		if i < 0 {
			t.Fatalf("help has no row for %s", word)
		}
		all = append(all, word)
		for _, p := range piece.FindAllString(rows[i].Args, -1) {
			for _, form := range alternative.Split(strings.Trim(p, "[] "), -1) {
				for _, form := range strings.SplitAfter(form, "NAME ") { // NAME [URL]: NAME by itself, too
					if form = strings.TrimSpace(form); form != "" {
						all = append(all, word+" "+form)
					}
				}
			}
		}
	}
	start, _ := script.AfterExpect("")
	operators, _ := script.AfterExpect("${n} ")
	for _, w := range slices.Concat(start, operators) {
		all = append(all, "expect "+w)
	}
	for _, b := range script.Builtins {
		all = append(all, "${"+b.Name+"}")
	}
	for _, name := range append(script.RowNames(false), script.RowNames(true)[:3]...) {
		all = append(all, "${"+name+"}")
	}
	for i := range command.Commands() {
		if c := &command.Commands()[i]; c.Repeats {
			all = append(all, "within after "+c.Name)
		}
	}
	for _, name := range []string{"LIST", "LSUB", "FETCH", "SEARCH", "SORT"} {
		all = append(all, "each after "+name)
	}
	return append(all, "${env.", "set NAME", ":NAME LINE", ":NAME", "pattern ...", "pattern /re/", "pattern ${name}", "comment #", "comment //", `print \t`, `print \n`)
}

// formsOf returns the forms that a script uses.
func formsOf(t *testing.T, text string) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	operator := regexp.MustCompile(`([=!<>~]=?) `)
	after := "" // the command above
	for _, name := range regexp.MustCompile(`\$\{\w+\}|\$\{env\.`).FindAllString(text, -1) {
		used[name] = true
	}
	var line func(string)
	line = func(l string) {
		word, arg, _ := strings.Cut(strings.TrimLeft(l, " "), " ")
		bare := strings.TrimPrefix(word, ":")
		switch {
		case word == "":
			return
		case word == "expect":
			e, err := script.ParseExpect(arg)
			if err != nil {
				t.Fatalf("%s: %v", l, err)
			}
			used["expect"], used["expect WHAT"] = true, true
			used["expect not"] = used["expect not"] || e.Not
			used["expect or WHAT"] = used["expect or WHAT"] || len(e.Ways) > 1
			if e.Within > 0 {
				used["expect within"], used["expect within TIME"], used["within after "+after] = true, true, true
			}
			for i := range e.Ways {
				switch w := &e.Ways[i]; {
				case w.Responds():
					used["expect *"] = true
					used["expect N"] = used["expect N"] || w.Count >= 0
					used["pattern ..."] = used["pattern ..."] || strings.Contains(arg, "...")
					used["pattern /re/"] = used["pattern /re/"] || strings.Contains(arg, " /")
					used["pattern ${name}"] = used["pattern ${name}"] || len(w.Pattern.Names()) > 0
				case w.Compares():
					used["expect "+operator.FindStringSubmatch(arg)[1]] = true
				default:
					used["expect "+w.Answer] = true
				}
			}
			used["comment #"] = used["comment #"] || strings.Contains(arg, "   # ")
			used["comment //"] = used["comment //"] || strings.Contains(arg, "   // ")
			return
		case word[0] != ':':
			after = ""
			for i := range command.Commands() {
				if name := command.Commands()[i].Name; len(name) > len(after) && strings.HasPrefix(strings.ToUpper(strings.TrimLeft(l, " "))+" ", name+" ") {
					after = name
				}
			}
			return
		case !slices.Contains(languageWords, bare):
			used[":NAME"] = used[":NAME"] || arg == ""
			if arg != "" {
				used[":NAME LINE"] = true
				line(arg)
			}
			return
		}
		used[bare] = true
		is := func(form string, ok bool) { used[bare+" "+form] = used[bare+" "+form] || ok }
		switch bare {
		case "set":
			name, _, valued := strings.Cut(arg, " ")
			is("NAME VALUE", valued)
			is("VALUE", valued)
			is("NAME", !valued && name != "")
		case "each":
			file, command, err := script.SplitEach(arg)
			if err != nil {
				t.Fatalf("%s: %v", l, err)
			}
			is("< FILE", file != "")
			is("COMMAND", command != "")
			if file == "" {
				is("after "+strings.TrimPrefix(after, "UID "), true)
			}
			if command != "" {
				line(command)
			}
		case "open":
			_, where, _ := strings.Cut(arg, " ")
			is("NAME", where == "")
			is("URL", strings.Contains(where, "://"))
			is("PROFILE", where != "" && !strings.Contains(where, "://"))
		case "defer":
			is("LINE", arg != "")
			line(arg)
		case "require":
			is("CAPABILITY...", strings.Contains(arg, " "))
		case "send":
			is("< FILE", strings.HasPrefix(arg, "<"))
			is(`"TEXT"`, strings.HasPrefix(arg, `"`))
			is("TEXT", strings.IndexAny(arg, `<"`) != 0)
		case "print":
			is("TEXT", arg != "")
			is(`\t`, strings.Contains(arg, `\t`))
			is(`\n`, strings.Contains(arg, `\n`))
		case "close":
			is("NAME", arg != "")
		case "sleep":
			is("TIME", arg != "")
		}
	}
	for l := range strings.Lines(text) {
		line(strings.TrimSuffix(l, "\n"))
	}
	return used
}

func TestEachWordOfTheLanguageRunsInEachFormOnEachServer(t *testing.T) {
	t.Parallel()
	scripts, err := txtar.ParseFile("testdata/language.txtar")
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for _, f := range scripts.Files {
		text[f.Name] = string(f.Data)
	}
	var mu sync.Mutex
	var started atomic.Bool
	passed := map[string]bool{}
	line := regexp.MustCompile(`(?m)^pass  (\S+\.imap) `)
	t.Run("servers", func(t *testing.T) {
		for _, server := range suiteServers {
			t.Run(server.name, func(t *testing.T) {
				parallelIfFast(t, server.name)
				addr := server.start(t).Clear()
				started.Store(true)
				files := map[string]string{
					"one.eml":            "From: ann@example.org\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nSubject: or # not / this\r\n\r\none\r\n",
					"two.eml":            "From: ann@example.org\r\nDate: Mon, 2 Mar 2026 11:00:00 +0000\r\nSubject: two\r\n\r\ntwo\r\n",
					"rows.txt":           "a\tb\nc d\te\n",
					"bytes.txt":          "m3 NOOP\r\n",
					"imapsh/config.toml": "[profile.work]\nurl = 'imap://alice@" + addr + "'\npassword-command = 'echo " + testserver.Password + "'\n",
				}
				for name, t := range text {
					files[name] = t
				}
				dir := writeFiles(t, files)
				_, port, err := net.SplitHostPort(addr)
				if err != nil {
					t.Fatal(err)
				}
				env := []string{"IMAPSH_PASSWORD=" + testserver.Password, "XDG_CONFIG_HOME=" + dir}
				o := runFrom(t, dir, env, strings.NewReader(""), "test", "--jobs", server.jobs, "--var", "addr="+addr, "--var", "port="+port, ".", "imap://alice@"+addr).is(t, 0)
				nothingLeft(t, "imap://alice@"+addr)
				mu.Lock()
				defer mu.Unlock()
				for _, m := range line.FindAllStringSubmatch(o.stdout, -1) {
					passed[m[1]] = true
				}
			})
		}
	})
	if !started.Load() {
		t.Skip("there is no server to run the scripts on")
	}
	used := map[string]bool{}
	for name, text := range text {
		if !passed[name] {
			t.Errorf("%s passed on no server", name)
			continue
		}
		for form, is := range formsOf(t, text) {
			used[form] = used[form] || is
		}
	}
	for _, form := range formsWanted(t) {
		if !used[form] {
			t.Errorf("testdata/language.txtar does not use %q", form)
		}
	}
}
