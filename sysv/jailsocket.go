package sysv

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Landlock and a network namespace do not keep a program from connecting to a
// socket that has a name in the file system, of which the grader's own user may have
// some. A foreign program of a jail makes no sockets, then, but pairs.

// audit is the name that the kernel has for this machine, or 0 where it is not
// known here.
func audit() uint32 {
	switch runtime.GOARCH {
	case "amd64":
		return unix.AUDIT_ARCH_X86_64
	case "386":
		return unix.AUDIT_ARCH_I386
	case "arm64":
		return unix.AUDIT_ARCH_AARCH64
	case "arm":
		return unix.AUDIT_ARCH_ARM
	}
	return 0
}

const (
	ioUringSetup = 425        // everywhere; a ring can make sockets too
	x32          = 0x40000000 // from here on amd64 has its calls once more
)

// othersSockets are the calls that make sockets by the numbers of 32-bit programs
// on a 64-bit machine: socketcall and socket of i386, socket of arm.
var othersSockets = []uint32{102, 359, 281, ioUringSetup}

// noSockets lets the child forbid itself to make sockets: EACCES.
func (p *childPlan) noSockets() {
	native := audit()
	if native == 0 {
		return
	}
	ours := []unix.SockFilter{load(0)}
	if runtime.GOARCH == "amd64" {
		ours = append(ours, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, Jf: 1, K: x32}, refuse)
	}
	if runtime.GOARCH == "386" {
		ours = append(ours, deny(othersSockets...)...)
	}
	ours = append(append(ours, deny(unix.SYS_SOCKET, ioUringSetup)...), allow)
	others := append(append([]unix.SockFilter{load(0)}, deny(othersSockets...)...), allow)
	const arch = 4 // of struct seccomp_data
	filter := append([]unix.SockFilter{load(arch),
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: uint8(len(ours)), K: native}}, ours...)
	filter = append(filter, others...)
	p.call(meansNone, "seccomp", unix.SYS_PRCTL, unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER,
		object(p, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}))
}

var (
	allow  = unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}
	refuse = unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(syscall.EACCES)}
)

// load takes a word of struct seccomp_data; 0 is the call's number.
func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

// deny refuses the calls of these numbers.
func deny(numbers ...uint32) (list []unix.SockFilter) {
	for _, n := range numbers {
		list = append(list, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: n}, refuse)
	}
	return list
}
