package cli

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"imapsh/internal/conn"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/render"
	"imapsh/repl"
)

// tlsFlags are the flags of "imapsh tls", in addition to those for connecting.
type tlsFlags struct {
	*flags
	output string
	days   int
}

// tlsCommand returns the command "imapsh tls".
func (f *flags) tlsCommand() *cobra.Command {
	k := &tlsFlags{flags: f}
	c := &cobra.Command{
		Use:   "tls [flags] HOST[:PORT] | URL",
		Short: "show a server's TLS and its certificates",
		Long: `tls makes a TLS handshake, and a second one to see whether the session can be resumed. It shows what
was negotiated, what each side asked for, and the chain of certificates. It does not log in.

The exit status is 0 if the certificate is verified (with --pin, if it is the pinned one) and valid
for at least --days more; 1 if it is not; 2 usage; 3 no connection, or no TLS.`,
		Example: `  imapsh tls mail.example.net
  imapsh tls --starttls mail.example.net
  imapsh tls --days 14 -o json mail.example.net:993
  imapsh tls -o pem mail.example.net > chain.pem`,
		Args: oneServer,
		RunE: func(c *cobra.Command, args []string) error { return k.run(c, args) },
	}
	c.SetFlagErrorFunc(plainly)
	f.addLink(c)
	f.addProfile(c)
	for _, name := range []string{"color", "verbose"} {
		f.addSetting(c, repl.LookupSetting(name))
	}
	c.Flags().StringVarP(&k.output, "output", "o", "table", "print the result as `FORMAT`: table or json, or only the certificates: pem")
	c.RegisterFlagCompletionFunc("output", completeValues("table|json|pem"))
	c.Flags().IntVar(&k.days, "days", 0, "exit 1 if the certificate is valid for fewer than `N` days")
	return c
}

func (k *tlsFlags) run(c *cobra.Command, args []string) error {
	if _, err := oneOf(k.output, "output", map[string]bool{"table": true, "json": true, "pem": true}); err != nil {
		return err
	}
	target, err := k.target(c, args)
	if err != nil {
		return err
	}
	o := k.set.Session.Conn
	o.Timeout, o.Now, o.Stderr = k.dialMost, time.Now, escaped{k.stderr}
	o.Sessions = tls.NewLRUClientSessionCache(1)
	if k.set.Session.Verbose {
		o.Tell = func(text string) { fmt.Fprintln(k.stderr, "-- "+wire.EscapeString(text)) }
	}
	// The report also shows certificates that are not accepted, so they are judged only here.
	pin, trusting := o.Pin, o.Insecure
	o.Pin, o.Insecure = conn.Pin{}, true
	if err := o.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-k.signals
		cancel()
	}()
	info, err := handshakeWith(ctx, target, o)
	if err != nil {
		return k.failed(ctx, err)
	}
	again, err := handshakeWith(ctx, target, o)
	if e := (*conn.Error)(nil); errors.As(err, &e) {
		info.Unresumed = e.Resuming
	}
	info.Pinned = pin.Fits(info.State.PeerCertificates)
	info.Verified = info.Reason == nil && !trusting
	k.show(&info, err == nil && again.State.DidResume)
	if !pin.IsZero() && !info.Pinned {
		fmt.Fprintln(k.stderr, "imapsh: the certificate is not the one pinned")
	}
	left := info.State.PeerCertificates[0].NotAfter.Sub(o.Now())
	if !info.Verified && !info.Pinned || !pin.IsZero() && !info.Pinned || left < time.Duration(k.days)*24*time.Hour {
		k.status = repl.StatusFailed
	}
	return nil
}

// target returns the server to connect to. A host without a port means imaps, or imap with --starttls.
func (k *tlsFlags) target(c *cobra.Command, args []string) (conn.Target, error) {
	if len(args) == 0 && k.profile == "" {
		return conn.Target{}, errors.New("which server? imapsh tls mail.example.net")
	}
	t, err := k.server(c, args)
	switch {
	case err != nil:
		return t, err
	case t.Scheme == conn.Unix:
		return t, errors.New("a local socket does not use TLS")
	case t.Scheme == conn.IMAPS && k.set.StartTLS:
		return t, fmt.Errorf("%s needs imap://: %s uses TLS from the start", k.nameOf("starttls"), t)
	}
	return t, nil
}

