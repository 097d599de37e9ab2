package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"imapsh/repl"
)

// A given is one -e or -f on the command line.
type given struct {
	text string // the command, or the name of the file
	file bool
}

// A scriptFlag is -e or -f: each use of either adds to one list, in the order of the command line.
type scriptFlag struct {
	to   *[]given
	file bool
}

// String returns "": there is no default.
func (scriptFlag) String() string { return "" }

// Set adds a command or a file.
func (v scriptFlag) Set(text string) error {
	*v.to = append(*v.to, given{text, v.file})
	return nil
}

// Type returns the placeholder for the value in help.
func (scriptFlag) Type() string { return "TEXT" }

// scripted reports whether the input is a script, which is anything but a person at a terminal.
func (f *flags) scripted() bool {
	return f.alone || len(f.given) > 0 || !isTerminal(f.stdin) || !isTerminal(f.stdout)
}

// maxRepeated is how large a script may be that runs several times, in bytes.
const maxRepeated = 16 << 20

// repeats reports whether the scripts run more than once.
func (f *flags) repeats() bool { return f.times > 1 || f.span > 0 }

// judgeTimes returns an error if --times or --for is not valid.
func (f *flags) judgeTimes() error {
	switch {
	case f.times < 0 || f.span < 0:
		return errors.New("--times and --for must not be negative")
	case f.repeats() && !f.scripted():
		return errors.New("--times and --for need a script: -e, -f or standard input")
	}
	return nil
}

// scripts returns the inputs. If they run several times, it first reads them completely.
func (f *flags) scripts() ([]repl.Script, error) {
	list, err := f.inputs()
	if err != nil || !f.repeats() {
		return list, err
	}
	for i := range list {
		s := &list[i]
		text, err := io.ReadAll(io.LimitReader(s.From, maxRepeated+1))
		if err == nil && len(text) > maxRepeated {
			err = errors.New("a script that runs several times must not be larger than 16 MiB")
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", s.Name, err)
		}
		s.From, s.Stream = bytes.NewReader(text), false
	}
	return list, nil
}

// inputs returns the inputs in the order of the command line, or standard input if there are none.
// Consecutive uses of -e are the lines of one input.
func (f *flags) inputs() ([]repl.Script, error) {
	if !f.scripted() {
		return nil, nil
	}
	if len(f.given) == 0 {
		return []repl.Script{f.standardInput()}, nil
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
			list = append(list, f.standardInput())
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

func (f *flags) standardInput() repl.Script {
	return repl.Script{Name: "standard input", From: f.stdin, Stream: true}
}
