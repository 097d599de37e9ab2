package check

import "github.com/fatih/color"

// A paint holds the colours of one stream; a nil function leaves a text as it is.
type paint struct {
	verdicts [4]func(...any) string
	faint    func(...any) string
	strong   func(...any) string
}

func newPaint(coloured bool) paint {
	if !coloured {
		return paint{}
	}
	of := func(attributes ...color.Attribute) func(...any) string {
		c := color.New(attributes...)
		c.EnableColor()
		return c.SprintFunc()
	}
	return paint{
		verdicts: [4]func(...any) string{
			Skipped: of(color.Faint), Passed: of(color.FgGreen),
			Warned: of(color.FgYellow, color.Bold), Failed: of(color.FgRed, color.Bold),
		},
		faint: of(color.Faint), strong: of(color.Bold),
	}
}

func (p *paint) verdict(v Verdict, text string) string { return apply(p.verdicts[v], text) }

func apply(f func(...any) string, text string) string {
	if f == nil || text == "" {
		return text
	}
	return f(text)
}
