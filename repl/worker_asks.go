package repl

import (
	"syscall"

	"github.com/valyala/fastjson"

	"ipcsh/commands"
	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
)

// The processes as one of them sees them: the shell answers.

// question asks the shell, and waits for its answer.
func (w *worker) question(what string, fill func([]byte) []byte) (*fastjson.Value, error) {
	w.vars()
	err := w.send(func(b []byte) []byte {
		b = jsonw.Text(b, "ask", what)
		return fill(b)
	})
	if err != nil {
		return nil, err
	}
	v, err := w.receive()
	if err != nil {
		return nil, err
	}
	if v.Exists("error") {
		return nil, w.e.Session.ReadError(v.Get("error"))
	}
	return v, nil
}

func (w *worker) Spawn(_ *commands.Call, names []string, o commands.SpawnOptions) error {
	_, err := w.question("spawn", func(b []byte) []byte {
		b = jsonw.Strings(jsonw.Name(b, "names"), names)
		b = jsonw.Int(jsonw.Int(b, "uid", int64(o.Uid)), "gid", int64(o.Gid))
		return jsonw.Bool(b, "private", o.Private)
	})
	return err
}

func (w *worker) Fork(c *commands.Call, name string) error {
	_, err := w.question("fork", func(b []byte) []byte {
		b = jsonw.Strings(jsonw.Name(b, "names"), []string{name})
		return c.Session.AppendAttachments(jsonw.Name(b, "attached"))
	})
	return err
}

func (w *worker) Wait(_ *commands.Call, names []string, limit commands.Limit) (*commands.Result, error) {
	if limit.Set {
		return nil, text.F("wait with timeout= belongs to main", "timeout=을 준 wait는 main에서만 씁니다")
	}
	v, err := w.question("wait", func(b []byte) []byte { return jsonw.Strings(jsonw.Name(b, "names"), names) })
	if err != nil {
		return nil, err
	}
	return w.e.Session.ReadResult(v.Get("w"))
}

func (w *worker) Kill(_ *commands.Call, name string, sig syscall.Signal) error {
	_, err := w.question("kill", func(b []byte) []byte {
		return jsonw.Int(jsonw.Strings(jsonw.Name(b, "names"), []string{name}), "sig", int64(sig))
	})
	return err
}

// Run and Feed: programs are the lab's, which the shell plays.
func (w *worker) Run(*commands.Call, commands.ProgramOptions) error {
	return text.F("run belongs to main", "run은 main에서만 씁니다")
}

func (w *worker) Feed(*commands.Call, string, []byte) error {
	return text.F("feed belongs to main", "feed는 main에서만 씁니다")
}

func (w *worker) List() ([]*commands.Process, error) {
	v, err := w.question("list", func(b []byte) []byte { return b })
	if err != nil {
		return nil, err
	}
	var out []*commands.Process
	for _, p := range v.GetArray("processes") {
		out = append(out, w.seen(p))
	}
	return out, nil
}

func (w *worker) Made(k commands.ObjectKind, id int64) bool {
	v, err := w.question("made", func(b []byte) []byte { return jsonw.Int(jsonw.Int(b, "kind", int64(k)), "id", id) })
	return err == nil && v.GetBool("made")
}

func (w *worker) Find(name string) *commands.Process {
	v, err := w.question("find", func(b []byte) []byte { return jsonw.Strings(jsonw.Name(b, "names"), []string{name}) })
	if err != nil || !v.Exists("processes", "0") {
		return nil
	}
	return w.seen(v.Get("processes", "0"))
}
