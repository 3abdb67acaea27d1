package repl

import (
	"bytes"
	"errors"
	"strings"
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
		if now := shown.screenful(b.String()); now != last {
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

// clearScreen is the sequence that empties the screen, or a line where the terminal
// knows none.
func (t *Text) clearScreen() string {
	if !t.Cursor {
		return "--\n"
	}
	return "\x1b[H\x1b[2J"
}

// screenful cuts what does not fit on the terminal, so that the begin of it stays in
// sight, and says how much that is.
func (t *Text) screenful(s string) string {
	if t.Size == nil || !t.Cursor {
		return s
	}
	columns, rows := t.Size()
	if columns <= 0 || rows < 3 {
		return s
	}
	lines := strings.SplitAfter(strings.TrimSuffix(s, "\n"), "\n")
	fits, used := 0, 0 // of rows: the last is the cursor's
	for i, line := range lines {
		line = uncolored(strings.TrimSuffix(line, "\n"))
		used += max(1, (text.Cells(line)+columns-1)/columns)
		if used <= rows-2 {
			fits = i + 1
		}
	}
	if used <= rows-1 {
		return s
	}
	return strings.Join(lines[:fits], "") + text.F("... and %d more", "... %d줄 더 있습니다", len(lines)-fits).In(t.Session.Lang) + "\n"
}

// uncolored returns s without the sequences that set colours, which take no room;
// there are no others.
func uncolored(s string) string {
	parts := strings.Split(s, "\x1b[")
	for i := range parts[1:] {
		_, parts[i+1], _ = strings.Cut(parts[i+1], "m")
	}
	return strings.Join(parts, "")
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
