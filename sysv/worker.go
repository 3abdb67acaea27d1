package sysv

import (
	"errors"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Worker is a child process that runs this program again and does what it is
// told through a socket. It dies with this process, however that dies. One
// goroutine uses it; Signal, Pid and Reap may be called from others.
type Worker struct {
	pid      int
	protocol int // our ends, -1 once closed; both non-blocking
	control  int
	asked    byte     // the mark of the last question on control
	poller   Poller   // for Write and AskAsleep
	answer   [64]byte // of the last question

	mu     sync.Mutex // no signal goes to a pid that has been reaped
	reaped bool
	status syscall.WaitStatus
}

// WorkerOptions say how a worker is started.
type WorkerOptions struct {
	Args     []string // argv; it needs one at least
	Env      []string // as NAME=VALUE, the first of a name counts; nil: ours
	Uid, Gid int      // -1: ours
	Private  bool     // in an IPC namespace of its own
	survives bool     // this process's death, of which the end of its socket tells it
}

// Descriptors of a worker.
const (
	protocolFd = 3
	controlFd  = 4
)

// StartWorker starts this program again, in a process group of its own, with
// /dev/null for input and our standard error for both outputs. Of a private
// worker only CAP_SYS_ADMIN can make the namespace; else it is in a user
// namespace too, in which nobody but us exists.
//
// EAGAIN RLIMIT_NPROC, a jail's or the system's processes are used up; ENOMEM; EMFILE,
// ENFILE descriptors are; EPERM the ids are others' and we are not root; EINVAL
// they do not exist in this user namespace. What the system forbids a private
// worker is a *NamespaceError.
func StartWorker(o WorkerOptions) (*Worker, error) {
	if err := admit(); err != nil {
		return nil, err
	}
	w := &Worker{protocol: -1, control: -1}
	null, err := unix.Open(os.DevNull, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, failWith("open "+os.DevNull, err)
	}
	defer unix.Close(null)
	var theirs [2]int
	if w.protocol, theirs[0], err = socketpair(unix.SOCK_STREAM); err != nil {
		return nil, err
	}
	defer unix.Close(theirs[0])
	// Packets: an answer comes whole or not at all.
	if w.control, theirs[1], err = socketpair(unix.SOCK_SEQPACKET); err != nil {
		w.Close()
		return nil, err
	}
	defer unix.Close(theirs[1])
	attr := &syscall.ProcAttr{
		Env:   environ(o.Env),
		Files: []uintptr{uintptr(null), 2, 2, uintptr(theirs[0]), uintptr(theirs[1])},
		Sys:   &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: credential(o)},
	}
	if o.survives {
		attr.Sys.Pdeathsig = 0
	}
	if w.pid, err = forkWorker(o, attr); err != nil {
		w.Close()
		return nil, err
	}
	ownChildren.Store(w.pid, true)
	return w, nil
}

// socketpair returns our end, non-blocking, and the worker's.
func socketpair(kind int) (ours, theirs int, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, -1, failWith("socketpair", err)
	}
	if err := unix.SetNonblock(fds[0], true); err != nil {
		unix.Close(fds[0])
		unix.Close(fds[1])
		return -1, -1, failWith("fcntl", err)
	}
	return fds[0], fds[1], nil
}

// credential is nil if the worker is to be who we are.
func credential(o WorkerOptions) *syscall.Credential {
	uid, gid := os.Geteuid(), os.Getegid()
	if (o.Uid == -1 || o.Uid == uid) && (o.Gid == -1 || o.Gid == gid) {
		return nil
	}
	if o.Uid != -1 {
		uid = o.Uid
	}
	if o.Gid != -1 {
		gid = o.Gid
	}
	// Our groups must not go with another's id, but some user namespaces forbid
	// to change them; those have none to give away.
	may, err := os.ReadFile("/proc/self/setgroups")
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid),
		NoSetGroups: err == nil && strings.TrimSpace(string(may)) == "deny"}
}

// forkWorker forks, for a private worker by the road that is open to us.
func forkWorker(o WorkerOptions, attr *syscall.ProcAttr) (pid int, err error) {
	if !o.Private {
		pid, err = forkFromSpawner(self, o.Args, attr)
		return pid, failWith("fork", err)
	}
	attr.Sys.Cloneflags = unix.CLONE_NEWIPC
	pid, err = forkFromSpawner(self, o.Args, attr)
	// A user namespace of our making has one id in it, so with another's it is no way out.
	if errors.Is(err, syscall.EPERM) && attr.Sys.Credential == nil {
		attr.Sys.Cloneflags |= unix.CLONE_NEWUSER
		attr.Sys.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}}
		attr.Sys.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}}
		pid, err = forkFromSpawner(self, o.Args, attr)
	}
	if err != nil {
		return 0, refused("/proc", failWith("fork", err), "max_ipc_namespaces", "max_user_namespaces")
	}
	return pid, nil
}

// spawner is the goroutine that forks all workers. They are killed when the
// thread dies that forked them, not the process, so it keeps its thread for ever.
var spawner struct {
	once sync.Once
	jobs chan func()
}

func forkFromSpawner(path string, argv []string, attr *syscall.ProcAttr) (pid int, err error) {
	onSpawner(func() { pid, err = syscall.ForkExec(path, argv, attr) })
	return pid, err
}

// onSpawner runs f on the spawner's thread and waits for its end.
func onSpawner(f func()) {
	spawner.once.Do(func() {
		spawner.jobs = make(chan func())
		go offMain(func() {
			for f := range spawner.jobs {
				f()
			}
		})
	})
	done := make(chan struct{})
	spawner.jobs <- func() {
		f()
		close(done)
	}
	<-done
}

// Pid is the worker's process id, which stays its own until it has been reaped.
func (w *Worker) Pid() int { return w.pid }

// Fd is the descriptor of the protocol, to be polled; -1 once closed.
func (w *Worker) Fd() int { return w.protocol }

// Signal wraps kill(2). ESRCH the worker has been reaped; EPERM.
func (w *Worker) Signal(sig syscall.Signal) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reaped {
		return fail("kill", syscall.ESRCH)
	}
	return failWith("kill", unix.Kill(w.pid, sig))
}

// SignalMain wraps tgkill(2), to the worker's main thread, on which its calls sleep:
// of a signal to the process the kernel lets any thread take what should end that
// one's call. ESRCH the worker has been reaped; EPERM.
func (w *Worker) SignalMain(sig syscall.Signal) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reaped {
		return fail("tgkill", syscall.ESRCH)
	}
	return failWith("tgkill", unix.Tgkill(w.pid, w.pid, sig))
}

// Reap wraps wait4(2): it takes the status of a worker that has ended. If it
// lives, Reap waits (block) or says that it is not done. The status is
// remembered; asking again is no error.
func (w *Worker) Reap(block bool) (ws syscall.WaitStatus, done bool) {
	if block {
		// Wait without the lock, which Signal needs, and without reaping.
		for unix.Waitid(unix.P_PID, w.pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reaped {
		return w.status, true
	}
	for {
		pid, err := syscall.Wait4(w.pid, &w.status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		w.reaped = pid == w.pid || err == syscall.ECHILD // it is no child of ours any more
		if w.reaped {
			ownChildren.Delete(w.pid)
		}
		return w.status, w.reaped
	}
}

// Close closes both sockets, which ends a worker that watches us.
func (w *Worker) Close() {
	for _, fd := range []*int{&w.protocol, &w.control} {
		if *fd >= 0 {
			unix.Close(*fd)
		}
		*fd = -1
	}
}
