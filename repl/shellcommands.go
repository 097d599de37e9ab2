package repl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"imapsh/completion"
	"imapsh/internal/command"
	"imapsh/internal/help"
	"imapsh/internal/session"
	"imapsh/internal/trace"
	"imapsh/render"
)

// A call is a shell command as it was typed.
type call struct {
	arg  command.Text     // what follows the name
	on   *session.Session // the session that it concerns; nil if there is none
	line inputLine
}

// A shellCommand is a command that the shell performs itself, typed after ":".
type shellCommand struct {
	name, args, help string
	example          string // a line as it could be typed
	run              func(*Shell, *task, call)
	// atOnce lets it run while a command is under way, before lines that are waiting. It must not wait itself.
	atOnce bool
	// shows says that it only shows something, so that "| CMD" may follow it.
	shows bool
	// setting says that it changes the setting of its name.
	setting bool
	// verbatim says that it replaces the names in its argument itself.
	verbatim bool
	// files says that its argument is the name of a file.
	files bool
	// tab returns the candidates for its argument, and the offset from which they replace it; nil if args says it
	// all.
	tab func(s *Shell, arg string) (from int, items []completion.Item)
	// hint returns what may follow the argument typed so far; nil if args says it all.
	hint func(arg string) string
	// misused returns what is wrong with an argument, "" if nothing is; typed says that a person types the lines. It is
	// nil if any argument can be right.
	misused func(arg command.Text, typed bool) string
}

// shellTable are all shell commands except the settings. init fills it in, because some of them read it.
var shellTable []shellCommand

func init() {
	shellTable = []shellCommand{
		{name: "auth", example: ":auth plain", args: "[MECH [USER]]", help: "log in by a SASL mechanism, without one by the best that is offered", run: (*Shell).authCommand, misused: misusedAuth},
		{name: "caps", example: ":caps", help: "show the server's capabilities", run: (*Shell).sayCaps, atOnce: true, shows: true},
		{name: "clear", example: ":clear", help: "clear the screen", run: (*Shell).clear, atOnce: true},
		{name: "close", example: ":close bob", args: "NAME", help: "log out of a connection and close it", run: (*Shell).closeConnection, tab: tabClose},
		{name: "connections", example: ":connections", help: "list the connections and where each one is", run: (*Shell).listConnections, atOnce: true, shows: true},
		{name: "defer", example: ":defer delete probe", args: "LINE", help: "run a line at the end, whatever happens", run: (*Shell).deferLine, verbatim: true},
		{name: "each", example: ":each store ${n} +seen", args: "[< FILE] [COMMAND]", help: "run lines up to :end once for each row of the answer above, or line of a file", run: (*Shell).each, verbatim: true, tab: tabEach},
		{name: "end", example: ":end", help: "end the lines of :each", run: (*Shell).endWithout},
		{name: "expect", example: "expect * 3 EXISTS", args: "[not] [within TIME] [N] WHAT [or WHAT]", help: "check what the command above was answered", run: (*Shell).expect, verbatim: true, tab: tabExpect, hint: hintExpect},
		{name: "forget", example: ":forget", help: "forget the passwords kept for :reconnect", run: (*Shell).forget},
		{name: "help", example: "help fetch", args: "[TOPIC]", help: "list the commands, or explain one", run: (*Shell).showHelp, atOnce: true, shows: true},
		{name: "history", example: ":history 20", args: "[N]", help: "show the last lines typed", run: (*Shell).showHistory, atOnce: true, shows: true, misused: misusedHistory},
		{name: "last", example: ":last", help: "show the last exchange in full", run: func(s *Shell, _ *task, _ call) { s.showLast() }, atOnce: true, shows: true},
		{name: "oddities", example: ":oddities", help: "list the protocol violations so far", run: (*Shell).listOddities, atOnce: true, shows: true},
		{name: "open", example: ":open bob imaps://bob@mail.example.net", args: "NAME [URL | PROFILE]", help: "open another connection: :NAME LINE runs a line on it, :NAME switches to it", run: (*Shell).openConnection, tab: tabOpen},
		{name: "pending", example: ":pending", help: "list the commands not answered yet", run: (*Shell).pending, atOnce: true, shows: true},
		{name: "print", example: ":print found ${count}", args: "TEXT", help: "print a text with the values of its ${names}", run: (*Shell).print, verbatim: true},
		{name: "quit", example: "quit", help: "log out and exit", run: (*Shell).quitCommand},
		{name: "read", example: "read 7", args: "[UID] N [raw]", help: "show a message: its headers, decoded text and parts", run: (*Shell).readMessage, misused: misusedRead},
		{name: "reconnect", example: ":reconnect", help: "connect again, log in and open the mailbox as before", run: (*Shell).reconnect, atOnce: true},
		{name: "require", example: ":require MOVE QUOTA", args: "CAPABILITY...", help: "end a script that needs what the server does not offer", run: (*Shell).require},
		{name: "save", example: "save 7 2 menu.pdf", args: "[UID] N PART [FILE]", help: "save a part of a message, decoded, to a file", run: (*Shell).savePart, misused: misusedSave},
		{name: "send", example: `:send "a1 NOOP\r\n"`, args: `TEXT, "TEXT" or < FILE`, help: "send a line as is, or only the bytes in quotes or in FILE", run: (*Shell).sendRaw},
		{name: "set", example: ":set timeout 90s", args: "[NAME VALUE]", help: "list the settings and their values, or change one", run: (*Shell).listSettings, atOnce: true, shows: true, verbatim: true, tab: tabSet, hint: hintSet},
		{name: "sleep", example: ":sleep 500ms", args: "TIME", help: "wait before the next line", run: (*Shell).sleepCommand},
		{name: "source", example: ":source mailbox.imap", args: "FILE", help: "run the lines of a file", run: (*Shell).source, files: true},
		{name: "stats", example: ":stats", help: "show what the connection has carried, and how long commands took", run: (*Shell).showStats, atOnce: true, shows: true, misused: misusedStats},
		{name: "tls", example: ":tls pem chain.pem", args: "[pem [FILE]]", help: "show what TLS has agreed on, and the certificates", run: (*Shell).tlsCommand, atOnce: true, misused: misusedTLS},
		{name: "wait", example: ":wait", help: "wait for all commands in flight", run: (*Shell).waitForAll},
		{name: "watch", example: ":watch 10 search unseen", args: "N [xCOUNT] COMMAND", help: "run a command every N seconds, COUNT times", run: (*Shell).watch, misused: misusedWatch},
	}
}

