package repl

import (
	"strings"

	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// What is sent to a process: @name command, @name { block }, with & behind it.

// opensRemote reports whether the statement at hand is a block for a process:
// [expect ...] [name =] @process {
func (p *parser) opensRemote() bool {
	for i := p.i; i < len(p.t); {
		end, ok := scanWord(p.t, i)
		if !ok {
			return false
		}
		next := skipBlanks(p.t, end)
		if p.t[i] == '@' {
			return next < len(p.t) && p.t[next] == '{' && wordEnds(p.t, next+1)
		}
		if end == i || p.t[i] == '#' || p.s.Table.Lookup(p.t[i:end]) != nil && p.t[i:end] != "expect" {
			return false
		}
		i = next
	}
	return false
}

// process takes the @name at hand.
func (p *parser) process(st *Statement) error {
	_, end, err := p.word(p.i)
	if err != nil {
		return err
	}
	ws, err := words.Split(p.t[p.i:end])
	if err != nil || len(ws) != 1 {
		return p.unclosedQuote()
	}
	name := ws[0]
	raw := name.Raw[1:]
	if raw == "" {
		return p.fail(p.i, end, text.F("the process's name follows the @ at once: @server", "@ 바로 뒤에 프로세스 이름을 붙여 씁니다: @server"))
	}
	if p.remote > 0 {
		return p.fail(p.i, end, text.F("this is sent to a process already; it cannot send to another", "이미 프로세스에 보낸 블록입니다. 그 안에서 다른 프로세스로 보낼 수 없습니다"))
	}
	if !strings.ContainsAny(raw, "$") && !words.IsIdent(raw) {
		return p.fail(p.i, end, text.F("%s is no name of a process", "%s: 프로세스 이름이 아닙니다", shorten(raw)))
	}
	inner, err := words.Split(raw)
	if err != nil || len(inner) != 1 {
		return p.unclosedQuote()
	}
	name = inner[0]
	name.Pos += p.i + 1
	st.form = remoteForm
	st.remote = &Remote{Name: name}
	st.Cmd = p.s.Table.Lookup("@NAME")
	p.i = skipBlanks(p.t, end)
	return nil
}

// remoteCommand parses a command behind @name. It is checked here, and run there.
func (p *parser) remoteCommand(st *Statement, head bool) (*Statement, error) {
	if err := p.process(st); err != nil {
		return nil, err
	}
	if p.i == len(p.t) || p.t[p.i] == ';' || p.t[p.i] == '#' || p.t[p.i] == '&' && wordEnds(p.t, p.i+1) {
		return nil, p.fail(st.Pos, p.i, text.F("a command is missing behind the process's name", "프로세스 이름 뒤에 명령이 없습니다"))
	}
	begin, whole, amp := p.i, p.t, 0
	if stop, ok := scanWords(p.t, p.i, len(p.open) > 0, head, true); ok && stop > p.i && p.t[stop-1] == '&' && !head {
		st.remote.background, amp = true, stop-1
		p.t = p.t[:amp] + " " + p.t[stop:]
	}
	p.remote++
	inner, err := p.simple(head)
	p.remote--
	if err != nil {
		return nil, err
	}
	p.t = whole
	if st.asks && st.remote.background {
		return nil, p.fail(st.Pos, begin, text.F("what is left with & has no end that could be predicted here", "&로 따로 돌린 것은 여기서 끝나지 않으므로 predict를 쓸 수 없습니다"))
	}
	if st.remote.background {
		p.i = min(p.i, amp) // an expression takes the blank in its place
	}
	st.Cmd = inner.Cmd
	st.remote.block = inner.form == sourceForm && !head // whose statements take turns as a block's do
	from, line := p.source(begin)
	to, _ := p.source(p.i)
	st.remote.line = line
	st.remote.cut(p.src, from, to)
	st.Src = strings.TrimRight(p.t[st.Pos:p.i], " \t\r")
	if st.remote.background {
		p.i = amp + 1
		st.Src = p.t[st.Pos:p.i]
	}
	return st, p.checkState(st)
}

// remoteBlock opens a block for a process.
func (p *parser) remoteBlock() error {
	st := &Statement{Text: p.t, Pos: p.i}
	word, end, err := p.word(p.i)
	if err != nil {
		return err
	}
	if word == "expect" {
		if end, err = p.expectation(st, end); err != nil {
			return err
		}
		p.i = skipBlanks(p.t, end)
	}
	if err := p.assignment(st); err != nil {
		return err
	}
	if err := p.process(st); err != nil {
		return err
	}
	st.remote.block = true
	if err := p.openBlock(st, &st.Body, false); err != nil {
		return err
	}
	st.remote.skip, st.remote.line = p.source(p.i)
	p.remote++
	return nil
}

// closeRemote ends a process's block, whose } stands at offset at.
func (p *parser) closeRemote(f frame, at int) error {
	st := f.node.Statement
	p.remote--
	r := st.remote
	end, _ := p.source(at)
	head := st.Src
	st.Src += " {"
	if i := skipBlanks(p.t, p.i); i < len(p.t) && p.t[i] == '&' && wordEnds(p.t, i+1) {
		r.background = true
		p.i = i + 1
		st.Src = head + " {" + p.src[r.skip:end] + "} &" // its statements are not shown one by one
	}
	r.cut(p.src, r.skip, end)
	st.span = p.line - int(f.node.Line)
	p.nodes = append(p.nodes, f.node)
	return p.checkState(st)
}

// silent reports whether its statements are not shown one by one, not even once it
// is awaited: a block with &. A failure, a note and what is printed still are.
func (r *Remote) silent() bool { return r.block && r.background }

// cut takes [begin, end) of a script's text, with the beginning of its first
// line, so that places in that line stay what they are.
func (r *Remote) cut(src string, begin, end int) {
	start := strings.LastIndexByte(src[:begin], '\n') + 1
	r.src, r.skip = src[start:end], begin-start
}

// source returns where in the whole text offset i of the line is, and in which of
// the lines that make it up.
func (p *parser) source(i int) (offset, line int) {
	for line < len(p.breaks) && i >= p.breaks[line] {
		line++
	}
	if line > 0 {
		i -= p.breaks[line-1]
	}
	return p.starts[line] + i, line
}

// checkState refuses a state that the statement cannot be in.
func (p *parser) checkState(st *Statement) error {
	x := st.Expect
	switch {
	case x == nil || x.State == "":
	case x.State == stateDeadlock:
		return p.fail(x.Pos, x.End, text.F("a deadlock is expected of wait: expect deadlock wait", "deadlock은 wait에 대해 기대합니다: expect deadlock wait"))
	case st.remote.background:
		return p.fail(x.Pos, x.End, text.F("what is left with & is not settled, so it cannot be expected to be blocked", "&로 따로 돌린 것은 정착을 기다리지 않으므로 blocked를 기대할 수 없습니다"))
	}
	return nil
}
