package commands

import (
	"math"
	"strconv"
	"strings"
	"time"

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
	case Int, Long, Size, Addr, Flags, Cmd, KeyArg, QueueArg, SegmentArg, SetArg, MemoryArg, ModeArg:
		if a.expr, err = s.compile(ws[0]); err != nil {
			return err
		}
		if a.param.Kind == Flags {
			if err := strangers(a.param.Flags, a.expr, ws[0]); err != nil {
				return err
			}
		}
		if name, ok := a.expr.Ident(); ok {
			a.place = s.Place(name)
		}
		_, constant = a.expr.Const()
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
func (s *Session) compile(w words.Word) (*cexpr.Expr, error) {
	src, pos := w.Raw, w.Pos
	if n := len(src); len(w.Segs) == 1 && w.Segs[0].Q == words.Double && n >= 2 && src[0] == '"' && src[n-1] == '"' {
		src, pos = src[1:n-1], pos+1
	}
	return s.compileAt(src, pos)
}

func (s *Session) compileAt(src string, pos int) (*cexpr.Expr, error) {
	e, err := cexpr.Compile(src, s)
	return e, shift(err, pos)
}

// shift makes an expression's error one of the statement's.
func shift(err error, pos int) error {
	if ce, ok := err.(*cexpr.Error); ok {
		return &UsageError{Pos: pos + ce.Pos, End: pos + ce.End, Msg: ce.Msg}
	}
	return err
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
			return usage(w.Pos, w.End(), "%s is a flag of %s, not of %s", "%s(은)는 %s의 flag이고 %s의 flag가 아닙니다", name, flagOf(name).Call, set.Call)
		}
	}
	return nil
}

