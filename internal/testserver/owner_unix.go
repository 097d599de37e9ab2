//go:build unix

package testserver

import (
	"os/exec"
	"syscall"
)

// prepareGroup makes a command run in a process group of its own, and as the
// server's owner where we are root.
func prepareGroup(cmd *exec.Cmd, a account) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}

// killGroup ends a command and all it has started.
func killGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
