package commands

import (
	"context"
	"errors"
	"syscall"

	"github.com/valyala/fastjson"

	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Foreign is an error of another process, of a type that has no meaning here.
type Foreign struct {
	Text  text.Text
	Errno string // what ErrnoOf said of it there
	Err   error  // what it wraps, or nil
}

func (e *Foreign) Error() string { return e.In(text.En) }

// In returns the error in l.
func (e *Foreign) In(l text.Lang) string { return e.Text.In(l) }

func (e *Foreign) Unwrap() error { return e.Err }

// ErrnoName returns what ErrnoOf is to say.
func (e *Foreign) ErrnoName() string { return e.Errno }

// AppendError appends err, or null.
func AppendError(b []byte, err error) []byte {
	switch e := err.(type) {
	case nil:
		return append(b, "null"...)
	case *sysv.Error:
		b = jsonw.Text(append(b, '{'), "call", e.Call)
		b = jsonw.Int(b, "errno", int64(e.Errno))
	case syscall.Errno:
		b = jsonw.Int(append(b, '{'), "errno", int64(e))
	case *UsageError:
		b = AppendText(jsonw.Name(append(b, '{'), "usage"), e.Msg)
		b = jsonw.Int(jsonw.Int(b, "pos", int64(e.Pos)), "end", int64(e.End))
		if e.Cmd != nil {
			b = jsonw.Text(b, "cmd", e.Cmd.Name)
		}
	case *CheckError:
		b = AppendText(jsonw.Name(append(b, '{'), "check"), e.Msg)
		if e.Want != nil {
			b = AppendText(jsonw.Name(b, "want"), e.Want)
		}
		if e.Got != nil {
			b = AppendText(jsonw.Name(b, "got"), e.Got)
		}
	case *sysv.FaultError:
		b = jsonw.Bool(jsonw.Uint(append(b, '{'), "fault", uint64(e.Addr)), "write", e.Write)
	case *Fault:
		b = jsonw.Text(append(b, '{'), "op", e.Op)
		b = AppendError(jsonw.Name(b, "err"), e.Fault)
		if e.Why != nil {
			b = AppendText(jsonw.Name(b, "why"), e.Why)
		}
	case *Refusal:
		b = AppendText(jsonw.Name(append(b, '{'), "refusal"), e.Why)
		b = AppendError(jsonw.Name(b, "err"), e.Err)
	case *text.Msg:
		b = AppendText(jsonw.Name(append(b, '{'), "text"), e)
	default:
		switch err {
		case context.Canceled:
			b = jsonw.Bool(append(b, '{'), "canceled", true)
		case context.DeadlineExceeded:
			b = jsonw.Bool(append(b, '{'), "canceled", false)
		default:
			list := []string{text.Of(err, text.En), text.Of(err, text.Ko)}
			b = jsonw.Strings(jsonw.Name(append(b, '{'), "foreign"), list)
			b = jsonw.Text(b, "errno", ErrnoOf(err))
			b = AppendError(jsonw.Name(b, "err"), errors.Unwrap(err))
		}
	}
	return append(b, '}')
}

// ReadError reads what AppendError wrote: an error of the same type where that is
// one of this package or of sysv, else a *Foreign around what it wrapped. What
// cannot be read is an error too.
func (s *Session) ReadError(v *fastjson.Value) error {
	switch {
	case v == nil || v.Type() == fastjson.TypeNull:
		return nil
	case v.Exists("call"):
		call, _ := ReadString(v.Get("call"))
		return &sysv.Error{Call: call, Errno: readErrno(v)}
	case v.Exists("usage"):
		e := &UsageError{Pos: int(v.GetInt64("pos")), End: int(v.GetInt64("end")), Msg: someMsg(v.Get("usage"))}
		e.Cmd = s.Table.Lookup(string(v.GetStringBytes("cmd")))
		return e
	case v.Exists("check"):
		e := &CheckError{Msg: someMsg(v.Get("check"))}
		e.Want, _ = ReadText(v.Get("want"))
		e.Got, _ = ReadText(v.Get("got"))
		return e
	case v.Exists("fault"):
		return readFault(v)
	case v.Exists("op"):
		op, _ := ReadString(v.Get("op"))
		why, _ := ReadText(v.Get("why"))
		return &Fault{Op: op, Fault: readFault(v.Get("err")), Why: why}
	case v.Exists("refusal"):
		if err := s.ReadError(v.Get("err")); err != nil {
			return &Refusal{err, someMsg(v.Get("refusal"))}
		}
	case v.Exists("text"):
		return someMsg(v.Get("text"))
	case v.Exists("canceled"):
		if v.GetBool("canceled") {
			return context.Canceled
		}
		return context.DeadlineExceeded
	case v.Exists("foreign"):
		name, _ := ReadString(v.Get("errno"))
		return &Foreign{someMsg(v.Get("foreign")).Text, name, s.ReadError(v.Get("err"))}
	case v.Exists("errno"):
		return readErrno(v)
	}
	return garbled("error")
}

func readErrno(v *fastjson.Value) syscall.Errno { return syscall.Errno(v.GetUint64("errno")) }

func readFault(v *fastjson.Value) *sysv.FaultError {
	return &sysv.FaultError{Addr: uintptr(v.GetUint64("fault")), Write: v.GetBool("write")}
}

// someMsg is ReadText for where there must be a text.
func someMsg(v *fastjson.Value) *text.Msg {
	if m, err := ReadText(v); err == nil && m != nil {
		return m
	}
	return text.F("an error that cannot be read", "읽을 수 없는 오류")
}

// AppendExplanation appends e, or null.
func AppendExplanation(b []byte, e *Explanation) []byte {
	if e == nil {
		return append(b, "null"...)
	}
	b = AppendMessages(jsonw.Name(append(b, '{'), "why"), e.Why)
	b = AppendMessages(jsonw.Name(b, "next"), e.Next)
	return append(b, '}')
}

// ReadExplanation reads what AppendExplanation wrote.
func ReadExplanation(v *fastjson.Value) (e *Explanation, err error) {
	if v == nil || v.Type() == fastjson.TypeNull {
		return nil, nil
	}
	e = &Explanation{}
	if e.Why, err = ReadMessages(v.Get("why")); err != nil {
		return nil, err
	}
	if e.Next, err = ReadMessages(v.Get("next")); err != nil {
		return nil, err
	}
	return e, nil
}

// AppendMessages appends a list of texts, each in both languages.
func AppendMessages(b []byte, list []*text.Msg) []byte {
	b = append(b, '[')
	for _, m := range list {
		b = AppendText(jsonw.Next(b), m)
	}
	return append(b, ']')
}

// ReadMessages reads what AppendMessages wrote; without any it is nil.
func ReadMessages(v *fastjson.Value) ([]*text.Msg, error) {
	if v == nil {
		return nil, nil
	}
	elems, err := v.Array()
	if err != nil {
		return nil, garbled("text")
	}
	var list []*text.Msg
	for _, e := range elems {
		m, err := ReadText(e)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}
