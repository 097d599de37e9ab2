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
var cyrusImapd = template.Must(template.New("imapd.conf").Parse(`configdirectory: {{.Dir}}/conf
proc_path: {{.Dir}}/run/proc
mboxname_lockpath: {{.Dir}}/run/lock
defaultpartition: default
partition-default: {{.Dir}}/spool
sievedir: {{.Dir}}/conf/sieve
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

// cyrusMaster names imapd.conf in each command, because each program reads it for itself.
var cyrusMaster = template.Must(template.New("cyrus.conf").Parse(`START {
  recover cmd="{{.Common}}/ctl_cyrusdb -C {{.Dir}}/imapd.conf -r"
}
SERVICES {
  imap  cmd="{{.Imapd}}/imapd -C {{.Dir}}/imapd.conf"    listen="127.0.0.1:{{.Clear}}" prefork=1 maxchild=100
  imaps cmd="{{.Imapd}}/imapd -C {{.Dir}}/imapd.conf -s" listen="127.0.0.1:{{.TLS}}"   prefork=0 maxchild=100
}
DAEMON {
  idled cmd="{{.Imapd}}/idled -C {{.Dir}}/imapd.conf"
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
	s := &Server{program: cyrusBin + "/master"}
	file := func(name string) string { return filepath.Join(s.dir, name) }
	s.bring(t, kind{
		name:      "Cyrus",
		log:       "stderr.log",
		prepare:   func() error { return s.prepareCyrus(saslpasswd) },
		configure: func() error { return s.configureCyrus(filepath.Join(root, cyrusBin)) },
		command: func() *exec.Cmd {
			// -D keeps it in the foreground.
			cmd := exec.Command(s.program, "-C", file("imapd.conf"), "-M", file("cyrus.conf"), "-p", file("run/master.pid"), "-D")
			cmd.Env = append(os.Environ(), "CYRUS_USER="+s.owner.name, "CYRUS_GROUP="+s.owner.group)
			prepareGroup(cmd, s.owner)
			return cmd
		},
	})
	s.seed(t)
	return s
}

// prepareCyrus writes what does not depend on the ports: directories, certificate and users.
func (s *Server) prepareCyrus(saslpasswd string) error {
	for _, dir := range []string{"spool", "run/proc", "run/lock", "run/socket", "conf/db", "conf/log", "conf/msg",
		"conf/proc", "conf/ptclient", "conf/socket", "conf/sieve"} {
		if err := os.MkdirAll(filepath.Join(s.dir, dir), 0o755); err != nil {
			return err
		}
	}
	if err := s.certify(Good); err != nil {
		return err
	}
	for _, user := range []string{Alice, Bob, Admin} {
		// The realm must be the name of the server, servername in imapd.conf.
		cmd := exec.Command(saslpasswd, "-f", filepath.Join(s.dir, "sasldb2"), "-u", "localhost", "-c", "-p", user)
		cmd.Stdin = strings.NewReader(Password)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("making the user %s: %w: %s", user, err, out)
		}
	}
	return s.handOver()
}

// configureCyrus writes the two configuration files, with the ports that start found.
func (s *Server) configureCyrus(imapd string) error {
	data := struct {
		Dir, User, Group, Common, Imapd string
		Clear, TLS                      int
	}{s.dir, s.owner.name, s.owner.group, cyrusBin, imapd, s.clear, s.tls}
	return s.write(data, cyrusImapd, cyrusMaster)
}
