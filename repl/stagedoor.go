package repl

import (
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// stageDoor is the stage as commands see it: there is none before it is used.
type stageDoor struct{ e *Engine }

func (d stageDoor) Spawn(c *commands.Call, names []string, o commands.SpawnOptions) error {
	st, err := d.e.theStage()
	if err != nil {
		return err
	}
	return st.spawn(names, o, nil)
}

func (d stageDoor) Fork(c *commands.Call, name string) error {
	st, err := d.e.theStage()
	if err != nil {
		return err
	}
	return st.fork(name, c.Session.AppendAttachments(nil), nil)
}

func (d stageDoor) Wait(c *commands.Call, names []string, limit commands.Limit) (*commands.Result, error) {
	st, err := d.e.theStage()
	if err != nil {
		return nil, err
	}
	return st.wait(c.Ctx, names, limit)
}

func (d stageDoor) Kill(c *commands.Call, name string, sig syscall.Signal) error {
	st, err := d.e.theStage()
	if err != nil {
		return err
	}
	p, err := st.find(name)
	if err != nil {
		return err
	}
	return st.kill(p, sig)
}

func (d stageDoor) List() ([]*commands.Process, error) {
	if d.e.stage == nil {
		return nil, nil
	}
	d.e.stage.poll(0)
	var out []*commands.Process
	for _, p := range d.e.stage.live {
		if p.state != ended { // a stop from outside sends no message
			p.stopped, _ = sysv.Stopped(p.worker.Pid())
		}
		out = append(out, d.e.stage.seen(p))
	}
	return out, nil
}

func (d stageDoor) Made(k commands.ObjectKind, id int64) bool {
	return d.e.Session.MadeHere(k, id)
}

func (d stageDoor) Find(name string) *commands.Process {
	if name == mainProcess {
		return &commands.Process{Name: name, Pid: d.e.Pid, Alive: true, State: text.F("running", "실행 중"),
			Vars: func(name string) (cexpr.Value, bool) { v, err := d.e.Session.Var(name); return v, err == nil }}
	}
	if d.e.stage == nil || d.e.stage.byName[name] == nil {
		return nil
	}
	p := d.e.stage.byName[name]
	if p.background || p.call == nil { // no settling looks after it
		d.e.stage.poll(0)
	}
	return d.e.stage.seen(p)
}
