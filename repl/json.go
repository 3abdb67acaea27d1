package repl

import (
	"bufio"
	"io"
	"math"
	"strconv"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
)

// JSON writes events as JSON, one a line. It is also the protocol between the
// shell and its processes.
type JSON struct {
	Session *commands.Session
	quiet   bool // only print, failures and the summary
	out     *bufio.Writer
	err     error
}

// NewJSON returns a renderer to out.
func NewJSON(s *commands.Session, out io.Writer, quiet bool) *JSON {
	return &JSON{Session: s, quiet: quiet, out: bufio.NewWriterSize(out, 64<<10)}
}

// Verbose implements Renderer.
func (j *JSON) Verbose() bool { return !j.quiet }

// Flush implements Renderer.
func (j *JSON) Flush() error {
	if err := j.out.Flush(); err != nil && j.err == nil {
		j.err = err
	}
	return j.err
}

// Err implements Renderer.
func (j *JSON) Err() error { return j.err }

// Event implements Renderer.
func (j *JSON) Event(ev *Event) {
	if j.quiet && ev.Fail == nil && ev.Sum == nil && !(ev.Result != nil && ev.Result.Print) {
		return
	}
	b := j.append(j.out.AvailableBuffer(), ev)
	if _, err := j.out.Write(append(b, '\n')); err != nil && j.err == nil {
		j.err = err
	}
}

func (j *JSON) append(b []byte, ev *Event) []byte {
	return append(j.fields(append(b, '{'), ev), '}')
}

// fields writes an event without its braces.
func (j *JSON) fields(b []byte, ev *Event) []byte {
	b = jsonw.Int(b, "seq", int64(ev.Seq))
	b = jsonw.Text(b, "file", ev.File)
	b = jsonw.Int(b, "line", int64(ev.Line))
	b = jsonw.Text(b, "proc", ev.Proc)
	b = jsonw.Int(b, "pid", int64(ev.Pid))
	b = jsonw.Text(b, "cmd", ev.Cmd)
	if ev.Call != "" {
		b = jsonw.Text(b, "call", ev.Call)
	}
	b = jsonw.Text(b, "status", ev.Status)
	if ev.Of > 0 {
		b = jsonw.Int(b, "of", int64(ev.Of))
	}
	b = jsonw.Int(b, "ret", ev.Ret)
	if ev.Errno != "" {
		b = jsonw.Text(b, "errno", ev.Errno)
	}
	if ev.Met != nil {
		b = jsonw.Bool(b, "met", *ev.Met)
	}
	b = jsonw.Name(b, "result")
	b = j.result(b, ev)
	if err := ev.failure(); err != nil {
		b = jsonw.Text(b, "message", text.Of(err, j.Session.Lang))
	}
	if ev.Why != nil {
		b = j.messages(b, "why", ev.Why.Why)
		b = j.messages(b, "next", ev.Why.Next)
	}
	b = j.messages(b, "notes", ev.Notes)
	b = jsonw.Int(b, "start", ev.Start)
	return jsonw.Int(b, "end", ev.End)
}

// messages writes a list of texts, if there are any.
func (j *JSON) messages(b []byte, key string, list []*text.Msg) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(jsonw.Name(b, key), '[')
	for _, m := range list {
		b = jsonw.String(jsonw.Next(b), m.In(j.Session.Lang))
	}
	return append(b, ']')
}

// failure is the error to word: what ends the script, else the call's own.
func (ev *Event) failure() error {
	if ev.Fail != nil {
		return ev.Fail
	}
	return ev.Err
}

func (j *JSON) result(b []byte, ev *Event) []byte {
	b = append(b, '{')
	switch {
	case ev.Sum != nil:
		b = jsonw.Int(b, "statements", int64(ev.Sum.Statements))
		b = jsonw.Int(b, "checks", int64(ev.Sum.Checks))
		b = jsonw.Strings(jsonw.Name(b, "blocked"), ev.Sum.Blocked)
		b = madeField(b, "removed", ev.Sum.Removed)
		b = madeField(b, "kept", ev.Sum.Kept)
		if ev.Sum.Tasks > 0 {
			b = jsonw.Int(jsonw.Int(b, "tasks", int64(ev.Sum.Tasks)), "passed", int64(ev.Sum.Passed))
			b = strconv.AppendFloat(jsonw.Name(b, "points"), ev.Sum.Points, 'f', -1, 64)
			b = strconv.AppendFloat(jsonw.Name(b, "max"), ev.Sum.MaxPoints, 'f', -1, 64)
		}
	case ev.Cmd == narrationCmd:
		b = jsonw.Text(b, "text", ev.Stmt.Src)
	case ev.Result != nil:
		for _, f := range ev.Result.Fields {
			b = jsonw.Name(b, f.Name)
			b = appendValue(b, f.Val)
		}
		if len(ev.Result.Lines) > 0 && !ev.Result.Print && len(ev.Result.Fields) == 0 {
			b = jsonw.Strings(jsonw.Name(b, "lines"), ev.Result.Lines)
		}
	}
	return append(b, '}')
}

func madeField(b []byte, key string, list []commands.Made) []byte {
	b = jsonw.Name(b, key)
	b = append(b, '[')
	for _, m := range list {
		b = append(jsonw.Next(b), '{')
		b = jsonw.Text(b, "kind", m.Kind.String())
		b = jsonw.Int(b, "id", m.ID)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendValue(b []byte, v cexpr.Value) []byte {
	switch v.Kind {
	case cexpr.Float:
		return appendFloat(b, v.F)
	case cexpr.String:
		return jsonw.String(b, v.S)
	case cexpr.Ref:
		return appendObject(b, v.O)
	}
	return strconv.AppendInt(b, v.I, 10)
}

func appendFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) { // JSON has no number for these
		return jsonw.String(b, strconv.FormatFloat(f, 'g', -1, 64))
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

func appendObject(b []byte, o cexpr.Object) []byte {
	switch o := o.(type) {
	case commands.List:
		b = append(b, '[')
		for _, e := range o {
			b = appendValue(jsonw.Next(b), e)
		}
		return append(b, ']')
	case *commands.Data:
		b = append(b, '{')
		for _, f := range o.Fields() {
			b = appendValue(jsonw.Name(b, f.Name), f.Val)
		}
		return append(b, '}')
	case *commands.Record:
		b = append(b, '{')
		for _, f := range o.Fields() {
			b = appendValue(jsonw.Name(b, f.Name), f.Val)
		}
		return append(b, '}')
	case *commands.View:
		if v, err := o.Snapshot(); err == nil {
			return appendC(b, v)
		}
		return append(b, "null"...)
	}
	if v, err := o.Scalar(); err == nil && v.Kind != cexpr.Ref {
		return appendValue(b, v)
	}
	return append(b, "null"...)
}

// appendC writes a C value: a struct as an object, an array as an array.
func appendC(b []byte, v ctype.Value) []byte {
	switch v.Kind {
	case ctype.VUint:
		return strconv.AppendUint(b, uint64(v.I), 10)
	case ctype.VFloat:
		return appendFloat(b, v.F)
	case ctype.VText:
		return jsonw.String(b, string(v.S))
	case ctype.VList:
		b = append(b, '[')
		for _, e := range v.List {
			b = appendC(jsonw.Next(b), e)
		}
		return append(b, ']')
	case ctype.VStruct:
		b = append(b, '{')
		for i, e := range v.List {
			b = appendC(jsonw.Name(b, v.Type.Members[i].Name), e)
		}
		return append(b, '}')
	}
	return strconv.AppendInt(b, v.I, 10)
}
