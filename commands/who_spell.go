package commands

import (
	"fmt"
	"strconv"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// label names an object by the first variable that holds it, else as C calls the
// parameter.
func (s *Session) label(o objectID) string {
	if names := s.HandleNames(o.kind, o.id); len(names) > 0 {
		return fmt.Sprintf("%s=%d", names[0], o.id)
	}
	return fmt.Sprintf("%s=%d", o.kind.IDName(), o.id)
}

// spell writes the call with its arguments.
func (u *use) spell(s *Session) string {
	t := u.task
	switch {
	case t == nil:
		perms := u.at.Perms
		switch {
		case strings.HasPrefix(perms, "rw"):
			perms = "rw"
		case strings.HasPrefix(perms, "r-"):
			perms = "ro"
		}
		return fmt.Sprintf("attached(%s, %#x, %d, %s)", s.label(u.of), u.at.Start, u.at.End-u.at.Start, perms)
	case t.Bits32:
		return text.F("%s(?) of a 32-bit process: not decoded", "%s(?) 32비트 프로세스라 해석하지 않음", t.Call).In(s.Lang)
	case !t.Known:
		return t.Call + "(?)"
	case u.of.kind == Queue:
		typ := "?"
		if t.HasType {
			typ = strconv.Itoa(t.Type)
		}
		return fmt.Sprintf("%s(%s, type=%s, size=%d, flags=%s)", t.Call, s.label(u.of), typ, t.Size, queueFlags(t))
	}
	timeout := ""
	if t.Call == "semtimedop" {
		timeout = ", ?"
		if t.Timeout != nil {
			timeout = fmt.Sprintf(", {%d, %d}", t.Timeout.Sec, t.Timeout.Nsec)
		}
	}
	return fmt.Sprintf("%s(%s, {%s}%s)", t.Call, s.label(u.of), spellTaskOps(t), timeout)
}

func queueFlags(t *sysv.Task) string {
	if t.Call == "msgsnd" {
		return sysv.MsgsndFlag(t.Flags).String()
	}
	return sysv.MsgrcvFlag(t.Flags).String()
}

// spellTaskOps writes the array of a semop; the rest of a long one is counted.
func spellTaskOps(t *sysv.Task) string {
	const most = 16
	if len(t.Ops) == 0 && t.NumOps > 0 {
		return fmt.Sprintf("? x %d", t.NumOps)
	}
	var parts []string
	for i, op := range t.Ops {
		if i == most {
			parts = append(parts, fmt.Sprintf("... +%d", int(t.NumOps)-most))
			break
		}
		parts = append(parts, fmt.Sprintf("{%d, %d, %s}", op.Num, op.Op, op.Flg))
	}
	return strings.Join(parts, ", ")
}

// record is the use as --json has it.
func (u *use) record() cexpr.Value {
	f := []Field{num("pid", int64(u.pid)), num("tid", int64(u.tid)), num("uid", int64(u.uid)), str("user", u.user),
		str("name", u.name), str("command", u.command)}
	if u.task == nil {
		return record(int64(u.pid), append(f, str("call", "attached"), str("kind", u.of.kind.String()), num("id", u.of.id),
			Field{Name: "addr", Val: cexpr.IntOf(int64(u.at.Start)), Fmt: Hex}, num("size", int64(u.at.End-u.at.Start)), str("perms", u.at.Perms))...)
	}
	t := u.task
	f = append(f, str("call", t.Call), str("kind", u.of.kind.String()))
	if t.Known {
		f = append(f, num("id", u.of.id))
		if u.of.kind == Queue {
			if t.HasType {
				f = append(f, num("type", int64(t.Type)))
			}
			f = append(f, num("size", int64(t.Size)), str("flags", queueFlags(t)))
		} else {
			f = append(f, opsField(t))
		}
	}
	if t.Timeout != nil {
		f = append(f, Field{Name: "timeout", Val: cexpr.FloatOf(float64(t.Timeout.Sec) + float64(t.Timeout.Nsec)/1e9)})
	}
	if u.ranKnown {
		f = append(f, Field{Name: "seconds", Val: cexpr.FloatOf(u.ran.Seconds())})
	}
	return record(int64(u.pid), f...)
}

func opsField(t *sysv.Task) Field {
	var ops List
	for _, op := range t.Ops {
		ops = append(ops, record(0, num("num", int64(op.Num)), num("op", int64(op.Op)), str("flags", op.Flg.String())))
	}
	return Field{Name: "ops", Val: cexpr.RefOf(ops)}
}
