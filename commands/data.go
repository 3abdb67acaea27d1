package commands

import (
	"encoding/hex"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// Data is the bytes that a msgrcv or a read brought, and the type that as= views
// them as. Bound to a variable it can be changed and sent back.
type Data struct {
	Bytes   []byte
	message bool // a message, which has a type
	mtype   int64
	ret     int64
	as      string // hex, cstr or text; "" otherwise
	typ     *ctype.Type
}

// encodings are the words that as= takes beside types.
var encodings = []string{"text", "cstr", "hex"}

// typeNamed finds the type of an as=; nil for an encoding.
func (s *Session) typeNamed(name string, w words.Word) (*ctype.Type, error) {
	for _, e := range encodings {
		if name == e {
			return nil, nil
		}
	}
	t, err := s.Structs.Type(name, s.number)
	if err != nil {
		if _, known := s.Structs.Lookup(strings.TrimSpace(name)); !known {
			names := near.Names(name, append(s.Structs.Names(), encodings...))
			err = text.F("no type %s%s", "%s(이)라는 자료형이 없습니다%s", Escape(clip(name)), Suggest(names))
		}
		return nil, wrapAt(err, w)
	}
	return t, nil
}

// Scalar returns the value, or the text where no type makes one.
func (d *Data) Scalar() (cexpr.Value, error) {
	if d.typ != nil && d.typ.IsScalar() {
		return d.value()
	}
	return cexpr.StringOf(d.text()), nil
}

func (d *Data) text() string {
	if d.as == "cstr" {
		t, _ := ctype.Cut(d.Bytes)
		return string(t)
	}
	return string(d.Bytes)
}

// value returns what the bytes are by as=.
func (d *Data) value() (cexpr.Value, error) {
	switch {
	case d.as == "hex":
		return cexpr.StringOf(hex.EncodeToString(d.Bytes)), nil
	case d.as != "":
		return cexpr.StringOf(d.text()), nil
	case d.typ == nil:
		return cexpr.Value{}, text.F("no value: say as=int, or another type, to read the bytes as one", "value가 없습니다. as=int처럼 자료형을 주어야 바이트를 값으로 읽습니다")
	}
	return d.view().value()
}

func (d *Data) view() *View { return &View{mem: bytesMemory(d.Bytes), typ: d.typ.Fit(len(d.Bytes))} }

// clone returns a copy with bytes of its own, for let n = m.
func (d *Data) clone() *Data {
	c := *d
	c.Bytes = append([]byte(nil), d.Bytes...)
	return &c
}

func (d *Data) isStruct() bool { return d.typ != nil && d.typ.Kind == ctype.Struct }

// Member returns a member of the struct, or the result's own field.
func (d *Data) Member(name string) (cexpr.Value, error) {
	if d.isStruct() {
		if _, ok := d.typ.Member(name); ok {
			return d.view().Member(name)
		}
	}
	switch name {
	case "size", "msize":
		return cexpr.IntOf(int64(len(d.Bytes))), nil
	case "text", "mtext":
		return cexpr.StringOf(d.text()), nil
	case "ret":
		return cexpr.IntOf(d.ret), nil
	case "value":
		return d.value()
	case "type", "mtype":
		if d.message {
			return cexpr.IntOf(d.mtype), nil
		}
	}
	names := []string{"size", "text", "value", "ret"}
	if d.message {
		names = append(names, "type")
	}
	if d.isStruct() {
		for _, m := range d.typ.Members {
			names = append(names, m.Name)
		}
	}
	return cexpr.Value{}, text.F("no field %s; there are %s", "%s 필드가 없습니다. 있는 필드: %s", name, strings.Join(names, " "))
}

// Index returns an element of an array.
func (d *Data) Index(i int64) (cexpr.Value, error) {
	if d.typ == nil {
		return cexpr.Value{}, noIndex()
	}
	return d.view().Index(i)
}

// SetMember changes a member of the struct, in these bytes only.
func (d *Data) SetMember(name string, v cexpr.Value) error {
	if name == "value" && d.typ != nil && !d.isStruct() {
		return d.view().set(v)
	}
	if !d.isStruct() {
		return text.F("only bytes viewed as a struct (as=) have members to set", "as=로 struct로 본 데이터만 멤버에 대입할 수 있습니다")
	}
	return d.view().SetMember(name, v)
}

// SetIndex changes an element of an array.
func (d *Data) SetIndex(i int64, v cexpr.Value) error {
	if d.typ == nil {
		return noIndex()
	}
	return d.view().SetIndex(i, v)
}

// own returns the name of a field of the result's own: a member of that name
// hides it, and mtype, msize and mtext remain.
func (d *Data) own(name string) string {
	if d.isStruct() {
		if _, hidden := d.typ.Member(name); hidden {
			return "m" + name
		}
	}
	return name
}

// fields lists what there is to show and to expect, in order.
func (d *Data) fields(out []Field) []Field {
	if d.message {
		out = append(out, num(d.own("type"), d.mtype))
	}
	out = append(out, num(d.own("size"), int64(len(d.Bytes))))
	if d.typ == nil && d.as != "hex" {
		out = append(out, Field{Name: "text", Val: cexpr.StringOf(d.text())})
	}
	if d.isStruct() {
		for _, m := range d.typ.Members {
			if v, err := d.view().Member(m.Name); err == nil {
				out = append(out, Field{Name: m.Name, Val: v})
			}
		}
	} else if v, err := d.value(); err == nil && d.as != "text" && d.as != "cstr" {
		out = append(out, Field{Name: "value", Val: v})
	}
	return out
}

// readAs takes what as= says, and checks that the bytes are enough for the type.
func (d *Data) readAs(a Arg) error {
	d.typ = a.Type
	if a.Type == nil {
		d.as = a.S
	} else if n, t := len(d.Bytes), a.Type.Fit(len(d.Bytes)); t.IsOpen() || n < t.Size {
		return text.F("%d bytes are too few for %s (%d bytes)", "%[2]s(%[3]d바이트)(으)로 보기에는 %[1]d바이트가 모자랍니다", n, a.Type.Name, max(t.Size, 1))
	}
	return nil
}

// Fields lists what there is to show and to expect, in order.
func (d *Data) Fields() []Field { return d.fields(nil) }
