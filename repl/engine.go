// Package repl runs statements: it parses lines, runs them in a session, and
// makes an event of each, which renderers show. It knows nothing of what a
// command does (package commands does) nor of flags and exit (main does).
package repl

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// maxDepth is how deep files may source files.
const maxDepth = 32

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
	ctx = sysv.OnBlock(ctx, func(int) { e.Out.Flush() })
	s.Interrupt, e.cancel = ctx, cancel
	e.wait = &waiting{Context: ctx, session: s}
	return e
}

// Interrupt ends the call that waits, and the script. It may be called from
// another goroutine.
func (e *Engine) Interrupt(status int) {
	e.interrupted.CompareAndSwap(0, int32(status))
	e.cancel()
}

// waiting is the context of a statement's call. Its deadline begins when the
// call has to wait, so that a call that need not costs nothing.
type waiting struct {
	context.Context
	session *commands.Session
	mu      sync.Mutex
	timed   context.Context
	cancel  context.CancelFunc
}

// Done implements context.Context. The first call starts the clock.
func (w *waiting) Done() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timed == nil {
		if d := w.session.Timeout; d > 0 {
			w.timed, w.cancel = context.WithTimeout(w.Context, d)
		} else {
			w.timed, w.cancel = context.WithCancel(w.Context)
		}
	}
	return w.timed.Done()
}

// Err implements context.Context.
func (w *waiting) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timed != nil {
		return w.timed.Err()
	}
	return w.Context.Err()
}

// end forgets the clock of a statement that is over, and reports whether it ran out.
func (w *waiting) end() (expired bool) {
	if w.timed == nil { // no call waited, so no other goroutine has been here
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	expired = errors.Is(w.timed.Err(), context.DeadlineExceeded)
	w.cancel()
	w.timed = nil
	return expired
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
	if err == nil && n.Assign != nil {
		n.Assign.Val, n.Assign.Set = res.Value(), true
	}
	if err == nil && n.Expect == nil && !verbose && !res.Print && res.Note == nil {
		return true, nil // nobody looks
	}
	if err != nil {
		if st := e.interrupted.Load(); st != 0 {
			return false, &Interrupted{int(st)}
		}
		if expired && commands.ErrnoOf(err) == "EINTR" {
			err = &TimedOut{n.Cmd.Name, e.Session.Timeout}
		}
	}
	ev := e.event(sc, n)
	ev.Start, ev.End = start, monotonic()
	ev.Call = n.bind.Spell()
	ev.outcome(res, err)
	if res != nil {
		ev.Note = res.Note
	}
	fail := err
	if x := n.Expect; x != nil {
		fail = x.met(e.Session, res, err)
		met := fail == nil
		ev.Met = &met
	}
	var check *commands.CheckError
	if fail == nil && (n.Expect != nil || n.Cmd.Name == "assert") {
		e.sum.Checks++
	}
	if fail != nil && !must && n.Expect == nil && commands.ErrnoOf(fail) != "" && !errors.As(fail, &check) {
		e.Out.Event(ev)
		return false, nil
	}
	if fail != nil {
		ev.Fail = locate(fail, sc.File, *n)
		e.Out.Event(ev)
		return false, ev.Fail
	}
	e.Out.Event(ev)
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
	e.Out.Event(&Event{Seq: e.seq, File: sc.File, Line: int(n.Line), Proc: "main", Pid: e.Pid, Cmd: "#", Status: "ok", Stmt: n.Statement, Depth: e.depth, Start: now, End: now})
}

// head shows the head of a block, which is no call.
func (e *Engine) head(sc *Script, n *Node) {
	if e.Out.Verbose() {
		ev := e.event(sc, n)
		ev.Status = "ok"
		ev.Start = monotonic()
		ev.End = ev.Start
		e.Out.Event(ev)
	}
}

// body runs the statements of a block, and reports whether a break left it.
func (e *Engine) body(sc *Script, nodes []Node) (broke bool, err error) {
	e.depth++
	err = e.block(sc, nodes)
	e.depth--
	if errors.Is(err, errBreak) {
		return true, nil
	}
	return false, err
}

func (e *Engine) repeat(sc *Script, n *Node) error {
	args, err := n.count.Eval()
	if err != nil {
		return e.failed(sc, n, err)
	}
	e.head(sc, n)
	for i, times := int64(0), args[0].I; i < times; i++ {
		if n.counter != nil {
			n.counter.Val, n.counter.Set = intValue(i), true
		}
		if broke, err := e.body(sc, n.Body); broke || err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) while(sc *Script, n *Node) error {
	if n.cond != nil {
		e.head(sc, n)
	}
	for {
		if st := e.interrupted.Load(); st != 0 {
			return &Interrupted{int(st)}
		}
		ok, err := e.condition(sc, n)
		if err != nil || !ok {
			return err
		}
		if broke, err := e.body(sc, n.Body); broke || err != nil {
			return err
		}
	}
}

func (e *Engine) branch(sc *Script, n *Node) error {
	if n.cond != nil {
		e.head(sc, n)
	}
	ok, err := e.condition(sc, n)
	if err != nil {
		return err
	}
	arm := n.Else
	if ok {
		arm = n.Body
	}
	e.depth++
	defer func() { e.depth-- }()
	return e.block(sc, arm)
}

func (e *Engine) condition(sc *Script, n *Node) (bool, error) {
	if n.command != nil {
		return e.run(sc, &Node{n.command, n.Line}, false)
	}
	ok, err := n.cond(e.Session)
	if err != nil {
		return false, e.failed(sc, n, err)
	}
	return ok, nil
}

// failed shows the failure of a form that the engine runs itself.
func (e *Engine) failed(sc *Script, n *Node, err error) error {
	ev := e.event(sc, n)
	ev.Start = monotonic()
	ev.End = ev.Start
	ev.outcome(nil, err)
	ev.Fail = locate(err, sc.File, *n)
	e.Out.Event(ev)
	return ev.Fail
}

// source runs a file's statements here. A relative name is looked up beside the
// script that says source.
func (e *Engine) source(sc *Script, n *Node) error {
	args, err := n.bind.Eval()
	if err != nil {
		return e.failed(sc, n, err)
	}
	path := args[0].S
	if !filepath.IsAbs(path) && sc.onDisk() {
		path = filepath.Join(filepath.Dir(sc.File), path)
	}
	if e.sourced == maxDepth {
		return e.failed(sc, n, &commands.UsageError{Pos: -1, Msg: text.F("source: %d files deep: does a file source itself?", "source: 파일이 %d단계나 겹쳤습니다. 파일이 자기 자신을 source합니까?", maxDepth)})
	}
	src, err := ReadScript(path)
	if err != nil {
		return e.failed(sc, n, err)
	}
	inner, err := Parse(e.Session, path, src)
	if err != nil {
		return e.failed(sc, n, err)
	}
	e.head(sc, n)
	e.sourced++
	defer func() { e.sourced-- }()
	return e.block(inner, inner.Nodes)
}

// onDisk reports whether the script is a file, not -c or a pipe.
func (sc *Script) onDisk() bool { return sc.File != CommandLine && sc.File != StandardInput }

// The names of scripts that are no files.
const (
	CommandLine   = "-c"
	StandardInput = "stdin"
)

// ReadScript reads a script's text.
func ReadScript(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", unreadable(path, err)
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return "", unreadable(path, errDirectory)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return "", unreadable(path, err)
	}
	return string(b), nil
}
