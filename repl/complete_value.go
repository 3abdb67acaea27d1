package repl

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"ipcsh/commands"
	"ipcsh/repl/lineedit"
	"ipcsh/sysv"
)

// What completes the value of a parameter.

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
