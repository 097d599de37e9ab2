package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"imapsh/internal/imaptest"
	"imapsh/internal/sasl"
	"imapsh/internal/suite"
	"imapsh/repl"
)

// headSize is how much of a file is read to find out whether it is an ImapTest file, in bytes.
const headSize = 8 << 10

// isImapTest reports whether a file has an ImapTest header.
func isImapTest(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headSize))
	return imaptest.IsTest(head), err
}

// isTest reports whether a file in a folder is a test.
func isTest(path string) (bool, error) {
	switch filepath.Ext(path) {
	case ".imap":
		return true, nil
	case ".mbox":
		return false, nil
	}
	return isImapTest(path)
}

// imapTest runs an ImapTest file.
func (k *testFlags) imapTest(ctx context.Context, opt repl.Options, file string) (res suite.Result) {
	res.File = file
	began := time.Now()
	defer func() { res.Took = time.Since(began) }()
	fail := func(err error) suite.Result {
		res.Verdict, res.Why = suite.Failed, err.Error()
		if bad, ok := err.(*imaptest.Error); ok {
			res.Line, res.Why = bad.Line, bad.Text
		}
		return res
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fail(fmt.Errorf("reading the test: %w", err))
	}
	test, err := imaptest.Read(text, k.environ.lookup)
	if err != nil || k.checkOnly {
		if err != nil {
			return fail(err)
		}
		return res
	}
	box := k.boxes.next()
	with := imaptest.Setting{User: k.target.User, User2: k.user2, Host: k.target.Host, Box: box.name}
	if with.Messages, err = imaptest.Messages(file); err != nil {
		return fail(fmt.Errorf("reading the messages of the test: %w", err))
	}
	if test.NeedsPassword() {
		secret, err := k.secretsFor(ctx, k.target, sasl.Password)
		if err != nil {
			return fail(err)
		}
		with.Password = secret.Text
	}
	if test.State > imaptest.Nonauth {
		box.mayBelongTo(k.target.User)
		if test.HasSecondUser() && k.user2 != "" {
			box.mayBelongTo(k.user2)
		}
	}
	var outcome *imaptest.Outcome
	opt.Drive = func(d *repl.Driver) {
		o := test.Run(driven{d}, with)
		outcome = &o
	}
	target := *opt.Target
	if test.State == imaptest.Nonauth {
		target.User, target.Auth = "", ""
	}
	opt.Target = &target
	out := &suite.Tail{}
	_, r := runShell(ctx, opt, out, file, nil)
	k.judge(ctx, &res, outcome, r)
	if res.Verdict == suite.Failed {
		res.Last = out.Lines(lastLines)
	}
	return res
}

// judge sets the result of an ImapTest file; outcome is nil if the test did not run to its end.
func (k *testFlags) judge(ctx context.Context, res *suite.Result, outcome *imaptest.Outcome, r repl.Report) {
	switch {
	case outcome == nil && ctx.Err() != nil:
		res.Verdict = suite.Interrupted
	case outcome == nil:
		res.Verdict, res.Why = suite.Failed, fmt.Sprintf("ended with status %d", r.Status)
		if r.Failure != nil {
			res.Why = r.Failure.Text
		}
	case outcome.Skipped != "":
		res.Verdict, res.Why = suite.Skipped, outcome.Skipped
	case outcome.Failure != nil:
		f := outcome.Failure
		res.Verdict, res.Line, res.Why, res.Expected, res.Got = suite.Failed, f.Line, f.Why, f.Expected, f.Got
	}
}

// A driven lets ImapTest files run on the shell's connections.
type driven struct{ *repl.Driver }

// Open connects and logs in.
func (d driven) Open(conn int, user string) error {
	if !d.Driver.Open(repl.ConnName(conn), user) {
		return fmt.Errorf("connection %d: %s", conn+1, d.Problem())
	}
	return nil
}

// Offers reports whether the server has a capability.
func (d driven) Offers(conn int, capability string) bool {
	return d.Driver.Offers(repl.ConnName(conn), capability)
}

// Greeting returns the server's greeting.
func (d driven) Greeting(conn int) *imaptest.Heard {
	return heardOf(d.Driver.Greeting(repl.ConnName(conn)))
}

// Send sends a command.
func (d driven) Send(conn int, l imaptest.Line) (string, error) {
	var pieces []repl.Piece
	for _, lit := range l.Literals {
		pieces = append(pieces, repl.Piece{Octets: lit.Octets, Text: lit.Text})
	}
	tag := d.Driver.Send(repl.ConnName(conn), l.Text, pieces)
	if tag == "" {
		return "", d.lost()
	}
	return tag, nil
}

// Next returns the next response.
func (d driven) Next(conn int) (*imaptest.Heard, error) {
	if h := d.Driver.Next(repl.ConnName(conn)); h != nil {
		return heardOf(h), nil
	}
	return nil, d.lost()
}

func (d driven) lost() error { return fmt.Errorf("%w: %s", imaptest.ErrLost, d.Problem()) }

func heardOf(h *repl.Heard) *imaptest.Heard {
	if h == nil {
		return nil
	}
	return &imaptest.Heard{Response: h.Response, Shown: h.Shown}
}
