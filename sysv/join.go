package sysv

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// ErrSameNamespace is Join's answer where there is nothing to enter.
var ErrSameNamespace = errors.New("the process is in this IPC namespace already")

// Join starts this program anew, as argv and env say, in the IPC namespace of
// process pid and without CAP_IPC_OWNER. If pid is in this namespace but has a
// child that is not, it is the process that EnterPrivate left waiting, and the
// child is meant. Like EnterPrivate it does not return with CAP_SYS_ADMIN, and
// else returns the *Exited of a child that is in the target's user namespace.
//
// ENOENT no such process; EACCES another user's; ErrSameNamespace.
func Join(pid int, argv, env []string) error {
	target, err := joinTarget("/proc", pid)
	if err != nil {
		return err
	}
	ipc, err := openNamespace(target, "ipc")
	if err != nil {
		return err
	}
	defer unix.Close(ipc)
	err = joinAsRoot(ipc, argv, env)
	if !errors.Is(err, syscall.EPERM) {
		return err
	}
	if mine, e := namespaceOf("self", "user"); e != nil {
		return e
	} else if theirs, e := namespaceOf(strconv.Itoa(target), "user"); e != nil {
		return e
	} else if mine == theirs {
		return &NamespaceError{err, "CAP_SYS_ADMIN", ""}
	}
	user, e := openNamespace(target, "user")
	if e != nil {
		return e
	}
	defer unix.Close(user)
	return joinAsUser(user, ipc, argv, env)
}

func openNamespace(pid int, kind string) (int, error) {
	path := "/proc/" + strconv.Itoa(pid) + "/ns/" + kind
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	return fd, failWith("open "+path, err)
}

// joinTarget returns the process whose namespace is meant by pid.
func joinTarget(root string, pid int) (int, error) {
	mine, err := namespaceOf("self", "ipc")
	if err != nil {
		return 0, err
	}
	theirs, err := namespaceOf(strconv.Itoa(pid), "ipc")
	if err != nil {
		return 0, err
	}
	if mine != theirs {
		return pid, nil
	}
	for _, child := range children(root, pid) {
		if ns, err := namespaceOf(strconv.Itoa(child), "ipc"); err == nil && ns != mine {
			return child, nil
		}
	}
	return 0, ErrSameNamespace
}

// children lists the processes whose parent is pid, from the stat files: the
// kernel's own list of them is a build option.
func children(root string, pid int) []int {
	pids, _ := pidsIn(root)
	var list []int
	for _, child := range pids {
		stat, err := os.ReadFile(filepath.Join(root, strconv.Itoa(child), "stat"))
		if parent, ok := fieldInStat(stat, 4); err == nil && ok && parent == uint64(pid) {
			list = append(list, child)
		}
	}
	return list
}

// joinAsRoot moves this thread and, by the exec, the process; see enterAsRoot.
func joinAsRoot(ipc int, argv, env []string) error {
	back, err := unix.Open("/proc/thread-self/ns/ipc", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return failWith("open /proc/thread-self/ns/ipc", err)
	}
	defer unix.Close(back)
	runtime.LockOSThread()
	if err := unix.Setns(ipc, unix.CLONE_NEWIPC); err != nil {
		runtime.UnlockOSThread()
		return failWith("setns", err)
	}
	return becomeSelf(back, argv, env)
}

// joinAsUser runs the program in a child, because only a process with a single
// thread may change its user namespace. The child gives up CAP_IPC_OWNER.
func joinAsUser(user, ipc int, argv, env []string) error {
	runtime.LockOSThread() // its death is the child's
	defer runtime.UnlockOSThread()
	report, err := newReport()
	if err != nil {
		return err
	}
	defer report.close()
	p := &childPlan{report: report}
	p.must("setns", unix.SYS_SETNS, uintptr(user), unix.CLONE_NEWUSER)
	p.must("setns", unix.SYS_SETNS, uintptr(ipc), unix.CLONE_NEWIPC)
	p.must("prctl(PR_CAPBSET_DROP)", unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, unix.CAP_IPC_OWNER)
	p.diesWithUs()
	if err := p.exec(self, argv, environ(env)); err != nil {
		return err
	}
	relay := startRelay()
	defer relay.stop()
	pid, err := p.start()
	if err != nil {
		return err
	}
	relay.to(pid)
	p.readReport()
	err = p.failed()
	exited := waitFor(pid)
	if err != nil {
		return refused("/proc", err)
	}
	return exited
}
