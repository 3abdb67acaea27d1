package repl

import (
	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// bury tells of the processes that have died since.
func (st *stage) bury() error {
	if !st.died {
		return nil
	}
	st.died = false
	for _, p := range st.live {
		if p.dead == nil || !p.dead.pending || p.background && !st.awaiting {
			st.died = st.died || p.dead != nil && p.dead.pending
			continue
		}
		p.dead.pending = false
		r := p.call
		p.call = nil
		for _, ev := range p.events {
			st.show(p, ev)
		}
		if p.program != nil {
			st.tellOutput(p)
		}
		p.events = p.events[:0]
		now := monotonic()
		ev := &Event{Proc: p.name, Pid: p.worker.Pid(), Cmd: "exit", Status: "exited", Of: p.reported, Start: now, End: now}
		if sc := st.e.script; sc != nil {
			ev.File = sc.File // of an idle one, of which no line is the cause
		}
		if r != nil {
			ev.File, ev.Line, ev.Cmd = r.sc.File, r.n.line(r.n.Pos), r.n.Cmd.Name
			if r.direct && !r.block() && p.program == nil {
				ev.Stmt, ev.Depth = r.n.Statement, r.depth
			}
		}
		out := &outcome{res: p.dead.result(), ev: ev}
		ev.Result = out.res
		if p.program != nil {
			ev.Depth = st.e.depth
			out.res = p.program.result(out.res)
			if r.n.Assign != nil && !p.dead.status.Signaled() {
				r.n.Assign.Val, r.n.Assign.Set = out.res.Value(), true
			}
		}
		if ws := p.dead.status; ws.Signaled() {
			ev.Status, ev.Errno = "signaled", sysv.SignalName(ws.Signal())
			out.err = &commands.Signaled{Name: p.name, Sig: ws.Signal()}
			ev.Err = out.err
			ev.Ret = -1
		}
		st.number(ev)
		p.reported = 0
		if p.outcome != nil {
			st.keep(p)
		}
		p.outcome = out
		if r != nil && r.direct {
			r.direct = false
			st.direct(p, r, out, ev)
		}
		if st.e.Out.Verbose() || ev.Fail != nil {
			st.e.emit(ev)
		}
	}
	return nil
}

// direct judges a statement whose process ended in it.
func (st *stage) direct(p *process, r *request, out *outcome, ev *Event) {
	fail := out.err
	if x := r.n.Expect; x != nil {
		fail = x.met(st.e.Session, out.res, out.err)
		if x.State == stateBlocked {
			fail = &commands.CheckError{Msg: text.F("expected to be blocked, but %s has ended (%s)", "blocked를 기대했으나 %s은(는) 이미 끝났습니다 (%s)", p.name, p.doing())}
		}
		met := fail == nil
		ev.Met = &met
		if met {
			st.e.sum.Checks++
		}
		p.outcome = nil
	}
	r.ok = fail == nil
	if fail != nil {
		ev.Fail = locate(fail, r.sc.File, *r.n)
		r.err = ev.Fail
		p.outcome = nil
	}
}

// result is what a wait is told of a process that ended.
func (d *death) result() *commands.Result {
	r := &commands.Result{}
	code, sig := d.status.ExitStatus(), 0
	if d.status.Signaled() {
		code, sig = 0, int(d.status.Signal())
	}
	r.Fields = []commands.Field{{Name: "exit", Val: cexpr.IntOf(int64(code))}, {Name: "signal", Val: cexpr.IntOf(int64(sig))}}
	return r
}
