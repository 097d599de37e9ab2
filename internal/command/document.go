package command

import (
	"fmt"
	"strings"
	"unicode"
)

// Document returns the table of commands and all other tables of this package as one page of Markdown.
func Document() string {
	var b strings.Builder
	b.WriteString("# Commands\n\n`make generate` writes this page from the tables that the shell reads; `help` in the shell says the same. BAD is listed\nonly if it means more than a syntax error, an unknown command or the wrong state.\n\n")
	documentContents(&b)
	for _, g := range commandGroups {
		fmt.Fprintf(&b, "\n## %s\n", g.title)
		for i := range g.rows {
			documentCommand(&b, &g.rows[i])
		}
	}
	for _, v := range Vocabularies() {
		fmt.Fprintf(&b, "\n## %s\n\n", wordsTitle(v))
		documentTerms(&b, v.Terms())
		if v == FetchItems {
			b.WriteString("\n### Sections of BODY and BODY.PEEK\n\n")
			documentTerms(&b, SectionSpecs())
		}
	}
	b.WriteString("\n## Response codes\n\n| code | meaning | source |\n| --- | --- | --- |\n")
	for _, c := range Codes() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code(strings.TrimRight(c.Name+" "+c.Args, " ")), cell(c.Help), c.RFC)
	}
	b.WriteString("\n## Capabilities\n\n| capability | what it is | part of | source |\n| --- | --- | --- | --- |\n")
	for _, c := range Capabilities() {
		name := c.Name
		if c.Value {
			name += "[=value]"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", code(name), cell(c.Help), strings.Join(c.ImpliedBy, ", "), c.RFC)
	}
	return b.String()
}

// commandGroups are the parts of the table of commands, with their headings on the page.
var commandGroups = []struct {
	title string
	rows  []Command
}{
	{"In any state", anyState}, {"Before login", notAuthenticated}, {"After login", authenticated},
	{"In a selected mailbox", selectedState}, {"Extensions", extensions},
}

// documentContents writes the table of contents.
func documentContents(b *strings.Builder) {
	for _, g := range commandGroups {
		var links []string
		for i := range g.rows {
			links = append(links, link(g.rows[i].Name))
		}
		fmt.Fprintf(b, "- %s: %s\n", link(g.title), strings.Join(links, ", "))
	}
	var links []string
	for _, v := range Vocabularies() {
		links = append(links, link(wordsTitle(v)))
	}
	fmt.Fprintf(b, "- Words: %s\n- %s\n- %s\n", strings.Join(links, ", "), link("Response codes"), link("Capabilities"))
}

// link returns a link to a heading of the page, with the anchor that Markdown renderers give it.
func link(heading string) string {
	anchor := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
	return "[" + heading + "](#" + anchor + ")"
}

// wordsTitle returns the heading of a table of terms, with the command that it belongs to.
func wordsTitle(v Vocabulary) string {
	info := v.Info()
	if info.Home == "" || strings.Contains(info.Title, info.Home) {
		return capital(info.Title)
	}
	return capital(info.Title + " of " + info.Home)
}

func documentCommand(b *strings.Builder, c *Command) {
	fmt.Fprintf(b, "\n### %s\n\n    %s\n\n%s. %s\n\n", c.Name, c.Synopsis(), capital(c.Summary), c.Help)
	if c.States == AnyState {
		b.WriteString("- state: any\n")
	} else {
		fmt.Fprintf(b, "- state: %s\n", c.States)
	}
	if len(c.Caps) > 0 {
		fmt.Fprintf(b, "- needs: %s\n", strings.Join(c.Caps, " or "))
	}
	for _, d := range c.Details() {
		if d.Arg != nil {
			fmt.Fprintf(b, "- %s: %s%s\n", code(d.Arg.Label()), d.Arg.Help, needed(d.Arg.Cap))
		}
	}
	fmt.Fprintf(b, "- the server answers: %s\n", c.Answer)
	for _, r := range c.Tagged() {
		fmt.Fprintf(b, "- %s: %s\n", r[0], r[1])
	}
	if len(c.Related) > 0 {
		fmt.Fprintf(b, "- see also: %s\n", strings.Join(c.Related, ", "))
	}
	fmt.Fprintf(b, "- source: %s\n\n", c.RFC)
	for _, e := range c.Examples {
		fmt.Fprintf(b, "    %s\n", e)
	}
}

func documentTerms(b *strings.Builder, terms []Term) {
	b.WriteString("| word | meaning | needs | source |\n| --- | --- | --- | --- |\n")
	for i := range terms {
		t := &terms[i]
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", code(t.Synopsis()), cell(t.Help), strings.Join(t.Caps, " or "), t.RFC)
	}
}

func needed(capability string) string {
	if capability == "" {
		return ""
	}
	return " (needs " + capability + ")"
}

// code returns s as code in a cell of a Markdown table.
func code(s string) string { return "`" + cell(s) + "`" }

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
