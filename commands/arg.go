package commands

import (
	"errors"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// Arg is an evaluated argument. Which of its parts hold it, its Kind says.
type Arg struct {
	Given bool
	I     int64    // numbers, flags, ids, addresses
	S     string   // words, paths, names
	B     []byte   // a payload
	L     []string // words of a parameter that takes many
	Nums  []int64  // SemValues
	Ops   []sysv.Sembuf
	Type  *ctype.Type
	H     *Handle        // the handle that was named, if one was
	Time  *sysv.Timespec // Duration
}

// argument is an argument that is evaluated at each run.
type argument struct {
	index int
	param *Param
	words []words.Word
	expr  *cexpr.Expr
	place *Var // the argument is just this variable
	ops   []opExpr
	nums  []*cexpr.Expr
}

// bindArg compiles the words of parameter i and evaluates them at once where
// they are constant.
func (b *Binding) bindArg(i int, line string, ws []words.Word) error {
	s := b.call.Session
	a := argument{index: i, param: &b.Cmd.Params[i], words: ws}
	dst := &b.call.Args[i]
	dst.Given = true
	constant := false
	var err error
	switch a.param.Kind {
	case Int, SemNum, Long, Size, Addr, Flags, Cmd, KeyArg, QueueArg, SegmentArg, SetArg, MemoryArg, ObjectArg, ModeArg:
		if a.expr, err = s.compile(ws[0]); err != nil {
			return err
		}
		if a.param.Kind == Flags {
			if err := strangers(a.param.Flags, a.expr, ws[0]); err != nil {
				return err
			}
		}
		if k := a.param.Kind; k == Long || k == Addr || k == KeyArg || k == SemNum {
			if err := misplaced(b.Cmd, a.param, a.expr, ws[0]); err != nil {
				return err
			}
		}
		if name, ok := a.expr.Ident(); ok {
			a.place = s.Place(name)
		}
		_, constant = a.expr.Const()
		constant = constant && a.param.Kind != MemoryArg // what is attached shows when it runs
	case SemOps:
		if a.ops, err = s.compileOps(ws); err != nil {
			return err
		}
		constant = true
		for _, op := range a.ops {
			constant = constant && op.constant()
		}
	case SemValues:
		if a.nums, err = s.compileList(ws[0]); err != nil {
			return err
		}
	case Payload:
		constant = plainText(s, ws[0])
	case Duration:
		constant = !strings.Contains(ws[0].Raw, "$") && !strings.HasPrefix(ws[0].Raw, "{")
	case Name:
		for _, w := range ws {
			if name := strings.TrimPrefix(w.Raw, "$"); !words.IsIdent(name) {
				return usage(w.Pos, w.End(), "%s is no variable's name", "%s: 변수 이름이 아닙니다", Escape(clip(w.Raw)))
			}
		}
		constant = true
	}
	if constant {
		return a.eval(&b.call)
	}
	b.args = append(b.args, a)
	return nil
}

// compile compiles a numeric argument. In double quotes it is their content.
func (s *Session) compile(w words.Word) (*cexpr.Expr, error) { return s.compileAt(w.Inner()) }

func (s *Session) compileAt(src string, pos int) (*cexpr.Expr, error) {
	e, err := cexpr.Compile(src, s)
	return e, shift(err, pos)
}

// shift makes an expression's error one of the statement's. An errno or a fault
// behind it stays what it is.
func shift(err error, pos int) error {
	ce, ok := err.(*cexpr.Error)
	switch {
	case !ok:
		return err
	case ErrnoOf(err) != "":
		return ce.Unwrap()
	}
	return &UsageError{Pos: pos + ce.Pos, End: pos + ce.End, Msg: ce.Msg}
}

// strangers refuses flags by name that belong to another call, although their
// bits may mean something here: SHM_RDONLY is SHM_NORESERVE to shmget.
func strangers(set *sysv.FlagSet, e *cexpr.Expr, w words.Word) error {
	for _, name := range e.Consts() {
		known := false
		for _, f := range set.Names {
			known = known || f.Name == name
		}
		if !known && flagOf(name) != nil {
			return usage(w.Pos, w.End(), "%s is a flag of %s, not of %s", "%s은(는) %s의 flag이고 %s의 flag가 아닙니다", name, flagOf(name).Call, set.Call)
		}
	}
	return nil
}

// misplaced refuses this call's own flags in front of their place: msgrcv q
// IPC_NOWAIT would wait for type 2048.
func misplaced(cmd *Command, p *Param, e *cexpr.Expr, w words.Word) error {
	for i := range cmd.Params {
		flags := &cmd.Params[i]
		if flags.Flags == nil {
			continue
		}
		for _, name := range e.Consts() {
			for _, f := range flags.Flags.Names {
				if f.Name == name {
					return usage(w.Pos, w.End(), "%s is a flag, and this is the place of %s; write flags=%s, or %s before it", "%s은(는) flag인데 여기는 %s 자리입니다. flags=%s로 쓰거나 앞에 %s을(를) 쓰세요", name, p.Name, Escape(clip(w.Raw)), p.Name)
				}
			}
		}
	}
	return nil
}

// flagOf finds the call whose flag name is.
func flagOf(name string) *sysv.FlagSet {
	for _, set := range sysv.FlagSets {
		for _, f := range set.Names {
			if f.Name == name {
				return set
			}
		}
	}
	return nil
}

func (a *argument) eval(c *Call) error {
	dst, w := &c.Args[a.index], a.words[0]
	if a.place != nil { // the common case: a variable that holds the handle that is wanted
		if h, ok := a.place.Val.O.(*Handle); ok {
			if want, ok := a.wants(); ok && h.Kind == want && a.param.Kind != MemoryArg {
				dst.I, dst.H = h.ID, h
				return nil
			}
		}
	}
	switch a.param.Kind {
	case Payload:
		return a.evalPayload(c, dst)
	case TypeArg:
		name, err := c.expand(w)
		if err != nil {
			return err
		}
		dst.S = name
		dst.Type, err = c.typeNamed(name, w)
		return err
	case Word, Argument, Path, Block, Setting:
		return a.evalWords(c, dst)
	case Name:
		dst.L = dst.L[:0]
		for _, w := range a.words {
			dst.L = append(dst.L, strings.TrimPrefix(w.Raw, "$"))
		}
		dst.S = dst.L[0]
		return nil
	case SemOps:
		return a.evalOps(c, dst)
	case SemValues:
		return a.evalList(c, dst)
	case Duration:
		str, err := c.expand(w)
		if err != nil {
			return err
		}
		dst.Time, err = c.duration(str, w)
		return err
	case UserArg, GroupArg:
		return a.evalID(c, dst)
	}
	return a.evalNumber(c, dst)
}

func (a *argument) pos() int {
	_, pos := a.words[0].Inner()
	return pos
}

// wrong is a usage error at the argument.
func (a *argument) wrong(en, ko string, args ...any) *UsageError {
	w := a.words[0]
	return usage(w.Pos, a.words[len(a.words)-1].End(), en, ko, args...)
}

// wrap makes an error about the argument one with its place.
func (a *argument) wrap(err error) error { return wrapAt(err, a.words[0]) }

func wrapAt(err error, w words.Word) error {
	var ue *UsageError
	switch e := err.(type) {
	case nil:
		return nil
	case *cexpr.Error:
		return shift(err, w.Pos)
	case *text.Msg:
		return &UsageError{Pos: w.Pos, End: w.End(), Msg: e}
	case text.Localized:
		if !errors.As(err, &ue) && ErrnoOf(err) == "" {
			return &UsageError{Pos: w.Pos, End: w.End(), Msg: text.F("%s", "%s", err)}
		}
	}
	return err
}

// expand returns a word with its variables replaced.
func (s *Session) expand(w words.Word) (string, error) {
	str, err := words.Expand(w.Segs, s.path)
	if err != nil {
		return "", wrapAt(err, w)
	}
	return str, nil
}

func expandString(str string, s *Session) (string, error) { return words.ExpandString(str, s.path) }

func (a *argument) evalWords(c *Call, dst *Arg) error {
	dst.L = dst.L[:0]
	for _, w := range a.words {
		str, err := c.expand(w)
		if err != nil {
			return err
		}
		dst.L = append(dst.L, str)
	}
	dst.S = dst.L[0]
	return nil
}

// number evaluates an expression to a whole number.
func (s *Session) number(src string) (int64, error) {
	e, err := cexpr.Compile(src, s)
	if err != nil {
		return 0, err
	}
	v, err := e.Scalar(s)
	if err == nil && v.Kind != cexpr.Int && v.Kind != cexpr.Key {
		err = text.F("%s is no whole number", "%s: 정수가 아닙니다", Escape(clip(strings.TrimSpace(src))))
	}
	return v.I, err
}
