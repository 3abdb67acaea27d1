package sysv

import (
	"errors"
	"os/exec"
	"runtime"
	"syscall"
)

// RunChild runs a command to its end as this process's stand-in: it gets the
// terminal's signals itself, SIGTERM and SIGHUP are passed on to it, and it dies
// with this process. The error is an *Exited unless the command did not start.
func RunChild(cmd *exec.Cmd) error {
	// The parent-death signal follows the thread that forks, so this one stays
	// until the child has ended.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	relay := startRelay()
	defer relay.stop()
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if err := cmd.Start(); err != nil {
		return err
	}
	relay.to(cmd.Process.Pid)
	err := cmd.Wait()
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) {
		return err
	}
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return &Exited{128 + int(ws.Signal())}
	}
	return &Exited{cmd.ProcessState.ExitCode()}
}
