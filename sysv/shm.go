package sysv

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Shmget wraps shmget(2): the segment with this key, or a new one of size
// bytes. The memory is rounded up to pages, the size is not.
//
// ENOENT, EEXIST, EACCES as msgget; EINVAL a size of 0 or above shmmax, or above
// that of the segment that exists; ENOSPC shmmni segments or shmall pages exist;
// ENOMEM, EPERM huge pages.
func Shmget(key Key, size uint, flags ShmgetFlag) (Shmid, error) {
	r, _, errno := unix.Syscall(unix.SYS_SHMGET, uintptr(key), uintptr(size), uintptr(flags))
	if errno != 0 {
		return -1, fail("shmget", errno)
	}
	return Shmid(r), nil
}

// Shmat wraps shmat(2): it maps the segment at addr, or with 0 where the kernel
// likes, and returns the address. With SHM_REMAP it replaces what is mapped
// there, this program's own memory included: the caller must know what is.
//
// EINVAL no such segment, an address that is no multiple of SHMLBA or is taken;
// EACCES; ENOMEM; EPERM.
func Shmat(id Shmid, addr uintptr, flags ShmatFlag) (uintptr, error) {
	r, _, errno := unix.Syscall(unix.SYS_SHMAT, uintptr(id), addr, uintptr(flags))
	if errno != 0 {
		return ^uintptr(0), fail("shmat", errno)
	}
	return r, nil
}

// Shmdt wraps shmdt(2): it unmaps what a shmat returned as addr.
//
// EINVAL nothing is attached there.
func Shmdt(addr uintptr) error {
	_, _, errno := unix.Syscall(unix.SYS_SHMDT, addr, 0, 0)
	return fail("shmdt", errno)
}

// ShmctlArg is the structure of a shmctl: *ShmidDs, *Shminfo or *ShmInfo.
type ShmctlArg interface {
	shmctlArg() (unsafe.Pointer, uintptr)
}

func (d *ShmidDs) shmctlArg() (unsafe.Pointer, uintptr) { return unsafe.Pointer(d), unsafe.Sizeof(*d) }
func (d *Shminfo) shmctlArg() (unsafe.Pointer, uintptr) { return unsafe.Pointer(d), unsafe.Sizeof(*d) }
func (d *ShmInfo) shmctlArg() (unsafe.Pointer, uintptr) { return unsafe.Pointer(d), unsafe.Sizeof(*d) }

// Shmctl wraps shmctl(2). IPC_STAT, IPC_SET, SHM_STAT and SHM_STAT_ANY want a
// *ShmidDs, IPC_INFO a *Shminfo, SHM_INFO a *ShmInfo, the others nil. The result
// is 0, the highest index in use (the INFO commands) or an id (the STAT
// commands, which take an index for id).
//
// EINVAL no such segment, index or command; EACCES, EPERM as msgctl; SHM_LOCK
// also ENOMEM, above RLIMIT_MEMLOCK.
func Shmctl(id Shmid, cmd ShmctlCmd, arg ShmctlArg) (int, error) {
	var s scratch
	if arg != nil {
		s.load(arg.shmctlArg())
	}
	var r uintptr
	var errno syscall.Errno
	if cmd == SHM_STAT_ANY { // waits for nothing
		r, _, errno = unix.RawSyscall(unix.SYS_SHMCTL, uintptr(id), uintptr(cmd), uintptr(unsafe.Pointer(&s)))
	} else {
		r, _, errno = unix.Syscall(unix.SYS_SHMCTL, uintptr(id), uintptr(cmd), uintptr(unsafe.Pointer(&s)))
	}
	if errno != 0 {
		return -1, fail("shmctl", errno)
	}
	if arg != nil {
		s.store(arg.shmctlArg())
	}
	return int(r), nil
}
