package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"imapsh/internal/testserver"
)

// An exporting is a running "imapsh check --serve".
type exporting struct {
	*testing.T
	cmd    *exec.Cmd
	addr   string
	stderr chan string // what it wrote, once it has ended
}

// export starts an exporter, and waits until it listens.
func export(t *testing.T, args ...string) *exporting {
	t.Helper()
	x := &exporting{T: t, cmd: exec.CommandContext(t.Context(), "imapsh", append([]string{"check", "--serve", "127.0.0.1:0"}, args...)...), stderr: make(chan string, 1)}
	x.cmd.Env = environ()
	pipe, err := x.cmd.StderrPipe()
	if err == nil {
		err = x.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.cmd.Process.Kill() })
	lines := bufio.NewReader(pipe)
	first, err := lines.ReadString('\n')
	_, rest, _ := strings.Cut(first, "-- http://")
	var ok bool
	if x.addr, _, ok = strings.Cut(rest, "/probe"); err != nil || !ok {
		t.Fatalf("it says %q, %v", first, err)
	}
	go func() {
		b, _ := io.ReadAll(lines)
		x.stderr <- string(b)
	}()
	return x
}

// get sends a request, and returns the status and the text of the answer.
func (x *exporting) get(path string) (int, string) {
	x.Helper()
	resp, err := http.Get("http://" + x.addr + path)
	if err != nil {
		x.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// ends sends TERM and returns what it wrote.
func (x *exporting) ends() string {
	x.Helper()
	if err := x.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		x.Fatal(err)
	}
	said := <-x.stderr
	if err := x.cmd.Wait(); err != nil {
		x.Errorf("it ends with %v\n%s", err, said)
	}
	return said
}

func TestPrometheusScrapesTheExporter(t *testing.T) {
	t.Parallel()
	program := testserver.Program(t, "prometheus", "prometheus")
	s := testserver.Dovecot(t)
	silent := testserver.NewCanned(t, testserver.Stall())
	dir := t.TempDir()
	work, wrong, hosts := "imap://alice@"+s.Clear(), "imap://bob@"+s.Clear(), filepath.Join(dir, "hosts")
	for name, text := range map[string]string{
		"config.toml":    fmt.Sprintf("[imapsh]\nca = %q\nsni = 'localhost'\n[profile.work]\nurl = %q\npassword-command = 'printf %%s secret'\n[profile.wrong]\nurl = %q\npassword-command = 'echo no'\n", s.CAFile, work, wrong),
		"hosts":          "imap://" + silent.Addr() + "\n",
		"prometheus.yml": "",
	} {
		if err := writeFile(filepath.Join(dir, name), text); err != nil {
			t.Fatal(err)
		}
	}
	x := export(t, "--config", filepath.Join(dir, "config.toml"), "-f", hosts, "--idle-for", "1ms")
	config := strings.NewReplacer("imaps://alice@mail.example.net", work, "imaps://mail2.example.net", wrong, "127.0.0.1:9793", x.addr, "1m", "3s", "30s", "3s").
		Replace(configOfThePage(t))
	config += fmt.Sprintf(`- job_name: silent
  metrics_path: /probe
  scrape_interval: 1s
  scrape_timeout: 1s
  static_configs: [{targets: [%q]}]
  params: {target: [%q]}
  relabel_configs:
  - {source_labels: [__param_target], target_label: instance}
`, x.addr, "imap://"+silent.Addr())
	if err := writeFile(filepath.Join(dir, "prometheus.yml"), config); err != nil {
		t.Fatal(err)
	}
	own := closedAddr(t)
	prometheus := exec.CommandContext(t.Context(), program, "--config.file", filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path", filepath.Join(dir, "data"),
		"--web.listen-address", own, "--log.level", "error")
	if err := prometheus.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { prometheus.Process.Kill(); prometheus.Wait() })
	want := map[string]string{
		`probe_success{instance="` + work + `"}`:                           "1",
		`imapsh_check_step_verdict{instance="` + work + `",step="login"}`:  "1",
		`probe_success{instance="` + wrong + `"}`:                          "0",
		`imapsh_check_step_verdict{instance="` + wrong + `",step="login"}`: "3",
		`imapsh_check_timed_out{instance="imap://` + silent.Addr() + `"}`:  "1",
		`up{instance="imap://` + silent.Addr() + `"}`:                      "1",
		`count(imapsh_probes_total{job="imapsh"})`:                         "4",
	}
	late := time.Now().Add(patience)
	for query, value := range want {
		for got := queried(own, query); got != value; got = queried(own, query) {
			if time.Now().After(late) {
				t.Fatalf("%s is %q, want %q", query, got, value)
			}
			time.Sleep(20 * time.Millisecond) // between two requests
		}
	}
	if said := x.ends(); said != "" {
		t.Errorf("it said %q", said)
	}
}

