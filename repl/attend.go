package repl

import (
	"errors"
	"slices"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// attendance is what goes on while main itself sleeps in a call: the processes
// are listened to, and if all of them sleep too nobody will wake it.
type attendance struct {
	stop  chan struct{}
	done  chan struct{}
	call  string // that main sleeps in
	timed bool   // which ends by itself
	dead  *Deadlock
	err   error
}

// attend begins to attend to the processes: main is about to sleep on thread tid.
func (e *Engine) attend(tid int) {
	z, ok := e.node.bind.Sleep()
	if !ok || e.worker != nil {
		return
	}
	a := &attendance{stop: make(chan struct{}), done: make(chan struct{}), call: z.Call, timed: z.Timed}
	st := e.stage
	if st == nil || len(st.live) == 0 {
		// With --timeout 0 it is to wait for whoever joins the namespace.
		if !a.timed && e.Session.Timeout > 0 && e.closed() && !shared(nil) {
			e.attending = a
			go e.alone(a, tid)
		}
		return
	}
	e.attending = a
	go func() {
		defer close(a.done)
		a.err = st.attend(a, tid)
	}()
}

// attended ends that, and says why the call ended if it was a deadlock.
func (e *Engine) attended(err error) error {
	a := e.attending
	e.attending = nil
	close(a.stop)
	if e.stage != nil {
		e.stage.waker.Wake()
	}
	<-a.done
	switch {
	case a.dead != nil && commands.ErrnoOf(err) == "EINTR":
		return a.dead
	case err == nil && a.err != nil && !errors.Is(a.err, errStopped):
		return a.err
	}
	return err
}

// alone ends the call of a main that has no processes, once it sleeps: nobody is
// there to wake it.
func (e *Engine) alone(a *attendance, tid int) {
	defer close(a.done)
	main, err := sysv.OpenSleeper(0, tid)
	if err != nil {
		return // then --timeout decides
	}
	defer main.Close()
	for pause := firstLook; ; pause = min(2*pause, tick) {
		if _, ok := main.Asleep(); ok {
			a.dead = &Deadlock{Waits: []*text.Msg{a.waits()}}
			e.wait.stop()
			return
		}
		select {
		case <-a.stop:
			return
		case <-time.After(pause):
		}
	}
}

// waits says what main waits for.
func (a *attendance) waits() *text.Msg {
	return text.F("main sleeps in %s", "main: %s에서 잠듦", a.call)
}

var errStopped = errors.New("main goes on")

func (st *stage) attend(a *attendance, tid int) error {
	main, err := sysv.OpenSleeper(0, tid)
	if err != nil {
		return err
	}
	defer main.Close()
	st.awaiting = true
	defer func() { st.awaiting = false }()
	pause := firstLook
	for {
		select {
		case <-a.stop:
			return errStopped
		default:
		}
		if err := st.settle(st.e.Session.Interrupt); err != nil {
			return err
		}
		st.e.Out.Flush()
		if _, ok := main.Asleep(); ok && !st.canRun() {
			if d := st.deadlock(); d != nil && !a.timed {
				d.Waits = append([]*text.Msg{a.waits()}, d.Waits...)
				a.dead = d
				st.e.wait.stop()
				return nil
			}
			pause = tick
		}
		if _, err := st.poll(pause); err != nil {
			return err
		}
		pause = min(2*pause, tick)
	}
}

// curtain ends the processes at the end of a script. A failure that nobody waited
// for is the script's, at its own line; a call that still sleeps is none. Where the
// script has failed before, a check's failure is shown still: it may be the cause.
func (e *Engine) curtain(err error) error {
	st := e.stage
	st.awaiting = true
	st.poll(0) // one may have died since
	for _, p := range st.live {
		if p.background && p.done != nil {
			p.background = false
		}
	}
	if err == nil {
		if serr := st.report(); serr != nil {
			err = serr
		}
	}
	e.sum.Blocked = st.blocked()
	failures := st.unjudged
	for _, p := range st.live {
		if p.outcome != nil && p.outcome.err != nil && !p.killed {
			failures = append(failures, p.outcome)
		}
	}
	for _, out := range failures {
		if err != nil && commands.ErrnoOf(out.err) != "" {
			continue // a wait that was not reached may have expected it
		}
		if failed := e.unawaited(out); err == nil {
			err = failed
		}
	}
	st.clear()
	return err
}

// failed says which processes failed so far without anybody having waited for it.
func (st *stage) failed() []*text.Msg {
	list := slices.Clone(st.unjudged)
	for _, p := range st.live {
		if p.outcome != nil && p.outcome.err != nil && !p.killed {
			list = append(list, p.outcome)
		}
	}
	var out []*text.Msg
	for _, o := range list {
		out = append(out, text.F("%s stopped at %s:%d: %s", "%s: %s:%d에서 멈춤: %s", o.ev.Proc, o.ev.File, o.ev.Line, bare(o.err)))
	}
	return out
}

// unawaited shows a failure that nobody waited for.
func (e *Engine) unawaited(out *outcome) error {
	ev := *out.ev
	e.seq++
	ev.Seq, ev.Of, ev.Stmt = e.seq, out.ev.Seq, nil
	err := out.err
	var placed *Error
	if !errors.As(err, &placed) {
		err = &Error{File: ev.File, Line: ev.Line, Pos: -1, Err: err}
	}
	ev.Fail = err
	e.emit(&ev)
	return err
}
