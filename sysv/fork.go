package sysv

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forkPlan is all that the child of a bare fork needs. The child has one thread
// and a copy of a Go runtime whose other threads are gone, in whatever state
// they were: it may only make raw system calls on memory that exists, and must
// not grow its stack, allocate, lock or take a signal.
type forkPlan struct {
	user, ipc, report int
	parent            int
	exe               *byte
	argv, env         []*byte
	old               unix.Sigset_t // the signals that were blocked before
	action            [8]uintptr    // room for a struct sigaction of any architecture
	errno             [1]byte
}

func newForkPlan(user, ipc, report int, argv, env []string) (p *forkPlan, err error) {
	p = &forkPlan{user: user, ipc: ipc, report: report, parent: os.Getpid()}
	if p.exe, err = syscall.BytePtrFromString(self); err != nil {
		return nil, failWith("execve", err)
	}
	if p.argv, err = syscall.SlicePtrFromStrings(argv); err != nil {
		return nil, failWith("execve", err)
	}
	if p.env, err = syscall.SlicePtrFromStrings(env); err != nil {
		return nil, failWith("execve", err)
	}
	return p, nil
}

// fork makes the child. The calling thread must be locked.
func (p *forkPlan) fork() (int, error) {
	var all unix.Sigset_t
	for i := range all.Val {
		all.Val[i] = ^all.Val[i]
	}
	syscall.ForkLock.Lock() // no descriptor is without its close-on-exec flag now
	defer syscall.ForkLock.Unlock()
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &all, &p.old); err != nil {
		return 0, failWith("rt_sigprocmask", err)
	}
	pid, errno := p.clone()
	runtime.KeepAlive(p)
	unix.PthreadSigmask(unix.SIG_SETMASK, &p.old, nil)
	return int(pid), fail("clone", errno)
}

// clone is fork(2); in the child it does not return.
//
//go:nosplit
//go:norace
//go:nocheckptr
func (p *forkPlan) clone() (uintptr, syscall.Errno) {
	pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 || pid != 0 {
		return pid, errno
	}
	errno = p.child()
	p.errno[0] = byte(errno)
	unix.RawSyscall6(unix.SYS_WRITE, uintptr(p.report), uintptr(unsafe.Pointer(&p.errno)), 1, 0, 0, 0)
	for {
		unix.RawSyscall6(unix.SYS_EXIT_GROUP, failedStart, 0, 0, 0, 0, 0)
	}
}

// child moves into the namespaces, gives up CAP_IPC_OWNER and execs. It returns
// the errno of the step that failed.
//
//go:nosplit
//go:norace
//go:nocheckptr
func (p *forkPlan) child() syscall.Errno {
	if _, _, e := unix.RawSyscall6(unix.SYS_SETNS, uintptr(p.user), unix.CLONE_NEWUSER, 0, 0, 0, 0); e != 0 {
		return e
	}
	if _, _, e := unix.RawSyscall6(unix.SYS_SETNS, uintptr(p.ipc), unix.CLONE_NEWIPC, 0, 0, 0, 0); e != 0 {
		return e
	}
	if _, _, e := unix.RawSyscall6(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, unix.CAP_IPC_OWNER, 0, 0, 0, 0); e != 0 {
		return e
	}
	// After the change of credentials, which clears it.
	if _, _, e := unix.RawSyscall6(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0, 0); e != 0 {
		return e
	}
	if parent, _, _ := unix.RawSyscall6(unix.SYS_GETPPID, 0, 0, 0, 0, 0, 0); parent != uintptr(p.parent) {
		return unix.ESRCH
	}
	defaultSignals(&p.action)
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&p.old)), 0, 8, 0, 0)
	_, _, e := unix.RawSyscall6(unix.SYS_EXECVE, uintptr(unsafe.Pointer(p.exe)),
		uintptr(unsafe.Pointer(&p.argv[0])), uintptr(unsafe.Pointer(&p.env[0])), 0, 0, 0)
	return e
}

// defaultSignals takes the Go runtime's handlers away before signals are let
// in. What was ignored stays ignored. action is room that exists.
//
//go:nosplit
//go:norace
//go:nocheckptr
func defaultSignals(action *[8]uintptr) {
	for sig := uintptr(1); sig <= 64; sig++ {
		_, _, e := unix.RawSyscall6(unix.SYS_RT_SIGACTION, sig, 0, uintptr(unsafe.Pointer(action)), 8, 0, 0)
		if e != 0 || action[0] <= 1 { // its first word is the handler: SIG_DFL, SIG_IGN
			continue
		}
		for i := range action {
			action[i] = 0
		}
		unix.RawSyscall6(unix.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(action)), 0, 8, 0, 0)
	}
}
