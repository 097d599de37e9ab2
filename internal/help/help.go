// Package help writes the offline help about commands, data items, flags, response codes, capabilities and concepts.
// It reads the tables of internal/command and is given the rows of the shell commands; it prints nothing itself.
package help

import (
	"fmt"
	"slices"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/wire"
)

// A Row is the help of a shell command.
type Row struct {
	Name, Args, Help string
	Example          string // a line as it could be typed
	Aliases          []string
	Setting          bool
}

// Options say for whom and how help is written.
type Options struct {
	Shell []Row               // the shell commands, sorted by name
	View  *command.View       // the session, to mark what is not allowed or offered in it; nil marks nothing
	Width int                 // columns of a line, at least 30; 80 if it is 0
	Faint func(string) string // makes a word faint to mark it; if nil, it is put in parentheses
}

// Topic returns the help on a command, a data item, a flag, a response code, a capability or a concept, or an
// overview if topic is empty. The result is lines, without a line end after the last one. An unknown topic gets an
// answer too: that there is no help on it, and perhaps what was meant.
func Topic(topic string, o Options) string {
	if o.Width == 0 {
		o.Width = 80
	}
	p := page{shell: o.Shell, view: o.View, width: max(o.Width, 30), faint: o.Faint}
	if p.view == nil {
		p.view = &command.View{}
	}
	if topic = strings.Join(strings.Fields(topic), " "); topic == "" {
		p.overview()
		return strings.TrimRight(p.String(), "\n")
	}
	for _, about := range []func(string){p.concept, p.command, p.shellCommand, p.terms, p.code, p.capability, p.list} {
		about(topic)
	}
	if p.Len() > 0 {
		return strings.TrimRight(p.String(), "\n")
	}
	if near, ok := nearTopic(topic); ok {
		p.text("", fmt.Sprintf("no help on %s; did you mean help %s?", wire.EscapeString(topic), near), "  ")
	} else {
		p.text("", fmt.Sprintf("no help on %s; help lists the commands", wire.EscapeString(topic)), "  ")
	}
	return strings.TrimRight(p.String(), "\n")
}

// command writes the page of a command.
func (p *page) command(topic string) {
	c := command.Lookup(topic)
	if c == nil {
		return
	}
	p.gap()
	p.text("", c.Synopsis(), hanging)
	p.text("  ", c.Summary, "  ")
	p.text("  ", c.Help, "  ")
	if len(c.Caps) > 0 {
		p.text("  ", "needs the capability "+strings.Join(c.Caps, " or "), "    ")
	}
	p.here(c)
	p.details(c)
	p.rows("the server answers:", append([][2]string{{"data", c.Answer}}, c.Tagged()...))
	if c.Name == "SEARCH" {
		p.heading("Polish notation:")
		p.paragraphs("  ", command.LookupConcept("polish").Text)
	}
	for _, e := range c.Examples {
		p.line("  example: " + e)
	}
	var see []string
	for _, name := range c.Related {
		see = append(see, strings.ToLower(name))
	}
	p.see(see)
	p.text("  ", fmt.Sprintf("in the %s state; %s", c.States, c.RFC), "    ")
}

// here says why a command would not work in this session.
func (p *page) here(c *command.Command) {
	if p.view.State != 0 && c.States&p.view.State == 0 {
		p.text("  ", fmt.Sprintf("not allowed now, in the %s state", p.view.State), "    ")
	}
	if !p.view.Offers(c.Caps...) {
		p.text("  ", "not available here: the server does not advertise it", "    ")
	}
}

