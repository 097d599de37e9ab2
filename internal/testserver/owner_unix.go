//go:build unix

package testserver

import (
	"os/exec"
	"syscall"
)

// prepareGroup makes a command run in a process group of its own and, if the test
// runs as root, as the owner of the server.
func prepareGroup(cmd *exec.Cmd, a account) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}

// killGroup kills a command and everything that it has started.
func killGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
