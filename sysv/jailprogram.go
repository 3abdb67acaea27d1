package sysv

import (
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownChildren are the pids that this process started: of workers, with true, and
// in a jail of foreign programs. What else has this process for a parent is an
// orphan.
var ownChildren sync.Map

func isOwnChild(pid int) bool { _, ok := ownChildren.Load(pid); return ok }

func isOwnWorker(pid int) bool { worker, ok := ownChildren.Load(pid); return ok && worker.(bool) }

// admit prepares a jail for one process more, and refuses one beyond its limit, as
// fork does: EAGAIN.
func admit() error {
	if player == nil {
		return nil
	}
	player.company.Store(true)
	player.spread()
	player.absorbFaults()
	if player.Limits.Processes <= 0 {
		return nil
	}
	n := 0
	ownChildren.Range(func(_, _ any) bool { n++; return true })
	if n < player.Limits.Processes {
		return nil
	}
	player.Hit(HitProcesses)
	return fail("fork", syscall.EAGAIN)
}

// programStart is how a foreign program is started.
type programStart struct {
	ProgramOptions
	fds [3]int // its standard streams, of ours
}

// start starts the program as a child of this process, in a session of its own; it
// dies with this process. In a jail it can neither signal nor trace the player and
// its workers, has no capability, makes no socket, and no more processes and memory than the jail's
// limits say. Its end is to be waited for with wait4(2).
func (o *programStart) start() (pid int, err error) {
	if err := admit(); err != nil {
		return 0, err
	}
	report, err := newReport()
	if err != nil {
		return 0, err
	}
	defer report.close()
	p := &childPlan{report: report, out: report.w}
	own := []*int{&p.out}
	if player != nil {
		rules, err := programRules()
		defer rules.close()
		if err == nil {
			p.rules = rules.fd
			own = append(own, &p.rules)
		}
	}
	copies, err := p.descriptors(o.fds[:], own...)
	if err == nil {
		o.confine(p)
		err = p.exec(o.Path, o.Args, environ(o.Env))
	}
	if err == nil {
		onSpawner(func() { pid, err = p.start() })
	}
	closeAll(copies) // one may be of the report, which would have no end
	if err != nil {
		return 0, err
	}
	if player != nil {
		ownChildren.Store(pid, false)
		select {
		case player.programs <- struct{}{}:
		default: // the watcher has not seen the one before
		}
	}
	p.readReport()
	if err := p.failed(); err != nil {
		waitFor(pid)
		ownChildren.Delete(pid)
		return 0, err
	}
	return pid, nil
}

// confine fills the plan of a program.
func (o *programStart) confine(p *childPlan) {
	p.must("setsid", unix.SYS_SETSID)
	if o.Dir != "" {
		p.must("chdir "+o.Dir, unix.SYS_CHDIR, p.string(o.Dir))
	}
	if player != nil {
		p.limit(player.programLimits())
		p.call(meansNone, "setpriority", unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 0, 5) // so that the player gets its turn
		p.call(meansNone, "prctl", unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL)
		p.setCaps(0)
		p.noSockets()
		if p.rules != 0 {
			p.enter(false)
		}
	}
	p.diesWithUs()
}

// programLimits are those of a foreign program and all that come from it. The
// kernel counts the jail's own processes too, which may have more threads later, so
// there is room for these: the watcher sees the limit hit, and the kernel holds one
// that is a little higher.
func (p *Player) programLimits() []rlimit {
	var list []rlimit
	if l := p.Limits.Memory; l > 0 {
		list = append(list, rlimit{"RLIMIT_DATA", unix.RLIMIT_DATA, uint64(l + ownData)})
	}
	if l := p.Limits.Processes; l > 0 {
		n := l + tasksOfOurs() + p.others
		ownChildren.Range(func(_, worker any) bool {
			if worker.(bool) {
				n += tasksOfOurs()
			}
			return true
		})
		list = append(list, rlimit{"RLIMIT_NPROC", unix.RLIMIT_NPROC, uint64(n)})
	}
	return list
}
