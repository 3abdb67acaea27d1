package repl

import (
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// habit answers what people type out of habit, or with the wrong keyboard, or in
// C. done says that nothing is left to run; quit that the person wants to leave.
func (p *Prompt) habit(line string) (done, quit bool) {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "?":
		return p.run("help " + rest), false
	case "man":
		if rest != "" {
			return p.run("help " + rest), false
		}
	case "exit", "logout", "bye", ":q", "exit;", "quit;":
		return true, true
	case "ls", "dir", "pwd", "cd", "cat", "clear", "gcc", "cc":
		p.Say(text.F("%s belongs to the system's shell: !%s runs it there. handles lists the objects in your variables.",
			"%s: 시스템 셸의 명령입니다. !%s처럼 쓰면 실행됩니다. 변수가 가리키는 객체는 handles로 봅니다.", word, line).In(p.lang()))
		return true, false
	case "save":
		p.save(rest)
		return true, false
	}
	if cmd, ok := strings.CutPrefix(line, "!"); ok {
		if err := p.Shell(cmd); err != nil {
			p.Say(err.Error())
		}
		return true, false
	}
	if typed, ok := fromHangul(line, p.Engine.Session); ok {
		p.Say(text.F("the Hangul keyboard is on; this is %s", "한글 자판이 켜져 있습니다. 영문으로는 %s", commands.Escape(typed)).In(p.lang()))
		p.Lines.Prefill(typed)
		return true, false
	}
	return p.cLine(line), false
}

func (p *Prompt) lang() text.Lang { return p.Engine.Session.Lang }

// run runs a line in place of what was typed.
func (p *Prompt) run(line string) bool {
	pending := strings.TrimSpace(line)
	p.line(&pending)
	return true
}

// cLine takes a line of C: a call with plain arguments is run as ipcsh writes it,
// another is answered with ipcsh's form.
func (p *Prompt) cLine(line string) bool {
	c, ok := parseC(line, p.Engine.Session.Table)
	if !ok {
		return false
	}
	if c.statement == "" {
		p.Say(text.F("that is C; here it is written: %s", "C 문장입니다. 여기서는 이렇게 씁니다: %s", c.form).In(p.lang()))
		return true
	}
	p.Say(text.F("C taken as: %s", "C 문장을 이렇게 실행합니다: %s", c.statement).In(p.lang()))
	return p.run(c.statement)
}