// aliases are the other names of shell commands.
var aliases = map[string]string{"exit": "quit", "q": "quit", `\q`: "quit", "?": "help", `\?`: "help", `\h`: "help"}

// bareWords are the shell commands that need no ":".
var bareWords = []string{"expect", "help", "quit", "exit", "read", "save", "history", "clear", "?", `\q`, `\?`, `\h`}

// shellWords returns the shell commands and the settings, sorted by name. They must not be changed.
var shellWords = sync.OnceValue(func() []shellCommand {
	words := slices.Clone(shellTable)
	for i := range settings {
		r := &settings[i]
		if r.Where != AtStart {
			words = append(words, shellCommand{
				name: r.Name, args: r.Values, help: r.Help, example: r.example(), atOnce: r.atOnce, setting: true, files: r.Name == "log",
				run: func(s *Shell, _ *task, c call) {
					if c.arg == "" && r.bare != nil {
						r.bare(s, c.on)
						return
					}
					s.change(r, string(c.arg))
				},
			})
			if r.bare != nil {
				words[len(words)-1].args = "[" + r.Values + "]"
				words[len(words)-1].help += "; without a value: " + r.bareHelp
			}
		}
	}
	slices.SortFunc(words, func(a, b shellCommand) int { return strings.Compare(a.name, b.name) })
	return slices.Clip(words)
})

// wordRows returns the rows of shellWords by name.
var wordRows = sync.OnceValue(func() map[string]*shellCommand {
	rows := map[string]*shellCommand{}
	words := shellWords()
	for i := range words {
		rows[words[i].name] = &words[i]
	}
	return rows
})

// wordOf returns the row of a shell command, by its name or an alias; nil if there is none.
func wordOf(name string) *shellCommand {
	if a, ok := aliases[name]; ok {
		name = a
	}
	return wordRows()[name]
}

// word is like wordOf, but returns nil for the name of a connection, whose line has its own names to replace.
func (s *Shell) word(name string) *shellCommand {
	if s.named(name) != nil {
		return nil
	}
	return wordOf(name)
}

// connectionArgs is what may follow the name of a connection.
const connectionArgs = "[LINE]"

// words returns shellWords and the names of connections.
func (s *Shell) words() []shellCommand {
	words := shellWords()
	if len(s.sessions) < 2 {
		return words
	}
	for _, ss := range s.sessions {
		words = append(words, shellCommand{name: nameOf(ss), args: connectionArgs, help: "run a line on " + nameOf(ss) + ", or switch to it"})
	}
	return words
}

