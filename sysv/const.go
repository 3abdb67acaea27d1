package sysv

import (
	"math"
	"os"
	"slices"
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

// otherConsts are the constants that are neither flags nor commands. SHMLBA is the
// page size, which is not known here.
var otherConsts = []FlagName{
	{"IPC_PRIVATE", IPC_PRIVATE}, {"IPC_CREAT", IPC_CREAT}, {"IPC_EXCL", IPC_EXCL}, {"IPC_NOWAIT", IPC_NOWAIT},
	{"SHM_HUGE_SHIFT", SHM_HUGE_SHIFT}, {"SHM_HUGE_MASK", SHM_HUGE_MASK}, {"SHM_DEST", SHM_DEST},
	{"SHM_LOCKED", SHM_LOCKED}, {"SHM_R", SHM_R}, {"SHM_W", SHM_W}, {"SHMLBA", 0},
	{"SEMVMX", SEMVMX}, {"SEMAEM", SEMAEM},
	{"INT_MAX", math.MaxInt32}, {"INT_MIN", math.MinInt32}, {"UINT_MAX", math.MaxUint32},
	{"LONG_MAX", math.MaxInt}, {"LONG_MIN", math.MinInt}, {"SHRT_MAX", math.MaxInt16}, {"SHRT_MIN", math.MinInt16},
}

// eachConst calls f with each constant until f returns false. A map would have to be
// made at every start.
func eachConst(f func(FlagName) bool) {
	tables := [][]FlagName{otherConsts, MsgctlCmds, ShmctlCmds, SemctlCmds}
	for _, s := range FlagSets {
		tables = append(tables, s.Names)
	}
	for _, names := range tables {
		for _, n := range names {
			if !f(n) {
				return
			}
		}
	}
}

// Const returns the value of a C constant of System V IPC or <limits.h>. The
// names of errnos are [ErrnoByName]'s.
func Const(name string) (value int64, ok bool) {
	eachConst(func(n FlagName) bool {
		if n.Name == name {
			value, ok = n.Bit, true
		}
		return !ok
	})
	if name == "SHMLBA" {
		value = int64(os.Getpagesize())
	}
	return value, ok
}

// ConstNames lists the names that Const knows, sorted.
func ConstNames() (names []string) {
	eachConst(func(n FlagName) bool {
		names = append(names, n.Name)
		return true
	})
	slices.Sort(names)
	return slices.Compact(names)
}
