package repl

import (
	"errors"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
)

// The forms that the engine runs itself: blocks and their conditions.

// head shows the head of a block, which is no call.
func (e *Engine) head(sc *Script, n *Node) {
	if e.Out.Verbose() {
		ev := e.event(sc, n)
		e.emit(ev)
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
	if e.stage != nil && n.counter != nil {
		if msg := e.Session.Taken(n.counter.Name); msg != nil {
			return e.failed(sc, n, &commands.UsageError{Pos: -1, Msg: msg})
		}
	}
	e.head(sc, n)
	for i, times := int64(0), args[0].I; i < times; i++ {
		if n.counter != nil {
			n.counter.Val, n.counter.Set = cexpr.IntOf(i), true
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

// exit ends the process that this engine is in.
func (e *Engine) exit(sc *Script, n *Node) error {
	args, err := n.bind.Eval()
	if err != nil {
		return e.failed(sc, n, err)
	}
	if e.Out.Verbose() && e.worker.block {
		e.emit(e.event(sc, n))
	}
	return exited{int(args[0].I) & 0xff}
}

// failed shows the failure of a form that the engine runs itself.
func (e *Engine) failed(sc *Script, n *Node, err error) error {
	ev := e.event(sc, n)
	ev.outcome(nil, err)
	ev.Fail = locate(err, sc.File, *n)
	e.emit(ev)
	return ev.Fail
}
