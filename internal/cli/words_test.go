package cli

import (
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"
)

// notRead are the packages, files and pages whose words this test does not read. A new one is read from its
// first day.
var notRead = map[string]string{
	"bench":                    "prints figures, not sentences",
	"internal/demo/stories.go": "mail, as people write it",
}

// oddWord is a word that is understood only at the second reading.
type oddWord struct {
	word    string // a regular expression, in any case
	instead string
	except  string // what holds the word and is plain all the same
	onShown bool   // only in what is shown, not in comments: there it is too often right
}

var oddWords = []oddWord{
	{word: `behind`, instead: "after, abandoned", except: `leaves nothing behind|nothing is left behind`},
	{word: `alone`, instead: "only", except: `alone in flight`},
	{word: `is no|are no|be no`, instead: "is not a valid …, unknown …", except: `there (is|are|may be|must be|will be) no|(is|are|be) no (longer|more than|other)|where (is|are) no`},
	{word: `stands?`, instead: "is, is required", except: `stands? (out|for)`},
	{word: `awaited`, instead: "wait for"},
	{word: `in clear`, instead: "unencrypted, without TLS"},
	{word: `anew`, instead: "again"},
	{word: `beneath`, instead: "below"},
	{word: `octets?`, instead: "bytes", except: `body-fld-octets|\*octet`}, // rules of an RFC
	{word: `no more`, instead: "no longer", except: `no more than`},
	{word: `any more`, instead: "any longer"},
	{word: `for ever`, instead: "forever"},
	{word: `parted`, instead: "separated"},
	{word: `one's own|who one is`, instead: "your own, who you are"},
	{word: `of yours|of the shell's`, instead: "your own, shell …"},
	{word: `tells?|told`, instead: "say, report, show, list", except: `can(not)? tell`, onShown: true},
	{word: `tells (whether|that|of)`, instead: "reports whether, says that"},
	{word: `blanks?`, instead: "spaces", onShown: true},
	{word: `in any case of letters`, instead: "in upper or lower case"},
	{word: `(is|are) (looked|waited) for|was given up`, instead: "an active verb"},
	{word: `go(es)? on`, instead: "continue", onShown: true},
	{word: `ha(s|ve) not (a|an|the)`, instead: "does not have"},
	{word: `worthless`, instead: "invalid", onShown: true},
	{word: `leaves? the (grammar|protocol)`, instead: "violates"},
	{word: `deviations?|oddit(y|ies)|findings?`, instead: "protocol violation", except: `[.:]oddities|oddities\.(md|go)`, onShown: true},
	{word: `whole`, instead: "complete, in full", onShown: true},
	{word: `not whole|a whole response|(judged|kept) whole`, instead: "not complete, as a whole, in full"},
	{word: `(nil|false|ok|none|""|\d) where (it|there|that|nothing|nobody|none|one|the)`, instead: "if", except: `(nil|ok) where (it|that) (ends|begins)`},
	{word: `where there (is|are) none`, instead: "if"},
	{word: `gravest`, instead: "most severe"},
	{word: `at hand`, instead: "current, available", onShown: true},
	{word: `(nil|"") without`, instead: "if there is none", except: `without -?\w`},
	{word: `of late`, instead: "recently"},
	{word: `in vain|none but|makes? out`, instead: "without result, only, recognizes"},
	{word: `small letters`, instead: "lower case"},
	{word: `it is none`, instead: "it is not one"},
	{word: `(line|one|function|message|name|string|text|word) of the (user|client|server|test|caller)'s`, instead: "… of the user", except: `'s own`},
	{word: `such a one`, instead: "one, such a …"},
	{word: `to be had`, instead: "available, there is"},
	{word: `so many at a time|some at a time`, instead: "several, at most N, a limited number at a time"},
	{word: `what (destroys|is destructive)`, instead: "destructive commands", onShown: true},
	{word: `turns? in circles`, instead: "loops endlessly"},
	{word: `(falls?|fell) silent`, instead: "does not answer", onShown: true},
	{word: `which there is not`, instead: "which does not exist"},
	{word: `lives? on`, instead: "continues, is still running", onShown: true},
	{word: `does not fit: here`, instead: "syntax error: expected … here"},
	{word: `in hand`, instead: "current"},
	{word: `of ours`, instead: "our own, imapsh's"},
	{word: `takes? note`, instead: "notes, records"},
	{word: `(takes?|taken) apart`, instead: "parses, parsed"},
	{word: `gives? way`, instead: "yields"},
	{word: `holds that`, instead: "checks that"},
	{word: `was said|were said|is said`, instead: "is shown, is reported"},
	{word: `the same of`, instead: "the same for"},
	{word: `as ever`, instead: "as usual"},
	{word: `for want of`, instead: "without"},
	{word: `of no use`, instead: "not valid, useless"},
	{word: `one a line`, instead: "one per line"},
	{word: `heed(s|ed)?`, instead: "reads, obeys"},
	{word: `near miss`, instead: "a misspelt …"},
	{word: `nobody there`, instead: "a closed port, nothing listens"},
	{word: `gives? it up`, instead: "considers it hung, ends it"},
}

