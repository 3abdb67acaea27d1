package ctype

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"ipcsh/commands/text"
)

// ValueKind tells which field of a Value counts.
type ValueKind uint8

// The kinds of values.
const (
	VInt    ValueKind = iota // I
	VUint                    // uint64(I): only what is above 2^63-1
	VFloat                   // F
	VText                    // S: a char array up to its first NUL
	VList                    // List: the elements of an array
	VStruct                  // List: the members of Type
)

// Value is what bytes of a type hold.
type Value struct {
	Kind ValueKind
	I    int64
	F    float64
	S    []byte
	List []Value
	Type *Type // of a VStruct
}

// IntOf returns the value of n.
func IntOf(n int64) Value { return Value{Kind: VInt, I: n} }

// UintOf returns the value of n, a VInt wherever n is one.
func UintOf(n uint64) Value {
	if n > math.MaxInt64 {
		return Value{Kind: VUint, I: int64(n)}
	}
	return IntOf(int64(n))
}

// FloatOf returns the value of f.
func FloatOf(f float64) Value { return Value{Kind: VFloat, F: f} }

// TextOf returns the value of the bytes s.
func TextOf(s []byte) Value { return Value{Kind: VText, S: s} }

// Cut parts the bytes of a char array into the text before the first NUL and
// what follows that NUL.
func Cut(b []byte) (s, rest []byte) {
	s, rest, _ = bytes.Cut(b, []byte{0})
	return s, rest
}

// Member returns the value of the member called name of a VStruct.
func (v Value) Member(name string) (Value, bool) {
	if v.Type == nil {
		return Value{}, false
	}
	for i, m := range v.Type.Members {
		if m.Name == name && i < len(v.List) {
			return v.List[i], true
		}
	}
	return Value{}, false
}

// String spells v as the part of a payload after its prefix: "42", "1,2,3",
// "mnum=13,who=kim,p.x=1". Text is not quoted.
func (v Value) String() string {
	var parts []string
	v.spell("", &parts)
	return strings.Join(parts, ",")
}

// spell appends the parts that set path to v. Only the first number or text of
// an array names the path; the others follow it.
func (v Value) spell(path string, parts *[]string) {
	switch {
	case v.Kind == VStruct:
		if path != "" {
			path += "."
		}
		for i, m := range v.List {
			if v.Type != nil && i < len(v.Type.Members) {
				m.spell(path+v.Type.Members[i].Name, parts)
			}
		}
	case v.Kind == VList && v.holdsStructs():
		for i, e := range v.List {
			e.spell(path+"["+strconv.Itoa(i)+"]", parts)
		}
	case v.Kind == VList:
		for _, e := range v.List {
			e.spell(path, parts)
			path = ""
		}
	case path != "":
		*parts = append(*parts, path+"="+v.scalar())
	default:
		*parts = append(*parts, v.scalar())
	}
}

func (v Value) holdsStructs() bool {
	for v.Kind == VList && len(v.List) > 0 {
		v = v.List[0]
	}
	return v.Kind == VStruct
}

func (v Value) scalar() string {
	switch v.Kind {
	case VUint:
		return strconv.FormatUint(uint64(v.I), 10)
	case VFloat:
		return strconv.FormatFloat(v.F, 'g', -1, 64)
	case VText:
		return string(v.S)
	}
	return strconv.FormatInt(v.I, 10)
}

// kindName says what v is, for an error about a value of the wrong kind.
func (v Value) kindName() text.Text {
	switch v.Kind {
	case VText:
		return text.New("a text", "텍스트")
	case VFloat:
		return text.New("a number with a fraction", "실수")
	case VList:
		return text.New("an array", "배열")
	case VStruct:
		return text.New("a struct", "struct")
	}
	return text.New("an integer", "정수")
}
