//go:build linux || darwin

package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"imapsh/internal/sasl"
	"imapsh/internal/testserver"
)

// A givenSecret says how a run gets its secret, and in which folders it runs.
type givenSecret struct {
	t      *testing.T
	in     string // the home directory, with the file of the secret
	out    string // for all files that the run writes
	secret string
	mech   string
	needs  sasl.Needs
	url    string

	program string
	env     []string
	args    []string
	fd      *os.File // it becomes 3
	lines   string   // of the script, before all others
}

func (g *givenSecret) keep(name, text string) string {
	file := filepath.Join(g.in, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		g.t.Fatal(err)
	}
	if err := writeFile(file, text); err != nil {
		g.t.Fatal(err)
	}
	return file
}

func (g *givenSecret) command() string { return "cat " + g.keep("kept", g.secret+"\n") }

// flag returns the name of the flag for the command.
func (g *givenSecret) flag() string { return g.needs.String() + "-command" }

// onlyPasswords are the sources that cannot have tokens.
var onlyPasswords = map[string]bool{"netrc": true, "the keyring": true}

// secretSources are all sources of a secret.
var secretSources = []struct {
	name string
	gets func(g *givenSecret)
}{
	{"the environment", func(g *givenSecret) { g.env = append(g.env, "IMAPSH_PASSWORD="+g.secret) }},
	{"a command", func(g *givenSecret) { g.args = append(g.args, "--"+g.flag(), g.command()) }},
	{"an open file", func(g *givenSecret) {
		f, err := os.Open(g.keep("kept", g.secret+"\n"))
		if err != nil {
			g.t.Fatal(err)
		}
		g.fd = f
		g.args = append(g.args, "--password-fd", "3")
	}},
	{"netrc", func(g *givenSecret) { g.keep(".netrc", "machine localhost login carol password "+g.secret+"\n") }},
	{"the keyring", func(g *givenSecret) {
		g.env, g.program = append(g.env, keyringDir+"="+g.in), "imapsh" // the tests' own
		o := runWith(g.t, g.env, strings.NewReader(g.secret+"\n"), "password", "set", g.url).is(g.t, 0)
		keeps(g.t, g.secret, map[string]string{"the output of password set": o.stdout + o.stderr})
	}},
	{"a profile", func(g *givenSecret) {
		g.keep("imapsh/config.toml", fmt.Sprintf("[profile.box]\nurl = %q\n%s = %q\n", g.url, g.flag(), g.command()))
		g.url = "box"
	}},
	{"the terminal", nil},
	{"a line", func(g *givenSecret) {
		b64 := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
		answers := map[string][]string{
			"PLAIN": {b64("\x00carol\x00" + g.secret)}, "LOGIN": {b64("carol"), b64(g.secret)},
			"XOAUTH2": {b64("user=alice\x01auth=Bearer " + g.secret + "\x01\x01")}, "OAUTHBEARER": {b64("n,a=alice,\x01auth=Bearer " + g.secret + "\x01\x01")},
		}
		g.url = strings.NewReplacer("carol@", "", "alice@", "").Replace(g.url)
		switch lines := answers[g.mech]; {
		case g.mech == "off":
			g.lines = "login carol " + g.secret + "\n"
		case lines != nil:
			g.lines = "authenticate " + g.mech + "\n" + strings.Join(lines, "\n") + "\n"
		}
		g.mech = "off"
	}},
}

// run runs the shell, and returns everything that it wrote.
func (g *givenSecret) run(typed, right bool, mode string) (texts map[string]string, status int) {
	t := g.t
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	args := append([]string{"--mech", g.mech, "-o", mode, "--log", filepath.Join(g.out, "log"), "-v"}, g.args...)
	cmd := exec.CommandContext(ctx, g.program, append(args, g.url)...)
	cmd.Env = environ(append([]string{"HOME=" + g.in, "XDG_CONFIG_HOME=" + g.in, "XDG_STATE_HOME=" + filepath.Join(g.out, "state"), "PAGER=cat", "TERM=xterm"}, g.env...)...)
	if g.fd != nil {
		cmd.ExtraFiles = []*os.File{g.fd}
	}
	asks := ":reconnect\nnoop | env; ps axww -o args\n:set\n:caps\n:last\nnoop\n"
	if strings.HasPrefix(g.lines, "login ") { // a script cannot be asked for that password again
		asks = strings.TrimPrefix(asks, ":reconnect\n")
	}
	var screen, errors bytes.Buffer
	if typed {
		master, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 100, Rows: 50})
		if err != nil {
			t.Fatal(err)
		}
		defer master.Close()
		buf := make([]byte, 64<<10)
		stage, at := 0, 0
		for {
			n, err := master.Read(buf)
			screen.Write(buf[:n])
			if err != nil {
				break
			}
			// What was shown after the last line was typed.
			switch now := screen.String()[at:]; {
			case stage == 0 && strings.Contains(now, g.needs.Title()+" for "):
				stage, at = 1, screen.Len()
				master.WriteString(g.secret + "\r")
			case stage == 1 && strings.Contains(now, "localhost> "):
				stage, at = 2, screen.Len()
				master.WriteString("fetch nonsense\r:history\r:last\r:set\rnoop | env; ps axww -o args; expr 6 '*' 7777\r")
			case stage == 2 && strings.Contains(now, "46662"):
				stage, at = 3, screen.Len()
				if right {
					master.WriteString(":reconnect\r")
				}
				master.WriteString(":quit\r")
			}
		}
		cmd.Wait()
	} else {
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(g.lines+asks), &screen, &errors
		cmd.WaitDelay = patience
		cmd.Run()
	}
	if ctx.Err() != nil {
		t.Fatalf("it did not end:\n%s%s", screen.String(), errors.String())
	}
	texts = map[string]string{"the screen": screen.String(), "standard error": errors.String()}
	filepath.WalkDir(g.out, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			texts[strings.TrimPrefix(path, g.out)] = readFile(t, path)
		}
		return err
	})
	return texts, cmd.ProcessState.ExitCode()
}

