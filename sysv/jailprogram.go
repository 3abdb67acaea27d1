package sysv

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// ownChildren are the pids that this process started: of workers, with true, and
// in a jail of foreign programs. What else has this process for a parent is an
// orphan.
var ownChildren sync.Map

func isOwnChild(pid int) bool { _, ok := ownChildren.Load(pid); return ok }

func isOwnWorker(pid int) bool { worker, ok := ownChildren.Load(pid); return ok && worker.(bool) }

// ProgramOptions say how a foreign program is started.
type ProgramOptions struct {
	Path  string   // of the program; relative to Dir, and not looked for in PATH
	Args  []string // argv; it needs one at least
	Env   []string // as NAME=VALUE; nil: ours
	Dir   string   // "": ours
	Files [3]*os.File
}

// StartProgram starts a foreign program as a child of this process, in a process
// group of its own; it dies with this process. In a jail it can neither signal nor
// trace the player and its workers, has no capability, and no more processes and
// memory than the jail's limits say. Its end is to be waited for with wait4(2).
//
// ENOENT, EACCES (not executable), ENOEXEC (neither a binary nor a script that
// names its interpreter), ENOTDIR ... are execve's; EAGAIN, ENOMEM clone's.
func StartProgram(o ProgramOptions) (pid int, err error) {
	var report [2]int
	if err := unix.Pipe2(report[:], unix.O_CLOEXEC); err != nil {
		return 0, failWith("pipe2", err)
	}
	p := &childPlan{gate: -1, report: report[1]}
	closing := sync.OnceFunc(func() { unix.Close(p.report) })
	defer closing()
	p.must("setpgid", unix.SYS_SETPGID, 0, 0)
	if o.Dir != "" {
		p.must("chdir "+o.Dir, unix.SYS_CHDIR, p.string(o.Dir))
	}
	if player != nil {
		rules, err := programRules()
		defer rules.close()
		p.limit(player.programLimits())
		p.call(meansNone, "prctl", unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL)
		p.setCaps(0)
		if err == nil {
			p.enter(rules, false)
		}
	}
	p.must("prctl(PR_SET_PDEATHSIG)", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
	fds, done, err := duplicates(o.Files[:], 3)
	defer done()
	if err == nil {
		p.descriptors(fds)
		env := o.Env
		if env == nil {
			env = os.Environ()
		}
		err = p.exec(o.Path, o.Args, env)
	}
	if err == nil {
		pid, err = p.start()
	}
	closing()
	if err != nil {
		unix.Close(report[0])
		return 0, err
	}
	if player != nil {
		ownChildren.Store(pid, false)
	}
	p.childReport(report[0])
	if err := p.failed(); err != nil {
		waitFor(pid)
		ownChildren.Delete(pid)
		return 0, err
	}
	return pid, nil
}

// programLimits are those of a foreign program and all that come from it. The
// kernel counts what runs already, so that is added.
func (p *Player) programLimits() []rlimit {
	var list []rlimit
	if l := p.Limits.Memory; l > 0 {
		list = append(list, rlimit{"RLIMIT_DATA", unix.RLIMIT_DATA, uint64(l + programSlack)})
	}
	if l := p.Limits.Processes; l > 0 {
		n := l
		if p.inside {
			for _, s := range statuses("/proc") {
				n += s.threads
			}
		} else {
			n += tasksOf(os.Geteuid())
		}
		list = append(list, rlimit{"RLIMIT_NPROC", unix.RLIMIT_NPROC, uint64(n)})
	}
	return list
}

// programSlack is room beyond the limit, so that the watcher sees it hit.
const programSlack = 64 << 20

// duplicates returns copies of descriptors that are all at least so high.
func duplicates(files []*os.File, least int) (fds []int, done func(), err error) {
	done = func() {
		for _, fd := range fds {
			unix.Close(fd)
		}
	}
	for _, f := range files {
		conn, err := f.SyscallConn()
		if err != nil {
			return fds, done, err
		}
		fd := -1
		if e := conn.Control(func(from uintptr) { fd, err = unix.FcntlInt(from, unix.F_DUPFD_CLOEXEC, least) }); e != nil {
			err = e
		}
		if err != nil {
			return fds, done, failWith("fcntl", err)
		}
		fds = append(fds, fd)
	}
	return fds, done, nil
}
