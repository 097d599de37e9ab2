package testserver

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

// config holds what options change.
type config struct {
	certificate Certificate
	settings    []string
	mechanisms  bool
	own         bool
}

// tests returns how many tests a Dovecot with this configuration serves. To listen on the ports of many takes time as well.
func (c *config) tests() int {
	switch {
	case c.own:
		return 1
	case c.certificate == Good && len(c.settings) == 0 && !c.mechanisms:
		return 64
	}
	return 8
}

// dovecotConf runs Dovecot as an ordinary user: nothing in it changes the user or the root directory.
var dovecotConf = template.Must(template.New("dovecot.conf").Parse(`
protocols = imap
listen = 127.0.0.1
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
instance_name = imapsh-test
log_path = {{.Dir}}/dovecot.log
auth_verbose = yes
shutdown_clients = yes
verbose_proctitle = no

default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 1000
# An idling client immediately sees what others have changed, and never "Still here", which comes at times that depend on the clock.
mailbox_idle_check_interval = 1 secs
imap_idle_notify_interval = 24 hours
mail_plugins = quota zlib acl notify
mail_attribute_dict = file:%h/attributes
mail_server_admin = mailto:postmaster@localhost

ssl = yes
ssl_cert = <{{.Dir}}/server.pem
ssl_key = <{{.Dir}}/server-key.pem
ssl_dh =

auth_mechanisms = plain login
auth_username_format = %n
auth_failure_delay = 0
auth_cache_size = 0
passdb {
  driver = passwd-file
  args = {{.Dir}}/users
}
userdb {
  driver = passwd-file
  args = {{.Dir}}/users
  # Each port has mail of its own.
  default_fields = home={{.Dir}}/mail/%{lport}/%n acl_shared_dict=file:{{.Dir}}/mail/%{lport}/shared
}

service imap-login {
  chroot =
  {{- range $i, $place := .Places}}
  inet_listener imap{{if $i}}{{$i}}{{end}} {
    port = {{.Clear}}
  }
  inet_listener imaps{{if $i}}{{$i}}{{end}} {
    port = {{.TLS}}
    ssl = yes
  }
  {{- end}}
  unix_listener {{.Dir}}/imap.sock {
    mode = 0666
  }
  service_count = 0
  client_limit = 1000
}
service imap {
  process_limit = 200
  # A process serves one client after the other: most of the time of a login is the start of its process.
  service_count = 100
  # There is no other user to become.
  user = {{.User}}
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}

namespace inbox {
  inbox = yes
  separator = /
  mailbox Drafts {
    auto = subscribe
    special_use = \Drafts
  }
  mailbox Sent {
    auto = subscribe
    special_use = \Sent
  }
  mailbox Trash {
    auto = subscribe
    special_use = \Trash
  }
}
namespace shared {
  type = shared
  separator = /
  prefix = shared/%%u/
  location = maildir:%h/../%%n/Maildir:INDEXPVT=~/shared/%%u
  subscriptions = no
  list = children
}
protocol imap {
  mail_plugins = $mail_plugins imap_quota imap_acl imap_zlib
  imap_metadata = yes
  imap_urlauth_host = localhost
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=2G
  acl = vfile
}
{{if .Mechanisms}}
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 oauthbearer xoauth2 anonymous external
auth_realms = localhost
auth_master_user_separator = *
auth_anonymous_username = bob
auth_ssl_username_from_cert = yes
ssl_ca = <{{.Dir}}/ca.pem
ssl_require_crl = no
ssl_verify_client_cert = yes
ssl_cert_username_field = commonName
passdb {
  driver = static
  mechanisms = external
  args = nopassword=y
}
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {{.Dir}}/oauth2.conf
}
passdb {
  driver = passwd-file
  master = yes
  result_success = continue
  args = {{.Dir}}/masters
}
{{end}}{{range .Settings}}{{.}}
{{end}}`))

// tunnelConf is for the imap program of a tunnel, which runs without the rest of Dovecot and as the user
// who starts it.
var tunnelConf = template.Must(template.New("tunnel.conf").Parse(`
log_path = {{.Dir}}/tunnel.log
base_dir = {{.Dir}}/run-tunnel
state_dir = {{.Dir}}/state
mail_location = maildir:~/Maildir
mail_fsync = never
first_valid_uid = 1
first_valid_gid = 1
ssl = no
stats_writer_socket_path =
default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
namespace inbox {
  inbox = yes
  separator = /
}
`))

