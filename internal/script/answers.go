package script

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/match"
	"imapsh/internal/response"
	"imapsh/internal/trace"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// maxKept is how many bytes of responses are kept for expect and :each.
const maxKept = 8 << 20

// Answers are what one connection has received since its last command: what expect, :each and the built-in
// names look back on. It listens.
type Answers struct {
	Conn string // the connection's name
	// Idle says that nobody will look back: nothing is kept but how the command was answered.
	Idle bool

	of     *tagger.Command // nil before any
	raw    bool            // what was sent is not one command: the first answer to a tag counts
	within []*tagger.Command
	status string   // "" while there is no answer
	code   []string // the name of its code in capitals, and the words after it
	text   string
	bye    string
	answer *match.Response
	took   time.Duration
	counts map[string]int
	kept   []*kept
	size   int
	over   bool // more came than is kept
	from   int  // where in kept the last of several sendings begins
	// last is what commands before have given, as long as it counts.
	last struct {
		set    string
		some   bool
		copied []string
	}
	// changes counts what has come.
	changes int
	tree    wire.Tree
}

// A kept response.
type kept struct {
	frame wire.Frame
	as    *match.Response // once somebody has looked
	used  bool
}

// Begin forgets everything: a command has been sent.
func (a *Answers) Begin(c *tagger.Command) {
	if a.from == 0 || !a.raw {
		a.remember(c.Match.Row())
		a.forget()
	}
	a.of, a.raw = c, false
}

// Sent notes a command that began in what was sent raw.
func (a *Answers) Sent(c *tagger.Command) { a.within = append(a.within, c) }

// IsOf reports whether it is a command's answer that is looked back on.
func (a *Answers) IsOf(c *tagger.Command) bool { return a.of == c || slices.Contains(a.within, c) }

// remember keeps what a command to come leaves as it is: what was found, until something is searched for again or
// another mailbox selected; the UIDs of APPENDUID or COPYUID, until there may be others.
func (a *Answers) remember(next *command.Command) {
	if a.finds() {
		a.last.set, _, a.last.some = a.found()
	}
	if finds(next) || next.Opens || next.After.OK != 0 {
		a.last.set, a.last.some = "", false
	}
	if code := a.copied(); code != nil {
		a.last.copied = slices.Clone(code)
	}
	if next.Attaches {
		a.last.copied = nil
	}
}

// finds reports whether the command at hand is one that finds messages.
func (a *Answers) finds() bool { return a.raw || a.of != nil && finds(a.of.Match.Row()) }

func finds(c *command.Command) bool {
	return c.AnsweredBy("SEARCH") || c.AnsweredBy("SORT") || c.AnsweredBy("ESEARCH")
}

// BeginRaw forgets everything: what was sent is not a command with a known tag.
func (a *Answers) BeginRaw() {
	a.remember(&command.Command{})
	a.forget()
	a.raw = true
}

func (a *Answers) forget() {
	clear(a.counts)
	clear(a.kept)
	*a = Answers{Conn: a.Conn, Idle: a.Idle, counts: a.counts, kept: a.kept[:0], code: a.code[:0], tree: a.tree, last: a.last}
}

// Again says that the command is sent once more: names are of the last time, responses of all.
func (a *Answers) Again() {
	before := *a
	a.forget()
	a.kept, a.size, a.over, a.from = before.kept, before.size, before.over, len(before.kept)
	a.raw, a.changes = true, before.changes
}

// Changes counts what has come since the command, for who waits.
func (a *Answers) Changes() int { return a.changes }

// Any reports whether there has been a command.
func (a *Answers) Any() bool { return a.of != nil || a.raw }

// Command returns the command; nil where what was sent is none.
func (a *Answers) Command() *tagger.Command { return a.of }

// Status is how the command was answered: OK, NO, BAD, BYE or LOST; "" while it has not been.
func (a *Answers) Status() string { return a.status }

// Depth is that of every frame if what comes is kept.
func (a *Answers) Depth() trace.Depth {
	if a.Idle {
		return trace.Frames
	}
	return trace.EveryFrame
}

