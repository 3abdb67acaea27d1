// Package tools is this program as ipcs, ipcrm or ipcmk. That is decided while the
// program is being initialised: Go initialises packages in the order of their paths,
// each after what it imports, and net, which the line editor brings and no tool needs,
// comes later. A tool is over by then.
package tools

import (
	"os"
	"path/filepath"

	"ipcsh/commands"
	"ipcsh/commands/ipcs"
)

// Tool takes the arguments without the name and returns the exit status.
type Tool func(args []string, env ipcs.Env) int

// Named returns the tool of a name, nil if there is none.
func Named(name string) Tool {
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

// init becomes the tool that the program was called for, if it was for one.
func init() {
	tool, argv := calledFor(os.Args)
	if tool == nil {
		return
	}
	// Not on this goroutine: until main begins it is bound to its thread.
	go func() {
		os.Exit(tool(argv[1:], ipcs.Env{Out: os.Stdout, Err: os.Stderr, In: os.Stdin, Name: argv[0], Waiters: commands.Waiters, Attachers: commands.Attachers}))
	}()
	select {}
}

// calledFor returns the tool that the program was called for, by its own name or by
// the first word, and the tool's argument vector.
func calledFor(argv []string) (Tool, []string) {
	if tool := Named(filepath.Base(argv[0])); tool != nil {
		return tool, argv
	}
	if len(argv) > 1 {
		return Named(argv[1]), argv[1:]
	}
	return nil, argv
}