// configureDovecot writes the configuration files.
func (p *program) configureDovecot(conf *config) error {
	var settings []string
	for _, line := range conf.settings {
		settings = append(settings, strings.ReplaceAll(line, "{{.Dir}}", p.dir))
	}
	data := struct {
		Dir, User, Group string
		Places           []place
		Settings         []string
		Mechanisms       bool
	}{p.dir, p.owner.name, p.owner.group, p.places, settings, conf.mechanisms}
	return p.write(p.dir, data, dovecotConf, tunnelConf)
}

// write executes templates, and writes each to the file in a directory that is named like it.
func (p *program) write(dir string, data any, files ...*template.Template) error {
	for _, f := range files {
		var b strings.Builder
		if err := f.Execute(&b, data); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name()), []byte(b.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// prepareDovecot writes certificates, users and their mail.
func (p *program) prepareDovecot(conf *config) error {
	if err := p.certify(conf.certificate); err != nil {
		return err
	}
	var users strings.Builder
	for _, name := range []string{Alice, Bob, Tiny, Carol} {
		extra, password := "", Password
		if name == Carol {
			password = CarolPassword
		}
		if name == Tiny {
			extra = "userdb_quota_rule=*:storage=20K userdb_quota_rule2=*:messages=5"
		}
		fmt.Fprintf(&users, "%s:{PLAIN}%s:%d:%d::::%s\n", name, password, p.owner.uid, p.owner.gid, extra)
		for _, dir := range []string{"cur", "new", "tmp"} {
			if err := os.MkdirAll(filepath.Join(p.pattern(), name, "Maildir", dir), 0o700); err != nil {
				return err
			}
		}
	}
	if err := os.WriteFile(p.file("users"), []byte(users.String()), 0o600); err != nil {
		return err
	}
	if conf.mechanisms {
		if err := p.prepareMechanisms(); err != nil {
			return err
		}
	}
	if err := seedAlice(filepath.Join(p.pattern(), Alice, "Maildir")); err != nil {
		return err
	}
	if err := p.copy(p.pattern(), p.file("mail/0")); err != nil { // of the socket, which has no port
		return err
	}
	for _, dir := range []string{"run", "state", "run-tunnel"} {
		if err := os.Mkdir(p.file(dir), 0o755); err != nil {
			return err
		}
	}
	return p.handOver()
}

// certify makes an authority, and writes its certificate, the server's and Alice's.
func (p *program) certify(c Certificate) error {
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	p.authority = ca
	p.caFile = p.file("ca.pem")
	if err := ca.write(p.caFile); err != nil {
		return err
	}
	if err := ca.issueClient(p.dir, Alice); err != nil {
		return err
	}
	return ca.issue(p.dir, c)
}

// handOver makes the user whom the server runs as the owner of everything that was written.
func (p *program) handOver() error {
	if err := os.Chmod(p.dir, 0o755); err != nil {
		return err
	}
	if !p.owner.drop {
		return nil
	}
	return filepath.WalkDir(p.dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, p.owner.uid, p.owner.gid)
	})
}

// seedAlice writes 22 messages and the empty mailbox "test" into a Maildir. Every
// fourth message is unread, every fifth is flagged.
func seedAlice(maildir string) error {
	for i := 1; i <= 22; i++ {
		flags := ""
		if i%5 == 0 {
			flags = "F"
		}
		if i%4 != 0 {
			flags += "S"
		}
		date := seedStart.Add(time.Duration(i) * time.Hour)
		path := filepath.Join(maildir, "cur", fmt.Sprintf("%d.M%dP1.imapsh:2,%s", date.Unix(), i, flags))
		if err := os.WriteFile(path, Message(i), 0o600); err != nil {
			return err
		}
		if err := os.Chtimes(path, date, date); err != nil {
			return err
		}
	}
	for _, dir := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(maildir, ".test", dir), 0o700); err != nil {
			return err
		}
	}
	return nil
}

var seedStart = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// Message returns the text of the i-th seeded message (1-based), with CRLF line ends.
func Message(i int) []byte {
	return fmt.Appendf(nil, "Date: %s\r\nFrom: Sender %d <sender%d@example.org>\r\nTo: alice@example.org\r\n"+
		"Subject: message %d\r\nMessage-ID: <seed-%d@example.org>\r\n\r\nThis is the text of test message %d.\r\n",
		seedStart.Add(time.Duration(i)*time.Hour).Format(time.RFC1123Z), i, i, i, i, i)
}
