package sysv

import (
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// DieOf ends this process by a signal's default action, so that its parent sees
// a death by exactly this signal (WTERMSIG), whatever handler the Go runtime has
// for it, and without a core file. It returns only if that action is not death:
// of SIGCHLD, SIGURG, SIGWINCH and SIGCONT it is nothing, and of SIGSTOP and its
// like to stop until SIGCONT comes.
func DieOf(sig syscall.Signal) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// A core_pattern that is a pipe has its program run whatever the limit says,
	// but not for a process that may not be dumped.
	unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	defaultAction(sig)
	if sig > 0 && sig <= lastSignal {
		var set unix.Sigset_t
		addSignal(&set, sig)
		unix.PthreadSigmask(unix.SIG_UNBLOCK, &set, nil)
	}
	// To this thread, for then it is acted upon before the call returns. Death
	// and stop are the whole process's all the same.
	unix.Tgkill(unix.Getpid(), unix.Gettid(), sig)
}

// defaultAction gives a signal its default action, behind the runtime's back.
func defaultAction(sig syscall.Signal) {
	var action [8]uintptr // a struct sigaction of any architecture, all 0: SIG_DFL
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
}

const lastSignal = 64 // SIGRTMAX

// DefaultSignals gives the signals back their default action, death, that the Go
// runtime takes and then ignores, or answers with a trace of its own. Those that
// leave a core file are DieOf's; SIGURG the runtime needs.
func DefaultSignals() {
	fatal := []syscall.Signal{unix.SIGPIPE, unix.SIGVTALRM, unix.SIGPROF, unix.SIGIO, unix.SIGPWR}
	if sig := unix.SignalNum("SIGSTKFLT"); sig != 0 { // not every architecture has it
		fatal = append(fatal, sig)
	}
	for sig := syscall.Signal(32); sig <= lastSignal; sig++ {
		fatal = append(fatal, sig)
	}
	for _, sig := range fatal {
		defaultAction(sig)
	}
}

// SignalByName finds a signal by C's name, with or without SIG and in any case,
// or by its number: SIGKILL, KILL, kill, 9.
func SignalByName(name string) (syscall.Signal, bool) {
	if n, err := strconv.Atoi(name); err == nil {
		return syscall.Signal(n), n >= 1 && n <= lastSignal
	}
	name = strings.ToUpper(name)
	if !strings.HasPrefix(name, "SIG") {
		name = "SIG" + name
	}
	sig := unix.SignalNum(name)
	return sig, sig != 0
}

// SignalName returns C's name of a signal, "SIGKILL", or the number if it has
// none.
func SignalName(sig syscall.Signal) string {
	if name := unix.SignalName(sig); name != "" {
		return name
	}
	return strconv.Itoa(int(sig))
}

// SignalNames lists C's names of the signals.
func SignalNames() []string {
	var names []string
	for sig := syscall.Signal(1); sig <= lastSignal; sig++ {
		if name := unix.SignalName(sig); name != "" {
			names = append(names, name)
		}
	}
	return names
}
