package cli

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/exporter"
	"imapsh/internal/profile"
	"imapsh/internal/sasl"
	"imapsh/repl"
)

// longestProbe is how long a probe may take if its request does not say how long.
const longestProbe = 2 * time.Minute

// notServed are the flags of check that make no sense with --serve.
var notServed = []string{"profile", "output", "repeat", "count", "log", "quiet", "strict", "color", "password-command", "password-fd", "token-command"}

// exports runs "imapsh check --serve". All servers that can be asked for are known before the first request.
func (k *checkFlags) exports(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return errors.New("--serve takes no URL: it checks the servers of the profiles and of -f")
	}
	for _, name := range notServed {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s cannot be combined with --serve", name)
		}
	}
	if err := k.judge(1); err != nil {
		return err
	}
	k.alone = true
	known, err := k.served(c)
	if err != nil {
		return err
	}
	on, err := net.Listen("tcp", k.serve)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", k.serve, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-k.signals
		cancel()
	}()
	fmt.Fprintf(k.stderr, "-- http://%s/probe checks %d servers, %d profiles; %d at a time\n", on.Addr(), len(known.servers), len(known.profiles), k.jobs)
	return exporter.New(exporter.Options{Pick: known.pick, Jobs: k.jobs, Longest: longestProbe, Log: log.New(notes{k.stderr}, "", 0)}).Serve(ctx, on)
}

// A served is a server that can be checked, with the settings for that.
type served struct {
	k       *checkFlags
	target  conn.Target // the zero value for a profile without a URL
	profile string      // its name; "" if there is none
	set     repl.Settings
	link    conn.Options
}

// needs reports whether the check of a server needs a secret.
func (s *served) needs(t conn.Target) bool { return t.User != "" && check.NeedsSecret(s.k.authOf(t)) }

// commandFor returns the command that prints the secret; "" if there is none.
func (s *served) commandFor(t conn.Target) string {
	if m := sasl.Lookup(s.k.authOf(t)); m != nil && m.Needs == sasl.Token && s.set.TokenCommand != "" {
		return s.set.TokenCommand
	}
	return s.set.PasswordCommand
}

// knownServers are all servers and profiles that can be asked for.
type knownServers struct {
	servers  []*served // those of profiles first
	profiles map[string]*served
}

// served reads and checks the profiles and the list of servers.
func (k *checkFlags) served(c *cobra.Command) (*knownServers, error) {
	file, err := k.readProfiles(c)
	if err != nil {
		return nil, err
	}
	known := &knownServers{profiles: map[string]*served{}}
	for _, p := range file.Profiles {
		s, err := k.servedBy(c, file, p)
		if err != nil {
			return nil, err
		}
		known.profiles[p.Name] = s
		if p.URL.Value == "" {
			continue
		}
		if s.target, err = conn.ParseTarget(p.URL.Value); err != nil {
			return nil, file.Fault(p.URL.Line, "url: %w", err)
		}
		if s.needs(s.target) && s.commandFor(s.target) == "" {
			return nil, file.Fault(p.Line, "the profile %s has a user but no password-command, which --serve needs", p.Name)
		}
		known.servers = append(known.servers, s)
	}
	if k.hosts != "" {
		list, err := k.listed()
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			s, err := k.servedBy(c, file, nil)
			if err != nil {
				return nil, err
			}
			s.target = t
			known.servers = append(known.servers, s)
		}
	}
	if len(known.servers) == 0 {
		return nil, errors.New("no servers to check: name some in profiles (imapsh profiles) or in a list (-f HOSTS)")
	}
	return known, nil
}

// servedBy returns a served with the settings of a profile; p is nil for none.
func (k *checkFlags) servedBy(c *cobra.Command, file *profile.File, p *profile.Profile) (*served, error) {
	set, err := k.settingsOf(c, file, p)
	if err != nil {
		return nil, err
	}
	link := set.Session.Conn
	link.Timeout, link.Now, link.Stderr = k.timeout, time.Now, escaped{k.stderr}
	if err := link.Check(); err != nil {
		return nil, err
	}
	s := &served{k: k, set: set, link: link}
	if p != nil {
		s.profile = p.Name
	}
	return s, nil
}

// pick returns the check that a request asks for.
func (known *knownServers) pick(target, name string) (exporter.Check, error) {
	var t conn.Target
	if target != "" {
		var err error
		if t, err = conn.ParseTarget(target); err != nil {
			return nil, errors.New("the target is not the URL of a server")
		}
	}
	if name == "" {
		if s := known.find(t); s != nil {
			return s.check(s.target), nil
		}
		return nil, exporter.ErrUnknown
	}
	s := known.profiles[name]
	switch {
	case s == nil:
		return nil, exporter.ErrUnknown
	case s.target != (conn.Target{}) && (target == "" || asksFor(t, s.target)):
		return s.check(s.target), nil
	case s.target != (conn.Target{}):
		return nil, errors.New("the profile is for another server than the target")
	case target == "":
		return nil, errors.New("the profile has no url: a target is needed")
	}
	if of := known.find(t); of != nil {
		return s.check(of.target), nil
	}
	return nil, exporter.ErrUnknown
}

// find returns the server that a target names; nil if there is none.
func (known *knownServers) find(t conn.Target) *served {
	for _, s := range known.servers {
		if asksFor(t, s.target) {
			return s
		}
	}
	return nil
}

// asksFor reports whether the target of a request is a known server. It may leave out the user, the mailbox and the
// mechanism.
func asksFor(t, known conn.Target) bool {
	return t.Scheme == known.Scheme && strings.EqualFold(t.Host, known.Host) && t.Port == known.Port && t.Path == known.Path && strings.EqualFold(t.Domain, known.Domain) &&
		(t.User == "" || t.User == known.User) && (t.Mailbox == "" || t.Mailbox == known.Mailbox) && (t.Auth == "" || t.Auth == known.Auth)
}

// check returns the check of a server.
func (s *served) check(t conn.Target) exporter.Check {
	return func(ctx context.Context) *check.Report {
		o := s.k.optionsOf(t, &s.set, s.link)
		if s.needs(t) {
			o.Password = func() (string, error) { return s.secret(ctx, t) }
		}
		return check.Run(ctx, o)
	}
}

// secret runs the command that prints the secret.
func (s *served) secret(ctx context.Context, t conn.Target) (string, error) {
	command := s.commandFor(t)
	if command == "" {
		return "", errors.New("no profile has the password: name one in the request, or leave out the user")
	}
	secret, err := s.k.askCommand(ctx, "password-command of profile "+s.profile, command, t)
	if err == nil && secret == "" {
		err = errors.New("password-command of profile " + s.profile + ": the password is empty")
	}
	return secret, err
}
