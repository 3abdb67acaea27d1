package repl

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/words"
	"ipcsh/repl/lineedit"
	"ipcsh/sysv"
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
	for len(ws) > 0 { // what may stand before a command
		switch {
		case ws[0] == "if" || ws[0] == "while" || ws[0] == "predict":
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
		if name, value, ok := strings.Cut(word, "="); ok && words.IsIdent(name) {
			word, from = value, from+len(name)+1
		}
		return c.command(word, from)
	}
	cmd := c.s.Table.Lookup(ws[0])
	if cmd == nil {
		return from, nil
	}
	return c.argument(cmd, ws[1:], word, from)
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

// value completes the value of a parameter.
func (c *completer) value(cmd *commands.Command, p *commands.Param, word string, from int) (int, []lineedit.Item) {
	switch p.Kind {
	case commands.Flags:
		if i := strings.LastIndexByte(word, '|'); i >= 0 {
			from, word = from+i+1, word[i+1:]
		}
		for _, f := range p.Flags.Names {
			c.add(word, f.Name, c.summary(cmd.Manual().Flags, f.Name))
		}
	case commands.Cmd:
		for _, f := range p.Cmds {
			c.add(word, f.Name, c.summary(cmd.Manual().Cmds, f.Name))
		}
	case commands.QueueArg, commands.SegmentArg, commands.SetArg, commands.MemoryArg, commands.ObjectArg, commands.KeyArg, commands.Name:
		lead := ""
		if strings.HasPrefix(word, "$") {
			lead = "$"
		}
		for _, v := range c.s.Vars() {
			if h, ok := v.Val.O.(*commands.Handle); p.Kind == commands.Name || ok && p.Takes(h.Kind) {
				c.add(word, lead+v.Name, "")
			}
		}
		if p.Kind == commands.KeyArg {
			c.add(word, "IPC_PRIVATE", "")
		}
	case commands.TypeArg:
		for _, name := range append(c.s.Structs.Names(), "text", "cstr", "hex") {
			c.add(word, name, "")
		}
	case commands.Path:
		if p.Name == "FILE" && c.lists != nil {
			for _, name := range c.lists() {
				c.add(word, name, "")
			}
		}
		c.paths(word)
	case commands.SemOps:
		if i := strings.LastIndexAny(word, ":|,{"); i >= 0 {
			from, word = from+i+1, word[i+1:]
		}
		for _, f := range sysv.SemopFlags.Names {
			c.add(word, f.Name, "")
		}
	case commands.Word:
		c.words(cmd, p, word)
	case commands.Payload:
		if path, ok := strings.CutPrefix(word, "file:"); ok {
			from, word = from+len("file:"), path
			c.paths(word)
		}
	}
	return from, c.items
}

// words completes the words that help, explain and set take.
func (c *completer) words(cmd *commands.Command, p *commands.Param, word string) {
	switch {
	case cmd.Family == commands.ProcessFamily && p.Name == "NAME" && cmd.Name != "spawn" && cmd.Name != "fork":
		c.processes(word, "")
	case cmd.Name == "kill":
		for _, name := range []string{"SIGKILL", "SIGTERM", "SIGSTOP", "SIGCONT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGINT"} {
			c.add(word, name, "")
		}
	case cmd.Name == "help" || cmd.Name == "explain":
		c.add(word, "last", "")
		if c.s.Explainer != nil {
			for _, name := range c.s.Explainer.Pages() {
				c.add(word, name, "")
			}
		}
		c.commands(word)
	case cmd.Name == "set" && p.Name == "VALUE":
		for _, name := range []string{"en", "ko", "on", "off", "c", "strace", "auto", "always", "never"} {
			c.add(word, name, "")
		}
	case cmd.Name == "set":
		for _, name := range []string{"lang", "notes", "trace", "color", "timeout"} {
			c.add(word, name, "")
		}
	}
}

// paths completes a file's name; a folder ends in a slash.
func (c *completer) paths(word string) {
	dir, prefix := filepath.Split(word)
	list, err := os.ReadDir(filepath.Join(".", dir))
	if filepath.IsAbs(dir) {
		list, err = os.ReadDir(dir)
	}
	if err != nil {
		return
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name() < list[j].Name() })
	for _, e := range list {
		name := e.Name()
		if !strings.HasPrefix(name, prefix) || prefix == "" && name[0] == '.' || strings.ContainsAny(name, " '\"\\$;#\n") {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		c.items = append(c.items, lineedit.Item{Text: dir + name})
	}
}
