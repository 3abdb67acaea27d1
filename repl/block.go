package repl

import (
	"strings"

	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// conditional parses the head of an if or a while: COND {
func (p *parser) conditional(word string, end int, elif bool) error {
	st := &Statement{form: ifForm, Text: p.t, Pos: p.i, Cmd: p.s.Table.Lookup(word)}
	if word == "while" {
		st.form = whileForm
	}
	p.i = skipBlanks(p.t, end)
	if p.isCommand(p.i) {
		cond, err := p.simple(true)
		if err != nil {
			return err
		}
		cond.Pos, cond.Src = st.Pos, strings.TrimRight(p.t[st.Pos:p.i], " \t") // echoed with its head
		st.command = cond
	} else {
		stop, ok := scanExpr(p.t, p.i, false)
		if !ok {
			return p.unclosedQuote()
		}
		src := strings.TrimRight(p.t[p.i:stop], " \t")
		if src == "" {
			return p.failCmd(st.Pos, stop, st.Cmd, text.F("%s needs a condition", "%s에는 조건이 필요합니다", word))
		}
		var err error
		if st.cond, err = p.s.Condition(src, p.i); err != nil {
			return p.wrap(err)
		}
		p.i = stop
	}
	return p.openBlock(st, &st.Body, elif)
}

// isCommand reports whether a condition is a command: its first word, behind
// "name =", names one.
func (p *parser) isCommand(i int) bool {
	if _, rest, ok := p.nameBefore(i); ok {
		i = skipBlanks(p.t, rest)
	}
	return p.startsCommand(i)
}

// repeat parses "repeat N [name] {".
func (p *parser) repeat(end int) error {
	st := &Statement{form: repeatForm, Text: p.t, Pos: p.i, Cmd: p.s.Table.Lookup("repeat")}
	stop, ok := scanWords(p.t, end, false, true, false)
	if !ok {
		return p.unclosedQuote()
	}
	ws, err := words.Split(p.t[end:stop])
	if err != nil {
		return p.unclosedQuote()
	}
	for i := range ws {
		ws[i].Pos += end
	}
	if st.count, err = p.s.Bind(st.Cmd.Head(), p.t, ws); err != nil {
		return p.wrap(err)
	}
	if name := st.count.Args()[1]; name.Given {
		if msg := p.s.Reserved(name.S); msg != nil {
			return p.fail(ws[len(ws)-1].Pos, ws[len(ws)-1].End(), msg)
		}
		st.counter = p.s.Place(name.S)
	}
	p.i = stop
	return p.openBlock(st, &st.Body, false)
}

// openBlock takes the { behind a head.
func (p *parser) openBlock(st *Statement, arm *[]Node, elif bool) error {
	st.Src = strings.TrimRight(p.t[st.Pos:p.i], " \t")
	i := skipBlanks(p.t, p.i)
	if i == len(p.t) || p.t[i] != '{' || !wordEnds(p.t, i+1) {
		return p.failCmd(st.Pos, p.i, st.Cmd, text.F("%s needs a { at the end of its line", "%s 줄 끝에 {가 필요합니다", st.Cmd.Name))
	}
	st.breaks = p.breaks
	p.open = append(p.open, frame{node: Node{st, int32(p.line)}, nodes: p.nodes, arm: arm, elif: elif})
	p.nodes = nil
	p.i = i + 1
	return nil
}

// closeBlock takes the } of a block, and an else behind it.
func (p *parser) closeBlock(end int) error {
	at := p.i
	p.i = end
	f := p.endArm()
	if f.node.form == remoteForm {
		return p.closeRemote(f, at)
	}
	f.node.Statement.last = p.line + len(p.breaks)
	i := skipBlanks(p.t, p.i)
	if word, stop, err := p.word(i); err == nil && word == "else" {
		if f.node.form != ifForm || f.arm == &f.node.Else {
			return p.fail(i, stop, text.F("this block is no if, so it has no else", "if 블록이 아니어서 else를 쓸 수 없습니다"))
		}
		return p.elseBlock(f, stop)
	}
	p.finishIf(f)
	return nil
}

// endArm ends the innermost block's arm.
func (p *parser) endArm() frame {
	n := len(p.open) - 1
	f := p.open[n]
	p.open = p.open[:n]
	*f.arm = p.nodes
	p.nodes = f.nodes
	return f
}

// finishIf adds a finished block; an else-if finishes the if that it belongs to.
func (p *parser) finishIf(f frame) {
	f.node.span = p.line - int(f.node.Line)
	p.nodes = append(p.nodes, f.node)
	for f.elif {
		f = p.endArm()
		f.node.span = p.line - int(f.node.Line)
		p.nodes = append(p.nodes, f.node)
	}
}

// elseBlock parses "else {" and "else if COND {".
func (p *parser) elseBlock(f frame, end int) error {
	st := f.node.Statement
	p.open = append(p.open, frame{node: f.node, nodes: p.nodes, arm: &st.Else, elif: f.elif})
	p.nodes = nil
	p.i = skipBlanks(p.t, end)
	if word, stop, err := p.word(p.i); err == nil && word == "if" {
		return p.conditional(word, stop, true)
	}
	if p.i == len(p.t) || p.t[p.i] != '{' || !wordEnds(p.t, p.i+1) {
		return p.fail(end-len("else"), end, text.F("else needs a { at the end of its line", "else 줄 끝에 {가 필요합니다"))
	}
	p.i++
	return nil
}

// structure parses "struct NAME { members }", which may go over several lines.
func (p *parser) structure(end int, rest string) (string, error) {
	st := &Statement{Text: p.t, Pos: p.i, Cmd: p.s.Table.Lookup("struct")}
	stop := structEnd(p.t, end)
	for stop < 0 && rest != "" {
		var line string
		p.starts = append(p.starts, len(p.src)-len(rest))
		line, rest, _ = strings.Cut(rest, "\n")
		p.breaks = append(p.breaks, len(p.t)+1)
		p.t += "\n" + strings.TrimSuffix(line, "\r")
		stop = structEnd(p.t, end)
	}
	if stop < 0 {
		first, _, _ := strings.Cut(p.t, "\n")
		p.t, p.breaks = first, nil
		return rest, stillOpen(p.failCmd(p.i, len(first), st.Cmd, text.F("this struct is not closed: } is missing", "이 struct가 닫히지 않았습니다. }가 없습니다")))
	}
	st.Text = p.t
	var err error
	if st.bind, err = p.s.BindRaw(st.Cmd, p.t[end:stop], end); err != nil {
		return rest, p.wrap(err)
	}
	if st, err = p.finish(st, stop, nil); err != nil {
		return rest, err
	}
	p.add(st)
	return rest, nil
}

// structEnd returns the offset behind the first } that is in no comment.
func structEnd(t string, i int) int {
	comment := false
	for ; i < len(t); i++ {
		switch c := t[i]; {
		case c == '\n':
			comment = false
		case comment:
		case c == '#' && (i == 0 || words.IsBlank(t[i-1])):
			comment = true
		case c == '}':
			return i + 1
		}
	}
	return -1
}
