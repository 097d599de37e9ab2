package completion

import (
	"slices"
	"strings"

	"imapsh/internal/command"
)

// shellArguments completes the argument of a shell command; ok is false if the line is not one.
func (a Around) shellArguments(line string, v *command.View) (r Result, ok bool) {
	text := strings.TrimLeft(line, " \t")
	name, arg, has := strings.Cut(text, " ")
	if !has {
		return Result{}, false
	}
	var found *ShellCommand
	for i := range a.Shell {
		if strings.EqualFold(a.Shell[i].Name, name) {
			found = &a.Shell[i]
		}
	}
	if found == nil {
		return Result{Start: len(line)}, strings.HasPrefix(name, ":")
	}
	arg = strings.TrimLeft(arg, " ")
	r.Start = len(line) - len(arg)
	add := func(text, help string) {
		if command.HasPrefixFold(text, arg) {
			r.Items = append(r.Items, Item{Text: text, Help: help})
		}
	}
	if found.Words != nil {
		from, items := found.Words(arg)
		r.Start += from
		for _, item := range items {
			if command.HasPrefixFold(item.Text, arg[from:]) {
				r.Items = append(r.Items, item)
			}
		}
		return r, true
	}
	for _, word := range strings.Split(strings.Trim(found.Args, "[]"), "|") {
		switch {
		case word == "FILE":
			r.Items = append(r.Items, a.FileItems(arg)...)
		case strings.HasPrefix(word, "MECH") && !strings.Contains(arg, " "):
			mechanisms(v, add)
		case word == "TOPIC":
			a.topics(add)
		case word != "" && (word == strings.ToLower(word) || isMechanism(word)):
			add(word, "")
		}
	}
	return r, true
}

// mechanisms adds the mechanisms that the server offers, or all of them while that is not known.
func mechanisms(v *command.View, add func(text, help string)) {
	for _, t := range command.MechanismNames.Terms() {
		if v.Caps == nil || v.Has("AUTH="+t.Name) {
			add(t.Name, t.Help)
		}
	}
}

func isMechanism(word string) bool {
	return slices.ContainsFunc(command.MechanismNames.Terms(), func(t command.Term) bool { return t.Name == word })
}

// topics adds what help has pages about.
func (a Around) topics(add func(text, help string)) {
	for _, l := range a.Pages {
		add(l[0], l[1])
	}
	for _, c := range command.Commands() {
		add(strings.ToLower(c.Name), c.Summary)
	}
	for _, c := range command.Concepts() {
		if command.Lookup(c.Name) == nil {
			add(c.Name, c.Title)
		}
	}
	for _, t := range command.SystemFlags.Terms() {
		add(t.Name, t.Help)
	}
	for _, c := range command.Capabilities() {
		if command.Lookup(c.Name) == nil {
			add(c.Name, c.Help)
		}
	}
	for _, c := range command.Codes() {
		if command.LookupCapability(c.Name) == nil {
			add(c.Name, c.Help)
		}
	}
}

// redirected completes the file after < or > at the end of a line.
func (a Around) redirected(line string) (r Result, ok bool) {
	i := strings.LastIndexAny(line, " \t")
	if i < 0 {
		return Result{}, false
	}
	before := strings.TrimRight(line[:i], " \t")
	op := before[strings.LastIndexAny(before, " \t")+1:]
	fetch, appends := strings.Contains(strings.ToUpper(before), "FETCH "), strings.Contains(strings.ToUpper(before), "APPEND ") || strings.Contains(strings.ToUpper(before), "REPLACE ")
	if !(fetch && (op == ">" || op == ">>") || appends && (op == "<" || op == "<=")) {
		return Result{}, false
	}
	return Result{Start: i + 1, Items: a.FileItems(line[i+1:])}, true
}

// FileItems returns the names of files that begin with typed, quoted if necessary; a directory may be continued.
func (a Around) FileItems(typed string) []Item {
	if a.Files == nil {
		return nil
	}
	quoted := strings.HasPrefix(typed, `"`)
	if quoted {
		typed = unescape(typed[1:])
	}
	var out []Item
	for _, name := range a.Files(typed) {
		item := Item{Text: name, Open: strings.HasSuffix(name, "/")}
		if quoted || strings.ContainsAny(name, " \"") {
			item.Text = command.Quote(name)
			if item.Open {
				item.Text = strings.TrimSuffix(item.Text, `"`)
			}
		}
		out = append(out, item)
	}
	return out
}
