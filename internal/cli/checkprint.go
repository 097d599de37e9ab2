package cli

import (
	"bytes"
	"context"
	"fmt"

	"imapsh/internal/check"
	"imapsh/internal/conn"
	"imapsh/internal/wire"
	"imapsh/repl"
)

// printer returns the printer for the results.
func (k *checkFlags) printer() *checkPrinter {
	p := &checkPrinter{process: k.process, output: k.output, quiet: k.quiet, strict: k.strict}
	p.table = check.Table{Out: p.stdout, Width: columnsOf(p.stdout), Colour: k.coloured(p.stdout, k.set.Color)}
	k.showsProgress(&p.progress)
	return p
}

// A checkPrinter writes reports in the format asked for, and keeps the most severe status.
type checkPrinter struct {
	*process
	output        string
	quiet, strict bool
	table         check.Table
	progress      check.Progress
	status        repl.Status
	err           error // of the first write that failed
}

// watched runs a check and shows its progress on the terminal.
func (p *checkPrinter) watched(ctx context.Context, o check.Options) *check.Report {
	p.progress.Show("checking " + o.Target.String())
	o.Progress = func(s check.Step) {
		p.progress.Show("checking " + o.Target.String() + ": " + s.Name + " " + s.Verdict.String())
	}
	return check.Run(ctx, o)
}

func (p *checkPrinter) raise(s repl.Status) {
	if p.output != "nagios" {
		p.status = max(p.status, s) // more severe ones have higher numbers
	}
}

// judge sets the status by a report, and reports whether the report is to be shown.
func (p *checkPrinter) judge(r *check.Report) (shown bool) {
	if p.output == "nagios" {
		p.status = repl.Status(check.NagiosStatus(r))
		return true
	}
	s := repl.StatusOK
	switch {
	case r.Interrupted:
		s = repl.StatusInterrupted
	case r.Unreached():
		s = repl.StatusConnection
	case r.Verdict == check.Failed, r.Verdict == check.Warned && p.strict:
		s = repl.StatusFailed
	}
	p.raise(s)
	return !p.quiet || s != repl.StatusOK
}

// one shows the check of one server.
func (p *checkPrinter) one(r *check.Report) {
	p.progress.Clear()
	if r.LogErr != nil {
		fmt.Fprintln(p.stderr, "-- the transcript is incomplete:", wire.EscapeString(r.LogErr.Error()))
	}
	if !p.judge(r) {
		return
	}
	switch p.output {
	case "json":
		p.keep(check.WriteJSON(p.stdout, r))
	case "nagios":
		_, err := fmt.Fprintln(p.stdout, check.Nagios(r))
		p.keep(err)
	case "prometheus":
		p.keep(check.WritePrometheus(p.stdout, []*check.Report{r}))
	default:
		p.keep(p.table.Report(r))
	}
}

func (p *checkPrinter) keep(err error) {
	if p.err == nil && err != nil {
		p.err = fmt.Errorf("writing the report: %w", err)
	}
}

func (p *checkPrinter) summary(sum *check.Summary) {
	switch {
	case p.quiet && p.status == repl.StatusOK:
	case p.output == "json":
		p.keep(check.WriteSummaryJSON(p.stdout, sum))
	default:
		p.keep(p.table.Summary(sum))
	}
}

// fleet checks many servers. It shows a row for each when it ends, but those that failed at the end.
func (p *checkPrinter) fleet(ctx context.Context, targets []conn.Target, jobs int, options func(int) check.Options) {
	names := make([]string, len(targets))
	for i, t := range targets {
		if t.Mailbox == "" {
			t.Mailbox = "INBOX" // as reports name it
		}
		names[i] = t.String()
	}
	columns := check.Columns(names)
	var metrics []*check.Report
	show := func(r *check.Report) {
		var b bytes.Buffer
		switch p.output {
		case "json":
			p.keep(check.WriteJSON(&b, r))
		case "prometheus":
			metrics = append(metrics, r)
		default:
			t := p.table
			t.Out = &b
			p.keep(t.Row(r, columns))
		}
		p.progress.Clear()
		_, err := p.stdout.Write(b.Bytes())
		p.keep(err)
	}
	failed := 0
	p.progress.Show(fmt.Sprintf("0 of %d checked", len(targets)))
	reports := check.Fleet{
		N: len(targets), Jobs: jobs,
		Run: func(ctx context.Context, i int) *check.Report { return check.Run(ctx, options(i)) },
		Done: func(_, ended int, r *check.Report) {
			if shown := p.judge(r); r.Verdict == check.Failed || r.Interrupted {
				failed++
			} else if shown {
				show(r)
			}
			p.progress.Show(fmt.Sprintf("%d of %d checked, %d failed", ended, len(targets), failed))
		},
	}.Check(ctx)
	for _, r := range reports {
		if r != nil && (r.Verdict == check.Failed || r.Interrupted) {
			show(r)
		}
	}
	if ctx.Err() != nil {
		p.raise(repl.StatusInterrupted)
	}
	p.progress.Clear()
	switch {
	case p.output == "prometheus":
		p.keep(check.WritePrometheus(p.stdout, metrics))
	case p.output == "table" && (!p.quiet || p.status != repl.StatusOK):
		p.keep(p.table.Tally(reports))
	}
}
