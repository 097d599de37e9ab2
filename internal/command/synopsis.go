package command

import "strings"

// Synopsis returns the command and its arguments on one line, derived from Args:
// "STORE sequence-set [(UNCHANGEDSINCE mod-sequence)] [+|-]FLAGS[.SILENT] flags".
func (c *Command) Synopsis() string {
	if args := Synopsis(c.Args); args != "" {
		return c.Name + " " + args
	}
	return c.Name
}

// Synopsis returns a grammar on one line: [x] is optional, (x) is in parentheses, a|b is one of them, "..." means
// that more may follow.
func Synopsis(args []Arg) string {
	var b strings.Builder
	for i := range args {
		if args[i].Hidden {
			continue
		}
		glue(&b, args[i].synopsis())
	}
	return b.String()
}

// Synopsis returns the term and what follows it, on one line.
func (t *Term) Synopsis() string {
	name := t.Name
	if t.Section != NoSection {
		name += "[section]"
	}
	if t.Partial {
		name += "[<offset.count>]"
	}
	if len(t.Args) > 0 {
		name += " " + Synopsis(t.Args)
	}
	return name
}

func glue(b *strings.Builder, s string) {
	if s == "" {
		return
	}
	if b.Len() > 0 && s[0] != ')' && !strings.HasSuffix(b.String(), "(") {
		b.WriteByte(' ')
	}
	b.WriteString(s)
}

func (a *Arg) synopsis() string {
	s := a.single()
	if a.Repeat && a.only() == nil {
		s += " ..."
	}
	if a.Optional {
		s = "[" + s + "]"
	}
	return s
}

// only returns the single term of a's table; nil if it has several. The synopsis shows that term in place of the
// table's name, and only once, even if the grammar lets it repeat.
func (a *Arg) only() *Term {
	if a.Kind != Terms {
		return nil
	}
	if all := a.Terms.Terms(); len(all) == 1 {
		return &all[0]
	}
	return nil
}

// single returns the synopsis of one occurrence of a. A composed argument with a name is shown by its name.
func (a *Arg) single() string {
	if t := a.only(); t != nil {
		return t.Synopsis()
	}
	if a.Name != "" {
		return a.Name
	}
	switch a.Kind {
	case Sequence:
		return Synopsis(a.Args)
	case List:
		return "(" + Synopsis(a.Args) + ")"
	case OneOf:
		var alt []string
		for i := range a.Args {
			if !a.Args[i].Hidden {
				alt = append(alt, a.Args[i].synopsis())
			}
		}
		return strings.Join(alt, "|")
	}
	return ""
}

// rest returns the synopsis of what is still to come from p on, without options that need a capability that
// is not advertised.
func (p *place) rest(v *View) string {
	var b strings.Builder
	for ; p != nil; p = p.next {
		switch a := p.arg; {
		case a.Hidden, p.phase == whole && a.Optional && !a.offered(v):
		case p.phase == whole:
			glue(&b, a.synopsis())
		case p.phase == once:
			glue(&b, a.single())
		case p.phase == again && a.only() == nil:
			glue(&b, "["+a.single()+" ...]")
		case p.phase == ending:
			glue(&b, ")")
		}
	}
	return b.String()
}

// offered reports whether a is advertised: the capability that it needs, or that its first word needs.
func (a *Arg) offered(v *View) bool {
	if a.Cap != "" && !v.Offers(a.Cap) {
		return false
	}
	if a.Kind == Terms {
		for _, t := range a.Terms.Terms() {
			if v.Offers(t.Caps...) {
				return true
			}
		}
		return false
	}
	return len(a.Args) == 0 || a.Kind == OneOf || a.Args[0].offered(v)
}
