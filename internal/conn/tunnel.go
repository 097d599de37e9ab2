package conn

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// tunnelGrace is how long a command may take to end after its stdin was closed, and its stderr after the command
// has ended.
const tunnelGrace = 500 * time.Millisecond

// A tunnel is a program's stdin and stdout as a net.Conn. The program stays in our process group, because ssh
// must be able to ask at the terminal.
type tunnel struct {
	in, out *os.File // our ends: we write in, read out
	cmd     *exec.Cmd
	ended   chan struct{} // closed when the command has ended
	err     error         // of cmd.Wait; read it only once ended is closed
	close   sync.Once
}

func startTunnel(command string, o Options) (*tunnel, error) {
	cmd := exec.Command("sh", "-c", command)
	if runtime.GOOS == "windows" {
		cmd = exec.Command("cmd", "/C", command)
	}
	if o.Environ != nil {
		cmd.Env = o.Environ()
	}
	// Our own pipes: Wait would close those of exec while they are being read.
	stdin, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, stdout, err := os.Pipe()
	if err != nil {
		stdin.Close()
		in.Close()
		return nil, err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = stdin, stdout, o.Stderr, tunnelGrace
	err = cmd.Start()
	stdin.Close()
	stdout.Close()
	if err != nil {
		in.Close()
		out.Close()
		return nil, err
	}
	t := &tunnel{in: in, out: out, cmd: cmd, ended: make(chan struct{})}
	go func() {
		t.err = cmd.Wait()
		close(t.ended)
	}()
	return t, nil
}

// status waits a little for the command to end and returns its *exec.ExitError; nil if it succeeded or has
// not ended.
func (t *tunnel) status() error {
	select {
	case <-t.ended:
	case <-time.After(tunnelGrace):
		return nil
	}
	var exit *exec.ExitError
	if errors.As(t.err, &exit) {
		return exit
	}
	return nil
}

func (t *tunnel) Read(p []byte) (int, error)  { return t.out.Read(p) }
func (t *tunnel) Write(p []byte) (int, error) { return t.in.Write(p) }

// Close closes both pipes and waits for the command to end, killing it if it takes too long.
func (t *tunnel) Close() error {
	t.close.Do(func() {
		t.in.Close()
		t.out.Close()
		select {
		case <-t.ended:
		case <-time.After(tunnelGrace):
			t.cmd.Process.Kill()
			<-t.ended
		}
	})
	return nil
}

// tunnelAddr is the address of both ends.
type tunnelAddr string

func (tunnelAddr) Network() string  { return "tunnel" }
func (a tunnelAddr) String() string { return string(a) }

func (t *tunnel) LocalAddr() net.Addr  { return tunnelAddr("tunnel") }
func (t *tunnel) RemoteAddr() net.Addr { return tunnelAddr("tunnel") }
func (t *tunnel) SetDeadline(d time.Time) error {
	return errors.Join(t.in.SetDeadline(d), t.out.SetDeadline(d))
}
func (t *tunnel) SetReadDeadline(d time.Time) error  { return t.out.SetReadDeadline(d) }
func (t *tunnel) SetWriteDeadline(d time.Time) error { return t.in.SetWriteDeadline(d) }
