package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"imapsh/repl"
)

// A given is one -e or -f of the command line.
type given struct {
	text string // the command, or the file's name
	file bool
}

// A scriptFlag is -e or -f: each use of either adds to one list, in the order of the command line.
type scriptFlag struct {
	to   *[]given
	file bool
}

// String returns "": there is no default.
func (scriptFlag) String() string { return "" }

// Set adds what was given.
func (v scriptFlag) Set(text string) error {
	*v.to = append(*v.to, given{text, v.file})
	return nil
}

// Type returns the kind of value in help.
func (scriptFlag) Type() string { return "string" }

// scripted reports whether the input is a script: anything but a person at a terminal.
func (f *flags) scripted() bool {
	return len(f.given) > 0 || !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stdout.Fd()))
}

// scripts returns the inputs in the order of the command line, standard input where there are none.
// Uses of -e that follow each other are the lines of one.
func (f *flags) scripts() ([]repl.Script, error) {
	if !f.scripted() {
		return nil, nil
	}
	if len(f.given) == 0 {
		return []repl.Script{standardInput()}, nil
	}
	var list []repl.Script
	stdin := false
	for i := 0; i < len(f.given); i++ {
		g := f.given[i]
		switch {
		case !g.file:
			var lines strings.Builder
			for ; i < len(f.given) && !f.given[i].file; i++ {
				lines.WriteString(f.given[i].text + "\n")
			}
			i--
			list = append(list, repl.Script{Name: "-e", From: strings.NewReader(lines.String())})
		case g.text == "-" && stdin:
			return nil, errors.New("-f -: standard input can be read only once")
		case g.text == "-":
			stdin = true
			list = append(list, standardInput())
		default:
			from, err := repl.OpenScript(g.text)
			if err != nil {
				return nil, fmt.Errorf("reading the script: %w", err)
			}
			list = append(list, repl.Script{Name: g.text, From: from})
		}
	}
	return list, nil
}

func standardInput() repl.Script {
	return repl.Script{Name: "standard input", From: os.Stdin, Stream: true}
}
