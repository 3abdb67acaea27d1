package commands

import (
	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// mem is where a View's bytes are: a segment, or bytes of our own.
type mem interface {
	load(offset int, p []byte) error
	store(offset int, p []byte) error
}

// memory is attached memory from an address on. A fault is an error.
type memory struct {
	s    *Session
	addr uintptr
}

func (m memory) load(offset int, p []byte) error {
	return m.s.access(m.addr+uintptr(offset), len(p), false, func(at uintptr, n int) error { return sysv.Load(at, p[:n]) })
}

func (m memory) store(offset int, p []byte) error {
	return m.s.access(m.addr+uintptr(offset), len(p), true, func(at uintptr, n int) error { return sysv.Store(at, p[:n]) })
}

// bytesMemory is the bytes of a message.
type bytesMemory []byte

func (b bytesMemory) load(offset int, p []byte) error {
	if offset+len(p) > len(b) {
		return text.F("the data ends after %d bytes", "데이터가 %d바이트에서 끝납니다", len(b))
	}
	copy(p, b[offset:])
	return nil
}

func (b bytesMemory) store(offset int, p []byte) error {
	if offset+len(p) > len(b) {
		return text.F("the data ends after %d bytes", "데이터가 %d바이트에서 끝납니다", len(b))
	}
	copy(b[offset:], p)
	return nil
}

// View is a part of memory seen as a C type. Reading it loads, assigning to it
// stores, so that two processes can be shown to lose an update between the two.
type View struct {
	mem    mem
	offset int
	typ    *ctype.Type
}

// value loads a number or a text. A struct or an array stays a View.
func (v *View) value() (cexpr.Value, error) {
	if !v.typ.IsScalar() && !v.typ.IsText() || v.typ.IsOpen() {
		return cexpr.RefOf(v), nil
	}
	cv, err := v.Snapshot()
	if err != nil {
		return cexpr.Value{}, err
	}
	return fromC(cv)
}

// Snapshot loads all of the view as it is now. An open array has no extent.
func (v *View) Snapshot() (ctype.Value, error) {
	b := make([]byte, v.typ.Size)
	if err := v.mem.load(v.offset, b); err != nil {
		return ctype.Value{}, err
	}
	return v.typ.Get(b)
}

// fromC makes a C number or text a value of expressions.
func fromC(cv ctype.Value) (cexpr.Value, error) {
	switch cv.Kind {
	case ctype.VInt:
		return cexpr.IntOf(cv.I), nil
	case ctype.VUint:
		return cexpr.Value{}, text.F("%s is above 2^63-1, more than expressions hold", "%s은(는) 2^63-1보다 커서 수식에서 쓸 수 없습니다", cv.String())
	case ctype.VFloat:
		return cexpr.FloatOf(cv.F), nil
	}
	return cexpr.StringOf(string(cv.S)), nil
}

// toC makes a value one that a C type takes.
func toC(v cexpr.Value) (ctype.Value, error) {
	switch v.Kind {
	case cexpr.Float:
		return ctype.FloatOf(v.F), nil
	case cexpr.String:
		return ctype.TextOf([]byte(v.S)), nil
	case cexpr.Ref:
		sc, err := v.O.Scalar()
		if err != nil {
			return ctype.Value{}, err
		}
		return toC(sc)
	}
	return ctype.IntOf(v.I), nil
}

// Scalar loads the value.
func (v *View) Scalar() (cexpr.Value, error) {
	val, err := v.value()
	if err == nil && val.Kind == cexpr.Ref {
		return cexpr.Value{}, text.F("%s is no number; name a part of it", "%s: 수가 아닙니다. 그 일부를 고르세요", v.typ.Name)
	}
	return val, err
}

// Member returns a member of a struct, loaded.
func (v *View) Member(name string) (cexpr.Value, error) {
	part, err := v.member(name)
	if err != nil {
		return cexpr.Value{}, err
	}
	return part.value()
}

func (v *View) member(name string) (*View, error) {
	t, off, err := v.typ.Path(name, nil)
	if err != nil {
		return nil, err
	}
	return &View{v.mem, v.offset + off, t}, nil
}

func (v *View) element(i int64) (*View, error) {
	t, off, err := v.typ.At(i)
	if err != nil {
		return nil, err
	}
	return &View{v.mem, v.offset + off, t}, nil
}

// Index returns an element of an array, loaded.
func (v *View) Index(i int64) (cexpr.Value, error) {
	part, err := v.element(i)
	if err != nil {
		return cexpr.Value{}, err
	}
	return part.value()
}

// SetMember stores a member.
func (v *View) SetMember(name string, val cexpr.Value) error {
	part, err := v.member(name)
	if err != nil {
		return err
	}
	return part.set(val)
}

// SetIndex stores an element.
func (v *View) SetIndex(i int64, val cexpr.Value) error {
	part, err := v.element(i)
	if err != nil {
		return err
	}
	return part.set(val)
}

func (v *View) set(val cexpr.Value) error {
	cv, err := toC(val)
	if err != nil {
		return err
	}
	b := make([]byte, v.typ.Size)
	if err := v.typ.Put(b, cv); err != nil {
		return err
	}
	return v.mem.store(v.offset, b)
}

// text spells the value as a payload has it, a struct in braces.
func (v *View) text() string {
	if v.typ.IsOpen() {
		return v.typ.Name
	}
	cv, err := v.Snapshot()
	if err != nil {
		return v.typ.Name
	}
	if v.typ.Kind == ctype.Struct {
		return "{" + cv.String() + "}"
	}
	return cv.String()
}
