package command

import (
	"fmt"
	"strings"
)

// Document is the table of commands, and all others of this package, as one page of
// Markdown.
func Document() string {
	var b strings.Builder
	b.WriteString("# Commands\n\nWritten by `make generate` from the tables that the shell itself reads; `help` in the shell tells the same.\n")
	for _, g := range []struct {
		title string
		rows  []Command
	}{
		{"In any state", anyState}, {"Before login", notAuthenticated}, {"After login", authenticated},
		{"In a selected mailbox", selectedState}, {"Extensions", extensions},
	} {
		fmt.Fprintf(&b, "\n## %s\n", g.title)
		for i := range g.rows {
			documentCommand(&b, &g.rows[i])
		}
	}
	for _, v := range Vocabularies() {
		fmt.Fprintf(&b, "\n## %s\n\n", capital(titleOf(v)))
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

// titleOf names a table with the command it belongs to.
func titleOf(v Vocabulary) string {
	info := v.Info()
	if info.Home == "" || strings.Contains(info.Title, info.Home) {
		return info.Title
	}
	return info.Title + " of " + info.Home
}

func documentCommand(b *strings.Builder, c *Command) {
	fmt.Fprintf(b, "\n### %s\n\n    %s\n\n%s. %s\n\n", c.Name, c.Synopsis(), capital(c.Summary), c.Help)
	fmt.Fprintf(b, "- states: %s\n", c.States)
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

// code is s as code in a cell of a table.
func code(s string) string { return "`" + cell(s) + "`" }

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
