package repl

import (
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// What stands in front of a command: predict, expect and its conditions, name =.

// prediction takes "predict" in front of a statement.
func (p *parser) prediction(st *Statement, end int) error {
	cmd := p.s.Table.Lookup("predict")
	p.i = skipBlanks(p.t, end)
	switch {
	case p.i == len(p.t) || p.t[p.i] == ';' || p.t[p.i] == '#':
		return p.failCmd(st.Pos, end, cmd, text.F("predict needs a statement", "predict 뒤에 문장이 필요합니다"))
	case p.remote > 0 || !p.stepped():
		return p.failCmd(st.Pos, end, cmd, text.F("predict cannot stand here: a block is stepped through as one statement", "predict는 여기에 쓸 수 없습니다. 블록은 step에서 문장 하나로 다룹니다"))
	case p.opensRemote():
		return p.failCmd(st.Pos, end, cmd, text.F("predict is about one call, and no block", "predict는 블록이 아니라 호출 하나에 씁니다"))
	}
	st.asks = true
	return nil
}

// stepped reports whether a statement at this place is one that is stepped to: one
// that no block is around, save one that unfolds.
func (p *parser) stepped() bool {
	for _, f := range p.open {
		if !f.node.unfolds() {
			return false
		}
	}
	return true
}

// assignment parses "name =" or "name=" in front of a command.
func (p *parser) assignment(st *Statement) error {
	name, rest, ok := p.nameBefore(p.i)
	if !ok {
		return nil
	}
	if msg := p.s.Reserved(name); msg != nil {
		return p.fail(p.i, p.i+len(name), msg)
	}
	st.Assign = p.s.Place(name)
	p.i = skipBlanks(p.t, rest)
	if p.i == len(p.t) || p.t[p.i] == ';' || p.t[p.i] == '#' {
		return p.fail(st.Pos, p.i, text.F("a command is missing behind =; a number is assigned by let %s = ...", "= 뒤에 명령이 없습니다. 수는 let %s = ...로 대입합니다", name))
	}
	return nil
}

// nameBefore reports whether "name =" or "name=word" stands at i, and where what
// follows begins.
func (p *parser) nameBefore(i int) (name string, rest int, ok bool) {
	end, ok := scanWord(p.t, i)
	if !ok {
		return "", 0, false
	}
	w := p.t[i:end]
	if name, _, found := strings.Cut(w, "="); found && words.IsIdent(name) && !strings.HasPrefix(w[len(name):], "==") {
		return name, i + len(name) + 1, true
	}
	j := skipBlanks(p.t, end)
	if !words.IsIdent(w) || j == len(p.t) || p.t[j] != '=' || j+1 < len(p.t) && p.t[j+1] == '=' {
		return "", 0, false
	}
	return w, j + 1, true
}

// unknown is the error for a word that is no command.
func (p *parser) unknown(st *Statement, word string, end int) error {
	if st.Assign != nil {
		return p.fail(p.i, end, text.F("%s is no command; a value is assigned by let %s = ...%s", "%s: 명령이 아닙니다. 값은 let %s = ...로 대입합니다%s",
			shorten(word), st.Assign.Name, commands.Suggest(p.s.Table.Near(word))))
	}
	if p.t[p.i] == '{' {
		return p.fail(p.i, p.i+1, text.F("a block stands behind repeat, if, while or @NAME", "블록은 repeat, if, while, @NAME 뒤에 씁니다"))
	}
	return p.fail(p.i, end, text.F("unknown command %s%s", "모르는 명령 %s%s", shorten(word), commands.Suggest(p.s.Table.Near(word))))
}

// expectation parses the conditions behind expect, up to the command.
func (p *parser) expectation(st *Statement, i int) (int, error) {
	x := &Expectation{Pos: st.Pos, End: i}
	st.Expect = x
	for {
		i = skipBlanks(p.t, i)
		if i == len(p.t) || p.t[i] == ';' || p.t[i] == '#' {
			return i, p.fail(st.Pos, i, text.F("expect needs a command", "expect 뒤에 명령이 필요합니다"))
		}
		word, end, err := p.word(i)
		if err != nil {
			return i, err
		}
		if p.startsCommand(i) {
			return i, p.contradiction(x)
		}
		if _, rest, ok := p.nameBefore(i); ok && (skipBlanks(p.t, rest) > rest || p.startsCommand(rest)) {
			return i, p.contradiction(x) // name = command
		}
		if err := p.condition(x, word, i, end); err != nil {
			return i, err
		}
		x.End, i = end, end
	}
}

func (p *parser) startsCommand(i int) bool {
	end, ok := scanWord(p.t, i)
	return ok && (p.s.Table.Lookup(p.t[i:end]) != nil || end > i && p.t[i] == '@')
}

// condition parses one condition: ENOMSG, EIDRM|EINVAL, SIGSEGV, type=1.
func (p *parser) condition(x *Expectation, word string, i, end int) error {
	ws, err := words.Split(word)
	if err != nil || len(ws) != 1 {
		return p.unclosedQuote()
	}
	if name, value, ok := ws[0].Assignment(); ok {
		value.Pos += i
		x.Fields = append(x.Fields, FieldCondition{name, value})
		return nil
	}
	if word == stateBlocked || word == stateDeadlock {
		if x.State != "" {
			return p.fail(i, end, text.F("one state is enough", "상태는 하나만 씁니다"))
		}
		x.State = word
		return nil
	}
	names := strings.Split(word, "|")
	for _, name := range names {
		if !isErrno(name) {
			return p.badCondition(name, word, i, end)
		}
	}
	if len(x.Errnos) > 0 {
		return p.fail(i, end, text.F("one errno is enough; alternatives are written EIDRM|EINVAL", "errno는 하나만 씁니다. 여럿 중 하나는 EIDRM|EINVAL처럼 씁니다"))
	}
	x.Errnos = names
	return nil
}

// contradiction refuses conditions of which one is about a failure and another
// about the result.
func (p *parser) contradiction(x *Expectation) error {
	if x.State != "" && (len(x.Errnos) > 0 || len(x.Fields) > 0) {
		return p.fail(x.Pos, x.End, text.F("a call that is %s has not ended: it has no errno and no fields yet", "%s 상태의 호출은 아직 끝나지 않아 errno도 필드도 없습니다", x.State))
	}
	if len(x.Errnos) > 0 && len(x.Fields) > 0 {
		return p.fail(x.Pos, x.End, text.F("a call that fails with %s has no field %s", "%s(으)로 실패하는 호출에는 %s 필드가 없습니다", strings.Join(x.Errnos, "|"), x.Fields[0].Name))
	}
	return nil
}

func (p *parser) badCondition(name, word string, i, end int) error {
	if looksLikeErrno(name) {
		return p.fail(i, end, text.F("%s is no errno%s", "%s(이)라는 errno는 없습니다%s", shorten(name), commands.Suggest(near.Names(name, errnoNames()))))
	}
	return p.fail(i, end, text.F("unknown command or condition %s%s", "모르는 명령 또는 조건 %s%s", shorten(word), commands.Suggest(p.s.Table.Near(word))))
}
