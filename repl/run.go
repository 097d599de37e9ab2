package repl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"imapsh/internal/command"
	"imapsh/internal/terminal"
	"imapsh/tagger"
)

// run runs one line of the input.
func (s *Shell) run(l inputLine) {
	text := strings.TrimLeft(l.text, " \t")
	if text == "" || text[0] == '#' {
		return
	}
	if _, heard := ours(l.text); heard {
		s.skipped++
		return
	}
	text, heard := ours(text)
	if heard {
		s.skipped++
		return
	}
	if text = strings.TrimLeft(text, " \t"); text == "" {
		return
	}
	if text[0] == ':' || isBare(text) {
		s.remember(l.text, l.at.name != "" || len(secretsIn(text)) > 0)
		s.shellCommand(strings.TrimPrefix(text, ":"), l)
		return
	}
	tag, rest := command.Whose(text, isBareWord)
	line := tagger.Line{Tag: tag, Text: rest}
	if tag != "" {
		line.Blank = text[len(tag) : len(text)-len(rest)]
	} else {
		line.Text = text
	}
	s.begin(line, l)
}

// begin makes a command of a line that is for the server.
func (s *Shell) begin(line tagger.Line, l inputLine) {
	m := command.MatchLine(line.Text)
	s.remember(l.text, l.at.name != "" || len(m.Secrets) > 0 || m.LiteralSecret)
	if s.conn == nil {
		s.out.Warn(fmt.Sprintf("not connected: %s was not sent (:reconnect)", m.Name))
		s.notSent()
		return
	}
	var re redirection
	if line.Tag == "" {
		line.Text, re = redirect(line.Text, m.Name)
		if d, text, ok := idleFor(line.Text, m.Name); ok {
			line.Text, re.idleFor = text, d
		}
		m = command.MatchLine(line.Text)
		s.paged(m, &re)
		re.foreground(m.Name)
	}
	if text, odd := strange(l.text); odd {
		s.out.Warn(text)
	}
	for _, w := range re.warnings {
		s.out.Warn(w)
	}
	if !s.readOnly(&line, &m) || s.held(m, l.at) {
		return
	}
	if re.until != "" {
		s.hereDocument(line, re, l)
		return
	}
	if re.in != "" {
		src, size, note, err := openLiteral(re.in, re.asIs)
		if err != nil {
			s.out.Warn(err.Error() + "; " + m.Name + " was not sent")
			s.notSentStatus(StatusUsage)
			return
		}
		if note != "" {
			s.out.Note(note)
		}
		line.Attached = &tagger.Attachment{Source: src, Size: size, Name: re.in}
	}
	if s.authenticateAsked(line, m, l.at) {
		return
	}
	s.confirmed(m, func() { s.consented(m, func() { s.opened(m, line, re, l) }) })
}

// strange tells of bytes that no command holds: most likely the input is no script.
func strange(line string) (string, bool) {
	for i, r := range line {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(line[i:], "\uFFFD"):
			return fmt.Sprintf("byte %d, 0x%02x, is not UTF-8: sent as it is", i, line[i]), true
		case r < ' ' && r != '\t' || r == 0x7f:
			return fmt.Sprintf("byte %d is the control character 0x%02x: sent as it is", i, r), true
		}
	}
	return "", false
}

// opened begins the command once the files it writes to are open.
func (s *Shell) opened(m command.Match, line tagger.Line, re redirection, l inputLine) {
	if re.out == "" {
		s.commandFrom(line, re, nil, l)
		return
	}
	if !re.appendTo && !strings.Contains(re.out, "%d") && manyMessages(m) {
		s.out.Warn(fmt.Sprintf("> %s: more than one message needs %%d, its number, in the name (or >>); %s was not sent", re.out, m.Name))
		s.notSentStatus(StatusUsage)
		return
	}
	s.openSink(re, func(k *sink) { s.commandFrom(line, re, k, l) })
}

// manyMessages tells that a FETCH names more than one message.
func manyMessages(m command.Match) bool {
	args := m.Args()
	return len(args) > 0 && strings.ContainsAny(args[0].Text, ",:")
}

// command begins a command of the shell's own making.
func (s *Shell) command(line tagger.Line, re redirection, at place) *job {
	return s.commandFrom(line, re, nil, inputLine{text: line.Text, at: at})
}

