package repl

import (
	"bytes"
	"errors"
	"io"

	"github.com/valyala/fastjson"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/jsonw"
	"ipcsh/sysv"
)

// worker is a process of the stage on its own side: an engine that runs what the
// shell sends, and whose renderer writes to the shell.
type worker struct {
	e      *Engine
	json   JSON
	conn   io.ReadWriter
	in     []byte // read, not taken yet
	buf    [16 << 10]byte
	out    []byte
	parser fastjson.Parser

	show    bool                   // statements that went well are told too
	block   bool                   // a block runs, not a statement
	free    bool                   // it was left to itself with &
	last    *commands.Result       // of the block's statements
	step    bool                   // the shell wants to look after each statement
	slept   bool                   // the statement may have slept
	known   map[string]string      // variables as the shell has them
	values  map[string]cexpr.Value // the same, as they were looked at last
	own     map[string]bool        // those that this process assigned
	scripts map[string]*Script
}

// exited is the end of a process by exit.
type exited struct{ code int }

func (exited) Error() string { return "exit" }

// Serve makes this program the process that the shell at the other end of conn
// has started, until the shell goes or an exit is run; it returns the exit status.
// It must run on the thread of own.
func (e *Engine) Serve(conn io.ReadWriter, own *sysv.OwnThread) int {
	w := &worker{e: e, conn: conn, known: map[string]string{}, values: map[string]cexpr.Value{}, own: map[string]bool{}, scripts: map[string]*Script{}}
	w.json.Session = e.Session
	e.worker, e.Out, e.Session.Stage = w, w, w
	ctx := own.Context(sysv.OnBlock(e.Session.Interrupt, func(int) { w.announce() }))
	e.Session.Interrupt = ctx
	e.wait = &waiting{Context: ctx, session: e.Session}
	e.Session.BeforeWait = w.nap
	w.send(func(b []byte) []byte { return jsonw.Int(b, "hello", int64(own.Tid())) })
	for {
		v, err := w.receive()
		if err != nil {
			return 0
		}
		if err := w.handle(v); err != nil {
			var end exited
			if errors.As(err, &end) {
				w.send(func(b []byte) []byte { return jsonw.Int(b, "exit", int64(end.code)) })
				return end.code
			}
			return 1
		}
	}
}

// send writes a message, with what has been kept back.
func (w *worker) send(fill func([]byte) []byte) error {
	w.put(fill)
	return w.flush()
}

// put keeps a message back until the next flush.
func (w *worker) put(fill func([]byte) []byte) {
	w.out = append(fill(append(w.out, '{')), '}', '\n')
}

func (w *worker) flush() error {
	if len(w.out) == 0 {
		return nil
	}
	_, err := w.conn.Write(w.out)
	w.out = w.out[:0]
	return err
}

// receive reads the next message.
func (w *worker) receive() (*fastjson.Value, error) {
	for {
		if i := bytes.IndexByte(w.in, '\n'); i >= 0 {
			line := w.in[:i]
			w.in = w.in[i+1:]
			return w.parser.ParseBytes(line)
		}
		n, err := w.conn.Read(w.buf[:])
		if err != nil || n == 0 {
			return nil, io.EOF
		}
		w.in = append(append([]byte(nil), w.in...), w.buf[:n]...)
	}
}

// handle does what the shell asks for.
func (w *worker) handle(v *fastjson.Value) error {
	switch {
	case v.Exists("run"):
		return w.run(v)
	case v.Exists("inherit"):
		err := w.inherit(v)
		return w.send(func(b []byte) []byte {
			b = jsonw.Int(b, "inherited", 1)
			if err != nil {
				b = commands.AppendError(jsonw.Name(b, "error"), err)
			}
			return b
		})
	}
	return nil
}

// inherit makes this process the child of another: with its attachments, and the
// variables that were its own.
func (w *worker) inherit(v *fastjson.Value) error {
	s := w.e.Session
	if err := s.Reattach(v.Get("inherit")); err != nil {
		return err
	}
	if err := s.ReadState(v.Get("state")); err != nil {
		return err
	}
	for _, v := range s.Vars() {
		w.own[v.Name], w.known[v.Name] = true, string(commands.AppendValue(nil, v.Val))
	}
	return nil
}

// run runs a statement or a block.
func (w *worker) run(v *fastjson.Value) error {
	s := w.e.Session
	for _, key := range v.GetArray("noted") {
		s.Noted([]string{string(key.GetStringBytes())})
	}
	if state := v.Get("state"); state != nil { // else it is as it was
		if err := w.take(state); err != nil {
			return w.done(err)
		}
	}
	w.show, w.step, w.block = v.GetBool("show"), v.GetBool("step"), v.GetBool("block")
	w.slept, w.free, w.last = false, v.GetBool("free"), nil
	w.e.depth = v.GetInt("depth")
	w.e.interactive = v.GetBool("changes")
	src, file := string(v.GetStringBytes("run")), textOf(v.Get("file"))
	line, skip := v.GetInt("line"), v.GetInt("skip")
	key := file + ":" + numbered(line) + ":" + numbered(skip) + ":" + src
	sc := w.scripts[key]
	if sc == nil {
		var err error
		if sc, err = parsePart(s, file, src, line, skip); err != nil {
			return w.done(err)
		}
		if len(w.scripts) > 64 {
			clear(w.scripts)
		}
		w.scripts[key] = sc
	}
	err := w.e.block(sc, sc.Nodes)
	var end exited
	if errors.As(err, &end) {
		w.vars()
		return err
	}
	return w.done(err)
}

// done tells the shell how the request ended.
func (w *worker) done(err error) error {
	w.vars()
	return w.send(func(b []byte) []byte {
		b = jsonw.Int(b, "done", 1)
		switch {
		case err != nil:
			b = appendFailure(b, err)
		case w.block && w.last != nil:
			b = commands.AppendResult(jsonw.Name(b, "w"), w.last)
		}
		return b
	})
}

// note keeps the result of a block's statement: that of the last is the block's.
func (w *worker) note(res *commands.Result) {
	if w.block && !w.free && res != nil {
		w.last = &commands.Result{Ret: res.Ret, RetFmt: res.RetFmt, Fields: append([]commands.Field(nil), res.Fields...), Bind: res.Bind}
	}
}

// between stands between two statements of a block: the shell has the word if the
// last one may have slept, or if it wants to look after each. A block with & goes
// on by itself.
func (w *worker) between() error {
	if !w.block || !w.slept && (!w.step || w.free) {
		return nil
	}
	w.slept = false
	w.vars()
	if w.free { // it takes no turns
		return w.flush()
	}
	if err := w.send(func(b []byte) []byte { return jsonw.Int(b, "pause", 1) }); err != nil {
		return err
	}
	v, err := w.receive()
	if err != nil {
		return err
	}
	w.step = v.GetBool("step")
	return nil
}
