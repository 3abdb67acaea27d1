package repl

import (
	"syscall"

	"github.com/valyala/fastjson"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
)

// question is what a process asks the shell between two steps of its own.
type question struct {
	what     string
	names    []string
	options  commands.SpawnOptions
	sig      syscall.Signal
	kind     commands.ObjectKind
	id       int64
	attached []byte
}

func (st *stage) readQuestion(v *fastjson.Value) (*question, error) {
	q := &question{what: string(v.GetStringBytes("ask")), sig: syscall.Signal(v.GetInt("sig")),
		kind: commands.ObjectKind(v.GetInt("kind")), id: v.GetInt64("id"),
		options: commands.SpawnOptions{Uid: v.GetInt("uid"), Gid: v.GetInt("gid"), Private: v.GetBool("private")}}
	for _, name := range v.GetArray("names") {
		q.names = append(q.names, string(name.GetStringBytes()))
	}
	if a := v.Get("attached"); a != nil {
		q.attached = a.MarshalTo(nil)
	}
	return q, nil
}

// answer answers a process.
func (st *stage) answer(p *process) error {
	q := p.ask
	p.ask, p.state = nil, running
	b := append([]byte(nil), '{')
	var err error
	switch q.what {
	case "find", "list":
		var list []*commands.Process
		if q.what == "list" {
			for _, q := range st.live {
				list = append(list, st.seen(q))
			}
		} else if seen := st.e.Session.Stage.Find(q.names[0]); seen != nil {
			list = append(list, seen)
		}
		b = append(jsonw.Name(b, "processes"), '[')
		for _, seen := range list {
			b = st.appendSeen(jsonw.Next(b), seen)
		}
		b = append(b, ']')
	case "made":
		b = jsonw.Bool(b, "made", !p.private && st.e.Session.MadeHere(q.kind, q.id))
	case "spawn":
		err = st.spawn(q.names, q.options, nil)
	case "fork":
		if p.private {
			err = text.F("%s is in an IPC namespace of its own, which its child could not enter", "%s은(는) 전용 IPC 네임스페이스에 있어 자식이 들어갈 수 없습니다", p.name)
			break
		}
		vars := map[string]cexpr.Value{}
		for k, v := range p.vars {
			vars[k] = v
		}
		err = st.fork(q.names[0], q.attached, vars)
	case "kill":
		var target *process
		if target, err = st.find(q.names[0]); err == nil {
			err = st.kill(target, q.sig)
		}
	case "wait":
		err = text.F("wait belongs to main: a process waits in its calls", "wait는 main에서만 씁니다. 프로세스는 호출 안에서 기다립니다")
	}
	if p.state == ended {
		return nil
	}
	if err != nil {
		b = commands.AppendError(jsonw.Name(b, "error"), err)
	}
	return st.write(p, append(b, '}', '\n'))
}

// appendSeen writes a process as expressions see it, for another process.
func (st *stage) appendSeen(b []byte, seen *commands.Process) []byte {
	b = jsonw.Int(jsonw.Text(append(b, '{'), "name", seen.Name), "pid", int64(seen.Pid))
	b = jsonw.Bool(jsonw.Bool(b, "alive", seen.Alive), "blocked", seen.Blocked)
	b = commands.AppendText(jsonw.Name(b, "state"), seen.State)
	if seen.Output != nil {
		b = jsonw.Text(b, "output", seen.Output())
	}
	b = append(jsonw.Name(b, "vars"), '{')
	if p := st.byName[seen.Name]; p != nil {
		for name, v := range p.vars {
			b = commands.AppendValue(jsonw.Name(b, name), v)
		}
	}
	return append(b, '}', '}')
}

// textOf reads a text, which may be any bytes: a file's name, a program's output.
func textOf(v *fastjson.Value) string {
	s, _ := commands.ReadString(v)
	return s
}

// seen reads what appendSeen wrote.
func (w *worker) seen(v *fastjson.Value) *commands.Process {
	state, err := commands.ReadText(v.Get("state"))
	if err != nil {
		state = text.F("unknown", "알 수 없음")
	}
	vars := map[string]cexpr.Value{}
	v.GetObject("vars").Visit(func(key []byte, v *fastjson.Value) {
		if val, err := w.e.Session.ReadValue(v); err == nil {
			vars[string(key)] = val
		}
	})
	var output func() string
	if v.Exists("output") {
		written := textOf(v.Get("output"))
		output = func() string { return written }
	}
	return &commands.Process{Output: output, Name: string(v.GetStringBytes("name")), Pid: v.GetInt("pid"), Alive: v.GetBool("alive"), Blocked: v.GetBool("blocked"), State: state,
		Vars: func(name string) (cexpr.Value, bool) { val, ok := vars[name]; return val, ok }}
}
