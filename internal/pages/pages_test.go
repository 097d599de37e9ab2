//go:build linux || darwin

package pages

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

var update = flag.Bool("update", false, "write to the pages what their commands show")

// atOnce is how many pages are tested at the same time, unless -parallel says otherwise: most of them wait for a server.
const atOnce = "4"

func TestMain(m *testing.M) {
	flag.Set("test.parallel", atOnce) // before the command line is read
	flag.Parse()
	os.Exit(withProgram(m.Run))
}

// withProgram runs tests with imapsh first in PATH, as its users have it.
func withProgram(tests func() int) int {
	if testing.Short() {
		return tests()
	}
	dir, err := os.MkdirTemp("", "imapsh-pages-*")
	if err == nil {
		defer os.RemoveAll(dir)
		_, err = testserver.Build(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return tests()
}

// A server has the real addresses of a server that pages name.
type server struct {
	clear, tls string // addresses; tls may be missing
	ca         string // the file with the certificate of its authority
}

// servers are the servers that pages name. Each page has its own.
var servers = map[string]func(t testing.TB) server{
	"mail.example.net": func(t testing.TB) server { return reached(testserver.Dovecot(t)) },
	"old.example.net": func(t testing.TB) server {
		return reached(testserver.Dovecot(t, testserver.WithMechanisms(), testserver.WithSetting("plugin {\n acl_user = %u\n}")))
	},
	"new.example.net":       func(t testing.TB) server { return reached(testserver.Cyrus(t)) },
	"expired.example.net":   certified(testserver.Expired),
	"othername.example.net": certified(testserver.WrongHost),
	"ownca.example.net":     certified(testserver.UnknownIssuer),
	"strict.example.net": func(t testing.TB) server {
		return reached(testserver.Dovecot(t, testserver.WithSetting("auth_mechanisms = cram-md5")))
	},
	"peculiar.example.net": peculiar,
}

func reached(s *testserver.Server) server { return server{s.Clear(), s.TLS(), s.CAFile} }

// certified returns a function that starts a server with a certificate that clients must refuse.
func certified(c testserver.Certificate) func(testing.TB) server {
	return func(t testing.TB) server {
		conf, ca := testserver.TLSConfig(t, c)
		canned := testserver.NewCanned(t, testserver.StartTLS(conf),
			testserver.Send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"), testserver.Reply(nil))
		return server{tls: canned.Addr(), ca: ca}
	}
}

// peculiar starts a server that sends an invalid name and an invalid structure.
func peculiar(t testing.TB) server {
	var list strings.Builder
	for _, row := range strings.Split(strings.TrimSpace(`
(\HasNoChildren) "/" INBOX
(\HasChildren \Archive) "/" Archive
() "/" Archive/2025
() "/" Archive/2026
(\Noselect) "/" Customers
() "/" Customers/ACME
() "/" "Customers/M&APw-ller &- S&APY-hne"
() "/" Customers/R&D
() "/" Customers/Z&APw-rich
(\Drafts) "/" Entw&APw-rfe
(\Noselect) "/" Public
() "/" Public/Team
() "/" Public/Wiki
(\Sent) "/" Sent`), "\n") {
		list.WriteString("* LIST " + row + "\r\n")
	}
	canned := testserver.NewCanned(t, testserver.Send("* OK [CAPABILITY IMAP4rev1] peculiar server ready\r\n"),
		testserver.Reply(testserver.Replies{
			"LIST":    {testserver.Send(list.String() + "{tag} OK LIST completed\r\n")},
			"EXAMINE": {testserver.Send("* FLAGS (\\Seen)\r\n* 22 EXISTS\r\n* OK [UIDVALIDITY 1] UIDs valid\r\n{tag} OK EXAMINE completed\r\n")},
			"FETCH": {testserver.Send(`* 17 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 1152 23 NIL NIL NIL NIL)` +
				`(NIL NIL NIL NIL NIL "7bit" 0 NIL NIL NIL NIL) "mixed" ("boundary" "b1") NIL NIL NIL))` + "\r\n{tag} OK FETCH completed\r\n")},
		}))
	return server{clear: canned.Addr()}
}

// A reader runs a page: it holds what the commands need, and the open terminal.
type reader struct {
	*testing.T
	*page
	dir     string // where commands run, and their home
	servers map[string]server
	host    string  // the last host that a command named
	foreign bool    // the last commands are of other programs than imapsh
	pending string  // commands that have not been run yet
	pendAt  int     // their line
	screen  *screen // the open terminal; nil if there is none
}

func TestPagesShowWhatTheirCommandsDo(t *testing.T) {
	testserver.Slow(t)
	for _, path := range pagePaths(t) {
		p := readPage(t, path)
		if !slices.ContainsFunc(p.lines, func(l string) bool { return l == "```sh" || l == commandTable || strings.HasPrefix(l, "<!-- picture ") }) {
			continue
		}
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			before := strings.Join(p.lines, "\n")
			r := &reader{T: t, page: p, dir: t.TempDir(), servers: map[string]server{}}
			r.administrators()
			if err := os.CopyFS(filepath.Join(r.dir, "docs", "scripts"), os.DirFS(filepath.Join(root, "docs", "scripts"))); err != nil {
				t.Fatal(err)
			}
			r.follow()
			if *update && !t.Failed() && strings.Join(p.lines, "\n") != before {
				p.write(t)
			}
		})
	}
}

// administrators writes the files with the passwords of the administrators.
func (r *reader) administrators() {
	for name, password := range map[string]string{testserver.Master: testserver.MasterPassword, testserver.Admin: testserver.Password} {
		if err := os.WriteFile(filepath.Join(r.dir, name+".pw"), []byte(password+"\n"), 0o600); err != nil {
			r.Fatal(err)
		}
	}
}

// follow runs the page from top to bottom.
func (r *reader) follow() {
	for at := 0; ; {
		b, ok := r.next(at)
		if !ok {
			break
		}
		at = b.after()
		switch {
		case b.info == "sh":
			r.flush()
			if _, ok := b.is("not"); !ok {
				r.pending, r.pendAt = r.text(b), b.from
				r.foreign = !strings.Contains(r.pending, "imapsh")
			}
		case b.info == "commands":
			r.flush()
			for i, command := range r.commands(b) {
				if out, code := r.sh(command); code != 0 && (code != 1 || !strings.HasPrefix(command, "imapsh diff ")) { // 1 says that there are differences
					r.Errorf("%s: exit status %d\n%s\n%s", r.line(b.from+i), code, command, out)
				}
			}
		case b.info == "picture":
			r.picture(b)
		case b.info == "text" || b.info == "":
			if r.foreign && !*update { // they take long, and other versions show something else
				r.pending = ""
				continue
			}
			var got string
			if arg, ok := b.is("output"); ok {
				got = r.run(arg)
			} else if arg, ok := b.is("screen"); ok {
				got = r.play(b, arg)
			} else {
				continue
			}
			if got == "" {
				r.Errorf("%s: nothing is shown", r.line(b.from))
			}
			if page := r.text(b); got == page || masked(got) == masked(page) {
				continue
			}
			if *update {
				at = r.put(b, got)
			} else {
				r.Errorf("%s: the page differs from the present output (make docs rewrites it)\n now:\n%s\npage:\n%s", r.line(b.from+firstOther(r.lines[b.from:b.to], got)), got, r.text(b))
			}
		}
	}
	r.flush()
}

// flush runs the pending commands, whose output no page shows. They must end with 0.
func (r *reader) flush() {
	if r.pending != "" {
		r.pending = "set -e\n" + r.pending
		r.run("")
	}
}

// run runs the pending commands and returns their output. They must end with status, or with 0 if it is "".
func (r *reader) run(status string) string {
	r.Helper()
	commands := r.pending
	r.pending = ""
	out, code := r.sh(commands)
	want, _ := strconv.Atoi(status)
	if code != want {
		r.Errorf("%s: exit status %d, want %d\n%s\n%s", r.line(r.pendAt), code, want, commands, out)
	}
	return out
}

// sh runs commands by sh, and returns their output and exit status.
func (r *reader) sh(commands string) (string, int) {
	r.Helper()
	for _, word := range strings.Fields(commands) {
		if pkg, ok := needed[word]; ok {
			if _, err := exec.LookPath(word); err != nil {
				testserver.Missing(r.T, word, "Debian has it in "+pkg)
			}
		}
	}
	cmd := exec.CommandContext(r.Context(), "sh", "-c", r.real(commands))
	cmd.Dir, cmd.Env = r.dir, r.environ()
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		r.Fatal(err)
	}
	return r.shown(string(out)), cmd.ProcessState.ExitCode()
}

