// Package repl runs statements: it parses lines, runs them in a session, and
// makes an event of each, which renderers show. It knows nothing of what a
// command does (package commands does) nor of flags and exit (main does).
package repl

import (
	"context"
	"errors"
	"os"
	"sync/atomic"

	"ipcsh/commands"
	"ipcsh/sysv"
)

// Engine runs statements in a session and hands its renderer the events.
type Engine struct {
	Session *commands.Session
	Out     Renderer
	Pid     int

	seq         int
	depth       int // of blocks
	sourced     int // of files
	sum         Summary
	wait        *waiting
	interrupted atomic.Int32 // the exit status that an interrupt asked for
	cancel      context.CancelFunc
}

// NewEngine returns an engine that shows its events with out.
func NewEngine(s *commands.Session, out Renderer) *Engine {
	e := &Engine{Session: s, Out: out, Pid: os.Getpid()}
	ctx, cancel := context.WithCancel(context.Background())
	ctx = sysv.OnBlock(ctx, func(int) { e.beforeWait() })
	s.Interrupt, s.BeforeWait, e.cancel = ctx, e.beforeWait, cancel
	e.wait = &waiting{Context: ctx, session: s}
	return e
}

// Interrupt ends the call that waits, and the script. It may be called from
// another goroutine.
func (e *Engine) Interrupt(status int) {
	e.interrupted.CompareAndSwap(0, int32(status))
	e.cancel()
}

// beforeWait shows what there is to see before the shell waits. If nobody reads
// it any more, the script ends as a program that writes to a closed pipe does.
func (e *Engine) beforeWait() {
	if e.Out.Flush() != nil {
		e.Interrupt(128 + 13) // SIGPIPE
	}
}

// emit shows an event.
func (e *Engine) emit(ev *Event) {
	e.Out.Event(ev)
	if e.Out.Err() != nil {
		e.beforeWait()
	}
}

// Run runs a script's statements.
func (e *Engine) Run(sc *Script) error { return e.block(sc, sc.Nodes) }

// block runs nodes until one fails or leaves the block.
func (e *Engine) block(sc *Script, nodes []Node) error {
	for i := range nodes {
		n := &nodes[i]
		if st := e.interrupted.Load(); st != 0 {
			return &Interrupted{int(st)}
		}
		var err error
		switch n.form {
		case simple:
			err = e.simple(sc, n)
		case comment:
			e.narrate(sc, n)
		case repeatForm:
			err = e.repeat(sc, n)
		case whileForm:
			err = e.while(sc, n)
		case ifForm:
			err = e.branch(sc, n)
		case breakForm:
			return errBreak
		case quitForm:
			return errQuit
		case sourceForm:
			err = e.source(sc, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// simple runs a statement and fails if it failed unexpectedly.
func (e *Engine) simple(sc *Script, n *Node) error {
	_, err := e.run(sc, n, true)
	return err
}

// run runs a command. Where the failure is the answer (a condition), must is
// false and ok tells how it went.
func (e *Engine) run(sc *Script, n *Node, must bool) (ok bool, err error) {
	verbose := e.Out.Verbose()
	var start int64
	if verbose {
		start = monotonic()
	}
	res, err := n.bind.Run(e.wait, verbose || n.Assign != nil || n.Expect != nil)
	expired := e.wait.end()
	e.sum.Statements++
	if err == nil && n.check {
		e.sum.Checks++
	}
	if err == nil && n.Assign != nil {
		n.Assign.Val, n.Assign.Set = res.Value(), true
	}
	if err == nil && n.Expect == nil && !verbose && !res.Print && res.Note == nil {
		return true, nil // nobody looks
	}
	if err != nil {
		if st := e.interrupted.Load(); st != 0 {
			return false, &Error{File: sc.File, Line: n.line(n.Pos), Text: n.Text, Pos: -1, Err: &Interrupted{int(st)}}
		}
		if expired && commands.ErrnoOf(err) == "EINTR" {
			err = &TimedOut{n.Cmd.Name, e.Session.Timeout}
		}
	}
	ev := e.event(sc, n)
	ev.Start, ev.End = start, monotonic()
	ev.Call = n.bind.Spell()
	ev.outcome(res, err)
	if err == nil {
		if res.Note != nil {
			ev.Notes = append(ev.Notes, res.Note)
		}
		ev.Notes = append(ev.Notes, n.bind.Notes(res)...)
	} else {
		ev.Why = n.bind.Explain(err)
	}
	fail := err
	if x := n.Expect; x != nil {
		fail = x.met(e.Session, res, err)
		met := fail == nil
		ev.Met = &met
	}
	var check *commands.CheckError
	if fail == nil && n.Expect != nil {
		e.sum.Checks++
	}
	if fail != nil && !must && n.Expect == nil && commands.ErrnoOf(fail) != "" && !errors.As(fail, &check) {
		e.emit(ev)
		return false, nil
	}
	if fail != nil {
		ev.Fail = locate(fail, sc.File, *n)
		e.emit(ev)
		return false, ev.Fail
	}
	e.emit(ev)
	return err == nil, nil
}

// event begins the event of a statement.
func (e *Engine) event(sc *Script, n *Node) *Event {
	e.seq++
	return &Event{Seq: e.seq, File: sc.File, Line: n.line(n.Pos), Proc: "main", Pid: e.Pid, Cmd: n.Cmd.Name, Stmt: n.Statement, Depth: e.depth}
}

// narrate shows a comment of the language in use.
func (e *Engine) narrate(sc *Script, n *Node) {
	if !e.Out.Verbose() || !n.anyone && n.lang != e.Session.Lang {
		return
	}
	e.seq++
	now := monotonic()
	e.emit(&Event{Seq: e.seq, File: sc.File, Line: int(n.Line), Proc: "main", Pid: e.Pid, Cmd: "#", Status: "ok", Stmt: n.Statement, Depth: e.depth, Start: now, End: now})
}
