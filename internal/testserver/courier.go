package testserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"text/template"
)

// courierStart is the script that starts Courier, in namespaces of its own. The paths of its
// authentication are compiled in: the mount namespace puts the directories of the test there, and
// the machine's own are not touched. The process namespace ends all its processes with it.
var courierStart = template.Must(template.New("start.sh").Parse(`set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
# Some of its programs close as many files as they may open, one by one.
ulimit -n 512
set -a
. {{.Root}}/etc/courier/imapd
. {{.Root}}/etc/courier/imapd-ssl
IMAPACCESSFILE=
IMAP_CAPABILITY="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA AUTH=PLAIN AUTH=LOGIN IDLE"
IMAP_CAPABILITY_TLS="$IMAP_CAPABILITY"
IMAP_EMPTYTRASH=
IMAP_ULIMITD=
IMAP_STARTTLS=YES
IMAP_ENHANCEDIDLE=0
IMAP_IDLE_TIMEOUT=2
IMAP_SHAREDINDEXFILE={{.Dir}}/sharedindex
TLS_CERTFILE={{.Dir}}/both.pem
TLS_VERIFYPEER=NONE
TLS_CACHEFILE=
mount --bind {{.Dir}}/etc /etc/courier
mount -t tmpfs none /run/courier
mkdir /run/courier/authdaemon
chmod 755 /run/courier /run/courier/authdaemon
: >/etc/courier/userdb
chmod 600 /etc/courier/userdb
for user in alice bob; do
	printf '%s\tuid={{.UID}}|gid={{.GID}}|home={{.Dir}}/mail/pattern/%s|systempw=%s\n' $user $user "$(echo {{.Password}} | userdbpw -md5)" >>/etc/courier/userdb
done
makeuserdb
mount -t proc proc /proc
. /etc/courier/authdaemonrc
/usr/lib/courier/courier-authlib/authdaemond &
while [ ! -S /run/courier/authdaemon/socket ]; do sleep 0.02; done
lib={{.Root}}/usr/lib/courier/courier
listen="couriertcpd -maxprocs=100 -maxperip=100 -nodnslookup -noidentlookup"
IMAP_TLS=0 $listen {{range $i, $place := .Places}}{{if $i}},{{end}}127.0.0.1.{{.Clear}}{{end}} $lib/imaplogin /bin/sh {{.Dir}}/imapd.sh &
IMAP_TLS=1 exec $listen {{range $i, $place := .Places}}{{if $i}},{{end}}127.0.0.1.{{.TLS}}{{end}} /usr/bin/couriertls -server -tcpd $lib/imaplogin /bin/sh {{.Dir}}/imapd.sh
`))

// courierImapd runs after a login, in the home of the user. Each port has mail of its own.
var courierImapd = template.Must(template.New("imapd.sh").Parse(`cd "{{.Dir}}/mail/$TCPLOCALPORT/${PWD##*/}" && exec {{.Root}}/usr/bin/imapd Maildir
`))

// namespaces returns the arguments of unshare that run a command in namespaces of its own.
func namespaces(command ...string) []string {
	return append([]string{"--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"}, command...)
}

// mayUnshare tries once whether namespaces may be made.
var mayUnshare = sync.OnceValues(exec.Command("unshare", namespaces("true")...).CombinedOutput)

const courierAuth = `authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=2
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
`

// courierQuota is the content of a file maildirsize: the limits, and how much of them is used.
const courierQuota = "10485760S,1000C\n           0            0\n"

// Courier starts a Courier on free loopback ports, with Alice and Bob. Without one
// installed, or unless the test runs as root and may make namespaces, the test is
// skipped; with CI set in the environment it fails.
func Courier(t testing.TB) *Server {
	t.Helper()
	root, ok := rootOf("courier-imap", "/usr/bin/imapd")
	if !ok || !exist("/usr/sbin/couriertcpd", "/usr/bin/couriertls", "/usr/lib/courier/courier-authlib/authdaemond", "/usr/sbin/makeuserdb", "/etc/courier") {
		Missing(t, "Courier", "make servers installs it on Debian as root")
	}
	if os.Getuid() != 0 {
		leaveOut(t, "only root can start Courier")
	}
	if out, err := mayUnshare(); err != nil {
		leaveOut(t, fmt.Sprintf("Courier needs namespaces of its own, which a container may forbid: %v: %s", err, out))
	}
	return serve(t, "Courier", kind{
		name:    "Courier",
		log:     "stderr.log",
		tests:   32,
		prepare: (*program).prepareCourier,
		configure: func(p *program) error {
			return p.write(p.dir, struct {
				Dir, Root, Password string
				Places              []place
				UID, GID            int
			}{p.dir, filepath.Clean(root + "/."), Password, p.places, p.owner.uid, p.owner.gid}, courierStart, courierImapd)
		},
		command: func(p *program) *exec.Cmd {
			cmd := exec.Command("unshare", namespaces("sh", p.file("start.sh"))...)
			cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
			prepareGroup(cmd, account{})
			return cmd
		},
		listens: ends,
		seed:    seed,
	})
}

// prepareCourier writes what does not depend on the ports: the certificate and mail directories.
func (p *program) prepareCourier() error {
	for _, user := range []string{Alice, Bob} {
		for _, box := range []string{"", ".Drafts", ".Sent", ".Trash"} {
			for _, dir := range []string{"cur", "new", "tmp"} {
				if err := os.MkdirAll(filepath.Join(p.pattern(), user, "Maildir", box, dir), 0o700); err != nil {
					return err
				}
			}
			if box == "" {
				if user == Bob { // has a quota; Alice has none, which Courier reports in its own way
					if err := os.WriteFile(filepath.Join(p.pattern(), user, "Maildir", "maildirsize"), []byte(courierQuota), 0o600); err != nil {
						return err
					}
				}
				continue
			}
			if err := os.WriteFile(filepath.Join(p.pattern(), user, "Maildir", box, "maildirfolder"), nil, 0o600); err != nil {
				return err
			}
		}
	}
	if err := p.certify(Good); err != nil {
		return err
	}
	var both []byte
	for _, name := range []string{"server.pem", "server-key.pem"} {
		pem, err := os.ReadFile(p.file(name))
		if err != nil {
			return err
		}
		both = append(both, pem...)
	}
	if err := os.WriteFile(p.file("both.pem"), both, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(p.file("sharedindex"), nil, 0o644); err != nil {
		return err
	}
	if err := p.handOver(); err != nil {
		return err
	}
	etc := p.file("etc") // it must belong to root, like Courier's own
	if err := os.Mkdir(etc, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(etc, "authdaemonrc"), []byte(courierAuth), 0o644)
}
