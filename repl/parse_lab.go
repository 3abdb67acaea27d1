package repl

import (
	"slices"
	"strconv"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// What stands in a lab: tasks, and the solution, whose place a hand-in takes.

// role is what a text is for; not every role may say everything.
type role uint8

const (
	mainScript role = iota // a file, -c, a pipe, the prompt
	sourced                // a part of one
	handIn                 // a student's
)

// Visibilities are who may see a task's outcome, as Gradescope names it.
var Visibilities = []string{"visible", "hidden", "after_due_date", "after_published"}

// Task is what a task says of itself.
type Task struct {
	Name, Hint text.Text
	Points     float64
	Partial    bool // each check that holds is worth its share
	Visibility string
	Runs       int // how often it must hold
}

// File is a program's source in a lab's solution.
type File struct{ Name, Content string }

// ParseHandIn parses a student's script, which may not grade itself.
func ParseHandIn(s *commands.Session, file, src string) (*Script, error) {
	return parseAs(s, file, src, handIn, 0)
}

// parseAs parses a file for a role; remote is 1 where a process sources it.
func parseAs(s *commands.Session, file, src string, r role, remote int) (*Script, error) {
	p := &parser{s: s, file: file, cache: map[string][]*Statement{}, src: strings.TrimPrefix(src, "\ufeff"), role: r, remote: remote}
	return p.parse()
}

// labOnly refuses a form of labs where it cannot stand.
func (p *parser) labOnly(cmd *commands.Command, end int) error {
	switch {
	case p.role == handIn:
		return p.notHandedIn(cmd, end)
	case p.role == sourced:
		return p.failCmd(p.i, end, cmd, text.F("%s stands in the lab's own file", "%s은(는) 실습 파일 자체에 씁니다", cmd.Name))
	case len(p.open) > 0:
		return p.failCmd(p.i, end, cmd, text.F("%s stands in no other block", "%s은(는) 다른 블록 안에 쓸 수 없습니다", cmd.Name))
	}
	return nil
}

// notHandedIn refuses what a hand-in may not say.
func (p *parser) notHandedIn(cmd *commands.Command, end int) error {
	return p.failCmd(p.i, end, cmd, text.F("%s is for the lab to say, not for a hand-in", "%s은(는) 실습 파일에서만 쓰며, 제출물에는 쓸 수 없습니다", cmd.Name))
}

// task parses "task TEXT ... {".
func (p *parser) task(end int) error {
	st := &Statement{form: taskForm, Text: p.t, Pos: p.i, Cmd: p.s.Table.Lookup("task")}
	if err := p.labOnly(st.Cmd, end); err != nil {
		return err
	}
	args, ws, err := p.headArgs(st, end)
	if err != nil {
		return err
	}
	name, points, partial, hint, visibility, runs, ko, hintKo := args[0], args[1], args[2], args[3], args[4], args[5], args[6], args[7]
	t := &Task{Name: text.Text{En: name.S, Ko: name.S}, Hint: text.Text{En: hint.S, Ko: hint.S}, Points: 1, Visibility: Visibilities[0], Runs: 1}
	if ko.Given {
		t.Name.Ko = ko.S
	}
	if hintKo.Given {
		t.Hint.Ko = hintKo.S
	}
	bad := func(key string, msg *text.Msg) error {
		i := slices.IndexFunc(ws, func(w words.Word) bool { return strings.HasPrefix(w.Raw, key+"=") })
		return p.failCmd(ws[i].Pos, ws[i].End(), st.Cmd, msg)
	}
	if points.Given {
		if t.Points, err = strconv.ParseFloat(points.S, 64); err != nil || !(t.Points >= 0 && t.Points <= 1e6) {
			return bad("points", text.F("points=%s: points are a number from 0 on", "points=%s: 배점은 0 이상의 수입니다", points.S))
		}
	}
	if partial.Given {
		if t.Partial = partial.S == "yes"; !t.Partial && partial.S != "no" {
			return bad("partial", text.F("partial is yes or no", "partial은 yes 또는 no입니다"))
		}
	}
	if visibility.Given {
		if t.Visibility = visibility.S; !slices.Contains(Visibilities, t.Visibility) {
			return bad("visibility", text.F("visibility is %s%s", "visibility는 %s 가운데 하나입니다%s", strings.Join(Visibilities, ", "), commands.Suggest(near.Names(t.Visibility, Visibilities))))
		}
	}
	if runs.Given {
		if t.Runs, err = strconv.Atoi(runs.S); err != nil || t.Runs < 1 || t.Runs > 1000 {
			return bad("runs", text.F("runs=%s: runs are a number from 1 to 1000", "runs=%s: 실행 횟수는 1부터 1000까지의 수입니다", runs.S))
		}
	}
	st.task = t
	return p.openBlock(st, &st.Body, false)
}

// headArgs takes the arguments in front of a { and evaluates them: what a lab
// says of a task is known before it runs.
func (p *parser) headArgs(st *Statement, end int) ([]commands.Arg, []words.Word, error) {
	stop, ok := scanWords(p.t, end, false, true, false)
	if !ok {
		return nil, nil, p.unclosedQuote()
	}
	ws, err := words.Split(p.t[end:stop])
	if err != nil {
		return nil, nil, p.unclosedQuote()
	}
	for i := range ws {
		ws[i].Pos += end
	}
	bind, err := p.s.Bind(st.Cmd.Head(), p.t, ws)
	if err != nil {
		return nil, nil, p.wrap(err)
	}
	args, err := bind.Eval()
	if err != nil {
		return nil, nil, p.wrap(err)
	}
	p.i = stop
	return args, ws, nil
}

// solution parses "solution {", a block, and "solution FILE {", which takes the
// lines up to a } in the first column as they are.
func (p *parser) solution(end int, rest string) (string, error) {
	st := &Statement{form: solutionForm, Text: p.t, Pos: p.i, Cmd: p.s.Table.Lookup("solution")}
	if err := p.labOnly(st.Cmd, end); err != nil {
		return rest, err
	}
	args, ws, err := p.headArgs(st, end)
	if err != nil {
		return rest, err
	}
	for _, n := range p.nodes {
		if n.form == solutionForm && (n.file == nil || !args[0].Given) {
			return rest, p.failCmd(st.Pos, end, st.Cmd, text.F("one solution is enough: a block, or files", "solution은 블록 하나, 또는 파일들이면 됩니다"))
		}
	}
	if !args[0].Given {
		return rest, p.openBlock(st, &st.Body, false)
	}
	name := args[0].S
	if strings.Trim(name, ".") == "" || name[0] == '-' || strings.ContainsAny(name, "/\x00") {
		return rest, p.failCmd(ws[0].Pos, ws[0].End(), st.Cmd, text.F("%s is no name of a file in the hand-in's folder", "%s: 제출물 폴더 안의 파일 이름이 아닙니다", commands.Quote(name)))
	}
	if i := skipBlanks(p.t, p.i); i == len(p.t) || strings.TrimSpace(p.t[i:]) != "{" {
		return rest, p.failCmd(st.Pos, p.i, st.Cmd, text.F("solution needs a { at the end of its line", "solution 줄 끝에 {가 필요합니다"))
	}
	st.Src = p.t[st.Pos:]
	var lines []string
	for rest != "" {
		p.starts = append(p.starts, len(p.src)-len(rest))
		line, more, _ := strings.Cut(rest, "\n")
		rest = more
		line = strings.TrimSuffix(line, "\r")
		p.breaks = append(p.breaks, len(p.t)+1)
		p.t += "\n" + line
		if strings.TrimRight(line, " \t") == "}" {
			st.file = &File{name, unindented(lines)}
			st.Text, st.last = p.t, p.line+len(p.breaks)
			p.i = len(p.t)
			p.add(st)
			return rest, nil
		}
		lines = append(lines, line)
	}
	first, _, _ := strings.Cut(p.t, "\n")
	p.t, p.breaks = first, nil
	return rest, stillOpen(p.failCmd(st.Pos, len(first), st.Cmd, text.F("the file is not closed: a } in the first column is missing", "파일이 닫히지 않았습니다. 첫 칸의 }가 없습니다")))
}

// unindented joins lines without the blanks that all of them begin with.
func unindented(lines []string) string {
	indent := -1
	for _, l := range lines {
		if body := strings.TrimLeft(l, " \t"); body != "" {
			if n := len(l) - len(body); indent < 0 || n < indent {
				indent = n
			}
		}
	}
	var b strings.Builder
	for _, l := range lines {
		if len(l) > indent && indent > 0 {
			l = l[indent:]
		}
		b.WriteString(strings.TrimRight(l, " \t") + "\n")
	}
	return b.String()
}
