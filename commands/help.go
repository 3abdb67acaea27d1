package commands

import (
	"fmt"
	"strings"

	"ipcsh/commands/text"
)

func help(c *Call) (*Result, error) {
	r := c.result(0)
	if !c.Args[0].Given {
		r.Lines = c.Table.Overview(c.Lang)
		return r, nil
	}
	name := c.Args[0].S
	cmd := c.Table.Lookup(name)
	if cmd == nil {
		w := c.words(0)[0]
		return nil, usage(w.Pos, w.End(), "no command %s%s", "%s 명령이 없습니다%s", Escape(clip(name)), suggest(c.Table.Near(name)))
	}
	r.Lines = cmd.Help(c.Lang)
	return r, nil
}

// Overview lists the commands by family, for a screen of 80 by 24.
func (t *Table) Overview(l text.Lang) []string {
	var out []string
	for f, heading := range Families() {
		var names []string
		for _, c := range t.list {
			if c.Family == Family(f) {
				names = append(names, c.Name)
			}
		}
		out = append(out, heading.In(l), "  "+strings.Join(names, " "))
	}
	return append(out, "", text.New("help COMMAND explains one.", "help 명령이름: 그 명령을 설명합니다.").In(l))
}

// Help returns the page of one command.
func (c *Command) Help(l text.Lang) []string {
	out := []string{c.Summary.In(l), "", "  " + c.Usage()}
	if names := c.flagNames(); names != "" {
		out = append(out, "", fmt.Sprintf("%s %s", text.New("flags:", "flag:").In(l), names))
	}
	for _, p := range c.Params {
		if len(p.Cmds) > 0 {
			var names []string
			for _, n := range p.Cmds {
				names = append(names, n.Name)
			}
			out = append(out, "", fmt.Sprintf("%s:", p.Name))
			out = append(out, wrap(names, "  ", 78)...)
		}
	}
	if c.Example != "" {
		out = append(out, "", text.New("example:", "예:").In(l), "  "+c.Example)
	}
	if c.Man != "" {
		out = append(out, "", text.New("manual page: ", "매뉴얼: ").In(l)+c.Man)
	}
	return out
}

func (c *Command) flagNames() string {
	for _, p := range c.Params {
		if p.Flags == nil {
			continue
		}
		var names []string
		for _, f := range p.Flags.Names {
			names = append(names, f.Name)
		}
		if p.Flags.Mode {
			names = append(names, "0600")
		}
		return strings.Join(names, " ")
	}
	return ""
}

// wrap fills lines with words up to a width.
func wrap(words []string, indent string, width int) []string {
	var out []string
	line := indent
	for _, w := range words {
		if len(line)+1+len(w) > width && line != indent {
			out = append(out, line)
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += w
	}
	return append(out, line)
}
