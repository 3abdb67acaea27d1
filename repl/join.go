package repl

import (
	"context"
	"syscall"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// notify has the prompt say, after a moment, what a wait waits for.
func (st *stage) notify(targets []*process) {
	if st.e.interactive {
		told := st.waitText(targets)
		st.e.waiter.call = func() *text.Msg { return told }
		st.e.waiter.begin(st.e)
	}
}

// join takes those back that were left to themselves, once all of them rest:
// settling does not wait for one that computes beyond the wait's own limit, and
// what they did is told in order.
func (st *stage) join(ctx context.Context, targets []*process, deadline time.Time) error {
	began, told, pause := time.Now(), false, firstLook
	for {
		if err := st.settle(st.e.Session.Interrupt); err != nil { // one may have asked something
			return interrupted("wait", err)
		}
		p := computing(targets)
		if p == nil {
			break
		}
		if !told {
			told = true
			st.e.beforeWait()
			st.notify(targets)
		}
		wait, now := pause, time.Now()
		switch limit := st.e.Session.Timeout; {
		case !deadline.IsZero():
			if wait = min(wait, deadline.Sub(now)); wait <= 0 {
				return &sysv.Error{Call: "wait", Errno: syscall.ETIMEDOUT}
			}
		case limit > 0 && now.Sub(began)-p.slept > limit:
			return &commands.CheckError{Msg: text.F("%s still runs after %s (--timeout); wait ends here", "%s: %s(--timeout)가 지나도 실행 중이어서 wait를 끝냅니다", p.name, limit)}
		}
		if _, err := st.poll(wait); err != nil {
			return err
		}
		pause = min(2*pause, tick)
		if err := st.e.Session.Interrupt.Err(); err != nil {
			return interrupted("wait", err)
		}
		if pause == tick && p.state != ended {
			p.stopped, _ = sysv.Stopped(p.worker.Pid())
		}
	}
	for _, p := range targets {
		p.background = false
	}
	return nil
}

// computing returns the first of them that was left to itself, and neither has
// ended nor sleeps in a call nor is stopped.
func computing(targets []*process) *process {
	for _, p := range targets {
		if p.program == nil && p.background && p.done == nil && p.state != ended && !p.stopped && (p.sleep == nil || p.mustWake || !p.isAsleep()) {
			return p
		}
	}
	return nil
}