// plainAllTheSame are the texts with an odd word that stay, and why.
var plainAllTheSame = map[string]string{
	"LONGENTRIES|MAXSIZE octets, TOOMANY, NOPRIVATE": "the words of RFC 5464",
	"internal/transcript octets":                     "the name of a function",
}

func TestTheWordsArePlain(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	texts := 0
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(name, filepath.FromSlash("../../")))
		switch {
		case d.IsDir():
			if d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != "../.." {
				return filepath.SkipDir
			}
		case strings.HasSuffix(rel, ".md") && notRead[rel] == "":
			texts += pageIsPlain(t, name, rel, used)
		case strings.HasSuffix(rel, ".1"):
			texts += manualIsPlain(t, name, rel, used)
		case strings.HasSuffix(rel, ".imap"), strings.HasSuffix(rel, ".sh"), rel == "Makefile":
			texts += scriptIsPlain(t, name, rel, used)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources(t) {
		if notRead[path.Dir(s.path)] == "" && notRead[s.path] == "" {
			texts += sourceIsPlain(t, s, used)
		}
	}
	if texts < 2000 {
		t.Errorf("only %d texts were read: the test looks in the wrong place", texts)
	}
	for text := range plainAllTheSame {
		if !used[text] {
			t.Errorf("%q is in no text: remove it from plainAllTheSame", text)
		}
	}
	for name := range notRead {
		if _, err := os.Stat(filepath.Join("../..", name)); err != nil {
			t.Errorf("%s does not exist: remove it from notRead", name)
		}
	}
}

func TestAnOddWordIsFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a string must stand here":           "stands?",
		"FOO is no command":                  "is no|are no|be no",
		"there is no such mailbox":           "",
		"the mailbox is no longer there":     "",
		"the text behind it":                 "behind",
		"IMAP4rev1 alone":                    "alone",
		"the password goes in clear":         "in clear",
		"after 10 octets":                    "octets?",
		"the standard says so":               "",
		"reports whether it is understood":   "",
		"The Blank Page":                     "blanks?",
		"see :oddities":                      "",
		"LITERAL- allows no more than 4096":  "",
		"IMAP4rev2 has it no more":           "no more",
		"the server has not told its reason": "tells?|told",
		"a line of the server's":             "(line|one|function|message|name|string|text|word) of the (user|client|server|test|caller)'s",
		"a line of the server's own":         "",
	} {
		got := ""
		if w := oddWordIn(text, true); w != nil {
			got = w.word
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

// oddWordIn returns the first odd word of a text, which is shown or a comment; nil if all are plain.
func oddWordIn(text string, shown bool) *oddWord {
	may := oddWordsThatMayBeIn(text)
	for i := range oddWords {
		w := &oddWords[i]
		if may == nil || !may[i] || w.onShown && !shown {
			continue
		}
		if !compiled()[i].word.MatchString(text) {
			continue
		}
		if compiled()[i].except == nil || compiled()[i].word.MatchString(compiled()[i].except.ReplaceAllString(text, "")) {
			return w
		}
	}
	return nil
}

// oddWordsThatMayBeIn returns which odd words begin as words of the text do, nil for none: most texts have none, and
// the regular expressions take seconds.
func oddWordsThatMayBeIn(text string) (may []bool) {
	text = strings.ToLower(text)
	for i := range len(text) {
		if !isWord(text[i]) || i > 0 && isWord(text[i-1]) {
			continue
		}
		for _, o := range openings()[text[i]] {
			if strings.HasPrefix(text[i:], o.text) {
				if may == nil {
					may = make([]bool, len(oddWords))
				}
				may[o.row] = true
			}
		}
	}
	return may
}

// An opening is how an odd word begins.
type opening struct {
	text string
	row  int
}

// openings are all of them, by their first byte.
var openings = sync.OnceValue(func() map[byte][]opening {
	by := map[byte][]opening{}
	for i, w := range oddWords {
		re, err := syntax.Parse(w.word, syntax.Perl)
		if err != nil {
			panic(err)
		}
		for _, o := range opens(re) {
			by[o[0]] = append(by[o[0]], opening{o, i})
		}
	}
	return by
})

// opens returns how what an expression matches begins, as far as that is one of a few texts.
func opens(re *syntax.Regexp) []string {
	texts, _ := beginnings(re)
	if len(texts) == 0 || slices.Contains(texts, "") {
		panic("an odd word begins with " + re.String())
	}
	return texts
}

// beginnings is opens, and reports whether they are all that the expression matches.
func beginnings(re *syntax.Regexp) (texts []string, all bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}, true
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i+1]-re.Rune[i] > 'z'-'a' {
				return []string{""}, false
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				texts = append(texts, string(r))
			}
		}
		return texts, true
	case syntax.OpAlternate:
		all = true
		for _, sub := range re.Sub {
			begin, whole := beginnings(sub)
			texts, all = append(texts, begin...), all && whole
		}
		return texts, all
	case syntax.OpQuest:
		texts, all = beginnings(re.Sub[0])
		return append(texts, ""), all
	case syntax.OpCapture:
		return beginnings(re.Sub[0])
	case syntax.OpConcat:
		texts, all = []string{""}, true
		for _, sub := range re.Sub {
			var longer []string
			begin, whole := beginnings(sub)
			for _, text := range texts {
				for _, more := range begin {
					longer = append(longer, text+more)
				}
			}
			if texts, all = longer, whole; !all {
				break
			}
		}
		return texts, all
	}
	return []string{""}, false
}

var compiled = sync.OnceValue(func() (out []struct{ word, except *regexp.Regexp }) {
	for _, w := range oddWords {
		c := struct{ word, except *regexp.Regexp }{word: regexp.MustCompile(`(?i)\b(` + w.word + `)\b`)}
		if w.except != "" {
			c.except = regexp.MustCompile(`(?i)` + w.except)
		}
		out = append(out, c)
	}
	return out
})

// judgeWords reports the odd word of a text, if it has one and is not allowed to.
func judgeWords(t *testing.T, where, text string, shown bool, used map[string]bool) {
	t.Helper()
	if plainAllTheSame[text] != "" {
		used[text] = true
		return
	}
	if w := oddWordIn(text, shown); w != nil {
		t.Errorf("%s: %q: write %q in place of %q (or give a reason in plainAllTheSame)", where, text, w.instead, w.word)
	}
}

