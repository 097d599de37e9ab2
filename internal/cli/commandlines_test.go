package cli

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"imapsh/internal/check"
	"imapsh/internal/command"
	"imapsh/repl"
)

// shellWords returns the words of the first command in a line for sh; ok is false if its quotes are not closed.
func shellWords(line string) (words []string, ok bool) {
	word, begun, quote := "", false, rune(0)
	end := func() {
		if begun {
			words = append(words, word)
		}
		word, begun = "", false
	}
	escaped := false
	for _, r := range line {
		switch {
		case escaped:
			word, escaped = word+string(r), false
		case r == '\\' && quote != '\'':
			begun, escaped = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word += string(r)
		case r == '\'' || r == '"':
			begun, quote = true, r
		case r == ' ':
			end()
		case strings.ContainsRune("|;&<>)`#", r) && (r != '#' || !begun):
			end()
			return words, true
		default:
			begun = true
			word += string(r)
		}
	}
	end()
	return words, quote == 0
}

// A parsedLine is a command line as the program reads it.
type parsedLine struct {
	*flags
	command *cobra.Command
	why     string // why the program would not accept it; "" if it would
}

// parsedLines are the command lines that were read already: a tree of commands takes a millisecond to build.
var parsedLines sync.Map

// parsed reads a command line.
func parsed(args []string) *parsedLine {
	key := strings.Join(args, "\x00")
	if l, ok := parsedLines.Load(key); ok {
		return l.(*parsedLine)
	}
	l := &parsedLine{flags: testFlagsOf()}
	l.why = l.read(args)
	parsedLines.Store(key, l)
	return l
}

// accepted returns why the program would not accept arguments; "" if it would.
func accepted(args []string) string { return parsed(args).why }

func (l *parsedLine) read(args []string) string {
	root := l.flags.command()
	root.SetOut(io.Discard)
	c, rest, err := root.Find(args)
	if l.command = c; err != nil {
		return err.Error()
	}
	if c.DisableFlagParsing {
		return ""
	}
	if c != root && c.HasSubCommands() && len(rest) > 0 && rest[0][0] != '-' {
		return c.Name() + " has no " + rest[0]
	}
	if err := c.ParseFlags(rest); err != nil && err != pflag.ErrHelp && !strings.HasPrefix(err.Error(), "flag needs an argument") { // as in: imapsh check --serve
		return err.Error()
	}
	problem := ""
	c.Flags().Visit(func(flag *pflag.Flag) {
		if why := wrongValue(c, flag); why != "" {
			problem = "--" + flag.Name + " " + flag.Value.String() + ": " + why
		}
	})
	return problem
}

// wrongValue returns what is wrong with the value of a flag; "" if nothing is. Settings have checked theirs already.
func wrongValue(c *cobra.Command, flag *pflag.Flag) string {
	if flag.Name == "limit" {
		for _, limit := range flag.Value.(pflag.SliceValue).GetSlice() {
			if _, _, err := check.ParseLimit(limit); err != nil {
				return err.Error()
			}
		}
		return ""
	}
	complete, ok := c.GetFlagCompletionFunc(flag.Name)
	if placeholder, _ := pflag.UnquoteUsage(flag); !ok || placeholder != "FORMAT" && placeholder != "MECH" && placeholder != "PARTS" {
		return ""
	}
	var values []string
	words, _ := complete(c, nil, "")
	for _, w := range words {
		values = append(values, strings.Split(w, "\t")[0])
	}
	for _, v := range strings.Split(strings.Trim(flag.Value.String(), "[]"), ",") {
		if !slices.ContainsFunc(values, func(of string) bool { return strings.EqualFold(of, v) }) {
			return "it is not one of " + strings.Join(values, ", ")
		}
	}
	return ""
}

