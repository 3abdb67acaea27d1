package sysv

import (
	"errors"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// CAP_IPC_OWNER lets root pass every mode bit. It is given up in a private
// namespace so that they bind there as they bind an ordinary user, and it must
// go from the bounding set, for an exec by uid 0 gives back all that is in it.

// HasIPCOwner reports whether mode bits do not bind this process.
func HasIPCOwner() bool {
	data, err := capget()
	return err == nil && data[unix.CAP_IPC_OWNER/32].Effective&(1<<(unix.CAP_IPC_OWNER%32)) != 0
}

// DropIPCOwner starts this program anew, as argv and env say, without
// CAP_IPC_OWNER and any way back to it. It needs CAP_SETPCAP, so it is for root.
// It returns only if that failed.
func DropIPCOwner(argv, env []string) error {
	runtime.LockOSThread()
	if err := dropIPCOwner(); err != nil {
		runtime.UnlockOSThread()
		return err
	}
	return execSelf(argv, environ(env)) // the thread stays locked: its capabilities are no longer the others'
}

// dropIPCOwner takes the capability from all sets of the calling thread.
func dropIPCOwner() error {
	if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_IPC_OWNER, 0, 0, 0); err != nil {
		return failWith("prctl(PR_CAPBSET_DROP)", err)
	}
	err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_LOWER, unix.CAP_IPC_OWNER, 0, 0)
	if err != nil && !errors.Is(err, unix.EINVAL) { // a kernel before 4.3 has no ambient set
		return failWith("prctl(PR_CAP_AMBIENT_LOWER)", err)
	}
	data, err := capget()
	if err != nil {
		return err
	}
	d := &data[unix.CAP_IPC_OWNER/32]
	const bit = 1 << (unix.CAP_IPC_OWNER % 32)
	d.Effective &^= bit
	d.Permitted &^= bit
	d.Inheritable &^= bit
	hdr := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	return failWith("capset", unix.Capset(&hdr, &data[0]))
}

func capget() (data [2]unix.CapUserData, err error) {
	hdr := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	err = unix.Capget(&hdr, &data[0])
	return data, failWith("capget", err)
}

// self is this program, even if its file has been replaced or cannot be reached
// by its name.
const self = "/proc/self/exe"

// execSelf replaces this process by a new run of the program.
func execSelf(argv, env []string) error {
	return failWith("execve", syscall.Exec(self, argv, env))
}
