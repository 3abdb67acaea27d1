package sysv

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// childPlan is a child as a list of system calls, made beforehand. What limits a
// jail or a foreign program has to be in force before its first instruction, and
// only a process with one thread, which a Go program never is, may change its user
// namespace or get one Landlock domain. The child of a bare fork has a copy of a Go
// runtime whose other threads are gone, in whatever state they were, or is in our
// memory with a thread that the runtime does not know: it may only make raw system
// calls on memory that exists, and must not grow its stack, allocate, lock or take a
// signal.
type childPlan struct {
	flags  uintptr // of clone
	shares bool    // the child is in our memory up to its exec: nobody may trace it before
	steps  []childStep
	errnos []byte  // what became of the steps
	report *report // where the child writes errnos, before the exec and if it fails
	gated  int     // so many steps come before the gate, where the child waits for a byte
	named  []string
	means  []Means
	keep   []any // what the steps point to

	// The child's descriptors of the gate, of the report where it is not report.w,
	// and of the Landlock rules; 0: none.
	gate, out, rules int

	exe       *byte
	argv, env []*byte
	old       unix.Sigset_t
	action    [8]uintptr
	passed    [1]byte // through the gate
}

// childStep is one system call of a child.
type childStep struct {
	nr    uintptr
	args  [6]uintptr
	fd    int8    // 1 + the argument that is the descriptor opened last; 0: none
	opens bool    // its result is the descriptor opened last
	into  *int32  // and is stored here too
	must  bool    // if it fails, there is no going on
	want  uintptr // its result is to be this, or it counts as failed: ESRCH; 0: any
	skip  int     // so many steps are left out if it fails
}

// add appends a step that may fail. What of the sandbox it is, and the name of
// what was refused, tell the reader of errnos.
func (p *childPlan) add(m Means, name string, s childStep) {
	p.steps = append(p.steps, s)
	p.named = append(p.named, name)
	p.means = append(p.means, m)
}

// call is add for a call without descriptors.
func (p *childPlan) call(m Means, name string, nr uintptr, args ...uintptr) {
	s := childStep{nr: nr}
	copy(s.args[:], args)
	p.add(m, name, s)
}

// must is call for one without which there is no child.
func (p *childPlan) must(name string, nr uintptr, args ...uintptr) {
	p.call(meansStart, name, nr, args...)
	p.steps[len(p.steps)-1].must = true
}

// diesWithUs has the child die with the calling thread, which is locked. A change of
// its ids or credentials takes that back.
func (p *childPlan) diesWithUs() {
	p.must("prctl(PR_SET_PDEATHSIG)", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
	p.add(meansStart, "getppid", childStep{nr: unix.SYS_GETPPID, must: true, want: uintptr(os.Getpid())}) // it may be too late
}

// string keeps a C string for the child. A NUL in s ends it.
func (p *childPlan) string(s string) uintptr {
	b := append([]byte(s), 0)
	p.keep = append(p.keep, b)
	return uintptr(unsafe.Pointer(&b[0]))
}

// object keeps what v points to, which must be on the heap: it is, being kept in
// an interface.
func object[T any](p *childPlan, v *T) uintptr {
	p.keep = append(p.keep, v)
	return uintptr(unsafe.Pointer(v))
}

// write lets the child write a text to a file.
func (p *childPlan) write(m Means, name, path, text string) {
	p.add(m, name, childStep{nr: unix.SYS_OPENAT, args: [6]uintptr{atCwd, p.string(path), unix.O_WRONLY | unix.O_CLOEXEC},
		opens: true, skip: 2})
	p.add(m, name, childStep{nr: unix.SYS_WRITE, args: [6]uintptr{0, p.string(text), uintptr(len(text))}, fd: 1})
	p.add(meansNone, "close", childStep{nr: unix.SYS_CLOSE, fd: 1})
}

const atCwd = ^uintptr(99) // AT_FDCWD, -100

// exec says what the child becomes.
func (p *childPlan) exec(path string, argv, env []string) (err error) {
	if p.exe, err = syscall.BytePtrFromString(path); err != nil {
		return failWith("execve", err)
	}
	if p.argv, err = syscall.SlicePtrFromStrings(argv); err != nil {
		return failWith("execve", err)
	}
	if p.env, err = syscall.SlicePtrFromStrings(env); err != nil {
		return failWith("execve", err)
	}
	return nil
}

// start forks. The calling thread must be locked, and live as long as a child that
// has asked for its death with its parent's. The exec is the last entry of errnos.
func (p *childPlan) start() (int, error) {
	p.errnos = make([]byte, len(p.steps)+1)
	if p.out == 0 {
		p.out = p.report.w
	}
	var all unix.Sigset_t
	for i := range all.Val {
		all.Val[i] = ^all.Val[i]
	}
	syscall.ForkLock.Lock() // no descriptor is without its close-on-exec flag now
	defer syscall.ForkLock.Unlock()
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &all, &p.old); err != nil {
		return 0, failWith("rt_sigprocmask", err)
	}
	clone := p.clone
	if p.shares {
		clone = p.cloneSharing
	}
	pid, errno := clone()
	runtime.KeepAlive(p)
	unix.PthreadSigmask(unix.SIG_SETMASK, &p.old, nil)
	return int(pid), fail("clone", errno)
}

