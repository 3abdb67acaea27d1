package commands

import (
	"fmt"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

func sessionCommands() []*Command {
	names := Param{Name: "NAME", Kind: Name, Many: true}
	return []*Command{{
		Name:    "handles",
		Family:  SessionFamily,
		Summary: text.New("list the variables that hold objects, and whether these are alive", "객체를 가리키는 변수와 그 객체가 살아 있는지 보인다"),
		Example: "q = msgget 0 0600; handles",
		Run:     handles,
	}, {
		Name:    "keep",
		Family:  SessionFamily,
		Summary: text.New("do not remove these objects when the script ends", "스크립트가 끝나도 이 객체들을 제거하지 않는다"),
		Params:  []Param{names},
		Example: "q = msgget 0 0600; keep q",
		Run:     keep,
	}, {
		Name:    "unset",
		Family:  SessionFamily,
		Summary: text.New("forget variables; the objects stay", "변수를 지운다. 객체는 그대로 있다"),
		Params:  []Param{names},
		Example: "let n = 1; unset n",
		Run: func(c *Call) (*Result, error) {
			for i, name := range c.Args[0].L {
				if err := c.Unset(name); err != nil {
					return nil, wrapAt(err, c.words(0)[i])
				}
			}
			return c.result(0), nil
		},
	}, {
		Name:    "reset",
		Family:  SessionFamily,
		Summary: text.New("remove the objects that this session made", "이 세션이 만든 객체를 제거한다"),
		Example: "q = msgget 0 0600; reset; assert !exists(q)",
		Run: func(c *Call) (*Result, error) {
			removed, err := c.RemoveMade()
			if err != nil {
				return nil, err
			}
			r := c.result(int64(len(removed)))
			r.Fields = append(r.Fields, num("removed", r.Ret))
			return r, nil
		},
	}, {
		Name:    "limits",
		Family:  SessionFamily,
		Summary: text.New("show the limits of this IPC namespace, or set them in a private one", "이 IPC 네임스페이스의 한도를 보인다. 전용 네임스페이스에서는 바꿀 수 있다"),
		Params:  []Param{{Name: "NAME=VALUE", Kind: Setting, Opt: true, Many: true}},
		Example: "limits",
		Man:     "proc(5)",
		Run:     limits,
	}, {
		Name:    "set",
		Family:  SessionFamily,
		Summary: text.New("change a setting: lang en|ko, notes on|off, trace c|strace|off, color auto|always|never, timeout TIME", "설정을 바꾼다: lang en|ko, notes on|off, trace c|strace|off, color auto|always|never, timeout 시간"),
		Params:  []Param{{Name: "SETTING", Kind: Word}, {Name: "VALUE", Kind: Word}},
		Example: "set timeout 5s",
		Run:     set,
	}, {
		Name:    "explain",
		Family:  SessionFamily,
		Summary: text.New("explain an errno, a command, an idea, or the last failure", "errno, 명령, 개념, 또는 마지막 실패를 설명한다"),
		Params:  []Param{{Name: "ERRNO|COMMAND|TOPIC|last", Kind: Word}},
		Example: "explain ENOMSG",
		Run:     explain,
	}, {
		Name:    "help",
		Family:  SessionFamily,
		Summary: text.New("list the commands, or explain one", "명령을 나열하거나 하나를 설명한다"),
		Params:  []Param{{Name: "COMMAND", Kind: Word, Opt: true}},
		Example: "help msgrcv",
		Run:     help,
	}, {
		Name:    "quit",
		Family:  SessionFamily,
		Summary: text.New("end the session", "세션을 끝낸다"),
		Example: "quit",
		Syntax:  true,
	}}
}

func handles(c *Call) (*Result, error) {
	r := c.result(0)
	width := 4
	vars := c.Vars()
	for _, v := range vars {
		width = max(width, len(v.Name))
	}
	var list List
	for _, v := range vars {
		h, ok := v.Val.O.(*Handle)
		if v.Val.Kind != cexpr.Ref || !ok {
			continue
		}
		state := text.New("alive", "살아 있음")
		if !h.Alive(c.Session) {
			state = text.New("gone", "없어짐")
		}
		id, _ := h.Scalar()
		shown := fmt.Sprintf("%s %s", h.Kind.IDName(), Field{Val: id}.Show())
		switch h.Kind {
		case Attached:
			shown = fmt.Sprintf("addr %#x of shmid %d", h.Addr, h.ID)
		case Queue, Segment, Set:
			shown += fmt.Sprintf("  key %s", h.key)
		}
		r.Lines = append(r.Lines, fmt.Sprintf("%-*s  %-10s  %s  %s", width, v.Name, h.Kind, shown, state.In(c.Lang)))
		list = append(list, cexpr.StringOf(v.Name))
	}
	r.Ret = int64(len(list))
	r.Fields = append(r.Fields, Field{Name: "names", Val: cexpr.RefOf(list)})
	if len(list) == 0 {
		r.Lines = []string{text.New("no variable holds an object", "객체를 가리키는 변수가 없습니다").In(c.Lang)}
	}
	return r, nil
}

func keep(c *Call) (*Result, error) {
	for i, name := range c.Args[0].L {
		w := c.words(0)[i]
		v, err := c.Var(name)
		if err != nil {
			return nil, wrapAt(err, w)
		}
		h, ok := v.O.(*Handle)
		if !ok || h.Kind > Attached {
			return nil, usage(w.Pos, w.End(), "%s is no object that could be kept", "%s: 남겨 둘 수 있는 객체가 아닙니다", name)
		}
		kind := h.Kind
		if kind == Attached {
			kind = Segment
		}
		c.Keep(kind, h.ID) // one that this session did not make stays anyway
	}
	return c.result(0), nil
}

func limits(c *Call) (*Result, error) {
	for i, arg := range c.Args[0].L {
		w := c.words(0)[i]
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, usage(w.Pos, w.End(), "a limit is set as NAME=VALUE", "한도는 NAME=VALUE로 정합니다")
		}
		if !sysv.PrivateNamespace() {
			return nil, usage(w.Pos, w.End(), "limits are only set in a private namespace (ipcsh --private, or #: needs: private): here they are everybody's",
				"한도는 전용 네임스페이스(ipcsh --private 또는 #: needs: private)에서만 바꿉니다. 여기서는 모두가 함께 쓰는 한도입니다")
		}
		if err := c.setLimit(name, value, w); err != nil {
			return nil, err
		}
	}
	list, err := sysv.ReadLimits("")
	if err != nil {
		return nil, fileError(err)
	}
	r := c.result(0)
	for _, l := range list {
		r.Lines = append(r.Lines, fmt.Sprintf("%-16s %s", l.Name, l.Value))
		r.Fields = append(r.Fields, Field{Name: l.Name, Val: limitValue(l.Value)})
	}
	if len(c.Args[0].L) > 0 {
		r.Lines = append(r.Lines[:0], c.Args[0].L...)
	}
	return r, nil
}

