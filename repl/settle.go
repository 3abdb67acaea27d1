package repl

import (
	"context"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Settling: after each statement every process has ended its call or sleeps in
// it, and the kernel's own word says so.

const (
	firstLook = 20 * time.Microsecond // until a process that is on its way to sleep is looked at again
	lastLook  = time.Millisecond
	tick      = 50 * time.Millisecond // between looks for what sends no message: a stop, a limit
)

// settle lets the processes come to rest, tells what happened, and lets woken
// blocks go on one at a time, in order of creation, until all are at rest.
func (st *stage) settle(ctx context.Context) error {
	st.began, st.napped = time.Now(), 0
	st.looked = st.began
	for {
		if err := st.rest(ctx); err != nil {
			return err
		}
		if err := st.report(); err != nil {
			return err
		}
		p := st.next()
		if p == nil {
			st.holder = nil
			return nil
		}
		st.holder = p
		// Blocks that go on for ever, statement by statement, are overdue too.
		if limit := st.e.Session.Timeout; limit > 0 && time.Since(st.began)-st.napped > limit {
			return st.giveUp(p, limit)
		}
		if err := st.proceed(p); err != nil {
			return err
		}
	}
}

// rest waits until one whole round over the processes finds each asleep as it was
// before, or with nothing to do, and nothing came meanwhile.
func (st *stage) rest(ctx context.Context) error {
	pause := firstLook
	for {
		quiet, look, again, busy := true, false, false, false
		for _, p := range st.live {
			if p.call == nil || p.state == ended {
				if p.remains() {
					quiet, look = false, true
				}
				continue
			}
			busy = busy || p.done == nil // it may still send something
			if p.background || p.stopped {
				continue
			}
			switch p.state {
			case running:
				if p.program != nil {
					if st.rouse(p) {
						again = true
					} else if !p.lagging() {
						quiet, look = false, true
					}
					break
				}
				quiet = false
				if p.sleep == nil || p.mustWake {
					break
				}
				look = true
				if p.isAsleep() {
					p.state, again = asleep, true
				}
			case asleep:
				if p.mustWake || !p.isAsleep() {
					p.state, quiet, look = running, false, true
				}
			}
		}
		timeout := tick
		switch {
		case quiet && !busy:
			return nil
		case quiet || again:
			timeout = 0
		case look:
			timeout = pause
			pause = min(2*pause, lastLook)
		}
		got, err := st.poll(timeout)
		if err != nil {
			return err
		}
		switch {
		case got && (len(st.programs) == 0 || time.Since(st.looked) < tick): // a program may write for ever
			pause = firstLook
		case quiet && !got:
			return nil
		}
		// One that talks without end is overdue as well, but not every word is a
		// reason to look.
		if got && time.Since(st.looked) > tick || !got && (timeout == tick || pause == lastLook) {
			st.looked = time.Now()
			if err := st.overdue(ctx, st.looked.Sub(st.began)-st.napped); err != nil {
				return err
			}
		}
	}
}

// many is how many events of a process are kept until they are told of.
const many = 4096

// stream shows what a process did so far, if that is much: of the one that has the
// stage, which is told of first anyway, and of one that was left to itself, or it
// would fill the memory. The last event may be the end of its statement.
func (st *stage) stream(p *process) error {
	if len(p.events) < many || p.expired || p != st.holder && !p.background {
		return nil
	}
	if err := st.bury(); err != nil { // whom it killed is told of before what it did then
		return err
	}
	n := len(p.events) - 1
	for _, ev := range p.events[:n] {
		st.show(p, ev)
	}
	p.events = append(p.events[:0], p.events[n])
	return nil
}

// report tells what happened, in order: the process that has the stage first,
// then the others by creation.
func (st *stage) report() error {
	if err := st.bury(); err != nil {
		return err
	}
	if h := st.holder; h != nil {
		if err := st.tell(h); err != nil {
			return err
		}
	}
	for _, p := range st.live {
		if p != st.holder && (len(p.events) > 0 || p.sleep != nil || p.call != nil || p.program != nil) {
			if err := st.tell(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// next returns the process whose turn it is: the one that has the stage, else the
// first that can go on.
func (st *stage) next() *process {
	if h := st.holder; h != nil && h.canGo() {
		return h
	}
	for _, p := range st.live {
		if p.canGo() {
			return p
		}
	}
	return nil
}

func (p *process) canGo() bool {
	return (p.state == paused || p.state == asking) && !p.expired && !p.stopped
}

// proceed lets a process go on: with its next statement, or with an answer.
func (st *stage) proceed(p *process) error {
	if p.state == asking {
		return st.answer(p)
	}
	p.state = running
	return st.write(p, st.goAhead(p))
}

// poll waits for messages and takes them, and reports whether one came from a
// process that is settled.
func (st *stage) poll(timeout time.Duration) (got bool, err error) {
	fds := st.pollFds()
	n, err := st.poller.Poll(fds, timeout)
	if err != nil || n == 0 {
		return false, err
	}
	if fds[0].Revents != 0 {
		st.waker.Drain()
	}
	for i, p := range st.polled {
		if fds[i+1].Revents == 0 {
			continue
		}
		settled := !p.background && !p.lagging()
		came, err := st.take(p)
		if err == nil {
			err = st.stream(p)
		}
		if err != nil {
			return got, err
		}
		got = got || came && settled
	}
	return got, nil
}

// pollFds lists what to poll: the waker, and each living process.
func (st *stage) pollFds() []sysv.PollFd {
	if st.fds == nil {
		st.fds = append(st.fds, sysv.PollFd{Fd: st.waker.Fd(), Events: sysv.POLLIN})
		st.polled = st.polled[:0]
		poll := func(p *process, fd int) {
			st.fds = append(st.fds, sysv.PollFd{Fd: fd, Events: sysv.POLLIN})
			st.polled = append(st.polled, p)
		}
		for _, p := range st.live {
			if p.state != ended {
				poll(p, p.worker.Fd())
			}
		}
		for _, p := range st.programs {
			if fd := p.program.OutputFd(); fd >= 0 { // what it left behind may write too
				poll(p, fd)
			}
		}
	}
	return st.fds
}

// overdue looks after what sends no message while the stage waits: processes that
// were stopped from outside, an interrupt, and the limit of the wait.
func (st *stage) overdue(ctx context.Context, waited time.Duration) error {
	st.e.beforeWait()
	if err := ctx.Err(); err != nil {
		return err
	}
	limit := st.e.Session.Timeout
	for _, p := range st.live {
		if p.program != nil {
			if err := st.overduePrograms(p, waited); err != nil {
				return err
			}
			continue
		}
		if p.state != running || p.background || p.call == nil {
			continue
		}
		if yes, err := sysv.Stopped(p.worker.Pid()); err == nil && yes {
			p.stopped = true
			continue
		}
		if limit > 0 && waited > limit {
			return st.giveUp(p, limit)
		}
	}
	return nil
}

// giveUp ends a process that neither ends its statement nor sleeps.
func (st *stage) giveUp(p *process, limit time.Duration) error {
	msg := text.F("%s has neither ended its statement nor gone to sleep in a call for %s (--timeout), and was killed; & leaves a process that computes to itself",
		"%s: %s(--timeout) 동안 문장을 끝내지도, 호출 안에서 잠들지도 않아 종료시켰습니다. 계산만 하는 프로세스는 &로 따로 돌리세요", p.name, limit)
	p.outcome = nil
	if err := st.end(p); err != nil {
		return err
	}
	if p.call != nil {
		p.call.direct = false // its statement fails by this error
	}
	return &commands.CheckError{Msg: msg}
}

func since(at int64) time.Duration {
	d := time.Duration(monotonic() - at)
	switch {
	case d < time.Second:
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(time.Second)
}
