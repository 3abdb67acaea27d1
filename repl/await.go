package repl

import (
	"context"
	"errors"
	"syscall"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

const (
	startLimit = 10 * time.Second // for a new process to say hello
	firstPause = 50 * time.Microsecond
)

// wait waits until the calls of the named processes have ended, or all that are
// outstanding, and hands out the outcome of the last.
func (st *stage) wait(ctx context.Context, names []string, limit commands.Limit) (*commands.Result, error) {
	targets, err := st.targets(names)
	if err != nil || len(targets) == 0 {
		return &commands.Result{}, err
	}
	var deadline time.Time
	if limit.Set {
		deadline = time.Now().Add(limit.Time)
		st.until = deadline
		defer func() { st.until = time.Time{} }()
	}
	if err := st.join(ctx, targets, deadline); err != nil {
		return nil, err
	}
	st.awaiting = true
	defer func() { st.awaiting = false }()
	for _, p := range targets {
		if p.program != nil {
			ctx.Done() // the limit counts from here: settling would wait as long once more
		}
	}
	watched := false
	for {
		if err := st.settle(st.e.Session.Interrupt); err != nil {
			return nil, interrupted("wait", err)
		}
		if !open(targets) {
			return st.handOut(targets)
		}
		if !st.canRun() && !limit.Set {
			if d := st.deadlock(); d != nil {
				return nil, d
			}
		}
		if !watched { // the limit of a statement counts from here
			watched = true
			st.e.beforeWait()
			done := ctx.Done()
			st.notify(targets)
			stop := make(chan struct{})
			defer close(stop)
			go func() {
				select {
				case <-done:
					st.waker.Wake()
				case <-stop:
				}
			}()
		}
		timeout := tick
		if limit.Set {
			if timeout = min(timeout, time.Until(deadline)); timeout <= 0 {
				return nil, &sysv.Error{Call: "wait", Errno: syscall.ETIMEDOUT}
			}
		}
		if _, err := st.poll(timeout); err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, &sysv.Error{Call: "wait", Errno: syscall.EINTR}
		}
	}
}

// interrupted makes the end of a context EINTR, as a signal is to wait(2).
func interrupted(call string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &sysv.Error{Call: call, Errno: syscall.EINTR}
	}
	return err
}

// targets finds whom a wait is about.
func (st *stage) targets(names []string) ([]*process, error) {
	var out []*process
	if names == nil {
		for _, p := range st.live {
			if p.call != nil || p.outcome != nil && !(p.state == ended && p.killed) {
				out = append(out, p)
			}
		}
		return out, nil
	}
	for _, name := range names {
		if name == "main" {
			return nil, &commands.UsageError{Pos: -1, Msg: text.F("main cannot wait for itself", "main은 자기 자신을 기다릴 수 없습니다")}
		}
		p, err := st.find(name)
		if err != nil {
			return nil, err
		}
		if err := st.look(p); err != nil {
			return nil, err
		}
		if err := st.seeOut(p); err != nil {
			return nil, err
		}
		if p.call == nil && p.outcome == nil {
			return nil, &commands.Refusal{Err: &sysv.Error{Call: "wait", Errno: syscall.ECHILD},
				Why: text.F("%s has no call outstanding, and no outcome that was not handed out (%s)", "%s: 끝나지 않은 호출도, 아직 받지 않은 결과도 없습니다 (%s)", p.name, p.doing())}
		}
		out = append(out, p)
	}
	return out, nil
}

// seeOut waits for the end of an idle process that is at it: what it had attached
// is seen to be gone before that.
func (st *stage) seeOut(p *process) error {
	for range 100 { // 5 s; a process may also be stuck there
		if p.call != nil || p.outcome != nil || p.state == ended || !sysv.Dying(p.worker.Pid()) {
			return nil
		}
		if _, err := st.poll(tick); err != nil {
			return err
		}
		if err := st.bury(); err != nil {
			return err
		}
	}
	return nil
}

// open reports whether a call of one of them has not ended.
func open(targets []*process) bool {
	for _, p := range targets {
		if p.call != nil {
			return true
		}
	}
	return false
}

// handOut gives the outcomes away. The result is that of the last; a failure of
// another is not lost.
func (st *stage) handOut(targets []*process) (*commands.Result, error) {
	var last *outcome
	var other error
	for _, p := range targets {
		out := p.outcome
		p.outcome = nil
		if out == nil {
			continue
		}
		if last != nil && last.err != nil && (out.err == nil || commands.ErrnoOf(out.err) != commands.ErrnoOf(last.err)) && other == nil {
			other = last.err
		}
		last = out
	}
	switch {
	case last == nil:
		return &commands.Result{}, nil
	case last.err != nil:
		st.why = nil
		if last.ev != nil {
			st.why = last.ev.Why
		}
		return nil, last.err
	case other != nil:
		return nil, other
	}
	r := last.res // what it printed has been printed
	return &commands.Result{Ret: r.Ret, RetFmt: r.RetFmt, Fields: r.Fields, Bind: r.Bind}, nil
}