func (c *Call) setLimit(name, value string, w words.Word) error {
	list, err := sysv.ReadLimits("")
	if err != nil {
		return fileError(err)
	}
	names := make([]string, len(list))
	known := false
	for i, l := range list {
		names[i] = l.Name
		known = known || l.Name == name
	}
	if !known {
		return usage(w.Pos, w.End(), "no limit %s%s", "%s(이)라는 한도가 없습니다%s", Escape(clip(name)), Suggest(near.Names(name, names)))
	}
	if n, err := c.number(value); err == nil {
		value = fmt.Sprint(n)
	}
	if err := sysv.WriteLimit("", name, value); err != nil {
		return err
	}
	c.msgmax = 0
	return nil
}

// limitValue makes a limit a number; shmmax may be above what expressions hold.
func limitValue(v string) cexpr.Value {
	var n int64
	if _, err := fmt.Sscan(v, &n); err != nil {
		return cexpr.IntOf(1<<63 - 1)
	}
	return cexpr.IntOf(n)
}

// ParseTrace reads a value of the setting trace: "" is off.
func ParseTrace(s string) (style string, ok bool) {
	switch s {
	case "c", "strace":
		return s, true
	}
	return "", s == "off"
}

func set(c *Call) (*Result, error) {
	name, value := c.Args[0].S, c.Args[1].S
	w := c.words(1)[0]
	switch name {
	case "lang":
		l, ok := text.Parse(value)
		if !ok {
			return nil, usage(w.Pos, w.End(), "lang is en or ko", "lang은 en 또는 ko입니다")
		}
		c.Lang = l
	case "color":
		if value != "auto" && value != "always" && value != "never" {
			return nil, usage(w.Pos, w.End(), "color is auto, always or never", "color는 auto, always, never 중 하나입니다")
		}
		c.Color = value
	case "notes":
		if value != "on" && value != "off" {
			return nil, usage(w.Pos, w.End(), "notes is on or off", "notes는 on 또는 off입니다")
		}
		c.NotesOff = value == "off"
	case "trace":
		style, ok := ParseTrace(value)
		if !ok {
			return nil, usage(w.Pos, w.End(), "trace is c, strace or off", "trace는 c, strace, off 중 하나입니다")
		}
		c.Trace = style
	case "timeout":
		d, err := ParseDuration(value)
		if err == nil && d < 0 {
			err = text.F("a time is not negative", "시간은 음수일 수 없습니다")
		}
		if err != nil {
			return nil, wrapAt(err, w)
		}
		c.Timeout = d
	default:
		w := c.words(0)[0]
		return nil, usage(w.Pos, w.End(), "no setting %s%s", "%s(이)라는 설정이 없습니다%s", Escape(clip(name)), Suggest(near.Names(name, []string{"lang", "notes", "trace", "color", "timeout"})))
	}
	return c.result(0), nil
}
