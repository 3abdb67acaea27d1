package repl

import (
	"errors"

	"github.com/valyala/fastjson"

	"ipcsh/commands"
	"ipcsh/commands/jsonw"
)

// announce tells the shell that a call is about to be made that may sleep, and
// what it is.
func (w *worker) announce() {
	w.slept = true
	n := w.e.node
	if n == nil {
		w.flush()
		return
	}
	z, ok := n.bind.Sleep()
	ev := w.e.event(w.e.script, n)
	ev.Status, ev.Call, ev.Start = "blocked", n.bind.Spell(), monotonic()
	ev.End = ev.Start
	w.vars()
	w.put(func(b []byte) []byte {
		b = w.json.fields(b, ev)
		b = w.private(b, ev)
		if ok {
			b = appendSleep(b, z)
		}
		return b
	})
	w.flush()
}

// appendSleep writes what a call waits for.
func appendSleep(b []byte, z commands.Sleep) []byte {
	b = jsonw.Text(b, "in", z.Call)
	b = jsonw.Int(jsonw.Int(b, "kind", int64(z.Kind)), "id", z.ID)
	b = jsonw.Bool(jsonw.Bool(b, "timed", z.Timed), "send", z.Send)
	b = append(jsonw.Name(b, "ops"), '[')
	for i, n := range z.Sems {
		b = append(jsonw.Next(b), numbered(int(n))...)
		b = append(jsonw.Next(b), numbered(int(z.Ops[i]))...)
	}
	return append(b, ']')
}

// readSleep reads what appendSleep wrote.
func readSleep(v *fastjson.Value) commands.Sleep {
	z := commands.Sleep{Kind: commands.ObjectKind(v.GetInt("kind")), ID: v.GetInt64("id"), Call: string(v.GetStringBytes("in")),
		Send: v.GetBool("send"), Timed: v.GetBool("timed")}
	for ops := v.GetArray("ops"); len(ops) > 1; ops = ops[2:] {
		z.Sems, z.Ops = append(z.Sems, ops[0].GetInt64()), append(z.Ops, ops[1].GetInt64())
	}
	return z
}

// Event implements Renderer: it writes the event as --json does, and behind that
// what makes it whole again on the other side.
func (w *worker) Event(ev *Event) {
	w.put(func(b []byte) []byte { return w.private(w.json.fields(b, ev), ev) })
	if len(w.out) > 32<<10 {
		w.flush()
	}
}

func (w *worker) private(b []byte, ev *Event) []byte {
	b = jsonw.Int(b, "depth", int64(ev.Depth))
	if ev.Stmt != nil {
		b = jsonw.Text(b, "src", ev.Stmt.Src)
	}
	if ev.Result != nil {
		b = commands.AppendResult(jsonw.Name(b, "w"), ev.Result)
	}
	if ev.Err != nil {
		b = commands.AppendError(jsonw.Name(b, "err"), ev.Err)
	}
	if ev.Why != nil {
		b = commands.AppendExplanation(jsonw.Name(b, "explained"), ev.Why)
	}
	if len(ev.Notes) > 0 {
		b = commands.AppendMessages(jsonw.Name(b, "noted"), ev.Notes)
		b = jsonw.Strings(jsonw.Name(b, "keys"), w.e.Session.NotedNow())
	}
	if ev.Change != nil {
		b = commands.AppendText(jsonw.Name(b, "change"), ev.Change)
	}
	return b
}

// appendFailure writes what ended a block, with its place.
func appendFailure(b []byte, err error) []byte {
	var placed *Error
	if errors.As(err, &placed) {
		b = append(jsonw.Name(b, "place"), '{')
		b = jsonw.Text(jsonw.Int(b, "line", int64(placed.Line)), "file", placed.File)
		b = jsonw.Text(b, "text", placed.Text)
		b = jsonw.Int(jsonw.Int(jsonw.Int(b, "pos", int64(placed.Pos)), "end", int64(placed.End)), "at", int64(placed.At))
		b = append(b, '}')
		err = placed.Err
	}
	return commands.AppendError(jsonw.Name(b, "error"), err)
}

// Flush implements Renderer.
func (w *worker) Flush() error { return w.flush() }

// Err implements Renderer.
func (w *worker) Err() error { return nil }

// Verbose implements Renderer.
func (w *worker) Verbose() bool { return w.show || w.slept }

// nap tells the shell how long a sleep will last, which no limit counts.
func (w *worker) nap() {
	if n := w.e.node; n != nil && n.Cmd.Name == "sleep" {
		if t := n.bind.Args()[0].Time; t != nil {
			w.put(func(b []byte) []byte { return jsonw.Int(b, "nap", t.Sec*1e9+t.Nsec) })
		}
	}
	w.flush()
}
