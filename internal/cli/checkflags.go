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

	"github.com/spf13/cobra"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/text"
	"imapsh/repl"
)

// checkFlags are the flags of "imapsh check", in addition to those for connecting.
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
	serve         string // the address of the exporter
	thresholds    check.Limits
	newest        int
	all           bool
}

// targets returns the servers to check.
func (k *checkFlags) targets(c *cobra.Command, args []string) ([]conn.Target, error) {
	switch {
	case k.hosts != "" && len(args) > 0:
		return nil, errors.New("give either -f or a URL, not both")
	case k.hosts == "" && len(args) == 0 && k.profile == "":
		return nil, errors.New("no server given: imapsh check imaps://user@host, or imapsh check -f HOSTS")
	case k.hosts == "":
		if err := oneServer(nil, args); err != nil {
			return nil, err
		}
		t, err := k.server(c, args)
		return []conn.Target{t}, err
	}
	if err := k.takeProfile(c, k.profile); err != nil {
		return nil, err
	}
	return k.listed()
}

// listed returns the servers in the file of -f.
func (k *checkFlags) listed() ([]conn.Target, error) {
	from, name := io.Reader(k.stdin), "standard input"
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

// judge returns an error for flags that contradict each other, and parses --messages and --limit.
func (k *checkFlags) judge(servers int) (err error) {
	if _, err = oneOf(k.output, "output", map[string]bool{"table": true, "json": true, "nagios": true, "prometheus": true}); err != nil {
		return err
	}
	k.auth = strings.ToLower(k.auth)
	if k.auth != "" && !slices.Contains(check.Auths(), k.auth) {
		return fmt.Errorf("invalid --auth %q: use %s", k.auth, text.OneOf(check.Auths()))
	}
	switch {
	case k.output == "nagios" && (k.hosts != "" || k.repeat > 0):
		return errors.New("-o nagios cannot be combined with -f or --repeat")
	case k.output == "prometheus" && k.repeat > 0:
		return errors.New("-o prometheus cannot be combined with --repeat")
	case k.hosts != "" && k.repeat > 0:
		return errors.New("--repeat cannot be combined with -f")
	case k.hosts != "" && k.log != "":
		return errors.New("--log cannot be combined with -f")
	case k.count < 0 || k.count > 0 && k.repeat <= 0:
		return errors.New("--count needs --repeat, and must not be negative")
	case k.repeat < 0 || k.timeout <= 0 || k.idle <= 0 || k.jobs < 1:
		return errors.New("--repeat, --timeout, --idle-for and --jobs must be greater than 0")
	}
	if k.all = k.messages == "all"; !k.all {
		if k.newest, err = strconv.Atoi(k.messages); err != nil || k.newest < 1 {
			return fmt.Errorf("invalid --messages %q: use a number from 1, or all", k.messages)
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

// authOf returns how to log in to a server: as --auth says, otherwise as its URL says.
func (k *checkFlags) authOf(t conn.Target) string {
	if k.auth != "" || t.Auth == "*" {
		return k.auth
	}
	return strings.ToLower(t.Auth)
}

// transcript opens the file of --log; it returns nil without the flag.
func (k *checkFlags) transcript() (*os.File, error) {
	if k.log == "" {
		return nil, nil
	}
	file, err := repl.PrivateFile(k.log)
	if err != nil {
		return nil, fmt.Errorf("opening the transcript: %w", err)
	}
	return file, nil
}