// sourceIsPlain reads the strings and comments of a file, and the names of tests, and returns how many they are. It skips
// strings of tests that a server or a user sends.
func sourceIsPlain(t *testing.T, s goFile, used map[string]bool) (texts int) {
	t.Helper()
	judge := func(pos token.Pos, text string, shown bool) {
		texts++
		if oddWordsThatMayBeIn(text) != nil {
			judgeWords(t, s.path+":"+strconv.Itoa(positions.Position(pos).Line), text, shown, used)
		}
	}
	names := sync.OnceValue(func() map[string]bool {
		names := map[string]bool{}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				names[id.Name] = true
			}
			return true
		})
		return names
	})
	for _, group := range s.file.Comments {
		comment := strings.Join(strings.Fields(group.Text()), " ")
		if name, rest, _ := strings.Cut(comment, " "); oddWordsThatMayBeIn(comment) != nil && names()[name] {
			comment = rest // it begins with the name that it is about
		}
		judge(group.Pos(), comment, false)
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			if n.Tag != nil {
				return false
			}
		case *ast.FuncDecl:
			if s.isTest && strings.HasPrefix(n.Name.Name, "Test") {
				judge(n.Pos(), wordsOf(n.Name.Name), false)
			}
		case *ast.BasicLit:
			// A single word is a name: a key, a tag, a member of JSON.
			text, err := strconv.Unquote(n.Value)
			switch {
			case err != nil || n.Kind != token.STRING || !strings.Contains(text, " "):
			case !s.isTest:
				judge(n.Pos(), text, true)
			case s.path != "internal/cli/words_test.go":
				if oddWordsThatMayBeIn(text) != nil && exchanged.MatchString(text) {
					texts++
				} else {
					judge(n.Pos(), text, true)
				}
			}
		}
		return true
	})
	return texts
}

// exchanged matches a string of a test that is, or imitates, what a server or a user sends.
var exchanged = regexp.MustCompile(`\r|^\n|^[*+] |^[\^(?i)]*[A-Za-z]\d+ |^[CS](\[\w+\])?[:|] `)

// wordsOf returns the words of a name in camel case.
func wordsOf(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

var (
	// An output that a page shows is the program's, or a server's; anything else in a block is the page's own.
	shownBlock = regexp.MustCompile("(?ms)^<!-- (?:output|screen).*?-->\n+^```.*?^```$|^```json.*?^```$|^    .*?$")
	inlineCode = regexp.MustCompile("`[^`\n]*`")
)

// pageIsPlain reads the paragraphs of a page, without its code and screens, and what blocks say that nobody runs or
// that comments say; it returns how many they are.
func pageIsPlain(t *testing.T, name, rel string, used map[string]bool) (texts int) {
	t.Helper()
	// As many lines as before, so that the number of a line is right.
	text := shownBlock.ReplaceAllStringFunc(readFile(t, name), func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) })
	for i, line := range strings.Split(inlineCode.ReplaceAllString(text, "…"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			texts++
			judgeWords(t, rel+":"+strconv.Itoa(i+1), line, true, used)
		}
	}
	return texts
}

// manualIsPlain reads a manual page, which is made of texts in the tables and in its own test.
func manualIsPlain(t *testing.T, name, rel string, used map[string]bool) (texts int) {
	t.Helper()
	for i, line := range strings.Split(readFile(t, name), "\n") {
		texts++
		judgeWords(t, rel+":"+strconv.Itoa(i+1), strings.ReplaceAll(line, `\`, ""), true, used)
	}
	return texts
}

// scriptIsPlain reads the comments of a script.
func scriptIsPlain(t *testing.T, name, rel string, used map[string]bool) (texts int) {
	t.Helper()
	for i, line := range strings.Split(readFile(t, name), "\n") {
		if _, comment, ok := strings.Cut(line, "# "); ok {
			texts++
			judgeWords(t, rel+":"+strconv.Itoa(i+1), comment, false, used)
		}
	}
	return texts
}
