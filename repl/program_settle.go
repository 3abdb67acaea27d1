package repl

import (
	"fmt"
	"slices"
	"syscall"
	"time"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// A foreign program says nothing of what it does: what it is known to do is what
// two looks at its threads agree on, and what it writes.

// isAsleep looks whether the program, and all that it forked, sleeps, and has not
// run since the look before.
func (g *program) isAsleep() bool {
	tree, err := g.Look()
	g.tree = tree
	return err == nil && tree.Rest && tree.Same
}

// rouse looks at a program while it counts as running.
func (st *stage) rouse(p *process) bool {
	if p.program.lags && !p.resting() || !p.program.lags && !p.isAsleep() { // nobody looks at one that lags again
		return false
	}
	p.program.lags, p.program.late = false, false
	p.state = asleep
	st.notice(p)
	return true
}

// notice takes over what a look told of a sleep.
func (st *stage) notice(p *process) {
	g := p.program
	main := &g.tree.Asleep[0]
	if p.sleep != nil && main.Ran == g.told && p.sleep.pid == main.Pid && p.sleep.tid == main.Tid {
		p.sleep.what.Timed = g.tree.Timed
		return
	}
	now := monotonic()
	p.sleep = &sleeping{what: st.e.Session.SleepOf(main), since: now, pid: main.Pid, tid: main.Tid}
	p.sleep.what.Timed = g.tree.Timed
	g.told = main.Ran
	p.news = true
}

// resting looks as often as two looks need to agree.
func (p *process) resting() bool {
	first := p.isAsleep() // which may be the first after it ran
	return first || p.isAsleep()
}

// lag lets a program be that neither ended nor slept within the limit.
func (st *stage) lag(p *process) {
	p.program.lags, p.program.late = true, true
	if st.holder == p {
		st.holder = nil
	}
}

// lagging reports whether the process is a program that is waited for no more.
func (p *process) lagging() bool { return p.program != nil && p.program.lags }

// remains reports whether a program has ended that left others behind, who run.
func (p *process) remains() bool {
	g := p.program
	if g == nil || p.state != ended || g.lags || g.isOver() {
		return false
	}
	return !g.isAsleep()
}

// leftBehind reports whether a program has ended and others that it forked have
// not, who are waited for as it was.
func (st *stage) leftBehind() bool {
	return slices.ContainsFunc(st.programs, func(p *process) bool { return p.state == ended && !p.program.lags && !p.program.isOver() })
}

// isOver reports whether nobody of a program lives any more.
func (g *program) isOver() bool {
	g.over = g.over || g.Over()
	return g.over
}

// active reports whether what a program left behind may still do something.
func (g *program) active() bool {
	return !g.isOver() && (!g.tree.Rest || g.tree.Timed)
}

// overduePrograms looks after a program that sends no message.
func (st *stage) overduePrograms(p *process, waited time.Duration) error {
	g, limit := p.program, st.e.Session.Timeout
	if p.lagging() || p.stopped || p.state == asleep || p.state == ended && g.isOver() {
		return nil
	}
	if p.state == running {
		if got, err := st.takeOutput(p); err != nil || got { // where no descriptor tells of its end
			return err
		}
		if yes, err := sysv.Stopped(p.worker.Pid()); err == nil && yes {
			p.stopped = true
			return nil
		}
	}
	switch {
	case limit > 0 && waited > limit:
		st.lag(p)
	case !st.until.IsZero() && time.Now().After(st.until):
		st.lag(p)
		p.program.late = false // the wait's own answer says so
	}
	return nil
}

// programGone takes what a program wrote at its end.
func (st *stage) programGone(p *process, ws syscall.WaitStatus) {
	g := p.program
	g.isOver()
	st.readOutput(p, readAtOnce)
	if ws.Signaled() && g.sent&(1<<uint(ws.Signal())) != 0 {
		p.killed = true
	}
	if g.isOver() && g.OutputFd() < 0 {
		if st.guard != nil {
			st.guard.Release(g.Program)
		}
		st.programs = slices.DeleteFunc(st.programs, func(q *process) bool { return q == p })
	}
}

// kinName names one of a program's processes: the program itself, or one that it
// forked, by its pid.
func (p *process) kinName(pid int) string {
	if pid == p.worker.Pid() {
		return p.name
	}
	return fmt.Sprintf("%s (%d)", p.name, pid)
}

// programWaits says what a program and those that it forked wait for.
func (st *stage) programWaits(p *process) []*text.Msg {
	g := p.program
	if p.state == ended && g.isOver() || p.state != ended && p.state != asleep {
		return nil
	}
	var out []*text.Msg
	for i := range g.tree.Asleep {
		t := &g.tree.Asleep[i]
		out = append(out, st.waitsFor(p.kinName(t.Pid), st.e.Session.SleepOf(t), false))
	}
	return out
}

// signal sends a program a signal. What it does with it is its own: settling
// shows.
func (st *stage) signal(p *process, sig syscall.Signal) error {
	if sig == syscall.SIGKILL {
		return st.end(p)
	}
	p.program.sent |= 1 << uint(sig)
	if err := p.worker.Signal(sig); err != nil {
		return err
	}
	switch sig {
	case 0:
	case syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return st.stop(p)
	case syscall.SIGCONT:
		p.stopped = false
		st.awaken(p)
	default:
		if !p.stopped {
			st.awaken(p)
		}
	}
	return nil
}

// disband ends all programs and what they forked: the session ends.
func (st *stage) disband() {
	for _, p := range st.programs {
		p.worker.Signal(syscall.SIGKILL)
	}
	var list []*sysv.Program
	for _, p := range st.programs {
		list = append(list, p.program.Program)
		p.state = ended
	}
	sysv.KillPrograms(list, killLimit)
	st.programs = nil
	if st.guard != nil {
		st.guard.End()
		st.guard = nil
	}
}
