package repl

import (
	"bytes"
	"errors"
	"time"

	"ipcsh/commands/text"
)

// watchEvery is how often watch looks.
const watchEvery = 500 * time.Millisecond

// watch runs a statement again and again, and shows what it says whenever that
// has changed, until Ctrl-C. Where nobody looks on, once is enough.
func (e *Engine) watch(sc *Script, n *Node) error {
	shown, ok := e.Out.(*Text)
	if !ok || !shown.Screen {
		_, err := e.run(sc, &Node{n.command, n.Line}, true)
		return err
	}
	var last string
	for {
		var b bytes.Buffer
		e.Out = shown.onto(&b)
		_, err := e.run(sc, &Node{n.command, n.Line}, true)
		e.Out.Flush()
		e.Out = shown
		if err != nil {
			var in *Interrupted
			if !errors.As(err, &in) {
				shown.raw(b.String())
			}
			return err
		}
		if now := b.String(); now != last {
			last = now
			shown.raw(shown.clearScreen() + now)
			shown.Flush()
		}
		select {
		case <-e.Session.Interrupt.Done():
			return nil
		case <-time.After(watchEvery):
		}
	}
}

// watched parses "watch STATEMENT".
func (p *parser) watched(end int) error {
	st := &Statement{form: watchForm, Text: p.t, Pos: p.i, Cmd: p.s.Table.Lookup("watch")}
	p.i = skipBlanks(p.t, end)
	if p.i == len(p.t) || p.t[p.i] == ';' || p.t[p.i] == '#' {
		return p.failCmd(st.Pos, end, st.Cmd, text.F("watch needs a statement", "watch 뒤에 문장이 필요합니다"))
	}
	inner, err := p.simple(false)
	if err != nil {
		return err
	}
	st.command = inner
	st, err = p.finish(st, p.i, nil)
	if err == nil {
		p.add(st)
	}
	return err
}
