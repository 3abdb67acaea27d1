package ctype

import (
	"encoding/binary"
	"math"
	"strconv"

	"ipcsh/commands/text"
)

var native = binary.NativeEndian

// Get decodes all of t from the beginning of b. An open array takes as many
// elements as b holds; a bool is 1 unless its byte is 0. Text is a copy.
func (t *Type) Get(b []byte) (Value, error) {
	t = t.Fit(len(b))
	if t.IsOpen() {
		if len(b) > 0 {
			return Value{}, tooShort(t.Elem, b)
		}
		if t.IsText() {
			return TextOf(nil), nil
		}
		return Value{Kind: VList}, nil
	}
	if len(b) < t.Size {
		return Value{}, tooShort(t, b)
	}
	return t.get(b[:t.Size]), nil
}

func tooShort(t *Type, b []byte) error {
	return text.F("%s needs %d bytes, and there are %d", "%s: %d바이트가 필요한데 %d바이트뿐입니다", t.Name, t.Size, len(b))
}

func (t *Type) get(b []byte) Value {
	switch {
	case t.IsText():
		s, _ := Cut(b)
		return TextOf(append([]byte(nil), s...))
	case t.Kind == Array:
		v := Value{Kind: VList, List: make([]Value, t.Len)}
		for i := range v.List {
			v.List[i] = t.Elem.get(b[i*t.Elem.Size : (i+1)*t.Elem.Size])
		}
		return v
	case t.Kind == Struct:
		v := Value{Kind: VStruct, Type: t, List: make([]Value, len(t.Members))}
		for i, m := range t.Members {
			v.List[i] = m.Type.get(b[m.Offset : m.Offset+m.Type.Size])
		}
		return v
	}
	// One load of the whole number: b may be a shared segment that others write.
	bits := load(b, t.Size)
	switch shift := 64 - 8*t.Size; t.Kind {
	case Bool:
		return IntOf(int64(min(bits, 1)))
	case Unsigned:
		return UintOf(bits)
	case Float:
		if t.Size == 4 {
			return FloatOf(float64(math.Float32frombits(uint32(bits))))
		}
		return FloatOf(math.Float64frombits(bits))
	default:
		return IntOf(int64(bits<<shift) >> shift)
	}
}

func load(b []byte, size int) uint64 {
	switch size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(native.Uint16(b))
	case 4:
		return uint64(native.Uint32(b))
	}
	return native.Uint64(b)
}

func store(b []byte, size int, bits uint64) {
	switch size {
	case 1:
		b[0] = byte(bits)
	case 2:
		native.PutUint16(b, uint16(bits))
	case 4:
		native.PutUint32(b, uint32(bits))
	default:
		native.PutUint64(b, bits)
	}
}

// Put encodes v as a t at the beginning of b, or leaves b as it is and says why
// v does not fit. A list shorter than its array is followed by zeros, a text by
// NULs; a text as long as its array has no NUL. Padding is left as it is.
func (t *Type) Put(b []byte, v Value) error {
	t = t.Fit(len(b))
	switch {
	case t.IsOpen() && len(v.List) == 0 && len(v.S) == 0 && (v.Kind == VText) == t.IsText() && (v.Kind == VText || v.Kind == VList):
		return nil // no element, no byte
	case t.IsOpen():
		return tooShort(t.Elem, b)
	case len(b) < t.Size:
		return tooShort(t, b)
	case t.IsScalar():
		return t.put(b, v)
	}
	whole := append([]byte(nil), b[:t.Size]...)
	if err := t.put(whole, v); err != nil {
		return err
	}
	copy(b, whole)
	return nil
}

func (t *Type) put(b []byte, v Value) error {
	switch {
	case t.IsText():
		return t.putText(b, v)
	case t.Kind == Array:
		return t.putList(b, v)
	case t.Kind == Struct:
		if v.Kind != VStruct || len(v.List) != len(t.Members) {
			return t.wants(text.New("a value for each member", "멤버마다 하나씩의 값"), v)
		}
		for i, m := range t.Members {
			if err := m.Type.put(b[m.Offset:], v.List[i]); err != nil {
				return &PathError{m.Name, err}
			}
		}
		return nil
	}
	bits, err := t.bits(v)
	if err == nil {
		store(b, t.Size, bits)
	}
	return err
}

