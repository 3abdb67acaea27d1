package repl

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
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
	b = append(b, '{')
	b = intField(b, "seq", int64(ev.Seq))
	b = stringField(b, "file", ev.File)
	b = intField(b, "line", int64(ev.Line))
	b = stringField(b, "proc", ev.Proc)
	b = intField(b, "pid", int64(ev.Pid))
	b = stringField(b, "cmd", ev.Cmd)
	if ev.Call != "" {
		b = stringField(b, "call", ev.Call)
	}
	b = stringField(b, "status", ev.Status)
	b = intField(b, "ret", ev.Ret)
	if ev.Errno != "" {
		b = stringField(b, "errno", ev.Errno)
	}
	if ev.Met != nil {
		b = name(b, "met")
		b = strconv.AppendBool(b, *ev.Met)
	}
	b = name(b, "result")
	b = j.result(b, ev)
	if err := ev.failure(); err != nil {
		b = stringField(b, "message", text.Of(err, j.Session.Lang))
	}
	if ev.Why != nil {
		b = j.messages(b, "why", ev.Why.Why)
		b = j.messages(b, "next", ev.Why.Next)
	}
	b = j.messages(b, "notes", ev.Notes)
	b = intField(b, "start", ev.Start)
	b = intField(b, "end", ev.End)
	return append(b, '}')
}

// messages writes a list of texts, if there are any.
func (j *JSON) messages(b []byte, key string, list []*text.Msg) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(name(b, key), '[')
	for i, m := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, m.In(j.Session.Lang))
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
		b = intField(b, "statements", int64(ev.Sum.Statements))
		b = intField(b, "checks", int64(ev.Sum.Checks))
		b = madeField(b, "removed", ev.Sum.Removed)
		b = madeField(b, "kept", ev.Sum.Kept)
	case ev.Cmd == narrationCmd:
		b = stringField(b, "text", ev.Stmt.Src)
	case ev.Result != nil:
		for _, f := range ev.Result.Fields {
			b = name(b, f.Name)
			b = appendValue(b, f.Val)
		}
		if len(ev.Result.Lines) > 0 && !ev.Result.Print && len(ev.Result.Fields) == 0 {
			b = name(b, "lines")
			b = append(b, '[')
			for i, l := range ev.Result.Lines {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendString(b, l)
			}
			b = append(b, ']')
		}
	}
	return append(b, '}')
}

func madeField(b []byte, key string, list []commands.Made) []byte {
	b = name(b, key)
	b = append(b, '[')
	for i, m := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = stringField(b, "kind", m.Kind.String())
		b = intField(b, "id", m.ID)
		b = append(b, '}')
	}
	return append(b, ']')
}

func name(b []byte, key string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(appendString(b, key), ':')
}

func intField(b []byte, key string, v int64) []byte {
	return strconv.AppendInt(name(b, key), v, 10)
}

func stringField(b []byte, key, v string) []byte { return appendString(name(b, key), v) }

// appendString writes text as a JSON string (our own few lines: package
// encoding/json would cost a fiftieth of the program's start), and bytes that are no UTF-8 as
// {"hex": "..."}.
func appendString(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		return append(append(append(b, `{"hex":"`...), hex.EncodeToString([]byte(s))...), `"}`...)
	}
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029:
			b = append(b, fmt.Sprintf("\\u%04x", r)...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

func appendValue(b []byte, v cexpr.Value) []byte {
	switch v.Kind {
	case cexpr.Float:
		return appendFloat(b, v.F)
	case cexpr.String:
		return appendString(b, v.S)
	case cexpr.Ref:
		return appendObject(b, v.O)
	}
	return strconv.AppendInt(b, v.I, 10)
}

func appendFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) { // JSON has no number for these
		return appendString(b, strconv.FormatFloat(f, 'g', -1, 64))
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

func appendObject(b []byte, o cexpr.Object) []byte {
	switch o := o.(type) {
	case commands.List:
		b = append(b, '[')
		for i, e := range o {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, e)
		}
		return append(b, ']')
	case *commands.Data:
		b = append(b, '{')
		for _, f := range o.Fields() {
			b = appendValue(name(b, f.Name), f.Val)
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
		return appendString(b, string(v.S))
	case ctype.VList:
		b = append(b, '[')
		for i, e := range v.List {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendC(b, e)
		}
		return append(b, ']')
	case ctype.VStruct:
		b = append(b, '{')
		for i, e := range v.List {
			b = appendC(name(b, v.Type.Members[i].Name), e)
		}
		return append(b, '}')
	}
	return strconv.AppendInt(b, v.I, 10)
}