func TestNoSecretIsInAnyOutputWhateverTheMechanismAndTheSource(t *testing.T) {
	s := testserver.Dovecot(t, testserver.WithMechanisms())
	for i, c := range mechanismCases(s) {
		for j, source := range secretSources {
			needs := sasl.Password
			if m := sasl.Lookup(c.mech); m != nil {
				needs = m.Needs
			}
			byHand := map[string]bool{"off": true, "PLAIN": true, "LOGIN": true, "XOAUTH2": true, "OAUTHBEARER": true}
			switch {
			case c.secret != "" && (i+j)%5 > 0 && !(c.mech == "off" && source.name == "a line"), // all of them take a minute
				c.secret == "" && j != i%len(modes), // it needs no secret: each in another mode
				needs == sasl.Token && onlyPasswords[source.name],
				source.name == "netrc" && c.user != "carol",
				source.name == "a line" && (!byHand[c.mech] || c.user != "carol" && needs == sasl.Password):
				continue
			}
			for _, right := range []bool{true, false} {
				mode, typed := modes[j%len(modes)], source.gets == nil
				if !right && (c.wrong == "" || j > 2 && !typed) { // each takes half a second
					continue
				}
				if typed {
					mode = "pretty"
				}
				name := fmt.Sprintf("%s of %q from %s, %s, right %v", c.mech, c.user, source.name, mode, right)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					dir := t.TempDir()
					g := &givenSecret{t: t, in: filepath.Join(dir, "in"), out: filepath.Join(dir, "out"), secret: c.secret, mech: c.mech, needs: needs, program: builtShell(t), args: append([]string{"--ca", s.CAFile}, c.args...)}
					for _, d := range []string{g.in, g.out} {
						if err := os.Mkdir(d, 0o700); err != nil {
							t.Fatal(err)
						}
					}
					g.url = strings.Replace(c.url(s), "127.0.0.1", "localhost", 1)
					if !right {
						g.secret = c.wrong
					}
					if source.gets != nil && c.secret != "" {
						source.gets(g)
					}
					began := time.Now()
					texts, status := g.run(typed && c.secret != "", right, mode)
					if g.secret != "" {
						keeps(t, g.secret, texts)
					}
					all := texts["the screen"] + texts["standard error"]
					if ok := status == 0; ok != right && !typed {
						t.Errorf("status %d after %v\n%s", status, time.Since(began), shortened(all))
					}
					if typed && c.secret != "" && strings.Contains(texts["/log"], "NO [") == right {
						t.Errorf("logged in: not %v\n%s", right, shortened(all))
					}
					if _, has := texts["/log"]; !has || right && mode != "json" && !(strings.Contains(all, "PATH=") && strings.Contains(all, "--log /")) {
						t.Errorf("no log, or no environment or arguments of a process\n%s", shortened(all))
					}
					if typed && c.secret != "" && texts["/state/imapsh/history"] == "" {
						t.Errorf("no history is searched: %v", texts)
					}
					if right || mode != "pretty" || source.name == "a line" {
						return
					}
					wants := []string{"NO [AUTHENTICATIONFAILED]", "the login failed"}
					if needs == sasl.Token && strings.HasPrefix(g.secret, "ey") {
						wants = []string{"!! the token expired 3 hours ago", "     status", "     waits for", "NO [AUTHENTICATIONFAILED]"}
					}
					for _, want := range wants {
						if !strings.Contains(all, want) {
							t.Errorf("no %q in\n%s", want, shortened(all))
						}
					}
				})
			}
		}
	}
}