// configOfThePage returns the prometheus.yml of docs/check.md.
func configOfThePage(t *testing.T) string {
	t.Helper()
	_, rest, ok := strings.Cut(readFile(t, "../../docs/check.md"), "```yaml\nglobal:")
	config, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("docs/check.md has no prometheus.yml")
	}
	return "global:" + config
}

// queried asks Prometheus for a value; it returns "" if there is none yet.
func queried(addr, query string) string {
	resp, err := http.Get("http://" + addr + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	var answer struct {
		Data struct{ Result []struct{ Value [2]any } }
	}
	if json.NewDecoder(resp.Body).Decode(&answer) != nil || len(answer.Data.Result) != 1 {
		return ""
	}
	value, _ := answer.Data.Result[0].Value[1].(string)
	return value
}

func TestARequestChoosesOnlyAmongKnownServers(t *testing.T) {
	t.Parallel()
	known := testserver.NewCanned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n"), testserver.Reply(testserver.Replies{}))
	other := testserver.NewCanned(t, testserver.Send("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n"))
	dir := t.TempDir()
	mark := filepath.Join(dir, "ran")
	if err := writeFile(filepath.Join(dir, "config.toml"), fmt.Sprintf("[profile.any]\npassword-command = 'touch %s; echo x'\n[profile.one]\nurl = 'imap://carol@127.0.0.1:1'\npassword-command = 'touch %s; echo x'\n", mark, mark)); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(filepath.Join(dir, "hosts"), "imap://"+known.Addr()+"\n"); err != nil {
		t.Fatal(err)
	}
	x := export(t, "--config", filepath.Join(dir, "config.toml"), "-f", filepath.Join(dir, "hosts"), "--timeout", "5s")
	for _, c := range []struct {
		query  string
		status int
	}{
		{"target=imap://" + known.Addr(), 200},
		{"target=imap://" + strings.ToUpper(known.Addr()) + "/&profile=any", 200},
		{"target=imap://" + other.Addr(), 403},
		{"target=imap://mallory@" + known.Addr(), 403},
		{"target=imap://" + known.Addr() + "/Other", 403},
		{"target=imaps://" + known.Addr(), 403},
		{"target=" + other.Addr() + "&profile=any", 403},
		{"target=imap://" + known.Addr() + "&profile=one", 400},
		{"target=imap://" + known.Addr() + "&profile=/etc/passwd", 403},
		{"profile=any", 400},
		{"target=unix:/run/docker.sock", 403},
		{"target=%1b%5b31mimap://", 400},
		{"target=http://169.254.169.254/", 400},
	} {
		if status, text := x.get("/probe?" + c.query); status != c.status {
			t.Errorf("%s: status %d, want %d\n%s", c.query, status, c.status, text)
		}
	}
	if got := other.Received(); got != "" {
		t.Errorf("the other server got %q", got)
	}
	if got := known.Received(); strings.Contains(strings.ToUpper(got), "LOGIN") {
		t.Errorf("the known server got %q", got)
	}
	if said := x.ends(); said != "" {
		t.Errorf("it said %q", said)
	}
}

func TestAnExporterReportsMistakesBeforeItListens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		if err := writeFile(filepath.Join(dir, name), text); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	good := file("good.toml", "[profile.a]\nurl = 'imaps://mail.example.net'\n")
	for _, c := range []struct {
		name string
		args []string
		says string
	}{
		{"no servers", nil, "no servers to check"},
		{"a URL", []string{"imaps://mail.example.net"}, "--serve takes no URL"},
		{"a password from elsewhere", []string{"--config", good, "--password-command", "echo x"}, "--password-command cannot be combined with --serve"},
		{"no such file", []string{"--config", filepath.Join(dir, "none")}, "does not exist"},
		{"a user without a command", []string{"--config", file("bad.toml", "[profile.a]\nurl = 'imaps://alice@mail.example.net'\n")}, "bad.toml:1: the profile a has a user but no password-command, which --serve needs"},
		{"a bad address", []string{"--config", good, "--serve", "nowhere"}, "listening on nowhere"},
	} {
		o := run(t, "", append([]string{"check", "--serve", "127.0.0.1:0"}, c.args...)...).is(t, 2)
		if !strings.Contains(o.stderr, c.says) || o.stdout != "" {
			t.Errorf("%s: %s", c.name, o)
		}
	}
}
