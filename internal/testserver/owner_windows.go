package testserver

import "os/exec"

// There is no Dovecot on Windows.

func prepareGroup(*exec.Cmd, account) {}

func killGroup(cmd *exec.Cmd) { cmd.Process.Kill() }
