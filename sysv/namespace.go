package sysv

import (
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// initialIPC is the inode of the namespace that the system started with
// (PROC_IPC_INIT_INO).
const initialIPC = 0xEFFFFFFF

// PrivateNamespace reports whether this process is in an IPC namespace other
// than the system's first. In a container that is the container's.
func PrivateNamespace() bool {
	id, err := namespaceOf("self", "ipc")
	return err == nil && id.Ino != initialIPC
}

// namespaceOf identifies a namespace of a process: "self" or a pid.
func namespaceOf(pid, kind string) (FileID, error) {
	var st unix.Stat_t
	path := "/proc/" + pid + "/ns/" + kind
	if err := unix.Stat(path, &st); err != nil {
		return FileID{}, failWith("stat "+path, err)
	}
	return FileID{Dev: uint64(st.Dev), Ino: uint64(st.Ino)}, nil
}

// EnterPrivate starts this program anew, as argv and env say, in an IPC
// namespace of its own and without CAP_IPC_OWNER. With CAP_SYS_ADMIN it becomes
// that program and does not return. Otherwise a child runs it, as root of a user
// namespace, and EnterPrivate returns its *Exited; meanwhile this process passes
// on SIGTERM and SIGHUP and leaves SIGINT and SIGQUIT to the child, to whom the
// terminal sends them too. If this process dies, so does the child.
//
// What the system forbids is a *NamespaceError; then nothing has changed.
func EnterPrivate(argv, env []string) error {
	err := enterAsRoot(argv, env)
	if !errors.Is(err, syscall.EPERM) {
		return err
	}
	return enterAsUser(argv, env)
}

// enterAsRoot moves this thread and, by the exec, the process. Without the exec
// only the thread would have moved, so on failure it moves back.
func enterAsRoot(argv, env []string) error {
	back, err := unix.Open("/proc/thread-self/ns/ipc", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return failWith("open /proc/thread-self/ns/ipc", err)
	}
	defer unix.Close(back)
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWIPC); err != nil {
		runtime.UnlockOSThread()
		return refused("/proc", failWith("unshare", err), "max_ipc_namespaces")
	}
	return becomeSelf(back, argv, env)
}

// becomeSelf ends a move into another IPC namespace: with the exec, or by moving
// back if that fails.
func becomeSelf(back int, argv, env []string) error {
	err := dropIPCOwner()
	if err == nil {
		err = execSelf(argv, environ(env))
	}
	if e := unix.Setns(back, unix.CLONE_NEWIPC); e != nil {
		return failWith("setns", e)
	}
	return err // with the thread locked: it has lost capabilities that the others have
}

// enterAsUser starts a child as uid 0 of a new user namespace. It execs twice:
// capabilities can only be dropped from inside, and before the program begins.
func enterAsUser(argv, env []string) error {
	runtime.LockOSThread() // Pdeathsig means the death of this thread
	defer runtime.UnlockOSThread()
	report, err := newReport()
	if err != nil {
		return err
	}
	defer report.close()
	relay := startRelay()
	defer relay.stop()
	pid, err := syscall.ForkExec(self, argv, &syscall.ProcAttr{
		Env:   append(environ(env), stageMark+"="+strconv.Itoa(os.Getpid())),
		Files: []uintptr{0, 1, 2, uintptr(report.w)},
		Sys: &syscall.SysProcAttr{
			Cloneflags:                 unix.CLONE_NEWUSER | unix.CLONE_NEWIPC,
			UidMappings:                []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
			GidMappings:                []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
			GidMappingsEnableSetgroups: false,
			Pdeathsig:                  syscall.SIGKILL,
		},
	})
	if err != nil {
		return refused("/proc", failWith("clone", err), "max_ipc_namespaces", "max_user_namespaces")
	}
	relay.to(pid)
	err = report.read("prctl")
	exited := waitFor(pid)
	if err != nil {
		return refused("/proc", err)
	}
	return exited
}

const (
	stageMark = "IPCSH_SYSV_STAGE"
	stageFd   = 3 // where the stage reports that it failed
)

// Stage must be called by main before anything else. In the child of
// EnterPrivate it gives up CAP_IPC_OWNER and execs the program proper; in every
// other process it does nothing.
func Stage() error {
	mark, ok := os.LookupEnv(stageMark)
	if !ok {
		return nil
	}
	os.Unsetenv(stageMark)
	parent, err := strconv.Atoi(mark)
	if err != nil {
		return fail("stage", syscall.EINVAL)
	}
	runtime.LockOSThread()
	unix.CloseOnExec(stageFd)
	// Once more, for a change of credentials clears it; and the parent may have
	// died before.
	err = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0)
	if err == nil && os.Getppid() != parent {
		err = syscall.ESRCH
	}
	if err == nil {
		err = dropIPCOwner()
	}
	if err == nil {
		err = execSelf(os.Args, os.Environ())
	}
	var errno syscall.Errno
	errors.As(err, &errno)
	unix.Write(stageFd, []byte{byte(errno)})
	unix.Exit(failedStart)
	return err
}

// environ is env, or this process's if it is nil, without a stage's mark.
func environ(env []string) []string {
	if env == nil {
		env = os.Environ()
	}
	var clean []string
	for _, v := range env {
		if !strings.HasPrefix(v, stageMark+"=") {
			clean = append(clean, v)
		}
	}
	return clean
}