// placeholder matches what other programs replace in their files.
var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}|\$[A-Z0-9]+\$`)

var goCommands = map[string]bool{"install": true, "run": true, "build": true, "test": true, "vet": true, "env": true, "version": true}

func TestTheCommandLinesOfPagesAreAccepted(t *testing.T) {
	t.Parallel()
	program := regexp.MustCompile(`(?:^|[\s;|&(/"'=])(?:imapsh|go run \.)((?: |$).*)`)
	ofGo := regexp.MustCompile(`(?:^|[\s;&(])go ([a-z]+)(.*)`)
	subcommands := map[string]bool{"work": true, "alice": true} // profiles
	for _, c := range testFlagsOf().command().Commands() {
		subcommands[c.Name()] = true
	}
	maps.Copy(subcommands, map[string]bool{"help": true, "completion": true})
	lines := 0
	list := regexp.MustCompile(`args: \[([^\]]*)\]`)
	for page, text := range pagesOf(t) {
		for _, c := range codeOf(page, text) {
			if !strings.Contains(c.text, "imapsh") && !strings.Contains(c.text, "go ") && !strings.Contains(c.text, "args: [") {
				continue
			}
			c.text = placeholder.ReplaceAllString(c.text, "x")
			if m := list.FindStringSubmatch(c.text); m != nil {
				c.text = "imapsh " + strings.ReplaceAll(m[1], ", ", " ")
			}
			if m := ofGo.FindStringSubmatch(c.text); m != nil {
				if words, _ := shellWords(m[2]); !goCommands[m[1]] {
					t.Errorf("%s: go has no command %s", c.at, m[1])
				} else if len(words) > 0 && strings.HasPrefix(words[0], ".") && !strings.Contains(words[0], "...") {
					if _, err := os.Stat(filepath.Join("../..", words[0])); err != nil {
						t.Errorf("%s: %v", c.at, err)
					}
				}
			}
			for _, m := range program.FindAllStringSubmatch(c.text, -1) {
				words, ok := shellWords(m[1])
				if !ok || slices.ContainsFunc(words, func(w string) bool { return strings.ContainsAny(w, "…[]") || w == "..." }) {
					continue // continued on the next line, or a synopsis
				}
				lines++
				if why := accepted(words); why != "" {
					t.Errorf("%s: imapsh%s: %s", c.at, m[1], why)
				}
				for _, w := range words {
					if strings.HasPrefix(w, "docs/") {
						if _, err := os.Stat("../../" + w); err != nil {
							t.Errorf("%s: %v", c.at, err)
						}
					}
				}
				if len(words) > 0 && regexp.MustCompile(`^[a-z]+$`).MatchString(words[0]) && !subcommands[words[0]] {
					t.Errorf("%s: there is no subcommand or profile %s", c.at, words[0])
				}
			}
		}
	}
	if lines < 100 {
		t.Errorf("only %d command lines: the test looks in the wrong place", lines)
	}
}

// tableWith returns the cells of the table in a page whose head begins with some text.
func tableWith(t *testing.T, page, head string) (rows [][]string) {
	t.Helper()
	for l := range strings.Lines(readFile(t, "../../"+page)) {
		if len(rows) == 0 && !strings.HasPrefix(l, head) {
			continue
		}
		if !strings.HasPrefix(l, "|") {
			break
		}
		rows = append(rows, strings.Split(strings.Trim(l, "| \n"), " | "))
	}
	if len(rows) < 3 {
		t.Fatalf("%s has no table %s", page, head)
	}
	return rows
}

// statusPairs returns the numbers and meanings in a list of exit statuses: "0 all OK, 1 NO or BAD".
func statusPairs(text string) map[string]string {
	pairs := map[string]string{}
	begins := regexp.MustCompile(`(?:^|[,;] )(\d{1,3}) `).FindAllStringSubmatchIndex(text, -1)
	for i, at := range begins {
		end := len(text)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		pairs[text[at[2]:at[3]]] = strings.TrimRight(text[at[1]:end], " .")
	}
	return pairs
}

// meaning returns the statuses in the long help of a subcommand.
func meaning(t *testing.T, subcommand string) map[string]string {
	t.Helper()
	c, _, err := testFlagsOf().command().Find([]string{subcommand})
	if err != nil {
		t.Fatal(err)
	}
	_, says, ok := strings.Cut(strings.ReplaceAll(c.Long, "\n", " "), "The exit status is ")
	if !ok {
		t.Fatalf("imapsh %s --help does not say what its exit status means", subcommand)
	}
	says, _, _ = strings.Cut(says, "; with ")
	return statusPairs(says)
}

func TestTheStatusesOfPagesAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	shell := map[string]string{}
	for _, s := range repl.Statuses {
		if s.Status != repl.StatusPipe {
			shell[strconv.Itoa(int(s.Status))] = s.Meaning
		}
	}
	// fits reports whether a text means one status and no other: it has words of its meaning, and fewer of any other.
	fits := func(n, says string, means map[string]string) bool {
		if says == means[n] {
			return true
		}
		words := regexp.MustCompile(`\w{4,}|NO|OK`).FindAllString(says, -1)
		common := func(meaning string) (n int) {
			for _, word := range words {
				if regexp.MustCompile(`\b` + word + `\b`).MatchString(meaning) {
					n++
				}
			}
			return n
		}
		own := common(means[n])
		for other, meaning := range means {
			if other != n && common(meaning) >= own {
				return false
			}
		}
		return own > 0
	}
	for _, row := range []struct {
		page, pattern string
		means         map[string]string
		all           bool
	}{
		{"docs/cheatsheet.md", `Exit status: (.*?)\. Flags`, shell, true},
		{"docs/scripts.md", `The exit status is (0 if all passed.*?)\.`, meaning(t, "test"), false},
		{"docs/scripts.md", `The exit status is (0 if there is no difference.*?)\.`, meaning(t, "replay"), false},
		{"docs/scripts.md", `\| (1 after NO or BAD, 3 after a lost connection);`, shell, false},
		{"docs/tls.md", `exit status of .imapsh tls. is (0 if .*?)\. `, meaning(t, "tls"), false},
	} {
		m := regexp.MustCompile(row.pattern).FindStringSubmatch(strings.ReplaceAll(readFile(t, "../../"+row.page), "\n", " "))
		if m == nil {
			t.Errorf("%s does not say what the exit statuses mean: %s", row.page, row.pattern)
			continue
		}
		pairs := statusPairs(m[1])
		if len(pairs) < 2 || row.all && len(pairs) != len(row.means) {
			t.Errorf("%s has the exit statuses %v; the program has %v", row.page, pairs, row.means)
		}
		for n, says := range pairs {
			if !fits(n, says, row.means) {
				t.Errorf("%s: exit status %s is %q; the program says %q", row.page, n, says, row.means[n])
			}
		}
	}

	// The rows of other tables say which status follows.
	follows := regexp.MustCompile(`^\| (.*?) \| .*\bstatus(?: is)? (\d)\b`)
	told := 0
	_, section, _ := strings.Cut(readFile(t, "../../docs/scripts.md"), "\n## When something fails\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, l := range strings.Split(section, "\n") {
		if m := follows.FindStringSubmatch(l); m != nil && !fits(m[2], m[1], shell) {
			t.Errorf("docs/scripts.md: status %s is not that of %q: %v", m[2], m[1], shell)
		} else if m != nil {
			told++
		}
	}
	if told < 3 {
		t.Errorf("docs/scripts.md has only %d rows with a status", told)
	}
	of := tableWith(t, "docs/diff.md", "| status |")
	for i, n := range of[0][1:] { // the first cell of the other row is empty
		if means := meaning(t, "diff"); !fits(n, of[2][i], means) || len(of[0]) != len(means)+1 {
			t.Errorf("docs/diff.md: status %s is %q; the program has %v", n, of[2][i], means)
		}
	}

	lines := strings.Split(readFile(t, "../../docs/check.md"), "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "| | 0 |") })
	if at < 0 {
		t.Fatal("docs/check.md has no table of exit statuses")
	}
	cells := func(line string) []string { return strings.Split(strings.Trim(line, "| "), " | ") }
	head, table, nagios := cells(lines[at]), cells(lines[at+2])[1:], cells(lines[at+3])[1:]
	means := meaning(t, "check")
	if len(head) != len(means) {
		t.Errorf("docs/check.md has the statuses %v; the program has %v", head, means)
	}
	for i, n := range head {
		if !strings.HasPrefix(table[i], means[n]) || means[n] == "" {
			t.Errorf("docs/check.md: exit status %s is %q; the program says %q", n, table[i], means[n])
		}
		if word, _, _ := strings.Cut(nagios[min(i, 3)], ":"); i < 4 && check.NagiosLine(i, "") != "IMAP "+word+" - " {
			t.Errorf("docs/check.md: %s as a monitoring plugin is %q; the program says %q", n, word, check.NagiosLine(i, ""))
		}
	}
}

func TestTheExamplesOfTheHelpAreAccepted(t *testing.T) {
	t.Parallel()
	var examples []string
	root := testFlagsOf().command()
	for _, c := range append(root.Commands(), root) {
		examples = append(examples, strings.Split(c.Example, "\n")...)
	}
	for _, e := range helpExamples {
		examples = append(examples, e[0])
	}
	checked := 0
	for _, e := range examples {
		_, args, ok := strings.Cut(e, "imapsh ")
		if words, closed := shellWords(args); ok && closed {
			checked++
			if why := accepted(words); why != "" {
				t.Errorf("%s: %s", strings.TrimSpace(e), why)
			}
			for _, s := range scriptsOf(t, strings.TrimSpace(e), []string{strings.TrimSpace(e)}) {
				s.check(t)
			}
			if c, _, err := root.Find(words); err != nil || len(words) > 0 && c == root && regexp.MustCompile(`^[a-z]+$`).MatchString(words[0]) && words[0] != "work" && words[0] != "help" {
				t.Errorf("%s: there is no subcommand %s", strings.TrimSpace(e), words[0])
			}
		}
	}
	if checked < 15 {
		t.Errorf("only %d examples: the test looks in the wrong place", checked)
	}
}

// keysOfOthers are the keys of the YAML files that pages show.
var keysOfOthers = map[string]string{
	"Prometheus": "global scrape_interval scrape_timeout scrape_configs job_name metrics_path static_configs targets relabel_configs source_labels target_label replacement",
	"Kubernetes": "apiVersion kind metadata name spec schedule concurrencyPolicy jobTemplate backoffLimit template restartPolicy containers image args env valueFrom secretKeyRef key",
	"Ansible":    "name ansible.builtin.command environment changed_when",
}

// The files of other programs name what the program answers to, and keys that those programs know; filters for jq name
// members that are written.
func TestWhatPagesGiveToOtherProgramsIsKnown(t *testing.T) {
	t.Parallel()
	variables := readFile(t, "../../docs/environment.md")
	exporter := readFile(t, "../exporter/exporter.go")
	metrics := exporter + readFile(t, "../check/prometheus.go")
	var usage string
	for _, c := range commandTree() {
		if c.Name() == "check" {
			usage = c.Flags().Lookup("serve").Usage
		}
	}
	keys := map[string]bool{}
	for _, of := range keysOfOthers {
		for _, key := range strings.Fields(of) {
			keys[key] = true
		}
	}
	x := indexOf(t)
	var (
		variable = sought{"IMAPSH_", regexp.MustCompile(`\bIMAPSH_[A-Z0-9_]*[A-Z0-9]`)}
		path     = sought{"metrics_path", regexp.MustCompile(`metrics_path: (\S+)`)}
		address  = sought{"127.0.0.1:9", regexp.MustCompile(`127\.0\.0\.1:9\d{3}`)}
		answered = sought{"with ", regexp.MustCompile(`\b(?:answered )?with (\d{3})\b`)}
		checks   = sought{"imapsh_", regexp.MustCompile(`\b(imapsh_[a-z_]+[a-z])(?:\{(\w+)=)?`)}
		probes   = sought{"probe_", regexp.MustCompile(`\b(probe_[a-z_]+[a-z])(?:\{(\w+)=)?`)}
		yamlKey  = regexp.MustCompile(`(?:^|[ {])([A-Za-z_.]+): `)
		filter   = sought{"jq ", regexp.MustCompile(`jq (?:-\w+ )*'([^']*)'`)}
		member   = regexp.MustCompile(`\.type=="(\w+)"|\.([A-Za-z]\w*)`)
	)
	found := map[string]int{}
	for page, lines := range pagesOf(t) {
		fence := ""
		for i, l := range lines {
			if strings.HasPrefix(l, "```") {
				fence = l
			}
			for _, m := range answered.all(l) {
				number, _ := strconv.Atoi(m[1])
				if found["answers"]++; !strings.Contains(exporter, "http.Status"+strings.ReplaceAll(http.StatusText(number), " ", "")+",") {
					t.Errorf("%s:%d: the exporter does not answer %d", page, i+1, number)
				}
			}
			at := fmt.Sprintf("%s:%d", page, i+1)
			if strings.ContainsAny(l, "{$") {
				l = placeholder.ReplaceAllString(l, "x")
			}
			for _, m := range append(checks.all(l), probes.all(l)...) {
				if found["metrics"]++; !strings.Contains(metrics, `"`+m[1]+`"`) || m[2] != "" && !strings.Contains(metrics, `"`+m[2]+`"`) {
					t.Errorf("%s: there is no metric %s with the label %q", at, m[1], m[2])
				}
			}
			if fence == "```yaml" {
				for _, m := range yamlKey.FindAllStringSubmatch(l+" ", -1) {
					if found["keys"]++; !keys[m[1]] && !strings.HasPrefix(m[1], "IMAPSH_") {
						t.Errorf("%s: none of %v has the key %s", at, keysOfOthers, m[1])
					}
				}
			}
			for _, f := range filter.all(l) {
				for _, m := range member.FindAllStringSubmatch(f[1], -1) {
					if found["members"]++; !x.has("docs/json.md", m[1]+m[2]) && !slices.ContainsFunc(command.FetchItems.Terms(), func(item command.Term) bool { return item.Name == m[2] }) {
						t.Errorf("%s: no object has %s", at, m[0])
					}
				}
			}
		}
		for _, l := range codeOf(page, lines) {
			for _, m := range variable.all(l.text) {
				if !strings.Contains(variables, "`"+m[0]+"`") {
					t.Errorf("%s: docs/environment.md does not have %s", l.at, m[0])
				}
			}
			for _, m := range path.all(l.text) {
				if !strings.Contains(exporter, `"GET `+m[1]+`"`) {
					t.Errorf("%s: the exporter does not answer %s", l.at, m[1])
				}
			}
			for _, m := range address.all(l.text) {
				if page == "docs/check.md" && !strings.Contains(usage, m[0]) {
					t.Errorf("%s: %s is not the address that --serve names", l.at, m[0])
				}
			}
		}
	}
	if found["metrics"] < 6 || found["keys"] < 20 || found["members"] < 15 || found["answers"] < 3 {
		t.Errorf("only %v: the test looks in the wrong place", found)
	}
}