// Hear keeps what comes.
func (a *Answers) Hear(e *trace.Event) {
	if e.Conn != a.Conn {
		return
	}
	switch e.Kind {
	case trace.Lost:
		if a.Any() && a.status == "" {
			a.changes++
			a.status = Lost
			if a.bye != "" {
				a.status, a.text = "BYE", a.bye
			}
		}
	case trace.Response:
		a.response(e)
	}
}

// Lost is how a command was answered whose connection has ended without a word.
const Lost = "LOST"

func (a *Answers) response(e *trace.Event) {
	seen := e.Seen
	a.changes++
	if seen.Frame == nil || seen.Frame.Cut {
		return
	}
	if seen.After != nil {
		a.tree.UTF8 = slices.Contains(seen.After.Enabled, "UTF8=ACCEPT") || slices.Contains(seen.After.Enabled, "IMAP4REV2")
	}
	st, isStatus := seen.Value.(*response.Status)
	switch {
	case isStatus && st.Tag != nil:
		if a.status == "" && (a.raw || seen.Done && seen.Command == a.of) {
			a.answered(st, seen)
		}
	case isStatus && st.Cond == response.BYE:
		a.bye = string(st.Text)
		fallthrough
	case seen.Value != nil && !a.Idle:
		a.keep(seen.Frame)
		a.count(seen.Value.Name())
	}
}

// Greeted notes how the server has greeted: the answer to opening a connection.
func (a *Answers) Greeted(cond string) { a.status = cond }

// answered takes the tagged response of the command.
func (a *Answers) answered(st *response.Status, seen *tagger.Event) {
	a.status, a.text, a.took = st.Cond.String(), string(st.Text), seen.Elapsed
	if st.Code != nil {
		a.code = append(a.code[:0], strings.ToUpper(string(st.Code.Name)))
		for _, w := range st.Code.Words {
			a.code = append(a.code, string(w))
		}
	}
	a.tree.Parse(seen.Frame)
	a.answer = match.Read(&a.tree)
}

// maxNames bounds the names of responses that are counted: a server can make up any number.
const maxNames = 100

func (a *Answers) count(name string) {
	if a.counts == nil {
		a.counts = map[string]int{}
	}
	if a.counts[name] > 0 || len(a.counts) < maxNames {
		a.counts[name]++
	}
}

// keep copies a response, without the bytes of large literals.
func (a *Answers) keep(f *wire.Frame) {
	if a.over {
		return
	}
	k := &kept{frame: *f}
	k.frame.Odd, k.frame.Raw, k.frame.Literals = nil, nil, nil
	from := 0
	for _, l := range f.Literals {
		if !l.Spilled && l.Kept > match.MaxLiteral {
			k.frame.Raw = append(k.frame.Raw, f.Raw[from:l.At]...)
			from = l.At + l.Kept
			l.Spilled, l.Kept = true, 0
			l.At = len(k.frame.Raw)
		} else {
			l.At -= from - len(k.frame.Raw)
		}
		k.frame.Literals = append(k.frame.Literals, l)
	}
	k.frame.Raw = append(k.frame.Raw, f.Raw[from:]...)
	if a.size += len(k.frame.Raw) + perKept; a.size > maxKept {
		a.over = true
		a.kept = nil
		return
	}
	a.kept = append(a.kept, k)
}

// perKept is about what a response costs beside its bytes.
const perKept = 200

// read returns a kept response as values.
func (a *Answers) read(k *kept) *match.Response {
	if k.as == nil {
		a.tree.Parse(&k.frame)
		k.as = match.Read(&a.tree)
	}
	return k.as
}

// errOver says that the text may have come, but was not kept.
var errOver = errors.New("more than 8 MiB of responses came to the command: too much is not kept for expect and :each")

// Each calls f with each response kept that is not used up, in order, until f returns false.
func (a *Answers) Each(f func(*match.Response) bool) error {
	if a.over {
		return errOver
	}
	for _, k := range a.kept {
		if !k.used && !f(a.read(k)) {
			break
		}
	}
	return nil
}

// A Found is how an expectation went.
type Found struct {
	OK    bool
	Bound []match.Bound
	// Excuses is the condition that was expected of the command: its failure is none.
	Excuses string
	used    []*kept
}