// canRun reports whether a process could still do something that wakes another:
// it runs, or what it sleeps in ends by itself.
func (st *stage) canRun() bool {
	for _, p := range st.live {
		if p.program != nil && p.state == ended && p.program.active() {
			return true
		}
		if p.call == nil || p.state == ended || p.stopped {
			continue
		}
		if p.background && (p.sleep == nil || p.sleep.what.Timed || !p.isAsleep()) {
			return true
		}
		if p.sleep != nil && p.sleep.what.Timed {
			return true
		}
		if p.state == running || p.state == paused {
			return true
		}
	}
	return false
}

// Deadlock is that all who could end a wait wait themselves.
type Deadlock struct{ Waits []*text.Msg }

func (d *Deadlock) Error() string { return d.In(text.En) }

// In returns the error in l. Who waits for what is its explanation.
func (d *Deadlock) In(l text.Lang) string {
	return text.New("deadlock: every process sleeps, and nobody is left to wake one", "deadlock: 모든 프로세스가 잠들어 있어 깨워 줄 프로세스가 없습니다").In(l)
}

// ErrnoName returns what C calls it.
func (d *Deadlock) ErrnoName() string { return "EDEADLK" }

// deadlock says who waits for what and who could release it. Outside a namespace
// of the script's own another program could end a wait: then there is none. At
// the prompt the person can.
func (st *stage) deadlock() *Deadlock {
	if !st.e.closed() || st.shared() {
		return nil
	}
	d := &Deadlock{}
	for _, p := range st.live {
		switch {
		case p.program != nil:
			d.Waits = append(d.Waits, st.programWaits(p)...)
		case p.call == nil:
		case p.stopped:
			d.Waits = append(d.Waits, text.F("%s is stopped; kill %s SIGCONT lets it go on", "%s은(는) 정지되어 있습니다. kill %s SIGCONT로 계속하게 합니다", p.name, p.name))
		case p.sleep != nil:
			d.Waits = append(d.Waits, st.waitsFor(p.name, p.sleep.what, p.private))
		}
	}
	return d
}

// closed reports whether nobody but the script's own processes could end a wait: the
// namespace is its own, and no person sits before it.
func (e *Engine) closed() bool { return e.Session.Private && (!e.interactive || e.playing) }

// shared reports whether programs of others are in this namespace: a shell that
// joined it.
func (st *stage) shared() bool {
	var own []int
	for _, p := range st.live {
		own = append(own, p.worker.Pid())
	}
	if st.guard != nil {
		own = append(own, st.guard.Pid())
	}
	for _, p := range st.programs {
		own = append(own, p.program.Kin()...)
	}
	return shared(own)
}

func shared(own []int) bool {
	others, _, err := sysv.SharesIPC(own)
	return err != nil || len(others) > 0
}

// kill sends a signal, and returns when it has had its effect.
func (st *stage) kill(p *process, sig syscall.Signal) error {
	if err := st.look(p); err != nil {
		return err
	}
	if p.state == ended {
		return &commands.Refusal{Err: &sysv.Error{Call: "kill", Errno: syscall.ESRCH}, Why: text.F("%s has ended (%s)", "%s은(는) 이미 끝났습니다 (%s)", p.name, p.doing())}
	}
	if p.program != nil {
		return st.signal(p, sig)
	}
	if sig == syscall.SIGKILL {
		return st.end(p)
	}
	sleeping := p.sleep != nil && (p.state == asleep || p.background && p.isAsleep())
	switch sig {
	case syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGINT: // handled there
		p.mustWake = sleeping && !p.stopped
		p.pending = p.stopped && p.sleep != nil
		return p.worker.SignalMain(sig)
	}
	if err := p.worker.Signal(sig); err != nil {
		return err
	}
	switch sig {
	case 0, syscall.SIGCHLD, syscall.SIGURG, syscall.SIGWINCH:
	case syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return st.stop(p)
	case syscall.SIGCONT:
		// A semop that was stopped ends with EINTR; msgrcv and msgsnd go on, save
		// if a handled signal came meanwhile.
		p.mustWake = p.stopped && p.sleep != nil && (p.sleep.what.Kind == commands.Set || p.pending)
		p.stopped, p.pending = false, false
	default: // it is fatal; a stopped process takes it when it goes on
		p.killed = true
	}
	if p.killed && !p.stopped {
		st.drain(p)
	}
	return nil
}

// stop waits until a process has stopped. SIGTSTP and its like are ignored by a
// process without a terminal's session: then nothing stops.
func (st *stage) stop(p *process) error {
	for pause := firstPause; pause < time.Second; pause *= 2 {
		yes, err := sysv.Stopped(p.worker.Pid())
		if err != nil {
			return err
		}
		if yes {
			p.stopped = true
			return nil
		}
		if _, err := st.poll(pause); err != nil {
			return err
		}
	}
	return nil
}
