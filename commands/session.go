package commands

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// Var is a variable's place. Statements keep the place, so that naming a
// variable costs no look-up when the statement runs again.
type Var struct {
	Name string
	Val  cexpr.Value
	Set  bool
}

// Session is what a shell remembers: variables, structs, the objects it made,
// its attachments, and errno and ret of the last call. Its methods are for one
// goroutine.
type Session struct {
	Table   *Table
	Structs ctype.Scope
	Lang    text.Lang
	Timeout time.Duration // longest wait of one statement of a script; 0: none
	Color   string        // auto, always or never
	Trace   string        // c or strace: how each call is shown; "": not at all

	// Interrupt is done when the person at the keyboard wants the script to end.
	Interrupt context.Context
	// Delegate says that another session answers for the objects that this one makes.
	Delegate bool
	// Stage is the processes beside this one; nil: there can be none.
	Stage Stage
	// Ledger notes the objects of a session that may be killed; nil: none is kept.
	Ledger *Ledger
	// OnMade is called for each object that the session makes; nil: nobody wants to know.
	OnMade func(Made)
	// Private says that the IPC namespace is the session's own: nobody else's objects
	// are in it.
	Private bool
	// Confirm asks the person; nil: nobody is there to be asked.
	Confirm func(question *text.Msg) bool
	// Explainer words failures; nil: none are explained.
	Explainer Explainer
	NotesOff  bool // notes are not shown
	noted     map[string]bool
	notedNow  []string
	// BeforeWait is called before a command waits outside the kernel's calls.
	BeforeWait func()

	vars  map[string]*Var
	errno syscall.Errno
	ret   int64

	made        []Made
	changes     []MadeChange // removals of objects that others made
	handed      []Made       // made here, and another session answers for them
	attachments attachments
	buf         *sysv.Msgbuf
	msgmax      uint
	funcs       map[string]function
}

// NewSession returns a session over table.
func NewSession(table *Table) *Session {
	return &Session{
		Table:      table,
		Structs:    ctype.Scope{},
		Color:      "auto",
		Interrupt:  context.Background(),
		BeforeWait: func() {},
		vars:       map[string]*Var{},
		noted:      map[string]bool{},
		buf:        sysv.NewMsgbuf(64),
	}
}

// Call is one run of a command: its arguments by the order of the parameters.
type Call struct {
	*Session
	Ctx  context.Context
	Cmd  *Command
	Args []Arg
	Want bool // somebody looks at the result's fields
	Res  Result
	Made bool // a get call made its object, and did not find it

	given [][]words.Word // as typed, for errors about an argument
}

// words returns the words of argument i as typed.
func (c *Call) words(i int) []words.Word { return c.given[i] }

// result returns the call's Result, emptied, holding ret.
func (c *Call) result(ret int64) *Result {
	c.Res = Result{Ret: ret, Fields: c.Res.Fields[:0]}
	return &c.Res
}

// Failed notes the outcome of a call of the kernel's, for errno and ret.
func (s *Session) Failed(err error) {
	s.errno, s.ret = 0, -1
	var se *sysv.Error
	if errors.As(err, &se) {
		s.errno = se.Errno
	}
}

// Succeeded notes what a call of the kernel's returned.
func (s *Session) Succeeded(ret int64) { s.errno, s.ret = 0, ret }

// Outcome notes what a command came to, if that is something of the kernel's.
func (s *Session) Outcome(cmd *Command, res *Result, err error) {
	switch {
	case err != nil && (cmd.Kernel() || ErrnoOf(err) != ""):
		s.Failed(err)
	case err == nil && cmd.Kernel():
		s.Succeeded(res.Ret)
	}
}

// Place returns the place of variable name, set or not.
func (s *Session) Place(name string) *Var {
	v := s.vars[name]
	if v == nil {
		v = &Var{Name: name}
		s.vars[name] = v
	}
	return v
}

// Reserved says why name can be no variable, or nil.
func (s *Session) Reserved(name string) *text.Msg {
	_, isConst := s.Const(name)
	switch {
	case s.Table.Lookup(name) != nil || name == "else":
		return text.F("%s is a command's name, so no variable can have it", "%s은(는) 명령 이름이라 변수 이름으로 쓸 수 없습니다", name)
	case isConst:
		return text.F("%s is a constant, so no variable can have its name", "%s은(는) 상수라 변수 이름으로 쓸 수 없습니다", name)
	case name == "errno" || name == "ret":
		return text.F("%s is what the last call left; give the variable another name", "%s은(는) 마지막 호출이 남긴 값입니다. 다른 변수 이름을 쓰세요", name)
	}
	return s.Taken(name)
}

// Taken says that a process of the stage has the name, or nil.
func (s *Session) Taken(name string) *text.Msg {
	if s.Delegate || s.Stage == nil || s.Stage.Find(name) == nil {
		return nil
	}
	return text.F("%s is a process; a process and a variable may not share a name", "%s은(는) 프로세스입니다. 프로세스와 변수는 같은 이름을 쓸 수 없습니다", name)
}

