package cli

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"imapsh/repl"
)

// scripted tells whether the input is a script: anything but a person at a terminal.
func (f *flags) scripted() bool {
	return len(f.execute) > 0 || f.file != "" || !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stdout.Fd()))
}

// scripts are the inputs in the order of -e, -f, standard input.
func (f *flags) scripts() ([]repl.Script, error) {
	if !f.scripted() {
		return nil, nil
	}
	var list []repl.Script
	if len(f.execute) > 0 {
		list = append(list, repl.Script{Name: "-e", From: strings.NewReader(strings.Join(f.execute, "\n") + "\n")})
	}
	switch {
	case f.file == "-" || f.file == "" && len(f.execute) == 0:
		list = append(list, repl.Script{Name: "standard input", From: os.Stdin})
	case f.file != "":
		file, err := os.Open(f.file)
		if err != nil {
			return nil, fmt.Errorf("reading the script: %w", err)
		}
		list = append(list, repl.Script{Name: f.file, From: file})
	}
	return list, nil
}
