package sysv

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func init() {
	// dieof dies of the signal SYSV_TEST_SIGNAL, which it also has a handler for.
	helpers["dieof"] = func() error {
		n, _ := strconv.Atoi(os.Getenv("SYSV_TEST_SIGNAL"))
		sig := syscall.Signal(n)
		signal.Notify(make(chan os.Signal, 1), sig)
		RunOnOwnThread(func(*OwnThread) { DieOf(sig) })
		os.Exit(9)
		return nil
	}
}

func TestDieOf(t *testing.T) {
	for sig := syscall.Signal(1); sig <= lastSignal; sig++ {
		switch sig {
		case unix.SIGCHLD, unix.SIGURG, unix.SIGWINCH, unix.SIGCONT, // not death
			unix.SIGSTOP, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU:
			continue
		}
		cmd := helper("dieof", nil, fmt.Sprint("SYSV_TEST_SIGNAL=", int(sig)))
		out, _ := cmd.CombinedOutput()
		wantSignal(t, cmd, sig)
		if len(out) > 0 {
			t.Errorf("%s said %s", SignalName(sig), out)
		}
	}
	cmd := helper("dieof", nil, fmt.Sprint("SYSV_TEST_SIGNAL=", int(unix.SIGURG)))
	cmd.Run()
	if cmd.ProcessState.ExitCode() != 9 {
		t.Errorf("SIGURG: %v", cmd.ProcessState)
	}
}

func wantSignal(t *testing.T, cmd *exec.Cmd, sig syscall.Signal) {
	t.Helper()
	ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ws.Signaled() || ws.Signal() != sig || ws.CoreDump() {
		t.Errorf("%s: %v", SignalName(sig), cmd.ProcessState)
	}
}

func TestSignalNames(t *testing.T) {
	for _, name := range []string{"SIGKILL", "KILL", "kill", "9"} {
		if sig, ok := SignalByName(name); sig != unix.SIGKILL || !ok {
			t.Errorf("%s: %v", name, sig)
		}
	}
	for _, name := range []string{"", "SIG", "0", "65", "-9", "SIGNONE", "9x"} {
		if sig, ok := SignalByName(name); ok {
			t.Errorf("%q: %v", name, sig)
		}
	}
	for sig := syscall.Signal(1); sig <= lastSignal; sig++ {
		if back, ok := SignalByName(SignalName(sig)); back != sig || !ok {
			t.Errorf("%v: %s is %v", sig, SignalName(sig), back)
		}
	}
	if SignalName(unix.SIGSEGV) != "SIGSEGV" || SignalName(40) != "40" {
		t.Error(SignalName(unix.SIGSEGV), SignalName(40))
	}
}