func (r *reader) environ() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + r.dir, "LC_ALL=C.UTF-8", "TZ=UTC", "IMAPSH_PASSWORD=" + testserver.Password,
		"IMAPSH_PASSWORD2=" + testserver.Password,
		"SSL_CERT_FILE=" + filepath.Join(r.dir, ".ca.pem"), "CURL_CA_BUNDLE=" + filepath.Join(r.dir, ".ca.pem"),
		"PS1=$ ",
	}
}

var (
	named = regexp.MustCompile(`(-p 143 )?(imaps?://)?([\w.*]+@)?\b([a-z]+\.example\.net)([: ]|", )?(143|993\b)?`)
	local = regexp.MustCompile(`(imaps?://)?([\w.*]+@)?\b(localhost|127\.0\.0\.1):(\d+)`)
)

// The practice server is used for tables with the head "typed | sent".
func TestTablesOfWhatIsTypedAndSentAreRight(t *testing.T) {
	testserver.Slow(t)
	span := regexp.MustCompile("`([^`]+)`")
	tables := 0
	for _, path := range pagePaths(t) {
		p := readPage(t, path)
		for i := 0; i < len(p.lines); i++ {
			if p.lines[i] != "| typed | sent |" {
				continue
			}
			tables++
			args := []string{"demo", "--force", "-e", "select inbox"}
			type row struct {
				line        int
				typed, sent string
			}
			var rows []row
			for i += 2; i < len(p.lines) && strings.HasPrefix(p.lines[i], "| `"); i++ {
				cells := strings.Split(p.lines[i], " | ")
				typed := span.FindStringSubmatch(cells[0])[1]
				sent := typed
				if m := span.FindStringSubmatch(cells[1]); m != nil {
					sent, _, _ = strings.Cut(m[1], "…")
				} else if !strings.Contains(cells[1], "as typed") {
					continue
				}
				args = append(args, "-e", typed)
				rows = append(rows, row{i, typed, sent})
			}
			out, err := exec.CommandContext(t.Context(), "imapsh", args...).Output()
			rest := out // after what the row before sent
			for _, r := range rows {
				at := regexp.MustCompile(`(?m)^C: .*` + regexp.QuoteMeta(r.sent)).FindIndex(rest)
				if at == nil {
					t.Errorf("%s: %s does not send %s after the rows above: %v\n%s", p.line(r.line), r.typed, r.sent, err, out)
					continue
				}
				rest = rest[at[1]:]
			}
		}
	}
	if tables == 0 {
		t.Error("no page has such a table: the test looks in the wrong place")
	}
}

