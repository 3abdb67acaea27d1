package commands

import (
	"slices"
	"strings"

	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// pageWidth is how many columns a page may have.
const pageWidth = 80

func help(c *Call) (*Result, error) {
	r := c.result(0)
	if !c.Args[0].Given {
		r.Lines = Overview(c.Table, c.Explainer, c.Lang)
		return r, nil
	}
	name := c.Args[0].S
	if r.Lines = HelpPage(c.Table, c.Explainer, name, c.Lang); r.Lines == nil {
		names := c.Table.Names()
		if c.Explainer != nil {
			names = append(names, c.Explainer.Pages()...)
		}
		w := c.words(0)[0]
		return nil, usage(w.Pos, w.End(), "no command or topic %s%s", "%s(이)라는 명령이나 주제가 없습니다%s", Escape(clip(name)), Suggest(near.Names(name, names)))
	}
	return r, nil
}

// HelpPage returns what help says of a command or a topic; nil if there is
// neither. The forms of the language have their topic's page below the command's.
func HelpPage(t *Table, ex Explainer, name string, l text.Lang) []string {
	var page []string
	if ex != nil {
		page = ex.Page(name, l)
	}
	cmd := t.Lookup(name)
	switch {
	case cmd == nil:
		return page
	case page == nil:
		return cmd.Help(l)
	case cmd.Family == StatementFamily:
		return append(append(cmd.Help(l), ""), page...)
	}
	return append(cmd.Help(l), "", text.New("see also: explain ", "더 보기: explain ").In(l)+name)
}

// Overview lists the commands by family and the ways to go on, for a screen of
// 80 by 24.
func Overview(t *Table, ex Explainer, l text.Lang) []string {
	out := []string{text.New("A statement is a call of the real kernel: q = msgget 0111 IPC_CREAT|0600",
		"문장 하나가 실제 커널 호출 하나입니다: q = msgget 0111 IPC_CREAT|0600").In(l), ""}
	column := 0
	for _, heading := range Families() {
		column = max(column, text.Cells(heading.In(l))+2)
	}
	for f, heading := range Families() {
		var names []string
		for _, c := range t.Commands() {
			if c.Family == Family(f) {
				names = append(names, c.Name)
			}
		}
		if len(names) > 0 {
			out = append(out, text.Wrap(text.Pad(heading.In(l), column), strings.Join(names, " "), pageWidth-1)...)
		}
	}
	if ex != nil {
		topics := slices.DeleteFunc(ex.Pages(), func(name string) bool {
			_, isErrno := sysv.ErrnoByName(name)
			return isErrno || name == "SIGSEGV"
		})
		out = append(out, text.Wrap(text.Pad(text.New("Topics", "주제").In(l), column), strings.Join(topics, " "), pageWidth-1)...)
	}
	return append(append(out, ""), strings.Split(text.New(`help COMMAND    parameters, flags, errors and an example of a command
explain TOPIC   an idea of the lecture; help TOPIC does the same
explain ERRNO   what an errno means for each call: explain ENOMSG
explain last    the last failure, and the C program that checks for it`,
		`help 명령       그 명령의 인자, flag, 오류, 예
explain 주제    강의의 개념 하나. help 주제도 같다
explain ERRNO   호출마다 그 errno가 무슨 뜻인지: explain ENOMSG
explain last    마지막 실패와 그것을 검사하는 C 프로그램`).In(l), "\n")...)
}

// Help returns the manual page of one command.
func (c *Command) Help(l text.Lang) []string {
	d := c.Manual()
	p := page{lang: l, lines: text.Wrap(c.Name+" - ", c.Summary.In(l), pageWidth-1)}
	p.block(text.New("usage", "사용법"), c.Usage())
	if d.Proto != "" {
		var code []string
		for _, h := range d.Includes {
			code = append(code, "#include <"+h+">")
		}
		p.block(text.New("in C", "C에서는"), append(code, d.Proto)...)
	}
	p.list(text.New("parameters", "인자"), d.Params)
	p.list(text.New("flags", "flag의 뜻"), d.Flags)
	p.list(text.New("commands", "CMD의 값"), d.Cmds)
	if d.Returns.En != "" {
		p.block(text.New("returns", "반환값"), text.Wrap("", d.Returns.In(l), pageWidth-3)...)
	}
	p.list(text.New("errors", "오류"), d.Errnos)
	p.list(text.New("fields", "결과의 필드"), d.Fields)
	if c.Example != "" {
		p.block(text.New("example", "예"), statements(c.Example)...)
	}
	if c.Man != "" {
		p.lines = append(p.lines, text.New("manual page: man ", "매뉴얼: man ").In(l)+manArguments(c.Man))
	}
	return p.lines
}

// manArguments writes "msgget(2)" as man takes it.
func manArguments(page string) string {
	name, section, _ := strings.Cut(strings.TrimSuffix(page, ")"), "(")
	return section + " " + name
}

// page is a page of help that is being written.
type page struct {
	lang  text.Lang
	lines []string
}

// block writes lines below a heading.
func (p *page) block(heading text.Text, lines ...string) {
	p.lines = append(p.lines, heading.In(p.lang)+":")
	for _, l := range lines {
		p.lines = append(p.lines, "  "+l)
	}
}

// list writes entries below a heading, the names in a column.
func (p *page) list(heading text.Text, entries []Entry) {
	if len(entries) > 0 {
		p.block(heading, Columns(entries, p.lang)...)
	}
}

// Columns writes entries side by side in two columns, which fit below a heading.
func Columns(entries []Entry, l text.Lang) []string {
	const widest = 22
	column := 0
	for _, e := range entries {
		if n := text.Cells(e.Name); n <= widest {
			column = max(column, n)
		}
	}
	var out []string
	for _, e := range entries {
		out = append(out, text.Wrap(text.Pad(e.Name, column)+"  ", e.Text.In(l), pageWidth-3)...)
	}
	return out
}

// statements breaks a line of statements where it is too long for the page.
func statements(line string) []string {
	if text.Cells(line) <= pageWidth-3 || strings.ContainsAny(line, "{}") {
		return []string{line}
	}
	return strings.Split(line, "; ")
}
