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
	Library func(name string) (src string, ok bool)                          // scripts that the program carries; may be nil
	Carried func() []string                                                  // their names; may be nil
	Observe func(*Event)                                                     // sees each event as well; may be nil
	Start   func(name string, o commands.SpawnOptions) (*sysv.Worker, error) // starts a process
	Thread  *sysv.OwnThread                                                  // that calls sleep on; may be nil

	Programs bool                        // foreign programs may be run: this is a lab
	Dir      string                      // the folder that they run in; "": the script's
	Prepare  func(*sysv.ProgramOptions)  // changes how each of them is started; may be nil
	Guard    func() (*sysv.Guard, error) // starts what ends their children if the shell is killed; may be nil

	Say         func(string)              // prints a line while a call waits, from another goroutine
	Stepper     func(args []string) error // steps through a script, at the prompt: ipcsh step ARGS
	interactive bool                      // at the prompt: a failure or Ctrl-C ends a line, not the session
	playing     bool                      // and a script's statement runs there
	waiter      notifier                  // says what a call waits for
	seq         int
	depth       int // of blocks
	sourced     int // of files
	sum         Summary
	wait        *waiting
	interrupted atomic.Int32 // the exit status that an interrupt asked for
	gone        atomic.Int32 // the exit status of a hangup
	cancel      atomic.Pointer[context.CancelFunc]

	HandIn   *Script // takes the place of a lab's solution; nil: the solution runs
	HandedIn func()  // is called when the hand-in has run, and all that it made is there; may be nil
	grading  grading // what the lab's tasks came to

	stage     *stage      // the processes; nil while there were none
	worker    *worker     // what makes this the engine of a process; nil in the shell
	node      *Node       // the statement that runs here
	script    *Script     // and its script
	started   *process    // the program that the statement has started
	attending *attendance // to the processes, while main sleeps
}

// NewEngine returns an engine that shows its events with out.
func NewEngine(s *commands.Session, out Renderer, thread *sysv.OwnThread) *Engine {
	e := &Engine{Session: s, Out: out, Pid: os.Getpid(), Thread: thread}
	s.BeforeWait = e.beforeWait
	s.Stage = stageDoor{e}
	e.fresh()
	return e
}

// fresh forgets an interrupt: the next line can be interrupted anew.
func (e *Engine) fresh() {
	ctx, cancel := context.WithCancel(context.Background())
	if e.Thread != nil {
		ctx = e.Thread.Context(ctx)
	}
	ctx = sysv.OnBlock(ctx, func(tid int) { e.beforeWait(); e.waiter.begin(e); e.attend(tid) })
	e.Session.Interrupt = ctx
	e.wait = &waiting{Context: ctx, session: e.Session}
	e.interrupted.Store(0)
	e.cancel.Store(&cancel)
	if e.stage != nil {
		e.stage.watch(ctx)
	}
}

// Hangup ends the session: the terminal has gone, or the shell is told to end.
func (e *Engine) Hangup(status int) {
	e.gone.Store(int32(status))
	e.Interrupt(status)
}

// Interrupt ends the call that waits, and the script; at the prompt the line. It
// may be called from another goroutine.
func (e *Engine) Interrupt(status int) {
	e.interrupted.CompareAndSwap(0, int32(status))
	(*e.cancel.Load())()
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
	if e.Observe != nil {
		e.Observe(ev)
	}
	e.grading.note(e, ev)
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
		case simple, remoteForm:
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
		case exitForm:
			err = e.exit(sc, n)
		case watchForm:
			err = e.watch(sc, n)
		case taskForm:
			err = e.task(sc, n)
		case solutionForm:
			err = e.solution(sc, n)
		case stepForm:
			err = e.step(sc, n)
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

// run runs a statement, here or in its process, and lets the processes settle.
// Where the failure is the answer (a condition), must is false and ok tells how
// it went.
func (e *Engine) run(sc *Script, n *Node, must bool) (ok bool, err error) {
	if e.stage != nil && n.Assign != nil {
		if msg := e.Session.Taken(n.Assign.Name); msg != nil { // by a process that was spawned since
			return false, e.failed(sc, n, &commands.UsageError{Pos: -1, Msg: msg})
		}
	}
	if n.remote != nil {
		return e.remote(sc, n, must)
	}
	ok, err = e.here(sc, n, must)
	if st := e.stage; st != nil && st.stirred() {
		if serr := st.settle(e.Session.Interrupt); serr != nil && err == nil {
			return false, e.unsettled(sc, n, nil, serr)
		}
	}
	if e.worker != nil && err == nil {
		err = e.worker.between()
	}
	return ok, err
}

// here runs a command in this process.
func (e *Engine) here(sc *Script, n *Node, must bool) (ok bool, err error) {
	verbose := e.Out.Verbose()
	var start int64
	if verbose {
		start = monotonic()
	}
	if e.interactive {
		e.waiter.call = e.waits(n)
	}
	e.node, e.script = n, sc
	if e.worker != nil {
		e.worker.slept = false
	}
	res, err := n.bind.Run(e.wait, verbose || n.Assign != nil || n.Expect != nil || e.worker != nil && !e.worker.free)
	if e.attending != nil {
		err = e.attended(err)
	}
	if e.worker != nil {
		e.worker.note(res)
	}
	expired := e.wait.end()
	if e.interactive {
		e.waiter.end()
	}
	e.sum.Statements++
	if err == nil && e.started != nil {
		return e.launched(sc, n, must)
	}
	if err == nil && n.check {
		e.sum.Checks++
	}
	if err == nil && n.Assign != nil {
		n.Assign.Val, n.Assign.Set = res.Value(), true
	}
	if err == nil && n.Expect == nil && !verbose && !res.Print && res.Note == nil && (e.worker == nil || !e.worker.slept) {
		return true, nil // nobody looks
	}
	if err != nil {
		if st := e.interrupted.Load(); st != 0 && !(e.interactive && commands.ErrnoOf(err) == "EINTR") {
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
		if e.interactive && e.sourced == 0 {
			ev.Change = n.bind.Change()
		}
	}
	fail := err
	if x := n.Expect; x != nil {
		fail = x.met(e.Session, res, err)
		met := fail == nil
		ev.Met = &met
	}
	if err != nil && (verbose || fail != nil && must) {
		ev.Why = n.bind.Explain(err)
		if e.stage != nil && e.stage.why != nil {
			ev.Why, e.stage.why = e.stage.why, nil // of the call that was awaited
		}
		var dead *Deadlock
		if errors.As(err, &dead) {
			ev.Why = &commands.Explanation{Why: dead.Waits}
		}
	}
	var check *commands.CheckError
	if fail == nil && n.Expect != nil {
		e.sum.Checks++
	}
	var dead *Deadlock
	if fail != nil && !must && n.Expect == nil && commands.ErrnoOf(fail) != "" && !errors.As(fail, &check) && !errors.As(fail, &dead) {
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
	ev := e.plain(sc.File, n.Cmd.Name)
	ev.Line, ev.Stmt, ev.Depth = n.line(n.Pos), n.Statement, e.depth
	return ev
}

// narrate shows a comment of the language in use.
func (e *Engine) narrate(sc *Script, n *Node) {
	if !e.Out.Verbose() || !n.anyone && n.lang != e.Session.Lang {
		return
	}
	ev := e.plain(sc.File, narrationCmd)
	ev.Line, ev.Stmt, ev.Depth = int(n.Line), n.Statement, e.depth
	e.emit(ev)
}
