package repl

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/line"
	"imapsh/internal/script"
	"imapsh/internal/text"
	"imapsh/render"
)

// maxBody limits how many lines there may be between :each and :end.
const maxBody = 10_000

// each performs ":each", ":each COMMAND" and ":each < FILE": it runs lines once for each row.
func (s *Shell) each(t *task, c call) {
	file, one, bad := script.SplitEach(string(c.arg))
	if bad != nil {
		s.wrong(c, bad)
		return
	}
	var body []inputLine
	if one != "" {
		body = []inputLine{{text: c.arg[len(c.arg)-len(one):], at: c.line.at}}
	} else {
		var ok bool
		if body, ok = s.body(t, c); !ok {
			return
		}
	}
	rows, err := s.rows(c, file)
	if err != nil {
		s.warn(err.Error())
		s.notSent(StatusFailed)
		return
	}
	front := s.front
	s.front = c.on
	s.script.loops++
	defer func() {
		s.script.loops--
		if s.front == c.on {
			s.front = front
		}
	}()
	for i := range rows.n {
		if s.quit || s.outcome.stopped || !s.round(t, rows.at(i), body) {
			if left := rows.n - i - 1; left > 0 && s.interactive() {
				s.note(fmt.Sprintf("%s skipped", text.Plural(left, "round")))
			}
			return
		}
	}
}

// round runs the lines once, with the names of a row, and reports whether there may be another round. Names that were
// bound by matching in it are forgotten afterwards; those set with :set stay.
func (s *Shell) round(t *task, r script.Row, body []inputLine) bool {
	names := &s.script.names
	before := map[string]script.Value{}
	for _, name := range names.Own() {
		before[name], _ = names.Get(name)
	}
	for name, v := range r {
		names.Set(name, v)
	}
	mark := len(s.input.ahead)
	s.input.ahead = append(append(make([]inputLine, 0, mark+len(body)), body...), s.input.ahead...)
	goesOn, pressed := true, s.ctrlC()
	for len(s.input.ahead) > mark && !s.quit {
		l, st := s.take()
		if st != inputHas {
			break
		}
		s.input.at = l.at
		if pressed() || s.lost() && !s.quietly(l) {
			s.user.pressed, goesOn = false, false
			s.input.ahead = s.input.ahead[max(len(s.input.ahead)-mark, 0):]
			break
		}
		s.run(t, l)
		t.Yield()
	}
	for _, name := range names.Own() {
		if v, had := before[name]; had && (r[name] != script.Value{} || !s.script.set[name]) {
			names.Set(name, v)
		} else if !had && !s.script.set[name] {
			names.Forget(name)
		}
	}
	return goesOn && !pressed()
}

// body collects the lines up to the :end of an :each.
func (s *Shell) body(t *task, c call) ([]inputLine, bool) {
	var body []inputLine
	for depth := 1; ; {
		l, st := s.asksLine(t, questionFor("each> "), func() bool { return false })
		if st != inputHas {
			if !s.interactive() {
				s.usage("the input ended before the :end of this :each")
			}
			return nil, false
		}
		m := line.Read(line.Mend(l.text, isBareWord).Text, isBareWord)
		switch {
		case m.Kind == line.Shell && m.Word == "each":
			if _, one, _ := script.SplitEach(string(m.Arg)); one == "" {
				depth++
			}
		case m.Kind == line.Shell && m.Word == "end":
			if depth--; depth == 0 {
				return body, true
			}
		case m.Kind == line.Command && command.TrailingLiteral(string(m.Body)) != nil:
			s.usage("a literal cannot be typed within :each: use < FILE")
			return nil, false
		}
		if body = append(body, l); len(body) > maxBody {
			s.usage(fmt.Sprintf("more than %d lines follow this :each", maxBody))
			return nil, false
		}
	}
}

// maxRowFile limits the size of a file of rows, in bytes.
const maxRowFile = 64 << 20

// rounds are the rows of an :each. A row of a file is made only when it is needed: its names take many times the
// memory of a short line.
type rounds struct {
	n  int
	at func(i int) script.Row
}

// rows returns the rows of an :each.
func (s *Shell) rows(c call, file string) (rounds, error) {
	if file == "" {
		all, err := s.answersOf(c.on).Rows(render.HeaderText)
		return rounds{len(all), func(i int) script.Row { return all[i] }}, err
	}
	name, err := script.File(file, s.lookup(c.on))
	if err != nil {
		return rounds{}, err
	}
	f, err := ordinary(name)
	if err != nil {
		return rounds{}, fmt.Errorf("reading %s: %w", name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return rounds{}, err
	}
	if info.Size() > maxRowFile {
		return rounds{}, fmt.Errorf("reading %s: a file of at most %d MiB is needed here", name, maxRowFile>>20)
	}
	var all []string
	lines := bufio.NewReader(io.LimitReader(f, maxRowFile))
	for {
		l, err := lines.ReadString('\n')
		if l = strings.TrimRight(l, "\r\n"); l != "" {
			all = append(all, strings.TrimPrefix(l, "\ufeff"))
		}
		if err == io.EOF {
			return rounds{len(all), func(i int) script.Row { return script.LineRow(all[i]) }}, nil
		}
		if err != nil {
			return rounds{}, fmt.Errorf("reading %s: %w", name, err)
		}
	}
}

// endWithout performs ":end" without an :each.
func (s *Shell) endWithout(*task, call) {
	s.usage("there is no :each before this :end")
}