// HelpRows returns what help says about shell commands, sorted by name.
func HelpRows() []help.Row {
	var rows []help.Row
	for _, c := range shellWords() {
		r := help.Row{Name: c.name, Args: c.args, Help: c.help, Example: c.example, Setting: c.setting}
		for alias, name := range aliases {
			if name == c.name {
				r.Aliases = append(r.Aliases, alias)
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// shellCommand runs a line for the shell.
func (s *Shell) shellCommand(t *task, name string, c call) {
	if ss := s.named(name); ss != nil {
		s.onConnection(t, ss, c)
		return
	}
	if w := wordOf(name); w != nil {
		s.runShell(t, w, c)
		return
	}
	shown := command.MaskLine(":" + name)
	var names []string
	for _, w := range s.words() {
		names = append(names, w.name)
	}
	if near, ok := command.Nearest(name, names); ok {
		s.usage(fmt.Sprintf("unknown shell command %s; did you mean :%s? (:help lists them)", shown, near))
		return
	}
	s.usage("unknown shell command " + shown + " (:help lists them)")
}

// runShell runs a shell command. If it only shows something and "| CMD" follows, its output goes to CMD.
func (s *Shell) runShell(t *task, w *shellCommand, c call) {
	before, after, piped := (" " + c.arg).Cut(" |")
	cmd := string(after.TrimSpace())
	piped = piped && w.shows && cmd != ""
	if piped {
		c.arg = before.TrimSpace()
	}
	if w.misused != nil {
		if wrong := w.misused(c.arg, s.interactive()); wrong != "" {
			s.usage(wrong)
			return
		}
	}
	if !piped {
		w.run(s, t, c)
		return
	}
	p := s.newPipe(cmd)
	shown := s.screen.Renderer
	s.screen.Renderer, s.aside = p.Renderer, shown
	w.run(s, t, c)
	s.screen.Renderer, s.aside = shown, nil
	p.ended(s, nil)
}

// showLast shows what the screen has kept of the last exchange.
func (s *Shell) showLast() {
	if s.aside != nil {
		s.aside.ShowLastOn(s.screen.Renderer)
		return
	}
	s.screen.ShowLast()
}

// clear performs ":clear": it clears the screen, except for the prompt.
func (s *Shell) clear(*task, call) {
	if s.interactive() {
		s.screen.Pause()
		s.opt.Terminal.Write([]byte("\x1b[H\x1b[2J\n"))
	}
}

// historyShown is how many lines :history shows by default.
const historyShown = 20

func misusedHistory(arg command.Text, _ bool) string {
	if n, err := strconv.Atoi(string(arg)); arg != "" && (err != nil || n < 1) {
		return "usage: :history [N] (N is the number of lines)"
	}
	return ""
}

// showHistory performs ":history [N]".
func (s *Shell) showHistory(_ *task, c call) {
	n := historyShown
	if c.arg != "" {
		n, _ = strconv.Atoi(string(c.arg))
	}
	if s.opt.History == nil {
		s.note("no history is kept")
		return
	}
	lines := s.opt.History.Lines()
	for _, l := range lines[max(0, len(lines)-n):] {
		s.note(l)
	}
}

// runsAtOnce reports whether a typed line is a shell command that need not wait for the command under way.
func (s *Shell) runsAtOnce(text string) bool {
	text = strings.TrimSpace(text)
	name, _, _ := strings.Cut(strings.ToLower(text), " ")
	if !isBareWord(name) {
		return false
	}
	w := wordOf(strings.TrimPrefix(name, ":"))
	return w != nil && w.atOnce
}

// usage reports what is wrong with a line for the shell.
func (s *Shell) usage(text string) {
	s.warn(text + exampleOf(text))
	s.notSent(StatusUsage)
}

// exampleOf returns the example of the command whose usage a text is, to follow it; "" if it has one already.
func exampleOf(text string) string {
	rest, is := strings.CutPrefix(text, "usage: ")
	if !is || strings.Contains(text, ", as in ") {
		return ""
	}
	word, _, _ := strings.Cut(rest, " ")
	for _, c := range shellTable {
		if c.name == strings.TrimPrefix(word, ":") && c.example != "" && c.example != rest {
			return "; for example: " + c.example
		}
	}
	return ""
}

// paragraph shows several lines as notes.
func (s *Shell) paragraph(text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		s.note(line)
	}
}

func (s *Shell) pending(*task, call) {
	some := false
	for _, ss := range s.sessions {
		all := ss.InFlight()
		for i, c := range all {
			some = true
			if i == 20 {
				s.sayOf(ss, fmt.Sprintf("… and %d more", len(all)-i))
				break
			}
			s.sayOf(ss, fmt.Sprintf("%s %s  %s", c.Tag, safe(c.Line), s.now().Sub(c.Begun).Round(100*time.Millisecond)))
		}
	}
	if !some {
		s.note("no command is in flight")
	}
}

func misusedTLS(arg command.Text, _ bool) string {
	if word, _, _ := arg.Cut(" "); word != "" && !strings.EqualFold(string(word), "pem") {
		return "usage: :tls [pem [FILE]]"
	}
	return ""
}

// tlsCommand performs ":tls" and ":tls pem [FILE]".
func (s *Shell) tlsCommand(_ *task, c call) {
	word, file, _ := strings.Cut(string(c.arg), " ")
	file = strings.TrimSpace(file)
	if c.on == nil || !c.on.Connected() {
		s.note("not connected")
		return
	}
	info := c.on.Info()
	switch {
	case word == "":
		s.sayOf(c.on, c.on.Target.String()+" at "+info.Remote)
		s.events.Post(trace.Event{Kind: trace.Handshake, Conn: c.on.Name, At: s.now(), Info: &info})
	case info.State == nil:
		s.sayOf(c.on, render.TLS(&info, s.now()))
	case file == "":
		s.events.Post(trace.Event{Kind: trace.Text, Conn: c.on.Name, At: s.now(), Data: render.PEM(&info)})
	default:
		s.savePEM(c.on, file, render.PEM(&info))
	}
}

// savePEM writes the certificates of a connection to a new file.
func (s *Shell) savePEM(ss *session.Session, file string, text []byte) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		s.warn("saving the certificates: " + err.Error())
		s.notSent(StatusUsage)
		return
	}
	s.sayOf(ss, "the certificates are in "+file)
}

func (s *Shell) quitCommand(*task, call) {
	s.input.drop()
	s.input.typed, s.input.ended, s.input.interactive = nil, true, false
	s.outcome.stopped = true
	s.sayWaiting()
}

func (s *Shell) source(_ *task, c call) {
	name := string(c.arg)
	f, err := OpenScript(name)
	if err != nil {
		s.usage(err.Error())
		return
	}
	if why := s.nests(f); why != "" {
		f.Close()
		s.usage(":source " + name + ": " + why)
		return
	}
	in, err := openInput(name, f, false)
	if err == nil && in.replay != nil && !s.interactive() {
		err = s.mayReplay(in.replay, name)
	}
	if err != nil {
		f.Close()
		s.usage(err.Error())
		return
	}
	if faults := faultsOf(s.checker(), string(c.arg), in.whole); len(faults) > 0 {
		f.Close()
		for _, fault := range faults {
			s.paragraph(fault)
		}
		s.usage(":source " + string(c.arg) + ": nothing of it was run")
		return
	}
	in.whole = nil
	in.several, in.sourced = true, true
	if s.interactive() {
		in.of = &paste{source: in}
	}
	s.input.inputs = append([]*input{in}, s.input.inputs...)
}

// deepest limits how deep files run by ":source" may be nested.
const deepest = 16

// nests returns why a file cannot be run inside those that are being run: it is one of them, or there are too many.
// It returns "" if it can.
func (s *Shell) nests(f io.Reader) string {
	info := statOf(f)
	depth := 0
	for _, in := range s.input.inputs {
		if in.sourced {
			depth++
		}
		if other := statOf(in.src); info != nil && other != nil && os.SameFile(info, other) {
			return fmt.Sprintf("it is already running (%s, line %d)", in.name, in.lines)
		}
	}
	if depth >= deepest {
		return fmt.Sprintf("files can be nested %d deep at most", deepest)
	}
	return ""
}

// statOf returns the description of an open regular file; nil for anything else.
func statOf(r io.Reader) os.FileInfo {
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return info
		}
	}
	return nil
}

// waitForAll waits until all commands have been answered.
func (s *Shell) waitForAll(t *task, _ call) {
	for _, ss := range s.sessions {
		if s.waitsFor(t, ss) != nil {
			s.note("stopped waiting (:pending)")
			return
		}
	}
}