func (s *Shell) commandFrom(line tagger.Line, re redirection, k *sink, l inputLine) *job {
	if !line.Raw && line.Secret == nil && !s.asks(line) {
		for _, w := range s.warnings(line) {
			s.out.Warn(w.Text)
			for _, row := range s.caret(line, w) {
				s.out.Warn(row)
			}
		}
	}
	if len(s.tag.InFlight()) == 0 {
		s.out.Begin()
	}
	out := s.tag.Begin(line)
	if out.Ask != nil {
		s.askSecret(out.Ask, line, re, k, l)
		return nil
	}
	j := &job{
		cmd: out.Command, at: l.at, steps: out.Steps, barrier: out.Barrier,
		end: l.end, literal: out.Literal, secret: out.LiteralSecret, hidden: out.RestSecret, re: re, sink: k,
	}
	if out.Repeated {
		s.out.Note(fmt.Sprintf("tag %s is in flight already: answers go to the oldest command with it", out.Command.Tag))
	}
	switch j.cmd.Match.Name {
	case "IDLE":
		j.idling = &idling{own: out.Command.Own, forTime: re.idleFor}
	case "STARTTLS":
		s.tlsAsked = true
	}
	s.job = j
	s.waitTimer()
	return j
}

// asks tells that a line lacks what only the user can give, and is no doubt for that.
func (s *Shell) asks(line tagger.Line) bool {
	return line.Tag == "" && command.Complete(command.MatchLine(line.Text), s.tag.View()).Ask != nil
}

// warnings are the doubts about a line, as it will be sent.
func (s *Shell) warnings(line tagger.Line) []command.Warning {
	text := line.Text
	if a := line.Attached; a != nil {
		text = fmt.Sprintf("%s {%d}", text, a.Size)
	}
	m := command.MatchLine(text)
	if line.Tag != "" {
		return command.WarningsAsTyped(m, s.tag.View())
	}
	return command.Warnings(m, s.tag.View())
}

// askSecret asks for what the line lacks, a password, and begins again with it.
func (s *Shell) askSecret(ask *command.Ask, line tagger.Line, re redirection, k *sink, l inputLine) {
	with := func(secret string) {
		line.Secret = &secret
		s.commandFrom(line, re, k, l)
	}
	if !s.interactive() {
		if s.opt.Password != nil && (s.target.User == "" || strings.HasSuffix(line.Text, " "+s.target.User)) {
			pw, err := s.opt.Password()
			if err == nil {
				with(pw)
				return
			}
			s.out.Warn(err.Error())
		}
		s.out.Warn("a script cannot be asked for a password: " + l.text + " was not sent; --password-command or IMAPSH_PASSWORD give it")
		s.notSentStatus(StatusUsage)
		return
	}
	s.question(terminal.Question{Prompt: ask.Prompt + ": ", Secret: ask.Secret}, func(a inputLine, st inputState) {
		if st != inputHas {
			s.out.Note(command.MatchLine(line.Text).Name + " was not sent")
			return
		}
		with(a.text)
	})
}

// notSent notes that a line of a script could not be sent.
func (s *Shell) notSent() { s.notSentStatus(StatusConnection) }

func (s *Shell) notSentStatus(st Status) {
	if !s.interactive() {
		s.raise(st)
		if s.failure == nil {
			s.failure = &failure{what: "a line before it was not sent"}
		}
		if st == StatusConnection {
			s.inputs, s.ahead = nil, nil
		}
	}
}

// hereDocument collects the lines up to the word that ends them.
func (s *Shell) hereDocument(line tagger.Line, re redirection, l inputLine) {
	var b strings.Builder
	var next func(inputLine, inputState)
	q := terminal.Question{Prompt: re.until + "> "}
	next = func(a inputLine, st inputState) {
		switch {
		case st == inputEnd:
			s.out.Warn(fmt.Sprintf("the input ended before %s: %s was not sent", re.until, l.text))
			s.notSentStatus(StatusUsage)
		case a.text == re.until:
			line.Attached = tagger.Source(b.String(), "<<"+re.until)
			re.until = ""
			s.consented(command.MatchLine(line.Text), func() { s.opened(command.MatchLine(line.Text), line, re, l) })
		default:
			b.WriteString(a.text)
			b.WriteString("\r\n")
			s.question(q, next)
			s.wantLine = true
		}
	}
	s.question(q, next)
	s.wantLine = true
}

// saySkipped tells how many lines of a transcript were not sent.
func (s *Shell) saySkipped() {
	if s.skipped > 0 {
		lines := "lines"
		if s.skipped == 1 {
			lines = "line"
		}
		s.out.Note(fmt.Sprintf("%d %s of a transcript that no client says: not sent", s.skipped, lines))
		s.skipped = 0
	}
}

// remember keeps a typed line in the history; one with a secret, or from a file, is not for it.
func (s *Shell) remember(text string, not bool) {
	if s.interactive() && !not {
		s.opt.Terminal.Remember(text)
		if s.opt.History != nil {
			s.opt.History.Add(text)
		}
	}
}
