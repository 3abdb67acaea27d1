package commands

import (
	"bytes"
	"cmp"
	"strings"

	"ipcsh/commands/ipcs"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// The tools of util-linux as commands of the shell.

func toolCommands() []*Command {
	args := []Param{{Name: "OPTION", Kind: Word, Opt: true, Many: true}}
	return []*Command{{
		Name:    "ipcs",
		Family:  LookFamily,
		Summary: text.New("list the objects of this IPC namespace, as ipcs(1) does; --svr4, --json, --columns (ipcs --help)", "ipcs(1)처럼 이 IPC 네임스페이스의 객체를 나열한다. --svr4, --json, --columns (ipcs --help)"),
		Params:  args,
		Example: "q = msgget 0x41 IPC_CREAT|0600; ipcs -q",
		Man:     "ipcs(1)",
		Run:     tool(ipcs.Ipcs),
	}, {
		Name:    "ipcrm",
		Family:  LookFamily,
		Summary: text.New("remove objects, as ipcrm(1) does (ipcrm --help)", "ipcrm(1)처럼 객체를 제거한다 (ipcrm --help)"),
		Params:  args,
		Example: "q = msgget 0x41 IPC_CREAT|0600; ipcrm -q $q; assert !exists(q)",
		Man:     "ipcrm(1)",
		Run:     tool(ipcs.Ipcrm),
	}, {
		Name:    "ipcmk",
		Family:  LookFamily,
		Summary: text.New("make objects with keys of their own, as ipcmk(1) does (ipcmk --help)", "ipcmk(1)처럼 무작위 key로 객체를 만든다 (ipcmk --help)"),
		Params:  args,
		Example: "ipcmk -Q; assert count(msg) > 0",
		Man:     "ipcmk(1)",
		Run:     tool(ipcs.Ipcmk),
	}}
}

// tool runs one of the tools. What it prints is the result, what it complains of
// the failure.
func tool(run func(args []string, env ipcs.Env) int) func(*Call) (*Result, error) {
	return func(c *Call) (*Result, error) {
		var out, errs bytes.Buffer
		env := c.toolEnv()
		env.Out, env.Err, env.Name = &out, &errs, c.Cmd.Name
		args := make([]string, len(c.Args[0].L))
		for i, a := range c.Args[0].L {
			args[i] = a
			if !ipcs.IsKind(c.Cmd.Name, args[:i], a) {
				args[i] = c.handleID(a)
			}
		}
		complaint := new(toolError)
		env.Refused = func(err error) { complaint.err = cmp.Or(complaint.err, err) }
		status := run(args, env)
		if status != 0 {
			all := strings.Join(strings.Split(strings.TrimSpace(out.String()+errs.String()), "\n"), "; ")
			complaint.Msg = verbatim(all)
			return nil, complaint
		}
		r := c.result(0)
		if s := strings.TrimSuffix(out.String(), "\n"); s != "" {
			r.Lines = strings.Split(s, "\n")
		}
		return r, nil
	}
}

// toolError is what a tool complained of, in its own words.
type toolError struct {
	*text.Msg
	err error // of the first call that failed, or nil
}

func (e *toolError) Unwrap() error { return e.err }

// handleID returns the id where a word is the name of a handle, so that
// ipcrm -q q removes the queue that q holds.
func (s *Session) handleID(word string) string {
	if v := s.vars[word]; words.IsIdent(word) && v != nil && v.Set {
		if h, ok := v.Val.O.(*Handle); ok && h.Kind <= Set {
			return Text(v.Val)
		}
	}
	return word
}

// toolEnv is what the tools know of the session: what it made may be removed
// without a question, and so may everything in a namespace of its own.
func (c *Call) toolEnv() ipcs.Env {
	s := c.Session
	kinds := map[byte]ObjectKind{ipcs.KindQueue: Queue, ipcs.KindSegment: Segment, ipcs.KindSet: Set}
	env := ipcs.Env{
		Removed: func(kind byte, id int) { s.noteRemoved(kinds[kind], int64(id)) },
		Made:    func(kind byte, id int) { s.noteMade(kinds[kind], int64(id)) },
		Mine: func(kind byte, id int) bool {
			return s.MadeHere(kinds[kind], int64(id)) || s.Delegate && s.Stage != nil && s.Stage.Made(kinds[kind], int64(id))
		},
		Waiters:   Waiters,
		Attachers: Attachers,
	}
	if !s.Private {
		env.Confirm = func(n int) bool {
			return s.Confirm != nil && s.Confirm(text.F("remove %s that this session did not make?", "이 세션이 만들지 않은 %s를 제거할까요?",
				counted(uint64(n), text.New("object", "객체"), text.New("objects", "객체"))))
		}
	}
	return env
}
