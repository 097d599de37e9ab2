package cli

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"imapsh/internal/testserver"
)

// killsLatest is a script for sh that reads some input, kills the Dovecot process of the latest login, and keeps all
// input.
const killsLatest = `head -c 100000 >part
kill -9 $(grep -o 'mpid=[0-9]*' "$1" | tail -n 1 | cut -d= -f2)
cat >>part
`

// killingIn forwards one connection to a Dovecot. After so many bytes have come from the server, it kills the process of
// the latest login, and then forwards the bytes that were still in transit. After ended, came has all bytes that were
// forwarded.
func killingIn(t *testing.T, s *testserver.Server, after int64) (addr string, came *bytes.Buffer, ended <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	came = &bytes.Buffer{}
	done := make(chan error, 1)
	go func() {
		done <- func() error {
			client, err := listener.Accept()
			if err != nil {
				return err
			}
			defer client.Close()
			server, err := net.Dial("tcp", s.Clear())
			if err != nil {
				return err
			}
			defer server.Close()
			if err := server.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
				return err
			}
			go io.Copy(server, client)
			from := io.TeeReader(server, came)
			if _, err := io.CopyN(client, from, after); err != nil {
				return err
			}
			if err := killLatest(filepath.Dir(s.CAFile)); err != nil {
				return err
			}
			io.Copy(client, from) // it may end in a reset
			return nil
		}()
	}()
	return listener.Addr().String(), came, done
}

func TestAfterDovecotIsKilledInALiteralTheTranscriptHasEveryByte(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t, testserver.Own())
	url := "imap://alice@" + s.Clear()
	proxy, came, ended := killingIn(t, s, 1<<20)
	var lines strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&lines, "line %06d %s\r\n", i, strings.Repeat(".", 986))
	}
	message := "Subject: long\r\n\r\n" + strings.Repeat(lines.String(), 10) // more than the sockets hold
	dir := writeFiles(t, map[string]string{
		"long.eml": message,
		"s.imap": ":defer delete killed-kept\n:open two imap://alice@" + proxy + "\n:defer :two delete killed-kept\n:two select killed-kept\n" +
			":two fetch 1 body.peek[] > got.eml\n:two noop\ncreate killed-2\n:defer delete killed-2\n",
	})
	runIn(t, dir, "create killed-kept\nappend killed-kept < long.eml\n", "-q", url).is(t, 0)
	o := runIn(t, dir, "", "--log", "session.log", "-f", "s.imap", url).is(t, 3)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	o.shows(t, "C[two]: a003 fetch 1 body.peek[]", "-- two: a003 fetch 1 body.peek[] was not answered (s.imap:5)",
		"!! two is not connected: NOOP was not sent (:open two) (s.imap:6)", "C: a002 create killed-2", "C: a003 delete killed-2",
		"the connection has ended: the deferred DELETE was not run", "C: a004 delete killed-kept")
	log := readFile(t, filepath.Join(dir, "session.log"))
	announced := fmt.Sprintf("* 1 FETCH (BODY[] {%d}", len(message))
	_, want, ok := strings.Cut(came.String(), announced+"\r\n")
	if !ok || len(want) < 1<<19 || len(want) >= len(message) {
		t.Fatalf("%d bytes of %d came", len(want), len(message))
	}
	_, literal, _ := strings.Cut(log, "S[two]: "+announced+"\n")
	var got strings.Builder
	for line := range strings.Lines(literal) {
		text, is := strings.CutPrefix(line, "S[two]| ")
		if !is {
			break
		}
		got.WriteString(strings.TrimSuffix(text, "\n") + "\r\n")
	}
	if strings.TrimRight(got.String(), "\r\n") != strings.TrimRight(want, "\r\n") {
		t.Errorf("%d bytes of the literal came, and the transcript has %d", len(want), got.Len())
	}
	runIn(t, dir, "list \"\" killed*\nexpect 0 * LIST ...\n", "-q", url).is(t, 0)
}

func TestAfterDovecotIsKilledDeferredLinesRunAndTheLineIsNamed(t *testing.T) {
	t.Parallel()
	s := testserver.Dovecot(t, testserver.Own())
	url := "imap://alice@" + s.Clear()
	dir := writeFiles(t, map[string]string{
		"kill.sh": killsLatest,
		"s.imap":  "create killed\n:defer delete killed\n:open two\n:two select killed\n:two noop | sh kill.sh " + filepath.Join(filepath.Dir(s.CAFile), "dovecot.log") + "\n:two check\ncreate killed-2\n:defer delete killed-2\n",
		"t.imap":  "create killed\n:defer delete killed\n:open two\n:two select killed\n:two noop | sh kill.sh " + filepath.Join(filepath.Dir(s.CAFile), "dovecot.log") + "\n:two check\n:two expect LOST\nlist \"\" killed\nexpect 1 * LIST ...\n",
	})
	o := runIn(t, dir, "", "-f", "s.imap", url).is(t, 3)
	if !regexp.MustCompile(`CHECK was not sent \(:open two\) \(s\.imap:6\)|a\d+ check was not answered \(s\.imap:6\)`).MatchString(o.stdout) {
		t.Errorf("the line that met the lost connection is not named\n%s", o)
	}
	o.shows(t, "C: a003 create killed-2", "C: a004 delete killed-2", "C: a005 delete killed")
	runIn(t, dir, "list \"\" killed*\nexpect 0 * LIST ...\n", "-q", url).is(t, 0)
	runIn(t, dir, "", "-f", "t.imap", url).is(t, 0)
	runIn(t, dir, "list \"\" killed*\nexpect 0 * LIST ...\n", "-q", url).is(t, 0)
}