// Try reports whether an expectation holds now, whatever "not" says. Responses that were used up do not count.
func (a *Answers) Try(e *Expectation, names *Names, now time.Time) (Found, error) {
	for i := range e.Ways {
		f, err := a.way(&e.Ways[i], names, now)
		if f.OK || err != nil {
			return f, err
		}
	}
	return Found{}, nil
}

// Use notes that what an expectation has found is used up for later ones.
func (a *Answers) Use(f Found) {
	for _, k := range f.used {
		k.used = true
	}
}

func (a *Answers) way(w *Way, names *Names, now time.Time) (Found, error) {
	value := func(name string) (string, bool) { v, ok := names.Get(name); return v.Text, ok }
	switch {
	case w.Compares():
		ok, err := w.Holds(names.Get, now)
		return Found{OK: ok}, err
	case w.Answer != "":
		if a.status != w.Answer {
			return Found{}, nil
		}
		if w.Pattern == nil {
			return Found{OK: true, Excuses: w.Answer}, nil
		}
		if a.answer == nil {
			return Found{}, nil
		}
		r := w.Pattern.Match(a.answer, value)
		return Found{OK: r.Matched, Bound: r.Bound, Excuses: w.Answer}, undecided(r)
	case a.over:
		return Found{}, errOver
	}
	var f Found
	n := 0
	for _, k := range a.kept {
		if k.used || !about(w.Pattern, &k.frame) {
			continue
		}
		r := w.Pattern.Match(a.read(k), value)
		if err := undecided(r); err != nil {
			return f, err
		}
		if !r.Matched {
			continue
		}
		if n++; n == 1 {
			f.Bound = r.Bound
		}
		f.used = append(f.used, k)
		if w.Count < 0 {
			break
		}
	}
	f.OK = w.Count < 0 && n > 0 || w.Count == n
	return f, nil
}

func undecided(r match.Result) error {
	if r.Why != "" {
		return &Usage{r.Why}
	}
	return nil
}

// about reports whether a response may have the name that a pattern wants, at a glance.
func about(p *match.Pattern, f *wire.Frame) bool {
	name := p.Name()
	if name == "" {
		return true
	}
	rest := bytes.TrimPrefix(f.Raw, []byte("* "))
	for len(rest) > 0 && (rest[0] >= '0' && rest[0] <= '9' || rest[0] == ' ') {
		rest = rest[1:]
	}
	return len(rest) >= len(name) && bytes.EqualFold(rest[:len(name)], []byte(name))
}

// Got returns what came instead, for a report: the response nearest to what was expected, in one line, and how many
// others came.
func (a *Answers) Got(e *Expectation) (line string, others int) {
	var first []byte
	for i := range e.Ways {
		w := &e.Ways[i]
		if !w.Responds() {
			continue
		}
		for _, k := range a.kept {
			if about(w.Pattern, &k.frame) && !k.used {
				return oneLine(k.frame.Raw), len(a.kept) - 1
			}
		}
		if len(a.kept) > 0 && first == nil {
			first = a.kept[len(a.kept)-1].frame.Raw
		}
	}
	switch {
	case first != nil:
		return oneLine(first), len(a.kept) - 1
	case a.status == Lost:
		return "the connection was lost", len(a.kept)
	case a.status != "":
		line = a.status
		if len(a.code) > 0 {
			line += " [" + strings.Join(a.code, " ") + "]"
		}
		if a.text != "" {
			line += " " + a.text
		}
		return line, len(a.kept)
	}
	return "nothing", len(a.kept)
}

// maxGot is how much of a response a report shows.
const maxGot = 200

// oneLine returns the beginning of a response.
func oneLine(raw []byte) string {
	raw = bytes.TrimRight(raw, "\r\n")
	if len(raw) > maxGot {
		return string(raw[:maxGot]) + "…"
	}
	return string(raw)
}

