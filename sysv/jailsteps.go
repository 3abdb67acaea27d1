package sysv

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// lockIn fills the plan of a player: all that the kernel does for a jail, in an
// order in which each step still has the right to be taken.
func (p *childPlan) lockIn(o *JailOptions, id identity, folder string) {
	user := p.flags&unix.CLONE_NEWUSER != 0
	p.must("setsid", unix.SYS_SETSID)
	if p.flags&unix.CLONE_NEWNS != 0 {
		// What is mounted here must not be mounted outside.
		p.must("mount /", unix.SYS_MOUNT, p.string("none"), p.string("/"), 0, unix.MS_REC|unix.MS_PRIVATE)
		if o.Programs {
			p.readOnly(folder)
		}
	}
	dir := folder
	if dir == "" {
		dir = "/"
	}
	p.must("chdir "+dir, unix.SYS_CHDIR, p.string(dir))
	if p.flags&unix.CLONE_NEWPID != 0 {
		p.must(mountProc, unix.SYS_MOUNT, p.string("proc"), p.string("/proc"), p.string("proc"), unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC)
	} else {
		p.call(meansNone, "prctl", unix.SYS_PRCTL, unix.PR_SET_CHILD_SUBREAPER, 1)
	}
	if id.ranged { // the root of the namespace, whom its limits belong to
		p.becomes(0)
	}
	if user {
		// Else a program could make namespaces without these limits.
		p.write(MeansSysctl, "user.max_user_namespaces", "/proc/sys/user/max_user_namespaces", "0")
	}
	if p.flags&unix.CLONE_NEWIPC != 0 {
		p.limitIPC(o.Limits)
	}
	p.limit(jailLimits(o.Limits, id))
	p.dropCaps(o, id)
	p.must("prctl(PR_SET_PDEATHSIG)", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
	p.must("prctl(PR_SET_NO_NEW_PRIVS)", unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1)
	if p.rules != 0 {
		p.enter(true)
	}
	p.call(meansNone, "umask", unix.SYS_UMASK, 0o022)
}

// mountProc is the step that a container may refuse although it allows the
// namespaces.
const mountProc = "mount /proc"

// readOnly makes all mounts read-only but the folder's: Landlock does not stop
// chmod, utime and their like.
func (p *childPlan) readOnly(folder string) {
	type mountAttr struct{ set, clr, _, _ uint64 } // the rest: propagation, userns_fd
	const size = 32
	const readonly = unix.MOUNT_ATTR_RDONLY
	path := p.string(folder)
	lock := func(skip int) {
		p.call(MeansMount, "mount_setattr", unix.SYS_MOUNT_SETATTR, atCwd, p.string("/"), unix.AT_RECURSIVE, object(p, &mountAttr{set: readonly}), size)
		p.steps[len(p.steps)-1].skip = skip
	}
	if folder == "" {
		lock(0)
		return
	}
	p.call(MeansMount, "mount "+folder, unix.SYS_MOUNT, path, path, 0, unix.MS_BIND)
	p.steps[len(p.steps)-1].skip = 2
	lock(1)
	p.must("mount_setattr "+folder, unix.SYS_MOUNT_SETATTR, atCwd, path, 0, object(p, &mountAttr{clr: readonly}), size)
}

// limitIPC bounds the memory that the kernel gives to a new IPC namespace. Queues
// are as many as can hold twice the messages: the watcher ends the play before.
func (p *childPlan) limitIPC(l Limits) {
	put := func(name string, value string) {
		p.write(MeansSysctl, "kernel."+name, "/proc/sys/kernel/"+name, value)
	}
	if l.Messages > 0 {
		put("msgmni", strconv.FormatInt(min(max(2*l.Messages/16384, 16), 32000), 10))
	}
	if l.Memory > 0 {
		put("shmall", strconv.FormatInt(max(l.Memory/int64(os.Getpagesize()), 1), 10))
		put("sem", "32000 "+strconv.FormatInt(min(max(l.Memory/semSize, 32000), 1024000000), 10)+" 500 32000")
	}
}

// rlimit is one resource limit to be set.
type rlimit struct {
	name  string
	what  int
	value uint64
}

// tasksOfOurs is more than the threads that this program has as one process.
func tasksOfOurs() int { return 16 + runtime.GOMAXPROCS(0) }

// ownData is the memory that this program's runtime and C library may map as
// writable without ever touching it.
const ownData = 512 << 20

// jailLimits are a player's. What Go reserves of the address space is no memory,
// so RLIMIT_DATA is set, not RLIMIT_AS.
func jailLimits(l Limits, id identity) []rlimit {
	list := []rlimit{{"RLIMIT_CORE", unix.RLIMIT_CORE, 0}, {"RLIMIT_NOFILE", unix.RLIMIT_NOFILE, 1024}}
	if l.Time > 0 {
		list = append(list, rlimit{"RLIMIT_CPU", unix.RLIMIT_CPU, uint64((l.Time + 2*time.Second - 1) / time.Second)})
	}
	if l.Memory > 0 {
		list = append(list, rlimit{"RLIMIT_DATA", unix.RLIMIT_DATA, uint64(l.Memory + ownData)})
	}
	if l.Disk > 0 {
		list = append(list, rlimit{"RLIMIT_FSIZE", unix.RLIMIT_FSIZE, uint64(l.Disk)})
	}
	if l.Processes > 0 {
		n := (l.Processes+1)*tasksOfOurs() + id.others
		list = append(list, rlimit{"RLIMIT_NPROC", unix.RLIMIT_NPROC, uint64(n)})
	}
	return list
}

// limit sets resource limits, no hard one higher than it is.
func (p *childPlan) limit(list []rlimit) {
	for _, l := range list {
		var now unix.Rlimit
		if unix.Getrlimit(l.what, &now) == nil {
			l.value = min(l.value, now.Max)
		}
		p.call(MeansRlimit, l.name, unix.SYS_PRLIMIT64, 0, uintptr(l.what), object(p, &unix.Rlimit{Cur: l.value, Max: l.value}), 0)
	}
}

// becomes changes all ids.
func (p *childPlan) becomes(id int) {
	p.must("setgroups", sysSetgroups, 0, 0)
	p.must("setresgid", sysSetresgid, uintptr(id), uintptr(id), uintptr(id))
	p.must("setresuid", sysSetresuid, uintptr(id), uintptr(id), uintptr(id))
}

// dropCaps gives up all capabilities and becomes who the player is to be. With
// Uids the two are kept by which a process becomes another user; the exec gives
// them to the player as ambient ones.
func (p *childPlan) dropCaps(o *JailOptions, id identity) {
	var kept uintptr
	if o.Uids && !id.own {
		kept = 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID
	}
	// An exec by uid 0 gives nothing back; a change of ids takes nothing away.
	const noroot, locked, keep = 1 << 0, 1 << 1, 1 << 4
	p.call(meansNone, "prctl(PR_SET_SECUREBITS)", unix.SYS_PRCTL, unix.PR_SET_SECUREBITS, noroot|locked|keep)
	p.call(meansNone, "prctl(PR_SET_KEEPCAPS)", unix.SYS_PRCTL, unix.PR_SET_KEEPCAPS, 1)
	switch {
	case id.ranged && o.Uid != 0:
		p.becomes(o.Uid)
	case !id.ranged && !id.own:
		p.becomes(id.base)
	}
	p.setCaps(kept)
	for c := uintptr(0); c < 32; c++ {
		if kept&(1<<c) != 0 {
			p.call(MeansCaps, "prctl(PR_CAP_AMBIENT_RAISE)", unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, c)
		}
	}
}

// setCaps leaves these capabilities of the first 32 and no others.
func (p *childPlan) setCaps(kept uintptr) {
	data := new([2]unix.CapUserData)
	set := uint32(kept)
	data[0] = unix.CapUserData{Effective: set, Permitted: set, Inheritable: set}
	p.must("capset", unix.SYS_CAPSET, object(p, &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}), object(p, data))
}