// A session must show all marks that README.md lists, and each of its lines must begin with one.
func TestEachLineBeginsWithAMarkOfTheREADME(t *testing.T) {
	testserver.Slow(t)
	p := readPage(t, "README.md")
	at := slices.Index(p.lines, "| mark | what follows |")
	if at < 0 {
		t.Fatal("README.md has no table of marks")
	}
	used := map[string]bool{}
	for at += 2; strings.HasPrefix(p.lines[at], "| "); at++ {
		marks, _, _ := strings.Cut(strings.ReplaceAll(p.lines[at], `\|`, "\x00"), " | ")
		for _, m := range regexp.MustCompile("`([^`]+)`|(five spaces)").FindAllStringSubmatch(marks, -1) {
			used[strings.ReplaceAll(m[1], "\x00", "|")+strings.Repeat(" ", len(m[2])/len("five spaces")*5)] = false
		}
	}
	cmd := exec.CommandContext(t.Context(), "imapsh", "demo")
	cmd.Stdin = strings.NewReader("nonsense\nselect inbox\nappend inbox <<END\nSubject: x\n\ny\nEND\nfetch 1 body.peek[header]\n")
	out, _ := cmd.Output() // the exit status is not 0 because of a BAD
	for _, line := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		known := false
		for mark := range used {
			if strings.HasPrefix(line, mark) || line == strings.TrimSpace(mark) { // an empty line of a literal
				used[mark], known = true, true
			}
		}
		if !known {
			t.Errorf("%q does not begin with a mark of README.md", line)
		}
	}
	for mark, shown := range used {
		if !shown {
			t.Errorf("no line begins with %q\n%s", mark, out)
		}
	}
	if len(used) < 7 {
		t.Errorf("README.md has only the marks %v", used)
	}
}

