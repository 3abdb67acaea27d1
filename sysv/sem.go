package sysv

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Semget wraps semget(2): the set with this key, or a new one of nsems
// semaphores, all 0.
//
// ENOENT, EEXIST, EACCES as msgget; EINVAL nsems is above semmsl, 0 for a new
// set, or above that of the set that exists; ENOSPC semmni sets or semmns
// semaphores exist; ENOMEM.
func Semget(key Key, nsems int, flags SemgetFlag) (Semid, error) {
	r, _, errno := unix.Syscall(unix.SYS_SEMGET, uintptr(key), uintptr(nsems), uintptr(flags))
	if errno != 0 {
		return -1, fail("semget", errno)
	}
	return Semid(r), nil
}

// SemctlArg is union semun: SemVal, SemArray, *SemidDs or *Seminfo.
type SemctlArg interface{ semctlArg() }

type (
	SemVal   int      // SemVal is the val of SETVAL.
	SemArray []uint16 // SemArray is the array of GETALL and SETALL.
)

func (SemVal) semctlArg()   {}
func (SemArray) semctlArg() {}
func (*SemidDs) semctlArg() {}
func (*Seminfo) semctlArg() {}

// Semctl wraps semctl(2). SETVAL wants a SemVal, GETALL and SETALL a SemArray,
// IPC_STAT, IPC_SET, SEM_STAT and SEM_STAT_ANY a *SemidDs, IPC_INFO and SEM_INFO
// a *Seminfo, the others nil. The result is 0, a value, a count or a pid (the
// GET commands), the highest index in use (the INFO commands) or an id (the STAT
// commands, which take an index for id). Of a SemArray that is shorter than the
// set the kernel is shown zeros for the rest (SETALL) or only the part is given
// back (GETALL).
//
// EINVAL no such set, semaphore, index or command; ERANGE a value below 0 or
// above SEMVMX; EACCES, EPERM as msgctl.
func Semctl(id Semid, num int, cmd SemctlCmd, arg SemctlArg) (int, error) {
	switch cmd {
	case SETVAL:
		v, _ := arg.(SemVal)
		r, _, errno := unix.Syscall6(unix.SYS_SEMCTL, uintptr(id), uintptr(num), SETVAL, uintptr(v), 0, 0)
		return semResult(r, errno)
	case GETALL, SETALL:
		array, _ := arg.(SemArray)
		return semctlAll(id, num, cmd, array)
	}
	var s scratch
	switch arg := arg.(type) {
	case *SemidDs:
		s.load(unsafe.Pointer(arg), unsafe.Sizeof(*arg))
	case *Seminfo:
		s.load(unsafe.Pointer(arg), unsafe.Sizeof(*arg))
	}
	var r uintptr
	var errno syscall.Errno
	if cmd == SEM_STAT_ANY { // waits for nothing
		r, _, errno = unix.RawSyscall6(unix.SYS_SEMCTL, uintptr(id), uintptr(num), uintptr(cmd), uintptr(unsafe.Pointer(&s)), 0, 0)
	} else {
		r, _, errno = unix.Syscall6(unix.SYS_SEMCTL, uintptr(id), uintptr(num), uintptr(cmd), uintptr(unsafe.Pointer(&s)), 0, 0)
	}
	if errno == 0 {
		switch arg := arg.(type) {
		case *SemidDs:
			s.store(unsafe.Pointer(arg), unsafe.Sizeof(*arg))
		case *Seminfo:
			s.store(unsafe.Pointer(arg), unsafe.Sizeof(*arg))
		}
	}
	return semResult(r, errno)
}

// semctlAll moves all values of a set through an array that is long enough.
func semctlAll(id Semid, num int, cmd SemctlCmd, array SemArray) (int, error) {
	all := make([]uint16, max(len(array), setSize(id)))
	copy(all, array)
	r, _, errno := unix.Syscall6(unix.SYS_SEMCTL, uintptr(id), uintptr(num), uintptr(cmd), uintptr(unsafe.Pointer(&all[0])), 0, 0)
	if errno == 0 && cmd == GETALL {
		copy(array, all)
	}
	return semResult(r, errno)
}

// setSize returns the number of semaphores of a set. SEM_STAT_ANY needs no
// permission, but looks only at an id's index, so the id it returns must be the
// one asked for. If that fails, the call to come will too, or this is a kernel
// before 4.17: then room is made for more than any set of those had.
func setSize(id Semid) int {
	var ds SemidDs
	if r, err := Semctl(id, 0, SEM_STAT_ANY, &ds); err == nil && Semid(r) == id {
		return max(1, int(ds.Nsems))
	}
	return 1 << 16
}

func semResult(r uintptr, errno syscall.Errno) (int, error) {
	if errno != 0 {
		return -1, fail("semctl", errno)
	}
	return int(r), nil
}
