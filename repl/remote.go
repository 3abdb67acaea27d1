package repl

import (
	"context"
	"errors"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// remote sends a statement or a block to its process, and returns when it has
// ended there or sleeps in the kernel.
func (e *Engine) remote(sc *Script, n *Node, must bool) (ok bool, err error) {
	p, err := e.addressee(n)
	if err != nil {
		return false, e.failed(sc, n, err)
	}
	e.sum.Statements++
	st, r := e.stage, &request{sc: sc, n: n, direct: !n.remote.background, must: must}
	if (n.remote.block || n.remote.background) && e.Out.Verbose() {
		ev := e.event(sc, n)
		ev.Proc, ev.Pid = p.name, p.worker.Pid()
		e.emit(ev)
	}
	if err := st.send(p, r); err != nil {
		return false, e.failed(sc, n, err)
	}
	if n.remote.background {
		return true, nil
	}
	e.beforeWait()
	st.holder = p
	if err := st.settle(e.Session.Interrupt); err != nil {
		return false, e.unsettled(sc, n, p, err)
	}
	return r.ok, r.err
}

// unsettled is the error of a statement whose processes did not come to rest; p is
// the one that it was sent to, or nil. Those that run on are left to themselves.
func (e *Engine) unsettled(sc *Script, n *Node, p *process, err error) error {
	e.stage.holder = nil
	if !errors.Is(err, context.Canceled) {
		ev := e.event(sc, n)
		if p == nil || n.remote.block {
			ev.Stmt = nil // it stands above
		}
		ev.outcome(nil, err)
		ev.Fail = locate(err, sc.File, *n)
		e.emit(ev)
		return ev.Fail
	}
	e.stage.leave()
	st := e.interrupted.Load()
	return &Error{File: sc.File, Line: n.line(n.Pos), Text: n.Text, Pos: -1, Err: &Interrupted{int(st)}}
}

// addressee finds the process that a statement is for, and refuses one that
// cannot take it.
func (e *Engine) addressee(n *Node) (*process, error) {
	w := n.remote.Name
	at := func(msg *text.Msg) error { return &commands.UsageError{Pos: w.Pos - 1, End: w.End(), Msg: msg} }
	name, err := e.Session.ExpandWord(w)
	if err != nil {
		return nil, err
	}
	if name == mainProcess {
		return nil, at(text.F("main is the shell itself: leave @main out", "main은 셸 자신입니다. @main을 빼고 쓰세요"))
	}
	if e.stage == nil {
		err = commands.NoProcess(name, nil)
		return nil, at(text.F("%s", "%s", err))
	}
	p, err := e.stage.find(name)
	if err != nil {
		return nil, at(text.F("%s", "%s", err))
	}
	if p.done != nil && p.background { // it ended unseen
		p.background = false
		if err := e.stage.tell(p); err != nil {
			return nil, err
		}
	}
	if err := e.stage.look(p); err != nil {
		return nil, err
	}
	switch {
	case p.program != nil:
		return nil, at(commands.ForeignProgram(p.name))
	case p.state == ended:
		return nil, at(text.F("%s has ended (%s)", "%s은(는) 이미 끝났습니다 (%s)", p.name, p.doing()))
	case p.stopped:
		return nil, at(text.F("%s is stopped; kill %s SIGCONT lets it go on", "%s은(는) 정지되어 있습니다. kill %s SIGCONT로 계속하게 합니다", p.name, p.name))
	case p.call != nil && p.sleep != nil:
		return nil, at(text.F("%s is busy: %s; wait %s waits for its end", "%s은(는) 실행 중입니다: %s. wait %s로 끝나기를 기다립니다", p.name, commands.BlockedIn(p.sleep.what.Call), p.name))
	case p.call != nil:
		return nil, at(text.F("%s is busy with %s; wait %s waits for its end", "%s은(는) %s 실행 중입니다. wait %s로 끝나기를 기다립니다", p.name, shorten(headline(p.call.n.Src)), p.name))
	}
	return p, nil
}

// headline returns the first line of a statement.
func headline(src string) string {
	line, _, _ := strings.Cut(src, "\n")
	return line
}

// look learns whether an idle process was stopped or has died, unasked.
func (st *stage) look(p *process) error {
	if p.state != idle || p.call != nil {
		return nil
	}
	if got, err := st.take(p); err != nil || got {
		if err == nil {
			err = st.bury()
		}
		return err
	}
	if p.stopped {
		if yes, err := sysv.Stopped(p.worker.Pid()); err == nil {
			p.stopped = yes
		}
	}
	return nil
}

// send sends a request. A failure of the last one that nobody waited for is kept
// for the end.
func (st *stage) send(p *process, r *request) error {
	if p.outcome != nil {
		st.keep(p)
	}
	p.call, p.background, p.state = r, !r.direct, running
	p.last, p.slept = nil, 0
	st.outstanding++
	return st.write(p, st.order(p, r))
}

// keep puts a failure aside that nobody has waited for.
func (st *stage) keep(p *process) {
	if out := p.outcome; out.err != nil && !p.killed {
		st.unjudged = append(st.unjudged, out)
	}
	p.outcome = nil
}

// tell shows what a process did since it was last told of.
func (st *stage) tell(p *process) error {
	if p.program != nil {
		st.tellProgram(p)
		return nil
	}
	if p.background || p.expired && !st.awaiting {
		return nil
	}
	p.expired = false
	r := p.call
	for _, ev := range p.events {
		if p.done != nil && ev == p.last && r != nil && r.direct {
			break // judged below
		}
		st.show(p, ev)
	}
	p.events = p.events[:0]
	switch {
	case r == nil:
	case p.done != nil:
		st.finish(p, r)
	case p.state == asleep && p.reported == 0 && !r.n.remote.silent():
		st.tellBlocked(p, r)
	case p.stopped && r.direct:
		r.direct = false
		ev := st.ending(p, r, &outcome{err: &commands.CheckError{Msg: text.F("%s is stopped; kill %s SIGCONT lets it go on", "%s은(는) 정지되어 있습니다. kill %s SIGCONT로 계속하게 합니다", p.name, p.name)}})
		ev.Fail = locate(ev.Err, r.sc.File, *r.n)
		r.err = ev.Fail
		st.e.emit(ev)
	}
	return nil
}

// show emits an event of a process. What failed is judged when its outcome is
// handed out.
func (st *stage) show(p *process, ev *Event) {
	if r := p.call; r != nil && !r.n.remote.block && ev.Stmt != nil && ev.Depth == r.depth {
		ev.Stmt = r.echo()
	}
	if ev.Of > 0 {
		ev.Depth = st.e.depth // it stands for itself, wherever the block was sent
	}
	if ev == p.last {
		p.shown = true
	}
	st.number(ev)
	ev.Fail = nil
	st.e.emit(ev)
}

// echo is the statement that an event of its own shows; with & it was shown before.
func (r *request) echo() *Statement {
	if r.n.remote.background {
		return nil
	}
	return r.n.Statement
}

// finish ends a request: the statement that waits for it is judged, else its
// outcome is kept for a wait.
func (st *stage) finish(p *process, r *request) {
	out := p.done
	p.done, p.call = nil, nil
	st.outstanding--
	if out.err == nil && r.n.Assign != nil {
		r.n.Assign.Val, r.n.Assign.Set = out.res.Value(), true
	}
	if !r.direct {
		p.outcome = out
		if r.n.remote.block && (r.n.remote.background || r.left) && out.err == nil {
			st.announce(p, r, text.New("the block has ended", "블록이 끝났습니다"))
		}
		return
	}
	if !r.n.remote.block {
		st.e.Session.Outcome(r.n.Cmd, out.res, out.err)
	}
	r.direct = false
	ev, own := p.last, false
	switch {
	case ev == nil || p.shown: // nobody looked, or the last statement was told of before
		ev, own = st.ending(p, r, out), true
	case !r.n.remote.block:
		ev.Stmt = r.n.Statement
	}
	st.number(ev)
	fail := out.err
	ev.Fail = nil
	if x := r.n.Expect; x != nil {
		fail = x.met(st.e.Session, out.res, out.err)
		met := fail == nil
		if met {
			st.e.sum.Checks++
		}
		if r.n.remote.block && !own { // the last statement's own event, then the block's
			st.e.emit(ev)
			ev = st.ending(p, r, out)
			st.number(ev)
		}
		ev.Met = &met
	}
	if fail != nil && !r.must && r.n.Expect == nil && commands.ErrnoOf(fail) != "" {
		fail = nil // the failure is the answer
	} else {
		r.ok = fail == nil
	}
	r.ok = r.ok && out.err == nil
	if fail != nil {
		ev.Fail = locate(fail, r.sc.File, *r.n)
		r.err = ev.Fail
	}
	if own && r.n.remote.block && fail == nil && r.n.Expect == nil {
		return
	}
	if st.shows(ev) {
		st.e.emit(ev)
	}
}

// ending is the event of a block's end, or of a statement that nobody told of.
func (st *stage) ending(p *process, r *request, out *outcome) *Event {
	ev := st.event(p, r)
	ev.outcome(out.res, out.err)
	if r.n.remote.block {
		ev.Stmt = nil
	}
	return ev
}

// number gives an event its place in the order in which they are told.
func (st *stage) number(ev *Event) {
	st.e.seq++
	ev.Seq = st.e.seq
}

// shows reports whether an event is for anybody: without --quiet all are.
func (st *stage) shows(ev *Event) bool { return st.e.Out.Verbose() || ev.Fail != nil || st.speaks(ev) }

// speaks reports whether an event is shown even of what runs by itself.
func (st *stage) speaks(ev *Event) bool {
	return ev.Result != nil && (ev.Result.Print || ev.Result.Note != nil) || ev.Err != nil && (ev.Met == nil || !*ev.Met)
}

// tellBlocked shows that a process sleeps in its call, which is what its
// statement returns.
func (st *stage) tellBlocked(p *process, r *request) {
	ev := p.sleep.ev
	if !r.n.remote.block {
		ev.Stmt = r.echo()
	}
	st.number(ev)
	p.reported = ev.Seq
	st.blockedIn(p, r, ev)
}

// blockedIn shows the event of a sleep, and judges the statement that waits.
func (st *stage) blockedIn(p *process, r *request, ev *Event) {
	if r.direct {
		r.direct, r.ok = false, true
		if x := r.n.Expect; x != nil {
			met := x.State == stateBlocked
			ev.Met = &met
			switch {
			case met:
				st.e.sum.Checks++
			case len(x.Errnos) > 0 || len(x.Fields) > 0:
				ev.Fail = st.fail(r, text.F("expected %s, but %s is %s", "%s을(를) 기대했으나 %s은(는) %s", x.String(), p.name, commands.BlockedIn(p.sleep.what.Call)))
			default:
				ev.Met = nil
			}
		} else if !r.must {
			ev.Fail = st.fail(r, text.F("%s is %s: the condition is neither true nor false", "%s은(는) %s: 조건이 참도 거짓도 아닙니다", p.name, commands.BlockedIn(p.sleep.what.Call)))
		}
		r.err = ev.Fail
		r.ok = r.err == nil
	}
	if st.e.Out.Verbose() || ev.Fail != nil {
		st.e.emit(ev)
	}
}

// fail makes a check's failure of a message, at the request's statement.
func (st *stage) fail(r *request, msg *text.Msg) error {
	return locate(&commands.CheckError{Msg: msg}, r.sc.File, *r.n)
}

// event begins an event of a process's own.
func (st *stage) event(p *process, r *request) *Event {
	ev := st.e.event(r.sc, r.n)
	ev.Proc, ev.Pid = p.name, p.worker.Pid()
	return ev
}
