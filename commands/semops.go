package commands

import (
	"math"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// opExpr is one OP of a semop, compiled.
type opExpr struct {
	word  words.Word
	parts [3]*cexpr.Expr // num, delta, flags; flags may be nil
}

func (o opExpr) constant() bool {
	for _, e := range o.parts {
		if e == nil {
			continue
		}
		if _, ok := e.Const(); !ok {
			return false
		}
	}
	return true
}

// compileOps reads NUM:DELTA[:FLAGS] and {num, delta, flags}.
func (s *Session) compileOps(ws []words.Word) ([]opExpr, error) {
	out := make([]opExpr, len(ws))
	for i, w := range ws {
		op := opExpr{word: w}
		sep := ":"
		src, base := w.Inner()
		if body, ok := braced(src); ok {
			src, sep, base = body, ",", base+1
		}
		parts := strings.Split(src, sep)
		if len(parts) < 2 || len(parts) > 3 {
			return nil, usage(w.Pos, w.End(), "an operation is NUM:DELTA[:FLAGS] or {num, delta, flags}", "연산은 NUM:DELTA[:FLAGS] 또는 {num, delta, flags} 형식입니다")
		}
		for j, p := range parts {
			e, err := s.compileAt(p, base)
			if err != nil {
				return nil, err
			}
			op.parts[j] = e
			base += len(p) + 1
		}
		if f := op.parts[2]; f != nil {
			if err := strangers(sysv.SemopFlags, f, w); err != nil {
				return nil, err
			}
		}
		out[i] = op
	}
	return out, nil
}

func (a *argument) evalOps(c *Call, dst *Arg) error {
	dst.Ops = dst.Ops[:0]
	for _, op := range a.ops {
		var n [3]int64
		for i, e := range op.parts {
			if e == nil {
				continue
			}
			v, err := e.Scalar(c.Session)
			if err != nil {
				return wrapAt(err, op.word)
			}
			lo, hi, name := int64(math.MinInt16), int64(math.MaxInt16), "short"
			if i != 1 {
				lo, hi, name = 0, math.MaxUint16, "unsigned short"
			}
			if v.Kind != cexpr.Int || v.I < lo || v.I > hi {
				return usage(op.word.Pos, op.word.End(), "%s: %s does not fit %s (%d to %d)", "%s: %s은(는) %s 범위(%d ~ %d)를 벗어납니다",
					[...]string{"sem_num", "sem_op", "sem_flg"}[i], Text(v), name, lo, hi)
			}
			n[i] = v.I
		}
		if bits := sysv.SemopFlags.Unknown(n[2]); bits != 0 && !strings.Contains(strings.ToLower(op.word.Raw), "0x") {
			return usage(op.word.Pos, op.word.End(), "semop has no flag %#o; bits without a name are written in hex", "semop에는 %#o에 해당하는 flag가 없습니다. 이름 없는 비트는 16진수로 쓰세요", bits)
		}
		dst.Ops = append(dst.Ops, sysv.Sembuf{Num: uint16(n[0]), Op: int16(n[1]), Flg: sysv.SemopFlag(n[2])})
	}
	return nil
}

// compileList reads one number or several with commas between.
func (s *Session) compileList(w words.Word) ([]*cexpr.Expr, error) {
	var out []*cexpr.Expr
	src, pos := w.Inner()
	if body, ok := braced(src); ok {
		src, pos = body, pos+1
	}
	for _, p := range strings.Split(src, ",") {
		e, err := s.compileAt(p, pos)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		pos += len(p) + 1
	}
	return out, nil
}

func (a *argument) evalList(c *Call, dst *Arg) error {
	dst.Nums = dst.Nums[:0]
	for _, e := range a.nums {
		v, err := e.Eval(c.Session)
		if err != nil {
			return wrapAt(err, a.words[0])
		}
		if l, ok := v.O.(List); ok && v.Kind == cexpr.Ref {
			for _, x := range l {
				dst.Nums = append(dst.Nums, x.I)
			}
			continue
		}
		if v, err = e.Scalar(c.Session); err != nil {
			return wrapAt(err, a.words[0])
		}
		if v.Kind != cexpr.Int {
			return a.wrong("VALUE wants whole numbers", "VALUE에는 정수가 필요합니다")
		}
		dst.Nums = append(dst.Nums, v.I)
	}
	return nil
}
