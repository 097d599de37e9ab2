package testserver

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Replies are what a canned server does for each command, by its name in capitals ("UID FETCH" is
// "UID"). A command that is not there is answered OK.
type Replies map[string][]Step

// With gives the replies with some others in their place.
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

// Reply answers commands from replies until LOGOUT or the end. Literals are asked for and read
// before the command is answered.
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

// Do calls a function of the test's.
func Do(f func()) Step {
	return func(*exchange) error {
		f()
		return nil
	}
}

// Idle is an IDLE: "+ idling", what is pushed once ready is closed, and OK after DONE.
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

// announced is a literal at the end of a line, non-synchronizing or not (RFC 7888 §3).
var announced = regexp.MustCompile(`\{(\d+)(\+?)\}$`)

// readLiterals reads the literals of a command whose first line this is.
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
			if _, err := io.WriteString(x.conn, "+ go on\r\n"); err != nil {
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

// Respond sends what a function makes of the line that was received; "{tag}" in it is as of Send.
// The function may be called from several connections, one at a time.
func Respond(f func(line string) string) Step {
	var mu sync.Mutex
	return func(x *exchange) error {
		mu.Lock()
		text := f(x.line)
		mu.Unlock()
		return Send(text)(x)
	}
}
