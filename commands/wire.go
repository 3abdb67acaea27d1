package commands

import (
	"math"
	"sort"
	"strconv"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/jsonw"
	"ipcsh/sysv"
)

// What the shell and its processes tell each other is JSON. The files wire*.go
// write and read values, results, errors and sessions so that nothing is lost:
// numbers keep all their bits, texts both languages, and bytes that are no text
// are written as hex. A type is written with the source of its structs, so that
// it is the same type wherever it is read, whatever is declared there.
//
// Values are written as JSON has them where it has them: a number is an Int, a
// string a String, an array a List. The other kinds are objects whose first name
// tells what they are:
//
//	{"f": "3ff8000000000000"}                    a Float, by its bits
//	{"k": 73}                                    a Key
//	{"hex": "ff00"}                              a String that is no UTF-8
//	{"d": bytes, "message": true, "type": T...}  a Data
//	{"r": 0, "fields": [[name, format, V]...]}   a Record
//	{"h": kind, "id": 3, "addr": 4096, ...}      a Handle
//	{"v": bytes, "type": T, "at": [...]}         a View

// AppendValue appends v as JSON. What two values share (let p = m.point, a part
// of m's bytes) is theirs alone once they are read again.
func AppendValue(b []byte, v cexpr.Value) []byte {
	switch v.Kind {
	case cexpr.Key:
		return append(jsonw.Int(append(b, '{'), "k", v.I), '}')
	case cexpr.Float:
		bits := strconv.FormatUint(math.Float64bits(v.F), 16)
		return append(jsonw.Text(append(b, '{'), "f", bits), '}')
	case cexpr.String:
		return jsonw.Bytes(b, v.S)
	case cexpr.Ref:
		return appendObject(b, v.O)
	}
	return strconv.AppendInt(b, v.I, 10)
}

// Same reports whether AppendValue writes the same for both, where that is seen at
// once. Of what can be changed in place it is never seen.
func Same(a, b cexpr.Value) bool {
	if a.Kind != b.Kind || a.I != b.I || a.F != b.F || a.S != b.S {
		return false
	}
	if a.Kind != cexpr.Ref {
		return true
	}
	h, ok := a.O.(*Handle)
	return ok && b.O == cexpr.Object(h)
}

func appendObject(b []byte, o cexpr.Object) []byte {
	switch o := o.(type) {
	case nil:
		return append(b, "null"...)
	case List:
		b = append(b, '[')
		for _, v := range o {
			b = AppendValue(jsonw.Next(b), v)
		}
		return append(b, ']')
	case *Data:
		return o.append(b)
	case *Record:
		b = jsonw.Int(append(b, '{'), "r", o.ret)
		return append(appendFields(b, o.fields), '}')
	case *Handle:
		return o.append(b)
	case *View:
		return o.append(b)
	}
	if v, err := o.Scalar(); err == nil && v.Kind != cexpr.Ref { // of what stays where it is, its number
		return AppendValue(b, v)
	}
	return append(b, "null"...)
}

func (d *Data) append(b []byte) []byte {
	b = jsonw.Bytes(jsonw.Name(append(b, '{'), "d"), string(d.Bytes))
	if d.message {
		b = jsonw.Int(jsonw.Bool(b, "message", true), "mtype", d.mtype)
	}
	b = jsonw.Int(b, "ret", d.ret)
	if d.as != "" {
		b = jsonw.Text(b, "as", d.as)
	}
	return append(appendType(b, d.typ), '}')
}

func (h *Handle) append(b []byte) []byte {
	b = jsonw.Int(append(b, '{'), "h", int64(h.Kind))
	b = jsonw.Int(b, "id", h.ID)
	b = jsonw.Uint(b, "addr", uint64(h.Addr))
	b = jsonw.Int(b, "key", int64(h.key))
	return append(appendFields(appendType(b, h.Type), h.fields), '}')
}

// append writes a part of memory with what is there now, and where it is. What
// cannot be loaded is written without bytes.
func (v *View) append(b []byte) []byte {
	b = append(b, '{')
	bytes := make([]byte, v.typ.Size)
	if err := v.mem.load(v.offset, bytes); err == nil {
		b = jsonw.Bytes(jsonw.Name(b, "v"), string(bytes))
	} else {
		b = append(jsonw.Name(b, "v"), "null"...)
	}
	b = appendType(b, v.typ)
	switch m := v.mem.(type) {
	case memory:
		b = m.s.locate(m.addr + uintptr(v.offset)).append(b)
	case *elsewhere:
		p := m.spot
		p.addr += uintptr(v.offset)
		p.offset += uint64(v.offset)
		b = p.append(b)
	}
	return append(b, '}')
}

// spot is an address, and which byte of which segment was there. Without an
// attachment the segment is -1.
type spot struct {
	addr   uintptr
	id     sysv.Shmid
	offset uint64
}

// locate says what is at addr.
func (s *Session) locate(addr uintptr) spot {
	if a, ok := s.attachments.at(addr); ok {
		return spot{addr, a.Id, a.Offset + uint64(addr-a.Start)}
	}
	return spot{addr, -1, 0}
}

func (p spot) append(b []byte) []byte {
	b = append(jsonw.Name(b, "at"), '[')
	b = strconv.AppendUint(b, uint64(p.addr), 10)
	b = strconv.AppendInt(append(b, ','), int64(p.id), 10)
	b = strconv.AppendUint(append(b, ','), p.offset, 10)
	return append(b, ']')
}

// elsewhere is memory of another process: its bytes as they were when they were
// sent. Storing is done at the address, so it faults where nothing is attached.
type elsewhere struct {
	was  bytesMemory
	here memory
	spot spot
}

func (e *elsewhere) load(offset int, p []byte) error  { return e.was.load(offset, p) }
func (e *elsewhere) store(offset int, p []byte) error { return e.here.store(offset, p) }

func appendFields(b []byte, list []Field) []byte {
	b = append(jsonw.Name(b, "fields"), '[')
	for _, f := range list {
		b = jsonw.String(append(jsonw.Next(b), '['), f.Name)
		b = strconv.AppendUint(append(b, ','), uint64(f.Fmt), 10)
		b = append(AppendValue(append(b, ','), f.Val), ']')
	}
	return append(b, ']')
}

// appendType appends a member "type", if there is one: the name in C, or that and
// the struct's source.
func appendType(b []byte, t *ctype.Type) []byte {
	if t == nil {
		return b
	}
	b = jsonw.Name(b, "type")
	st := t.Struct()
	if st == nil {
		return jsonw.String(b, t.Name)
	}
	b = append(jsonw.String(append(b, '['), t.Name), ',')
	return append(appendStruct(b, st), ']')
}

// appendStruct appends a struct's declaration and, each in this same form, the
// structs that it contains.
func appendStruct(b []byte, t *ctype.Type) []byte {
	b = jsonw.String(append(b, '['), t.Decl())
	for _, u := range t.Inner() {
		b = appendStruct(jsonw.Next(b), u)
	}
	return append(b, ']')
}

// appendStructs appends those that the session has, by name.
func (s *Session) appendStructs(b []byte) []byte {
	tags := make([]string, 0, len(s.Structs))
	for tag := range s.Structs {
		tags = append(tags, tag)
	}
	sort.Strings(tags)
	b = append(b, '[')
	for _, tag := range tags {
		b = appendStruct(jsonw.Next(b), s.Structs[tag])
	}
	return append(b, ']')
}