// details writes the arguments of a command, and the words they consist of.
func (p *page) details(c *command.Command) {
	home := strings.TrimPrefix(c.Name, "UID ")
	var args [][2]string
	for _, d := range c.Details() {
		if d.Arg != nil {
			args = append(args, [2]string{d.Arg.Label(), needs(d.Arg.Help, d.Arg.Cap)})
		}
	}
	p.rows("arguments:", args)
	var elsewhere []string
	for _, d := range c.Details() {
		if d.Arg != nil {
			continue
		}
		info := d.Terms.Info()
		if info.Home != "" && info.Home != home {
			elsewhere = append(elsewhere, info.Title+": help "+strings.ToLower(info.Home))
			continue
		}
		p.vocabulary(info.Title+":", d.Terms.Terms())
		if d.Terms == command.FetchItems {
			p.vocabulary("sections of BODY and BODY.PEEK:", command.SectionSpecs())
		}
	}
	for _, e := range elsewhere {
		p.line("  " + e)
	}
}

// vocabulary writes a table of terms, in which those that are not offered are marked.
func (p *page) vocabulary(title string, terms []command.Term) {
	var rows [][2]string
	for i := range terms {
		t := &terms[i]
		name := t.Synopsis()
		if !p.view.Offers(t.Caps...) {
			name = p.absent(name)
		}
		rows = append(rows, [2]string{name, needs(t.Help, t.Caps...)})
	}
	p.rows(title, rows)
}

// needs adds the capability that a term depends on to its help.
func needs(help string, caps ...string) string {
	if len(caps) == 0 || caps[0] == "" {
		return help
	}
	if len(caps) == 1 && caps[0] == "IMAP4REV1" {
		return help + " [only IMAP4rev1]"
	}
	return help + " [" + strings.Join(caps, " or ") + "]"
}

// shellCommand writes the page of a shell command.
func (p *page) shellCommand(topic string) {
	name, own := strings.CutPrefix(strings.ToLower(topic), ":")
	if !own && command.Lookup(name) != nil {
		return
	}
	for _, r := range p.shell {
		if r.Name == name || slices.Contains(r.Aliases, name) {
			p.gap()
			p.line(strings.TrimRight(":"+r.Name+" "+r.Args, " "))
			p.text("  ", r.Help, "  ")
			p.text("  ", "example: "+r.Example, "    ")
		}
	}
}

// terms writes the pages of all terms of that name: data items, search keys, flags.
func (p *page) terms(topic string) {
	word, section, _ := strings.Cut(topic, "[")
	for _, v := range command.Vocabularies() {
		info := v.Info()
		for i, t := range v.Terms() {
			switch {
			case !strings.EqualFold(t.Name, word), section != "" && t.Section == command.NoSection:
				continue
			case v == command.EnableCaps, v == command.Rights && len(topic) > 1:
				continue // the capability itself has a page
			}
			p.gap()
			p.text("", fmt.Sprintf("%s, %s", v.Terms()[i].Synopsis(), withArticle(info.One)), hanging)
			p.text("  ", sentence(needs(t.Help, t.Caps...)), "  ")
			if t.Section == command.TextSection {
				p.vocabulary("section:", command.SectionSpecs())
			}
			p.flag(v, t.Name)
			if info.Home != "" {
				p.see([]string{strings.ToLower(info.Home)})
			}
			p.line("  " + t.RFC)
		}
	}
}

// withArticle puts "a" or "an" before a word.
func withArticle(s string) string {
	if strings.IndexByte("aeiou", s[0]) >= 0 {
		return "an " + s
	}
	return "a " + s
}

