package explain

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// What the kernel tells right after a failure. Everything here only reads.

// object is what a *_STAT_ANY call told of an object, whatever its mode.
type object struct {
	kind commands.ObjectKind
	id   int64
	msg  sysv.MsqidDs
	shm  sysv.ShmidDs
	sem  sysv.SemidDs
}

func (o *object) perm() *sysv.IpcPerm {
	switch o.kind {
	case commands.Segment:
		return &o.shm.IpcPerm
	case commands.Set:
		return &o.sem.IpcPerm
	}
	return &o.msg.IpcPerm
}

// at returns the object at an index, which is the low part of an id.
func at(kind commands.ObjectKind, index int64) (*object, bool) {
	o := &object{kind: kind}
	var id int
	var err error
	switch kind {
	case commands.Queue:
		id, err = sysv.Msgctl(sysv.Msqid(index), sysv.MSG_STAT_ANY, &o.msg)
	case commands.Segment:
		id, err = sysv.Shmctl(sysv.Shmid(index), sysv.SHM_STAT_ANY, &o.shm)
	case commands.Set:
		id, err = sysv.Semctl(sysv.Semid(index), 0, sysv.SEM_STAT_ANY, &o.sem)
	}
	o.id = int64(id)
	return o, err == nil
}

// live returns the object of an id, if it exists.
func live(kind commands.ObjectKind, id int64) (*object, bool) {
	if id < 0 {
		return nil, false
	}
	o, ok := at(kind, id)
	return o, ok && o.id == id
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

// highest returns the highest index in use, of which 0 may also mean none.
func highest(kind commands.ObjectKind) int64 {
	var n int
	switch kind {
	case commands.Queue:
		n, _ = sysv.Msgctl(0, sysv.IPC_INFO, new(sysv.Msginfo))
	case commands.Segment:
		n, _ = sysv.Shmctl(0, sysv.IPC_INFO, new(sysv.Shminfo))
	case commands.Set:
		n, _ = sysv.Semctl(0, 0, sysv.IPC_INFO, new(sysv.Seminfo))
	}
	return int64(max(n, 0))
}

// each calls f for every object of a kind, in order of index.
func each(kind commands.ObjectKind, f func(*object)) {
	for i, top := int64(0), highest(kind); i <= top; i++ {
		if o, ok := at(kind, i); ok {
			f(o)
		}
	}
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
	f, err := os.Open("/etc/passwd")
	if err != nil {
		return s
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if p := strings.SplitN(sc.Text(), ":", 4); len(p) == 4 && p[2] == strconv.FormatUint(uint64(uid), 10) {
			return p[0] + " (" + s + ")"
		}
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
