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

// programStart is how a foreign program is started.
type programStart struct {
	ProgramOptions
	fds [3]int // its standard streams, of ours
}

// start starts the program as a child of this process, in a session of its own; it
// dies with this process. In a jail it can neither signal nor trace the player and
// its workers, has no capability, and no more processes and memory than the jail's
// limits say. Its end is to be waited for with wait4(2).
func (o *programStart) start() (pid int, err error) {
	var report [2]int
	if err := unix.Pipe2(report[:], unix.O_CLOEXEC); err != nil {
		return 0, failWith("pipe2", err)
	}
	p := &childPlan{gate: -1, report: report[1]}
	closing := sync.OnceFunc(func() { unix.Close(p.report) })
	defer closing()
	p.must("setsid", unix.SYS_SETSID)
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
	fds, done, err := duplicates(o.fds[:], 3)
	defer done()
	if err == nil {
		p.descriptors(fds)
		err = p.exec(o.Path, o.Args, environ(o.Env))
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
func duplicates(fds []int, least int) (copies []int, done func(), err error) {
	done = func() {
		for _, fd := range copies {
			unix.Close(fd)
		}
	}
	for _, from := range fds {
		fd, err := unix.FcntlInt(uintptr(from), unix.F_DUPFD_CLOEXEC, least)
		if err != nil {
			return copies, done, failWith("fcntl", err)
		}
		copies = append(copies, fd)
	}
	return copies, done, nil
}

// descriptors returns those of files, which stay as they are: os.File.Fd would
// make them block.
func descriptors(files []*os.File) (fds []int, err error) {
	for _, f := range files {
		conn, err := f.SyscallConn()
		if err != nil {
			return nil, err
		}
		if err := conn.Control(func(fd uintptr) { fds = append(fds, int(fd)) }); err != nil {
			return nil, err
		}
	}
	return fds, nil
}
