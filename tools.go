package main

import (
	"io"
	"os"
	"path/filepath"

	"ipcsh/commands"
	"ipcsh/commands/ipcs"
)

// runTool runs ipcs, ipcrm or ipcmk, if the program was called by that name or has
// it as its first word.
func runTool(argv []string, in *os.File, out, errs io.Writer) (status int, done bool) {
	name, args := argv[0], argv[1:]
	tool := toolNamed(filepath.Base(name))
	if tool == nil && len(args) > 0 {
		if tool = toolNamed(args[0]); tool != nil {
			name, args = args[0], args[1:]
		}
	}
	if tool == nil {
		return 0, false
	}
	return tool(args, ipcs.Env{Out: out, Err: errs, In: in, Name: name, Waiters: commands.Waiters, Attachers: commands.Attachers}), true
}

func toolNamed(name string) func([]string, ipcs.Env) int {
	switch name {
	case "ipcs":
		return ipcs.Ipcs
	case "ipcrm":
		return ipcs.Ipcrm
	case "ipcmk":
		return ipcs.Ipcmk
	}
	return nil
}
