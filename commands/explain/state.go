package explain

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/passwd"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// What the kernel tells right after a failure. Everything here only reads.

type object = commands.Object

// live returns the object of an id, if it exists.
func live(kind commands.ObjectKind, id int64) (*object, bool) {
	o, err := commands.ObjectAt(kind, id)
	return o, err == nil && o.ID() == id
}

// byKey returns the object that has a key. A get call without mode bits finds it
// whatever its mode, and makes nothing.
func byKey(kind commands.ObjectKind, key sysv.Key) (*object, bool) {
	if key == 0 {
		return nil, false
	}
	var id int64
	var err error
	switch kind {
	case commands.Queue:
		var q sysv.Msqid
		q, err = sysv.Msgget(key, 0)
		id = int64(q)
	case commands.Segment:
		var m sysv.Shmid
		m, err = sysv.Shmget(key, 0, 0)
		id = int64(m)
	case commands.Set:
		var s sysv.Semid
		s, err = sysv.Semget(key, 0, 0)
		id = int64(s)
	}
	if err != nil {
		return nil, false
	}
	return live(kind, id)
}

func msgLimits() (limits, use sysv.Msginfo) {
	sysv.Msgctl(0, sysv.IPC_INFO, &limits)
	sysv.Msgctl(0, sysv.MSG_INFO, &use)
	return limits, use
}

func shmLimits() (limits sysv.Shminfo, use sysv.ShmInfo) {
	sysv.Shmctl(0, sysv.IPC_INFO, &limits)
	sysv.Shmctl(0, sysv.SHM_INFO, &use)
	return limits, use
}

func semLimits() (limits, use sysv.Seminfo) {
	sysv.Semctl(0, 0, sysv.IPC_INFO, &limits)
	sysv.Semctl(0, 0, sysv.SEM_INFO, &use)
	return limits, use
}

// mine reports whether this process is an object's owner or creator.
func mine(p *sysv.IpcPerm) bool {
	uid := uint32(os.Geteuid())
	return p.Uid == uid || p.Cuid == uid
}

// digit returns the digit of the mode that binds this process, and how far left
// it stands: the owner's, the group's or others'. The classes do not add up.
func digit(p *sysv.IpcPerm) (bits uint32, shift int) {
	if mine(p) {
		return p.Mode >> 6 & 7, 6
	}
	groups, _ := os.Getgroups()
	for _, g := range append(groups, os.Getegid()) {
		if uint32(g) == p.Gid || uint32(g) == p.Cgid {
			return p.Mode >> 3 & 7, 3
		}
	}
	return p.Mode & 7, 0
}

// rwx spells permission bits: "rw-".
func rwx(bits uint32) string {
	s := []byte("---")
	for i := range s {
		if bits&(4>>i) != 0 {
			s[i] = "rwx"[i]
		}
	}
	return string(s)
}

// letters spells the bits that a call needs: "rw".
func letters(bits uint32) string { return strings.ReplaceAll(rwx(bits), "-", "") }

// folded is what a get call's flags ask for: owner's, group's and others' bits
// count alike.
func folded(flags int64) uint32 { return uint32(flags>>6|flags>>3|flags) & 7 }

func self() string { return user(uint32(os.Geteuid())) }

// user names a uid: "kim (uid 1001)".
func user(uid uint32) string {
	s := fmt.Sprintf("uid %d", uid)
	if name, ok := passwd.Name(passwd.Users, uid); ok {
		return name + " (" + s + ")"
	}
	return s
}

// process names a pid that the kernel keeps of an object.
func process(pid int) *text.Msg {
	if pid == os.Getpid() {
		return text.F("this process, %d", "현재 프로세스 %d", pid)
	}
	comm, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/comm")
	if err != nil {
		return text.F("process %d, which has ended", "이미 끝난 프로세스 %d", pid)
	}
	return text.F("process %d (%s)", "프로세스 %d(%s)", pid, strings.TrimSpace(string(comm)))
}

// capable reports whether this process has a capability in its user namespace.
func capable(bit uint) bool {
	b, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(b), "\nCapEff:")
	line, _, _ := strings.Cut(rest, "\n")
	caps, err := strconv.ParseUint(strings.TrimSpace(line), 16, 64)
	return err == nil && caps&(1<<bit) != 0
}

const (
	capIPCLock  = 14
	capSysAdmin = 21
)

// lockable returns RLIMIT_MEMLOCK as /proc/self/limits has it: a number of bytes
// or "unlimited".
func lockable() string { return processLimit("Max locked memory") }

func processLimit(name string) string {
	b, _ := os.ReadFile("/proc/self/limits")
	_, rest, _ := strings.Cut(string(b), name)
	if f := strings.Fields(rest); len(f) > 0 {
		return f[0]
	}
	return "?"
}

// proc returns the first word of a file below /proc, or "?".
func proc(name string) string {
	b, err := os.ReadFile("/proc/" + name)
	if f := strings.Fields(string(b)); err == nil && len(f) > 0 {
		return f[0]
	}
	return "?"
}

// meminfo returns the number in a line of /proc/meminfo, mostly in kB.
func meminfo(name string) uint64 {
	b, _ := os.ReadFile("/proc/meminfo")
	_, rest, _ := strings.Cut("\n"+string(b), "\n"+name+":")
	if f := strings.Fields(rest); len(f) > 0 {
		n, _ := strconv.ParseUint(f[0], 10, 64)
		return n
	}
	return 0
}
