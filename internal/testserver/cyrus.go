package testserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
)

const cyrusBin = "/usr/lib/cyrus/bin"

// cyrusImapd makes Cyrus separate names by "/" and keep other mailboxes outside INBOX, like Dovecot.
var cyrusImapd = template.Must(template.New("imapd.conf").Parse(`configdirectory: {{.Mail}}/conf
proc_path: {{.Mail}}/run/proc
mboxname_lockpath: {{.Mail}}/run/lock
defaultpartition: default
partition-default: {{.Mail}}/spool
sievedir: {{.Mail}}/conf/sieve
servername: localhost
cyrus_user: {{.User}}
cyrus_group: {{.Group}}
admins: cyrus
altnamespace: yes
unixhierarchysep: yes
virtdomains: off
skiplist_unsafe: yes
autocreate_quota: 10485760
autocreate_inbox_folders: Drafts | Sent | Trash
autocreate_subscribe_folders: Drafts | Sent | Trash
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
specialusealways: yes
conversations: yes
annotation_allow_undefined: yes
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {{.Dir}}/sasldb2
sasl_mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
tls_server_cert: {{.Dir}}/server.pem
tls_server_key: {{.Dir}}/server-key.pem
idlesocket: {{.Dir}}/run/socket/idle
lmtpsocket: {{.Dir}}/run/socket/lmtp
notifysocket: {{.Dir}}/run/socket/notify
maxlogins_per_host: 0
`))

// cyrusMaster names imapd.conf in each command, because each program reads it for itself, and each place has its own.
var cyrusMaster = template.Must(template.New("cyrus.conf").Parse(`START {
  recover cmd="{{.Common}}/ctl_cyrusdb -C {{.First}}/imapd.conf -r"
}
SERVICES {
  {{- range .Places}}
  imap{{.Clear}} cmd="{{$.Imapd}}/imapd -C {{$.Dir}}/mail/{{.Clear}}/imapd.conf"    listen="127.0.0.1:{{.Clear}}" prefork=0 maxchild=100
  imaps{{.TLS}}  cmd="{{$.Imapd}}/imapd -C {{$.Dir}}/mail/{{.Clear}}/imapd.conf -s" listen="127.0.0.1:{{.TLS}}"   prefork=0 maxchild=100
  {{- end}}
}
DAEMON {
  idled cmd="{{.Imapd}}/idled -C {{.First}}/imapd.conf"
}
EVENTS {
}
`))

// Cyrus starts a Cyrus on free loopback ports, with Alice, Bob and Admin. Without one
// installed the test is skipped; with CI set in the environment it fails.
func Cyrus(t testing.TB) *Server {
	t.Helper()
	root, ok := rootOf("cyrus-imapd", cyrusBin+"/imapd")
	saslpasswd, err := find("saslpasswd2")
	if !ok || err != nil || !exist(cyrusBin+"/master", cyrusBin+"/ctl_cyrusdb") {
		Missing(t, "Cyrus", "make servers installs it on Debian as root")
	}
	imapd := filepath.Join(root, cyrusBin)
	return serve(t, "Cyrus", kind{
		name:      "Cyrus",
		path:      cyrusBin + "/master",
		log:       "stderr.log",
		tests:     16,
		prepare:   func(p *program) error { return p.prepareCyrus(saslpasswd) },
		configure: func(p *program) error { return p.configureCyrus(imapd) },
		command: func(p *program) *exec.Cmd {
			// -D keeps it in the foreground.
			cmd := exec.Command(p.path, "-C", filepath.Join(p.pattern(), "imapd.conf"), "-M", p.file("cyrus.conf"), "-p", p.file("run/master.pid"), "-D")
			cmd.Env = append(os.Environ(), "CYRUS_USER="+p.owner.name, "CYRUS_GROUP="+p.owner.group)
			prepareGroup(cmd, p.owner)
			return cmd
		},
		// It takes all ports before it serves one. The others have no mail yet.
		listens: func(p *program) []int { return []int{p.places[0].Clear} },
		seed:    seed,
		furnish: (*program).configureMail,
	})
}

// prepareCyrus writes what does not depend on the ports: directories, certificate and users.
func (p *program) prepareCyrus(saslpasswd string) error {
	for _, dir := range []string{"mail/pattern/spool", "mail/pattern/run/proc", "mail/pattern/run/lock", "run/socket"} {
		if err := os.MkdirAll(p.file(dir), 0o755); err != nil {
			return err
		}
	}
	for _, dir := range []string{"db", "log", "msg", "proc", "ptclient", "socket", "sieve"} {
		if err := os.MkdirAll(filepath.Join(p.pattern(), "conf", dir), 0o755); err != nil {
			return err
		}
	}
	if err := p.certify(Good); err != nil {
		return err
	}
	for _, user := range []string{Alice, Bob, Admin} {
		// The realm must be the name of the server, servername in imapd.conf.
		cmd := exec.Command(saslpasswd, "-f", p.file("sasldb2"), "-u", "localhost", "-c", "-p", user)
		cmd.Stdin = strings.NewReader(Password)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("making the user %s: %w: %s", user, err, out)
		}
	}
	return p.handOver()
}

// configureCyrus writes the two configuration files, imapd.conf for the first place.
func (p *program) configureCyrus(imapd string) error {
	data := struct {
		Dir, First, Common, Imapd string
		Places                    []place
	}{p.dir, p.mail(p.places[0]), cyrusBin, imapd, p.places}
	if err := p.write(p.dir, data, cyrusMaster); err != nil {
		return err
	}
	return p.configureMail(p.places[0])
}

// configureMail writes imapd.conf for a place.
func (p *program) configureMail(at place) error {
	return p.write(p.mail(at), struct{ Dir, Mail, User, Group string }{p.dir, p.mail(at), p.owner.name, p.owner.group}, cyrusImapd)
}
