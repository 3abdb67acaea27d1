package commands

import (
	"math"
	"slices"
	"strconv"

	"github.com/valyala/fastjson"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// garbled is the error for JSON that says nothing. No process of ours sends any.
func garbled(what string) error {
	return text.F("a process sent a %s that cannot be read", "프로세스가 보낸 %s을(를) 읽을 수 없습니다", what)
}

// ReadValue reads what AppendValue wrote. A handle's memory, and that of a View,
// is then this session's: touching it where nothing is attached is a fault. A
// View is live where the same part of the same segment is attached at the same
// address (after Reattach), or where it could not be loaded; otherwise it holds
// the bytes that were sent.
func (s *Session) ReadValue(v *fastjson.Value) (cexpr.Value, error) {
	if v == nil {
		return cexpr.Value{}, garbled("value")
	}
	switch v.Type() {
	case fastjson.TypeNull:
		return cexpr.Value{}, nil
	case fastjson.TypeNumber:
		i, err := v.Int64()
		if err != nil {
			return cexpr.Value{}, garbled("number")
		}
		return cexpr.IntOf(i), nil
	case fastjson.TypeArray:
		return s.readList(v)
	case fastjson.TypeString:
		return cexpr.StringOf(string(v.GetStringBytes())), nil
	case fastjson.TypeObject:
		return s.readObject(v)
	}
	return cexpr.Value{}, garbled("value")
}

func (s *Session) readList(v *fastjson.Value) (cexpr.Value, error) {
	elems := v.GetArray()
	l := make(List, len(elems))
	for i, e := range elems {
		var err error
		if l[i], err = s.ReadValue(e); err != nil {
			return cexpr.Value{}, err
		}
	}
	return cexpr.RefOf(l), nil
}

func (s *Session) readObject(v *fastjson.Value) (cexpr.Value, error) {
	var o cexpr.Object
	var err error
	switch {
	case v.Exists("hex"):
		str, err := ReadString(v)
		return cexpr.StringOf(str), err
	case v.Exists("f"):
		bits, err := strconv.ParseUint(string(v.GetStringBytes("f")), 16, 64)
		if err != nil {
			return cexpr.Value{}, garbled("number")
		}
		return cexpr.FloatOf(math.Float64frombits(bits)), nil
	case v.Exists("k"):
		return cexpr.KeyOf(int32(v.GetInt64("k"))), nil
	case v.Exists("d"):
		o, err = s.readData(v)
	case v.Exists("r"):
		r := &Record{ret: v.GetInt64("r")}
		r.fields, err = s.readFields(v.Get("fields"))
		o = r
	case v.Exists("h"):
		o, err = s.readHandle(v)
	case v.Exists("v"):
		o, err = s.readView(v)
	default:
		err = garbled("value")
	}
	if err != nil {
		return cexpr.Value{}, err
	}
	return cexpr.RefOf(o), nil
}

func (s *Session) readData(v *fastjson.Value) (*Data, error) {
	bytes, err := ReadString(v.Get("d"))
	if err != nil {
		return nil, err
	}
	d := &Data{Bytes: []byte(bytes), message: v.GetBool("message"), mtype: v.GetInt64("mtype"), ret: v.GetInt64("ret"),
		as: string(v.GetStringBytes("as"))}
	if d.as != "" && !slices.Contains(encodings, d.as) {
		return nil, garbled("encoding")
	}
	if d.typ, err = s.readType(v.Get("type")); err != nil || d.typ == nil {
		return d, err
	}
	if t := d.typ.Fit(len(bytes)); t.IsOpen() || len(bytes) < t.Size {
		return nil, garbled("message")
	}
	return d, nil
}

func (s *Session) readHandle(v *fastjson.Value) (*Handle, error) {
	h := &Handle{ID: v.GetInt64("id"), Addr: uintptr(v.GetUint64("addr")), key: sysv.Key(v.GetInt64("key"))}
	kind := v.Get("h")
	if k, err := kind.Uint64(); err != nil || k > uint64(Key) {
		return nil, garbled("handle")
	}
	if h.Kind = ObjectKind(kind.GetUint64()); h.Kind == Attached {
		h.s = s
	}
	var err error
	if h.Type, err = s.readType(v.Get("type")); err != nil {
		return nil, err
	}
	if h.Type != nil && h.s == nil {
		return nil, garbled("handle")
	}
	h.fields, err = s.readFields(v.Get("fields"))
	return h, err
}

func (s *Session) readView(v *fastjson.Value) (*View, error) {
	t, err := s.readType(v.Get("type"))
	if err != nil || t == nil {
		return nil, garbled("part of memory")
	}
	view := &View{typ: t}
	var p spot
	at := v.GetArray("at")
	if len(at) == 3 {
		p = spot{uintptr(at[0].GetUint64()), sysv.Shmid(at[1].GetInt64()), at[2].GetUint64()}
		if p.id >= 0 && s.locate(p.addr) == p && s.attachments.covered(p.addr, t.Size) == t.Size {
			view.mem = memory{s, p.addr}
			return view, nil
		}
	}
	there := v.Get("v")
	if there.Type() == fastjson.TypeNull {
		if at == nil {
			return nil, garbled("part of memory")
		}
		view.mem = memory{s, p.addr}
		return view, nil
	}
	bytes, err := ReadString(there)
	if err != nil || len(bytes) != t.Size {
		return nil, garbled("part of memory")
	}
	view.mem = bytesMemory(bytes)
	if at != nil {
		view.mem = &elsewhere{was: bytesMemory(bytes), here: memory{s, p.addr}, spot: p}
	}
	return view, nil
}

func (s *Session) readFields(v *fastjson.Value) ([]Field, error) {
	list := v.GetArray()
	if len(list) == 0 {
		return nil, nil
	}
	fields := make([]Field, len(list))
	for i, e := range list {
		parts := e.GetArray()
		if len(parts) != 3 || parts[1].GetUint64() > uint64(Time) {
			return nil, garbled("field")
		}
		name, err := ReadString(parts[0])
		if err != nil {
			return nil, err
		}
		val, err := s.ReadValue(parts[2])
		if err != nil {
			return nil, err
		}
		fields[i] = Field{Name: name, Val: val, Fmt: Format(parts[1].GetUint64())}
	}
	return fields, nil
}

// readType reads what appendType wrote; without one it is nil.
func (s *Session) readType(v *fastjson.Value) (*ctype.Type, error) {
	if v == nil {
		return nil, nil
	}
	parts := v.GetArray()
	if len(parts) != 2 {
		t, err := ctype.Scope(nil).Type(string(v.GetStringBytes()), nil)
		if err != nil {
			return nil, garbled("type")
		}
		return t, nil
	}
	st, err := s.readStruct(parts[1])
	if err != nil {
		return nil, err
	}
	t, err := ctype.Scope{st.Tag(): st}.Type(string(parts[0].GetStringBytes()), nil)
	if err != nil || t.Struct() != st {
		return nil, garbled("type")
	}
	return t, nil
}

// readStruct reads a struct: the session's own where that is the same.
func (s *Session) readStruct(v *fastjson.Value) (*ctype.Type, error) {
	parts := v.GetArray()
	if len(parts) == 0 {
		return nil, garbled("struct")
	}
	scope := ctype.Scope{}
	for _, p := range parts[1:] {
		u, err := s.readStruct(p)
		if err != nil {
			return nil, err
		}
		scope[u.Tag()] = u
	}
	t, err := scope.Declare(string(parts[0].GetStringBytes()))
	if err != nil {
		return nil, garbled("struct")
	}
	if own := s.Structs[t.Tag()]; own != nil && t.Same(own) {
		return own, nil
	}
	return t, nil
}