func (t *Type) putText(b []byte, v Value) error {
	if v.Kind != VText {
		return t.wants(text.New("a text", "텍스트"), v)
	}
	if len(v.S) > t.Size {
		return text.F("%s holds %d bytes, and the text has %d", "%s: %d바이트까지 담는데 텍스트가 %d바이트입니다",
			t.Name, t.Size, len(v.S))
	}
	clear(b[copy(b, v.S):t.Size])
	return nil
}

func (t *Type) putList(b []byte, v Value) error {
	if v.Kind != VList {
		return t.wants(text.New("an array", "배열"), v)
	}
	if len(v.List) > t.Len {
		return tooMany(t, t.Len, len(v.List))
	}
	for i, e := range v.List {
		if err := t.Elem.put(b[i*t.Elem.Size:], e); err != nil {
			return &PathError{"[" + strconv.Itoa(i) + "]", err}
		}
	}
	clear(b[len(v.List)*t.Elem.Size : t.Size])
	return nil
}

func tooMany(t *Type, most, given int) error {
	if most == 1 {
		return text.F("%s holds one value, and %d are given", "%s: 값 하나만 담는데 %d개를 주었습니다", t.Name, given)
	}
	return text.F("%s holds %d values, and %d are given", "%s: 값을 %d개까지 담는데 %d개를 주었습니다", t.Name, most, given)
}

// wants is the error for a value of the wrong kind.
func (t *Type) wants(what text.Text, v Value) error {
	return text.F("%s takes %s, not %s", "%s: %s만 받습니다 (주어진 것: %s)", t.Name, what, v.kindName())
}

// bits returns v as the number t.
func (t *Type) bits(v Value) (uint64, error) {
	if t.Kind == Char && v.Kind == VText && len(v.S) == 1 {
		return uint64(v.S[0]), nil
	}
	if t.Kind == Float {
		return t.floatBits(v)
	}
	if v.Kind != VInt && v.Kind != VUint {
		return 0, t.wants(text.New("an integer", "정수"), v)
	}
	lo, hi := t.limits()
	if v.Kind == VUint && uint64(v.I) <= hi || v.Kind == VInt && v.I >= lo && (v.I < 0 || uint64(v.I) <= hi) {
		return uint64(v.I), nil
	}
	return 0, text.F("%s does not fit %s; its range is %d to %d", "%s: %s의 범위를 벗어납니다 (%d부터 %d까지)",
		v.String(), t.Name, lo, hi)
}

// limits returns the range of an integer type.
func (t *Type) limits() (lo int64, hi uint64) {
	switch n := 8 * t.Size; t.Kind {
	case Bool:
		return 0, 1
	case Unsigned:
		return 0, math.MaxUint64 >> (64 - n)
	default:
		return math.MinInt64 >> (64 - n), math.MaxInt64 >> (64 - n)
	}
}

func (t *Type) floatBits(v Value) (uint64, error) {
	f := v.F
	switch v.Kind {
	case VInt:
		f = float64(v.I)
	case VUint:
		f = float64(uint64(v.I))
	case VFloat:
	default:
		return 0, t.wants(text.New("a number", "숫자"), v)
	}
	if t.Size == 8 {
		return math.Float64bits(f), nil
	}
	if small := float32(f); !math.IsInf(float64(small), 0) || math.IsInf(f, 0) {
		return uint64(math.Float32bits(small)), nil
	}
	return 0, text.F("%s does not fit %s; its range is -%g to %g", "%s: %s의 범위를 벗어납니다 (-%g부터 %g까지)",
		v.String(), t.Name, math.MaxFloat32, math.MaxFloat32)
}
