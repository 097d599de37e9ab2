package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"imapsh/internal/conn"
	"imapsh/internal/demo"
	"imapsh/internal/sasl"
	"imapsh/repl"
)

// demo starts the practice server and runs the shell on it, logged in. With --listen it only runs the server.
func (f *flags) demo(c *cobra.Command) error {
	addr := f.listen
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	opt := demo.Options{Listen: addr, Now: time.Now}
	if f.listen != "" {
		opt.Idle = demo.IdleTime
	}
	srv, err := demo.Start(opt)
	if err != nil {
		return err
	}
	defer srv.Close()
	says := f.stderr
	if f.listen != "" {
		fmt.Fprintf(says, "-- serving %s, password %s, until Ctrl-C\n", srv.URL(), demo.Password)
		<-f.signals
		return nil
	}
	if err := f.takeProfile(c, ""); err != nil {
		return err
	}
	target, err := conn.ParseTarget(srv.URL())
	if err != nil {
		return err
	}
	shell, err := f.options()
	if err != nil {
		return err
	}
	target.Note = fmt.Sprintf("practice server: %s, password %s; it stops when imapsh exits", srv.URL(), demo.Password)
	if !f.scripted() {
		target.Note += "\ntry: list           the mailboxes, their names decoded" +
			"\n     select inbox   what a mailbox says when it is opened" +
			"\n     read 7         a message: its headers, its text, its parts" +
			"\n     help           the commands, and what to learn next"
	}
	shell.Target = &target
	shell.Password = func(context.Context, conn.Target, sasl.Needs) (repl.Secret, error) {
		return repl.Secret{Text: demo.Password}, nil
	}
	return f.run(shell)
}