// descriptors gives the child these as 0, 1, 2 and so on. Those that it needs itself
// before its exec come behind them and get these numbers. It has no others then.
// Where one would be overwritten before it is used, a copy is taken, which the parent
// is to close.
func (p *childPlan) descriptors(fds []int, own ...*int) (copies []int, err error) {
	n := len(fds)
	for _, fd := range own {
		fds = append(fds, *fd)
	}
	for i, fd := range fds {
		if fd < len(fds) {
			if fd, err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, len(fds)); err != nil {
				return copies, failWith("fcntl", err)
			}
			copies = append(copies, fd)
		}
		flags := 0
		if i >= n {
			flags = unix.O_CLOEXEC
			*own[i-n] = i
		}
		p.must("dup3", unix.SYS_DUP3, uintptr(fd), uintptr(i), uintptr(flags))
	}
	p.call(meansNone, "close_range", unix.SYS_CLOSE_RANGE, uintptr(len(fds)), lastFd, 0)
	return copies, nil
}

const lastFd = uintptr(^uint32(0))

func closeAll(fds []int) {
	for _, fd := range fds {
		unix.Close(fd)
	}
}

// oneProcessor has the player's Go runtime begin with no more threads than it needs:
// most plays are over before they would have anything to do. See Player.spread.
const oneProcessor = "GOMAXPROCS=1"

// playerEnv is the environment of a player: what it is given, or the little that
// a program needs.
func playerEnv(o *JailOptions, folder, mark string) []string {
	env := o.Env
	if env == nil {
		for _, v := range os.Environ() {
			name, _, _ := strings.Cut(v, "=")
			if name == "PATH" || name == "LANG" || name == "TZ" || name == "GORACE" || strings.HasPrefix(name, "LC_") {
				env = append(env, v)
			}
		}
	}
	env = environ(append([]string{}, env...))
	if folder != "" {
		env = append(env, "HOME="+folder, "TMPDIR="+folder, "PWD="+folder)
	}
	return append(env, oneProcessor, jailMark+"="+mark)
}
