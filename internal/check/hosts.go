package check

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"imapsh/internal/conn"
)

// ReadHosts reads a list of servers, one per line, in any form that the command line takes. It skips empty lines and
// comments, which begin with "#" at the start of a line or after a space. A server that is listed twice is an error,
// because its results could not be told apart.
func ReadHosts(from io.Reader) ([]conn.Target, error) {
	var list []conn.Target
	lines := map[string]int{}
	in := bufio.NewScanner(from)
	for n := 1; in.Scan(); n++ {
		text := strings.TrimPrefix(in.Text(), "\ufeff")
		if i := strings.Index(" "+strings.ReplaceAll(text, "\t", " "), " #"); i >= 0 {
			text = text[:i]
		}
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		t, err := conn.ParseTarget(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if before, twice := lines[t.String()]; twice {
			return nil, fmt.Errorf("line %d: %s is already on line %d", n, t, before)
		}
		lines[t.String()] = n
		list = append(list, t)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("reading the list of servers: %w", err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("the list contains no servers")
	}
	return list, nil
}
