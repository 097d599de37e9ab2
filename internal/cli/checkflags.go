package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/check"
	"imapsh/internal/conn"
)

// checkFlags are what the command line of a check says, besides the connection's flags.
type checkFlags struct {
	*flags
	hosts         string
	jobs          int
	output        string
	write         bool
	messages      string
	limits        []string
	repeat        time.Duration
	count         int
	auth          string
	log           string
	timeout, idle time.Duration
	strict, quiet bool
	thresholds    check.Limits
	newest        int
	all           bool
}

// targets are the servers to check.
func (k *checkFlags) targets(args []string) ([]conn.Target, error) {
	switch {
	case k.hosts != "" && len(args) > 0:
		return nil, errors.New("-f takes the place of a URL: give one of them")
	case k.hosts == "" && len(args) == 0:
		return nil, errors.New("which server? imapsh check imaps://user@host, or -f HOSTS")
	case k.hosts == "":
		if err := oneServer(nil, args); err != nil {
			return nil, err
		}
		t, err := conn.ParseTarget(args[0])
		return []conn.Target{t}, err
	}
	from, name := io.Reader(os.Stdin), "standard input"
	if k.hosts != "-" {
		file, err := os.Open(k.hosts)
		if err != nil {
			return nil, fmt.Errorf("reading the list of servers: %w", err)
		}
		defer file.Close()
		from, name = file, k.hosts
	}
	list, err := check.ReadHosts(from)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// judge finds what contradicts itself in the flags, and reads those that are more than a word.
func (k *checkFlags) judge(servers int) (err error) {
	if _, err = oneOf(k.output, "output", map[string]bool{"table": true, "json": true, "nagios": true, "prometheus": true}); err != nil {
		return err
	}
	if k.auth != "" && !slices.Contains(check.Auths(), k.auth) {
		return fmt.Errorf("--auth %q: it is one of %s", k.auth, strings.Join(check.Auths(), ", "))
	}
	switch {
	case k.output == "nagios" && (k.hosts != "" || k.repeat > 0):
		return errors.New("-o nagios is one line: without -f and --repeat")
	case k.output == "prometheus" && k.repeat > 0:
		return errors.New("-o prometheus is the state of one moment: without --repeat")
	case k.hosts != "" && k.repeat > 0:
		return errors.New("--repeat is for one server: without -f")
	case k.hosts != "" && k.log != "":
		return errors.New("--log is the transcript of one server: without -f")
	case k.count < 0 || k.count > 0 && k.repeat <= 0:
		return errors.New("--count goes with --repeat, and is not negative")
	case k.repeat < 0 || k.timeout <= 0 || k.idle <= 0 || k.jobs < 1:
		return errors.New("--repeat, --timeout, --idle-for and --jobs are more than nothing")
	}
	if k.all = k.messages == "all"; !k.all {
		if k.newest, err = strconv.Atoi(k.messages); err != nil || k.newest < 1 {
			return fmt.Errorf("--messages %q: it is a number from 1 on, or all", k.messages)
		}
	}
	k.thresholds = check.Limits{}
	for _, text := range k.limits {
		name, limit, err := check.ParseLimit(text)
		if err != nil {
			return err
		}
		k.thresholds[name] = limit
	}
	return nil
}

// transcript opens the log; without one what is written goes nowhere.
func (k *checkFlags) transcript() (*os.File, error) {
	if k.log == "" {
		return nil, nil
	}
	file, err := os.OpenFile(k.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the transcript: %w", err)
	}
	return file, nil
}
