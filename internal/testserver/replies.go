package testserver

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Replies holds what a canned server does for each command, by the first word of its name in capitals
// ("UID" for UID FETCH). A command that is not in it is answered with OK.
type Replies map[string][]Step

// With returns a copy in which others replace the replies to the same commands.
func (r Replies) With(others Replies) Replies {
	all := Replies{}
	for name, steps := range r {
		all[name] = steps
	}
	for name, steps := range others {
		all[name] = steps
	}
	return all
}

// Reply answers commands from replies until LOGOUT or the end of the connection. It reads the literals of
// a command, and asks for those that are synchronizing, before it answers.
func Reply(replies Replies) Step {
	return func(x *exchange) error {
		for {
			line, err := x.readLine()
			if err != nil {
				return errEnd
			}
			tag, rest, _ := strings.Cut(line, " ")
			x.tag, x.line = tag, line
			if err := x.readLiterals(line); err != nil {
				return errEnd
			}
			name, _, _ := strings.Cut(strings.ToUpper(rest), " ")
			steps, ok := replies[name]
			if !ok {
				steps = []Step{Send("{tag} OK done\r\n")}
			}
			for _, step := range steps {
				if err := step(x); err != nil {
					return err
				}
			}
			if name == "LOGOUT" {
				return errEnd
			}
		}
	}
}

// Do calls f.
func Do(f func()) Step {
	return func(*exchange) error {
		f()
		return nil
	}
}

// Idle answers an IDLE: "+ idling", pushed once ready is closed, and OK after DONE.
func Idle(ready <-chan struct{}, pushed string) Step {
	return func(x *exchange) error {
		if _, err := io.WriteString(x.conn, "+ idling\r\n"); err != nil {
			return errEnd
		}
		done := make(chan error, 1)
		go func() {
			_, err := x.readLine()
			done <- err
		}()
		for {
			select {
			case <-ready:
				ready = nil
				if _, err := io.WriteString(x.conn, pushed); err != nil {
					return errEnd
				}
			case err := <-done:
				if err != nil {
					return errEnd
				}
				_, err = io.WriteString(x.conn, x.tag+" OK done\r\n")
				return err
			}
		}
	}
}

// announced matches the announcement of a literal at the end of a line, synchronizing or not (RFC 7888 §3).
var announced = regexp.MustCompile(`\{(\d+)(\+?)\}$`)

// readLiterals reads the literals of the command that begins with line, and the lines after them.
func (x *exchange) readLiterals(line string) error {
	for {
		m := announced.FindStringSubmatch(line)
		if m == nil {
			return nil
		}
		size, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			return fmt.Errorf("reading the size of a literal: %w", err)
		}
		if m[2] == "" {
			if _, err := io.WriteString(x.conn, "+ ready\r\n"); err != nil {
				return err
			}
		}
		if _, err := io.CopyN(recorder{x.server}, x.in, size); err != nil {
			return err
		}
		if line, err = x.readLine(); err != nil {
			return err
		}
	}
}

// Respond sends what f returns for the line that was received; "{tag}" in it is replaced as by Send.
// Several connections may call f, but only one at a time.
func Respond(f func(line string) string) Step {
	var mu sync.Mutex
	return func(x *exchange) error {
		mu.Lock()
		text := f(x.line)
		mu.Unlock()
		return Send(text)(x)
	}
}
