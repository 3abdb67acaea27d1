package sysv

import (
	"math"
	"os"
	"sort"
	"sync"
)

// The constants of <sys/ipc.h>, <sys/msg.h>, <sys/shm.h> and <sys/sem.h>, the
// same on every architecture of Linux.
const (
	IPC_PRIVATE = 0
	IPC_CREAT   = 0o1000
	IPC_EXCL    = 0o2000
	IPC_NOWAIT  = 0o4000

	IPC_RMID = 0
	IPC_SET  = 1
	IPC_STAT = 2
	IPC_INFO = 3

	MSG_NOERROR  = 0o10000
	MSG_EXCEPT   = 0o20000
	MSG_COPY     = 0o40000
	MSG_STAT     = 11
	MSG_INFO     = 12
	MSG_STAT_ANY = 13

	SHM_HUGETLB    = 0o4000
	SHM_NORESERVE  = 0o10000
	SHM_HUGE_SHIFT = 26
	SHM_HUGE_MASK  = 0x3f
	SHM_HUGE_2MB   = 21 << SHM_HUGE_SHIFT
	SHM_HUGE_1GB   = 30 << SHM_HUGE_SHIFT
	SHM_RDONLY     = 0o10000
	SHM_RND        = 0o20000
	SHM_REMAP      = 0o40000
	SHM_EXEC       = 0o100000
	SHM_LOCK       = 11
	SHM_UNLOCK     = 12
	SHM_STAT       = 13
	SHM_INFO       = 14
	SHM_STAT_ANY   = 15
	SHM_DEST       = 0o1000 // in shm_perm.mode: removed, but still attached
	SHM_LOCKED     = 0o2000 // in shm_perm.mode: not swapped
	SHM_R          = 0o400
	SHM_W          = 0o200

	SEM_UNDO     = 0x1000
	GETPID       = 11
	GETVAL       = 12
	GETALL       = 13
	GETNCNT      = 14
	GETZCNT      = 15
	SETVAL       = 16
	SETALL       = 17
	SEM_STAT     = 18
	SEM_INFO     = 19
	SEM_STAT_ANY = 20
	SEMVMX       = 32767
	SEMAEM       = 32767
)

var constants = sync.OnceValue(func() map[string]int64 {
	m := map[string]int64{
		"IPC_PRIVATE": IPC_PRIVATE, "IPC_CREAT": IPC_CREAT, "IPC_EXCL": IPC_EXCL, "IPC_NOWAIT": IPC_NOWAIT,
		"SHM_HUGE_SHIFT": SHM_HUGE_SHIFT, "SHM_HUGE_MASK": SHM_HUGE_MASK, "SHM_DEST": SHM_DEST,
		"SHM_LOCKED": SHM_LOCKED, "SHM_R": SHM_R, "SHM_W": SHM_W, "SHMLBA": int64(os.Getpagesize()),
		"SEMVMX": SEMVMX, "SEMAEM": SEMAEM,
		"INT_MAX": math.MaxInt32, "INT_MIN": math.MinInt32, "UINT_MAX": math.MaxUint32,
		"LONG_MAX": math.MaxInt, "LONG_MIN": math.MinInt, "SHRT_MAX": math.MaxInt16, "SHRT_MIN": math.MinInt16,
	}
	for _, s := range FlagSets {
		addNames(m, s.Names)
	}
	for _, names := range [][]FlagName{MsgctlCmds, ShmctlCmds, SemctlCmds} {
		addNames(m, names)
	}
	return m
})

func addNames(m map[string]int64, names []FlagName) {
	for _, n := range names {
		m[n.Name] = n.Bit
	}
}

// Const returns the value of a C constant of System V IPC or <limits.h>. The
// names of errnos are [ErrnoByName]'s.
func Const(name string) (int64, bool) {
	v, ok := constants()[name]
	return v, ok
}

// ConstNames lists the names that Const knows, sorted.
func ConstNames() []string {
	var names []string
	for name := range constants() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
