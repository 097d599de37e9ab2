package repl

import (
	"fmt"
	"os"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/render"
	"imapsh/tagger"
)

// A shellCommand is one of the shell's own, typed behind ":".
type shellCommand struct {
	name, args, help string
	run              func(s *Shell, arg string, l inputLine)
	// atOnce runs it while a command is under way, ahead of the lines that wait.
	atOnce bool
}

// shellTable is all of them, by name. It is filled in init because some of them read it.
var shellTable []shellCommand

func init() {
	shellTable = []shellCommand{
		{name: "caps", args: "", help: "what the server offers", run: (*Shell).sayCaps, atOnce: true},
		{name: "clock", args: "on|off", help: "the time of day of every response", run: (*Shell).setClock, atOnce: true},
		{name: "confirm", args: "on|off", help: "ask before what destroys", run: (*Shell).setConfirm, atOnce: true},
		{name: "explain", args: "on|off", help: "a sentence beneath every command and response", run: (*Shell).setExplain, atOnce: true},
		{name: "help", args: "[TOPIC]", help: "the commands, or one of them", run: (*Shell).help, atOnce: true},
		{name: "hints", args: "on|off", help: "the rest of the grammar behind what is typed", run: (*Shell).setHints},
		{name: "last", args: "", help: "the last exchange, whole", run: (*Shell).showLast, atOnce: true},
		{name: "literals", args: "auto|sync|nonsync", help: "how literals are announced", run: (*Shell).setLiterals},
		{name: "log", args: "FILE|off", help: "keep a transcript", run: (*Shell).setLog},
		{name: "oddities", args: "", help: "where responses left the grammar or the protocol", run: (*Shell).listOddities, atOnce: true},
		{name: "output", args: "pretty|raw|json", help: "how responses are shown", run: (*Shell).setOutput},
		{name: "pager", args: "on|off", help: "long output of a command goes through $PAGER, or less", run: (*Shell).setPager},
		{name: "pending", args: "", help: "the commands not answered yet", run: (*Shell).pending, atOnce: true},
		{name: "quit", args: "", help: "log out and leave", run: (*Shell).quitCommand},
		{name: "read", args: "[UID] N [raw]", help: "a message: its headers, its text decoded, its parts", run: (*Shell).readMessage},
		{name: "reconnect", args: "", help: "connect anew, as at the start", run: (*Shell).reconnect, atOnce: true},
		{name: "save", args: "[UID] N PART [FILE]", help: "a part of a message, decoded, in a file", run: (*Shell).savePart},
		{name: "send", args: "TEXT", help: "send a line as it is, without a tag", run: (*Shell).sendRaw},
		{name: "show", args: "all|odd", help: "all responses, or those with oddities alone", run: (*Shell).setShow, atOnce: true},
		{name: "source", args: "FILE", help: "run the lines of a file", run: (*Shell).source},
		{name: "tls", args: "", help: "the connection and its certificate", run: (*Shell).tlsCommand, atOnce: true},
		{name: "wait", args: "", help: "wait for all commands in flight", run: (*Shell).wait},
		{name: "watch", args: "N COMMAND", help: "run a command every N seconds", run: (*Shell).watchCommand},
		{name: "wire", args: "full|short", help: "show wire lines whole, or cut on a terminal", run: (*Shell).setWire, atOnce: true},
	}
}

// aliases are other names of shell commands.
var aliases = map[string]string{"exit": "quit", "q": "quit", "?": "help"}

// shellCommand runs a line that is for the shell, without its ":".
func (s *Shell) shellCommand(text string, l inputLine) {
	name, arg, _ := strings.Cut(strings.TrimSpace(text), " ")
	name = strings.ToLower(name)
	if a, ok := aliases[name]; ok {
		name = a
	}
	var found *shellCommand
	for i := range shellTable {
		switch c := &shellTable[i]; {
		case c.name == name:
			c.run(s, strings.TrimSpace(arg), l)
			return
		case name != "" && strings.HasPrefix(c.name, name) && found == nil:
			found = c
		}
	}
	if found != nil {
		s.usage(fmt.Sprintf(":%s is no command of the shell; did you mean :%s? (:help lists them)", name, found.name))
		return
	}
	s.usage(fmt.Sprintf(":%s is no command of the shell (:help lists them)", name))
}

// runsAtOnce tells that a typed line is for the shell and need not wait for what is under way.
func runsAtOnce(text string) bool {
	name, own := strings.CutPrefix(strings.TrimSpace(text), ":")
	if !own && !isBare(text) {
		return false
	}
	name, _, _ = strings.Cut(strings.ToLower(name), " ")
	for i := range shellTable {
		if shellTable[i].name == name {
			return shellTable[i].atOnce
		}
	}
	return false
}

// set tells what a setting is now, to whom has just typed it.
func (s *Shell) set(name, value string) {
	if s.interactive() {
		s.out.Note(name + " is " + strings.ToLower(value))
	}
}

// usage says what was wrong with a line for the shell itself.
func (s *Shell) usage(text string) {
	s.out.Warn(text)
	if !s.interactive() {
		s.raise(StatusUsage)
	}
}

// lines shows several lines as notes.
func (s *Shell) lines(text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		s.out.Note(line)
	}
}

// choice reads one of a few words.
func (s *Shell) choice(name, arg string, of ...string) (int, bool) {
	for i, w := range of {
		if strings.EqualFold(arg, w) {
			return i, true
		}
	}
	s.usage(fmt.Sprintf("usage: :%s %s", name, strings.Join(of, "|")))
	return 0, false
}