// flagOf finds the call whose flag name is.
func flagOf(name string) *sysv.FlagSet {
	for _, set := range []*sysv.FlagSet{sysv.MsggetFlags, sysv.ShmgetFlags, sysv.ShmatFlags, sysv.MsgsndFlags, sysv.MsgrcvFlags, sysv.SemopFlags} {
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
	case Word, Path, Block, Setting:
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

// evalNumber evaluates an argument that C passes as a number.
func (a *argument) evalNumber(c *Call, dst *Arg) error {
	var v cexpr.Value
	if a.place != nil && a.place.Set {
		v = a.place.Val
	} else {
		var err error
		if v, err = a.expr.Eval(c.Session); err != nil {
			return shift(err, a.pos())
		}
	}
	dst.H = nil
	if v.Kind == cexpr.Ref {
		if h, ok := v.O.(*Handle); ok {
			dst.H = h
			if done, err := a.takeHandle(c, dst, h); done || err != nil {
				return err
			}
		} else if k, ok := a.wants(); ok {
			return a.wrong("%s is no handle; %s wants %s", "%s: handle이 아닙니다. %s에 필요한 것은 %s입니다", a.words[0].Raw, c.Cmd.Name, k)
		}
		var err error
		if v, err = v.O.Scalar(); err != nil {
			return a.wrap(err)
		}
	}
	if v.Kind == cexpr.Float || v.Kind == cexpr.String {
		return a.wrong("%s wants a whole number", "%s에는 정수가 필요합니다", a.param.Name)
	}
	dst.I = v.I
	return a.fits(c, dst)
}

// wants returns the kind of handle that the parameter takes.
func (a *argument) wants() (ObjectKind, bool) {
	switch a.param.Kind {
	case QueueArg:
		return Queue, true
	case SegmentArg, MemoryArg:
		return Segment, true
	case SetArg:
		return Set, true
	}
	return 0, false
}

// takeHandle takes what the parameter needs from a handle; done says that the
// argument is complete.
func (a *argument) takeHandle(c *Call, dst *Arg, h *Handle) (done bool, err error) {
	want, ok := a.wants()
	switch {
	case !ok:
		return false, nil
	case a.param.Kind == MemoryArg && h.Kind == Attached:
		dst.I = int64(h.Addr)
		return true, nil
	case a.param.Kind == SegmentArg && h.Kind == Attached, h.Kind == want:
		dst.I = h.ID
		if a.param.Kind == MemoryArg {
			return true, a.attached(c, dst)
		}
		return true, nil
	}
	return true, a.wrong("%s is %s; %s wants %s", "%[1]s: %[2]s입니다. %[3]s에 필요한 것은 %[4]s입니다", strings.TrimPrefix(a.words[0].Raw, "$"), h.Kind, c.Cmd.Name, want)
}

// attached turns the id of a segment into the address of its latest attachment.
func (a *argument) attached(c *Call, dst *Arg) error {
	at, ok := c.attachments.latest(sysv.Shmid(dst.I))
	if !ok {
		return a.wrong("segment %d is not attached in this process: shmat comes first", "세그먼트 %d번은 이 프로세스에 attach되어 있지 않습니다. 먼저 shmat을 하세요", dst.I)
	}
	dst.I = int64(at.Start)
	return nil
}

// fits refuses what the parameter's C type cannot hold, and flag bits that have
// no name.
func (a *argument) fits(c *Call, dst *Arg) error {
	lo, hi, ctyp := int64(math.MinInt32), int64(math.MaxInt32), "int"
	switch a.param.Kind {
	case KeyArg:
		hi, ctyp = math.MaxUint32, "key_t"
	case Long:
		lo, hi, ctyp = -1<<(strconv.IntSize-1), 1<<(strconv.IntSize-1)-1, "long"
	case Size, Addr:
		if strconv.IntSize == 64 {
			return nil
		}
		hi, ctyp = math.MaxUint32, "unsigned long"
	case ModeArg:
		lo, hi, ctyp = 0, math.MaxUint16, "mode_t"
	case MemoryArg:
		if dst.I >= 1<<31 {
			return nil
		}
		return a.attached(c, dst)
	}
	if dst.I < lo || dst.I > hi {
		return a.wrong("%s: %d does not fit %s (%d to %d)", "%s: %d(은)는 %s 범위(%d ~ %d)를 벗어납니다", a.param.Name, dst.I, ctyp, lo, hi)
	}
	if a.param.Kind == Flags && !strings.Contains(strings.ToLower(a.words[0].Raw), "0x") {
		if bits := a.param.Flags.Unknown(dst.I); bits != 0 {
			return a.wrong("%s has no flag %#o; is the order of the arguments right? Bits without a name are written in hex",
				"%s에는 %#o에 해당하는 flag가 없습니다. 인자 순서가 맞습니까? 이름 없는 비트는 16진수로 쓰세요", a.param.Flags.Call, bits)
		}
	}
	return nil
}

func (a *argument) pos() int {
	w := a.words[0]
	if len(w.Segs) == 1 && w.Segs[0].Q == words.Double {
		return w.Pos + 1
	}
	return w.Pos
}

// wrong is a usage error at the argument.
func (a *argument) wrong(en, ko string, args ...any) *UsageError {
	w := a.words[0]
	return usage(w.Pos, a.words[len(a.words)-1].End(), en, ko, args...)
}

// wrap makes an error about the argument one with its place.
func (a *argument) wrap(err error) error { return wrapAt(err, a.words[0]) }

func wrapAt(err error, w words.Word) error {
	switch e := err.(type) {
	case *UsageError:
		return e
	case *text.Msg:
		return &UsageError{Pos: w.Pos, End: w.End(), Msg: e}
	}
	return shift(err, w.Pos)
}

// expand returns a word with its variables replaced.
func (s *Session) expand(w words.Word) (string, error) {
	ps, err := words.Expand(w.Segs, s.path)
	if err != nil {
		return "", wrapAt(err, w)
	}
	return words.Join(ps), nil
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

// duration reads 100ms, 1.5 (seconds), or a timespec as C writes it.
func (s *Session) duration(str string, w words.Word) (*sysv.Timespec, error) {
	if body, ok := braced(str); ok {
		parts := strings.Split(body, ",")
		if len(parts) != 2 {
			return nil, usage(w.Pos, w.End(), "a timespec is {seconds, nanoseconds}", "timespec은 {초, 나노초} 형식입니다")
		}
		var n [2]int64
		for i, p := range parts {
			v, err := s.number(p)
			if err != nil {
				return nil, wrapAt(err, w)
			}
			n[i] = v
		}
		return &sysv.Timespec{Sec: n[0], Nsec: n[1]}, nil
	}
	d, err := ParseDuration(str)
	if err != nil {
		return nil, wrapAt(err, w)
	}
	sec := int64(d / time.Second)
	return &sysv.Timespec{Sec: sec, Nsec: int64(d) - sec*int64(time.Second)}, nil
}

func braced(s string) (string, bool) {
	if strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}") {
		return s[1 : len(s)-1], true
	}
	return "", false
}

// ParseDuration reads 100ms, 2s, or a number of seconds.
func ParseDuration(str string) (time.Duration, error) {
	if d, err := time.ParseDuration(str); err == nil {
		return d, nil
	}
	if f, err := strconv.ParseFloat(str, 64); err == nil && math.Abs(f) < 1e9 {
		return time.Duration(f * float64(time.Second)), nil
	}
	return 0, text.F("%s is no time; write 100ms, 2s or 1.5", "%s: 시간이 아닙니다. 100ms, 2s, 1.5처럼 쓰세요", Escape(clip(str)))
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