// failed reports why the handshake failed, and sets the status; it returns only usage errors.
func (k *tlsFlags) failed(ctx context.Context, err error) error {
	var usage *conn.UsageError
	if errors.As(err, &usage) {
		return err
	}
	if k.status = repl.StatusConnection; ctx.Err() != nil {
		k.status = repl.StatusInterrupted
	}
	k.complain(err)
	return nil
}

// show writes the report; resumes says that the second handshake resumed the session of the first.
func (k *tlsFlags) show(info *conn.Info, resumes bool) {
	if k.output == "pem" {
		k.stdout.Write(render.PEM(info))
		return
	}
	opt := render.Options{Out: k.stdout, Err: k.stderr, Now: time.Now, Width: columnsOf(k.stdout), Color: k.coloured(k.stdout, k.set.Color)}
	opt.Terminal = opt.Width != nil
	if k.output == "json" {
		opt.Mode = render.JSON
	}
	r := render.New(opt)
	if k.output == "table" {
		r.Hear(&trace.Event{Kind: trace.Note, At: time.Now(), Text: render.Reached(info, -1)})
	}
	state := *info.State
	state.DidResume = resumes
	info.State = &state
	r.Hear(&trace.Event{Kind: trace.Handshake, At: time.Now(), Info: info})
	r.Flush()
}

// handshakeWith connects, starts TLS, with STARTTLS for imap://, and returns what is known about the connection.
func handshakeWith(ctx context.Context, t conn.Target, o conn.Options) (conn.Info, error) {
	link, err := conn.Open(ctx, t, o)
	if err != nil {
		return conn.Info{}, err
	}
	defer link.Abort()
	stop := context.AfterFunc(ctx, func() { link.Abort() })
	defer stop()
	if t.Scheme == conn.IMAP {
		if err := startTLS(link, o.Timeout); err != nil {
			return conn.Info{}, &conn.Error{Phase: conn.TLSWith, Target: t, Err: err}
		}
	}
	if err := link.Secure(ctx); err != nil {
		return conn.Info{}, err
	}
	if t.Scheme == conn.IMAP {
		io.WriteString(link, "a2 LOGOUT\r\n")
	}
	link.SetReadDeadline(time.Now().Add(o.Timeout))
	bufio.NewReader(link).ReadSlice('\n') // tickets for resuming the session come before it
	return link.Info, nil
}

// startTLS reads the greeting, sends STARTTLS and reads the answer (RFC 9051 §6.2.1).
func startTLS(link io.ReadWriter, timeout time.Duration) error {
	if d, ok := link.(interface{ SetReadDeadline(time.Time) error }); ok && timeout > 0 {
		d.SetReadDeadline(time.Now().Add(timeout))
		defer d.SetReadDeadline(time.Time{})
	}
	in := bufio.NewReaderSize(link, 64<<10)
	read := func() (string, error) {
		text, err := in.ReadSlice('\n')
		if err != nil {
			return "", errors.New(conn.Plainly(err))
		}
		return strings.TrimRight(string(text), "\r\n"), nil
	}
	greeting, err := read()
	if err != nil {
		return fmt.Errorf("waiting for the greeting: %w", err)
	}
	if !strings.HasPrefix(strings.ToUpper(greeting), "* OK") {
		return fmt.Errorf("STARTTLS is not possible: the greeting is \"%s\"", wire.EscapeString(greeting))
	}
	if _, err := io.WriteString(link, "a1 STARTTLS\r\n"); err != nil {
		return errors.New(conn.Plainly(err))
	}
	for {
		line, err := read()
		if err != nil {
			return fmt.Errorf("waiting for the answer to STARTTLS: %w", err)
		}
		answer, tagged := strings.CutPrefix(line, "a1 ")
		switch {
		case tagged && !strings.HasPrefix(strings.ToUpper(answer), "OK"):
			return fmt.Errorf("STARTTLS was answered \"%s\"", wire.EscapeString(answer))
		case tagged && in.Buffered() > 0:
			return &conn.ExtraBytes{Count: in.Buffered()}
		case tagged:
			return nil
		case strings.HasPrefix(strings.ToUpper(line), "* BYE"):
			return fmt.Errorf("the server ended the session: \"%s\"", wire.EscapeString(line))
		}
	}
}
