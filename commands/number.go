package commands

import (
	"math"
	"strconv"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/sysv"
)

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
	case a.param.Kind == ObjectArg && h.Kind != Key:
		dst.I = h.ID
		return true, nil
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
	case SemNum:
		lo, hi, ctyp = 0, math.MaxUint16, "unsigned short"
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
		return a.wrong("%s: %d does not fit %s (%d to %d)", "%s: %d은(는) %s 범위(%d ~ %d)를 벗어납니다", a.param.Name, dst.I, ctyp, lo, hi)
	}
	if a.param.Kind == Flags && !strings.Contains(strings.ToLower(a.words[0].Raw), "0x") {
		if bits := a.param.Flags.Unknown(dst.I); bits != 0 {
			return a.wrong("%s has no flag %#x; is the order of the arguments right? Bits without a name are written in hex",
				"%s에는 %#x에 해당하는 flag가 없습니다. 인자 순서가 맞습니까? 이름 없는 비트는 16진수로 쓰세요", a.param.Flags.Call, uint32(bits))
		}
	}
	return nil
}

// Takes reports whether a handle of the kind fits the parameter, for completion.
func (p *Param) Takes(k ObjectKind) bool {
	switch p.Kind {
	case QueueArg:
		return k == Queue
	case SegmentArg:
		return k == Segment
	case MemoryArg:
		return k == Segment || k == Attached
	case SetArg:
		return k == Set
	case KeyArg:
		return k == Key
	case ObjectArg:
		return k != Key
	}
	return false
}