// real returns a command with real addresses in place of the servers that it names.
func (r *reader) real(command string) string {
	return named.ReplaceAllStringFunc(command, func(found string) string {
		m := named.FindStringSubmatch(found)
		before, scheme, user, host, separator, port := m[1], m[2], m[3], m[4], m[5], m[6]
		start, ok := servers[host]
		if !ok {
			return found
		}
		r.host = host
		s, ok := r.servers[host]
		if !ok {
			s = start(r.T)
			r.servers[host] = s
			if s.ca != "" {
				r.trust(s.ca)
			}
		}
		addr := s.tls
		if before != "" || scheme == "imap://" || port == "143" {
			addr = s.clear
		}
		_, real, _ := strings.Cut(addr, ":")
		switch {
		case before != "":
			return "-p " + real + " localhost" + separator
		case scheme == "" && port == "143" && !strings.Contains(command, "telnet "): // the program knows that this port is without TLS, but not the real one
			return "imap://" + user + "localhost:" + real
		case port == "" && (scheme == "" || separator != ""): // the end of a sentence, not of an address
			return scheme + user + "localhost:" + real + separator
		case port == "":
			separator = ":"
		}
		return scheme + user + "localhost" + separator + real
	})
}

// trust adds an authority to those that commands trust.
func (r *reader) trust(file string) {
	ca, err := os.ReadFile(file)
	if err != nil {
		r.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(r.dir, ".ca.pem"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		r.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(ca); err != nil {
		r.Fatal(err)
	}
}

// shown returns an output with the names of servers, and without spaces at the ends of lines.
func (r *reader) shown(text string) string {
	text = local.ReplaceAllStringFunc(text, func(found string) string {
		m := local.FindStringSubmatch(found)
		for host, s := range r.servers {
			for port, addr := range map[string]string{"143": s.clear, "993": s.tls} {
				if addr != "127.0.0.1:"+m[4] {
					continue
				}
				switch {
				case m[3] == "127.0.0.1":
					return m[1] + m[2] + "192.0.2.10:" + port
				case m[1] != "":
					return m[1] + m[2] + host
				}
				return m[2] + host + ":" + port
			}
		}
		return found
	})
	if r.host != "" {
		text = regexp.MustCompile(`\blocalhost\b`).ReplaceAllLiteralString(text, r.host)
	}
	text = strings.ReplaceAll(text, r.dir, "~")
	lines := strings.Split(strings.TrimRight(text, "\n "), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \r")
	}
	return strings.Join(lines, "\n")
}