// clone is clone(2) without a stack; in the child it does not return.
//
//go:nosplit
//go:norace
//go:nocheckptr
func (p *childPlan) clone() (uintptr, syscall.Errno) {
	pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, p.flags|uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno == 0 && pid == 0 {
		p.child()
	}
	return pid, errno
}

// child is all that the child does. It does not return.
//
//go:nosplit
//go:norace
//go:nocheckptr
func (p *childPlan) child() {
	ready := p.run(0, p.gated)
	if ready && p.gate != 0 { // without a byte if the parent dies
		n, _, _ := unix.RawSyscall6(unix.SYS_READ, uintptr(p.gate), uintptr(unsafe.Pointer(&p.passed)), 1, 0, 0, 0)
		ready = n == 1
	}
	if ready && p.run(p.gated, len(p.steps)) {
		unix.RawSyscall6(unix.SYS_WRITE, uintptr(p.out), uintptr(unsafe.Pointer(&p.errnos[0])), uintptr(len(p.errnos)), 0, 0, 0)
		defaultSignals(&p.action)
		unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&p.old)), 0, 8, 0, 0)
		_, _, e := unix.RawSyscall6(unix.SYS_EXECVE, uintptr(unsafe.Pointer(p.exe)),
			uintptr(unsafe.Pointer(&p.argv[0])), uintptr(unsafe.Pointer(&p.env[0])), 0, 0, 0)
		p.errnos[len(p.errnos)-1] = byte(e)
	}
	unix.RawSyscall6(unix.SYS_WRITE, uintptr(p.out), uintptr(unsafe.Pointer(&p.errnos[0])), uintptr(len(p.errnos)), 0, 0, 0)
	for {
		unix.RawSyscall6(unix.SYS_EXIT_GROUP, failedStart, 0, 0, 0, 0, 0)
	}
}

// run makes the calls from one to another. It returns false after the failure of
// one that must not fail.
//
//go:nosplit
//go:norace
//go:nocheckptr
func (p *childPlan) run(from, to int) bool {
	opened := ^uintptr(0)
	for i := from; i < to; i++ {
		s := &p.steps[i]
		if s.fd > 0 {
			s.args[s.fd-1] = opened
		}
		r, _, e := unix.RawSyscall6(s.nr, s.args[0], s.args[1], s.args[2], s.args[3], s.args[4], s.args[5])
		if e == 0 && s.want != 0 && r != s.want {
			e = unix.ESRCH
		}
		if e != 0 {
			p.errnos[i] = byte(e)
			if s.must {
				return false
			}
			i += s.skip
			continue
		}
		if s.opens {
			opened = r
			if s.into != nil {
				*s.into = int32(r)
			}
		}
	}
	return true
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

// readReport reads what became of the steps, until the exec closes the pipe; a
// second time if the exec failed.
func (p *childPlan) readReport() {
	p.report.closeWriting()
	buf := make([]byte, 2*len(p.errnos))
	n := 0
	for n < len(buf) {
		m, err := unix.Read(p.report.r, buf[n:])
		if err == unix.EINTR {
			continue
		}
		if err != nil || m == 0 {
			break
		}
		n += m
	}
	copy(p.errnos, buf[:n])
	if n > len(p.errnos) {
		p.errnos[len(p.errnos)-1] = buf[n-1]
	}
}

// ran reports whether the child came as far as the exec.
func (p *childPlan) ran() bool { return p.errnos[len(p.steps)] != 0 }

// failed returns the error of the exec or of a step that must not fail.
func (p *childPlan) failed() error {
	for i, s := range p.steps {
		if s.must && p.errnos[i] != 0 {
			return fail(p.named[i], syscall.Errno(p.errnos[i]))
		}
	}
	return fail("execve", syscall.Errno(p.errnos[len(p.errnos)-1]))
}
