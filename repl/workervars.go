package repl

import (
	"github.com/valyala/fastjson"

	"ipcsh/commands"
	"ipcsh/commands/jsonw"
)

// The variables of the session and of a process: what each knows of the other's.

// take takes over the session's variables, save those that are this process's own.
func (w *worker) take(state *fastjson.Value) error {
	s := w.e.Session
	mine := map[string]commands.Var{}
	for name := range w.own {
		mine[name] = *s.Place(name)
	}
	if err := s.ReadState(state); err != nil {
		return err
	}
	s.Timeout = 0 // the shell sees to limits
	for name, v := range mine {
		*s.Place(name) = v
	}
	for _, v := range s.Vars() {
		if !w.own[v.Name] {
			w.known[v.Name], w.values[v.Name] = string(commands.AppendValue(nil, v.Val)), v.Val
		}
	}
	return nil
}

// vars tells the shell the variables that were assigned here since.
func (w *worker) vars() {
	s := w.e.Session
	var changed []*commands.Var
	if s.AnyVar(func(v *commands.Var) bool { return !commands.Same(v.Val, w.values[v.Name]) }) {
		for _, v := range s.Vars() {
			w.values[v.Name] = v.Val
			if now := string(commands.AppendValue(nil, v.Val)); now != w.known[v.Name] {
				w.known[v.Name], w.own[v.Name] = now, true
				changed = append(changed, v)
			}
		}
	}
	made := s.TakeMade()
	if len(changed) == 0 && len(made) == 0 {
		return
	}
	w.put(func(b []byte) []byte {
		b = append(jsonw.Name(b, "vars"), '{')
		for _, v := range changed {
			b = append(jsonw.Name(b, v.Name), w.known[v.Name]...)
		}
		b = append(b, '}')
		if len(made) > 0 {
			b = append(jsonw.Name(b, "made"), '[')
			for _, m := range made {
				b = jsonw.Int(append(jsonw.Next(b), '{'), "kind", int64(m.Kind))
				b = jsonw.Bool(jsonw.Int(b, "id", m.ID), "gone", m.Gone)
				b = append(jsonw.Bool(b, "kept", m.Kept), '}')
			}
			b = append(b, ']')
		}
		return b
	})
}
