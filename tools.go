package main

import (
	"io"
	"os"
	"path/filepath"

	"ipcsh/commands"
	"ipcsh/commands/ipcs"
)

// runTool runs ipcs, ipcrm or ipcmk, if that is what the program was called for.
func runTool(argv []string, in *os.File, out, errs io.Writer) (status int, done bool) {
	tool, argv := toolIn(argv)
	if tool == nil {
		return 0, false
	}
	return tool(argv[1:], ipcs.Env{Out: out, Err: errs, In: in, Name: argv[0], Waiters: commands.Waiters, Attachers: commands.Attachers}), true
}

// toolIn returns the tool that the program was called for, by its own name or by
// the first word, and the tool's argument vector.
func toolIn(argv []string) (func([]string, ipcs.Env) int, []string) {
	if tool := toolNamed(filepath.Base(argv[0])); tool != nil {
		return tool, argv
	}
	if len(argv) > 1 {
		return toolNamed(argv[1]), argv[1:]
	}
	return nil, argv
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
