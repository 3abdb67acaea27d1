package repl

import (
	"errors"
	"io"
	"slices"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// What a foreign program writes, and what is told of it.

// takeOutput reads what a program wrote, and learns whether it has ended.
func (st *stage) takeOutput(p *process) (got bool, err error) {
	got, err = st.readOutput(p, readAtOnce)
	if err != nil || p.state == ended {
		return got, err
	}
	if _, done := p.worker.Reap(false); done {
		st.gone(p)
		got = true
	}
	return got, nil
}

// readOutput reads up to about limit bytes.
func (st *stage) readOutput(p *process, limit int) (got bool, err error) {
	g := p.program
	for limit > 0 {
		n, err := g.ReadOutput(st.buf)
		if errors.Is(err, sysv.ErrAgain) {
			return got, nil
		}
		if errors.Is(err, io.EOF) {
			st.fds = nil
			return got, nil
		}
		if err != nil {
			return got, err
		}
		got, limit = true, limit-n
		kept := min(n, keptOutput-len(g.written))
		g.written = append(g.written, st.buf[:kept]...)
		g.cut = g.cut || kept < n
	}
	return got, nil
}

// result is what a wait is told of a program: what it wrote, beside its end.
func (g *program) result(r *commands.Result) *commands.Result {
	all := *r
	all.Fields = append(slices.Clone(r.Fields), commands.Field{Name: "output", Val: cexpr.StringOf(g.output())})
	return &all
}

// outputOf is output(NAME) of a process; nil where it is none of a program.
func (st *stage) outputOf(p *process) func() string {
	if p.program == nil {
		return nil
	}
	return func() string {
		st.readOutput(p, readAtOnce)
		return p.program.output()
	}
}

// output is what the program wrote so far, without the newlines at its end.
func (g *program) output() string { return strings.TrimRight(string(g.written), "\n") }

// tellOutput shows what a program wrote since.
func (st *stage) tellOutput(p *process) {
	g := p.program
	if len(g.written) > g.shown {
		s := string(g.written[g.shown:])
		g.shown = len(g.written)
		ev := st.ofProgram(p, outputCmd)
		s = strings.TrimSuffix(s, "\n")
		lines := strings.Split(s, "\n")
		for i, l := range lines {
			lines[i] = expandTabs(strings.TrimSuffix(l, "\r"))
		}
		ev.Result = &commands.Result{Print: true, Lines: lines,
			Fields: []commands.Field{{Name: "text", Val: cexpr.StringOf(s)}}}
		st.e.emit(ev)
	}
	if g.cut && !g.cutTold {
		g.cutTold = true
		ev := st.ofProgram(p, noteCmd)
		ev.Notes = []*text.Msg{text.F("%s wrote more than %d bytes; the rest is not kept", "%s의 출력이 %d바이트를 넘어 나머지는 버립니다", p.name, keptOutput)}
		st.e.emit(ev)
	}
}

// expandTabs does what a terminal would, to which no program's tab goes.
func expandTabs(line string) string {
	parts := strings.Split(line, "\t")
	for i := range parts[:len(parts)-1] {
		parts[i] += strings.Repeat(" ", 8-cells(commands.Escape(parts[i]))%8)
	}
	return strings.Join(parts, "")
}

// ofProgram begins an event of a program's own.
func (st *stage) ofProgram(p *process, cmd string) *Event {
	ev := st.e.plain("", cmd)
	ev.Proc, ev.Pid, ev.Depth = p.name, p.worker.Pid(), st.e.depth
	if r := p.program.ran; r != nil {
		ev.File, ev.Line = r.sc.File, r.n.line(r.n.Pos)
	}
	return ev
}

// tellProgram shows what a program did since it was last told of.
func (st *stage) tellProgram(p *process) {
	st.tellOutput(p)
	r := p.call
	if r == nil {
		if p.program.late {
			p.program.late = false
			ev := st.ofProgram(p, noteCmd)
			ev.Notes = []*text.Msg{text.F("what %s left behind is still running", "%s이(가) 남긴 프로세스가 아직 실행 중입니다", p.name)}
			st.e.emit(ev)
		}
		return
	}
	switch {
	case p.state == asleep && p.news:
		p.news = false
		st.tellSleep(p, r)
	case p.stopped && r.direct:
		r.direct = false
		r.err = st.fail(r, text.F("%s is stopped; kill %s SIGCONT lets it go on", "%s은(는) 정지되어 있습니다. kill %s SIGCONT로 계속하게 합니다", p.name, p.name))
	case p.program.late:
		p.program.late = false
		st.tellLate(p, r)
	}
}

// tellSleep shows that a program sleeps, which is what the statement returns that
// started it.
func (st *stage) tellSleep(p *process, r *request) {
	ev := st.e.event(r.sc, r.n)
	ev.Proc, ev.Pid, ev.Status, ev.In, ev.Of = p.name, p.worker.Pid(), "blocked", p.sleep.what.Call, p.reported
	ev.Call = commands.SpellSleeping(&p.program.tree.Asleep[0])
	p.sleep.ev = ev
	ev.Stmt, ev.Depth = nil, st.e.depth
	p.reported = ev.Seq
	st.blockedIn(p, r, ev)
}

// tellLate says that a program is waited for no longer.
func (st *stage) tellLate(p *process, r *request) {
	ev := st.e.event(r.sc, r.n)
	ev.Proc, ev.Pid = p.name, p.worker.Pid()
	still := text.F("%s is still running after %s (--timeout): it neither ended nor slept in a System V call or in a read of its input", "%s: %s(--timeout)가 지나도 아직 실행 중입니다. 끝나지도, System V 호출이나 입력 읽기에서 잠들지도 않았습니다", p.name, st.e.Session.Timeout)
	if r.direct {
		r.direct, r.ok = false, true
		if x := r.n.Expect; x != nil && x.wanted() != "" {
			met := false
			ev.Met = &met
			ev.Fail = st.fail(r, text.F("expected %s, but %s", "%s을(를) 기대했으나 %s", x.wanted(), still))
		} else if !r.must {
			ev.Fail = st.fail(r, text.F("%s: the condition is neither true nor false", "%s. 조건이 참도 거짓도 아닙니다", still))
		}
		r.err = ev.Fail
		r.ok = r.err == nil
	}
	ev.Stmt, ev.Depth = nil, st.e.depth
	ev.Notes = []*text.Msg{still}
	if st.e.Out.Verbose() || ev.Fail != nil {
		st.e.emit(ev)
	}
}

// wanted words what is expected; "" is any end.
func (x *Expectation) wanted() string {
	if x.State != "" {
		return x.State
	}
	return x.String()
}