// Vars returns the variables that are set, by name.
func (s *Session) Vars() []*Var { return s.varsThat(nil) }

// varsThat lists those whose names only chooses (nil: all of them).
func (s *Session) varsThat(only func(name string) bool) []*Var {
	var out []*Var
	for _, v := range s.vars {
		if v.Set && (only == nil || only(v.Name)) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b *Var) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// AnyVar reports whether f holds for one of the variables that are set.
func (s *Session) AnyVar(f func(v *Var) bool) bool {
	for _, v := range s.vars {
		if v.Set && f(v) {
			return true
		}
	}
	return false
}

// Unset forgets a variable.
func (s *Session) Unset(name string) error {
	v := s.vars[name]
	if v == nil || !v.Set {
		return s.unset(name)
	}
	v.Set, v.Val = false, cexpr.Value{}
	return nil
}

func (s *Session) unset(name string) error {
	var names []string
	for _, v := range s.Vars() {
		names = append(names, v.Name)
	}
	upper := strings.ToUpper(name)
	for _, c := range sysv.ConstNames() { // RMID, IPC_CREATE, ipc_nowait
		if c == upper || strings.HasSuffix(c, "_"+upper) {
			return text.F("%s is no variable%s", "%s은(는) 변수가 아닙니다%s", name, Suggest([]string{c}))
		}
	}
	if name == upper {
		names = append(names, sysv.ConstNames()...)
	}
	return text.F("variable %s is not set%s", "변수 %s이(가) 설정되지 않았습니다%s", name, Suggest(near.Names(name, names)))
}

// Var implements cexpr.Env.
func (s *Session) Var(name string) (cexpr.Value, error) {
	if v := s.vars[name]; v != nil && v.Set {
		return v.Val, nil
	}
	switch name {
	case "errno":
		return cexpr.IntOf(int64(s.errno)), nil
	case "ret":
		return cexpr.IntOf(s.ret), nil
	case "msg", "shm", "sem": // what count() is asked about
		return cexpr.StringOf(name), nil
	}
	if s.Stage != nil {
		if p := s.Stage.Find(name); p != nil {
			return cexpr.RefOf(p), nil
		}
	}
	return cexpr.Value{}, s.unset(name)
}

// Expand implements cexpr.Env: $name in a string.
func (s *Session) Expand(str string) (string, error) { return expandString(str, s) }

// path returns what $name.member stands for in a word.
func (s *Session) path(path string) (string, error) {
	v, err := s.value(path)
	if err != nil {
		return "", err
	}
	if view, ok := v.O.(*View); ok {
		if _, err := view.Snapshot(); err != nil {
			return "", err
		}
	}
	return Text(v), nil
}

// ExpandWord returns a word with its variables replaced.
func (s *Session) ExpandWord(w words.Word) (string, error) { return s.expand(w) }

func (s *Session) value(path string) (cexpr.Value, error) {
	name, rest, more := strings.Cut(path, ".")
	v, err := s.Var(name)
	for err == nil && more {
		if v.Kind != cexpr.Ref {
			return v, text.F("%s has no fields", "%s에는 필드가 없습니다", name)
		}
		name, rest, more = strings.Cut(rest, ".")
		v, err = v.O.Member(name)
	}
	return v, err
}

// Sizeof implements cexpr.Env.
func (s *Session) Sizeof(name string) (int64, error) {
	if t, ok := s.Structs.Lookup(name); ok {
		return int64(t.Size), nil
	}
	return 0, s.noType(name)
}

func (s *Session) noType(name string) error {
	return text.F("no type %s%s", "%s(이)라는 자료형이 없습니다%s", name, Suggest(near.Names(name, s.Structs.Names())))
}

// Const implements cexpr.Scope: the kernel's constants, and errno names.
func (s *Session) Const(name string) (int64, bool) {
	if v, ok := sysv.Const(name); ok {
		return v, true
	}
	if e, ok := sysv.ErrnoByName(name); ok {
		return int64(e), true
	}
	return 0, false
}

// maxMessage returns the namespace's msgmax: the size that holds any message.
func (s *Session) maxMessage() uint {
	if s.msgmax == 0 {
		s.refreshMaxMessage()
	}
	return s.msgmax
}

// refreshMaxMessage reads msgmax again and reports whether it grew.
func (s *Session) refreshMaxMessage() bool {
	old := s.msgmax
	var info sysv.Msginfo
	if _, err := sysv.Msgctl(0, sysv.IPC_INFO, &info); err == nil && info.Msgmax > 0 {
		s.msgmax = uint(info.Msgmax)
	} else if s.msgmax == 0 {
		s.msgmax = 8192 // MSGMAX of linux/msg.h
	}
	s.buf.Grow(int(s.msgmax))
	return s.msgmax > old
}