// Builtin returns the value of a name that the last command has set.
func (a *Answers) Builtin(name string) (Value, bool) {
	v := func(s string, ok bool) (Value, bool) { return Value{Text: s, Foreign: true}, ok }
	if !a.Any() {
		return Value{}, false
	}
	switch name {
	case "status":
		return v(a.status, a.status != "")
	case "code":
		return v(first(a.code), a.status != "")
	case "text":
		return v(a.text, a.status != "")
	case "ms":
		return v(strconv.FormatFloat(float64(a.took.Microseconds())/1000, 'f', 1, 64), a.status != "")
	case "found":
		if !a.finds() {
			return v(a.last.set, a.last.some)
		}
		set, _, ok := a.found()
		return v(set, ok)
	case "count":
		if _, n, ok := a.found(); ok {
			return v(strconv.Itoa(n), true)
		}
		if a.over && a.counts["SEARCH"]+a.counts["SORT"]+a.counts["ESEARCH"] > 0 {
			return Value{}, false
		}
		return v(strconv.Itoa(a.counts[a.kindOfData()]), true)
	case "uid", "uidvalidity":
		code := a.copied()
		if code == nil {
			code = a.last.copied
		}
		switch {
		case len(code) < 3:
			return Value{}, false
		case name == "uid":
			return v(code[len(code)-1], true)
		}
		return v(code[1], true)
	}
	return Value{}, false
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// kindOfData returns the name of the responses that are the command's data.
func (a *Answers) kindOfData() string {
	if a.of == nil {
		return ""
	}
	row := a.of.Match.Row()
	name := strings.TrimPrefix(row.Name, "UID ")
	if row.AnsweredBy(name) || len(row.Answers) == 0 {
		return name
	}
	return row.Answers[0]
}

// copied returns APPENDUID or COPYUID with its arguments: of the answer, or of an untagged OK as MOVE has it
// (RFC 6851 §4.3).
func (a *Answers) copied() []string {
	is := func(code []string) bool { return len(code) > 2 && (code[0] == "APPENDUID" || code[0] == "COPYUID") }
	if is(a.code) {
		return a.code
	}
	for _, k := range a.kept {
		if !bytes.HasPrefix(k.frame.Raw, []byte("* OK [")) {
			continue
		}
		if r := a.read(k); len(r.Args) > 0 && r.Args[0].Kind == match.Code {
			var code []string
			for _, v := range r.Args[0].Inside {
				code = append(code, v.Text)
			}
			if len(code) > 0 {
				code[0] = strings.ToUpper(code[0])
			}
			if is(code) {
				return code
			}
		}
	}
	return nil
}

// found returns what SEARCH, SORT or ESEARCH found, as a set, and how many that are; false where none of them
// came, or too much.
func (a *Answers) found() (set string, n int, ok bool) {
	var sets []string
	for _, k := range a.kept[min(a.from, len(a.kept)):] {
		name := k.frame.Raw
		if !hasName(name, "SEARCH") && !hasName(name, "SORT") && !hasName(name, "ESEARCH") {
			continue
		}
		ok = true
		r := a.read(k)
		if r.Name == "ESEARCH" {
			all, count := extended(r)
			if all != "" {
				sets = append(sets, all)
			}
			n += count
			continue
		}
		for _, v := range r.Args {
			if v.Kind == match.Atom {
				sets = append(sets, v.Text)
				n++
			}
		}
	}
	return strings.Join(sets, ","), n, ok
}

// extended returns the set that an ESEARCH has found, "" if it does not say, and how many that are: COUNT if the
// server has sent it (RFC 9051 §7.3.4).
func extended(r *match.Response) (all string, n int) {
	count := -1
	for i := 0; i+1 < len(r.Args); i++ {
		switch v := r.Args[i+1].Text; strings.ToUpper(r.Args[i].Text) {
		case "ALL":
			all, n = v, match.CountSet(v)
		case "COUNT":
			if c, err := strconv.Atoi(v); err == nil {
				count = c
			}
		}
	}
	if count >= 0 {
		n = count
	}
	return all, n
}

func hasName(raw []byte, name string) bool {
	rest, ok := bytes.CutPrefix(raw, []byte("* "))
	return ok && len(rest) >= len(name) && bytes.EqualFold(rest[:len(name)], []byte(name)) &&
		(len(rest) == len(name) || rest[len(name)] == ' ' || rest[len(name)] == '\r' || rest[len(name)] == '\n')
}