func (s *Shell) setClock(arg string, _ inputLine) {
	if i, ok := s.choice("clock", arg, "on", "off"); ok {
		o := s.out.Options()
		o.Clock = i == 0
		s.out.Configure(o)
		s.set("clock", arg)
	}
}

func (s *Shell) setHints(arg string, _ inputLine) {
	if i, ok := s.choice("hints", arg, "on", "off"); ok {
		s.hints = i == 0
		s.set("hints", arg)
	}
}

func (s *Shell) setWire(arg string, _ inputLine) {
	if i, ok := s.choice("wire", arg, "full", "short"); ok {
		o := s.out.Options()
		o.WireFull = i == 0
		s.out.Configure(o)
		s.set("wire", arg)
	}
}

func (s *Shell) setOutput(arg string, _ inputLine) {
	if i, ok := s.choice("output", arg, "pretty", "raw", "json"); ok {
		o := s.out.Options()
		o.Mode = []render.Mode{render.Pretty, render.Raw, render.JSON}[i]
		s.out.Configure(o)
		s.set("output", arg)
	}
}

func (s *Shell) setLiterals(arg string, _ inputLine) {
	if _, ok := s.choice("literals", arg, "auto", "sync", "nonsync"); ok {
		s.tag.SetLiterals(LiteralModes[strings.ToLower(arg)])
		s.set("literals", arg)
	}
}

// LiteralModes are the words of --literals and :literals.
var LiteralModes = map[string]command.LiteralMode{
	"auto": command.LiteralsAuto, "sync": command.LiteralsSync, "nonsync": command.LiteralsNonSync,
}

func (s *Shell) showLast(string, inputLine) { s.out.ShowLast() }

func (s *Shell) setLog(arg string, _ inputLine) {
	switch {
	case arg == "":
		s.usage("usage: :log FILE|off")
	case arg == "off":
		s.closeLog()
		s.out.Note("the transcript has ended")
	default:
		if err := s.openLog(arg); err != nil {
			s.usage(err.Error())
			return
		}
		s.out.Note("the transcript goes to " + arg)
	}
}

// openLog begins a transcript: all that happens, uncut, in a file of mode 0600.
func (s *Shell) openLog(name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the transcript: %w", err)
	}
	s.closeLog()
	s.logFile = f
	s.out.log = render.New(render.Options{Out: f, Now: s.opt.Now})
	return nil
}

func (s *Shell) closeLog() {
	if s.logFile == nil {
		return
	}
	s.out.log.Pause()
	if err := s.out.log.Err(); err != nil {
		s.out.Renderer.Warn("writing the transcript: " + err.Error())
	}
	s.out.log = nil
	s.logFile.Close()
	s.logFile = nil
}

func (s *Shell) pending(string, inputLine) {
	all := s.tag.InFlight()
	if len(all) == 0 {
		s.out.Note("no command is in flight")
	}
	for i, c := range all {
		if i == 20 {
			s.out.Note(fmt.Sprintf("… and %d more", len(all)-i))
			return
		}
		s.out.Note(fmt.Sprintf("%s %s  %s", c.Tag, safe(c.Line), s.opt.Now().Sub(c.Begun).Round(100*time.Millisecond)))
	}
}

func (s *Shell) tlsCommand(string, inputLine) {
	if s.conn == nil {
		s.out.Note("not connected")
		return
	}
	s.out.Note(s.target.String() + " at " + s.conn.Info().Remote)
	s.sayTLS()
}

func (s *Shell) quitCommand(string, inputLine) {
	s.inputs, s.ahead, s.typed, s.ended = nil, nil, nil, true
	s.stopped = true
	s.sayWaiting()
}

func (s *Shell) reconnect(string, inputLine) {
	if s.opt.Target == nil {
		s.usage("there is nothing to connect to: imapsh was started without a server")
		return
	}
	s.disconnectQuietly()
	s.connect(*s.opt.Target)
}

// sendRaw sends a line as it is. One that is a command with a tag is followed like any other.
func (s *Shell) sendRaw(arg string, l inputLine) {
	if s.conn == nil {
		s.out.Warn("not connected: nothing was sent (:reconnect)")
		s.notSent()
		return
	}
	m := command.MatchLine(arg)
	tag, rest := command.Whose(arg, func(string) bool { return false })
	if tag != "" {
		m = command.MatchLine(rest)
	}
	if tagged := (tagger.Line{Tag: ":send"}); !s.readOnly(&tagged, &m) {
		return
	}
	if _, reveals := m.Reveals(); reveals && s.conn.Info().Trust == conn.Clear {
		s.out.Warn(":send asks nothing: the secret goes in clear")
	}
	if tag != "" {
		s.commandFrom(tagger.Line{Tag: tag, Blank: arg[len(tag) : len(arg)-len(rest)], Text: rest}, redirection{}, nil, l)
		return
	}
	st := tagger.Step{Kind: tagger.SendText, Bytes: []byte(arg + "\r\n"), Secrets: m.Secrets}
	s.showSent(st)
	s.send(conn.Op{Bytes: st.Bytes})
}

func (s *Shell) source(arg string, _ inputLine) {
	f, err := os.Open(arg)
	if err != nil {
		s.usage(err.Error())
		return
	}
	in := newInput(arg, f)
	in.close = f
	s.inputs = append([]*input{in}, s.inputs...)
}

// wait holds the input back until all commands are answered.
func (s *Shell) wait(string, inputLine) {
	s.waiting = len(s.tag.InFlight()) > 0
	s.waitTimer()
}

// help lists the commands, or shows one.
func (s *Shell) help(arg string, _ inputLine) { s.showHelp(arg) }