// flag shows how a flag is used.
func (p *page) flag(v command.Vocabulary, name string) {
	if v != command.SystemFlags {
		return
	}
	p.line("  example: STORE 5 +FLAGS (" + name + ")")
	key := strings.ToUpper(strings.TrimPrefix(name, `\`))
	if name[0] != '\\' {
		p.line("  example: SEARCH KEYWORD " + name)
		p.line("  example: SEARCH UNKEYWORD " + name)
		return
	}
	p.line("  example: SEARCH " + key)
	p.line("  example: SEARCH UN" + key)
	switch key {
	case "DELETED":
		p.text("  ", "It does not remove the message: EXPUNGE, UID EXPUNGE and CLOSE do. Until then you can undo it with -FLAGS. On a server without MOVE, move a message with COPY, this flag and EXPUNGE.", "  ")
	case "SEEN":
		p.text("  ", "FETCH of BODY[…], BINARY[…], RFC822 or RFC822.TEXT sets it; the .PEEK forms do not.", "  ")
	}
}

// code writes the page of a response code.
func (p *page) code(topic string) {
	c := command.LookupCode(strings.Trim(topic, "[]"))
	if c == nil {
		return
	}
	p.gap()
	p.text("", strings.TrimRight(c.Name+" "+c.Args, " ")+", a response code", hanging)
	p.text("  ", sentence(c.Help), "  ")
	p.see(mentions(c.Name))
	p.line("  " + c.RFC)
}

// mentions returns the commands whose help or answers mention a response code.
func mentions(code string) []string {
	var out []string
	for _, c := range command.Commands() {
		for _, text := range []string{c.Answer, c.Results.OK, c.Results.NO, c.Results.BAD, c.Help} {
			if strings.Contains(text, code) {
				out = append(out, strings.ToLower(c.Name))
				break
			}
		}
	}
	return out
}

// capability writes the page of a capability: what it adds.
func (p *page) capability(topic string) {
	c := command.LookupCapability(topic)
	if c == nil || command.Lookup(topic) != nil {
		return
	}
	p.gap()
	name := c.Name
	if c.Value && !strings.Contains(topic, "=") {
		name += "[=value]"
	}
	p.text("", name+", a capability", hanging)
	p.text("  ", sentence(c.Help), "  ")
	if len(c.ImpliedBy) > 0 {
		p.text("  ", "part of "+strings.Join(c.ImpliedBy, " and of "), "  ")
	}
	has := func(caps []string) bool {
		for _, n := range caps {
			if n == c.Name || c.Value && strings.HasPrefix(n, c.Name+"=") {
				return true
			}
		}
		return false
	}
	var rows [][2]string
	for _, cmd := range command.Commands() {
		if has(cmd.Caps) {
			rows = append(rows, [2]string{cmd.Name, cmd.Summary})
		}
	}
	if c.Name != "IMAP4REV1" && c.Name != "AUTH" {
		for _, v := range command.Vocabularies() {
			for _, t := range v.Terms() {
				if has(t.Caps) {
					rows = append(rows, [2]string{t.Synopsis(), v.Info().One + ": " + t.Help})
				}
			}
		}
	}
	p.rows("it adds:", rows)
	if p.view.Caps != nil && !p.view.Offers(c.Name) {
		p.line("  not available here")
	}
	p.line("  " + c.RFC)
}

// concept writes the page of a concept.
func (p *page) concept(topic string) {
	c := command.LookupConcept(topic)
	if c == nil || command.Lookup(topic) != nil && c.Name != strings.ToLower(topic) {
		return
	}
	p.gap()
	p.text("", c.Title, "")
	p.paragraphs("  ", c.Text)
	p.see(c.See)
	if c.RFC != "" {
		p.line("  " + c.RFC)
	}
}

// sentence returns s with a capital letter and a full stop, except after "]".
func sentence(s string) string {
	if s == "" {
		return s
	}
	if c := s[0]; 'a' <= c && c <= 'z' {
		s = string(c-'a'+'A') + s[1:]
	}
	if strings.HasSuffix(s, "]") {
		return s
	}
	return s + "."
}

// nearTopic returns the topic that a mistyped one was probably meant to be, and whether there is one.
func nearTopic(topic string) (string, bool) {
	if near, ok := command.Near(topic); ok {
		return strings.ToLower(near), true
	}
	var words []string
	for _, c := range command.Concepts() {
		words = append(words, c.Name)
	}
	for _, l := range pages {
		words = append(words, l.name)
	}
	if near, ok := command.Nearest(topic, words); ok && len(topic) > 2 {
		return near, true
	}
	lower := strings.ToLower(topic)
	if len(lower) < 3 {
		return "", false
	}
	for _, c := range command.Commands() {
		if command.HasPrefixFold(c.Name, lower) {
			return strings.ToLower(c.Name), true
		}
	}
	return "", false
}
