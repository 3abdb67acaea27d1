package repl

import (
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/words"
	"ipcsh/repl/lineedit"
)

// Complete finds what may stand at pos of a line: commands, this parameter's
// constants, handles of the right kind, parameter names, types, errnos, paths.
func (p *Prompt) Complete(line string, pos int) (from int, items []lineedit.Item) {
	p.listener.mu.Lock()
	defer p.listener.mu.Unlock()
	if st := p.Engine.stage; st != nil {
		defer st.waker.Wake() // to find names takes what processes said: the listener is to tell it
	}
	c := completer{s: p.Engine.Session, lists: p.Lists}
	return c.complete(line[:pos])
}

// completer collects the candidates for the end of a text.
type completer struct {
	s     *commands.Session
	lists func() []string
	items []lineedit.Item
}

func (c *completer) complete(t string) (int, []lineedit.Item) {
	start := statementStart(t)
	ws, word := wordsBefore(t, start)
	from := len(t) - len(word)
	condition := false // or a command
	for len(ws) > 0 {  // what may stand before a command
		switch {
		case ws[0] == "if" || ws[0] == "while" || ws[0] == "predict":
			condition = ws[0] != "predict"
			ws = ws[1:]
			continue
		case ws[0] == "expect":
			ws = ws[1:]
			for len(ws) > 0 && c.s.Table.Lookup(ws[0]) == nil && !(len(ws) > 1 && ws[1] == "=") {
				ws = ws[1:]
			}
			if len(ws) == 0 {
				c.errnos(word)
				c.add(word, stateBlocked, "")
				c.add(word, stateDeadlock, "")
				return c.command(word, from)
			}
			continue
		case len(ws) > 1 && words.IsIdent(ws[0]) && ws[1] == "=":
			ws = ws[2:]
			continue
		case strings.HasPrefix(ws[0], "@"):
			ws = ws[1:]
			continue
		}
		break
	}
	if len(ws) == 0 {
		if condition && strings.Contains(word, "(") {
			return c.expression(word, from)
		}
		if name, value, ok := strings.Cut(word, "="); ok && words.IsIdent(name) {
			word, from = value, from+len(name)+1
		}
		return c.command(word, from)
	}
	cmd := c.s.Table.Lookup(ws[0])
	switch {
	case cmd != nil && (cmd.Name == "assert" || cmd.Name == "let" && len(ws) > 1), cmd == nil && condition:
		return c.expression(word, from)
	case cmd == nil:
		return from, nil
	}
	return c.argument(cmd, ws[1:], word, from)
}

// expression completes the name that an expression ends in: a variable or a
// process, or a function where it is not one's argument.
func (c *completer) expression(word string, from int) (int, []lineedit.Item) {
	i := nameAtEnd(word)
	name, inside := word[i:], strings.HasSuffix(word[:i], "(")
	for _, v := range c.s.Vars() {
		c.add(name, v.Name, "")
	}
	c.processes(name, "")
	if inside {
		head := word[:i-1]
		if _, most, ok := c.s.Func(head[nameAtEnd(head):]); ok && most == 1 {
			for k := range c.items {
				c.items[k].Text += ")"
			}
		}
		return c.done(from + i)
	}
	for _, f := range c.s.Functions() {
		c.add(name, f+"(", "")
	}
	return c.done(from + i)
}

// nameAtEnd returns where the name begins that s ends in.
func nameAtEnd(s string) int {
	return strings.LastIndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) + 1
}

// statementStart returns where the last statement of t begins.
func statementStart(t string) int {
	start := 0
	for i := 0; i < len(t); {
		i = skipBlanks(t, i)
		if i < len(t) && t[i] == ';' {
			i++
			start = i
			continue
		}
		end, _ := scanWord(t, i)
		if w := t[i:end]; w == "{" || w == "}" {
			start = end
		}
		i = max(end, i+1)
	}
	return min(start, len(t))
}

// wordsBefore splits the statement into the words before the one that the text
// ends in, and that one.
func wordsBefore(t string, start int) (before []string, last string) {
	for i := start; ; {
		i = skipBlanks(t, i)
		if i >= len(t) {
			return before, ""
		}
		end, _ := scanWord(t, i)
		if end >= len(t) {
			return before, t[i:]
		}
		before = append(before, t[i:end])
		i = end
	}
}

// command offers what may begin a statement: a command, or a process behind @.
func (c *completer) command(word string, from int) (int, []lineedit.Item) {
	if strings.HasPrefix(word, "@") {
		c.processes(word, "@")
	} else {
		c.commands(word)
	}
	return c.done(from)
}

func (c *completer) done(from int) (int, []lineedit.Item) { return from, c.items }

func (c *completer) add(prefix, name, summary string) {
	if len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
		c.items = append(c.items, lineedit.Item{Text: name, Summary: summary})
	}
}

// summary returns the line of a manual.
func (c *completer) summary(list []commands.Entry, name string) string {
	for _, e := range list {
		if e.Name == name {
			return e.Text.In(c.s.Lang)
		}
	}
	return ""
}

func (c *completer) commands(prefix string) {
	for _, cmd := range c.s.Table.Commands() {
		c.add(prefix, cmd.Name, cmd.Summary.In(c.s.Lang))
	}
}

func (c *completer) errnos(prefix string) {
	for _, name := range ipcErrnos {
		c.add(prefix, name, "")
	}
	if len(c.items) == 0 && prefix != "" {
		for _, name := range errnoNames() {
			c.add(prefix, name, "")
		}
	}
}

// ipcErrnos are the errnos that these calls return.
var ipcErrnos = []string{"E2BIG", "EACCES", "EAGAIN", "EEXIST", "EFAULT", "EFBIG", "EIDRM", "EINTR", "EINVAL", "ENOENT", "ENOMEM", "ENOMSG", "ENOSPC", "EPERM", "ERANGE", "SIGSEGV"}

// argument completes an argument of cmd, before which the words before stand.
func (c *completer) argument(cmd *commands.Command, before []string, word string, from int) (int, []lineedit.Item) {
	if name, value, ok := strings.Cut(word, "="); ok && words.IsIdent(name) {
		for i := range cmd.Params {
			for _, k := range cmd.Params[i].Keywords() {
				if k == name {
					return c.value(cmd, &cmd.Params[i], value, from+len(name)+1)
				}
			}
		}
		return from, nil
	}
	positional := 0
	for _, w := range before {
		if name, _, ok := strings.Cut(w, "="); !ok || !words.IsIdent(name) {
			positional++
		}
	}
	var param *commands.Param
	for i := range cmd.Params {
		p := &cmd.Params[i]
		if p.Named {
			continue
		}
		if positional == 0 || p.Many {
			param = p
			break
		}
		positional--
	}
	if param != nil {
		from, _ = c.value(cmd, param, word, from)
	}
	if word == "" || words.IsIdent(word) {
		c.keywords(cmd, before, word)
	}
	return c.done(from)
}

// keywords offers the parameters by name.
func (c *completer) keywords(cmd *commands.Command, before []string, word string) {
	for i := range cmd.Params {
		p := &cmd.Params[i]
		if !p.Named && word == "" || p.Kind == commands.Literal || p.Kind == commands.Block || p.Kind == commands.Raw {
			continue
		}
		key := p.Keywords()[0] + "="
		given := false
		for _, w := range before {
			given = given || strings.HasPrefix(w, key)
		}
		if !given {
			c.add(word, key, c.summary(cmd.Manual().Params, p.Name))
		}
	}
}
